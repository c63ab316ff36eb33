"""数据台: every column has its words, every download keeps a blank apart from a zero, and a query shows its rows."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import streamlit as st
from python_calamine import CalamineWorkbook
from streamlit.testing.v1 import AppTest

from dashboard import APP
from etl.paths import DATA_VARIABLE
from etl.publish.rows import write_csv, write_parquet, write_rows_workbook
from etl.warehouse import ask as room
from etl.warehouse.offered import STATE_NAME, STATE_OF, Offered, examples, offered_tables
from etl.warehouse.read import open_build
from tests import planted_warehouse as planted

PAGE = APP.parent / "app_pages" / "data.py"
TABLES = pytest.mark.parametrize("offered", offered_tables(), ids=lambda each: each.table)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted.write(tmp_path_factory.mktemp("county"))


@pytest.fixture
def county(build: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(DATA_VARIABLE, str(build.parent.parent))
    yield
    st.cache_resource.clear()


def run(**state: Any) -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=120)
    for key, value in state.items():
        app.session_state[key.replace("_", "-") if len(key) > 1 else key] = value
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def words(app: AppTest) -> str:
    kinds = ("title", "markdown", "caption", "html", "expander", "error")
    return "\n".join(
        str(getattr(each, name, "") or "") for kind in kinds for each in app.get(kind) for name in ("label", "value", "body")
    ) + "\n".join(getattr(each.proto, "body", "") for each in app.get("html"))  # fmt: skip


@TABLES
def test_every_column_of_an_offered_table_is_described(build: Path, offered: Offered) -> None:
    with open_build(build) as connection:
        columns = connection.sql(f"FROM {offered.table} LIMIT 0").columns
    assert [column for column in columns if column not in offered.columns] == []
    assert set(offered.shown) <= {*columns, STATE_NAME}
    assert not any(re.search("[A-Za-z]", offered.label(column)) for column in offered.shown)


@pytest.mark.parametrize("name", examples())
def test_every_example_runs_in_time_and_finds_rows(build: Path, name: str) -> None:
    rows, is_cut, seconds = room._run(build, examples()[name])
    assert rows.num_rows > 0 and not is_cut and seconds < room.SECONDS


def test_there_are_eight_examples() -> None:
    assert len(examples()) == 8


@TABLES
def test_a_table_is_shown_with_its_fields_and_count(county: None, build: Path, offered: Offered) -> None:
    app = run(data_table=offered.name, data_years="各年度", y="2024")
    text = words(app)
    with open_build(build) as connection:
        (count,) = connection.sql(f"SELECT count(*) FROM {offered.table}").fetchall()[0]
        columns = connection.sql(f"FROM {offered.table} LIMIT 0").columns
    assert f"共 {count:,} 行" in text and f"<code>{offered.table}</code>" in text
    assert all(f"<code>{column}</code>" in text and offered.columns[column] in text for column in columns)


def test_the_choice_of_the_sidebar_narrows_the_table(county: None, build: Path) -> None:
    group, year = planted.TOWNSHIPS, 2024
    app = run(data_table="原格", y=str(year), s=group)
    with open_build(build) as connection:
        sql = 'SELECT count(*) FROM cell_figure WHERE year = ? AND "group" = ?'
        ((count,),) = connection.execute(sql, [year, group]).fetchall()
    assert f"{group}，共 {count:,} 行" in words(app)


@pytest.fixture
def states() -> pl.DataFrame:
    """A zero, a blank and a text that Excel would take for a formula."""
    return pl.DataFrame({"value": [0, None, 1], STATE_NAME: ["真零", "空白", "有数"], "raw": ["0", "", "=1+1"],
                         "cells": [["a", "b"], [], None]})  # fmt: skip


def test_a_blank_is_never_a_zero_in_a_file(states: pl.DataFrame) -> None:
    text = write_csv(states)
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.decode("utf-8-sig").splitlines()[1:] == ["0,真零,0,a；b", ',空白,"",""', "1,有数,=1+1,"]
    assert pl.read_parquet(io.BytesIO(write_parquet(states))).equals(states)
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(write_rows_workbook(states, {"读法": "空格不是零"}, {"value": "数值"}))
    )
    assert book.get_sheet_by_name("数据").to_python() == [
        ["数值", "", "", ""], ["value", STATE_NAME, "raw", "cells"], [0.0, "真零", "0", "a；b"], ["", "空白", "", ""],
        [1.0, "有数", "=1+1", ""],
    ]  # fmt: skip
    assert book.get_sheet_by_name("说明").to_python() == [["读法", "空格不是零"]]


@TABLES
def test_a_download_says_in_words_how_each_line_stands(county: None, build: Path, offered: Offered) -> None:
    from dashboard.app_pages import data

    with open_build(build) as connection:
        rows = data.with_words(offered, connection.sql(f"FROM {offered.table}").pl())
    assert (STATE_NAME in rows.columns) == (offered.table in STATE_OF)
    if offered.table in STATE_OF:
        assert rows[STATE_NAME].null_count() == 0
    if offered.table == "cell_figure":
        assert rows.filter(pl.col("value").is_null() == pl.col(STATE_NAME).is_in(["有数", "真零"])).height == 0


def test_a_query_shows_its_rows_and_stays(county: None) -> None:
    app = run()
    app.selectbox(key="data-example").select(next(iter(examples()))).run()
    assert app.text_area(key="data-sql").value == next(iter(examples().values()))
    app.text_area(key="data-sql").set_value("SELECT name, NULL AS nothing, 0 AS zero FROM unit ORDER BY position").run()
    app.button(key="data-run").click().run()
    assert not app.exception
    assert f"{len(planted.UNITS)} 行，3 列" in words(app)
    line = '<td data-label="name">云岭县人民政府</td><td data-label="nothing"></td><td data-label="zero"><code>0</code></td>'
    assert line in words(app)
    assert line in words(app.run())


def test_a_refused_query_says_what_to_do(county: None) -> None:
    app = run()
    app.text_area(key="data-sql").set_value("DROP TABLE unit").run()
    app.button(key="data-run").click().run()
    assert [error.value for error in app.error] == [room._READS]
