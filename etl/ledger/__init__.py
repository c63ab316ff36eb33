"""What people decided: appended to DIR/ledger.sqlite, never changed, never rebuilt."""

from etl.ledger.decisions import (
    FigureDecisions,
    FindingDecision,
    figure_decisions,
    finding_decisions,
    lapsed_decisions,
    waived_findings,
)
from etl.ledger.entry import Conflict, Decision, Entry, Kind, LedgerError, Origin, cell_subject, report_subject
from etl.ledger.store import Ledger
from etl.ledger.tracking import (
    Found,
    InForce,
    Stage,
    Tracking,
    all_tracking,
    is_mended,
    is_read,
    is_to_be_mended,
    returned_findings,
    returns_that_stand,
    tracking,
)

__all__ = [
    "Conflict",
    "Decision",
    "Entry",
    "FigureDecisions",
    "FindingDecision",
    "Found",
    "InForce",
    "Kind",
    "Ledger",
    "LedgerError",
    "Origin",
    "Stage",
    "Tracking",
    "all_tracking",
    "cell_subject",
    "figure_decisions",
    "finding_decisions",
    "is_mended",
    "is_read",
    "is_to_be_mended",
    "lapsed_decisions",
    "report_subject",
    "returned_findings",
    "returns_that_stand",
    "tracking",
    "waived_findings",
]
