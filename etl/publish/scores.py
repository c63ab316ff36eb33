"""得分表、逐项明细、申诉台账 as one workbook: who has how many points, for what, and who decided what."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

from etl.ledger import Appeal, AppealStage, Entry, ScoreDecision, ScoreWaiver
from etl.publish.score_book import ROLES, STATES, Row, ScoreBook, grade, moment, total, worth

TABLE, DETAIL, MANUAL, APPEALS, ABOUT = "得分表", "逐项明细", "人工评分", "申诉台账", "说明"
_READING = (
    "没有得分的单位写明原因（未报送、待核、未收集等），不是 0 分。待人工的项目还没有计入，最高可达是这些项目都给满分时的分。"
    "存疑的、定为不算问题的都没有扣分。按区划代码排列，不是名次。"
)
Line = Sequence[Any]


def write_scores(book: ScoreBook) -> bytes:
    """Five sheets; what marks an unfinished year stands in the first rows of the first."""
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True})
    made.set_properties({"title": _title(book), "company": book.county})
    formats = {
        "title": made.add_format({"bold": True, "font_size": 14}),
        "head": made.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1, "text_wrap": True, "valign": "top"}),
        "mark": made.add_format({"bold": True, "font_color": "#8A5A00"}),
        "wrap": made.add_format({"text_wrap": True, "valign": "top"}),
    }
    top = [(_title(book), "title"), *((mark, "mark") for mark in book.marks), (_made_of(book), "")]
    _sheet(made, formats, TABLE, _table(book), (12, 30, 12, 12, *[10] * 11), top)
    _sheet(made, formats, DETAIL, _detail(book), (28, 8, 16, 8, 22, 8, 8, 8, 8, 10, 70, 18, 40, 34), top[1:-1])
    _sheet(made, formats, MANUAL, _manual(book), (28, 26, 18, 30, 12, 17, 40, 12, 17, 10), top[1:-1])
    _sheet(
        made, formats, APPEALS, _appeals(book), (28, 26, 10, 10, 12, 17, 34, 12, 34, 10, 14, 12, 17, 34, 50), top[1:-1]
    )
    _about(made, formats, book)
    made.close()
    return stream.getvalue()


def scores_name(book: ScoreBook) -> str:
    """The name under which the workbook is saved."""
    return book.file_name(f"{book.county}考核得分", "xlsx")


def _title(book: ScoreBook) -> str:
    return f"{book.county} {book.year} 年度政府信息公开工作年度报告考核得分"


def _made_of(book: ScoreBook) -> str:
    return (
        f"细则：{book.rubric_title}（编号 {book.rubric_sha[:8]}）　数据版本 {book.frozen_build or book.build_id}"
        f"　{book.stage.label}　{book.hash_words}"
    )


def _table(book: ScoreBook) -> list[Line]:
    head = (
        "区划代码", "单位", "分组", "得分或状态", "得分", "最高可达", "满分", "机评得分", "机评可评", "其中因读不出而给满", "加分", "减分", "待人工",
        "等次", "最高等次（一票降级）",
    )  # fmt: skip
    return [
        head,
        *(
            (
                row["code"], row["unit_name"], row["group"], total(row), row["points"], row["highest"], row["full"],
                row["auto_points"], row["auto_possible"], row.get("unread"), row["bonus"], row["penalty"], row["manual_open"], grade(row),
                row["veto_cap"] or "",
            )
            for row in book.rows
        ),
    ]  # fmt: skip


def _detail(book: ScoreBook) -> list[Line]:
    head = (
        "单位", "类别", "部分", "编号", "指标", "序号", "满分", "得分", "扣分", "状态", "说明", "依据（规则或指标）", "所涉各数",
        "出处",
    )  # fmt: skip
    return [head, *(_reason(unit, row) for unit in book.rows for row in book.reasons.get(unit["unit_id"], ()))]


def _reason(unit: Row, row: Row) -> Line:
    place = "；".join([row["path"], *row["cells"]] if row["path"] else row["cells"])
    return (
        unit["unit_name"], ROLES[row["role"]], row["dimension_name"], row["indicator"], row["indicator_name"],
        row["item"] or "", row["full"], row["points"], row["deducted"], STATES[row["state"]], row["words"], row["subject"],
        row["operands"], place,
    )  # fmt: skip


def _manual(book: ScoreBook) -> list[Line]:
    """Also those of units that are not scored: nothing that somebody decided is left out."""
    names = _names(book)
    head = ("单位", "项目", "给分", "佐证", "经手人", "时间", "理由", "复核人", "复核时间", "复核结果")
    return [
        head,
        *(
            (
                names.get(_unit_of(each), _unit_of(each)), what_about(book, each), said(each), evidence(each), each.entry.who,
                moment(each.entry.made_at), each.entry.why, *_review(each.review),
            )
            for each in (*book.decisions.scores, *book.decisions.waivers)
        ),
    ]  # fmt: skip


def _names(book: ScoreBook) -> dict[str, str]:
    return {row["unit_id"]: row["unit_name"] for row in book.rows}


def _unit_of(each: ScoreDecision | ScoreWaiver) -> str:
    return each.unit_id if isinstance(each, ScoreWaiver) else each.subject.unit_id


def what_about(book: ScoreBook, each: ScoreDecision | ScoreWaiver) -> str:
    """What a decision is about: an indicator, or a finding."""
    if isinstance(each, ScoreWaiver):
        about = each.entry.after or {}
        return f"{about['rule']} {about['where']}"
    event = f"（第 {each.subject.event} 件）" if each.subject.event else ""
    return book.indicator(each.subject.indicator) + event


def said(each: ScoreDecision | ScoreWaiver) -> str:
    """What was decided."""
    if isinstance(each, ScoreWaiver):
        return "不予扣分"
    return worth(each.entry.after or {}) + ("（申诉改判）" if each.is_appealed else "")


def evidence(each: ScoreDecision | ScoreWaiver) -> str:
    return str((each.entry.after or {}).get("message", "")) if isinstance(each, ScoreWaiver) else each.evidence


def _review(review: Entry | None) -> tuple[str, str, str]:
    if review is None:
        return "", "", "没有复核"
    return review.who, moment(review.made_at), "同意" if (review.after or {})["agrees"] else f"退回：{review.why}"


def _appeals(book: ScoreBook) -> list[Line]:
    names = _names(book)
    head = (
        "单位", "项目", "当时的分", "状态", "登记人", "登记时间", "申诉理由", "答复期限", "材料", "结果", "改判为", "处理人", "处理时间", "处理理由",
        "留痕",
    )  # fmt: skip
    return [
        head,
        *(
            _appeal(book, each, names.get(each.subject.unit_id, each.subject.unit_id))
            for each in book.decisions.appeals
        ),
    ]


def _appeal(book: ScoreBook, each: Appeal, name: str) -> Line:
    end = each.decided
    changed = worth(end.after or {}) if end is not None and each.stage is AppealStage.CHANGED else ""
    materials = "；".join(str((entry.after or {})["evidence"]) for entry in each.evidence)
    return (
        name, book.indicator(each.subject.indicator), _then(each.filed.after or {}), each.stage.label,
        each.filed.who, moment(each.filed.made_at), each.filed.why, each.due_on.isoformat() if each.due_on else "", materials, each.stage.label if end else "",
        changed, end.who if end else "", moment(end.made_at) if end else "", end.why if end else "", _trail(each),
    )  # fmt: skip


def _then(filed: Mapping[str, Any]) -> Decimal | str:
    """What it was worth when the appeal was registered: points, of a veto whether it held, "" where nobody had said."""
    registered = filed.get("points")
    return worth(filed) if registered is None else Decimal(registered)


def _trail(each: Appeal) -> str:
    """Every step: when, who, what."""
    steps = ((entry, AppealStage((entry.after or {}).get("stage", AppealStage.WITHDRAWN))) for entry in each.entries)
    return "；".join(
        f"{moment(entry.made_at)} {entry.who} {stage.label}（第 {entry.entry_id} 条）" for entry, stage in steps
    )


def about(book: ScoreBook) -> dict[str, str]:
    """What every export says of where it came from."""
    told = {
        "名称": _title(book), "状态": "；".join(book.marks if not book.is_final else (book.stage.label, *book.marks)),
        "细则": f"{book.rubric_title}　{book.issued_by}".strip(), "细则编号（SHA-256）": book.rubric_sha,
        "县（市、区）": book.county, "数据版本": book.build_id, "入库时间": f"{book.built_at:%Y-%m-%d %H:%M}",
    }  # fmt: skip
    if book.is_final:
        told |= {
            "定稿时的数据版本": book.frozen_build, "定稿": f"{book.finalised_by}　{moment(book.finalised_at)}　{book.why}",
            "定稿文件": f"scores/{book.year}.json.gz", "定稿文件校验值（SHA-256）": book.sha256,
            "怎样核对": "对定稿文件计算 SHA-256，应与上面的校验值一字不差。",
        }  # fmt: skip
    return {**told, "读法": _READING}


def _about(made: Any, formats: dict[str, Any], book: ScoreBook) -> None:
    sheet = made.add_worksheet(ABOUT)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90, formats["wrap"])
    for line, (key, value) in enumerate(about(book).items()):
        sheet.write_string(line, 0, key, formats["head"])
        sheet.write_string(line, 1, value)


def _sheet(
    made: Any,
    formats: dict[str, Any],
    name: str,
    lines: list[Line],
    widths: Sequence[int],
    top: Iterable[tuple[str, str]],
) -> None:
    sheet = made.add_worksheet(name)
    first = 0
    for text, style in top:
        sheet.write_string(first, 0, text, formats.get(style))
        first += 1
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for column, label in enumerate(lines[0]):
        sheet.write_string(first, column, label, formats["head"])
    for n, line in enumerate(lines[1:], start=first + 1):
        for column, value in enumerate(line):
            _write(sheet, n, column, value)
    sheet.freeze_panes(first + 1, 2)
    if len(lines) > 1:
        sheet.autofilter(first, 0, first + len(lines) - 1, len(lines[0]) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first)


def _write(sheet: Any, line: int, column: int, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, Decimal | int):
        sheet.write_number(line, column, float(value))
    else:
        sheet.write_string(line, column, str(value))  # a text that starts with = must stay a text
