"""How every page begins: its title, the mark of invented data, and what to do where there is nothing to show yet."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import db, filters, grid, modes
from dashboard.filters import Selection
from dashboard.states import LOOKS, ValueState
from dashboard.theme import palette
from dashboard.words import plain
from etl.ledger import LedgerError
from etl.units import RegisterError

HINT = "点图上的条、点或表里的数，就在它下面列出出处：哪份文件、第几行、原文怎么写。"
SAMPLE_MARK = "示例数据：虚构的县和单位，不是真实数字"


def open_page(
    title: str,
    draw: Callable[[Selection], None],
    begin: Callable[[], None] | None = None,
    hint: str = HINT,
    *,
    needs_somebody: bool = True,
) -> None:
    """Draw a page for the reader's choice, or say how to begin when the warehouse holds no report; `begin` is what can
    be done on this page even then. `needs_somebody`: where the year has nobody of the scope there is nothing to draw."""
    build = db.current_build()
    if build is not None and build.is_sample:
        st.html(f'<span class="nb-sample">{SAMPLE_MARK}</span>')
    st.title(title, anchor=False)
    selection = filters.current() if build is not None else None
    try:
        if selection is None:
            _how_to_begin()
            if begin is not None:
                begin()
        else:
            filters.corrected()
            if needs_somebody and (told := _nobody(selection)):
                st.info(told)
                return
            if hint and not modes.current():
                st.caption(hint)
            draw(selection)
    except (LedgerError, RegisterError) as error:
        st.error(str(error))


def _nobody(selection: Selection) -> str:
    """What to do where the register has nobody of this scope in this year; "" where it has somebody."""
    held = db.rows(
        """SELECT DISTINCT year FROM scope_filing WHERE scope = $scope
           AND year IN (SELECT year FROM report_year WHERE filed > 0 UNION SELECT $year) ORDER BY year""",
        selection.parameters,
    )
    years = [row["year"] for row in held]
    if selection.year in years:
        return ""
    whom = f"没有“{selection.unit_name}”" if selection.unit_id else f"“{selection.group}”里没有单位"
    way = f"换一个年度（有它的年度：{'、'.join(map(str, years))}），或者换" if years else "换"
    return plain(f"{selection.year} 年度的登记表里{whom}。请在侧栏{way}范围、单位。")


def _how_to_begin() -> None:
    """Three steps, and what already lies there."""
    folder = db.county().root
    st.markdown("**还没有可以看的年报。三步就能开始：**")
    st.markdown(
        f"1. 在 `{folder}/units.csv` 里列出应报单位，每行一家。\n"
        "2. 把各单位的年报拖进“收报核对”页，看过后点入库；Word、WPS、PDF、网页、纯文本都可以，不用改名。"
        f"也可以直接放进 `{folder}/raw/2024/`（年份作文件夹名）。\n"
        "3. 直接放进文件夹的，在命令行运行 `nianbao build`，然后刷新本页。"
    )
    st.markdown("想先看看样子：运行 `nianbao up`，会另建一个虚构的示例县，不碰您的文件。")
    if db.current_build() is None:
        return
    waiting = db.rows("SELECT path, message FROM attention WHERE kind IN ('unclaimed', 'unread') ORDER BY path")
    if waiting:
        st.markdown(f"**已收到 {len(waiting)} 份文件，但还不知道是谁家哪一年的：**")
        grid.listing(("文件", "说明"), [(row["path"], row["message"]) for row in waiting])


def legend() -> None:
    """The one legend of the eight value states."""
    is_dark = palette().is_dark
    spans = []
    for state in ValueState:
        look = LOOKS[state]
        ground, ink = look.dark if is_dark else look.light
        word = "12" if state is ValueState.REPORTED else look.word
        spans.append(
            f'<span title="{look.meaning}"><span class="swatch" style="background:{ground};color:{ink}">{word}</span>'
            f"{look.name}</span>"
        )
    st.html(f'<div class="nb-legend">{"".join(spans)}</div>')
