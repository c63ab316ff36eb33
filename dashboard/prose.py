"""Where in a sentence the figure stands that was read from it."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from etl.recognise.amounts import PROSE_NUMBER, amount

_NUMBER = re.compile(PROSE_NUMBER.pattern.replace("(?P<counter>", r"\s*(?P<counter>"))  # as printed: 15 条


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with one stretch of it set off."""

    before: str
    figure: str
    after: str

    def __str__(self) -> str:
        return self.before + self.figure + self.after

    @property
    def html(self) -> str:
        """The text for a page."""
        before, figure, after = (html.escape(part) for part in (self.before, self.figure, self.after))
        return f"{before}<mark>{figure}</mark>{after}"


def marked(sentence: str, value: Decimal, counter: str) -> Marked | str:
    """The sentence with the figure set off; as it is where none of its numbers, or more than one, is that figure.

    `counter` decides between equal numbers. A figure that no digit says (没有收到申请) is not marked.
    """
    found = [each for each in _NUMBER.finditer(_half_width(sentence)) if amount(each)[0] == value]
    same = [each for each in found if each["counter"] == counter]
    (at,) = same if len(same) == 1 else found if len(found) == 1 else (None,)
    if at is None:
        return sentence
    return Marked(sentence[: at.start()], sentence[at.start() : at.end()], sentence[at.end() :])


def _half_width(sentence: str) -> str:
    """Digits and signs made equal, each in its own place, so that what is found there stands at the same place above."""
    folded = ((unicodedata.normalize("NFKC", sign), sign) for sign in sentence)
    return "".join(one if len(one) == 1 else sign for one, sign in folded)
