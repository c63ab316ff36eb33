"""The list of findings and the one that was chosen, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard import finding_detail, finding_list, findings
from dashboard.findings import Source
from etl.ledger import FindingDecision

_ALL = "全部"
Rows = list[dict[str, Any]]


def show(
    rows: Rows,
    source: Source,
    decisions: Mapping[str, FindingDecision],
    told: frozenset[str] = frozenset(),
    rebuild: Callable[[str], None] | None = None,
    unread: str = "",
) -> None:
    """Everything that was found, 必改 first. `told` are the subjects that stand in a letter already; `unread` says what
    was not read and so not checked: where nothing is found, that is said with it."""
    chosen = _chosen(rows, source, decisions, told, unread)
    if not chosen:
        return
    key = f"findings-{source.key}"
    held = (st.session_state.get(key) or {}).get("finding")
    is_open = held in {row["fingerprint"] for row in chosen}
    left, *right = st.columns([2, 3] if is_open else 1)  # the list keeps its place either way
    with left:
        picked = finding_list.show(chosen, decisions, key, told)
    if right and picked is not None:
        with right[0]:
            row = next(row for row in chosen if row["fingerprint"] == picked)
            finding_detail.show(row, source, decisions, rebuild)


def _chosen(
    rows: Rows, source: Source, decisions: Mapping[str, FindingDecision], told: frozenset[str], unread: str
) -> Rows:
    levels = {look.name: severity for severity, look in findings.LOOKS.items()}
    counts = {name: sum(row["severity"] == severity for row in rows) for name, severity in levels.items()}
    counts[_ALL] = len(rows)
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"levels-{source.key}"):
        level = st.segmented_control(
            "级别", [*levels, _ALL], default=next(iter(levels)), required=True, key=f"level-{source.key}",
            format_func=lambda name: f"{name} {counts[name]}", label_visibility="collapsed",
        )  # fmt: skip
        only_new = st.toggle("只看新的（没人处理过、没写进退改单）", key=f"new-{source.key}")
    chosen = [row for row in rows if level == _ALL or row["severity"] == levels[str(level)]]
    if only_new:
        chosen = [row for row in chosen if row["fingerprint"] not in decisions and row["subject"] not in told]
    if not chosen:
        none = f"没有{'新的' if only_new else ''}“{level}”问题。" if level != _ALL else "没有问题。"
        if unread:
            st.info(f"读到的内容里{none}{unread}")
        else:
            st.success(none)
    return chosen
