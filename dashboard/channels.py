"""The website beside one other channel, as units state both in their prose: described, not valued."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import card, charts, charts_scatter, db, figures
from dashboard.charts_scatter import Dot
from dashboard.filters import Selection
from dashboard.grid import Row, Table
from dashboard.states import ValueState, write_number
from dashboard.words import plain

WEBSITE = "published_website"
OTHERS = ("published_new_media", "published_wechat", "published_weibo", "published_other")


def choose(selection: Selection) -> str:
    """Which channel stands beside the website; the page opens with the one that most units state."""
    rows = db.rows(
        """SELECT * FROM measure_total WHERE scope = $scope AND year = $year AND list_contains($items, measure)
           ORDER BY measure_position""",
        {**selection.parameters, "items": OTHERS},
    )
    names = {row["name"]: row["measure"] for row in rows}
    most = max(rows, key=lambda row: row["counted"])["name"]
    chosen = st.segmented_control("和网站比哪一个渠道", list(names), default=most, required=True, key="channel")
    return names[str(chosen)]


def show(selection: Selection, other: str) -> None:
    """A card for the units of one scope."""
    rows = db.rows(
        """SELECT * FROM scope_measure WHERE scope = $scope AND year = $year AND measure IN ($website, $other)
           ORDER BY position, measure_position""",
        {**selection.parameters, "website": WEBSITE, "other": other},
    )
    if not rows:
        return
    by_unit: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        by_unit.setdefault(row["unit_id"], {})[row["measure"]] = row
    pairs = [(held[WEBSITE], held[other]) for held in by_unit.values()]
    both = [pair for pair in pairs if all(ValueState(row["state"]).has_value for row in pair)]
    label, counter = pairs[0][1]["name"], pairs[0][0]["counter"]
    title = f"{group_words(selection)}网站和{label}：{len(both)} 家两样都写了条数，{len(pairs) - len(both)} 家没有都写"
    if not both:
        st.caption(plain(f"{group_words(selection)}没有一家网站和{label}都写了条数，不画图：{missing_words(pairs)}。"))
        return
    medians = {
        row["measure"]: row
        for row in db.rows(
            'SELECT * FROM measure_median WHERE "group" = $group AND year = $year AND measure IN ($website, $other)',
            {"group": pairs[0][0]["group"], "year": selection.year, "website": WEBSITE, "other": other},
        )
    }
    middle = tuple(medians[item]["value"] for item in (WEBSITE, other))
    names = charts.short_names([row["unit_name"] for row, _ in both])
    dots = [dot(*pair, short) for pair, short in zip(both, names, strict=True)]
    titles = (f"{both[0][0]['name']}（{counter}）", f"{label}（{counter}）")
    views: dict[str, card.View] = {
        "图": lambda: charts_scatter.scatter(dots, titles, (middle[0], middle[1])),
        "表": table(rows, medians, other, pairs[0][0]["group"]),
    }
    note = f"各家正文里写的数，口径不一，只描述、不评优劣；刻度按 1＋条数的对数。{median_words(medians, other, label)}"
    subject = f"网站和{label}"
    card.show(f"channels-{selection.scope}", subject, title, note, selection, views, badge="正文")
    not_drawn(pairs)


def group_words(selection: Selection) -> str:
    return "" if selection.unit_id else f"{selection.group}："


def dot(website: dict[str, Any], other: dict[str, Any], short: str) -> Dot:
    """One unit; its 出处 is that of both figures, which stand in the sentences of one report."""
    texts = [figures.unit_cell(row).text for row in (website, other)]
    told = f"{website['unit_name']}<br>网站 {texts[0]}，{other['name']} {texts[1]} {other['counter']}"
    return Dot(short, float(website["value"]), float(other["value"]), told, figures.unit_cell(website).address)


def table(rows: figures.Rows, medians: dict[str, dict[str, Any]], other: str, group: str) -> Table:
    """Units down with both figures, the medians of the group last."""
    held = figures.units_by_item(rows, "name")
    cells = tuple(figures.median_cell(medians[item]) for item in (WEBSITE, other))
    return Table(held.corner, held.columns, (*held.rows, Row(f"{group}中位数", cells, is_total=True)))


def median_words(medians: dict[str, dict[str, Any]], other: str, label: str) -> str:
    """What the dashed lines are, or why one is not drawn."""
    told = []
    for item, name in ((WEBSITE, "网站"), (other, label)):
        row = medians[item]
        middle = (
            f"{write_number(row['value'])}（{row['counted']} 家）"
            if row["value"] is not None
            else f"不足 {row['fewest']} 家，不画"
        )
        told.append(f"{name} {middle}")
    return f"虚线是同组中位数：{'，'.join(told)}。"


def missing_words(pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> str:
    """Why there is no dot, each with how many."""
    lacks = by_reason(pairs)
    return "；".join(f"{words}（{len(names)} 家）" for words, names in lacks.items())


def by_reason(pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, list[str]]:
    """Who has no dot, by what is not there."""
    found: dict[str, list[str]] = {}
    for website, other in pairs:
        states = [ValueState(row["state"]) for row in (website, other)]
        if all(state.has_value for state in states):
            continue
        if states[0] is states[1]:
            words = "两样都没有写" if states[0] is ValueState.BLANK else figures.lack_name(website)
        else:
            words = "，".join(
                f"{'网站' if row is website else other['name']}{'没有写' if state is ValueState.BLANK else figures.lack_name(row)}"
                for row, state in zip((website, other), states, strict=True)
                if not state.has_value
            )
        found.setdefault(words, []).append(website["unit_name"])
    return found


def not_drawn(pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Everybody without a dot, by name."""
    lacks = by_reason(pairs)
    if lacks:
        with st.expander(f"没有画在图上的：{missing_words(pairs)}"):
            for words, names in lacks.items():
                st.markdown(f"**{words}（{len(names)} 家）**：{plain('、'.join(names))}")
