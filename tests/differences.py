"""How far two years of a unit or a scope are apart, and several units in one year: reckoned from what each says."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tests.independent import FEWEST, Figure, Reckoner
from tests.written import NONE, change, number, points


def between(reckoner: Reckoner, item: str, scope: str, first: int, last: int) -> tuple[str, int]:
    """The difference in words, among those that have a figure in both years, and how many these are. Of a scope with few
    of them it is not told in percent."""
    pairs = _pairs(reckoner, item, scope, first, last)
    if not pairs:
        return NONE, 0
    before, now = (_sum([pair[end] for pair in pairs]) for end in (0, 1))
    if reckoner.is_share(item):
        shares = [size for figure in (before, now) if (size := reckoner.size(item, figure)) is not None]
        return (points(*shares) if len(shares) == 2 else NONE), len(pairs)
    is_rough = any(figure.is_rough for pair in pairs for figure in pair)
    told = change(before.value or Decimal(), now.value or Decimal(), is_rough=is_rough)
    return told if scope in reckoner.names or len(pairs) >= FEWEST else told.split("（")[0], len(pairs)


def sums(reckoner: Reckoner, item: str, scope: str, first: int, last: int) -> str:
    """What those that have a figure in both years come to in each; of a share the two counts."""
    pairs = _pairs(reckoner, item, scope, first, last)
    ends = [_sum([pair[end] for pair in pairs]) for end in (0, 1)]
    told = [number(each.value or Decimal()) + (f"/{number(each.of)}" if each.of is not None else "") for each in ends]
    return " → ".join(told)


def _pairs(reckoner: Reckoner, item: str, scope: str, first: int, last: int) -> list[list[Figure]]:
    """What may be in another unit has no pair."""
    units = [
        unit
        for unit in reckoner.of_scope(scope)
        if not any((unit, year, item) in reckoner.in_doubt for year in (first, last))
    ]
    pairs = [[reckoner.figure(item, unit, year) for year in (first, last)] for unit in units]
    return [pair for pair in pairs if all(figure.value is not None for figure in pair)]


def _sum(figures: Sequence[Figure]) -> Figure:
    of = [figure.of for figure in figures if figure.of is not None]
    value = sum((figure.value for figure in figures if figure.value is not None), Decimal())
    return Figure("number", value, sum(of, Decimal()) if of else None)


def apart(reckoner: Reckoner, addresses: Sequence[str]) -> str:
    """The largest of these figures of one measure less the smallest."""
    items = {address.split("|")[1] for address in addresses}
    assert len(items) == 1, items
    (item,) = items
    clear = [address for address in addresses if not reckoner.is_in_doubt(address)]
    held = [(size, f) for f in map(reckoner.at, clear) if (size := reckoner.size(item, f)) is not None]
    if len(held) < 2:
        return NONE
    low, high = min(size for size, _ in held), max(size for size, _ in held)
    if reckoner.is_share(item):
        return points(low, high).lstrip("+")
    is_rough = high > low and any(figure.is_rough for _, figure in held)
    return ("约" if is_rough else "") + number(high - low)
