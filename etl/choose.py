"""Several files may claim one unit and year: all are kept, one is in force, and every one says why."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from etl.report import ReportStatus

UNCLAIMED = "单位或年度没有定下来，等待认领，不计入任何单位"
ALONE = "这一单位这一年度只有这一份"
_IS_DRAFT = 0
_DRAFT = re.compile("初稿|草稿|征求意见|讨论稿|送审稿|未定稿")
_CORRECTED = re.compile("更正|订正|修正|修订[版稿后）)]|重新报送|重报")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the choice looks at. `path` is relative to the county's folder; `received_on` and `received_as` say on which
    day it came in and as the how-manieth, None and 0 where nobody wrote it down."""

    file_id: int
    path: str
    unit_id: str | None
    year: int | None
    status: ReportStatus
    published_at: date | None
    signed_on: date | None
    title: str | None = None
    received_on: date | None = None
    received_as: int = 0

    @property
    def edition(self) -> int:
        """What its own title or file name says it is: 0 a draft, 2 a corrected version, 1 neither."""
        words = f"{self.path.rsplit('/', 1)[-1]} {self.title or ''}"
        return _IS_DRAFT if _DRAFT.search(words) else 2 if _CORRECTED.search(words) else 1


@dataclass(frozen=True, slots=True)
class Choice:
    """`reason` names what decided; a file that gave way names the one that is used instead."""

    file_id: int
    is_chosen: bool
    reason: str


def choose(candidates: Iterable[Candidate]) -> tuple[Choice, ...]:
    """One choice for each candidate, in order of file_id.

    The rule, first difference decides: one that calls itself a draft gives way; the later day of receipt; one that calls
    itself corrected; a report read completely before one read in part (a unit that sends its document and a scan of it
    sends them together); within the day the later receipt; the later publication; the later signature; the first path.
    A date that is known goes before one that is not.
    """
    claims: dict[tuple[str, int], list[Candidate]] = defaultdict(list)
    choices = []
    for candidate in candidates:
        if candidate.unit_id is None or candidate.year is None:
            choices.append(Choice(candidate.file_id, False, UNCLAIMED))
        else:
            claims[candidate.unit_id, candidate.year].append(candidate)
    for rivals in claims.values():
        choices += _decide(rivals)
    return tuple(sorted(choices, key=lambda choice: choice.file_id))


def _decide(rivals: list[Candidate]) -> list[Choice]:
    if len(rivals) == 1:
        return [Choice(rivals[0].file_id, True, ALONE)]
    best, *others = sorted(sorted(rivals, key=lambda rival: rival.path), key=_merit, reverse=True)
    several = f"同一单位同一年度有 {len(rivals)} 份"
    choices = [Choice(best.file_id, True, f"{several}，采用这一份：{_difference(best, others[0], is_best=True)}")]
    for other in others:
        reason = f"{several}，采用的是 {best.path}：{_difference(best, other, is_best=False)}"
        choices.append(Choice(other.file_id, False, reason))
    return choices


def _merit(candidate: Candidate) -> tuple[bool, date, int, bool, int, date, date]:
    """Sorts upwards; the path is not part of it because the earlier one wins there."""
    return (
        candidate.edition != _IS_DRAFT,
        candidate.received_on or date.min,
        candidate.edition,
        candidate.status is ReportStatus.COMPLETE,
        candidate.received_as,
        candidate.published_at or date.min,
        candidate.signed_on or date.min,
    )


def _difference(best: Candidate, other: Candidate, *, is_best: bool) -> str:
    """The first point of the rule in which the two differ, told from the side of the file it is written to."""
    if (best.edition == _IS_DRAFT) != (other.edition == _IS_DRAFT):
        return "它没有写明是草稿" if is_best else "那一份没有写明是草稿，这一份的名称写明是草稿"
    if best.received_on != other.received_on:
        return _later("收到日期", best.received_on, other.received_on, is_best=is_best)
    if best.edition != other.edition:
        return "它的名称写明是更正后的" if is_best else "那一份的名称写明是更正后的，这一份没有"
    if (best.status is ReportStatus.COMPLETE) != (other.status is ReportStatus.COMPLETE):
        return "它读取完整，其余有读不准的内容" if is_best else "那一份读取完整，这一份有读不准的内容"
    if best.received_as != other.received_as:
        return "同一天收到，它是后收到的" if is_best else "同一天收到，那一份是后收到的"
    for what, mine, yours in (
        ("发布日期", best.published_at, other.published_at),
        ("落款日期", best.signed_on, other.signed_on),
    ):
        if mine != yours:
            return _later(what, mine, yours, is_best=is_best)
    return "各份的读取情况和日期都相同，按文件路径取排在最前的一份"


def _later(what: str, mine: date | None, yours: date | None, *, is_best: bool) -> str:
    if yours is None:
        return f"只有它写明{what}（{mine}）" if is_best else f"那一份写明{what}（{mine}），这一份没有"
    if is_best:
        return f"它的{what}最晚（{mine}）"
    return f"那一份的{what}是 {mine}，晚于这一份的 {yours}"
