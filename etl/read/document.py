"""What every reader delivers: paragraphs and grids in reading order, each with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from etl.source import Locator

MOST_PLACES = 200_000  # rows times columns of one table; the largest of a report has about three hundred


class ReadError(Exception):
    """The bytes hold no document we can read. `code` is stable, `message` is for people: what, and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Piece(NamedTuple):
    """A part of a line and where it begins and ends, in points or in columns of text."""

    text: str
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of a text file or a text block of a page; never empty. Blank lines show as gaps in `locator.line`.

    `pieces` are the parts of a printed line that wide gaps set apart, where there is more than one, or where the place
    of a line on its page is known.
    """

    text: str
    locator: Locator
    pieces: tuple[Piece, ...] = ()


@dataclass(slots=True)
class Cell:
    """One printed cell, at its top left corner. `row` and `column` count from 0 inside the grid; breaks are kept as \\n."""

    text: str
    row: int
    column: int
    rowspan: int
    colspan: int
    locator: Locator
    confidence: float = 1.0  # below 1 where a program guessed the characters from a picture
    is_wrapped: bool = False  # a figure put together from lines that fill a narrow cell from side to side


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. With `has_spans` the coordinates are true; without, rows are ragged and `column` is only an order.

    `has_weak_blanks` where a blank may be no cell at all: text and spreadsheets
    fill a line up with nothing.
    """

    number: int
    rows: tuple[tuple[Cell, ...], ...]
    has_spans: bool
    has_weak_blanks: bool = False

    @property
    def width(self) -> int:
        """In columns, merged cells spread out."""
        return max((cell.column + cell.colspan for row in self.rows for cell in row), default=0)

    def matrix(self) -> list[list[Cell | None]]:
        """Every coordinate with the cell that covers it, None where none does."""
        width = self.width
        matrix: list[list[Cell | None]] = [[None] * width for _ in self.rows]
        for row in self.rows:
            for cell in row:
                if cell.rowspan == cell.colspan == 1:
                    matrix[cell.row][cell.column] = cell
                    continue
                for r in range(cell.row, min(cell.row + cell.rowspan, len(matrix))):
                    for c in range(cell.column, cell.column + cell.colspan):
                        matrix[r][c] = cell
        return matrix


def is_box(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether a table is only a frame around text, or empty."""
    return (len(rows) == 1 and len(rows[0]) <= 2) or not any(cell.text for row in rows for cell in row)


@dataclass(frozen=True)
class Document:
    """What one file says; `meta` holds a page's <meta> entries, keys in lower case; `title` what the format itself names the title."""

    format: str
    blocks: tuple[Paragraph | Grid, ...]
    title: str | None = None
    meta: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def paragraphs(self) -> list[Paragraph]:
        return [block for block in self.blocks if isinstance(block, Paragraph)]

    @cached_property
    def grids(self) -> list[Grid]:
        return [block for block in self.blocks if isinstance(block, Grid)]
