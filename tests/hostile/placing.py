"""Where the cells of a table stand, and how wide their text is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from tests.hostile.sheets import Cell, Sheet, Table


def placed(table: Table) -> Iterator[tuple[int, int, Cell]]:
    """Every cell with its row and column, merged ones spread out as a browser does."""
    taken: set[tuple[int, int]] = set()
    for r, row in enumerate(table.rows):
        column = 0
        for cell in row:
            while (r, column) in taken:
                column += 1
            yield r, column, cell
            taken |= {(r + down, column + across) for down in range(cell.rows) for across in range(cell.columns)}


def width_of(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def longest(sheet: Sheet) -> int:
    return max((width_of(cell.text) for table in sheet.tables() for cell in table.figures()), default=1)
