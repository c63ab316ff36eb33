"""总览：今年全县怎么样、要看谁？"""

import streamlit as st

from dashboard import card, db, figures, flags
from dashboard.filters import ALL, Selection
from dashboard.grid import Cell, Row, Table, listing
from dashboard.opening import open_page
from dashboard.provenance import Address

FEES, RECEIVED = "proactive/admin_fees/amount_wan", "requests/new_received/total"
COMPARED = (
    "requests/new_received/total", "requests/total_processed/total", "requests/carried_out/total",
    "proactive/licensing/decisions", "proactive/penalty/decisions", "disputes/reconsideration/total",
)  # fmt: skip
KINDS = {
    "unclaimed": (
        "等待认领的文件",
        "认领之前不算谁家的年报；文件名认得出单位和年度的，那一家先显示为“待核”，不算未报。",
    ),
    "unread": ("没有读成的文件", "换一份能读的再放进文件夹，重新入库即可。"),
    "unreadable": ("有待核数字的年报", "读不准的不猜、不计入合计，请对照原文。"),
    "not_filed": ("没有找到年报的单位", "这一年登记为已收齐。"),
    "spare": ("同一单位同一年多出来的文件", "都留着，只取其中一份。"),
}


def page(selection: Selection) -> None:
    filed = db.rows("SELECT * FROM filing_total WHERE scope = $scope AND year = $year", selection.parameters)
    if not filed:
        st.write("这个单位在这一年还没有设立，或已并入别的单位。")
        return
    st.markdown(f"**{conclusion(filed[0])}**")
    flags.show(selection)
    large_figures(selection, filed[0])
    left, right = st.columns([3, 2]) if selection.group == ALL and not selection.unit_id else (st.container(), None)
    with left:
        filing(selection)
    if right is not None:
        with right:
            attention(selection)
            area_report(selection)
    else:
        attention(selection)


def conclusion(now: dict) -> str:
    missing = f"{now['not_filed']} 家未报" if now["not_filed"] else "没有未报"
    waiting = f"；{now['not_collected']} 家还没有收，不算未报" if now["not_collected"] else ""
    unread = f"，{now['unread']} 家的文件没有读成，待核" if now["unread"] else ""
    partial = f"；{now['partial']} 份有读不准的格子，待核" if now["partial"] else ""
    return f"{now['year']} 年度应报 {owed(now)} 家，已报 {now['filed']} 家{unread}，{missing}{waiting}{partial}。"


def owed(now: dict) -> int:
    """How many have to file, also in a year in which some have not been asked yet."""
    return now["due"] + now["not_collected"]


def large_figures(selection: Selection, now: dict) -> None:
    """已报, 新收申请, 主动公开条数, 行政事业性收费, each with its 出处."""
    columns = st.columns(4)
    addresses = [str(Address("filing", "report", selection.year, selection.scope))]
    with columns[0]:
        unread = f"没有读成 {now['unread']} 家，" if now["unread"] else ""
        note = f"{unread}未报 {now['not_filed']} 家，未收集 {now['not_collected']} 家"
        card.metric("filing", "已报 / 应报（家）", f"{now['filed']} / {owed(now)}", note, addresses[0])
    asked = [
        ("requests", "新收申请（件）", RECEIVED, ""),
        ("published", "主动公开信息总数（条）", "published_total", "正文"),
        ("fees", "行政事业性收费（万元）", FEES, ""),
    ]
    for column, (name, label, item, badge) in zip(columns[1:], asked, strict=True):
        sums = db.rows(
            "SELECT * FROM measure_total WHERE scope = $scope AND measure = $item ORDER BY year",
            {"scope": selection.scope, "item": item},
        )
        with column:
            addresses.append(card.total_metric(name, label, sums, selection.year, badge))
    card.metric_source(addresses)


def filing(selection: Selection) -> None:
    rows = db.rows("SELECT * FROM scope_filing WHERE scope = $scope ORDER BY position, year", selection.parameters)
    years = sorted({row["year"] for row in rows})
    cells = {(row["unit_name"], row["year"]): figures.filing_cell(row) for row in rows}
    units = list(dict.fromkeys(row["unit_name"] for row in rows))
    here = tuple(Row(name, (cells[name, selection.year],)) for name in units if (name, selection.year) in cells)
    lines = tuple(Row(name, tuple(cells.get((name, year), Cell.empty()) for year in years)) for name in units)
    views: dict[str, card.View] = {
        "本年": Table("单位", (str(selection.year),), here, is_tiles=True),
        "历年": Table("单位", tuple(map(str, years)), lines),
    }
    title = f"{selection.year} 年度各家报送情况"
    card.show("filing", "报送情况", title, "一家一格，按登记表顺序；灰格未报，黄格有待核的数。", selection, views)


def attention(selection: Selection) -> None:
    """What a person should look at; nothing here is a judgement of the unit."""
    rows = db.rows(
        """SELECT * FROM attention WHERE (year = $year OR year IS NULL)
           AND (unit_id IS NULL OR unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope))""",
        selection.parameters,
    )
    with st.container(border=True, key="card-attention"):
        st.html(f'<h3 class="nb-title">{f"请看一看：{len(rows)} 处" if rows else "没有需要看的地方"}</h3>')
        st.caption("只列事实，不作评价；文件类的不分年度。")
        for kind, (label, hint) in KINDS.items():
            held = [row for row in rows if row["kind"] == kind]
            if held:
                with st.expander(f"{label}：{len(held)}"):
                    st.caption(hint)
                    listing(("单位", "文件", "说明"), [(row["unit_name"], row["path"], row["message"]) for row in held])


def area_report(selection: Selection) -> None:
    """The report of the whole area beside the sum of the units: two scopes that are never added together."""
    rows = db.rows(
        """SELECT *, scope = '全部' AS is_sum FROM measure_total WHERE year = $year AND list_contains($measures, measure)
           AND scope IN ('全部', (SELECT unit_id FROM unit WHERE kind = 'area')) ORDER BY measure_position, is_sum DESC""",
        {"year": selection.year, "measures": COMPARED},
    )
    area = [row for row in rows if not row["is_sum"]]
    if not area:
        return
    for row in rows:
        row["whose"] = "各单位合计" if row["is_sum"] else "县级年报"
        row["what"] = figures.row_name(row)
    table = figures.totals_by(rows, "what", "whose", "项目")
    note = "县级年报是全区域口径，与各单位合计并列看，不相加；垂直管理单位等会使两边不同。"
    card.show("area", "县级年报与各单位合计", "县级年报与各单位合计", note, selection, {"表": table})


open_page("总览", page)
