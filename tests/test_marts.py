"""The questions the pages ask, on a warehouse in which every answer was planted by hand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl.recognise.report_from import _DAMAGES
from etl.warehouse.tracked import reports_in_force
from tests import planted_warehouse as planted
from tests.planted_warehouse import FEES, LICENCES, RECEIVED

MARTS = sorted((planted.WAREHOUSE / "marts").glob("*.sql"))


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    path = planted.write(tmp_path_factory.mktemp("county"))
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def rows(warehouse: duckdb.DuckDBPyConnection, sql: str, **parameters: Any) -> list[dict[str, Any]]:
    return warehouse.sql(sql, params=parameters).pl().to_dicts()


def one(warehouse: duckdb.DuckDBPyConnection, sql: str, **parameters: Any) -> dict[str, Any]:
    (row,) = rows(warehouse, sql, **parameters)
    return row


def total(warehouse: duckdb.DuckDBPyConnection, scope: str, year: int, cell: str) -> dict[str, Any]:
    sql = "SELECT * FROM measure_total WHERE scope = $scope AND year = $year AND measure = $cell"
    return one(warehouse, sql, scope=scope, year=year, cell=cell)


@pytest.mark.parametrize("path", MARTS, ids=lambda path: path.stem)
def test_a_mart_says_its_question_first_and_is_the_view_it_is_named_after(path: Path, warehouse):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("-- ") and first.endswith("?")
    assert rows(warehouse, "SELECT 1 AS x FROM duckdb_views() WHERE view_name = $name", name=path.stem)
    warehouse.sql(f"SELECT * FROM {path.stem}").pl()


def test_every_value_state_is_kept_apart_from_every_other(warehouse):
    """The fees of the units (not of the whole area): what REPORTS, UNITS and YEARS plant, counted by hand."""
    states = Counter(
        row["state"]
        for row in rows(warehouse, "SELECT state FROM scope_measure WHERE scope = '全部' AND measure = $c", c=FEES)
    )
    assert states == {
        "reported": 5,  # 12.50, 9.10, 9.3, 9.51, 95100
        "zero": 9,  # office, justice and south in 2022 and 2023, gone in 2022, north in 2024 and 2025
        "blank": 2,  # west in 2023 and 2024
        "slash": 1,  # office in 2024
        "unreadable": 1,  # west in 2022
        "not_filed": 2,  # south in 2020 and 2024
        "not_comparable": 5,  # the form of 2020 has no such cell
        "not_collected": 10,  # weather is never due; office, justice, east, west and south in 2025
    }


def test_only_a_figure_that_was_reported_has_a_value(warehouse):
    wrong = "SELECT * FROM cell_figure WHERE (value IS NOT NULL) <> (state IN ('reported', 'zero'))"
    assert rows(warehouse, wrong) == []
    assert rows(warehouse, "SELECT * FROM cell_figure WHERE state = 'zero' AND value <> 0") == []


def test_the_report_of_the_whole_area_is_in_no_sum_but_its_own(warehouse):
    assert total(warehouse, "全部", 2024, RECEIVED)["value"] == 5 + 1
    assert total(warehouse, "area", 2024, RECEIVED)["value"] == 7
    assert rows(warehouse, "SELECT 1 AS x FROM unit_scope WHERE unit_id = 'area' AND scope <> 'area'") == []


def test_a_sum_keeps_the_decimals_as_printed(warehouse):
    assert total(warehouse, "全部", 2024, FEES)["value"] == Decimal("12.50") + Decimal("9.51")
    assert total(warehouse, planted.TOWNSHIPS, 2024, FEES)["value"] == Decimal("9.51")


def test_a_sum_says_who_is_not_in_it(warehouse):
    row = total(warehouse, "全部", 2024, FEES)
    counts = {state: row[state] for state in ("counted", "not_filed", "blank", "slash", "unreadable", "not_collected")}
    assert counts == {"counted": 3, "not_filed": 1, "blank": 1, "slash": 1, "unreadable": 0, "not_collected": 0}
    assert row["is_complete"] is False


def test_a_blank_does_not_make_a_sum_incomplete_but_a_missing_report_does(warehouse):
    assert total(warehouse, "全部", 2023, FEES)["is_complete"] is True  # 西坪 left it blank, everybody filed
    assert total(warehouse, "全部", 2022, FEES)["is_complete"] is False  # 西坪 wrote what could not be read
    assert total(warehouse, "全部", 2024, LICENCES)["is_complete"] is False  # 南坪 did not file


def test_a_year_in_which_nothing_is_comparable_has_no_sum_at_all(warehouse):
    row = total(warehouse, "全部", 2020, FEES)
    assert row["value"] is None and row["counted"] == 0 and row["not_comparable"] == 5


def test_a_figure_that_kept_its_meaning_stays_comparable_across_editions(warehouse):
    assert total(warehouse, "全部", 2020, RECEIVED)["value"] == 3
    assert total(warehouse, "全部", 2020, LICENCES)["counted"] == 5


def test_a_year_that_was_not_collected_calls_nobody_missing(warehouse):
    row = one(warehouse, "SELECT * FROM filing_total WHERE scope = '全部' AND year = 2025")
    assert (row["filed"], row["not_filed"], row["not_collected"]) == (1, 0, 5)
    assert total(warehouse, "全部", 2025, RECEIVED)["is_complete"] is False


def test_a_report_read_in_part_is_doubtful_until_people_put_right_all_that_was_not_read(tmp_path: Path):
    ask = "SELECT unit_id, stage FROM intake_stage WHERE year = 2024 AND unit_id IN ('east', 'west') ORDER BY unit_id"

    def whole() -> dict[str, bool]:
        return {each.unit_id: each.is_complete for each in reports_in_force(connection, 2024)}

    with duckdb.connect(str(planted.write(tmp_path))) as connection:
        assert connection.sql(ask).fetchall() == [("east", "filed"), ("west", "doubtful")]
        assert (whole()["east"], whole()["west"]) == (True, False)
        connection.execute(
            """INSERT INTO correction BY NAME
               SELECT file_id, cell, 'reported' AS state, 1 AS value, TRUE AS is_applied, 1 AS entry_id, '李' AS who,
                   '2025-01-20T08:00:00+08:00' AS made_at, '' AS why
               FROM fact JOIN report USING (file_id) WHERE unit_id = 'west' AND year = 2024 AND state = 'unreadable'"""
        )
        assert connection.sql(ask).fetchall() == [("east", "filed"), ("west", "filed")]
        assert (whole()["east"], whole()["west"]) == (True, True)
        connection.execute(
            """INSERT INTO problem SELECT file_id, 1, 'table_missing', '没有找到表二。', NULL, NULL
               FROM report WHERE year = 2024 AND unit_id IN ('east', 'west')"""
        )
        connection.execute("UPDATE report SET status = 'partial' WHERE year = 2024 AND unit_id = 'east'")
        assert connection.sql(ask).fetchall() == [("east", "doubtful"), ("west", "doubtful")]
        assert (whole()["east"], whole()["west"]) == (False, False)


def test_the_damages_that_no_correction_of_cells_can_mend_are_those_that_make_a_report_partial():
    told = (planted.WAREHOUSE / "marts" / "report_whole.sql").read_text(encoding="utf-8")
    assert set(re.findall(r"'(form_\w+|table_\w+|row_\w+)'", told)) == _DAMAGES


def test_a_unit_that_need_not_file_is_never_missing(warehouse):
    states = rows(warehouse, "SELECT DISTINCT state FROM cell_figure WHERE unit_id = 'weather'")
    assert states == [{"state": "not_collected"}]
    row = one(warehouse, "SELECT * FROM filing_total WHERE scope = '全部' AND year = 2024")
    assert (row["due"], row["filed"], row["not_filed"], row["not_due"]) == (6, 5, 1, 1)


def test_a_unit_is_absent_from_the_years_in_which_it_did_not_exist(warehouse):
    years = {unit: set() for unit in ("north", "gone")}
    for row in rows(warehouse, "SELECT unit_id, year FROM filing WHERE unit_id IN ('north', 'gone')"):
        years[row["unit_id"]].add(row["year"])
    assert years == {"north": {2023, 2024, 2025}, "gone": {2020, 2022}}


def test_the_ways_a_request_can_end_add_up_the_rows_of_the_form(warehouse):
    found = rows(
        warehouse,
        "SELECT * FROM measure_total WHERE scope = '全部' AND year = 2024 AND topic = 'outcome' ORDER BY measure_position",
    )
    assert [(row["name"], row["value"]) for row in found] == [
        ("予以公开", 4),
        ("部分公开", 1),
        ("不予公开", 0),
        ("无法提供", 2),
        ("不予处理", 0),
        ("其他处理", 0),
    ]


def test_a_report_that_does_not_state_a_figure_is_blank_and_not_zero(warehouse):
    sql = "SELECT unit_id, state, value FROM claim_figure WHERE year = 2024 AND claim = 'info_fee_yuan' AND NOT is_area"
    found = {row["unit_id"]: (row["state"], row["value"]) for row in rows(warehouse, sql)}
    assert found == {
        "office": ("reported", 400),
        "justice": ("blank", None),
        "weather": ("not_collected", None),
        "east": ("zero", 0),
        "west": ("zero", 0),
        "south": ("not_filed", None),
        "north": ("blank", None),
    }


def test_two_different_figures_for_one_claim_wait_to_be_looked_at(warehouse):
    sql = "SELECT * FROM claim_figure WHERE year = 2024 AND claim = 'published_website' AND unit_id = 'justice'"
    row = one(warehouse, sql)
    assert row["state"] == "unreadable" and row["value"] is None
    assert "52条" in row["raw"] and "38条" in row["raw"]


def test_a_sum_of_claims_says_how_many_state_it_and_how_many_only_about(warehouse):
    row = one(
        warehouse,
        "SELECT * FROM measure_total WHERE scope = '全部' AND year = 2024 AND measure = 'published_website'",
    )
    assert (row["value"], row["counted"], row["approximate"], row["unreadable"], row["blank"]) == (415, 2, 1, 1, 2)


def test_every_figure_that_is_shown_has_an_address(warehouse):
    lost = """SELECT cell FROM cell_figure WHERE state IN ('reported', 'zero', 'blank', 'slash', 'unreadable')
              AND (path IS NULL OR locator.line IS NULL OR raw IS NULL)"""
    assert rows(warehouse, lost) == []
    row = one(warehouse, "SELECT * FROM cell_figure WHERE unit_id = 'east' AND year = 2024 AND cell = $cell", cell=FEES)
    assert row["raw"] == "9.51" and row["path"].startswith("raw/2024/云岭县东坪镇")


def test_what_needs_a_look_names_the_file_or_the_unit(warehouse):
    kinds = Counter(
        row["kind"] for row in rows(warehouse, "SELECT kind FROM attention WHERE coalesce(year, 2024) = 2024")
    )
    assert kinds == {"unclaimed": 1, "unread": 1, "unreadable": 1, "not_filed": 1}
    assert one(warehouse, "SELECT path FROM attention WHERE kind = 'unclaimed'")["path"] == planted.UNCLAIMED[0]


def test_a_fee_that_may_be_in_yuan_is_shown_and_left_as_it_is(warehouse):
    row = one(warehouse, "SELECT * FROM fee_doubt WHERE scope = '全部'")
    assert (row["unit_id"], row["year"], row["value"]) == ("north", 2023, 95100)


def test_there_is_no_label_of_the_form_in_the_dashboard():
    """Labels stand in etl/form and reach the pages through form_cell."""
    from etl.form.load import load_forms

    labels = {cell.row_label for cell in load_forms()["2021"].cells if cell.table == "requests"}
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in (planted.WAREHOUSE.parents[1] / "dashboard").rglob("*.py")
    )
    assert [label for label in labels if label in source] == []
