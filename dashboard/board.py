"""The four columns of 退改跟踪, and the card of one unit in each of them."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboard import desk, findings, provenance, returns
from dashboard.grid import listing
from dashboard.returns import Case
from dashboard.words import plain
from etl.ledger import Kind, Stage

STAGES = (Stage.TO_RETURN, Stage.RETURNED, Stage.REFILED, Stage.CLOSED)
_EMPTY = {
    Stage.TO_RETURN: "没有待退的。", Stage.RETURNED: "没有等着重报的。", Stage.REFILED: "没有新收到的重报。",
    Stage.CLOSED: "还没有销号的。",
}  # fmt: skip


def show(cases: Sequence[Case]) -> list[Case]:
    """Draw the columns; the cases to be sent back that are ticked."""
    ticked = []
    for column, stage in zip(st.columns(len(STAGES)), STAGES, strict=True):
        held = [case for case in cases if case.tracking.stage is stage]
        with column:
            st.html(f'<h2 class="nb-column">{stage.label}<span>{len(held)}</span></h2>')
            if not held:
                st.caption(_EMPTY[stage])
            for case in held:
                if _card(case, stage):
                    ticked.append(case)
    return ticked


def _card(case: Case, stage: Stage) -> bool:
    """One unit; True where it is ticked to be sent back."""
    with st.container(border=True, key=f"case-{stage}-{case.tracking.unit_id}"):
        is_ticked = False
        if stage is Stage.TO_RETURN:
            is_ticked = st.checkbox(f"**{plain(case.unit_name)}**", value=True, key=f"tick-{case.subject}")
        else:
            st.markdown(f"**{plain(case.unit_name)}**")
        st.html(f'<div class="nb-case">{_facts(case, stage)}</div>')
        _ACTS[stage](case)
        if stage is Stage.REFILED and case.tracking.open:
            is_ticked = st.checkbox("再退一次", key=f"again-{case.subject}")
        return is_ticked


def _facts(case: Case, stage: Stage) -> str:
    """What stands on the card: counts, days, who and when."""
    held = case.tracking
    must_fix = sum(each.severity == findings.MUST_FIX for each in held.open)
    counts = [("必改", must_fix), ("经确认的请核", len(held.open) - must_fix)]
    is_awaited = stage in (Stage.TO_RETURN, Stage.RETURNED)
    parts = [f"{name} {count} 处" for name, count in counts if is_awaited and (count or name == "必改")]
    if stage is Stage.RETURNED and held.unsure:
        parts.append(f"没有再发现、还没有收到新的一份 {len(held.unsure)} 处")
    if stage is Stage.REFILED:
        counts = [("已改", held.mended), ("未改", held.remaining), ("新增", held.new)]
        counts += [("读不准、待核实", held.unsure)] if held.unsure else []
        parts.append("／".join(f"{word} {len(rows)}" for word, rows in counts))
        if held.waived:
            parts.append(f"不算问题 {len(held.waived)}")
    if case.repeated:
        parts.append(f"往年也有 {case.repeated} 处")
    if held.returned is not None:
        times = f"（第 {held.returned_times} 次）" if held.returned_times > 1 else ""
        parts.append(f"退改{times}：{html.escape(held.returned.who)}，{desk.when(held.returned.made_at)}")
    days = held.days_overdue(date.today())
    if held.due_on is not None and stage is Stage.RETURNED:
        parts.append(f"期限 {held.due_on}" if not days else f"<b>已过期限 {days} 天</b>（{held.due_on}）")
    if held.closed is not None:
        why = f"：{html.escape(held.closed.why)}" if held.closed.why else ""
        parts.append(f"销号：{html.escape(held.closed.who)}，{desk.when(held.closed.made_at)}{why}")
    return "<br>".join(parts)


def _to_return(case: Case) -> None:
    _found("看问题", [(each.where, each.found, each.expected, each.remedy) for each in case.tracking.open])


def _found(label: str, rows: Sequence[tuple[str, str, str, str]], found: str = "现填") -> None:
    if rows:
        with st.expander(f"{label}（{len(rows)}）"):
            listing(("位置", found, "应为", "怎么改"), rows)


def _told(label: str, rows: Sequence) -> None:
    _found(label, [(row["where"], row["found"], row["expected"], row["remedy"]) for row in rows], "当时填的")


def _returned(case: Case) -> None:
    assert case.tracking.returned is not None and case.tracking.returned.after is not None
    _told("退改单上的问题", case.tracking.returned.after["findings"])
    _told("没有再发现，还没有收到新的一份，请对照原文", case.tracking.unsure)
    with st.container(horizontal=True, vertical_alignment="center", key=f"acts-{case.subject}"):
        _close(case, "销号" if case.tracking.can_be_closed else "带缺销号")
        _again(case)
        st.button(
            "撤回退改", key=f"undo-{case.subject}", type="tertiary", on_click=returns.record,
            args=(case, Kind.RETURNED, None, f"已撤回 {case.unit_name} 的退改。"),
        )  # fmt: skip


def _refiled(case: Case) -> None:
    held = case.tracking
    if held.is_doubtful:
        st.caption("重报的这一份有读不准的内容，“已改”请对照原文确认。")
    _told("已改", held.mended)
    _told("没有再发现，但原来的格读不准，请对照原文", held.unsure)
    _found("未改", [(each.where, each.found, each.expected, each.remedy) for each in held.remaining])
    _found("新增", [(each.where, each.found, each.expected, each.remedy) for each in held.new])
    with st.expander("历次版本"):
        provenance.versions(held.unit_id, held.year)
    with st.container(horizontal=True, vertical_alignment="center", key=f"acts-{case.subject}"):
        _close(case, "销号" if held.can_be_closed else "带缺销号")
        _again(case)


def _again(case: Case) -> None:
    st.button("再取退改单", key=f"letter-{case.subject}", type="tertiary", on_click=returns.fetch_again, args=(case,))


def _close(case: Case, label: str) -> None:
    """销号 at once where nothing is left; with a reason where something is."""
    report, key = case.tracking.report, f"close-{case.subject}"
    if report is None:
        return
    act = (case, Kind.CLOSED, {"sha256": report.sha256}, f"{case.unit_name} 已销号。")
    if case.tracking.can_be_closed:
        st.button(label, key=key, type="primary", on_click=returns.record, args=act)
        return
    with st.popover(label):
        st.text_input("理由（必填）", key=f"why-{key}", placeholder="如：领导同意带缺，另文说明", max_chars=300)
        st.button("确定", key=key, on_click=returns.record, args=(*act, f"why-{key}"))


def _closed(case: Case) -> None:
    st.button(
        "撤回销号", key=f"reopen-{case.subject}", type="tertiary", on_click=returns.record,
        args=(case, Kind.CLOSED, None, f"已撤回 {case.unit_name} 的销号。"),
    )  # fmt: skip


_ACTS = {Stage.TO_RETURN: _to_return, Stage.RETURNED: _returned, Stage.REFILED: _refiled, Stage.CLOSED: _closed}
