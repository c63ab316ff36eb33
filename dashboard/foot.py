"""The foot of every page: how to take what is seen along, and which build it was drawn from."""

from __future__ import annotations

import html
from datetime import datetime

import streamlit as st

from dashboard import db, downloads, modes, viewer
from dashboard.db import Build
from dashboard.filters import Selection
from dashboard.opening import SAMPLE_MARK

OVERVIEW = "总览"


def show(page: str, build: Build, selection: Selection | None) -> None:
    """The ways onwards and the stamp of the build."""
    if modes.is_show():
        _beneath_a_projector(page, build)
        return
    if selection is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="tools-page"):
            downloads.whole_page(page, selection)
            st.html(_ways(page), width="content")
    mended = db.rows("SELECT count(*) AS number FROM corrected_cell")[0]["number"]
    parts = [
        build.county,
        f"数据版本 {build.build_id}",
        f"入库 {build.built_at:%Y-%m-%d %H:%M}",
        f"文件 {build.file_count} 份",
        f"更正 {mended} 格",
    ]
    if viewer.is_viewer():
        parts.append("只读，不含未定稿的得分")
    if build.is_sample:
        parts.append(SAMPLE_MARK)
    st.html(f'<div class="nb-foot">{html.escape("　·　".join(parts))}</div>')


def _beneath_a_projector(page: str, build: Build) -> None:
    """One line that stays: what is seen, of which build, and the screens to turn to."""
    parts = [build.county, f"数据版本 {build.build_id}", *([SAMPLE_MARK.split("：")[0]] if build.is_sample else [])]
    turn = "".join(
        f'<a href="#" role="button" data-nb-screen="{number}">{word}</a>'
        for number, word in enumerate(modes.SCREENS.values() if page == OVERVIEW else ())
    )
    back = f'<a href="{html.escape(modes.link(""))}" target="_self">退出投影</a>'
    st.html(
        f'<div class="nb-foot"><span>{html.escape("　".join(parts))}</span>'
        f'<span class="nb-turn" title="按左右方向键翻屏">{turn}</span>{back}</div>'
    )


def _ways(page: str) -> str:
    if modes.current():
        return f'<div class="nb-ways"><a href="{html.escape(modes.link(""))}" target="_self">回到平常的样子</a></div>'
    paper = html.escape(modes.link(modes.PRINT))
    return (
        '<div class="nb-ways"><a href="#" data-nb-copy="1">复制链接</a>'
        f'<a href="{paper}" target="_blank">打印版</a>{_projector(page)}</div>'
    )


def _projector(page: str) -> str:
    """Only 总览 is made for a projector."""
    if page != OVERVIEW:
        return ""
    return f'<a href="{html.escape(modes.link(modes.SHOW))}" target="_blank">投影</a>'


def sheet(page: str, selection: Selection) -> None:
    """What a printed page says at its head: which choice it shows and what it was drawn from."""
    held = downloads.stamp(selection)
    words = [f"{key}：{value}" for key, value in held.filters.items()]
    parts = [held.county, page, *words, f"数据版本 {held.build_id}", f"生成时间 {datetime.now():%Y-%m-%d %H:%M}"]
    st.html(f'<div class="nb-sheet">{html.escape("　".join(part for part in [*parts, held.mark] if part))}</div>')
    st.html('<div class="nb-ways">按 Ctrl 加 P 打印；纸张选 A4 横向。</div>')
