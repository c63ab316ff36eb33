"""The red flags of the landing page: whose report has to be mended, one fact each, with its place."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from dashboard import db, findings, links
from dashboard.filters import Selection
from dashboard.provenance import place
from etl.ledger import FindingDecision

MOST = 3


@dataclass(frozen=True, slots=True)
class Checked:
    """How many reports of a year and scope were checked, how many of those were read in part only (a cell could not be
    read, a row or a table was not found), and how many files came of which nothing was checked: not read, not claimed,
    or without one figure that could be read."""

    reports: int
    in_part: int
    not_checked: int

    @property
    def left(self) -> str:
        """What silence says nothing about, "" where everything was checked."""
        parts = [(self.not_checked, "没有读成或待认领，没有核对"), (self.in_part, "没有读全，只核对了读出的部分")]
        return "；".join(f"{number} 份{words}" for number, words in parts if number)


def show(selection: Selection, found: findings.Rows, decisions: Mapping[str, FindingDecision]) -> None:
    """At most three units with 必改 that are still open, those with the most first; or that none was found, and in how
    many reports it was looked for. Nothing where no file came: silence about nothing is no praise. `found` are the findings of this year and scope."""
    rows = findings.open_must_fix(found, decisions)
    looked = checked(selection)
    if not rows:
        _none_found(selection.year, looked)
        return
    counts = Counter(row["unit_id"] for row in rows)
    units = [unit for unit, _ in counts.most_common()]  # equal counts stay in the order of the register
    first = {unit: next(row for row in rows if row["unit_id"] == unit) for unit in units[:MOST]}
    area = {row["unit_id"] for row in db.rows("SELECT unit_id FROM unit WHERE kind = 'area'")}
    cards = "".join(
        _card(row, counts[unit], decisions, links.of_unit(row["unit_name"], unit in area, selection.year))
        for unit, row in first.items()
    )
    st.html(f'<div class="nb-flags">{cards}</div>')
    more = [f"还有 {len(units) - MOST} 家有必改问题，全部列在“收报核对”"] if len(units) > MOST else []
    if words := "；".join([*more, *([looked.left] if looked.left else [])]):
        st.caption(f"{words}。")


def _none_found(year: int, looked: Checked) -> None:
    found = [f"核对了 {looked.reports} 份年报，未发现必改问题"] if looked.reports else []
    told = "；".join([*found, *([looked.left] if looked.left else [])])
    if told:
        kind, mark = ("unsure", "▲") if looked.left else ("clear", "●")
        st.html(f'<div class="nb-flags"><div class="nb-{kind}">{mark} {year} 年度{told}</div></div>')


def checked(selection: Selection) -> Checked:
    """What came of the files of this year and scope."""
    rows = db.rows(
        """SELECT stage, (SELECT reported_cells FROM filing_figure f WHERE f.unit_id = s.unit_id AND f.year = s.year) AS figures
           FROM intake_stage s WHERE year = $year AND stage IN ('filed', 'doubtful', 'unread', 'unclaimed')
           AND unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope)""",
        selection.parameters,
    )
    in_part = sum(row["stage"] == "doubtful" and row["figures"] > 0 for row in rows)
    whole = sum(row["stage"] == "filed" for row in rows)
    return Checked(whole + in_part, in_part, len(rows) - whole - in_part)


def _card(row: dict, count: int, decisions: Mapping[str, FindingDecision], address: str) -> str:
    fact = f"{row['where']}：{row['found']}；应为：{row['expected']}"
    before = findings.before(row, decisions)
    told = "　".join(part for part in ("必改", f"共 {count} 处" if count > 1 else "", before) if part)
    source = " ".join(part for part in (row["path"], place(row["locator"])) if part)
    return (
        f'<div class="nb-flag"><b><a href="{html.escape(address)}" target="_self">■ {html.escape(row["unit_name"])}</a></b><span>{html.escape(fact)}</span>'
        f"<small>{html.escape(told)}</small><small>出处：{html.escape(source)}</small></div>"
    )
