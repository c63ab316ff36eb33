"""The builds of a county, opened read-only. What the dashboard and `nianbao explain` stand on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from etl.paths import BUILD_SUFFIX, County

# The warehouse needs no extension; a machine without a network must not try to fetch one.
NO_EXTENSIONS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


@dataclass(frozen=True, slots=True)
class BuildStamp:
    """The row of table `build`, and the file it stands in."""

    path: Path
    build_id: str
    built_at: datetime
    content_hash: str
    input_hash: str
    county: str
    is_sample: bool
    file_count: int
    parsed_count: int


def current_build(county: County) -> Path | None:
    """The file the pointer names; None when nothing was built yet or the named file is gone."""
    try:
        name = county.pointer.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    path = county.warehouse / name
    return path if name == path.name and path.is_file() else None


def kept_builds(county: County) -> tuple[Path, ...]:
    """Every build whose file is still there, newest first: by the time in the name, within a second by the file's."""
    if not county.warehouse.is_dir():
        return ()
    files = county.warehouse.glob(f"*{BUILD_SUFFIX}")
    return tuple(sorted(files, key=lambda file: (file.name[:15], file.stat().st_mtime_ns), reverse=True))


def open_build(path: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection; each thread takes a `.cursor()` of its own. Raises duckdb.Error on a damaged file.

    Within one process open a build only through here: DuckDB refuses a second connection with other settings.
    """
    return duckdb.connect(str(path), read_only=True, config=NO_EXTENSIONS)


def stamp_of(path: Path | None) -> BuildStamp | None:
    """The stamp of a build, or None where there is no file or no build can be read from it."""
    if path is None:
        return None
    try:
        with open_build(path) as connection:
            row = connection.sql(
                "SELECT build_id, built_at, content_hash, input_hash, county, is_sample, file_count, parsed_count FROM build"
            ).fetchall()
    except duckdb.Error:
        return None
    return BuildStamp(path, *row[0]) if row else None
