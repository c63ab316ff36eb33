"""What a reader comes for: the red flags, a link that is a view, one unit of one year, and a year of zeros."""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from etl.build import build
from etl.paths import County
from tests.e2e import reading
from tests.e2e.acceptance_help import PLACES, difference, picture, turned, window
from tests.e2e.conftest import PATIENCE, Visit, serve
from tests.e2e.test_pages import NEVER_SHOWN

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

pytestmark = pytest.mark.e2e

SLOWEST = 30  # seconds; what is measured is printed, a machine that runs other things beside it must not fail for it
REPORT = Path(__file__).parents[1] / "reports" / "北票市长皋乡2024年度报告.txt"
TOWN = "北票市长皋乡人民政府"


def units(county: Path) -> list[dict[str, str]]:
    with (county / "units.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# ---- 1: the first ten seconds


def test_three_red_flags_stand_in_the_first_screen_of_a_server_just_started(
    browser: Browser, big_county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with serve(big_county, tmp_path) as fresh, window(browser, fresh) as visit:
        begun = time.monotonic()
        visit.page.goto(fresh)
        flags = visit.page.locator(".nb-flag")
        flags.nth(2).wait_for(timeout=PATIENCE)
        took = time.monotonic() - begun
        visit.settle("总览")
        assert flags.count() == 3
        names = {unit["name"] for unit in units(big_county)}
        for flag in flags.all():
            box = flag.bounding_box()
            assert box is not None and box["y"] >= 0 and box["y"] + box["height"] <= 900
            assert flag.locator("b").inner_text().removeprefix("■").strip() in names
            fact = flag.locator("span").inner_text()
            assert re.search(r"\d", fact) and re.search(r"表[一二三四]|正文|第.{1,3}部分", fact), fact
            assert re.search(r"raw/\S+ 第\d+行", flag.inner_text())
        changes = sorted(change_year(visit, year) for year in (2023, 2022, 2021, 2020, 2024) * 2)
    with capsys.disabled():
        print(
            f"\n冷启动到三面红旗 {took:.1f} 秒；换年度到新图十次，中位 {changes[4]:.2f} 秒，最慢 {changes[-1]:.2f} 秒"
        )
    assert took < SLOWEST and changes[-1] < SLOWEST


def change_year(visit: Visit, year: int) -> float:
    field = visit.page.locator("[data-testid=stSidebar] [data-testid=stSelectbox] input").first
    field.click(timeout=PATIENCE)
    field.fill(str(year))
    begun = time.monotonic()
    field.press("Enter")
    visit.page.locator(".st-key-card-filing .nb-title", has_text=f"{year} 年度").wait_for(timeout=PATIENCE)
    took = time.monotonic() - begun
    visit.settle()
    return took


# ---- 2: a link is a view


def chosen(visit: Visit) -> tuple[dict[str, list[str]], list[str]]:
    """What the address and the sidebar say of the choice."""
    asked = parse_qs(urlsplit(visit.page.url).query)
    fields = visit.page.locator("[data-testid=stSidebar] input[role=combobox]")
    return {key: asked.get(key, []) for key in ("y", "s", "u")}, [field.input_value() for field in fields.all()]


def test_a_choice_goes_along_through_five_pages_and_back_and_its_link_shows_the_same_picture(
    browser: Browser, big_served: str
):
    wanted = ({"y": ["2022"], "s": ["县直部门"], "u": []}, ["2022", "县直部门", ""])
    path = ["总览", "年报全景", "主动公开", "依申请公开", "收费", "对比"]
    with window(browser, big_served) as visit, window(browser, big_served) as other:
        visit.open("?y=2022&s=县直部门", path[0])
        for title in path[1:]:
            reading.go(visit, title)
            assert chosen(visit) == wanted, title
        pictures = {}
        for title in reversed(path[:-1]):
            visit.page.go_back(timeout=PATIENCE)
            visit.settle(title)
            assert chosen(visit) == wanted, title
            if title in ("依申请公开", "总览"):
                pictures[visit.page.url] = picture(visit)
        apart = {}
        for address, shot in pictures.items():
            other.open(unquote(address.removeprefix(f"{big_served}/")))
            apart[address] = difference(other.page, shot, picture(other))
        assert len(apart) == 2 and max(apart.values()) < 0.005, apart


def test_two_views_that_differ_are_told_apart(browser: Browser, big_served: str):
    with window(browser, big_served) as visit:
        shots = [picture(visit.open(f"?y={year}", "总览")) for year in (2022, 2023)]
        assert difference(visit.page, *shots) > 0.005


# ---- 3 and 4: the real figures of a township, in a county where nobody asked for anything


@pytest.fixture(scope="module")
def quiet_served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """长皋乡 as it reported for 2024, and two neighbours who say the same of themselves: all of them zero applications."""
    root = tmp_path_factory.mktemp("quiet")
    (root / "raw" / "2024").mkdir(parents=True)
    text, lines = (
        REPORT.read_text(encoding="utf-8"),
        ["unit_id,code,name,aliases,kind,group,valid_from,valid_to,merged_into,due"],
    )
    for number, name in enumerate(("长皋乡", "柳塘乡", "石桥乡"), start=1):
        said = text.replace("长皋乡", name)
        (root / "raw" / "2024" / REPORT.name.replace("长皋乡", name)).write_text(said, encoding="utf-8")
        lines.append(f"t{number:02},,北票市{name}人民政府,{name},township,乡镇街道,,,,是")
    (root / "units.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (root / "years.csv").write_text("year,collected,note\n2024,是,\n", encoding="utf-8")
    build(County(root))
    with serve(root, tmp_path_factory.mktemp("elsewhere")) as address:
        yield address


def test_a_click_on_a_unit_and_year_shows_what_its_prose_says_and_leads_to_it(browser: Browser, quiet_served: str):
    with window(browser, quiet_served) as visit:
        visit.open("panorama", "年报全景")
        visit.click(visit.page.locator("[data-address='filing|report|2024|t01']"))
        panel = visit.page.locator("[class*=st-key-source-]")
        told = panel.inner_text()
        assert f"{TOWN} 2024 年度" in told and panel.locator(".nb-badge").inner_text() == "正文"
        assert {("政府网站发布", "15 条"), ("微信公众号发布", "45 条")} <= stated(panel)
        asked = parse_qs(urlsplit(panel.locator("a.nb-link").get_attribute("href") or "").query)
        assert asked["u"] == [TOWN] and asked["y"] == ["2024"]


def stated(panel: Locator) -> set[tuple[str, str]]:
    return {(row.get("项目", ""), row.get("数", "")) for row in listed(panel)}


# A chart that shows nothing: no bar of any length, no dot, no ribbon.
EMPTY = """() => [...document.querySelectorAll('.js-plotly-plot')].filter(plot => !plot.data.some(trace =>
    trace.type === 'sankey' ? trace.link.value.some(Boolean) : (trace.marker?.opacity ?? 1) > 0.01 && trace.mode !== 'text'
        && Array.from(trace.x ?? []).some((x, at) => x != null && trace.y[at] != null
            && (trace.type !== 'bar' || (trace.orientation === 'h' ? x : trace.y[at]) !== 0)))).length"""


def test_where_everybody_reports_zero_the_pages_say_so_and_draw_nothing_empty(browser: Browser, quiet_served: str):
    with window(browser, quiet_served) as visit:
        visit.open("", "总览")
        for place in PLACES:
            reading.go(visit, place.title)
            visit.page.wait_for_function(reading.DRAWN)
            for _ in turned(visit):
                text = visit.text
                assert not NEVER_SHOWN.search(text), (place.title, NEVER_SHOWN.search(text))
                assert visit.page.evaluate(EMPTY) == 0, place.title
            if place.path == "requests":
                assert "3 家均报零申请" in text


def listed(panel: Locator) -> list[dict[str, str]]:
    """The lists of a panel: each line by the heads of its columns; a list of 项 and 内容 is one such line."""
    return panel.evaluate_all(
        """panels => panels.flatMap(panel => [...panel.querySelectorAll('table.nb-list')].flatMap(table => {
            const rows = [...table.tBodies[0].rows].map(row => [...row.cells].map(cell => cell.textContent));
            const heads = [...table.tHead.rows[0].cells].map(cell => cell.textContent);
            if (heads[0] === '项') return [Object.fromEntries(rows)];
            return rows.map(row => Object.fromEntries(row.map((text, at) => [heads[at], text])));
        }))"""
    )
