"""One figure on a page: the conclusion as its title, chart or table, download, and 出处 of whatever is clicked."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from dashboard import charts, db, definitions, downloads, figures, filters, grid, modes, provenance
from dashboard.filters import Selection
from dashboard.grid import Table
from dashboard.states import write_number
from dashboard.words import plain

# The bar itself is hidden; its one button is what the menu of downloads presses.
_CONFIG = {
    "displayModeBar": True, "modeBarButtons": [["toImage"]], "displaylogo": False, "displayNotifier": False,
    "scrollZoom": False, "doubleClick": False,
}  # fmt: skip
_ASKED = "metric-source"
_TALLEST_ON_PAPER, _SMALL = 400, 10  # pixels of a chart, and of a letter in one that was taller

View = Table | Callable[[], go.Figure]


def show(
    name: str,
    subject: str,
    title: str,
    note: str,
    selection: Selection,
    views: Mapping[str, View],
    badge: str = "",
    opened: Callable[[str], object] = provenance.panel,
) -> None:
    """A card. `name` is its id on the page, `subject` goes into the name of a download, `note` is the definition.

    A view is a table, or a function that draws the chart; the first is shown, the last table is downloaded.
    `badge` 正文 sets figures of the prose apart. `opened` draws what stands behind the address that was clicked.
    """
    with st.container(border=True, key=f"card-{name}"):
        mark = f' <span class="nb-badge">{badge}</span>' if badge else ""
        # by this its picture is found: of a name in Chinese nothing is left in the class that Streamlit makes of a key
        st.html(f'<h3 class="nb-title" data-nb-card="{html.escape(name)}">{html.escape(title)}{mark}</h3>')
        addresses = {address for held in views.values() if isinstance(held, Table) for address in held.addresses}
        st.caption(plain(note), help=definitions.of_addresses(addresses) or None)
        view = next(iter(views))
        with st.container(horizontal=True, vertical_alignment="center", key=f"tools-{name}"):
            if len(views) > 1:
                view = st.segmented_control(
                    "看法", list(views), default=view, required=True, key=f"view-{name}", label_visibility="collapsed"
                )
            tables = [held for held in views.values() if isinstance(held, Table)]
            is_drawn = len(tables) < len(views)
            downloads.menu(name, subject, title, note, tables[-1], selection, has_chart=is_drawn)
        key = f"{name}-{view}-{selection.year}-{selection.scope}"
        shown = views[view]
        if isinstance(shown, Table):
            address = grid.show(shown, key, notes=_time_notes(shown, selection), now=_now(shown, selection))
        else:
            figure = shown()
            if modes.is_show():
                figure = charts.for_show(figure)
            address = _chart(_for_paper(figure) if modes.is_print() else figure, key, title)
        if address:
            opened(address)


def metric(
    name: str,
    label: str,
    value: str,
    note: str,
    address: str,
    delta: str | None = None,
    past: Sequence[float] = (),
) -> None:
    """One of the large figures of a page; its button opens the 出处 below the row (see `metric_source`).

    `past` are the figures of the years up to this one, NaN where a year has none: a line that breaks there.
    """
    with st.container(border=True, height="stretch", key=f"metric-{name}"):
        st.metric(
            label, value, delta=delta, delta_color="off", delta_arrow="off",
            help=definitions.of_addresses([address]) or None, chart_data=past or None, chart_type="line",
        )  # fmt: skip
        if past:  # what the line says to whoever does not see it: front/access.js hands it on
            told = "、".join("没有数" if math.isnan(value) else write_number(value) for value in past)
            st.html(f'<span class="nb-past" data-nb-past="{html.escape(label)}，从早到晚：{told}"></span>')
        st.caption(note)
        st.button("出处", key=f"source-of-{name}", type="tertiary", on_click=_ask, args=(address,))


def _ask(address: str) -> None:
    """Open the 出处 of a large figure; the same button closes it again."""
    held = st.session_state.get(_ASKED)
    st.session_state[_ASKED] = None if held == address else address


def metric_source(addresses: Sequence[str]) -> None:
    """The 出处 of the large figure whose button was pressed last, if it is one of these."""
    held = st.session_state.get(_ASKED)
    if held is not None and held in addresses:
        provenance.panel(held)


def total_metric(name: str, label: str, rows: figures.Rows, year: int, badge: str = "") -> str:
    """A large figure that is a sum, beside the year before; returns its address.

    The difference is only given where both sums are complete: otherwise it would measure who is missing.
    """
    by_year = {row["year"]: row for row in rows}
    now, before = by_year[year], by_year.get(year - 1)
    cell = figures.total_cell(now)
    delta = None
    if before is not None and before["counted"] and now["counted"]:
        if before["is_complete"] and now["is_complete"]:
            change = now["value"] - before["value"]
            sign = "+" if change > 0 else ""
            delta = f"较上年 {sign}{write_number(change)}" if change else "与上年相同"
        else:
            delta = f"上年 {write_number(before['value'])}，计入 {before['counted']} 家"
    words = figures.counted_words(now) + questioned(now)
    note = f"{badge}；{words}" if badge else words
    metric(name, label, cell.text, note, cell.address, delta, _past(rows, year))
    return cell.address


def _past(rows: figures.Rows, year: int) -> list[float]:
    """The sums up to `year`; nothing where fewer than three years have one, which is no trend."""
    held = [row for row in rows if row["year"] <= year]
    values = [float(row["value"]) if row["counted"] else math.nan for row in held]
    return values if sum(not math.isnan(value) for value in values) >= 3 else []


def questioned(row: Mapping[str, Any]) -> str:
    """How many of the units in a sum have a figure in it that stands in the list of findings; "" for none."""
    found = db.rows(
        """SELECT count(DISTINCT unit_id) AS units FROM measure_question WHERE measure = $measure AND year = $year
           AND unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope)""",
        {name: row[name] for name in ("measure", "year", "scope")},
    )
    return f"；其中 {found[0]['units']} 家的这个数在问题清单里，请核对" if found[0]["units"] else ""


def not_drawn(rows: figures.Rows, drawn: Sequence[str]) -> None:
    """The units without a mark in the chart, by the state that explains it: zeros folded, never dropped."""
    left: dict[str, list[str]] = {}
    for row in rows:
        if row["unit_name"] not in drawn:
            left.setdefault(figures.lack_name(row), []).append(row["unit_name"])
    if not left:
        return
    words = "，".join(f"{why} {len(names)} 家" for why, names in left.items())
    with st.expander(f"没有画在图上的：{words}"):
        for why, names in left.items():
            st.markdown(f"**{why} {len(names)} 家**：{plain('、'.join(names))}")


_MANY_YEARS = 5  # that a phone has no room for


def _is_by_year(table: Table) -> bool:
    return bool(table.columns) and all(re.fullmatch(r"20\d\d", column) for column in table.columns)


def _now(table: Table, selection: Selection) -> int:
    """The column of the year looked at, of a table over many years; −1 for any other."""
    year = str(selection.year)
    is_long = _is_by_year(table) and len(table.columns) >= _MANY_YEARS and not table.is_tiles
    return table.columns.index(year) if is_long and year in table.columns else -1


def _time_notes(table: Table, selection: Selection) -> dict[int, str]:
    """Where the columns are years: what happened in them, by the place of the column."""
    if not _is_by_year(table):
        return {}
    told = filters.events_by_year(filters.events(selection))
    return {place: told[int(year)] for place, year in enumerate(table.columns) if int(year) in told}


def _for_paper(figure: go.Figure) -> go.Figure:
    """The same chart no taller than leaves room on one sheet for the head of a page and the title of the card; where that
    is too low or too high for it, it says so itself."""
    tallest = (figure.layout.meta or {}).get("on_paper") or _TALLEST_ON_PAPER
    if (figure.layout.height or 0) <= tallest:
        return figure
    held = figure.to_dict()
    charts.unfold(held)
    _lessen(held)
    held["layout"]["font"]["size"] = _SMALL
    held["layout"]["height"] = tallest
    return go.Figure(held)


def _lessen(node: Any) -> None:
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if str(key).endswith("font") and isinstance(value, dict) and isinstance(value.get("size"), int | float):
            value["size"] = min(value["size"], _SMALL)
        if isinstance(value, dict | list | tuple):
            _lessen(value)


def _chart(figure: go.Figure, key: str, title: str) -> str | None:
    event = st.plotly_chart(
        figure,
        key=key,
        on_select="rerun",
        selection_mode="points",
        config=_CONFIG,
        alt=title,
    )
    points = event["selection"]["points"]
    data = points[0].get("customdata") if points else None
    return data[0] if isinstance(data, list | tuple) else data
