"""行政事业性收费 that may be yuan in a column of 万元: which figures these are, and what a sum is without them. One answer
for every page: such a figure is told beside a sum and is no part of it, nor of a difference, nor of a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashboard import db, desk, findings
from dashboard.states import write_number

FEES = "proactive/admin_fees/amount_wan"
TOLD = "可能写错单位"
_KEY = "is_doubted"
Rows = list[dict[str, Any]]


def of_scope(scope: str) -> Rows:
    """The figures in doubt, newest year first, but for those of which somebody said that they are right."""
    rows = db.rows("SELECT * FROM fee_doubt WHERE scope = $scope ORDER BY year DESC, position", {"scope": scope})
    return _not_waived(rows)


def of_units(units: Sequence[str]) -> Rows:
    """The same of these units, whatever group they are of."""
    rows = db.rows(
        "SELECT * FROM fee_doubt WHERE scope = unit_id AND list_contains($units, unit_id) ORDER BY year DESC, position",
        {"units": tuple(units)},
    )
    return _not_waived(rows)


def _not_waived(rows: Rows) -> Rows:
    decisions = desk.decisions()
    return [row for row in rows if not findings.is_waived(row, decisions)]


def mark(rows: Sequence[dict[str, Any]], doubts: Rows) -> None:
    """Set the rows apart that hold such a figure: of measure_figure, or a pair of which either year does."""
    held = {(row["unit_id"], row["year"]) for row in doubts}
    for row in rows:
        if row["measure"] == FEES:
            years = {row["year"], row.get("base_year")}
            row[_KEY] = any((row["unit_id"], year) in held for year in years)


def is_marked(row: Mapping[str, Any]) -> bool:
    return bool(row.get(_KEY))


@dataclass(frozen=True, slots=True)
class SetAside:
    """What stands beside a sum: so many units with so much, and `rest`, what the others come to."""

    units: int
    amount: Decimal
    rest: Decimal


def beside(total: Mapping[str, Any], doubts: Rows) -> SetAside | None:
    """What is set aside of a row of measure_total; None where nothing is."""
    mine = [row["value"] for row in doubts if row["year"] == total["year"]]
    if total["measure"] != FEES or not mine:
        return None
    amount = sum(mine, Decimal(0))
    return SetAside(len(mine), amount, total["value"] - amount)


def told(total: Mapping[str, Any], aside: SetAside) -> str:
    """另 1 家填的 95,100 万元可能写错单位，请先核对"""
    return f"另 {aside.units} 家填的 {write_number(aside.amount)} {total['counter']}{TOLD}，请先核对"


def without(pair: dict[str, Any], units: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A row of measure_pair_total without those of its units (rows of measure_pair) of which a year is in doubt."""
    out = [row for row in units if is_marked(row) and row["comparable"] == "yes" and row["measure"] == pair["measure"]]
    if not out:
        return pair
    left = {name: pair[name] - sum(row[name] for row in out) for name in ("value", "base_value")}
    return pair | left | {
        "both_units": pair["both_units"] - len(out),
        "questioned": pair["questioned"] - sum(row["is_questioned"] for row in out),
        "difference": left["value"] - left["base_value"],
    }  # fmt: skip
