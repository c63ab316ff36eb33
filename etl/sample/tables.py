"""The three tables as printed: rows, columns, labels and merged cells, copied by hand from the official forms.

This is a second witness beside `etl/form`: nothing here may be generated from it. Labels stand in full-width
punctuation; a layout may print them otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

APPLICANTS = (
    ("natural_person", "自然人"),
    ("org_business", "商业企业"),
    ("org_research", "科研机构"),
    ("org_public_interest", "社会公益组织"),
    ("org_legal_service", "法律服务机构"),
    ("org_other", "其他"),
    ("total", "总计"),
)
COLUMNS = tuple(column for column, _ in APPLICANTS)
DENIED = (
    ("denied_state_secret", "1.属于国家秘密"),
    ("denied_prohibited_by_law", "2.其他法律行政法规禁止公开"),
    ("denied_safety_stability", "3.危及“三安全一稳定”"),
    ("denied_third_party", "4.保护第三方合法权益"),
    ("denied_internal_affairs", "5.属于三类内部事务信息"),
    ("denied_deliberative", "6.属于四类过程性信息"),
    ("denied_enforcement_file", "7.属于行政执法案卷"),
    ("denied_inquiry_matter", "8.属于行政查询事项"),
)
UNABLE = (
    ("unable_not_held", "1.本机关不掌握相关政府信息"),
    ("unable_needs_creation", "2.没有现成信息需要另行制作"),
    ("unable_still_unclear", "3.补正后申请内容仍不明确"),
)
NOT_PROCESSED = (
    ("notproc_petition_complaint", "1.信访举报投诉类申请"),
    ("notproc_repeat", "2.重复申请"),
    ("notproc_publication", "3.要求提供公开出版物"),
    ("notproc_excessive", "4.无正当理由大量反复申请"),
    ("notproc_confirm_reissue", "5.要求行政机关确认或重新出具已获取信息"),
)
OTHER = (
    ("other_no_correction", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    ("other_fee_unpaid", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
    ("other_misc", "3.其他"),
)
RESULT_GROUPS = (
    ("（三）不予公开", DENIED),
    ("（四）无法提供", UNABLE),
    ("（五）不予处理", NOT_PROCESSED),
    ("（六）其他处理", OTHER),
)
SINGLE_OTHER = ("other_single_row", "（六）其他处理")
RESULTS = ("granted", "partially_granted", *(row for _, rows in RESULT_GROUPS for row, _ in rows))
REQUEST_ROWS = ("new_received", "carried_in", *RESULTS, "total_processed", "carried_out")
BLOCKS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
OUTCOMES = (
    ("upheld", "结果维持"), ("overturned", "结果纠正"), ("other_outcome", "其他结果"), ("pending", "尚未审结"), ("total", "总计"),
)  # fmt: skip
PROACTIVE_2021 = (
    "rules/issued", "rules/repealed", "rules/in_force", "normative_documents/issued", "normative_documents/repealed",
    "normative_documents/in_force", "licensing/decisions", "penalty/decisions", "coercion/decisions",
    "admin_fees/amount_wan",
)  # fmt: skip
PROACTIVE_2019 = (
    "rules/made", "rules/newly_disclosed", "rules/disclosed_total",
    "normative_documents/made", "normative_documents/newly_disclosed", "normative_documents/disclosed_total",
    "licensing/items_previous", "licensing/items_change", "licensing/decisions",
    "other_services/items_previous", "other_services/items_change", "other_services/decisions",
    "penalty/items_previous", "penalty/items_change", "penalty/decisions",
    "coercion/items_previous", "coercion/items_change", "coercion/decisions",
    "admin_fees/items_previous", "admin_fees/items_change", "procurement/projects", "procurement/amount_wan",
)  # fmt: skip


class Cell(NamedTuple):
    """A cell as printed, at its upper left corner; `name` is set on a cell that holds a figure."""

    text: str
    columns: int = 1
    rows: int = 1
    name: str | None = None
    picture: bool = False


Row = tuple[Cell, ...]


class Grid(NamedTuple):
    """A table: `width` columns, its rows, and how many of them are heading."""

    table: str
    width: int
    rows: tuple[Row, ...]
    heading_rows: int


def cells_of(form: str) -> tuple[str, ...]:
    """The names of all figures of an edition, in order of printing."""
    proactive = PROACTIVE_2021 if form == "2021" else PROACTIVE_2019
    return (
        *(f"proactive/{name}" for name in proactive),
        *(f"requests/{row}/{column}" for row in request_rows(form) for column in COLUMNS),
        *(f"disputes/{block}/{outcome}" for block in BLOCKS for outcome, _ in OUTCOMES),
    )


def request_rows(form: str) -> tuple[str, ...]:
    if form == "2021":
        return REQUEST_ROWS
    split = {row for row, _ in OTHER}
    rows = [row for row in REQUEST_ROWS if row not in split]
    rows.insert(rows.index("total_processed"), SINGLE_OTHER[0])
    return tuple(rows)


def proactive_2021(raw: Mapping[str, str]) -> Grid:
    documents = Cell("信息内容"), Cell("本年制发件数"), Cell("本年废止件数"), Cell("现行有效件数")
    decisions = Cell("信息内容"), Cell("本年处理决定数量", 3)
    fees = Cell("信息内容"), Cell("本年收费金额（单位：万元）", 3)

    def row(label: str, *names: str, span: int = 1) -> Row:
        return Cell(label), *(_figure(raw, f"proactive/{name}", span) for name in names)

    return Grid(
        "proactive",
        4,
        (
            (Cell("第二十条第（一）项", 4),),
            documents,
            row("规章", "rules/issued", "rules/repealed", "rules/in_force"),
            row("行政规范性文件", *(f"normative_documents/{c}" for c in ("issued", "repealed", "in_force"))),
            (Cell("第二十条第（五）项", 4),),
            decisions,
            row("行政许可", "licensing/decisions", span=3),
            (Cell("第二十条第（六）项", 4),),
            decisions,
            row("行政处罚", "penalty/decisions", span=3),
            row("行政强制", "coercion/decisions", span=3),
            (Cell("第二十条第（八）项", 4),),
            fees,
            row("行政事业性收费", "admin_fees/amount_wan", span=3),
        ),
        0,
    )


def proactive_2019(raw: Mapping[str, str]) -> Grid:
    documents = Cell("信息内容"), Cell("本年新制作数量"), Cell("本年新公开数量"), Cell("对外公开总数量")
    items = Cell("信息内容"), Cell("上一年项目数量"), Cell("本年增/减"), Cell("处理决定数量")
    fees = Cell("信息内容"), Cell("上一年项目数量"), Cell("本年增/减", 2)
    purchases = Cell("信息内容"), Cell("采购项目数量"), Cell("采购总金额", 2)

    def row(label: str, kind: str, *columns: str, last: int = 1) -> Row:
        spans = [1] * (len(columns) - 1) + [last]
        cells = zip(columns, spans, strict=True)
        return Cell(label), *(_figure(raw, f"proactive/{kind}/{column}", span) for column, span in cells)

    made = ("made", "newly_disclosed", "disclosed_total")
    decided = ("items_previous", "items_change", "decisions")
    return Grid(
        "proactive",
        4,
        (
            (Cell("第二十条第（一）项", 4),),
            documents,
            row("规章", "rules", *made),
            row("规范性文件", "normative_documents", *made),
            (Cell("第二十条第（五）项", 4),),
            items,
            row("行政许可", "licensing", *decided),
            row("其他对外管理服务事项", "other_services", *decided),
            (Cell("第二十条第（六）项", 4),),
            items,
            row("行政处罚", "penalty", *decided),
            row("行政强制", "coercion", *decided),
            (Cell("第二十条第（八）项", 4),),
            fees,
            row("行政事业性收费", "admin_fees", "items_previous", "items_change", last=2),
            (Cell("第二十条第（九）项", 4),),
            purchases,
            row("政府集中采购", "procurement", "projects", "amount_wan", last=2),
        ),
        0,
    )


def requests_grid(raw: Mapping[str, str], form: str) -> Grid:
    corner = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"

    def figures(row: str) -> Row:
        return tuple(_figure(raw, f"requests/{row}/{column}") for column in COLUMNS)

    results: list[Row] = [
        (Cell("（一）予以公开", 2), *figures("granted")),
        (Cell("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", 2), *figures("partially_granted")),
    ]
    for group, items in RESULT_GROUPS:
        if form == "2019" and items is OTHER:
            results.append((Cell(SINGLE_OTHER[1], 2), *figures(SINGLE_OTHER[0])))
            continue
        for position, (row, label) in enumerate(items):
            head = (Cell(group, 1, len(items)),) if position == 0 else ()
            results.append((*head, Cell(label), *figures(row)))
    results.append((Cell("（七）总计", 2), *figures("total_processed")))
    results[0] = (Cell("三、本年度办理结果", 1, len(results)), *results[0])
    return Grid(
        "requests",
        10,
        (
            (Cell(corner, 3, 3), Cell("申请人情况", 7)),
            (Cell("自然人", 1, 2), Cell("法人或其他组织", 5), Cell("总计", 1, 2)),
            tuple(Cell(label) for _, label in APPLICANTS[1:6]),
            (Cell("一、本年新收政府信息公开申请数量", 3), *figures("new_received")),
            (Cell("二、上年结转政府信息公开申请数量", 3), *figures("carried_in")),
            *results,
            (Cell("四、结转下年度继续办理", 3), *figures("carried_out")),
        ),
        3,
    )


def disputes_grid(raw: Mapping[str, str]) -> Grid:
    labels = tuple(Cell(label) for _, label in OUTCOMES)
    return Grid(
        "disputes",
        15,
        (
            (Cell("行政复议", 5), Cell("行政诉讼", 10)),
            (
                *(Cell(label, 1, 2) for _, label in OUTCOMES),
                Cell("未经复议直接起诉", 5),
                Cell("复议后起诉", 5),
            ),
            (*labels, *labels),
            tuple(_figure(raw, f"disputes/{block}/{outcome}") for block in BLOCKS for outcome, _ in OUTCOMES),
        ),
        3,
    )


def grids(form: str, raw: Mapping[str, str]) -> dict[str, Grid]:
    """The three tables of an edition, filled with the texts to print."""
    proactive = proactive_2021(raw) if form == "2021" else proactive_2019(raw)
    return {"proactive": proactive, "requests": requests_grid(raw, form), "disputes": disputes_grid(raw)}


def _figure(raw: Mapping[str, str], name: str, span: int = 1) -> Cell:
    return Cell(raw.get(name, ""), span, 1, name)
