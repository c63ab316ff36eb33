"""单位档案 on a warehouse planted by hand: what it shows of one unit is what independent questions answer."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import APP
from etl.ledger import Kind, Ledger
from etl.paths import County
from tests import planted_warehouse as planted
from tests.page_text import words

NAMES = {unit[0]: unit[1] for unit in planted.UNITS}


@pytest.fixture(scope="module")
def planted_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The planted county with four townships more, and one finding of which somebody said that it is no fault."""
    root = tmp_path_factory.mktemp("county")
    with duckdb.connect(str(planted.write(root))) as connection:
        planted.add_townships(connection, 2024, [0, 3, 10, 20])
    after = {
        "decision": "waive",
        "rule": "P-01",
        "unit_id": "justice",
        "year": 2024,
        "where": "表三",
        "message": "差 1。",
    }
    Ledger(County(root).ledger).record(Kind.FINDING, "f-justice", after, who="王复核", why="另有说明")
    return root


def visit(unit: str, year: int) -> AppTest:
    """The page inside the frame, for one unit by its id and one year."""
    app = AppTest.from_file(str(APP), default_timeout=120)
    app.switch_page("app_pages/unit.py")
    app.session_state["y"], app.session_state["u"] = str(year), NAMES[unit]
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def parts(app: AppTest) -> list[dict[str, Any]]:
    """What the components of the page were given to draw."""
    return [json.loads(each.proto.json) for each in app.get("bidi_component")]


def grid(app: AppTest, corner: str) -> dict[str, list[str]]:
    """The rows of the table with this corner, by head."""
    (table,) = [part for part in parts(app) if part.get("corner") == corner]
    return {row["head"]: [cell["t"] for cell in row["cells"]] for row in table["rows"]}


def listed(app: AppTest) -> list[str]:
    return [row["id"] for part in parts(app) for group in part.get("groups", []) for row in group["rows"]]


def papers(app: AppTest) -> str:
    (part,) = [part for part in parts(app) if "labels" in part]
    return part["html"]


def test_the_headlines_are_those_of_the_documents_with_the_year_before_and_the_middle_of_the_group(county: Path):
    shown = grid(visit("north", 2024), "指标")
    assert shown["新收申请（件）"] == ["1", "0", "2（6 家）"]
    shown = grid(visit("east", 2024), "指标")
    assert shown["行政事业性收费（万元）"] == ["9.51", "9.3", "不足 5 家"]
    assert shown["政府网站发布（正文，条）"] == ["15", "12", "不足 5 家"]
    assert shown["信息处理费（正文，元）"][:2] == ["0", "空"]


def test_every_cell_of_the_printed_tables_is_the_text_of_the_document(county: Path):
    path = county / "warehouse" / (county / "warehouse" / "current").read_text(encoding="utf-8")
    with duckdb.connect(str(path), read_only=True) as warehouse:
        printed = dict(
            warehouse.sql(
                "SELECT cell, raw FROM fact JOIN report USING (file_id) WHERE unit_id = 'office' AND year = 2024"
            ).fetchall()
        )
    table = papers(visit("office", 2024))
    shown = {
        cell: re.sub(r"<small>.*?</small>|<[^>]+>", "", inner)
        for cell, inner in re.findall(r'<td[^>]*data-cell="([^"]+)">(.*?)</td>', table)
    }
    assert len(shown) == 200 and shown == {cell: printed[cell] for cell in shown}
    marked = set(re.findall(r'class="nb-fault" data-cell="([^"]+)"', table))
    assert marked == {planted.RECEIVED, planted.PROCESSED}


def test_the_findings_of_the_year_are_listed_and_what_is_no_fault_is_not_counted(county: Path):
    app = visit("office", 2024)
    assert listed(app) == ["f-office"] and "本年问题　■ 必改 1" in words(app)
    app = visit("justice", 2024)
    assert listed(app) == [] and "本年问题　没有" in words(app)
    assert "另有 1 条已定为不算问题" in words(app) and "王复核" in words(app)
    assert "nb-fault" not in papers(app)


def test_a_unit_of_which_something_was_not_read_is_not_praised(county: Path):
    app = visit("west", 2024)
    assert listed(app) == ["f-west"] and "没有核对全" in words(app) and "1 格待核" in words(app)


def test_a_report_that_was_not_filed_is_told_with_its_day_and_nothing_else(county: Path):
    app = visit("south", 2024)
    assert "2024 未报（期限 2025-01-31）" in words(app)
    assert grid(app, "单位") == {NAMES["south"]: ["未报", "已报", "已报", "未报", "未收集"]}
    assert len(parts(app)) == 1


@pytest.mark.parametrize(
    ("unit", "year", "told"),
    [("gone", 2024, "登记表里这一年没有这一家"), ("office", 2025, "2025 年度未收集：还没有收这份年报，不能说没报")],
)
def test_a_year_without_a_report_says_what_is_known_of_it(unit: str, year: int, told: str, county: Path):
    app = visit(unit, year)
    assert told in words(app) and len(parts(app)) == 1
    assert "已报" not in words(app)


def test_copied_words_stand_beside_those_they_repeat_and_missing_sections_are_named(county: Path):
    text = words(visit("east", 2024))
    assert "6 个部分，读到 1 个" in text and "二、主动公开政府信息情况" in text.split("没有读到：")[1]
    assert text.count(planted.COPIED[:20]) >= 3  # the section, the passage, the other report
    assert "云岭县东坪镇人民政府 2023 年度" in text


def test_the_versions_are_told_with_the_one_in_force(county: Path):
    text = words(visit("office", 2024))
    assert "收到 1 份" in text and f"raw/2024/{NAMES['office']}2024年政府信息公开工作年度报告.txt" in text


def test_without_a_unit_every_unit_is_offered_with_the_year(county: Path):
    app = AppTest.from_file(str(APP), default_timeout=120)
    app.switch_page("app_pages/unit.py")
    app.session_state["y"] = "2023"
    app.run()
    pages = "".join(each.proto.body for each in app.get("html"))
    links = {
        text: parse_qs(html.unescape(query)) for query, text in re.findall(r'href="unit\?([^"]+)">([^<]+)<', pages)
    }
    assert set(NAMES.values()) <= set(links)
    assert links[NAMES["east"]] == {"u": [NAMES["east"]], "y": ["2023"]}
    assert links[NAMES["area"]]["u"] == [f"{NAMES['area']}（全区域，不与各单位相加）"]


@pytest.mark.parametrize("mode", ["print", "show"])
def test_without_a_sidebar_the_names_lead_to_each_unit_shown_the_same_way(mode: str, county: Path):
    app = AppTest.from_file(str(APP), default_timeout=120)
    app.switch_page("app_pages/unit.py")
    app.query_params["mode"] = mode
    app.run()
    (said,) = [each.value for each in app.markdown if "还没有选单位" in each.value]
    assert "侧栏" not in said and "点下面的名字" in said
    pages = "".join(each.proto.body for each in app.get("html"))
    links = [parse_qs(html.unescape(query)) for query in re.findall(r'href="unit\?([^"]+)"', pages)]
    assert {each["u"][0] for each in links} >= {NAMES["east"]} and all(each["mode"] == [mode] for each in links)


def test_a_unit_that_went_into_another_leads_there_and_back_and_its_old_names_are_told(
    tmp_path: Path, in_force: Callable[[Path], Path]
):
    with duckdb.connect(str(planted.write(tmp_path))) as connection:
        connection.execute("UPDATE unit SET merged_into = 'north' WHERE unit_id = 'gone'")
        connection.execute("UPDATE unit SET aliases = ['北坪街道', '云岭县北坪镇人民政府'] WHERE unit_id = 'north'")
    in_force(tmp_path)
    gone, north, east = (words(visit(unit, 2024)) for unit in ("gone", "north", "east"))
    assert "并入云岭县北坪街道办事处（看 2024 年度）" in gone
    assert "已有一家并入：云岭县旧坪乡人民政府（看 2022 年度）" in north
    assert "简称和曾用名：北坪街道、云岭县北坪镇人民政府" in north
    assert "并入" not in east and "曾用名" not in east
