"""The printed tables and passages of a report, rebuilt from what was read, with the place of a finding marked.

Every cell shows the text as printed; colours come with a word, so that a mark is seen without them.
"""

from __future__ import annotations

import html
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

import streamlit as st

from dashboard.states import ValueState, write_figure
from dashboard.words import plain

_AROUND = 160  # characters of the text shown on either side of a passage
_SAME = 8  # characters in a row that count as copied
Rows = list[dict[str, Any]]


def show_tables(cells: Rows, faults: Collection[str], others: Collection[str] = ()) -> None:
    """The tables in which a fault stands. `cells` are rows of printed_cell in order, `others` the operands beside it."""
    tables = {row["table"] for row in cells if row["cell"] in faults}
    for table, held in groupby(cells, key=lambda row: row["table"]):
        if table in tables:
            st.html(_table(list(held), set(faults), set(others) - set(faults)))


_JS = """
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const host = parentElement.querySelector(".nb-papers");
  const left = [...host.querySelectorAll(".nb-paper")].map((paper) => paper.scrollLeft);
  host.innerHTML = data.html;
  host.querySelectorAll("td[data-cell]").forEach((box) => {
    const name = box.dataset.cell, button = document.createElement("button");
    button.type = "button";
    button.dataset.cell = name;
    button.setAttribute("aria-label", data.labels[name]);
    button.setAttribute("aria-pressed", name === data.selected ? "true" : "false");
    button.append(...box.childNodes);
    button.onclick = () => setStateValue("cell", name === data.selected ? null : name);
    box.append(button);
  });
  host.querySelectorAll(".nb-paper").forEach((paper, i) => { if (left.length) paper.scrollLeft = left[i]; });
}
"""
_CSS = """
.nb-papers {font-family: var(--st-font); color: var(--st-text-color);}
.nb-papers .nb-paper td {padding: 0; height: 1px;}
.nb-papers td button {display: block; box-sizing: border-box; width: 100%; height: 100%; min-height: 26px; border: 0;
  background: transparent; color: inherit; font: inherit; font-variant-numeric: tabular-nums; padding: 3px 5px;
  cursor: pointer;}
.nb-papers td button:hover {outline: 2px solid var(--st-primary-color); outline-offset: -2px;}
.nb-papers td button:focus-visible, .nb-papers td button[aria-pressed=true] {
  outline: 3px solid var(--st-primary-color); outline-offset: -3px;}
@media (max-width: 640px) {.nb-papers td button {min-height: 44px;}}
"""
_papers = st.components.v2.component(
    "nianbao_papers", html='<div class="nb-papers"></div>', css=_CSS, js=_JS, isolate_styles=False
)


def whole_tables(cells: Rows, faults: Collection[str], key: str) -> str | None:
    """All tables of a report, the places of findings marked; the cell that the reader chose last, if it is in them."""
    known = {row["cell"] for row in cells}
    held = (st.session_state.get(key) or {}).get("cell")
    tables = [list(rows) for _, rows in groupby(cells, key=lambda row: row["table"])]
    data = {
        "html": "".join(_table(rows, set(faults) & {row["cell"] for row in rows}, set()) for rows in tables),
        "labels": {row["cell"]: f"{'，'.join([*_heads(row), row['column_label']])}。查看出处" for row in cells},
        "selected": held if held in known else None,
    }
    chosen = _papers(key=key, data=data, on_cell_change=lambda: None).cell
    return chosen if chosen in known else None


def _table(cells: Rows, faults: set[str], others: set[str]) -> str:
    """One printed table; rows with other columns begin a block with a head of its own, as in 表二."""
    lines = [list(held) for _, held in groupby(cells, key=lambda row: row["row"])]
    depth = max(len(_heads(line[0])) for line in lines)
    width = max(len(line) for line in lines)
    blocks = groupby(lines, key=lambda line: tuple(cell["column_label"] for cell in line))
    body = "".join(_block(columns, list(held), (depth, width), faults, others) for columns, held in blocks)
    return (
        f'<div class="nb-paper"><table><caption>{html.escape(cells[0]["table_label"])}</caption>{body}</table></div>'
        f"{_key(faults, others) if faults else ''}"
    )


def _key(faults: set[str], others: set[str]) -> str:
    beside = '<span class="nb-operand">蓝框</span> 同在这条关系里的格' if others else ""
    return f'<div class="nb-key"><span class="nb-fault">红框黄底</span> 问题所指的格　{beside}</div>'


def _heads(row: dict[str, Any]) -> list[str]:
    return [part for part in (*(row["group_label"] or "").split(" / "), row["row_label"]) if part]


def _block(
    columns: tuple[str, ...], lines: list[Rows], size: tuple[int, int], faults: set[str], others: set[str]
) -> str:
    """`size` is that of the whole table: columns of names, columns of figures."""
    depth, width = size
    span = f' colspan="{width // len(columns)}"' if len(columns) < width else ""
    head = "".join(f'<th scope="col"{span}>{html.escape(label)}</th>' for label in columns)
    heads = [_heads(line[0]) for line in lines]
    body = "".join(
        f"<tr>{_row_heads(heads, place, depth)}{''.join(_cell(cell, faults, others, span) for cell in line)}</tr>"
        for place, line in enumerate(lines)
    )
    return f'<tbody><tr><th colspan="{depth}"></th>{head}</tr>{body}</tbody>'


def _row_heads(heads: list[list[str]], place: int, depth: int) -> str:
    """The names left of a row; a group's name spans its rows and stands at the first of them."""
    *groups, name = heads[place]
    cells = []
    for level, group in enumerate(groups):
        path = heads[place][: level + 1]
        if place and heads[place - 1][: level + 1] == path and len(heads[place - 1]) > level + 1:
            continue
        rows = 1
        while place + rows < len(heads) and heads[place + rows][: level + 1] == path:
            rows += 1
        cells.append(f'<th rowspan="{rows}" class="group{" tall" if rows > 2 else ""}">{html.escape(group)}</th>')
    span = depth - len(groups)
    cells.append(f'<th scope="row"{f" colspan={span}" if span > 1 else ""}>{html.escape(name)}</th>')
    return "".join(cells)


def _cell(cell: dict[str, Any], faults: set[str], others: set[str], span: str) -> str:
    kind = "nb-fault" if cell["cell"] in faults else "nb-operand" if cell["cell"] in others else ""
    word = {"nb-fault": "<small>此格</small>", "nb-operand": "<small>相关</small>"}.get(kind, "")
    return f'<td{span} class="{kind}" data-cell="{html.escape(cell["cell"])}">{printed(cell)}{word}</td>'


def printed(cell: dict[str, Any]) -> str:
    """The text of a cell as printed, as HTML, and what a person put in its place."""
    raw = html.escape((cell["raw"] or "").strip())
    shown = raw or ("<i>没有这一格</i>" if cell["state"] == "absent" else "<i>空</i>")
    if cell["is_corrected"]:
        said = ValueState.ZERO if cell["state"] == "reported" and not cell["value"] else ValueState(cell["state"])
        text = html.escape(write_figure(said, cell["value"]))
        return f'<s>{shown}</s> <b title="{html.escape(cell["corrected_by"] or "")}更正">{text}</b>'
    return f"{shown}<small>读不准</small>" if cell["state"] == "unreadable" else shown


def show_passage(passage: str, texts: Sequence[str], other: str = "", titles: tuple[str, str] = ("", "")) -> None:
    """The words a finding is about, marked where they stand; beside them those they repeat, the same words marked."""
    if not other:
        st.html(f'<div class="nb-passage">{_marked(passage, texts)}</div>')
        return
    mine, yours = _same(passage, other)
    for column, title, text in zip(st.columns(2), titles, (mine, yours), strict=True):
        with column:
            st.caption(plain(title))
            st.html(f'<div class="nb-passage">{text}</div>')
    st.caption("黄底是两处相同的文字。")


def _marked(passage: str, texts: Sequence[str]) -> str:
    held = next((text for text in texts if passage in text), "")
    if not held:
        return f"<mark>{_lines(passage)}</mark>"
    at = held.index(passage)
    before, after = held[max(0, at - _AROUND) : at], held[at + len(passage) : at + len(passage) + _AROUND]
    left, right = "……" if at > _AROUND else "", "……" if len(held) > at + len(passage) + _AROUND else ""
    return f"{left}{_lines(before)}<mark>{_lines(passage)}</mark>{_lines(after)}{right}"


def _same(mine: str, yours: str) -> tuple[str, str]:
    runs = [
        block
        for block in SequenceMatcher(None, mine, yours, autojunk=False).get_matching_blocks()
        if block.size >= _SAME
    ]
    return (
        _with_marks(mine, [(run.a, run.size) for run in runs]),
        _with_marks(yours, [(run.b, run.size) for run in runs]),
    )


def _with_marks(text: str, runs: Sequence[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, size in runs:
        pieces += [_lines(text[at:start]), f"<mark>{_lines(text[start : start + size])}</mark>"]
        at = start + size
    return "".join([*pieces, _lines(text[at:])])


def _lines(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")
