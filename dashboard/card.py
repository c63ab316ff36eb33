"""One figure on a page: the conclusion as its title, chart or table, download, and 出处 of whatever is clicked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from dashboard import db, grid, provenance
from dashboard.charts import Mark
from dashboard.filters import Selection
from dashboard.grid import Cell, Row, Table
from dashboard.provenance import Address, place
from dashboard.states import LOOKS, ValueState, as_decimal, write_figure, write_number
from etl.publish.workbook import TableFigure, write_workbook

HINT = "点图上的条、点或表里的数，下面就列出它的出处。"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(
    name: str,
    title: str,
    note: str,
    selection: Selection,
    views: Mapping[str, Table | Callable[[], go.Figure]],
    badge: str = "",
) -> None:
    """A card. `name` is its id on the page, `note` its definition; the first view is shown, the last one downloaded.

    A view is a table, or a function that draws the chart. `badge` 正文 sets figures of the prose apart.
    """
    with st.container(border=True, key=f"card-{name}"):
        st.markdown(f"### {title}")
        if badge:
            st.html(f'<span class="nb-badge">{badge}</span>')
        st.caption(note)
        view = next(iter(views))
        with st.container(horizontal=True, vertical_alignment="center", key=f"tools-{name}"):
            if len(views) > 1:
                view = st.segmented_control(
                    "看法", list(views), default=view, required=True, key=f"view-{name}", label_visibility="collapsed"
                )
            table = [held for held in views.values() if isinstance(held, Table)][-1]
            _download(name, title, note, table, selection)
        key = f"{name}-{view}-{selection.year}-{selection.scope}"
        shown = views[view]
        address = grid.show(shown, key) if isinstance(shown, Table) else _chart(shown(), key, title)
        if address:
            provenance.panel(address)
        else:
            st.caption(HINT)


def metric(name: str, label: str, value: str, note: str, address: str, help: str | None = None, **extra: Any) -> None:
    """One of the large figures of a page; its button opens the 出处 below the row (see `metric_source`)."""
    with st.container(border=True, height="stretch", key=f"metric-{name}"):
        st.metric(label, value, delta_color="off", delta_arrow="off", help=help, **extra)
        st.caption(note)
        if st.button("出处", key=f"source-of-{name}", type="tertiary"):
            st.session_state["metric-source"] = address


def total_metric(
    name: str, label: str, rows: Sequence[dict[str, Any]], kind: str, item: str, year: int, badge: str = ""
) -> str:
    """A large figure that is a sum, with the year before where both years could be counted; returns its address."""
    by_year = {row["year"]: row for row in rows}
    now, before = by_year[year], by_year.get(year - 1)
    cell = total_cell(now, kind, item)
    change: dict[str, Any] = {}
    if before is not None and before["counted"] and now["counted"]:
        difference = now["value"] - before["value"]
        sign = "+" if difference > 0 else ""
        change = {"delta": f"较上年 {sign}{write_number(difference)}" if difference else "与上年相同"}
    note = f"{badge}　{counted_words(now)}" if badge else counted_words(now)
    metric(name, label, cell.text, note, cell.address, **change)
    return cell.address


def two_years(rows: Sequence[dict[str, Any]], kind: str, item: str, year: int) -> tuple[list[str], list[Mark]]:
    """For a dot plot: the units with a figure other than 0 in `year`, and their marks then and the year before."""
    names = [row["unit_name"] for row in rows if row["year"] == year and row["state"] == ValueState.REPORTED]
    marks = []
    for row in rows:
        if row["unit_name"] in names and row["year"] in (year - 1, year):
            cell = unit_cell(row, kind, item)
            marks.append(
                Mark(
                    row["unit_name"], str(row["year"]), ValueState(row["state"]), row["value"], cell.address, cell.text
                )
            )
    return names, marks


def metric_source(addresses: Sequence[str]) -> None:
    """The 出处 of the large figure whose button was pressed last, if it is one of these."""
    held = st.session_state.get("metric-source")
    if held in addresses:
        provenance.panel(held)


def not_drawn(rows: Sequence[dict[str, Any]], drawn: Sequence[str]) -> None:
    """The units without a mark in the chart, by the state that explains it: zeros folded, never dropped."""
    left: dict[ValueState, list[str]] = {}
    for row in rows:
        if row["unit_name"] not in drawn:
            left.setdefault(ValueState(row["state"]), []).append(row["unit_name"])
    if not left:
        return
    words = "，".join(f"{LOOKS[state].name} {len(names)} 家" for state, names in left.items())
    with st.expander(f"没有画在图上的：{words}"):
        for state, names in left.items():
            st.markdown(f"**{LOOKS[state].name} {len(names)} 家**：{'、'.join(names)}")


def _chart(figure: go.Figure, key: str, title: str) -> str | None:
    event = st.plotly_chart(
        figure,
        key=key,
        on_select="rerun",
        selection_mode="points",
        config={"displayModeBar": False, "scrollZoom": False, "doubleClick": False},
        alt=title,
    )
    points = event["selection"]["points"]
    data = points[0].get("customdata") if points else None
    return data[0] if isinstance(data, list | tuple) else data


def _download(name: str, title: str, note: str, table: Table, selection: Selection) -> None:
    build = db.current_build()
    assert build is not None  # a card is only drawn on a page that has a build
    mark = "（示例数据）" if build.is_sample else ""

    def workbook() -> bytes:
        return write_workbook(
            title=title,
            definition=note,
            filters=selection.words,
            build_id=build.build_id,
            built_at=build.built_at,
            county=build.county,
            is_sample=build.is_sample,
            corner=table.corner,
            figures=[
                TableFigure(
                    row=row.head, column=column, value=cell.value, text=cell.text,
                    state=LOOKS[cell.state].name if cell.state else "", raw=cell.raw, source=cell.source,
                    place=cell.place, note=cell.note,
                )
                for row in table.rows
                for column, cell in zip(table.columns, row.cells, strict=True)
            ],
        )  # fmt: skip

    st.download_button(
        "下载表格",
        data=workbook,
        file_name=f"{build.county}{name}_{selection.year}年度_{selection.unit_name or selection.group}{mark}.xlsx",
        mime=_XLSX,
        key=f"download-{name}",
        on_click="ignore",
    )


def unit_cell(row: dict[str, Any], kind: str, item: str) -> Cell:
    """The figure of one unit from a row of cell_figure, claim_figure or outcome_figure."""
    state = ValueState(row["state"])
    raw = row.get("raw") or ""
    return Cell(
        text=write_figure(state, row["value"], raw, bool(row.get("approximate"))),
        state=state,
        address=str(Address(kind, row[item], row["year"], row["unit_id"])),
        value=as_decimal(row["value"]) if state.has_value else None,
        raw=raw,
        source=row.get("path") or "",
        place=place(row.get("locator")),
        note=LOOKS[state].meaning if not state.has_value else "",
    )


def total_state(row: dict[str, Any]) -> ValueState:
    """How a sum stands: a figure as soon as anybody could be counted, else the state most of its units share."""
    if row["counted"]:
        return ValueState.ZERO if row["value"] == 0 else ValueState.REPORTED
    left = [
        ValueState(name) for name in ("not_comparable", "not_filed", "unreadable", "slash", "blank", "not_collected")
    ]
    return max(left, key=lambda state: row[state])


def total_cell(row: dict[str, Any], kind: str, item: str) -> Cell:
    """A sum from a row of cell_total, claim_total or outcome_total, with who was counted."""
    state = total_state(row)
    text = write_number(row["value"]) if state.has_value else LOOKS[state].word
    return Cell(
        text=text,
        state=state,
        address=str(Address(kind, row[item], row["year"], row["scope"])),
        value=as_decimal(row["value"]) if state.has_value else None,
        note=counted_words(row),
    )


def counted_words(row: dict[str, Any]) -> str:
    """How many units a sum holds and who is missing, e.g. 不完整：计入 57 家，未报 2 家，待核 1 家."""
    parts = [f"计入 {row['counted']} 家"]
    parts += [
        f"{LOOKS[state].name} {row[state]} 家"
        for state in (ValueState.NOT_FILED, ValueState.UNREADABLE, ValueState.BLANK, ValueState.SLASH)
        if row[state]
    ]
    words = "，".join(parts)
    return words if row["is_complete"] else f"不完整：{words}"


def unit_year_table(rows: Sequence[dict[str, Any]], kind: str, item: str, years: Sequence[int]) -> Table:
    """Units down, years across, shaded by size, in the order of the register."""
    found: dict[str, dict[int, Cell]] = {}
    for row in rows:
        found.setdefault(row["unit_name"], {})[row["year"]] = unit_cell(row, kind, item)
    lines = tuple(Row(name, tuple(cells.get(year, Cell.empty()) for year in years)) for name, cells in found.items())
    marks = tuple(i for i, year in enumerate(years) if year in (2019, 2021) and i)
    return Table("单位", tuple(str(year) for year in years), lines, is_shaded=True, marks=marks)
