"""主动公开：公开了什么、平台在动吗？"""

from collections.abc import Sequence

import streamlit as st

from dashboard import card, channels, charts, db, figures, filters, stock
from dashboard.filters import Selection
from dashboard.opening import open_page
from dashboard.states import ValueState, write_number

PUBLISHED = "topic = 'published'"
DOCUMENTS = """"table" = 'proactive' AND "row" = 'normative_documents'"""
DECISIONS = """"table" = 'proactive' AND "column" = 'decisions'"""


def page(selection: Selection) -> None:
    totals = db.rows(
        f"SELECT * FROM measure_total WHERE scope = $scope AND year = $year AND {PUBLISHED} ORDER BY measure_position",
        selection.parameters,
    )
    if not totals:
        st.write("这一年没有这个范围的记录。")
        return
    most = max(totals, key=lambda row: row["counted"])
    if most["counted"]:
        st.markdown(
            f"**{selection.year} 年度正文里写得最多的是“{most['name']}”：{most['counted']} 家写明，合计 "
            f"{write_number(most['value'])} {most['counter']}。没有写的不当作 0。**"
        )
    else:
        st.markdown(f"**{selection.year} 年度没有单位在正文里写明公开了多少条。**")
    parts = by_group(selection)
    label = filters.measure("看哪一个数", [row["name"] for row in totals], most["name"])
    for part in parts:
        published(part, label)
    channel = channels.choose(selection)
    for part in parts:
        channels.show(part, channel)
    st.markdown("## 表二里的数")
    stock.show(selection)
    documents(selection)
    label = kind(selection)
    for part in parts:
        decisions(part, label)


def by_group(selection: Selection) -> list[Selection]:
    """The same choice for each group alone: townships and departments are never in one chart of units."""
    if selection.unit_id or selection.group != filters.ALL:
        return [selection]
    rows = db.rows("SELECT \"group\" FROM unit WHERE kind <> 'area' ORDER BY position")
    return [Selection(selection.year, group, None, None) for group in dict.fromkeys(row["group"] for row in rows)]


def published(selection: Selection, label: str) -> None:
    """Counts that units state in their prose: described, never ranked, because each counts in its own way."""
    totals = db.rows(
        f"SELECT * FROM measure_total WHERE scope = $scope AND year = $year AND {PUBLISHED} ORDER BY measure_position",
        selection.parameters,
    )
    now = next((row for row in totals if row["name"] == label), None)
    if now is None:
        return
    item = {**selection.parameters, "item": now["measure"]}
    rows = db.rows("SELECT * FROM scope_measure WHERE scope = $scope AND measure = $item ORDER BY position, year", item)
    sums = db.rows("SELECT * FROM measure_total WHERE scope = $scope AND measure = $item ORDER BY year", item)
    if nothing(selection, label, sums):
        return
    across = db.rows(
        f"""SELECT * FROM scope_measure WHERE scope = $scope AND year = $year AND {PUBLISHED}
            ORDER BY position, measure_position""",
        item,
    )
    names, marks = figures.two_years(rows, selection.year)
    bars = figures.year_marks(sums)
    views: dict[str, card.View] = {
        **over_years("逐年合计", sums, bars, now, selection),
        "逐年合计表": figures.totals_by(sums, "name", "year", "项目"),
        "单位×渠道": figures.units_by_item(across, "name"),
        "单位×年度": figures.units_by_year(rows),
    }
    if names:
        views = {"图": lambda: charts.dots(marks, names, selection.year, now["counter"]), **views}
    stated = f"{now['counted']} 家写明，合计 {write_number(now['value'])} {now['counter']}"
    title = f"{channels.group_words(selection)}{label}：{stated if now['counted'] else '没有单位写明'}"
    rough = f"其中 {now['approximate']} 家写的是约数。" if now["approximate"] else ""
    note = f"各家自己写在正文里的数，口径不一，只描述、不评优劣。{figures.counted_words(now)}。{rough}"
    card.show(f"published-{selection.scope}", label, title, note, selection, views, badge="正文")
    if names:
        card.not_drawn([row for row in rows if row["year"] == selection.year], names)


def over_years(
    name: str, sums: list[dict], bars: Sequence[charts.Mark], now: dict, selection: Selection
) -> dict[str, card.View]:
    """The sums as a chart, where there is anything to draw: nothing but zeros would be bare axes."""
    if not any(row["value"] for row in sums):
        return {}
    events = filters.events(selection)
    return {name: lambda: charts.by_year(bars, now["counter"], events)}


def documents(selection: Selection) -> None:
    rows = db.rows(
        f"""SELECT * FROM scope_measure WHERE scope = $scope AND year = $year AND {DOCUMENTS}
            ORDER BY position, measure_position""",
        selection.parameters,
    )
    sums = db.rows(
        f"SELECT * FROM measure_total WHERE scope = $scope AND {DOCUMENTS} ORDER BY measure_position, year",
        selection.parameters,
    )
    stock = [row for row in sums if row["column"] == "in_force"]
    now = next(row for row in stock if row["year"] == selection.year)
    bars = figures.year_marks(stock)
    views: dict[str, card.View] = {
        **over_years("现行有效逐年", stock, bars, now, selection),
        "逐年合计": figures.totals_by(sums, "column_label", "year", "项目"),
        "本年各家": figures.units_by_item(rows, "column_label"),
    }
    held = [row for row in rows if row["column"] == "in_force" and row["state"] == ValueState.REPORTED]
    stated = f"{len(held)} 家有现行有效的，合计 {write_number(now['value'])} 件"
    title = f"{now['row_label']}：{stated if now['counted'] else '这一年没有可计的数'}"
    note = "联合发文会在几家各算一次，合计只供参考。2019、2020 年的表没有这几列，不可比。"
    note += f"{figures.counted_words(now)}。"
    card.show("documents", now["row_label"], title, note, selection, views)


def kind(selection: Selection) -> str:
    """Which of the decisions the reader looks at."""
    rows = db.rows(
        f"SELECT * FROM measure_total WHERE scope = $scope AND year = $year AND {DECISIONS} ORDER BY measure_position",
        selection.parameters,
    )
    labels = [row["row_label"] for row in rows]
    return str(st.segmented_control("看哪一种", labels, default=labels[0], required=True, key="decision"))


def nothing(selection: Selection, label: str, sums: list[dict]) -> bool:
    """Whether a group has no figure in any year: then a sentence stands in place of its card."""
    if any(row["counted"] for row in sums) or not channels.group_words(selection):
        return False
    st.caption(f"{channels.group_words(selection)}{label}，各年度都没有可计的数。")
    return True


def decisions(selection: Selection, label: str) -> None:
    now = next(
        iter(
            db.rows(
                f"SELECT * FROM measure_total WHERE scope = $scope AND year = $year AND {DECISIONS} AND row_label = $label",
                {**selection.parameters, "label": label},
            )
        ),
        None,
    )
    if now is None:
        return
    item = {"scope": selection.scope, "item": now["measure"]}
    rows = db.rows("SELECT * FROM scope_measure WHERE scope = $scope AND measure = $item ORDER BY position, year", item)
    sums = db.rows("SELECT * FROM measure_total WHERE scope = $scope AND measure = $item ORDER BY year", item)
    if nothing(selection, label, sums):
        return
    names, marks = figures.two_years(rows, selection.year)
    bars = figures.year_marks(sums)
    views: dict[str, card.View] = {
        **over_years("逐年合计", sums, bars, now, selection),
        "逐年合计表": figures.totals_by(sums, "row_label", "year", "项目"),
        "单位×年度": figures.units_by_year(rows),
    }
    if names:
        views = {"图": lambda: charts.dots(marks, names, selection.year, now["counter"]), **views}
    stated = f"{len(names)} 家有数，合计 {write_number(now['value'])} 件"
    title = f"{channels.group_words(selection)}{label}：{stated if now['counted'] else '没有可计的数'}"
    note = f"{now['column_label']}，包括已公开和依法不公开的全部决定；多少由职能决定，不评优劣。"
    card.show(f"decisions-{selection.scope}", label, title, note + figures.counted_words(now) + "。", selection, views)
    if names:
        card.not_drawn([row for row in rows if row["year"] == selection.year], names)


open_page("主动公开", page)
