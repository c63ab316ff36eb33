"""How long 3,000 units of 10 years take to score, beside one statement written by hand that gives the same totals.

`uv run python -m tests.benchmarks.scoring [units] [years]` prints the ratio. The reports are made in DuckDB itself; the
statement is scoring.sql, which knows nothing of reasons, states, groups, grades or other rubrics. That both give the same
total for every unit is checked before anything is timed.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from etl.form import load_forms
from etl.score import Manual, example_rubrics, score
from etl.score.run import counted
from etl.warehouse.read import NO_EXTENSIONS
from etl.warehouse.write import add_measures, create_tables

ROUNDS = 5
FIRST_YEAR = 2021
STATEMENT = Path(__file__).with_name("scoring.sql")
RULES = (
    "T-03", "T-06", "T-12", "T-13", "T-20", "T-21", "T2-02", "T3-01", "T3-02", "T3-03", "T4-01", "W-41", "W-43", "W-44",
    "X-01", "X-02", "X-05",
)  # fmt: skip
OVERVIEW = (
    "（一）主动公开\n全年主动公开政府信息120条，其中政府网站80条，微信公众号40条，以惠农补贴和防汛通知为主。\n"
    "（二）依申请公开\n设专人接收申请，均按时答复，电话和地址印在便民手册第一页，回执收齐归档。\n"
    "（三）政府信息管理\n从起草到发布经过三道审核，年底清理一遍文件，失去效力的标明日期。\n"
    "（四）政府信息公开平台建设\n公开栏和网站内容一致，两名同志轮流维护，链接逐条试过。\n"
    "（五）监督保障\n列入年度考核，办过一次培训，请村民代表评议，提出的意见逐条答复。"
)


def synthetic(units: int, years: int) -> duckdb.DuckDBPyConnection:
    """A warehouse in which each unit filed each year: half without applications, one in ten with findings."""
    connection = duckdb.connect(config=NO_EXTENSIONS)
    create_tables(connection)
    add_measures(connection)
    connection.execute(
        """INSERT INTO unit BY NAME
        SELECT 'u' || range AS unit_id, range AS position, '' AS code, 'u' || range AS name, [] AS aliases, 'town' AS kind,
            '镇' AS kind_label, '乡镇' AS "group", TRUE AS is_due
        FROM range($units)""",
        {"units": units},
    )
    connection.execute(
        """INSERT INTO report BY NAME
        SELECT range::INTEGER + 1 AS file_id, 'u' || (range % $units) AS unit_id, $first + range // $units AS year,
            '2021' AS form, 'single_organ' AS scope, 'complete' AS status, TRUE AS is_chosen, '' AS choice_reason,
            '' AS opening, make_date(($first + 1 + range // $units)::INTEGER, 1, 20) + (range % 17)::INTEGER AS published_at
        FROM range($units * $years)""",
        {"units": units, "years": years, "first": FIRST_YEAR},
    )
    connection.execute(
        """INSERT INTO collected_year SELECT $first + range, TRUE, '' FROM range($years)""",
        {"first": FIRST_YEAR, "years": years},
    )
    for number, text in (
        ("一", OVERVIEW),
        ("五", "更新不够及时。\n下一步每周检查一次。"),
        ("六", "未收取信息处理费。"),
    ):
        connection.execute(
            "INSERT INTO section BY NAME SELECT file_id, $number AS number, '' AS title, [] AS aspects, "
            "CASE WHEN file_id % 3 = 0 THEN replace($text, '考核', '评比') ELSE $text END AS text FROM report",
            {"number": number, "text": text},
        )
    _figures(connection)
    _findings(connection)
    return connection


def _figures(connection: duckdb.DuckDBPyConnection) -> None:
    """measure_value as the dictionary has it, in its order; figures that differ by unit and year."""
    printed = {cell.id for cell in load_forms()["2021"].printed_cells}
    named = [(m,) for (m,) in connection.sql("SELECT measure FROM measure ORDER BY measure").fetchall()]
    connection.execute("CREATE TEMP TABLE shown (measure VARCHAR, is_printed BOOLEAN)")
    connection.executemany("INSERT INTO shown VALUES (?, ?)", [(m, "/" not in m or m in printed) for (m,) in named])
    connection.execute(
        """INSERT INTO measure_value BY NAME
        WITH told AS (
            SELECT
                m.measure, m.kind, r.unit_id, r.year, r.file_id, s.is_printed,
                r.file_id % 2 = 0 AS asked,
                hash(m.measure) % 5 AS salt
            FROM measure m
            JOIN shown s ON s.measure = m.measure
            CROSS JOIN report r
        ),
        valued AS (
            SELECT *, CASE
                WHEN kind = 'claim' THEN CASE WHEN (file_id + salt) % 4 = 0 THEN NULL ELSE 20 + (file_id + salt) % 90 END
                WHEN measure LIKE 'proactive/rules/%' THEN 0
                WHEN measure LIKE 'proactive/%' THEN (file_id + salt) % 7
                WHEN NOT asked THEN 0
                ELSE (file_id + salt) % 9
            END AS value
            FROM told
        )
        SELECT
            measure, unit_id, year, file_id, file_id AS source_id, FALSE AS approximate,
            CASE WHEN NOT is_printed THEN 'not_comparable' WHEN value IS NULL THEN 'blank' WHEN value = 0 THEN 'zero'
                ELSE 'reported' END AS state,
            CASE WHEN is_printed THEN value END AS value,
            CASE WHEN kind = 'share' THEN value + 3 END AS of_value
        FROM valued
        ORDER BY measure, year, unit_id""",
    )


def _findings(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TEMP TABLE planted (rule VARCHAR, n INTEGER)")
    connection.executemany("INSERT INTO planted VALUES (?, ?)", [(rule, n) for n, rule in enumerate(RULES)])
    connection.execute(
        """INSERT INTO finding BY NAME
        SELECT
            md5(r.file_id || p.rule) AS fingerprint, '' AS subject, p.n + 1 AS position, p.rule, 'verify' AS severity,
            CASE WHEN (r.file_id + p.n) % 50 = 0 THEN 'doubtful' ELSE 'broken' END AS verdict, r.unit_id, r.year, r.file_id,
            CASE WHEN p.rule = 'T-03' THEN '第六部分' ELSE '表二' END AS "where",
            CASE WHEN p.rule = 'T-20' THEN '没有写存在的问题' ELSE '不符' END AS found, '' AS expected,
            '某镇年报 表三“总计”列：第一项加第二项为 3，第三项加第四项为 2，相差 1。请核对原文。' AS message, '' AS remedy,
            CASE WHEN p.rule = 'T3-01' THEN ['requests/new_received/total'] ELSE [] END AS cells,
            '' AS passage, '' AS other_passage
        FROM report r
        JOIN planted p ON (r.file_id * 7 + p.n) % 10 = 0""",
    )


def main(units: int, years: int) -> None:
    connection = synthetic(units, years)
    rubric = example_rubrics()["annual_report"]
    span = range(FIRST_YEAR, FIRST_YEAR + years)
    statement = STATEMENT.read_text(encoding="utf-8")
    by_hand = {(unit, year): points for unit, year, points in connection.sql(statement).fetchall()}
    scored = {
        (row["unit_id"], row["year"]): row["points"] for row in score(connection, rubric, years=span).score.to_pylist()
    }
    differing = [key for key in by_hand if by_hand[key] != scored.get(key)]
    assert not differing and len(by_hand) == len(scored) == units * years, (len(differing), differing[:3])
    totals, whole = [], []
    for _ in range(ROUNDS):
        hand = timed(lambda: connection.sql(statement).fetchall())
        bare = timed(lambda: counted(connection, rubric, Manual(), span)[0].run(connection).to_arrow_table())
        full = timed(lambda: score(connection, rubric, years=span, in_order=False))  # as a build does
        totals.append(bare / hand)
        whole.append(full / hand)
        print(
            f"手写语句 {hand:.2f} 秒；评到总分 {bare:.2f} 秒，比值 {totals[-1]:.2f}；连同理由 {full:.2f} 秒，比值 {whole[-1]:.2f}"
        )
    reasons = score(connection, rubric, years=span).reasons.num_rows
    print(f"{units} 个单位 × {years} 年：评到总分，比值的中位数 {statistics.median(totals):.2f}（目标 ≤ 3）；")
    print(f"连同写出 {reasons} 条理由，比值的中位数 {statistics.median(whole):.2f}")


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main(*(int(each) for each in (*sys.argv[1:], *("3000", "10")[len(sys.argv) - 1 :])))
