"""What the entries about scores must say. Points are texts of decimals, so that none is rounded.

score       {"points": "2.5"} or {"share": "0.8"} (of the full points) or {"holds": true} (一票降级); "evidence": 佐证, may be ""
score_review  {"entry_id": the entry looked at, "agrees": true | false}; False sends it back and says why
score_waiver  {"rule", "where", "message"}: what the finding was when somebody said that it takes no points
appeal      {"stage": "filed", "points": what it was worth then, or null; of a veto "holds" in its place; "due": the day by
            which it is to be answered, where one was named} → {"stage": "evidence", "evidence": 材料}, as often as there is
            some → {"stage": "upheld"} or {"stage": "changed"} with points, share or holds as a score has them
finalised   {"sha256": of the frozen file, "rubric": its hash, "build": its id, "units": scored, "open": 0, "review": whether a
            second person was asked for, "upto": the last entry that went into it}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

_POINTS = re.compile(r"\d{1,7}(\.\d{1,2})?")
_SHARE = re.compile(r"0(\.\d{1,6})?|1(\.0{1,6})?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SCORE = re.compile(
    r"(?P<unit>.+)/(?P<year>\d{4})/(?P<indicator>[A-Za-z][A-Za-z0-9_.-]{0,19})(?:/(?P<event>[1-9]\d{0,3}))?", re.DOTALL
)
WAIVER_SUBJECT = re.compile(r"(?P<unit>.+)/(?P<year>\d{4})/(?P<fingerprint>[0-9A-Za-z]{1,64})", re.DOTALL)
_WORTH = ("points", "share", "holds")


class AppealStage(StrEnum):
    """登记 → 材料 → 维持 or 改判. WITHDRAWN is what an appeal is whose last entry took it back."""

    FILED = "filed"
    EVIDENCE = "evidence"
    UPHELD = "upheld"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _STAGES[self]

    @property
    def is_decided(self) -> bool:
        return self not in (AppealStage.FILED, AppealStage.EVIDENCE)


_STAGES = {
    AppealStage.FILED: "已登记", AppealStage.EVIDENCE: "已附材料", AppealStage.UPHELD: "维持", AppealStage.CHANGED: "改判",
    AppealStage.WITHDRAWN: "已撤回",
}  # fmt: skip


class ScoreSubject(NamedTuple):
    """`event` tells apart the events of one bonus or penalty; 0 for none."""

    unit_id: str
    year: int
    indicator: str
    event: int = 0

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.year}/{self.indicator}" + (f"/{self.event}" if self.event else "")


def score_subject(unit_id: str, year: int, indicator: str, event: int = 0) -> str:
    """The subject of a score and of an appeal. Each event of a bonus or penalty has a number and so a history of its own;
    their points add up. Of the main part and of a veto there is one decision, without a number."""
    return str(ScoreSubject(unit_id, year, indicator, event))


def waiver_subject(unit_id: str, year: int, fingerprint: str) -> str:
    """The subject of a finding that is not to take points."""
    return f"{unit_id}/{year}/{fingerprint}"


def parse_score_subject(subject: str) -> ScoreSubject:
    """The inverse of score_subject. Raises ValueError."""
    match = _SCORE.fullmatch(subject)
    if match is None:
        raise ValueError(subject)
    return ScoreSubject(match["unit"], int(match["year"]), match["indicator"], int(match["event"] or 0))


def unit_and_year(subject: str) -> tuple[str, int]:
    """Of the subject of a score, an appeal or a waiver. Raises ValueError."""
    match = _SCORE.fullmatch(subject) or WAIVER_SUBJECT.fullmatch(subject)
    if match is None:
        raise ValueError(subject)
    return match["unit"], int(match["year"])


def is_score_subject(subject: str) -> bool:
    return bool(_SCORE.fullmatch(subject))


def is_year(subject: str) -> bool:
    return bool(re.fullmatch(r"(19|20|21)\d\d", subject))


def score_fault(after: Mapping[str, Any]) -> str:
    return _worth(after) or _text(after, "evidence")


def _worth(after: Mapping[str, Any]) -> str:
    given = [name for name in _WORTH if after.get(name) is not None]
    if len(given) != 1:
        return "points（分）、share（比例）、holds（是否成立）应恰好写一个"
    (name,) = given
    value = after[name]
    if name == "holds":
        return "" if isinstance(value, bool) else "holds 应为 true 或 false"
    shape, words = (
        (_POINTS, "points 应为不小于 0、最多两位小数的数") if name == "points" else (_SHARE, "share 应在 0 和 1 之间")
    )
    return "" if isinstance(value, str) and shape.fullmatch(value) else words


def review_fault(after: Mapping[str, Any]) -> str:
    if type(after.get("entry_id")) is not int or after["entry_id"] < 1:
        return "entry_id 应为所复核的那一条的编号"
    return "" if isinstance(after.get("agrees"), bool) else "agrees 应为 true 或 false"


def waiver_fault(after: Mapping[str, Any]) -> str:
    return _text(after, "rule", "where", "message")


def appeal_fault(after: Mapping[str, Any]) -> str:
    stage = after.get("stage")
    if stage == AppealStage.FILED:
        return _then(after) or _due(after)
    if stage == AppealStage.EVIDENCE:
        told = after.get("evidence")
        return "" if isinstance(told, str) and told.strip() else "evidence（材料）没有写"
    if stage == AppealStage.CHANGED:
        return _worth(after)
    return "" if stage == AppealStage.UPHELD else "stage 应为 filed、evidence、upheld 或 changed"


def _then(after: Mapping[str, Any]) -> str:
    """What the indicator was worth when the appeal was registered; of a veto, whether it held."""
    if "holds" in after:
        is_told = isinstance(after["holds"], bool) and "points" not in after
        return "" if is_told else "holds 应为 true 或 false，和 points 只写一个"
    points = after.get("points", "")
    is_told = points is None or (isinstance(points, str) and re.fullmatch(rf"-?(?:{_POINTS.pattern})", points))
    return "" if is_told else "points 应为当时的分，或空"


def _due(after: Mapping[str, Any]) -> str:
    due = after.get("due")
    if due is None:
        return ""
    try:
        is_day = isinstance(due, str) and date.fromisoformat(due).isoformat() == due
    except ValueError:
        is_day = False
    return "" if is_day else "due（答复期限）应为日期（如 2025-03-20）或空"


def finalised_fault(after: Mapping[str, Any]) -> str:
    for name in ("sha256", "rubric"):
        if not _SHA256.fullmatch(str(after.get(name))):
            return f"缺少 {name}"
    counts = [name for name in ("units", "open", "upto") if type(after.get(name)) is not int or after[name] < 0]
    if counts:
        return f"{counts[0]} 应为不小于 0 的整数"
    if not isinstance(after.get("review"), bool):
        return "review 应为 true 或 false"
    return _text(after, "build")


def _text(after: Mapping[str, Any], *names: str) -> str:
    return next((f"缺少 {name}" for name in names if not isinstance(after.get(name), str)), "")
