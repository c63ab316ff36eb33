"""How far the mending of each report is: 待退 → 已退 → 已重报 → 销号, from what the ledger holds and the report in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from etl.ledger.decisions import FindingDecision, finding_decisions
from etl.ledger.entry import Decision, Entry, Kind, report_subject
from etl.ledger.store import Ledger

MUST_FIX, NOTICE = "must_fix", "notice"


class Stage(StrEnum):
    """CLEAR: nothing is to be mended, nothing was sent back."""

    CLEAR = "clear"
    TO_RETURN = "to_return"
    RETURNED = "returned"
    REFILED = "refiled"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Stage.CLEAR: "无待退改",
    Stage.TO_RETURN: "待退",
    Stage.RETURNED: "已退",
    Stage.REFILED: "已重报",
    Stage.CLOSED: "销号",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A finding of the report in force. `subject` stays the same in a corrected version, `fingerprint` does not; `cells`
    are those it rests on that hold a figure."""

    unit_id: str
    year: int
    fingerprint: str
    subject: str
    rule: str
    severity: str
    where: str
    found: str
    expected: str
    message: str
    remedy: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InForce:
    """The report in force of a unit and year. `is_complete` is False where some of it could not be read and people did
    not put it right; `figures` are the cells that hold one. Without both a finding that is gone may only be hidden: see
    `is_mended`."""

    unit_id: str
    year: int
    sha256: str
    path: str
    is_complete: bool
    figures: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tracking:
    """Where one unit's report of one year stands.

    `open`: to be mended and not waived, or 请核 that a person confirmed. Against what was last sent back: `mended` (已改, as it was told then),
    `unsure` (not found any more, but what it rested on is not read now, or nothing came), `remaining` (未改), `waived`
    (免改), `new` (新增); all empty where nothing was sent back.
    """

    unit_id: str
    year: int
    stage: Stage
    report: InForce | None
    open: tuple[Found, ...]
    returned: Entry | None
    closed: Entry | None
    returned_times: int = 0
    mended: tuple[Mapping[str, Any], ...] = ()
    remaining: tuple[Found, ...] = ()
    waived: tuple[Found, ...] = ()
    new: tuple[Found, ...] = ()
    unsure: tuple[Mapping[str, Any], ...] = ()

    @property
    def due_on(self) -> date | None:
        """The day named in what was sent back."""
        day = (self.returned.after or {}).get("due_on") if self.returned else None
        return date.fromisoformat(day) if day else None

    @property
    def is_doubtful(self) -> bool:
        """True where the version sent in again was not read completely, so 已改 has to be looked at by a person."""
        return self.stage is Stage.REFILED and self.report is not None and not self.report.is_complete

    @property
    def can_be_closed(self) -> bool:
        """True where all of what was sent back is known to be mended or waived, and nothing new is to be mended."""
        return self.stage in {Stage.RETURNED, Stage.REFILED} and not (self.open or self.remaining or self.unsure)

    def days_overdue(self, today: date) -> int:
        """Days since the day named in what was sent back, while nothing came; 0 otherwise or where none was named."""
        if self.stage is not Stage.RETURNED or self.due_on is None:
            return 0
        return max(0, (today - self.due_on).days)


def returned_findings(findings: Iterable[Found]) -> list[dict[str, Any]]:
    """The findings as an entry of kind `returned` keeps them."""
    kept = ("subject", "fingerprint", "rule", "severity", "where", "found", "expected", "message", "remedy")
    return [
        {**{name: value for name, value in asdict(each).items() if name in kept}, "cells": list(each.cells)}
        for each in findings
    ]


def is_read(cells: Iterable[str], report: InForce) -> bool:
    """Whether a finding about these cells would be found in this report if it were still true: they hold a figure, or
    where it is about none, everything was read."""
    wanted = set(cells)
    return wanted <= report.figures if wanted else report.is_complete


def is_mended(told: Mapping[str, Any], report: InForce | None, last: Entry | None) -> bool:
    """Whether a finding sent back with `last`, and not found in the report in force, was mended (已改): another version
    came, and what the finding rested on is read in it."""
    if report is None or last is None or report.sha256 == (last.after or {})["sha256"]:
        return False
    return is_read(told.get("cells") or (), report)


def tracking(
    unit_id: str,
    year: int,
    *,
    report: InForce | None,
    findings: Sequence[Found],
    decisions: Mapping[str, FindingDecision],
    returned: Sequence[Entry] = (),
    closed: Entry | None = None,
) -> Tracking:
    """`findings` are all of the report in force, of every severity; `returned` every entry of that kind on this unit and
    year, the oldest first; `closed` the latest of its kind."""
    waived = {each.fingerprint for each in findings if _is_waived(decisions.get(each.fingerprint))}
    still_open = tuple(each for each in findings if is_to_be_mended(each.severity, decisions.get(each.fingerprint)))
    sent = returns_that_stand(returned)
    last = sent[-1] if sent else None
    holds = (
        closed if closed and closed.after is not None and (last is None or closed.entry_id > last.entry_id) else None
    )
    stage = _stage(report, still_open, last, holds)
    told = list((last.after or {})["findings"]) if last else []
    subjects = {each["subject"] for each in told}
    now = {each.subject for each in findings}
    again = [each for each in findings if each.subject in subjects]
    gone = [each for each in told if each["subject"] not in now]
    return Tracking(
        unit_id, year, stage, report, still_open, last, holds,
        returned_times=len(sent),
        mended=tuple(each for each in gone if is_mended(each, report, last)),
        remaining=tuple(each for each in again if each.fingerprint not in waived),
        waived=tuple(each for each in again if each.fingerprint in waived),
        new=tuple(each for each in still_open if each.subject not in subjects) if last else (),
        unsure=tuple(each for each in gone if not is_mended(each, report, last)),
    )  # fmt: skip


def returns_that_stand(returned: Iterable[Entry]) -> tuple[Entry, ...]:
    """Of the entries of kind `returned` on one report, the oldest first, those not taken back: taking back undoes the
    last that stands, and the one before it holds again."""
    stand: list[Entry] = []
    for entry in returned:
        if entry.after is not None:
            stand.append(entry)
        elif stand:
            stand.pop()
    return tuple(stand)


def _is_waived(decision: FindingDecision | None) -> bool:
    return decision is not None and decision.decision is Decision.WAIVE


def is_to_be_mended(severity: str, decision: FindingDecision | None) -> bool:
    """Whether a finding is to be sent back: 必改 that nobody said is no fault, and 请核 that somebody confirmed."""
    if decision is not None and decision.decision is Decision.CONFIRM:
        return severity != NOTICE
    return severity == MUST_FIX and not _is_waived(decision)


def _stage(report: InForce | None, still_open: Sequence[Found], last: Entry | None, closed: Entry | None) -> Stage:
    """What was closed stays so until another version comes; what was sent back waits for one."""
    if closed and (report is None or report.sha256 == (closed.after or {})["sha256"]):
        return Stage.CLOSED
    if last is None:
        return Stage.TO_RETURN if still_open else Stage.CLEAR
    if report is None or report.sha256 == (last.after or {})["sha256"]:
        return Stage.RETURNED
    return Stage.REFILED


def all_tracking(
    ledger: Ledger, reports: Iterable[InForce], findings: Iterable[Found]
) -> dict[tuple[str, int], Tracking]:
    """Of every unit and year that has a report in force among these, or to which something was sent back."""
    in_force = {(each.unit_id, each.year): each for each in reports}
    found: dict[tuple[str, int], list[Found]] = defaultdict(list)
    for each in findings:
        found[each.unit_id, each.year].append(each)
    returned: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    for entry in ledger.entries():
        if entry.kind is Kind.RETURNED:
            returned[_unit_and_year(entry.subject)].append(entry)
    closed, decisions = ledger.latest(Kind.CLOSED), finding_decisions(ledger)
    return {
        (unit_id, year): tracking(
            unit_id, year, report=in_force.get((unit_id, year)), findings=found[unit_id, year], decisions=decisions,
            returned=returned[unit_id, year], closed=closed.get(report_subject(unit_id, year)),
        )
        for unit_id, year in sorted({*in_force, *returned})
    }  # fmt: skip


def _unit_and_year(subject: str) -> tuple[str, int]:
    unit_id, _, year = subject.rpartition("/")
    return unit_id, int(year)
