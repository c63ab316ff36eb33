"""Counties with next to nothing in them: every page of the menu says in Chinese how things stand and draws no empty chart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from etl.build import build
from etl.paths import County
from tests.counties import report
from tests.e2e.acceptance_help import PLACES, Place
from tests.e2e.conftest import Visit, open_window, serve
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
def window(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Visit]]:
    """A window on each of the two counties, in which one page after the other is opened: a new window for each would fetch
    and compile the frame of the dashboard anew, which takes longer than the page."""
    one = "".join(REGISTER.splitlines(keepends=True)[:2])
    counties = {"sparse": (REGISTER, FILED, (2023, 2024)), "single": (one, FILED[2:], (2024,))}
    with ExitStack() as held:

        @cache
        def at(where: str) -> Visit:
            place = tmp_path_factory.mktemp(where)
            address = held.enter_context(serve(county(place / "county", *counties[where]), place))
            opened = open_window(browser, address)
            held.callback(opened.page.context.close)
            return opened

        yield at


def look(window: Visit, place: Place, asked: str) -> str:
    """What the page says, which is Chinese, whole, and has no chart with nothing in it."""
    window.open(f"{place.path}?{asked}", place.title)
    text = window.prose
    assert window.page.locator("[data-testid=stException]").count() == 0
    assert english(text) == [] and not NEVER_SHOWN.search(text)
    assert "**" not in text, "a sign of Markdown that was meant to be bold"
    assert window.page.evaluate(_EMPTY) == 0
    return text


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.title)
def test_a_county_of_one_unit_and_one_year(place: Place, window: Callable[[str], Visit]):
    look(window("single"), place, "")


@pytest.mark.parametrize("place", _OF_A_SCOPE, ids=lambda place: place.title)
def test_a_scope_of_which_nobody_has_filed(place: Place, window: Callable[[str], Visit]):
    look(window("sparse"), place, "y=2024&s=县直部门")


@pytest.mark.parametrize("place", _OF_A_SCOPE, ids=lambda place: place.title)
def test_a_scope_that_holds_nobody_in_the_year_says_which_year_has_somebody(
    place: Place, window: Callable[[str], Visit]
):
    text = look(window("sparse"), place, "y=2023&s=园区")
    assert "2023 年度的登记表里“园区”里没有单位。请在侧栏换一个年度（有它的年度：2024），或者换范围、单位。" in text
