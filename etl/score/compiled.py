"""Rubric → the temporary tables that points.sql works on: every figure once, every curve as items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa

from etl.check import load_rules
from etl.form import load_forms
from etl.measure import MeasureKind, load_measures
from etl.score.load import LAST_REPORT
from etl.score.model import Condition, Curve, Figure, Indicator, Item, Role, Rubric, Source
from etl.score.observed import load_observed

_POINTS, _VALUE = pa.decimal128(11, 2), pa.decimal128(15, 6)
_TEXTS = pa.list_(pa.string())
_COLUMNS: dict[str, dict[str, pa.DataType]] = {
    "rubric_group": {
        "position": pa.int32(), "name": pa.string(), "kinds": _TEXTS, "groups": _TEXTS, "units": _TEXTS,
    },
    "rubric_indicator": {
        "position": pa.int32(), "role": pa.string(), "dimension": pa.string(), "dimension_name": pa.string(),
        "indicator": pa.string(), "indicator_name": pa.string(), "curve": pa.string(), "full": _POINTS,
        "policy": pa.string(), "ask": pa.bool_(), "groups": _TEXTS, "needs_last": pa.bool_(), "tables": _TEXTS,
        "exposure": pa.int32(), "small_n": pa.int32(), "worst_grade": pa.int32(), "items": pa.int32(),
    },
    "rubric_item": {
        "position": pa.int32(), "item": pa.int32(), "mode": pa.string(), "points": _POINTS, "most": _POINTS,
        "figure": pa.int32(), "full_at": _VALUE, "words": pa.string(),
    },
    "rubric_condition": {
        "position": pa.int32(), "item": pa.int32(), "n": pa.int32(), "figure": pa.int32(), "compare": pa.string(),
        "bound": _VALUE,
    },
    "rubric_band": {
        "position": pa.int32(), "n": pa.int32(), "points": _POINTS, "at_least": _VALUE, "under": _VALUE,
        "at_most": _VALUE, "or_count": _VALUE, "words": pa.string(),
    },
    "rubric_figure": {
        "figure": pa.int32(), "source": pa.string(), "subject": pa.string(), "name": pa.string(), "unit": pa.string(),
        "cells": _TEXTS, "severities": _TEXTS, "glob": pa.string(), "except_glob": pa.string(), "place": pa.string(), "found": pa.string(),
        "count": pa.string(),
    },
    "rubric_rule": {"figure": pa.int32(), "rule": pa.string()},
    "rubric_measure": {
        "figure": pa.int32(), "n": pa.int32(), "part": pa.string(), "measure": pa.string(), "lead": pa.string(),
    },
    "rubric_not_for": {"figure": pa.int32(), "form": pa.string()},
    "rubric_table": {"table": pa.string(), "label": pa.string(), "cell": pa.string()},
}  # fmt: skip


@dataclass(slots=True)
class Compiled:
    """The rows of a rubric, and its figures by number."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in _COLUMNS})
    figures: dict[Figure, int] = field(default_factory=dict)

    def figure(self, figure: Figure) -> int:
        """The number of a figure; equal figures are worked out once."""
        if figure not in self.figures:
            self.figures[figure] = len(self.figures) + 1
            self._add_figure(self.figures[figure], figure)
        return self.figures[figure]

    def _add_figure(self, number: int, figure: Figure) -> None:
        name, unit = _named(figure)
        cells = _cells((*figure.ids, *figure.of)) if figure.source is Source.MEASURE else []
        self.rows["rubric_figure"].append({
            "figure": number, "source": figure.source, "subject": "、".join(figure.ids), "name": name, "unit": unit,
            "cells": cells, "severities": list(figure.severities), "glob": figure.cells,
            "except_glob": figure.except_cells, "place": figure.where, "found": figure.found, "count": figure.count,
        })  # fmt: skip
        if figure.source is Source.RULE:
            rules = load_rules()
            forms = {form for rule in figure.ids for form in rules[rule].forms}
            self.rows["rubric_rule"] += [{"figure": number, "rule": rule} for rule in figure.ids]
            self.rows["rubric_not_for"] += [
                {"figure": number, "form": form} for form in ("", *load_forms()) if form not in forms
            ]
        if figure.source is Source.MEASURE:
            parts = [("sum", each) for each in figure.ids] + [("of", each) for each in figure.of]
            leads = ["", *[" ＋ "] * (len(figure.ids) - 1), " ÷ ", *[" ＋ "] * len(figure.of)]
            self.rows["rubric_measure"] += [
                {"figure": number, "n": n, "part": part, "measure": measure, "lead": leads[n - 1]}
                for n, (part, measure) in enumerate(parts, start=1)
            ]


def compiled(rubric: Rubric) -> Compiled:
    """The whole rubric as rows."""
    made = Compiled()
    made.rows["rubric_group"] = [
        {"position": n, "name": each.name, "kinds": list(each.kinds), "groups": list(each.groups), "units": list(each.units)}
        for n, each in enumerate(rubric.groups, start=1)
    ]  # fmt: skip
    grades = [grade.name for grade in rubric.grades]
    for position, (role, dimension, each) in enumerate(rubric.every(), start=1):
        items = _items(each)
        exposure = made.figure(Figure(Source.MEASURE, each.exposure.measures)) if each.exposure else None
        made.rows["rubric_indicator"].append({
            "position": position, "role": role, "dimension": dimension.id if dimension else "",
            "dimension_name": dimension.name if dimension else "", "indicator": each.id, "indicator_name": each.name,
            "curve": each.curve, "full": each.points, "policy": each.not_assessable, "ask": each.ask,
            "groups": list(each.groups), "needs_last": LAST_REPORT in each.needs,
            "tables": [need for need in each.needs if need != LAST_REPORT], "exposure": exposure,
            "small_n": each.exposure.small_n if each.exposure else 0,
            "worst_grade": grades.index(each.at_best) + 1 if role is Role.VETO else None, "items": len(items),
        })  # fmt: skip
        for n, item in enumerate(items, start=1):
            _add_item(made, position, n, item, each)
    _add_tables(made, rubric)
    return made


def _items(indicator: Indicator) -> tuple[Item, ...]:
    """A curve of one figure is an indicator of one item."""
    if indicator.figure is None:
        return indicator.items
    return (Item(indicator.points, indicator.figure, indicator.test, indicator.also),)


def _add_item(made: Compiled, position: int, n: int, item: Item, indicator: Indicator) -> None:
    mode = {Curve.SHARE: "share", Curve.BANDS: "band"}.get(indicator.curve, "once" if item.test else "each")
    made.rows["rubric_item"].append({
        "position": position, "item": n, "mode": mode, "points": item.points, "most": item.most,
        "figure": made.figure(item.figure), "full_at": indicator.full_at, "words": item.words,
    })  # fmt: skip
    tests = (Condition(item.figure, item.test), *item.also) if item.test else item.also
    made.rows["rubric_condition"] += [
        {
            "position": position, "item": n, "n": m, "figure": made.figure(each.figure), "compare": each.test.compare,
            "bound": each.test.bound,
        }
        for m, each in enumerate(tests, start=1)
    ]  # fmt: skip
    made.rows["rubric_band"] += [
        {
            "position": position, "n": m, "points": band.points, "at_least": band.at_least, "under": band.under,
            "at_most": band.at_most, "or_count": band.or_count, "words": band.words,
        }
        for m, band in enumerate(indicator.bands, start=1)
    ]  # fmt: skip


def _add_tables(made: Compiled, rubric: Rubric) -> None:
    """Of each table that some indicator needs the cells that tell whether it was read: its totals, or else all."""
    needed = {need for _, _, each in rubric.every() for need in each.needs if need != LAST_REPORT}
    for form in load_forms().values():
        for table in sorted(needed):
            cells = [cell for cell in form.cells if cell.table == table]
            totals = [cell for cell in cells if cell.is_total] or cells
            made.rows["rubric_table"] += [
                {"table": table, "label": cell.table_label, "cell": cell.id} for cell in totals
            ]


def _named(figure: Figure) -> tuple[str, str]:
    """What a figure is called, and what it is counted in."""
    if figure.source is Source.OBSERVED:
        observed = load_observed()[figure.ids[0]]
        return observed.name, observed.unit
    if figure.source is Source.RULE:
        return "、".join(f"{load_rules()[each].title}（{each}）" for each in figure.ids), "处"
    if figure.source is Source.SAID:
        return f"第{'、'.join(figure.sections)}部分写有“{figure.ids[0]}”", ""
    return "、".join(load_measures()[each].name for each in figure.ids), load_measures()[figure.ids[0]].unit


def _cells(measures: Iterable[str]) -> list[str]:
    """The cells that measures are made of, each once; [] for figures of the prose."""
    found: dict[str, None] = {}
    for name in measures:
        measure = load_measures()[name]
        if measure.kind is not MeasureKind.CLAIM:
            found |= dict.fromkeys((*(measure.cells or (measure.id,)), *measure.of))
    return list(found)


def load_tables(connection: duckdb.DuckDBPyConnection, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Make the temporary tables, also those without rows."""
    for name, columns in _COLUMNS.items():
        put_table(connection, name, rows[name], columns)


def put_table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    rows: Sequence[Mapping[str, Any]],
    columns: Mapping[str, pa.DataType],
) -> None:
    """One temporary table of these rows."""
    table = pa.Table.from_pylist([dict(row) for row in rows], schema=pa.schema(list(columns.items())))
    connection.register("incoming", table)
    try:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM incoming")
    finally:
        connection.unregister("incoming")
