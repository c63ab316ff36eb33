"""The scores of one build: every rubric of the county over the reports of its year."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from etl.score.canonical import as_json, sha256_of
from etl.score.load import IssuedRubric
from etl.score.manual import Manual
from etl.score.run import score


def fill_scores(
    connection: duckdb.DuckDBPyConnection, rubrics: Sequence[IssuedRubric], manual: Manual | None = None
) -> None:
    """Fill rubric, score and score_reason. A rubric that cannot be used is a row with its fault, and scores nobody."""
    for issued in rubrics:
        rubric = issued.rubric
        connection.execute(
            "INSERT INTO rubric VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                issued.year, issued.file, sha256_of(rubric) if rubric else "", rubric.title if rubric else "",
                rubric.issued_by if rubric else "", rubric.is_example if rubric else False,
                as_json(rubric) if rubric else "", issued.fault,
            ],
        )  # fmt: skip
        if rubric:
            scores = score(connection, rubric, manual)
            _insert(connection, "score", scores.score)
            _insert(connection, "score_reason", scores.reasons)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    connection.register("incoming", rows)
    try:
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
    finally:
        connection.unregister("incoming")
