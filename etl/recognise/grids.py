"""Grids with true coordinates whose rows carry their label on the left: 表二 and 表三 of pages and documents."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_

from etl.form import Column
from etl.read import Cell, Grid
from etl.recognise.labels import key
from etl.recognise.page_breaks import without_page_breaks
from etl.recognise.tables import (
    TableReading,
    Vocabulary,
    columns_by_header,
    is_unknown_row,
    is_wording,
    note_unknown_row,
    row_label,
    vocabulary,
)
from etl.recognise.witness import doubt_of_text, run_together

_NO_DOUBTS = ("",) * 30


def read_rows_grid(reading: TableReading, grid: Grid) -> None:
    """A grid with true coordinates whose rows carry their label on the left (表二, 表三)."""
    words = vocabulary(reading.table)
    grid = without_page_breaks(grid, words)
    matrix = grid.matrix()
    header = _Header()
    for r, printed in enumerate(grid.rows):
        label = row_label(printed, words)
        if label is None:
            named = columns_by_header(printed, words)
            if named:
                header.add(printed, named, matrix[r], words)
            elif is_unknown_row(printed, words):
                note_unknown_row(reading, printed, words, len(reading.rows_in_order))
            continue
        header.is_used = True
        row, at = label
        columns = words.blocks[row.id].columns
        if len(header.columns) > 1:
            reading.header_doubt = "" if header.is_in_order(columns) else "表头各列与格式不同"
        by_order = _without_label_space(printed[at + 1 :], header)
        by_place = [header.under(column.id, matrix[r]) for column in columns]
        notes = [cell for cell in by_order[len(columns) :] if cell.text and header.is_note(cell)]
        for cell in notes:
            reading.note_extra(cell)
        doubt = doubt_of_text(by_order, columns) if grid.has_weak_blanks else ""
        doubt = doubt or (_edge_doubt(matrix[r], header) if header.columns else reading.header_doubt)
        if not doubt and len(by_order) == len(columns) and all(map(is_, by_order, by_place)):
            reading.take(row, columns, by_order, _NO_DOUBTS[: len(columns)])
            continue
        apart = run_together(by_order, columns) if header.is_in_order(columns) else None
        if apart is not None:
            reading.take_inferred(row, columns, *apart)
            continue
        surplus = [cell for cell in by_order[len(columns) :] if cell.text and cell not in notes]
        ordered = [*by_order[: len(columns)], *[None] * (len(columns) - len(by_order))]
        if len(by_order) < len(columns) or surplus:  # one cell too few or too many: nobody knows which
            cells = [cell or placed for cell, placed in zip(ordered, by_place, strict=True)]
            reading.take(row, columns, cells, [f"应有 {len(columns)} 个格，实有 {len(by_order)} 个"] * len(columns))
            continue
        doubt = doubt or ("一格跨了几列，分不清里面是哪几列的数" if any(map(header.is_over_several, by_order)) else "")
        doubts = [
            doubt or _doubt(placed, cell, bool(header.columns), column)
            for column, cell, placed in zip(columns, ordered, by_place, strict=True)
        ]
        reading.take(row, columns, ordered, doubts)


class _Header:
    """The columns that the header in force names, and how far to the right it reaches."""

    def __init__(self) -> None:
        self.columns: dict[str, list[int]] = {}
        self.others: list[int] = []  # columns under a name that the form does not have
        self.edge = 0
        self.is_used = False

    def add(
        self,
        printed: Sequence[Cell],
        named: Sequence[tuple[Column, Cell]],
        line: Sequence[Cell | None],
        words: Vocabulary,
    ) -> None:
        if self.is_used:  # the next block's header, or the same one repeated
            self.columns, self.others, self.edge, self.is_used = {}, [], 0, False
        for column, cell in named:
            places = self.columns.setdefault(column.id, [])
            if cell.column not in places:
                places.append(cell.column)
        self.others += [cell.column for cell in printed if cell.text and not words.knows(key(cell.text))]
        self.edge = max(self.edge, _edge_of(line))

    def under(self, column: str, line: Sequence[Cell | None]) -> Cell | None:
        """The cell under a name, if that name stands over one column only and the cell under no other name."""
        places = self.columns.get(column)
        cell = line[places[0]] if places is not None and len(places) == 1 and places[0] < len(line) else None
        if cell is None or cell.colspan == 1:
            return cell
        covered = range(cell.column, cell.column + cell.colspan)
        return cell if sum(1 for places in self.columns.values() for at in places if at in covered) == 1 else None

    def is_over_several(self, cell: Cell) -> bool:
        """Whether the cell stands under several names: what follows it in order is not what stands in its place."""
        covered = range(cell.column, cell.column + cell.colspan)
        return cell.colspan > 1 and sum(1 for places in self.columns.values() for at in places if at in covered) > 1

    def is_in_order(self, columns: Sequence[Column]) -> bool:
        """Whether it names just these columns, from left to right as the form has them."""
        places = [self.columns.get(column.id, []) for column in columns]
        return all(len(place) == 1 for place in places) and places == sorted(places)

    def is_note(self, cell: Cell) -> bool:
        """Words at the right of all figures, as in a column 备注."""
        last = max((at for places in self.columns.values() for at in places), default=0)
        return cell.column > last and is_wording(cell.text)


def _edge_doubt(line: Sequence[Cell | None], header: _Header) -> str:
    """A row that ends elsewhere than its header lost a cell or gained one, and the rest moved along."""
    edge = _edge_of(line)
    if not header.edge or edge == header.edge or len(header.columns) < 3:
        return ""
    return "比表头少一格，分不清少的是哪一格" if edge < header.edge else "比表头多一格，分不清多的是哪一格"


def _edge_of(line: Sequence[Cell | None]) -> int:
    if line and line[-1] is not None:
        return len(line)
    return max((at for at, cell in enumerate(line) if cell is not None), default=-1) + 1


def _without_label_space(cells: Sequence[Cell], header: _Header) -> Sequence[Cell]:
    """The cells from the first value column on: a label that fills one of three columns leaves two of them empty."""
    first = min((column for places in header.columns.values() for column in places), default=0)
    start = 0
    while start < len(cells) and not cells[start].text and cells[start].column + cells[start].colspan <= first:
        start += 1
    return cells[start:]


def _doubt(placed: Cell | None, ordered: Cell | None, has_header: bool, column: Column) -> str:
    if not has_header:
        return ""
    if placed is None:
        return f"表头里找不到“{column.label}”这一列"
    return "" if placed is ordered else "按表头位置和按填写顺序读到的不是同一格"
