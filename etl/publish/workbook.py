"""The tables of a page as an Excel workbook that still says, years later, what it is and where every figure stands."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

DETAIL_COLUMNS = ("数值", "屏上文字", "状态", "原文", "来源文件", "位置", "说明")
SAMPLE_MARK = "示例数据（虚构，不是真实单位的数字）"
_REAL = "各单位报送的年报"


@dataclass(frozen=True, slots=True)
class TableFigure:
    """One figure of the table: `value` None wherever its state has none; then `text` and `state` say why."""

    row: str
    column: str
    value: Decimal | None
    text: str
    state: str
    raw: str = ""
    source: str = ""
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TableSheet:
    """One table as it was seen: `name` becomes the name of its sheet, `definition` says what its figures mean."""

    name: str
    title: str
    definition: str
    corner: str
    figures: Sequence[TableFigure]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every file that leaves the house says of where it came from; `filters` are the reader's choices in words."""

    filters: Mapping[str, str]
    build_id: str
    built_at: datetime
    county: str
    is_sample: bool

    @property
    def mark(self) -> str:
        """The words for invented data, "" for real data."""
        return SAMPLE_MARK if self.is_sample else ""


def write_workbook(stamp: Stamp, tables: Sequence[TableSheet]) -> bytes:
    """A sheet per table (rows by columns, only figures), then 明细 (one line a figure, with state and source) and 说明.

    A single table's sheet is called 表; several go by their names, and 明细 says in its first column whose each line is.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"title": tables[0].title, "company": stamp.county})
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1, "text_wrap": True, "valign": "top"}),
        "mark": book.add_format({"bold": True, "font_color": "#8A5A00"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    for name, table in zip(_sheet_names(tables), tables, strict=True):
        _matrix(book.add_worksheet(name), formats, table, stamp.mark)
    _details(book.add_worksheet("明细"), formats, tables, stamp.mark)
    _about(book.add_worksheet("说明"), formats, tables, stamp)
    book.close()
    return stream.getvalue()


def write_table_csv(stamp: Stamp, table: TableSheet) -> bytes:
    """One line a figure with state and source, as 明细 has them; UTF-8 with a byte order mark, for Excel."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow((table.corner, "列", *DETAIL_COLUMNS, *stamp.filters, "县（市、区）", "数据版本", "数据性质"))
    tail = (*stamp.filters.values(), stamp.county, stamp.build_id, stamp.mark or _REAL)
    for figure in table.figures:
        value = "" if figure.value is None else f"{figure.value:f}"
        writer.writerow(
            [_as_text(text) for text in (figure.row, figure.column)] + [value, *map(_as_text, _rest(figure)), *tail]
        )
    return b"\xef\xbb\xbf" + stream.getvalue().encode("utf-8")


def _as_text(text: str) -> str:
    """A text that a spreadsheet would take for a formula gets the sign that keeps it a text."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _sheet_names(tables: Sequence[TableSheet]) -> list[str]:
    """What Excel accepts as the name of a sheet: at most 31 signs, none of []:*?/\\, each once."""
    if len(tables) == 1:
        return ["表"]
    names: list[str] = []
    for table in tables:
        name = re.sub(r"[\[\]:*?/\\']", "", table.name)[:26] or "表"
        names.append(name if name not in (*names, "明细", "说明") else f"{name}（{len(names) + 1}）")
    return names


def _about(sheet: Any, formats: Mapping[str, Any], tables: Sequence[TableSheet], stamp: Stamp) -> None:
    names = {"名称": tables[0].title, "口径": tables[0].definition}
    if len(tables) > 1:
        names = {table.title: table.definition for table in tables}
    about = {
        **names, **stamp.filters, "县（市、区）": stamp.county, "数据版本": stamp.build_id,
        "入库时间": stamp.built_at.strftime("%Y-%m-%d %H:%M"), "数据性质": stamp.mark or _REAL,
        "读法": "“表”里没有数字的格是空白，原因在“明细”的状态列：空白、不适用、未报、待核、不可比、未收集都不是 0。",
    }  # fmt: skip
    sheet.set_column(0, 0, 14 if len(tables) == 1 else 40)
    sheet.set_column(1, 1, 90, formats["wrap"])
    for line, (key, value) in enumerate(about.items()):
        sheet.write_string(line, 0, key, formats["head"])
        sheet.write_string(line, 1, value)


def _matrix(sheet: Any, formats: Mapping[str, Any], table: TableSheet, mark: str) -> None:
    lines = {row: index for index, row in enumerate(dict.fromkeys(figure.row for figure in table.figures))}
    places = {column: index for index, column in enumerate(dict.fromkeys(figure.column for figure in table.figures))}
    sheet.write_string(0, 0, table.title)
    sheet.write_string(1, 0, mark, formats["mark"])
    for index, label in enumerate((table.corner, *places)):
        sheet.write_string(2, index, label, formats["head"])
    for row, index in lines.items():
        sheet.write_string(3 + index, 0, row)
    for figure in table.figures:
        if figure.value is not None:
            _number(sheet, 3 + lines[figure.row], 1 + places[figure.column], figure.value)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, max(len(places), 1), 13)
    sheet.freeze_panes(3, 1)


def _details(sheet: Any, formats: Mapping[str, Any], tables: Sequence[TableSheet], mark: str) -> None:
    is_many = len(tables) > 1
    head = (("表", "行") if is_many else (tables[0].corner,)) + ("列", *DETAIL_COLUMNS)
    sheet.write_string(0, 0, tables[0].title if not is_many else "本页各表的明细")
    sheet.write_string(1, 0, mark, formats["mark"])
    for index, label in enumerate(head):
        sheet.write_string(2, index, label, formats["head"])
    line = 2
    for table in tables:
        for figure in table.figures:
            line += 1
            texts = [*((table.name,) if is_many else ()), figure.row, figure.column]
            for index, text in enumerate([*texts, None, *_rest(figure)]):
                if text is not None:
                    sheet.write_string(line, index, text)  # a raw text that starts with = must stay a text
            if figure.value is not None:
                _number(sheet, line, len(texts), figure.value)
    for index, width in enumerate((*((22,) if is_many else ()), 26, 18, 12, 12, 9, 24, 44, 20, 30)):
        sheet.set_column(index, index, width)
    sheet.freeze_panes(3, 2)
    sheet.autofilter(2, 0, max(2, line), len(head) - 1)


def _rest(figure: TableFigure) -> tuple[str, ...]:
    return figure.text, figure.state, figure.raw, figure.source, figure.place, figure.note


def _number(sheet: Any, row: int, column: int, value: Decimal) -> None:
    """Excel keeps doubles; a figure of the form has far fewer digits than would be lost."""
    sheet.write_number(row, column, float(value))
