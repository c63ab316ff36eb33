"""A small warehouse written by hand, in which every value state is planted a known number of times.

It follows schema.sql and the marts and nothing else: no reader, no recogniser stands between what is planted here
and what a page must show.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

WAREHOUSE = Path(__file__).resolve().parents[1] / "etl" / "warehouse"
GROUP_SEPARATOR = " / "

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

COLUMNS = [
    ("natural_person", "自然人"), ("org_business", "商业企业"), ("org_research", "科研机构"),
    ("org_public_interest", "社会公益组织"), ("org_legal_service", "法律服务机构"), ("org_other", "其他"), ("total", "总计"),
]  # fmt: skip
RESULTS = "三、本年度办理结果"
ROWS = [
    ("new_received", "", "一、本年新收政府信息公开申请数量"), ("carried_in", "", "二、上年结转政府信息公开申请数量"),
    ("granted", RESULTS, "（一）予以公开"), ("partially_granted", RESULTS, "（二）部分公开"),
    ("denied_state_secret", "（三）不予公开", "1.属于国家秘密"),
    ("denied_prohibited_by_law", "（三）不予公开", "2.其他法律行政法规禁止公开"),
    ("denied_safety_stability", "（三）不予公开", "3.危及“三安全一稳定”"),
    ("denied_third_party", "（三）不予公开", "4.保护第三方合法权益"),
    ("denied_internal_affairs", "（三）不予公开", "5.属于三类内部事务信息"),
    ("denied_deliberative", "（三）不予公开", "6.属于四类过程性信息"),
    ("denied_enforcement_file", "（三）不予公开", "7.属于行政执法案卷"),
    ("denied_inquiry_matter", "（三）不予公开", "8.属于行政查询事项"),
    ("unable_not_held", "（四）无法提供", "1.本机关不掌握相关政府信息"),
    ("unable_needs_creation", "（四）无法提供", "2.没有现成信息需要另行制作"),
    ("unable_still_unclear", "（四）无法提供", "3.补正后申请内容仍不明确"),
    ("notproc_petition_complaint", "（五）不予处理", "1.信访举报投诉类申请"),
    ("notproc_repeat", "（五）不予处理", "2.重复申请"), ("notproc_publication", "（五）不予处理", "3.要求提供公开出版物"),
    ("notproc_excessive", "（五）不予处理", "4.无正当理由大量反复申请"),
    ("notproc_confirm_reissue", "（五）不予处理", "5.要求行政机关确认或重新出具已获取信息"),
    ("other_no_correction", "（六）其他处理", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    ("other_fee_unpaid", "（六）其他处理", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
    ("other_misc", "（六）其他处理", "3.其他"), ("total_processed", RESULTS, "（七）总计"),
    ("carried_out", "", "四、结转下年度继续办理"),
]  # fmt: skip
PROACTIVE = [
    ("rules", "issued", "规章", "本年制发件数"), ("rules", "repealed", "规章", "本年废止件数"),
    ("rules", "in_force", "规章", "现行有效件数"), ("normative_documents", "issued", "行政规范性文件", "本年制发件数"),
    ("normative_documents", "repealed", "行政规范性文件", "本年废止件数"),
    ("normative_documents", "in_force", "行政规范性文件", "现行有效件数"),
    ("licensing", "decisions", "行政许可", "本年处理决定数量"), ("penalty", "decisions", "行政处罚", "本年处理决定数量"),
    ("coercion", "decisions", "行政强制", "本年处理决定数量"), ("admin_fees", "amount_wan", "行政事业性收费", "本年收费金额"),
]  # fmt: skip
BLOCKS = [
    ("reconsideration", "行政复议"), ("litigation_direct", "未经复议直接起诉"),
    ("litigation_after_reconsideration", "复议后起诉"),
]  # fmt: skip
OUTCOMES = [
    ("upheld", "结果维持"), ("overturned", "结果纠正"), ("other_outcome", "其他结果"), ("pending", "尚未审结"), ("total", "总计"),
]  # fmt: skip
NOT_IN_2019 = {"rules", "normative_documents", "admin_fees"}


def form_cells() -> Iterable[tuple[Any, ...]]:
    """Rows of form_cell: the 200 cells of 2021, and of 2019 those that kept their meaning."""
    for form in ("2019", "2021"):
        position = 0
        for row, column, row_label, column_label in PROACTIVE:
            position += 1
            if form == "2019" and row in NOT_IN_2019:
                continue
            counter = "万元" if row == "admin_fees" else "件"
            yield (form, f"proactive/{row}/{column}", position, "proactive", row, column, "表二 主动公开政府信息情况", "",
                   row_label, column_label, counter, "条例第二十条", False, False)  # fmt: skip
        for row, group, row_label in ROWS:
            path = RESULTS + GROUP_SEPARATOR + group if group not in ("", RESULTS) else group
            for column, column_label in COLUMNS:
                position += 1
                yield (form, f"requests/{row}/{column}", position, "requests", row, column,
                       "表三 收到和处理政府信息公开申请情况", path, row_label, column_label, "件", "", column == "total", False)  # fmt: skip
        for row, row_label in BLOCKS:
            for column, column_label in OUTCOMES:
                position += 1
                yield (form, f"disputes/{row}/{column}", position, "disputes", row, column,
                       "表四 政府信息公开行政复议、行政诉讼情况", "", row_label, column_label, "件", "", column == "total", False)  # fmt: skip


# (unit, year): what differs from a report in which every cell says 0. A number is printed as it stands; "" is a
# blank cell, "/" a slash, "?" a cell that could not be read. Units and years that are not named filed nothing.
REPORTS: dict[tuple[str, int], dict[str, str]] = {
    ("area", 2024): {"requests/new_received/total": "7", "requests/new_received/natural_person": "7"},
    ("office", 2020): {"requests/new_received/total": "3", "requests/total_processed/total": "3", "requests/granted/total": "3"},
    ("office", 2022): {"requests/new_received/total": "4", "requests/total_processed/total": "4", "requests/granted/total": "4"},
    ("office", 2023): {
        "requests/new_received/total": "6", "requests/total_processed/total": "4", "requests/granted/total": "4",
        "requests/carried_out/total": "2",
    },
    ("office", 2024): {
        "requests/carried_in/total": "2", "requests/new_received/total": "5", "requests/new_received/natural_person": "4",
        "requests/new_received/org_business": "1", "requests/granted/total": "3", "requests/partially_granted/total": "1",
        "requests/unable_not_held/total": "2", "requests/total_processed/total": "6", "requests/carried_out/total": "1",
        "disputes/reconsideration/upheld": "1", "disputes/reconsideration/total": "1",
        "proactive/normative_documents/issued": "2", "proactive/normative_documents/in_force": "25",
        "proactive/admin_fees/amount_wan": "/",
    },
    ("justice", 2020): {},
    ("justice", 2022): {"proactive/licensing/decisions": "110", "proactive/penalty/decisions": "3"},
    ("justice", 2023): {"proactive/licensing/decisions": "118", "proactive/penalty/decisions": "4"},
    ("justice", 2024): {
        "proactive/licensing/decisions": "1234", "proactive/penalty/decisions": "5", "proactive/admin_fees/amount_wan": "12.50",
    },
    ("east", 2020): {},
    ("east", 2022): {"proactive/admin_fees/amount_wan": "9.10"},
    ("east", 2023): {"proactive/admin_fees/amount_wan": "9.3"},
    ("east", 2024): {"proactive/admin_fees/amount_wan": "9.51", "proactive/licensing/decisions": "8"},
    ("west", 2020): {},
    ("west", 2022): {"proactive/admin_fees/amount_wan": "?"},
    ("west", 2023): {"proactive/admin_fees/amount_wan": ""},
    ("west", 2024): {"proactive/admin_fees/amount_wan": "", "requests/new_received/total": "?"},
    ("south", 2022): {},
    ("south", 2023): {},
    ("north", 2023): {"proactive/admin_fees/amount_wan": "95100"},
    ("north", 2024): {"requests/new_received/total": "1", "requests/granted/total": "1", "requests/total_processed/total": "1"},
    ("north", 2025): {},
    ("gone", 2020): {},
    ("gone", 2022): {},
}  # fmt: skip

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
UNCLAIMED = ("raw/2024/年报终稿.txt", "", None)
REJECTED = ("raw/2024/通知.txt", "不是政府信息公开工作年度报告：没有找到三张表。请换成年报原文。")


def write(root: Path, *, build_id: str = "20250301-planted", is_sample: bool = True, reports: bool = True,
          changes: dict[tuple[str, int], dict[str, str]] | None = None) -> Path:  # fmt: skip
    """A county's folder with this warehouse in force; `reports=False` leaves one that holds only a waiting file."""
    folder = root / "warehouse"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{build_id}.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute((WAREHOUSE / "schema.sql").read_text(encoding="utf-8"))
        _registers(connection, build_id, is_sample)
        planted = {key: {**facts, **(changes or {}).get(key, {})} for key, facts in REPORTS.items()} if reports else {}
        _reports(connection, planted)
        create_marts(connection)
    pointer = folder / "current"
    fresh = folder / "current.new"
    fresh.write_text(path.name, encoding="utf-8")
    fresh.replace(pointer)
    return path


def create_marts(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every view; one that needs another waits for it."""
    waiting = sorted((WAREHOUSE / "marts").glob("*.sql"))
    while waiting:
        left = []
        for path in waiting:
            try:
                connection.execute(path.read_text(encoding="utf-8"))
            except duckdb.CatalogException:
                left.append(path)
        assert len(left) < len(waiting), f"these views need something that no other makes: {left}"
        waiting = left


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
    connection.executemany(
        "INSERT INTO form_cell VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", list(form_cells())
    )


def _reports(connection: duckdb.DuckDBPyConnection, planted: dict[tuple[str, int], dict[str, str]]) -> None:
    names = {unit[0]: unit[1] for unit in UNITS}
    cells = list(form_cells())
    for file_id, ((unit, year), facts) in enumerate(planted.items(), start=1):
        form = "2019" if year < 2021 else "2021"
        status = "partial" if "?" in facts.values() else "complete"
        path = f"raw/{year}/{names[unit]}{year}年政府信息公开工作年度报告.txt"
        scope = "area_aggregate" if unit == "area" else "single_organ"
        connection.execute(
            "INSERT INTO source_file VALUES (?, ?, ?, 9000, 'text', ?, '', 'k')",
            [file_id, path, f"{file_id:064}", status],
        )
        connection.execute(
            "INSERT INTO report VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, TRUE, '')",
            [file_id, unit, names[unit], year, form, scope, f"{year}-01-01", f"{year}-12-31", f"{year + 1}-01-16",
             f"{names[unit]}{year}年政府信息公开工作年度报告", status],
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO fact VALUES (?, ?, ?, ?, ?, {'part': NULL, 'page': NULL, 'table': NULL, 'row': NULL,"
            " 'column': ?, 'line': ?, 'paragraph': NULL})",
            [
                (file_id, cell[1], *_stated(facts.get(cell[1], "0")), 4, 30 + cell[2])
                for cell in cells
                if cell[0] == form
            ],
        )
        for claim, value, counter, approximate, sentence in CLAIMS.get((unit, year), []):
            connection.execute(
                "INSERT INTO claim VALUES (?, ?, ?, ?, ?, ?, {'part': NULL, 'page': NULL, 'table': NULL, 'row': NULL,"
                " 'column': NULL, 'line': 4, 'paragraph': NULL})",
                [file_id, claim, value, counter, approximate, sentence],
            )
    last = len(planted)
    connection.execute(
        "INSERT INTO source_file VALUES (?, ?, 'u', 10, 'text', 'complete', '', 'k')", [last + 1, UNCLAIMED[0]]
    )
    connection.execute(
        "INSERT INTO report VALUES (?, NULL, NULL, NULL, '2021', NULL, NULL, NULL, NULL, NULL, NULL, 'complete', FALSE, '')",
        [last + 1],
    )
    connection.execute(
        "INSERT INTO source_file VALUES (?, ?, 'r', 10, 'text', 'rejected', ?, 'k')", [last + 2, *REJECTED]
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
