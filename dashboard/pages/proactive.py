"""主动公开：公开了什么、平台在动吗？"""

import streamlit as st

from dashboard import card, charts, db
from dashboard.charts import Mark
from dashboard.filters import Selection
from dashboard.grid import Cell, Row, Table
from dashboard.opening import open_page
from dashboard.states import ValueState, write_number

PUBLISHED = "claim IN (SELECT claim FROM claim_item WHERE claim_position <= 8)"
DOCUMENTS = "\"table\" = 'proactive' AND \"row\" = 'normative_documents'"
DECISIONS = "\"table\" = 'proactive' AND \"column\" = 'decisions'"


def page(selection: Selection) -> None:
    totals = db.rows(
        f"SELECT * FROM claim_total WHERE scope = $scope AND year = $year AND {PUBLISHED} ORDER BY claim_position",
        selection.parameters,
    )
    stating = max(totals, key=lambda row: row["counted"], default=None)
    if stating is None or not stating["counted"]:
        st.markdown(f"**{selection.year} 年度没有单位在正文里写明公开了多少条。**")
    else:
        st.markdown(
            f"**{selection.year} 年度写得最多的是“{stating['label']}”：{stating['counted']} 家写明，"
            f"合计 {write_number(stating['value'])} {stating['counter']}。不写的不算 0。**"
        )
    published(selection, totals)
    st.markdown("## 表二里的数")
    documents(selection)
    decisions(selection)


def published(selection: Selection, totals: list[dict]) -> None:
    """Counts that units state in their prose: described, never ranked, because each counts in its own way."""
    labels = {row["label"]: row["claim"] for row in totals}
    stated = [row["label"] for row in totals if row["counted"]]
    if not labels:
        return
    label = st.selectbox("看哪一个数", list(labels), index=list(labels).index((stated or list(labels))[0]), key="m",
                         bind="query-params")  # fmt: skip
    item = {"scope": selection.scope, "item": labels[label]}
    rows = db.rows("SELECT * FROM scope_claim WHERE scope = $scope AND claim = $item ORDER BY position, year", item)
    sums = {r["year"]: r for r in db.rows("SELECT * FROM claim_total WHERE scope = $scope AND claim = $item", item)}
    years = sorted(sums)
    now = sums[selection.year]
    names, marks = card.two_years(rows, "claim", "claim", selection.year)
    across = db.rows(
        f"SELECT * FROM scope_claim WHERE scope = $scope AND year = $year AND {PUBLISHED} ORDER BY position, claim_position",
        selection.parameters,
    )
    views = (
        {"图": lambda: charts.dots(marks, names, f"{selection.year}", f"{selection.year - 1}", now["counter"])}
        if names
        else {}
    )
    views |= {
        "单位×年度": card.unit_year_table(rows, "claim", "claim", years),
        "单位×渠道": wide(across, "claim", "label"),
    }
    title = f"{label}：{now['counted']} 家写明，合计 {write_number(now['value'])} {now['counter']}" if now["counted"] else f"{label}：没有单位写明"  # fmt: skip
    rough = f"其中 {now['approximate']} 家是约数。" if now["approximate"] else ""
    note = f"各家自己写在正文里的数，口径不一，只描述、不评优劣。{card.counted_words(now)}。{rough}"
    card.show("published", title, note, selection, views, badge="正文")
    card.not_drawn([row for row in rows if row["year"] == selection.year], names)


def wide(rows: list[dict], kind: str, label: str) -> Table:
    """Units down, several figures of one year across."""
    columns = tuple(dict.fromkeys(row[label] for row in rows))
    cells = {(row["unit_name"], row[label]): card.unit_cell(row, kind, kind) for row in rows}
    units = dict.fromkeys(row["unit_name"] for row in rows)
    return Table("单位", columns, tuple(Row(u, tuple(cells.get((u, c), Cell.empty()) for c in columns)) for u in units))


def documents(selection: Selection) -> None:
    rows = db.rows(
        f"SELECT * FROM scope_cell WHERE scope = $scope AND year = $year AND {DOCUMENTS} ORDER BY position, cell_position",
        selection.parameters,
    )
    sums = db.rows(
        f"SELECT * FROM cell_total WHERE scope = $scope AND {DOCUMENTS} ORDER BY cell_position, year",
        selection.parameters,
    )
    if not sums:
        return
    years = sorted({row["year"] for row in sums})
    stock = [row for row in sums if row["column"] == "in_force"]
    marks = [
        Mark(
            str(row["year"]),
            "现行有效",
            card.total_state(row),
            row["value"],
            card.total_cell(row, "cell", "cell").address,
        )
        for row in stock
    ]
    now = next(row for row in stock if row["year"] == selection.year)
    held = [row for row in rows if row["column"] == "in_force" and row["state"] == ValueState.REPORTED]
    title = f"{now['row_label']}：{len(held)} 家有现行有效的，合计 {write_number(now['value'])} 件" if now["counted"] else f"{now['row_label']}：这一年的表没有可比的数"  # fmt: skip
    events = db.rows("SELECT * FROM event ORDER BY happened_on")
    views = {
        "现行有效逐年": lambda: charts.by_year(marks, years, "件", events),
        "逐年合计": sums_table(sums, years),
        "本年各家": wide(rows, "cell", "column_label"),
    }
    note = f"联合发文会在几家各算一次，合计只供参考。{card.counted_words(now)}。2019、2020 年的表没有这几列，不可比。"
    card.show("documents", title, note, selection, views)


def sums_table(sums: list[dict], years: list[int]) -> Table:
    cells = {(row["column_label"], row["year"]): card.total_cell(row, "cell", "cell") for row in sums}
    lines = dict.fromkeys(row["column_label"] for row in sums)
    return Table(
        "项目",
        tuple(map(str, years)),
        tuple(Row(x, tuple(cells.get((x, y), Cell.empty()) for y in years)) for x in lines),
    )


def decisions(selection: Selection) -> None:
    kinds = db.rows(
        f"SELECT * FROM cell_total WHERE scope = $scope AND year = $year AND {DECISIONS} ORDER BY cell_position",
        selection.parameters,
    )
    if not kinds:
        return
    labels = {row["row_label"]: row for row in kinds}
    label = st.segmented_control("看哪一种", list(labels), default=next(iter(labels)), required=True, key="decision")
    now = labels[label]
    rows = db.rows(
        "SELECT * FROM scope_cell WHERE scope = $scope AND cell = $item ORDER BY position, year",
        {"scope": selection.scope, "item": now["cell"]},
    )
    names, marks = card.two_years(rows, "cell", "cell", selection.year)
    views = (
        {"图": lambda: charts.dots(marks, names, f"{selection.year}", f"{selection.year - 1}", "件")} if names else {}
    )
    views["单位×年度"] = card.unit_year_table(rows, "cell", "cell", sorted({row["year"] for row in rows}))
    title = (
        f"{label}：{len(names)} 家有数，合计 {write_number(now['value'])} 件"
        if now["counted"]
        else f"{label}：没有可计的数"
    )
    note = f"{now['column_label']}，包括已公开和依法不公开的全部决定。多少由职能决定，不作比较评价。{card.counted_words(now)}。"
    card.show("decisions", title, note, selection, views)
    card.not_drawn([row for row in rows if row["year"] == selection.year], names)


open_page("主动公开", page)
