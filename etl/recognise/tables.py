"""Which cell of the document is which figure of the form: by place in the grid, and by order of the labels.

Each row of the form is found by its label. Its values are then found twice: by place (under the header that names
their column) and by order (the n-th value after the label is the form's n-th column). A cell is taken only where both
point at the same printed cell; otherwise it is unreadable and says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import is_

from etl.form import Column, Form, FormTable, Row
from etl.form.model import Block
from etl.read import Cell, Grid, Paragraph
from etl.recognise.labels import key
from etl.recognise.numbers import read_cell
from etl.report import Fact, FactState, Problem
from etl.source import Locator

_NO_DOUBTS = ("",) * 30
LABELS_BEFORE_VALUES = 4  # no row of the form has more label cells than this


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every word one table prints, by key."""

    rows: dict[str, Row]
    columns: dict[str, Column]
    headings: frozenset[str]
    blocks: dict[str, Block]  # by row id
    addresses: dict[str, tuple[str, ...]]  # by row id: its cells in form order

    def knows(self, word: str) -> bool:
        return bool(word) and (word in self.rows or word in self.columns or word in self.headings)


@lru_cache(maxsize=64)
def vocabulary(table: FormTable) -> Vocabulary:
    """The words of a table. A group's label is a heading: it stands beside rows without being one."""
    rows: dict[str, Row] = {}
    columns: dict[str, Column] = {}
    headings = {key(word) for word in table.headings}
    blocks: dict[str, Block] = {}
    for block in table.blocks:
        headings.update(key(word) for word in (block.label, *block.aliases) if word)
        for column in block.columns:
            columns.update({key(word): column for word in (column.label, *column.aliases)})
            headings.update(key(word) for word in column.group)
        for row in (*block.rows, *table.variant_rows):
            rows.update({key(word): row for word in (row.label, *row.aliases)})
            headings.update(key(word) for word in row.group)
            blocks[row.id] = block
    addresses = {
        row: tuple(f"{table.id}/{row}/{column.id}" for column in block.columns) for row, block in blocks.items()
    }
    return Vocabulary(rows, columns, frozenset(headings - set(rows)), blocks, addresses)


@dataclass(slots=True)
class TableReading:
    """What was read of one table so far."""

    table: FormTable
    facts: dict[str, Fact] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rows_in_order: list[str] = field(default_factory=list)
    unknown_rows: list[tuple[int, str, Locator]] = field(default_factory=list)  # after how many known rows

    def problem(self, code: str, message: str, locator: Locator | None = None, raw: str | None = None) -> None:
        self.problems.append(Problem(code, f"{self.table.label}：{message}", locator, raw))

    def take(self, row: Row, columns: Sequence[Column], cells: Sequence[Cell | None], doubts: Sequence[str]) -> None:
        """One row's values; a cell with a doubt, or None, becomes unreadable and the doubt is its Problem."""
        if row.id in self.rows_in_order:
            if not any(doubts) and self._says_the_same(row, cells):
                return
            self.problem("row_repeated", f"“{row.label}”一行出现了两次，无法判断以哪一行为准。请核对原文。",
                         next((c.locator for c in cells if c), None))  # fmt: skip
            doubts = [doubt or "本行出现了两次" for doubt in doubts]
        else:
            self.rows_in_order.append(row.id)
        names = vocabulary(self.table).addresses[row.id]
        for name, column, cell, doubt in zip(names, columns, cells, doubts, strict=True):
            if cell is None:
                self.facts[name] = Fact(name, FactState.UNREADABLE, None, None, None)
                continue
            raw, place = cell.text, cell.locator
            state, value = (FactState.UNREADABLE, None) if doubt else read_cell(raw, column.unit)
            if state is FactState.UNREADABLE and not doubt:
                self.problem("cell_unreadable", f"“{row.label}”的“{column.label}”填的是“{raw}”，不是可以确认的数。"
                             "请对照原文确认。", place, raw)  # fmt: skip
            self.facts[name] = Fact(name, state, value, raw, place)
        for reason in sorted({doubt for doubt in doubts if doubt}) if any(doubts) else ():
            shown = " | ".join(cell.text for cell in cells if cell)
            first = next((cell.locator for cell in cells if cell), None)
            self.problem("cell_doubtful", f"“{row.label}”一行读不准：{reason}。请对照原文确认。", first, shown)

    def _says_the_same(self, row: Row, cells: Sequence[Cell | None]) -> bool:
        """A page that prints a table twice, for the screen and for the phone, contradicts nothing."""
        met = [self.facts[name] for name in vocabulary(self.table).addresses[row.id]]
        return [fact.raw for fact in met] == [cell.text if cell else None for cell in cells]

    def finish(self, found: bool) -> None:
        """Every printed cell that was not met: absent, or unreadable where an unknown row stands in its place."""
        replaced = {name for row in self.table.variant_rows if row.id in self.rows_in_order for name in row.replaces}
        order = [row.id for block in self.table.blocks for row in block.rows]
        self._check_order(order)
        missing: list[str] = []
        for block in self.table.blocks:
            for row in block.rows:
                if row.id in self.rows_in_order:
                    continue
                unknown = self._unknown_in_place_of(row.id, order)
                state = FactState.UNREADABLE if unknown and row.id not in replaced else FactState.ABSENT
                for column in block.columns:
                    name = f"{self.table.id}/{row.id}/{column.id}"
                    raw, place = (unknown[1], unknown[2]) if state is FactState.UNREADABLE and unknown else (None, None)
                    self.facts[name] = Fact(name, state, None, raw, place)
                if state is FactState.ABSENT and row.id not in replaced:
                    missing.append(row.label)
        if not found:
            self.problem("table_missing", "没有找到这张表。请核对原文是否缺表，或表格是不是图片。")
        elif missing:
            self.problem(
                "row_missing", f"没有找到 {'、'.join(f'“{label}”' for label in missing)} 行。请核对原文是否缺行。"
            )
        for _, label, place in self.unknown_rows:
            self.problem("row_unknown", f"有一行的名称“{label}”不在格式中，没有计入。请对照原文确认。", place, label)

    def _unknown_in_place_of(self, row: str, order: list[str]) -> tuple[int, str, Locator] | None:
        before = sum(1 for name in order[: order.index(row)] if name in self.rows_in_order)
        return next((unknown for unknown in self.unknown_rows if unknown[0] == before), None)

    def _check_order(self, order: list[str]) -> None:
        met = [name for name in self.rows_in_order if name in order]
        if met != sorted(met, key=order.index):
            self.problem("row_order", "各行的顺序与格式不同，已按行名读取。请对照原文确认。")


def columns_by_header(cells: Iterable[Cell], words: Vocabulary) -> list[tuple[Column, Cell]]:
    """The header cells that name a column, in reading order."""
    found = []
    for cell in cells:
        column = words.columns.get(key(cell.text))
        if column is not None:
            found.append((column, cell))
    return found


def read_rows_grid(reading: TableReading, grid: Grid) -> None:
    """A grid with true coordinates whose rows carry their label on the left (表二, 表三)."""
    words = vocabulary(reading.table)
    matrix = grid.matrix()
    header: dict[str, list[int]] = {}
    header_used = False
    for r, printed in enumerate(grid.rows):
        label = _row_label(printed, words)
        if label is None:
            named = columns_by_header(printed, words)
            if named:
                if header_used:
                    header, header_used = {}, False  # the next block's header, or the same one repeated
                for column, cell in named:
                    header.setdefault(column.id, []).append(cell.column)
            elif _is_unknown_row(printed, words):
                _note_unknown_row(reading, printed, words)
            continue
        header_used = True
        row, at = label
        columns = words.blocks[row.id].columns
        by_order = printed[at + 1 :]
        by_place = [_under(header.get(column.id), matrix[r]) for column in columns]
        if len(by_order) == len(columns) and all(map(is_, by_order, by_place)):
            reading.take(row, columns, by_order, _NO_DOUBTS[: len(columns)])
            continue
        ordered = [*by_order[: len(columns)], *[None] * (len(columns) - len(by_order))]
        doubts = [
            _doubt(placed, cell, bool(header), column, len(by_order), len(columns))
            for column, cell, placed in zip(columns, ordered, by_place, strict=True)
        ]
        cells = [cell or placed for cell, placed in zip(ordered, by_place, strict=True)]
        reading.take(row, columns, cells, doubts)


def _under(columns: list[int] | None, line: Sequence[Cell | None]) -> Cell | None:
    """The cell under a header, if that header stands over one column only."""
    return line[columns[0]] if columns is not None and len(columns) == 1 and columns[0] < len(line) else None


def _doubt(placed: Cell | None, ordered: Cell | None, has_header: bool, column: Column, got: int, due: int) -> str:
    if ordered is None:
        return f"应有 {due} 个格，实有 {got} 个"
    if not has_header:
        return "" if got == due else f"没有表头，应有 {due} 个格，实有 {got} 个"
    if placed is None:
        return f"表头里找不到“{column.label}”这一列"
    return "" if placed is ordered else "按表头位置和按填写顺序读到的不是同一格"


def _row_label(printed: Sequence[Cell], words: Vocabulary) -> tuple[Row, int] | None:
    """The row and the index of the last cell among the first few that names one; values never do."""
    found = None
    for at, cell in enumerate(printed[:LABELS_BEFORE_VALUES]):
        if not cell.text:
            continue
        word = key(cell.text)
        row = words.rows.get(word)
        if row is not None and not (found is None and word in words.columns and _names_columns(printed, words)):
            found = (row, at)
        elif word not in words.headings:
            break
    return found


def _names_columns(printed: Sequence[Cell], words: Vocabulary) -> bool:
    """总计 and 其他 are rows and columns both: a line that names several columns is a header."""
    return sum(1 for cell in printed if cell.text and key(cell.text) in words.columns) > 1 or not any(
        cell.text[:1].isdigit() for cell in printed
    )


def _is_label_like(text: str) -> bool:
    word = key(text)
    return len(word) >= 2 and not word.isdigit()


def _is_unknown_row(printed: Sequence[Cell], words: Vocabulary) -> bool:
    """A line with a name we do not know and figures after it."""
    names = [cell for cell in printed[:LABELS_BEFORE_VALUES] if _is_label_like(cell.text)]
    unknown = [cell for cell in names if not words.knows(key(cell.text))]
    return bool(unknown) and sum(1 for cell in printed if cell.text.strip().replace(".", "", 1).isdigit()) >= 1


def _note_unknown_row(reading: TableReading, printed: Sequence[Cell], words: Vocabulary) -> None:
    first = next(cell for cell in printed if _is_label_like(cell.text) and not words.knows(key(cell.text)))
    reading.unknown_rows.append((len(reading.rows_in_order), first.text, first.locator))


def read_ragged_rows(reading: TableReading, grid: Grid) -> None:
    """Lines with bars (表二, 表三): spans are lost, so values either follow the label at once or stand at the right edge."""
    words = vocabulary(reading.table)
    lines = [(line, _row_label(line, words)) for line in grid.rows]
    at_edge = _stands_at_edge(lines, words)
    header: list[Column] = []
    for line, label in lines:
        if label is None:
            named = [column for column, _ in columns_by_header(line, words)]
            if named:
                header = named if len({*header} & {*named}) or _starts_block(header, named, words) else header + named
            elif _is_unknown_row(line, words):
                _note_unknown_row(reading, line, words)
            continue
        row, at = label
        columns = words.blocks[row.id].columns
        width = len(columns)
        rest = line[at + 1 :]
        full = _trimmed_width(line)
        values = list(line[full - width : full]) if at_edge else list(rest[:width])
        strays = [cell for cell in rest if cell.text and all(cell is not value for value in values)]
        doubt = ""
        if len(values) < width:
            doubt = f"应有 {width} 个格，实有 {len(values)} 个"
        elif strays:
            doubt = f"在 {width} 个格之外还有“{strays[0].text}”"
        elif header and {column.id for column in header} != {column.id for column in columns}:
            doubt = "表头的列与格式不同"
        padded: list[Cell | None] = [*values, *([None] * (width - len(values)))]
        reading.take(row, columns, padded, [doubt] * width)


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
        start, full = label[1] + 1, _trimmed_width(line)
        packed += sum(1 for cell in line[start : start + width] if cell.text)
        edge += sum(1 for cell in line[max(full - width, start) : full] if cell.text)
    return edge > packed


def _trimmed_width(line: Sequence[Cell]) -> int:
    """The line without the empty piece that a closing bar leaves."""
    return len(line) - 1 if line and not line[-1].text else len(line)


def read_single_line(
    reading: TableReading, lines: Sequence[Sequence[Cell]], matrix: list[list[Cell | None]] | None
) -> None:
    """表四: three blocks side by side, all values in one line under a header of up to three storeys."""
    words = vocabulary(reading.table)
    block = reading.table.blocks[0]
    width = len(block.rows) * len(block.columns)
    values: Sequence[Cell] | None = None
    value_row = 0
    header: list[Cell] = []
    for r, line in enumerate(lines):
        named = sum(1 for cell in line if cell.text and words.knows(key(cell.text)))
        if named >= 2 or (named and not any(cell.text[:1].isdigit() for cell in line)):
            header.extend(cell for cell in line if cell.text)
        elif (header and len(line) >= width and values is None) or (
            header and values is None and any(cell.text for cell in line)
        ):
            values, value_row = line, r
    if values is None:
        return
    leaves = [words.columns[key(cell.text)].id for cell in header if key(cell.text) in words.columns]
    doubt = ""
    if len(values) < width:
        doubt = f"应有 {width} 个数，实有 {len(values)} 个格"
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


def cells_from_lines(lines: Sequence[Paragraph]) -> list[Cell]:
    """One cell a line: the lines between two headings as cells in order; gaps in the line numbers are empty cells.

    Where every printed line is followed by a blank one, the blank lines only separate.
    """
    if not lines:
        return []
    numbers = [line.locator.line or 0 for line in lines]
    first = numbers[0]
    spaced = len(lines) > 3 and all((number - first) % 2 == 0 for number in numbers)
    step = 2 if spaced else 1
    by_number = dict(zip(numbers, lines, strict=True))
    return [
        Cell(by_number[n].text if n in by_number else "", 0, i, 1, 1, Locator(line=n))
        for i, n in enumerate(range(first, numbers[-1] + 1, step))
    ]


def read_lines(reading: TableReading, lines: Sequence[Paragraph]) -> None:
    """One cell a line: only the order of the labels is left, so a row must have exactly its number of cells."""
    words = vocabulary(reading.table)
    tokens = cells_from_lines(lines)
    if reading.table.layout == "single_line":
        values = [i for i, cell in enumerate(tokens) if cell.text and not words.knows(key(cell.text))]
        last_label = max((i for i, cell in enumerate(tokens) if cell.text and words.knows(key(cell.text))), default=-1)
        start = min((i for i in values if i < last_label), default=last_label + 1)
        header, rest = tokens[:start], tokens[start:]
        width = len(reading.table.blocks[0].rows) * len(reading.table.blocks[0].columns)
        if len(rest) > width:
            rest = [cell for cell in rest if cell.text] if sum(1 for c in rest if c.text) == width else rest
        if len(rest) < width:
            rest = [*rest]  # a blank last cell leaves no line: too short, hence doubtful
        read_single_line(reading, [header, rest], None)
        return
    starts: list[tuple[int, int, Row]] = []  # first token of the label, first token after it
    i = 0
    header_words: list[str] = []
    while i < len(tokens):
        row, after = _label_at(tokens, i, words)
        if row is None or (not starts and key(tokens[i].text) in words.columns and not _figure_follows(tokens, after)):
            if tokens[i].text and key(tokens[i].text) in words.columns:
                header_words.append(key(tokens[i].text))
            i += 1
            continue
        starts.append((i, after, row))
        i = after
    for n, (_, after, row) in enumerate(starts):
        end = starts[n + 1][0] if n + 1 < len(starts) else len(tokens)
        _take_line_row(reading, row, tokens[after:end], words, is_last=n + 1 == len(starts))


def _figure_follows(tokens: Sequence[Cell], at: int) -> bool:
    following = next((cell.text for cell in tokens[at:] if cell.text), "")
    return following[:1].isdigit() or following in {"/", "-", "—"}


def _label_at(tokens: Sequence[Cell], i: int, words: Vocabulary) -> tuple[Row | None, int]:
    """The row whose label begins at token i, perhaps broken over several lines, and the token after it."""
    text, after = "", i
    best: tuple[Row | None, int] = (None, i)
    while after < len(tokens) and after - i < 6:
        piece = tokens[after].text
        after += 1
        if not piece:
            if not text:
                break
            continue
        if not _is_label_like(piece) and (text or not key(piece) or key(piece).isdigit()):
            break  # a figure or a slash is no part of a label
        text += piece
        row = words.rows.get(key(text))
        if row is not None:
            if not (
                row.replaces and _label_at(tokens, after, words)[0]
            ):  # else it is the group over the rows it replaces
                best = (row, after)
            break
        if words.knows(key(text)):
            break
    return best


def _take_line_row(reading: TableReading, row: Row, tokens: list[Cell], words: Vocabulary, is_last: bool) -> None:
    columns = words.blocks[row.id].columns
    width = len(columns)
    cut = len(tokens)
    for i, cell in enumerate(tokens):  # the next group's label, header or an unknown row ends the values
        if cell.text and i >= 1 and (words.knows(key(cell.text)) or (_is_label_like(cell.text) and i >= width)):
            cut = i
            break
    values, beyond = tokens[:cut], tokens[cut:]
    for i, cell in enumerate(beyond):
        is_unknown = _is_label_like(cell.text) and not words.knows(key(cell.text))
        if is_unknown and _figure_follows(beyond, i + 1):
            reading.unknown_rows.append((len(reading.rows_in_order) + 1, cell.text, cell.locator))
    filled = [cell for cell in values if cell.text]
    if len(values) != width and len(filled) == width:
        values = filled
    while len(values) > width and not values[-1].text:
        values = values[:-1]
    doubt = "" if len(values) == width else f"应有 {width} 个格，实有 {len(filled)} 个，分不清空的是哪一个"
    padded: list[Cell | None] = [*values[:width], *([None] * (width - len(values[:width])))]
    reading.take(row, columns, padded, [doubt] * width)


def form_table_of(grid: Grid, form: Form) -> tuple[FormTable | None, int]:
    """The table of the form whose words this grid prints, with how many rows and columns it names."""
    keys = {key(cell.text) for row in grid.rows for cell in row if cell.text}
    best, most = None, 0
    for table in form.tables:
        words = vocabulary(table)
        hits = len(keys & words.rows.keys()) * 2 + len(keys & words.columns.keys())
        if hits > most:
            best, most = table, hits
    return (best, most) if most >= 3 else (None, most)
