"""A person's own SQL on one build: it reads this build and nothing else, for some seconds and some thousand rows.

It runs in a process of its own. DuckDB heeds an interrupt only between steps, and one function call can go on for
minutes or take all the memory there is; a process can be ended whatever it is doing.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from etl.warehouse.read import NO_EXTENSIONS

if TYPE_CHECKING:
    import polars as pl

SECONDS, MOST_ROWS = 3.0, 10_000
_MOST_BYTES = 64 * 1024 * 1024  # of a result
_MOST_ADDRESSES = 4 * 1024 * 1024 * 1024
_SECONDS_OF_GRACE, _SECONDS_TO_START = 1.0, 60
_BATCH = 1_000
_GUARDED: dict[str, str | bool | int | float | list[str]] = {
    **NO_EXTENSIONS,
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
    "memory_limit": "1GB",
    "threads": "2",
    "lock_configuration": "true",
}
_ALLOWED = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN})  # DESCRIBE, SHOW, SUMMARIZE: SELECT
_PROGRAM = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from etl.warehouse.ask import _serve; _serve()"

_ONE = "一次只运行一条语句，请去掉分号后面的。透视（PIVOT）请写明 ON 列 IN (…)。"
_READS = "这里只能查询，不能改动数据或设置。请用 SELECT、WITH、FROM、DESCRIBE、SHOW、SUMMARIZE 或 EXPLAIN 开头。"
_TOO_LONG = f"超过 {SECONDS:g} 秒，已停下。请用 WHERE 缩小范围，或先汇总再看。"
_TOO_MUCH = "要用的内存太多，已停下。请用 WHERE 缩小范围，少取几列，或先汇总再看。"
_ODD = "结果里有列不成表的值。请用 CAST(… AS VARCHAR) 转成文字。"
_REMEDIES: tuple[tuple[type[Exception], str], ...] = (  # the first that fits
    (duckdb.InterruptException, _TOO_LONG),
    (duckdb.OutOfMemoryException, _TOO_MUCH),
    (MemoryError, _TOO_MUCH),
    (duckdb.PermissionException, "这里只能查已入库的数据，不能读写文件、联网或装扩展。请只用上面列出的表。"),
    (duckdb.ParserException, "语句没写对。请看引号、逗号、括号是不是英文的，有没有漏字。"),
    (duckdb.CatalogException, "没有这个名字的表或函数。请对照上面的表和字段，或运行 SHOW TABLES。"),
    (duckdb.BinderException, "没有这个字段，或这样用不行。请对照字段说明，或运行 DESCRIBE 表名。"),
    (duckdb.ConversionException, "有的值转不成要的类型。请用 TRY_CAST，转不成的会成为无值。"),
)
_MISWRITTEN = (duckdb.ParserException, duckdb.CatalogException, duckdb.BinderException)
_CHINESE_SIGNS = re.compile("[，。；：（）‘’“”＝＊＜＞　]")
_OTHERWISE = "没能算出来。请看下面的原话，改一改再运行。"


class AskError(ValueError):
    """Why there is no answer and what to do; `detail` is what DuckDB itself said, '' where it said nothing."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of the question `sql`; `is_cut` where there were more than MOST_ROWS, `tables` all that it looked into, those
    behind a view too."""

    sql: str
    rows: pl.DataFrame
    is_cut: bool
    seconds: float
    tables: frozenset[str]


def ask(build: Path, sql: str) -> Answer:
    """Run one statement of a person. Raises AskError."""
    import polars as pl  # here: the process that answers can begin sooner without it

    command = [sys.executable, "-P", "-c", _PROGRAM, json.dumps([path or os.getcwd() for path in sys.path])]
    request = json.dumps({"build": str(build.resolve()), "sql": sql}).encode()
    patience = _SECONDS_TO_START + SECONDS + _SECONDS_OF_GRACE
    try:
        done = subprocess.run(
            command, input=request, capture_output=True, timeout=patience, cwd=tempfile.gettempdir(), check=False
        )
    except subprocess.TimeoutExpired:
        raise AskError(_TOO_LONG) from None
    head, _, body = done.stdout.partition(b"\n")
    if not head:  # ended by its watch, or by the machine for the memory it took
        raise AskError(_TOO_LONG if done.returncode == _ENDED_BY_WATCH else _TOO_MUCH)
    told = json.loads(head)
    if told["error"]:
        raise AskError(told["error"], told["detail"])
    try:
        frame = pl.DataFrame(pl.from_arrow(pa.ipc.open_stream(body).read_all()))
    except (pl.exceptions.PolarsError, pa.ArrowException, TypeError, ValueError) as error:
        raise AskError(_ODD, str(error)) from error
    return Answer(sql, frame, told["is_cut"], told["seconds"], frozenset(told["tables"]))


_ENDED_BY_WATCH = 75


def _serve() -> None:
    """What the process does: one request from its standard input, one answer to its standard output."""
    request = json.load(sys.stdin)
    _bound_memory()
    watch = threading.Timer(SECONDS + _SECONDS_OF_GRACE, os._exit, (_ENDED_BY_WATCH,))
    watch.daemon = True
    watch.start()
    table, told = pa.table({}), {"error": "", "detail": "", "is_cut": False, "seconds": 0.0, "tables": []}
    try:
        table, told["is_cut"], told["seconds"], told["tables"] = _run(Path(request["build"]), request["sql"])
    except AskError as error:
        told |= {"error": str(error), "detail": error.detail}
    watch.cancel()
    out = sys.stdout.buffer
    out.write(json.dumps(told).encode() + b"\n")
    if not told["error"]:
        with pa.ipc.new_stream(out, table.schema) as stream:
            stream.write_table(table)
    out.flush()
    os._exit(0)  # whatever is still being worked on is of no use to anybody


def _bound_memory() -> None:
    try:
        import resource  # not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_ADDRESSES, _MOST_ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _run(build: Path, sql: str) -> tuple[pa.Table, bool, float, list[str]]:
    begun = time.monotonic()
    try:
        with duckdb.connect(str(build), read_only=True, config=_GUARDED) as connection:
            statement = _only_statement(sql)
            timer = threading.Timer(SECONDS, connection.interrupt)
            timer.start()
            try:
                table, is_cut = _first_rows(connection.execute(statement).to_arrow_reader(_BATCH))
                tables = _tables(connection, sql)
            finally:
                timer.cancel()
                timer.join()  # else it might come to a connection that is closed
    except (duckdb.Error, pa.ArrowException, MemoryError, OSError) as error:
        was_late = time.monotonic() - begun >= SECONDS
        raise _as_told(duckdb.InterruptException() if was_late else error, sql) from error
    return table, is_cut, time.monotonic() - begun, tables


def _tables(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    """What the statement looked into, and every table that its text names: a function may have been handed it."""
    known = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    named = known.intersection(re.findall(r"\w+", sql.casefold()))
    try:
        named |= connection.get_table_names(sql)
    except duckdb.Error:  # of SHOW and the like
        return sorted(named)
    return sorted(named)


def _only_statement(sql: str) -> Any:
    statements = duckdb.extract_statements(sql)
    if not statements:
        raise AskError("请先写一条查询，或选一个示例。")
    if len(statements) > 1:
        raise AskError(_ONE)
    if statements[0].type not in _ALLOWED:
        raise AskError(_READS)
    return statements[0]


def _first_rows(reader: pa.RecordBatchReader) -> tuple[pa.Table, bool]:
    batches, rows, size = [], 0, 0
    for batch in reader:
        batches.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if size > _MOST_BYTES:
            raise AskError(_TOO_MUCH)
        if rows > MOST_ROWS:
            break
    table = pa.Table.from_batches(batches, reader.schema)
    return table.slice(0, MOST_ROWS).rename_columns(_unlike(table.column_names)), rows > MOST_ROWS


def _unlike(names: list[str]) -> list[str]:
    """Two columns of one name get numbers: a sheet cannot tell them apart otherwise."""
    taken: list[str] = []
    for name in names:
        fresh, number = name, 1
        while fresh in taken:
            number += 1
            fresh = f"{name}_{number}"
        taken.append(fresh)
    return taken


def _as_told(error: Exception, sql: str) -> AskError:
    message = next((remedy for kind, remedy in _REMEDIES if isinstance(error, kind)), _OTHERWISE)
    if isinstance(error, _MISWRITTEN) and (signs := "".join(dict.fromkeys(_CHINESE_SIGNS.findall(_unquoted(sql))))):
        message = f"语句里有中文标点“{signs}”，请换成英文的。"
    return AskError(message, str(error).strip())


def _unquoted(sql: str) -> str:
    """The statement without what stands in quotes and without notes, where any sign may be."""
    return re.sub(r"'[^']*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/", " ", sql, flags=re.DOTALL)
