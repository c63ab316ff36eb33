"""What a reader takes along from a card or a page: the table as Excel or CSV, the chart as a picture.

Pictures are made in the reader's browser (front/images.js), so they need neither the internet nor a browser on the
server.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import streamlit as st

from dashboard import db, score_words
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
    held = _marked(stamp(selection), [sheet])
    with st.popover("下载", key=f"downloads-{name}"):
        _button(
            "表格（xlsx）", lambda: write_workbook(held, [sheet.written()]), name, [sheet], subject, selection, "xlsx"
        )
        _button("表格（csv）", lambda: write_table_csv(held, sheet.written()), name, [sheet], subject, selection, "csv")
        if has_chart:
            st.html("".join(_image(kind, name, sheet, selection) for kind in ("png", "svg")))


def whole_page(page: str, selection: Selection) -> None:
    """Every table that this run has shown, in one workbook."""
    seen: list[_Sheet] = st.session_state.get(_SEEN, [])
    if seen:
        sheets = tuple(seen)
        held = _marked(stamp(selection), sheets)
        _button(
            "下载本页数据", lambda: write_workbook(held, [sheet.written() for sheet in sheets]),
            "whole-page", sheets, page, selection, "xlsx", width="content",
        )  # fmt: skip


def _is_draft(sheets: Sequence[_Sheet]) -> bool:
    """Whether any of these tables says above itself that its scores are not finalised."""
    return any(score_words.DRAFT_MARK in sheet.title for sheet in sheets)


def _marked(held: Stamp, sheets: Sequence[_Sheet]) -> Stamp:
    """The stamp with one more field where scores are not finalised, so that a list without a title says so too."""
    if not _is_draft(sheets):
        return held
    return replace(held, filters={**held.filters, "定稿": f"{score_words.DRAFT_MARK}：分数和等次还会变，不作依据"})


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


def file_name(subject: str, selection: Selection, kind: str, *, is_draft: bool = False) -> str:
    """The county, what it is, year and scope, and marks for scores that are not finalised and for invented data."""
    held = stamp(selection)
    mark = (f"_{score_words.DRAFT_MARK}" if is_draft else "") + ("_示例数据" if held.is_sample else "")
    return f"{held.county}_{subject}_{selection.year}年度_{selection.words['范围']}{mark}.{kind}"


def _button(
    label: str,
    data: Any,
    name: str,
    sheets: Sequence[_Sheet],
    subject: str,
    selection: Selection,
    kind: str,
    width: Literal["stretch", "content"] = "stretch",
) -> None:
    st.download_button(
        label,
        data=data,
        file_name=file_name(subject, selection, kind, is_draft=_is_draft(sheets)),
        mime=XLSX if kind == "xlsx" else "text/csv",
        key=f"download-{name}-{kind}",
        on_click="ignore",
        width=width,
    )


def _image(kind: str, name: str, sheet: _Sheet, selection: Selection) -> str:
    label = f"图（{kind}）"
    held = stamp(selection)
    source = f"{held.county}　{'　'.join(held.filters.values())}　数据版本 {held.build_id}　{held.mark}"
    file = file_name(sheet.subject, selection, kind, is_draft=_is_draft([sheet])).removesuffix(f".{kind}")
    said = {
        "data-nb-image": kind, "data-card": name, "data-label": label, "data-title": sheet.title,
        "data-note": f"{sheet.note}　{source}".strip(), "data-file": file,
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
