"""A rubric over a warehouse → points with their reasons, all units and years in one pass of SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from etl.score.canonical import sha256_of
from etl.score.compiled import Compiled, compiled, load_tables, put_table
from etl.score.manual import Manual, ManualPoints
from etl.score.model import Figure, Indicator, Role, Rubric, Source
from etl.score.observed import load_observed

_HERE = Path(str(resources.files("etl.score")))
_CENT = Decimal("0.01")
_WAIVED = {"fingerprint": pa.string(), "words": pa.string()}
_MANUAL = {
    "unit_id": pa.string(), "year": pa.int32(), "position": pa.int32(), "points": pa.decimal128(11, 2),
    "words": pa.string(),
}  # fmt: skip
# What a statement does not tell is NULL: of_value where it is no ratio, told where the figure says enough.
_OBSERVED = """
SELECT $figure_{n}, file_id, value::DECIMAL(20, 6), of_value::DECIMAL(20, 6), FALSE,
    coalesce(told, $name_{n} || ' ' || figure_text(value) || coalesce(' ÷ ' || figure_text(of_value), $unit_{n}))
FROM (
    SELECT * FROM ({sql})
    UNION ALL BY NAME
    SELECT NULL::DECIMAL(20, 6) AS of_value, NULL::VARCHAR AS told WHERE FALSE
)
"""
# The words of the sections, and the sentence in which they stand; '' where they do not. The pattern is RE2.
_SAID = """
SELECT $figure_{n}, file_id, (said <> '')::INTEGER, NULL, FALSE,
    $name_{n} || CASE WHEN said <> '' THEN '：“' || trim(said) || '”' ELSE '：没有' END
FROM (
    SELECT r.file_id, max(regexp_extract(s.text, $pattern_{n})) AS said
    FROM scored_report r
    JOIN section s ON s.file_id = r.file_id AND list_contains($sections_{n}, s.number)
    GROUP BY r.file_id
)
"""


@dataclass(frozen=True, slots=True)
class Scores:
    """`score` and `reasons` have the columns of the tables score and score_reason. `lapsed` are decisions that were not
    laid over this rubric: it has no such indicator, or gives it fewer points."""

    score: pa.Table
    reasons: pa.Table
    lapsed: tuple[ManualPoints, ...] = ()


def score(
    connection: duckdb.DuckDBPyConnection,
    rubric: Rubric,
    manual: Manual | None = None,
    years: Sequence[int] | None = None,
    *,
    in_order: bool = True,
) -> Scores:
    """Points of every unit in these report years, the rubric's own where not given. Only reads the warehouse.

    `in_order` False leaves the reasons as they come, for a table that is asked with an ORDER BY: sorting a million of them
    takes a tenth of the whole.
    """
    totals, lapsed = counted(connection, rubric, manual or Manual(), [rubric.year] if years is None else years)
    _, ordered, bare, _ = statements("reasons.sql")
    reasons = (ordered if in_order else bare).rows(connection)
    return Scores(totals.run(connection).to_arrow_table(), _named(reasons, rubric), lapsed)


def counted(
    connection: duckdb.DuckDBPyConnection, rubric: Rubric, manual: Manual, years: Sequence[int]
) -> tuple[Statement, tuple[ManualPoints, ...]]:
    """Work everything out in temporary tables and a view; what is left to ask are the totals and reasons.sql."""
    made = compiled(rubric)
    decided, lapsed = _decided(rubric, manual.points)
    load_tables(connection, made.rows)
    put_table(connection, "score_manual", decided, _MANUAL)
    waived = [
        {"fingerprint": fingerprint, "words": _who(each.why, each.who)} for fingerprint, each in manual.waived.items()
    ]
    put_table(connection, "score_waived", waived, _WAIVED)
    for each in statements("figures.sql", years=list(years)):
        each.run(connection)
    _look(connection, made)
    points, _, totals = counting(rubric)
    for each in points:
        each.run(connection)
    return totals, lapsed


def _named(reasons: pa.Table, rubric: Rubric) -> pa.Table:
    """The reasons with the hash of the rubric and its names for each position, as reasons.sql would put them: over a
    million rows it takes DuckDB a third of the time of all the rest."""
    names = {
        "role": [role.value for role, _, _ in rubric.every()],
        "dimension": [dimension.id if dimension else "" for _, dimension, _ in rubric.every()],
        "dimension_name": [dimension.name if dimension else "" for _, dimension, _ in rubric.every()],
        "indicator": [indicator.id for _, _, indicator in rubric.every()],
        "indicator_name": [indicator.name for _, _, indicator in rubric.every()],
    }
    columns = {name: reasons[name] for name in reasons.column_names}
    first = {name: columns.pop(name) for name in ("year", "unit_id", "position")}
    sha = pa.repeat(pa.scalar(sha256_of(rubric)), reasons.num_rows)
    told = {  # positions count from 1
        name: pa.array(["", *values], pa.string()).take(reasons["position"]) for name, values in names.items()
    }
    return pa.table({"rubric_sha": sha, **first, **told, **columns})


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL, and those of the parameters that it names."""

    sql: str
    parameters: Mapping[str, Any]

    def run(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        return connection.execute(self.sql, dict(self.parameters) or None)

    def rows(self, connection: duckdb.DuckDBPyConnection) -> pa.Table:
        """What it selects, without parameters: so DuckDB makes the columns on every processor."""
        return connection.sql(self.sql).to_arrow_table()


def counting(rubric: Rubric) -> tuple[tuple[Statement, ...], Statement, Statement]:
    """What makes points of the figures, and the two questions for their reasons and for the totals."""
    sha = sha256_of(rubric)
    most = [part.most if part else Decimal(0) for part in (rubric.bonus, rubric.penalty)]
    view, *_, reasons = statements("reasons.sql", sha=sha)
    (totals,) = statements(
        "totals.sql", sha=sha, title=rubric.title, is_example=rubric.is_example, full=rubric.full, cap=str(rubric.cap),
        most_bonus=most[0], most_penalty=most[1], bounds=[grade.at_least for grade in rubric.grades],
        grades=[grade.name for grade in rubric.grades],
    )  # fmt: skip
    return (*statements("points.sql", cap=str(rubric.cap)), view), reasons, totals


def statements(name: str, **parameters: Any) -> tuple[Statement, ...]:
    """Every statement of a file, without its comments."""
    found = []
    for statement in (_HERE / name).read_text(encoding="utf-8").split(";\n"):
        bare = "\n".join(line.split("--", 1)[0] for line in statement.split("\n"))
        found.append(Statement(bare, {key: value for key, value in parameters.items() if f"${key}" in bare}))
    return tuple(found)


def _look(connection: duckdb.DuckDBPyConnection, made: Compiled) -> None:
    """The figures that are seen in the reports themselves. All in one statement: alone, none keeps two processors busy."""
    looks, named = [], dict[str, Any]()
    for figure, n in made.figures.items():
        if figure.source is Source.OBSERVED:
            observed = load_observed()[figure.ids[0]]
            looks.append(_OBSERVED.format(n=n, sql=observed.sql))
            told: dict[str, Any] = {"figure": n, "name": observed.name, "unit": f" {observed.unit}"}
        elif figure.source is Source.SAID:
            looks.append(_SAID.format(n=n))
            told = _said(n, figure)
        else:
            continue
        named |= {f"{key}_{n}": value for key, value in told.items()}
    if looks:
        connection.execute(f"INSERT INTO figure_value {' UNION ALL '.join(f'({each})' for each in looks)}", named)


def _said(number: int, figure: Figure) -> dict[str, Any]:
    pattern = rf"[^。；;\n]*(?:{figure.ids[0]})[^。；;\n]*[。；;]?"
    name = f"第{'、'.join(figure.sections)}部分"
    return {"figure": number, "name": name, "pattern": pattern, "sections": list(figure.sections)}


def _decided(rubric: Rubric, points: Sequence[ManualPoints]) -> tuple[list[dict[str, Any]], tuple[ManualPoints, ...]]:
    """The decisions by position, one a unit, year and indicator, and those that fit nothing of this rubric."""
    known = {indicator.id: (n, role, indicator) for n, (role, _, indicator) in enumerate(rubric.every(), start=1)}
    held: dict[tuple[str, int, int], dict[str, Any]] = {}
    lapsed = []
    for each in points:
        position, role, indicator = known.get(each.indicator, (0, Role.MAIN, None))
        worth = _worth(each, indicator) if indicator else None
        if indicator is None or worth is None:
            lapsed.append(each)
            continue
        key = (each.unit_id, each.year, position)
        row = {
            "unit_id": each.unit_id, "year": each.year, "position": position, "points": worth,
            "words": _who(each.why, each.who),
        }  # fmt: skip
        before = held.get(key)
        if before and role in (Role.BONUS, Role.PENALTY):
            row["points"] = min(before["points"] + worth, indicator.points)
            row["words"] = f"{before['words']}；{row['words']}"
        held[key] = row
    return list(held.values()), tuple(lapsed)


def _worth(said: ManualPoints, indicator: Indicator) -> Decimal | None:
    """What was said, in points to the hundredth, half up; None where it is not within the indicator's points."""
    points = said.points if said.share is None else indicator.points * said.share
    if points is None or not 0 <= points <= indicator.points:
        return None
    return points.quantize(_CENT, ROUND_HALF_UP)


def _who(why: str, who: str) -> str:
    return f"{why}（{who}）" if why else who
