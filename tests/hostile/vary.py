"""What clerks, platforms and converters do to a report. LAYOUTS change no figure; DAMAGES spoil something visibly."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Set
from contextlib import suppress
from decimal import Decimal

from tests.hostile.sheets import Cell, Sheet, Table

Change = Callable[[Sheet, random.Random], None]
_HALF = str.maketrans("（）：，；", "():,;")
_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")


def _labels(sheet: Sheet, change: Callable[[str], str], only: Callable[[Cell], bool] = lambda cell: True) -> None:
    for table in sheet.tables():
        for row in table.rows:
            for cell in row:
                if cell.name is None and cell.text and only(cell):
                    cell.text = change(cell.text)


def half_width(sheet: Sheet, chance: random.Random) -> None:
    _labels(sheet, lambda text: text.translate(_HALF))


def ordinals_otherwise(sheet: Sheet, chance: random.Random) -> None:
    mark = chance.choice(("、", "．", ". ", "）"))
    _labels(sheet, lambda text: re.sub(r"^(\d)\.", rf"\1{mark}", text))


def no_ordinals(sheet: Sheet, chance: random.Random) -> None:
    _labels(sheet, lambda text: re.sub(r"^(\d\.|[一二三四]、)", "", text), lambda c: c.text != "3.其他")


def spaced_labels(sheet: Sheet, chance: random.Random) -> None:
    _labels(sheet, lambda text: " ".join(text) if len(text) < 5 else text)


def broken_labels(sheet: Sheet, chance: random.Random) -> None:
    """A break inside a label, as a narrow column makes it."""
    at = chance.randint(2, 6)
    _labels(sheet, lambda text: text[:at] + "\n" + text[at:] if len(text) > at + 1 else text)


def straight_quotes(sheet: Sheet, chance: random.Random) -> None:
    _labels(
        sheet,
        lambda text: text.replace("“", '"').replace("”", '"') if chance.random() < 0.5 else re.sub("[“”]", "", text),
    )


def short_labels(sheet: Sheet, chance: random.Random) -> None:
    known = {
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请": "1.逾期不补正",
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请": "2.逾期不缴费",
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）": "（二）部分公开",
        "本年收费金额（单位：万元）": "本年收费金额",
    }
    _labels(sheet, lambda text: known.get(text, text))


def misprinted_label(sheet: Sheet, chance: random.Random) -> None:
    _labels(sheet, lambda text: text.replace("2.其他法律行政法规禁止公开", "2.其他法律行政止公开"))


def repeated_groups(sheet: Sheet, chance: random.Random) -> None:
    """No merged cells downwards: the group's label stands in every row, or only in the first."""
    repeat = chance.random() < 0.5
    for table in sheet.tables():
        if table.name != "requests":
            continue
        open_cells: dict[int, tuple[Cell, int]] = {}
        rows = []
        for r, row in enumerate(table.rows):
            if r < table.heading:
                rows.append(row)
                continue
            filled: list[Cell] = []
            at = 0
            waiting = list(row)
            while at < table.width:
                if at in open_cells:
                    above, left = open_cells.pop(at)
                    filled.append(Cell(above.text if repeat else "", above.columns))
                    if left > 1:
                        open_cells[at] = (above, left - 1)
                    at += above.columns
                    continue
                if not waiting:
                    break
                cell = waiting.pop(0)
                filled.append(cell)
                if cell.rows > 1:
                    open_cells[at] = (Cell(cell.text, cell.columns), cell.rows - 1)
                    cell.rows = 1
                at += cell.columns
            rows.append(filled + waiting)
        table.rows = rows


def split_tables(sheet: Sheet, chance: random.Random) -> None:
    """表二 as one table for each clause."""
    table = sheet.table("proactive")
    starts = [i for i, row in enumerate(table.rows) if len(row) == 1 and row[0].text]
    if not starts or starts[0]:
        return
    parts: list[str | Table] = []
    for start, end in zip(starts, [*starts[1:], len(table.rows)], strict=True):
        parts.append(Table("proactive", table.width, table.rows[start:end], 0))
    at = sheet.blocks.index(table)
    sheet.blocks[at : at + 1] = parts


def without_clauses(sheet: Sheet, chance: random.Random) -> None:
    table = sheet.table("proactive")
    table.rows = [row for row in table.rows if len(row) > 1 or not row[0].text]


def header_again(sheet: Sheet, chance: random.Random) -> None:
    """The header printed once more where a new page begins."""
    table = sheet.table("requests")
    if any(cell.rows > 1 for row in table.rows[table.heading :] for cell in row):
        repeated_groups(sheet, chance)
    at = chance.randint(table.heading + 3, len(table.rows) - 3)
    again = [[Cell(cell.text, cell.columns, cell.rows) for cell in row] for row in table.rows[: table.heading]]
    table.rows[at:at] = again


def two_storey_header(sheet: Sheet, chance: random.Random) -> None:
    """表三 without 申请人情况 over it; the corner as 信息内容."""
    table = sheet.table("requests")
    if table.heading != 3 or table.rows[0][0].rows != 3:
        return
    corner, _, *beside = table.rows[0]
    for cell in beside:
        cell.rows = 2
    table.rows = [[Cell("信息内容", corner.columns, 2), *table.rows[1], *beside], *table.rows[2:]]
    table.heading = 2


def empty_row(sheet: Sheet, chance: random.Random) -> None:
    table = chance.choice(sheet.tables())
    if any(cell.rows > 1 for row in table.rows for cell in row):
        table = sheet.table("proactive")
    at = chance.randint(1, len(table.rows))
    table.rows.insert(at, [Cell("", table.width)])


def remark_column(sheet: Sheet, chance: random.Random) -> None:
    """A column 备注 at the right edge, empty or with words."""
    table = sheet.table("requests")
    note = chance.choice(("", "", "无误"))
    for r, row in enumerate(table.rows):
        if r == 0:
            row.append(Cell("备注", 1, table.heading))
        elif r >= table.heading:
            row.append(Cell(note if r == table.heading else "", 1))
    table.width += 1


def unknown_row(sheet: Sheet, chance: random.Random) -> None:
    """属于工作秘密: a row that no edition has, among 不予公开."""
    table = sheet.table("requests")
    at = next((i for i, row in enumerate(table.rows) if any("行政查询事项" in cell.text for cell in row)), None)
    if at is None:
        return
    for row in table.rows[:at]:
        for cell in row:
            if (cell.rows > 1 and "不予公开" in cell.text) or (cell.rows > 1 and "办理结果" in cell.text):
                cell.rows += 1
    lead = (
        [Cell("", 1), Cell("", 1)]
        if not any(cell.rows > 1 for row in table.rows[table.heading :] for cell in row)
        else []
    )
    figures = [Cell("5", 1) for _ in range(7)]
    table.rows.insert(at + 1, [*lead, Cell("9.属于工作秘密"), *figures])


def subtotal_rows(sheet: Sheet, chance: random.Random) -> None:
    """A platform's subtotals under （三） to （五）: rows that the form does not have."""
    repeated_groups(sheet, chance)
    table = sheet.table("requests")
    rows: list[list[Cell]] = []
    for row in table.rows:
        rows.append(row)
        label = next((cell.text for cell in row if "行政查询事项" in cell.text or "仍不明确" in cell.text), None)
        if label:
            lead = row[:-8] if len(row) > 8 else []
            rows.append(
                [
                    *(Cell("", cell.columns) for cell in lead),
                    Cell("小计", row[-8].columns),
                    *(Cell("9") for _ in range(7)),
                ]
            )
    table.rows = rows


def thousands(sheet: Sheet, chance: random.Random) -> None:
    for cell in _figures(sheet):
        if re.fullmatch(r"\d{4,}", cell.text):
            cell.text = f"{int(cell.text):,}"


def wide_digits(sheet: Sheet, chance: random.Random) -> None:
    for cell in _figures(sheet):
        cell.text = cell.text.translate(_WIDE)


def spaces_around(sheet: Sheet, chance: random.Random) -> None:
    for cell in _figures(sheet):
        cell.text = f" {cell.text}\u00a0" if cell.text else cell.text


def with_unit(sheet: Sheet, chance: random.Random) -> None:
    for cell in _figures(sheet):
        if cell.text and cell.name and cell.name.startswith("requests/"):
            cell.text += "件"


def zeros_as(sheet: Sheet, chance: random.Random) -> None:
    """Nothing, a slash or a dash where others print 0: then the cell says nothing, not 0."""
    sign = chance.choice(("", "/", "-", "—", "无"))
    for cell in _figures(sheet):
        if cell.text == "0":
            cell.text = sign
            sheet.truth[cell.name or ""] = None


LAYOUTS: dict[str, Change] = {
    f.__name__: f
    for f in (
        half_width, ordinals_otherwise, no_ordinals, spaced_labels, broken_labels, straight_quotes, short_labels,
        misprinted_label, repeated_groups, split_tables, without_clauses, header_again, two_storey_header, empty_row,
        remark_column, thousands, wide_digits, spaces_around, with_unit, zeros_as,
    )
}  # fmt: skip


def _figures(sheet: Sheet) -> list[Cell]:
    return [cell for table in sheet.tables() for cell in table.figures()]


def _rows_with_figures(sheet: Sheet) -> list[tuple[Table, int]]:
    return [(t, i) for t in sheet.tables() for i, row in enumerate(t.rows) if any(cell.name for cell in row)]


def _any_figure(sheet: Sheet, chance: random.Random) -> Cell:
    return chance.choice(_figures(sheet))


def _spoil(sheet: Sheet, chance: random.Random, change: Callable[[str], str]) -> None:
    cell = _any_figure(sheet, chance)
    spoilt = change(cell.text)
    if spoilt != cell.text:
        cell.text = spoilt
        sheet.truth[cell.name or ""] = None


def garbled(sheet: Sheet, chance: random.Random) -> None:
    bad = chance.choice(("1O", "l2", "?", "□", "12件3", "1.2.3", "见附表", "1/2", "3(1)", "#REF!", "12.", "一", "~5"))
    _spoil(sheet, chance, lambda text: bad)


def torn_figure(sheet: Sheet, chance: random.Random) -> None:
    between = chance.choice((" ", "\n", "  "))

    def tear(text: str) -> str:
        digits = text.strip(" \u00a0件")
        return digits[:1] + between + (digits[1:] or "0") if digits else text

    _spoil(sheet, chance, tear)


def annotated(sheet: Sheet, chance: random.Random) -> None:
    _spoil(sheet, chance, lambda text: text + chance.choice(("\n（其中修订 2 件）", "（含自然失效1件）", "（去年 3）")))


def lost_cell(sheet: Sheet, chance: random.Random) -> None:
    table, i = chance.choice(_rows_with_figures(sheet))
    at = chance.choice([n for n, cell in enumerate(table.rows[i]) if cell.name])
    gone = table.rows[i].pop(at)
    sheet.truth[gone.name or ""] = None


def extra_cell(sheet: Sheet, chance: random.Random) -> None:
    table, i = chance.choice(_rows_with_figures(sheet))
    at = chance.choice([n for n, cell in enumerate(table.rows[i]) if cell.name])
    table.rows[i].insert(at, Cell(chance.choice(("5", "0", ""))))


def joined_cells(sheet: Sheet, chance: random.Random) -> None:
    """Two figures ran together in one merged cell; told apart again only where sums allow one way."""
    table, i = chance.choice([place for place in _rows_with_figures(sheet) if place[0].name != "proactive"])
    row = table.rows[i]
    places = [n for n in range(len(row) - 1) if all(c.name and c.text.strip() for c in row[n : n + 2])]
    if not places:
        return
    at = chance.choice(places)
    left, right = row[at], row.pop(at + 1)
    left.text += right.text
    left.columns += right.columns


def joined_row(sheet: Sheet, chance: random.Random) -> None:
    """All seven figures of a row in one cell; split again only where the form's sums allow one way."""
    table = sheet.table("requests")
    i = chance.choice([i for i, row in enumerate(table.rows) if any(cell.name for cell in row)])
    figures = [cell for cell in table.rows[i] if cell.name]
    for cell in figures:
        torn = re.sub(r"\s", "", cell.text)
        if sheet.truth[cell.name or ""] is None and torn.isdigit():
            sheet.truth[cell.name or ""] = Decimal(torn)  # the whole row is one figure now: its sum may tell
    rest = [cell for cell in table.rows[i] if not cell.name]
    tail = [cell for cell in rest if table.rows[i].index(cell) > table.rows[i].index(figures[-1])]
    lead = [cell for cell in rest if cell not in tail]
    table.rows[i] = [
        *lead,
        Cell("".join(cell.text for cell in figures), sum(cell.columns for cell in figures), 1, ""),
        *tail,
    ]


def lost_row(sheet: Sheet, chance: random.Random) -> None:
    table, i = chance.choice(_rows_with_figures(sheet))
    gone = table.rows.pop(i)
    for cell in gone:
        if cell.name:
            sheet.truth[cell.name] = None
    for cell in gone:
        if cell.rows > 1 and i < len(table.rows):
            cell.rows -= 1
            table.rows[i].insert(gone.index(cell), cell)
    for row in table.rows[:i]:
        for cell in row:
            if cell.rows > 1 and table.rows.index(row) + cell.rows > i:
                cell.rows -= 1


def doubled_row(sheet: Sheet, chance: random.Random) -> None:
    """A row twice, the second time with other figures."""
    table, i = chance.choice(_rows_with_figures(sheet))
    if any(cell.rows > 1 for cell in table.rows[i]):
        return
    again = [
        Cell(str(int(cell.text) + 1) if cell.name and cell.text.isdigit() else cell.text, cell.columns)
        for cell in table.rows[i]
    ]
    if [cell.text for cell in again] == [cell.text for cell in table.rows[i]]:
        return
    for above in table.rows[: i + 1]:
        for cell in above:
            if cell.rows > 1 and table.rows.index(above) + cell.rows > i:
                cell.rows += 1
    table.rows.insert(i + 1, again)
    for cell in table.rows[i]:
        if cell.name:
            sheet.truth[cell.name] = None


def lost_letter(sheet: Sheet, chance: random.Random) -> None:
    labels = [c for t in sheet.tables() for row in t.rows for c in row if c.name is None and len(c.text) > 2]
    cell = chance.choice(labels)
    at = chance.randrange(len(cell.text))
    cell.text = cell.text[:at] + cell.text[at + 1 :]


def strange_label(sheet: Sheet, chance: random.Random) -> None:
    labels = [
        c for t in sheet.tables() for row in t.rows if len(row) > 1 for c in row if c.name is None and len(c.text) > 2
    ]
    chance.choice(labels).text = chance.choice(("", "其他有关情况", "3", "合 计 数"))


def headers_exchanged(sheet: Sheet, chance: random.Random) -> None:
    """Two column names in each other's place: nobody knows whether the figures moved along."""
    table = sheet.table("requests")
    first = [c for row in table.rows[: table.heading] for c in row if c.columns == 1 and c.rows == 1 and c.text]
    a, b = (cell.text for cell in chance.sample(first, 2)) if len(first) > 1 else ("", "")
    for row in table.rows:
        if not any(cell.name for cell in row):
            for cell in row:
                cell.text = {a: b, b: a}.get(cell.text, cell.text)
    columns = {"商业企业": "org_business", "科研机构": "org_research", "社会公益组织": "org_public_interest",
               "法律服务机构": "org_legal_service", "其他": "org_other"}  # fmt: skip
    names = [columns.get(re.sub(r"\s", "", text)) for text in (a, b)]
    for name in list(sheet.truth):
        if name.startswith("requests/") and name.rsplit("/", 1)[1] in names:
            sheet.truth[name] = None


def table_lost(sheet: Sheet, chance: random.Random) -> None:
    table = chance.choice(sheet.tables())
    sheet.blocks.remove(table)
    for cell in table.figures():
        sheet.truth[cell.name or ""] = None


DAMAGES: dict[str, Change] = {
    f.__name__: f
    for f in (
        garbled, torn_figure, annotated, lost_cell, extra_cell, joined_cells, joined_row, lost_row, doubled_row,
        lost_letter, strange_label, headers_exchanged, table_lost, unknown_row, subtotal_rows,
    )
}  # fmt: skip


_SHIFTS = {"lost_cell", "extra_cell", "joined_cells", "lost_row"}


def blanks_not_shown(sheet: Sheet) -> None:
    """Where nothing bounds a cell, a blank one leaves no trace: what stands beside it cannot be placed for sure.

    An extra cell before a last one that is blank leaves none either where no sum tells of it: it is taken out again.
    """
    for table in sheet.tables():
        for row in table.rows if table.name == "proactive" else ():
            if len(row) > 1 and row[-1].name and not row[-1].text.strip():
                row[1:] = [cell for cell in row[1:] if cell.name]
    if any(not cell.text.strip() for cell in _figures(sheet)):
        sheet.applied.append("blanks_not_shown")
        sheet.damaged = True


NEED_BORDERS = {"lost_cell", "extra_cell"}  # on paper the row is filled up, and nothing shows the loss


def varied(sheet: Sheet, chance: random.Random, damages: int, without: Set[str] = frozenset()) -> Sheet:
    """Up to four layouts on top of one another, then so many damages, but none of `without`."""
    for name in chance.sample(sorted(LAYOUTS), chance.randint(0, 4)):
        with suppress(StopIteration, IndexError):
            LAYOUTS[name](sheet, chance)
        sheet.applied.append(name)
    for _ in range(damages):
        choices = sorted(set(DAMAGES) - without)
        if "doubled_row" in sheet.applied:  # of two rows one label lost: the other then says plainly what it says
            choices = [name for name in choices if name not in {"strange_label", "lost_letter", "lost_row"}]
        if set(sheet.applied) & _SHIFTS:  # a cell too many and one too few in one row: a row of the right length
            choices = [name for name in choices if name not in _SHIFTS]
        if "headers_exchanged" in sheet.applied:  # the second time puts them back
            choices.remove("headers_exchanged")
        name = chance.choice(choices)
        with suppress(StopIteration, IndexError):  # an earlier damage took away what this one would spoil
            DAMAGES[name](sheet, chance)
        sheet.applied.append(name)
        sheet.damaged = True
    return sheet
