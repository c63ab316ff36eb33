"""A person's SQL reads the build in force and nothing else, and ends in time whatever it asks for."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from etl.warehouse import ask as room
from etl.warehouse.ask import MOST_ROWS, SECONDS, AskError, ask
from etl.warehouse.read import open_build
from tests import planted_warehouse as planted


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted.write(tmp_path_factory.mktemp("county"))


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that no question may read."""
    path = tmp_path / "secret.csv"
    path.write_text("word\nhidden\n", encoding="utf-8")
    return path


def refused(build: Path, sql: str, run: Callable[[Path, str], object] = room._run) -> AskError:
    """Why it was refused. By default without a process of its own: that one only adds the end of time and memory."""
    with pytest.raises(AskError) as caught:
        run(build, sql)
    assert any("一" <= letter <= "鿿" for letter in str(caught.value))
    return caught.value


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name FROM unit ORDER BY position",
        "WITH u AS (FROM unit) SELECT name FROM u ORDER BY position",
        "FROM unit SELECT name ORDER BY position;",
        "SELECT * FROM query('SELECT name FROM unit ORDER BY position')",
        "SELECT name FROM query_table('unit') ORDER BY position -- 说明",
    ],
)
def test_a_question_is_answered_from_the_build(build: Path, sql: str) -> None:
    rows, is_cut, seconds, tables = room._run(build, sql)
    assert rows["name"].to_pylist() == [unit[1] for unit in planted.UNITS]
    assert not is_cut and 0 <= seconds < SECONDS and tables == ["unit"]


@pytest.mark.parametrize("sql", ["DESCRIBE unit", "SHOW TABLES", "SUMMARIZE unit", "EXPLAIN FROM unit", "VALUES (1)"])
def test_what_describes_the_build_is_answered_too(build: Path, sql: str) -> None:
    assert room._run(build, sql)[0].num_rows > 0


def test_it_is_answered_while_the_pages_hold_the_same_build(build: Path) -> None:
    with open_build(build) as held:
        answer = ask(build, "SELECT count(*) AS n FROM unit")
        assert held.sql("SELECT count(*) FROM unit").fetchall() == answer.rows.rows() == [(len(planted.UNITS),)]


READERS = (
    "SELECT * FROM read_csv('{path}')",
    "SELECT * FROM read_text('{path}')",
    "SELECT * FROM read_blob('{path}')",
    "SELECT * FROM read_json('{path}')",
    "SELECT * FROM read_parquet('{path}')",
    "SELECT * FROM parquet_metadata('{path}')",
    "SELECT * FROM sniff_csv('{path}')",
    "SELECT * FROM read_duckdb('{path}')",
    "SELECT * FROM glob('{path}')",
    "FROM '{path}'",
    "SELECT * FROM query('SELECT * FROM read_text(''{path}'')')",
    "SELECT * FROM query_table('{path}')",
    "SELECT (SELECT content FROM read_text('{path}'))",
    "EXPLAIN ANALYZE SELECT * FROM read_csv('{path}')",
    "SUMMARIZE SELECT * FROM read_csv('{path}')",
    "DESCRIBE SELECT * FROM '{path}'",
)


@pytest.mark.parametrize("sql", READERS)
def test_no_other_file_can_be_read(build: Path, secret: Path, sql: str) -> None:
    error = refused(build, sql.format(path=secret))
    assert "hidden" not in str(error) + error.detail


def test_the_process_that_answers_is_guarded_too(build: Path, secret: Path) -> None:
    error = refused(build, f"FROM read_csv('{secret}')", ask)
    assert "不能读写文件" in str(error) and "hidden" not in error.detail


@pytest.mark.parametrize("name", ["/etc/passwd", "https://example.com/x.csv", "s3://a/b.parquet", "/dev/stdin"])
def test_neither_the_machine_nor_the_network_can_be_read(build: Path, name: str) -> None:
    refused(build, f"SELECT * FROM read_csv('{name}')")
    refused(build, f"FROM '{name}'")


@pytest.fixture
def listening() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine, and what was asked of it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the screen of the tests."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_no_server_hears_of_a_question(build: Path, listening: tuple[str, list[str]]) -> None:
    address, asked = listening
    for sql in (f"FROM '{address}/x.csv'", f"INSTALL x FROM '{address}'", f"SELECT * FROM read_text('{address}/x')"):
        refused(build, sql)
    assert asked == []


WRITERS = (
    "CREATE TABLE t (a INTEGER)",
    "CREATE TEMP TABLE t AS FROM unit",
    "CREATE VIEW v AS FROM unit",
    "CREATE MACRO m(a) AS a",
    "INSERT INTO unit SELECT * FROM unit",
    "UPDATE unit SET name = '某'",
    "DELETE FROM unit",
    "TRUNCATE unit",
    "DROP TABLE unit",
    "DROP VIEW cell_figure",
    "ALTER TABLE unit ADD COLUMN a INTEGER",
    "COPY unit TO '{path}'",
    "COPY unit FROM '{path}'",
    "COPY (FROM unit) TO '{path}' (FORMAT parquet)",
    "EXPORT DATABASE '{path}'",
    "IMPORT DATABASE '{path}'",
    "ATTACH '{path}' AS other",
    "DETACH memory",
    "USE memory",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '{path}'",
    "SET memory_limit = '64GB'",
    "SET enable_external_access = true",
    "RESET memory_limit",
    "PRAGMA memory_limit = '64GB'",
    "PRAGMA enable_profiling",
    "CALL pragma_version()",
    "CHECKPOINT",
    "VACUUM",
    "BEGIN",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "CREATE SECRET (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "WITH gone AS (DELETE FROM unit RETURNING *) SELECT * FROM gone",
    "SELECT * FROM query('DROP TABLE unit')",
    "SELECT * FROM query('SELECT 1; DROP TABLE unit')",
    "EXPLAIN ANALYZE DROP TABLE unit",
    "EXPLAIN ANALYZE DELETE FROM unit",
    "EXPLAIN ANALYZE COPY unit TO '{path}'",
    "SELECT 1; DROP TABLE unit",
    "SELECT 1; SELECT 2",
    "SELECT getenv('HOME')",
    "SELECT nextval('s')",
    "SELECT * FROM duckdb_secrets()",
)


@pytest.mark.parametrize("sql", WRITERS)
def test_nothing_can_be_written_changed_or_loaded(build: Path, tmp_path: Path, sql: str) -> None:
    path, before = tmp_path / "escaped", hashlib.sha256(build.read_bytes()).digest()
    refused(build, sql.format(path=path))
    assert list(tmp_path.iterdir()) == []
    assert hashlib.sha256(build.read_bytes()).digest() == before
    assert sorted(build.parent.iterdir()) == sorted({build, build.parent / "current"})


def test_a_frame_of_the_program_is_no_table(build: Path) -> None:
    refused(build, "SELECT * FROM told")
    refused(build, "SELECT * FROM request")


ENDLESS = {
    "recursive": "WITH RECURSIVE r AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM r) SELECT count(*) FROM r",
    "growing": "WITH RECURSIVE r AS (SELECT 1 AS x UNION ALL SELECT 1 FROM r) SELECT * FROM r ORDER BY x",
    "long": "SELECT count(*) FROM range(100000000000) a WHERE a.range % 7 = 3",
    "crossed": "SELECT list(a.cell || b.cell) FROM cell_figure a, cell_figure b",
    "sorted": "SELECT * FROM cell_figure a, cell_figure b, cell_figure c ORDER BY random()",
    "one function": "SELECT repeat('x', 2000000000)",
    "a huge value": "SELECT repeat('x', 100000000) AS x FROM range(100)",
}


@pytest.mark.parametrize("sql", ENDLESS.values(), ids=ENDLESS)
def test_what_takes_too_long_or_too_much_is_ended_and_the_next_is_answered(build: Path, sql: str) -> None:
    begun = time.monotonic()
    error = refused(build, sql, ask)
    assert "已停下" in str(error)
    assert time.monotonic() - begun < SECONDS + 30  # most of it the start of a process on a busy machine
    assert ask(build, "SELECT 1 AS one").rows.rows() == [(1,)]


def test_rows_beyond_the_limit_are_cut_off_and_it_is_said(build: Path) -> None:
    exact = ask(build, f"SELECT * FROM range({MOST_ROWS}) ORDER BY 1")
    more = ask(build, f"SELECT * FROM range({MOST_ROWS + 1}) ORDER BY 1")
    assert (exact.rows.height, exact.is_cut) == (MOST_ROWS, False)
    assert (more.rows.height, more.is_cut) == (MOST_ROWS, True)
    assert more.rows["range"].to_list() == list(range(MOST_ROWS))


def test_an_absent_value_stays_absent(build: Path) -> None:
    rows = ask(build, "SELECT DISTINCT state, value FROM cell_figure WHERE state <> 'reported'").rows
    assert ("zero", 0) in rows.rows() and len(rows) > 3
    assert all(value is None for state, value in rows.rows() if state != "zero")


@pytest.mark.parametrize(
    ("sql", "words", "detail"),
    [
        ("SELEC 1", "语句没写对", "syntax error"),
        ("SELECT * FROM nowhere", "没有这个名字的表", "nowhere"),
        ("SELECT nothing FROM unit", "没有这个字段", "nothing"),
        ("SELECT CAST('x' AS INTEGER)", "转不成", "x"),
        ("SELECT count(*) FROM unit；", "中文标点“；”", "unit；"),
        ("SELECT name，code FROM unit WHERE name = ‘甲’", "中文标点“，‘’”", ""),
        ("SELECT nothing FROM unit WHERE name = '甲，乙' -- （说明）", "没有这个字段", "nothing"),
        ("", "请先写一条查询", ""),
        ("-- 只有说明", "请先写一条查询", ""),
        ("SELECT 1 AS a; SELECT 2", "只运行一条", ""),
        ("PIVOT cell_figure ON state USING count(*)", "ON 列 IN", ""),
    ],
)
def test_a_mistake_is_told_with_what_to_do_and_what_duckdb_said(build: Path, sql: str, words: str, detail: str) -> None:
    error = refused(build, sql)
    assert words in str(error) and detail in error.detail


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT max(points) FROM score",
        "WITH a AS (FROM score) SELECT count(*) FROM a",
        "SELECT * FROM query('SELECT 1 FROM ' || 'score')",
        "FROM score_shown",  # a view of them
        "SUMMARIZE score",
        "SELECT stats FROM pragma_storage_info('score')",
        'SELECT 1 FROM unit WHERE EXISTS (FROM "SCORE")',
    ],
)
def test_an_answer_says_which_tables_it_is_from(build: Path, sql: str) -> None:
    assert "score" in ask(build, sql).tables
    assert "score" not in ask(build, "SELECT count(*) FROM filing_figure").tables


def test_columns_of_one_name_are_told_apart_and_odd_values_do_not_break(build: Path) -> None:
    assert ask(build, "SELECT 1 AS a, 2 AS a, 3 AS a_2").rows.columns == ["a", "a_2", "a_2_2"]
    odd = "SELECT locator, [1, NULL] AS l, MAP {'a': 1} AS m, 1::HUGEINT AS h, uuid() AS u FROM fact LIMIT 1"
    assert ask(build, odd).rows.height == 1
    assert "CAST" in str(refused(build, "SELECT INTERVAL 1 DAY AS i", ask))


def test_the_guard_is_what_the_process_really_runs_under(build: Path) -> None:
    names = {name: str(value) for name, value in room._GUARDED.items()}
    rows = ask(build, "SELECT name, value FROM duckdb_settings()").rows
    held = dict(rows.rows())
    assert held["enable_external_access"] == held["autoload_known_extensions"] == "false"
    assert held["lock_configuration"] == "true" and held["access_mode"] == "read_only"
    assert held["threads"] == names["threads"] and held["memory_limit"] == "953.6 MiB"
