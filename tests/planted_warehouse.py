"""A small warehouse written by hand, in which every value state is planted a known number of times.

It follows schema.sql and the marts and nothing else: no reader, no recogniser stands between what is planted here
and what a page must show.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from etl.form.load import load_forms
from etl.measure import fill_values
from etl.warehouse.write import add_measures, create_marts

WAREHOUSE = Path(__file__).resolve().parents[1] / "etl" / "warehouse"

TOWNSHIPS, DEPARTMENTS = "乡镇街道", "县直部门"
UNITS = [  # unit_id, name, kind, kind_label, group, valid_from, valid_to, is_due
    ("area", "云岭县人民政府", "area", "全区域", "全县", None, None, True),
    ("office", "云岭县人民政府办公室", "office", "政府办公室", DEPARTMENTS, None, None, True),
    ("justice", "云岭县司法局", "department", "部门", DEPARTMENTS, None, None, True),
    ("weather", "云岭县气象局", "department", "部门", DEPARTMENTS, None, None, False),
    ("east", "云岭县东坪镇人民政府", "town", "镇", TOWNSHIPS, None, None, True),
    ("west", "云岭县西坪乡人民政府", "township", "乡", TOWNSHIPS, None, None, True),
    ("south", "云岭县南坪乡人民政府", "township", "乡", TOWNSHIPS, None, None, True),
    ("north", "云岭县北坪街道办事处", "subdistrict", "街道", TOWNSHIPS, 2023, None, True),
    ("gone", "云岭县旧坪乡人民政府", "township", "乡", TOWNSHIPS, None, 2022, True),
]
YEARS = [(2020, True), (2022, True), (2023, True), (2024, True), (2025, False)]

NOT_IN_2019 = ("proactive/rules/", "proactive/normative_documents/", "proactive/admin_fees/")


def form_cells() -> list[tuple[Any, ...]]:
    """Rows of form_cell: the edition of 2021, and of the one before it the cells that kept their meaning."""
    rows = []
    for position, cell in enumerate(load_forms()["2021"].cells, start=1):
        for form in ("2019", "2021"):
            if form == "2019" and cell.id.startswith(NOT_IN_2019):
                continue
            place = (form, cell.id, position, cell.table, cell.row, cell.column)
            labels = (cell.table_label, cell.group_label, cell.row_label, cell.column_label)
            is_comparable = not cell.id.startswith(NOT_IN_2019)
            marks = (cell.is_total, is_comparable, cell.is_variant, cell.replaced_by)
            rows.append((*place, *labels, cell.unit, cell.clause, *marks))
    return rows


# (unit, year): what differs from a report in which every cell says 0. A number is printed as it stands; "" is a
# blank cell, "/" a slash, "?" a cell that could not be read. Units and years that are not named filed nothing.
RECEIVED, PROCESSED = "requests/new_received/total", "requests/total_processed/total"
GRANTED, FEES = "requests/granted/total", "proactive/admin_fees/amount_wan"
LICENCES, PENALTIES = "proactive/licensing/decisions", "proactive/penalty/decisions"
REPORTS: dict[tuple[str, int], dict[str, str]] = {
    ("area", 2024): {RECEIVED: "7", "requests/new_received/natural_person": "7"},
    ("office", 2020): {RECEIVED: "3", PROCESSED: "3", GRANTED: "3"},
    ("office", 2022): {RECEIVED: "4", PROCESSED: "4", GRANTED: "4"},
    ("office", 2023): {RECEIVED: "6", PROCESSED: "4", GRANTED: "4", "requests/carried_out/total": "2"},
    ("office", 2024): {
        RECEIVED: "5",
        "requests/new_received/natural_person": "4",
        "requests/new_received/org_business": "1",
        "requests/carried_in/total": "2",
        GRANTED: "3",
        "requests/partially_granted/total": "1",
        "requests/unable_not_held/total": "2",
        PROCESSED: "6",
        "requests/carried_out/total": "1",
        "disputes/reconsideration/upheld": "1",
        "disputes/reconsideration/total": "1",
        "proactive/normative_documents/issued": "2",
        "proactive/normative_documents/in_force": "25",
        FEES: "/",
    },
    ("justice", 2020): {},
    ("justice", 2022): {LICENCES: "110", PENALTIES: "3"},
    ("justice", 2023): {LICENCES: "118", PENALTIES: "4"},
    ("justice", 2024): {LICENCES: "1234", PENALTIES: "5", FEES: "12.50"},
    ("east", 2020): {},
    ("east", 2022): {FEES: "9.10"},
    ("east", 2023): {FEES: "9.3"},
    ("east", 2024): {FEES: "9.51", LICENCES: "8"},
    ("west", 2020): {},
    ("west", 2022): {FEES: "?"},
    ("west", 2023): {FEES: ""},
    ("west", 2024): {FEES: "", RECEIVED: "?"},
    ("south", 2022): {},
    ("south", 2023): {},
    ("north", 2023): {FEES: "95100"},
    ("north", 2024): {RECEIVED: "1", GRANTED: "1", PROCESSED: "1"},
    ("north", 2025): {},
    ("gone", 2020): {},
    ("gone", 2022): {},
}

# (unit, year): figures of the prose: claim, value, measure word, approximate, sentence.
CLAIMS: dict[tuple[str, int], list[tuple[str, str, str, bool, str]]] = {
    ("office", 2023): [("published_total", "180", "条", False, "全年主动公开信息180条。")],
    ("office", 2024): [
        ("published_total", "193", "条", False, "全年主动公开信息193条。"),
        ("info_fee_yuan", "400", "元", False, "实际收取信息处理费共计400元。"),
    ],
    ("east", 2023): [("published_website", "12", "条", False, "通过政府网站发布信息12条。")],
    ("east", 2024): [
        ("published_website", "15", "条", False, "通过政府网站发布信息15条，通过公众号发布信息45条。"),
        ("published_wechat", "45", "条", False, "通过政府网站发布信息15条，通过公众号发布信息45条。"),
        ("info_fee_yuan", "0", "元", False, "收取信息处理费0元。"),
    ],
    ("west", 2024): [
        ("published_website", "400", "条", True, "通过政府网站发布信息400余条。"),
        ("info_fee_yuan", "0", "元", False, "未收取信息处理费。"),
    ],
    ("justice", 2024): [
        ("published_website", "52", "条", False, "在政府网站发布52条。"),
        ("published_website", "38", "条", False, "政府网站全年更新38条。"),
    ],
}
# What was found: fingerprint, rule, severity, verdict, unit, year, where, found, expected, cells, passage, other passage.
RULES = [  # rule, title, formula, basis, severity, remedy, example
    ("P-01", "收支不平", "第一项加第二项等于第三项加第四项", "表三的印刷关系", "must_fix", "请核对各项件数。", "某乡相差 3。"),
    ("P-02", "文字与表不一致", "正文写的件数等于表三", "表三", "verify", "请核对正文和表格。", "某镇正文写 2 件，表内 1 件。"),
    ("P-03", "照抄上年", "文字不整段沿用上年", "条例第五十条", "notice", "请按本年情况改写。", "某局两年一字不差。"),
    ("T-32", "收费金额的单位可能是元", "行政事业性收费以万元为单位", "表二", "verify", "请核对收费票据。", "上一年填 9.51，本年填 95100。"),
]  # fmt: skip
NOTED = "共收到申请2件，均已办结。"
COPIED = "本单位高度重视政府信息公开工作，专题研究三次，全年没有发生泄密事件。"
FINDINGS: list[tuple[str, str, str, str, str, int, str, str, str, list[str], str, str]] = [
    ("f-office", "P-01", "must_fix", "broken", "office", 2024, "表三“总计”列", "7", "8", [RECEIVED, PROCESSED], "", ""),
    ("f-before", "P-01", "must_fix", "broken", "office", 2023, "表三“总计”列", "6", "5", [RECEIVED, PROCESSED], "", ""),
    ("f-justice", "P-01", "must_fix", "broken", "justice", 2024, "表三“自然人”列", "1", "0",
     ["requests/new_received/natural_person"], "", ""),
    ("f-north", "P-02", "verify", "broken", "north", 2024, "正文第三部分", "2 件", "1 件", [], NOTED, ""),
    ("f-west", "P-01", "verify", "doubtful", "west", 2024, "表三“总计”列", "待核", "0", [RECEIVED], "", ""),
    ("f-east", "P-03", "notice", "broken", "east", 2024, "正文第一部分", "与上年相同", "本年情况", [], COPIED, COPIED),
    ("f-fee", "T-32", "verify", "broken", "north", 2023, "表二“行政事业性收费”行", "填的是 95100", "单位是万元", [FEES], "", ""),
]  # fmt: skip
UNCLAIMED = ("raw/2024/年报终稿.txt", "", None)
REJECTED = ("raw/2024/通知.txt", "不是政府信息公开工作年度报告：没有找到三张表。请换成年报原文。")


def write(
    root: Path,
    *,
    build_id: str = "20250301-planted",
    is_sample: bool = True,
    reports: bool = True,
    changes: dict[tuple[str, int], dict[str, str]] | None = None,
) -> Path:
    """A county's folder with this warehouse in force; `reports=False` leaves one that holds only a waiting file."""
    folder = root / "warehouse"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{build_id}.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute((WAREHOUSE / "schema.sql").read_text(encoding="utf-8"))
        _registers(connection, build_id, is_sample)
        planted = {key: {**facts, **(changes or {}).get(key, {})} for key, facts in REPORTS.items()} if reports else {}
        _reports(connection, planted)
        if planted:
            _findings(connection, list(planted))
        add_measures(connection)
        create_marts(connection)
        fill_values(connection)
    pointer = folder / "current"
    fresh = folder / "current.new"
    fresh.write_text(path.name, encoding="utf-8")
    fresh.replace(pointer)
    return path


def add_townships(
    connection: duckdb.DuckDBPyConnection,
    year: int,
    values: list[int],
    *,
    of: int | None = None,
    measure: str = RECEIVED,
) -> None:
    """More units of 乡镇街道, of which only this measure in this year is known."""
    for number, value in enumerate(values):
        connection.execute(
            "INSERT INTO unit VALUES (?, ?, ?, ?, [], 'town', '镇', ?, NULL, NULL, NULL, TRUE)",
            [f"more-{number}", 50 + number, f"{50 + number}", f"云岭县新坪{number}镇人民政府", TOWNSHIPS],
        )
        connection.execute(
            "INSERT INTO measure_value (measure, unit_id, year, state, value, of_value, approximate)"
            " VALUES (?, ?, ?, ?, ?, ?, FALSE)",
            [measure, f"more-{number}", year, "reported" if value else "zero", value, of],
        )


def sha256_of(file_id: int) -> str:
    """The planted hash of the n-th report."""
    return f"{file_id:064}"


def _registers(connection: duckdb.DuckDBPyConnection, build_id: str, is_sample: bool) -> None:
    connection.execute(
        "INSERT INTO build VALUES (?, TIMESTAMP '2025-03-01 09:30:00', 'c', 'i', '云岭县', ?, 26, 26)",
        [build_id, is_sample],
    )
    for position, (unit_id, name, kind, label, group, first, last, due) in enumerate(UNITS, start=1):
        connection.execute(
            "INSERT INTO unit VALUES (?, ?, ?, ?, [], ?, ?, ?, ?, ?, NULL, ?)",
            [unit_id, position, f"{position:03}", name, kind, label, group, first, last, due],
        )
    for year, collected in YEARS:
        connection.execute("INSERT INTO collected_year VALUES (?, ?, '')", [year, collected])
    connection.execute("INSERT INTO event VALUES (DATE '2023-04-01', '', '旧坪乡并入北坪街道')")
    names = connection.sql("SELECT * FROM form_cell").columns
    connection.register("cells", pl.DataFrame(form_cells(), schema=names, orient="row", infer_schema_length=None))
    connection.execute("INSERT INTO form_cell SELECT * FROM cells")


def _reports(connection: duckdb.DuckDBPyConnection, planted: dict[tuple[str, int], dict[str, str]]) -> None:
    names = {unit[0]: unit[1] for unit in UNITS}
    cells, stated = form_cells(), []
    for file_id, ((unit, year), facts) in enumerate(planted.items(), start=1):
        form = "2019" if year < 2021 else "2021"
        status = "partial" if "?" in facts.values() else "complete"
        path = f"raw/{year}/{names[unit]}{year}年政府信息公开工作年度报告.txt"
        scope = "area_aggregate" if unit == "area" else "single_organ"
        connection.execute(
            "INSERT INTO source_file VALUES (?, ?, ?, 9000, 'text', ?, '', NULL, NULL, 'k')",
            [file_id, path, sha256_of(file_id), status],
        )
        connection.execute(
            "INSERT INTO report VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, TRUE, '', '', NULL, NULL)",
            [file_id, unit, names[unit], year, form, scope, f"{year}-01-01", f"{year}-12-31", f"{year + 1}-01-16",
             f"{names[unit]}{year}年政府信息公开工作年度报告", status],
        )  # fmt: skip
        stated += [
            (file_id, cell[1], *_stated(facts.get(cell[1], "0")), 30 + cell[2])
            for cell in cells
            if cell[0] == form and not cell[-2]
        ]
        for claim, value, counter, approximate, sentence in CLAIMS.get((unit, year), []):
            connection.execute(
                "INSERT INTO claim VALUES (?, ?, ?, ?, ?, ?, {'part': NULL, 'page': NULL, 'table': NULL, 'row': NULL,"
                " 'column': NULL, 'line': 4, 'paragraph': NULL})",
                [file_id, claim, value, counter, approximate, sentence],
            )
    columns = ("file_id", "cell", "state", "value", "raw", "line")
    facts_read = pl.DataFrame(stated, schema=columns, orient="row", infer_schema_length=None)
    connection.register("facts_read", facts_read)
    connection.execute(
        "INSERT INTO fact SELECT file_id, cell, state, value, raw, NULL, {'part': NULL, 'page': NULL, 'table': NULL,"
        " 'row': NULL, 'column': 4, 'line': line, 'paragraph': NULL} FROM facts_read"
    )
    last = len(planted)
    connection.execute(
        "INSERT INTO source_file VALUES (?, ?, 'u', 10, 'text', 'complete', '', NULL, NULL, 'k')",
        [last + 1, UNCLAIMED[0]],
    )
    connection.execute(
        "INSERT INTO report VALUES (?, NULL, NULL, NULL, '2021', NULL, NULL, NULL, NULL, NULL, NULL, 'complete', FALSE, '', '', NULL, NULL)",
        [last + 1],
    )
    connection.execute(
        "INSERT INTO source_file VALUES (?, ?, 'r', 10, 'text', 'rejected', ?, NULL, NULL, 'k')", [last + 2, *REJECTED]
    )


def _findings(connection: duckdb.DuckDBPyConnection, reports: list[tuple[str, int]]) -> None:
    for position, (rule, title, formula, basis, severity, remedy, example) in enumerate(RULES, start=1):
        connection.execute(
            "INSERT INTO rule VALUES (?, ?, ?, ?, ?, ?, [25], ['2021', '2019'], ?, ?)",
            [rule, position, title, formula, basis, severity, remedy, example],
        )
    names = {unit[0]: unit[1] for unit in UNITS}
    remedies = {rule[0]: rule[5] for rule in RULES}
    place = "{'part': NULL, 'page': NULL, 'table': NULL, 'row': NULL, 'column': 4, 'line': 45, 'paragraph': NULL}"
    for position, (name, rule, severity, verdict, unit, year, where, found, expected, cells, text, other) in enumerate(
        FINDINGS, start=1
    ):
        file_id = reports.index((unit, year)) + 1
        last = reports.index((unit, year - 1)) + 1 if other else None
        message = f"{names[unit]}{year}年报 {where}：实为 {found}，应为 {expected}。{remedies[rule]}"
        connection.execute(
            f"INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, {place}, ?, ?)",
            [name, f"s-{name}", position, rule, severity, verdict, unit, year, file_id, where, found, expected, message,
             remedies[rule], cells, text, last, other],
        )  # fmt: skip
        for order, cell in enumerate(cells, start=1):
            connection.execute(
                "INSERT INTO finding_operand SELECT ?, ?, ?, file_id, cell, 1, state, value, raw, locator FROM fact"
                " WHERE file_id = ? AND cell = ?",
                [name, order, "found" if order == 1 else "expected", file_id, cell],
            )
        if text:
            connection.execute(
                f"INSERT INTO section VALUES (?, '一', '总体情况', [], ?, {place})",
                [file_id, f"前一段。\n{text}\n后一段。"],
            )


def _stated(text: str) -> tuple[str, str | None, str]:
    if text == "":
        return "blank", None, ""
    if text == "/":
        return "slash", None, "/"
    if text == "?":
        return "unreadable", None, "若干"
    return "reported", text, text


if __name__ == "__main__":
    import sys

    print(write(Path(sys.argv[1])))
