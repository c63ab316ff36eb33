"""收报核对：谁交了、谁错、错哪？"""

import streamlit as st

from dashboard import claiming, dates, desk, findings, hand_in, making, problems, stages
from dashboard.filters import Selection
from dashboard.opening import open_page


def page(selection: Selection) -> None:
    desk.corner()
    desk.show_told(making.PLACE)
    decisions = desk.decisions()
    rows = findings.of_scope(selection.year, selection.scope)
    stages.bar(stages.of(selection, rows, decisions))
    hand_in.area(selection.year)
    st.markdown(f"## {selection.year} 年度已入库年报的问题")
    problems.show(rows, findings.BUILD, decisions, desk.told_subjects(selection.year), making.rebuild)
    claiming.area(selection.year)
    dates.area(selection)


def begin() -> None:
    """Nothing is in the warehouse yet: files can be handed in all the same."""
    desk.corner()
    desk.show_told(making.PLACE)
    hand_in.area(None)


open_page("收报核对", page, begin, hint="点一条问题，右边列出原表和位置；入库之前都可以改。")
