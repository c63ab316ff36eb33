"""What leaves the house as a file still says what it is, what it leaves out, and where each figure stands."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from etl.publish.workbook import SAMPLE_MARK, Stamp, TableFigure, TableSheet, write_table_csv, write_workbook

NAMES = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
FIGURES = [
    TableFigure("东坪镇", "2023", Decimal("9.3"), "9.3", "有数", "9.3", "raw/2023/东坪.txt", "第40行第4格"),
    TableFigure("东坪镇", "2024", Decimal("9.51"), "9.51", "有数", "9.51", "raw/2024/东坪.txt", "第40行第4格"),
    TableFigure("西坪乡", "2023", Decimal("0"), "0", "真零", "0", "raw/2023/西坪.txt", "第40行第4格"),
    TableFigure("西坪乡", "2024", None, "空", "空白", "", "raw/2024/西坪.txt", "第40行第4格"),
    TableFigure("南坪乡", "2024", None, "未报", "未报"),
    TableFigure("北坪", "2024", None, "待核", "待核", "=1+1", "raw/2024/北坪.txt", "第40行第4格"),
]  # 南坪乡 and 北坪 have no 2023


def read(data: bytes) -> dict[str, list[list[object]]]:
    """Every sheet as rows of cells, by nothing but the file format: text, number, or None for an empty cell."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    strings = [
        "".join(node.text or "" for node in item.iter(f"{{{NAMES['m']}}}t"))
        for item in ElementTree.fromstring(archive.read("xl/sharedStrings.xml")).findall("m:si", NAMES)
    ]
    sheets = {}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    for number, sheet in enumerate(book.findall("m:sheets/m:sheet", NAMES), start=1):
        rows: list[list[object]] = []
        for row in ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml")).iter(
            f"{{{NAMES['m']}}}row"
        ):
            cells: dict[int, object] = {}
            for cell in row.findall("m:c", NAMES):
                assert cell.find("m:f", NAMES) is None, "a raw text became a formula"
                value = cell.find("m:v", NAMES)
                if value is not None and value.text is not None:
                    column = ord(cell.attrib["r"][0]) - ord("A")
                    cells[column] = strings[int(value.text)] if cell.get("t") == "s" else float(value.text)
            rows.append([cells.get(index) for index in range(max(cells, default=-1) + 1)])
        sheets[sheet.attrib["name"]] = rows
    return sheets


FEES = TableSheet("收费", "收费：2 家有数", "表二本年收费金额", "单位", FIGURES)
FILED = TableSheet("报送/情况", "报送情况", "一家一格", "单位", FIGURES[:1])


def stamp(is_sample: bool) -> Stamp:
    filters = {"年度": "2024 年度", "范围": "乡镇街道"}
    return Stamp(filters, "20250301-abc", datetime(2025, 3, 1, 9, 30), "云岭县", is_sample)


@pytest.fixture(scope="module", params=[True, False], ids=["sample", "real"])
def workbook(request: pytest.FixtureRequest) -> tuple[bool, dict[str, list[list[object]]]]:
    return request.param, read(write_workbook(stamp(request.param), [FEES]))


def test_a_figure_is_a_number_and_what_is_not_one_is_an_empty_cell(workbook):
    rows = workbook[1]["表"]
    assert rows[2] == ["单位", "2023", "2024"]
    assert rows[3] == ["东坪镇", 9.3, 9.51]
    assert rows[4] == ["西坪乡", 0.0]  # a true zero is a number, a blank is not
    assert rows[5] == ["南坪乡"]


def test_every_figure_says_its_state_its_text_and_its_place(workbook):
    rows = workbook[1]["明细"]
    assert rows[2] == ["单位", "列", "数值", "屏上文字", "状态", "原文", "来源文件", "位置", "说明"]
    assert [row[4] for row in rows[3:]] == ["有数", "有数", "真零", "空白", "未报", "待核"]
    assert rows[4][:8] == ["东坪镇", "2024", 9.51, "9.51", "有数", "9.51", "raw/2024/东坪.txt", "第40行第4格"]
    assert rows[8][2] is None and rows[8][5] == "=1+1"


def test_the_filters_the_definition_and_the_build_go_along(workbook):
    about = {row[0]: row[1] for row in workbook[1]["说明"]}
    assert (about["年度"], about["范围"], about["口径"]) == ("2024 年度", "乡镇街道", "表二本年收费金额")
    assert (about["数据版本"], about["入库时间"]) == ("20250301-abc", "2025-03-01 09:30")


def test_invented_data_is_marked_on_every_sheet_and_real_data_is_not(workbook):
    is_sample, sheets = workbook
    for name, rows in sheets.items():
        assert any(SAMPLE_MARK in row for row in rows) is is_sample, name


def test_the_tables_of_a_page_stand_on_a_sheet_each_and_their_figures_in_one_list():
    sheets = read(write_workbook(stamp(False), [FEES, FILED]))
    assert list(sheets) == ["收费", "报送情况", "明细", "说明"]
    assert sheets["收费"][3] == ["东坪镇", 9.3, 9.51] and sheets["报送情况"][3] == ["东坪镇", 9.3]
    assert sheets["明细"][2][:4] == ["表", "行", "列", "数值"]
    assert [row[0] for row in sheets["明细"][3:]] == ["收费"] * 6 + ["报送/情况"]
    assert {row[0]: row[1] for row in sheets["说明"]}["报送情况"] == "一家一格"


def test_two_tables_of_one_name_get_two_sheets():
    assert list(read(write_workbook(stamp(False), [FEES, FEES])))[:2] == ["收费", "收费（2）"]


def test_a_csv_opens_in_excel_as_chinese_and_keeps_blank_and_zero_apart():
    data = write_table_csv(stamp(True), FEES)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0][:5] == ["单位", "列", "数值", "屏上文字", "状态"] and rows[0][-1] == "数据性质"
    assert [row[2] for row in rows[1:]] == ["9.3", "9.51", "0", "", "", ""]
    assert [row[4] for row in rows[1:]] == ["有数", "有数", "真零", "空白", "未报", "待核"]
    assert rows[6][5] == "'=1+1", "a spreadsheet would calculate it"
    assert rows[1][-3:] == ["云岭县", "20250301-abc", SAMPLE_MARK]
