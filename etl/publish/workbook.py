"""One table of a page as an Excel workbook that still says, years later, what it is and where every figure stands."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

DETAIL_COLUMNS = ("数值", "屏上文字", "状态", "原文", "来源文件", "位置", "说明")
SAMPLE_MARK = "示例数据（虚构，不是真实单位的数字）"


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


def write_workbook(
    *,
    title: str,
    definition: str,
    filters: Mapping[str, str],
    build_id: str,
    built_at: datetime,
    county: str,
    is_sample: bool,
    corner: str,
    figures: Sequence[TableFigure],
) -> bytes:
    """Three sheets: 表 (rows by columns, only figures), 明细 (one line a figure, with state and source), 说明."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"title": title, "company": county})
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1, "text_wrap": True, "valign": "top"}),
        "mark": book.add_format({"bold": True, "font_color": "#8A5A00"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "grey": book.add_format({"font_color": "#5B6675", "align": "right"}),
    }
    mark = SAMPLE_MARK if is_sample else ""
    _matrix(book, formats, title, mark, corner, figures)
    _details(book, formats, title, mark, corner, figures)
    about = {
        "名称": title, "口径": definition, **filters, "县（市、区）": county, "数据版本": build_id,
        "入库时间": built_at.strftime("%Y-%m-%d %H:%M"), "数据性质": mark or "各单位报送的年报",
        "读法": "“表”里没有数字的格是空白，原因在“明细”的状态列：空白、不适用、未报、待核、不可比、未收集都不是 0。",
    }  # fmt: skip
    sheet = book.add_worksheet("说明")
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 90, formats["wrap"])
    for line, (key, value) in enumerate(about.items()):
        sheet.write_string(line, 0, key, formats["head"])
        sheet.write_string(line, 1, value)
    book.close()
    return stream.getvalue()


def _matrix(
    book: Any, formats: Mapping[str, Any], title: str, mark: str, corner: str, figures: Sequence[TableFigure]
) -> None:
    rows = list(dict.fromkeys(figure.row for figure in figures))
    columns = list(dict.fromkeys(figure.column for figure in figures))
    sheet = book.add_worksheet("表")
    sheet.write_string(0, 0, title)
    sheet.write_string(1, 0, mark, formats["mark"])
    for index, label in enumerate((corner, *columns)):
        sheet.write_string(2, index, label, formats["head"])
    for index, label in enumerate(rows):
        sheet.write_string(3 + index, 0, label)
    for figure in figures:
        if figure.value is not None:
            _number(sheet, 3 + rows.index(figure.row), 1 + columns.index(figure.column), figure.value)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, max(len(columns), 1), 13)
    sheet.freeze_panes(3, 1)


def _details(
    book: Any, formats: Mapping[str, Any], title: str, mark: str, corner: str, figures: Sequence[TableFigure]
) -> None:
    sheet = book.add_worksheet("明细")
    sheet.write_string(0, 0, title)
    sheet.write_string(1, 0, mark, formats["mark"])
    for index, label in enumerate((corner, "列", *DETAIL_COLUMNS)):
        sheet.write_string(2, index, label, formats["head"])
    for line, figure in enumerate(figures, start=3):
        sheet.write_string(line, 0, figure.row)
        sheet.write_string(line, 1, figure.column)
        if figure.value is not None:
            _number(sheet, line, 2, figure.value)
        rest = (figure.text, figure.state, figure.raw, figure.source, figure.place, figure.note)
        for index, text in enumerate(rest, start=3):
            sheet.write_string(line, index, text)  # write_string: a raw text that starts with = must stay a text
    for first, width in ((0, 26), (1, 18), (2, 12), (3, 12), (4, 9), (5, 24), (6, 44), (7, 20), (8, 30)):
        sheet.set_column(first, first, width)
    sheet.freeze_panes(3, 2)
    sheet.autofilter(2, 0, max(2, 2 + len(figures)), 1 + len(DETAIL_COLUMNS))


def _number(sheet: Any, row: int, column: int, value: Decimal) -> None:
    """Excel keeps doubles; a figure of the form has far fewer digits than would be lost."""
    sheet.write_number(row, column, float(value))
