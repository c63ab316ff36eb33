"""依申请公开：收了多少、怎么办的、结转到哪去了？"""

import streamlit as st

from dashboard import card, charts, charts_flow, db, figures
from dashboard.charts import Mark
from dashboard.filters import Selection
from dashboard.grid import Cell, Row, Table
from dashboard.opening import open_page
from dashboard.states import ValueState, write_number, write_share

RECEIVED = "requests/new_received/total"
NOT_DISCLOSED = ("denied", "unable", "not_processed", "other")
SIDES = {
    "carried_in": "上年结转＋新收",
    "new_received": "上年结转＋新收",
    "total_processed": "办结＋结转下年",
    "carried_out": "办结＋结转下年",
}


def page(selection: Selection) -> None:
    asked = {**selection.parameters, "item": RECEIVED}
    received = db.rows(
        "SELECT * FROM scope_measure WHERE scope = $scope AND measure = $item ORDER BY position, year", asked
    )
    sums = db.rows("SELECT * FROM measure_total WHERE scope = $scope AND measure = $item ORDER BY year", asked)
    now = [row for row in received if row["year"] == selection.year]
    st.markdown(f"**{conclusion(now, selection)}**")
    balance(selection)
    outcomes(selection)
    over_years(received, sums, selection)
    left, right = st.columns(2)
    with left:
        applicants(selection)
    with right:
        reasons(selection)
    disputes(selection)


def conclusion(rows: list[dict], selection: Selection) -> str:
    asked = [row for row in rows if row["state"] == ValueState.REPORTED]
    zero = [row for row in rows if row["state"] == ValueState.ZERO]
    year = f"{selection.year} 年度"
    if not asked and not zero:
        return f"{year}没有可以计入的申请数。"
    if not asked:
        return f"{year}计入的 {len(zero)} 家均报零申请。请抽查申请渠道是否通畅：信函地址、网上入口、电话。"
    total = write_number(sum(row["value"] for row in asked))
    return f"{year}新收 {total} 件，来自 {len(asked)} 家；{len(zero)} 家零申请。"


def balance(selection: Selection) -> None:
    """The one relation printed in the form, for the whole scope."""
    flow = db.rows(
        """SELECT * FROM measure_total WHERE scope = $scope AND year = $year AND "table" = 'requests'
           AND "column" = 'total' AND list_contains($sides, "row") ORDER BY measure_position""",
        {**selection.parameters, "sides": tuple(SIDES)},
    )
    table = Table(
        "项目",
        ("件数", "计入"),
        tuple(Row(figures.row_name(row), (figures.total_cell(row), Cell(figures.counted_words(row)))) for row in flow),
    )
    marks = [
        Mark(SIDES[row["row"]], figures.row_name(row), figures.total_state(row), row["value"], cells[0].address)
        for row, cells in zip(flow, (line.cells for line in table.rows), strict=True)
    ]
    views: dict[str, card.View] = {"表": table}
    if any(row["value"] for row in flow):
        views = {"图": lambda: charts_flow.balance(marks, "件"), "表": table}
    note = "表三总计列：第一项加第二项，等于第三项加第四项。"
    card.show("balance", "收办平衡", balance_title(flow), note + missing(flow), selection, views)


def balance_title(flow: list[dict]) -> str:
    value = {row["row"]: row["value"] for row in flow if row["counted"]}
    if len(value) < len(SIDES):
        return "收与办：没有可计的件数"
    gap = value["carried_in"] + value["new_received"] - value["total_processed"] - value["carried_out"]
    if len({row["counted"] for row in flow}) > 1:
        return "收与办：各项计入的家数不同，不能直接比"
    return "收与办：两边相等" if gap == 0 else f"收与办：两边相差 {write_number(abs(gap))} 件，请看各家原表"


def missing(rows: list[dict]) -> str:
    """Who is not in the sums: the longest of their sentences, since each sum may miss others."""
    return max((figures.counted_words(row) for row in rows), key=len, default="") + "。"


def outcomes(selection: Selection) -> None:
    rows = db.rows(
        """SELECT * FROM scope_measure WHERE scope = $scope AND year = $year AND topic = 'outcome'
           ORDER BY position, measure_position""",
        selection.parameters,
    )
    if not rows:
        return
    order = list(dict.fromkeys(row["name"] for row in rows))
    drawn = list(dict.fromkeys(row["unit_name"] for row in rows if row["state"] == ValueState.REPORTED))
    marks = [
        Mark(row["unit_name"], row["name"], ValueState(row["state"]), row["value"], cell.address, cell.text)
        for row in rows
        for cell in [figures.unit_cell(row)]
    ]
    views: dict[str, card.View] = {"表": figures.units_by_item(rows, "name")}
    if drawn:
        views = {"图": lambda: charts_flow.stacked(marks, order, drawn, "件"), **views}
    title = f"办结结果：{len(drawn)} 家有办结的申请" if drawn else "办结结果：没有单位写有办结的申请"
    note = f"各家办结的件数按结果分，按登记表顺序，不排名。{shared(selection)}"
    card.show("outcomes", "办结结果", title, note, selection, views)
    card.not_drawn([row for row in rows if row["name"] == order[0]], drawn)


def shared(selection: Selection) -> str:
    """What part of everything handled was disclosed: sum over sum, never a mean of the units' shares."""
    rows = db.rows(
        """SELECT * FROM measure_total WHERE scope = $scope AND year = $year
           AND (topic = 'outcome' OR measure = 'disclosed_share')""",
        selection.parameters,
    )
    found = next((row for row in rows if row["measure"] == "disclosed_share"), None)
    share = write_share(found["value"], found["of_value"], found["smallest_n"]) if found else ""
    if not found or not share:
        return ""
    words = f"予以公开和部分公开合计占 {share}。"
    done = sum(row["value"] or 0 for row in rows if row["topic"] == "outcome")
    if found["of_value"] != done:
        asked = f"各家写的总计相加 {write_number(found['of_value'])} 件"
        words += f"各项结果相加 {write_number(done)} 件，{asked}，请看各家原表。"
    return words


def over_years(received: list[dict], sums: list[dict], selection: Selection) -> None:
    marks = figures.year_marks(sums)
    events = db.rows("SELECT * FROM event ORDER BY happened_on")
    partial = [
        f"{row['year']} 年度{figures.counted_words(row).removeprefix('不完整：')}"
        for row in sums
        if not row["is_complete"]
    ]
    note = "表三第一项，总计列。" + (f"斜线条是不完整的合计：{'；'.join(partial)}。" if partial else "")
    note += figures.event_words(events)
    views = {
        "逐年合计": lambda: charts.by_year(marks, "件", events),
        "单位×年度": figures.units_by_year(received),
    }
    card.show("received", "历年新收申请", f"{selection.scope_words}历年新收申请", note, selection, views)


def applicants(selection: Selection) -> None:
    rows = db.rows(
        """SELECT * FROM measure_total WHERE scope = $scope AND year = $year
           AND measure LIKE 'requests/new_received/%' ORDER BY measure_position""",
        selection.parameters,
    )
    table = figures.totals_list(rows, "column_label", "申请人", "件数")
    card.show("applicants", "申请人", "谁在申请", f"新收申请按申请人分。{missing(rows)}", selection, {"表": table})


def reasons(selection: Selection) -> None:
    rows = db.rows(
        """SELECT * FROM measure_total WHERE scope = $scope AND year = $year
           AND measure IN (SELECT item FROM measure_term WHERE list_contains($ways, measure))
           ORDER BY measure_position""",
        {**selection.parameters, "ways": NOT_DISCLOSED},
    )
    held = [row for row in rows if figures.total_state(row) is ValueState.REPORTED]
    zero = sum(figures.total_state(row) is ValueState.ZERO for row in rows)
    table = figures.totals_list(held or rows, "row_label", "理由", "件数")
    title = "没有公开的理由" if held else "没有公开的理由：没有一项有数"
    note = f"只列有数的理由，其余 {zero} 项均为 0。" if held else f"{zero} 项写明是 0。"
    card.show("reasons", "没有公开的理由", title, note, selection, {"表": table})


def disputes(selection: Selection) -> None:
    rows = db.rows(
        """SELECT * FROM measure_total WHERE scope = $scope AND year = $year AND "table" = 'disputes'
           ORDER BY measure_position""",
        selection.parameters,
    )
    table = figures.totals_by(rows, "row_label", "column_label", "种类")
    card.show(
        "disputes",
        "复议诉讼",
        "因政府信息公开引起的复议和诉讼",
        f"表四各栏相加，件。{missing(rows)}",
        selection,
        {"表": table},
    )


open_page("依申请公开", page)
