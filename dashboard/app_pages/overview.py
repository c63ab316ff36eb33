"""总览：今年全县怎么样、要看谁？"""

import streamlit as st

from dashboard import db, desk, findings, flags, modes, overview_cards, screens, standing
from dashboard.filters import ALL, Selection
from dashboard.opening import open_page
from dashboard.overview_cards import owed


def page(selection: Selection) -> None:
    filed = db.rows("SELECT * FROM filing_total WHERE scope = $scope ORDER BY year", selection.parameters)
    now = next((row for row in filed if row["year"] == selection.year), None)
    if now is None:
        st.write("这个单位在这一年还没有设立，或已并入别的单位。")
        return
    decisions = desk.decisions()
    found = findings.of_scope(selection.year, selection.scope)
    units = standing.of(selection.year, selection.scope, found, decisions)
    with screens.screen("flags"):
        st.markdown(f"**{conclusion(now, units)}**")
        flags.show(selection, found, decisions)
        overview_cards.large_figures(selection, filed, decisions)
    if modes.is_show():
        with screens.screen("filing"):
            overview_cards.tiles(selection, units, found, decisions)
        with screens.screen("trends"):
            overview_cards.trends(selection)
        with screens.screen("requests"):
            screens.requests(selection)
        return
    is_whole = selection.group == ALL and not selection.unit_id
    left, right = (st.container(), st.container()) if modes.is_print() else st.columns([3, 2])
    with left:
        overview_cards.tiles(selection, units, found, decisions)
        overview_cards.attention(selection)
    with right:
        overview_cards.trends(selection)
        overview_cards.doings(selection)
        if is_whole:
            overview_cards.area_report(selection)


def conclusion(now: dict, units: overview_cards.Units) -> str:
    """Who filed, and how many of the reports were read in part only, whether a cell, a row or a table is lacking."""
    missing = f"{now['not_filed']} 家未报" if now["not_filed"] else "没有未报"
    waiting = f"；{now['not_collected']} 家还没有收，不算未报" if now["not_collected"] else ""
    unread = f"，{now['unread']} 家的文件没有读成，待核" if now["unread"] else ""
    in_part = sum(row["stage"] == "doubtful" for _, row in units.values())
    partial = f"；{in_part} 份没有读全，待核" if in_part else ""
    return f"{now['year']} 年度应报 {owed(now)} 家，已报 {now['filed']} 家{unread}，{missing}{waiting}{partial}。"


open_page("总览", page)
