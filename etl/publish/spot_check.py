"""抽查清单: the units that reported no application at all, with columns to be filled in by whoever tries their doors."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from etl.publish.workbook import Stamp

TO_FILL_IN = ("信函地址", "网上入口", "电话", "抽查结果")
COLUMNS = ("序号", "单位", "分组", "年报正文怎么说", "文件", "新收申请“0”的位置", *TO_FILL_IN)
_WIDTHS = (6, 26, 11, 38, 30, 16, 22, 22, 16, 20)
_HOW = "照各单位政府信息公开指南写的信函地址、网上入口、电话各试一次，填能否提交申请、多久答复。零申请本身不是问题。"
_NOT_TOLD = "（没有读到写申请的句子）"


@dataclass(frozen=True, slots=True)
class SpotCheckLine:
    """One unit: where its report states the 0, and the sentences of its prose about applications, "" for none."""

    unit: str
    group: str
    file: str
    place: str
    told: str


def write_spot_check(stamp: Stamp, title: str, lines: Sequence[SpotCheckLine]) -> bytes:
    """Two sheets: 抽查清单, to be printed or filled in on the screen, and 说明."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"title": title, "company": stamp.county})
    head = book.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1, "text_wrap": True, "valign": "vcenter"})
    body = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("抽查清单")
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, stamp.mark, book.add_format({"bold": True, "font_color": "#8A5A00"}))
    for column, (label, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
        sheet.write_string(2, column, label, head)
        sheet.set_column(column, column, width)
    for number, line in enumerate(lines, start=1):
        sheet.write_number(2 + number, 0, number, body)
        known = (line.unit, line.group, line.told or _NOT_TOLD, line.file, line.place)
        for column, text in enumerate(known, start=1):
            sheet.write_string(2 + number, column, text, body)  # a raw text that starts with = must stay a text
        for column in range(1 + len(known), len(COLUMNS)):
            sheet.write_blank(2 + number, column, None, body)
    _for_paper(sheet)
    about = {
        "名称": title, "怎么用": _HOW, **stamp.filters, "县（市、区）": stamp.county, "数据版本": stamp.build_id,
        "入库时间": stamp.built_at.strftime("%Y-%m-%d %H:%M"), "数据性质": stamp.mark or "各单位报送的年报",
    }  # fmt: skip
    sheet = book.add_worksheet("说明")
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 90, book.add_format({"text_wrap": True, "valign": "top"}))
    for row, (key, value) in enumerate(about.items()):
        sheet.write_string(row, 0, key, head)
        sheet.write_string(row, 1, value)
    book.close()
    return stream.getvalue()


def _for_paper(sheet: Any) -> None:
    """A4 across, every page with the head of the table."""
    sheet.freeze_panes(3, 2)
    sheet.repeat_rows(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")
