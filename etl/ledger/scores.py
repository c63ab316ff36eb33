"""What stands of the decisions about scores, and what the ledger refuses of them.

Who scores an item records SCORE on score_subject(unit, year, indicator); a second person records SCORE_REVIEW on the same
subject and names the entry that they looked at; a finding that is not to take points is a SCORE_WAIVER. An APPEAL runs
filed → evidence → upheld | changed, each an entry, and `after` None with a reason withdraws it; what `changed` says counts from then on
in place of every former decision on the indicator, and only another appeal can change that again. FINALISED shuts a year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from etl.ledger.entry import Conflict, Entry, Kind, LedgerError
from etl.ledger.shapes import WAIVER_SUBJECT, AppealStage, ScoreSubject, is_score_subject, parse_score_subject

SCORE_KINDS = (Kind.SCORE, Kind.SCORE_REVIEW, Kind.SCORE_WAIVER, Kind.APPEAL, Kind.FINALISED)
# What else can change points: a finalising that saw less than all of these would freeze figures nobody looked at.
_MAKING_POINTS = frozenset({*SCORE_KINDS, Kind.FINDING, Kind.CELL, Kind.CLAIM_FILE, Kind.DATES, Kind.INTAKE})
_Key = TypeVar("_Key")
_TOLD = 3  # subjects named in a message


@dataclass(frozen=True, slots=True)
class ScoreDecision:
    """What a person said one indicator is worth: one of `points`, `share`, `holds`. `entry` is the SCORE, or the APPEAL that
    changed it; `review` is the last review that names this very entry, None where nobody looked at it since."""

    subject: ScoreSubject
    points: Decimal | None
    share: Decimal | None
    holds: bool | None
    evidence: str
    entry: Entry
    review: Entry | None = None

    @property
    def is_appealed(self) -> bool:
        return self.entry.kind is Kind.APPEAL

    @property
    def is_reviewed(self) -> bool:
        """True where a second person agreed."""
        return _agrees(self.review)


@dataclass(frozen=True, slots=True)
class ScoreWaiver:
    """A finding that is not to take points. `entry.after` says what it was: rule, where, message."""

    unit_id: str
    year: int
    fingerprint: str
    entry: Entry
    review: Entry | None = None

    @property
    def is_reviewed(self) -> bool:
        return _agrees(self.review)


@dataclass(frozen=True, slots=True)
class Appeal:
    """One appeal from its registration to its end; `entries` in order, the first is the registration."""

    subject: ScoreSubject
    stage: AppealStage
    entries: tuple[Entry, ...]

    @property
    def filed(self) -> Entry:
        return self.entries[0]

    @property
    def last(self) -> Entry:
        """What `record` takes as seen."""
        return self.entries[-1]

    @property
    def evidence(self) -> tuple[Entry, ...]:
        return tuple(each for each in self.entries if (each.after or {}).get("stage") == AppealStage.EVIDENCE)

    @property
    def due_on(self) -> date | None:
        """The day by which it is to be answered, None where none was named."""
        day = (self.filed.after or {}).get("due")
        return date.fromisoformat(day) if day else None

    def days_left(self, today: date) -> int | None:
        """Days until the day by which it is to be answered, below 0 once that is past; None where it is answered, or
        no day was named."""
        return None if self.due_on is None or self.stage.is_decided else (self.due_on - today).days

    @property
    def decided(self) -> Entry | None:
        """The entry that upheld, changed or withdrew it."""
        return self.last if self.stage.is_decided else None


@dataclass(frozen=True, slots=True)
class Finalised:
    """A year whose scores are shut. `sha256` is that of the frozen file, `rubric` that of the rubric."""

    year: int
    sha256: str
    rubric: str
    build: str
    who: str
    made_at: str
    why: str
    entry_id: int


@dataclass(frozen=True, slots=True)
class ScoreDecisions:
    """Everything that stands. `scores` and `waivers` in the order in which they were made; `appeals` in that of their
    registration, every one there ever was."""

    scores: tuple[ScoreDecision, ...] = ()
    waivers: tuple[ScoreWaiver, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    finalised: Mapping[int, Finalised] = field(default_factory=dict)

    def of_year(self, year: int) -> ScoreDecisions:
        return ScoreDecisions(
            tuple(each for each in self.scores if each.subject.year == year),
            tuple(each for each in self.waivers if each.year == year),
            tuple(each for each in self.appeals if each.subject.year == year),
            {year: self.finalised[year]} if year in self.finalised else {},
        )

    @property
    def undecided(self) -> tuple[Appeal, ...]:
        return tuple(each for each in self.appeals if not each.stage.is_decided)

    @property
    def unreviewed(self) -> tuple[ScoreDecision | ScoreWaiver, ...]:
        """What no second person agreed to."""
        return tuple(each for each in (*self.scores, *self.waivers) if not each.is_reviewed)


def score_decisions(entries: Iterable[Entry]) -> ScoreDecisions:
    """What stands of these entries, given in the order in which they were made: `ledger.of_kinds(*SCORE_KINDS)`, or of one
    year `ledger.of_year(year)`."""
    held: dict[ScoreSubject, Entry] = {}
    waived: dict[str, Entry] = {}
    reviews: dict[str, Entry] = {}
    cases: list[list[Entry]] = []
    running: dict[str, list[Entry]] = {}
    finalised: dict[int, Finalised] = {}
    for entry in entries:
        match entry.kind:
            case Kind.SCORE:
                _put(held, parse_score_subject(entry.subject), entry)
            case Kind.SCORE_WAIVER:
                _put(waived, entry.subject, entry)
            case Kind.SCORE_REVIEW:
                reviews[entry.subject] = entry
            case Kind.FINALISED:
                finalised[int(entry.subject)] = _finalised(entry)
            case Kind.APPEAL:
                if _stage(entry) is AppealStage.FILED or entry.subject not in running:
                    running[entry.subject] = []
                    cases.append(running[entry.subject])
                running[entry.subject].append(entry)
                if _stage(entry) is AppealStage.CHANGED:
                    _change(held, entry)
    return ScoreDecisions(
        tuple(_decision(subject, entry, reviews) for subject, entry in sorted(held.items(), key=_by_entry)),
        tuple(_waiver(entry, reviews) for _, entry in sorted(waived.items(), key=_by_entry)),
        tuple(Appeal(parse_score_subject(each[0].subject), _stage(each[-1]), tuple(each)) for each in cases),
        finalised,
    )


def _by_entry(item: tuple[object, Entry]) -> int:
    return item[1].entry_id


def _put(held: dict[_Key, Entry], key: _Key, entry: Entry) -> None:
    held.pop(key, None)
    if entry.after is not None:
        held[key] = entry


def _change(held: dict[ScoreSubject, Entry], entry: Entry) -> None:
    """An appeal against an indicator goes for all of its events, one against an event for that event."""
    subject = parse_score_subject(entry.subject)
    for each in [each for each in held if each[:3] == subject[:3] and subject.event in (0, each.event)]:
        del held[each]
    held[subject] = entry


def _stage(entry: Entry) -> AppealStage:
    return AppealStage(entry.after["stage"]) if entry.after is not None else AppealStage.WITHDRAWN


def _decision(subject: ScoreSubject, entry: Entry, reviews: Mapping[str, Entry]) -> ScoreDecision:
    said = entry.after or {}
    points, share = said.get("points"), said.get("share")
    return ScoreDecision(
        subject, None if points is None else Decimal(points), None if share is None else Decimal(share), said.get("holds"),
        said.get("evidence", ""), entry, _review_of(entry, reviews),
    )  # fmt: skip


def _waiver(entry: Entry, reviews: Mapping[str, Entry]) -> ScoreWaiver:
    unit_id, year, fingerprint = _waiver_of(entry.subject)
    return ScoreWaiver(unit_id, year, fingerprint, entry, _review_of(entry, reviews))


def _waiver_of(subject: str) -> tuple[str, int, str]:
    match = WAIVER_SUBJECT.fullmatch(subject)
    assert match is not None, "the shape of a waiver's subject is checked when it is recorded"
    return match["unit"], int(match["year"]), match["fingerprint"]


def _review_of(entry: Entry, reviews: Mapping[str, Entry]) -> Entry | None:
    review = reviews.get(entry.subject)
    is_of_it = review is not None and review.after is not None and review.after["entry_id"] == entry.entry_id
    return review if is_of_it else None


def _agrees(review: Entry | None) -> bool:
    return review is not None and review.after is not None and review.after["agrees"]


def _finalised(entry: Entry) -> Finalised:
    said = entry.after or {}
    return Finalised(
        int(entry.subject), said["sha256"], said["rubric"], said["build"], entry.who, entry.made_at, entry.why, entry.entry_id
    )  # fmt: skip


# ── what is refused


class Held(Protocol):
    """The ledger as it stands while one entry is being written."""

    def latest(self, kind: Kind, subject: str) -> Entry | None: ...

    def history(self, kind: Kind, subject: str) -> tuple[Entry, ...]: ...

    def of_kinds(self, kinds: Iterable[Kind]) -> tuple[Entry, ...]: ...


def check_score_entry(entry: Entry, held: Held) -> None:
    """Raises LedgerError where an entry about scores does not fit what stands. `entry` has its shape already."""
    year = _year_of(entry)
    if year is None:
        return
    shut = held.latest(Kind.FINALISED, str(year))
    if shut is not None:
        raise LedgerError(
            f"没有保存：{year} 年度的得分已由 {shut.who} 于 {_moment(shut)} 定稿，不能再改。"
            "要看当时的依据，请下载得分说明书；仍有不同意见的，请另行书面处理。"
        )
    _CHECKS[entry.kind](entry, held)


def _year_of(entry: Entry) -> int | None:
    if entry.kind not in SCORE_KINDS:
        return None
    if entry.kind is Kind.FINALISED:
        return int(entry.subject)
    if is_score_subject(entry.subject):
        return parse_score_subject(entry.subject).year
    return _waiver_of(entry.subject)[1]


def _check_score(entry: Entry, held: Held) -> None:
    whole = str(parse_score_subject(entry.subject)._replace(event=0))
    for each in dict.fromkeys((entry.subject, whole)):
        changed = [said for said in held.history(Kind.APPEAL, each) if _stage(said) is AppealStage.CHANGED]
        if changed:
            raise LedgerError(
                f"没有保存：“{each}”已由 {changed[-1].who} 于 {_moment(changed[-1])} 申诉改判，以改判的分为准。"
                "要再改，请重新登记申诉。"
            )


def _check_review(entry: Entry, held: Held) -> None:
    if entry.after is None:
        return
    kinds = (Kind.SCORE, Kind.SCORE_WAIVER, Kind.APPEAL)
    scored = [each for kind in kinds for each in held.history(kind, entry.subject)]
    standing = _standing(scored, entry.subject)
    if standing is None or standing.entry_id != entry.after["entry_id"]:
        raise Conflict(max(scored, key=lambda each: each.entry_id, default=None))
    if _name(standing.who) == _name(entry.who):
        raise LedgerError(
            f"没有保存：这一项是 {standing.who} 于 {_moment(standing)} 记下的，复核要由另一个人作。请换人后再复核。"
        )


def _standing(entries: Iterable[Entry], subject: str) -> Entry | None:
    found = score_decisions(sorted(entries, key=lambda each: each.entry_id))
    return next((each.entry for each in (*found.scores, *found.waivers) if each.entry.subject == subject), None)


def _name(who: str) -> str:
    return "".join(who.split()).casefold()


def _check_appeal(entry: Entry, held: Held) -> None:
    former = held.latest(Kind.APPEAL, entry.subject)
    is_running = former is not None and not _stage(former).is_decided
    if _stage(entry) is AppealStage.FILED and is_running:
        raise LedgerError(
            f"没有保存：“{entry.subject}”的申诉正在办理（{_told(former)}）。请在那一件里补充材料或作决定。"
        )
    if _stage(entry) is not AppealStage.FILED and not is_running:
        raise LedgerError(f"没有保存：“{entry.subject}”没有正在办理的申诉{_told(former, '，上一件')}。请先登记申诉。")


def _check_finalised(entry: Entry, held: Held) -> None:
    said = entry.after or {}
    later = [each for each in held.of_kinds(_MAKING_POINTS) if each.entry_id > said["upto"]]
    if later:
        raise Conflict(later[-1])
    if said["open"]:
        raise LedgerError(f"没有定稿：还有 {said['open']} 项要由人评定。请评完后再定稿。")
    found = score_decisions(held.of_kinds(SCORE_KINDS)).of_year(int(entry.subject))
    if found.undecided:
        raise LedgerError(
            f"没有定稿：还有 {len(found.undecided)} 件申诉没有办结（{_named(found.undecided)}）。请先维持、改判或撤回。"
        )
    if said["review"] and found.unreviewed:
        raise LedgerError(
            f"没有定稿：细则要求第二个人复核，还有 {len(found.unreviewed)} 项没有复核，或被退回（{_named(found.unreviewed)}）。"
            "请由另一个人复核后再定稿。"
        )


def _named(cases: Iterable[ScoreDecision | ScoreWaiver | Appeal]) -> str:
    names = [str(each.subject) if not isinstance(each, ScoreWaiver) else each.entry.subject for each in cases]
    return "、".join(names[:_TOLD]) + ("等" if len(names) > _TOLD else "")


def _told(entry: Entry | None, before: str = "") -> str:
    return f"{before}{entry.who} 于 {_moment(entry)} {_stage(entry).label}" if entry else ""


def _moment(entry: Entry) -> str:
    return entry.made_at[:16].replace("T", " ")


def _anything(entry: Entry, held: Held) -> None:
    """A waiver may stand beside whatever else was said."""


_CHECKS: Mapping[Kind, Callable[[Entry, Held], None]] = {
    Kind.SCORE: _check_score, Kind.SCORE_REVIEW: _check_review, Kind.SCORE_WAIVER: _anything, Kind.APPEAL: _check_appeal,
    Kind.FINALISED: _check_finalised,
}  # fmt: skip
