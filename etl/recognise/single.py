"""表四: three blocks side by side, all values in one line under a header of up to three storeys."""

from __future__ import annotations

from collections.abc import Sequence

from etl.form import Column, Row
from etl.read import Cell
from etl.recognise.labels import key
from etl.recognise.tables import TableReading, Vocabulary, vocabulary
from etl.recognise.witness import total_agrees


def read_single_line(
    reading: TableReading,
    lines: Sequence[Sequence[Cell]],
    matrix: list[list[Cell | None]] | None,
    has_weak_blanks: bool = True,
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
    if has_weak_blanks and not doubt and values is not None:
        texts = [cell.text for cell in values[:width]]
        size = len(block.columns)
        parts = [texts[n : n + size] for n in range(0, width, size)]
        if (
            any(texts)
            and not all(texts)
            and (not texts[-1] or not all(total_agrees(part, block.columns) for part in parts))
        ):
            doubt = "有空格，分不清是没有填还是少了一格"
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
    over = [words.rows[word] for word in above if word in words.rows]
    names_row = row in over or not over  # the top of the header may stand on the page before
    names_column = any(words.columns.get(word) is column for word in above)
    return "" if names_row and names_column else "按表头位置和按填写顺序读到的不是同一格"
