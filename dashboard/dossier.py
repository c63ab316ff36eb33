"""The report of one unit and year as it came in: its printed tables, its text by sections, its versions."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import db, findings, original, provenance
from dashboard.grid import listing
from dashboard.provenance import Address
from dashboard.words import plain
from etl.form import load_forms

_NUMBERS = "一二三四五六七八九十"
Row = dict[str, Any]


def tables(filing: Row, found: Sequence[Row]) -> None:
    """The official tables as printed, the places of `found` marked; a cell that is clicked opens its 出处."""
    st.markdown("## 三张表原样")
    cells = db.rows("SELECT * FROM printed_cell WHERE file_id = $file ORDER BY position", {"file": filing["file_id"]})
    if not cells:
        st.write("这份报告里没有认出 2019 年以后的三张表。")
        return
    marked = {cell for row in found for cell in row["cells"]}
    corrected = sum(cell["is_corrected"] for cell in cells)
    st.caption(
        "照报告原文排列，点一格看它在文件里的位置。"
        + (f"{corrected} 格经人更正：划线的是原文，粗体是更正后的数。" if corrected else "")
    )
    chosen = original.whole_tables(cells, marked, f"papers-{filing['unit_id']}-{filing['year']}")
    if chosen:
        provenance.panel(str(Address("measure", chosen, filing["year"], filing["unit_id"])))


def texts(filing: Row, found: Sequence[Row]) -> None:
    """The sections of the form, there or not, with their text; then what stands in another report too."""
    st.markdown("## 文字部分")
    held = db.rows(
        "SELECT number, title, text FROM section WHERE file_id = $file ORDER BY strpos($numbers, number)",
        {"file": filing["file_id"], "numbers": _NUMBERS},
    )
    form = load_forms().get(filing["form"] or "")
    there = {row["number"] for row in held}
    missing = [spec for spec in form.sections if spec.number not in there] if form else []
    if form:
        st.markdown(f"**{len(form.sections)} 个部分，读到 {len(form.sections) - len(missing)} 个。**")
        if missing:
            names = "；".join(f"{spec.number}、{spec.title}" for spec in missing)
            st.markdown(f"没有读到：{plain(names)}。")
    else:
        st.markdown(f"**读到 {len(held)} 个部分**。这份报告不按 2019 年以后的六部分写。")
    for row in held:
        _section(row)
    for row in found:
        if row["other_passage"]:
            _copied(row)


def _section(row: Row) -> None:
    text = row["text"].strip()
    with st.expander(f"{plain(row['title'])}　{f'{len(text):,} 字' if text else '没有文字，只有标题或表'}"):
        if text:
            st.html(f'<div class="nb-passage">{html.escape(text).replace(chr(10), "<br>")}</div>')


def _copied(row: Row) -> None:
    """Two passages that the check found alike, side by side."""
    st.markdown(f"**{findings.level(row)}　{plain(row['rule_title'])}（{plain(row['where'])}）**")
    other = f"{row['other_unit_name']} {row['other_year'] or ''} 年度 · {row['other_path']}"
    original.show_passage(row["passage"], [], row["other_passage"], (f"本报告 · {row['path']}", other))


def versions(filing: Row) -> None:
    """Which files there are, which is in force and why, and where they differ."""
    unit, year = filing["unit_id"], filing["year"]
    rows = db.rows(
        "SELECT * FROM report_version WHERE unit_id = $unit AND year = $year ORDER BY is_chosen DESC, path",
        {"unit": unit, "year": year},
    )
    st.markdown("## 版本")
    st.markdown(f"**收到 {len(rows)} 份{'，采用其中一份' if len(rows) > 1 else ''}。**")
    listing(
        ("文件", "采用", "为什么", "落款", "收到", "公布"),
        [
            (
                row["path"],
                "采用" if row["is_chosen"] else "没有采用",
                row["choice_reason"] or ("只有这一份" if len(rows) == 1 else ""),
                *(row[day] or "没有记" for day in ("signed_on", "received_on", "published_on")),
            )
            for row in rows
        ],
        short=frozenset({1, 3, 4, 5}),
    )
    provenance.versions(unit, year)
