"""不予扣分: a finding that somebody decides is not to take points, at the place where it takes them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import db, desk, viewer
from dashboard.score_data import Row, Standing
from dashboard.words import plain
from etl.ledger import Entry, Kind, ScoreWaiver, waiver_subject

PLACE = "score-waiver"


def area(unit_id: str, items: Sequence[Row], held: Standing) -> None:
    """What was decided about the findings of one line, and a form for those that still take points."""
    if held.is_final or viewer.is_viewer():
        return
    desk.show_told(PLACE)
    said = {each.fingerprint: each for each in held.decisions.waivers if each.unit_id == unit_id}
    prints = dict.fromkeys(each["fingerprint"] for each in items if each["fingerprint"])
    for fingerprint in prints:
        if fingerprint in said:
            _decided(said[fingerprint])
    taking = [each for each in items if each["fingerprint"] and each["state"] == "counted" and each["deducted"]]
    open_ones = {each["words"]: each["fingerprint"] for each in taking if each["fingerprint"] not in said}
    if not open_ones:
        return
    with st.expander("不予扣分：写明理由，这一处就不扣"), st.form(f"waive-{unit_id}", border=False):
        st.selectbox("哪一处", list(open_ones), key="waive-which", index=0 if len(open_ones) == 1 else None)
        st.text_input("理由", key="waive-why", placeholder="必填，如：系统导出所致，原件无误", max_chars=300)
        desk.name_field(PLACE)
        st.form_submit_button("不予扣分", key="waive-save", on_click=_waive, args=(unit_id, open_ones, held))


def _decided(waiver: ScoreWaiver) -> None:
    entry = waiver.entry
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(f"不予扣分：{entry.who}，{desk.when(entry.made_at)}，理由：{entry.why}"), width="content")
        st.button("撤回", key=f"unwaive-{waiver.fingerprint}", type="tertiary", on_click=_unwaive, args=(entry,))


def _unwaive(entry: Entry) -> None:
    done = "已撤回，这一处照细则扣分。"
    desk.record(PLACE, Kind.SCORE_WAIVER, entry.subject, None, seen=entry.entry_id, done=done)


def _waive(unit_id: str, open_ones: dict[str, str], held: Standing) -> None:
    fingerprint = open_ones.get(st.session_state.get("waive-which") or "")
    why = str(st.session_state.get("waive-why") or "").strip()
    if fingerprint is None:
        desk.tell(PLACE, desk.Told("没有保存：请选一处。", is_done=False))
        return
    (found,) = db.rows("SELECT * FROM finding_item WHERE fingerprint = $name", {"name": fingerprint})
    subject = waiver_subject(unit_id, held.year, fingerprint)
    about = {name: found[name] for name in ("rule", "where", "message")}
    desk.record(
        PLACE, Kind.SCORE_WAIVER, subject, about, seen=held.seen(Kind.SCORE_WAIVER, subject), why=why,
        done="已保存：这一处不扣分，得分已经改过来。",
    )  # fmt: skip
