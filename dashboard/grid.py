"""A table of figures in which every figure is a button: one click asks for its 出处.

Streamlit's own data grid is drawn on a canvas: nothing in it can be found with Ctrl+F, read aloud or printed, and its
menus speak English. This one is plain HTML, so the words of a value state stand in the document.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import streamlit as st

from dashboard.prose import Marked
from dashboard.states import LOOKS, ValueState
from dashboard.theme import Palette, palette

PAIRS = ("项", "内容")


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: what is shown, how it stands, the address of its 出处 ("" for none), what a download says of it.

    `tone` colours it by something else than its value state: a name of `--nb-<tone>-ground` and `-ink`.
    """

    text: str
    state: ValueState | None = None
    address: str = ""
    value: Decimal | None = None
    raw: str = ""
    source: str = ""
    place: str = ""
    note: str = ""
    tone: str = ""

    @classmethod
    def empty(cls) -> Cell:
        """No such unit in that year: not one of the value states, nothing to open."""
        return cls("")


@dataclass(frozen=True, slots=True)
class Row:
    """`head` names the row, `short` is what a tile has room for; `is_total` sets it apart. Tiles of one `group` stand
    together under its name."""

    head: str
    cells: tuple[Cell, ...]
    is_total: bool = False
    short: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`corner` names what the rows are; `is_shaded` colours figures by size (root scale, so that one giant does not
    wash out the rest); `is_tiles` shows each row's single cell as a tile; `is_whole` shows all rows at once on a wide
    screen, in no box of their own that scrolls."""

    corner: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    is_shaded: bool = False
    is_tiles: bool = False
    is_whole: bool = False
    marks: tuple[int, ...] = field(default=())  # columns before which another edition of the form begins

    @property
    def addresses(self) -> frozenset[str]:
        """Every address that can be asked of this table."""
        return frozenset(cell.address for row in self.rows for cell in row.cells if cell.address)


_JS = """
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const host = parentElement.querySelector(".nb-host");
  const make = (tag, name, text) => {
    const node = document.createElement(tag);
    if (name) node.className = name;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const figure = (cell, name) => {
    const node = make(cell.a ? "button" : "span", `${name} state-${cell.s || "none"}${cell.tone ? ` tone-${cell.tone}` : ""}`, cell.t);
    if (cell.bg) node.style.background = cell.bg;
    if (cell.fg) node.style.color = cell.fg;
    if (cell.title) node.title = cell.title;
    if (cell.a) {
      node.type = "button";
      node.dataset.address = cell.a;
      node.setAttribute("aria-label", cell.label);
      if (cell.a === data.selected) node.setAttribute("aria-pressed", "true");
      node.onclick = () => setStateValue("address", cell.a);
    }
    return node;
  };
  const tiles = () => {
    const all = make("div", "nb-groups");
    let list = null, group = null;
    for (const row of data.rows) {
      if (list === null || row.group !== group) {
        group = row.group;
        list = make("div", "nb-tiles");
        if (group) {
          all.append(make("h4", "nb-group", group));
          list.setAttribute("role", "group");
          list.setAttribute("aria-label", group);
        }
        all.append(list);
      }
      const cell = row.cells[0];
      const node = figure({...cell, t: "", title: cell.title || row.head}, "nb-tile");
      node.append(make("span", "name", row.short || row.head), make("span", "word", cell.t));
      list.append(node);
    }
    return all;
  };
  const strip = (row) => {  // all years at a glance, where a screen has room for one
    const all = make("span", "strip");
    all.setAttribute("aria-hidden", "true");
    for (const cell of row.cells) {
      const one = all.appendChild(make("span", cell.t ? `state-${cell.s || "none"}` : "absent"));
      if (cell.bg) one.style.background = cell.bg;
    }
    return all;
  };
  const table = () => {
    const frame = make("div", data.whole ? "nb-scroll whole" : "nb-scroll");
    const grid = make("table", data.now < 0 ? "nb-grid" : "nb-grid years");
    const head = grid.createTHead().insertRow();
    const corner = head.appendChild(make("th", "corner", data.corner));
    if (data.now >= 0) corner.append(make("small", "strip-note", `小条：${data.columns[0]}—${data.columns.at(-1)}`));
    const kind = (i) => [data.marks.includes(i) && "edge", i === data.now && "now"].filter(Boolean).join(" ");
    data.columns.forEach((label, i) => {
      const cell = make("th", kind(i), label);
      cell.scope = "col";
      const note = data.notes[i];
      if (note) {
        cell.title = note;
        const sign = cell.appendChild(make("span", "event", " ▼"));
        sign.setAttribute("role", "img");
        sign.setAttribute("aria-label", note);
      }
      head.append(cell);
    });
    const body = grid.createTBody();
    for (const row of data.rows) {
      const line = body.insertRow();
      if (row.total) line.className = "total";
      const name = make("th", "", row.short ? undefined : row.head);
      name.scope = "row";
      if (row.short) name.append(make("span", "long", row.head), make("span", "brief", row.short));
      if (data.now >= 0) name.append(strip(row));
      line.append(name);
      row.cells.forEach((cell, i) => {
        const box = line.insertCell();
        box.className = kind(i);
        box.append(figure(cell, "nb-figure"));
      });
    }
    frame.append(grid);
    return frame;
  };
  const old = host.querySelector(".nb-scroll");
  const top = old ? old.scrollTop : 0, left = old ? old.scrollLeft : 0;
  host.replaceChildren(data.tiles ? tiles() : table());
  const fresh = host.querySelector(".nb-scroll");
  if (fresh) { fresh.scrollTop = top; fresh.scrollLeft = left; }
}
"""

_CSS = """
.nb-scroll {overflow: auto; max-height: 620px; border: 1px solid var(--st-border-color); border-radius: 4px;}
@media (min-width: 641px) {.nb-scroll.whole {max-height: none;}}
.nb-grid {border-collapse: separate; border-spacing: 0; font-size: 14px; font-family: var(--st-font); width: 100%;
  color: var(--st-text-color); font-variant-numeric: tabular-nums;}
.nb-grid th {font-weight: 600; text-align: center; padding: 6px 8px; background: var(--st-secondary-background-color);
  white-space: nowrap;}
.nb-grid thead th {position: sticky; top: 0; z-index: 2; border-bottom: 1px solid var(--st-border-color);}
.nb-grid tbody th, .nb-grid .corner {position: sticky; left: 0; text-align: left; z-index: 1; max-width: 22em;
  white-space: normal; min-width: 6em;}
.nb-grid .corner {z-index: 3;}
.nb-grid tbody th {font-weight: 400; background: var(--st-background-color);
  border-bottom: 1px solid var(--st-border-color-light, var(--st-border-color));}
.nb-grid td {padding: 1px; min-width: 3.6em;
  border-bottom: 1px solid var(--st-border-color-light, var(--st-border-color));}
.nb-grid .edge {border-left: 2px dashed var(--st-text-color);}
.nb-grid .event {color: var(--nb-event); font-size: 11px;}
.nb-grid .total th, .nb-grid .total button {font-weight: 600;}
.nb-figure {display: block; box-sizing: border-box; width: 100%; min-height: 28px; border: 0; border-radius: 2px;
  font: inherit; font-variant-numeric: tabular-nums; padding: 3px 8px; text-align: center; background: transparent;
  color: inherit; overflow-wrap: anywhere;}
button.nb-figure, button.nb-tile {cursor: pointer;}
button.nb-figure:hover, button.nb-tile:hover {outline: 2px solid var(--st-primary-color); outline-offset: -2px;}
.nb-host button:focus-visible, .nb-host button[aria-pressed=true] {
  outline: 3px solid var(--st-primary-color) !important; outline-offset: -3px;}
.state-not_collected {
  background-image: repeating-linear-gradient(45deg, transparent 0 5px, rgba(120,130,145,.28) 5px 6px);}
.state-blank {box-shadow: inset 0 0 0 1px rgba(120,130,145,.35);}
.nb-group {font-size: 14px; font-weight: 600; margin: 10px 0 4px; color: var(--st-text-color);
  font-family: var(--st-font);}
.nb-groups > .nb-group:first-child {margin-top: 0;}
.nb-tiles {display: grid; grid-template-columns: repeat(auto-fill, minmax(118px, 1fr)); gap: 5px;}
.nb-tile {background-color: transparent; display: flex; flex-direction: column; gap: 0; min-height: 48px; border: 1px solid rgba(120,130,145,.35);
  border-radius: 4px; padding: 4px 8px; font: inherit; font-family: var(--st-font); text-align: left;
  justify-content: center;}
.nb-tile .name {font-size: 13px; line-height: 1.35; overflow-wrap: anywhere;}
.nb-tile .word {font-size: 12px; line-height: 1.4; opacity: .85;}
.nb-grid :is(.strip, .brief, .strip-note) {display: none;}
@media (max-width: 640px) {
  .nb-grid .long {display: none;} .nb-grid .brief {display: inline;}
  .nb-grid.years :is(td, thead th:not(.corner)):not(.now) {display: none;}
  .nb-grid.years tbody th, .nb-grid.years .corner {max-width: none; width: 62%;}
  .nb-grid.years .edge {border-left: 0;}
  .nb-grid.years .strip-note {display: inline; font-weight: 400; margin-left: .6em;}
  .nb-grid.years .strip {display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: 1px; height: 9px;
    margin-top: 3px;}
  .nb-grid.years .strip span {border-radius: 1px; box-shadow: inset 0 0 0 1px rgba(120,130,145,.35);}
  .nb-grid.years .strip .absent {box-shadow: none;}
  .nb-figure {min-height: 44px;}
  .nb-scroll {max-height: 70vh;}
  .nb-grid tbody th {max-width: 8.5em;}
  .nb-tiles {grid-template-columns: repeat(auto-fill, minmax(100px, 1fr));}
}
@media print {
  .nb-scroll {max-height: none; overflow: visible;}
  .nb-grid thead th, .nb-grid tbody th {position: static;}
}
"""

_component = st.components.v2.component(
    "nianbao_grid", html='<div class="nb-host"></div>', css=_CSS, js=_JS, isolate_styles=False
)


def show(table: Table, key: str, notes: Mapping[int, str] | None = None, now: int = -1) -> str | None:
    """Draw the table; the address of the figure the reader chose last, if this table holds it.

    `notes` says by the place of a column what happened in that year. `now` is the place of the year looked at, where the
    columns are many years: on a phone that column alone is written out, beside a strip of them all.
    """
    held = st.session_state.get(key) or {}
    selected = held.get("address") if held.get("address") in table.addresses else None
    colours = palette()
    largest = max((float(cell.value or 0) for row in table.rows for cell in row.cells), default=0.0)
    data = {
        "corner": table.corner,
        "columns": table.columns,
        "marks": table.marks,
        "notes": {str(place): note for place, note in (notes or {}).items()},
        "tiles": table.is_tiles,
        "whole": table.is_whole,
        "now": now,
        "selected": selected,
        "rows": [
            {
                "head": row.head,
                "short": row.short,
                "group": row.group,
                "total": row.is_total,
                "cells": [
                    _as_data(cell, _label(table, row, index, cell), colours, largest if table.is_shaded else 0)
                    for index, cell in enumerate(row.cells)
                ],
            }
            for row in table.rows
        ],
    }
    chosen = _component(key=key, data=data, on_address_change=_nothing).address
    return chosen if chosen in table.addresses else None


def _nothing() -> None:
    """A state key of a component needs a callback, or its value is not handed back."""


def _label(table: Table, row: Row, index: int, cell: Cell) -> str:
    return f"{row.head}，{table.columns[index]}：{cell.text}。查看出处"


def _as_data(cell: Cell, label: str, colours: Palette, largest: float) -> dict[str, Any]:
    ground, ink = ground_and_ink(cell, colours, largest)
    if cell.tone:
        ground, ink = f"var(--nb-{cell.tone}-ground)", f"var(--nb-{cell.tone}-ink)"
    return {
        "t": cell.text,
        "s": cell.state,
        "a": cell.address,
        "bg": ground,
        "fg": ink,
        "title": cell.note,
        "tone": cell.tone,
        "label": label,
    }


def ground_and_ink(cell: Cell, colours: Palette, largest: float) -> tuple[str | None, str | None]:
    """The two colours of a figure: by its state, or by its size where the table is shaded."""
    if cell.state is None:
        return None, None
    if cell.state is ValueState.REPORTED:
        if cell.value is None:
            return LOOKS[cell.state].dark if colours.is_dark else LOOKS[cell.state].light
        if not largest:
            return None, None
        step = min(9, int((max(float(cell.value), 0.0) / largest) ** 0.5 * 9.999))
        if colours.is_dark:  # the ink that is read at 4.5:1 or better
            return colours.ramp[step], "#080C11" if step >= 5 else "#F2F6FA"
        return colours.ramp[step], "#FFFFFF" if step >= 7 else "#0B1F33"
    look = LOOKS[cell.state]
    if cell.state is ValueState.ZERO or cell.state is ValueState.BLANK:
        return None, None if cell.state is ValueState.ZERO else (look.dark if colours.is_dark else look.light)[1]
    ground, ink = look.dark if colours.is_dark else look.light
    return (None if cell.state is ValueState.NOT_COLLECTED else ground), ink


def listing(
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    numbers: frozenset[int] = frozenset(),
    short: frozenset[int] = frozenset(),
) -> None:
    """A plain list for reading: text that wraps, nothing to click. `numbers` are the columns set flush right, `short`
    those whose few characters stay on one line. A list of 项 and 内容 stays two columns on a phone."""
    kinds = {**dict.fromkeys(short, " class=short"), **dict.fromkeys(numbers, " class=number")}
    head = "".join(f"<th>{html.escape(label)}</th>" for label in columns)
    lines = "".join(
        "<tr>"
        + "".join(
            f'<td data-label="{html.escape(columns[i])}"{kinds.get(i, "")}>{_written(value)}</td>'
            for i, value in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    kind = "pairs" if tuple(columns) == PAIRS else "wide"
    st.html(f'<table class="nb-list {kind}"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>')


def _written(value: object) -> str:
    if isinstance(value, Marked):
        return value.html
    return html.escape("" if value is None else str(value))
