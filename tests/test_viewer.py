"""Who is let into a viewer's process sees what is finished, reaches no draft by any way, and writes nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import APP, db, desk, making, viewer
from etl.build import build
from etl.cli import main
from etl.ledger import Kind, Ledger, score_subject
from etl.paths import DATA_VARIABLE, VIEWER_VARIABLE, County
from etl.serve import served
from etl.warehouse.ask import ask
from etl.warehouse.read import open_build
from etl.warehouse.viewing import has_drafts, without_drafts
from tests.score_county import SECRET, half_final
from tests.score_county import county as score_county

TABLES = ("score", "score_reason", "rubric")


def years_of(build: Path, table: str) -> set[int]:
    with open_build(build) as connection:
        return {year for (year,) in connection.sql(f"SELECT DISTINCT year FROM {table}").fetchall()}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> County:
    """2024 is finalised, 2025 is not; both have scores that a person gave."""
    return half_final(tmp_path_factory.mktemp("viewed") / "data")


@pytest.fixture
def viewing(both: County, monkeypatch: pytest.MonkeyPatch) -> Iterator[County]:
    monkeypatch.setenv(DATA_VARIABLE, str(both.root))
    monkeypatch.setenv(VIEWER_VARIABLE, "1")
    st.session_state.clear()
    yield both
    st.cache_resource.clear()
    st.cache_data.clear()
    st.session_state.clear()


def current(county: County) -> Path:
    return county.warehouse / county.pointer.read_text(encoding="utf-8").strip()


# ── the copy


def test_a_copy_holds_the_finalised_year_and_nothing_of_the_others(both: County, tmp_path: Path) -> None:
    whole = current(both)
    assert years_of(whole, "score") == {2024, 2025} and has_drafts(whole)
    copy = without_drafts(whole, tmp_path / "copies")
    assert copy.name == whole.name and copy != whole and not has_drafts(copy)
    for table in TABLES:
        assert years_of(copy, table) == {2024}
    with open_build(whole) as before, open_build(copy) as after:
        tables = [name for (name,) in before.sql("SELECT table_name FROM duckdb_tables()").fetchall()]
        for table in sorted({*tables} - {*TABLES}):
            count = f'SELECT count(*) FROM "{table}"'
            assert before.sql(count).fetchall() == after.sql(count).fetchall()
        same = "SELECT * FROM score WHERE year = 2024 ORDER BY unit_id"
        assert before.sql(same).fetchall() == after.sql(same).fetchall() != []


@pytest.mark.parametrize("table", TABLES)
def test_what_the_database_keeps_beside_the_rows_tells_nothing_of_a_draft(
    both: County, tmp_path: Path, table: str
) -> None:
    whole = current(both)
    copy = without_drafts(whole, tmp_path / "copies")
    asked = (
        f"SELECT DISTINCT stats(year) FROM {table}",
        f"SELECT DISTINCT stats FROM pragma_storage_info('{table}') WHERE column_name = 'year' AND segment_type = 'INTEGER'",
    )
    assert any("2025" in str(ask(whole, sql).rows.rows()) for sql in asked), "else nothing was hidden"
    told = [ask(copy, sql).rows.rows() for sql in asked]
    assert all("Max: 2024" in str(each) and "2025" not in str(each) for each in told)
    assert "2025" not in str(ask(copy, f"SELECT year FROM duckdb_table_sample('{table}')").rows.rows())


def test_a_copy_is_made_once_and_is_whole_or_not_there(both: County, tmp_path: Path, monkeypatch: Any) -> None:
    folder = tmp_path / "copies"
    copy = without_drafts(current(both), folder)
    made_at = copy.stat().st_mtime_ns
    assert without_drafts(current(both), folder).stat().st_mtime_ns == made_at
    copy.unlink()
    real = shutil.copyfile

    def full(source: Path, target: Path) -> None:
        real(source, target)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("etl.warehouse.viewing.shutil.copyfile", full)
    with pytest.raises(OSError):
        without_drafts(current(both), folder)
    assert list(folder.iterdir()) == []


def test_a_build_without_drafts_is_not_copied(tmp_path: Path) -> None:
    county = score_county(tmp_path / "data")  # no rubric, no score
    build(county)
    assert without_drafts(current(county), tmp_path / "copies") == current(county)
    assert not (tmp_path / "copies").exists()


def test_a_year_whose_frozen_file_is_damaged_is_not_shown_either(both: County, tmp_path: Path) -> None:
    county = County(shutil.copytree(both.root, tmp_path / "data"))
    county.frozen_scores(2024).write_bytes(b"x")
    build(county)
    copy = without_drafts(current(county), tmp_path / "copies")
    assert [years_of(copy, table) for table in TABLES] == [set(), set(), set()]


# ── pages and queries


def test_pages_of_a_viewer_look_into_the_copy_and_those_of_the_desk_into_the_build(
    viewing: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    db.hold_current()
    path = db.current_path()
    assert path is not None and path != current(viewing)
    assert db.rows("SELECT DISTINCT year FROM score") == [{"year": 2024}]
    build_of_page = db.current_build()
    assert build_of_page is not None and build_of_page.build_id in current(viewing).name
    monkeypatch.delenv(VIEWER_VARIABLE)
    db.hold_current()
    assert db.current_path() == current(viewing)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM score",
        "SELECT * FROM score_reason",
        "SELECT * FROM score_shown",
        "SELECT * FROM score_stage",
        "SELECT * FROM rubric",
        "FROM query_table('score')",
        "FROM query('SELECT * FROM main.score')",
    ],
)
def test_a_query_of_a_viewer_reaches_no_unfinished_year(viewing: County, sql: str) -> None:
    db.hold_current()
    path = db.current_path()
    assert path is not None
    assert set(ask(path, sql).rows["year"].to_list()) == {2024}
    assert set(ask(current(viewing), sql).rows["year"].to_list()) == {2024, 2025}, "else nothing was hidden"


@pytest.mark.parametrize("way", ["read_text", "ATTACH", "read_blob"])
def test_a_query_of_a_viewer_cannot_open_the_build_beside_it(viewing: County, way: str) -> None:
    from etl.warehouse.ask import AskError

    db.hold_current()
    path, whole = db.current_path(), current(viewing)
    assert path is not None
    sql = f"ATTACH '{whole}' AS other" if way == "ATTACH" else f"SELECT * FROM {way}('{whole}')"
    with pytest.raises(AskError):
        ask(path, sql)


def test_a_new_build_is_shown_without_its_drafts_and_the_copies_before_the_last_go(
    both: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = County(shutil.copytree(both.root, tmp_path / "data"))
    monkeypatch.setenv(VIEWER_VARIABLE, "1")
    shown = []
    for points in ("1", "2", "3"):
        said = {"points": points, "evidence": ""}
        Ledger(county.ledger).record(Kind.SCORE, score_subject("busy", 2025, "C3"), said, who="李经办", why=SECRET)
        build(county)
        copy = viewer.shown(current(county))
        assert copy is not None and years_of(copy, "score") == {2024}
        shown.append(copy)
    assert len({*shown}) == 3 and [path.is_file() for path in shown] == [False, True, True]


def test_where_no_copy_can_be_made_nothing_is_shown(viewing: County, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(build: Path, folder: Path) -> Path:
        raise duckdb.IOException("disk")

    monkeypatch.setattr("dashboard.viewer.without_drafts", broken)
    monkeypatch.setattr("dashboard.viewer._made", {})
    with pytest.raises(duckdb.Error):
        viewer.shown(current(viewing))


def texts(app: AppTest) -> str:
    kinds = ("title", "markdown", "caption", "error", "success", "warning", "table", "subheader")
    held = [str(getattr(each, "value", "")) for kind in kinds for each in app.get(kind)]
    return "\n".join([*held, *(getattr(each.proto, "body", "") for each in app.get("html"))])


def test_what_was_done_last_tells_a_viewer_nothing_of_scores_but_that_a_year_is_final(
    viewing: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {}
    for who, value in (("viewer", "1"), ("desk", "")):
        monkeypatch.setenv(VIEWER_VARIABLE, value)
        app = AppTest.from_file(str(APP.parent / "app_pages" / "overview.py"), default_timeout=120)
        app.session_state["y"] = 2025
        app.run()
        assert not app.exception, app.exception[0].stack_trace
        told[who] = texts(app)
    assert "人工评分" in told["desk"] and "定稿" in told["desk"]
    assert "人工评分" not in told["viewer"] and "定稿" in told["viewer"]


# ── nothing is written


def test_a_viewer_records_nothing_and_is_told(viewing: County) -> None:
    before = Ledger(viewing.ledger).entries()
    st.session_state["desk-name"] = "张三"
    assert not desk.record("here", Kind.REMINDED, "zero/2024", {}, seen=0)
    told = desk.told("here")
    assert told is not None and told.message == viewer.REFUSED and not told.is_done
    said = [desk.Said("zero/2024", {}, 0, "松堡镇")]
    assert desk.record_each("here", Kind.REMINDED, said, str) == frozenset()
    told = desk.told("here")
    assert told is not None and told.message == viewer.REFUSED
    assert Ledger(viewing.ledger).entries() == before


def test_a_viewer_builds_nothing(viewing: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.making.build", lambda *_, **__: pytest.fail("a viewer built"))
    making.rebuild("入库了。")


def test_the_menu_of_a_viewer_has_no_page_that_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    class Page:
        def __init__(self, url_path: str) -> None:
            self.url_path = url_path

    pages = {"看结果": [Page(""), Page("unit")], "管收报": [Page("intake"), Page("rectification")], "考核": [Page("scoring"), Page("appeals")]}  # fmt: skip
    monkeypatch.delenv(VIEWER_VARIABLE, raising=False)
    assert viewer.menu(pages) == pages
    monkeypatch.setenv(VIEWER_VARIABLE, "1")
    kept = {group: [page.url_path for page in held] for group, held in viewer.menu(pages).items()}
    assert kept == {"看结果": ["", "unit"], "考核": ["scoring"]}


def test_every_page_that_decides_is_known_to_the_menu() -> None:
    """A page that asks who is at the desk is for deciding."""
    deciding = {
        path.stem
        for path in (APP.parent / "app_pages").glob("*.py")
        if "desk.corner()" in path.read_text(encoding="utf-8")
    }
    text = APP.read_text(encoding="utf-8")
    addresses = dict(re.findall(r'"app_pages/(\w+)\.py",[^)]*?url_path="(\w+)"', text))
    assert {"intake", "rectification"} <= deciding
    assert {addresses[name] for name in deciding if name in addresses} - {"scoring"} <= viewer._WRITING


# ── on the command line


def test_up_for_viewers_builds_nothing_and_needs_a_build(
    tmp_path: Path, both: County, capsys: pytest.CaptureFixture[str]
) -> None:
    county = score_county(tmp_path / "data")
    assert main(["up", "--viewer", "--no-serve", "--data", str(county.root)]) == 3
    assert "nianbao build" in capsys.readouterr().err and not county.warehouse.exists()
    before = sorted(path.name for path in both.root.rglob("*"))
    assert main(["up", "--viewer", "--no-serve", "--data", str(both.root)]) == 0
    assert sorted(path.name for path in both.root.rglob("*")) == before


def test_a_build_of_which_nobody_can_tell_the_drafts_is_not_served(
    both: County, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    county = County(shutil.copytree(both.root, tmp_path / "data"))
    with duckdb.connect(str(current(county))) as connection:
        connection.execute("DROP VIEW score_stage; DROP TABLE score_final")
    assert main(["up", "--viewer", "--no-serve", "--data", str(county.root)]) == 3
    assert "旧版本" in capsys.readouterr().err


def test_the_process_for_viewers_is_told_so_and_others_are_not(both: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VIEWER_VARIABLE, raising=False)
    seen: list[dict[str, str]] = []

    def start(command: list[str], *, env: dict[str, str], **_: Any) -> subprocess.Popen[bytes]:
        seen.append(env)
        return real([sys.executable, "-c", "import time; time.sleep(60)"])

    real = subprocess.Popen
    monkeypatch.setattr("etl.serve.subprocess.Popen", start)
    monkeypatch.setattr("etl.serve._wait_until_healthy", lambda *_: None)
    for is_viewer in (True, False):
        with served(both, "127.0.0.1", 8600, viewer=is_viewer):
            pass
    assert [env.get(VIEWER_VARIABLE) for env in seen] == ["1", None]
    assert VIEWER_VARIABLE not in os.environ
