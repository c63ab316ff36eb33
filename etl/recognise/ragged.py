"""Tables of text with bars: the cells of a line stand in order, and nothing else is sure about their place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from etl.form import Column, Row
from etl.read import Cell, Grid
from etl.recognise.grids import read_rows_grid
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
from etl.recognise.witness import borne_out, doubt_of_text, run_together


def read_ragged_rows(reading: TableReading, grid: Grid) -> None:
    """Lines with bars (表二, 表三): spans are lost, so values either follow the label at once or stand at the right edge."""
    words = vocabulary(reading.table)
    if _is_aligned(grid, words):
        read_rows_grid(reading, grid)
        return
    lines = [(line, row_label(line, words)) for line in grid.rows]
    at_edge = _stands_at_edge(lines, words)
    usual = _usual_width(lines)
    header: list[Column] = []
    is_exchanged = False
    read: list[tuple[Row, list[Cell | None], str]] = []
    for line, label in lines:
        if label is None:
            named = [column for column, _ in columns_by_header(line, words)]
            if named:
                is_exchanged = is_exchanged or out_of_order(named, words)
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
        printed = line
        if not at_edge:
            line = _without_notes(reading, line, at + len(words.blocks[row.id].columns))
        values, doubt = _ragged_values(line, at, words.blocks[row.id].columns, header, at_edge)
        if line is not printed and not borne_out(values, words.blocks[row.id].columns):
            doubt = doubt or "后面还写有文字，而各格相加与总计不符"
        is_full = len(line) - at - 1 == len(values) and all(cell is not None and cell.text for cell in values)
        if usual is not None and len(line) != usual and not is_full:
            doubt = f"其他各行都是 {usual} 格，这一行是 {len(line)} 格，分不清缺的或多的是哪一格"
        if values and values[-1] is not None and is_wording(values[-1].text):
            doubt = doubt or f"最后一格写的是“{values[-1].text}”，分不清前面是不是少了一格"
        if is_exchanged:
            doubt = doubt or "表头各列的顺序与格式不同"
        elif not doubt:
            doubt = doubt_of_text([cell for cell in values if cell is not None], words.blocks[row.id].columns)
        read.append((row, values, doubt))
    for row, cells, doubt in read:
        columns = words.blocks[row.id].columns
        can_split = doubt and not is_exchanged and {column.id for column in header} == {column.id for column in columns}
        apart = run_together([cell for cell in cells if cell is not None], columns) if can_split else None
        if apart is not None:
            reading.take_inferred(row, columns, *apart)
            continue
        reading.take(row, columns, cells, [doubt] * len(columns))


def _is_aligned(grid: Grid, words: Vocabulary) -> bool:
    """Whether every line has the same number of cells and the header names as many neighbouring columns as there are:
    then the n-th cell of each line stands in the n-th column."""
    if len({len(line) for line in grid.rows}) != 1 or len(words.column_order) < 7:
        return False
    places = sorted(
        {
            cell.column
            for line in grid.rows
            if row_label(line, words) is None
            for _, cell in columns_by_header(line, words)
        }
    )
    width = len(words.column_order)
    return len(places) == width and places[-1] - places[0] == width - 1 and places[0] > 0


def out_of_order(named: Sequence[Column], words: Vocabulary) -> bool:
    """Names of one storey of the header, in another order than the form's."""
    storeys: dict[tuple[str, ...], list[int]] = {}
    for column in named:
        storeys.setdefault(column.group, []).append(words.column_order.get(column.id, 0))
    return any(order != sorted(order) for order in storeys.values())


def _without_notes(reading: TableReading, line: Sequence[Cell], last: int) -> Sequence[Cell]:
    """The line without words behind its figures; they are kept as a problem."""
    notes = [n for n, cell in enumerate(line) if n > last and cell.text]
    if not notes or not all(is_wording(line[n].text) for n in notes):
        return line
    for n in notes:
        reading.note_extra(line[n])
    return [replace(cell, text="") if n in notes else cell for n, cell in enumerate(line)]


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
