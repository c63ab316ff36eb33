"""From the rows of a mart to what is shown: the cells of tables and the marks of charts, each with its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from dashboard.charts import Mark, edition_edges, short_names
from dashboard.grid import Cell, Row, Table
from dashboard.provenance import Address, place
from dashboard.states import LOOKS, ValueState, as_decimal, percent, share_words, write_figure, write_number

Rows = Sequence[dict[str, Any]]
UNITS = "单位"

_LEFT_OUT = (ValueState.NOT_FILED, ValueState.UNREADABLE, ValueState.BLANK, ValueState.SLASH, ValueState.NOT_COLLECTED)


NOT_DUE = "不在应报之列"


def lack_name(row: Mapping[str, Any]) -> str:
    """Why a unit has no figure here: the name of its state; a unit that need not file is missed by nobody."""
    state = ValueState(row["state"])
    return NOT_DUE if state is ValueState.NOT_COLLECTED and not row["is_due"] else LOOKS[state].name


def number_of(row: dict[str, Any]) -> Decimal | None:
    """What is compared, shaded and written into a download: of a share the share, where there are enough to tell one."""
    return as_decimal(row["share"] if row["kind"] == "share" else row["value"])


def unit_cell(row: dict[str, Any]) -> Cell:
    """The figure of one unit, from the view scope_measure. A share is told with its counts."""
    state = ValueState(row["state"])
    raw = row["raw"] or ""
    return Cell(
        text=share_words(row) or write_figure(state, row["value"], raw, bool(row["approximate"])),
        state=state,
        address=str(Address("measure", row["measure"], row["year"], row["unit_id"])),
        value=number_of(row) if state.has_value else None,
        raw=raw,
        source=row["path"] or "",
        place=place(row["locator"]),
        note="" if state.has_value else LOOKS[state].meaning,
    )


def filing_cell(row: dict[str, Any]) -> Cell:
    """What came of one unit's report of one year, from the view scope_filing."""
    address = str(Address("filing", "report", row["year"], row["unit_id"]))
    if row["filing"] != "filed":
        state = ValueState(row["filing"])
        if state is ValueState.UNREADABLE:
            return Cell("待核", state, address, note="有这一家的文件，没有读成或等待认领", source=row["path"])
        word = LOOKS[state].word if row["is_due"] else NOT_DUE
        return Cell(word, state, address, note=LOOKS[state].meaning)
    if row["unreadable_cells"]:
        return Cell(f"待核 {row['unreadable_cells']} 格", ValueState.UNREADABLE, address, source=row["path"])
    if not row["is_whole"]:
        note = "有的表或行没有找到，请对照原文"
        return Cell("读不全", ValueState.UNREADABLE, address, note=note, source=row["path"])
    return Cell("已报", ValueState.REPORTED, address, source=row["path"])


def total_state(row: dict[str, Any]) -> ValueState:
    """How a sum stands: a figure as soon as anybody could be counted, else the state most of its units share; where
    nobody has to file here, nobody was asked."""
    if row["counted"]:
        return ValueState.ZERO if row["value"] == 0 else ValueState.REPORTED
    if not any(row[state] for state in (ValueState.NOT_COMPARABLE, *_LEFT_OUT)):
        return ValueState.NOT_COLLECTED
    return max((ValueState.NOT_COMPARABLE, *_LEFT_OUT), key=lambda state: row[state])


def total_cell(row: dict[str, Any]) -> Cell:
    """A sum over a scope, from the view measure_total, with who was counted. A share is sum over sum; a sum of nothing
    but approximate figures says so."""
    state = total_state(row)
    is_rough = 0 < row["approximate"] == row["counted"]
    return Cell(
        text=share_words(row) or write_figure(state, row["value"], row["raw"], is_rough),
        state=state,
        address=str(Address("measure", row["measure"], row["year"], row["scope"])),
        value=number_of(row) if state.has_value else None,
        note=counted_words(row),
    )


def median_cell(row: dict[str, Any]) -> Cell:
    """The middle of a group with the number of its figures, from the view measure_median."""
    middle = row["share"] if row["kind"] == "share" else row["value"]
    if middle is None:
        return Cell(f"不足 {row['fewest']} 家", note=f"有数的 {row['counted']} 家，不给中位数")
    number = percent(middle) if row["kind"] == "share" and middle else write_number(middle)
    return Cell(
        text=f"{number}（{row['counted']} 家）",
        state=ValueState.REPORTED if middle else ValueState.ZERO,
        address=str(Address("median", row["measure"], row["year"], row["group"])),
        value=as_decimal(middle),
        note=f"计入 {row['counted']} 家",
    )


def counted_words(row: dict[str, Any]) -> str:
    """How many units a sum holds and who is missing, e.g. 不完整：计入 57 家，未报 2 家，待核 1 家."""
    states = (*_LEFT_OUT, ValueState.NOT_COMPARABLE)
    left = [f"{LOOKS[state].name} {row[state]} 家" for state in states if row[state]]
    words = "，".join([f"计入 {row['counted']} 家", *left])
    return words if row["is_complete"] else f"不完整：{words}"


def event_words(events: Rows) -> str:
    """The events that the ▼ of a time axis stand for, as a sentence."""
    words = [f"{row['happened_on']:%Y-%m-%d} {row['text']}" for row in events]
    return f"▼ {'；'.join(words)}。" if words else ""


def headlines(rows: Rows, medians: Rows, year: int) -> Table:
    """Measures down; this year, the year before and the middle of the group across. What was read from the prose says so."""
    cells = {(row["measure"], row["year"]): unit_cell(row) for row in rows}
    middle = {row["measure"]: median_cell(row) for row in medians}
    lines = []
    for row in rows:
        if row["year"] == year:
            signs = ["正文"] if row["kind"] == "claim" else []
            signs += [row["counter"]] if row["kind"] != "share" else []
            last = cells.get((row["measure"], year - 1), Cell.empty())
            now = cells[row["measure"], year]
            head = row["name"] + (f"（{'，'.join(signs)}）" if signs else "")
            lines.append(Row(head, (now, last, middle.get(row["measure"], Cell.empty()))))
    return Table("指标", (f"{year} 年度", f"{year - 1} 年度", "同组中位数"), tuple(lines), is_whole=True)


def row_name(row: dict[str, Any]) -> str:
    """A row of the form by name; 总计 alone would say nothing, so it takes its group along."""
    group = row["group_label"].split(" / ")[-1]
    return f"{group}{row['row_label']}" if row["row"] == "total_processed" else row["row_label"]


def year_marks(rows: Rows) -> list[Mark]:
    """The sums of a scope over the years, for `charts.by_year`."""
    marks = []
    for row in rows:
        cell = total_cell(row)
        marks.append(
            Mark(str(row["year"]), "", total_state(row), row["value"], cell.address, cell.text, row["is_complete"])
        )
    return marks


def two_years(rows: Rows, year: int) -> tuple[list[str], list[Mark]]:
    """For `charts.dots`: the units with a figure other than 0 in `year`, and their marks then and the year before."""
    names = [row["unit_name"] for row in rows if row["year"] == year and row["state"] == ValueState.REPORTED]
    marks = []
    for row in rows:
        if row["unit_name"] in names and row["year"] in (year - 1, year):
            cell = unit_cell(row)
            state = ValueState(row["state"])
            marks.append(Mark(row["unit_name"], str(row["year"]), state, row["value"], cell.address, cell.text))
    return names, marks


def units_by_year(
    rows: Rows, cell_of: Callable[[dict[str, Any]], Cell] = unit_cell, *, is_shaded: bool = True
) -> Table:
    """Units down in the order of the rows, years across, shaded by size."""
    years = sorted({row["year"] for row in rows})
    cells = {(row["unit_name"], row["year"]): cell_of(row) for row in rows}
    return _spread(UNITS, years, cells, is_shaded=is_shaded, marks=tuple(edition_edges(years)))


def units_by_item(rows: Rows, label: str) -> Table:
    """Units down, several figures of one year across."""
    return _spread(UNITS, _order(rows, label), {(row["unit_name"], row[label]): unit_cell(row) for row in rows})


def totals_by(rows: Rows, down: str, across: str, corner: str) -> Table:
    """Sums down by one label, across by another (or by year)."""
    return _spread(corner, _order(rows, across), {(row[down], row[across]): total_cell(row) for row in rows})


def totals_list(rows: Rows, label: str, corner: str, column: str) -> Table:
    """Sums one below the other."""
    return Table(corner, (column,), tuple(Row(row[label], (total_cell(row),)) for row in rows))


def _order(rows: Rows, label: str) -> list[Any]:
    return list(dict.fromkeys(row[label] for row in rows))


def _spread(corner: str, columns: Sequence[Any], cells: dict[tuple[str, Any], Cell], **more: Any) -> Table:
    heads = dict.fromkeys(head for head, _ in cells)
    short = short_names(list(heads)) if corner == UNITS else ["" for _ in heads]
    rows = tuple(
        Row(head, tuple(cells.get((head, column), Cell.empty()) for column in columns), short=brief)
        for head, brief in zip(heads, short, strict=True)
    )
    return Table(corner, tuple(str(column) for column in columns), rows, **more)
