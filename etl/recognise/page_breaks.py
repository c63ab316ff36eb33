"""Rows that a page break cut in two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from etl.read import Cell, Grid
from etl.recognise.labels import key
from etl.recognise.numbers import is_unclear
from etl.recognise.tables import Vocabulary


def without_page_breaks(grid: Grid, words: Vocabulary) -> Grid:
    """A row that a page break cut in two, put together where that makes names whole and no figure meets another."""
    rows = list(grid.rows)
    for r in range(len(rows) - 1):
        upper, lower = rows[r], rows[r + 1]
        if not upper or not lower or upper[-1].locator.page == lower[-1].locator.page:
            continue
        below = {cell.column: cell for cell in lower}
        halves = [(cell, below.pop(cell.column, None)) for cell in upper]
        meets = any(a.text and b is not None and b.text and not is_unclear(a.text + b.text) for a, b in halves)
        joined = [cell if half is None else replace(cell, text=cell.text + half.text) for cell, half in halves]
        joined += [replace(cell, row=r) for cell in below.values() if cell.column > upper[-1].column]
        makes_name = _names(joined, words) > _names(upper, words) + _names(lower, words)
        if not meets and (makes_name or _is_cut_off(halves, words)):
            rows[r], rows[r + 1] = tuple(joined), ()
    return replace(grid, rows=tuple(rows))


def with_names_whole(grid: Grid, words: Vocabulary) -> Grid:
    """The same for the header of 表四, in whose lines names of two storeys stand: name by name, the lower half first."""
    rows = list(grid.rows)
    for r in range(len(rows) - 1):
        upper, lower = rows[r], rows[r + 1]
        if not upper or not lower or upper[-1].locator.page == lower[-1].locator.page:
            continue
        above = {cell.column: cell for cell in upper if cell.text and not words.knows(key(cell.text))}
        whole = {
            cell.column: above[cell.column].text + cell.text
            for cell in lower
            if cell.column in above and words.knows(key(above[cell.column].text + cell.text))
        }
        rows[r] = tuple(replace(cell, text="") if cell.column in whole else cell for cell in upper)
        rows[r + 1] = tuple(replace(cell, text=whole.get(cell.column, cell.text)) for cell in lower)
    return replace(grid, rows=tuple(rows))


def _is_cut_off(halves: Sequence[tuple[Cell, Cell | None]], words: Vocabulary) -> bool:
    """Whether the ordinal and the figures of a row stand above the break and its name alone below it."""
    last = max((n for n, (upper, lower) in enumerate(halves) if lower and key(lower.text) in words.rows), default=None)
    if last is None or key(halves[last][0].text):
        return False
    after = halves[last + 1 :]
    return any(upper.text for upper, _ in after) and not any(lower.text for _, lower in after if lower)


def _names(cells: Sequence[Cell], words: Vocabulary) -> int:
    return sum(1 for cell in cells if cell.text and words.knows(key(cell.text)))
