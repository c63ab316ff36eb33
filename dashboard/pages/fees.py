"""收费：收了什么费、多少？两种费单位不同，分开列，永不相加。"""

import streamlit as st

from dashboard import card, charts, db
from dashboard.charts import Mark
from dashboard.filters import Selection
from dashboard.grid import listing
from dashboard.opening import open_page
from dashboard.states import ValueState, write_figure, write_number


def page(selection: Selection) -> None:
    admin = {"scope": selection.scope, "item": "proactive/admin_fees/amount_wan"}
    info = {"scope": selection.scope, "item": "info_fee_yuan"}
    st.markdown("**两种费分开看：行政事业性收费以万元计，出自表二；信息处理费以元计，出自正文。**")
    st.markdown("## 行政事业性收费（万元）")
    fee(
        selection, "admin-fees", "cell", "万元",
        db.rows("SELECT * FROM scope_cell WHERE scope = $scope AND cell = $item ORDER BY position, year", admin),
        db.rows("SELECT * FROM cell_total WHERE scope = $scope AND cell = $item ORDER BY year", admin),
        "表二本年收费金额，照原文位数，不换算、不四舍五入。2019、2020 年的表填的是项目数，不可比。",
    )  # fmt: skip
    doubts(selection)
    st.markdown("## 信息处理费（元）")
    fee(
        selection, "info-fee", "claim", "元",
        db.rows("SELECT * FROM scope_claim WHERE scope = $scope AND claim = $item ORDER BY position, year", info),
        db.rows("SELECT * FROM claim_total WHERE scope = $scope AND claim = $item ORDER BY year", info),
        "报告正文写明实际收取的数；没有写的是空白，不当作 0。", "正文",
    )  # fmt: skip


def fee(selection: Selection, name: str, kind: str, counter: str, rows: list[dict], sums: list[dict], note: str,
        badge: str = "") -> None:  # fmt: skip
    """One kind of fee: units against each other, and the years."""
    now = next((row for row in sums if row["year"] == selection.year), None)
    if now is None:
        st.write("这一年没有这个范围的记录。")
        return
    years = [row["year"] for row in sums]
    names, marks = card.two_years(rows, kind, kind, selection.year)
    sum_marks = [
        Mark(str(row["year"]), counter, card.total_state(row), row["value"], card.total_cell(row, kind, kind).address)
        for row in sums
    ]
    views = (
        {"图": lambda: charts.dots(marks, names, f"{selection.year}", f"{selection.year - 1}", counter)}
        if names
        else {}
    )
    views |= {
        "逐年合计": lambda: charts.by_year(
            sum_marks, years, counter, db.rows("SELECT * FROM event ORDER BY happened_on")
        ),
        "单位×年度": card.unit_year_table(rows, kind, kind, years),
    }
    card.show(
        name,
        conclusion(now, counter, len(names), selection),
        f"{note}{card.counted_words(now)}。",
        selection,
        views,
        badge,
    )
    if names:
        card.not_drawn([row for row in rows if row["year"] == selection.year], names)


def conclusion(now: dict, counter: str, charging: int, selection: Selection) -> str:
    if not now["counted"]:
        return f"{selection.year} 年度没有可计的数"
    if not charging:
        return f"{selection.year} 年度写明的 {now['counted']} 家都是 0 {counter}"
    return f"{selection.year} 年度 {charging} 家有收费，合计 {write_number(now['value'])} {counter}"


def doubts(selection: Selection) -> None:
    """Large figures that may be yuan in a column of 万元: shown for a look, left as they are."""
    rows = db.rows("SELECT * FROM fee_doubt WHERE scope = $scope ORDER BY year DESC, position", selection.parameters)
    if rows:
        with st.expander(f"请核对单位：{len(rows)} 处超过 1 万万元，可能把元写进了万元栏"):
            listing(
                ("单位", "年度", "填的数（万元）", "文件"),
                [(r["unit_name"], r["year"], write_figure(ValueState(r["state"]), r["value"], r["raw"]), r["path"]) for r in rows],
            )  # fmt: skip


open_page("收费", page)
