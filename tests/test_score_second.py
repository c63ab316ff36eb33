"""Every point of the example rubric, in every year and in both forms, against a second reckoning in plain Python."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from etl.build import build
from etl.paths import County
from etl.sample import make_county
from etl.score.load import EXAMPLES
from tests.independent_points import FULL, Points

YEARS = range(2019, 2026)  # two of the form of 2019, five of that of 2021, with one report of the former form in 2024
OPEN = "manual_open"
CONSTANT = {"C4", "E2"}  # full for everybody in this county


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """青禾县, every year of it under the example rubric; as text, which is read fastest."""
    root = tmp_path_factory.mktemp("county")
    make_county(root, years=YEARS, formats=("txt",))
    county = County(root)
    county.rubrics.mkdir(exist_ok=True)
    example = (EXAMPLES / "annual_report.yaml").read_text(encoding="utf-8")
    assert example.count("\nyear: 2024\n") == 1
    for year in YEARS:
        issued = example.replace("\nyear: 2024\n", f"\nyear: {year}\n")
        (county.rubrics / f"{year}.yaml").write_text(issued, encoding="utf-8")
    return build(county).stamp.path


def test_every_point_and_grade_of_every_year_is_the_one_that_the_report_gives(made: Path) -> None:
    points = Points(made)
    with duckdb.connect(str(made), read_only=True) as held:
        lines = held.sql(
            "SELECT unit_id, year, indicator, state, points FROM score_reason WHERE item = 0 AND role = 'main'"
        ).fetchall()
        totals = held.sql("SELECT unit_id, year, points, highest, grade FROM score WHERE status = 'scored'").fetchall()
    told = {(unit, year, name): None if state == OPEN else value for unit, year, name, state, value in lines}
    reckoned = {(unit, year): points.of(unit, year) for year in YEARS for unit in points.units(year)}
    expected = {(*at, name): value for at, score in reckoned.items() if score for name, value in score.lines.items()}
    differ = {at: (told.get(at), expected.get(at)) for at in {*told, *expected} if told.get(at) != expected.get(at)}
    assert differ == {} and told.keys() == expected.keys()
    whole = {at: (s.points, s.highest, None if "～" in s.grade else s.grade) for at, s in reckoned.items() if s}
    assert {(unit, year): tuple(rest) for unit, year, *rest in totals} == whole
    worth: dict[str, set[Decimal | None]] = {name: set() for name in FULL}
    for (_, _, name), value in expected.items():
        worth[name].add(value)
    assert {name for name, values in worth.items() if len(values) == 1} == CONSTANT
    assert {form for _, form, _ in points.reckoner.filed.values()} == {"2019", "2021"}
