"""How far two years of a unit or a scope are apart, and several units in one year: reckoned from what each says."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tests.independent import Figure, Reckoner
from tests.written import NONE, change, number, points


def between(reckoner: Reckoner, item: str, scope: str, first: int, last: int) -> tuple[str, int]:
    """The difference in words, among those that have a figure in both years, and how many these are."""
    units = reckoner.of_scope(scope)
    pairs = [[reckoner.figure(item, unit, year) for year in (first, last)] for unit in units]
    pairs = [pair for pair in pairs if all(figure.value is not None for figure in pair)]
    if not pairs:
        return NONE, 0
    before, now = (_sum([pair[end] for pair in pairs]) for end in (0, 1))
    if reckoner.is_share(item):
        shares = [size for figure in (before, now) if (size := reckoner.size(item, figure)) is not None]
        return (points(*shares) if len(shares) == 2 else NONE), len(pairs)
    is_rough = any(figure.is_rough for pair in pairs for figure in pair)
    return change(before.value or Decimal(), now.value or Decimal(), is_rough=is_rough), len(pairs)


def _sum(figures: Sequence[Figure]) -> Figure:
    of = [figure.of for figure in figures if figure.of is not None]
    value = sum((figure.value for figure in figures if figure.value is not None), Decimal())
    return Figure("number", value, sum(of, Decimal()) if of else None)


def apart(reckoner: Reckoner, addresses: Sequence[str]) -> str:
    """The largest of these figures of one measure less the smallest."""
    items = {address.split("|")[1] for address in addresses}
    assert len(items) == 1, items
    (item,) = items
    held = [(size, f) for f in map(reckoner.at, addresses) if (size := reckoner.size(item, f)) is not None]
    if len(held) < 2:
        return NONE
    low, high = min(size for size, _ in held), max(size for size, _ in held)
    if reckoner.is_share(item):
        return points(low, high).lstrip("+")
    is_rough = high > low and any(figure.is_rough for _, figure in held)
    return ("约" if is_rough else "") + number(high - low)
