"""依申请公开：收了多少、怎么办的、结转到哪去了？"""

import streamlit as st

from dashboard import card, charts, db
from dashboard.charts import Mark
from dashboard.filters import Selection
from dashboard.grid import Cell, Row, Table
from dashboard.opening import open_page
from dashboard.states import ValueState, write_number, write_share

FLOW = {"carried_in": "收", "new_received": "收", "total_processed": "办", "carried_out": "办"}
SIDES = {"收": "上年结转＋新收", "办": "办结＋结转下年"}


def page(selection: Selection) -> None:
    received = db.rows(
        "SELECT * FROM scope_cell WHERE scope = $scope AND year = $year AND cell = 'requests/new_received/total'"
        " ORDER BY position",
        selection.parameters,
    )
    st.markdown(f"**{conclusion(received, selection)}**")
    balance(selection)
    outcomes(selection)
    over_years(selection)
    left, right = st.columns(2)
    with left:
        by_label(selection, "applicants", "谁在申请", "新收申请按申请人分", "requests/new_received/%", "column_label")
    with right:
        reasons(selection)
    disputes(selection)


def conclusion(received: list[dict], selection: Selection) -> str:
    asked = [row for row in received if row["state"] == ValueState.REPORTED]
    zero = [row for row in received if row["state"] == ValueState.ZERO]
    if not asked and not zero:
        return f"{selection.year} 年度没有可以计入的申请数。"
    if not asked:
        return (
            f"{selection.year} 年度计入的 {len(zero)} 家均报零申请。请抽查申请渠道是否通畅：信函地址、网上入口、电话。"
        )
    total = write_number(sum(row["value"] for row in asked))
    return f"{selection.year} 年度新收 {total} 件，集中在 {len(asked)} 家；{len(zero)} 家零申请。"


def balance(selection: Selection) -> None:
    rows = db.rows(
        "SELECT * FROM cell_total WHERE scope = $scope AND year = $year AND \"table\" = 'requests' AND \"column\" = 'total'"
        " AND \"row\" IN ('carried_in', 'new_received', 'total_processed', 'carried_out') ORDER BY cell_position",
        selection.parameters,
    )
    by_row = {row["row"]: row for row in rows}
    if not by_row:
        return
    flow = [by_row[name] for name in FLOW if name in by_row]
    value = {row["row"]: row["value"] for row in flow if row["value"] is not None}
    title = "这一范围没有可计的件数"
    if len(value) == len(FLOW):
        gap = value["carried_in"] + value["new_received"] - value["total_processed"] - value["carried_out"]
        title = "收与办两边相等" if gap == 0 else f"收与办两边相差 {write_number(abs(gap))} 件，请看各家原表"
    marks = [
        Mark(SIDES[FLOW[row["row"]]], row["row_label"], card.total_state(row), row["value"],
             card.total_cell(row, "cell", "cell").address)
        for row in flow
    ]  # fmt: skip
    table = Table(
        "项目", ("件数", "计入"),
        tuple(Row(row["row_label"], (card.total_cell(row, "cell", "cell"), Cell(card.counted_words(row)))) for row in flow),
    )  # fmt: skip
    views = {"图": lambda: charts.balance(marks, "件"), "表": table} if any(value.values()) else {"表": table}
    card.show(
        "balance",
        title,
        f"表三总计列：第一项加第二项，等于第三项加第四项。{card.counted_words(flow[1])}。",
        selection,
        views,
    )


def outcomes(selection: Selection) -> None:
    rows = db.rows(
        "SELECT * FROM scope_outcome WHERE scope = $scope AND year = $year ORDER BY position, outcome_position",
        selection.parameters,
    )
    order = list(dict.fromkeys(row["label"] for row in sorted(rows, key=lambda row: row["outcome_position"])))
    units = list(dict.fromkeys(row["unit_name"] for row in rows))
    drawn = [name for name in units if any(r["unit_name"] == name and r["state"] == ValueState.REPORTED for r in rows)]
    marks = [
        Mark(row["unit_name"], row["label"], ValueState(row["state"]), row["value"],
             card.unit_cell(row, "outcome", "outcome").address)
        for row in rows
    ]  # fmt: skip
    cells = {(row["unit_name"], row["label"]): card.unit_cell(row, "outcome", "outcome") for row in rows}
    table = Table(
        "单位", tuple(order), tuple(Row(n, tuple(cells.get((n, o), Cell.empty()) for o in order)) for n in units)
    )
    title = f"办结结果：{len(drawn)} 家有办结的申请" if drawn else "没有单位写有办结的申请"
    views = {"图": lambda: charts.stacked(marks, order, drawn, "件"), "表": table} if drawn else {"表": table}
    card.show(
        "outcomes", title, f"各家办结的件数按结果分，按登记表顺序排，不排名。{shared(selection)}", selection, views
    )
    first = [row for row in rows if row["label"] == order[0]] if order else []
    card.not_drawn(first, drawn)


def shared(selection: Selection) -> str:
    """The share of 予以公开 and 部分公开 among everything handled: sum by sum, never an average of shares."""
    total = {
        row["outcome"]: row["value"] or 0
        for row in db.rows("SELECT * FROM outcome_total WHERE scope = $scope AND year = $year", selection.parameters)
    }
    share = write_share(total.get("granted", 0) + total.get("partially_granted", 0), sum(total.values()))
    return f"予以公开和部分公开合计占 {share}。" if share else ""


def over_years(selection: Selection) -> None:
    sums = db.rows(
        "SELECT * FROM cell_total WHERE scope = $scope AND cell = 'requests/new_received/total' ORDER BY year",
        selection.parameters,
    )
    rows = db.rows(
        "SELECT * FROM scope_cell WHERE scope = $scope AND cell = 'requests/new_received/total' ORDER BY position, year",
        selection.parameters,
    )
    years = [row["year"] for row in sums]
    marks = [
        Mark(str(r["year"]), "新收", card.total_state(r), r["value"], card.total_cell(r, "cell", "cell").address)
        for r in sums
    ]
    partial = [
        f"{row['year']}（{card.counted_words(row)}）" for row in sums if not row["is_complete"] and row["counted"]
    ]
    note = "一、本年新收政府信息公开申请数量，总计列。" + (f"不完整的年度：{'；'.join(partial)}。" if partial else "")
    card.show(
        "received", f"{selection.scope_words}历年新收申请", note, selection,
        {
            "逐年合计": lambda: charts.by_year(marks, years, "件", db.rows("SELECT * FROM event ORDER BY happened_on")),
            "单位×年度": card.unit_year_table(rows, "cell", "cell", years),
        },
    )  # fmt: skip


def by_label(selection: Selection, name: str, title: str, note: str, pattern: str, label: str) -> None:
    rows = db.rows(
        f"SELECT * FROM cell_total WHERE scope = $scope AND year = $year AND cell LIKE '{pattern}' ORDER BY cell_position",
        selection.parameters,
    )
    table = Table("项目", ("件数",), tuple(Row(row[label], (card.total_cell(row, "cell", "cell"),)) for row in rows))
    card.show(name, title, note + "。" + (card.counted_words(rows[0]) + "。" if rows else ""), selection, {"表": table})


def reasons(selection: Selection) -> None:
    rows = db.rows(
        "SELECT * FROM cell_total WHERE scope = $scope AND year = $year AND cell IN"
        " (SELECT cell FROM outcome_cell WHERE outcome NOT IN ('granted', 'partially_granted')) ORDER BY cell_position",
        selection.parameters,
    )
    held = [row for row in rows if card.total_state(row) is not ValueState.ZERO]
    zero = len(rows) - len(held)
    table = Table(
        "理由", ("件数",), tuple(Row(row["row_label"], (card.total_cell(row, "cell", "cell"),)) for row in held)
    )
    title = "没有公开的理由" if held else "没有一件写着不公开的理由"
    card.show("reasons", title, f"只列有数的理由，其余 {zero} 项均为 0。", selection, {"表": table})


def disputes(selection: Selection) -> None:
    rows = db.rows(
        "SELECT * FROM cell_total WHERE scope = $scope AND year = $year AND \"table\" = 'disputes' ORDER BY cell_position",
        selection.parameters,
    )
    columns = tuple(dict.fromkeys(row["column_label"] for row in rows))
    cells = {(row["row_label"], row["column_label"]): card.total_cell(row, "cell", "cell") for row in rows}
    lines = tuple(
        Row(label, tuple(cells.get((label, column), Cell.empty()) for column in columns))
        for label in dict.fromkeys(row["row_label"] for row in rows)
    )
    card.show(
        "disputes",
        "因政府信息公开引起的复议和诉讼",
        "表四各栏相加，件。",
        selection,
        {"表": Table("种类", columns, lines)},
    )


open_page("依申请公开", page)
