"""数据台: every column has its words, every download keeps a blank apart from a zero, and a query shows its rows."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest
import streamlit as st
from python_calamine import CalamineWorkbook
from streamlit.testing.v1 import AppTest

from dashboard import APP
from dashboard import pivot as pivot_room
from dashboard.states import LOOKS, ValueState
from etl.paths import DATA_VARIABLE, VIEWER_VARIABLE, County
from etl.publish.rows import write_csv, write_parquet, write_rows_workbook
from etl.warehouse import ask as room
from etl.warehouse.offered import SCORES, STATE_NAME, STATE_OF, Offered, examples, offered_tables
from etl.warehouse.pivot import Aggregate, By, Pivot, pivot
from etl.warehouse.read import open_build
from tests import planted_warehouse as planted
from tests.score_county import SECRET, half_final

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


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The page as a module; importing it draws it once, here for a county with nothing in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATA_VARIABLE, str(tmp_path_factory.mktemp("nothing")))
        from dashboard.app_pages import data
    return data


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
    rows, is_cut, seconds, _ = room._run(build, examples()[name])
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
    assert text.decode("utf-8-sig").splitlines()[1:] == ["0,真零,0,a；b", ',空白,"",""', "1,有数,'=1+1,"]
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
def test_a_download_says_in_words_how_each_line_stands(page: ModuleType, build: Path, offered: Offered) -> None:
    with open_build(build) as connection:
        rows = page.with_words(offered, connection.sql(f"FROM {offered.table}").pl())
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


# 透视


def answered(build: Path, asked: Pivot, scope: str = "全部") -> pivot_room.Answer:
    with open_build(build) as connection:
        lines = pivot(connection, asked)
        measure = connection.execute("FROM measure WHERE measure = ?", [asked.measure]).pl().to_dicts()[0]
    return pivot_room.Answer(asked, measure, pivot_room._kept(lines, asked), scope)


def texts(answer: pivot_room.Answer) -> dict[tuple[str, str], str]:
    table = pivot_room.table(answer)
    return {(row.head, column): cell.text for row in table.rows
            for column, cell in zip(table.columns, row.cells, strict=True)}  # fmt: skip


def totals_of_cells(build: Path, cell: str) -> dict[tuple[str, int], tuple[int, int]]:
    """Sum and number of figures by group and year, from what was read and none of the views."""
    with open_build(build) as connection:
        rows = connection.execute(
            """SELECT u."group", r.year, sum(f.value)::INTEGER, count(f.value) FROM fact f
               JOIN report r ON r.file_id = f.file_id AND r.is_chosen JOIN unit u ON u.unit_id = r.unit_id
               WHERE f.cell = ? AND u.kind <> 'area' GROUP BY ALL""",
            [cell],
        ).fetchall()
    return {(group, year): (value, counted) for group, year, value, counted in rows}


def test_a_sum_is_that_of_what_was_read_and_says_how_many_it_counts(build: Path) -> None:
    cells = texts(answered(build, Pivot(planted.RECEIVED, "全部", 2024, By.GROUP, By.YEAR, Aggregate.SUM)))
    held = totals_of_cells(build, planted.RECEIVED)
    assert held[planted.TOWNSHIPS, 2024] == (1, 2)  # one wrote 1, one 0; one cannot be read, one filed nothing
    for (group, year), (value, counted) in held.items():
        assert cells[group, str(year)] == f"{value}（计入 {counted} 家）"
    for year in {year for _, year in held}:
        every = [counts for (_, held_year), counts in held.items() if held_year == year]
        assert cells["全部", str(year)] == f"{sum(v for v, _ in every)}（计入 {sum(c for _, c in every)} 家）"


def test_years_are_never_added_up(build: Path) -> None:
    by_year = answered(build, Pivot(planted.RECEIVED, "全部", 2024, By.YEAR, By.GROUP, Aggregate.SUM))
    assert all(line["down"] is not None for line in by_year.lines)
    assert "全部" not in {row.head for row in pivot_room.table(by_year).rows}
    one = texts(answered(build, Pivot(planted.RECEIVED, "全部", 2023, By.GROUP, None, Aggregate.SUM)))
    assert one["全部", "合计"] == "6（计入 6 家）"  # of 2023 alone


def test_columns_stand_in_order_even_where_the_first_row_lacks_some(build: Path) -> None:
    every = tuple(LOOKS)
    years = answered(build, Pivot(planted.FEES, planted.TOWNSHIPS, 2024, By.STATE, By.YEAR, Aggregate.UNITS, every))
    assert next(row.head for row in pivot_room.table(years).rows) == "有数"  # of which there is none in 2020
    assert pivot_room.table(years).columns == ("2020", "2022", "2023", "2024", "2025")
    kinds = answered(build, Pivot(planted.FEES, "全部", 2024, By.GROUP, By.KIND, Aggregate.SUM))
    assert pivot_room.table(kinds).columns == ("政府办公室", "部门", "镇", "乡", "街道", "全部")
    states = answered(build, Pivot(planted.FEES, "全部", 2024, By.GROUP, By.STATE, Aggregate.UNITS, every))
    assert pivot_room.table(states).columns == ("有数", "真零", "空白", "不适用", "未报", "全部")
    assert [line["down"] for line in states.lines][-1] is None


def test_a_share_is_sum_over_sum_and_few_are_told_as_counts(build: Path) -> None:
    cells = texts(answered(build, Pivot("disclosed_share", "全部", 2024, By.GROUP, None, Aggregate.SUM)))
    assert cells["全部", "合计"] == "71.4%，5/7 件（计入 5 家）"  # the mean of 4/6 and 1/1 would be 83.3%
    assert cells[planted.TOWNSHIPS, "合计"] == "1/1 件（计入 3 家）"


def test_a_figure_of_one_unit_stands_as_it_does_elsewhere(build: Path) -> None:
    cells = texts(answered(build, Pivot(planted.FEES, "全部", 2024, By.UNIT, By.YEAR, Aggregate.SUM)))
    assert cells["云岭县司法局", "2024"] == "12.50"
    assert cells["云岭县西坪乡人民政府", "2024"] == "空" and cells["云岭县西坪乡人民政府", "2022"] == "待核"
    assert cells["云岭县人民政府办公室", "2024"] == "／" and cells["云岭县东坪镇人民政府", "2020"] == "—"
    assert cells["云岭县南坪乡人民政府", "2024"] == "未报" and cells["云岭县旧坪乡人民政府", "2024"] == ""
    assert cells["全部", "2024"] == "22.01（计入 3 家）"  # 12.50, 9.51 and a 0
    website = texts(answered(build, Pivot("published_website", "全部", 2024, By.UNIT, None, Aggregate.SUM)))
    assert website["云岭县西坪乡人民政府", "合计"] == "约400"


def test_a_middle_needs_five_and_is_that_of_the_other_pages(build: Path) -> None:
    answer = answered(build, Pivot(planted.LICENCES, "全部", 2024, By.GROUP, None, Aggregate.MEDIAN))
    cells = texts(answer)
    assert cells["全部", "中位数"] == "0（计入 5 家）"  # 0, 0, 0, 8, 1234
    assert cells[planted.TOWNSHIPS, "中位数"] == "不足 5 家（计入 3 家）"
    assert all(row["value"] is None for row in pivot_room.rows(answer).to_dicts() if row["counted"] < 5)


def test_a_middle_of_shares_says_who_has_too_few_cases_for_one(build: Path) -> None:
    """Five wrote how they dealt with requests: one with 6, the others with 0 or 1, of which no share is taken."""
    answer = answered(build, Pivot("disclosed_share", "全部", 2024, By.GROUP, None, Aggregate.MEDIAN))
    told = pivot_room.sentence(answer)
    assert "计入 1 家，" in told and told.endswith("件数太少、不算率 4 家。")
    summed = answered(build, Pivot("disclosed_share", "全部", 2024, By.GROUP, None, Aggregate.SUM))
    assert "不算率" not in pivot_room.sentence(summed)


def test_units_are_counted_by_the_states_asked_for(build: Path) -> None:
    figures = texts(answered(build, Pivot(planted.FEES, "全部", 2024, By.GROUP, None, Aggregate.UNITS)))
    assert figures["全部", "家数"] == "3 家"
    asked = Pivot(planted.FEES, "全部", 2024, By.GROUP, None, Aggregate.UNITS, ("blank", "slash"))
    assert texts(answered(build, asked))["全部", "家数"] == "2 家"
    every = Pivot(planted.FEES, "全部", 2024, By.STATE, By.GROUP, Aggregate.UNITS, tuple(LOOKS))
    cells = texts(answered(build, every))
    assert [row.head for row in pivot_room.table(answered(build, every)).rows] == [
        "有数", "真零", "空白", "不适用", "未报", "全部",
    ]  # fmt: skip
    assert cells["不适用", planted.DEPARTMENTS] == "1 家" and cells["空白", planted.TOWNSHIPS] == "1 家"
    assert cells["全部", "全部"] == "6 家"  # who need not file is not counted


@pytest.mark.parametrize(
    ("down", "across", "aggregate", "words"),
    [(By.YEAR, By.YEAR, Aggregate.SUM, "同一项"), (By.UNIT, None, Aggregate.MEDIAN, "中位数"),
     (By.STATE, None, Aggregate.SUM, "家数")],
)  # fmt: skip
def test_what_would_mean_nothing_is_refused(down: By, across: By | None, aggregate: Aggregate, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Pivot(planted.RECEIVED, "全部", 2024, down, across, aggregate)


def test_a_pivot_of_every_measure_is_what_the_other_pages_show(build: Path) -> None:
    with open_build(build) as connection:
        totals = connection.sql("FROM measure_total").pl().to_dicts()
        measures = {row["measure"] for row in totals if row["kind"] != "cell"} | {planted.RECEIVED, planted.FEES}
        groups = {planted.TOWNSHIPS, planted.DEPARTMENTS}
        held = {(row["measure"], row["scope"], row["year"]): row for row in totals if row["scope"] in groups}
        seen = 0
        for measure in measures:
            asked = Pivot(measure, "全部", 2024, By.GROUP, By.YEAR, Aggregate.SUM)
            for line in pivot(connection, asked):
                if line["down"] is None:
                    continue
                row = held[measure, line["down"], int(line["across"])]
                same = ("value", "of_value", "share", "counted", "blank", "slash", "not_filed", "unreadable",
                        "not_comparable", "not_collected", "approximate", "is_complete")  # fmt: skip
                assert {name: line[name] for name in same} == {name: row[name] for name in same}
                seen += 1
    assert seen > 100


def test_what_is_taken_along_keeps_a_blank_apart_from_a_zero(build: Path) -> None:
    answer = answered(build, Pivot(planted.FEES, "全部", 2024, By.UNIT, By.YEAR, Aggregate.SUM))
    rows = {(row["unit_name"], row["year"]): row for row in pivot_room.rows(answer).to_dicts()}
    west, north = rows["云岭县西坪乡人民政府", "2024"], rows["云岭县北坪街道办事处", "2024"]
    assert (west["value"], west["counted"], west["blank"], west["shown"]) == (None, 0, 1, "空")
    assert (north["value"], north["counted"], north["blank"], north["shown"]) == (0.0, 1, 0, "0")
    total = rows[None, "2024"]
    assert (total["is_total"], total["value"], total["counted"], total["not_filed"]) == (True, 22.01, 3, 1)
    assert set(pivot_room.rows(answer).columns) <= set(pivot_room.LABELS)
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(write_rows_workbook(pivot_room.rows(answer), answer.about, pivot_room.LABELS))
    )
    assert book.get_sheet_by_name("数据").to_python()[0][:4] == ["单位", "年度", "是否合起来的一行", "数值"]
    assert "计入" in str(book.get_sheet_by_name("说明").to_python())


def test_the_page_answers_with_a_sentence_for_the_scope_and_year_of_the_sidebar(county: None) -> None:
    assert "全部，2024 年度，新收申请合计：6 件，不完整：计入 4 家，未报 1 家，待核 1 家。" in words(run(y="2024"))
    app = run(y="2024", s=planted.DEPARTMENTS)
    assert f"{planted.DEPARTMENTS}，2024 年度，新收申请合计：5 件，计入 2 家。" in words(app)
    app.selectbox(key="pivot-measure").select("公开率").run()
    assert f"{planted.DEPARTMENTS}，2024 年度，公开率：66.7%，4/6 件，计入 2 家。" in words(app)
    app.selectbox(key="pivot-aggregate").select(Aggregate.UNITS).run()
    app.multiselect(key="pivot-states").select(ValueState.NOT_COLLECTED).run()
    assert not app.exception
    assert f"{planted.DEPARTMENTS}，2024 年度，“公开率”有数、真零、未收集的共 2 家。" in words(app)
    app.selectbox(key="pivot-aggregate").select(Aggregate.MEDIAN).run()
    assert "单位" not in [label for label in app.selectbox(key="pivot-down-median").options]
    assert "公开率中位数：不足 5 家" in words(app)


def test_the_file_of_a_pivot_says_what_it_is(build: Path) -> None:
    cell = "requests/denied_state_secret/natural_person"
    answer = answered(build, Pivot(cell, "全部", 2024, By.KIND, None, Aggregate.SUM))
    assert answer.subject == "透视_requests-denied_state_secret-natural_person合计_单位类型_2024年度_全部"
    assert not set('\\/:*?"<>|') & set(answer.subject)


# 笔记本


def test_the_notebooks_are_offered_as_they_lie_in_the_repository(page: ModuleType, county: None) -> None:
    found = page.notebooks()
    assert [path.name for path in found] == ["01 先看一眼.ipynb", "02 乡镇画像.ipynb"]
    app = run(y="2024")
    assert "## 笔记本" in words(app)
    labels = [each.proto.label for each in app.get("download_button")]
    assert {"下载 01 先看一眼", "下载 02 乡镇画像"} <= set(labels)


def test_an_installed_copy_offers_its_own_and_one_without_offers_none(
    page: ModuleType, county: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "dashboard"
    (package / "notebooks").mkdir(parents=True)
    monkeypatch.setattr(page, "APP", package / "app.py")
    assert page.notebooks() == ()
    (package / "notebooks" / "01 一本.ipynb").write_text("{}", encoding="utf-8")
    (package / "notebooks" / "README.md").write_text("", encoding="utf-8")
    assert [path.name for path in page.notebooks()] == ["01 一本.ipynb"]
    monkeypatch.setattr("dashboard.APP", tmp_path / "elsewhere" / "app.py")  # what the page itself asks for
    app = run(y="2024")
    assert "笔记本" not in words(app)
    assert not any("先看一眼" in each.proto.label for each in app.get("download_button"))


# 得分


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> County:
    """2024 is finalised, 2025 is scored and is not."""
    return half_final(tmp_path_factory.mktemp("scored") / "data")


@pytest.fixture
def of_scores(scored: County, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(DATA_VARIABLE, str(scored.root))
    monkeypatch.delenv(VIEWER_VARIABLE, raising=False)
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()
    st.cache_data.clear()


def offered_as(table: str) -> Offered:
    return next(each for each in offered_tables() if each.table == table)


@pytest.mark.parametrize("table", SCORES)
def test_scores_of_an_unfinished_year_are_marked_and_those_of_a_finalised_one_are_not(
    of_scores: None, table: str
) -> None:
    name = offered_as(table).name
    draft, final = (run(data_table=name, y=year) for year in ("2025", "2024"))
    assert [each.value for each in draft.warning] == ["未定稿：2025 年度没有定稿，还会变。"]
    assert not final.warning
    both = run(data_table=name, data_years="各年度", y="2024")
    assert [each.value for each in both.warning] == ["未定稿：2025 年度没有定稿，还会变。"]


def test_a_unit_without_a_score_is_told_so_and_has_no_0(of_scores: None, page: ModuleType) -> None:
    offered = offered_as("score")
    source, asked = "score WHERE year = $year", {"year": 2024}
    rows = page.with_words(offered, page.db.query(page.whole(offered, source), asked)).to_dicts()
    assert [row["unit_id"] for row in rows] == ["zero", "busy", "late", "broken", "missing"]  # as the register has them
    assert [row[STATE_NAME] for row in rows] == ["已评", "已评", "已评", "已评", "未报送"]
    assert rows[-1]["points"] is None and all(row["points"] > 0 for row in rows[:-1])
    assert page.drafts(offered, source, asked) == [] and page.drafts(offered, "score", {}) == [2025]


@pytest.mark.parametrize("table", SCORES)
def test_a_viewer_is_offered_no_unfinished_score(
    of_scores: None, table: str, page: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = offered_as(table)
    assert set(page.db.query(page.whole(offered, table))["year"]) == {2024, 2025}, "else nothing was hidden"
    monkeypatch.setenv(VIEWER_VARIABLE, "1")
    st.cache_resource.clear()
    st.cache_data.clear()
    st.session_state.clear()
    assert set(page.db.query(page.whole(offered, table))["year"]) == {2024}
    answer = page.asked(f"SELECT DISTINCT year FROM {table}")
    assert answer.rows["year"].to_list() == [2024]
    app = run(data_table=offered.name, y="2025")
    assert "共 0 行" in words(app) and "这个范围没有记录" in words(app) and SECRET not in words(app)
    every = run(data_table=offered.name, data_years="各年度", y="2025")
    assert not every.warning and SECRET not in words(every)


def test_the_pivot_of_a_viewer_has_no_measure_of_points(
    of_scores: None, page: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pivot is of measures alone, and none of them is a point."""
    monkeypatch.setenv(VIEWER_VARIABLE, "1")
    st.session_state.clear()
    app = run(y="2025")
    assert not [each for each in app.selectbox(key="pivot-measure").options if "得分" in each or "扣分" in each]
    asked = Pivot(planted.RECEIVED, "全部", 2025, By.UNIT, None, Aggregate.SUM)
    with page.db.cursor() as connection:
        seen = pivot(connection, asked)
    assert seen and not any("points" in line for line in seen)


def told_of_result(app: AppTest) -> list[str]:
    return [each.value for each in app.warning if "这条语句" in each.value]


def run_sql(sql: str) -> AppTest:
    app = run(y="2024")
    app.text_area(key="data-sql").set_value(sql).run()
    app.button(key="data-run").click().run()
    assert not app.exception and not app.error
    return app


def test_the_result_of_a_query_on_unfinished_scores_is_marked_on_the_page_and_in_its_files(
    of_scores: None, page: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "未定稿：这条语句用到得分的表，其中 2025 年度没有定稿，还会变。"
    app = run_sql("SELECT max(points) AS most FROM score")
    assert told_of_result(app) == [told]
    assert told_of_result(run_sql("SELECT count(*) AS n FROM unit")) == []
    taken: dict[str, Any] = {}
    monkeypatch.setattr(
        page, "downloads", lambda key, subject, rows, count, about: taken.update(about, subject=subject)
    )
    page.result(page.asked("FROM score_shown SELECT unit_id, points"))
    assert taken["subject"] == "查询结果_未定稿" and taken["未定稿"] == told.removeprefix("未定稿：")
    page.result(page.asked("FROM unit"))
    assert taken["subject"] == "查询结果"


def test_a_result_goes_on_saying_which_statement_it_is_of(
    county: None, page: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = run_sql("SELECT 7 AS seven")
    assert "上一条的结果" not in words(app)
    app.text_area(key="data-sql").set_value("SELECT 8 AS eight").run()
    assert "上一条的结果" in words(app) and "seven" in words(app) and "eight" not in words(app)
    taken: dict[str, str] = {}
    monkeypatch.setattr(page, "downloads", lambda key, subject, rows, count, about: taken.update(about))
    monkeypatch.setitem(page.st.session_state, "data-sql", "SELECT 8 AS eight")
    page.result(page.asked("SELECT 7 AS seven"))
    assert taken["查询语句"] == "SELECT 7 AS seven"


def test_a_result_of_an_older_build_is_not_shown_under_the_stamp_of_the_new_one(county: None) -> None:
    app = run_sql("SELECT 7 AS seven")
    app.session_state["data-answer"] = ("the one before", app.session_state["data-answer"][1])
    app.run()
    assert "seven" not in words(app) and any("再运行一次" in each.value for each in app.warning)


def test_the_cells_of_one_report_stand_table_by_table_as_the_form_has_them(page: ModuleType, county: None) -> None:
    offered = offered_as("cell_figure")
    rows = page.db.query(
        page.whole(offered, "cell_figure WHERE year = 2024 AND unit_id = (SELECT min(unit_id) FROM report)")
    )
    tables = rows["table"].to_list()
    assert [name for at, name in enumerate(tables) if not at or tables[at - 1] != name] == [
        "proactive",
        "requests",
        "disputes",
    ]
    for table in set(tables):
        places = rows.filter(pl.col("table") == table)["cell_position"].to_list()
        assert places == sorted(places)


def test_a_csv_has_figures_without_added_zeros_and_no_text_that_excel_works_out() -> None:
    texts = ["=1+1", "@a", "-", "-5", "－", "+3.5", "-1+cmd|x", "一=1", None]
    values = [Decimal("41"), Decimal("9.5100"), Decimal(0), Decimal(100), None, *[Decimal(-5)] * 4]
    rows = pl.DataFrame({"raw": texts, "value": values}, schema={"raw": pl.String, "value": pl.Decimal(18, 6)})
    lines = write_csv(rows).decode("utf-8-sig").splitlines()[1:]
    assert lines == ["'=1+1,41", "'@a,9.51", "-,0", "-5,100", "－,", "+3.5,-5", "'-1+cmd|x,-5", "一=1,-5", ",-5"]


def test_a_text_too_long_for_a_cell_says_that_it_is_cut() -> None:
    long = "长" * 40_000
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(write_rows_workbook(pl.DataFrame({"t": [long]}), {"查询语句": long}))
    )
    told = [book.get_sheet_by_name("数据").to_python()[1][0], book.get_sheet_by_name("说明").to_python()[0][1]]
    for text in told:
        assert len(text) <= 32_767 and text.startswith("长长") and text.endswith("请下载另外两种）")
    assert long in write_csv(pl.DataFrame({"t": [long]})).decode("utf-8")
