"""单位档案：这一家到底什么情况？"""

from itertools import groupby
from typing import Any

import streamlit as st

from dashboard import card, db, desk, dossier, figures, finding_detail, finding_list, findings, links, modes
from dashboard.filters import Selection
from dashboard.grid import Row, Table, listing
from dashboard.opening import open_page
from dashboard.states import LOOKS, ValueState
from dashboard.words import plain


def page(selection: Selection) -> None:
    if selection.unit_id is None:
        choose(selection)
        return
    (unit,) = db.rows("SELECT * FROM unit WHERE unit_id = $scope", selection.parameters)
    filings = db.rows("SELECT * FROM scope_filing WHERE scope = $scope ORDER BY year", selection.parameters)
    now = next((row for row in filings if row["year"] == selection.year), None)
    stage = next(iter(db.rows("SELECT * FROM intake_stage WHERE unit_id = $scope AND year = $year", selection.parameters)), {})  # fmt: skip
    head(unit, sentence(now, stage, selection.year), selection.year)
    years(unit, filings, selection)
    if now is None or now["filing"] != "filed":
        return
    decisions = desk.decisions()
    found = findings.of_scope(selection.year, selection.scope)
    held = [row for row in found if not findings.is_waived(row, decisions)]
    with st.container():
        problems(unit, held, [row for row in found if row not in held], stage["stage"], selection.year)
    headlines(unit, selection)
    with st.container():
        dossier.tables(now, held)
    with st.container():
        dossier.texts(now, held)
    dossier.versions(now)


CHOOSE = {  # without a sidebar there is nothing but the names
    "": "请在侧栏“单位”里选一家，或者点下面的名字。",
    modes.PRINT: "这一页一次打印一家：请点下面的名字，打开那一家的打印版。",
    modes.SHOW: "请点下面的名字，看那一家。",
}


def choose(selection: Selection) -> None:
    """Nobody is chosen: everybody there is, group by group."""
    st.markdown(f"**还没有选单位。{CHOOSE[modes.current()]}**")
    st.caption(
        "选好以后，这一页列出这家历年报没报、本年的问题、主要数字和同类的中位数、三张表原样、各部分文字、收到的各份文件。"
    )
    units = db.rows(
        """SELECT * FROM unit WHERE unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope)
           OR (kind = 'area' AND $scope = '全部') ORDER BY "group", position""",
        selection.parameters,
    )
    groups = [(name, list(rows)) for name, rows in groupby(units, key=lambda row: row["group"])]
    for name, rows in sorted(groups, key=lambda each: each[1][0]["position"]):
        st.markdown(f"**{plain(name)}（{len(rows)} 家）**")
        with st.container(horizontal=True, gap="small", key=f"units-{name}"):
            for row in rows:
                links.to_unit(row["name"], row["kind"] == "area", selection.year, label=row["name"])


def head(unit: dict[str, Any], told: str, year: int) -> None:
    since = f"{unit['valid_from']} 年度起" if unit["valid_from"] else ""
    until = f"到 {unit['valid_to']} 年度止" if unit["valid_to"] else ""
    due = "" if unit["is_due"] else "　不在应报之列"
    st.markdown(f"## {plain(unit['name'])}")
    st.caption(plain(f"{unit['kind_label']}　{unit['group']}　登记：{since + until or '各年度都有'}{due}"))
    st.markdown(f"**{plain(told)}**")
    kin(unit, year)


def kin(unit: dict[str, Any], year: int) -> None:
    """Its other names, so that a report of before a new name is known for its own; whom it went into, who went into it."""
    if unit["aliases"]:
        st.caption(plain(f"简称和曾用名：{'、'.join(unit['aliases'])}"))
    rows = db.rows(
        """SELECT *, unit_id = $into AS is_heir FROM unit WHERE unit_id = $into OR merged_into = $unit ORDER BY position""",
        {"into": unit["merged_into"] or "", "unit": unit["unit_id"]},
    )
    for row in rows:
        told = "并入" if row["is_heir"] else "已有一家并入："
        last = row["valid_to"] or year
        seen = year if row["is_heir"] else min(year, last)
        links.to_unit(row["name"], row["kind"] == "area", seen, label=f"{told}{row['name']}（看 {seen} 年度）")


def sentence(now: dict[str, Any] | None, stage: dict[str, Any], year: int) -> str:
    """How the report of the year stands, and nothing that is not known."""
    if now is None:
        return f"{year} 年度：登记表里这一年没有这一家。"
    if now["filing"] == "not_filed":
        return f"{year} 未报（期限 {stage['due_on']}）"
    if now["filing"] == "unreadable":
        what = "单位或年度还没有认领" if stage["stage"] == "unclaimed" else "没有读成"
        return f"{year} 年度有它的文件，{what}：{now['path']}"
    if now["filing"] == "not_collected":
        return f"{year} 年度未收集：{LOOKS[ValueState.NOT_COLLECTED].meaning}。"
    signed = f"，落款 {now['signed_on']}" if now["signed_on"] else ""
    doubt = f"；{now['unreadable_cells']} 格待核" if now["unreadable_cells"] else ""
    return f"{year} 年度已报{signed}，期限 {stage['due_on']}{doubt}。"


def years(unit: dict[str, Any], filings: list[dict[str, Any]], selection: Selection) -> None:
    missing = [str(row["year"]) for row in filings if row["filing"] == "not_filed"]
    cells = tuple(figures.filing_cell(row) for row in filings)
    columns = tuple(str(row["year"]) for row in filings)
    table = Table("单位", columns, (Row(unit["name"], cells),))
    title = f"历年报送：未报 {len(missing)} 年（{'、'.join(missing)}）" if missing else "历年报送：没有未报的年度"
    card.show("years", "历年报送", title, "点一格看那一年的文件。", selection, {"表": table})


def problems(unit: dict[str, Any], held: findings.Rows, waived: findings.Rows, stage: str, year: int) -> None:
    decisions = desk.decisions()
    unread = "有读不准或没有读到的地方，没有核对全。" if stage == "doubtful" else ""
    st.markdown(f"## 本年问题　{finding_list.counts(held) or '没有'}")
    if not held:
        st.write(f"核对过的内容里没有待处理的问题。{unread}")
    elif unread:
        st.caption(unread)
    if held:
        picked = finding_list.show(held, decisions, "unit-findings")
        if picked is not None:
            row = next(row for row in held if row["fingerprint"] == picked)
            finding_detail.show(row, findings.BUILD, decisions)
    if waived:
        with st.expander(f"另有 {len(waived)} 条已定为不算问题，不计在内"):
            columns = ("级别", "位置", "实为", "应为", "谁定的")
            listing(columns, [
                (findings.level(row), f"{row['where']} · {row['rule_title']}", row["found"], row["expected"],
                 findings.status(row, decisions))
                for row in waived
            ])  # fmt: skip
    if held or waived:
        links.to_intake(unit["name"], unit["kind"] == "area", year)


def headlines(unit: dict[str, Any], selection: Selection) -> None:
    rows = db.rows(
        """SELECT * FROM scope_measure WHERE scope = $scope AND year IN ($year, $year - 1)
           AND measure IN (SELECT measure FROM measure WHERE is_headline) ORDER BY measure_position""",
        selection.parameters,
    )
    medians = db.rows(
        'SELECT * FROM measure_median WHERE "group" = $group AND year = $year',
        {"group": unit["group"], "year": selection.year},
    )
    now = [row["state"] for row in rows if row["year"] == selection.year]
    held, zero = now.count(ValueState.REPORTED), now.count(ValueState.ZERO)
    title = f"关键指标：{held} 项有数，{zero} 项写 0，{len(now) - held - zero} 项没有可计的数"
    note = (
        f"同组指{unit['group']}：本年有数（含写 0）的各家的中位数，含本单位，有数的不足 5 家不给。"
        "标“正文”的从文字里读出，没有写的是空白，不是 0。多少由职能决定，不评优劣。"
    )
    table = figures.headlines(rows, medians, selection.year)
    card.show("headlines", "关键指标", title, note, selection, {"表": table})


open_page("单位档案", page, hint="", needs_somebody=False)
