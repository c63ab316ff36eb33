"""总览：今年全县怎么样、要看谁？"""

import streamlit as st

from dashboard import card, db
from dashboard.filters import Selection
from dashboard.grid import Cell, Row, Table, listing
from dashboard.opening import open_page
from dashboard.provenance import Address
from dashboard.states import LOOKS, ValueState, write_number

KINDS = {
    "unclaimed": ("等待认领的文件", "认领之前，对应单位显示为“未报”。"),
    "unread": ("没有读成的文件", "换一份能读的再放进文件夹，重新入库即可。"),
    "unreadable": ("待核的格子", "读不准的不猜、不计入合计，请对照原文。"),
    "not_filed": ("没有找到年报的单位", "这一年登记为已收齐。"),
    "spare": ("同一单位同一年多出来的文件", "都留着，只取其中一份。"),
}


def page(selection: Selection) -> None:
    filed = db.rows("SELECT * FROM filing_total WHERE scope = $scope ORDER BY year", selection.parameters)
    now = next((row for row in filed if row["year"] == selection.year), None)
    if now is None:
        st.write("这个单位在这一年还没有设立，或已并入别的单位。")
        return
    st.markdown(f"**{conclusion(now, selection)}**")
    figures(selection, filed)
    filing(selection)
    attention(selection)


def conclusion(now: dict, selection: Selection) -> str:
    missing = f"，{now['not_filed']} 家未报" if now["not_filed"] else "，没有未报"
    waiting = f"；另有 {now['not_collected']} 家未收集，不算未报" if now["not_collected"] else ""
    return f"{selection.year} 年度应报 {now['due']} 家，已报 {now['filed']} 家{missing}{waiting}。"


def figures(selection: Selection, filed: list[dict]) -> None:
    """The four large figures: 已报, 新收申请, 主动公开条数, 行政事业性收费."""
    now = next(row for row in filed if row["year"] == selection.year)
    filing_address = str(Address("filing", "report", selection.year, selection.scope))
    columns = st.columns(4)
    with columns[0]:
        card.metric("filing", "已报／应报（家）", f"{now['filed']}／{now['due']}", filed_words(now), filing_address)
    asked = [
        ("requests", "新收申请（件）", "cell", "cell", "requests/new_received/total", ""),
        ("published", "主动公开信息总数（条）", "claim", "claim", "published_total", "正文"),
        ("fees", "行政事业性收费（万元）", "cell", "cell", "proactive/admin_fees/amount_wan", ""),
    ]
    addresses = [filing_address]
    for column, (name, label, kind, key, item, badge) in zip(columns[1:], asked, strict=True):
        rows = db.rows(
            f"SELECT * FROM {kind}_total WHERE scope = $scope AND {key} = $item ORDER BY year",
            {"scope": selection.scope, "item": item},
        )
        with column:
            addresses.append(card.total_metric(name, label, rows, kind, key, selection.year, badge))
    card.metric_source(addresses)


def filed_words(now: dict) -> str:
    parts = [f"未报 {now['not_filed']} 家"]
    if now["partial"]:
        parts.append(f"{now['partial']} 份有待核的格子")
    return "，".join(parts)


def filing(selection: Selection) -> None:
    rows = db.rows("SELECT * FROM scope_filing WHERE scope = $scope ORDER BY position, year", selection.parameters)
    years = sorted({row["year"] for row in rows})
    cells = {(row["unit_name"], row["year"]): filing_cell(row) for row in rows}
    units = list(dict.fromkeys(row["unit_name"] for row in rows))
    here = [name for name in units if (name, selection.year) in cells]
    tiles = Table(
        "单位", (f"{selection.year}",), tuple(Row(name, (cells[name, selection.year],)) for name in here), is_tiles=True
    )
    table = Table(
        "单位",
        tuple(str(year) for year in years),
        tuple(Row(name, tuple(cells.get((name, year), Cell.empty()) for year in years)) for name in units),
    )
    title = f"{selection.year} 年度各家报送情况" if len(here) > 1 else "历年报送情况"
    views = {"本年": tiles, "历年": table}
    card.show("filing", title, "一家一格，按登记表顺序；灰格是未报，黄格有待核的数。", selection, views)


def filing_cell(row: dict) -> Cell:
    address = str(Address("filing", "report", row["year"], row["unit_id"]))
    source = row["path"] or ""
    if row["filing"] != "filed":
        state = ValueState(row["filing"])
        return Cell(LOOKS[state].word, state, address, note=LOOKS[state].meaning)
    if row["unreadable_cells"]:
        return Cell(f"待核 {row['unreadable_cells']} 格", ValueState.UNREADABLE, address, source=source)
    return Cell("已报", ValueState.REPORTED, address, source=source)


def attention(selection: Selection) -> None:
    """What a person should look at; nothing here is a judgement of the unit."""
    rows = db.rows(
        "SELECT * FROM attention WHERE (year = $year OR year IS NULL)"
        " AND (unit_id IS NULL OR unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope))",
        selection.parameters,
    )
    st.markdown(f"### 请看一看的 {len(rows)} 处" if rows else "### 没有需要看的地方")
    for kind, (label, hint) in KINDS.items():
        held = [row for row in rows if row["kind"] == kind]
        if held:
            with st.expander(f"{label}：{write_number(len(held))}"):
                st.caption(hint)
                listing(("单位", "文件", "说明"), [(row["unit_name"], row["path"], row["message"]) for row in held])


open_page("总览", page)
