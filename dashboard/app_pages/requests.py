"""依申请公开：收了多少、怎么办的、结转到哪去了？"""

import streamlit as st

from dashboard import application_cards, applications, db, downloads
from dashboard.filters import Selection
from dashboard.opening import open_page
from dashboard.provenance import place
from dashboard.states import ValueState
from dashboard.words import plain
from etl.publish.spot_check import SpotCheckLine, write_spot_check

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def page(selection: Selection) -> None:
    held = application_cards.load(selection)
    st.markdown(f"**{applications.conclusion(held.now, held.total, selection)}**")
    sums = held.sums
    if held.total is None or not sums:
        return
    has_any = any(row["value"] for row in sums)
    zero_requests(selection, is_all=not any(row["state"] == ValueState.REPORTED for row in held.now))
    if has_any:
        application_cards.balance(sums, selection)
        application_cards.outcomes(sums, selection)
    left, right = st.columns(2)
    with left:
        if has_any:
            application_cards.applicants(selection)
        application_cards.disputes(selection)
    with right:
        if has_any:
            application_cards.reasons(selection)
        application_cards.chain(selection)
    application_cards.over_years(held.received, held.over, selection)


def zero_requests(selection: Selection, *, is_all: bool) -> None:
    """The units without an application, folded, with a list for whoever tries their doors."""
    rows = db.rows(
        "SELECT * FROM zero_request WHERE scope = $scope AND year = $year ORDER BY position", selection.parameters
    )
    if not rows:
        return
    if is_all:
        spot_check(rows, selection)
    if selection.unit_id is None:
        with st.expander(f"零申请（{len(rows)} 家）"):
            st.markdown(plain("、".join(row["unit_name"] for row in rows)))
            if not is_all:
                spot_check(rows, selection)


def spot_check(rows: list[dict], selection: Selection) -> None:
    lines = [
        SpotCheckLine(row["unit_name"], row["group"], row["path"], place(row["locator"]), row["told"]) for row in rows
    ]
    stamp, title = downloads.stamp(selection), f"{selection.year} 年度零申请抽查清单"
    st.download_button(
        f"下载抽查清单（{len(rows)} 家）",
        data=lambda: write_spot_check(stamp, title, lines),
        file_name=downloads.file_name("零申请抽查清单", selection, "xlsx"),
        mime=XLSX,
        key="spot-check",
        on_click="ignore",
    )


open_page("依申请公开", page)
