"""One unit's score: how it came from the full points to its own, and for each line the evidence, the rule and the file."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from dashboard import card, db, grid, links, provenance, score_steps, score_waivers, score_words
from dashboard.filters import Selection
from dashboard.grid import Cell, Table, listing
from dashboard.grid import Row as Line
from dashboard.provenance import Address, cell_name, place
from dashboard.score_charts import waterfall
from dashboard.score_data import SCORED, Row, Standing
from dashboard.score_steps import effect, worth
from dashboard.states import LOOKS, ValueState, write_figure
from dashboard.words import plain
from etl.score import standard_of
from etl.score.model import Indicator, Role
from etl.score.words import not_assessable_of

_NOTHING = Decimal(0)


def show(unit_id: str, held: Standing, selection: Selection) -> None:
    """Everything about one unit: the sentence, the stairs, the table of lines; a click opens the evidence."""
    row, unit = held.scored.by_unit.get(unit_id), held.units[unit_id]
    if row is None:
        st.write("这一年登记表里没有这一家。")
        return
    if row["status"] != SCORED:
        word, meaning, _ = score_words.STATUS[row["status"]]
        st.markdown(f"**{plain(unit['name'])}：{word}**，没有分数。{meaning}。")
        links.to_unit(unit["name"], unit["kind"] == "area", selection.year)
        return
    st.markdown(f"**{plain(sentence(row, unit))}**")
    _stairs(row, unit, held, selection)
    links.to_unit(unit["name"], unit["kind"] == "area", selection.year)


def sentence(row: Row, unit: Row) -> str:
    """Points and grade, what the machine counted, what was granted, what waits."""
    parts = [f"{unit['name']}：{score_words.reach(row)} 分", score_words.grade(row)]
    parts.append(f"机评 {score_words.automatic(row)}")
    if others := (row["granted"] or _NOTHING) - (row.get("unread") or _NOTHING):
        parts.append(f"其中 {score_words.points(others)} 分是没有发生或无法评定而给的满分")
    parts.append(score_words.unread(row))
    if row["skipped"]:
        parts.append(f"{score_words.points(row['skipped'])} 分不计入")
    if row["manual_open"]:
        parts.append(f"{row['manual_open']} 项待人工（{score_words.points(row['open_points'])} 分）")
    if row["veto_cap"]:
        parts.append(f"一票降级，最高{row['veto_cap']}")
    return "，".join(part for part in parts if part) + "。"


def _stairs(row: Row, unit: Row, held: Standing, selection: Selection) -> None:
    lines = held.scored.lines(row["unit_id"])
    stairs = score_steps.steps(row, lines, held.rubric)
    lost = [step for step in stairs if step.kind == "taken"]
    told = f"{len(lost)} 处少得分" if lost else "没有少得分的"
    mark = "" if held.is_final else f"【{score_words.DRAFT_MARK}】"
    title = f"{mark}{unit['name']}：满分 {score_words.points(held.rubric.full)} → {score_words.reach(row)}，{told}"
    note = (
        f"{held.rubric.title}（{held.issued.file}），{selection.year} 年度。点一条看凭什么；没有扣的不画，表里逐项都有。"
        "斜线是等人评定的，现在按 0 计。"
    )
    views: dict[str, card.View] = {"图": lambda: waterfall(stairs), "表": lines_table(row, lines)}
    card.show(
        f"stairs-{row['unit_id']}", f"{unit['name']}_得分明细", title, note, selection, views,
        opened=lambda address: evidence(Address.parse(address), held),
    )  # fmt: skip


def lines_table(row: Row, lines: Sequence[Row]) -> Table:
    """Every indicator with what it is worth and why, in the order of the rubric."""
    made = []
    for line in lines:
        where = score_steps.address(row, line["indicator"])
        full = "" if line["role"] == Role.VETO else score_words.points(line["full"])
        is_open = line["state"] == "manual_open"
        made.append(
            Line(
                f"{line['indicator']} {line['indicator_name']}",
                (
                    Cell(full, value=line["full"] if full else None),
                    Cell(
                        worth(line), ValueState.UNREADABLE if is_open else None, where, value=line["points"],
                        note=line["words"],
                    ),
                    Cell(score_words.STATES[line["state"]]),
                    Cell(line["words"]),
                ),
                short=f"{line['indicator']} {line['indicator_name']}",
            )
        )  # fmt: skip
    return Table("项", ("分值", "得分", "状态", "理由"), tuple(made))


def evidence(target: Address, held: Standing) -> None:
    """One indicator of one unit: what it was made of, the figures with their 出处, the rule, the file."""
    line = held.scored.line(target.scope, target.item)
    if line is None:
        st.write("这一项现在没有了。")
        return
    role, dimension, indicator = held.indicators[target.item]
    with st.container(border=True, key=f"evidence-{target.scope}-{target.item}"):
        full = f"／{score_words.points(line['full'])} 分" if role is not Role.VETO else ""
        st.markdown(f"**{plain(f'{indicator.id} {indicator.name}：{worth(line)}{full}')}**　{plain(line['words'])}")
        items = held.scored.items(target.scope, target.item)
        if items:
            listing(
                ("作用", "理由", "依据的数", "封顶"),
                [(effect(each), each["words"], each["operands"], _CAPS[each["capped_by"]]) for each in items],
                short=frozenset({0}),
            )
        score_waivers.area(target.scope, items, held)
        rule(indicator, dimension.name if dimension else ROLES[role], held)
        figures(line, items, target)
        _file(line, target, held)


_CAPS = {"": "", "item": "本小项封顶", "indicator": "本项封顶", "dimension": "所在部分封顶"}
ROLES = {Role.MAIN: "", Role.BONUS: "加分", Role.PENALTY: "减分", Role.VETO: "一票降级"}


def rule(indicator: Indicator, part: str, held: Standing) -> None:
    """The rule as the rubric has it."""
    lines = [
        ("所在部分", part), ("评分标准", standard_of(indicator)), ("依据", indicator.basis),
        ("无法评定时", not_assessable_of(indicator)), ("细则", f"{held.rubric.title}，{held.issued.file}"),
    ]  # fmt: skip
    listing(("项", "内容"), [line for line in lines if line[1]])


def figures(line: Row, items: Sequence[Row], target: Address) -> None:
    """The figures it rests on, each a button that opens its 出处."""
    rows = _rested_on(line, items, target)
    if not rows:
        return
    made = [
        Line(
            f"{cell_name(row)}（{row['year']} 年度）",
            (
                Cell(
                    write_figure(row["state"], row["value"], row["raw"]), ValueState(row["state"]),
                    str(Address("measure", row["measure"], row["year"], target.scope)), note=LOOKS[ValueState(row["state"])].meaning,
                ),
                Cell(row["raw"] or ""), Cell(place(row["locator"])),
            ),
        )
        for row in rows
    ]  # fmt: skip
    st.caption("所依据的数，点一个看它在哪份文件的哪一格：")
    table = Table("项目", ("数", "原文", "位置"), tuple(made))
    chosen = grid.show(table, f"rested-{target.scope}-{target.item}-{target.year}")
    if chosen:
        provenance.panel(chosen)


def _rested_on(line: Row, items: Sequence[Row], target: Address) -> list[Row]:
    """The operands of the findings, of whichever year, then the cells and the figures of the prose of this year."""
    prints = tuple(dict.fromkeys(each["fingerprint"] for each in items if each["fingerprint"]))
    asked: dict[tuple[str, int], None] = {}
    for row in db.rows(
        "SELECT * FROM operand_shown WHERE list_contains($names, fingerprint) ORDER BY fingerprint, side DESC, position",
        {"names": prints},
    ):
        asked[row["cell"], row["year"]] = None
    for each in (line, *items):
        named = each["subject"].split("、") if each["kind"] == "measure" else []
        for cell in (*each["cells"], *named):
            asked.setdefault((cell, target.year))
    years = tuple({year for _, year in asked})
    found = db.rows(
        """SELECT * FROM measure_figure WHERE unit_id = $unit AND list_contains($measures, measure)
           AND list_contains($years, year) ORDER BY year DESC, measure_position""",
        {"unit": target.scope, "measures": tuple(dict.fromkeys(cell for cell, _ in asked)), "years": years},
    )
    return [row for row in found if (row["measure"], row["year"]) in asked]


def _file(line: Row, target: Address, held: Standing) -> None:
    """The report it was judged by, and the way to the findings in 收报核对."""
    rows = db.rows("SELECT path FROM source_file WHERE file_id = $file", {"file": line["file_id"]})
    if rows:
        st.caption(plain(f"所依据的年报：{rows[0]['path']}"))
    unit = held.units[target.scope]
    if any(each["fingerprint"] for each in held.scored.items(target.scope, target.item)):
        links.to_intake(unit["name"], unit["kind"] == "area", target.year)
