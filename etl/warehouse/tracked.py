"""The reports in force and what was found in them, as the ledger's tracking takes them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import duckdb

from etl.ledger import Found, InForce

_REPORT = """
SELECT
    v.unit_id, v.year, v.sha256, v.path, w.is_whole,
    (SELECT list(n.cell) FROM fact_now n WHERE n.file_id = v.file_id AND n.state = 'reported')
FROM report_version v
JOIN report_whole w ON w.file_id = v.file_id
"""
_FINDING = """
SELECT
    f.unit_id, f.year, f.fingerprint, f.subject, f.rule, f.severity, f."where", f.found, f.expected, f.message, f.remedy,
    (SELECT list(n.cell) FROM fact_now n
        WHERE n.file_id = f.file_id AND n.state = 'reported' AND list_contains(f.cells, n.cell))
FROM finding_item f
"""


def reports_in_force(connection: duckdb.DuckDBPyConnection, year: int | None = None) -> tuple[InForce, ...]:
    """Of one year, or of all."""
    rows = connection.sql(
        f"{_REPORT} WHERE v.is_chosen AND ($year IS NULL OR v.year = $year) ORDER BY v.unit_id, v.year",
        params={"year": year},
    ).fetchall()
    return tuple(map(_in_force, rows))


def report_in(connection: duckdb.DuckDBPyConnection, file_id: int) -> InForce | None:
    """One file as if it were in force, also where it still waits; None where it was not read as anybody's report."""
    rows = connection.sql(
        f"{_REPORT} WHERE v.file_id = $file_id AND v.unit_id IS NOT NULL AND v.year IS NOT NULL",
        params={"file_id": file_id},
    ).fetchall()
    return next(map(_in_force, rows), None)


def _in_force(row: tuple[Any, ...]) -> InForce:
    *whole, figures = row
    return InForce(*whole, frozenset(figures or ()))


def findings_in_force(connection: duckdb.DuckDBPyConnection, year: int | None = None) -> tuple[Found, ...]:
    """Every finding of a report in force, of one year or of all, in the order of units and places."""
    rows = connection.sql(
        f"{_FINDING} WHERE f.unit_id IS NOT NULL AND f.year IS NOT NULL AND ($year IS NULL OR f.year = $year) "
        "ORDER BY f.unit_position, f.year, f.position, f.fingerprint",
        params={"year": year},
    ).fetchall()
    return tuple(Found(*whole, tuple(sorted(cells or ()))) for *whole, cells in rows)


def formulas(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Every rule's formula in words."""
    return dict(connection.sql("SELECT rule, formula FROM rule").fetchall())


def earlier_years(
    connection: duckdb.DuckDBPyConnection, year: int | None = None, waived: Collection[str] = ()
) -> dict[str, tuple[int, ...]]:
    """By fingerprint, the earlier years in which the same fault was found in the unit's report. Findings of which
    somebody said that they are no fault (`waived`: fingerprints, see waived_findings) are not held against it."""
    rows = connection.sql(
        "SELECT fingerprint, list(DISTINCT earlier_year ORDER BY earlier_year) FROM finding_before "
        "WHERE ($year IS NULL OR year = $year) AND earlier_fingerprint NOT IN (SELECT unnest($waived::VARCHAR[])) "
        "GROUP BY fingerprint",
        params={"year": year, "waived": list(waived)},
    ).fetchall()
    return {fingerprint: tuple(years) for fingerprint, years in rows}
