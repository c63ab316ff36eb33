"""What stands of the decisions: those that make figures, and those about findings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from etl.ledger.entry import Decision, Entry, Kind
from etl.ledger.store import Ledger


@dataclass(frozen=True, slots=True)
class FigureDecisions:
    """The part of the ledger that makes figures. Keys are sha256, of `cells` (sha256, cell); what was taken back is out.

    `claims` are entries of kind claim_file, or intake where nobody said otherwise later: both have unit_id and year.
    `entered` says on which day and as the how-manieth entry a file came in through the intake.
    """

    cells: Mapping[tuple[str, str], Entry] = field(default_factory=dict)
    claims: Mapping[str, Entry] = field(default_factory=dict)
    dates: Mapping[str, Entry] = field(default_factory=dict)
    entered: Mapping[str, tuple[date, int]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Equal digest, equal figures; '' where nobody decided anything."""
        if not (self.cells or self.claims or self.dates or self.entered):
            return ""
        content = [asdict(each) for part in (self.cells, self.claims, self.dates) for each in part.values()]
        content.sort(key=lambda entry: entry["entry_id"])
        entered = sorted((sha256, day.isoformat(), order) for sha256, (day, order) in self.entered.items())
        return hashlib.sha256(json.dumps([content, entered], ensure_ascii=False).encode()).hexdigest()


def figure_decisions(ledger: Ledger) -> FigureDecisions:
    """What a build takes from the ledger. Raises LedgerError on a damaged one; a missing one holds nothing."""
    ledger.verify()
    intakes, claims = ledger.latest(Kind.INTAKE), ledger.latest(Kind.CLAIM_FILE)
    said = {subject: max(each, key=lambda entry: entry.entry_id) for subject, each in _both(intakes, claims).items()}
    return FigureDecisions(
        cells={
            _cell_of(entry.subject): entry for entry in ledger.latest(Kind.CELL).values() if entry.after is not None
        },
        claims={subject: entry for subject, entry in said.items() if entry.after is not None},
        dates={subject: entry for subject, entry in ledger.latest(Kind.DATES).items() if entry.after is not None},
        entered={
            subject: (datetime.fromisoformat(entry.made_at).date(), entry.entry_id)
            for subject, entry in intakes.items()
        },
    )


def _both(intakes: Mapping[str, Entry], claims: Mapping[str, Entry]) -> dict[str, list[Entry]]:
    return {
        subject: [each[subject] for each in (intakes, claims) if subject in each] for subject in {**intakes, **claims}
    }


def _cell_of(subject: str) -> tuple[str, str]:
    sha256, _, cell = subject.partition("/")
    return sha256, cell


@dataclass(frozen=True, slots=True)
class FindingDecision:
    """What somebody said of a finding, and of what it was when they said it. `entry_id` is what `record` takes as seen."""

    fingerprint: str
    decision: Decision
    who: str
    made_at: str
    why: str
    entry_id: int
    about: Mapping[str, Any]  # rule, unit_id, year, where, message


def finding_decisions(ledger: Ledger) -> dict[str, FindingDecision]:
    """The last decision on each fingerprint, also where it is to reopen."""
    return {
        fingerprint: FindingDecision(
            fingerprint, Decision(entry.after["decision"]), entry.who, entry.made_at, entry.why, entry.entry_id,
            {name: entry.after.get(name) for name in ("rule", "unit_id", "year", "where", "message")},
        )
        for fingerprint, entry in ledger.latest(Kind.FINDING).items()
        if entry.after is not None
    }  # fmt: skip


def waived_findings(decisions: Mapping[str, FindingDecision]) -> frozenset[str]:
    """The fingerprints of findings that somebody said are none, of whatever year."""
    return frozenset(fingerprint for fingerprint, each in decisions.items() if each.decision is Decision.WAIVE)


def lapsed_decisions(
    decisions: Mapping[str, FindingDecision], current_fingerprints: Collection[str]
) -> tuple[FindingDecision, ...]:
    """Confirmed or waived findings that no longer stand as they were: the figures changed. The newest first."""
    lapsed = (
        each
        for fingerprint, each in decisions.items()
        if fingerprint not in current_fingerprints and each.decision is not Decision.REOPEN
    )
    return tuple(sorted(lapsed, key=lambda each: -each.entry_id))
