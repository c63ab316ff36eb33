"""Reports planted straight into the tables of a warehouse, for tests of points: figures, words and findings as told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from etl.check import load_rules
from etl.measure import fill_values
from etl.score import Rubric, rubric_in
from etl.score.fault import yaml_in
from etl.warehouse.write import add_measures, create_marts
from tests.planted_warehouse import WAREHOUSE, form_cells

OVERVIEW = "（一）主动公开\n在政府网站和公开栏发布信息。"
EMPTY = "{'part': NULL, 'page': NULL, 'table': NULL, 'row': NULL, 'column': NULL, 'line': NULL, 'paragraph': NULL}"


@dataclass(frozen=True)
class Report:
    """One unit's report of 2024, or of `year`. Cells that are not told say 0, prose figures nothing; "空白" is a blank,
    "/" a slash, "待核" what could not be read. Findings have rule, and where wanted count, cells, severity, verdict, where, found."""

    figures: Mapping[str, Any] = field(default_factory=dict)
    findings: Sequence[Mapping[str, Any]] = ()
    text: Mapping[str, str] = field(default_factory=dict)
    published: str | None = "2025-01-16"
    problems: Sequence[tuple[str, str]] = ()
    kind: str = "town"
    year: int = 2024


def warehouse(reports: Mapping[str, Sequence[Report]], missing: Sequence[str] = ()) -> duckdb.DuckDBPyConnection:
    """In memory, with these units' reports; `missing` are units that filed nothing."""
    connection = duckdb.connect()
    connection.execute((WAREHOUSE / "schema.sql").read_text(encoding="utf-8"))
    _register(connection, reports, missing)
    add_measures(connection)
    create_marts(connection)
    file_id = 0
    for unit, every in reports.items():
        for report in every:
            file_id += 1
            _add(connection, file_id, unit, report)
    fill_values(connection)
    return connection


def _register(
    connection: duckdb.DuckDBPyConnection, reports: Mapping[str, Sequence[Report]], missing: Sequence[str]
) -> None:
    connection.execute("INSERT INTO collected_year VALUES (2023, TRUE, ''), (2024, TRUE, '')")
    for position, unit in enumerate([*reports, *missing], start=1):
        kind = reports[unit][0].kind if unit in reports else "town"
        connection.execute(
            "INSERT INTO unit VALUES (?, ?, '', ?, [], ?, ?, '乡镇', NULL, NULL, NULL, TRUE)",
            [unit, position, f"云岭县{unit}镇", kind, kind],
        )
    names = connection.sql("SELECT * FROM form_cell").columns
    connection.register("cells", pl.DataFrame(form_cells(), schema=names, orient="row", infer_schema_length=None))
    connection.execute("INSERT INTO form_cell SELECT * FROM cells")
    for position, rule in enumerate(load_rules().values(), start=1):
        connection.execute(
            "INSERT INTO rule VALUES (?, ?, ?, ?, ?, ?, [], ?, ?, ?)",
            [rule.id, position, rule.title, rule.formula, rule.basis, rule.severity, list(rule.forms), rule.remedy, ""],
        )


def _add(connection: duckdb.DuckDBPyConnection, file_id: int, unit: str, report: Report) -> None:
    connection.execute(
        "INSERT INTO source_file VALUES (?, ?, ?, 1, 'text', 'complete', '', NULL, NULL, 'k')",
        [file_id, f"raw/{report.year}/{unit}.txt", str(file_id)],
    )
    connection.execute(
        "INSERT INTO report VALUES (?, ?, ?, ?, '2021', 'single_organ', NULL, NULL, NULL, ?, '', 'complete', TRUE, '', '', ?, ?)",
        [file_id, unit, unit, report.year, report.published, unit, report.year],
    )
    told = {cell[1]: report.figures.get(cell[1], 0) for cell in form_cells() if cell[0] == "2021" and not cell[-2]}
    facts = [(file_id, cell, *_stated(value)) for cell, value in told.items()]
    connection.register("facts", pl.DataFrame(facts, schema=["file_id", "cell", "state", "value", "raw"], orient="row",
                                              infer_schema_length=None))  # fmt: skip
    connection.execute(f"INSERT INTO fact SELECT file_id, cell, state, value, raw, NULL, {EMPTY} FROM facts")
    for claim, value in report.figures.items():
        if "/" not in claim:
            for each in ["1", "2"] if value == "待核" else [str(value).removeprefix("约")]:  # told twice, differently
                connection.execute(
                    f"INSERT INTO claim VALUES (?, ?, ?, '条', ?, ?, {EMPTY})",
                    [file_id, claim, each, str(value).startswith("约"), f"共{each}条。"],
                )
    for number, text in {"一": OVERVIEW, **report.text}.items():
        if text:
            connection.execute(f"INSERT INTO section VALUES (?, ?, '', [], ?, {EMPTY})", [file_id, number, text])
    for position, (code, message) in enumerate(report.problems, start=1):
        connection.execute(
            f"INSERT INTO problem VALUES (?, ?, ?, ?, NULL, {EMPTY})", [file_id, position, code, message]
        )
    add_findings(connection, file_id, unit, report.findings, report.year)


def add_findings(
    connection: duckdb.DuckDBPyConnection,
    file_id: int,
    unit: str,
    findings: Sequence[Mapping[str, Any]],
    year: int = 2024,
) -> None:
    """Findings of one report, each `count` times."""
    each_once = [each for each in findings for _ in range(each.get("count", 1))]
    for position, each in enumerate(each_once, start=1):
        rule = load_rules()[each["rule"]]
        name = each.get("fingerprint", f"{file_id}-{position}")
        connection.execute(
            f"INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, '', ?, '', {EMPTY}, NULL, '')",
            [name, name, position, rule.id, each.get("severity", rule.severity), each.get("verdict", "broken"), unit, year,
             file_id, each.get("where", "表三"), each.get("found", "不符"), f"{rule.title}第{position}处。",
             each.get("cells", [])],
        )  # fmt: skip


def _stated(value: Any) -> tuple[str, str | None, str]:
    if value == "空白":
        return "blank", None, ""
    if value == "/":
        return "slash", None, "/"
    if value == "待核":
        return "unreadable", None, "若干"
    return "reported", str(value), str(value)


def rubric(
    indicators: Sequence[Mapping[str, Any]] | Mapping[str, Sequence[Mapping[str, Any]]],
    units: Sequence[str] = (),
    **more: Any,
) -> Rubric:
    """A rubric of these indicators, in one dimension or in those named; what they do not tell is filled in."""
    parts = indicators if isinstance(indicators, Mapping) else {"D": indicators}
    dimensions = []
    for name, every in parts.items():
        filled = [
            {"id": f"{name}{n}", "name": f"指标{name}{n}", "basis": "本县自定", "not_assessable": "full", **each}
            for n, each in enumerate(every, start=1)
        ]
        points = sum((Decimal(str(each["points"])) for each in filled), Decimal(0))
        dimensions.append({"id": name, "name": f"部分{name}", "points": points, "indicators": filled})
    data = {
        "title": "试评细则", "year": 2024, "cap": "indicator",
        "full": sum((each["points"] for each in dimensions), Decimal(0)),
        "groups": [{"name": "参评", "units": list(units)} if units else {"name": "参评", "kinds": ["town"]}],
        "grades": [{"name": "合格", "at_least": 60}, {"name": "不合格", "at_least": 0}], **more, "dimensions": dimensions,
    }  # fmt: skip
    return rubric_in(data, "试评.yaml")


def cases(path: Path) -> list[dict[str, Any]]:
    """The cases of one file, figures as Decimal."""
    return yaml_in(path.read_text(encoding="utf-8"), path.name)
