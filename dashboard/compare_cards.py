"""The cards of 对比: one measure in two years, over all years, and every measure at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import charts_compare, charts_strips, comparing, db, fee_doubts, figures
from dashboard.card import View, show
from dashboard.charts import Mark, edition_edges
from dashboard.charts_compare import Ends
from dashboard.charts_strips import Strip
from dashboard.choosing import Unit
from dashboard.filters import Selection
from dashboard.states import LOOKS, ValueState, write_number
from dashboard.words import plain

Years = tuple[int, int]
ASKED = "“请核对”是有的数在问题清单里。"
DOUBTED = "可能写错单位的数不画、不相减，只列在表里。"


def pairs_of(ids: Sequence[str], years: Years, measure: str = "") -> list[dict[str, Any]]:
    """The differences of these units, of one measure or of all headlines; a fee in doubt is set apart."""
    rows = db.rows(
        """SELECT * FROM measure_pair WHERE list_contains($units, unit_id) AND base_year = $first AND year = $last
           AND (measure = $item OR $item = '') AND measure IN (SELECT measure FROM measure WHERE is_headline)
           ORDER BY position, measure_position""",
        {"units": tuple(ids), "first": years[0], "last": years[1], "item": measure},
    )
    fee_doubts.mark(rows, fee_doubts.of_units(ids))
    return rows


def two_years(
    measure: Mapping[str, Any], names: Mapping[str, str], rows: figures.Rows, years: Years, selection: Selection,
    group: str = "",
) -> None:  # fmt: skip
    """One measure in two years: slopes for the units that were chosen, dumbbells for a whole group."""
    pairs = {row["unit_id"]: row for row in pairs_of(list(names), years, measure["measure"])}
    fee_doubts.mark(rows, fee_doubts.of_units(list(names)))
    held = {(row["unit_id"], row["year"]): row for row in rows}
    lines = {
        unit: comparing.ends_of(unit, short, pairs.get(unit), held, years)
        for unit, short in names.items()
        if any((unit, year) in held for year in years)
    }
    drawn = [line for line in lines.values() if line.marks and not (group and is_nothing(line))]
    if group and not drawn and not any(map(fee_doubts.is_marked, pairs.values())):
        st.caption(plain(f"{group}：{measure['name']}，{len(lines)} 家都没有可以画的数：{reasons(lines.values())}。"))
        return
    table = comparing.difference_table(lines, pairs, held, names, years)
    views: dict[str, View] = {"表": table}
    if drawn:
        shape = charts_compare.dumbbells if group else charts_compare.slope
        labels = (f"{years[0]} 年度", f"{years[1]} 年度")
        views = {"图": lambda: shape(drawn, labels, counter(measure)), **views}
    title = f"{group}：" if group else ""
    title += f"{measure['name']}，{years[0]}—{years[1]} 年度：{outcome(list(lines.values()), pairs)}"
    signs = f"空心是 {years[0]} 年度，实心是 {years[1]} 年度；只有一年有数的画成空心叉，不连线。" if drawn else ""
    note = f"{measure['definition']}{'，' if counter(measure) else ''}{counter(measure)}。{signs}{ASKED if any(row['is_questioned'] for row in pairs.values()) else ''}"
    note += DOUBTED if any(map(fee_doubts.is_marked, pairs.values())) else ""
    subject = f"{measure['name']}两年对比{f'_{group}' if group else ''}"
    show(f"two-years{group}", subject, title, note, selection, views, badge(measure))
    left = [line for line in lines.values() if line not in drawn]
    if left and drawn:
        with st.expander(f"没有画在图上的 {len(left)} 家：{reasons(left)}"):
            for words, whom in comparing.why_not_drawn(left).items():
                st.markdown(f"**{words}（{len(whom)} 家）**：{plain('、'.join(whom))}")


def reasons(lines: Iterable[Ends]) -> str:
    """Why they are not drawn, each with how many."""
    return "；".join(f"{words}（{len(whom)} 家）" for words, whom in comparing.why_not_drawn(list(lines)).items())


def is_nothing(line: Ends) -> bool:
    """Both years say 0: folded where a whole group is drawn."""
    return line.is_joined and all(mark.state is ValueState.ZERO for mark in line.marks)


def outcome(lines: Sequence[Ends], pairs: Mapping[str, Mapping[str, Any]]) -> str:
    """How many rose, fell, stayed and cannot be compared; with one unit, what it says."""
    if len(lines) == 1:
        (line,) = lines
        return (
            f"{line.name} {'→'.join(mark.text for mark in line.marks)} {line.told}"
            if line.marks
            else f"{line.name}{line.told}"
        )
    changes = [comparing.difference_of(row) for row in pairs.values() if not fee_doubts.is_marked(row)]
    known = [change for change in changes if change is not None]
    counts = {
        "增": sum(change > 0 for change in known),
        "减": sum(change < 0 for change in known),
        "相同": sum(change == 0 for change in known),
        "不能比": len(lines) - len(known),
    }
    return "，".join(f"{count} 家{word}" for word, count in counts.items() if count)


def over_years(measure: Mapping[str, Any], units: Sequence[Unit], rows: figures.Rows, selection: Selection) -> None:
    """Every year there is, one strip for each unit."""
    fee_doubts.mark(rows, fee_doubts.of_units([unit.unit_id for unit in units]))
    have = sorted({row["year"] for row in rows})
    years = list(range(have[0], have[-1] + 1))
    events = db.rows("SELECT * FROM event ORDER BY happened_on")
    groups = {unit.group for unit in units}
    shared = {"", *groups} if len(groups) == 1 else {""}
    common = comparing.events_of(events, shared)
    drawn = [
        Strip(
            unit.short,
            [mark(row) for row in rows if row["unit_id"] == unit.unit_id],
            comparing.events_of(events, {unit.unit_id, unit.group} - shared),
        )
        for unit in units
    ]
    views: dict[str, View] = {"表": figures.units_by_year(rows)}
    edges = edition_edges(years)
    note = "没有一年有可以画的数，只列出各年的原因。"
    if any(each.value is not None for strip in drawn for each in strip.marks):
        views = {"图": lambda: charts_strips.strips(drawn, years, counter(measure), common), **views}
        note = "各家同一纵轴；没有数的年度断开，写明原因。"
    note += f"虚线是改版：{'、'.join(map(str, edges.values()))} 年起用新表。" if edges else ""
    note += "▼ 是当年的大事，见页末。" if common or any(strip.events for strip in drawn) else ""
    note += "＊可能写错单位，没有画成点。" if any(map(fee_doubts.is_marked, rows)) else ""
    title = f"{measure['name']}，{years[0]}—{years[-1]} 年度：{stretch(rows)}"
    show("over-years", f"{measure['name']}历年对比", title, note, selection, views, badge(measure))


def stretch(rows: figures.Rows) -> str:
    """How many figures there are, and how many years of a unit have none, by what explains it."""
    states = Counter(ValueState(row["state"]) for row in rows)
    held = sum(count for state, count in states.items() if state.has_value)
    lacks = "，".join(
        f"{LOOKS[state].name} {states[state]} 处" for state in ValueState if states[state] and not state.has_value
    )
    return f"{held} 处有数" + (f"；没有数的：{lacks}" if lacks else "")


def counter(measure: Mapping[str, Any]) -> str:
    """What a figure counts; a share is written with its own."""
    return "" if measure["kind"] == "share" else measure["unit"]


def badge(measure: Mapping[str, Any]) -> str:
    return "正文" if measure["kind"] == "claim" else ""


def mark(row: dict[str, Any]) -> Mark:
    """A year of a strip; a share of too few has its counts in words and no place."""
    cell, state = figures.unit_cell(row), ValueState(row["state"])
    if fee_doubts.is_marked(row):
        return Mark(row["unit_name"], str(row["year"]), state, None, cell.address, f"{cell.text}＊")
    value = row["share"] if row["kind"] == "share" else row["value"]
    return Mark(row["unit_name"], str(row["year"]), state, value, cell.address, cell.text)


def all_measures(
    units: Sequence[tuple[str, str]], rows: figures.Rows, years: Years | None, selection: Selection
) -> None:
    """Every headline measure of the units that were chosen: across the units, and across the years."""
    fee_doubts.mark(rows, fee_doubts.of_units([unit for unit, _ in units]))
    views: dict[str, View] = {}
    if len(units) > 1:
        views[f"各家 {selection.year} 年度"] = comparing.unit_table(units, rows, selection.year)
    if years is not None:
        pairs = pairs_of([unit for unit, _ in units], years)
        views["两年之差"] = comparing.two_year_table(units, pairs, rows, years)
        known = sum(row["comparable"] == "yes" and not fee_doubts.is_marked(row) for row in pairs)
        title = f"主要指标：{'各家合起来，' if len(units) > 1 else ''}两年能比的 {known} 处，不能比的 {len(pairs) - known} 处"
    else:
        title = f"主要指标：{len(units)} 家的 {selection.year} 年度"
    note = f"基数不足 10 的只写增减多少，不写百分比；比例的分母不足 5 件的不算率。标“正文”的从文字里读出，各家口径自定，没有写的是空白，不是 0。{ASKED}"
    show("all-measures", "主要指标对比", title, note, selection, views)


def all_sums(totals: figures.Rows, pairs: figures.Rows, years: Years, selection: Selection) -> None:
    """Every headline measure of a scope in both years."""
    doubts = fee_doubts.of_scope(selection.scope)
    pairs = _without_doubts(pairs, doubts, years)
    known = sum(bool(row["both_units"]) for row in pairs)
    title = f"主要指标，{selection.scope_words} {years[0]} 与 {years[1]} 年度：{known} 项能比"
    title += f"，{len(pairs) - known} 项不能比" if known < len(pairs) else ""
    note = "合计是当年有数的各家之和。增减只由两年都有数的各家相减，免得把报没报、写没写算成增减；这几家和两个合计不是同一批的，另写它们两年的合计。"
    note += "这几家不足 5 家，或基数不足 10 的，不写百分比。"
    note += set_aside(totals, doubts)
    table = comparing.total_table(totals, pairs, years, doubts)
    show("all-sums", "主要指标两年对比", title, note, selection, {"表": table})


def _without_doubts(pairs: figures.Rows, doubts: figures.Rows, years: Years) -> list[dict[str, Any]]:
    ids = list(dict.fromkeys(row["unit_id"] for row in doubts if row["year"] in years))
    units = pairs_of(ids, years, fee_doubts.FEES) if ids else []
    return [fee_doubts.without(dict(pair), units) for pair in pairs]


def set_aside(totals: figures.Rows, doubts: list[dict[str, Any]]) -> str:
    """What the stars stand for, and what the sum would be as it was written."""
    told = []
    for row in totals:
        if aside := fee_doubts.beside(row, doubts):
            whole = f"照原文全部相加是 {write_number(row['value'])} {row['counter']}"
            told.append(f"{row['name']} {row['year']} 年度{fee_doubts.told(row, aside)}，{whole}")
    return f"＊{'；'.join(told)}。" if told else ""
