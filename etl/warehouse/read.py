"""Opening what was built: read-only, by the name the pointer gives."""

from __future__ import annotations

from pathlib import Path

import duckdb

from etl.paths import County

OFFLINE: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
SUFFIX = ".duckdb"


def current_build(county: County) -> Path | None:
    """The file in force, or None when there is none yet or the pointer names a file that is gone."""
    try:
        name = county.pointer.read_text(encoding="utf-8").strip()
    except OSError:
        return None
    path = county.warehouse / name
    return path if name and path.is_file() else None


def kept_builds(county: County) -> list[Path]:
    """Every build still kept, newest first."""
    return sorted(county.warehouse.glob(f"*{SUFFIX}"), key=lambda path: path.name, reverse=True)


def open_build(path: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection that reaches no network. Use one `.cursor()` per thread."""
    return duckdb.connect(str(path), read_only=True, config=OFFLINE)
