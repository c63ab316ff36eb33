"""One finding with its original beside it: the marked table or passage, the figures behind it, and what people decide."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import streamlit as st

from dashboard import corrections, desk, findings, original, viewer
from dashboard.findings import Source
from dashboard.grid import listing
from dashboard.provenance import cell_name, place
from dashboard.states import LOOKS, ValueState, write_figure
from dashboard.words import plain
from etl.ledger import Decision, Entry, FindingDecision, Kind, cell_subject

_SIDES = {"found": "实为", "expected": "应为"}
_STATES = {"有数": "reported", "空白": "blank", "不适用": "slash", "看不清": "unreadable"}
Row = Mapping[str, Any]


def show(
    row: Row, source: Source, decisions: Mapping[str, FindingDecision], rebuild: Callable[[str], None] | None = None
) -> None:
    """Everything about one finding. `rebuild` makes a new build after a cell was put right; None where none can be made."""
    with st.container(border=True, key="finding-detail"):
        report = f"{row['year']} 年度" if row["year"] else "年度未定"
        title = f"{row['unit_name'] or '单位未定'} {report} · {row['where']}"
        st.html(f'<h3 class="nb-title">{html.escape(title)}</h3>')
        told = f"{row['rule_title']}（{row['rule']}）　{findings.before(row, decisions)}"
        rule, message = html.escape(told.rstrip("　")), html.escape(row["message"])
        level = f'<b class="level-{row["severity"]}">{findings.level(row)}</b>'
        st.html(f'<p class="nb-told">{level}　{rule}<br>{message}</p>')
        with st.container():
            decide(row, decisions)
        _original(row, source)
        _operands(row, source)
        lines = [
            ("规则", row["formula"]), ("依据", row["basis"]), ("文件", row["path"]), ("位置", place(row["locator"])),
        ]  # fmt: skip
        listing(("项", "内容"), [line for line in lines if line[1]])
        if source.is_entered and row["cells"] and rebuild is not None:
            correct(row, source, rebuild)


def _original(row: Row, source: Source) -> None:
    if row["cells"]:
        cells = source.ask(
            "SELECT * FROM printed_cell WHERE file_id = $file ORDER BY position", {"file": row["file_id"]}
        )
        operands = source.ask(
            "SELECT cell FROM operand_shown WHERE fingerprint = $name AND file_id = $file",
            {"name": row["fingerprint"], "file": row["file_id"]},
        )
        original.show_tables(cells, row["cells"], {operand["cell"] for operand in operands})
    if row["passage"]:
        held = source.ask(
            """SELECT text FROM section WHERE file_id = $file UNION ALL SELECT opening FROM report WHERE file_id = $file""",
            {"file": row["file_id"]},
        )
        compared = f"{row['other_unit_name']} {row['other_year'] or ''} 年度 · {row['other_path']}"
        titles = (f"本报告 · {row['path']}", compared if row["other_path"] else "对照")
        original.show_passage(row["passage"], [line["text"] for line in held], row["other_passage"], titles)


def _operands(row: Row, source: Source) -> None:
    operands = source.ask(
        "SELECT * FROM operand_shown WHERE fingerprint = $name ORDER BY side DESC, position",
        {"name": row["fingerprint"]},
    )
    if not operands:
        return
    with st.expander(f"这条关系用到的 {len(operands)} 个数和出处", expanded=len(operands) <= 8):
        listing(
            ("哪一边", "项目", "数", "原文", "报告", "位置"),
            [
                (
                    f"{_SIDES.get(each['side'], each['side'])}{'（减）' if each['weight'] < 0 else ''}",
                    cell_name(each),
                    _figure(each),
                    each["raw"] or "",
                    f"{each['unit_name']} {each['year'] or ''} · {each['path']}",
                    place(each["locator"]),
                )
                for each in operands
            ],
            numbers=frozenset({2}),
        )


def _figure(row: Row) -> str:
    if row["state"] == "absent":
        return "没有这一格"
    state = ValueState.ZERO if row["state"] == "reported" and not row["value"] else ValueState(row["state"])
    return write_figure(state, row["value"], row["raw"])


# ── what people decide


def decide(row: Row, decisions: Mapping[str, FindingDecision]) -> None:
    """确认 / 不算问题 / 重新打开. The reason that was typed stays in the form until it was saved."""
    name = row["fingerprint"]
    held, what = findings.decided(row, decisions), desk.told(f"finding-{name}")
    if what is not None:
        (st.success if what.is_done else st.error)(plain(what.message))
        if what.conflict is not None:
            st.warning(f"{plain(told_in_full(what.conflict))}您写的理由还在下面，没有丢。")
    if row["unit_id"] is None or row["year"] is None:
        st.caption("这份文件还没有认领；认领之后才能处理这一条。")
        return
    if held is not None:
        why = f"　理由：{plain(held.why)}" if held.why else ""
        st.markdown(f"**{plain(findings.status(row, decisions))}**{why}")
    if viewer.is_viewer():
        return
    seen = held.entry_id if held else 0
    line = st.form(f"decide-{name}", border=False).container(horizontal=True, vertical_alignment="bottom")
    with line:
        desk.name_field(f"finding-{name}")
        st.text_input("理由", key=f"why-{name}", placeholder="“不算问题”必须写理由", max_chars=300)
        for decision, label in _buttons(held):
            st.form_submit_button(label, key=f"{decision}-{name}", on_click=_decided, args=(row, decision, seen))


def _buttons(held: FindingDecision | None) -> list[tuple[Decision, str]]:
    if held is None or held.decision is Decision.REOPEN:
        return [(Decision.CONFIRM, "确认是问题"), (Decision.WAIVE, "不算问题")]
    other = (Decision.WAIVE, "不算问题") if held.decision is Decision.CONFIRM else (Decision.CONFIRM, "确认是问题")
    return [(Decision.REOPEN, "重新打开"), other]


def told_in_full(entry: Entry) -> str:
    """What somebody else did in the meantime: who, when, what, why."""
    after = entry.after or {}
    said = findings.decision_word(after["decision"]) if entry.kind is Kind.FINDING else "已处理"
    why = f"，理由：{entry.why}" if entry.why else ""
    return f"{entry.who} 于 {desk.when(entry.made_at)} 定为“{said}”{why}。"


def _decided(row: Row, decision: Decision, seen: int) -> None:
    name = row["fingerprint"]
    why = str(st.session_state.get(f"why-{name}") or "").strip()
    place = f"finding-{name}"
    if decision is Decision.WAIVE and not why:
        desk.take_name(place)
        desk.tell(place, desk.Told("没有保存：“不算问题”要写明理由。请填写理由后再点一次。", is_done=False))
        return
    after = {
        "decision": decision.value, "rule": row["rule"], "unit_id": row["unit_id"], "year": row["year"],
        "where": row["where"], "message": row["message"],
    }  # fmt: skip
    word = findings.decision_word(decision)
    if desk.record(place, Kind.FINDING, name, after, seen=seen, why=why, done=f"已保存：{word}。"):
        st.session_state[f"why-{name}"] = ""


# ── a cell that was misread


def correct(row: Row, source: Source, rebuild: Callable[[str], None]) -> None:
    """Put right what was read wrongly; what was printed is kept, and guards the correction against another text."""
    cells = source.ask(
        "SELECT * FROM printed_cell WHERE file_id = $file AND list_contains($cells, cell) ORDER BY position",
        {"file": row["file_id"], "cells": tuple(row["cells"])},
    )
    place_name = f"cell-{row['fingerprint']}"
    with st.expander("原文没有错，是我们读错了这一格"):
        st.caption("只更正读错的格子，不改报告。原文照旧保留；文件一换，更正自动失效。")
        names = {cell_name(cell): cell for cell in cells}
        chosen = st.selectbox("哪一格", list(names), key=f"{place_name}-which")
        if chosen is None:
            return
        cell = names[chosen]
        subject = cell_subject(row["sha256"], cell["cell"])
        latest = desk.ledger().latest(Kind.CELL).get(subject)
        seen = latest.entry_id if latest else 0
        listing(("项", "内容"), _as_read(cell, latest))
        with st.form(f"{place_name}-form", border=False):
            st.radio("原文其实是", list(_STATES), key=f"{place_name}-state", horizontal=True)
            st.text_input("数", key=f"{place_name}-value", placeholder="选“有数”时填写，如 3 或 9.51", max_chars=22)
            st.text_input(
                "依据", key=f"{place_name}-why", placeholder="如：对照原件第 2 页；撤回必须写理由", max_chars=300
            )
            desk.name_field(place_name)
            with st.container(horizontal=True):
                st.form_submit_button(
                    "保存并重新核对", key=f"{place_name}-save", on_click=_corrected, args=(row, cell, place_name, seen)
                )
                if cell["is_corrected"] and latest is not None and latest.after is not None:
                    st.form_submit_button(
                        "撤回更正", key=f"{place_name}-undo", on_click=corrections.take_back,
                        args=(place_name, subject, seen, f"{place_name}-why"),
                    )  # fmt: skip
        what = desk.told(place_name)
        if what is not None and not what.is_done:
            st.error(plain(what.message))
        elif what is not None:
            rebuild(what.message)


def _as_read(cell: Row, latest: Entry | None) -> list[tuple[str, str]]:
    state = ValueState.ZERO if cell["state"] == "reported" and not cell["value"] else cell["state"]
    lines = [
        ("原文", cell["raw"] or "（空）"),
        ("现在算作", "没有这一格" if state == "absent" else LOOKS[ValueState(state)].name),
    ]
    if cell["is_corrected"]:
        lines.append(
            (
                "更正",
                f"{cell['corrected_by']}，{desk.when(cell['corrected_at'])}：{cell['corrected_why'] or '没有写依据'}",
            )
        )
    if latest is not None and latest.after is None:
        lines.append(("更正已撤回", f"{latest.who}，{desk.when(latest.made_at)}：{latest.why}"))
    return lines


def _corrected(row: Row, cell: Row, place_name: str, seen: int) -> None:
    state = _STATES[st.session_state[f"{place_name}-state"]]
    value = figure(str(st.session_state.get(f"{place_name}-value") or "")) if state == "reported" else None
    if state == "reported" and value is None:
        desk.take_name(place_name)
        desk.tell(place_name, desk.Told("没有保存：“有数”要填一个数，如 3 或 9.51。请改正后再保存。", is_done=False))
        return
    after = {
        "state": state, "value": value, "expect": cell["raw"], "unit_id": row["unit_id"], "year": row["year"],
    }  # fmt: skip
    why = str(st.session_state.get(f"{place_name}-why") or "")
    subject = cell_subject(row["sha256"], cell["cell"])
    desk.record(place_name, Kind.CELL, subject, after, seen=seen, why=why, done="已更正，并重新核对。")


def figure(text: str) -> str | None:
    """A figure as a person types it, as the ledger keeps it; None where it is none."""
    plain = text.strip().translate(str.maketrans("０１２３４５６７８９．－", "0123456789.-", "，, "))
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    return f"{value:f}" if value.is_finite() else None
