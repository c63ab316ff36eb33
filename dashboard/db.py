"""Read-only questions to the build in force.

The pointer is read again on every rerun, so a page that is merely reloaded shows a new build; results are cached
under the build they came from, and a connection to an older build is let go.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import streamlit as st

from dashboard import viewer
from etl.paths import County, default_county
from etl.warehouse.read import current_build as newest_build
from etl.warehouse.read import open_build

_HELD = "build-of-this-run"


@dataclass(frozen=True, slots=True)
class Build:
    """The stamp of a build; `path` is the warehouse file it lives in."""

    path: Path
    build_id: str
    built_at: Any
    county: str
    is_sample: bool
    file_count: int


def county() -> County:
    """The county whose pages are shown: NIANBAO_DATA, else ./data."""
    return default_county()


def current_build_file(county: County) -> Path | None:
    """The warehouse file to look into: the build in force, or of it what a viewer may see."""
    return viewer.shown(newest_build(county))


def current_path() -> Path | None:
    """The warehouse file in force, or None when nothing has been built yet. Within one run always the same one."""
    held: Path | None = st.session_state.get(_HELD)
    return held if held is not None and held.is_file() else current_build_file(county())


def hold_current() -> None:
    """At the start of a run: look at the pointer once, so that no page mixes figures of two builds."""
    st.session_state[_HELD] = current_build_file(county())


@st.cache_resource(max_entries=2, show_spinner=False, on_release=lambda connection: connection.close())
def _connection(path: str) -> duckdb.DuckDBPyConnection:
    return open_build(Path(path))


@st.cache_data(max_entries=4096, show_spinner=False)
def _query(path: str, sql: str, parameters: tuple[tuple[str, Any], ...]) -> pl.DataFrame:
    cursor = _connection(path).cursor()
    try:
        return cursor.sql(sql, params=dict(parameters)).pl()
    finally:
        cursor.close()


@contextmanager
def cursor() -> Generator[duckdb.DuckDBPyConnection]:
    """A cursor on the build in force, for rooms of etl that ask for themselves. Raises LookupError where there is none."""
    path = current_path()
    if path is None:
        raise LookupError("还没有建好的仓库。请先运行 nianbao build。")
    held = _connection(str(path)).cursor()
    try:
        yield held
    finally:
        held.close()


def query(sql: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """The rows of one question to the build in force; `$name` in the SQL is taken from `parameters`."""
    path = current_path()
    if path is None:
        raise LookupError("还没有建好的仓库。请先运行 nianbao build。")
    named = {key: value for key, value in (parameters or {}).items() if f"${key}" in sql}
    return _query(str(path), sql, tuple(sorted(named.items())))


def rows(sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """The same as dictionaries, for lists and sentences."""
    return query(sql, parameters).to_dicts()


def current_build() -> Build | None:
    """The stamp of the build in force, or None when nothing has been built yet."""
    path = current_path()
    if path is None:
        return None
    stamp = rows("SELECT build_id, built_at, county, is_sample, file_count FROM build")[0]
    return Build(path=path, **stamp)
