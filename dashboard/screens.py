"""What a projector shows: 总览 in four screens, one at a time, turned with the arrow keys (front/screens.js)."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import streamlit as st

from dashboard import application_cards, applications, modes
from dashboard.filters import Selection
from dashboard.words import plain


@contextmanager
def screen(name: str) -> Generator[None]:
    """One of `modes.SCREENS` where a projector shows the page; anywhere else nothing but the page going on."""
    if not modes.is_show():
        yield
        return
    with st.container(key=f"screen-{name}"):
        yield


def requests(selection: Selection) -> None:
    """依申请公开 in one sentence and two charts: what came and what became of it, what was disputed."""
    held = application_cards.load(selection)
    st.markdown(f"**{plain(applications.conclusion(held.now, held.total, selection))}**")
    left, right = st.columns(2)
    if held.total is not None and any(row["value"] for row in held.sums):
        with left:
            application_cards.balance(held.sums, selection)
    with right:
        application_cards.disputes(selection)
