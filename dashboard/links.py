"""Links from one page to another that carry the unit and the year, so that a link is a view."""

from __future__ import annotations

import html
from urllib.parse import urlencode, urlsplit

import streamlit as st

from dashboard import modes, viewer

_AREA = "（全区域，不与各单位相加）"


def option(name: str, is_area: bool) -> str:
    """A unit as the sidebar offers it, which is what stands in the address."""
    return name + (_AREA if is_area else "")


def to_unit(name: str, is_area: bool, year: int, label: str = "") -> None:
    """To 单位档案 of one unit and year; nothing where that is the page being read."""
    held = st.session_state
    is_there = urlsplit(st.context.url or "").path.endswith("/unit")
    if is_there and held.get("u") == option(name, is_area) and str(held.get("y")) == str(year):
        return
    _link("unit", label or f"单位档案：{name} {year} 年度", name, is_area, year)


def of_unit(name: str, is_area: bool, year: int) -> str:
    """The address of 单位档案 of one unit and year, not yet escaped for HTML."""
    return f"unit?{urlencode({'u': option(name, is_area), 'y': year})}"


def to_intake(name: str, is_area: bool, year: int) -> None:
    """To 收报核对 of one unit and year; nothing where nobody may decide anything."""
    if not viewer.is_viewer() and not modes.is_print():  # paper leads nowhere
        _link("intake", "到“收报核对”处理", name, is_area, year)


def _link(page: str, label: str, name: str, is_area: bool, year: int) -> None:
    """A plain link: st.page_link changes the address and leaves the bound fields of the sidebar as they were. From a
    page on paper or by a projector it leads to one that is shown the same way."""
    shown = {"mode": modes.current()} if modes.current() else {}
    asked = urlencode({"u": option(name, is_area), "y": year, **shown})
    st.html(f'<a class="nb-link" href="{page}?{html.escape(asked)}">{html.escape(label)}</a>', width="content")
