"""What clerks, platforms and converters do to a report without changing a figure."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from tests.hostile.sheets import Cell, Sheet, Table

Change = Callable[[Sheet, random.Random], None]
_HALF = str.maketrans("（）：，；", "():,;")
_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")


def figures(sheet: Sheet) -> list[Cell]:
    return [cell for table in sheet.tables() for cell in table.figures()]


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


def thousands(sheet: Sheet, chance: random.Random) -> None:
    for cell in figures(sheet):
        if re.fullmatch(r"\d{4,}", cell.text):
            cell.text = f"{int(cell.text):,}"


def wide_digits(sheet: Sheet, chance: random.Random) -> None:
    for cell in figures(sheet):
        cell.text = cell.text.translate(_WIDE)


def spaces_around(sheet: Sheet, chance: random.Random) -> None:
    for cell in figures(sheet):
        cell.text = f" {cell.text}\u00a0" if cell.text else cell.text


def with_unit(sheet: Sheet, chance: random.Random) -> None:
    for cell in figures(sheet):
        if cell.text and cell.name and cell.name.startswith("requests/"):
            cell.text += "件"


def zeros_as(sheet: Sheet, chance: random.Random) -> None:
    """Nothing, a slash or a dash where others print 0: then the cell says nothing, not 0."""
    sign = chance.choice(("", "/", "-", "—", "无"))
    for cell in figures(sheet):
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
