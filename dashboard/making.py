"""A new build made from a page: with its progress, and the next run sees it."""

from __future__ import annotations

import streamlit as st

from dashboard import db, desk, viewer
from dashboard.words import plain
from etl.build import build
from etl.ledger import LedgerError
from etl.units import RegisterError
from etl.warehouse.failure import BuildError

PLACE = "page"  # where what came of it is told, at the head of the page


def rebuild(message: str) -> None:
    """Make a build and begin the page anew with `message` at its head; on failure say why, the former build stays."""
    if viewer.is_viewer():
        st.error(viewer.REFUSED)
        return
    bar = st.progress(0.0, text="正在重新入库……")

    def tell(stage: str, done: int, in_all: int) -> None:
        bar.progress(done / max(in_all, 1), text=f"{stage} {done}/{in_all}")

    try:
        build(db.county(), progress=tell)
    except (BuildError, RegisterError, LedgerError) as error:
        bar.empty()
        st.error(plain(error))
        return
    desk.tell(PLACE, desk.Told(message, is_done=True))
    st.rerun()
