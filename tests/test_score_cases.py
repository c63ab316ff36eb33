"""Every curve and cap of a rubric, as cases that a clerk could write: tests/cases/score/*.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl.score import Manual, ManualPoints, Rubric, score
from tests.score_planted import Report, cases, rubric, warehouse

FOLDER = Path(__file__).parent / "cases" / "score"
CURVES, TOTALS = (cases(FOLDER / name) for name in ("curves.yaml", "totals.yaml"))
GROUPS = [{"name": "参评", "kinds": ["town"]}, {"name": "别的组", "kinds": ["zone"]}]


def _report(told: Mapping[str, Any]) -> list[Report]:
    report = dict(told)
    last = report.pop("last", None)
    if "published" in report and report["published"] is not None:
        report["published"] = str(report["published"])
    return [Report(**report), *([Report(**last, year=2023)] if last is not None else [])]


@pytest.fixture(scope="module")
def planted() -> Iterator[duckdb.DuckDBPyConnection]:
    every = {f"c{n}": _report(case["report"]) for n, case in enumerate(CURVES)}
    every |= {f"t{n}": _report(case["report"]) for n, case in enumerate(TOTALS)}
    with warehouse(every) as connection:
        yield connection


def _scored(
    planted: duckdb.DuckDBPyConnection, unit: str, held: Rubric, manual: Manual | None = None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    found = score(planted, held, manual)
    (row,) = [each for each in found.score.to_pylist() if each["unit_id"] == unit]
    return row, [each for each in found.reasons.to_pylist() if each["unit_id"] == unit]


@pytest.mark.parametrize(
    ("n", "case"), list(enumerate(CURVES)), ids=lambda each: each["says"] if isinstance(each, dict) else ""
)
def test_a_line_is_worth_what_the_case_says(planted: duckdb.DuckDBPyConnection, n: int, case: dict[str, Any]) -> None:
    row, reasons = _scored(planted, f"c{n}", rubric([case["indicator"]], groups=GROUPS))
    line, *items = reasons
    assert line["state"] == case.get("state", "counted"), line["words"]
    assert line["points"] == case.get("points"), [each["words"] for each in reasons]
    assert (line["state"] == "manual_open") == (case.get("outcome") == "open")
    assert row["skipped"] == (line["full"] if case.get("outcome") == "skip" else 0)
    if line["points"] is not None:
        assert line["points"] + line["deducted"] == line["full"]
    if case["indicator"]["curve"] == "deduct" and line["state"] == "counted":
        assert sum(each["deducted"] for each in items) == line["deducted"]
    if case["indicator"]["curve"] == "add":
        assert sum(each["points"] for each in items) == line["points"]
    assert line["words"]


@pytest.mark.parametrize(
    ("n", "case"), list(enumerate(TOTALS)), ids=lambda each: each["says"] if isinstance(each, dict) else ""
)
def test_a_total_is_what_the_case_says(planted: duckdb.DuckDBPyConnection, n: int, case: dict[str, Any]) -> None:
    more = {key: case[key] for key in ("cap", "bonus", "penalty", "veto", "grades") if key in case}
    unit = f"t{n}"
    said = [
        ManualPoints(unit, 2024, each, "王晓", "台账", points=Decimal(points))
        for each, points in case.get("manual", [])
    ]
    row, reasons = _scored(planted, unit, rubric(case["rubric"], [unit], **more), Manual(tuple(said)))
    wanted = dict(case["score"])
    lines = {each["indicator"]: each["points"] for each in reasons if each["item"] == 0}
    for indicator, points in wanted.pop("lines", {}).items():
        assert lines[indicator] == points
    assert {key: row[key] for key in wanted} == wanted


def test_every_capped_deduction_says_what_capped_it(planted: duckdb.DuckDBPyConnection) -> None:
    by = {case["says"]: f"c{n}" for n, case in enumerate(CURVES)}
    told = {}
    for says in ("扣完为止，不会低于 0", "一条里最多扣 3 分"):
        case = next(each for each in CURVES if each["says"] == says)
        _, reasons = _scored(planted, by[says], rubric([case["indicator"]]))
        told[says] = [(each["amount"], each["deducted"], each["capped_by"]) for each in reasons[1:]]
    assert told["扣完为止，不会低于 0"] == [(2, 2, ""), (2, 2, ""), (2, 1, "indicator")]
    assert told["一条里最多扣 3 分"] == [(2, 2, ""), (2, 1, "item"), (2, 0, "item"), (2, 0, "item"), (1, 1, "")]


def test_a_dimension_that_is_used_up_says_so(planted: duckdb.DuckDBPyConnection) -> None:
    n, case = next((n, each) for n, each in enumerate(TOTALS) if each["says"].startswith("一个部分扣到 0"))
    _, reasons = _scored(planted, f"t{n}", rubric(case["rubric"], [f"t{n}"], cap="dimension"))
    taken = [(each["deducted"], each["capped_by"]) for each in reasons if each["indicator"] == "D1" and each["item"]]
    assert taken == [(3, ""), (1, "dimension"), (0, "dimension"), (0, "dimension"), (0, "dimension")]
