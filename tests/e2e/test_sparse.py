"""Counties with next to nothing in them: every page of the menu says in Chinese how things stand and draws no empty chart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from etl.build import build
from etl.paths import County
from tests.counties import report
from tests.e2e.acceptance_help import PLACES, Place
from tests.e2e.conftest import open_window, serve
from tests.e2e.test_pages import NEVER_SHOWN, english

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.e2e

REGISTER = """unit_id,code,name,aliases,kind,group,valid_from,valid_to,merged_into,due
t01,,青禾县柳堡镇人民政府,柳堡镇,town,乡镇,,,,是
d01,,青禾县教育局,,department,县直部门,,,,是
z01,,青禾县开发区管理委员会,,zone,园区,2024,,,是
"""
FILED = (("青禾县柳堡镇人民政府", 2023), ("青禾县开发区管理委员会", 2024), ("青禾县柳堡镇人民政府", 2024))
# A chart in which nothing but axes was drawn.
_EMPTY = """[...document.querySelectorAll('.js-plotly-plot')].filter(plot =>
    !plot.querySelector('.point, .scatterlayer path, .heatmaplayer image, .sankey, .shapelayer path')).length"""
_OF_A_SCOPE = [place for place in PLACES if place.path not in ("unit", "panorama", "intake", "data", "help")]


def county(root: Path, register: str, filed: tuple[tuple[str, int], ...], collected: tuple[int, ...]) -> Path:
    held = County(root)
    root.mkdir()
    held.units.write_text(register, encoding="utf-8")
    lines = "".join(f"{year},是,\n" for year in collected)
    held.years.write_text(f"year,collected,note\n{lines}", encoding="utf-8")
    for unit, year in filed:
        folder = held.raw / str(year)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{unit}{year}年年报.txt").write_bytes(report(unit, year))
    build(held)
    return root


@pytest.fixture(scope="module")
def sparse(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A department that has never filed, a zone that is not there in 2023."""
    place = tmp_path_factory.mktemp("sparse")
    with serve(county(place / "county", REGISTER, FILED, (2023, 2024)), place) as address:
        yield address


@pytest.fixture(scope="module")
def single(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One unit, one year."""
    place = tmp_path_factory.mktemp("single")
    register = "".join(REGISTER.splitlines(keepends=True)[:2])
    with serve(county(place / "county", register, FILED[2:], (2024,)), place) as address:
        yield address


@pytest.fixture
def look(browser: Browser, request: pytest.FixtureRequest):
    opened = []

    def at(where: str, place: Place, asked: str) -> str:
        window = open_window(browser, request.getfixturevalue(where))
        opened.append(window)
        window.open(f"{place.path}?{asked}", place.title)
        text = window.prose
        assert window.page.locator("[data-testid=stException]").count() == 0
        assert english(text) == [] and not NEVER_SHOWN.search(text)
        assert "**" not in text, "a sign of Markdown that was meant to be bold"
        assert window.page.evaluate(_EMPTY) == 0
        return text

    yield at
    for window in opened:
        window.page.context.close()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.title)
def test_a_county_of_one_unit_and_one_year(place: Place, look):
    look("single", place, "")


@pytest.mark.parametrize("place", _OF_A_SCOPE, ids=lambda place: place.title)
def test_a_scope_of_which_nobody_has_filed(place: Place, look):
    look("sparse", place, "y=2024&s=县直部门")


@pytest.mark.parametrize("place", _OF_A_SCOPE, ids=lambda place: place.title)
def test_a_scope_that_holds_nobody_in_the_year_says_which_year_has_somebody(place: Place, look):
    text = look("sparse", place, "y=2023&s=园区")
    assert "2023 年度的登记表里“园区”里没有单位。请在侧栏换一个年度（有它的年度：2024），或者换范围、单位。" in text
