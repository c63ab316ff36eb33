"""What spoils something in a report so that a reader can see it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from decimal import Decimal

from tests.hostile.layouts import Change, figures, repeated_groups
from tests.hostile.sheets import Cell, Sheet, Table


def _rows_with_figures(sheet: Sheet) -> list[tuple[Table, int]]:
    return [(t, i) for t in sheet.tables() for i, row in enumerate(t.rows) if any(cell.name for cell in row)]


def _any_figure(sheet: Sheet, chance: random.Random) -> Cell:
    return chance.choice(figures(sheet))


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


DAMAGES: dict[str, Change] = {
    f.__name__: f
    for f in (
        garbled, torn_figure, annotated, lost_cell, extra_cell, joined_cells, joined_row, lost_row, doubled_row,
        lost_letter, strange_label, headers_exchanged, table_lost, unknown_row, subtotal_rows,
    )
}  # fmt: skip
