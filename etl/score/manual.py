"""What people decided about scores: an argument of the engine, whoever keeps it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ManualPoints:
    """What a person says one indicator is worth for a unit's year, in place of whatever the curve said: `points`, or a
    `share` of the full points (0 to 1). Of a veto 1 means that it holds, 0 that it does not.

    Of an indicator of the main part, and of a veto, the last entry holds. Of a bonus or penalty each entry is one event and they add up, to the
    indicator's points at most.
    """

    unit_id: str
    year: int
    indicator: str
    who: str
    why: str
    points: Decimal | None = None
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """Who said that a finding is none, and why."""

    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Manual:
    """Everything that people decided; `waived` by the fingerprint of the finding."""

    points: tuple[ManualPoints, ...] = ()
    waived: Mapping[str, Waiver] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Equal digest, equal decisions; '' where nobody decided anything."""
        if not (self.points or self.waived):
            return ""
        content = [[str(value) for value in astuple(each)] for each in self.points]
        waived = sorted((fingerprint, each.who, each.why) for fingerprint, each in self.waived.items())
        return hashlib.sha256(json.dumps([content, waived], ensure_ascii=False).encode()).hexdigest()
