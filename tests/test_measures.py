"""The metric dictionary: every measure once, and what it says of each unit and scope, on a warehouse planted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl.form import load_forms
from etl.measure import MeasureError, load_measures, measures_in
from tests import planted_warehouse as planted
from tests.planted_warehouse import DEPARTMENTS, RECEIVED, TOWNSHIPS

FOLDER = Path(__file__).resolve().parents[1] / "etl" / "measure"
VIEWS = sorted((FOLDER / "marts").glob("*.sql"))


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    path = planted.write(tmp_path_factory.mktemp("county"))
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def rows(warehouse: duckdb.DuckDBPyConnection, sql: str, **parameters: Any) -> list[dict[str, Any]]:
    return warehouse.sql(sql, params=parameters).pl().to_dicts()


def figure(warehouse: duckdb.DuckDBPyConnection, measure: str, unit: str, year: int) -> dict[str, Any]:
    sql = "SELECT * FROM measure_figure WHERE measure = $m AND unit_id = $u AND year = $y"
    (row,) = rows(warehouse, sql, m=measure, u=unit, y=year)
    return row


def total(warehouse: duckdb.DuckDBPyConnection, measure: str, scope: str, year: int) -> dict[str, Any]:
    sql = "SELECT * FROM measure_total WHERE measure = $m AND scope = $s AND year = $y"
    (row,) = rows(warehouse, sql, m=measure, s=scope, y=year)
    return row


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: path.stem)
def test_a_view_says_its_question_first_and_is_the_view_it_is_named_after(path: Path, warehouse):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("-- ") and first.endswith("?")
    assert rows(warehouse, f"SELECT count(*) AS n FROM {path.stem}")[0]["n"]


def test_every_cell_of_every_edition_and_every_figure_of_the_prose_is_a_measure_once(warehouse):
    cells = {cell.id for form in load_forms().values() for cell in form.cells}
    assert cells <= load_measures().keys()
    stored = rows(warehouse, "SELECT measure, definition, formula, unit FROM measure")
    assert len(stored) == len({row["measure"] for row in stored}) == len(load_measures())
    assert all(row["definition"] and row["formula"] and row["unit"] for row in stored)


def test_the_six_ways_a_request_can_end_hold_every_row_between_granted_and_the_total_once():
    ways = [load_measures()[name].cells for name in
            ("granted", "partially_granted", "denied", "unable", "not_processed", "other")]  # fmt: skip
    named = [cell for cells in ways for cell in cells]
    printed = {
        cell.id
        for form in load_forms().values()
        for cell in form.cells
        if cell.table == "requests" and cell.column == "total"
        and cell.row not in {"new_received", "carried_in", "total_processed", "carried_out"}
    }  # fmt: skip
    assert len(named) == len(set(named)) and set(named) == printed


def test_a_measure_of_one_cell_is_that_cell(warehouse):
    differing = """SELECT * FROM measure_figure m JOIN cell_figure c
                   ON c.cell = m.measure AND c.unit_id = m.unit_id AND c.year = m.year
                   WHERE m.state <> c.state OR m.value IS DISTINCT FROM c.value OR m.path IS DISTINCT FROM c.path"""
    assert rows(warehouse, differing) == []
    both = "SELECT (SELECT count(*) FROM cell_figure) AS cells, count(*) AS n FROM measure_figure WHERE kind = 'cell'"
    assert rows(warehouse, both)[0]["cells"] == rows(warehouse, both)[0]["n"]


def test_cells_added_up_and_one_that_waits_makes_the_whole_wait(warehouse):
    at_hand = figure(warehouse, "requests_at_hand", "office", 2024)
    assert (at_hand["state"], at_hand["value"]) == ("reported", 5 + 2)
    waits = figure(warehouse, "requests_at_hand", "west", 2024)
    assert (waits["state"], waits["value"]) == ("unreadable", None)
    assert figure(warehouse, "unable", "office", 2024)["value"] == 2
    assert figure(warehouse, "denied", "office", 2024)["state"] == "zero"
    assert figure(warehouse, "denied", "south", 2024)["state"] == "not_filed"


def test_a_share_of_few_is_told_as_its_counts_and_none_of_none_is_no_share(warehouse):
    office = figure(warehouse, "disclosed_share", "office", 2024)  # 3 granted and 1 in part of 6 processed
    assert (office["value"], office["of_value"]) == (4, 6) and office["share"] == pytest.approx(4 / 6)
    north = figure(warehouse, "disclosed_share", "north", 2024)  # 1 of 1
    assert (north["value"], north["of_value"], north["share"]) == (1, 1, None)
    justice = figure(warehouse, "disclosed_share", "justice", 2024)  # 0 of 0
    assert (justice["state"], justice["of_value"], justice["share"]) == ("zero", 0, None)


def test_the_share_of_a_scope_is_sum_over_sum_and_not_the_mean_of_its_units(warehouse):
    every = total(warehouse, "disclosed_share", "全部", 2024)
    assert (every["value"], every["of_value"]) == (4 + 1, 6 + 1)
    assert every["share"] == pytest.approx(5 / 7) != pytest.approx((4 / 6 + 1 / 1) / 2)
    assert total(warehouse, "disclosed_share", TOWNSHIPS, 2024)["share"] is None  # 1 of 1: too few


def test_a_total_says_who_is_not_in_it_and_the_whole_area_is_in_none(warehouse):
    row = total(warehouse, RECEIVED, "全部", 2024)
    assert row["value"] == 5 + 1 and total(warehouse, RECEIVED, "area", 2024)["value"] == 7
    assert (row["unreadable"], row["not_filed"], row["is_complete"]) == (1, 1, False)  # west; south
    assert total(warehouse, RECEIVED, DEPARTMENTS, 2024)["is_complete"]
    website = total(warehouse, "published_website", "全部", 2024)
    assert (website["value"], website["approximate"], website["unreadable"]) == (15 + 400, 1, 1)  # justice says two
    assert total(warehouse, "info_fee_yuan", "全部", 2024)["value"] == 400


def test_the_figures_behind_a_measure_add_up_to_it(warehouse):
    off = """SELECT f.measure FROM measure_figure f
             JOIN (SELECT whole, unit_id, year, sum(value) AS value FROM measure_part WHERE part = 'sum' GROUP BY ALL) p
             ON p.whole = f.measure AND p.unit_id = f.unit_id AND p.year = f.year
             WHERE f.value IS NOT NULL AND f.value <> p.value"""
    assert rows(warehouse, off) == []
    asked = "SELECT * FROM measure_part WHERE whole = 'disclosed_share' AND unit_id = 'office' AND year = 2024"
    assert {(row["part"], row["measure"]) for row in rows(warehouse, asked)} == {
        ("sum", "requests/granted/total"), ("sum", "requests/partially_granted/total"),
        ("of", "requests/total_processed/total"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"id": "x"}, "x.name"),
        ({"id": "x", "name": "甲", "unit": "件", "definition": "乙", "cells": ["no/such/cell"]}, "no/such/cell"),
        ({"id": "x", "name": "甲", "unit": "件", "definition": "乙", "cells": [RECEIVED], "formel": "丙"}, "x.formel"),
        ({"id": RECEIVED, "name": "甲", "unit": "件", "definition": "乙", "cells": [RECEIVED]}, "两次"),
    ],
)
def test_an_entry_that_cannot_be_used_is_refused_with_its_key(entry: dict[str, Any], told: str):
    data = {"cells": [], "claims": [], "measures": [entry]}
    with pytest.raises(MeasureError, match=told):
        measures_in(data, load_forms().values())


def test_the_middle_of_a_group_counts_written_zeros_and_is_told_of_five_units_at_least(tmp_path: Path):
    """Four units stand beside the planted ones: 乡镇街道 then says 0, 1 and 待核, 未报 of its own, and 0, 3, 10, 20."""
    path = planted.write(tmp_path)
    with duckdb.connect(str(path)) as connection:
        planted.add_townships(connection, 2024, [0, 3, 10, 20])
        sql = 'SELECT counted, value FROM measure_median WHERE measure = $m AND "group" = $g AND year = 2024'
        assert connection.execute(sql, {"m": RECEIVED, "g": TOWNSHIPS}).fetchall() == [(6, 2)]
        assert connection.execute(sql, {"m": RECEIVED, "g": DEPARTMENTS}).fetchall() == [(2, None)]
        shares = "SELECT counted, share FROM measure_median WHERE measure = 'disclosed_share' AND year = 2024"
        assert connection.execute(shares + f" AND \"group\" = '{TOWNSHIPS}'").fetchall() == [(0, None)]
        scopes = {name for (name,) in connection.execute('SELECT DISTINCT "group" FROM measure_median').fetchall()}
        assert scopes == {TOWNSHIPS, DEPARTMENTS}


def test_a_figure_in_the_list_of_findings_is_told_of_the_measures_that_stand_on_it(warehouse):
    found = rows(warehouse, "SELECT DISTINCT measure, unit_id FROM measure_question WHERE year = 2024")
    told = {(row["measure"], row["unit_id"]) for row in found}
    assert {(RECEIVED, "office"), (RECEIVED, "west"), ("requests_at_hand", "office")} <= told
    assert not any(unit == "east" for _, unit in told)  # a mere notice
