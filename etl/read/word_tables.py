"""Tables of Word documents: their cells at true coordinates, whatever is merged, inserted or deleted."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from lxml import etree  # ty: ignore[missing-module-member]

from etl.read.document import Cell
from etl.read.wordml import (
    BREAKS,
    EDGES,
    MATH_TEXT,
    MC,
    RAISED,
    STRUCK,
    TBL,
    TC,
    TEXT,
    TR,
    VAL,
    P,
    W,
    children,
    text_of,
)
from etl.source import Locator

_TCPR, _TRPR, _BEFORE = f"{W}tcPr", f"{W}trPr", f"{W}gridBefore"
_SPAN, _DOWN, _RIGHT = _MERGES = f"{W}gridSpan", f"{W}vMerge", f"{W}hMerge"
# A table with any of these takes a closer look than its elements one after another.
_NOT_PLAIN = (
    *(f"{W}{tag}" for tag in ("del", "moveFrom", "rt", "tab", "noBreakHyphen", "txbxContent", "tcPrChange", "trPrChange")),
    *BREAKS, *STRUCK, RAISED, MATH_TEXT, f"{MC}AlternateContent",
)  # fmt: skip
_SLIVER = 60  # twentieths of a point: column borders nearer than this are one border drawn twice
_MOST_SPAN = 500


def read_rows(table: etree._Element, number: int) -> tuple[tuple[Cell, ...], ...]:
    """The printed cells of each row that is not deleted; `number` is the table's place in the document, from 1."""
    printed = _plain_rows(table) if _is_plain(table) else _rows(table)
    return _placed(printed, _columns(table), number)


def cells_around_tables(table: etree._Element) -> list[etree._Element]:
    """The cells of a table laid round other tables to place them on the page; none where it is a table of its own."""
    tables = table.iter(TBL)
    next(tables)  # the table itself
    if next(tables, None) is None:
        return []
    own = [cell for row in children(table, TR) if not _is_deleted(row) for cell in children(row, TC)]
    return own if sum(1 for _ in table.iter(TC)) > 2 * len(own) else []


class _Printed(NamedTuple):
    """A cell as the file says it: how many columns of the grid it spans, its merging, the text of its paragraphs."""

    span: int
    down: str  # "" for not merged, else restart or continue
    right: str
    paragraphs: Sequence[str]

    @property
    def text(self) -> str:
        if len(self.paragraphs) == 1 and self.paragraphs[0].isalnum():
            return self.paragraphs[0]  # as in most cells
        lines = (" ".join(line.split()) for text in self.paragraphs for line in text.split("\n"))
        return "\n".join(stripped for line in lines if (stripped := line.strip(EDGES)))


class _Row(NamedTuple):
    before: int  # columns of the grid left free at the left
    cells: Sequence[_Printed]


def _is_plain(table: etree._Element) -> bool:
    """Whether the table is rows of cells of text and nothing else: no table in it, nothing marked as changed."""
    inside = table.iter(TBL, *_NOT_PLAIN)
    next(inside)  # the table itself
    return next(inside, None) is None


def _plain_rows(table: etree._Element) -> list[_Row]:
    """What `_printed` says of each cell, in one pass over the few elements that matter: five times as fast."""
    rows: list[_Row] = []
    cells: list[_Printed] = []
    span, down, right, texts = 1, "", "", list[str]()
    is_open = False
    for node in table.iter(TR, TC, P, TEXT, _BEFORE, *_MERGES):
        tag = node.tag
        if tag == TEXT:
            if node.text and texts:
                texts[-1] += node.text
        elif tag == P:
            texts.append("")
        elif tag == TC:
            if is_open:
                cells.append(_Printed(span, down, right, texts))
            span, down, right, texts, is_open = 1, "", "", [], True
        elif tag == TR:
            if is_open:
                cells.append(_Printed(span, down, right, texts))
            cells, texts, is_open = [], [], False
            rows.append(_Row(0, cells))
        elif tag == _SPAN:
            span = _count(node)
        elif tag == _DOWN:
            down = node.get(VAL, "continue")
        elif tag == _RIGHT:
            right = node.get(VAL, "continue")
        else:
            rows[-1] = _Row(_count(node), cells)
    if is_open:
        cells.append(_Printed(span, down, right, texts))
    return rows


def _rows(table: etree._Element) -> list[_Row]:
    return [
        _Row(_first_column(row), [_printed(cell) for cell in children(row, TC)])
        for row in children(table, TR)
        if not _is_deleted(row)
    ]


def _printed(cell: etree._Element) -> _Printed:
    format = cell.find(_TCPR)
    marks = {mark.tag: mark for mark in format} if format is not None else {}
    span = _count(marks[_SPAN]) if _SPAN in marks else 1
    down, right = (marks[tag].get(VAL, "continue") if tag in marks else "" for tag in (_DOWN, _RIGHT))
    return _Printed(span, down, right, [text_of(paragraph)[0] for paragraph in cell.iter(P)])


def _is_deleted(row: etree._Element) -> bool:
    return row.find(f"{_TRPR}/{W}del") is not None


def _first_column(row: etree._Element) -> int:
    before = row.find(f"{_TRPR}/{_BEFORE}")
    return _count(before) if before is not None else 0


def _placed(printed: Sequence[_Row], places: list[int], number: int) -> tuple[tuple[Cell, ...], ...]:
    """Cells at true coordinates: spans to the right, merging downwards. `places` as `_columns` tells them."""
    rows: list[tuple[Cell, ...]] = []
    open_above: dict[int, tuple[Cell, int]] = {}  # column → the merged cell that reaches down here, its width
    for r, (column, told) in enumerate(printed):
        cells: list[Cell] = []
        reaching: dict[int, tuple[Cell, int]] = {}
        for each in told:
            span, down, right, _ = each
            first, width = _spread(places, column, span)
            column += span
            above = open_above.get(first) if down == "continue" else None
            if above and above[1] == width:
                above[0].rowspan += 1
                reaching[first] = above
                continue
            if right == "continue" and cells:
                cells[-1].colspan += width
                continue
            text = each.text
            if not width:
                if not text:
                    continue  # a sliver left where a border was drawn twice
                width = 1
            cell = Cell(text, r, first, 1, width, Locator(None, None, number, r + 1, first + 1))
            cells.append(cell)
            if down:
                reaching[first] = (cell, width)
        open_above = reaching
        rows.append(tuple(cells))
    return tuple(rows)


def _columns(table: etree._Element) -> list[int]:
    """For every border of the table's own grid the number of the column it begins, slivers counted with their neighbour.

    Empty where the grid is not told: then the cells are counted as they come.
    """
    widths = [_number(column.get(f"{W}w")) for column in table.findall(f"{W}tblGrid/{W}gridCol")]
    if not widths or min(widths) <= 0:
        return []
    places = [0]
    at = 0
    for width, edge in zip(widths, accumulate(widths), strict=True):
        if width > _SLIVER or edge == width:
            at += 1
        places.append(at)
    return places


def _spread(places: list[int], column: int, span: int) -> tuple[int, int]:
    if not places or column + span >= len(places):
        return (
            places[column] if column < len(places) else column - len(places) + places[-1] + 1
        ) if places else column, span
    return places[column], places[column + span] - places[column]


def _count(node: etree._Element) -> int:
    return min(_number(node.get(VAL)), _MOST_SPAN)


def _number(text: str | None) -> int:
    return int(float(text)) if text and text.replace(".", "", 1).isdigit() else 0
