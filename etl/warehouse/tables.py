"""Reports → the rows of schema.sql, by the column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from etl.report import Fact, Report
from etl.source import LOCATOR_FIELDS, Locator
from etl.warehouse.storable import DECIMALS, DIGITS

_DECIMAL = pa.decimal128(DIGITS, DECIMALS)
_TEXTS = pa.list_(pa.string())
_LOCATOR_TYPES = {name: pa.string() if name == "part" else pa.int32() for name in LOCATOR_FIELDS}
_LOCATOR = pa.struct(list(_LOCATOR_TYPES.items()))

# Column types of the tables whose rows come from reports, in the order of schema.sql.
_COLUMNS: dict[str, dict[str, pa.DataType]] = {
    "report": {
        "file_id": pa.int32(), "unit_id": pa.string(), "unit_name": pa.string(), "year": pa.int32(),
        "form": pa.string(), "scope": pa.string(), "stat_start": pa.date32(), "stat_end": pa.date32(),
        "signed_on": pa.date32(), "published_at": pa.date32(), "title": pa.string(), "status": pa.string(),
        "is_chosen": pa.bool_(), "choice_reason": pa.string(), "opening": pa.string(), "read_unit_id": pa.string(),
        "read_year": pa.int32(),
    },
    "altered_label": {
        "file_id": pa.int32(), "target": pa.string(), "printed": pa.string(), "standard": pa.string(),
        "locator": _LOCATOR,
    },
    "witness": {
        "file_id": pa.int32(), "subject": pa.string(), "position": pa.int32(), "kind": pa.string(),
        "value": pa.string(), "raw": pa.string(),
    },
    "section": {
        "file_id": pa.int32(), "number": pa.string(), "title": pa.string(), "aspects": _TEXTS, "text": pa.string(),
        "locator": _LOCATOR,
    },
    "fact": {
        "file_id": pa.int32(), "cell": pa.string(), "state": pa.string(), "value": _DECIMAL, "raw": pa.string(),
        "confidence": pa.float32(), "locator": _LOCATOR,
    },
    "claim": {
        "file_id": pa.int32(), "claim": pa.string(), "value": _DECIMAL, "counter": pa.string(),
        "approximate": pa.bool_(), "sentence": pa.string(), "locator": _LOCATOR,
    },
    "problem": {
        "file_id": pa.int32(), "position": pa.int32(), "code": pa.string(), "message": pa.string(),
        "raw": pa.string(), "locator": _LOCATOR,
    },
}  # fmt: skip

REPORT_TABLES = tuple(_COLUMNS)


def with_incoming(
    connection: duckdb.DuckDBPyConnection, rows: pa.Table | Sequence[Mapping[str, object]], statement: str
) -> None:
    """Run a statement that reads `rows` under the name `incoming`; nothing happens where there are none."""
    if not isinstance(rows, pa.Table):
        if not rows:
            return
        rows = pa.Table.from_pylist([dict(row) for row in rows])
    connection.register("incoming", rows)
    try:
        connection.execute(statement)
    finally:
        connection.unregister("incoming")


def report_tables(reports: Sequence[tuple[int, Report]]) -> dict[str, pa.Table]:
    """The rows of these (file_id, report), by table. Raises on text that UTF-8 cannot write."""
    return {
        "report": _table("report", (_report_row(file_id, report) for file_id, report in reports)),
        "witness": _table("witness", (row for file_id, report in reports for row in _witness_rows(file_id, report))),
        "section": _table(
            "section",
            (
                (file_id, section.number, section.title, list(section.aspects), section.text, section.locator)
                for file_id, report in reports
                for section in report.sections
            ),
        ),
        "altered_label": _table(
            "altered_label",
            (
                (file_id, label.target, label.printed, label.standard, label.locator)
                for file_id, report in reports
                for label in report.altered
            ),
        ),
        "fact": _table("fact", (_fact_row(file_id, fact) for file_id, report in reports for fact in report.facts)),
        "claim": _table(
            "claim",
            (
                (file_id, claim.claim, claim.value, claim.counter, claim.approximate, claim.sentence, claim.locator)
                for file_id, report in reports
                for claim in report.claims
            ),
        ),
        "problem": _table(
            "problem",
            (
                (file_id, position, problem.code, problem.message, problem.raw, problem.locator)
                for file_id, report in reports
                for position, problem in enumerate(report.problems, start=1)
            ),
        ),
    }


def _report_row(file_id: int, report: Report) -> tuple[Any, ...]:
    start, end = report.stat_period or (None, None)
    return (
        file_id, report.unit_id, report.unit, report.year, report.form, report.scope, start, end, report.signed_on,
        report.published_at, report.title, report.status, False, "", report.opening, report.unit_id, report.year,
    )  # fmt: skip


def _witness_rows(file_id: int, report: Report) -> Iterable[tuple[Any, ...]]:
    for subject, witnesses in (("year", report.year_witnesses), ("unit", report.unit_witnesses)):
        for position, witness in enumerate(witnesses, start=1):
            yield file_id, subject, position, witness.kind, witness.value, witness.raw


def _fact_row(file_id: int, fact: Fact) -> tuple[Any, ...]:
    return file_id, fact.cell, fact.state, fact.value, fact.raw, fact.confidence, fact.locator


def _table(name: str, rows: Iterable[tuple[Any, ...]]) -> pa.Table:
    columns = _COLUMNS[name]
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [
        _locators(column) if kind == _LOCATOR else pa.array(column, kind)
        for column, kind in zip(values, columns.values(), strict=True)
    ]
    return pa.table(arrays, names=list(columns))


def _locators(column: Sequence[Locator | None]) -> pa.Array:
    fields = [
        pa.array([None if each is None else getattr(each, name) for each in column], kind)
        for name, kind in _LOCATOR_TYPES.items()
    ]
    missing = pa.array([each is None for each in column], pa.bool_())
    return pa.StructArray.from_arrays(fields, fields=list(_LOCATOR), mask=missing)
