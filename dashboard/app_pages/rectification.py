"""退改跟踪：退了的改好没有？"""

from collections import Counter
from datetime import date

import streamlit as st

from dashboard import board, db, desk, returns
from dashboard.dates import as_day
from dashboard.filters import Selection
from dashboard.grid import listing
from dashboard.opening import open_page
from dashboard.words import plain
from etl.publish.letters import sender_of
from etl.publish.reminders import Reminder, as_table, text_for_all


def page(selection: Selection) -> None:
    with st.container():
        desk.corner()
    cases = returns.cases(selection)
    counts = Counter(case.tracking.stage for case in cases)
    words = "，".join(f"{stage.label} {counts[stage]} 家" for stage in board.STAGES)
    st.markdown(f"**{selection.year} 年度{f'：{words}' if cases else '无待退改'}。**")
    wanted = returns.missing(selection)
    with st.container():
        desk.show_told(returns.PLACE)
        if cases or wanted:
            desk.name_field(returns.PLACE, width=260)
    top = st.container()
    ticked = board.show(cases) if cases else []
    with top:
        letters(ticked, selection)
        fetch(selection)
    missing(wanted, selection.year)


def letters(ticked: list[returns.Case], selection: Selection) -> None:
    """退改单 for the ticked units, all in one archive."""
    if not ticked:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="letters"):
        text = st.text_input(
            "改好期限", value=returns.usual_day(date.today()).isoformat(), key="letters-day", max_chars=12, width=220
        )
        day = as_day(text)
        st.button(
            f"生成 {len(ticked)} 份退改单", key="letters-make", type="primary", disabled=day is None,
            on_click=returns.make, args=(ticked, day, selection),
        )  # fmt: skip
    if day is None:
        st.error(f"“{plain(text)}”不是日期，请写成 {date.today().year}-01-20。")


def fetch(selection: Selection) -> None:
    """What was made in this session: the archive, and a text to paste."""
    made = returns.made(selection.year)
    if made is None:
        return
    with st.container(border=True, key="letters-made"):
        st.markdown(f"**退改单 {len(made.units)} 份**：每家一份，改后整份重发，不用另填表。")
        name = f"退改单_{made.year}年度_{len(made.units)}家.zip"
        st.download_button(
            "下载压缩包",
            made.archive,
            file_name=name,
            mime="application/zip",
            key="letters-download",
            on_click="ignore",
        )
        st.caption("可粘贴到短信或工作群：")
        st.code(made.text, language=None, wrap_lines=True)


def missing(wanted: tuple[Reminder, ...], year: int) -> None:
    """未报名单, texts to paste, and the mark that they were reminded."""
    if not wanted:
        return
    reminded = returns.reminded(year)
    st.markdown(f"## 没有收到年报的单位：{len(wanted)} 家")
    rows = [
        (
            each.unit,
            f"{each.contact} {each.phone}".strip() or "没有登记",
            each.due_on,
            reminded.get(each.unit_id, "还没有催过"),
        )
        for each in wanted
    ]
    listing(("单位", "联系人", "期限", "催报"), rows)
    st.caption("发到工作群的一段（右上角可复制）：")
    st.code(text_for_all(wanted, year, date.today(), sender_of(db.county())), language=None, wrap_lines=True)
    with st.expander("逐家的短信，可整块复制到表格里"):
        st.code(as_table(wanted), language=None, wrap_lines=True, height=240)
    ids = [each.unit_id for each in wanted]
    st.button(f"记为已催 {len(ids)} 家", key="remind", on_click=returns.remind, args=(ids, year))


open_page("退改跟踪", page, hint="每一步都记下经手人和时间；做错了可以撤回，记录照样留着。")
