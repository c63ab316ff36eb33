"""更正: the cells that people put right, and how that is taken back. Who, when and why stay in the ledger either way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard import db, desk
from dashboard.filters import Selection
from dashboard.grid import listing
from dashboard.provenance import cell_name
from dashboard.states import ValueState, write_figure
from dashboard.words import plain
from etl.ledger import Kind, cell_subject

PLACE = "corrections"

Row = dict[str, Any]


def area(selection: Selection, rebuild: Callable[[str], None]) -> None:
    """The corrections that hold in the reports in force, one of which can be taken back; nothing where there is none.

    A finding that went away with a correction cannot be opened any more: here is the way back.
    """
    what = desk.told(PLACE)
    if what is not None and what.is_done:
        rebuild(what.message)
    elif what is not None:
        st.error(plain(what.message))
    rows = in_force(selection)
    if not rows:
        return
    with st.expander(f"生效中的更正（{len(rows)}）"):
        listing(("单位", "项目", "原文", "算作", "经手人", "依据"), [_line(row) for row in rows])
        names = {f"{row['unit_name']} · {cell_name(row)}": row for row in rows}
        with st.form("corrections-form", border=False):
            st.selectbox("撤回哪一处", list(names), index=None, key="corrections-which", placeholder="选一处更正")
            st.text_input("理由", key="corrections-why", placeholder="撤回必须写理由，如：看错了行", max_chars=300)
            desk.name_field(PLACE)
            st.form_submit_button("撤回更正并重新核对", key="corrections-undo", on_click=_chosen, args=(names,))


def in_force(selection: Selection) -> list[Row]:
    """In order of units and cells, without those taken back since the last build."""
    latest = desk.ledger().latest(Kind.CELL)
    rows = db.rows(
        """SELECT c.* FROM corrected_cell c WHERE c.is_applied AND c.is_chosen AND c.year = $year
           AND c.unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope) ORDER BY c.unit_name, c.cell""",
        selection.parameters,
    )
    said = {subject: entry.entry_id for subject, entry in latest.items()}
    return [row for row in rows if said.get(cell_subject(row["sha256"], row["cell"])) == row["entry_id"]]


def _line(row: Row) -> tuple[str, ...]:
    who = f"{row['who']}，{desk.when(row['made_at'])}"
    return row["unit_name"], cell_name(row), row["raw"] or "（空）", figure(row), who, row["why"] or "没有写"


def figure(row: Mapping[str, Any]) -> str:
    """What a person said that stands in a cell."""
    is_zero = row["state"] == "reported" and not float(row["value"])
    return write_figure(ValueState.ZERO if is_zero else row["state"], row["value"])


def _chosen(names: dict[str, Row]) -> None:
    row = names.get(st.session_state["corrections-which"])
    if row is None:
        desk.take_name(PLACE)
        desk.tell(PLACE, desk.Told("没有撤回：还没有选哪一处。请选好再点一次。", is_done=False))
        return
    take_back(PLACE, cell_subject(row["sha256"], row["cell"]), row["entry_id"], "corrections-why")


def take_back(place: str, subject: str, seen: int, why_key: str) -> None:
    """For a button: the cell counts as it was read again. The reason in the field `why_key` is required."""
    why = str(st.session_state.get(why_key) or "").strip()
    if not why:
        desk.take_name(place)
        desk.tell(place, desk.Told("没有撤回：撤回更正要写明理由。请填写后再点一次。", is_done=False))
        return
    desk.record(place, Kind.CELL, subject, None, seen=seen, why=why, done="已撤回更正，并重新核对。")
