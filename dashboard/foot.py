"""The foot of every page: how to take what is seen along, and which build it was drawn from."""

from __future__ import annotations

import html
from datetime import datetime

import streamlit as st

from dashboard import db, downloads, modes
from dashboard.db import Build
from dashboard.filters import Selection
from dashboard.opening import SAMPLE_MARK


def show(page: str, build: Build, selection: Selection | None) -> None:
    """The ways onwards and the stamp of the build."""
    if selection is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="tools-page"):
            downloads.whole_page(page, selection)
            st.html(_ways(), width="content")
    mended = db.rows("SELECT count(*) AS number FROM corrected_cell")[0]["number"]
    parts = [
        build.county,
        f"数据版本 {build.build_id}",
        f"入库 {build.built_at:%Y-%m-%d %H:%M}",
        f"文件 {build.file_count} 份",
        f"更正 {mended} 格",
    ]
    if build.is_sample:
        parts.append(SAMPLE_MARK)
    st.html(f'<div class="nb-foot">{html.escape("　·　".join(parts))}</div>')


def _ways() -> str:
    if modes.current():
        return f'<div class="nb-ways"><a href="{html.escape(modes.link(""))}" target="_self">回到平常的样子</a></div>'
    paper = html.escape(modes.link(modes.PRINT))
    return (
        '<div class="nb-ways"><a href="#" data-nb-copy="1">复制链接</a>'
        f'<a href="{paper}" target="_blank">打印版</a></div>'
    )


def sheet(page: str, selection: Selection) -> None:
    """What a printed page says at its head: which choice it shows and what it was drawn from."""
    held = downloads.stamp(selection)
    words = [f"{key}：{value}" for key, value in held.filters.items()]
    parts = [held.county, page, *words, f"数据版本 {held.build_id}", f"生成时间 {datetime.now():%Y-%m-%d %H:%M}"]
    st.html(f'<div class="nb-sheet">{html.escape("　".join(part for part in [*parts, held.mark] if part))}</div>')
    st.html('<div class="nb-ways">按 Ctrl 加 P 打印；纸张选 A4 横向。</div>')
