"""The scores of one year with everything that they were made of, in one file that needs nothing else to count again.

    freeze(connection, issued, manual, about, entries) -> Frozen
    frozen_in(data) -> Frozen            the bytes of DIR/scores/<year>.json.gz; raises FrozenError
    replay(frozen) -> Scores             counts from what is stored alone: no warehouse, no rubric file, no rule, no ledger

The file is JSON, packed by gzip, equal content equal bytes; its name is its sha256, as `sha256sum` prints it. In it:

`about`        year, county, build and its time, is_sample
`rubric`       hash, title, issued_by, is_example, file, and in `content` the whole of it
`units`, `files`  names, codes and order; path and sha256 of every report, by file_id
`manual`       the decisions as the engine took them; `entries` of the ledger about this year's scores, word by word
`inputs`       the tables of the engine: what the rubric asks for, who is scored, every figure of every report
               (figure_value), every finding that counted, was doubtful or waived (match), every decision (score_manual)
`statements`   the SQL that makes points of them, with its parameters: what counted then counts so for ever
`score`, `reasons`  what came of it: the rows of the two tables
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from etl.ledger import Entry
from etl.score.canonical import as_json, sha256_of
from etl.score.load import IssuedRubric, rubric_in_json
from etl.score.manual import Manual
from etl.score.model import Rubric
from etl.score.run import Scores, Statement, counting, score, statements

FORMAT, VERSION = "nianbao-scores", 1
# The tables that the statements of points.sql, reasons.sql and totals.sql read and do not make. Of points.sql the one
# statement that looks into the warehouse makes table_state: what it found is stored, the statement is not.
_INPUTS = (
    "rubric_group", "rubric_indicator", "rubric_item", "rubric_condition", "rubric_band", "rubric_figure", "rubric_rule",
    "rubric_measure", "rubric_not_for", "rubric_table", "score_manual", "score_unit", "scored_report", "match",
    "figure_value", "table_state",
)  # fmt: skip
_LOOKS = re.compile(r"\s*CREATE OR REPLACE TEMP TABLE table_state\b")
_MACRO = re.compile(r"\s*CREATE OR REPLACE TEMP MACRO\b")
_SHUT: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false", "python_enable_replacements": "false", "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false", "threads": "1",
}  # fmt: skip


class FrozenError(RuntimeError):
    """A frozen file cannot be used, or does not count again to what it says; the message says why."""


@dataclass(frozen=True, slots=True)
class About:
    """Of which build the scores are. `built_at` is ISO 8601."""

    year: int
    county: str
    build_id: str
    built_at: str
    is_sample: bool


@dataclass(frozen=True, slots=True)
class Frozen:
    """`data` are the bytes of the file, `content` what they say (see the head of this module)."""

    data: bytes
    content: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def year(self) -> int:
        return self.content["about"]["year"]

    @property
    def rubric_sha(self) -> str:
        return self.content["rubric"]["sha"]

    @property
    def rubric(self) -> Rubric:
        """The rubric as it was, whatever its file says now."""
        said = self.content["rubric"]
        return rubric_in_json(json.dumps(said["content"]), said["file"])

    @property
    def units(self) -> dict[str, str]:
        """The names of units, by id."""
        return {row[0]: row[1] for row in self.content["units"]["rows"]}

    @property
    def scores(self) -> Scores:
        """The rows as they were stored."""
        return Scores(_table(self.content["score"]), _table(self.content["reasons"]))


def freeze(
    connection: duckdb.DuckDBPyConnection,
    issued: IssuedRubric,
    manual: Manual,
    about: About,
    entries: Iterable[Entry] = (),
) -> Frozen:
    """Score the year anew and keep it. Raises FrozenError where what was kept does not count again to the same."""
    rubric = issued.rubric
    assert rubric is not None, "a rubric that cannot be used scores nobody"
    scores = score(connection, rubric, manual)
    points, reasons, totals = counting(rubric)
    content = {
        "format": FORMAT, "version": VERSION, "about": asdict(about),
        "rubric": {
            "sha": sha256_of(rubric), "title": rubric.title, "issued_by": rubric.issued_by,
            "is_example": rubric.is_example, "file": issued.file, "content": json.loads(as_json(rubric)),
        },
        "units": _rows(connection, "SELECT unit_id, name, code, position FROM unit ORDER BY position"),
        "files": _rows(
            connection, "SELECT file_id, path, sha256 FROM source_file WHERE file_id IN "
            "(SELECT file_id FROM scored_report UNION SELECT last_file_id FROM scored_report) ORDER BY file_id"
        ),
        "manual": {
            "points": [asdict(each) for each in manual.points if each.year == about.year],
            "waived": {key: asdict(each) for key, each in manual.waived.items() if key in _waived(connection)},
        },
        "entries": [{**asdict(each), "kind": each.kind.value, "who_from": each.who_from.value} for each in entries],
        "inputs": {name: _stored(connection.execute(f'FROM "{name}" ORDER BY ALL').to_arrow_table(), _types(connection, name)) for name in _INPUTS},
        "statements": {
            "points": [*_macros(), *(_said(each) for each in points if not _LOOKS.match(each.sql))],
            "reasons": _said(reasons), "totals": _said(totals),
        },
        "score": _stored(scores.score), "reasons": _stored(scores.reasons),
    }  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    frozen = frozen_in(gzip.compress(text.encode(), mtime=0))
    if not is_reproduced(frozen):
        raise FrozenError("从存下的数重新计算，得不到同样的分。没有定稿，请把这句话发给维护者。")
    return frozen


def frozen_in(data: bytes) -> Frozen:
    """Raises FrozenError."""
    try:
        content = json.loads(gzip.decompress(data))
        if content["format"] != FORMAT:
            raise ValueError(content["format"])
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:  # zlib.error is no OSError
        raise FrozenError("不是定稿文件，或已损坏") from error
    except Exception as error:
        raise FrozenError("已损坏，解不开") from error
    if content["version"] != VERSION:
        raise FrozenError(f"由更新的版本写成（{content['version']}），请升级年报镜")
    return Frozen(data, content)


def replay(frozen: Frozen) -> Scores:
    """Count again from what the file holds and nothing else. Raises FrozenError."""
    try:
        with closing(duckdb.connect(config=_SHUT)) as connection:
            for name, stored in frozen.content["inputs"].items():
                _load(connection, name, stored)
            said = frozen.content["statements"]
            for each in said["points"]:
                _statement(each).run(connection)
            reasons, totals = (
                _statement(said[name]).run(connection).to_arrow_table() for name in ("reasons", "totals")
            )
            return Scores(totals, reasons)
    except (duckdb.Error, KeyError, TypeError, ValueError) as error:
        raise FrozenError(f"从存下的数算不出分（{error}）") from error


def is_reproduced(frozen: Frozen) -> bool:
    """Whether counting again gives the rows that were stored, every column of them."""
    again = replay(frozen)
    held = frozen.content
    return all(
        _stored(rows)["rows"] == held[name]["rows"]
        for name, rows in (("score", again.score), ("reasons", again.reasons))
    )


def load_frozen(connection: duckdb.DuckDBPyConnection, frozen: Frozen) -> None:
    """Put the stored rows into `score` and `score_reason` of a build. Reports are known there by another file_id, and by
    none where their file is gone."""
    put = {"file": "files", "score": "score", "score_reason": "reasons"}
    for table, part in put.items():
        _load(connection, f"frozen_{table}", frozen.content[part])
    for table in ("score", "score_reason"):
        connection.execute(
            f"""INSERT INTO {table} BY NAME
            SELECT r.* REPLACE (now.file_id AS file_id)
            FROM frozen_{table} r
            LEFT JOIN frozen_file f ON f.file_id = r.file_id
            LEFT JOIN (SELECT sha256, min(file_id) AS file_id FROM source_file GROUP BY sha256) now ON now.sha256 = f.sha256"""
        )
    for table in put:
        connection.execute(f"DROP TABLE frozen_{table}")


def _waived(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    rows = connection.execute("SELECT fingerprint FROM standing_finding WHERE standing = 'waived'").fetchall()
    return frozenset(fingerprint for (fingerprint,) in rows)


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    return _stored(connection.execute(query).to_arrow_table())


def _types(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [str(kind) for _, kind, *_ in connection.execute(f'DESCRIBE "{table}"').fetchall()]


def _stored(rows: pa.Table, types: Sequence[str] = ()) -> dict[str, Any]:
    """Columns, their types in SQL, and rows of what JSON holds exactly; the order of the rows stays."""
    columns = [[_held(value) for value in column.to_pylist()] for column in rows.columns]
    known = list(types) or [_sql_type(field.type) for field in rows.schema]
    return {"columns": rows.column_names, "types": known, "rows": [list(row) for row in zip(*columns, strict=True)]}


def _sql_type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"{_sql_type(kind.value_type)}[]"
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    return {"bool": "BOOLEAN", "int32": "INTEGER", "int64": "BIGINT"}.get(str(kind), "VARCHAR")


def _held(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list):
        return [_held(each) for each in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, float):
        raise TypeError("a double has no place in a score: it is not stored exactly")
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(type(value).__name__)


def _table(stored: Mapping[str, Any]) -> pa.Table:
    with closing(duckdb.connect(config=_SHUT)) as connection:
        _load(connection, "stored", stored)
        return connection.execute("FROM stored").to_arrow_table()


def _load(connection: duckdb.DuckDBPyConnection, name: str, stored: Mapping[str, Any]) -> None:
    """A temporary table of what was stored, with its types; through text, in which every value is exact."""
    columns, types = stored["columns"], stored["types"]
    texts = {
        f"c{n}": pa.array(
            [_as_text(row[n]) for row in stored["rows"]], pa.list_(pa.string()) if kind.endswith("[]") else pa.string()
        )
        for n, kind in enumerate(types)
    }
    connection.register("incoming", pa.table(texts))
    try:
        chosen = ", ".join(
            f'c{n}::{kind} AS "{column}"' for n, (column, kind) in enumerate(zip(columns, types, strict=True))
        )
        connection.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS SELECT {chosen} FROM incoming')
    finally:
        connection.unregister("incoming")


def _as_text(value: Any) -> Any:
    if value is None or isinstance(value, list):
        return value
    return str(value)


def _macros() -> list[dict[str, Any]]:
    """What figures.sql defines and later statements may use."""
    return [_said(each) for each in statements("figures.sql") if _MACRO.match(each.sql)]


def _said(statement: Statement) -> dict[str, Any]:
    return {"sql": statement.sql, "parameters": {name: _tagged(value) for name, value in statement.parameters.items()}}


def _statement(said: Mapping[str, Any]) -> Statement:
    return Statement(said["sql"], {name: _untagged(value) for name, value in said["parameters"].items()})


def _tagged(value: Any) -> Any:
    """A decimal says that it is one: as a text it would be compared as a text."""
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    return [_tagged(each) for each in value] if isinstance(value, list | tuple) else value


def _untagged(value: Any) -> Any:
    if isinstance(value, dict):
        return Decimal(value["decimal"])
    return [_untagged(each) for each in value] if isinstance(value, list) else value
