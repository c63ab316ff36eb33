"""收费：收了什么费、多少？两种费单位不同，分开列，永不相加。"""

import streamlit as st

from dashboard import card, charts, db, figures
from dashboard.filters import Selection
from dashboard.grid import listing
from dashboard.opening import open_page
from dashboard.states import write_figure, write_number


def page(selection: Selection) -> None:
    st.markdown("**两种费分开看：行政事业性收费以万元计，出自表二；信息处理费以元计，出自正文。**")
    st.markdown("## 行政事业性收费（万元）")
    item = {"scope": selection.scope, "item": "proactive/admin_fees/amount_wan"}
    rows = db.rows("SELECT * FROM scope_measure WHERE scope = $scope AND measure = $item ORDER BY position, year", item)
    sums = db.rows("SELECT * FROM measure_total WHERE scope = $scope AND measure = $item ORDER BY year", item)
    note = "表二本年收费金额，照原文位数，不换算、不四舍五入。2019、2020 年的表填的是项目数，不可比。"
    fee("admin-fees", "行政事业性收费", rows, sums, note, selection)
    doubts(selection)
    st.markdown("## 信息处理费（元）")
    item = {"scope": selection.scope, "item": "info_fee_yuan"}
    rows = db.rows("SELECT * FROM scope_measure WHERE scope = $scope AND measure = $item ORDER BY position, year", item)
    sums = db.rows("SELECT * FROM measure_total WHERE scope = $scope AND measure = $item ORDER BY year", item)
    note = "报告正文写明实际收取的数；没有写的是空白，不当作 0。"
    fee("info-fee", "信息处理费", rows, sums, note, selection, badge="正文")


def fee(
    name: str,
    subject: str,
    rows: list[dict],
    sums: list[dict],
    note: str,
    selection: Selection,
    badge: str = "",
) -> None:
    """One kind of fee: the units against each other, and the years."""
    now = next((row for row in sums if row["year"] == selection.year), None)
    if now is None:
        st.write("这一年没有这个范围的记录。")
        return
    names, marks = figures.two_years(rows, selection.year)
    bars = figures.year_marks(sums)
    events = db.rows("SELECT * FROM event ORDER BY happened_on")
    views: dict[str, card.View] = {
        "逐年合计": lambda: charts.by_year(bars, now["counter"], events),
        "单位×年度": figures.units_by_year(rows),
    }
    if names:
        views = {"图": lambda: charts.dots(marks, names, selection.year, now["counter"]), **views}
    note = f"{note}{figures.counted_words(now)}{card.questioned(now)}。"
    card.show(name, subject, conclusion(now, len(names)), note, selection, views, badge)
    if names:
        card.not_drawn([row for row in rows if row["year"] == selection.year], names)


def conclusion(now: dict, charging: int) -> str:
    if not now["counted"]:
        return f"{now['year']} 年度没有可计的数"
    if not charging:
        return f"{now['year']} 年度写明的 {now['counted']} 家都是 0 {now['counter']}"
    return f"{now['year']} 年度 {charging} 家有收费，合计 {write_number(now['value'])} {now['counter']}"


def doubts(selection: Selection) -> None:
    """Large figures that may be yuan in a column of 万元: shown for a look, left as they are."""
    rows = db.rows("SELECT * FROM fee_doubt WHERE scope = $scope ORDER BY year DESC, position", selection.parameters)
    if not rows:
        return
    with st.expander(f"请核对单位：{len(rows)} 处超过 10,000 万元，可能把元写进了万元栏"):
        lines = [
            (row["unit_name"], row["year"], write_figure(row["state"], row["value"], row["raw"]), row["path"])
            for row in rows
        ]
        listing(("单位", "年度", "填的数（万元）", "文件"), lines, numbers=frozenset({2}))


open_page("收费", page)
