"""Who has filed and how it stands: the one bar whose parts always add up to those that are due."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import db, findings
from dashboard.filters import Selection
from dashboard.words import plain
from etl.ledger import FindingDecision

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the bar. `kind` picks its colour."""

    word: str
    kind: str
    meaning: str


PASSED = Part("合格", "passed", "没有待改的“必改”问题")
MUST_FIX = Part("必改", "must", "有“必改”问题还没有处理完")
DOUBTFUL = Part("待核", "doubtful", "有读不准的格子，或文件没有读全、没有读成，请对照原文")
UNCLAIMED = Part("待认领", "unclaimed", "有它的文件，单位或年度还没有定下来")
NOT_FILED = Part("未报", "missing", "这一年已收齐，没有找到它的年报")
WAITED_FOR = Part("未收到", "awaited", "还在收报，没有收到，不算未报")
NOT_COLLECTED = Part("未收集", "awaited", "这一年没有登记要收，不能说没报")
PARTS = (PASSED, MUST_FIX, DOUBTFUL, UNCLAIMED, NOT_FILED, WAITED_FOR, NOT_COLLECTED)
_BY_STAGE = {
    "filed": PASSED, "doubtful": DOUBTFUL, "unread": DOUBTFUL, "unclaimed": UNCLAIMED, "not_filed": NOT_FILED,
    "not_collected": WAITED_FOR, "uncollected": NOT_COLLECTED,
}  # fmt: skip


def of(
    selection: Selection, rows: Rows, decisions: Mapping[str, FindingDecision]
) -> dict[str, tuple[Part, dict[str, Any]]]:
    """Every unit that is due in this year and scope, by its name: the part it belongs to, and its row."""
    open_in = {row["unit_id"] for row in findings.open_must_fix(rows, decisions)}
    units = db.rows(
        """SELECT * REPLACE (CASE WHEN stage = 'not_collected' AND year NOT IN (SELECT year FROM collected_year)
               THEN 'uncollected' ELSE stage END AS stage) FROM intake_stage WHERE year = $year AND is_counted
           AND unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope) ORDER BY position""",
        selection.parameters,
    )
    return {
        row["unit_name"]: (MUST_FIX if row["unit_id"] in open_in else _BY_STAGE[row["stage"]], row) for row in units
    }


def counts(units: Mapping[str, tuple[Part, Any]]) -> dict[Part, int]:
    """How many stand where; parts with none are left out, but 合格 and 必改 are always told."""
    counted = Counter(part for part, _ in units.values())
    return {part: counted[part] for part in PARTS if counted[part] or part in (PASSED, MUST_FIX)}


def sentence(units: Mapping[str, tuple[Part, Any]]) -> str:
    """应报 60 家＝合格 46＋必改 9＋待认领 2＋未报 3"""
    return f"应报 {len(units)} 家＝" + "＋".join(f"{part.word} {number}" for part, number in counts(units).items())


def bar(units: Mapping[str, tuple[Part, Any]], year: int) -> None:
    """The sentence as a title, the parts as one bar, and who stands in each."""
    st.html(f'<h3 class="nb-title nb-sum">{year} 年度{html.escape(sentence(units))}</h3>')
    pieces = "".join(
        f'<span class="part-{part.kind}" style="flex:{number}" title="{html.escape(part.meaning)}">{part.word} {number}</span>'
        for part, number in counts(units).items()
        if number
    )
    if pieces:
        st.html(f'<div class="nb-bar" role="img" aria-label="{html.escape(sentence(units))}">{pieces}</div>')
    with st.expander("逐家看：谁交了、谁没有"):
        for part in PARTS:
            held = [name for name, (each, _) in units.items() if each is part]
            if held:
                st.markdown(f"**{part.word} {len(held)} 家**（{part.meaning}）：{plain('、'.join(held))}")
