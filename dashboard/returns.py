"""退改: where the mending of each report stands, and the acts that move it on, each kept with who and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import streamlit as st

from dashboard import db, desk
from dashboard.filters import Selection
from dashboard.findings import MUST_FIX
from etl.ledger import (
    Entry,
    Kind,
    Stage,
    Tracking,
    all_tracking,
    report_subject,
    returned_findings,
    waived_findings,
)
from etl.publish.letters import (
    Letter,
    LetterError,
    LetterRow,
    in_words,
    letter_for,
    sender_of,
    template_of,
    zip_letters,
)
from etl.publish.reminders import Reminder, load_contacts, reminders
from etl.units import load_units
from etl.warehouse.tracked import earlier_years, findings_in_force, formulas, reports_in_force

PLACE = "returns"
_MADE = "returns-made"
DAYS = 7  # usually given for mending; the day stands in the letter and can be changed

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One unit's report and how far its mending is."""

    unit_name: str
    position: int
    tracking: Tracking
    earlier: Mapping[str, tuple[int, ...]]  # fingerprint → earlier years with the same fault
    seen: Mapping[Kind, int]  # the entries that stand on the page, 0 for none: what `record` asks for

    @property
    def subject(self) -> str:
        return report_subject(self.tracking.unit_id, self.tracking.year)

    @property
    def repeated(self) -> int:
        """How many of the open faults were found in an earlier year too."""
        return sum(each.fingerprint in self.earlier for each in self.tracking.open)


@dataclass(frozen=True, slots=True)
class Made:
    """Letters that were made in this session, to be fetched and sent."""

    year: int
    archive: bytes
    units: tuple[str, ...]
    text: str


def cases(selection: Selection) -> list[Case]:
    """Every report of the year and scope that is to be mended, or was sent back once, in order of the register."""
    with db.cursor() as cursor:
        reports = reports_in_force(cursor, selection.year)
        found = findings_in_force(cursor, selection.year)
        earlier = earlier_years(cursor, selection.year, waived_findings(desk.decisions()))
    tracked = all_tracking(desk.ledger(), reports, found)
    units = db.rows(
        """SELECT unit_id, name, position FROM unit
           WHERE unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope) ORDER BY position""",
        selection.parameters,
    )
    latest = {kind: desk.ledger().latest(kind) for kind in (Kind.RETURNED, Kind.CLOSED)}

    def seen(unit_id: str) -> dict[Kind, int]:
        subject = report_subject(unit_id, selection.year)
        return {kind: held[subject].entry_id if subject in held else 0 for kind, held in latest.items()}

    return [
        Case(unit["name"], unit["position"], held, earlier, seen(unit["unit_id"]))
        for unit in units
        if (held := tracked.get((unit["unit_id"], selection.year))) and held.stage is not Stage.CLEAR
    ]


def usual_day(today: date) -> date:
    return today + timedelta(days=DAYS)


def make(chosen: Sequence[Case], due_on: date, selection: Selection) -> None:
    """Letters about what is to be mended now, which may be less than stood on the page, and 已退 in the ledger.

    A template that cannot be used leaves everything as it was. Somebody else's act on one report, made since the page was
    drawn, leaves that one out; there is no letter that the ledger does not hold.
    """
    if desk.take_name(PLACE) is None:
        desk.tell(PLACE, desk.Told(desk.NOBODY, is_done=False))
        return
    ready, left = _as_of_now(chosen, selection)
    with db.cursor() as cursor:
        words = formulas(cursor)
    letters = {
        case.subject: letter_for(
            case.unit_name,
            case.tracking.year,
            case.tracking.open,
            formulas=words,
            earlier=case.earlier,
            due_on=due_on,
            with_verify=True,
        )
        for case in ready
    }
    try:
        _packed(letters.values())
    except LetterError as error:
        desk.tell(PLACE, desk.Told(str(error), is_done=False))
        return
    kept = []
    for case in ready:
        told = _told(case, words, due_on)
        if desk.record(PLACE, Kind.RETURNED, case.subject, told, seen=case.seen[Kind.RETURNED]):
            kept.append(case)
        elif (what := desk.told(PLACE)) is not None:
            left.append(f"{case.unit_name}：{what.message}")
    if kept:
        _offer(kept, [letters[case.subject] for case in kept])
    done = f"已生成 {len(kept)} 份退改单，并记为已退。请在下面取走压缩包。" if kept else "没有生成退改单。"
    desk.tell(PLACE, desk.Told(" ".join([done, *left]), is_done=not left))


def _as_of_now(chosen: Sequence[Case], selection: Selection) -> tuple[list[Case], list[str]]:
    """The same reports with what is to be mended in them now, each still with the entries that stood on the page; and
    in words those in which nothing is left to be mended."""
    db.hold_current()
    now = {case.subject: case for case in cases(selection)}
    ready, left = [], []
    for case in chosen:
        fresh = now.get(case.subject)
        if fresh is not None and fresh.tracking.open:
            ready.append(replace(fresh, seen=case.seen))
        else:
            left.append(f"{case.unit_name}：没有生成，现在没有待改的“必改”问题。")
    return ready, left


def _told(case: Case, words: Mapping[str, str], due_on: date) -> dict[str, Any]:
    """What the ledger keeps of a letter: all that stands in it, so that the same can be made again."""
    report = case.tracking.report
    assert report is not None, "what is to be sent back is in force"
    found = [
        {
            **each,
            "formula": words.get(each["rule"], ""),
            "earlier_years": list(case.earlier.get(each["fingerprint"], ())),
        }
        for each in returned_findings(case.tracking.open)
    ]
    return {"sha256": report.sha256, "path": report.path, "findings": found, "due_on": due_on.isoformat()}


def letter_of(unit_name: str, year: int, told: Mapping[str, Any]) -> Letter:
    """The letter that an entry of kind `returned` tells of."""
    rows: dict[bool, list[LetterRow]] = {True: [], False: []}
    for each in told["findings"]:
        row = LetterRow(
            each["where"], each["found"], each["expected"], each["remedy"], each.get("formula", ""),
            tuple(each.get("earlier_years", ())),
        )  # fmt: skip
        rows[each.get("severity", MUST_FIX) == MUST_FIX].append(row)
    due_on = told.get("due_on")
    return Letter(
        unit_name, year, tuple(rows[True]), tuple(rows[False]), date.fromisoformat(due_on) if due_on else None
    )


def fetch_again(case: Case) -> None:
    """Offer the letter that stands once more, as it was told then."""
    sent = case.tracking.returned
    assert sent is not None and sent.after is not None, "the button stands where something was sent back"
    try:
        _offer([case], [letter_of(case.unit_name, case.tracking.year, sent.after)], dated=_day(sent))
    except LetterError as error:
        desk.tell(PLACE, desk.Told(str(error), is_done=False))
        return
    desk.tell(PLACE, desk.Told(f"{case.unit_name} 的退改单已备好，请在下面取走压缩包。", is_done=True))


def _offer(of: Sequence[Case], letters: Sequence[Letter], dated: date | None = None) -> None:
    names = tuple(case.unit_name for case in of)
    st.session_state[_MADE] = Made(letters[0].year, _packed(letters, dated), names, message(letters))


def _packed(letters: Iterable[Letter], dated: date | None = None) -> bytes:
    return zip_letters(letters, sender_of(db.county()), template_of(db.county()), dated or date.today())


def _day(entry: Entry) -> date:
    return datetime.fromisoformat(entry.made_at).date()


def made(year: int) -> Made | None:
    held: Made | None = st.session_state.get(_MADE)
    return held if held is not None and held.year == year else None


def message(letters: Sequence[Letter]) -> str:
    """A text to be pasted into a chat: who, how many places, by when."""
    names = "、".join(f"{letter.unit}（{len(letter.must_fix) + len(letter.verify)} 处）" for letter in letters)
    due_on = letters[0].due_on
    when = f"于 {in_words(due_on)}前" if due_on else "尽快"
    return (
        f"【年报退改】{letters[0].year} 年度政府信息公开工作年度报告经核对，下列单位有表格或文字未通过勾稽核对："
        f"{names}。请对照退改单修改，{when}将改后的报告整份重发，不用另填表。"
    )


def record(case: Case, kind: Kind, after: Mapping[str, Any] | None, done: str, why_key: str = "") -> None:
    """One act on one report, for a button. Where `why_key` names a field, the reason in it is required."""
    why = str(st.session_state.get(why_key) or "").strip() if why_key else ""
    if why_key and not why:
        desk.take_name(PLACE)
        desk.tell(PLACE, desk.Told("没有保存：还有问题没有改，销号要写明理由。请填写后再点一次。", is_done=False))
        return
    desk.record(PLACE, kind, case.subject, after, seen=case.seen[kind], why=why, done=done)


def missing(selection: Selection) -> tuple[Reminder, ...]:
    """Who has not filed, in a year that was collected or is being collected, with a message for each. A year that nobody
    collects has nobody to be reminded.

    Raises RegisterError where contacts.csv cannot be used.
    """
    rows = db.rows(
        """SELECT unit_id, unit_name, due_on FROM intake_stage
           WHERE year = $year AND is_due AND (stage = 'not_filed'
               OR (stage = 'not_collected' AND year IN (SELECT year FROM collected_year)))
           AND unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope) ORDER BY position""",
        selection.parameters,
    )
    county = db.county()
    return reminders(
        [(row["unit_id"], row["unit_name"]) for row in rows], selection.year, today=date.today(),
        due={row["unit_id"]: row["due_on"] for row in rows},
        contacts=load_contacts(county.contacts, load_units(county.units)), sender=sender_of(county),
    )  # fmt: skip


def reminded(year: int) -> dict[str, str]:
    """Who was reminded last by whom and when, by unit."""
    held = desk.ledger().latest(Kind.REMINDED)
    return {
        subject.rpartition("/")[0]: f"{entry.who}，{desk.when(entry.made_at)}"
        for subject, entry in held.items()
        if subject.endswith(f"/{year}")
    }


def remind(unit_ids: Sequence[str], year: int) -> None:
    """Keep that these were reminded now."""
    for unit_id in unit_ids:
        if not desk.record(PLACE, Kind.REMINDED, report_subject(unit_id, year), {}, seen=None, done=""):
            return
    desk.tell(PLACE, desk.Told(f"已记下：催报 {len(unit_ids)} 家。", is_done=True))
