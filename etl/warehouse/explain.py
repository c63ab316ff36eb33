"""Where one figure comes from, in every build still kept."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb

from etl.paths import County
from etl.report import as_number
from etl.source import Locator
from etl.warehouse.read import kept_builds, open_build


class ExplainError(ValueError):
    """The question names a unit, year or cell that no build knows; the message offers what comes near."""


def explain(county: County, unit: str, year: int, cell: str) -> list[dict[str, Any]]:
    """Newest build first: state, value, raw text, file and place. `unit` by id, name or alias; `cell` table/row/column.

    `state` and `value` are those in force; `correction` says who put the figure right, when, why, what was read and what
    that person saw, None where nobody did. `claim` says who told whose report the file is, None where the file itself does.
    """
    builds = kept_builds(county)
    if not builds:
        raise ExplainError(f"{county.warehouse} 里还没有仓库。请先运行 nianbao build。")
    found: list[dict[str, Any]] = []
    for path in builds:
        try:
            with open_build(path) as connection:
                found += _in_build(connection, unit, year, cell)
        except duckdb.Error:
            continue
    if not found:
        with open_build(builds[0]) as connection:
            raise ExplainError(_nearest(connection, unit, year, cell))
    return found


def _in_build(connection: duckdb.DuckDBPyConnection, unit: str, year: int, cell: str) -> list[dict[str, Any]]:
    rows = connection.sql(
        "SELECT (SELECT build_id FROM build), u.name, r.is_chosen, n.state, n.value, f.raw, s.path, f.locator, "
        "f.state, f.value, c, k "
        "FROM report r JOIN unit u USING (unit_id) JOIN source_file s ON s.file_id = r.file_id "
        "JOIN fact f ON f.file_id = r.file_id JOIN fact_now n ON n.file_id = f.file_id AND n.cell = f.cell "
        "LEFT JOIN correction c ON c.file_id = f.file_id AND c.cell = f.cell "
        "LEFT JOIN file_claimed k ON k.file_id = f.file_id "
        "WHERE (u.unit_id = $unit OR u.name = $unit OR list_contains(u.aliases, $unit)) AND r.year = $year AND f.cell = $cell "
        "ORDER BY r.is_chosen DESC, s.path",
        params={"unit": unit, "year": year, "cell": cell},
    ).fetchall()
    return [
        {"build_id": build, "unit": name, "year": year, "cell": cell, "is_chosen": chosen, "state": state,
         "value": as_number(value), "raw": raw, "path": path,
         "place": Locator(**place).describe() if place else "", "locator": place,
         "correction": _correction(corrected, read_state, read_value), "claim": _claim(claimed)}
        for build, name, chosen, state, value, raw, path, place, read_state, read_value, corrected, claimed in rows
    ]  # fmt: skip


def _correction(row: dict[str, Any] | None, read_state: str, read_value: Decimal | None) -> dict[str, Any] | None:
    if row is None or row["who"] is None:  # a struct of nothing where no row was joined
        return None
    kept = {name: row[name] for name in ("who", "made_at", "why", "is_applied", "expected", "state")}
    return {**kept, "value": as_number(row["value"]), "read_state": read_state, "read_value": as_number(read_value)}


def _claim(row: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if row is None or row["who"] is None else {"who": row["who"], "made_at": row["made_at"]}


def _nearest(connection: duckdb.DuckDBPyConnection, unit: str, year: int, cell: str) -> str:
    cells = connection.sql(
        "SELECT DISTINCT cell FROM form_cell ORDER BY levenshtein(cell, $cell) LIMIT 3", params={"cell": cell}
    ).fetchall()
    units = connection.sql(
        "SELECT name FROM unit ORDER BY contains(name, $unit) DESC, levenshtein(name, $unit) LIMIT 3",
        params={"unit": unit},
    ).fetchall()
    return (
        f"没有找到 {unit} {year} 年度的 {cell}。相近的单位：{'、'.join(u[0] for u in units) or '（单位表为空）'}；"
        f"相近的指标：{'、'.join(c[0] for c in cells)}。请核对单位名、年度和指标名。"
    )
