"""口径与帮助 says of every rule how the reports fared, and praises nobody where nothing was counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import APP
from etl.measure import load_measures
from etl.paths import DATA_VARIABLE
from tests import planted_warehouse as planted

Fared = Callable[..., dict[str, str]]


@pytest.fixture
def fared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fared:
    """Asks, after some statements to the planted warehouse, for the last column of the list of rules, by rule."""

    def ask(*changes: str) -> dict[str, str]:
        county = tmp_path / str(len(changes))
        monkeypatch.setenv(DATA_VARIABLE, str(county))
        return _last_column(county, changes)

    return ask


def _last_column(county: Path, changes: Sequence[str]) -> dict[str, str]:
    with duckdb.connect(str(planted.write(county))) as warehouse:
        for change in changes:
            warehouse.execute(change)
    app = AppTest.from_file(str(APP.parent / "app_pages" / "help.py"), default_timeout=60).run()
    st.cache_resource.clear()
    assert not app.exception, app.exception
    whole = " ".join(getattr(each.proto, "body", "") for each in app.get("html"))
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", whole)]
    return {row[0]: row[-1].replace("\u00a0", " ") for row in rows if len(row) == 7}


def test_what_was_counted_is_told_and_where_nothing_was_nothing_is_said_to_hold(fared: Fared) -> None:
    told = fared("INSERT INTO rule_result VALUES ('P-01', 'holds', 1200), ('P-01', 'not_assessable', 3)")
    nothing = dict.fromkeys((rule for rule, *_ in planted.RULES), "没有发现")
    assert told == nothing | {"P-01": "相符 1,200，无从核对 3"}


def test_the_rule_about_missing_reports_counts_the_units_without_one(fared: Fared) -> None:
    rename = "UPDATE rule SET rule = 'C-01' WHERE rule = 'P-03'"
    filed = {(unit, year) for unit, year in planted.REPORTS if unit != "area"}
    due = {
        (unit, year)
        for unit, _, kind, _, _, first, last, is_due in planted.UNITS
        for year, is_collected in planted.YEARS
        if is_due and kind != "area" and is_collected and (first or year) <= year <= (last or year)
    }
    assert fared(rename)["C-01"] == f"未报 {len(due - filed)} 家次"
    assert fared(rename, "UPDATE collected_year SET collected = FALSE")["C-01"] == "没有未报"


def test_the_metric_dictionary_tells_what_every_chosen_measure_means(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    planted.write(tmp_path)
    app = AppTest.from_file(str(APP.parent / "app_pages" / "help.py"), default_timeout=60).run()
    st.cache_resource.clear()
    whole = " ".join(getattr(each.proto, "body", "") for each in app.get("html"))
    wanted = [each for each in load_measures().values() if each.is_headline or each.kind != "cell"]
    assert len(wanted) > 30
    for each in wanted:
        assert f">{each.name}</td>" in whole and each.definition in whole, each.id
    assert "少于 5 件只写件数" in whole
