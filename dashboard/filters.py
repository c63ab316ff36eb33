"""What the reader looks at: 年度, 范围, 单位. The three live in the address bar, so a link is a view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import db, links

ALL = "全部"
_MEASURE = "measure-looked-at"


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


def sidebar() -> None:
    """The three choices; drawn by the frame before the page, else a page change would lose them."""
    years = _years()
    with st.sidebar:
        # the options are the bare years, because an option as it is written is what stands in the address
        st.selectbox("年度", [str(year) for year in years], index=_default(years), key="y", bind="query-params")
        group = st.selectbox("范围", _groups(), key="s", bind="query-params")
        st.selectbox(
            "单位", list(_units(group)), index=None, key="u", bind="query-params", placeholder="不选：看全部单位"
        )


def measure(label: str, names: Sequence[str], default: str) -> str:
    """The measure looked at, by name, chosen on a page; it stands in the address, and another page that has it too begins
    with it."""
    held = st.session_state.get(_MEASURE)
    if held in names and "m" not in st.session_state and "m" not in st.query_params:
        st.session_state["m"] = held
    chosen = st.selectbox(label, list(names), index=list(names).index(default), key="m", bind="query-params")
    st.session_state[_MEASURE] = chosen
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
