"""What people decided about other figures is told, and nothing that still holds or asks for nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import lapsed
from dashboard.filters import Selection
from etl.build import build
from etl.ledger import Kind, Ledger, cell_subject
from etl.paths import DATA_VARIABLE, County
from tests import planted_warehouse as planted
from tests.counties import report, small_county
from tests.layouts import CELLS

YEAR = Selection(2024, "全部", None, None)
LIUPU = "柳堡镇2024年年报.txt"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    yield
    st.cache_resource.clear()


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """That of the planted county, in which nobody decided anything yet."""
    planted.write(tmp_path)
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    return Ledger(County(tmp_path).ledger)


def waive(
    ledger: Ledger, fingerprint: str, where: str = "表三“总计”列", unit: str = "office", year: int = 2024
) -> None:
    after = {
        "decision": "waive", "rule": "P-01", "unit_id": unit, "year": year, "where": where, "message": f"{where}相差 9。",
    }  # fmt: skip
    ledger.record(Kind.FINDING, fingerprint, after, who="李经办", why="另有说明")


def test_a_decision_about_other_figures_is_to_be_made_again_until_somebody_does(ledger: Ledger) -> None:
    waive(ledger, "as it was")
    ((told,), over) = lapsed.of_findings(YEAR)
    assert told.unit_name == "云岭县人民政府办公室" and told.what == "表三“总计”列相差 9。" and over == []
    assert told.said == "不算问题" and told.who.startswith("李经办，") and told.why == "另有说明"
    waive(ledger, "f-office")
    assert lapsed.of_findings(YEAR) == ([], [])


def test_a_decision_about_what_is_found_no_more_is_over(ledger: Ledger) -> None:
    waive(ledger, "gone", where="表四“行政复议”行")
    again, (over,) = lapsed.of_findings(YEAR)
    assert again == [] and "没有这一条" in over.reason


def test_what_holds_was_reopened_or_belongs_to_another_year_or_scope_is_not_told(ledger: Ledger) -> None:
    waive(ledger, "f-office")
    waive(ledger, "elsewhen", year=2022)
    waive(ledger, "elsewhere", unit="east")
    waive(ledger, "back")
    after = ledger.latest(Kind.FINDING)["back"].after
    ledger.record(Kind.FINDING, "back", {**(after or {}), "decision": "reopen"}, who="王复核")
    assert lapsed.of_findings(Selection(2024, planted.DEPARTMENTS, None, None)) == ([], [])


# ── corrections, in a county that was read


@pytest.fixture
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> County:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    return small_county(tmp_path)


def correct(county: County, value: str, *, expect: str = "1000", year: int = 2024) -> None:
    """The first cell of 柳堡镇 put right by hand."""
    sha256 = hashlib.sha256((county.raw / "2024" / LIUPU).read_bytes()).hexdigest()
    after = {"state": "reported", "value": value, "expect": expect, "unit_id": "t01", "year": year}
    Ledger(county.ledger).record(Kind.CELL, cell_subject(sha256, CELLS[0]), after, who="王复核", why="对照原件")
    build(county)


def test_a_correction_that_holds_is_not_told_and_one_for_another_text_is(county: County) -> None:
    correct(county, "7")
    assert lapsed.of_cells(YEAR) == []
    correct(county, "7", expect="1001")
    (told,) = lapsed.of_cells(YEAR)
    assert told.said == "算作“7”" and "读到的原文是“1000”，当时看到的是“1001”" in told.reason


def test_a_correction_of_a_version_that_gave_way_is_told_with_what_stands_there_now(county: County) -> None:
    correct(county, "7")
    (county.raw / "2024" / "柳堡镇2024年年报（更正）.txt").write_bytes(
        report(first=3000).replace("2025年1月1".encode(), "2025年2月2".encode())
    )
    build(county)
    (told,) = lapsed.of_cells(YEAR)
    assert told.unit_name == "青禾县柳堡镇人民政府" and told.who.startswith("王复核，") and told.why == "对照原件"
    assert "另一份（raw/2024/柳堡镇2024年年报（更正）.txt），这一格是“3,000”" in told.reason


def test_a_correction_of_a_file_that_was_taken_away_is_told_unless_the_new_one_says_the_same(county: County) -> None:
    correct(county, "3000")
    (county.raw / "2024" / LIUPU).write_bytes(report(first=2000))
    build(county)
    (told,) = lapsed.of_cells(YEAR)
    assert "这一格是“2,000”" in told.reason
    (county.raw / "2024" / LIUPU).write_bytes(report(first=3000))
    build(county)
    assert lapsed.of_cells(YEAR) == []
    (county.raw / "2024" / LIUPU).unlink()
    build(county)
    (told,) = lapsed.of_cells(YEAR)
    assert "不再采用" in told.reason


def test_the_page_lists_them_and_one_click_takes_them_back(county: County) -> None:
    script = "from dashboard import lapsed\nfrom dashboard.filters import Selection\n"
    script += "lapsed.area(Selection(2024, '全部', None, None))"
    correct(county, "7")
    assert not AppTest.from_string(script, default_timeout=60).run().main.children
    correct(county, "7", expect="1001")
    app = AppTest.from_string(script, default_timeout=60).run()
    assert "要再看一次的处理：1 条" in app.markdown[0].value
    app.text_input(key="name-lapsed").input("李经办")
    app.button(key="lapsed-done").click().run()
    assert not app.exception and "已撤回 1 处" in app.success[0].value and not app.button
    (entry,) = Ledger(county.ledger).latest(Kind.CELL).values()
    assert entry.after is None and entry.who == "李经办" and entry.why and entry.before is not None
