"""得分说明书: for each unit one Word file of a page or two that says what its points are made of, and who said so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

from etl.form import load_forms
from etl.ledger import AppealStage, ScoreDecision, ScoreWaiver
from etl.paths import County
from etl.publish.score_book import ROLES, Row, ScoreBook, grade, lines_of, moment, points, total, worth
from etl.publish.scores import evidence, said, what_about
from etl.publish.word import TemplateFault, clean, fill, known_names, shipped, template_called, text_of, told, zip_files

TEMPLATE = "得分说明书.docx"
FIELDS = ("标记", "年度", "单位", "结果", "细则", "细则编号", "文件", "各项", "人工", "申诉", "落款", "校验")
ROW_FIELDS = ("指标", "满分", "得分", "说明", "项目", "给分", "理由", "经手", "结果")
_SHIPPED = shipped(TEMPLATE)
_CELLS = 3  # named one by one
_NOTHING, _CENT = Decimal(0), Decimal("0.01")
_NOT_ZERO = "没有得分，这不是 0 分"


def statement_template(county: County) -> Path:
    """The county's own template where it has one, else the product's."""
    return template_called(county, TEMPLATE)


def write_statement(book: ScoreBook, unit_id: str, template: Path = _SHIPPED) -> bytes:
    """The .docx of one unit. Raises KeyError for a unit that the year does not have, TemplateFault where the template cannot be used."""
    row = next((each for each in book.rows if each["unit_id"] == unit_id), None)
    if row is None:
        raise KeyError(unit_id)
    context = _context(book, row)
    data = fill(template, context, known_names(FIELDS, ROW_FIELDS))
    _check_complete(data, context, template)
    return data


def statement_name(book: ScoreBook, unit_name: str, number: int = 1) -> str:
    """A file name that every system takes; `number` tells units of one name apart."""
    return book.file_name(f"得分说明书-{unit_name}", "docx", number)


def zip_statements(book: ScoreBook, template: Path = _SHIPPED, dated: date | None = None) -> bytes:
    """Every unit of the year, a file each, also those without points."""
    made = (
        (partial(statement_name, book, row["unit_name"]), write_statement(book, row["unit_id"], template))
        for row in book.rows
    )
    return zip_files(made, dated)


def zip_name(book: ScoreBook) -> str:
    return book.file_name(f"{book.county}得分说明书", "zip")


def _context(book: ScoreBook, row: Row) -> dict[str, Any]:
    unit_id, reasons = row["unit_id"], book.reasons.get(row["unit_id"], ())
    files = dict.fromkeys(each["path"] for each in reasons if each["path"])
    context: dict[str, Any] = {
        "标记": list(book.marks), "年度": str(book.year), "单位": row["unit_name"], "结果": _result(row, reasons),
        "细则": f"{book.rubric_title}{f'（{book.issued_by}）' if book.issued_by else ''}", "细则编号": book.rubric_sha[:16],
        "文件": "、".join(files), "各项": list(_lines(reasons)), "人工": list(_manual(book, unit_id)),
        "申诉": list(_appeals(book, unit_id)), "落款": _settled(book), "校验": f"定稿文件校验值：{book.hash_words}",
    }  # fmt: skip
    return {name: _cleaned(value) for name, value in context.items()}


def _cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: clean(text) for name, text in value.items()}
    return [_cleaned(each) for each in value] if isinstance(value, list) else clean(value)


def _result(row: Row, reasons: tuple[Row, ...]) -> str:
    if row["status"] != "scored" or row["points"] is None:
        return f"{total(row)}，{_NOT_ZERO}。"
    told = f"得 {points(row['points'])} 分，满分 {points(row['full'])} 分，等次 {grade(row) or '没有定'}"
    told += f"（分组：{row['group']}）。"
    told += f"其中机评 {points(row['auto_points'])} 分，可评 {points(row['auto_possible'])} 分"
    told += f"；加分 {points(row['bonus'])} 分；减分 {points(row['penalty'])} 分。"
    if row.get("unread"):
        told += f"其中 {points(row['unread'])} 分因读不出而给满{'（折算前）' if row['skipped'] else ''}。"
    if row["skipped"]:
        told += f"不计入的 {points(row['skipped'])} 分按比例折算到其余各项。"
    told += _added_up(row, reasons)
    if row["veto_cap"]:
        told += f"一票降级，等次最高为{row['veto_cap']}。"
    if row["manual_open"]:
        told += f"另有 {row['manual_open']} 项待人工，都给满分时为 {points(row['highest'])} 分。"
    return told


def _added_up(row: Row, reasons: tuple[Row, ...]) -> str:
    """How the points of the lines come to those of the unit, where they do not simply add up; so that whoever reads it can
    reckon it again."""
    lines = [each for each in reasons if each["item"] == 0]
    main, bonus, penalty = (
        sum((each["points"] or _NOTHING for each in lines if each["role"] == role), _NOTHING)
        for role in ("main", "bonus", "penalty")
    )
    counted = row["full"] - (row["skipped"] or _NOTHING)
    scaled = (main * row["full"] / counted).quantize(_CENT, ROUND_HALF_UP)
    end = scaled + row["bonus"] - row["penalty"]
    if max(end, _NOTHING) != row["points"] or (scaled == main and not bonus and not penalty):
        return ""
    told = f"以下主项各项得分之和 {points(main)} 分"
    if row["skipped"]:
        told += f"，{points(main)}÷{points(counted)}×{points(row['full'])}＝{points(scaled)} 分"
    for word, given, taken in (("加", bonus, row["bonus"]), ("减", penalty, row["penalty"])):
        over = f"（各项合计 {points(given)} 分，最多{word} {points(taken)} 分）" if given > taken else ""
        told += f"；{word} {points(taken)} 分{over}" if given else ""
    return f"{told}；得 {points(row['points'])} 分{'（不足 0 分的按 0 分）' if end < 0 else ''}。"


def _lines(reasons: tuple[Row, ...]) -> Iterator[dict[str, str]]:
    """One line for each indicator; of bonus, penalty and veto only those of which something was said."""
    for line, items in lines_of(reasons):
        if line["role"] != "main" and not line["points"]:
            continue
        kind = "" if line["role"] == "main" else f"{ROLES[line['role']]}："
        is_veto = line["role"] == "veto"
        yield {
            "指标": f"{kind}{line['indicator']} {line['indicator_name']}",
            "满分": "" if is_veto else points(line["full"]),
            "得分": "成立" if is_veto else _given(line),
            "说明": "\n".join(_reason(each) for each in (line, *items)),
        }


def _given(line: Row) -> str:
    if line["points"] is None:
        return "待人工" if line["state"] == "manual_open" else "不计入"
    return f"{'−' if line['role'] == 'penalty' else ''}{points(line['points'])}"


def _reason(row: Row) -> str:
    places = [f"规则 {row['subject']}"] if row["kind"] == "rule" and row["item"] else []
    if row["item"]:
        named = [_cell(each) for each in row["cells"][:_CELLS]]
        more = "等" if len(row["cells"]) > _CELLS else ""
        places += [f"{'、'.join(named)}{more}"] if named else []
    return row["words"] + (f"〔出处：{'；'.join(places)}〕" if places else "")


@cache
def _cell(name: str) -> str:
    """A cell as the form calls it: 表三·本年新收·总计."""
    for form in reversed(load_forms().values()):
        if cell := form.cell(name):
            return f"{cell.table_label.split(' ')[0]}·{cell.row_label}·{cell.column_label}"
    return name


def _manual(book: ScoreBook, unit_id: str) -> Iterator[dict[str, str]]:
    for each in book.manual_of(unit_id):
        proof = f"　佐证：{evidence(each)}" if evidence(each) else ""
        yield {
            "项目": what_about(book, each), "给分": said(each), "理由": f"{each.entry.why}{proof}",
            "经手": f"{each.entry.who} {moment(each.entry.made_at)}；{_review(each)}",
        }  # fmt: skip


def _review(each: ScoreDecision | ScoreWaiver) -> str:
    if each.review is None:
        return "没有复核"
    word = "复核同意" if each.is_reviewed else "复核退回"
    return f"{each.review.who} {moment(each.review.made_at)} {word}"


def _appeals(book: ScoreBook, unit_id: str) -> Iterator[dict[str, str]]:
    for each in book.decisions.appeals:
        if each.subject.unit_id != unit_id:
            continue
        materials = "；".join(str((entry.after or {})["evidence"]) for entry in each.evidence)
        end = each.decided
        changed = f"，改为 {worth(end.after or {})}" if end and each.stage is AppealStage.CHANGED else ""
        yield {
            "项目": book.indicator(each.subject.indicator),
            "理由": f"{moment(each.filed.made_at)} 登记（{each.filed.who}）：{each.filed.why}"
            + (f"　材料：{materials}" if materials else ""),
            "结果": f"{moment(end.made_at)} {each.stage.label}{changed}（{end.who}）：{end.why}" if end else "正在办理",
        }


def _settled(book: ScoreBook) -> str:
    version = f"数据版本 {book.frozen_build or book.build_id}"
    if not book.is_final:
        return f"{version}；{book.stage.label}，没有定稿。"
    return f"{version}；由 {book.finalised_by} 于 {moment(book.finalised_at)} 定稿：{book.why}"


def _check_complete(data: bytes, context: dict[str, Any], template: Path) -> None:
    """What silently leaves out a reason, or that it is a draft, is worse than none."""
    text = text_of(data)
    wanted = [("标记", each) for each in context["标记"]]
    wanted += [(name, context[name]) for name in ("单位", "结果", "校验")]
    wanted += [(rows, value) for rows in ("各项", "人工", "申诉") for row in context[rows] for value in row.values()]
    for name, value in wanted:
        if told(value) not in text:
            raise TemplateFault(
                f"模板 {template} 用不了：填好后找不到“{value[:30]}”。“{name}”要写在模板里，成行的写成“{{%tr for 行 in {name} %}}”"
                "和“{%tr endfor %}”之间的一行。请对照自带的模板改正，或删去这个文件，改用自带的模板。"
            )
