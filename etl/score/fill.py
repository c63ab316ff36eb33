"""The scores of one build: every rubric of the county over the reports of its year."""

from __future__ import annotations

import json
from collections.abc import Sequence

import duckdb
import pyarrow as pa

from etl.score.canonical import as_json, sha256_of
from etl.score.final import FinalYear
from etl.score.freeze import Frozen, load_frozen
from etl.score.load import IssuedRubric
from etl.score.manual import Manual
from etl.score.run import score


def fill_scores(
    connection: duckdb.DuckDBPyConnection,
    rubrics: Sequence[IssuedRubric],
    manual: Manual | None = None,
    final: Sequence[FinalYear] = (),
) -> None:
    """Fill rubric, score, score_reason and score_final. A rubric that cannot be used is a row with its fault, and scores
    nobody. A finalised year takes what was frozen, rubric and all; where that cannot be read it has no scores."""
    shut = {each.year for each in final}
    for each in final:
        _add_final(connection, each)
    for issued in rubrics:
        rubric = issued.rubric
        if issued.year in shut:
            continue
        _add_rubric(
            connection, issued.year, issued.file, sha256_of(rubric) if rubric else "", rubric.title if rubric else "",
            rubric.issued_by if rubric else "", rubric.is_example if rubric else False,
            as_json(rubric) if rubric else "", issued.fault,
        )  # fmt: skip
        if rubric:
            scores = score(connection, rubric, manual, in_order=False)
            _insert(connection, "score", scores.score)
            _insert(connection, "score_reason", scores.reasons)


def _add_final(connection: duckdb.DuckDBPyConnection, year: FinalYear) -> None:
    held = year.finalised
    file = f"scores/{held.year}.json.gz"
    if year.frozen is None:
        _add_rubric(connection, held.year, file, "", "", "", False, "", year.fault)
    else:
        _add_frozen(connection, year.frozen, file)
    connection.execute(
        "INSERT INTO score_final VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [held.year, held.sha256, held.rubric, held.build, held.who, held.made_at, held.why, year.fault],
    )


def _add_frozen(connection: duckdb.DuckDBPyConnection, frozen: Frozen, file: str) -> None:
    said = frozen.content["rubric"]
    content = json.dumps(said["content"], ensure_ascii=False)
    names = ("sha", "title", "issued_by", "is_example")
    _add_rubric(connection, frozen.year, file, *(said[name] for name in names), content, "")
    load_frozen(connection, frozen)


def _add_rubric(connection: duckdb.DuckDBPyConnection, *row: object) -> None:
    connection.execute("INSERT INTO rubric VALUES (?, ?, ?, ?, ?, ?, ?, ?)", list(row))


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    connection.register("incoming", rows)
    try:
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
    finally:
        connection.unregister("incoming")
