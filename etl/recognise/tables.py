"""Which cell of the document is which figure of the form: what every layout of a table has in common.

Each row of the form is found by its label. Its values are then found twice: by place (under the header that names
their column) and by order (the n-th value after the label is the form's n-th column). A cell is taken only where both
point at the same printed cell; otherwise it is unreadable and says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from etl.form import Column, Form, FormTable, Row
from etl.form.model import Block
from etl.read import Cell, Grid
from etl.recognise.labels import full_key, key
from etl.recognise.numbers import is_unclear, read_cell
from etl.recognise.witness import borne_out
from etl.report import Fact, FactState, Problem
from etl.source import Locator

LABELS_BEFORE_VALUES = 4  # no row of the form has more label cells than this


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every word one table prints, by key."""

    rows: dict[str, Row]
    columns: dict[str, Column]
    headings: frozenset[str]
    column_order: dict[str, int]  # by column id: its place in the block
    group_names: frozenset[str]  # labels of groups over rows, with and without their ordinals
    groups: frozenset[str]  # labels of rows that also stand as a group over other rows: （六）其他处理
    blocks: dict[str, Block]  # by row id
    addresses: dict[str, tuple[str, ...]]  # by row id: its cells in form order
    otherwise: dict[str, tuple[str, str]]  # by another name of a row or column: its address, the form's own name

    def knows(self, word: str) -> bool:
        return bool(word) and (word in self.rows or word in self.columns or word in self.headings)


@lru_cache(maxsize=64)
def vocabulary(table: FormTable) -> Vocabulary:
    """The words of a table. A group's label is a heading: it stands beside rows without being one."""
    rows: dict[str, Row] = {}
    columns: dict[str, Column] = {}
    headings = {key(word) for word in table.headings}
    groups: set[str] = set()
    blocks: dict[str, Block] = {}
    for block in table.blocks:
        headings.update(key(word) for word in (block.label, *block.aliases) if word)
        for column in block.columns:
            columns.update({key(word): column for word in (column.label, *column.aliases)})
            headings.update(key(word) for word in column.group)
        for row in (*block.rows, *table.variant_rows):
            rows.update({key(word): row for word in (row.label, *row.aliases)})
            groups.update(key(word) for word in row.group)
            blocks[row.id] = block
    addresses = {
        row: tuple(f"{table.id}/{row}/{column.id}" for column in block.columns) for row, block in blocks.items()
    }
    otherwise = {
        word: (f"{table.id}/*/{column.id}", column.label)
        for word, column in columns.items()
        if word != key(column.label)
    }
    otherwise = {word: name for word, name in otherwise.items() if word not in rows} | {
        word: (f"{table.id}/{row.id}", row.label) for word, row in rows.items() if word != key(row.label)
    }
    order = {column.id: n for block in table.blocks for n, column in enumerate(block.columns)}
    plain = frozenset((headings | groups) - set(rows))
    over = {word for block in table.blocks for row in block.rows for word in row.group}
    names = frozenset({full_key(word) for word in over} | {key(word) for word in over})
    return Vocabulary(rows, columns, plain, order, names, frozenset(groups & set(rows)), blocks, addresses, otherwise)


@dataclass(slots=True)
class TableReading:
    """What was read of one table so far."""

    table: FormTable
    facts: dict[str, Fact] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rows_in_order: list[str] = field(default_factory=list)
    unknown_rows: list[tuple[int, str, Locator]] = field(default_factory=list)  # after how many known rows
    header_doubt: str = ""  # cast by a header on what goes on without one, on the next page

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
        if len(columns) > 2 and cells[-1] is not None and is_wording(cells[-1].text):  # of a column 备注, moved along
            reason = f"最后一格写的是“{cells[-1].text}”，分不清前面是不是少了一格"
            doubts = [doubt or reason for doubt in doubts]
        wrapped = next((cell for cell in cells if cell and cell.is_wrapped), None)
        if wrapped and not borne_out(cells, columns):
            doubts = [doubt or "有一格的数折成了几行，没有总计能证实是一个数" for doubt in doubts]
        elif wrapped and not any(doubts):
            self.problem("cells_inferred", f"“{row.label}”一行有一格的数折成了几行，连起来是 {wrapped.text}，与总计相符，已这样采用。"
                         "请对照原文确认。", wrapped.locator, wrapped.text)  # fmt: skip
        names = vocabulary(self.table).addresses[row.id]
        for name, column, cell, doubt in zip(names, columns, cells, doubts, strict=True):
            if cell is None:
                self.facts[name] = Fact(name, FactState.UNREADABLE, None, None, None)
                continue
            raw, place = cell.text, cell.locator
            state, value = (FactState.UNREADABLE, None) if doubt else read_cell(raw, column.unit, column.signed)
            if state is FactState.UNREADABLE and not doubt:
                self.problem("cell_unreadable", f"“{row.label}”的“{column.label}”填的是“{raw}”，不是可以确认的数。"
                             "请对照原文确认。", place, raw)  # fmt: skip
            self.facts[name] = Fact(name, state, value, raw, place, cell.confidence if cell.confidence < 1 else None)
        for reason in sorted({doubt for doubt in doubts if doubt}) if any(doubts) else ():
            shown = " | ".join(cell.text for cell in cells if cell)
            first = next((cell.locator for cell in cells if cell), None)
            self.problem("cell_doubtful", f"“{row.label}”一行读不准：{reason}。请对照原文确认。", first, shown)

    def take_inferred(self, row: Row, columns: Sequence[Column], cell: Cell, parts: Sequence[str]) -> None:
        """A row printed without gaps, told apart in the only way its sum allows; every figure keeps the printed text."""
        if row.id in self.rows_in_order:
            self.take(row, columns, [cell] * len(columns), ["几格连在了一起"] * len(columns))
            return
        self.rows_in_order.append(row.id)
        for name, column, part in zip(vocabulary(self.table).addresses[row.id], columns, parts, strict=True):
            state, value = read_cell(part, column.unit, column.signed)
            self.facts[name] = Fact(name, state, value, cell.text, cell.locator)
        shown = "、".join(parts)
        self.problem("cells_inferred", f"“{row.label}”一行的数连在一起印成“{cell.text}”，只有分成 {shown} 才与总计相符，已这样采用。"
                     "请对照原文确认。", cell.locator, cell.text)  # fmt: skip

    def note_extra(self, cell: Cell) -> None:
        """Words in a column that the form does not have: kept and told, no part of any figure."""
        self.problem("column_unknown", f"表格右边多出的一列里写有“{cell.text}”，没有计入。", cell.locator, cell.text)

    def _says_the_same(self, row: Row, cells: Sequence[Cell | None]) -> bool:
        """A page that prints a table twice, for the screen and for the phone, contradicts nothing."""
        met = [self.facts[name] for name in vocabulary(self.table).addresses[row.id]]
        return [fact.raw for fact in met] == [cell.text if cell else None for cell in cells]

    def finish(self, found: bool) -> None:
        """Every printed cell that was not met: absent, or unreadable where an unknown row stands in its place."""
        self._check_variants()
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

    def _check_variants(self) -> None:
        """A row that stands for others cannot stand beside them: then its figures may belong to one of them."""
        met = set(self.rows_in_order)
        words = vocabulary(self.table)
        wholes = {words.rows[word].id: words.rows[word] for word in words.groups}
        for row in self.table.variant_rows:
            for name in {row.id, *row.replaces} & wholes.keys():
                if row.id not in met or name not in self.rows_in_order or not set(row.replaces) & met:
                    continue
                self.rows_in_order.remove(name)
                facts = [self.facts.pop(address) for address in words.addresses[name] if address in self.facts]
                self.problem(
                    "row_ambiguous",
                    f"“{wholes[name].label}”后面直接有数，它下面的各行也有数，分不清这些数属于哪一行，没有采用。请对照原文确认。",
                    facts[0].locator,
                    " | ".join(fact.raw or "" for fact in facts),
                )

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


def row_label(printed: Sequence[Cell], words: Vocabulary) -> tuple[Row, int] | None:
    """The row and the index of the last cell among the first few that names one; values never do."""
    found = None
    for at, cell in enumerate(printed[:LABELS_BEFORE_VALUES]):
        if not cell.text:
            continue
        word = key(cell.text)
        row = words.rows.get(word)
        if row is not None and not (found is None and word in words.columns and _names_columns(printed, words)):
            found = (row, at)
        elif found is not None or not (is_label_like(cell.text) or _is_rest_of_word(cell.text)):
            break  # a group's name may be broken or unknown; what follows a row's own name is no label any more
    return found


def _names_columns(printed: Sequence[Cell], words: Vocabulary) -> bool:
    """总计 and 其他 are rows and columns both: a line that names several columns is a header, （七）总计 is a row."""
    named = [cell.text for cell in printed if cell.text and key(cell.text) in words.columns]
    if len(named) > 1:
        return True
    return key(named[0]) == full_key(named[0]) and not any(cell.text[:1].isdigit() for cell in printed)


def is_label_like(text: str) -> bool:
    """Words; 12件 is a figure with its measure word."""
    word = key(text)
    return len(word) >= 2 and not word.rstrip("件项宗个元万").isdigit()


def _is_rest_of_word(text: str) -> bool:
    """The last character of a group's name that a page break cut off."""
    return len(key(text)) == 1 and key(text).isalpha() and is_unclear(text)


def is_unknown_row(printed: Sequence[Cell], words: Vocabulary) -> bool:
    """A line with a name we do not know and figures after it."""
    names = [cell for cell in printed[:LABELS_BEFORE_VALUES] if is_label_like(cell.text)]
    unknown = [cell for cell in names if not words.knows(key(cell.text))]
    return bool(unknown) and sum(1 for cell in printed if cell.text.strip().replace(".", "", 1).isdigit()) >= 1


def note_unknown_row(reading: TableReading, printed: Sequence[Cell], words: Vocabulary, after: int) -> None:
    """Keep a row whose name the form does not have; `after` is how many known rows stand above it."""
    first = next(cell for cell in printed if is_label_like(cell.text) and not words.knows(key(cell.text)))
    reading.unknown_rows.append((after, first.text, first.locator))


def tables_of(grids: Iterable[Grid], form: Form) -> dict[int, FormTable]:
    """The table of the form that each grid is, by the grid's number; one that is none of them is left out."""
    found = {grid.number: _table_of(grid, form) for grid in grids}
    return {number: table for number, table in found.items() if table is not None}


def _table_of(grid: Grid, form: Form) -> FormTable | None:
    """The table whose rows and columns the grid names most."""
    keys = {key(cell.text) for row in grid.rows for cell in row if cell.text}
    best, most = None, 0
    for table in form.tables:
        words = vocabulary(table)
        hits = len(keys & words.rows.keys()) * 2 + len(keys & words.columns.keys())
        if hits > most:
            best, most = table, hits
    return best if most >= 3 else None


def is_wording(text: str) -> bool:
    """Words, not a figure, a spoilt one, nor a sign for none (无)."""
    return len(key(text)) >= 2 and not any(letter.isdigit() for letter in text) and is_unclear(text)
