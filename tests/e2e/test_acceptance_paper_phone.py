"""On paper, on a phone and before a projector: nothing is cut off, and what is read from afar is large enough."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from tests.e2e.acceptance_help import PHONE, PLACES, SCREEN, window
from tests.e2e.conftest import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.e2e

TOWNSHIPS = "乡镇街道"
POINT = 72 / 25.4  # of a millimetre; rendered at scale 1 a point is a pixel
SIDEBAR = ("看结果", "管收报", "分析与说明", "退改跟踪", "收报核对", "数据台")
COUNTY = "青禾县"


def township_names(county: Path) -> set[str]:
    """Those of 2024, as a tile or the strip of a table has room for them."""
    with (county / "units.csv").open(encoding="utf-8-sig", newline="") as file:
        names = {
            unit["name"]
            for unit in csv.DictReader(file)
            if unit["group"] == TOWNSHIPS and int(unit["valid_to"] or 9999) >= 2024
        }
    return {name.removeprefix(COUNTY).removesuffix("人民政府" if "街道" not in name else "办事处") for name in names}


# ---- 15: paper


@pytest.mark.parametrize("path", ["", "panorama"], ids=["总览", "年报全景"])
def test_a_page_on_paper_names_everybody_and_nothing_is_cut_off(
    path: str, browser: Browser, big_served: str, big_county: Path
):
    with window(browser, big_served) as visit:
        visit.open(f"{path}?y=2024&s={TOWNSHIPS}&mode=print")
        visit.page.wait_for_timeout(500)
        data = visit.page.pdf(prefer_css_page_size=True, print_background=True)
    document = pypdfium2.PdfDocument(data)
    text = ""
    for sheet in document:
        width, height = sheet.get_size()
        assert round(width / POINT) == 297 and round(height / POINT) == 210
        held = sheet.get_textpage()
        text += held.get_text_range()
        ink = sheet.render(scale=1).to_numpy()[..., :3] < 250
        assert ink.any()
        margin = int(5 * POINT)
        assert not ink[:, -margin:].any() and not ink[:, :margin].any()
    plain = "".join(text.split())
    assert all(name in plain for name in township_names(big_county))
    assert len(township_names(big_county)) == 30
    for told in ("年度：2024年度", f"范围：{TOWNSHIPS}", "数据版本", "生成时间", COUNTY):
        assert told in plain, told
    assert not any(word in plain for word in SIDEBAR)


# ---- 16: phone and projector


def test_every_page_of_the_county_of_sixty_units_fits_a_phone(browser: Browser, big_served: str):
    with window(browser, big_served, PHONE) as visit:
        for place in PLACES:
            visit.open(place.path, place.title)
            widths = (
                "[document.documentElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth)"
            )
            assert max(visit.page.evaluate(widths)) <= PHONE[0], place.title
            small = visit.page.evaluate(
                """() => [...document.querySelectorAll('[data-testid=stMain] button')]
                    .map(b => [b.innerText, b.getBoundingClientRect()])
                    .filter(([, box]) => box.width && box.height < 43.5).map(([text, box]) => text + ' ' + box.height)"""
            )
            assert small == [], place.title
            if place.path == "":
                box = visit.page.locator(".nb-flag").first.bounding_box()
                assert box is not None and box["y"] + box["height"] <= PHONE[1]


# Every text that is seen, with the size of its letters; a text within a chart counts as well.
LETTERS = """() => {
  const small = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const held = node.parentElement;
    if (!node.nodeValue.trim() || !held.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    if (['STYLE', 'SCRIPT', 'NOSCRIPT', 'TITLE'].includes(held.tagName)) continue;
    const box = document.createRange();
    box.selectNodeContents(node);
    const {width, height} = box.getBoundingClientRect();
    if (width && height && parseFloat(getComputedStyle(held).fontSize) < 18)
      small.push(`${node.nodeValue.trim()} ${getComputedStyle(held).fontSize} ${held.className}`);
  }
  return small;
}"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_projector_shows_the_overview_in_four_screens_that_a_room_can_read(
    dark: bool, browser: Browser, big_served: str
):
    with window(browser, big_served, SCREEN, dark=dark) as visit:
        visit.open("?y=2024&mode=show")
        assert not visit.page.locator("[data-testid=stSidebar]").is_visible()
        seen = []
        for number, (screen, told) in enumerate(
            {"flags": "应报 60 家", "filing": "合格", "trends": "近年趋势", "requests": "新收"}.items()
        ):
            visit.page.wait_for_function(
                "name => document.querySelector(`.st-key-screen-${name}`)?.checkVisibility({visibilityProperty: true})",
                arg=screen,
                timeout=PATIENCE,
            )
            visit.page.wait_for_timeout(300)
            shown = [
                name
                for name in ("flags", "filing", "trends", "requests")
                if visit.page.locator(f".st-key-screen-{name}").evaluate("e => getComputedStyle(e).visibility")
                == "visible"
            ]
            assert shown == [screen]
            assert told in visit.page.locator(f".st-key-screen-{screen}").inner_text()
            size = visit.page.evaluate(
                "(e => [e.scrollHeight, e.clientHeight, e.scrollWidth, e.clientWidth])(document.querySelector('[data-testid=stMain]'))"
            )
            assert size[0] <= size[1] and size[2] <= size[3], (screen, size)
            low = visit.page.locator(f".st-key-screen-{screen}").evaluate("e => e.getBoundingClientRect().bottom")
            foot = visit.page.locator(".nb-foot").evaluate("e => e.getBoundingClientRect().top")
            assert low <= foot, (screen, low, foot)
            assert visit.page.evaluate(LETTERS) == [], screen
            seen.append(visit.page.locator(".nb-turn [aria-current]").inner_text())
            if number < 3:
                visit.page.keyboard.press("ArrowRight")
        assert seen == ["红旗", "报送", "趋势", "依申请"]
        visit.page.keyboard.press("ArrowLeft")
        assert visit.page.locator(".nb-turn [aria-current]").inner_text() == "趋势"
