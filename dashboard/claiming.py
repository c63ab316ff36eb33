"""待认领: whose report a file is and of which year, chosen by a person who sees what the file itself says."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import db, desk, making
from dashboard.grid import listing
from dashboard.words import plain
from etl.intake import unseen
from etl.ledger import Kind
from etl.units import load_units

PLACE = "claims"
_SAVED = "claims-saved"
_SECONDS = 30  # between two looks at the folder, which may lie on a slow disk of the network
_NO_YEAR = "年度不明"
_NAMED = 3  # so many files are named


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


def missed() -> None:
    """Files under raw/ that the build in force does not know, and the button that takes them in."""
    paths = _unseen(str(db.county().root), str(db.current_path()))
    if not paths:
        return
    more = f" 等 {len(paths)} 份" if len(paths) > _NAMED else ""
    with st.container(border=True, key="missed"):
        st.markdown(
            f"**文件夹里有 {len(paths)} 份文件还没有入库**，可能是直接放进去的，或上次入库中途停了："
            f"{plain('、'.join(paths[:_NAMED]))}{more}"
        )
        if st.button("重新入库", key="missed-go", type="primary"):
            making.rebuild("已重新入库。")


@st.cache_data(ttl=_SECONDS, max_entries=8, show_spinner=False)
def _unseen(root: str, build: str) -> tuple[str, ...]:
    """For the county and the build in force, which tell the cache what the answer belongs to."""
    held = db.rows("SELECT path, size FROM source_file") if db.current_path() is not None else []
    try:
        return unseen(db.county(), {row["path"]: row["size"] for row in held})
    except OSError:  # a build says which folder it is and what to do
        return ()


def area(usual_year: int) -> None:
    """Files that lie in the county's folder and belong to nobody yet, and those that could not be read."""
    if saved := st.session_state.pop(_SAVED, 0):
        making.rebuild(f"已认领 {saved} 份，并重新入库。")
    rows = db.rows(
        "SELECT * FROM waiting_file ORDER BY year IS DISTINCT FROM $year, year DESC NULLS LAST, path",
        {"year": usual_year},
    )
    unclaimed = [row for row in rows if row["kind"] == "unclaimed"]
    unread = [row for row in rows if row["kind"] == "unread"]
    desk.show_told(PLACE)
    if unclaimed:
        st.markdown(f"## 待认领：{len(unclaimed)} 份")
        st.caption(f"{_of_years(unclaimed, usual_year)}。")
        _claim(unclaimed, usual_year)
    if unread:
        st.markdown(f"## 没有读成的文件：{len(unread)} 份")
        st.caption(f"{_of_years(unread, usual_year)}。其余文件不受影响，按办法处理后重新拖入即可。")
        listing(
            ("年度", "文件", "原因和办法"),
            [(row["year"] or _NO_YEAR, row["path"], row["reason"]) for row in unread], short=frozenset({0}),
        )  # fmt: skip


def _of_years(rows: Sequence[Mapping[str, Any]], year: int) -> str:
    """Of which years the files are, as far as they say so: every year is listed, whichever is looked at."""
    here, unknown = sum(row["year"] == year for row in rows), sum(row["year"] is None for row in rows)
    parts = ((here, f"{year} 年度"), (len(rows) - here - unknown, "其他年度"), (unknown, _NO_YEAR))
    return f"各年度的都列在这里：{'，'.join(f'{word} {number} 份' for number, word in parts if number)}"


def _claim(rows: Sequence[dict[str, Any]], usual_year: int) -> None:
    names, latest = units(), desk.ledger().latest(Kind.CLAIM_FILE)
    with st.form("claims", border=False):
        for row in rows:
            told = db.rows(
                "SELECT * FROM witness WHERE file_id = $file ORDER BY subject, position", {"file": row["file_id"]}
            )
            waiting = Waiting(
                _key(row), row["path"], row["reason"], row["unit_id"],
                candidate_years(told, row["year"], usual_year),
            )  # fmt: skip
            choose(waiting, names)
        desk.name_field(PLACE)
        drawn = [(row, latest[row["sha256"]].entry_id if row["sha256"] in latest else 0) for row in rows]
        st.form_submit_button("保存认领并重新入库", type="primary", on_click=_save, args=(drawn, names))


def _key(row: Mapping[str, Any]) -> str:
    return row["sha256"][:16]


def _save(drawn: Sequence[tuple[Mapping[str, Any], int]], names: Mapping[str, str]) -> None:
    """Record what was chosen, against the ledger as it stood when the choices were drawn."""
    said = []
    for row, seen in drawn:
        unit_id, year = (st.session_state.get(f"{what}-of-{_key(row)}") for what in ("unit", "year"))
        if unit_id and year:
            said.append(desk.Said(row["sha256"], {"unit_id": unit_id, "year": year}, seen, row["path"]))
    if not said:
        desk.tell(PLACE, desk.Told("没有保存：还没有一份选好了单位和年度。请至少选好一份再保存。", is_done=False))
        return
    stand = desk.record_each(
        PLACE, Kind.CLAIM_FILE, said,
        lambda after: f"已认作{names.get(after['unit_id'], after['unit_id'])} {after['year']} 年度",
    )  # fmt: skip
    st.session_state[_SAVED] = len(stand)
