"""One report in many layouts, from the test's own copy of the form's labels (it imports nothing of etl).

`values` maps table/row/column to the text to print; a cell that is not in it prints as 0. `drop` names rows to leave out.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

PROACTIVE = (
    ("第二十条第（一）项", ("本年制发件数", "本年废止件数", "现行有效件数"), ("issued", "repealed", "in_force"),
     (("rules", "规章"), ("normative_documents", "行政规范性文件"))),
    ("第二十条第（五）项", ("本年处理决定数量",), ("decisions",), (("licensing", "行政许可"),)),
    ("第二十条第（六）项", ("本年处理决定数量",), ("decisions",), (("penalty", "行政处罚"), ("coercion", "行政强制"))),
    ("第二十条第（八）项", ("本年收费金额（单位：万元）",), ("amount_wan",), (("admin_fees", "行政事业性收费"),)),
)  # fmt: skip
APPLICANTS = (
    ("natural_person", "自然人"), ("org_business", "商业企业"), ("org_research", "科研机构"),
    ("org_public_interest", "社会公益组织"), ("org_legal_service", "法律服务机构"), ("org_other", "其他"), ("total", "总计"),
)  # fmt: skip
DONE = "三、本年度办理结果"
REQUESTS = (
    ("new_received", (), "一、本年新收政府信息公开申请数量"),
    ("carried_in", (), "二、上年结转政府信息公开申请数量"),
    ("granted", (DONE,), "（一）予以公开"),
    ("partially_granted", (DONE,), "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"),
    ("denied_state_secret", (DONE, "（三）不予公开"), "1.属于国家秘密"),
    ("denied_prohibited_by_law", (DONE, "（三）不予公开"), "2.其他法律行政法规禁止公开"),
    ("denied_safety_stability", (DONE, "（三）不予公开"), "3.危及“三安全一稳定”"),
    ("denied_third_party", (DONE, "（三）不予公开"), "4.保护第三方合法权益"),
    ("denied_internal_affairs", (DONE, "（三）不予公开"), "5.属于三类内部事务信息"),
    ("denied_deliberative", (DONE, "（三）不予公开"), "6.属于四类过程性信息"),
    ("denied_enforcement_file", (DONE, "（三）不予公开"), "7.属于行政执法案卷"),
    ("denied_inquiry_matter", (DONE, "（三）不予公开"), "8.属于行政查询事项"),
    ("unable_not_held", (DONE, "（四）无法提供"), "1.本机关不掌握相关政府信息"),
    ("unable_needs_creation", (DONE, "（四）无法提供"), "2.没有现成信息需要另行制作"),
    ("unable_still_unclear", (DONE, "（四）无法提供"), "3.补正后申请内容仍不明确"),
    ("notproc_petition_complaint", (DONE, "（五）不予处理"), "1.信访举报投诉类申请"),
    ("notproc_repeat", (DONE, "（五）不予处理"), "2.重复申请"),
    ("notproc_publication", (DONE, "（五）不予处理"), "3.要求提供公开出版物"),
    ("notproc_excessive", (DONE, "（五）不予处理"), "4.无正当理由大量反复申请"),
    ("notproc_confirm_reissue", (DONE, "（五）不予处理"), "5.要求行政机关确认或重新出具已获取信息"),
    ("other_no_correction", (DONE, "（六）其他处理"), "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    ("other_fee_unpaid", (DONE, "（六）其他处理"), "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
    ("other_misc", (DONE, "（六）其他处理"), "3.其他"),
    ("total_processed", (DONE,), "（七）总计"),
    ("carried_out", (), "四、结转下年度继续办理"),
)  # fmt: skip
SINGLE_ROW = ("other_single_row", (DONE,), "（六）其他处理")
OUTCOMES = (
    ("upheld", "结果维持"), ("overturned", "结果纠正"), ("other_outcome", "其他结果"), ("pending", "尚未审结"), ("total", "总计"),
)  # fmt: skip
DISPUTES = (
    ("reconsideration", "行政复议"), ("litigation_direct", "未经复议直接起诉"), ("litigation_after_reconsideration", "复议后起诉"),
)  # fmt: skip
CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
HEADINGS = {
    "一": "一、总体情况", "二": "二、主动公开政府信息情况", "三": "三、收到和处理政府信息公开申请情况",
    "四": "四、政府信息公开行政复议、行政诉讼情况", "五": "五、存在的主要问题及改进情况", "六": "六、其他需要报告的事项",
}  # fmt: skip
PREAMBLE = (
    "青禾县柳堡镇人民政府2024年政府信息公开工作年度报告",
    "本报告依照《中华人民共和国政府信息公开条例》编制，由青禾县柳堡镇人民政府发布，所列数据的统计期限自2024年1月1日起至2024年12月31日止。",
)
OVERVIEW = ("（一）主动公开。全年在政府网站发布信息12条。", "（二）依申请公开。按规定登记和答复。", "（三）政府信息管理。",
            "（四）平台建设。", "（五）监督保障。")  # fmt: skip
CLOSING = ("仍有不足，将继续改进。",)
OTHER = ("本年度未收取信息处理费。", "青禾县柳堡镇人民政府", "2025年1月16日")

CELLS = (
    *(f"proactive/{row}/{column}" for _, _, columns, rows in PROACTIVE for row, _ in rows for column in columns),
    *(f"requests/{row}/{column}" for row, _, _ in REQUESTS for column, _ in APPLICANTS),
    *(f"disputes/{row}/{column}" for row, _ in DISPUTES for column, _ in OUTCOMES),
)

Values = Mapping[str, str]


def requests_rows(single_row: bool) -> tuple[tuple[str, tuple[str, ...], str], ...]:
    if not single_row:
        return REQUESTS
    rows = [row for row in REQUESTS if not row[0].startswith("other_")]
    return (*rows[:-2], SINGLE_ROW, *rows[-2:])


def _wrap(two: str, three: str, four: str) -> str:
    parts = [*PREAMBLE, HEADINGS["一"], *OVERVIEW, HEADINGS["二"], two, HEADINGS["三"], three, HEADINGS["四"], four,
             HEADINGS["五"], *CLOSING, HEADINGS["六"], *OTHER]  # fmt: skip
    return "\n".join(parts)


def pipe_text(values: Values, drop: Set[str] = frozenset(), single_row: bool = False) -> str:
    """Bars between cells, spans lost: continuation rows lack the group label, blanks pad the end."""
    two = []
    for label, headers, columns, rows in PROACTIVE:
        two.append(_padded([label], 4))
        two.append(_padded(["信息内容", *headers], 4))
        two += [
            _padded([text, *(values.get(f"proactive/{row}/{column}", "0") for column in columns)], 4)
            for row, text in rows
            if f"proactive/{row}" not in drop
        ]
    three = [_padded([CORNER, "申请人情况"], 10), _padded(["自然人", "法人或其他组织", "总计"], 10),
             _padded([label for _, label in APPLICANTS[1:6]], 10)]  # fmt: skip
    shown: set[str] = set()
    for row, groups, label in requests_rows(single_row):
        if f"requests/{row}" in drop:
            continue
        new = [group for group in groups if group not in shown]
        shown.update(new)
        figures = [values.get(f"requests/{row}/{column}", "0") for column, _ in APPLICANTS]
        three.append(_padded([*new, label, *figures], 10))
    four = [_padded(["行政复议", "行政诉讼"], 15),
            _padded([*(label for _, label in OUTCOMES), "未经复议直接起诉", "复议后起诉"], 15),
            _padded([label for _, label in (*OUTCOMES, *OUTCOMES)], 15)]  # fmt: skip
    if "disputes" not in drop:
        four.append(_padded(_disputes(values), 15))
    return _wrap("\n".join(two), "\n".join(three), "\n".join(four))


def aligned_text(values: Values, drop: Set[str] = frozenset(), single_row: bool = False) -> str:
    """Markdown: bars at both edges, a rule under the header, the figures always in the last columns."""

    def line(cells: list[str]) -> str:
        return "| " + " | ".join(cells) + " |"

    two = []
    for label, headers, columns, rows in PROACTIVE:
        two.append(line([label, *[""] * len(columns)]))
        two.append(line(["信息内容", *headers]))
        two += [
            line([text, *(values.get(f"proactive/{row}/{column}", "0") for column in columns)])
            for row, text in rows
            if f"proactive/{row}" not in drop
        ]
        two.append("")
    three = [line([CORNER, "", "", *(label for _, label in APPLICANTS)]), "|---" * 10 + "|"]
    shown: set[str] = set()
    for row, groups, label in requests_rows(single_row):
        if f"requests/{row}" in drop:
            continue
        names = [group if group not in shown else "" for group in groups]
        shown.update(groups)
        names = [*names, label]
        names += [""] * (3 - len(names))
        three.append(line([*names, *(values.get(f"requests/{row}/{column}", "0") for column, _ in APPLICANTS)]))
    four = [line(["行政复议", *[""] * 4, "行政诉讼", *[""] * 9]),
            line([*(label for _, label in OUTCOMES), "未经复议直接起诉", *[""] * 4, "复议后起诉", *[""] * 4]),
            line([*[""] * 5, *(label for _, label in (*OUTCOMES, *OUTCOMES))])]  # fmt: skip
    if "disputes" not in drop:
        four.append(line(_disputes(values)))
    return _wrap("\n".join(two), "\n".join(three), "\n".join(four))


def line_text(values: Values, drop: Set[str] = frozenset(), single_row: bool = False, spaced: bool = False) -> str:
    """One cell a line; spaced puts a blank line after every cell, so that an empty cell is one blank line more."""
    two: list[str] = []
    for label, headers, columns, rows in PROACTIVE:
        two += [label, "信息内容", *headers]
        for row, text in rows:
            if f"proactive/{row}" not in drop:
                two += [text, *(values.get(f"proactive/{row}/{column}", "0") for column in columns)]
    three = [CORNER, "申请人情况", "自然人", "法人或其他组织", "总计", *(label for _, label in APPLICANTS[1:6])]
    shown: set[str] = set()
    for row, groups, label in requests_rows(single_row):
        if f"requests/{row}" in drop:
            continue
        three += [group for group in groups if group not in shown]
        shown.update(groups)
        three += [label, *(values.get(f"requests/{row}/{column}", "0") for column, _ in APPLICANTS)]
    four = ["行政复议", "行政诉讼", *(label for _, label in OUTCOMES), "未经复议直接起诉", "复议后起诉",
            *(label for _, label in (*OUTCOMES, *OUTCOMES))]  # fmt: skip
    if "disputes" not in drop:
        four += _disputes(values)
    between = "\n\n" if spaced else "\n"
    return _wrap(between.join(two), between.join(three), between.join(four))


def html(values: Values, drop: Set[str] = frozenset(), single_row: bool = False) -> str:
    """A saved page: true rowspan and colspan, menus around the article, the site standard's meta entries."""
    two = ["<table>"]
    for label, headers, columns, rows in PROACTIVE:
        wide = "" if len(columns) == 3 else " colspan=3"
        two.append(f"<tr><td colspan=4>{label}</td></tr><tr><td>信息内容</td>")
        two += [f"<td{wide}>{header}</td>" for header in headers]
        two.append("</tr>")
        for row, text in rows:
            if f"proactive/{row}" in drop:
                continue
            cells = "".join(f"<td{wide}>{values.get(f'proactive/{row}/{column}', '0')}</td>" for column in columns)
            two.append(f"<tr><td>{text}</td>{cells}</tr>")
    two.append("</table>")
    rows_shown = [row for row in requests_rows(single_row) if f"requests/{row[0]}" not in drop]
    three = [f"<table><tr><td colspan=3 rowspan=3>{CORNER}</td><td colspan=7>申请人情况</td></tr>"
             "<tr><td rowspan=2>自然人</td><td colspan=5>法人或其他组织</td><td rowspan=2>总计</td></tr><tr>"]  # fmt: skip
    three += [f"<td>{label}</td>" for _, label in APPLICANTS[1:6]]
    three.append("</tr>")
    shown: set[str] = set()
    for row, groups, label in rows_shown:
        cells = ""
        for group in groups:
            if group not in shown:
                span = sum(1 for other in rows_shown if group in other[1])
                cells += f"<td rowspan={span}>{group}</td>"
                shown.add(group)
        cells += f"<td colspan={3 - len(groups)}>{label}</td>"
        cells += "".join(f"<td>{values.get(f'requests/{row}/{column}', '0')}</td>" for column, _ in APPLICANTS)
        three.append(f"<tr>{cells}</tr>")
    three.append("</table>")
    leaves = "".join(f"<td>{label}</td>" for _, label in OUTCOMES)
    tall = "".join(f"<td rowspan=2>{label}</td>" for _, label in OUTCOMES)
    four = ["<table><tr><td colspan=5>行政复议</td><td colspan=10>行政诉讼</td></tr>"
            f"<tr>{tall}<td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td></tr><tr>{leaves}{leaves}</tr>"]  # fmt: skip
    if "disputes" not in drop:
        four.append("<tr>" + "".join(f"<td>{value}</td>" for value in _disputes(values)) + "</tr>")
    four.append("</table>")
    article = [f"<h1>{PREAMBLE[0]}</h1>", *(f"<p>{line}</p>" for line in (PREAMBLE[1], HEADINGS["一"], *OVERVIEW))]
    for number, table in (("二", two), ("三", three), ("四", four)):
        article += [f"<p>{HEADINGS[number]}</p>", *table]
    article += [f"<p>{line}</p>" for line in (HEADINGS["五"], *CLOSING, HEADINGS["六"], *OTHER)]
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>青禾县人民政府门户网站</title>'
        f'<meta name="ArticleTitle" content="{PREAMBLE[0]}"><meta name="PubDate" content="2025-01-20 09:30">'
        "</head><body><ul><li>首页</li><li>政府信息公开</li><li>年度报告</li></ul>"
        f"<div>字号：大 中 小</div><div>{''.join(article)}</div><footer>版权所有 备案号</footer></body></html>"
    )


def _disputes(values: Values) -> list[str]:
    return [values.get(f"disputes/{row}/{column}", "0") for row, _ in DISPUTES for column, _ in OUTCOMES]


def _padded(cells: list[str], width: int) -> str:
    return " | ".join(cells) + " " + "|" * (width - len(cells) + 1)


LAYOUTS = {
    "pipe": pipe_text,
    "aligned": aligned_text,
    "lines": line_text,
    "spaced lines": lambda *a, **k: line_text(*a, **k, spaced=True),
    "html": html,
}
