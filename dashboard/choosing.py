"""Whom and which years to compare: the two choices of 对比, both in the address, and buttons that choose for the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import charts, db, filters, links
from dashboard.filters import ALL, Selection

MOST = 6
_UNITS, _YEAR = "units-compared", "year-compared"  # what is chosen here, kept while other pages are looked at
_STYLE = """<style>@media (max-width: 640px) {
[data-testid="stMultiSelect"] button {min-height: 44px; min-width: 44px;}
}</style>"""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that can be chosen: `option` is what stands in the address, `short` what stands in a chart."""

    unit_id: str
    name: str
    short: str
    option: str
    group: str
    kind: str
    position: int


def other_year(year: int) -> tuple[int, int] | None:
    """The two years that are compared, the earlier first; None where no other year has a report."""
    filed = [row["year"] for row in db.rows("SELECT year FROM report_year WHERE filed > 0 ORDER BY year DESC")]
    others = [str(each) for each in filed if each != year]
    if not others:
        return None
    earlier = [each for each in others if int(each) < year]
    default = others.index(earlier[0]) if earlier else len(others) - 1
    _bring_back("b", _YEAR, others)
    filters.asked("b", others)
    chosen = st.selectbox(f"{year} 年度和哪一年比", others, index=default, key="b", bind="query-params")
    if (wanted := filters.in_vain("b", chosen)) is not None:
        filters.told(f"链接里要和“{wanted}”年度比，这里不能，现在比的是 {chosen} 年度。")
    st.session_state[_YEAR] = chosen
    first, last = sorted((year, int(chosen)))
    return first, last


def units(selection: Selection, measure: Mapping[str, Any]) -> list[Unit]:
    """Whom the reader chose, in the order of the register; the unit of the sidebar where nobody is chosen here.

    All units of the scope are offered, and whoever was chosen before the scope was.
    """
    st.html(_STYLE)
    by_option = known()
    _bring_back("c", _UNITS, list(by_option))
    held = {*(st.session_state.get("c") or ()), *st.query_params.get_all("c")}
    offered = [option for option, unit in by_option.items() if selection.group in (ALL, unit.group) or option in held]
    filters.asked("c", offered, MOST)
    chosen = st.multiselect(
        f"比哪几家（最多 {MOST} 家）", offered, key="c", bind="query-params", max_selections=MOST, select_all=False,
        placeholder="不选：各家一起比两年",
    )  # fmt: skip
    st.session_state[_UNITS] = chosen
    if (wanted := filters.in_vain("c", chosen)) is not None:
        filters.told(f"链接里的“{wanted}”没有列入：登记表里没有，或者已满 {MOST} 家。")
    found = [unit for option, unit in by_option.items() if option in chosen]
    if not found:
        found = [unit for unit in by_option.values() if unit.unit_id == selection.unit_id]
    _quick(selection, measure, found, [by_option[option] for option in offered])
    return found


def _bring_back(key: str, name: str, offered: Sequence[str]) -> None:
    """A field that stands on this page alone is forgotten on another: bring back what it held."""
    held = st.session_state.get(name)
    if held and key not in st.session_state and key not in st.query_params:
        st.session_state[key] = [each for each in held if each in offered] if isinstance(held, list) else held


def known() -> dict[str, Unit]:
    """Every unit by the option that stands in the address, in the order of the register."""
    rows = db.rows('SELECT unit_id, name, kind, "group", position FROM unit ORDER BY position')
    short: dict[str, str] = {}
    for group in {row["group"] for row in rows if row["kind"] != "area"}:
        names = [row["name"] for row in rows if row["group"] == group and row["kind"] != "area"]
        short |= zip(names, charts.short_names(names), strict=True)
    is_told_apart = len(set(short.values())) == len(short)
    found = {}
    for row in rows:
        name, option = row["name"], links.option(row["name"], row["kind"] == "area")
        label = short.get(name, name) if is_told_apart else name
        found[option] = Unit(row["unit_id"], name, label, option, row["group"], row["kind"], row["position"])
    return found


def _quick(selection: Selection, measure: Mapping[str, Any], chosen: Sequence[Unit], offered: Sequence[Unit]) -> None:
    """Buttons that choose: those of the same kind and those of a like size beside one unit, or the first of each group."""
    base = next((unit for unit in chosen if unit.unit_id == selection.unit_id), next(iter(chosen), None))
    with st.container(horizontal=True, key="quick-choices"):
        if base is None:
            groups = dict.fromkeys(unit.group for unit in offered if unit.kind != "area")
            for group in groups:
                first = [unit for unit in offered if unit.group == group][:MOST]
                _button(f"{group}前 {len(first)} 家（登记表顺序）", f"first-{group}", first)
            return
        rows = db.rows(
            "SELECT * FROM scope_measure WHERE scope = $scope AND measure = $item AND year = $year ORDER BY position",
            {"scope": base.group, "item": measure["measure"], "year": selection.year},
        )
        by_id = {unit.unit_id: unit for unit in known().values()}
        _button(f"同类型：{base.short}和同组的", "alike", alike(base, [by_id[row["unit_id"]] for row in rows]))
        close = near(base.unit_id, rows)
        _button(
            f"邻近规模：“{measure['name']}”最接近{base.short}的", "near", [by_id[unit_id] for unit_id in close],
            "" if close else f"{base.short} {selection.year} 年度的“{measure['name']}”没有数，或同组没有别家有数",
        )  # fmt: skip
        if st.session_state.get("c"):
            st.button("不选", key="choose-nobody", on_click=_choose, args=([],))


def _button(label: str, name: str, whom: Sequence[Unit], why_not: str = "") -> None:
    st.button(
        label, key=f"choose-{name}", disabled=len(whom) < 2, help=why_not or None,
        on_click=_choose, args=([unit.option for unit in whom],),
    )  # fmt: skip


def _choose(options: list[str]) -> None:
    st.session_state["c"] = options
    st.session_state[_UNITS] = options


def alike(base: Unit, group: Sequence[Unit]) -> list[Unit]:
    """The unit and five of its group: those of its own kind first, those next to it in the register first."""
    others = [unit for unit in group if unit != base]
    others.sort(key=lambda unit: (unit.kind != base.kind, abs(unit.position - base.position)))
    return sorted([base, *others[: MOST - 1]], key=lambda unit: unit.position)


def near(unit_id: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The unit and the five of its group whose figures are closest to its own; nobody where it has none."""
    sizes = {row["unit_id"]: row["share" if row["kind"] == "share" else "value"] for row in rows}
    own = sizes.get(unit_id)
    if own is None:
        return []
    others = [each for each, size in sizes.items() if size is not None and each != unit_id]
    closest = sorted(others, key=lambda each: abs(sizes[each] - own))[: MOST - 1]  # equal ones in the register's order
    return [each for each in sizes if each == unit_id or each in closest] if closest else []
