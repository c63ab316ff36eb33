"""退改: a letter says what holds when it is made, the ledger knows every letter, and nobody is reminded of what nobody asks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import APP, desk, findings, returns, standing
from dashboard.filters import Selection
from etl.ledger import InForce, Kind, Ledger
from etl.paths import DATA_VARIABLE, County
from tests import planted_warehouse as planted

YEAR = Selection(2024, "全部", None, None)
PAGE = APP.parent / "app_pages" / "rectification.py"
OFFICE, JUSTICE = "云岭县人民政府办公室", "云岭县司法局"


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = planted.write(tmp_path)
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    yield path
    st.cache_resource.clear()


@pytest.fixture
def ledger(warehouse: Path, tmp_path: Path) -> Ledger:
    return Ledger(County(tmp_path).ledger)


def waive(ledger: Ledger, fingerprint: str) -> None:
    after = {"decision": "waive", "rule": "P-01", "unit_id": None, "year": None, "where": "表三", "message": "相差 1。"}
    ledger.record(Kind.FINDING, fingerprint, after, who="王复核", why="另有说明")


def page() -> AppTest:
    """退改跟踪 of 2024, with a name given."""
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    app.session_state["y"] = "2024"
    app.run()
    app.text_input(key="name-returns").input("李经办")
    return app


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception, app.exception
    return app


def texts(app: AppTest) -> dict[str, str]:
    """The letters on offer, by name of file: every word in them."""
    archive = zipfile.ZipFile(io.BytesIO(app.session_state["returns-made"].archive))
    found = {}
    for name in archive.namelist():
        document = docx.Document(io.BytesIO(archive.read(name)))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        found[name] = "\n".join([*(each.text for each in document.paragraphs), *cells])
    return found


def test_a_fault_that_was_waived_in_an_earlier_year_is_not_held_against_the_unit(ledger: Ledger) -> None:
    (row,) = [row for row in findings.of_scope(2024, "全部") if row["fingerprint"] == "f-office"]
    assert findings.before(row, desk.decisions()) == "往年也有：2023 年度"
    office = {case.unit_name: case for case in returns.cases(YEAR)}[OFFICE]
    assert office.repeated == 1 and office.earlier["f-office"] == (2023,)
    waive(ledger, "f-before")
    assert findings.before(row, desk.decisions()) == ""
    assert {case.unit_name: case for case in returns.cases(YEAR)}[OFFICE].repeated == 0


def test_a_letter_holds_what_is_to_be_mended_when_it_is_made(ledger: Ledger) -> None:
    app = page()
    assert app.button(key="letters-make").label == "生成 2 份退改单"
    waive(ledger, "f-office")
    press(app, "letters-make")
    ((name, text),) = texts(app).items()
    assert JUSTICE in name and JUSTICE in text
    assert f"{OFFICE}：没有生成，现在没有待改的“必改”问题" in app.error[0].value.replace("\\", "")
    assert set(ledger.latest(Kind.RETURNED)) == {"justice/2024"}


def test_what_somebody_else_sent_back_meanwhile_does_not_lose_the_other_letters(ledger: Ledger) -> None:
    app = page()
    before = {case.unit_name: case for case in returns.cases(YEAR)}[OFFICE].tracking
    assert before.report is not None
    after = {"sha256": before.report.sha256, "path": "", "findings": [], "due_on": "2025-03-10"}
    ledger.record(Kind.RETURNED, "office/2024", after, who="王复核")
    press(app, "letters-make")
    assert [JUSTICE in name for name in texts(app)] == [True]
    told = app.error[0].value.replace("\\", "")
    assert "已生成 1 份退改单" in told and OFFICE in told and "王复核 于" in told
    assert [entry.who for entry in ledger.history("office/2024")] == ["王复核"]
    assert [entry.who for entry in ledger.history("justice/2024")] == ["李经办"]


def test_a_letter_can_be_had_again_as_it_was_told(ledger: Ledger) -> None:
    app = press(page(), "letters-make")
    first = texts(app)
    (office,) = [text for name, text in first.items() if OFFICE in name]
    assert "第一项加第二项等于第三项加第四项" in office and "2023年度的报告中也有" in office
    waive(ledger, "f-before")
    waive(ledger, "f-office")
    again = AppTest.from_file(str(PAGE), default_timeout=60)
    again.session_state["y"] = "2024"
    again.run()
    assert "returns-made" not in again.session_state
    press(again, "letter-office/2024")
    assert list(texts(again).values()) == [office]


def test_nobody_makes_letters_without_a_name(ledger: Ledger) -> None:
    app = page()
    app.text_input(key="name-returns").input("")
    press(app, "letters-make")
    assert "还没有写经手人" in app.error[0].value and ledger.entries() == ()


def test_a_year_that_nobody_collects_has_nobody_to_remind_and_is_not_collected(warehouse: Path) -> None:
    later = Selection(2025, "全部", None, None)
    assert "云岭县司法局" in {each.unit for each in returns.missing(later)}
    assert standing.WAITED_FOR in standing.counts(standing.of(later.year, later.scope, [], {}))
    st.cache_resource.clear()
    st.cache_data.clear()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("DELETE FROM collected_year WHERE year = 2025")
    assert returns.missing(later) == ()
    counts = standing.counts(standing.of(later.year, later.scope, [], {}))
    assert counts[standing.NOT_COLLECTED] == 5 and standing.WAITED_FOR not in counts


def returned(ledger: Ledger, subject: str) -> None:
    told = {name: "x" for name in ("fingerprint", "rule", "where", "found", "expected", "message", "remedy")}
    after = {"sha256": "0" * 64, "findings": [{**told, "subject": subject, "cells": ["x/y/z"]}]}
    ledger.record(Kind.RETURNED, "office/2024", after, who="李经办")


def test_a_file_that_waits_is_compared_with_the_letter_that_stands(ledger: Ledger) -> None:
    newer = InForce("office", 2024, "1" * 64, "新.docx", True, frozenset({"x/y/z"}))
    rows = [{"subject": "first", "fingerprint": "n", "severity": "must_fix"}]
    returned(ledger, "first")
    returned(ledger, "second")
    assert findings.again(newer, rows) == "第 2 版：已改 1／未改 0／新增 1。"
    ledger.record(Kind.RETURNED, "office/2024", None, who="李经办")  # the first letter stands again
    assert findings.again(newer, rows) == "第 2 版：已改 0／未改 1／新增 0。"
    sent = InForce("office", 2024, "0" * 64, "旧.docx", True, frozenset({"x/y/z"}))
    assert findings.again(sent, []) == "第 2 版：已改 0／未改 0／新增 0／读不准、待核实 1。"


def test_without_a_letter_a_waived_fault_counts_neither_way(ledger: Ledger) -> None:
    newer = InForce("office", 2024, "1" * 64, "新.docx", True, frozenset({planted.RECEIVED, planted.PROCESSED}))
    same = [{"subject": "s-f-office", "fingerprint": "f-office", "severity": "must_fix"}]
    assert findings.again(newer, same) == "第 2 版：已改 0／未改 1／新增 0。"
    assert findings.again(newer, []) == "第 2 版：已改 1／未改 0／新增 0。"
    waive(ledger, "f-office")
    assert findings.again(newer, same) == findings.again(newer, []) == "第 2 版：已改 0／未改 0／新增 0。"
