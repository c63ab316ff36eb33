"""透视: what a person asks of the long table of measures, and the answer as a table and as rows to take along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from dashboard import db, grid, provenance
from dashboard.comparing import head
from dashboard.figures import counted_words, total_state
from dashboard.filters import ALL, Selection
from dashboard.grid import Cell, Row, Table
from dashboard.provenance import Address, cell_name
from dashboard.states import LOOKS, ValueState, as_decimal, percent, share_words, write_figure, write_number
from etl.warehouse.pivot import FEWEST, FIGURES, Aggregate, By, Pivot, pivot

NAMES = {By.UNIT: "单位", By.GROUP: "分组", By.KIND: "单位类型", By.YEAR: "年度", By.STATE: "数值状态"}
COLUMNS = {By.UNIT: "unit_name", By.GROUP: "group", By.KIND: "kind_label", By.YEAR: "year", By.STATE: "state_name"}
AGGREGATES = {Aggregate.SUM: "合计", Aggregate.MEDIAN: "中位数", Aggregate.UNITS: "家数"}
ONE_COLUMN = "不分列"
WHOLE = ALL  # of a row or column that is summed over
_SHOWN, _FIRST = "pivot-grid", "requests/new_received/total"
_NOT_COUNTED = ("blank", "slash", "not_filed", "unreadable", "not_comparable", "not_collected")
_ALL_STATES = (*FIGURES, *_NOT_COUNTED)
LABELS = {
    "unit_name": "单位", "group": "分组", "kind_label": "单位类型", "year": "年度", "state_name": "数值状态",
    "is_total": "是否合起来的一行", "value": "数值", "of_value": "占比的分母", "share": "占比", "counted": "计入几家",
    "shown": "页面上写的", **{state: f"{LOOKS[ValueState(state)].name}几家" for state in _ALL_STATES},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """`lines` as etl.warehouse.pivot gives them; `measure` the line of the metric dictionary."""

    asked: Pivot
    measure: Mapping[str, Any]
    lines: Sequence[Mapping[str, Any]]
    scope: str  # in words

    @property
    def years(self) -> str:
        return "各年度" if By.YEAR in self.asked.by else f"{self.asked.year} 年度"

    @property
    def subject(self) -> str:
        """For the name of a file: a name of a cell may hold what no file system takes."""
        name = self.measure["name"] if self.measure["is_headline"] else self.measure["measure"].replace("/", "-")
        return f"透视_{name}{AGGREGATES[self.asked.aggregate]}_{'按'.join(NAMES[by] for by in self.asked.by)}_{self.years.replace(' ', '')}_{self.scope}"

    @property
    def about(self) -> dict[str, str]:
        """For the sheet that says what the rows are."""
        return {
            "透视": f"{_name(self.measure)}，{AGGREGATES[self.asked.aggregate]}",
            "口径": f"{self.measure['definition']}。算法：{self.measure['formula']}",
            "行和列": "、".join(NAMES[by] for by in self.asked.by),
            "范围": self.scope, "年度": self.years, "计入的": _who_enters(self.asked, self.measure),
        }  # fmt: skip


def ask(selection: Selection) -> Answer:
    """The controls, and what they ask for."""
    measures = {_name(row): row for row in db.rows("SELECT * FROM measure ORDER BY NOT is_headline, position")}
    wide, *narrow = st.columns([2.2, 1, 1, 1])
    with wide:
        first = [row["measure"] for row in measures.values()].index(_FIRST)
        name = st.selectbox("指标", list(measures), index=first, key="pivot-measure")
    with narrow[2]:
        aggregate = st.selectbox("聚合", list(AGGREGATES), key="pivot-aggregate", format_func=AGGREGATES.__getitem__)
    offered = [by for by in By if _may(by, aggregate)]
    with narrow[0]:
        down = st.selectbox(
            "行", offered, index=offered.index(By.GROUP), key=f"pivot-down-{aggregate}", format_func=_named
        )
    others = [None, *(by for by in offered if by is not down)]
    with narrow[1]:
        across = st.selectbox(
            "列", others, index=others.index(By.YEAR) if By.YEAR in others else 0, key=f"pivot-across-{aggregate}-{down}",
            format_func=_named,
        )  # fmt: skip
    states = FIGURES
    if aggregate is Aggregate.UNITS:
        states = tuple(ValueState) if By.STATE in (down, across) else _states()
    asked = Pivot(measures[name]["measure"], selection.scope, selection.year, down, across, aggregate, states)
    with db.cursor() as cursor:
        lines = pivot(cursor, asked)
    return Answer(asked, measures[name], _kept(lines, asked), selection.words["范围"])


def _named(by: By | None) -> str:
    return ONE_COLUMN if by is None else NAMES[by]


def _may(by: By, aggregate: Aggregate) -> bool:
    """A middle is one of many units; how a figure stands can only be counted."""
    return {By.UNIT: aggregate is not Aggregate.MEDIAN, By.STATE: aggregate is Aggregate.UNITS}.get(by, True)


def _states() -> tuple[str, ...]:
    chosen = st.multiselect(
        "数哪些状态的", list(ValueState), default=[ValueState(each) for each in FIGURES], key="pivot-states",
        format_func=lambda state: LOOKS[state].name, placeholder="选要数的状态", select_all=False,
    )  # fmt: skip
    return tuple(chosen)


def _kept(lines: Sequence[Mapping[str, Any]], asked: Pivot) -> list[Mapping[str, Any]]:
    """From the first row and column to the last; where states are told apart, without those in which nobody is."""
    held = [line for line in lines if line["counted"] or By.STATE not in asked.by]
    down, across = (_places(held, side, by) for side, by in _sides(asked))
    return sorted(held, key=lambda line: (down[line["down"]], across[line["across"]]))


def _places(lines: Sequence[Mapping[str, Any]], side: str, by: By | None) -> dict[str | None, int]:
    """Where each label stands: states in the order of the legend, the rest as the register has them; a total is last."""
    found: dict[str | None, int] = {}
    for line in lines:
        label = line[side]
        place = list(ValueState).index(label) if by is By.STATE and label else line[f"{side}_place"]
        found[label] = min(place, found.get(label, place))
    return {**found, None: max(found.values(), default=0) + 1}


def show(answer: Answer) -> None:
    """The sentence, the table, and behind a figure that a page has too its 出处."""
    st.markdown(f"**{provenance.plain(sentence(answer))}**")
    st.caption(f"{_who_enters(answer.asked, answer.measure)}{_about_years(answer.asked)}{_about_cells(answer.asked)}")
    with st.container(key="pivot-table"):
        address = grid.show(table(answer), _SHOWN)
    if address:
        provenance.panel(address)


def sentence(answer: Answer) -> str:
    """The answer for all of them in one year."""
    asked, name = answer.asked, answer.measure["name"]
    whole = next((line for line in answer.lines if _is_whole(line, asked)), None)
    about = f"{answer.scope}，{asked.year} 年度，"
    if asked.aggregate is Aggregate.UNITS:
        states = (
            "各种状态" if By.STATE in asked.by else "、".join(LOOKS[ValueState(each)].name for each in asked.states)
        )
        return f"{about}“{name}”{states or '没有选状态'}的共 {whole['counted'] if whole else 0} 家。"
    is_rate = answer.measure["kind"] == "share" and asked.aggregate is Aggregate.SUM
    about += f"{name}{'' if is_rate else AGGREGATES[asked.aggregate]}"
    if whole is None:
        return f"{about}：这一年没有记录。"
    counter = f" {answer.measure['unit']}" if whole["value"] is not None and answer.measure["kind"] != "share" else ""
    return f"{about}：{_figure(whole, answer)}{counter}，{_counted_words(whole, answer)}。"


def _is_whole(line: Mapping[str, Any], asked: Pivot) -> bool:
    """Everybody of the year looked at together."""
    ends = {asked.down: line["down"], asked.across: line["across"]}
    return all(value == str(asked.year) if by is By.YEAR else value is None for by, value in ends.items())


def table(answer: Answer) -> Table:
    """Rows and columns as asked for; what is summed over comes last."""
    asked = answer.asked
    heads, columns = (_labels(answer, side, by) for side, by in _sides(asked))
    cells = {tuple(_label(line, side, by) for side, by in _sides(asked)): _cell(line, answer) for line in answer.lines}
    rows = [
        Row(row, tuple(cells.get((row, column), Cell.empty()) for column in columns), row == WHOLE) for row in heads
    ]
    names = tuple(f"{AGGREGATES[asked.aggregate]}" if asked.across is None else column for column in columns)
    return Table(NAMES[asked.down], names, tuple(rows), is_shaded=False)


def _sides(asked: Pivot) -> tuple[tuple[str, By | None], tuple[str, By | None]]:
    return ("down", asked.down), ("across", asked.across)


def _label(line: Mapping[str, Any], side: str, by: By | None) -> str:
    value = line[side]
    if value is None:
        return WHOLE
    return LOOKS[ValueState(value)].name if by is By.STATE else str(value)


def _labels(answer: Answer, side: str, by: By | None) -> list[str]:
    """The heads of the rows or columns, in order."""
    places = _places(answer.lines, side, by)
    ordered = sorted(answer.lines, key=lambda line: places[line[side]])
    return list(dict.fromkeys(_label(line, side, by) for line in ordered))


def _cell(line: Mapping[str, Any], answer: Answer) -> Cell:
    """A figure with the units it is made of; that of a single unit stands as it stands on its own page."""
    text, state = _figure(line, answer), _state(line, answer)
    is_one = any(by is By.UNIT and line[side] is not None for side, by in _sides(answer.asked))
    if answer.asked.aggregate is not Aggregate.UNITS and line["counted"] and not is_one:
        text += f"（计入 {line['counted']} 家）"
    value = line["share"] if answer.measure["kind"] == "share" else line["value"]
    if answer.asked.aggregate is Aggregate.UNITS:
        value = line["counted"]
    return Cell(text, state, _address(line, answer), as_decimal(value), note=_standing(line, answer))


def _standing(line: Mapping[str, Any], answer: Answer) -> str:
    """Who is in the figure and who is not; of a count, how all of them stand."""
    if answer.asked.aggregate is not Aggregate.UNITS:
        return _counted_words(line, answer)
    return "，".join(f"{LOOKS[ValueState(state)].name} {line[state]} 家" for state in _ALL_STATES if line[state])


def _counted_words(line: Mapping[str, Any], answer: Answer) -> str:
    """Who is in it and who is not, and for a middle of shares also who has figures, but too few cases for a share."""
    told = counted_words(dict(line))
    few = sum(line[state] for state in FIGURES) - line["counted"]
    is_middle = answer.asked.aggregate is Aggregate.MEDIAN and answer.measure["kind"] == "share"
    return f"{told}，件数太少、不算率 {few} 家" if is_middle and few else told


def _figure(line: Mapping[str, Any], answer: Answer) -> str:
    aggregate, row = answer.asked.aggregate, {**line, "kind": answer.measure["kind"]}
    if aggregate is Aggregate.UNITS:
        return f"{line['counted']} 家"
    if aggregate is Aggregate.MEDIAN:
        middle = line["share"] if row["kind"] == "share" else line["value"]
        if middle is None:
            return f"不足 {FEWEST} 家"
        return percent(middle) if row["kind"] == "share" and middle else write_number(middle)
    is_rough = 0 < line["approximate"] == line["counted"]
    return share_words(row) or write_figure(_state(line, answer) or "", line["value"], line["raw"], is_rough)


def _state(line: Mapping[str, Any], answer: Answer) -> ValueState | None:
    aggregate = answer.asked.aggregate
    if aggregate is Aggregate.UNITS or (aggregate is Aggregate.MEDIAN and line["value"] is None):
        return None
    return ValueState(line["state"]) if line["state"] else total_state(dict(line))


def _address(line: Mapping[str, Any], answer: Answer) -> str:
    """The address of the same figure on another page: of one unit, of a group, of the whole scope; "" for any other."""
    asked = answer.asked
    kind = {Aggregate.SUM: "measure", Aggregate.MEDIAN: "median"}.get(asked.aggregate)
    held = {by: line[side] for side, by in _sides(asked) if by is not None and line[side] is not None}
    year = int(held.pop(By.YEAR, asked.year))
    if line["unit_id"] is not None:
        scope = line["unit_id"]
    elif not held:
        scope = asked.scope
    else:
        scope = held.get(By.GROUP) if len(held) == 1 and asked.scope in (ALL, held.get(By.GROUP)) else None
    return str(Address(kind, asked.measure, year, scope)) if kind and scope else ""


def _who_enters(asked: Pivot, measure: Mapping[str, Any]) -> str:
    if asked.aggregate is Aggregate.UNITS:
        if By.STATE in asked.by:
            return "各种状态分开数，不在应报之列的不数。"
        names = "、".join(LOOKS[ValueState(state)].name for state in asked.states) or "没有选状态"
        return f"只数状态是“{names}”的。"
    told = "只有“有数”和“真零”计入，其余状态没有数，不当作 0。"
    if measure["kind"] == "share":
        told += {
            Aggregate.SUM: f"比例是分子之和除以分母之和；分母不到 {measure['smallest_n']} 件只写件数。",
            Aggregate.MEDIAN: f"取各家自己的比例，分母不到 {measure['smallest_n']} 件的不参加。",
        }[asked.aggregate]
    return told + (f"不足 {FEWEST} 家不给中位数。" if asked.aggregate is Aggregate.MEDIAN else "")


def _about_years(asked: Pivot) -> str:
    return "年度之间不相加。" if By.YEAR in asked.by else "要看各年度，把行或列换成年度。"


def _about_cells(asked: Pivot) -> str:
    if asked.aggregate is Aggregate.UNITS:
        return "停在格上看各种状态各几家。"
    return "停在格上看没有计入的几家，点一格看出处。"


def _name(measure: Mapping[str, Any]) -> str:
    """A measure as it is chosen: by its short name, or as the form prints it."""
    if measure["kind"] == "cell" and not measure["is_headline"]:
        return f"{cell_name(measure)}（{measure['unit']}）"
    return head({**measure, "counter": measure["unit"]})


def rows(answer: Answer) -> pl.DataFrame:
    """One line for each figure shown, with how many units are in it and why the others are not."""
    columns = [COLUMNS[by] for by in answer.asked.by]
    lines = []
    for line in answer.lines:
        sides = _sides(answer.asked)[: len(columns)]
        labels = [None if line[side] is None else _label(line, side, by) for side, by in sides]
        figures = {name: as_decimal(line[name]) for name in ("value", "of_value", "share")}
        counts = {name: line[name] for name in _ALL_STATES}
        lines.append(
            {
                **dict(zip(columns, labels, strict=True)),
                "is_total": any(line[side] is None for side, _ in sides),
                **{name: None if figure is None else float(figure) for name, figure in figures.items()},
                "counted": line["counted"],
                **counts,
                "shown": _figure(line, answer),
            }
        )
    names = [*columns, "is_total", "value", "of_value", "share", "counted", *_ALL_STATES, "shown"]
    return pl.DataFrame(lines, schema={name: _TYPES.get(name, pl.Int64) for name in names}, orient="row")


_TYPES: dict[str, Any] = {
    **dict.fromkeys([*COLUMNS.values(), "shown"], pl.String), "is_total": pl.Boolean,
    **dict.fromkeys(["value", "of_value", "share"], pl.Float64),
}  # fmt: skip
