"""From two years or several units to what is shown of their difference: lines of a chart, cells of a table, words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dashboard import fee_doubts
from dashboard.charts import Mark
from dashboard.charts_compare import Ends
from dashboard.figures import Rows, lack_name, total_cell, unit_cell
from dashboard.filters import events_by_year
from dashboard.grid import Cell, Row, Table
from dashboard.states import ValueState, as_decimal, percent, write_number

_LEAST_UNITS = 5  # of which a change is told in percent; fewer have no middle figure either
_LEAST_BASE = 10  # an increase over less than this is told as a number, never in percent
NO_DIFFERENCE = "—"
_NOT_THERE = "有一年没有这一家"
_FEW = "件数太少"
# Long heads: on a phone a column is as wide as its head.
CHANGE, STANDING = "增减（百分比）", "可比（或原因）"
AMONG = "两年都有数的，及其合计"


def write_change(change: object, base: object, is_rough: bool = False) -> str:
    """A difference with its sign and, where the base is large enough, in percent: +30（+12.5%）, −2, 0."""
    number, start = as_decimal(change), as_decimal(base)
    if number is None:
        return NO_DIFFERENCE
    text = _signed(number, write_number(abs(number)))
    if number and start is not None and start >= _LEAST_BASE:
        share = percent(abs(number / start))
        text += "" if share == "0.0%" else f"（{_signed(number, share)}）"
    return ("约" if is_rough and number else "") + text


def write_points(change: float | None) -> str:
    """The difference of two shares, half upwards like a share itself: +5.0 个百分点."""
    if change is None:
        return NO_DIFFERENCE
    exact = Decimal(f"{change:.12f}")  # one share less another bears the dust of both: 0.06249999999999999
    points = (exact * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if not points:
        return "不到 0.1 个百分点" if change else "0 个百分点"
    return f"{_signed(points, str(abs(points)))} 个百分点"


def _signed(number: Decimal, text: str) -> str:
    return f"+{text}" if number > 0 else f"−{text}" if number < 0 else text


def change_of(pair: Mapping[str, Any]) -> str:
    """The difference of a row of measure_pair or measure_pair_total, in words; — where there is none."""
    if fee_doubts.is_marked(pair):
        return NO_DIFFERENCE
    if pair["kind"] == "share":
        return write_points(pair["share_difference"])
    rough = pair["approximate"] or pair.get("base_approximate")
    return write_change(pair["difference"], pair["base_value"], bool(rough))


def standing(pair: Mapping[str, Any]) -> str:
    """Whether the two years of a unit may be compared, and if not, why: for the column 可比."""
    if fee_doubts.is_marked(pair):
        return f"{fee_doubts.TOLD}，请先核对"
    if pair["comparable"] == "yes":
        told = "可比，改版前后同一项" if pair["is_other_form"] and pair["kind"] != "claim" else "可比"
        return told + ("，请核对" if pair["is_questioned"] else "")
    if pair["comparable"] == "few":
        return _FEW
    ends = ((pair["base_year"], ValueState(pair["base_state"])), (pair["year"], ValueState(pair["state"])))
    if pair["comparable"] == "no_such_item":
        years = [str(year) for year, state in ends if state is ValueState.NOT_COMPARABLE]
        return f"不可比，{'、'.join(years)} 的表没有这项"
    return "、".join(f"{year} {lack_name({**pair, 'state': state})}" for year, state in ends if not state.has_value)


def difference_of(pair: Mapping[str, Any]) -> Any:
    return pair["share_difference"] if pair["kind"] == "share" else pair["difference"]


def change_cell(pair: Mapping[str, Any]) -> Cell:
    """The difference for a table; its note says why there is none."""
    change = None if fee_doubts.is_marked(pair) else difference_of(pair)
    state = ValueState.NOT_COMPARABLE if pair.get("comparable") == "no_such_item" else None
    note = standing(pair) if "comparable" in pair else ""
    return Cell(change_of(pair), state if change is None else None, value=as_decimal(change), note=note)


def ends_of(
    unit_id: str,
    name: str,
    pair: Mapping[str, Any] | None,
    figures: Mapping[Any, Mapping[str, Any]],
    years: tuple[int, int],
) -> Ends:
    """A line of a chart: `figures` by unit and year, from measure_figure; a unit that one of the years did not have has
    no pair."""
    rows = [figures.get((unit_id, year)) for year in years]
    first, last = (_mark(row) for row in rows)
    missing = [f"{year} {_lack(row)}" for year, row, mark in zip(years, rows, (first, last), strict=True) if not mark]
    return Ends(name, first, last, f"（{'，'.join(missing)}）" if missing or pair is None else change_of(pair))


def _lack(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "没有这一家"
    if not ValueState(row["state"]).has_value:
        return lack_name(row)
    return fee_doubts.TOLD if fee_doubts.is_marked(row) else _FEW


def _mark(row: Mapping[str, Any] | None) -> Mark | None:
    """The figure as a point; a share stands at its percentage, and where it is too few to have one, nowhere."""
    value = _size(row) if row else None
    if row is None or value is None:
        return None
    cell = unit_cell(dict(row))
    return Mark(row["unit_name"], str(row["year"]), ValueState(row["state"]), value, cell.address, cell.text)


def difference_table(
    lines: Mapping[str, Ends], pairs: Mapping[str, Any], figures: Mapping[Any, Any], names: Mapping[str, str],
    years: tuple[int, int],
) -> Table:  # fmt: skip
    """One measure: units down, both years, the difference, and whether they can be compared."""
    rows = []
    for unit in lines:
        pair = pairs.get(unit)
        change = change_cell(pair) if pair else Cell(NO_DIFFERENCE, note=_NOT_THERE)
        told = standing(pair) if pair else lines[unit].told.strip("（）")
        rows.append(Row(names[unit], (*(_cell(figures.get((unit, year))) for year in years), change, Cell(told))))
    return Table("单位", (*(f"{year} 年度" for year in years), CHANGE, STANDING), tuple(rows))


def why_not_drawn(lines: Sequence[Ends]) -> dict[str, list[str]]:
    """The units without a mark, by what explains it."""
    found: dict[str, list[str]] = {}
    for line in lines:
        found.setdefault("两年都是 0" if line.marks else line.told.strip("（）"), []).append(line.name)
    return found


def events_of(events: Rows, scopes: Collection[str]) -> dict[int, str]:
    """What happened to these ("" is everybody), by year."""
    return events_by_year(event for event in events if event["scope"] in scopes)


def two_year_table(units: Sequence[tuple[str, str]], pairs: Rows, figures: Rows, years: tuple[int, int]) -> Table:
    """Measures down; of each unit (id, short name) both years and the difference, then whether they can be compared."""
    held = {(row["unit_id"], row["measure"], row["year"]): row for row in figures}
    of = {(row["unit_id"], row["measure"]): row for row in pairs}
    columns = [
        column
        for _, name in units
        for column in ((*(f"{year} 年度" for year in years), CHANGE) if len(units) == 1
                       else (*(f"{name} {year}" for year in years), f"{name}{CHANGE}"))
    ]  # fmt: skip
    rows = []
    for measure in {row["measure"]: row for row in figures}.values():
        item = measure["measure"]
        cells: list[Cell] = []
        for unit, _ in units:
            cells += [_cell(held.get((unit, item, year))) for year in years]
            cells.append(change_cell(of[unit, item]) if (unit, item) in of else Cell(NO_DIFFERENCE, note=_NOT_THERE))
        rows.append(Row(head(measure), (*cells, Cell(together([of.get((unit, item)) for unit, _ in units])))))
    return Table("指标", (*columns, STANDING), tuple(rows), is_whole=True)


def together(pairs: Sequence[Mapping[str, Any] | None]) -> str:
    """The column 可比 over several units: one word where all stand alike, else how many stand how."""
    found = Counter(standing(pair) if pair else _NOT_THERE for pair in pairs)
    return next(iter(found)) if len(found) == 1 else "；".join(f"{told} {count} 家" for told, count in found.items())


def unit_table(units: Sequence[tuple[str, str]], figures: Rows, year: int) -> Table:
    """Measures down, units across in one year, how far apart they are, and who has no figure."""
    held = {(row["unit_id"], row["measure"]): row for row in figures if row["year"] == year}
    rows = []
    for measure in {row["measure"]: row for row in figures}.values():
        across = [held.get((unit, measure["measure"])) for unit, _ in units]
        cells = [_cell(row) for row in across]
        rows.append(Row(head(measure), (*cells, _apart(across), Cell(_who_lacks(across)))))
    return Table("指标", (*(name for _, name in units), "最多相差", STANDING), tuple(rows), is_whole=True)


def _size(row: Mapping[str, Any]) -> Any:
    """What is compared of a figure: the share itself, where there is one; None where there is nothing to compare."""
    if fee_doubts.is_marked(row):
        return None
    return (row["share"] if row["kind"] == "share" else row["value"]) if ValueState(row["state"]).has_value else None


def _apart(across: Sequence[Mapping[str, Any] | None]) -> Cell:
    """The largest figure less the smallest, without saying whose they are."""
    rows = [row for row in across if row is not None and _size(row) is not None]
    if len(rows) < 2:
        return Cell(NO_DIFFERENCE, note="有数的不足两家")
    gap = max(_size(row) for row in rows) - min(_size(row) for row in rows)
    rough = "约" if any(row["approximate"] for row in rows) and gap else ""
    text = write_points(gap).lstrip("+") if rows[0]["kind"] == "share" else rough + write_number(gap)
    return Cell(text, value=as_decimal(gap))


def _who_lacks(rows: Sequence[Mapping[str, Any] | None]) -> str:
    lacks = Counter(_lack(row) for row in rows if row is None or _size(row) is None)
    return "；".join(f"{told} {count} 家" for told, count in lacks.items()) or "可比"


def total_table(totals: Rows, pairs: Rows, years: tuple[int, int], doubts: list[dict[str, Any]]) -> Table:
    """Measures down; the sums of a scope in both years, then who has both years, what these alone come to, and their
    difference. A sum without the fees in doubt bears a star; the pairs come without them already."""
    held = {(row["measure"], row["year"]): row for row in totals}
    of = {row["measure"]: row for row in pairs}
    rows = []
    for measure in {row["measure"]: row for row in totals}.values():
        item = measure["measure"]
        pair, mine = of.get(item), [held.get((item, year)) for year in years]
        sums = [_sum_cell(row, doubts) if row else Cell.empty() for row in mine]
        is_whole = all(row and pair and _counted(row, doubts) == pair["both_units"] for row in mine)
        change = _change_among(pair) if pair and pair["both_units"] else Cell(NO_DIFFERENCE)
        rows.append(Row(head(measure), (*sums, Cell(total_standing(pair, held, years, is_whole=is_whole)), change)))
    return Table("指标", (*(f"{year} 年度合计" for year in years), AMONG, CHANGE), tuple(rows), is_whole=True)


def _change_among(pair: Mapping[str, Any]) -> Cell:
    """In percent only where enough units have both years: of one or two it would be theirs and not the scope's."""
    is_told_in_percent = pair["both_units"] >= _LEAST_UNITS
    return change_cell(pair if is_told_in_percent else {**pair, "base_value": None})


def _sum_cell(total: dict[str, Any], doubts: list[dict[str, Any]]) -> Cell:
    cell, aside = total_cell(total), fee_doubts.beside(total, doubts)
    if aside is None:
        return cell
    rest = as_decimal(aside.rest) if _counted(total, doubts) else None
    return replace(
        cell,
        text=f"{'先核对' if rest is None else write_number(rest)}＊",
        value=rest,
        note=fee_doubts.told(total, aside),
    )


def _counted(total: Mapping[str, Any], doubts: list[dict[str, Any]]) -> int:
    aside = fee_doubts.beside(total, doubts)
    return total["counted"] - (aside.units if aside else 0)


def total_standing(
    pair: Mapping[str, Any] | None,
    held: Mapping[Any, Mapping[str, Any]],
    years: tuple[int, int],
    *,
    is_whole: bool,
) -> str:
    """Of whom the difference of a scope is made and what they come to in both years, or why there is none. The two sums
    are left out where they are those beside it, because the same units are in all (`is_whole`)."""
    if pair is None:
        return "0 家"
    if pair["both_units"]:
        sums = "" if is_whole else f"：{_of_those(pair, 'base_')} → {_of_those(pair, '')}"
        few = f"，{_FEW}" if pair["kind"] == "share" and pair["share_difference"] is None else ""
        doubt = f"，{pair['questioned']} 家请核对" if pair["questioned"] else ""
        return f"{pair['both_units']} 家{sums}{few}{doubt}"
    without = [year for year in years if held[pair["measure"], year]["not_comparable"]] if pair["no_such_item"] else []
    if without:
        return f"不可比，{'、'.join(map(str, without))} 的表没有这项"
    return "0 家"


def _of_those(pair: Mapping[str, Any], which: str) -> str:
    """What the units with both years come to in one of them; of a share its two counts."""
    value = write_number(pair[f"{which}value"])
    return f"{value}/{write_number(pair[f'{which}of_value'])}" if pair["kind"] == "share" else value


def _cell(row: Mapping[str, Any] | None) -> Cell:
    return Cell.empty() if row is None else unit_cell(dict(row))


def head(row: Mapping[str, Any]) -> str:
    """A measure by name, with 正文 and its counter."""
    signs = ["正文"] if row["kind"] == "claim" else []
    signs += [row["counter"]] if row["kind"] != "share" else []
    return row["name"] + (f"（{'，'.join(signs)}）" if signs else "")
