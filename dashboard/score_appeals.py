"""申诉: registered, given material, upheld or changed, each step kept; what a change does to points and grade is told before."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import streamlit as st

from dashboard import card, desk, score_data, score_queue, score_unit, score_words
from dashboard.filters import Selection
from dashboard.grid import Cell, Table, listing
from dashboard.grid import Row as Line
from dashboard.provenance import Address
from dashboard.score_data import SCORED, Row, Standing
from dashboard.words import plain
from etl.ledger import Appeal, AppealStage, Kind, score_subject
from etl.score import Manual, ManualPoints

PLACE, NEW = "appeals", "appeals-new"  # where a case is handled, where one is registered


def conclusion(held: Standing) -> str:
    """The sentence at the head of the page."""
    cases, waiting = held.decisions.appeals, held.decisions.undecided
    if not cases:
        return f"{held.year} 年度暂无申诉。"
    changed = sum(each.stage is AppealStage.CHANGED for each in cases)
    return f"{held.year} 年度申诉 {len(cases)} 件：{len(waiting)} 件没有办结，改判 {changed} 件。"


def register(held: Standing) -> None:
    """A new appeal: whose, about which item, by when it is to be answered, why."""
    rows = [row for row in held.rows if row["status"] == SCORED]
    units = {held.units[row["unit_id"]]["name"]: row["unit_id"] for row in rows}
    names = {f"{key} {each.name}": key for key, (_, _, each) in held.indicators.items()}
    with st.expander("登记一件申诉", expanded=not held.decisions.appeals), st.form("appeal-new", border=False):
        st.selectbox("单位", list(units), index=None, key="appeal-unit", placeholder="选一家")
        st.selectbox("哪一项", list(names), index=None, key="appeal-item", placeholder="选一项")
        st.text_input("申诉理由", key="appeal-why", placeholder="必填，照申诉书写要点", max_chars=300)
        st.text_input("答复期限", key="appeal-due", placeholder="如 2025-03-20，可不填", max_chars=10)
        desk.name_field(NEW)
        st.form_submit_button("登记", key="appeal-file", type="primary", on_click=_file, args=(held, units, names))


def _file(held: Standing, units: dict[str, str], names: dict[str, str]) -> None:
    unit = units.get(st.session_state.get("appeal-unit") or "")
    indicator = names.get(st.session_state.get("appeal-item") or "")
    if unit is None or indicator is None:
        desk.tell(NEW, desk.Told("没有登记：请选单位和项。", is_done=False))
        return
    line = held.scored.line(unit, indicator)
    now = line["points"] if line else None
    after: dict[str, Any] = {"stage": AppealStage.FILED.value, "points": None if now is None else str(now)}
    due = str(st.session_state.get("appeal-due") or "").strip()
    subject = score_subject(unit, held.year, indicator)
    why = str(st.session_state.get("appeal-why") or "").strip()
    told = f"{why}（答复期限 {due}）" if due and why else why
    desk.record(NEW, Kind.APPEAL, subject, after, seen=_seen(subject), why=told, done="已登记。")


def _seen(subject: str) -> int:
    latest = desk.ledger().latest(Kind.APPEAL).get(subject)
    return latest.entry_id if latest else 0


def named(case: Appeal, held: Standing) -> str:
    unit, indicator = held.units.get(case.subject.unit_id, {}), held.indicators.get(case.subject.indicator)
    return (
        f"{unit.get('name', case.subject.unit_id)} · {case.subject.indicator} {indicator[2].name if indicator else ''}"
    )


def register_table(held: Standing, selection: Selection) -> None:
    """申诉台账, every appeal there ever was; the card's download takes it along."""
    lines = []
    for case in held.decisions.appeals:
        first = case.filed.after or {}
        end = case.decided
        result = score_queue.said(end.after) if end is not None and case.stage is AppealStage.CHANGED else ""
        texts = (
            case.stage.label, "待人工" if first.get("points") is None else f"{first['points']} 分", case.filed.why,
            "；".join((each.after or {}).get("evidence", "") for each in case.evidence), result,
            f"{end.who}：{end.why}" if end is not None else "", f"{case.filed.who}，{desk.when(case.filed.made_at)}",
        )  # fmt: skip
        lines.append(Line(named(case, held), tuple(Cell(text) for text in texts)))
    columns = ("状态", "登记时的分", "申诉理由（期限）", "材料", "改为", "谁定的、理由", "谁登记的")
    note = "先后按登记的次序。每一步都留痕，不能删改。"
    card.show("appeals", "申诉台账", conclusion(held), note, selection, {"表": Table("申诉", columns, tuple(lines))})


def handle(held: Standing, selection: Selection) -> None:
    """One open appeal: evidence at the left, the decision at the right."""
    cases = {f"{named(case, held)}（第 {case.filed.entry_id} 号）": case for case in held.decisions.undecided}
    if not cases or held.is_final:
        return
    st.markdown("## 办理")
    name = st.selectbox("哪一件", list(cases), key="appeal-which")
    case = cases[name]
    target = case.subject
    left, right = st.columns([3, 2])
    with left:
        score_unit.evidence(Address("score", target.indicator, target.year, target.unit_id), held)
        listing(
            ("步骤", "时间", "经手人", "内容"),
            [
                (
                    AppealStage((each.after or {})["stage"]).label, desk.when(each.made_at), each.who,
                    (each.after or {}).get("evidence") or each.why,
                )
                for each in case.entries
            ],
        )  # fmt: skip
    with right, st.container(border=True, key="appeal-entry"):
        _decide(case, held)


def _decide(case: Appeal, held: Standing) -> None:
    key = str(case.subject)
    text = str(st.text_input("改判为几分", key=f"appeal-points-{key}", placeholder="先填，看改判前后；维持的不填"))
    points = score_queue.number(text.strip()) if text.strip() else None
    full = held.indicators[case.subject.indicator][2].points
    if text.strip() and (points is None or not 0 <= points <= full):
        st.error(f"请填 0 至 {score_words.points(full)} 的数，最多两位小数。")
        points = None
    if points is not None:
        st.markdown(f"**{plain(before_after(case, points, held))}**")
    with st.form(f"appeal-form-{key}", border=False):
        st.text_input("材料", key=f"appeal-evidence-{key}", placeholder="补充材料的名称和要点", max_chars=300)
        st.text_input("结论的理由", key=f"appeal-reason-{key}", placeholder="维持、改判必须写理由", max_chars=300)
        desk.name_field(PLACE)
        with st.container(horizontal=True):
            for stage, label in (
                (AppealStage.EVIDENCE, "附材料"),
                (AppealStage.UPHELD, "维持"),
                (AppealStage.CHANGED, "改判"),
            ):
                st.form_submit_button(
                    label, key=f"appeal-{stage}", disabled=stage is AppealStage.CHANGED and points is None,
                    on_click=_record, args=(case, stage, points),
                )  # fmt: skip


def before_after(case: Appeal, points: Decimal, held: Standing) -> str:
    """What the change would do, counted by the engine on the same figures."""
    unit_id, year, indicator, _ = case.subject
    said = ManualPoints(unit_id, year, indicator, "试算", "", points)
    kept = tuple(
        each for each in held.manual.points if (each.unit_id, each.year, each.indicator) != (unit_id, year, indicator)
    )
    then = score_data.tried(held.rubric, Manual((*kept, said), held.manual.waived), year).by_unit[unit_id]
    return f"改判前 {told(held.scored.by_unit[unit_id])}；改判后 {told(then)}。"


def told(row: Row) -> str:
    return f"{score_words.reach(row)} 分、{score_words.grade(row)}"


def _record(case: Appeal, stage: AppealStage, points: Decimal | None) -> None:
    key = str(case.subject)
    after: dict[str, Any] = {"stage": stage.value}
    if stage is AppealStage.EVIDENCE:
        after["evidence"] = str(st.session_state.get(f"appeal-evidence-{key}") or "").strip()
    if stage is AppealStage.CHANGED:
        after["points"] = f"{points:f}"
    why = str(st.session_state.get(f"appeal-reason-{key}") or "").strip()
    done = f"已保存：{stage.label}。"
    desk.record(PLACE, Kind.APPEAL, key, after, seen=case.last.entry_id, why=why, done=done)
