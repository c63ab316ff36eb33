"""When reports came in and were published: pasted by the line, read strictly, shown before anything is saved."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from dashboard import db, desk, making
from dashboard.filters import Selection
from dashboard.grid import listing
from etl.ledger import Entry, Kind

PLACE = "dates"
_DATE = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?")
_FIELDS = {"公布日期": "published_on", "收到日期": "received_on"}
_SAVED, _TEXT = "dates-saved", "dates-text"
_TYPED_SINCE = "没有保存：点按之前框里的文字又改过，应先看过改过以后的清单。请核对下面的清单，再点一次。"


@dataclass(frozen=True, slots=True)
class Line:
    """One pasted line: the version whose date it is, or `fault`, why nobody can tell."""

    text: str
    sha256: str = ""
    day: date | None = None
    fault: str = ""


def as_day(text: str) -> date | None:
    """A day as a person types it, None where it is none."""
    match = _DATE.fullmatch(text.strip())
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def parse(text: str, versions: Mapping[str, str], names: Collection[str], year: int) -> list[Line]:
    """Every line that is not blank. `versions` maps a unit's names to the version in force, and a file's name to that
    file, by sha256; `names` are all of the register."""
    lines: list[Line] = []
    for line in (line.strip() for line in text.splitlines()):
        if line:
            lines.append(_line(line, versions, names, year, {each.sha256 for each in lines}))
    return lines


def _line(line: str, versions: Mapping[str, str], names: Collection[str], year: int, said: set[str]) -> Line:
    name, *rest = (part.strip() for part in re.split(r"\t|[,，]|\s{2,}", line) if part.strip())
    if len(rest) != 1:
        return Line(line, fault="应为“单位、制表符、日期”两栏")
    day = as_day(rest[0])
    if day is None:
        return Line(line, fault=f"“{rest[0]}”不是日期，请写成 {year + 1}-01-20")
    if name not in versions:
        known = f"“{name}”{year} 年度没有年报，日期无处可记"
        return Line(line, fault=known if name in names else f"登记表里没有“{name}”，请用登记的名称、简称或文件名")
    if versions[name] in said:
        return Line(line, fault=f"“{name}”写了两次")
    if not date(year, 12, 1) <= day <= date(year + 2, 12, 31):
        return Line(line, fault=f"{day} 不像 {year} 年度年报的日期")
    return Line(line, versions[name], day)


def area(selection: Selection) -> None:
    """The box to paste dates into, and those that are known."""
    if saved := st.session_state.pop(_SAVED, 0):
        making.rebuild(f"已记下 {saved} 个日期，并重新核对。")
    desk.show_told(PLACE)
    versions = db.rows(
        """SELECT *, (SELECT due_on FROM due_day d WHERE d.unit_id = v.unit_id AND d.year = v.year) AS due_on
           FROM report_version v WHERE year = $year AND unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope)
           ORDER BY unit_name, is_chosen DESC, path""",
        selection.parameters,
    )
    known = sum(row["published_on"] is not None for row in versions if row["is_chosen"])
    units = _names()
    in_force = {row["unit_id"]: row["sha256"] for row in versions if row["is_chosen"]}
    known_as = {row["path"].rsplit("/", 1)[-1]: row["sha256"] for row in versions}
    known_as |= {name: in_force[unit_id] for name, unit_id in units.items() if unit_id in in_force}
    with st.expander(
        f"收到和公布日期：{len(in_force)} 份中 {known} 份知道公布日期", expanded=bool(st.session_state.get(_TEXT))
    ):
        st.caption(
            "Word 文件里没有公布日期。不知道日期就不判断是否晚报；网页自己写明日期的不用填。写单位的，记在采用的那一份上；要记别的版本，写文件名。"
        )
        field = st.radio("要填的是", list(_FIELDS), key="dates-field", horizontal=True)
        text = st.text_area(
            "每行一家：单位（或文件名）、制表符或逗号、日期，可从表格软件直接粘贴", key=_TEXT,
            placeholder=f"柳堡镇\t{selection.year + 1}-01-20", height=130,
        )  # fmt: skip
        if text.strip():
            held = {row["sha256"]: row for row in versions}
            _save(text, parse(text, known_as, units, selection.year), held, _FIELDS[str(field)])
        listing(
            ("单位", "文件", "期限", "收到", "公布", "谁填的"),
            [
                (row["unit_name"], f"{row['path']}{'' if row['is_chosen'] else '（未采用）'}", row["due_on"], row["received_on"],
                 row["published_on"], row["dated_by"])
                for row in versions
            ],
        )  # fmt: skip


def _names() -> dict[str, str]:
    """Every name that belongs to one unit alone."""
    names: dict[str, str | None] = {}
    for row in db.rows("SELECT unit_id, name, aliases FROM unit ORDER BY position"):
        for name in dict.fromkeys((row["name"], *row["aliases"])):
            names[name] = None if name in names else row["unit_id"]
    return {name: unit_id for name, unit_id in names.items() if unit_id is not None}


def _save(text: str, lines: list[Line], versions: Mapping[str, dict[str, Any]], field: str) -> None:
    good = [line for line in lines if not line.fault]
    faults = [line for line in lines if line.fault]
    if faults:
        st.warning(f"{len(faults)} 行认不出，没有记；其余 {len(good)} 行可以保存。")
        listing(("这一行", "原因"), [(line.text, line.fault) for line in faults])
    if not good:
        return
    told = [(versions[line.sha256]["unit_name"], versions[line.sha256]["path"], line.day) for line in good]
    listing(("单位", "文件", "日期"), told)
    latest = desk.ledger().latest(Kind.DATES)
    drawn = {line.sha256: latest.get(line.sha256) for line in good}
    desk.name_field(PLACE)
    st.button(
        f"保存 {len(good)} 个日期并重新核对", key="dates-save", type="primary", on_click=_record,
        args=(text, lines, drawn, field),
    )  # fmt: skip


def _record(text: str, lines: list[Line], drawn: Mapping[str, Entry | None], field: str) -> None:
    """Record what can be, against the ledger as it stood when the button was drawn; the other lines stay in the box.

    Who clicks right after typing leaves the box and presses the button at once: `lines` are then those of the `text`
    before, and to write the rest back would wipe out what was typed. Nothing is saved that was not shown.
    """
    if st.session_state[_TEXT] != text:
        desk.take_name(PLACE)
        desk.tell(PLACE, desk.Told(_TYPED_SINCE, is_done=False))
        return
    said = []
    for line in lines:
        if line.day is not None:
            held = drawn[line.sha256]
            before = (held.after if held else None) or {"received_on": None, "published_on": None}
            after = {**before, field: line.day.isoformat()}
            said.append(desk.Said(line.sha256, after, held.entry_id if held else 0, line.text))
    stand = desk.record_each(PLACE, Kind.DATES, said, _in_words)
    st.session_state[_TEXT] = "\n".join(line.text for line in lines if line.sha256 not in stand)
    st.session_state[_SAVED] = len(stand)


def _in_words(after: Mapping[str, str | None]) -> str:
    return "记下了" + "、".join(f"{label} {after[field] or '（空）'}" for label, field in _FIELDS.items())
