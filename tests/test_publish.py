"""What leaves the house as a file still says what it is, what it leaves out, and where each figure stands."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from etl.publish.workbook import SAMPLE_MARK, TableFigure, write_workbook

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


@pytest.fixture(scope="module", params=[True, False], ids=["sample", "real"])
def workbook(request: pytest.FixtureRequest) -> tuple[bool, dict[str, list[list[object]]]]:
    data = write_workbook(
        title="收费：2 家有数",
        definition="表二本年收费金额",
        filters={"年度": "2024 年度", "范围": "乡镇街道"},
        build_id="20250301-abc",
        built_at=datetime(2025, 3, 1, 9, 30),
        county="云岭县",
        is_sample=request.param,
        corner="单位",
        figures=FIGURES,
    )
    return request.param, read(data)


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
