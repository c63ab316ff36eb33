"""Which identities do not hold, and what those few are made of: one statement for all reports, a second for the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from etl.check.identities import Identity, Source
from etl.check.rules import HERE
from etl.source import Locator

_TERM = {
    "identity": pa.int16(), "part": pa.int8(), "position": pa.int16(), "cell": pa.string(), "weight": pa.int8(),
    "side": pa.int8(), "is_own": pa.bool_(), "is_counted": pa.bool_(),
}  # fmt: skip
_IDENTITY = {"identity": pa.int16(), "needed": pa.int16(), "is_equal": pa.bool_()}
_PART = {"term_set": pa.string(), "source": pa.int8(), "part": pa.int8()}
# A report's own cells, those of the year before, and for the report of the whole area those of every unit. Last year's
# reports are summed too: what was carried over from figures that do not add up is no proof against this year's.
_LINKS = """
CREATE OR REPLACE TEMP TABLE summed_report AS
WITH asked AS (
    SELECT file_id, form FROM checked_report
    UNION
    SELECT last_file_id, last_form FROM checked_report WHERE last_file_id IS NOT NULL
),
variant AS (
    SELECT DISTINCT f.file_id
    FROM fact f JOIN asked a ON a.file_id = f.file_id JOIN form_cell n ON n.form = a.form AND n.cell = f.cell
    WHERE n.is_variant
)
SELECT a.file_id, a.form || CASE WHEN v.file_id IS NULL THEN '' ELSE '~' END AS term_set
FROM asked a LEFT JOIN variant v ON v.file_id = a.file_id;

CREATE OR REPLACE TEMP TABLE link AS
SELECT s.file_id AS target, p.part, s.file_id
FROM summed_report s JOIN part p ON p.term_set = s.term_set AND p.source = 0
UNION ALL
SELECT c.file_id, p.part, c.last_file_id
FROM checked_report c
JOIN summed_report s ON s.file_id = c.file_id
JOIN part p ON p.term_set = s.term_set AND p.source = 1
WHERE c.last_file_id IS NOT NULL
    AND NOT EXISTS (FROM unit m WHERE m.merged_into = c.unit_id AND m.valid_to = c.year - 1)
UNION ALL
SELECT c.file_id, p.part, k.file_id
FROM checked_report c
JOIN summed_report s ON s.file_id = c.file_id
JOIN part p ON p.term_set = s.term_set AND p.source IN (2, 3)
JOIN known_report k ON k.year = c.year AND k.form = c.form AND (k.kind = 'area') = (p.source = 3)
WHERE c.scope = 'area_aggregate' AND (p.source = 2 OR k.file_id = c.file_id)
"""


@dataclass(frozen=True, slots=True)
class Part:
    """One operand as the statement gives it."""

    cell: str
    weight: int
    side: int
    is_own: bool
    file_id: int
    state: str
    value: Decimal | None
    raw: str | None
    locator: Locator | None


@dataclass(frozen=True, slots=True)
class Broken:
    """One identity that does not hold in one report."""

    identity: Identity
    target: int
    gap: Decimal
    left: Decimal
    right: Decimal
    is_doubtful: bool
    is_complete: bool
    parts: tuple[Part, ...]


def prepare(connection: duckdb.DuckDBPyConnection, identities: Sequence[Identity]) -> None:
    """The temporary tables of both statements; reports.sql must have run."""
    parts: dict[tuple[str, Source], int] = {}
    terms = [
        {
            "identity": each.number, "part": parts.setdefault((each.term_set, term.source), len(parts)),
            "position": position, "cell": term.cell, "weight": term.weight * term.side, "side": term.side,
            "is_own": term.source in (Source.OWN, Source.AREA), "is_counted": term.source is not Source.UNITS,
        }
        for each in identities
        for position, term in enumerate(each.terms)
    ]  # fmt: skip
    _temporary(connection, "term", terms, _TERM)
    _temporary(
        connection, "identity",
        [{"identity": each.number, "needed": each.needed, "is_equal": each.is_equal} for each in identities], _IDENTITY,
    )  # fmt: skip
    _temporary(
        connection, "part",
        [{"term_set": term_set, "source": source, "part": part} for (term_set, source), part in parts.items()], _PART,
    )  # fmt: skip
    for statement in _LINKS.split(";\n"):
        connection.execute(statement)


def _temporary(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    rows: Sequence[Mapping[str, Any]],
    columns: Mapping[str, pa.DataType],
) -> None:
    connection.register(
        "incoming", pa.Table.from_pylist([dict(row) for row in rows], schema=pa.schema(list(columns.items())))
    )
    try:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM incoming")
    finally:
        connection.unregister("incoming")


def summed(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, int, list[int] | None]]:
    """(identity, how many reports satisfy it, the others); `prepare` must have run."""
    return connection.sql((HERE / "identities.sql").read_text(encoding="utf-8")).fetchall()


def broken_identities(
    connection: duckdb.DuckDBPyConnection, identities: Sequence[Identity], suspects: Sequence[tuple[int, int]]
) -> list[Broken]:
    """Those (identity, report) that do not hold whatever the cells without a figure may say."""
    rows = [{"identity": identity, "target": target} for identity, target in suspects]
    _temporary(connection, "suspect", rows, {"identity": pa.int16(), "target": pa.int32()})
    found: dict[tuple[int, int], tuple[Any, ...]] = {}
    parts: defaultdict[tuple[int, int], list[Part]] = defaultdict(list)
    for number, target, gap, left, right, is_doubtful, is_complete, _, *part, locator in connection.sql(
        (HERE / "operands.sql").read_text(encoding="utf-8")
    ).fetchall():
        found[number, target] = (gap, left, right, is_doubtful, is_complete)
        parts[number, target].append(Part(*part, Locator(**locator) if locator else None))
    return [
        Broken(identities[number], target, *values, tuple(parts[number, target]))
        for (number, target), values in found.items()
    ]
