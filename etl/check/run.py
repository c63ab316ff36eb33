"""Every rule over every report in force: what is found goes into rule, rule_result, finding and finding_operand.

A statement or module is anything named by some rule's `by`:

- `<name>.sql` selects rows with the columns of FindingRow (rule, file_id, where, found, expected at least; `values` a
  struct; a column left out has its default);
- `<name>.py` has `find(connection) -> Iterable[FindingRow | Tally]`.

Both read the tables of the warehouse, `fact_now` for figures, and the temporary tables of reports.sql: `checked_report`,
the reports to be checked, `known_report`, every report that may be compared with, and what helps to name their cells.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from importlib import import_module
from typing import Any

import duckdb
import pyarrow as pa

from etl.check.row import FindingRow, Severity, Tally, Verdict
from etl.check.rules import ELSEWHERE, HERE, Rule, RuleError, load_rules
from etl.form import load_forms
from etl.source import LOCATOR_FIELDS, Locator

_KEPT = frozenset({Verdict.BROKEN, Verdict.DOUBTFUL})
_RANK = {Severity.MUST_FIX: 0, Severity.VERIFY: 1, Severity.NOTICE: 2}
_FIELDS = frozenset(field.name for field in fields(FindingRow))
_REQUIRED = tuple(
    field.name for field in fields(FindingRow) if field.default is MISSING and field.default_factory is MISSING
)
_LOCATOR = pa.struct([(name, pa.string() if name == "part" else pa.int32()) for name in LOCATOR_FIELDS])
# Checks that say NOT_ASSESSABLE of every report they did not compare: about whom they are silent, holds.
_TELLS_WHAT_IT_CANNOT = frozenset({
    "dates_late", "dates_stated", "dates_years", "text_aspects", "text_bodies", "text_copied", "words_others",
    "words_requests",
})  # fmt: skip
_FINDING = {
    "fingerprint": pa.string(), "subject": pa.string(), "position": pa.int32(), "rule": pa.string(),
    "severity": pa.string(), "verdict": pa.string(), "unit_id": pa.string(), "year": pa.int32(), "file_id": pa.int32(),
    "where": pa.string(), "found": pa.string(), "expected": pa.string(), "message": pa.string(), "remedy": pa.string(),
    "cells": pa.list_(pa.string()), "passage": pa.string(), "locator": _LOCATOR, "other_file_id": pa.int32(),
    "other_passage": pa.string(),
}  # fmt: skip
_OPERAND = {
    "fingerprint": pa.string(), "position": pa.int32(), "side": pa.string(), "file_id": pa.int32(), "cell": pa.string(),
    "weight": pa.int32(), "state": pa.string(), "value": pa.decimal128(20, 6), "raw": pa.string(), "locator": _LOCATOR,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Checked:
    """What a finding says of the report it was found in."""

    unit_id: str | None
    year: int | None
    form: str
    name: str  # 长皋乡2024年报
    key: str  # tells units apart, also those nobody has claimed


def run_checks(
    connection: duckdb.DuckDBPyConnection, only: Sequence[int] | None = None, rules: Mapping[str, Rule] | None = None
) -> None:
    """Fill the four tables of findings. `only` names the files to check, claimed or not, instead of those in force;
    `rules` are those to check by, all where not given."""
    rules = load_rules() if rules is None else rules
    _prepare(connection, only)
    checked = _checked(connection)
    rows: list[FindingRow] = []
    counts: Counter[tuple[str, Verdict]] = Counter()
    for name in dict.fromkeys(rule.by for rule in rules.values() if rule.by not in ELSEWHERE):
        for found in found_by(connection, name):
            if isinstance(found, Tally):
                counts[found.rule, found.verdict] += found.count
            elif found.rule in rules and checked[found.file_id].form in rules[found.rule].forms:
                rows.append(found)
    _write_rules(connection, rules)
    kept = _write_findings(connection, rules, checked, rows)
    _write_results(connection, rules, checked, rows, kept, counts)


def _prepare(connection: duckdb.DuckDBPyConnection, only: Sequence[int] | None) -> None:
    connection.execute("CREATE OR REPLACE TEMP TABLE edition (form VARCHAR, first_year INTEGER, last_year INTEGER)")
    connection.executemany(
        "INSERT INTO edition VALUES (?, ?, ?)",
        [[form.edition, form.first_year, form.last_year] for form in load_forms().values()],
    )
    for statement in (HERE / "reports.sql").read_text(encoding="utf-8").split(";\n"):
        connection.execute(
            statement, {"only": None if only is None else list(only)} if "$only::" in statement else None
        )


def _checked(connection: duckdb.DuckDBPyConnection) -> dict[int, _Checked]:
    rows = connection.sql(
        "SELECT c.file_id, c.unit_id, c.year, c.form, c.unit_name, s.path FROM checked_report c "
        "JOIN source_file s USING (file_id)"
    ).fetchall()
    return {
        file_id: _Checked(
            unit_id, year, form, f"{unit_name or '单位未定'}{f'{year}年报' if year else '年报（年度未定）'}",
            unit_id or unit_name or path,
        )
        for file_id, unit_id, year, form, unit_name, path in rows
    }  # fmt: skip


def found_by(connection: duckdb.DuckDBPyConnection, name: str) -> Iterable[FindingRow | Tally]:
    """What the statement or module of this name says of the reports to be checked."""
    path = HERE / f"{name}.sql"
    if not path.is_file():
        return import_module(f"etl.check.{name}").find(connection)
    result = connection.sql(path.read_text(encoding="utf-8"))
    columns = result.columns
    return [_row(path.name, dict(zip(columns, values, strict=True))) for values in result.fetchall()]


def _row(statement: str, values: Mapping[str, Any]) -> FindingRow:
    """A row of SQL as a FindingRow; NULL stands for the default. Raises RuleError where there is none."""
    for column in _REQUIRED:
        if values.get(column) is None:
            rule = values.get("rule") or "一条没有写编号的规则"
            raise RuleError(f"{statement} 给 {rule} 的 {column} 是空值（NULL）。请改正这个语句，让这一列总有文字。")
    known: dict[str, Any] = {key: value for key, value in values.items() if key in _FIELDS and value is not None}
    if "verdict" in known:
        known["verdict"] = Verdict(known["verdict"])
    if "severity" in known:
        known["severity"] = Severity(known["severity"])
    if "locator" in known:
        known["locator"] = Locator(**known["locator"])
    if "cells" in known:
        known["cells"] = tuple(known["cells"])
    return FindingRow(**known)


def _write_rules(connection: duckdb.DuckDBPyConnection, rules: Mapping[str, Rule]) -> None:
    for table in ("rule", "rule_result", "finding", "finding_operand"):
        connection.execute(f"DELETE FROM {table}")
    if rules:
        connection.executemany(
            "INSERT INTO rule VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                [rule.id, position, rule.title, rule.formula, rule.basis, rule.severity, list(rule.kinds),
                 list(rule.forms), rule.remedy, rule.example]
                for position, rule in enumerate(rules.values(), start=1)
            ],
        )  # fmt: skip


def _write_findings(
    connection: duckdb.DuckDBPyConnection,
    rules: Mapping[str, Rule],
    checked: Mapping[int, _Checked],
    rows: Sequence[FindingRow],
) -> list[FindingRow]:
    """Write what is broken or doubtful, in each report by rule and place, each fingerprint once; returns those rows."""
    order = {rule: position for position, rule in enumerate(rules)}
    findings: dict[str, dict[str, Any]] = {}
    operands: list[dict[str, Any]] = []
    kept: list[FindingRow] = []
    positions: Counter[int] = Counter()
    for row in sorted(
        (row for row in rows if row.verdict in _KEPT),
        key=lambda row: (row.file_id, _RANK[_severity(rules, row)], order[row.rule], row.where, row.cells),
    ):
        report = checked[row.file_id]
        place = row.place or ",".join(row.cells) or row.where
        subject = _hash(row.rule, report.key, str(report.year), place)
        fingerprint = _hash(subject, row.value_key or "|".join((row.found, row.expected, row.passage)))
        if fingerprint in findings:
            continue
        kept.append(row)
        positions[row.file_id] += 1
        findings[fingerprint] = {
            "fingerprint": fingerprint, "subject": subject, "position": positions[row.file_id], "rule": row.rule,
            "severity": _severity(rules, row), "verdict": row.verdict, "unit_id": report.unit_id, "year": report.year,
            "file_id": row.file_id, "where": row.where, "found": row.found, "expected": row.expected,
            "message": message_of(rules[row.rule], row, report.name), "remedy": rules[row.rule].remedy,
            "cells": list(row.cells), "passage": row.passage, "locator": _as_struct(row.locator),
            "other_file_id": row.other_file_id, "other_passage": row.other_passage,
        }  # fmt: skip
        operands += [
            {
                "fingerprint": fingerprint, "position": position, "side": each.side, "file_id": each.file_id,
                "cell": each.cell, "weight": each.weight, "state": each.state, "value": each.value, "raw": each.raw,
                "locator": _as_struct(each.locator),
            }
            for position, each in enumerate(row.operands, start=1)
        ]  # fmt: skip
    _insert(connection, "finding", list(findings.values()), _FINDING)
    _insert(connection, "finding_operand", operands, _OPERAND)
    return kept


def message_of(rule: Rule, row: FindingRow, report: str) -> str:
    """What, where, found against expected, what to do. Doubt about our own reading is said before anything else."""
    words = {"where": row.where, "found": row.found, "expected": row.expected, "remedy": rule.remedy, **row.values}
    text = rule.message.format(report=report, **words)
    if row.verdict is Verdict.DOUBTFUL:
        return f"{text}（这里有读不准的内容，请先看原文，再判断是否要改。）"
    return text


def _severity(rules: Mapping[str, Rule], row: FindingRow) -> Severity:
    lowest = max((rules[row.rule].severity, row.severity or Severity.MUST_FIX), key=_RANK.__getitem__)
    return Severity.VERIFY if row.verdict is Verdict.DOUBTFUL and lowest is Severity.MUST_FIX else lowest


def _write_results(
    connection: duckdb.DuckDBPyConnection,
    rules: Mapping[str, Rule],
    checked: Mapping[int, _Checked],
    rows: Sequence[FindingRow],
    kept: Sequence[FindingRow],
    counts: Counter[tuple[str, Verdict]],
) -> None:
    """What was told. Silence is counted as holding only where a check says of which reports it could not tell."""
    spoken: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        spoken[row.rule].add(row.file_id)
        if row.verdict not in _KEPT:
            counts[row.rule, row.verdict] += 1
    for row in kept:
        counts[row.rule, row.verdict] += 1
    for rule in rules.values():
        if rule.by in _TELLS_WHAT_IT_CANNOT:
            reports = {file_id for file_id, report in checked.items() if report.form in rule.forms}
            counts[rule.id, Verdict.HOLDS] += len(reports - spoken[rule.id])
    results = [[rule, verdict, count] for (rule, verdict), count in sorted(counts.items()) if count]
    if results:
        connection.executemany("INSERT INTO rule_result VALUES (?, ?, ?)", results)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:20]


def _as_struct(locator: Locator | None) -> dict[str, Any] | None:
    return locator._asdict() if locator else None


def _insert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rows: Sequence[Mapping[str, Any]],
    columns: Mapping[str, pa.DataType],
) -> None:
    if not rows:
        return
    incoming = pa.Table.from_pylist([dict(row) for row in rows], schema=pa.schema(list(columns.items())))
    connection.register("incoming", incoming)
    try:
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
    finally:
        connection.unregister("incoming")
