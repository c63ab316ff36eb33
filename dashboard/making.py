"""A new build made from a page: with its progress, and the next run sees it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import RerunException, StopException

from dashboard import db, desk, viewer
from dashboard.words import plain
from etl.build import build
from etl.ledger import LedgerError
from etl.units import RegisterError
from etl.warehouse.failure import BuildError

PLACE = "page"  # where what came of it is told, at the head of the page


class _Bar:
    """The progress on the page, which a click does not break off.

    Streamlit ends a run at the next thing it draws once the reader clicks anything, or leaves. In the middle of a build
    what was just recorded would then be in no build, and nobody would be told: the click is kept in `asked` instead.
    """

    def __init__(self) -> None:
        self.asked: RerunException | StopException | None = None
        self._drawn: DeltaGenerator | None = None

    def draw(self, text: str, share: float = 0.0) -> None:
        if self.asked is not None:
            return
        try:
            self._drawn = (self._drawn or st).progress(share, text=text)
        except (RerunException, StopException) as asked:
            self.asked = asked

    def clear(self) -> None:
        if self._drawn is not None:
            self._drawn.empty()


def rebuild(message: str) -> None:
    """Make a build and begin the page anew with `message` at its head; on failure say why, the former build stays.

    What the reader clicks meanwhile is answered by the run that begins then.
    """
    if viewer.is_viewer():
        st.error(viewer.REFUSED)
        return
    bar = _Bar()
    bar.draw("正在重新入库……")
    try:
        build(
            db.county(),
            progress=lambda stage, done, in_all: bar.draw(f"{stage} {done}/{in_all}", done / max(in_all, 1)),
        )
    except (BuildError, RegisterError, LedgerError) as error:
        if bar.asked is None:
            bar.clear()
            st.error(plain(error))
            return
        desk.tell(PLACE, desk.Told(str(error), is_done=False))
    else:
        desk.tell(PLACE, desk.Told(message, is_done=True))
    if bar.asked is not None:
        raise bar.asked
    st.rerun()
