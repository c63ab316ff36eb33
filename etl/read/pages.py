"""Pages of placed characters and lines → paragraphs and tables in reading order, joined across page breaks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from etl.read.document import Cell, Grid, Paragraph, Piece, is_box
from etl.read.ruled import NEAR, RuledTable, Stroke, ruled_tables, without_struck
from etl.read.text_lines import Glyph, TextLine, lines_of
from etl.source import Locator

_PAGE_NUMBER = re.compile(
    r"[-—–－·~\s]*(?:第\s*)?\d{1,3}(?:\s*页)?(?:\s*[/,，共]\s*(?:共\s*)?\d{1,3}\s*页?)?[-—–－·~\s]*"
)
_MARGIN = 0.09  # of the page's height, at its top and bottom
# An ordinal heading after the end of a sentence begins a paragraph, however full the line above it is.
_HEADING = re.compile(r"\s*(?:[一二三四五六七八九十]{1,2}\s*[、．.]|[（(][一二三四五六七八九十]{1,2}[）)])")
_ENDS_SENTENCE = re.compile(r"[。！？][”’）)]?\s*$")
_FIGURE = re.compile(r"[\d.,，/／\-—–+%％]{1,14}(?:件|元|万元)?|无|不适用")


@dataclass(frozen=True, slots=True)
class Page:
    """One page as drawn, sizes in points; `is_picture` when it holds an image and next to no text."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph]
    strokes: list[Stroke]
    is_picture: bool = False


@dataclass(slots=True)
class _Table:
    """A table, perhaps of several pages: the rows collected so far."""

    xs: tuple[float, ...]
    rows: list[list[Cell]]


def blocks_of(pages: Sequence[Page]) -> tuple[Paragraph | Grid, ...]:
    """Reading order is from top to bottom, page by page. A table whose borders stand at the same places on the next
    page goes on there, unless text comes between them."""
    found: list[Paragraph | _Table] = []
    prose = _Prose(found)
    parts = [ruled_tables(page.strokes, without_struck(page.glyphs, page.strokes)) for page in pages]
    laid = [(page, tables, lines_of(free)) for page, (tables, free) in zip(pages, parts, strict=True)]
    numbers = _page_numbers([(page, lines) for page, _, lines in laid])
    for page, tables, printed in laid:
        lines = [line for line in printed if id(line) not in numbers]
        items: list[TextLine | RuledTable] = sorted([*lines, *tables], key=lambda item: item.top)
        prose.begin(page, lines)
        for item in items:
            if isinstance(item, RuledTable):
                prose.end()
                _add_table(found, item, page.number)
            else:
                prose.add(item)
    prose.end()
    return _numbered(found)


def _page_numbers(laid: Sequence[tuple[Page, Sequence[TextLine]]]) -> set[int]:
    """The ids of the lines that number the pages: the outermost on a page, set apart from the text, and dressed as
    page numbers are or counting on from page to page. Any other figure there is the end of a table's cell."""
    found: list[tuple[TextLine, int, bool]] = []  # with how far it is ahead of the page's place in the file
    for page, lines in laid:
        for line, beside in ((lines[0], lines[1:2]), (lines[-1], lines[-2:-1])) if lines else ():
            is_at_edge = line.bottom < _MARGIN * page.height or line.top > (1 - _MARGIN) * page.height
            digits = re.search(r"\d+", line.text)
            if not is_at_edge or not digits or not _PAGE_NUMBER.fullmatch(line.text):
                continue
            gap = max((max(line.top - other.bottom, other.top - line.bottom) for other in beside), default=page.height)
            if gap >= line.bottom - line.top:
                found.append((line, int(digits[0]) - page.number, not line.text.strip().isdigit()))
    ahead = Counter(offset for _, offset, _ in found)
    return {id(line) for line, offset, is_dressed in found if is_dressed or offset == 0 or ahead[offset] > 1}


def _add_table(found: list[Paragraph | _Table], table: RuledTable, page: int) -> None:
    last = found[-1] if found else None
    if not (
        isinstance(last, _Table)
        and last.rows[-1]
        and last.rows[-1][0].locator.page == page - 1
        and _is_same_frame(last.xs, table.xs)
    ):
        last = _Table(table.xs, [])
        found.append(last)
    xs = last.xs if len(last.xs) >= len(table.xs) else table.xs
    for row in last.rows:
        for cell in row:
            cell.column, cell.colspan = _among(xs, last.xs, cell.column, cell.colspan)
    last.xs, first = xs, len(last.rows)
    rows: list[list[Cell]] = [[] for _ in range(len(table.ys) - 1)]
    for cell in table.cells:
        column, columns = _among(xs, table.xs, cell.column, cell.columns)
        place = Locator(page=page, row=cell.row + 1, column=column + 1)
        at = (first + cell.row, column, cell.rows, columns)
        rows[cell.row].append(Cell(cell.text, *at, place, cell.confidence, cell.is_wrapped))
    last.rows += rows


def _is_same_frame(above: Sequence[float], below: Sequence[float]) -> bool:
    """Whether two parts begin at the same border on the left and the one's other borders are among the other's."""
    few, many = sorted((above, below), key=len)
    near = 2 * NEAR
    return abs(few[0] - many[0]) <= near and all(any(abs(x - other) <= near for other in many) for x in few)


def _among(xs: Sequence[float], own: Sequence[float], column: int, columns: int) -> tuple[int, int]:
    """A cell's place among the borders `xs`, given its place among its own part's."""
    if xs is own:
        return column, columns
    first = min(range(len(xs)), key=lambda n: abs(xs[n] - own[column]))
    last = min(range(len(xs)), key=lambda n: abs(xs[n] - own[column + columns]))
    return first, max(last - first, 1)


def _numbered(found: Sequence[Paragraph | _Table]) -> tuple[Paragraph | Grid, ...]:
    """Tables counted through the document, so that 第2个表 means the same to everybody."""
    blocks: list[Paragraph | Grid] = []
    grids = 0
    for block in found:
        if isinstance(block, Paragraph):
            blocks.append(block)
            continue
        if is_box(block.rows):
            cells = [cell for row in block.rows for cell in row]
            blocks += [Paragraph(line, cell.locator) for cell in cells for line in cell.text.split("\n") if line]
            continue
        grids += 1
        for row in block.rows:
            for cell in row:
                cell.locator = cell.locator._replace(table=grids, row=cell.row + 1)
        blocks.append(Grid(grids, tuple(tuple(row) for row in block.rows), has_spans=True))
    return tuple(blocks)


class _Prose:
    """Lines of text put together into paragraphs; a line in columns stays one, with the places of its pieces."""

    def __init__(self, found: list[Paragraph | _Table]) -> None:
        self.found = found
        self.lines: list[TextLine] = []  # of the paragraph under way
        self.started: Locator | None = None
        self.left = self.right = 0.0
        self.page = self.number = 0

    def begin(self, page: Page, lines: Sequence[TextLine]) -> None:
        self.page, self.number = page.number, 0
        full = [line for line in lines if line.x1 - line.x0 > 0.5 * page.width]
        self.left = min((line.x0 for line in full), default=0.0)
        self.right = max((line.x1 for line in full), default=page.width)  # of short lines alone none goes on

    def add(self, line: TextLine) -> None:
        self.number += 1
        size = line.bottom - line.top
        last = self.lines[-1] if self.lines else None
        goes_on = (
            last is not None
            and not (last.is_spread or line.is_spread)
            and last.x1 > self.right - 1.6 * size
            and last.x0 < self.left + 3 * size
            and line.x0 < self.left + 1.2 * size
            and abs((last.bottom - last.top) - size) < 0.4 * size
            and not (_HEADING.match(line.text) and _ENDS_SENTENCE.search(last.text))
        )
        if not goes_on:
            self.end()
            self.started = Locator(page=self.page, line=self.number)
        self.lines.append(line)

    def end(self) -> None:
        if self.lines and self.started is not None:
            pieces = tuple(Piece(*piece) for piece in self.lines[0].pieces) if len(self.lines) == 1 else ()
            self.found.append(Paragraph(_joined(self.lines), self.started, pieces))
        self.lines = []


def _joined(lines: Sequence[TextLine]) -> str:
    text = lines[0].text
    for line in lines[1:]:
        between = " " if text[-1:].isascii() and line.text[:1].isascii() and text[-1:].isalpha() else ""
        text += between + line.text
    return text
