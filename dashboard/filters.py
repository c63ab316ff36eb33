"""What the reader looks at: 年度, 范围, 单位. The three live in the address bar, so a link is a view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from dashboard import db, links
from dashboard.words import plain

ALL = "全部"
_MEASURE = "measure-looked-at"
_IN_VAIN = "asked-in-vain"  # key of the address → what a link asked for that there is not
_MOST_WORDS = 40  # of a link that are repeated


@dataclass(frozen=True, slots=True)
class Selection:
    """The reader's choice; `scope` is 全部, a group, or the id of the one unit chosen."""

    year: int
    group: str
    unit_id: str | None
    unit_name: str | None

    @property
    def scope(self) -> str:
        """The name under which the marts hold the sums of this choice."""
        return self.unit_id or self.group

    @property
    def parameters(self) -> dict[str, Any]:
        """For `db.query`: $year and $scope."""
        return {"year": self.year, "scope": self.scope}

    @property
    def words(self) -> dict[str, str]:
        """The choice in words, for subtitles and for the sheet of every download."""
        return {"年度": f"{self.year} 年度", "范围": self.unit_name or self.group}

    @property
    def scope_words(self) -> str:
        """Who is looked at, as the subject of a sentence."""
        return self.unit_name or ("各单位" if self.group == ALL else self.group)


def _years() -> list[int]:
    """Years with reports, newest first; `_default` says with which one a page opens."""
    return [row["year"] for row in db.rows("SELECT year FROM report_year WHERE filed > 0 ORDER BY year DESC")]


def _default(years: list[int]) -> int:
    """The newest year that was collected: one that has only begun would show almost everybody as missing."""
    sql = "SELECT max(year) AS year FROM report_year WHERE filed > 0 AND is_collected"
    newest = db.rows(sql)[0]["year"]
    return years.index(newest) if newest in years else 0


def _groups() -> list[str]:
    sql = "SELECT DISTINCT \"group\", min(position) AS position FROM unit WHERE kind <> 'area' GROUP BY ALL ORDER BY 2"
    return [ALL, *(row["group"] for row in db.rows(sql))]


def _units(group: str) -> dict[str, str]:
    sql = """SELECT unit_id, name, kind FROM unit
             WHERE $group = '全部' OR "group" = $group ORDER BY position"""
    return {links.option(row["name"], row["kind"] == "area"): row["unit_id"] for row in db.rows(sql, {"group": group})}


@dataclass(frozen=True, slots=True)
class _InVain:
    """What a link asked for in vain, on which page, and what is shown in its place, which is told until the reader
    chooses something else or turns to another page."""

    asked: str
    page: str
    shown: Any = None


def asked(key: str, options: Sequence[str], most: int = 1) -> None:
    """Before the field of this key is drawn: keep what the address asks for and the field does not offer, or offers no
    place for, because the field drops it without a word."""
    held, chosen = st.query_params.get_all(key), st.session_state.get(key)
    if held == (chosen if isinstance(chosen, list) else [chosen]):
        return  # chosen here, by hand: no link asked for it
    known = [each for each in held if each in options]
    left = [each for each in held if each not in known[:most]]
    if left and (most > 1 or not known):
        st.session_state.setdefault(_IN_VAIN, {})[key] = _InVain("、".join(left), _page())


def in_vain(key: str, shown: Any) -> str | None:
    """After the field was drawn: what the link asked for, cut where it is long; None as soon as that is past."""
    every: dict[str, _InVain] = st.session_state.get(_IN_VAIN, {})
    if key not in every:
        return None
    held = every[key]
    if held.page != _page() or (held.shown is not None and held.shown != (shown,)):
        del every[key]
        return None
    every[key] = replace(held, shown=(shown,))
    return held.asked if len(held.asked) <= _MOST_WORDS else held.asked[:_MOST_WORDS] + "……"


def _page() -> str:
    return urlsplit(st.context.url or "").path


def told(sentence: str) -> None:
    """One plain line about a link that could not be followed."""
    st.warning(plain(sentence))


def corrected() -> None:
    """Where a link asked for a year, a scope or a unit that there is not: what it asked for, what is shown instead."""
    selection = current()
    if selection is None:
        return
    held = st.session_state.get("y"), st.session_state.get("s"), st.session_state.get("u")
    year, group, unit = (in_vain(key, shown) for key, shown in zip("ysu", held, strict=True))
    if year is not None:
        told(f"链接里的年度“{year}”没有年报可看，现在看的是 {selection.year} 年度。")
    if group is not None:
        told(f"链接里的范围“{group}”登记表里没有，现在看的是“{selection.group}”。")
    if unit is not None:
        why = f"不属于“{selection.group}”" if unit in _units(ALL) else _not_so_called(unit)
        told(f"链接里的单位“{unit}”{why}，现在没有选单位，看的是{selection.scope_words}。")


def _not_so_called(name: str) -> str:
    """Why no unit is found under a name: the register has it as an alias or an id, or not at all."""
    sql = "SELECT name FROM unit WHERE unit_id = $name OR list_contains(aliases, $name) ORDER BY position"
    full = [row["name"] for row in db.rows(sql, {"name": name})]
    return f"要写全称“{'”或“'.join(full)}”" if full else "登记表里没有"


def sidebar() -> None:
    """The three choices; drawn by the frame before the page, else a page change would lose them."""
    years = _years()
    asked("y", [str(year) for year in years])
    asked("s", _groups())
    with st.sidebar:
        # the options are the bare years, because an option as it is written is what stands in the address
        st.selectbox("年度", [str(year) for year in years], index=_default(years), key="y", bind="query-params")
        group = st.selectbox("范围", _groups(), key="s", bind="query-params")
        units = list(_units(group))
        asked("u", units)
        if st.session_state.get("u") not in (
            None,
            *units,
        ):  # another scope was chosen: the address forgets the unit too
            st.session_state["u"] = None
        st.selectbox("单位", units, index=None, key="u", bind="query-params", placeholder="不选：看全部单位")


def measure(label: str, names: Sequence[str], default: str) -> str:
    """The measure looked at, by name, chosen on a page; it stands in the address, and another page that has it too begins
    with it."""
    held = st.session_state.get(_MEASURE)
    if held in names and "m" not in st.session_state and "m" not in st.query_params:
        st.session_state["m"] = held
    asked("m", names)
    chosen = st.selectbox(label, list(names), index=list(names).index(default), key="m", bind="query-params")
    st.session_state[_MEASURE] = chosen
    if (wanted := in_vain("m", chosen)) is not None:
        told(f"链接里的“{wanted}”这一页没有，现在看的是“{chosen}”。")
    return str(chosen)


def events(selection: Selection) -> list[dict[str, Any]]:
    """What happened to those looked at: to all, to their group, to the units themselves."""
    return db.rows(
        """SELECT * FROM event WHERE $scope = '全部' OR scope = '' OR scope = $scope
           OR scope IN (SELECT unit_id FROM unit_scope WHERE scope = $scope)
           OR scope IN (SELECT "group" FROM unit WHERE unit_id = $scope)
           ORDER BY happened_on""",
        selection.parameters,
    )


def events_by_year(rows: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Events by the year in which they happened, those of one year in one sentence: what a ▼ over a year stands for."""
    found: dict[int, str] = {}
    for row in rows:
        year, told = row["happened_on"].year, f"{row['happened_on']:%Y-%m-%d} {row['text']}"
        found[year] = f"{found[year]}；{told}" if year in found else told
    return found


def current() -> Selection | None:
    """The choice in force, or None when the build holds no report of any year."""
    years = _years()
    if not years:
        return None
    year = int(st.session_state.get("y") or years[_default(years)])
    group = st.session_state.get("s") or ALL
    name = st.session_state.get("u")
    unit_id = _units(group).get(name) if name else None
    return Selection(year, group, unit_id, name if unit_id else None)
