"""申诉: registered, given material, upheld, changed or withdrawn, each step kept; what a change does is told before it is made.

Of an item the points are changed, of a 一票降级 whether it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import streamlit as st

from dashboard import card, desk, score_data, score_queue, score_unit, score_words
from dashboard.dates import as_day
from dashboard.filters import Selection
from dashboard.grid import Cell, Table, listing
from dashboard.grid import Row as Line
from dashboard.provenance import Address
from dashboard.score_data import SCORED, Row, Standing
from dashboard.words import plain
from etl.ledger import Appeal, AppealStage, Entry, Kind, score_subject
from etl.score import Manual, ManualPoints, Role

PLACE, NEW = "appeals", "appeals-new"  # where a case is handled, where one is registered
_FIELDS = ("appeal-unit", "appeal-item", "appeal-why", "appeal-due")
VETO = {True: "否决成立", False: "否决不予适用"}
Said = Mapping[str, Any]  # what a change says, as the entry has it: points, or of a veto holds


def conclusion(held: Standing) -> str:
    """The sentence at the head of the page."""
    cases, waiting = held.decisions.appeals, held.decisions.undecided
    if not cases:
        return f"{held.year} 年度暂无申诉。"
    stages = [each.stage for each in cases]
    late = sum((each.days_left(date.today()) or 0) < 0 for each in waiting)
    parts = [f"{len(waiting)} 件没有办结" + (f"（{late} 件已过答复期限）" if late else "")]
    parts.append(f"改判 {stages.count(AppealStage.CHANGED)} 件")
    parts += [f"维持 {stages.count(AppealStage.UPHELD)} 件"] if AppealStage.UPHELD in stages else []
    parts += [f"撤回 {stages.count(AppealStage.WITHDRAWN)} 件"] if AppealStage.WITHDRAWN in stages else []
    return f"{held.year} 年度申诉 {len(cases)} 件：{'，'.join(parts)}。"


def due(case: Appeal) -> str:
    """By when it is to be answered, and while it is not how far off that is: 2025-03-20（还有 5 天）."""
    if case.due_on is None:
        return ""
    left = case.days_left(date.today())
    if left is None:
        return case.due_on.isoformat()
    far = f"还有 {left} 天" if left > 0 else f"已过期 {-left} 天" if left else "今天到期"
    return f"{case.due_on.isoformat()}（{far}）"


def register(held: Standing) -> None:
    """A new appeal: whose, about which item, by when it is to be answered, why."""
    rows = [row for row in held.rows if row["status"] == SCORED]
    units = {held.units[row["unit_id"]]["name"]: row["unit_id"] for row in rows}
    names = {
        f"{key} {each.name}{'（一票降级）' if role is Role.VETO else ''}": key
        for key, (role, _, each) in held.indicators.items()
    }
    with st.expander("登记一件申诉", expanded=not held.decisions.appeals), st.form("appeal-new", border=False):
        st.selectbox("单位", list(units), index=None, key="appeal-unit", placeholder="选一家")
        st.selectbox("哪一项", list(names), index=None, key="appeal-item", placeholder="选一项")
        st.text_input("申诉理由", key="appeal-why", placeholder="必填，照申诉书写要点", max_chars=300)
        st.text_input("答复期限", key="appeal-due", placeholder=f"如 {date.today().year}-03-20，可不填", max_chars=20)
        desk.name_field(NEW)
        st.form_submit_button("登记", key="appeal-file", type="primary", on_click=_file, args=(held, units, names))


def _file(held: Standing, units: dict[str, str], names: dict[str, str]) -> None:
    unit = units.get(st.session_state.get("appeal-unit") or "")
    indicator = names.get(st.session_state.get("appeal-item") or "")
    written = str(st.session_state.get("appeal-due") or "").strip()
    day = as_day(written) if written else None
    fault = ""
    if unit is None or indicator is None:
        fault = "没有登记：请选单位和项。"
    elif written and day is None:
        fault = f"没有登记：答复期限“{written}”不是日期，请写成 {date.today().year}-03-20，或空着。"
    elif held.indicators[indicator][0] is Role.VETO and not _can_be_appealed(held, unit, indicator):
        fault = "没有登记：这一家没有登记这一项一票降级，没有可以申诉的。"
    if fault or unit is None or indicator is None:
        desk.take_name(NEW)
        desk.tell(NEW, desk.Told(fault, is_done=False))
        return
    after: dict[str, Any] = {"stage": AppealStage.FILED.value, **_now(held, unit, indicator)}
    after |= {"due": day.isoformat()} if day else {}
    subject = score_subject(unit, held.year, indicator)
    why = str(st.session_state.get("appeal-why") or "").strip()
    if desk.record(NEW, Kind.APPEAL, subject, after, seen=held.seen(Kind.APPEAL, subject), why=why, done="已登记。"):
        for key in _FIELDS:
            st.session_state[key] = None if key in ("appeal-unit", "appeal-item") else ""


def _holds(held: Standing, unit: str, veto: str) -> bool:
    line = held.scored.line(unit, veto)
    return bool(line and line["points"])


def _can_be_appealed(held: Standing, unit: str, veto: str) -> bool:
    """One that holds, or that an appeal has lifted: nothing else can bring it back."""
    subject = score_subject(unit, held.year, veto)
    return _holds(held, unit, veto) or any(
        each.stage is AppealStage.CHANGED and str(each.subject) == subject for each in held.decisions.appeals
    )


def _now(held: Standing, unit: str, indicator: str) -> dict[str, Any]:
    """What the indicator is worth at this moment, as the registration keeps it."""
    if held.indicators[indicator][0] is Role.VETO:
        return {"holds": _holds(held, unit, indicator)}
    line = held.scored.line(unit, indicator)
    return {"points": None if line is None or line["points"] is None else str(line["points"])}


def named(case: Appeal, held: Standing) -> str:
    unit, indicator = held.units.get(case.subject.unit_id, {}), held.indicators.get(case.subject.indicator)
    return (
        f"{unit.get('name', case.subject.unit_id)} · {case.subject.indicator} {indicator[2].name if indicator else ''}"
    )


def worth(said: Said) -> str:
    """What a registration or a change says: 2.5 分, 待人工, 否决成立."""
    if "holds" in said:
        return VETO[said["holds"]]
    if said.get("points") is not None:
        return f"{score_words.points(Decimal(said['points']))} 分"
    return score_queue.said(said) if said.get("share") is not None else "待人工"


def by(entry: Entry) -> str:
    """Who wrote an entry, when, and why."""
    return f"{entry.who}，{desk.when(entry.made_at)}：{entry.why}"


def table(held: Standing) -> Table:
    """Every appeal there ever was, in the order in which they were registered."""
    lines = []
    for case in held.decisions.appeals:
        end = case.decided
        result = worth(end.after or {}) if end is not None and case.stage is AppealStage.CHANGED else ""
        texts = (
            case.stage.label, worth(case.filed.after or {}), by(case.filed), due(case),
            "；".join((each.after or {}).get("evidence", "") for each in case.evidence), result,
            by(end) if end is not None else "",
        )  # fmt: skip
        lines.append(Line(named(case, held), tuple(Cell(text) for text in texts)))
    columns = ("状态", "登记时的分", "谁登记的、申诉理由", "答复期限", "材料", "改为", "谁定的、理由")
    return Table("申诉", columns, tuple(lines))


def register_table(held: Standing, selection: Selection) -> None:
    """申诉台账; the card's download takes it along."""
    note = "先后按登记的次序。每一步都留痕，不能删改。办结的不再算天数。"
    title = f"{held.year} 年度申诉台账：{len(held.decisions.appeals)} 件"
    card.show("appeals", "申诉台账", title, note, selection, {"表": table(held)})


def handle(held: Standing, selection: Selection) -> None:
    """One open appeal: evidence at the left, the decision at the right."""
    cases = {f"{named(case, held)}（第 {case.filed.entry_id} 号）": case for case in held.decisions.undecided}
    if not cases or held.is_final:
        return
    st.markdown("## 办理")
    name = st.selectbox("哪一件", list(cases), key="appeal-which")
    case = cases[name]
    target = case.subject
    told = due(case)
    st.caption(plain(f"登记时：{worth(case.filed.after or {})}；答复期限：{told or '没有写'}。"))
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
    is_scored = _is_scored(case, held)
    is_veto = is_scored and held.indicators[case.subject.indicator][0] is Role.VETO
    change = _lifted(case, held) if is_veto else _asked(case, held) if is_scored else None
    if not is_scored:
        st.warning(
            "这一项现在不评了：细则里没有这一项，或这一家没有评。不能改判，只能维持或撤回；细则写错了的，改正后重新入库。"
        )
    if change is not None:
        st.markdown(f"**{plain(before_after(case, change, held))}**")
    with st.form(f"appeal-form-{key}", border=False):
        st.text_input("材料", key=f"appeal-evidence-{key}", placeholder="补充材料的名称和要点", max_chars=300)
        st.text_input("理由", key=f"appeal-reason-{key}", placeholder="维持、改判、撤回必须写理由", max_chars=300)
        desk.name_field(PLACE)
        with st.container(horizontal=True):
            for stage, label in (
                (AppealStage.EVIDENCE, "附材料"),
                (AppealStage.UPHELD, "维持"),
                (AppealStage.CHANGED, f"改判：{worth(change)}" if is_veto and change else "改判"),
                (AppealStage.WITHDRAWN, "撤回申诉"),
            ):
                st.form_submit_button(
                    label, key=f"appeal-{stage}", disabled=stage is AppealStage.CHANGED and change is None,
                    on_click=_record, args=(case, stage, change),
                )  # fmt: skip
    st.caption("撤回：单位不再申诉，得分照旧，不再挡住定稿。")


def _is_scored(case: Appeal, held: Standing) -> bool:
    """A rubric or a register that changed since may have left nothing that could be changed."""
    row = held.scored.by_unit.get(case.subject.unit_id)
    return case.subject.indicator in held.indicators and row is not None and row["status"] == SCORED


def _asked(case: Appeal, held: Standing) -> Said | None:
    """The points that were typed, before anything is decided; None where there are none."""
    text = st.text_input("改判为几分", key=f"appeal-points-{case.subject}", placeholder="先填，看改判前后；维持的不填")
    text = str(text or "").strip()
    points = score_queue.number(text) if text else None
    full = held.indicators[case.subject.indicator][2].points
    if text and (points is None or not 0 <= points <= full):
        st.error(f"请填 0 至 {score_words.points(full)} 的数，最多两位小数。")
        return None
    return None if points is None else {"points": f"{points:f}"}


def _lifted(case: Appeal, held: Standing) -> Said:
    """A veto has one other way to be: not to hold where it does, to hold where an appeal lifted it."""
    return {"holds": not _holds(held, case.subject.unit_id, case.subject.indicator)}


def before_after(case: Appeal, change: Said, held: Standing) -> str:
    """What the change would do, counted by the engine on the same figures."""
    unit_id, year, indicator, _ = case.subject
    points = Decimal(change["holds"]) if "holds" in change else Decimal(change["points"])
    said = ManualPoints(unit_id, year, indicator, "试算", "", points)
    kept = tuple(
        each for each in held.manual.points if (each.unit_id, each.year, each.indicator) != (unit_id, year, indicator)
    )
    then = score_data.tried(held.rubric, Manual((*kept, said), held.manual.waived), year).by_unit[unit_id]
    return f"改判前 {told(held.scored.by_unit[unit_id])}；改判后 {told(then)}。"


def told(row: Row) -> str:
    return f"{score_words.reach(row)} 分、{score_words.grade(row)}"


def _record(case: Appeal, stage: AppealStage, change: Said | None) -> None:
    key = str(case.subject)
    after: dict[str, Any] | None = {"stage": stage.value}
    if stage is AppealStage.EVIDENCE:
        after["evidence"] = str(st.session_state.get(f"appeal-evidence-{key}") or "").strip()
    if stage is AppealStage.CHANGED:
        after |= change or {}
    if stage is AppealStage.WITHDRAWN:
        after = None  # as every kind is taken back
    why = str(st.session_state.get(f"appeal-reason-{key}") or "").strip()
    done = f"已保存：{stage.label}。"
    desk.record(PLACE, Kind.APPEAL, key, after, seen=case.last.entry_id, why=why, done=done)
