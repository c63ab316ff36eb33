"""收报核对：谁交了、谁错、错哪？"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import claiming, dates, desk, findings, hand_in, lapsed, making, problems, stages, standing
from dashboard.filters import Selection
from dashboard.opening import open_page


def page(selection: Selection) -> None:
    decisions = desk.decisions()
    rows = findings.of_scope(selection.year, selection.scope)
    # one container for each part, so that what opens in one does not make another forget that it was open
    with st.container():
        desk.corner()
        desk.show_told(making.PLACE)
        claiming.missed()
    units = standing.of(selection.year, selection.scope, rows, decisions)
    with st.container():
        stages.bar(units, selection.year)
    with st.container():
        hand_in.area(selection.year)
    with st.container():
        st.markdown(f"## {selection.year} 年度已入库年报的问题")
        if rows or in_force(units):
            told = desk.told_subjects(selection.year)
            problems.show(rows, findings.BUILD, decisions, told, making.rebuild, unread(units))
        else:
            st.info("这一年还没有入库的年报。")
    with st.container():
        lapsed.area(selection)
    with st.container():
        claiming.area(selection.year)
    with st.container():
        dates.area(selection)


def in_force(units: Mapping[str, tuple[standing.Part, Any]]) -> int:
    """How many units have a report in the warehouse, however it stands."""
    return sum(part in (standing.PASSED, standing.MUST_FIX, standing.DOUBTFUL) for part, _ in units.values())


def unread(units: Mapping[str, tuple[standing.Part, Any]]) -> str:
    doubtful = sum(part is standing.DOUBTFUL for part, _ in units.values())
    return f"另有 {doubtful} 家待核，没有读到的没有核对。" if doubtful else ""


def begin() -> None:
    """Nothing is in the warehouse yet: files can be handed in all the same."""
    with st.container():
        desk.corner()
        desk.show_told(making.PLACE)
        claiming.missed()
    hand_in.area(None)


open_page(
    "收报核对",
    page,
    begin,
    hint="点一条问题，旁边列出原表和位置；读错的格，入库以后可以对照原文更正。",
    needs_somebody=False,
)
