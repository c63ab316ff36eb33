"""How long the identities of 20,000 reports take, beside the bare join and grouping they cannot do without.

`uv run python -m tests.benchmarks.checking [reports]` prints the ratio. The reports are made in DuckDB itself: two years
of 10,000 units, one in 500 with a sum that fails and one in 200 with a blank cell.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import duckdb

from etl.check.broken import broken_identities, prepare, summed
from etl.check.identities import load_identities
from etl.check.rules import HERE
from etl.form import load_forms
from etl.warehouse.read import NO_EXTENSIONS
from etl.warehouse.write import create_tables

ROUNDS = 5
FORM = "2021"
BARE = """
SELECT count(*), sum(gap) FROM (
    SELECT f.file_id, t.identity, sum(f.value * t.weight) AS gap
    FROM fact_now f
    JOIN own_term t ON t.cell = f.cell
    GROUP BY f.file_id, t.identity
)
"""


def synthetic(reports: int) -> duckdb.DuckDBPyConnection:
    """A warehouse of so many reports in which each cell has a figure and nearly all sums hold."""
    connection = duckdb.connect(config=NO_EXTENSIONS)
    create_tables(connection)
    half = reports // 2
    connection.execute(
        """INSERT INTO report BY NAME
        SELECT range::INTEGER + 1 AS file_id, 'u' || (range % $half) AS unit_id, 2023 + range // $half AS year, $form AS form,
            'single_organ' AS scope, 'complete' AS status, TRUE AS is_chosen, '' AS choice_reason, '' AS opening
        FROM range($reports)""",
        {"half": half, "form": FORM, "reports": reports},
    )
    connection.execute(
        """INSERT INTO unit BY NAME
        SELECT 'u' || range AS unit_id, range AS position, '' AS code, 'u' || range AS name, [] AS aliases, 'town' AS kind,
            '镇' AS kind_label, '乡镇' AS "group", TRUE AS is_due
        FROM range($half)""",
        {"half": half},
    )
    cells = [
        (cell.id, _figure(cell.row, cell.column), cell.table, cell.table_label)
        for cell in load_forms()[FORM].printed_cells
    ]
    connection.execute("CREATE TEMP TABLE made (cell VARCHAR, value INTEGER, tab VARCHAR, label VARCHAR)")
    connection.executemany("INSERT INTO made VALUES (?, ?, ?, ?)", cells)
    connection.execute(
        """INSERT INTO fact BY NAME
        SELECT r.file_id, m.cell,
            CASE WHEN r.file_id % 200 = 7 AND m.cell = 'proactive/coercion/decisions' THEN 'blank' ELSE 'reported' END AS state,
            CASE WHEN r.file_id % 200 = 7 AND m.cell = 'proactive/coercion/decisions' THEN NULL
                 WHEN r.file_id % 500 = 3 AND m.cell = 'requests/granted/total' THEN m.value + 1 ELSE m.value END AS value
        FROM report r CROSS JOIN made m"""
    )
    for statement in (HERE / "reports.sql").read_text(encoding="utf-8").split(";\n"):
        connection.execute(statement, {"only": None} if "$only::" in statement else None)
    return connection


def _figure(row: str, column: str) -> int:
    """6 requests of natural persons, all granted, nothing carried over; 3 documents in force, none issued."""
    if row in {"new_received", "granted", "total_processed"} and column in {"natural_person", "total"}:
        return 6
    return 3 if (row, column) == ("normative_documents", "in_force") else 0


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main(reports: int) -> None:
    connection = synthetic(reports)
    identities = load_identities()
    prepare(connection, identities)
    connection.execute(
        "CREATE TEMP TABLE own_term AS SELECT t.* FROM term t JOIN part p ON p.part = t.part "
        "WHERE p.term_set = $form AND p.source = 0",
        {"form": FORM},
    )
    ratios = []
    for _ in range(ROUNDS):
        bare = timed(lambda: connection.sql(BARE).fetchall())
        full = timed(lambda: summed(connection))
        ratios.append(full / bare)
        print(f"合并分组 {bare:.2f} 秒，全部勾稽关系 {full:.2f} 秒，比值 {ratios[-1]:.2f}")
    suspects = [(number, target) for number, _, others in summed(connection) for target in others or ()]
    start = time.perf_counter()
    broken = broken_identities(connection, identities, suspects)
    print(f"{reports} 份年报，不成立 {len(broken)} 处，取出所涉各格 {time.perf_counter() - start:.2f} 秒")
    print(f"比值的中位数 {statistics.median(ratios):.2f}（目标 ≤ 2）")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
