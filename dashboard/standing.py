"""How the report of each unit stands: filed and without 必改, with one, in doubt, or not there. One answer for all pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard import db, findings
from etl.ledger import FindingDecision

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Part:
    """One way to stand. `kind` picks the colour of its piece of the bar, `tone` that of its tile; `mark` tells it apart
    without one."""

    word: str
    kind: str
    meaning: str
    tone: str = ""
    mark: str = ""


PASSED = Part("合格", "passed", "没有待改的“必改”问题", "good")
MUST_FIX = Part("必改", "must", "有“必改”问题还没有处理完", "must", "■")
DOUBTFUL = Part("待核", "doubtful", "有读不准的格子，或文件没有读全、没有读成，请对照原文", "doubt", "▲")
UNCLAIMED = Part("待认领", "unclaimed", "有它的文件，单位或年度还没有定下来", "doubt", "▲")
NOT_FILED = Part("未报", "missing", "这一年已收齐，没有找到它的年报", "gone")
WAITED_FOR = Part("未收到", "awaited", "还在收报，没有收到，不算未报")
NOT_COLLECTED = Part("未收集", "awaited", "这一年没有登记要收，不能说没报")
PARTS = (PASSED, MUST_FIX, DOUBTFUL, UNCLAIMED, NOT_FILED, WAITED_FOR, NOT_COLLECTED)
_BY_STAGE = {
    "filed": PASSED, "doubtful": DOUBTFUL, "unread": DOUBTFUL, "unclaimed": UNCLAIMED, "not_filed": NOT_FILED,
    "not_collected": WAITED_FOR, "uncollected": NOT_COLLECTED,
}  # fmt: skip
_STAGES = """SELECT * REPLACE (CASE WHEN stage = 'not_collected' AND year NOT IN (SELECT year FROM collected_year)
                 THEN 'uncollected' ELSE stage END AS stage) FROM intake_stage
             WHERE is_counted AND unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope)"""


def of(
    year: int, scope: str, rows: Rows, decisions: Mapping[str, FindingDecision]
) -> dict[str, tuple[Part, dict[str, Any]]]:
    """Every unit that is due in this year and scope, by its name: the part it belongs to, and its row.

    `rows` are the findings of this year and scope.
    """
    open_in = {row["unit_id"] for row in findings.open_must_fix(rows, decisions)}
    units = db.rows(f"{_STAGES} AND year = $year ORDER BY position", {"year": year, "scope": scope})
    return {row["unit_name"]: (_part(row, row["unit_id"] in open_in), row) for row in units}


def _part(row: Mapping[str, Any], is_open: bool) -> Part:
    return MUST_FIX if is_open else _BY_STAGE[row["stage"]]


def counts(units: Mapping[str, tuple[Part, Any]]) -> dict[Part, int]:
    """How many stand where; parts with none are left out, but 合格 and 必改 are always told."""
    counted = Counter(part for part, _ in units.values())
    return {part: counted[part] for part in PARTS if counted[part] or part in (PASSED, MUST_FIX)}


def sentence(units: Mapping[str, tuple[Part, Any]]) -> str:
    """应报 60 家＝合格 46＋必改 9＋待认领 2＋未报 3"""
    return f"应报 {len(units)} 家＝" + "＋".join(f"{part.word} {number}" for part, number in counts(units).items())


def by_year(scope: str, decisions: Mapping[str, FindingDecision]) -> dict[int, Counter[Part]]:
    """How many units of a scope stand where in every year that somebody collected or filed."""
    found = db.rows(
        """SELECT unit_id, year, fingerprint, severity FROM finding_item
           WHERE severity <> 'notice' AND unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope)""",
        {"scope": scope},
    )
    open_in = {(row["unit_id"], row["year"]) for row in findings.open_must_fix(found, decisions)}
    stand: dict[int, Counter[Part]] = {}
    for row in db.rows(f"{_STAGES} ORDER BY year", {"scope": scope}):
        stand.setdefault(row["year"], Counter())[_part(row, (row["unit_id"], row["year"]) in open_in)] += 1
    return stand
