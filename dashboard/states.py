"""The one legend of the eight value states: their words, their colours, and how a figure is written.

A blank is not a zero, "/" is not a zero, a report that was not filed is not a row of zeros.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from typing import Any


class ValueState(StrEnum):
    """The names the marts use in their `state` column."""

    REPORTED = "reported"
    ZERO = "zero"
    BLANK = "blank"
    SLASH = "slash"
    NOT_FILED = "not_filed"
    UNREADABLE = "unreadable"
    NOT_COMPARABLE = "not_comparable"
    NOT_COLLECTED = "not_collected"

    @property
    def has_value(self) -> bool:
        """Only these two are added up, drawn as points or compared."""
        return self in (ValueState.REPORTED, ValueState.ZERO)


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is told apart: `word` on the screen, `name` in legends and exports, a ground and an ink per theme."""

    word: str
    name: str
    meaning: str
    light: tuple[str, str]
    dark: tuple[str, str]


_PLAIN, _PLAIN_DARK = "#FFFFFF", "#12181F"
LOOKS: dict[ValueState, Look] = {
    ValueState.REPORTED: Look("有数", "有数", "报告里写明的数字", ("#DCE9F5", "#12436D"), ("#24435F", "#E6F2FF")),
    ValueState.ZERO: Look("0", "真零", "报告里写的就是 0", (_PLAIN, "#3D4653"), (_PLAIN_DARK, "#D5DAE1")),
    ValueState.BLANK: Look(
        "空", "空白", "该写数字的地方没有写；不当作 0", (_PLAIN, "#5B6675"), (_PLAIN_DARK, "#A7B0BC")
    ),
    ValueState.SLASH: Look(
        "／", "不适用", "写的是“/”“—”“无”一类记号；不当作 0", ("#EEF1F4", "#5B6675"), ("#232C37", "#A7B0BC")
    ),
    ValueState.NOT_FILED: Look(
        "未报", "未报", "这一年已收齐，没有找到这家的年报", ("#C9CFD7", "#1B2430"), ("#4A5563", "#F2F4F7")
    ),
    ValueState.UNREADABLE: Look(
        "待核", "待核", "读不准，或没有找到这一格，要请人看原文", ("#FFDF9E", "#5C3B00"), ("#6B4B0C", "#FFE3A8")
    ),
    ValueState.NOT_COMPARABLE: Look(
        "—", "不可比", "当年的表没有这一项，或含义不同", ("#F6F7F9", "#5B6675"), ("#1A222B", "#98A2AF")
    ),
    ValueState.NOT_COLLECTED: Look(
        "未收集", "未收集", "还没有收这份年报，不能说没报", (_PLAIN, "#5B6675"), (_PLAIN_DARK, "#98A2AF")
    ),
}


def as_decimal(value: object) -> Decimal | None:
    """A figure of the warehouse without the zeros that its column type added (9.510000 → 9.51)."""
    if value is None:
        return None
    number = Decimal(str(value))
    if number == number.to_integral_value():
        return number.quantize(Decimal(1))
    return number.normalize()


def write_number(value: object) -> str:
    """A figure with thousands separators and all its decimals, a true minus sign, never rounded; "" for no figure."""
    number = as_decimal(value)
    return "" if number is None else f"{number:,f}".replace("-", "−")


def write_figure(state: str, value: object, raw: str | None = None, approximate: bool = False) -> str:
    """What a reader sees in the place of one figure: the number, or the word of its state.

    `raw` gives the printed decimals back (9.50 stays 9.50); an approximate figure of the prose says 约.
    """
    look = ValueState(state)
    if not look.has_value:
        return LOOKS[look].word
    printed = _printed_decimals(raw, as_decimal(value))
    return ("约" if approximate else "") + (printed or write_number(value))


def _printed_decimals(raw: str | None, value: Decimal | None) -> str | None:
    if not raw or value is None or not re.fullmatch(r"\d+\.\d+", raw.strip()):
        return None
    try:
        printed = Decimal(raw.strip())
    except InvalidOperation:
        return None
    return f"{printed:,f}" if printed == value else None


def write_share(part: object, whole: object, smallest: int = 5) -> str:
    """A share with its counts (83.3%，5/6 件); only the counts below `smallest`, because 1/1 is no rate, and for none at all."""
    top, bottom = as_decimal(part), as_decimal(whole)
    if top is None or not bottom:
        return ""
    counts = f"{write_number(top)}/{write_number(bottom)} 件"
    return counts if bottom < smallest or not top else f"{percent(top / bottom)}，{counts}"


def percent(share: Decimal | float) -> str:
    """A share with one decimal, half upwards as it is taught: 6.25% is written 6.3%."""
    return f"{(Decimal(str(share)) * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def share_words(row: Mapping[str, Any]) -> str:
    """The share of a line of measure_figure or measure_total, "" for any other measure. None of none is no share and no
    0: it is told as 0/0 件."""
    if row["kind"] != "share" or row["value"] is None:
        return ""
    return write_share(row["value"], row["of_value"], row["smallest_n"]) or f"{write_number(row['value'])}/0 件"
