"""Tables whose lines keep their cells together: true grids of web pages, and text with bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from operator import is_

from etl.form import Column, Row
from etl.read import Cell, Grid
from etl.recognise.labels import key
from etl.recognise.numbers import is_unclear
from etl.recognise.tables import (
    TableReading,
    Vocabulary,
    columns_by_header,
    is_unknown_row,
    note_unknown_row,
    row_label,
    vocabulary,
)
from etl.recognise.witness import told_apart, total_agrees

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
        apart = _run_together(by_order, columns) if header.is_in_order(columns) else None
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


def _is_cut_off(halves: Sequence[tuple[Cell, Cell | None]], words: Vocabulary) -> bool:
    """Whether the ordinal and the figures of a row stand above the break and its name alone below it."""
    last = max((n for n, (upper, lower) in enumerate(halves) if lower and key(lower.text) in words.rows), default=None)
    if last is None or key(halves[last][0].text):
        return False
    after = halves[last + 1 :]
    return any(upper.text for upper, _ in after) and not any(lower.text for _, lower in after if lower)


def _names(cells: Sequence[Cell], words: Vocabulary) -> int:
    return sum(1 for cell in cells if cell.text and words.knows(key(cell.text)))


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
        return cell.column > last and _is_wording(cell)


def _is_wording(cell: Cell) -> bool:
    """Words, not a figure nor a sign that stands for one (无)."""
    return len(key(cell.text)) >= 2 and not any(letter.isdigit() for letter in cell.text) and is_unclear(cell.text)


def _edge_doubt(line: Sequence[Cell | None], header: _Header) -> str:
    """A row that ends elsewhere than its header lost a cell or gained one, and the rest moved along."""
    edge = _edge_of(line)
    if not header.edge or edge == header.edge or len(header.columns) < 3:
        return ""
    return "比表头少一格，分不清少的是哪一格" if edge < header.edge else "比表头多一格，分不清多的是哪一格"


def _edge_of(line: Sequence[Cell | None]) -> int:
    return max((at for at, cell in enumerate(line) if cell is not None), default=-1) + 1


def doubt_of_text(cells: Sequence[Cell], columns: Sequence[Column]) -> str:
    """In a line of text a blank may be a cell that was lost or ran together with its neighbour; sums bear witness."""
    texts = [cell.text for cell in cells[: len(columns)]]
    if len(texts) < len(columns) or all(texts) or not any(texts):
        return ""
    if len(texts) > 1 and not texts[-1]:
        return "前面有数而最后一格是空的，分不清是没有填还是少了一格"
    return "有空格而各格相加与总计不符，分不清是没有填还是几格连在了一起" if not total_agrees(texts, columns) else ""


def _run_together(cells: Sequence[Cell], columns: Sequence[Column]) -> tuple[Cell, list[str]] | None:
    """A row whose figures all stand in one cell, and the only way its sum allows to tell them apart."""
    filled = [cell for cell in cells if cell.text]
    if len(filled) != 1 or len(columns) < 3:
        return None
    parts = told_apart(filled[0].text, columns)
    return (filled[0], parts) if parts else None


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
        if not at_edge:
            line = _without_notes(reading, line, at + len(words.blocks[row.id].columns))
        values, doubt = _ragged_values(line, at, words.blocks[row.id].columns, header, at_edge)
        is_full = len(line) - at - 1 == len(values) and all(cell is not None and cell.text for cell in values)
        if usual is not None and len(line) != usual and not is_full:
            doubt = f"其他各行都是 {usual} 格，这一行是 {len(line)} 格，分不清缺的或多的是哪一格"
        if values and values[-1] is not None and _is_wording(values[-1]):
            doubt = doubt or f"最后一格写的是“{values[-1].text}”，分不清前面是不是少了一格"
        if is_exchanged:
            doubt = doubt or "表头各列的顺序与格式不同"
        elif not doubt:
            doubt = doubt_of_text([cell for cell in values if cell is not None], words.blocks[row.id].columns)
        read.append((row, values, doubt))
    for row, cells, doubt in read:
        columns = words.blocks[row.id].columns
        can_split = doubt and not is_exchanged and {column.id for column in header} == {column.id for column in columns}
        apart = _run_together([cell for cell in cells if cell is not None], columns) if can_split else None
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
    if not notes or not all(_is_wording(line[n]) for n in notes):
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
