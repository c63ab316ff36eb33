"""The ledger → Manual: what people decided about scores, as the engine takes it.

    manual_of(score_decisions(ledger.of_kinds(*SCORE_KINDS)), finding_decisions(ledger)) -> Manual
    manual_in(ledger, year=None) -> Manual           the same in one call, where wanted of one year

A build takes it from there, and a page that shows at once what a decision changes gives it to `score` itself. Who decided,
and who looked at it, stands in the words of the reason. A finding that somebody said is none (问题的处理 免改) takes no
points either.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from etl.ledger import (
    SCORE_KINDS,
    Decision,
    FindingDecision,
    Ledger,
    ScoreDecision,
    ScoreDecisions,
    ScoreWaiver,
    finding_decisions,
    score_decisions,
)
from etl.score.manual import Manual, ManualPoints, Waiver


def manual_in(ledger: Ledger, year: int | None = None) -> Manual:
    """Everything that people decided about scores and that stands, of every year or of one. Raises LedgerError."""
    entries = ledger.of_kinds(*SCORE_KINDS) if year is None else ledger.of_year(year)
    return manual_of(score_decisions(entries), finding_decisions(ledger))


def manual_of(scores: ScoreDecisions, findings: Mapping[str, FindingDecision]) -> Manual:
    """The decisions that stand, in the order in which they were made."""
    waived = {
        fingerprint: Waiver(each.who, each.why)
        for fingerprint, each in findings.items()
        if each.decision is Decision.WAIVE
    }
    waived |= {each.fingerprint: Waiver(_who(each), each.entry.why) for each in scores.waivers}
    return Manual(tuple(map(_points, scores.scores)), waived)


def _points(said: ScoreDecision) -> ManualPoints:
    unit_id, year, indicator, _ = said.subject
    points = Decimal(said.holds) if said.holds is not None else said.points
    why = f"申诉改判：{said.entry.why}" if said.is_appealed else said.entry.why
    return ManualPoints(unit_id, year, indicator, _who(said), why, points, said.share)


def _who(said: ScoreDecision | ScoreWaiver) -> str:
    reviewer = f"，{said.review.who} 复核" if said.is_reviewed and said.review else ""
    return f"{said.entry.who}{reviewer}"
