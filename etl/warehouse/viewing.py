"""A build as those may see it who are shown no drafts: a copy in which unfinished scores do not stand, so that no page
and no query of a person can reach them."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

import duckdb

from etl.warehouse.read import NO_EXTENSIONS, open_build

_OF_A_YEAR = ("rubric", "score", "score_reason")
_DRAFTS = "year NOT IN (SELECT year FROM score_final WHERE fault = '')"


def has_drafts(build: Path) -> bool:
    """Whether the build holds anything of a year that is not finalised."""
    asked = " UNION ALL ".join(f"SELECT 1 FROM {table} WHERE {_DRAFTS}" for table in _OF_A_YEAR)
    with open_build(build) as connection:
        return connection.sql(f"SELECT EXISTS ({asked})").fetchall() == [(True,)]


def without_drafts(build: Path, folder: Path) -> Path:
    """The build itself where it has no drafts, else its copy in `folder`, under the same name, made where it is not there.

    Raises OSError or duckdb.Error; a copy is there whole or not at all.
    """
    if not has_drafts(build):
        return build
    copy = folder / build.name
    if copy.is_file():
        return copy
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{build.name}.{os.getpid()}.tmp"
    try:
        shutil.copyfile(build, draft)
        with closing(duckdb.connect(str(draft), config=NO_EXTENSIONS)) as connection:
            for table in _OF_A_YEAR:
                _make_anew(connection, table)
            connection.execute("CHECKPOINT")
        os.replace(draft, copy)
    finally:
        for path in (draft, Path(f"{draft}.wal")):
            path.unlink(missing_ok=True)
    return copy


def _make_anew(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """The table with the rows that may be seen. Deleting the others would leave the least and the most of each column to
    be asked for, which DuckDB keeps beside the rows: stats(points), pragma_storage_info('score')."""
    ((definition,),) = connection.execute("SELECT sql FROM duckdb_tables() WHERE table_name = ?", [table]).fetchall()
    connection.execute(f"CREATE TEMP TABLE kept AS FROM {table} WHERE NOT ({_DRAFTS})")
    connection.execute(f"DROP TABLE {table}")
    connection.execute(definition)
    connection.execute(f"INSERT INTO {table} FROM kept")
    connection.execute("DROP TABLE kept")
