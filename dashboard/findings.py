"""Findings as pages show them: levels, states of a decision, and what is asked of a build or of files not yet in one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard import db, desk
from etl.check import SEVERITY_WORDS, Severity
from etl.ledger import (
    Decision,
    Entry,
    FindingDecision,
    InForce,
    Kind,
    is_mended,
    is_read,
    is_to_be_mended,
    report_subject,
    returned_findings,
    returns_that_stand,
    waived_findings,
)
from etl.warehouse.tracked import findings_in_force

MUST_FIX = Severity.MUST_FIX
_DECIDED = {Decision.CONFIRM: "已确认", Decision.WAIVE: "不算问题", Decision.REOPEN: "重新打开"}

Rows = list[dict[str, Any]]
Ask = Callable[[str, Mapping[str, Any]], Rows]


@dataclass(frozen=True, slots=True)
class Look:
    """A level is told apart by shape and word, never by colour alone."""

    mark: str
    name: str
    meaning: str

    @property
    def text(self) -> str:
        return f"{self.mark} {self.name}"


LOOKS: dict[str, Look] = {
    Severity.MUST_FIX: Look("■", SEVERITY_WORDS[Severity.MUST_FIX], "按表样应当对上而没有对上，请改正，或说明原因"),
    Severity.VERIFY: Look("▲", SEVERITY_WORDS[Severity.VERIFY], "可能有别的解释，请对照原文"),
    Severity.NOTICE: Look("●", SEVERITY_WORDS[Severity.NOTICE], "供参考，可以不改"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where findings come from: the build in force, or files that have been handed in and not entered.

    `key` keeps widgets of the two apart. Only what `is_entered` can be put right cell by cell.
    """

    key: str
    ask: Ask
    is_entered: bool


BUILD = Source("build", db.rows, is_entered=True)


def of_scope(year: int, scope: str) -> Rows:
    """The findings of the reports in force of one year, in order of units and places."""
    return db.rows(
        """SELECT * FROM finding_shown WHERE year = $year
           AND unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope) ORDER BY unit_position, position""",
        {"year": year, "scope": scope},
    )


def decided(row: Mapping[str, Any], decisions: Mapping[str, FindingDecision]) -> FindingDecision | None:
    """What stands about this finding, None where nobody said anything."""
    return decisions.get(row["fingerprint"])


def is_waived(row: Mapping[str, Any], decisions: Mapping[str, FindingDecision]) -> bool:
    found = decided(row, decisions)
    return found is not None and found.decision is Decision.WAIVE


def before(row: Mapping[str, Any], decisions: Mapping[str, FindingDecision]) -> str:
    """In which earlier years the same was found, but for those of which somebody said that it is no fault; "" for none."""
    years = {each["year"] for each in row["earlier"] if not is_waived(each, decisions)}
    return f"往年也有：{'、'.join(map(str, sorted(years)))} 年度" if years else ""


def open_must_fix(rows: Sequence[dict[str, Any]], decisions: Mapping[str, FindingDecision]) -> Rows:
    """What has to be mended: 必改 that nobody said is no fault, and 请核 that somebody confirmed."""
    return [row for row in rows if is_to_be_mended(row["severity"], decided(row, decisions))]


def status(row: Mapping[str, Any], decisions: Mapping[str, FindingDecision], is_told: bool = False) -> str:
    """未处理, that it stands in a letter, or who said what and when."""
    found = decided(row, decisions)
    if found is None:
        return "已写进退改单" if is_told else "未处理"
    return f"{_DECIDED[found.decision]}（{found.who}，{desk.when(found.made_at)}）"


def decision_word(decision: str) -> str:
    return _DECIDED[Decision(decision)]


def level(row: Mapping[str, Any]) -> str:
    """The level in words; doubt about our own reading is said with it."""
    return f"{LOOKS[row['severity']].text}{'（待核）' if row['verdict'] == 'doubtful' else ''}"


@dataclass(frozen=True, slots=True)
class Compared:
    """A version against the faults told before: 已改, 未改, 新增, and those that may only be hidden."""

    mended: int
    remaining: int
    new: int
    unsure: int = 0

    @property
    def words(self) -> str:
        hidden = f"／读不准、待核实 {self.unsure}" if self.unsure else ""
        return f"已改 {self.mended}／未改 {self.remaining}／新增 {self.new}{hidden}"


def compare(
    told: Collection[Mapping[str, Any]],
    rows: Sequence[Mapping[str, Any]],
    report: InForce | None = None,
    letter: Entry | None = None,
) -> Compared:
    """`told` are the faults known before with their subject and cells, `rows` everything found in the newer version,
    `report` that version, where its figures can be asked for: a fault that is gone is mended only if they are read, and
    where a `letter` told of it, only if this is another version than the one that was sent back."""
    subjects, now = {each["subject"] for each in told}, {row["subject"] for row in rows}
    gone = [each for each in told if each["subject"] not in now]
    unsure = sum(not _is_mended(each, report, letter) for each in gone) if report is not None else 0
    new = {row["subject"] for row in rows if row["severity"] == MUST_FIX} - subjects
    return Compared(len(gone) - unsure, len(subjects & now), len(new), unsure)


def _is_mended(told: Mapping[str, Any], report: InForce, letter: Entry | None) -> bool:
    return is_read(told.get("cells") or (), report) if letter is None else is_mended(told, report, letter)


def again(report: InForce, rows: Sequence[Mapping[str, Any]]) -> str:
    """What a file that waits changes against the version in the warehouse; "" where there is none."""
    asked = {"unit": report.unit_id, "year": report.year}
    versions = db.rows("SELECT sha256 FROM report_version WHERE unit_id = $unit AND year = $year", asked)
    if not versions:
        return ""
    sent = desk.ledger().history(report_subject(report.unit_id, report.year), Kind.RETURNED)
    letter = next(reversed(returns_that_stand(sent)), None)
    waived = waived_findings(desk.decisions())
    if letter is not None and letter.after is not None:
        told = letter.after["findings"]
    else:
        with db.cursor() as cursor:
            held = [each for each in findings_in_force(cursor, report.year) if each.unit_id == report.unit_id]
        told = returned_findings(each for each in held if each.severity == MUST_FIX and each.fingerprint not in waived)
    known = {each["subject"] for each in told}
    rows = [row for row in rows if row["subject"] in known or row["fingerprint"] not in waived]
    return f"第 {len(versions) + 1} 版：{compare(told, rows, report, letter).words}。"
