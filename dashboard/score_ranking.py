"""排列: the order of the register, or, where somebody asked for it and said why, by points within each group."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import desk, score_words, viewer
from dashboard.score_data import SCORED, Row
from dashboard.words import plain
from etl.ledger import Entry, Kind

PLACE = "score-ranking"


def asked(year: int) -> Entry | None:
    """Who asked that this year be ranked, and why; None where nobody did, or it was taken back."""
    entry = desk.ledger().last(Kind.RANKED, str(year))
    return entry if entry is not None and entry.after is not None else None


def places(rows: Sequence[Row]) -> dict[str, int]:
    """The place of each scored unit of one group, equal points at an equal place; {} while a person can still move any
    of them, or where there is nobody to be ranked with."""
    scored = [row for row in rows if row["status"] == SCORED and row["points"] is not None]
    if len(scored) < 2 or any(score_words.is_open(row) for row in scored):
        return {}
    return {row["unit_id"]: 1 + sum(other["points"] > row["points"] for other in scored) for row in scored}


def in_order(rows: Sequence[Row], ranked: dict[str, int]) -> list[Row]:
    """By place where there are places, the units without one last; else as they were."""
    return sorted(rows, key=lambda row: ranked.get(row["unit_id"], len(rows) + 1)) if ranked else list(rows)


def area(year: int) -> None:
    """Who asked for it and why, with a way back; or the form that asks."""
    entry = asked(year)
    with st.container():
        desk.show_told(PLACE)
    if entry is not None:
        told = f"组内名次：{entry.who} 于 {desk.when(entry.made_at)} 打开，理由：{entry.why}。"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(plain(told), width="content")
            if not viewer.is_viewer():
                st.button("恢复登记表顺序", key="unrank", type="tertiary", on_click=_unask, args=(entry,))
        return
    if viewer.is_viewer():
        return
    with st.expander("附组内名次（默认不排，打开要写理由）"), st.form("score-ranking-form", border=False):
        st.caption("只在同一组里排，得分相同名次相同；还有待人工的项时不排。谁打开、为什么，记在台账里。")
        st.text_input("理由", key="rank-why", placeholder="必填，如：考核办法第十二条要求公布名次", max_chars=300)
        desk.name_field(PLACE)
        last = desk.ledger().last(Kind.RANKED, str(year))
        seen = last.entry_id if last else 0
        st.form_submit_button("打开名次", key="rank-save", on_click=_ask, args=(year, seen))


def _unask(entry: Entry) -> None:
    done = "已恢复登记表顺序，不排名次。"
    desk.record(PLACE, Kind.RANKED, entry.subject, None, seen=entry.entry_id, done=done)


def _ask(year: int, seen: int) -> None:
    why = str(st.session_state.get("rank-why") or "").strip()
    desk.record(PLACE, Kind.RANKED, str(year), {"within": "group"}, seen=seen, why=why, done="已打开组内名次。")
