"""Sentences from templates: a slot that bears a claim's name prints a figure, and what it printed is remembered.

`{published_total}` prints the figure exactly; after a colon stands how to blur it: 余 and 万 round down, 约 to the
nearest, 近 up, 汉 writes one Chinese numeral. `{any:20-180}` prints a number that is no claim, `{cell:…}` a figure of
the tables; every other slot is a word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from etl.sample.chance import Chance

TEMPLATES = Path(__file__).parent / "templates"
_SLOT = re.compile(r"\{(\w+)(?::([^}]*))?\}")
_NUMERALS = {1: "一", 3: "三", 4: "四", 5: "五", 6: "六", 7: "七", 8: "八", 9: "九"}  # 2 would be 两, or 二
_COUNTERS = "条件篇次场期元"
Template = str | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """A figure the prose tells: what a careful reader takes from the sentence, blurred as it is printed."""

    claim: str
    value: int
    approximate: bool
    counter: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    told: tuple[Told, ...] = ()


@cache
def templates(name: str) -> dict[str, list[Template]]:
    """One template file, by groups."""
    return yaml.safe_load((TEMPLATES / f"{name}.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Voice:
    """What a unit may say in a year: its words, the figures it may tell, the figures of its tables."""

    words: Mapping[str, str]
    figures: Mapping[str, int]
    cells: Mapping[str, Decimal]
    chance: Chance

    def say(self, options: Sequence[Template], *, zeros: bool = False) -> Sentence:
        """One of the options whose figures are there to tell; `zeros` lets it say that a figure is 0."""
        usable = [option for option in options if self._usable(option, zeros)]
        return self.fill(self.chance.pick(usable))

    def say_some(self, options: Sequence[Template], count: int) -> list[Sentence]:
        """Several different options."""
        usable = [option for option in options if self._usable(option, False)]
        return [self.fill(option) for option in self.chance.some(usable, count)]

    def fill(self, template: Template) -> Sentence:
        text = template if isinstance(template, str) else template["say"]
        told: list[Told] = []
        found: list[tuple[str, int, bool, str]] = []

        def print_slot(match: re.Match[str]) -> str:
            name, how = match[1], match[2] or ""
            if name == "any":
                low, high = (int(bound) for bound in how.split("-"))
                number = self.chance.between(low, high)
                return str(number - number % 10 if number > 100 else number)
            if name == "cell":
                return str(self.cells[how])
            if name in self.words:
                return self.words[name]
            printed, value = _blurred(self.figures[name], how)
            counter = match.string[match.end() : match.end() + 1]
            if name != "sum":
                found.append((name, value, how in {"余", "约", "近", "万"}, counter if counter in _COUNTERS else ""))
            return printed

        filled = _SLOT.sub(print_slot, text)
        told += [Told(name, value, blurred, counter, filled) for name, value, blurred, counter in found]
        if not isinstance(template, str):
            told += [Told(name, value, False, "", filled) for name, value in template["claims"].items()]
        return Sentence(filled, tuple(told))

    def _usable(self, template: Template, zeros: bool) -> bool:
        text = template if isinstance(template, str) else template["say"]
        if not isinstance(template, str) and any(self.figures.get(n, v) != v for n, v in template["claims"].items()):
            return False  # what it says in words must be true as well
        for name, how in _SLOT.findall(text):
            if name in self.words or name in {"any", "cell"}:
                continue
            value = self.figures.get(name)
            least = {"余": 30, "约": 30, "近": 30, "万": 10_000}.get(how, 0 if zeros else 1)
            if value is None or value < least or (how == "汉" and value not in _NUMERALS):
                return False
        return True


def _blurred(value: int, how: str) -> tuple[str, int]:
    """What is printed, and the figure it stands for."""
    if how == "汉":
        return _NUMERALS[value], value
    if how == "万":
        tenths = value // 1000
        return f"{tenths // 10}.{tenths % 10}万余" if tenths % 10 else f"{tenths // 10}万余", tenths * 1000
    step = 10 if value < 1000 else 100
    if how == "余":
        return f"{value // step * step}余", value // step * step
    if how == "约":
        return f"约{(value + step // 2) // step * step}", (value + step // 2) // step * step
    if how == "近":
        return f"近{-(-value // step) * step}", -(-value // step) * step
    return str(value), value
