"""Tables whose lines keep their cells together: true grids of web pages, and text with bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import is_

from etl.form import Column, Row
from etl.read import Cell, Grid
from etl.recognise.labels import key
from etl.recognise.tables import (
    TableReading,
    Vocabulary,
    columns_by_header,
    is_unknown_row,
    note_unknown_row,
    row_label,
    vocabulary,
)

_NO_DOUBTS = ("",) * 30


def read_rows_grid(reading: TableReading, grid: Grid) -> None:
    """A grid with true coordinates whose rows carry their label on the left (表二, 表三)."""
    words = vocabulary(reading.table)
    matrix = grid.matrix()
    header: dict[str, list[int]] = {}
    header_used = False
    for r, printed in enumerate(grid.rows):
        label = row_label(printed, words)
        if label is None:
            named = columns_by_header(printed, words)
            if named:
                if header_used:
                    header, header_used = {}, False  # the next block's header, or the same one repeated
                for column, cell in named:
                    header.setdefault(column.id, []).append(cell.column)
            elif is_unknown_row(printed, words):
                note_unknown_row(reading, printed, words, len(reading.rows_in_order))
            continue
        header_used = True
        row, at = label
        columns = words.blocks[row.id].columns
        by_order = _without_label_space(printed[at + 1 :], header)
        by_place = [_under(header.get(column.id), matrix[r]) for column in columns]
        if len(by_order) == len(columns) and all(map(is_, by_order, by_place)):
            reading.take(row, columns, by_order, _NO_DOUBTS[: len(columns)])
            continue
        surplus = [cell for cell in by_order[len(columns) :] if cell.text]
        ordered = [*by_order[: len(columns)], *[None] * (len(columns) - len(by_order))]
        if len(by_order) < len(columns) or surplus:  # one cell too few or too many: nobody knows which
            cells = [cell or placed for cell, placed in zip(ordered, by_place, strict=True)]
            reading.take(row, columns, cells, [f"应有 {len(columns)} 个格，实有 {len(by_order)} 个"] * len(columns))
            continue
        doubts = [
            _doubt(placed, cell, bool(header), column)
            for column, cell, placed in zip(columns, ordered, by_place, strict=True)
        ]
        reading.take(row, columns, ordered, doubts)


def _without_label_space(cells: Sequence[Cell], header: dict[str, list[int]]) -> Sequence[Cell]:
    """The cells from the first value column on: a label that fills one of three columns leaves two of them empty."""
    first = min((column for columns in header.values() for column in columns), default=0)
    start = 0
    while start < len(cells) and not cells[start].text and cells[start].column + cells[start].colspan <= first:
        start += 1
    return cells[start:]


def _under(columns: list[int] | None, line: Sequence[Cell | None]) -> Cell | None:
    """The cell under a header, if that header stands over one column only."""
    return line[columns[0]] if columns is not None and len(columns) == 1 and columns[0] < len(line) else None


def _doubt(placed: Cell | None, ordered: Cell | None, has_header: bool, column: Column) -> str:
    if not has_header:
        return ""
    if placed is None:
        return f"表头里找不到“{column.label}”这一列"
    return "" if placed is ordered else "按表头位置和按填写顺序读到的不是同一格"


def read_ragged_rows(reading: TableReading, grid: Grid) -> None:
    """Lines with bars (表二, 表三): spans are lost, so values either follow the label at once or stand at the right edge."""
    words = vocabulary(reading.table)
    lines = [(line, row_label(line, words)) for line in grid.rows]
    at_edge = _stands_at_edge(lines, words)
    usual = _usual_width(lines)
    header: list[Column] = []
    read: list[tuple[Row, list[Cell | None], str]] = []
    for line, label in lines:
        if label is None:
            named = [column for column, _ in columns_by_header(line, words)]
            if named:
                header = named if len({*header} & {*named}) or _starts_block(header, named, words) else header + named
            elif is_unknown_row(line, words):
                note_unknown_row(reading, line, words, len(reading.rows_in_order) + len(read))
            elif read and any(cell.text[:1].isdigit() for cell in line):
                row, cells, _ = read[-1]
                read[-1] = (
                    row,
                    cells,
                    f"下一行只有数（{'、'.join(cell.text for cell in line if cell.text)}），可能是这一行断开的",
                )
            continue
        row, at = label
        values, doubt = _ragged_values(line, at, words.blocks[row.id].columns, header, at_edge)
        is_full = len(line) - at - 1 == len(values) and all(cell is not None and cell.text for cell in values)
        if usual is not None and len(line) != usual and not is_full:
            doubt = f"其他各行都是 {usual} 格，这一行是 {len(line)} 格，分不清缺的或多的是哪一格"
        read.append((row, values, doubt))
    for row, cells, doubt in read:
        columns = words.blocks[row.id].columns
        reading.take(row, columns, cells, [doubt] * len(columns))


def _ragged_values(
    line: Sequence[Cell], at: int, columns: Sequence[Column], header: Sequence[Column], at_edge: bool
) -> tuple[list[Cell | None], str]:
    """The cells of a row whose label is the line's cell `at`, filled up with None, and what is doubtful about them."""
    width = len(columns)
    rest = line[at + 1 :]
    values = list(line[len(line) - width :] if at_edge else rest[:width])
    strays = [cell for cell in rest if cell.text and all(cell is not value for value in values)]
    doubt = ""
    if len(values) < width:
        doubt = f"应有 {width} 个格，实有 {len(values)} 个"
    elif strays:
        doubt = f"在 {width} 个格之外还有“{strays[0].text}”"
    elif header and {column.id for column in header} != {column.id for column in columns}:
        doubt = "表头的列与格式不同"
    return [*values, *([None] * (width - len(values)))], doubt


def _starts_block(header: list[Column], named: list[Column], words: Vocabulary) -> bool:
    """表二 prints a header for each block: the next block's header replaces the last one's."""
    blocks = {id(block) for block in words.blocks.values()}
    return len(blocks) > 1 and bool(header) and bool(named)


def _stands_at_edge(lines: Sequence[tuple[Sequence[Cell], tuple[Row, int] | None]], words: Vocabulary) -> bool:
    """Decided once for the table: where do more of the value positions hold something?"""
    packed = edge = 0
    for line, label in lines:
        if label is None:
            continue
        width = len(words.blocks[label[0].id].columns)
        start, full = label[1] + 1, len(line)
        packed += sum(1 for cell in line[start : start + width] if cell.text)
        edge += sum(1 for cell in line[max(full - width, start) : full] if cell.text)
    return edge > packed


def _usual_width(lines: Sequence[tuple[Sequence[Cell], tuple[Row, int] | None]]) -> int | None:
    """How many cells a line has, where nearly all lines have the same number: then one with another lost a bar.

    None where lines end with their last figure, whose number of cells varies with the depth of their label.
    """
    widths = Counter(len(line) for line, label in lines if label is not None)
    if not widths:
        return None
    usual, times = widths.most_common(1)[0]
    return usual if times >= 0.75 * widths.total() and widths.total() > 2 else None


def read_single_line(
    reading: TableReading, lines: Sequence[Sequence[Cell]], matrix: list[list[Cell | None]] | None
) -> None:
    """表四: three blocks side by side, all values in one line under a header of up to three storeys."""
    words = vocabulary(reading.table)
    block = reading.table.blocks[0]
    width = len(block.rows) * len(block.columns)
    values: Sequence[Cell] | None = None
    value_row = 0
    beyond: list[str] = []
    header: list[Cell] = []
    for r, line in enumerate(lines):
        named = sum(1 for cell in line if cell.text and words.knows(key(cell.text)))
        if named >= 2 or (named and not any(cell.text[:1].isdigit() for cell in line)):
            header.extend(cell for cell in line if cell.text)
        elif (header and len(line) >= width and values is None) or (
            header and values is None and any(cell.text for cell in line)
        ):
            values, value_row = line, r
        elif values is not None and any(cell.text for cell in line):
            beyond = [cell.text for cell in line if cell.text]
    if values is None:
        return
    leaves = [words.columns[key(cell.text)].id for cell in header if key(cell.text) in words.columns]
    doubt = ""
    if len(values) < width:
        doubt = f"应有 {width} 个数，实有 {len(values)} 个格"
    elif beyond:
        doubt = f"数的下面还有一行“{'、'.join(beyond)}”，可能是断开的"
    elif any(cell.text for cell in values[width:]):
        doubt = f"应有 {width} 个数，后面还有“{next(c.text for c in values[width:] if c.text)}”"
    elif sorted(leaves) != sorted([column.id for column in block.columns] * len(block.rows)):
        doubt = "表头与格式不同"
    at = 0
    for row in block.rows:
        cells: list[Cell | None] = []
        doubts = []
        for column in block.columns:
            ordered = values[at] if at < len(values) else None
            cells.append(ordered)
            doubts.append(doubt or _misplaced(row, column, ordered, value_row, matrix, words))
            at += 1
        reading.take(row, block.columns, cells, doubts)


def _misplaced(
    row: Row, column: Column, cell: Cell | None, below: int, matrix: list[list[Cell | None]] | None, words: Vocabulary
) -> str:
    """Where coordinates are true, the header above a value must name its row and its column."""
    if matrix is None or cell is None:
        return ""
    above = {key(head.text) for head in (line[cell.column] for line in matrix[:below]) if head is not None}
    names_row = any(words.rows.get(word) is row for word in above)
    names_column = any(words.columns.get(word) is column for word in above)
    return "" if names_row and names_column else "按表头位置和按填写顺序读到的不是同一格"
