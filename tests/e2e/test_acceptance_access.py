"""Every page of a county of sixty units: in Chinese, from this machine alone, for whoever uses a keyboard or has it read aloud."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fontTools.ttLib import TTFont

from dashboard import APP
from tests.e2e import reading
from tests.e2e.acceptance_help import PLACES, Place, difference, picture, turned, window
from tests.e2e.conftest import Visit
from tests.e2e.test_pages import NEVER_SHOWN, english
from tests.written import WORDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.e2e

UNIT = "青禾县麦垡堡镇人民政府"
WALK = [*PLACES, Place("单位档案", f"unit?u={UNIT}&y=2024")]
RARE = "皋堡峪榛垡"
FEWER = "四项都写明的"  # what a mark says of itself that holds fewer units than the table
INFERRED = "按上年推算"  # what a mark says of itself that shows no figure of a report
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
BROKEN = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
    .filter(rule => ['serious', 'critical'].includes(rule.impact))
    .flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)}`))"""
# What a screen reader says of what is seen, and what stands in a field before anybody has written there.
NAMES = """() => ['aria-label', 'title', 'placeholder', 'alt', 'aria-roledescription'].flatMap(name =>
    [...document.querySelectorAll(`[${name}]`)].filter(node => node.checkVisibility({visibilityProperty: true}))
        .filter(node => !node.closest('[aria-hidden=true]')).map(node => node.getAttribute(name)))"""
# The letters along the axes and what lies behind them, as numbers: [text, ink, ground].
INKS = """() => [...document.querySelectorAll('.js-plotly-plot :is(.xtick, .ytick) text')].map(node => {
    let behind = node.closest('.js-plotly-plot'), ground = '';
    while (behind && (!ground || /, 0\\)$/.test(ground))) {
        ground = getComputedStyle(behind).backgroundColor;
        behind = behind.parentElement;
    }
    return [node.textContent, getComputedStyle(node).fill, ground];
})"""


@dataclass
class Seen:
    """What was found on one page: `looks` are its cards with every row of alternatives turned."""

    text: str = ""
    names: list[str] = field(default_factory=list)
    lang: str = ""
    looks: list[list[dict[str, Any]]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    inks: list[tuple[str, str, str]] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    shot: bytes = b""


def walk(visit: Visit) -> Iterator[Place]:
    """From page to page by the menu, then to one unit."""
    visit.open("?y=2024")
    for place in WALK:
        if "?" in place.path:
            visit.open(place.path, place.title)
        else:
            reading.go(visit, place.title)
        visit.page.wait_for_function(reading.DRAWN)
        yield place


def broken(visit: Visit) -> list[str]:
    visit.page.evaluate(AXE)
    return visit.page.evaluate(BROKEN)


@pytest.fixture(scope="module")
def light(browser: Browser, big_served: str) -> dict[str, Seen]:
    """One walk through all pages with everything that is looked at there."""
    found: dict[str, Seen] = {}
    with window(browser, big_served) as visit:
        for place in walk(visit):
            seen = found[place.path] = Seen(shot=picture(visit), inks=visit.page.evaluate(INKS))
            seen.lang = visit.page.evaluate("document.documentElement.lang")
            seen.names = visit.page.evaluate(NAMES)
            seen.broken = broken(visit)
            seen.looks = list(turned(visit))
            seen.broken += broken(visit)  # also with the tables in the place of the charts
            seen.text, seen.outside = visit.prose, list(visit.outside)
    return found


@pytest.fixture(scope="module")
def dark(browser: Browser, big_served: str) -> dict[str, Seen]:
    found: dict[str, Seen] = {}
    with window(browser, big_served, dark=True) as visit:
        for place in walk(visit):
            found[place.path] = Seen(broken=broken(visit), inks=visit.page.evaluate(INKS))
    return found


def test_every_page_is_chinese_to_eyes_and_ears_and_asks_nobody_outside(light: dict[str, Seen]):
    assert len(light) == len(WALK) >= 12
    foreign = {path: english("\n".join([seen.text, *seen.names])) for path, seen in light.items()}
    assert {path: words for path, words in foreign.items() if words} == {}
    never = {path: NEVER_SHOWN.search(seen.text) for path, seen in light.items()}
    assert {path: found for path, found in never.items() if found} == {}
    assert {path: seen.lang for path, seen in light.items() if seen.lang != "zh-CN"} == {}
    assert [request for seen in light.values() for request in seen.outside] == []


def test_cut_off_from_the_world_every_page_looks_the_same(light: dict[str, Seen], browser: Browser, big_served: str):
    with window(browser, big_served, is_cut_off=True) as visit:
        apart = {place.path: difference(visit.page, light[place.path].shot, picture(visit)) for place in walk(visit)}
    assert {path: share for path, share in apart.items() if share >= 0.005} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_breaks_a_serious_rule_of_accessibility(theme: str, request: pytest.FixtureRequest):
    found: dict[str, Seen] = request.getfixturevalue(theme)
    assert {path: seen.broken for path, seen in found.items() if seen.broken} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_letters_along_the_axes_stand_out_from_the_ground(theme: str, request: pytest.FixtureRequest):
    found: dict[str, Seen] = request.getfixturevalue(theme)
    inks = [(path, *ink) for path, seen in found.items() for ink in seen.inks]
    assert len({path for path, *_ in inks}) >= 4
    assert [(path, text) for path, text, ink, ground in inks if contrast(ink, ground) < 4.5] == []


def contrast(one: str, two: str) -> float:
    """How far two colours are apart, 1 to 21, as WCAG reckons it."""
    lights = sorted(map(luminance, (one, two)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_every_chart_says_what_it_shows_and_has_its_figures_in_a_table(light: dict[str, Seen]):
    charts, compared, faults = 0, 0, list[str]()
    for path, seen in light.items():
        drawn: dict[str, list[reading.Point]] = {}
        tables: dict[str, dict[str, str]] = {}
        for card in (card for look in seen.looks for card in look):
            assert all(alt.strip() for alt in card["alts"]), (path, card["name"])
            cells = [cell for table in card["tables"] for row in table["rows"] for cell in row["cells"]]
            held = {cell["address"]: cell["text"] for cell in (*cells, *card["tiles"])}
            tables.setdefault(card["name"], {}).update(held)
            points = [point for chart in card["charts"] for point in reading.points(chart)]
            drawn.setdefault(card["name"], []).extend(points)
        for name, points in drawn.items():
            charts += bool(points)
            missing = {point.address for point in points} - set(tables[name])
            faults += [f"{path} {name}: no table has {sorted(missing)[:3]}"] if missing else []
            for point in points:
                if point.address in missing or any(words in point.told for words in ("＊", FEWER, INFERRED)):
                    continue  # less than the figure, or none of the report: told as such, judged in test_figures
                compared += 1
                text = tables[name][point.address]
                names = [full for word, full in WORDS.values() if word == text]
                if not any(stands(each, point.told) for each in (text, *names)):
                    faults.append(f"{path} {name}: {text} in the table, {point.told} in the chart")
    assert not faults, "\n".join(faults)
    assert charts >= 12 and compared >= 300, (charts, compared)


def stands(text: str, told: str) -> bool:
    """Whether a figure stands in what is told, and is no part of a longer number."""
    return re.search(rf"(?<![\d,.−]){re.escape(text)}(?!\d|[,.]\d)", told) is not None


# ---- the keyboard


def test_the_first_choice_is_at_most_six_tabs_away_and_the_menu_is_walked_with_arrows(
    browser: Browser, big_served: str
):
    with window(browser, big_served) as visit:
        for place in PLACES:
            reading.go(visit.open("?y=2024") if place is PLACES[0] else visit, place.title)
            visit.page.evaluate("() => {document.activeElement?.blur(); getSelection().removeAllRanges()}")
            visit.page.locator("body").focus()
            assert tabs_to_a_choice(visit) <= 6, place
        visit.open("?y=2023", "总览")
        for key in ("Tab", "Tab", "ArrowDown", "ArrowDown", "ArrowDown", "Enter"):
            visit.page.keyboard.press(key)
        visit.settle("依申请公开")
        assert "y=2023" in visit.page.url


def tabs_to_a_choice(visit: Visit) -> int:
    for count in range(1, 30):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("document.activeElement.matches('[data-testid=stSelectbox] input')"):
            return count
    return 30


# ---- rare characters

BITMAPS = """([letters, family]) => {
  const draw = letter => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 64;
    const pen = canvas.getContext('2d', {willReadFrequently: true});
    pen.font = `48px ${family}`;
    pen.textBaseline = 'top';
    pen.fillText(letter, 4, 4);
    return Array.from(pen.getImageData(0, 0, 64, 64).data).join();
  };
  return {missing: ['\\uFFFF', '\\u{10FFFE}', '\\uE83A'].map(draw), drawn: [...letters].map(draw)};
}"""


def test_no_rare_character_of_a_name_is_an_empty_box(browser: Browser, big_served: str, big_county: Path):
    names = (big_county / "units.csv").read_text(encoding="utf-8")
    assert set(RARE) <= set(names)
    with window(browser, big_served) as visit:
        visit.open("panorama", "年报全景")
        for where in ("h1", "td button", "tbody th", ".nb-foot", "[data-testid=stSidebar] input"):
            family = visit.page.locator(where).first.evaluate("node => getComputedStyle(node).fontFamily")
            held = visit.page.evaluate(BITMAPS, [RARE, family])
            assert len(set(held["drawn"])) == len(RARE), where
            assert not set(held["drawn"]) & set(held["missing"]), where


def test_the_font_that_comes_along_has_every_character_of_the_names(big_county: Path):
    font = TTFont(APP.parent / "static" / "noto-sans-sc.woff2")
    letters = {letter for letter in (big_county / "units.csv").read_text(encoding="utf-8") if "一" <= letter <= "鿿"}
    assert {letter for letter in letters | set(RARE) if ord(letter) not in font.getBestCmap()} == set()
