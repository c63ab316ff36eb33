"""试算: another weight, another amount, another bound, and who moves; nothing of it is kept. And how firm the grades are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import streamlit as st

from dashboard import card, score_data, score_steps, score_words
from dashboard.filters import Selection
from dashboard.grid import Cell, Table
from dashboard.grid import Row as Line
from dashboard.score_charts import Move, Span, moves, spans
from dashboard.score_data import SCORED, Row, Scored, Standing
from etl.score.model import Adjustment, Curve, Indicator, Rubric

CENT = Decimal("0.01")
STEP = Decimal("0.1")
GRADES = "等次的界线"


def changed(rubric: Rubric, name: str, indicator: Indicator) -> Rubric:
    """The rubric with this indicator in place of the one of that id. What all dimensions add up to may then be another
    sum than the full points: the engine scales it back to them."""

    def put(held: Sequence[Indicator]) -> tuple[Indicator, ...]:
        return tuple(indicator if each.id == name else each for each in held)

    def beside(part: Adjustment | None) -> Adjustment | None:
        return replace(part, items=put(part.items)) if part else None

    dimensions = tuple(replace(each, indicators=put(each.indicators)) for each in rubric.dimensions)
    dimensions = tuple(
        replace(each, points=sum((one.points for one in each.indicators), Decimal(0))) for each in dimensions
    )
    return replace(rubric, dimensions=dimensions, bonus=beside(rubric.bonus), penalty=beside(rubric.penalty))


def weighed(indicator: Indicator, points: Decimal) -> Indicator:
    """The indicator worth so many points: bands and parts that are added up keep their proportion, what is deducted
    each time stays as it is."""
    if not indicator.points:
        return replace(indicator, points=points)

    def scale(value: Decimal) -> Decimal:
        return (value * points / indicator.points).quantize(CENT, ROUND_HALF_UP)

    bands = tuple(replace(each, points=scale(each.points)) for each in indicator.bands)
    items = indicator.items
    if indicator.curve is Curve.ADD:
        items = tuple(replace(each, points=scale(each.points)) for each in items)
    return replace(indicator, points=points, bands=bands, items=items)


def what_if(held: Standing, rows: Sequence[Row], selection: Selection) -> None:
    """The form, and who moves."""
    st.markdown("## 试算：改一处，看谁的分和等次会变")
    st.caption(
        "只在本页算给您看，不保存，也不改细则。分值改了以后，各项之和仍按满分折算；分档和累加的小项按比例跟着变。"
    )
    names = {GRADES: ""} | {
        f"{key} {each.name}": key
        for key, (_, dimension, each) in held.indicators.items()
        if dimension is not None
    }  # fmt: skip
    name = st.selectbox("改哪一处", list(names), key="trial-which")
    rubric = _grades(held.rubric) if name == GRADES else _indicator(held, names[name])
    if rubric == held.rubric:
        st.write("还没有改动。")
        return
    moved(held.scored, score_data.tried(rubric, held.manual, held.year), rows, held, selection)


def _number(label: str, value: Decimal, key: str, least: float = 0.0) -> Decimal:
    given = st.number_input(label, value=float(value), min_value=least, step=0.5, format="%.2f", key=key)
    return Decimal(str(given)).quantize(CENT)


def _grades(rubric: Rubric) -> Rubric:
    with st.form("trial-grades", border=True):
        found = tuple(
            replace(each, at_least=_number(f"{each.name}，最低几分", each.at_least, f"trial-grade-{each.name}"))
            for each in rubric.grades[:-1]
        )
        st.form_submit_button("试算", key="trial-go", type="primary")
    bounds = [each.at_least for each in found]
    if bounds != sorted(set(bounds), reverse=True) or (bounds and bounds[-1] <= 0):
        st.error("各档的界线要从高到低、各不相同。")
        return rubric
    return replace(rubric, grades=(*found, rubric.grades[-1]))


def _indicator(held: Standing, name: str) -> Rubric:
    each = held.indicators[name][2]
    with st.form(f"trial-{name}", border=True):
        points = _number("分值", each.points, f"trial-points-{name}", 0.01)
        amounts = [
            _number(f"{item.words or f'第 {n} 小项'}，每次几分", item.points, f"trial-item-{name}-{n}", 0.01)
            for n, item in enumerate(each.items, start=1)
        ]
        bounds = [
            (key, n, _number(f"第 {n} 档（{band.words}）的界线", value, f"trial-band-{name}-{n}-{key}"))
            for n, band in enumerate(each.bands, start=1)
            for key in ("at_least", "under", "at_most")
            if (value := getattr(band, key)) is not None
        ]
        st.form_submit_button("试算", key="trial-go", type="primary")
    items = tuple(replace(item, points=said) for item, said in zip(each.items, amounts, strict=True))
    bands = list(each.bands)
    for key, n, value in bounds:
        bands[n - 1] = replace(bands[n - 1], **{key: value})
    new = replace(each, items=items, bands=tuple(bands))
    new = new if points == each.points else weighed(new, points)
    return held.rubric if new == each else changed(held.rubric, name, new)


def moved(before: Scored, after: Scored, rows: Sequence[Row], held: Standing, selection: Selection) -> None:
    """Who has other points or another grade than before."""
    pairs = [(row, after.by_unit[row["unit_id"]]) for row in rows if row["status"] == SCORED]
    others = [
        (was, now) for was, now in pairs
        if any(was[key] != now[key] for key in ("points", "highest", "grade_lowest", "grade_highest"))
    ]  # fmt: skip
    points = sum((was["points"], was["highest"]) != (now["points"], now["highest"]) for was, now in others)
    grades = sum(score_words.grade(was) != score_words.grade(now) for was, now in others)
    title = f"【试算】{len(pairs)} 家中 {points} 家的分会变，{grades} 家的等次会变"
    note = "按登记表顺序；没有变的不列。用的是同一批年报和同一批人工评定。"
    note += "待人工的项按 0 画。" if any(score_words.is_open(row) for pair in others for row in pair) else ""
    table = moved_table(others, held)
    shown = move_marks(others, held)
    bounds = {each.name: each.at_least for each in after.rubric.grades if each.at_least}
    chart: dict[str, card.View] = {"图": lambda: moves(shown, bounds, after.rubric.full)} if shown else {}
    if others:
        card.show("trial", "考核_试算", title, note, selection, {**chart, "表": table})
    else:
        st.markdown(f"**{title}**")


def moved_table(pairs: Sequence[tuple[Row, Row]], held: Standing) -> Table:
    """Everybody who moves."""
    lines = tuple(
        Line(
            held.units[was["unit_id"]]["name"],
            (
                Cell(was["group"]), Cell(score_words.reach(was), value=was["points"]),
                Cell(score_words.reach(now), value=now["points"]), Cell(score_words.grade(was)),
                Cell(score_words.grade(now)),
            ),
        )
        for was, now in pairs
    )  # fmt: skip
    columns = ("组", "原来得分", "试算得分", "原来等次", "试算等次")
    return Table("单位", columns, lines)


def move_marks(pairs: Sequence[tuple[Row, Row]], held: Standing) -> list[Move]:
    """Those that have points before and after, as the table writes them."""
    both = [(was, now) for was, now in pairs if was["points"] is not None and now["points"] is not None]
    names = [held.units[was["unit_id"]]["name"] for was, _ in both]
    made = []
    for name, short, (was, now) in zip(names, score_steps.beside(names), both, strict=True):
        points = " → ".join(dict.fromkeys((score_words.reach(was), score_words.reach(now))))
        grades = [score_words.grade(was), score_words.grade(now)]
        told = " → ".join(dict.fromkeys(grades))
        label = f"{points}　{told}" if grades[0] != grades[1] else points
        known = "→".join(dict.fromkeys((score_words.points(was["points"]), score_words.points(now["points"]))))
        made.append(Move(short, was["points"], now["points"], label, known, f"{name}：{points}，{told}"))
    return made


def runs(rubric: Rubric) -> Iterator[tuple[str, dict[str, Decimal]]]:
    """Each dimension a tenth heavier and a tenth lighter: the name of the run and the factor of every dimension."""
    for dimension in rubric.dimensions:
        for sign, by in (("+", 1 + STEP), ("−", 1 - STEP)):
            name = f"{dimension.name} {sign}10%"
            yield name, {each.id: by if each is dimension else Decimal(1) for each in rubric.dimensions}


def reweighed(row: Row, lines: Sequence[Row], factors: dict[str, Decimal], rubric: Rubric) -> tuple[Decimal, str]:
    """Points and grade with these weights, renormalised to the full points; what is open counts 0, as in `points`."""
    main = [line for line in lines if line["role"] == "main"]
    skipped = {line["indicator"] for line in main if line["points"] is None and line["state"] != "manual_open"}
    possible = sum(
        (line["full"] * factors[line["dimension"]] for line in main if line["indicator"] not in skipped), Decimal(0)
    )
    made = sum(((line["points"] or 0) * factors[line["dimension"]] for line in main), Decimal(0))
    scaled = (made * rubric.full / possible).quantize(CENT, ROUND_HALF_UP)
    points = max(scaled + (row["bonus"] or 0) - (row["penalty"] or 0), Decimal(0))
    names = [each.name for each in rubric.grades]
    at = next(n for n, each in enumerate(rubric.grades) if points >= each.at_least)
    return points, names[max(at, names.index(row["veto_cap"]) if row["veto_cap"] else 0)]


def firmness(held: Standing, rows: Sequence[Row], selection: Selection) -> None:
    """How many of the runs leave each unit in its grade, and between which points it comes out."""
    marks, table, firm = firm_of(held, [row for row in rows if row["points"] is not None])
    if not marks:
        return
    count = len(list(runs(held.rubric)))
    title = f"权重各变 10%：{len(marks)} 家中 {firm} 家的等次 {count}/{count} 不变"
    note = (
        f"每一部分的权重加一成、减一成各算一次，共 {count} 次，其余部分按比例折到满分；部分之内各项的得分率不变。"
        "待人工的项按 0 计。会变的，离等次界线近。"
    )
    bounds = {each.name: each.at_least for each in held.rubric.grades if each.at_least}
    views: dict[str, card.View] = {"图": lambda: spans(marks, bounds, held.rubric.full), "表": table}
    card.show("firmness", "考核_权重变动", title, note, selection, views)


def firm_of(held: Standing, scored: Sequence[Row]) -> tuple[list[Span], Table, int]:
    """Each unit that has points as a mark and as a line, and how many of them keep their grade in every run."""
    every = list(runs(held.rubric))
    lines, marks, firm = list[Line](), list[Span](), 0
    names = [held.units[row["unit_id"]]["name"] for row in scored]
    for name, short, row in zip(names, score_steps.beside(names), scored, strict=True):
        own = held.scored.lines(row["unit_id"])
        found = {run: reweighed(row, own, factors, held.rubric) for run, factors in every}
        others = {run: grade for run, (_, grade) in found.items() if grade != row["grade_lowest"]}
        low, high = (pick(points for points, _ in found.values()) for pick in (min, max))
        firm += not others
        same = f"{len(every) - len(others)}/{len(every)} 不变"
        told = "；".join(f"{run} → {grade}" for run, grade in others.items())
        waiting = f"{row['manual_open']} 项按 0 计" if row["manual_open"] else ""
        now, span = score_words.points(row["points"]), f"{score_words.points(low)}～{score_words.points(high)}"
        cells = (
            Cell(row["group"]), Cell(now, value=row["points"]), Cell(span), Cell(row["grade_lowest"]), Cell(same),
            Cell(told), Cell(waiting),
        )  # fmt: skip
        lines.append(Line(name, cells))
        hover = f"{name}：现在 {now} 分，{row['grade_lowest']}<br>各次 {span} 分，{same}"
        marks.append(Span(short, row["points"], low, high, f"{now}（{span}）　{same}", now, hover))
    columns = ("组", "现在得分", "各次得分", "现在的等次", "结果", "哪几次会变", "待人工")
    return marks, Table("单位", columns, tuple(lines)), firm
