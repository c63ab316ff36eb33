"""What people decided, laid over what was read: never written into `fact`, never carried over from the last build."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from etl.ledger import Entry, FigureDecisions
from etl.warehouse.tables import with_incoming

# A correction holds for the text that its author saw. A cell that nobody reads any more cannot be put right.
_CORRECTION = """
INSERT INTO correction BY NAME
SELECT s.file_id, i.cell, i.state, i.value::DECIMAL(20, 6) AS value, i.expect AS expected,
    f.file_id IS NOT NULL AND f.raw IS NOT DISTINCT FROM i.expect AS is_applied, i.entry_id, i.who, i.made_at, i.why
FROM incoming i
JOIN source_file s ON s.sha256 = i.sha256
LEFT JOIN fact f ON f.file_id = s.file_id AND f.cell = i.cell
"""
# A unit that is no longer in the register cannot hold a report, nor does what we read ourselves stand against what a
# person said: the file waits to be claimed again.
_HOMELESS = """
UPDATE report SET unit_id = NULL
FROM incoming i, source_file s
WHERE s.sha256 = i.sha256 AND s.file_id = report.file_id AND i.unit_id NOT IN (SELECT unit_id FROM unit)
"""
_CLAIMED = """
INSERT INTO file_claimed BY NAME
SELECT s.file_id, i.unit_id, i.year, i.entry_id, i.who, i.made_at
FROM incoming i
JOIN source_file s ON s.sha256 = i.sha256
JOIN unit u ON u.unit_id = i.unit_id
"""
_DATED = """
INSERT INTO file_dated BY NAME
SELECT s.file_id, i.received_on::DATE AS received_on, i.published_on::DATE AS published_on, i.entry_id, i.who, i.made_at
FROM incoming i
JOIN source_file s ON s.sha256 = i.sha256
"""


def add_decisions(connection: duckdb.DuckDBPyConnection, decisions: FigureDecisions) -> None:
    """Fill correction, file_claimed and file_dated; a claimed report belongs to the unit and year that a person said."""
    with_incoming(
        connection,
        [
            {"sha256": sha256, "cell": cell, **_said(entry, "state", "value", "expect"), "why": entry.why}
            for (sha256, cell), entry in decisions.cells.items()
        ],
        _CORRECTION,
    )
    claims = [{"sha256": sha256, **_said(entry, "unit_id", "year")} for sha256, entry in decisions.claims.items()]
    with_incoming(connection, claims, _CLAIMED)
    with_incoming(connection, claims, _HOMELESS)
    with_incoming(
        connection,
        [
            {"sha256": sha256, **_said(entry, "received_on", "published_on")}
            for sha256, entry in decisions.dates.items()
        ],
        _DATED,
    )
    connection.execute(
        "UPDATE report SET unit_id = c.unit_id, year = c.year FROM file_claimed c WHERE c.file_id = report.file_id"
    )


def _said(entry: Entry, *names: str) -> Mapping[str, Any]:
    after = entry.after or {}
    said = {name: after[name] for name in names}
    return {**said, "entry_id": entry.entry_id, "who": entry.who, "made_at": entry.made_at}
