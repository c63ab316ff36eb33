"""What a table cell's text says: a figure, nothing, a slash, or something we must not guess at."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from etl.report import FactState

_SLASHES = frozenset({"/", "-", "--", "—", "——", "―", "–", "−", "\\", "无", "不适用", "//", "---"})
_FIGURE = re.compile(r"[-−]?(?:[1-9]\d{0,2}(?:,\d{3})+|0|[1-9]\d*)(?:\.\d+)?")
# Half width for full width, and away with what nobody sees. Not NFKC: that makes 5² a 52 and ① a 1.
_PLAIN: dict[int, int | str | None] = {0xFF01 + n: 0x21 + n for n in range(94)} | {0x3000: " ", 0xA0: " "}
_PLAIN |= dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u2060\u00ad"))
_NOTHING_LESS = frozenset({"-0", "−0"})
_MOST_DIGITS, _MOST_PLACES = 14, 6  # before and after the point: what the warehouse holds exactly


_SIGN = re.compile(r"(增加|新增|增|减少|减|[+＋])\s*(?=\d)")


def is_unclear(raw: str) -> bool:
    """Whether the text is neither a figure nor a way to say that there is none."""
    return read_cell(raw, "")[0] is FactState.UNREADABLE


@lru_cache(maxsize=20_000)
def read_cell(raw: str, unit: str, signed: bool = False) -> tuple[FactState, Decimal | None]:
    """The state and, only where REPORTED, the value in the form's own `unit` (件 or 万元).

    Where `signed`, the figure counts an increase or decrease and may say so: +2, 增5, 减3.

    A measure word after the figure is accepted when it is the form's; any other (元 where the form says 万元) makes
    the cell unreadable, and so do digits with spaces or breaks between them: 1⏎0 may be 10, or 1 and 0. So does a 0
    before other digits: 0120 are cells that ran together.
    """
    text = raw.translate(_PLAIN).strip()
    if not text:
        return FactState.BLANK, None
    if text in _SLASHES:
        return FactState.SLASH, None
    if unit and text.endswith(unit) and text[0].isdigit():
        text = text[: -len(unit)].rstrip()
    sign = _SIGN.match(text) if signed else None
    if sign:
        text = ("-" if sign[1].startswith("减") else "") + text[sign.end() :]
    if not _FIGURE.fullmatch(text) or text in _NOTHING_LESS or (not text.isascii() and "−" not in text):
        return FactState.UNREADABLE, None
    value = Decimal(text.replace(",", "").replace("−", "-"))
    if value.adjusted() >= _MOST_DIGITS or value != round(value, _MOST_PLACES):
        return FactState.UNREADABLE, None
    return FactState.REPORTED, value
