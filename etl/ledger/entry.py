"""One entry of the ledger: its shape, and what each kind must say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from etl.ledger.shapes import (
    WAIVER_SUBJECT,
    AppealStage,
    appeal_fault,
    finalised_fault,
    is_score_subject,
    is_year,
    review_fault,
    score_fault,
    waiver_fault,
)

_MOST_TEXT = 200  # characters of a name; a reason may be longer
_VALUE = re.compile(r"-?\d{1,14}(\.\d{1,6})?")  # what DECIMAL(20, 6) holds exactly
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CELL = re.compile(r"[0-9a-f]{64}/[a-z_]+/[a-z_]+/[a-z_]+")
_REPORT = re.compile(r".+/\d{4}", re.DOTALL)
_FOUND = ("subject", "fingerprint", "rule", "where", "found", "expected", "message", "remedy")


class LedgerError(RuntimeError):
    """The ledger cannot be read or written, or refuses what it is to hold; the message says what to do."""


class Conflict(LedgerError):
    """Somebody decided on the same subject after the person looked; `latest` is what stands now. Nothing was written."""

    def __init__(self, latest: Entry | None) -> None:
        self.latest = latest
        who = (
            f"{latest.who} 于 {latest.made_at[:16].replace('T', ' ')} 已经作了处理"
            if latest
            else "原来的记录已不在台账里"
        )
        super().__init__(f"没有保存：{who}。请刷新后看过最新的处理，再决定是否修改。")


class Kind(StrEnum):
    """What a decision is about."""

    FINDING = "finding"  # subject: fingerprint of a finding
    CELL = "cell"  # subject: sha256/table/row/column
    CLAIM_FILE = "claim_file"  # subject: sha256
    DATES = "dates"  # subject: sha256
    REMINDED = "reminded"  # subject: unit/year
    RETURNED = "returned"  # subject: unit/year
    CLOSED = "closed"  # subject: unit/year
    INTAKE = "intake"  # subject: sha256
    SCORE = "score"  # subject: unit/year/indicator, of a bonus or penalty also unit/year/indicator/event
    SCORE_REVIEW = "score_review"  # subject: that of the score, the changed appeal or the waiver that was looked at
    SCORE_WAIVER = "score_waiver"  # subject: unit/year/fingerprint of a finding
    APPEAL = "appeal"  # subject: that of a score
    FINALISED = "finalised"  # subject: year
    RANKED = "ranked"  # subject: year

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Kind.FINDING: "问题的处理",
    Kind.CELL: "数字更正",
    Kind.CLAIM_FILE: "认领",
    Kind.DATES: "收到和发布日期",
    Kind.REMINDED: "催报",
    Kind.RETURNED: "退改",
    Kind.CLOSED: "销号",
    Kind.INTAKE: "入库",
    Kind.SCORE: "人工评分",
    Kind.SCORE_REVIEW: "评分复核",
    Kind.SCORE_WAIVER: "不予扣分",
    Kind.APPEAL: "申诉",
    Kind.FINALISED: "定稿",
    Kind.RANKED: "附名次",
}


class Decision(StrEnum):
    """What a person says of a finding."""

    CONFIRM = "confirm"
    WAIVE = "waive"
    REOPEN = "reopen"


class Origin(StrEnum):
    """Where the name comes from. SELF: chosen by the person, nobody vouches for it. PROXY: a trusted header."""

    SELF = "self"
    PROXY = "proxy"


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody decided. `before` is what the entry before it on the same kind and subject said, None for none;
    `after` None takes the former decision back. Both are JSON without fractions. `made_at` is local time with offset."""

    entry_id: int
    made_at: str
    who: str
    who_from: Origin
    kind: Kind
    subject: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    why: str


def cell_subject(sha256: str, cell: str) -> str:
    """The subject of a corrected cell."""
    return f"{sha256}/{cell}"


def report_subject(unit_id: str, year: int) -> str:
    """The subject of what is done about a unit's report of one year."""
    return f"{unit_id}/{year}"


def check_entry(entry: Entry) -> None:
    """Raises LedgerError where the entry does not say what its kind must."""
    if not entry.who.strip() or len(entry.who) > _MOST_TEXT or not entry.who.isprintable():
        raise LedgerError("没有保存：处理人没有填写或写法有误。请填写姓名。")
    try:
        datetime.fromisoformat(entry.made_at)
        for text in (entry.who, entry.subject, entry.why):
            text.encode()
    except ValueError as error:
        raise LedgerError("没有保存：有不能保存的字符，或时间的写法有误。请重新填写。") from error
    is_subject, check, may_be_taken_back = _SHAPES[entry.kind]
    if not is_subject(entry.subject):
        raise LedgerError(f"没有保存：“{entry.kind.label}”的对象“{entry.subject[:80]}”写法有误。")
    if entry.after is None:
        if not may_be_taken_back:
            raise LedgerError(f"没有保存：“{entry.kind.label}”的记录只能再记一条，不能撤回。")
        if entry.kind is Kind.APPEAL and not entry.why.strip():
            raise LedgerError("没有保存：撤回申诉要写明理由。请填写理由后再保存。")
        return
    fault = _not_json(entry.after) or check(entry.after)
    if fault:
        raise LedgerError(f"没有保存：“{entry.kind.label}”的内容有误，{fault}。")
    if entry.kind is Kind.FINDING and entry.after["decision"] == Decision.WAIVE and not entry.why.strip():
        raise LedgerError("没有保存：免改要写明理由。请填写理由后再保存。")
    if _needs_reason(entry.kind, entry.after) and not entry.why.strip():
        raise LedgerError(f"没有保存：“{entry.kind.label}”要写明理由。请填写理由后再保存。")


def _needs_reason(kind: Kind, after: Mapping[str, Any]) -> bool:
    """Whatever makes or takes points says why; what only adds material, or agrees, need not."""
    if kind is Kind.APPEAL:
        return after["stage"] != AppealStage.EVIDENCE
    if kind is Kind.SCORE_REVIEW:
        return not after["agrees"]
    return kind in (Kind.SCORE, Kind.SCORE_WAIVER, Kind.FINALISED, Kind.RANKED)


def _not_json(value: object) -> str:
    match value:
        case None | bool() | int():
            return ""
        case str():
            return "" if _is_text(value) else "含有不能保存的字符"
        case list() | tuple():
            return next(filter(None, map(_not_json, value)), "")
        case Mapping():
            keys = "" if all(isinstance(key, str) and _is_text(key) for key in value) else "键应为文字"
            return keys or _not_json(list(value.values()))
        case _:
            return f"不能保存 {type(value).__name__}"


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _finding(after: Mapping[str, Any]) -> str:
    if after.get("decision") not in set(Decision):
        return "decision 应为 confirm、waive 或 reopen"
    texts = _texts(after, "rule", "where", "message")
    return texts or _unit_and_year(after, is_known=False)


def _cell(after: Mapping[str, Any]) -> str:
    state, value = after.get("state"), after.get("value")
    if state not in {"reported", "blank", "slash", "unreadable"}:
        return "state 应为 reported、blank、slash 或 unreadable"
    if (state == "reported") != (value is not None):
        return "有数的格要填数，其余状态不填数"
    if value is not None and not (isinstance(value, str) and _is_value(value)):
        return "数应写成最多 14 位整数、6 位小数"
    if "expect" not in after or not isinstance(after["expect"], str | None):
        return "缺少当时看到的原文"
    return _unit_and_year(after, is_known=False)


def _is_value(text: str) -> bool:
    try:
        return bool(_VALUE.fullmatch(text)) and Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _claim(after: Mapping[str, Any]) -> str:
    return _unit_and_year(after, is_known=True)


def _dates(after: Mapping[str, Any]) -> str:
    for name in ("received_on", "published_on"):
        try:
            if after[name] is not None:
                date.fromisoformat(after[name])
        except (KeyError, ValueError, TypeError):
            return f"{name} 应为日期（如 2025-01-20）或空"
    return ""


def _returned(after: Mapping[str, Any]) -> str:
    found = after.get("findings")
    if not isinstance(found, list | tuple) or not all(isinstance(each, Mapping) for each in found):
        return "findings 应为问题的清单"
    return next(filter(None, (_texts(each, *_FOUND) for each in found)), "") or _file(after)


def _closed(after: Mapping[str, Any]) -> str:
    return _file(after)


def _file(after: Mapping[str, Any]) -> str:
    return "" if _SHA256.fullmatch(str(after.get("sha256"))) else "缺少所指文件的 sha256"


def _intake(after: Mapping[str, Any]) -> str:
    return _texts(after, "path", "name") or _place(after["path"]) or _unit_and_year(after, is_known=True)


def _place(path: str) -> str:
    """A file is put there, so it must not lie anywhere but among the reports."""
    parts = path.split("/")
    is_right = parts[0] == "raw" and len(parts) > 1 and not {"", ".", ".."} & {*parts} and "\\" not in path
    return "" if is_right else "path 应是 raw/ 下的文件"


def _nothing(after: Mapping[str, Any]) -> str:
    return ""


def _texts(after: Mapping[str, Any], *names: str) -> str:
    return next((f"缺少 {name}" for name in names if not isinstance(after.get(name), str)), "")


def _unit_and_year(after: Mapping[str, Any], *, is_known: bool) -> str:
    unit_id, year = after.get("unit_id"), after.get("year")
    if not is_known and unit_id is None and year is None:
        return ""
    unit_is_right = (isinstance(unit_id, str) and unit_id != "") or (not is_known and unit_id is None)
    year_is_right = (type(year) is int and 1900 < year < 2200) or (not is_known and year is None)
    return "" if unit_is_right and year_is_right else "单位或年度没有写对"


_Shape = tuple[Callable[[str], object], Callable[[Mapping[str, Any]], str], bool]
_SHAPES: dict[Kind, _Shape] = {  # what a subject is, what `after` must say, whether it can be taken back
    Kind.FINDING: (bool, _finding, False),
    Kind.CELL: (_CELL.fullmatch, _cell, True),
    Kind.CLAIM_FILE: (_SHA256.fullmatch, _claim, True),
    Kind.DATES: (_SHA256.fullmatch, _dates, True),
    Kind.REMINDED: (_REPORT.fullmatch, _nothing, False),
    Kind.RETURNED: (_REPORT.fullmatch, _returned, True),
    Kind.CLOSED: (_REPORT.fullmatch, _closed, True),
    Kind.INTAKE: (_SHA256.fullmatch, _intake, False),
    Kind.SCORE: (is_score_subject, score_fault, True),
    Kind.SCORE_REVIEW: (
        lambda subject: is_score_subject(subject) or WAIVER_SUBJECT.fullmatch(subject),
        review_fault,
        True,
    ),
    Kind.SCORE_WAIVER: (WAIVER_SUBJECT.fullmatch, waiver_fault, True),
    Kind.APPEAL: (is_score_subject, appeal_fault, True),
    Kind.FINALISED: (is_year, finalised_fault, False),
    Kind.RANKED: (is_year, _nothing, True),
}
