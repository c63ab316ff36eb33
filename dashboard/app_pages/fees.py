"""收费：收了什么费、多少？两种费单位不同，分开列，永不相加。"""

from dataclasses import replace

import streamlit as st

from dashboard import card, charts_fees, db, fee_doubts, figures
from dashboard.charts import Mark
from dashboard.filters import Selection
from dashboard.grid import Cell, Row, Table
from dashboard.opening import open_page
from dashboard.states import write_number

FEES, PROCESSING = fee_doubts.FEES, "info_fee_yuan"
FEES_NOTE = "表二本年收费金额，照原文位数，不换算、不四舍五入。2019、2020 年的表填的是项目数，不可比。"
PROCESSING_NOTE = "报告正文写明实际收取的数；没有写的是空白，不当作 0。"


def page(selection: Selection) -> None:
    rows, sums = figures_of(FEES, selection)
    told, stated = figures_of(PROCESSING, selection)
    doubts = fee_doubts.of_scope(selection.scope)
    said = [
        summary(name, held, units, suspected, selection)
        for name, held, units, suspected in (
            ("行政事业性收费", sums, rows, doubts),
            ("信息处理费", stated, told, []),
        )
    ]
    st.markdown(f"**{selection.year} 年度{'；'.join(said)}。两种费单位不同，分开看，不相加。**")
    st.markdown("## 行政事业性收费（万元）")
    fee("admin-fees", "行政事业性收费", rows, sums, FEES_NOTE, selection, doubts)
    to_be_looked_at(doubts, rows, selection)
    st.markdown("## 信息处理费（元）")
    fee("info-fee", "信息处理费", told, stated, PROCESSING_NOTE, selection, [], badge="正文")


def figures_of(item: str, selection: Selection) -> tuple[list[dict], list[dict]]:
    """What each unit of the scope says of a fee, and the sums, of every year."""
    asked = {"scope": selection.scope, "item": item}
    rows = db.rows(
        "SELECT * FROM scope_measure WHERE scope = $scope AND measure = $item ORDER BY position, year", asked
    )
    return rows, db.rows("SELECT * FROM measure_total WHERE scope = $scope AND measure = $item ORDER BY year", asked)


def summary(name: str, sums: list[dict], rows: list[dict], doubts: list[dict], selection: Selection) -> str:
    now = next((row for row in sums if row["year"] == selection.year), None)
    charging = [row for row in rows if row["year"] == selection.year and row["state"] == "reported"]
    return name + (amount(now, len(charging), doubts) if now else "没有记录")


def amount(now: dict, charging: int, doubts: list[dict]) -> str:
    """A sum in which a figure may be in another unit would tell nothing: that figure is told beside the rest."""
    counter = now["counter"]
    if not now["counted"]:
        return "没有可计的数"
    if not charging:
        return f"写明的 {now['counted']} 家都是 0 {counter}"
    aside = fee_doubts.beside(now, doubts)
    if aside is None:
        return f" {charging} 家有收费，合计 {write_number(now['value'])} {counter}"
    told = fee_doubts.told(now, aside)
    if charging == aside.units:
        return f" {charging} 家有收费：{told.removeprefix('另 ')}"
    rest = f"{charging - aside.units} 家合计 {write_number(aside.rest)} {counter}，"
    return f" {charging} 家有收费：{rest}{told}"


def fee(
    name: str,
    subject: str,
    rows: list[dict],
    sums: list[dict],
    note: str,
    selection: Selection,
    doubts: list[dict],
    badge: str = "",
) -> None:
    """One kind of fee: the units against each other, and the years. What may be in another unit is told, not drawn."""
    now = next((row for row in sums if row["year"] == selection.year), None)
    if now is None:
        st.write("这一年没有这个范围的记录。")
        return
    doubted = {(row["unit_name"], row["year"]) for row in doubts}
    charging, marks = figures.two_years(rows, selection.year)
    names = [each for each in charging if (each, selection.year) not in doubted]
    marks = [mark for mark in marks if (mark.x, int(mark.series)) not in doubted]
    bars = years(sums, doubts)
    views: dict[str, card.View] = {}
    if names:
        views["各家"] = lambda: charts_fees.named_dots(marks, names, selection.year, now["counter"])
    if any(row["value"] for row in sums):
        views["逐年合计"] = lambda: charts_fees.year_lines(bars, now["counter"])
        views["逐年合计表"] = figures.totals_by(sums, "name", "year", "项目")
    views["单位×年度"] = figures.units_by_year(rows)
    note += "斜线条是不完整的合计，点开看缺谁。" if any(not row["is_complete"] for row in sums) else ""
    note = f"{note}{figures.counted_words(now)}{card.questioned(now)}。{drawn_without(now, doubts)}"
    card.show(name, subject, f"{now['year']} 年度{amount(now, len(charging), doubts)}", note, selection, views, badge)
    if names:
        here = [row for row in rows if row["year"] == selection.year]
        card.not_drawn([row for row in here if (row["unit_name"], row["year"]) not in doubted], names)


def years(sums: list[dict], doubts: list[dict]) -> list[Mark]:
    """The sums over the years; a bar is drawn without what may be in another unit, and bears a star."""
    marks = []
    for row, mark in zip(sums, figures.year_marks(sums), strict=True):
        aside = fee_doubts.beside(row, doubts)
        marks.append(replace(mark, value=aside.rest, text=f"{write_number(aside.rest)}＊") if aside else mark)
    return marks


def drawn_without(now: dict, doubts: list[dict]) -> str:
    """What stands in the charts and in the sums where a figure may be in another unit."""
    if not doubts:
        return ""
    starred = "、".join(f"{year} 年度" for year in sorted({row["year"] for row in doubts}))
    told = f"可能写错单位的数不画进图里，见下面一张；逐年合计图上 {starred}的＊表示条里没有算它。"
    if any(row["year"] == now["year"] for row in doubts):
        told += f"照原文全部相加是 {write_number(now['value'])} {now['counter']}。"
    return told


def to_be_looked_at(doubts: list[dict], rows: list[dict], selection: Selection) -> None:
    """Each of these figures between the unit's own years before and after: shown for a look, left as they are."""
    if not doubts:
        return
    cells = {(row["unit_id"], row["year"]): figures.unit_cell(row) for row in rows}
    lines = []
    for row in doubts:
        near = [cells.get((row["unit_id"], row["year"] + step), Cell.empty()) for step in (-1, 0, 1)]
        lines.append(Row(f"{row['unit_name']} {row['year']} 年度", tuple(near)))
    table = Table("填的数（万元）", ("上一年", "这一年", "下一年"), tuple(lines))
    note = "和本单位别的年度相差上千倍，或大得少见。只列出来请核对票据；表里的合计仍照原文相加。"
    title = f"请先核对单位：{len(doubts)} 处可能把元写进了万元栏"
    card.show("fee-doubts", "收费单位待核对", title, note, selection, {"表": table})


open_page("收费", page)
