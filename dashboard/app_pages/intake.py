"""收报核对：谁交了、谁错、错哪？"""

import streamlit as st

from dashboard import claiming, dates, desk, findings, hand_in, making, problems, stages
from dashboard.filters import Selection
from dashboard.opening import open_page


def page(selection: Selection) -> None:
    decisions = desk.decisions()
    rows = findings.of_scope(selection.year, selection.scope)
    # one container for each part, so that what opens in one does not make another forget that it was open
    with st.container():
        desk.corner()
        desk.show_told(making.PLACE)
    with st.container():
        stages.bar(stages.of(selection, rows, decisions))
    with st.container():
        hand_in.area(selection.year)
    with st.container():
        st.markdown(f"## {selection.year} 年度已入库年报的问题")
        problems.show(rows, findings.BUILD, decisions, desk.told_subjects(selection.year), making.rebuild)
    with st.container():
        claiming.area(selection.year)
    with st.container():
        dates.area(selection)


def begin() -> None:
    """Nothing is in the warehouse yet: files can be handed in all the same."""
    with st.container():
        desk.corner()
        desk.show_told(making.PLACE)
    hand_in.area(None)


open_page("收报核对", page, begin, hint="点一条问题，右边列出原表和位置；入库之前都可以改。")
