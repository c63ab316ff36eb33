"""A few files checked before they count: the statements of a build, in memory, on these files alone.

Nothing is written to the county's folder. Where the county has a build, the reports of the same units and of the same
years are taken from it, so that years and units can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import duckdb

from etl.check import run_checks
from etl.paths import County
from etl.report import as_number
from etl.source import Locator
from etl.warehouse.decided import add_decisions
from etl.warehouse.inputs import Inputs, Progress, RawFile, registers_of
from etl.warehouse.intake import Intake
from etl.warehouse.read import NO_EXTENSIONS, current_build, open_build
from etl.warehouse.tables import REPORT_TABLES, with_incoming
from etl.warehouse.workers import take_in_all
from etl.warehouse.write import add_intakes, add_registers, choose_reports, create_tables

_KNOWN = """
SELECT r.file_id
FROM report r
WHERE r.is_chosen
    AND (list_contains($units, r.unit_id) OR list_contains($years::INTEGER[], r.year))
    AND NOT list_contains($given, r.unit_id || ' ' || r.year)
"""


def quiet(stage: str, done: int, in_all: int) -> None:
    """Progress for nobody."""


def preview(
    files: Sequence[RawFile],
    county: County,
    *,
    whose: Mapping[str, tuple[str, int]] | None = None,
    progress: Progress = quiet,
    seen: Callable[[int, Intake], None] | None = None,
) -> duckdb.DuckDBPyConnection:
    """A warehouse in memory in which these files are checked; the n-th file has file_id n, what it is compared with
    stands behind.

    Also a file whose unit or year is unknown is checked, as far as that goes. `whose` says by sha256 which unit and year
    a person takes a file for; `seen` is told of each file (file_id, intake) as soon as it was read. Raises BuildError or RegisterError. The caller closes the connection.
    """
    inputs = registers_of(county)
    connection = duckdb.connect(":memory:", config=NO_EXTENSIONS)
    try:
        create_tables(connection)
        add_registers(connection, inputs)
        add_intakes(connection, _read(files, inputs, progress, seen))
        add_decisions(connection, inputs.decisions)
        _claim(connection, whose or {})
        choose_reports(connection)
        _add_known(connection, county, len(files))
        run_checks(connection, only=range(1, len(files) + 1))
    except BaseException:
        connection.close()
        raise
    return connection


def _read(
    files: Sequence[RawFile], inputs: Inputs, progress: Progress, seen: Callable[[int, Intake], None] | None
) -> Iterator[tuple[int, Intake]]:
    tasks = list(enumerate(files, start=1))
    for count, done in enumerate(take_in_all(tasks, inputs.units, inputs.reading_hash), start=1):
        if seen is not None:
            seen(*done)
        progress("读取年报", count, len(tasks))
        yield done


def _claim(connection: duckdb.DuckDBPyConnection, whose: Mapping[str, tuple[str, int]]) -> None:
    with_incoming(
        connection,
        [{"sha256": sha256, "unit_id": unit_id, "year": year} for sha256, (unit_id, year) in whose.items()],
        "UPDATE report SET unit_id = i.unit_id, year = i.year FROM incoming i, source_file s "
        "WHERE s.sha256 = i.sha256 AND s.file_id = report.file_id",
    )


def _add_known(connection: duckdb.DuckDBPyConnection, county: County, given: int) -> None:
    """The reports in force of the same units and of the same years, but for those that the given files replace."""
    path = current_build(county)
    claimed = connection.sql(
        "SELECT unit_id, year FROM report WHERE unit_id IS NOT NULL AND year IS NOT NULL"
    ).fetchall()
    if path is None or not claimed:
        return
    asked = {
        "units": sorted({unit for unit, _ in claimed}),
        "years": sorted({year for _, year in claimed}),
        "given": [f"{unit} {year}" for unit, year in claimed],
    }
    with open_build(path) as build:
        for table in ("source_file", *REPORT_TABLES, "correction"):
            rows = build.sql(
                f"SELECT o.* REPLACE (o.file_id + {given} AS file_id) FROM {table} o WHERE o.file_id IN ({_KNOWN})",
                params=asked,
            ).to_arrow_table()
            if rows.num_rows:
                with_incoming(connection, rows, f"INSERT INTO {table} BY NAME SELECT * FROM incoming")


def as_json(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The object `nianbao check --json` prints; its names are a contract (CHANGELOG.md)."""
    paths = dict(connection.sql("SELECT file_id, path FROM source_file").fetchall())
    operands: dict[str, list[dict[str, Any]]] = {}
    for fingerprint, side, file_id, cell, weight, state, value, raw, locator in connection.sql(
        "SELECT fingerprint, side, file_id, cell, weight, state, value, raw, locator FROM finding_operand "
        "ORDER BY fingerprint, position"
    ).fetchall():
        operands.setdefault(fingerprint, []).append(
            {
                "side": side, "file": paths[file_id], "cell": cell, "weight": weight, "state": state,
                "value": as_number(value), "raw": raw, "locator": _place(locator),
            }
        )  # fmt: skip
    findings = [
        {
            "file": paths[file_id], "rule": rule, "severity": severity, "verdict": verdict, "unit": unit, "year": year,
            "where": where, "found": found, "expected": expected, "message": message, "remedy": remedy, "cells": cells,
            "passage": passage, "locator": _place(locator), "operands": operands.get(fingerprint, []),
            "fingerprint": fingerprint,
        }
        for (
            file_id, rule, severity, verdict, unit, year, where, found, expected, message, remedy, cells, passage,
            locator, fingerprint,
        ) in connection.sql(_FINDINGS).fetchall()
    ]  # fmt: skip
    return {"findings": findings, "problems": _problems(connection, paths)}


_FINDINGS = """
SELECT
    f.file_id, f.rule, f.severity, f.verdict, r.unit_name, f.year, f."where", f.found, f.expected, f.message, f.remedy,
    f.cells, f.passage, f.locator, f.fingerprint
FROM finding f
JOIN report r USING (file_id)
ORDER BY f.file_id, f.position
"""


def _problems(connection: duckdb.DuckDBPyConnection, paths: Mapping[int, str]) -> list[dict[str, Any]]:
    """What could not be read in the files that were given: whole files first."""
    unread = connection.sql(
        "SELECT file_id, 'file_unreadable', reason, NULL, NULL FROM source_file "
        "WHERE outcome IN ('rejected', 'unreadable') ORDER BY file_id"
    ).fetchall()
    read = connection.sql(
        "SELECT p.file_id, p.code, p.message, p.locator, p.raw FROM problem p "
        "WHERE p.file_id IN (SELECT file_id FROM checked_report) ORDER BY p.file_id, p.position"
    ).fetchall()
    return [
        {"file": paths[file_id], "code": code, "message": message, "locator": _place(locator), "raw": raw}
        for file_id, code, message, locator, raw in (*unread, *read)
    ]


def _place(locator: Mapping[str, Any] | None) -> dict[str, str | int] | None:
    return Locator(**locator).as_dict() if locator else None


def is_clean(connection: duckdb.DuckDBPyConnection, given: int) -> bool:
    """Whether the first `given` files were all read in full and nothing in them must be mended."""
    ((count,),) = connection.sql(
        "SELECT (SELECT count(*) FROM source_file WHERE file_id <= $given AND outcome <> 'complete') "
        "+ (SELECT count(*) FROM finding WHERE severity = 'must_fix')",
        params={"given": given},
    ).fetchall()
    return count == 0
