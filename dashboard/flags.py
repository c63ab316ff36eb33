"""The red flags of the landing page: whose report has to be mended, one fact each, with its place."""

from __future__ import annotations

import html
from collections import Counter

import streamlit as st

from dashboard import desk, findings
from dashboard.filters import Selection
from dashboard.provenance import place

MOST = 3


def show(selection: Selection) -> None:
    """At most three units with 必改 that are still open, those with the most first; or that there are none."""
    if not selection_is_checked(selection):
        return
    rows = findings.open_must_fix(findings.of_scope(selection.year, selection.scope), desk.decisions())
    if not rows:
        st.html('<div class="nb-flags"><div class="nb-clear">● 今年未发现必改问题</div></div>')
        return
    counts = Counter(row["unit_id"] for row in rows)
    units = [unit for unit, _ in counts.most_common()]  # equal counts stay in the order of the register
    first = {unit: next(row for row in rows if row["unit_id"] == unit) for unit in units[:MOST]}
    cards = "".join(_card(row, counts[unit]) for unit, row in first.items())
    st.html(f'<div class="nb-flags">{cards}</div>')
    if len(units) > MOST:
        st.caption(f"还有 {len(units) - MOST} 家有必改问题，全部列在“收报核对”。")


def selection_is_checked(selection: Selection) -> bool:
    """Whether anything of this year and scope was checked at all: silence about nothing is no praise."""
    return bool(
        findings.BUILD.ask(
            """SELECT 1 AS x FROM report_version WHERE is_chosen AND year = $year
               AND unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope) LIMIT 1""",
            selection.parameters,
        )
    )


def _card(row: dict, count: int) -> str:
    fact = f"{row['where']}：{row['found']}；应为：{row['expected']}"
    before = f"　往年同错：{'、'.join(map(str, row['earlier_years']))}" if row["earlier_years"] else ""
    more = f"　共 {count} 处" if count > 1 else ""
    source = " ".join(part for part in (row["path"], place(row["locator"])) if part)
    return (
        f'<div class="nb-flag"><b>■ {html.escape(row["unit_name"])}</b><span>{html.escape(fact)}</span>'
        f"<small>{html.escape(f'必改{more}{before}')}</small><small>出处：{html.escape(source)}</small></div>"
    )
