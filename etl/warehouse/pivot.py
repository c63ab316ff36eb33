"""One measure of one scope, set out by properties of its lines: added up, by its middle figure, or as a number of units.

Only a figure is added up or stands in a middle: a blank, a slash or a missing report is no zero. A share is sum over
sum. Years are never added up: where the year is no property asked for, only one year is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Any

import duckdb

FEWEST = 5  # units in a middle figure, as in the view measure_median
FIGURES = ("reported", "zero")  # the states that have a value


class Aggregate(StrEnum):
    """What becomes of the lines that fall together."""

    SUM = "sum"
    MEDIAN = "median"
    UNITS = "units"


class By(StrEnum):
    """A property of a line of measure_figure."""

    UNIT = "unit"
    GROUP = "group"
    KIND = "kind"
    YEAR = "year"
    STATE = "state"


_LABEL: Mapping[By, str] = {
    By.UNIT: "f.unit_name", By.GROUP: 'f."group"', By.KIND: "u.kind_label", By.YEAR: "f.year::VARCHAR", By.STATE: "f.state",
}  # fmt: skip
_PLACE = {By.YEAR: "f.year", By.STATE: "0"}  # elsewhere the order of the register


@dataclass(frozen=True, slots=True)
class Pivot:
    """`across` None: one column. `states` are those that make a unit count; they say nothing to a sum or a middle.

    Raises ValueError for one property twice, a middle of single units, or states told apart elsewhere than in a count.
    """

    measure: str
    scope: str
    year: int
    down: By
    across: By | None
    aggregate: Aggregate
    states: tuple[str, ...] = FIGURES

    def __post_init__(self) -> None:
        if self.down is self.across:
            raise ValueError("行和列不能是同一项。请换一项。")
        if self.aggregate is Aggregate.MEDIAN and By.UNIT in self.by:
            raise ValueError("中位数是许多家的，不能按单位分开。请把单位换成别的。")
        if self.aggregate is not Aggregate.UNITS and By.STATE in self.by:
            raise ValueError("没有数的状态只能数家数。请把聚合换成家数。")

    @property
    def by(self) -> tuple[By, ...]:
        return (self.down,) if self.across is None else (self.down, self.across)


def pivot(cursor: duckdb.DuckDBPyConnection, asked: Pivot) -> list[dict[str, Any]]:
    """One line for each place of the table and for each total: `down` and `across` are None where they are summed over.

    Beside `value`, `of_value` and `share` each line says how many units are `counted` in it and, as measure_total does,
    how many are not and why. `value` is None where nobody is counted, and in a middle of fewer than FEWEST units.
    `unit_id`, `state` and `raw` are those of a single unit, else None.
    """
    parameters = {
        "measure": asked.measure, "scope": asked.scope, "year": asked.year, "states": list(asked.states), "fewest": FEWEST,
    }  # fmt: skip
    sql = _statement(asked)
    return cursor.sql(sql, params={key: value for key, value in parameters.items() if f"${key}" in sql}).pl().to_dicts()


def _statement(asked: Pivot) -> str:
    down, across = (_LABEL[by] if by else "NULL::VARCHAR" for by in (asked.down, asked.across))
    places = (_PLACE.get(by, "f.position") if by else "0" for by in (asked.down, asked.across))
    down_place, across_place = places
    sets = ", ".join(f"({', '.join(names)})" for names in _sets(asked))
    one_year = "" if By.YEAR in asked.by else "AND f.year = $year"
    return f"""
        WITH line AS (
            SELECT {down} AS down, {across} AS across, {down_place} AS down_place, {across_place} AS across_place,
                f.kind, f.smallest_n, f.unit_id, f.state, f.value, f.of_value, f.share, f.raw, f.is_due,
                f.state IN ('reported', 'zero') AS is_figure, f.approximate
            FROM scope_measure f
            JOIN unit u ON u.unit_id = f.unit_id
            WHERE f.scope = $scope AND f.measure = $measure {one_year}
        ),
        held AS (
            SELECT down, across, grouping(down) = 1 AS is_down_total, grouping(across) = 1 AS is_across_total,
                min(down_place) AS down_place, min(across_place) AS across_place,
                any_value(kind) AS kind, any_value(smallest_n) AS smallest_n, count(*) AS units,
                {_counted(asked.aggregate)} AS counted,
                {_value(asked.aggregate)},
                CASE WHEN count(*) = 1 THEN any_value(unit_id) END AS unit_id,
                CASE WHEN count(*) = 1 THEN any_value(state) END AS state,
                CASE WHEN count(*) = 1 THEN any_value(raw) END AS raw,
                count(*) FILTER (is_figure AND approximate) AS approximate,
                count(*) FILTER (state = 'reported') AS reported,
                count(*) FILTER (state = 'zero') AS zero,
                count(*) FILTER (state = 'blank') AS blank,
                count(*) FILTER (state = 'slash') AS slash,
                count(*) FILTER (state = 'not_filed') AS not_filed,
                count(*) FILTER (state = 'unreadable') AS unreadable,
                count(*) FILTER (state = 'not_comparable') AS not_comparable,
                count(*) FILTER (state = 'not_collected' AND is_due) AS not_collected
            FROM line
            GROUP BY GROUPING SETS ({sets})
        )
        SELECT * REPLACE (
            {"CASE WHEN counted >= $fewest THEN value END" if asked.aggregate is Aggregate.MEDIAN else "value"} AS value,
            {_share(asked.aggregate)} AS share
        ), not_filed + unreadable + not_collected = 0 AS is_complete
        FROM held
        WHERE units > 0
        ORDER BY is_down_total, down_place, down, is_across_total, across_place, across"""


def _sets(asked: Pivot) -> list[tuple[str, ...]]:
    """Every choice of the two to keep apart, but for those that would add years up."""
    chosen = [each for size in range(len(asked.by), -1, -1) for each in combinations(asked.by, size)]
    kept = [each for each in chosen if By.YEAR not in asked.by or By.YEAR in each]
    one_column = () if asked.across else ("across",)
    return [(*("down" if by is asked.down else "across" for by in each), *one_column) for each in kept]


def _counted(aggregate: Aggregate) -> str:
    if aggregate is Aggregate.UNITS:  # nobody waits for a unit that need not file
        return "count(*) FILTER (list_contains($states, state) AND (state <> 'not_collected' OR is_due))"
    if aggregate is Aggregate.MEDIAN:  # of a share each unit's own share, where it has one
        return "count(*) FILTER (CASE WHEN kind = 'share' THEN share IS NOT NULL ELSE is_figure END)"
    return "count(*) FILTER (is_figure)"


def _value(aggregate: Aggregate) -> str:
    if aggregate is Aggregate.UNITS:
        return "NULL::DECIMAL(38, 6) AS value, NULL::DECIMAL(38, 6) AS of_value, NULL::DOUBLE AS share"
    if aggregate is Aggregate.MEDIAN:
        return """median(value) FILTER (is_figure AND kind <> 'share') AS value, NULL::DECIMAL(38, 6) AS of_value,
                  median(share) FILTER (kind = 'share') AS share"""
    return """sum(value) FILTER (is_figure) AS value, sum(of_value) FILTER (is_figure) AS of_value, NULL::DOUBLE AS share"""


def _share(aggregate: Aggregate) -> str:
    if aggregate is Aggregate.MEDIAN:
        return "CASE WHEN counted >= $fewest THEN share END"
    return """CASE WHEN kind = 'share' AND of_value >= greatest(smallest_n, 1)
              THEN value::DOUBLE / of_value::DOUBLE END"""
