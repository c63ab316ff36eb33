"""What one yearly report says, with the address of everything it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from etl.source import Locator

CellId = str  # `table/row/column`, e.g. requests/granted/total; the form lists them all


class FactState(StrEnum):
    """How a cell of the form stands in a document. Only REPORTED has a value."""

    REPORTED = "reported"
    BLANK = "blank"
    SLASH = "slash"  # "/", "-", "—", 无, 不适用
    UNREADABLE = "unreadable"  # something stands there and we do not know what figure it is
    ABSENT = "absent"  # the document's form has no such cell


class ReportStatus(StrEnum):
    """COMPLETE: every cell is read or plainly empty. PARTIAL: some could not be read. REJECTED: not a report."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    REJECTED = "rejected"


class Scope(StrEnum):
    """Whose figures a report holds. The area's report is never added to its units'."""

    AREA_AGGREGATE = "area_aggregate"
    SINGLE_ORGAN = "single_organ"


class Fact(NamedTuple):
    """One cell of the form as one document states it.

    `raw` is the text of the cell as printed, "" for a blank one and None where the document has no such cell;
    `value` is in the unit the form prints (件, or 万元 for admin_fees), unrounded. `confidence` (0 to 1) is set where
    the characters were guessed from a picture, None where the file itself says them. (A tuple, not a dataclass, for
    the same reason as Locator.)
    """

    cell: CellId
    state: FactState
    value: Decimal | None
    raw: str | None
    locator: Locator | None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure the prose states. `counter` is its measure word (条, 件, 元 …); `approximate` for 余, 约, 近, 超 …"""

    claim: str
    value: Decimal
    counter: str
    approximate: bool
    sentence: str
    locator: Locator


@dataclass(frozen=True, slots=True)
class Section:
    """One of the six sections. `number` is 一 … 六; `aspects` the ids of the five aspects found in section 一, in order."""

    number: str
    title: str
    aspects: tuple[str, ...]
    text: str
    locator: Locator


@dataclass(frozen=True, slots=True)
class Problem:
    """Something we could not read or decide. It is ours, not the unit's; `message` says what, where and what to do."""

    code: str
    message: str
    locator: Locator | None = None
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class AlteredLabel:
    """A name that the document prints otherwise than the form. `target` is table/row, table/*/column or section/number."""

    target: str
    printed: str
    standard: str
    locator: Locator


@dataclass(frozen=True, slots=True)
class Witness:
    """One piece of evidence for the year or the unit: `kind` says where it stands, `value` what it says."""

    kind: str
    value: str
    raw: str
    locator: Locator | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One document, read. `unit` is the name as found (unit_id the register's), `year` the report year, `form` its edition.

    `opening` is the text above the first section, one paragraph a line, the title among it.
    """

    unit: str | None
    unit_id: str | None
    year: int | None
    form: str | None
    scope: Scope | None
    stat_period: tuple[date, date] | None
    signed_on: date | None
    published_at: date | None
    title: str | None
    format: str
    status: ReportStatus
    facts: tuple[Fact, ...] = ()
    claims: tuple[Claim, ...] = ()
    sections: tuple[Section, ...] = ()
    problems: tuple[Problem, ...] = ()
    year_witnesses: tuple[Witness, ...] = ()
    unit_witnesses: tuple[Witness, ...] = ()
    opening: str = ""
    altered: tuple[AlteredLabel, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The object `nianbao read --json` prints; its names are a contract (CHANGELOG.md)."""
        period = self.stat_period
        return {
            "unit": self.unit,
            "unit_id": self.unit_id,
            "year": self.year,
            "form": self.form,
            "scope": self.scope,
            "stat_period": {"start": period[0].isoformat(), "end": period[1].isoformat()} if period else None,
            "signed_on": self.signed_on.isoformat() if self.signed_on else None,
            "published_at": self.published_at.isoformat() if self.published_at else None,
            "title": self.title,
            "format": self.format,
            "status": self.status,
            "facts": {
                fact.cell: {
                    "value": as_number(fact.value),
                    "state": fact.state,
                    "raw": fact.raw,
                    "locator": fact.locator.as_dict() if fact.locator else None,
                    "confidence": fact.confidence,
                }
                for fact in self.facts
            },
            "claims": [
                {
                    "claim": claim.claim,
                    "value": as_number(claim.value),
                    "counter": claim.counter,
                    "approximate": claim.approximate,
                    "sentence": claim.sentence,
                    "locator": claim.locator.as_dict(),
                }
                for claim in self.claims
            ],
            "sections": [
                {
                    "number": section.number,
                    "title": section.title,
                    "aspects": list(section.aspects),
                    "text": section.text,
                    "locator": section.locator.as_dict(),
                }
                for section in self.sections
            ],
            "problems": [
                {
                    "code": problem.code,
                    "message": problem.message,
                    "locator": problem.locator.as_dict() if problem.locator else None,
                    "raw": problem.raw,
                }
                for problem in self.problems
            ],
        }


def rejected(code: str, message: str) -> Report:
    """The report of a file of which nothing could be read; its one problem says why."""
    return Report(
        unit=None, unit_id=None, year=None, form=None, scope=None, stat_period=None, signed_on=None,
        published_at=None, title=None, format="unknown", status=ReportStatus.REJECTED,
        problems=(Problem(code, message),),
    )  # fmt: skip


def as_number(value: Decimal | None) -> int | float | None:
    """A figure as a JSON number: whole ones as integers, others as printed (9.51)."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
