"""What every measure says of every unit and year of one build."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import duckdb

_STATEMENT = Path(str(resources.files("etl.measure"))) / "values.sql"


def fill_values(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill measure_value from the facts, claims and corrections of a warehouse whose reports are chosen."""
    connection.execute(_STATEMENT.read_text(encoding="utf-8"))
