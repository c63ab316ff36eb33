"""待认领: whose report a file is and of which year, chosen by a person who sees what the file itself says."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import db, desk, making
from dashboard.grid import listing
from dashboard.words import plain
from etl.ledger import Kind
from etl.units import load_units

PLACE = "claims"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One file that waits. `reason` tells what it says itself; `unit_id` and `years` are what that points to."""

    key: str
    name: str
    reason: str
    unit_id: str | None
    years: tuple[int, ...]


def units() -> dict[str, str]:
    """Every unit of the register as it is now, id → name. Raises RegisterError."""
    return {unit.unit_id: unit.name for unit in load_units(db.county().units)}


def choose(waiting: Waiting, names: Mapping[str, str]) -> tuple[str | None, int | None]:
    """The two choices for one file: the unit from the register, the year with one click among those it could be."""
    with st.container(border=True, key=f"claim-{waiting.key}"):
        st.html(f'<h3 class="nb-title">{html.escape(waiting.name)}</h3>')
        st.caption(plain(waiting.reason))
        ids = list(names)
        left, right = st.columns(2)
        unit_id = left.selectbox(
            "单位", ids, index=ids.index(waiting.unit_id) if waiting.unit_id in ids else None,
            format_func=lambda each: names[each], key=f"unit-of-{waiting.key}", placeholder="选单位",
        )  # fmt: skip
        year = right.pills("年度", list(waiting.years), key=f"year-of-{waiting.key}")
    return unit_id, year


def candidate_years(witnesses: Sequence[Mapping[str, str]], guess: int | None, usual: int) -> tuple[int, ...]:
    """The years a file could be of, newest first: those it names, and those around the year looked at."""
    named = {int(row["value"]) for row in witnesses if row["subject"] == "year" and str(row["value"]).isdigit()}
    return tuple(sorted({*named, *({guess} if guess else set()), usual - 1, usual, usual + 1}, reverse=True))


def area(usual_year: int) -> None:
    """Files that lie in the county's folder and belong to nobody yet, and those that could not be read."""
    rows = db.rows("SELECT * FROM waiting_file ORDER BY path")
    unclaimed = [row for row in rows if row["kind"] == "unclaimed"]
    unread = [row for row in rows if row["kind"] == "unread"]
    desk.show_told(PLACE)
    if unclaimed:
        st.markdown(f"## 待认领：{len(unclaimed)} 份")
        _claim(unclaimed, usual_year)
    if unread:
        st.markdown(f"## 没有读成的文件：{len(unread)} 份")
        st.caption("其余文件不受影响。按办法处理后重新拖入即可。")
        listing(("文件", "原因和办法"), [(row["path"], row["reason"]) for row in unread])


def _claim(rows: Sequence[dict], usual_year: int) -> None:
    names = units()
    with st.form("claims", border=False):
        said = []
        for row in rows:
            told = db.rows(
                "SELECT * FROM witness WHERE file_id = $file ORDER BY subject, position", {"file": row["file_id"]}
            )
            waiting = Waiting(
                row["sha256"][:16], row["path"], row["reason"], row["unit_id"],
                candidate_years(told, row["year"], usual_year),
            )  # fmt: skip
            said.append((row, *choose(waiting, names)))
        desk.name_field(PLACE)
        if not st.form_submit_button("保存认领并重新入库", type="primary"):
            return
    whole = [(row, unit_id, year) for row, unit_id, year in said if unit_id and year]
    if not whole:
        st.error("没有保存：还没有一份选好了单位和年度。请至少选好一份再保存。")
        return
    for row, unit_id, year in whole:
        if not desk.record(PLACE, Kind.CLAIM_FILE, row["sha256"], {"unit_id": unit_id, "year": year}, seen=0):
            desk.show_told(PLACE)
            return
    making.rebuild(f"已认领 {len(whole)} 份，并重新入库。")
