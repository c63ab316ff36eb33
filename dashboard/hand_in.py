"""Files handed in on the page: what came of each, whose they are, and the button with which they enter the warehouse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import streamlit as st

from dashboard import batch, claiming, dates, db, desk, making, problems
from dashboard.batch import Batch
from dashboard.grid import listing
from dashboard.words import plain
from etl.intake import Acceptance, IntakeError, accept_all, discard, finish
from etl.ledger import Conflict, LedgerError
from etl.units import RegisterError
from etl.warehouse.failure import BuildError

PLACE = "hand-in"
_ROUND = "hand-in-round"  # another key empties the uploader
_YEAR = "hand-in-year"
_ODD = ("unit_odd_witness", "year_odd_witness")
_FAULTS = (IntakeError, Conflict, LedgerError, RegisterError, BuildError)

Row = dict[str, Any]


def area(year: int | None) -> None:
    """The place to drop files, and everything about those that wait. `year` is the one looked at."""
    with st.container():
        _other_year(year)
    round_ = st.session_state.get(_ROUND, 0)
    uploads = st.file_uploader(
        "拖入年报，一次几十份或整包压缩文件都行；Word、WPS、PDF、网页、文本、表格都收，不用改名",
        accept_multiple_files=True, key=f"drop-{round_}",
    )  # fmt: skip
    try:
        if not claiming.units():
            st.info("还没有登记应报单位。现在就可以核对；要认领和入库，请先在 units.csv 里列出各单位。")
        if uploads:
            batch.take(uploads)
            st.session_state[_ROUND] = round_ + 1
            st.rerun()
        if went_on := finish(db.county()):
            making.rebuild(f"上次入库没有做完，已接着入库 {len(went_on)} 份。")
        held = batch.read()
    except _FAULTS as error:
        st.error(plain(error))
        return
    with st.container():
        desk.show_told(PLACE)
        _refused()
    if held is not None:
        _waiting(held, year or date.today().year - 1)


def _other_year(year: int | None) -> None:
    """Files of another year than the one looked at have entered: one click leads there."""
    entered = st.session_state.get(_YEAR)
    if entered is None or entered == year:
        st.session_state.pop(_YEAR, None)
        return
    st.info(f"刚入库的是 {entered} 年度的年报，现在看的是 {year} 年度。")
    st.button(f"看 {entered} 年度", on_click=st.session_state.update, args=({"y": str(entered)},), key="hand-in-look")


def _refused() -> None:
    turned_away = batch.refused()
    if turned_away:
        with st.container(border=True, key="hand-in-refused"):
            st.markdown(f"**没有收下的文件：{len(turned_away)} 份**（其余照常）")
            listing(("文件", "原因和办法"), turned_away)
            st.button("知道了", key="hand-in-forget", on_click=batch.forget_refused)


def _waiting(held: Batch, usual_year: int) -> None:
    """The files that wait: overview, list, those to be claimed, findings, and the button."""
    kinds = {row["sha256"]: batch.tile(row)[0] for row in held.rows}
    unread, unclaimed = ([row for row in held.rows if kinds[row["sha256"]] == kind] for kind in ("unread", "unclaimed"))
    ready = [row for row in held.rows if kinds[row["sha256"]] not in ("unread", "unclaimed")]
    with st.container(border=True, key="hand-in"):
        st.html(f'<h2 class="nb-title nb-sum">{sentence(kinds.values())}</h2>')
        st.html(batch.as_tiles(batch.tiles(held.rows)))
        with (
            st.container(key="hand-in-list"),
            st.expander(f"逐份看：单位、年度、问题数（{len(held.rows)} 份）", expanded=len(held.rows) <= 5),
        ):
            listing(
                ("文件", "单位", "年度", "必改", "请核", "提示", "说明"),
                [_line(row) for row in held.rows],
                short=frozenset({2, 3, 4, 5}),
            )
        if unread:
            st.markdown(f"**没有读成：{len(unread)} 份，不会入库**")
            listing(("文件", "原因和办法"), [(row["name"], batch.remark(row)) for row in unread])
        claimed = _claims(held, unclaimed, usual_year)
        if len(unread) < len(held.rows):
            st.markdown("**这一批的问题**（点一条看原表）")
            problems.show(held.findings(), held.source, desk.decisions(), unread=_unread(held.rows, len(unread)))
        _enter(ready, claimed, unread)


def sentence(kinds: Iterable[str]) -> str:
    """How many of what waits stand where; the parts add up."""
    counted = Counter(kinds)
    passed = counted["complete"] + counted["verify"]
    partial = f"＋读不全 {counted['partial']}" if counted["partial"] else ""
    return (
        f"收到 {counted.total()} 份，还没有入库：合格 {passed}＋必改 {counted['must']}{partial}"
        f"＋待认领 {counted['unclaimed']}＋没有读成 {counted['unread']}"
    )


def _unread(rows: Sequence[Row], not_at_all: int) -> str:
    partial = sum(row["outcome"] == "partial" for row in rows)
    parts = [f"{count} 份{word}" for count, word in ((partial, "没有读全"), (not_at_all, "没有读成")) if count]
    return f"另有 {'、'.join(parts)}，没有读到的没有核对。" if parts else ""


def _line(row: Row) -> tuple[object, ...]:
    odd = {code.split("_")[0] for code, _ in row["problems"] if code in _ODD}
    unit, year = (
        "待认领" if what in odd else row[name] or "未定" for what, name in (("unit", "unit_name"), ("year", "year"))
    )
    counts = (row["must_fix"], row["verify"], row["notice"]) if row["outcome"] in batch.READ else ("", "", "")
    return row["name"], unit, year, *counts, batch.remark(row)


def _claims(held: Batch, unclaimed: Sequence[Row], usual_year: int) -> list[tuple[Row, str, int]]:
    """The files whose unit or year a person has now said, with what they said."""
    if not unclaimed:
        return []
    st.markdown(f"**待认领：{len(unclaimed)} 份**（选好单位和年度才会入库）")
    names, said = claiming.units(), []
    for row in unclaimed:
        told = held.ask("SELECT * FROM witness WHERE file_id = $file", {"file": row["file_id"]})
        waiting = claiming.Waiting(
            row["sha256"][:16], row["name"], batch.remark(row), row["unit_id"],
            claiming.candidate_years(told, row["year"], usual_year),
        )  # fmt: skip
        unit_id, year = claiming.choose(waiting, names)
        if unit_id and year:
            said.append((row, unit_id, year))
    return said


def _enter(ready: Sequence[Row], claimed: Sequence[tuple[Row, str, int]], unread: Sequence[Row]) -> None:
    """入库 what was reviewed, 放弃 what should not stay."""
    files = {row["sha256"]: (row, row["unit_id"], row["year"]) for row in ready}
    files |= {row["sha256"]: (row, unit_id, year) for row, unit_id, year in claimed}
    names = {sha256: row["name"] for sha256, (row, _, _) in files.items()}
    later = st.multiselect(
        "这次先不入库的", list(names), format_func=lambda each: names[each], key="hand-in-later",
        placeholder="不选：全部入库", select_all=False,
    )  # fmt: skip
    chosen = [each for sha256, each in files.items() if sha256 not in later]
    line = st.form("hand-in-form", border=False).container(horizontal=True, vertical_alignment="bottom")
    with line:
        desk.name_field(PLACE)
        day = st.text_input("收到日期", key="hand-in-day", placeholder="可不填；如 2025-01-20", max_chars=12)
        go = st.form_submit_button(f"入库 {len(chosen)} 份", type="primary", disabled=not chosen, key="hand-in-go")
        drop = st.form_submit_button("放弃没有读成的", disabled=not unread, key="hand-in-drop")
    if drop:
        _discard(unread)
    if go:
        _accept(chosen, day)


def _discard(rows: Sequence[Row]) -> None:
    try:
        for row in rows:
            discard(db.county(), row["sha256"])
    except IntakeError as error:
        st.error(plain(error))
        return
    desk.tell(PLACE, desk.Told(f"已放弃 {len(rows)} 份，请向报送单位另要。", is_done=True))
    st.rerun()


def _accept(chosen: Sequence[tuple[Row, str, int]], text: str) -> None:
    who, day = desk.take_name(PLACE), dates.as_day(text)
    if who is None or (text.strip() and day is None):
        st.error(desk.NOBODY if who is None else f"没有入库：“{plain(text)}”不是日期，请写成 2025-01-20，或留空。")
        return
    wanted = [Acceptance(row["sha256"], unit_id, year, received_on=day) for row, unit_id, year in chosen]
    try:
        with st.spinner(f"正在入库 {len(wanted)} 份……"):
            done = accept_all(db.county(), wanted, who=who.name, who_from=who.origin)
    except _FAULTS as error:
        st.error(plain(error))
        return
    faults = [
        f"“{row['name']}”{each}" for (row, _, _), each in zip(chosen, done, strict=True) if isinstance(each, Exception)
    ]
    if len(faults) < len(chosen):
        years = [each.year for each in wanted]
        st.session_state[_YEAR] = max(set(years), key=years.count)
    if faults:
        desk.tell(PLACE, desk.Told("".join(faults), is_done=False))
    making.rebuild(f"已入库 {len(chosen) - len(faults)} 份，经手人 {who.words}。")
