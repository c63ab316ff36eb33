"""对比：这几家、这两年差在哪？"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import choosing, compare_cards, db, filters
from dashboard.charts import edition_edges
from dashboard.choosing import Unit
from dashboard.compare_cards import Years
from dashboard.filters import Selection
from dashboard.grid import listing
from dashboard.opening import open_page
from dashboard.words import plain

HINT = "点图上的点或表里的数，就在它下面列出出处。不排名次；多少由职能决定，不评优劣。"


def page(selection: Selection) -> None:
    measures = {row["name"]: row for row in db.rows("SELECT * FROM measure WHERE is_headline ORDER BY position")}
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        name = filters.measure("看哪一项", list(measures), most_told(selection))
    with right:
        years = choosing.other_year(selection.year)
    measure = measures[name]
    units = choosing.units(selection, measure)
    st.markdown(f"**{plain(said(selection, units, years))}**")
    if units:
        chosen(measure, units, years, selection)
    elif years is not None:
        everybody(measure, years, selection)
        sums(years, selection)
    events = db.rows("SELECT * FROM event ORDER BY happened_on")
    if events and years is not None:
        with st.expander(f"这些年的大事（{len(events)}）"):
            listing(("日期", "事情"), [(row["happened_on"], row["text"]) for row in events])


def most_told(selection: Selection) -> str:
    """With which measure the page opens: the one that most units of the scope have a figure other than 0 in."""
    (row,) = db.rows(
        """SELECT name FROM measure_total WHERE scope = $scope AND year = $year
           AND measure IN (SELECT measure FROM measure WHERE is_headline)
           ORDER BY counted - zero_units DESC, measure_position LIMIT 1""",
        selection.parameters,
    ) or db.rows("SELECT name FROM measure WHERE is_headline ORDER BY position LIMIT 1")
    return row["name"]


def said(selection: Selection, units: Sequence[Unit], years: Years | None) -> str:
    """What is compared with what, and what else can be chosen where that is too little."""
    if years is None:
        told = f"只有 {selection.year} 一个年度有年报，没有第二年可比。"
        return told if len(units) > 1 else f"{told}请选两家以上，比这一年。"
    between = f"{years[0]} 与 {years[1]} 年度。"
    if edition_edges(years):
        between += "其间改了表样，只有一版表里有的项目不能比，写“—”。"
    if not units:
        return f"没有选单位：比{selection.scope_words} {between}要比几家，请选单位，或点上面的按钮。"
    if len(units) == 1:
        return f"{units[0].short}：{between}再选一家，就能比单位。"
    mixed = "所选的不在同一组，职能不同。" if len({unit.group for unit in units}) > 1 else ""
    return f"{len(units)} 家，{between}{mixed}"


def chosen(measure: Mapping[str, Any], units: Sequence[Unit], years: Years | None, selection: Selection) -> None:
    """Up to six units: the measure in both years, over all years, then every measure."""
    ids = {"units": tuple(unit.unit_id for unit in units), "item": measure["measure"], "year": selection.year}
    asked = "SELECT * FROM measure_figure WHERE list_contains($units, unit_id)"
    rows = db.rows(f"{asked} AND measure = $item ORDER BY position, year", ids)
    names = {unit.unit_id: unit.short for unit in units}
    if years is not None:
        compare_cards.two_years(measure, names, rows, years, selection)
        compare_cards.over_years(measure, units, rows, selection)
    elif len(units) < 2:
        return
    ids |= {"first": years[0] if years else selection.year, "last": years[1] if years else selection.year}
    both = db.rows(
        f"""{asked} AND year IN ($first, $last) AND measure IN (SELECT measure FROM measure WHERE is_headline)
            ORDER BY measure_position""",
        ids,
    )
    compare_cards.all_measures(list(names.items()), both, years, selection)


def everybody(measure: Mapping[str, Any], years: Years, selection: Selection) -> None:
    """Nobody is chosen: every unit of the scope in both years, each group in a picture of its own."""
    rows = db.rows(
        """SELECT * FROM scope_measure WHERE scope = $scope AND measure = $item AND year IN ($first, $last)
           ORDER BY position, year""",
        {"scope": selection.scope, "item": measure["measure"], "first": years[0], "last": years[1]},
    )
    short = {unit.unit_id: unit.short for unit in choosing.known().values()}
    for group in dict.fromkeys(row["group"] for row in rows):
        held = [row for row in rows if row["group"] == group]
        names = {row["unit_id"]: short[row["unit_id"]] for row in held}
        compare_cards.two_years(measure, names, held, years, selection, group)


def sums(years: Years, selection: Selection) -> None:
    """Every measure of the scope as a whole."""
    asked = {"scope": selection.scope, "first": years[0], "last": years[1]}
    listed = "scope = $scope AND measure IN (SELECT measure FROM measure WHERE is_headline)"
    totals = db.rows(
        f"SELECT * FROM measure_total WHERE {listed} AND year IN ($first, $last) ORDER BY measure_position", asked
    )
    pairs = db.rows(f"SELECT * FROM measure_pair_total WHERE {listed} AND base_year = $first AND year = $last", asked)
    compare_cards.all_sums(totals, pairs, years, selection)


open_page("对比", page, hint=HINT)
