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
INSERT INTO figure_value
SELECT $figure, file_id, value::DECIMAL(20, 6), of_value::DECIMAL(20, 6), FALSE,
    coalesce(told, $name || ' ' || figure_text(value) || coalesce(' ÷ ' || figure_text(of_value), $unit))
FROM (
    SELECT * FROM ({sql})
    UNION ALL BY NAME
    SELECT NULL::DECIMAL(20, 6) AS of_value, NULL::VARCHAR AS told WHERE FALSE
)
"""
# The words of the sections, and the sentence in which they stand; '' where they do not. The pattern is RE2.
_SAID = """
INSERT INTO figure_value
SELECT $figure, file_id, (said <> '')::INTEGER, NULL, FALSE,
    $name || CASE WHEN said <> '' THEN '：“' || trim(said) || '”' ELSE '：没有' END
FROM (
    SELECT r.file_id, max(regexp_extract(s.text, $pattern)) AS said
    FROM scored_report r
    JOIN section s ON s.file_id = r.file_id AND list_contains($sections, s.number)
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
) -> Scores:
    """Points of every unit in these report years, the rubric's own where not given. Only reads the warehouse."""
    totals, reasons, lapsed = counted(connection, rubric, manual or Manual(), [rubric.year] if years is None else years)
    return Scores(totals.run(connection).to_arrow_table(), reasons.run(connection).to_arrow_table(), lapsed)


def counted(
    connection: duckdb.DuckDBPyConnection, rubric: Rubric, manual: Manual, years: Sequence[int]
) -> tuple[Statement, Statement, tuple[ManualPoints, ...]]:
    """Work everything out in temporary tables; what is left to ask are the totals and the reasons."""
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
    points, reasons, totals = counting(rubric)
    for each in points:
        each.run(connection)
    return totals, reasons, lapsed


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL, and those of the parameters that it names."""

    sql: str
    parameters: Mapping[str, Any]

    def run(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        return connection.execute(self.sql, dict(self.parameters) or None)


def counting(rubric: Rubric) -> tuple[tuple[Statement, ...], Statement, Statement]:
    """What makes points of the figures, and the two questions for their reasons and for the totals."""
    sha = sha256_of(rubric)
    most = [part.most if part else Decimal(0) for part in (rubric.bonus, rubric.penalty)]
    (reasons,) = statements("reasons.sql", sha=sha)
    (totals,) = statements(
        "totals.sql", sha=sha, title=rubric.title, is_example=rubric.is_example, full=rubric.full, cap=str(rubric.cap),
        most_bonus=most[0], most_penalty=most[1], bounds=[grade.at_least for grade in rubric.grades],
        grades=[grade.name for grade in rubric.grades],
    )  # fmt: skip
    return statements("points.sql", cap=str(rubric.cap)), reasons, totals


def statements(name: str, **parameters: Any) -> tuple[Statement, ...]:
    """Every statement of a file, without its comments."""
    found = []
    for statement in (_HERE / name).read_text(encoding="utf-8").split(";\n"):
        bare = "\n".join(line.split("--", 1)[0] for line in statement.split("\n"))
        found.append(Statement(bare, {key: value for key, value in parameters.items() if f"${key}" in bare}))
    return tuple(found)


def _look(connection: duckdb.DuckDBPyConnection, made: Compiled) -> None:
    """The figures that are seen in the reports themselves: each has a statement of its own."""
    for figure, number in made.figures.items():
        if figure.source is Source.OBSERVED:
            observed = load_observed()[figure.ids[0]]
            connection.execute(
                _OBSERVED.format(sql=observed.sql),
                {"figure": number, "name": observed.name, "unit": f" {observed.unit}"},
            )
        elif figure.source is Source.SAID:
            connection.execute(_SAID, _said(number, figure))


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
