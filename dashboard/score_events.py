"""登记加分、减分、一票降级: one event at a time, and the way back for what was registered by mistake or counts nowhere."""

from __future__ import annotations

import streamlit as st

from dashboard import desk, score_queue, score_words
from dashboard.grid import listing
from dashboard.score_data import SCORED, Standing
from etl.ledger import Kind, ScoreDecision, score_subject

PLACE = "score-event"
BACK = "score-back-out"  # where something registered is taken back


def events(held: Standing) -> None:
    """加分、减分、一票降级: one event at a time, each an entry of its own; a veto holds or does not."""
    names = {f"{key} {each.name}": key for key, (role, _, each) in held.indicators.items() if role != "main"}
    if not names or held.is_final:
        return
    st.markdown("## 登记加分、减分、一票降级")
    with st.container():
        desk.show_told(PLACE)
    units = {held.units[row["unit_id"]]["name"]: row["unit_id"] for row in held.rows if row["status"] == SCORED}
    with st.form("score-event-form", border=True):
        st.selectbox("单位", list(units), index=None, key="score-event-unit", placeholder="选一家")
        st.selectbox("哪一项", list(names), index=None, key="score-event-item", placeholder="选一项")
        st.text_input("几分", key="score-event-points", placeholder="写正数；一票降级不填", max_chars=10)
        st.text_input("理由", key="score-event-why", placeholder="必填，如：市政府通报表扬", max_chars=300)
        st.text_input("佐证", key="score-event-evidence", placeholder="文件名称和文号，可不填", max_chars=300)
        desk.name_field(PLACE)
        st.form_submit_button("登记", key="score-event-save", on_click=_event, args=(held, units, names))


def _event(held: Standing, units: dict[str, str], names: dict[str, str]) -> None:
    unit = units.get(st.session_state.get("score-event-unit") or "")
    key = names.get(st.session_state.get("score-event-item") or "")
    if unit is None or key is None:
        desk.tell(PLACE, desk.Told("没有保存：请选单位和项。", is_done=False))
        return
    role, _, indicator = held.indicators[key]
    after: dict[str, object] = {"evidence": str(st.session_state.get("score-event-evidence") or "").strip()}
    subject = score_subject(unit, held.year, key)
    if role == "veto":
        after["holds"] = True
    else:
        points = score_queue.number(str(st.session_state.get("score-event-points") or "").strip())
        if points is None or not 0 <= points <= indicator.points:
            most = score_words.points(indicator.points)
            desk.tell(PLACE, desk.Told(f"没有保存：请填 0 至 {most} 的数，最多两位小数。", is_done=False))
            return
        after["points"] = f"{points:f}"
        subject = _next_event(held, unit, key)
    why = str(st.session_state.get("score-event-why") or "").strip()
    seen = held.seen(Kind.SCORE, subject)
    if desk.record(PLACE, Kind.SCORE, subject, after, seen=seen, why=why, done="已登记。"):
        for name in ("unit", "item"):
            st.session_state[f"score-event-{name}"] = None
        for name in ("points", "why", "evidence"):
            st.session_state[f"score-event-{name}"] = ""


def _next_event(held: Standing, unit: str, indicator: str) -> str:
    """The number after those that stood on the page: two people who register the same event take the same number, and
    the later is told of the other."""
    start = score_subject(unit, held.year, indicator) + "/"
    taken = [
        int(subject[len(start) :]) for kind, subject in held.last if kind is Kind.SCORE and subject.startswith(start)
    ]
    return score_subject(unit, held.year, indicator, max(taken, default=0) + 1)


def registered(held: Standing) -> dict[str, ScoreDecision]:
    """What can be taken back here, by what the page calls it: every event, and what was decided about an item that is no
    longer scored. What an appeal decided is not among them."""
    found = {}
    for each in held.decisions.scores:
        role = held.indicators[each.subject.indicator][0] if each.subject.indicator in held.indicators else None
        if not each.is_appealed and (role != "main" or is_unused(each, held)):
            found[score_queue.named(each, held)] = each
    return found


def is_unused(each: ScoreDecision, held: Standing) -> bool:
    """Whether the points of now do not contain it: an item that the rubric lacks or that is worth less, a unit that has
    no score. A year cannot be shut over it."""
    known, row = held.indicators.get(each.subject.indicator), held.scored.by_unit.get(each.subject.unit_id)
    return known is None or (each.points or 0) > known[2].points or row is None or row["status"] != SCORED


def back(held: Standing) -> None:
    """What was registered, who said so and why, and a form that takes one of it back."""
    names = registered(held)
    with st.container():
        desk.show_told(BACK)
    if not names or held.is_final:
        return
    listing(("已登记", "记为", "谁登记的", "理由", "现在"), [
        (
            name, score_queue.said(each.entry.after), f"{each.entry.who}，{desk.when(each.entry.made_at)}", each.entry.why,
            "没有用上：细则里没有这一项、分值不够，或这一家没有评" if is_unused(each, held) else "已计入",
        )
        for name, each in names.items()
    ])  # fmt: skip
    with st.expander("撤回登记：登记错了的，写明理由撤回"), st.form("score-back-form", border=False):
        st.selectbox("撤回哪一项", list(names), index=None, key="score-back-which", placeholder="选一项")
        st.text_input("理由", key="score-back-why", placeholder="必填，如：登记错了单位", max_chars=300)
        desk.name_field(BACK)
        st.form_submit_button("撤回登记", key="score-back-save", on_click=_take_back, args=(held, names))


def _take_back(held: Standing, names: dict[str, ScoreDecision]) -> None:
    name = str(st.session_state.get("score-back-which") or "")
    why = str(st.session_state.get("score-back-why") or "").strip()
    fault = "没有撤回：请选哪一项。" if name not in names else "没有撤回：要写明理由。" if not why else ""
    if fault:
        desk.take_name(BACK)
        desk.tell(BACK, desk.Told(fault, is_done=False))
        return
    entry = names[name].entry
    done = f"已撤回：{name}。"
    if desk.record(BACK, Kind.SCORE, entry.subject, None, seen=entry.entry_id, why=why, done=done):
        st.session_state["score-back-which"], st.session_state["score-back-why"] = None, ""
