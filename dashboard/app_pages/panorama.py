"""年报全景：这些年谁哪年报了什么？"""

from __future__ import annotations

from operator import itemgetter
from typing import Any

import streamlit as st

from dashboard import db, figures, filters
from dashboard.card import View, show
from dashboard.filters import Selection
from dashboard.grid import listing
from dashboard.opening import open_page

FILING = "报送情况"
BY_REGISTER, BY_FIGURE, BY_MISSING = "登记表顺序", "本年数", "未报年数"


def page(selection: Selection) -> None:
    measures = {row["name"]: row for row in db.rows("SELECT * FROM measure WHERE is_headline ORDER BY position")}
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        name = filters.measure("看哪一项", [FILING, *measures], FILING)
    rows = filings(selection) if name == FILING else figures_of(measures[name], selection)
    if not rows:
        st.write("这个范围里哪一年都没有单位。请在侧栏换范围或单位。")
        return
    with right:
        orders = [BY_REGISTER, BY_MISSING] if name == FILING else [BY_REGISTER, BY_FIGURE, BY_MISSING]
        order = st.segmented_control("排列", orders, default=BY_REGISTER, required=True, key="panorama-order")
    note = FILING_NOTE if name == FILING else definition(measures[name])
    for group in dict.fromkeys(row["group"] for row in rows):
        held = in_order([row for row in rows if row["group"] == group], str(order), selection.year)
        whose = selection.scope_words if selection.unit_id else group
        title = f"{whose}：{conclusion(held, name, measures.get(name), selection.year)}"
        views: dict[str, View] = {
            "单位×年度": figures.units_by_year(held, itemgetter("shown"), is_shaded=name != FILING)
        }
        show(f"panorama-{group}", f"{name}_{group}", title, note, selection, views)
    events = filters.events(selection)
    if events:
        with st.expander(f"这些年的大事（{len(events)}）"):
            listing(("日期", "事情"), [(row["happened_on"], row["text"]) for row in events])


FILING_NOTE = "一行一家，一列一年。灰格未报，黄格有待核的数；点一格看那一份文件。"


def definition(measure: dict[str, Any]) -> str:
    """What the figures mean, from the metric dictionary."""
    years = (
        f"只有{'、'.join(f'{each} 年版' for each in measure['editions'])}的表有这一项。"
        if len(measure["editions"]) == 1
        else ""
    )
    return f"{measure['definition']}，{measure['unit']}。颜色深浅按平方根，多少由职能决定，不评优劣。{years}"


def filings(selection: Selection) -> list[dict[str, Any]]:
    rows = db.rows("SELECT * FROM scope_filing WHERE scope = $scope ORDER BY position, year", selection.parameters)
    return [{**row, "shown": figures.filing_cell(row), "state": row["filing"], "value": None} for row in rows]


def figures_of(measure: dict[str, Any], selection: Selection) -> list[dict[str, Any]]:
    rows = db.rows(
        "SELECT * FROM scope_measure WHERE scope = $scope AND measure = $item ORDER BY position, year",
        {**selection.parameters, "item": measure["measure"]},
    )
    return [{**row, "shown": figures.unit_cell(row)} for row in rows]


def in_order(rows: list[dict[str, Any]], order: str, year: int) -> list[dict[str, Any]]:
    """The rows, all years of a unit together, with the units in that order; units without a figure come last."""
    if order == BY_REGISTER:
        return rows
    size: dict[str, float] = {}
    for row in rows:
        key = row["unit_id"]
        size.setdefault(key, 0 if order == BY_MISSING else -1)
        if order == BY_MISSING:
            size[key] += row["state"] == "not_filed"
        elif row["year"] == year and (number := figures.number_of(row)) is not None:
            size[key] = float(number)
    return sorted(rows, key=lambda row: -size[row["unit_id"]])  # equal ones stay in the order of the register


def conclusion(rows: list[dict[str, Any]], name: str, measure: dict[str, Any] | None, year: int) -> str:
    now = [row for row in rows if row["year"] == year]
    missing = sum(row["state"] == "not_filed" for row in now)
    if measure is None:
        ever = len({row["unit_id"] for row in rows if row["state"] == "not_filed"})
        return f"{year} 年度 {missing} 家未报；这些年里有未报的共 {ever} 家"
    held = sum(row["state"] == "reported" for row in now)
    zero = sum(row["state"] == "zero" and row["of_value"] != 0 for row in now)  # none of none is no share
    return f"{year} 年度 {held} 家“{name}”有数，{zero} 家写 0，{len(now) - held - zero} 家没有可计的数"


open_page("年报全景", page, needs_somebody=False)
