"""Files handed in → DIR/incoming, where nothing counts yet → DIR/raw once a person says whose they are.

Each step leaves something whole: a file is staged, then the ledger says whose it is, then the file lies under raw/, then
it leaves the staging. Whoever is cut off in between asks again (`accept`, or `finish` for all) and ends where they would
have. The build that takes the files in is the caller's.
"""

from etl.intake.accepting import Acceptance, Entered, accept, accept_all, finish
from etl.intake.staging import IntakeError, Staged, discard, stage, stage_all, staged
from etl.intake.unseen import unseen

__all__ = [
    "Acceptance", "Entered", "IntakeError", "Staged", "accept", "accept_all", "discard", "finish", "stage", "stage_all",
    "staged", "unseen",
]  # fmt: skip
