"""规范性文件: whether what is in force follows from last year, as the check of the reports found it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from dashboard import card, charts, charts_compare, comparing, db, desk, figures, findings, links
from dashboard.charts import Mark
from dashboard.charts_compare import Ends
from dashboard.filters import Selection
from dashboard.grid import Cell, Row, Table, listing
from dashboard.provenance import Address
from dashboard.states import LOOKS, ValueState, as_decimal, write_number
from dashboard.words import plain

RULE = "X-02"
_ITEMS = "proactive/normative_documents/"
_WAIVED = "已定为不算问题"
_OUTCOME = {
    "holds": "对得上", "broken": "对不上", "doubtful": "待核", "merged": "有单位并入，没有比",
    "unjudged": "不相等，没有列为问题",
}  # fmt: skip
NOTE = "上年现行有效＋本年制发−本年废止，应等于本年现行有效；到期失效、职能划转等可以不等，请对照规范性文件目录。"


def show(selection: Selection) -> None:
    """The card, and below it each finding with what was decided about it."""
    rows = db.rows(
        """SELECT * FROM document_stock WHERE year = $year
           AND unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope)
           AND (is_due OR state <> 'not_collected') ORDER BY position""",
        selection.parameters,
    )
    if not rows:
        return
    if all(row["outcome"] in ("not_compared", "merged") for row in rows):
        st.caption(plain(f"规范性文件与上年衔接：{why_not(rows)}"))
        return
    decisions = desk.decisions()
    found = {row["unit_id"]: row for row in findings.of_scope(selection.year, selection.scope) if row["rule"] == RULE}
    open_ones = {unit: row for unit, row in found.items() if not findings.is_waived(row, decisions)}
    drawn = [row for row in rows if row["unit_id"] in open_ones]
    waived = found.keys() - open_ones.keys()
    views: dict[str, card.View] = {"表": table(rows, selection.year, waived)}
    if drawn:
        lines = ends(drawn, selection.year)
        views = {"图": lambda: charts_compare.dumbbells(lines, ("按上年推算", "本年填写"), "件"), **views}
    title = conclusion(rows, open_ones, len(waived))
    card.show("stock", "规范性文件衔接", title, f"{NOTE}{why_not(rows)}", selection, views)
    if open_ones:
        with st.expander(f"对不上的 {len(open_ones)} 家，逐条"):
            each(open_ones, decisions, selection.year)


def conclusion(rows: figures.Rows, open_ones: Mapping[str, Mapping[str, Any]], waived: int) -> str:
    """How many hold, do not, and could not be compared; the level of each finding is the check's own."""
    levels = [findings.LOOKS[row["severity"]].name for row in open_ones.values()]
    told = [f"{levels.count(level)} 家{level}" for level in dict.fromkeys(levels)]
    told.append(f"{sum(row['outcome'] == 'holds' for row in rows)} 家对得上")
    unjudged = sum(row["outcome"] == "unjudged" for row in rows)
    if unjudged:
        told.append(f"{unjudged} 家{_OUTCOME['unjudged']}")
    if waived:
        told.append(f"{waived} 家{_WAIVED}")
    left = sum(row["outcome"] in ("not_compared", "merged") for row in rows)
    if left:
        told.append(f"{left} 家不能比")
    return f"规范性文件与上年衔接：{'，'.join(told)}"


def why_not(rows: figures.Rows) -> str:
    """Why some could not be compared, each reason with how many."""
    reasons: dict[str, int] = {}
    for row in rows:
        if row["outcome"] in ("not_compared", "merged"):
            told = lacking(row)
            reasons[told] = reasons.get(told, 0) + 1
    told = "；".join(f"{reason} {count} 家" for reason, count in reasons.items())
    return f"不能比的：{told}。" if told else ""


def lacking(row: Mapping[str, Any]) -> str:
    """The first figure that is not there, in the order in which a reader would look for it."""
    if row["outcome"] == "merged":
        return _OUTCOME["merged"]
    for words, state in (
        ("本年", row["state"]), ("本年制发", row["issued_state"]), ("本年废止", row["repealed_state"]),
        ("上年", row["last_state"]),
    ):  # fmt: skip
        if state is None:
            return f"{words}没有这一家"
        if not ValueState(state).has_value:
            return f"{words}{LOOKS[ValueState(state)].name}"
    return ""


def ends(rows: figures.Rows, year: int) -> list[Ends]:
    """What follows from last year beside what is stated; only the latter has a place in a document."""
    names = charts.short_names([row["unit_name"] for row in rows])
    lines = []
    for row, name in zip(rows, names, strict=True):
        stated, expected = row["value"], row["value"] - row["gap"]
        address = str(Address("measure", f"{_ITEMS}in_force", year, row["unit_id"]))
        marks = [
            Mark(row["unit_name"], series, ValueState.REPORTED, value, address, write_number(value))
            for series, value in (("按上年推算", expected), ("本年填写", stated))
        ]
        lines.append(Ends(name, marks[0], marks[1], f"差 {comparing.write_change(row['gap'], None)}"))
    return lines


def table(rows: figures.Rows, year: int, waived: Collection[str]) -> Table:
    """Every unit with its four figures, how far they are apart, and what came of it."""
    lines = []
    for row in rows:
        cells = [
            cell(row, state, value, item, of)
            for state, value, item, of in (
                ("last_state", "last_value", "in_force", year - 1), ("issued_state", "issued", "issued", year),
                ("repealed_state", "repealed", "repealed", year), ("state", "value", "in_force", year),
            )
        ]  # fmt: skip
        is_apart = row["gap"] is not None and row["outcome"] not in ("holds", "merged")
        gap = Cell(comparing.write_change(row["gap"], None), value=as_decimal(row["gap"])) if is_apart else Cell("")
        told = _WAIVED if row["unit_id"] in waived else _OUTCOME.get(row["outcome"]) or f"不能比（{lacking(row)}）"
        lines.append(Row(row["unit_name"], (*cells, gap, Cell(told))))
    return Table("单位", ("上年现行有效", "本年制发", "本年废止", "本年现行有效", "相差", "结果"), tuple(lines))


def cell(row: Mapping[str, Any], state: str, value: str, item: str, year: int) -> Cell:
    """One of the four figures, with the way to its document; nothing where there was no such unit."""
    if row[state] is None:
        return Cell.empty()
    held = ValueState(row[state])
    text = write_number(row[value]) if held.has_value else LOOKS[held].word
    address = str(Address("measure", f"{_ITEMS}{item}", year, row["unit_id"]))
    return Cell(text, held, address, as_decimal(row[value]), note="" if held.has_value else LOOKS[held].meaning)


def each(found: Mapping[str, Mapping[str, Any]], decisions: Any, year: int) -> None:
    """The findings as the check worded them, and the way to the unit."""
    listing(
        ("单位", "级别", "实为", "应为", "处理"),
        [
            (row["unit_name"], findings.level(row), row["found"], row["expected"], findings.status(row, decisions))
            for row in found.values()
        ],
        short=frozenset({1}),
    )
    for row in found.values():
        links.to_unit(row["unit_name"], False, year)
