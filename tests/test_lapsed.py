"""What people decided about other figures is told, and nothing that still holds or asks for nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import db, lapsed
from dashboard.filters import Selection
from etl.build import build
from etl.ledger import Kind, Ledger, cell_subject
from etl.paths import DATA_VARIABLE, County
from tests import planted_warehouse as planted
from tests.counties import report, small_county
from tests.layouts import CELLS, pipe_text

YEAR = Selection(2024, "全部", None, None)
AREA = """
from dashboard import lapsed
from dashboard.filters import Selection
lapsed.area(Selection(2024, "全部", None, None))
"""
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


def correct(county: County, value: str, *, expect: str = "1000", cell: str = CELLS[0]) -> None:
    """A cell of 柳堡镇 put right by hand."""
    sha256 = hashlib.sha256((county.raw / "2024" / LIUPU).read_bytes()).hexdigest()
    after = {"state": "reported", "value": value, "expect": expect, "unit_id": "t01", "year": 2024}
    Ledger(county.ledger).record(Kind.CELL, cell_subject(sha256, cell), after, who="王复核", why="对照原件")
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
    build(county)
    assert not AppTest.from_string(AREA, default_timeout=60).run().main.children
    correct(county, "7", expect="1001")
    app = AppTest.from_string(AREA, default_timeout=60).run()
    assert "要再看一次的处理：1 条" in app.markdown[0].value
    app.text_input(key="name-lapsed").input("李经办")
    app.button(key="lapsed-done").click().run()
    assert not app.exception and "已撤回 1 处" in app.success[0].value and not app.button
    (entry,) = Ledger(county.ledger).latest(Kind.CELL).values()
    assert entry.after is None and entry.who == "李经办" and entry.why and entry.before is not None


# ── corrections that hold


def now(county: County, cell: str = CELLS[0]) -> str:
    """What the cell of 柳堡镇 counts as in the build in force."""
    st.cache_resource.clear()
    sql = "SELECT value FROM measure_figure WHERE unit_id = 't01' AND year = 2024 AND measure = $cell"
    return str(db.rows(sql, {"cell": cell})[0]["value"].normalize())


def test_a_correction_that_holds_can_be_taken_back_with_a_reason_and_the_cell_counts_as_read(county: County) -> None:
    correct(county, "7")
    assert now(county) == "7"
    app = AppTest.from_string(AREA, default_timeout=60).run()
    assert "生效中的更正（1）" in [each.label for each in app.expander]
    app.text_input(key="name-corrections").input("李经办")
    (which,) = app.selectbox(key="corrections-which").options
    app.selectbox(key="corrections-which").set_value(which)
    app.button(key="corrections-undo").click().run()
    assert "要写明理由" in app.error[0].value and len(Ledger(county.ledger).entries()) == 1
    app.text_input(key="corrections-why").input("看错了行")
    app.button(key="corrections-undo").click().run()
    assert not app.exception and not app.expander and now(county) == "1E+3"
    first, second = Ledger(county.ledger).entries()
    assert second.after is None and second.before == first.after and (second.who, second.why) == ("李经办", "看错了行")


def test_a_correction_that_was_made_anew_since_the_page_was_drawn_is_not_taken_back(county: County) -> None:
    correct(county, "7")
    app = AppTest.from_string(AREA, default_timeout=60).run()
    app.text_input(key="name-corrections").input("李经办")
    (which,) = app.selectbox(key="corrections-which").options
    app.selectbox(key="corrections-which").set_value(which)
    app.text_input(key="corrections-why").input("看错了行")
    correct(county, "8")
    app.button(key="corrections-undo").click().run()
    assert "王复核 于" in app.error[0].value and now(county) == "8"


ASKED = "requests/new_received/natural_person"
DETAIL = f"""
import streamlit as st
from dashboard import finding_detail, findings
row = next(row for row in findings.of_scope(2024, "t01") if "{ASKED}" in row["cells"])
finding_detail.correct(row, findings.BUILD, st.success)
"""


def test_a_corrected_cell_can_be_taken_back_beside_its_finding(county: County) -> None:
    figures = {ASKED: "3", "requests/new_received/total": "3"}
    (county.raw / "2024" / LIUPU).write_bytes(pipe_text(figures).encode())
    build(county)
    assert "撤回更正" not in [each.label for each in AppTest.from_string(DETAIL, default_timeout=60).run().button]
    correct(county, "2", expect="3", cell=ASKED)
    app = AppTest.from_string(DETAIL, default_timeout=60).run()
    (which,) = [each for each in app.selectbox[0].options if "新收" in each and "自然人" in each]
    app.selectbox[0].set_value(which).run()
    (undo,) = [each for each in app.button if each.label == "撤回更正"]
    undo.click().run()
    assert "要写明理由" in app.error[0].value
    (name,) = [each for each in app.text_input if each.label == "经手人"]
    (why,) = [each for each in app.text_input if each.label == "依据"]
    name.input("李经办")
    why.input("看错了行")
    next(each for each in app.button if each.label == "撤回更正").click().run()
    assert app.success[0].value == "已撤回更正，并重新核对。"
    entry = Ledger(county.ledger).entries()[-1]
    assert entry.after is None and (entry.who, entry.why) == ("李经办", "看错了行")
    assert "看错了行" in str([each.proto.body for each in app.get("html")])
    assert "撤回更正" not in [each.label for each in app.button]
