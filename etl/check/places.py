"""How figures and places are told to people."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from etl.source import Locator

_MOST = 8  # places named one by one; beyond that the table is named by its first and last


def figure(value: Decimal | None) -> str:
    """A figure as one writes it: 3, not 3.000000."""
    if value is None:
        return "—"
    return f"{value:f}".rstrip("0").rstrip(".") if value != value.to_integral_value() else f"{value:.0f}"


def places_of(locators: Iterable[Locator | None]) -> str:
    """原文第 32、33、55、56 行, or the cells of the tables, in reading order; 原文 where no place is known."""
    known = sorted({locator for locator in locators if locator is not None}, key=_order)
    if not known:
        return "原文"
    if all(place.line for place in known):
        lines = list(dict.fromkeys(place.line for place in known))
        return f"原文第 {'、'.join(map(str, _few(lines)))} 行"
    return f"原文{'、'.join(_few([place.describe() for place in known]))}"


def _few(items: list) -> list:
    return items if len(items) <= _MOST else [*items[: _MOST - 1], f"…{items[-1]}"]


def _order(locator: Locator) -> tuple:
    return tuple(part if part is not None else "" if name == "part" else 0 for name, part in locator._asdict().items())
