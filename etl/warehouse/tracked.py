"""The reports in force and what was found in them, as the ledger's tracking takes them."""

from __future__ import annotations

import duckdb

from etl.ledger import Found, InForce


def reports_in_force(connection: duckdb.DuckDBPyConnection, year: int | None = None) -> tuple[InForce, ...]:
    """Of one year, or of all."""
    rows = connection.sql(
        "SELECT unit_id, year, sha256, path, status = 'complete' FROM report_version "
        "WHERE is_chosen AND ($year IS NULL OR year = $year) ORDER BY unit_id, year",
        params={"year": year},
    ).fetchall()
    return tuple(InForce(*row) for row in rows)


def findings_in_force(connection: duckdb.DuckDBPyConnection, year: int | None = None) -> tuple[Found, ...]:
    """Every finding of a report in force, of one year or of all, in the order of units and places."""
    rows = connection.sql(
        'SELECT unit_id, year, fingerprint, subject, rule, severity, "where", found, expected, message, remedy '
        "FROM finding_item WHERE unit_id IS NOT NULL AND year IS NOT NULL AND ($year IS NULL OR year = $year) "
        "ORDER BY unit_position, year, position, fingerprint",
        params={"year": year},
    ).fetchall()
    return tuple(Found(*row) for row in rows)


def formulas(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Every rule's formula in words."""
    return dict(connection.sql("SELECT rule, formula FROM rule").fetchall())


def earlier_years(connection: duckdb.DuckDBPyConnection, year: int | None = None) -> dict[str, tuple[int, ...]]:
    """By fingerprint, the earlier years in which the same fault was found in the unit's report."""
    rows = connection.sql(
        "SELECT fingerprint, list(DISTINCT earlier_year ORDER BY earlier_year) FROM finding_before "
        "WHERE $year IS NULL OR year = $year GROUP BY fingerprint",
        params={"year": year},
    ).fetchall()
    return {fingerprint: tuple(years) for fingerprint, years in rows}
