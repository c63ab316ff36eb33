"""What a reader takes along from a card or a page: the table as Excel or CSV, the chart as a picture.

Pictures are made in the reader's browser (front/images.js), so they need neither the internet nor a browser on the
server.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from dashboard import db
from dashboard.filters import Selection
from dashboard.grid import Table
from dashboard.states import LOOKS
from etl.publish.workbook import Stamp, TableFigure, TableSheet, write_table_csv, write_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SEEN = "tables-of-this-run"


def begin() -> None:
    """At the start of a run no table has been shown yet."""
    st.session_state[_SEEN] = []


def menu(
    name: str, subject: str, title: str, note: str, table: Table, selection: Selection, *, has_chart: bool
) -> None:
    """The card's 下载 menu. `subject` goes into the file's name; `name` is the card whose chart is taken."""
    sheet = _Sheet(subject, title, note, table)
    st.session_state.setdefault(_SEEN, []).append(sheet)
    with st.popover("下载", key=f"downloads-{name}"):
        _button(
            "表格（xlsx）",
            lambda: write_workbook(stamp(selection), [sheet.written()]),
            name,
            subject,
            selection,
            "xlsx",
        )
        _button(
            "表格（csv）", lambda: write_table_csv(stamp(selection), sheet.written()), name, subject, selection, "csv"
        )
        if has_chart:
            st.html("".join(_image(kind, name, subject, title, note, selection) for kind in ("png", "svg")))


def whole_page(page: str, selection: Selection) -> None:
    """Every table that this run has shown, in one workbook."""
    seen: list[_Sheet] = st.session_state.get(_SEEN, [])
    if seen:
        held = tuple(seen)
        _button(
            "下载本页数据", lambda: write_workbook(stamp(selection), [sheet.written() for sheet in held]),
            "whole-page", page, selection, "xlsx", width="content",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A table that is written out only when somebody asks for it."""

    subject: str
    title: str
    note: str
    table: Table

    def written(self) -> TableSheet:
        figures = [
            _exported(row.head, column, cell)
            for row in self.table.rows
            for column, cell in zip(self.table.columns, row.cells, strict=True)
        ]
        return TableSheet(self.subject, self.title, self.note, self.table.corner, figures)


def stamp(selection: Selection) -> Stamp:
    """Where the figures of this page come from, for whatever leaves it."""
    build = db.current_build()
    assert build is not None  # a card is only drawn on a page that has a build
    return Stamp(selection.words, build.build_id, build.built_at, build.county, build.is_sample)


def file_name(subject: str, selection: Selection, kind: str) -> str:
    """The county, what it is, year and scope, and a mark for invented data."""
    held = stamp(selection)
    mark = "_示例数据" if held.is_sample else ""
    return f"{held.county}_{subject}_{selection.year}年度_{selection.words['范围']}{mark}.{kind}"


def _button(
    label: str,
    data: Any,
    name: str,
    subject: str,
    selection: Selection,
    kind: str,
    width: Literal["stretch", "content"] = "stretch",
) -> None:
    st.download_button(
        label,
        data=data,
        file_name=file_name(subject, selection, kind),
        mime=XLSX if kind == "xlsx" else "text/csv",
        key=f"download-{name}-{kind}",
        on_click="ignore",
        width=width,
    )


def _image(kind: str, name: str, subject: str, title: str, note: str, selection: Selection) -> str:
    label = f"图（{kind}）"
    held = stamp(selection)
    source = f"{held.county}　{'　'.join(held.filters.values())}　数据版本 {held.build_id}　{held.mark}"
    said = {
        "data-nb-image": kind, "data-card": name, "data-label": label, "data-title": title,
        "data-note": f"{note}　{source}".strip(), "data-file": file_name(subject, selection, kind).removesuffix(f".{kind}"),
    }  # fmt: skip
    attributes = " ".join(f'{key}="{html.escape(value)}"' for key, value in said.items())
    return f'<button type="button" class="nb-tool" {attributes}>{label}</button>'


def _exported(head: str, column: str, cell: Any) -> TableFigure:
    return TableFigure(
        row=head,
        column=column,
        value=cell.value,
        text=cell.text,
        state=LOOKS[cell.state].name if cell.state else "",
        raw=cell.raw,
        source=cell.source,
        place=cell.place,
        note=cell.note,
    )
