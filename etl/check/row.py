"""The one shape of what a check finds, whether a statement in SQL or a module found it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from etl.source import Locator


class Severity(StrEnum):
    """必改, 请核, 提示. Only what nobody can dispute is MUST_FIX."""

    MUST_FIX = "must_fix"
    VERIFY = "verify"
    NOTICE = "notice"


class Verdict(StrEnum):
    """BROKEN: read, and it does not fit. DOUBTFUL: it does not fit, and what was read may be at fault."""

    HOLDS = "holds"
    BROKEN = "broken"
    DOUBTFUL = "doubtful"
    NOT_ASSESSABLE = "not_assessable"


SEVERITY_WORDS = {Severity.MUST_FIX: "必改", Severity.VERIFY: "请核", Severity.NOTICE: "提示"}


@dataclass(frozen=True, slots=True)
class Operand:
    """A figure that a finding rests on. `side` is found or expected; `file_id` another report's where it is from there."""

    side: str
    file_id: int
    cell: str
    weight: int
    state: str
    value: Decimal | None
    raw: str | None
    locator: Locator | None


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One answer of a check about one report; unit and year are looked up by `file_id`.

    `values` fill the rule's message beside {report} {where} {found} {expected} {remedy}. Findings of one rule in one
    report are told apart by `place`, which is the cells, or else `where`, unless given; the same place with another
    `value_key` (found, expected and passage unless given) is the same fault with other figures. `severity` can only
    lower the rule's own. Rows that hold or cannot be assessed are counted and not kept.
    """

    rule: str
    file_id: int
    where: str
    found: str
    expected: str
    verdict: Verdict = Verdict.BROKEN
    values: Mapping[str, Any] = field(default_factory=dict)
    cells: tuple[str, ...] = ()
    passage: str = ""
    locator: Locator | None = None
    other_file_id: int | None = None
    other_passage: str = ""
    place: str = ""
    value_key: str = ""
    severity: Severity | None = None
    operands: tuple[Operand, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many a check looked at with this outcome, where rows of their own would be too many."""

    rule: str
    verdict: Verdict
    count: int
