"""The cards of 依申请公开: each asks for its rows, sets them out and says what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import applications, card, charts, charts_flow, db, desk, figures, filters, findings
from dashboard.applications import AT_HAND, CARRIED_IN, CARRIED_OUT, FOUR, RECEIVED
from dashboard.filters import Selection
from dashboard.states import ValueState, write_number
from dashboard.words import plain
from etl.ledger import FindingDecision

NOT_DISCLOSED = ("denied", "unable", "not_processed", "other")
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What 依申请公开 is drawn from: the applications of each unit (`now`: of this year), their sum over the years and in
    this one (None where nobody was asked), and the sums of every row that has to do with them."""

    received: Rows
    over: Rows
    now: Rows
    total: dict[str, Any] | None
    sums: Rows


def load(selection: Selection) -> Asked:
    """All that the cards of this year and scope need."""
    asked = {**selection.parameters, "item": RECEIVED}
    received = db.rows(
        "SELECT * FROM scope_measure WHERE scope = $scope AND measure = $item ORDER BY position, year", asked
    )
    over = db.rows("SELECT * FROM measure_total WHERE scope = $scope AND measure = $item ORDER BY year", asked)
    sums = db.rows(
        """SELECT * FROM measure_total WHERE scope = $scope AND year = $year
           AND (topic = 'outcome' OR list_contains($measures, measure)) ORDER BY measure_position""",
        {**selection.parameters, "measures": (*FOUR, AT_HAND)},
    )
    now = [row for row in received if row["year"] == selection.year]
    return Asked(received, over, now, next((row for row in over if row["year"] == selection.year), None), sums)


def balance(sums: Rows, selection: Selection) -> None:
    """The one relation printed in the form, for the whole scope; and the same as a stream, where it can be one."""
    found = db.rows("SELECT * FROM request_balance_total WHERE scope = $scope AND year = $year", selection.parameters)[
        0
    ]
    by_measure = {row["measure"]: row for row in sums}
    four = [row for row in sums if row["measure"] in FOUR]
    lines = applications.side_marks(by_measure, found) if found["whole"] else []
    views: dict[str, card.View] = {}
    if any(mark.value for line in lines for mark in line):
        views["图"] = lambda: charts_flow.balance(lines, "件")
    if found["unequal"]:
        rows = db.rows(
            """SELECT * FROM scope_measure WHERE scope = $scope AND year = $year AND list_contains($measures, measure)
               AND unit_id IN (SELECT unit_id FROM request_balance WHERE year = $year AND gap <> 0)
               ORDER BY position, measure_position""",
            {**selection.parameters, "measures": FOUR},
        )
        views["两边不等的单位"] = applications.unequal_table(rows)
    views["表"] = applications.sums_table(four)
    at_hand = by_measure[AT_HAND]["value"] or 0
    wanted = at_hand > 0 and (selection.unit_id is None or at_hand >= applications.FEWEST_FOR_FLOW)
    refused = applications.why_no_flow(sums, found) if wanted else ""
    note = f"表三总计列：第一项加第二项，等于第三项加第四项。{applications.left_out_of_balance(by_measure, found)}{_missing(four)}"
    note += f"没有画流向图：{refused}。" if refused else ""
    card.show("balance", "收办平衡", applications.balance_title(by_measure, found), note, selection, views)
    if wanted and not refused:
        _stream(sums, selection)


def _stream(sums: Rows, selection: Selection) -> None:
    """Where the applications went."""
    marks = {row["measure"]: applications.total_mark(row, series=applications.side_name(row)) for row in sums}
    came = [marks[measure] for measure in (CARRIED_IN, RECEIVED)]
    became = [marks[row["measure"]] for row in applications.outcomes_of(sums)] + [marks[CARRIED_OUT]]
    paints, middle = applications.paints(sums), marks[AT_HAND].series
    title = f"应办的 {write_number(marks[AT_HAND].value)} 件去了哪里"
    note = "表三没有写上年结转的那几件各是什么结果，所以先合到“应办”。这张图点不开，出处请点“表”里的数。"
    views: dict[str, card.View] = {
        "图": lambda: charts_flow.flow(came, became, middle, paints, "件"),
        "表": applications.sums_table(applications.along_the_way(sums)),
    }
    card.show("flow", "申请流向", title, note, selection, views)


def _missing(rows: Rows) -> str:
    """Who is not in the sums: the longest of their sentences, since each sum may miss others."""
    return max((figures.counted_words(row) for row in rows), key=len, default="") + "。"


def outcomes(sums: Rows, selection: Selection) -> None:
    rows = db.rows(
        """SELECT * FROM scope_measure WHERE scope = $scope AND year = $year AND topic = 'outcome'
           ORDER BY position, measure_position""",
        selection.parameters,
    )
    order = list(dict.fromkeys(row["name"] for row in rows))
    drawn = list(dict.fromkeys(row["unit_name"] for row in rows if row["state"] == ValueState.REPORTED))
    marks = applications.unit_marks(rows)
    views: dict[str, card.View] = {"表": figures.units_by_item(rows, "name")}
    whole = f"{selection.scope_words}合计"
    if len({row["counted"] for row in applications.outcomes_of(sums)}) == 1 and selection.unit_id is None:
        marks += [applications.total_mark(row, whole, row["name"]) for row in applications.outcomes_of(sums)]
    wholes = applications.share_lines(marks, [whole, *drawn])
    if wholes:
        views = {"占比": lambda: charts_flow.stacked(marks, order, list(wholes), "件", wholes), **views}
    if drawn:
        views = {"图": lambda: charts_flow.stacked(marks, order, drawn, "件"), **views}
    title = f"办结结果：{len(drawn)} 家有办结的申请" if drawn else "办结结果：没有单位写有办结的申请"
    share = db.rows(
        "SELECT * FROM measure_total WHERE scope = $scope AND year = $year AND measure = 'disclosed_share'",
        selection.parameters,
    )
    told = applications.disclosed(sums, share[0] if share else None)
    note = f"各家办结的件数按结果分，按登记表顺序，不排名。{told}"
    card.show("outcomes", "办结结果", title, note, selection, views)
    small = [name for name in drawn if name not in wholes]
    if wholes and small:
        with st.expander(
            f"没有画进占比：办结不足 {applications.FEWEST_FOR_SHARES} 件，或有空着、待核的 {len(small)} 家"
        ):
            st.markdown(plain("、".join(small)))
    card.not_drawn([row for row in rows if row["name"] == order[0]], drawn)


def applicants(selection: Selection) -> None:
    rows = db.rows(
        """SELECT * FROM measure_total WHERE scope = $scope AND year = $year
           AND measure LIKE 'requests/new_received/%' ORDER BY measure_position""",
        selection.parameters,
    )
    kinds, whole = applications.parts_and_whole(rows)
    views: dict[str, card.View] = {"表": figures.totals_list(rows, "column_label", "申请人", "件数")}
    if any(row["value"] for row in kinds):
        marks = [applications.total_mark(row, row["column_label"]) for row in kinds]
        views = {"图": lambda: charts_flow.dot_rows(marks, "件"), **views}
    added = sum(row["value"] or 0 for row in kinds)
    differs = whole["counted"] and added != whole["value"]
    note = f"新收申请按申请人分，一点一件。{_missing(rows)}"
    note += f"各类相加 {write_number(added)} 件，请看各家原表。" if differs else ""
    card.show("applicants", "申请人", applications.applicants_title(kinds, whole), note, selection, views)


def reasons(selection: Selection) -> None:
    rows = db.rows(
        """SELECT * FROM measure_total WHERE scope = $scope AND year = $year
           AND measure IN (SELECT item FROM measure_term WHERE list_contains($ways, measure))
           ORDER BY measure_position""",
        {**selection.parameters, "ways": NOT_DISCLOSED},
    )
    for row in rows:
        row["reason"] = applications.reason_name(row)
    held = [row for row in rows if figures.total_state(row) is ValueState.REPORTED]
    zero = applications.folded(rows)
    if not held:
        with st.container(border=True, key="card-reasons"):
            st.html('<h3 class="nb-title">没有公开的理由：没有一项有数</h3>')
            st.caption(plain(zero.removeprefix("其余 ") or "没有可计的数。"))
        return
    most = max(held, key=lambda row: row["value"])
    count = f"{len(held)} 项有数，最多的是" if len(held) > 1 else ""
    title = f"没有公开的理由：{count}“{most['row_label']}”{write_number(most['value'])} 件"
    table = figures.totals_list(held, "reason", "理由", "件数")
    note = f"只列有数的理由，{zero}{_missing(held)}" if zero else _missing(held)
    card.show("reasons", "没有公开的理由", title, note, selection, {"表": table})


def disputes(selection: Selection) -> None:
    rows = db.rows(
        """SELECT * FROM measure_total WHERE scope = $scope AND year = $year AND "table" = 'disputes'
           ORDER BY measure_position""",
        selection.parameters,
    )
    if not rows:
        return
    if applications.is_not_printed(rows):
        with st.container(border=True, key="card-disputes"):
            st.html('<h3 class="nb-title">复议和诉讼：当年的年报没有这张表</h3>')
            st.caption(plain(f"没有表，不等于没有复议、诉讼；正文里写的不在这里。{_missing(rows)}"))
        return
    views: dict[str, card.View] = {"表": applications.dispute_table(rows)}
    parts = [row for row in rows if row["column"] != "total"]
    if any(row["value"] for row in parts):
        marks = [applications.total_mark(row, row["row_label"], row["column_label"]) for row in parts]
        columns = list(dict.fromkeys(mark.series for mark in marks))
        lines = {
            row["row_label"]: f"{row['row_label']}　{row['column_label']} {figures.total_cell(row).text}"
            for row in rows
            if row["column"] == "total"
        }
        views = {"图": lambda: charts_flow.dot_grid(marks, lines, columns, "件"), **views}
    note = f"表四各栏相加，一点一件。{_missing(rows)}"
    card.show("disputes", "复议诉讼", applications.dispute_title(rows), note, selection, views)


def chain(selection: Selection) -> None:
    """Whether this year takes up what last year handed on, as the check found it."""
    rows = db.rows(
        """SELECT * FROM carry_chain WHERE year = $year
           AND unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope) ORDER BY position""",
        selection.parameters,
    )
    carried = db.rows(
        """SELECT * FROM scope_measure WHERE scope = $scope AND ((measure = $now AND year = $year)
           OR (measure = $last AND year = $year - 1)) ORDER BY position""",
        {**selection.parameters, "now": CARRIED_IN, "last": CARRIED_OUT},
    )
    decisions = desk.decisions()
    broken = [row for row in rows if row["verdict"]]
    told = {row["fingerprint"]: _found(row, decisions) for row in broken}
    some = [
        row for row in rows if row["outcome"] in ("broken", "doubtful", "holds") and (row["value"] or row["last_value"])
    ]
    views: dict[str, card.View] = {}
    if some:
        views["有结转的各家"] = applications.chain_table(some, carried, selection.year, told)
    if broken:
        views = {"对不上的": applications.chain_table(broken, carried, selection.year, told), **views}
    left = applications.not_compared(rows)
    note = "今年的“上年结转”应等于上一年报告的“结转下年”，表三总计列。"
    note += f"对得上 {sum(row['outcome'] == 'holds' for row in rows)} 家"
    note += (
        f"，不能对 {sum(map(len, left.values()))} 家：{'，'.join(f'{why} {len(names)} 家' for why, names in left.items())}。"
        if left
        else "。"
    )
    title = applications.chain_title(rows)
    if views:
        card.show("chain", "跨年衔接", title, note, selection, views)
    else:
        with st.container(border=True, key="card-chain"):
            st.html(f'<h3 class="nb-title">{title}</h3>')
            st.caption(
                plain(note + "两年都没有结转的申请。" if any(row["outcome"] == "holds" for row in rows) else note)
            )
    if left and selection.unit_id is None:
        with st.expander(f"不能对的 {sum(map(len, left.values()))} 家"):
            for why, names in left.items():
                st.markdown(f"**{why} {len(names)} 家**：{plain('、'.join(names))}")


def _found(row: dict[str, Any], decisions: Mapping[str, FindingDecision]) -> str:
    """The level of a finding, and what somebody said of it."""
    status = findings.status(row, decisions) if findings.decided(row, decisions) else ""
    return f"{findings.level(row).replace(' ', '')} {status}".strip()


def over_years(received: Rows, sums: Rows, selection: Selection) -> None:
    """The applications of every year, drawn wherever there was one in any: also under a year that has none."""
    marks = figures.year_marks(sums)
    events = filters.events(selection)
    note = "表三第一项，总计列。"
    views: dict[str, card.View] = {"单位×年度": figures.units_by_year(received)}
    if any(row["value"] for row in sums):
        note += "斜线条是不完整的合计，点开看缺谁。" if any(not row["is_complete"] for row in sums) else ""
        table = figures.totals_by(sums, "name", "year", "项目")
        views = {"逐年合计": lambda: charts.by_year(marks, "件", events), "逐年合计表": table, **views}
        note += figures.event_words(events)
    card.show("received", "历年新收申请", f"{selection.scope_words}历年新收申请", note, selection, views)
