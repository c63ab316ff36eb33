"""Every kind of error planted, and everything odd that is right: all of the first is found, none of the second flagged.

`uv run pytest -s tests/test_planted.py` prints the table by rule.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pytest

from etl.build import build
from etl.paths import County
from etl.warehouse.read import open_build
from tests.planting.comparison import Comparison, compare, rules_of, table
from tests.planting.county import SUFFIX_OF, PlantedCounty, make

KINDS = 48
TIMES = 5
FALSE_MUST_FIX = 2  # over all reports
# Kinds that no report can be made to carry so that a machine could tell, each with the reason. There may be six.
NOT_CHECKABLE: Mapping[int, str] = {}
ONLY_IN_PAGES = {16}  # a table as a picture: other files of the sample hold no pictures
ONLY_IN_DATED_FILES = {2}  # only pages and texts say when they were published


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("planted")


@pytest.fixture(scope="module")
def county(folder: Path) -> PlantedCounty:
    return make(folder)


@pytest.fixture(scope="module")
def warehouse(folder: Path, county: PlantedCounty) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_build(build(County(folder)).stamp.path) as connection:
        yield connection


@pytest.fixture(scope="module")
def comparison(warehouse: duckdb.DuckDBPyConnection, county: PlantedCounty) -> Comparison:
    return compare(warehouse, county)


def test_every_kind_is_planted_five_times_in_different_units_years_and_layouts(county: PlantedCounty) -> None:
    assert county.without_place == ()
    by_kind = defaultdict(list)
    for plant in county.planted:
        by_kind[plant.kind].append(plant)
    assert len(NOT_CHECKABLE) <= 6
    for kind in set(range(2, KINDS + 1)) - NOT_CHECKABLE.keys():
        plants = by_kind[kind]
        assert len(plants) >= TIMES, kind
        assert len({plant.unit_id for plant in plants}) >= TIMES, kind
        assert len({plant.year for plant in plants}) >= 3, kind
        assert len({plant.layout for plant in plants}) >= 2, kind
        formats = {SUFFIX_OF[plant.layout] for plant in plants}
        assert len(formats) >= (1 if kind in ONLY_IN_PAGES | ONLY_IN_DATED_FILES else 2), (kind, formats)
    assert len({unit for unit, _ in county.not_filed}) >= TIMES
    formats = Counter(SUFFIX_OF[plant.layout] for plant in county.planted)
    assert set(formats) == {"txt", "html", "docx", "xlsx", "pdf"} and min(formats.values()) >= 5, formats


def test_every_rule_finds_an_error_and_has_five_innocent_doubles_to_leave_alone(comparison: Comparison) -> None:
    poor = {
        rule: (counts.found, counts.near)
        for rule, counts in comparison.by_rule.items()
        if not counts.found or counts.near < TIMES
    }
    assert poor == {}


def test_every_kind_of_the_list_has_a_rule(warehouse: duckdb.DuckDBPyConnection) -> None:
    kinds = set().union(*(rule.kinds for rule in rules_of(warehouse).values()))
    assert set(range(1, KINDS + 1)) - NOT_CHECKABLE.keys() <= kinds


def test_every_planted_error_is_found_by_a_rule_of_its_kind_where_it_was_planted(comparison: Comparison) -> None:
    missed = [f"{plant.kind or plant.rule} {plant.path}：{plant.what}" for plant in comparison.missed]
    assert not missed, "\n".join(missed)


def test_hardly_anything_is_told_to_be_wrong_that_is_right(comparison: Comparison) -> None:
    false = [f"{finding.rule} {finding.message}" for finding in comparison.false_at("must_fix")]
    assert len(false) <= FALSE_MUST_FIX, "\n".join(false)


def test_everything_odd_that_is_right_is_left_alone(comparison: Comparison) -> None:
    hit = [f"{finding.rule}（{near.what}）{finding.message}" for near, finding in comparison.hit]
    assert not hit, "\n".join(hit)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_other_counties_of_the_same_kind_are_judged_as_well(tmp_path: Path, seed: int) -> None:
    """So that nobody fits a check to one county."""
    county = make(tmp_path, seed)
    with open_build(build(County(tmp_path)).stamp.path) as connection:
        comparison = compare(connection, county)
    print(f"\n种子 {seed}\n{table(comparison)}")
    found = [f"漏掉 {plant.kind or plant.rule} {plant.path}：{plant.what}" for plant in comparison.missed]
    found += [f"误报 {finding.rule}（{near.what}）{finding.message}" for near, finding in comparison.hit]
    assert not found, "\n".join(found)
    assert len(comparison.false_at("must_fix")) <= FALSE_MUST_FIX


def test_the_same_seed_makes_the_same_county(folder: Path, county: PlantedCounty, tmp_path: Path) -> None:
    assert make(tmp_path) == county
    for path in sorted(tmp_path.rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes(), path


def test_the_table_by_rule(comparison: Comparison, county: PlantedCounty) -> None:
    """Printed, not judged: the tests above judge."""
    print(f"\n{county.files} 份文件，植入 {len(county.planted) + len(county.not_filed)} 处，近似 {len(county.near)} 处")
    print(table(comparison))
    assert comparison.by_rule
