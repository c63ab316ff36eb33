"""The pages as a reader meets them, in a real browser."""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests import planted_warehouse as planted
from tests.e2e.conftest import PATIENCE, Visit, serve

pytestmark = pytest.mark.e2e

PAGES = {
    "unit": "单位档案", "unit?u=云岭县人民政府办公室&y=2024": "单位档案",
    "": "总览", "proactive": "主动公开", "requests": "依申请公开", "fees": "收费", "intake": "收报核对",
    "panorama": "年报全景", "compare": "对比", "rectification": "退改跟踪", "scoring": "考核评分", "appeals": "申诉复核", "data": "数据台", "help": "口径与帮助",
}  # fmt: skip
# Any word in Latin letters is Streamlit's own; only a path, a version and our commands may hold some.
ENGLISH = re.compile(r"(?<![\w/.-])[A-Za-z]{2,}(?![\w/.-])")
OURS = re.compile(
    r"raw/\S+|\d{8}-\w+|(units|deadlines)\.csv|nianbao \w+|\S+/raw/2024/|\b(Word|WPS|PDF|Excel|CSV|Parquet)\b"
)
NEVER_SHOWN = re.compile(r"\b(NaN|None|null|undefined|Infinity|inf)\b|(?<!\d)0\.0%")
FEES = "proactive/admin_fees/amount_wan"
Enter = Callable[..., Visit]


def english(text: str) -> list[str]:
    """The words a reader of Chinese would stumble over."""
    return ENGLISH.findall(OURS.sub("", text))


def fee_table(window: Visit) -> Visit:
    """The fees of all units over all years: every value state is somewhere in it."""
    window.open("fees", "收费")
    card = window.page.locator(".st-key-card-admin-fees")
    window.click(card.get_by_text("单位×年度", exact=True))
    card.locator("td button").first.wait_for(timeout=PATIENCE)
    return window


@pytest.mark.parametrize("path", PAGES, ids=PAGES.values())
@pytest.mark.parametrize("device", ["wide", "phone"])
def test_a_page_is_chinese_local_and_not_blank(path: str, device: str, visit: Enter):
    window = visit(phone=device == "phone").open(path, PAGES[path])
    text = window.prose
    assert len(text) > 400
    assert window.page.evaluate("document.documentElement.lang") == "zh-CN"
    assert english(text) == []
    assert not NEVER_SHOWN.search(text), NEVER_SHOWN.search(text)
    assert "示例数据" in text and "数据版本 20250301-planted" in text
    assert window.outside == []


@pytest.mark.parametrize("path", PAGES, ids=PAGES.values())
def test_a_page_fits_a_phone_and_its_buttons_a_thumb(path: str, visit: Enter):
    window = visit(phone=True).open(path, PAGES[path])
    widths = "[document.documentElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth)"
    assert max(window.page.evaluate(widths)) <= 390
    small = window.page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] button')]
            .map(b => [b.innerText, b.getBoundingClientRect()])
            .filter(([, box]) => box.width && box.height < 43.5).map(([text, box]) => text + ' ' + box.height)"""
    )
    assert small == []


def test_a_link_to_a_page_works_on_a_server_nobody_has_visited(county: Path, visit: Enter, tmp_path: Path):
    with serve(county, tmp_path) as fresh:
        window = visit(root=fresh).open("fees?y=2023", "收费")
        assert "2023 年度 2 家有收费" in window.text
        assert "依申请公开" in window.page.locator("[data-testid=stSidebar]").inner_text()


def test_every_value_state_is_shown_as_often_as_it_was_planted(visit: Enter):
    window = fee_table(visit())
    cells = window.page.locator(".st-key-card-admin-fees td button").all_inner_texts()
    assert Counter(text for text in cells if not re.match(r"[\d,.]+$", text)) == {
        "空": 2, "／": 1, "待核": 1, "未报": 2, "—": 5, "未收集": 10,
    }  # fmt: skip
    assert [text for text in cells if re.match(r"[\d,.]+$", text)].count("0") == 9
    assert {"12.50", "9.10", "9.3", "9.51", "95,100"} <= set(cells)


def test_the_panorama_shows_every_state_of_every_unit_and_year_group_by_group(visit: Enter):
    window = visit().open("panorama?m=行政事业性收费", "年报全景")
    window.page.locator("td button").first.wait_for(timeout=PATIENCE)
    cells = window.page.locator("td button").all_inner_texts()
    assert Counter(text for text in cells if not re.match(r"[\d,.]+$", text)) == {
        "空": 2, "／": 1, "待核": 1, "未报": 2, "—": 5, "未收集": 10,
    }  # fmt: skip
    assert cells.count("0") == 9 and {"12.50", "9.51", "95,100"} <= set(cells)
    assert f"{planted.TOWNSHIPS}：2024 年度 1 家“行政事业性收费”有数，1 家写 0，2 家没有可计的数" in window.text
    window.click(window.page.locator(f'button[data-address="measure|{FEES}|2024|east"]'))
    window.page.get_by_text("出处：云岭县东坪镇人民政府 2024 年度").wait_for(timeout=PATIENCE)


def test_the_measure_looked_at_stays_in_the_address_and_comes_back_with_the_page(visit: Enter):
    window = visit().open("panorama?y=2023&m=行政许可决定", "年报全景")
    assert "“行政许可决定”有数" in window.text
    window.page.locator("[data-testid=stSidebarNavLink]", has_text="收费").click(timeout=PATIENCE)
    window.settle("收费")
    window.page.locator("[data-testid=stSidebarNavLink]", has_text="年报全景").click(timeout=PATIENCE)
    window.settle("年报全景")
    assert "2023 年度 1 家“行政许可决定”有数" in window.text
    assert "y=2023" in window.page.url and "m=" in window.page.url


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_zero_does_not_look_like_a_report_that_was_not_filed(dark: bool, visit: Enter):
    window = fee_table(visit(dark=dark))
    colour = "e => getComputedStyle(e).backgroundColor"
    zero = window.page.locator("td .state-zero").first.evaluate(colour)
    missing = window.page.locator("td .state-not_filed").first.evaluate(colour)
    unreadable = window.page.locator("td .state-unreadable").first.evaluate(colour)
    assert len({zero, missing, unreadable}) == 3


def test_the_source_of_a_figure_is_two_clicks_away_and_is_the_text_of_the_document(visit: Enter):
    window = fee_table(visit())  # the first click: the table
    window.click(window.page.locator(f'button[data-address="measure|{FEES}|2024|justice"]'))
    window.page.get_by_text("出处：云岭县").first.wait_for(timeout=PATIENCE)
    text = window.page.locator(".st-key-card-admin-fees").inner_text()
    assert "出处：云岭县司法局 2024 年度" in text
    assert "raw/2024/云岭县司法局2024年政府信息公开工作年度报告.txt" in text
    assert "第40行第4格" in text and re.search(r"原文\s+12\.50", text)


def test_a_point_of_a_chart_opens_its_source(visit: Enter):
    window = visit().open("fees", "收费")
    card = window.page.locator(".st-key-card-admin-fees")
    card.locator(".scatterlayer .point").first.wait_for(timeout=PATIENCE)
    window.click(card.locator(".scatterlayer .trace:has(.point)").last.locator(".point").first, force=True)
    card.get_by_text("出处：").wait_for(timeout=PATIENCE)
    assert "出处：云岭县司法局 2024 年度" in card.inner_text()


def test_a_sum_opens_its_parts_and_what_it_leaves_out(visit: Enter):
    window = visit().open("compare?y=2024", "对比")
    window.click(window.page.locator(f'[data-address="measure|{FEES}|2024|全部"]').first)
    window.page.get_by_text("出处：全部单位").wait_for(timeout=PATIENCE)
    text = window.text
    assert "= 22.01 万元" in text and "没有计入：未报 1 家" in text and "没有计入：不适用 1 家" in text
    assert "raw/2024/云岭县东坪镇人民政府2024年政府信息公开工作年度报告.txt" in text


def test_the_column_of_a_year_opens_the_source_of_its_sum(visit: Enter):
    window = visit().open("requests", "依申请公开")
    card = window.page.locator(".st-key-card-received")
    card.locator(".barlayer .point").first.wait_for(timeout=PATIENCE)
    columns = card.locator(".barlayer .trace").last.locator(".point")
    window.click(columns.nth(2), force=True)
    card.get_by_text("出处：").wait_for(timeout=PATIENCE)
    assert "出处：全部单位 2023 年度" in card.inner_text() and "= 6 件" in card.inner_text()


def test_the_choice_lives_in_the_address_and_survives_pages_and_back(visit: Enter):
    window = visit().open(f"?y=2022&s={planted.TOWNSHIPS}", "总览")

    def chosen_still() -> None:
        """The sidebar is drawn anew on every page: what counts is what it comes to show."""
        window.page.wait_for_function(
            """wanted => {
                const shown = [...document.querySelectorAll('[data-testid=stSidebar] input[role=combobox]')];
                return JSON.stringify(shown.map(e => e.value)) === JSON.stringify(wanted)
                    && location.search.includes('y=2022') && location.search.includes('s=');
            }""",
            arg=["2022", planted.TOWNSHIPS, ""],
            timeout=PATIENCE,
        )

    chosen_still()
    for heading in ("主动公开", "依申请公开", "收费"):
        window.page.locator("[data-testid=stSidebarNavLink]", has_text=heading).click(timeout=PATIENCE)
        window.settle(heading)
        chosen_still()
    for heading in ("依申请公开", "主动公开", "总览"):
        window.page.go_back(timeout=PATIENCE)
        window.settle(heading)
        chosen_still()
    other = visit().open(window.page.url.removeprefix(window.root + "/"), "总览")
    here = window.page.locator("[data-testid=stMain]")
    there = other.page.locator("[data-testid=stMain]")
    until = time.monotonic() + PATIENCE / 1000
    while here.inner_text() != there.inner_text() and time.monotonic() < until:
        window.page.wait_for_timeout(200)
    assert here.inner_text() == there.inner_text()


def test_the_figures_on_the_pages_are_those_of_the_warehouse(county: Path, visit: Enter):
    """Counted from the facts themselves, past every view that the pages read."""
    path = county / "warehouse" / (county / "warehouse" / "current").read_text(encoding="utf-8")
    with duckdb.connect(str(path), read_only=True) as warehouse:
        (asked,) = warehouse.sql(
            """SELECT sum(value)::INTEGER FROM fact JOIN report USING (file_id) JOIN unit USING (unit_id)
               WHERE year = 2024 AND kind <> 'area' AND is_chosen AND cell = 'requests/new_received/total'"""
        ).fetchall()[0]
        fees = warehouse.sql(
            """SELECT unit.name, raw FROM fact JOIN report USING (file_id) JOIN unit USING (unit_id)
               WHERE cell = 'proactive/admin_fees/amount_wan' AND kind <> 'area' AND state = 'reported' AND value > 0"""
        ).fetchall()
    assert f"新收 {asked} 件" in visit().open("requests", "依申请公开").text
    window = fee_table(visit())
    shown = window.page.locator(".st-key-card-admin-fees tbody tr").all_inner_texts()
    for unit, raw in fees:
        (line,) = [line for line in shown if line.startswith(unit)]
        assert raw.replace("95100", "95,100") in line.split()


def test_a_download_holds_the_table_with_its_states(visit: Enter):
    window = visit().open("fees", "收费")
    with window.page.expect_download(timeout=PATIENCE) as download:
        download_menu(window, "admin-fees").get_by_text("表格（xlsx）").click(timeout=PATIENCE)
    assert download.value.suggested_filename == "云岭县_行政事业性收费_2024年度_全部_示例数据.xlsx"
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    strings = archive.read("xl/sharedStrings.xml").decode("utf-8")
    for word in ("待核", "不可比", "未报", "不适用", "空白", "20250301-planted", "示例数据", "云岭县东坪镇人民政府"):
        assert word in strings


def download_menu(window: Visit, card: str) -> Any:
    """The opened menu 下载 of a card."""
    window.click(window.page.locator(f".st-key-card-{card}").get_by_text("下载", exact=True))
    menu = window.page.locator("[data-testid=stPopoverBody]")
    menu.get_by_text("表格（csv）").wait_for(timeout=PATIENCE)
    return menu


def test_a_table_as_csv_opens_in_excel_and_says_each_state(visit: Enter):
    window = visit().open("fees", "收费")
    with window.page.expect_download(timeout=PATIENCE) as download:
        download_menu(window, "admin-fees").get_by_text("表格（csv）").click(timeout=PATIENCE)
    data = Path(download.value.path()).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert Counter(row["状态"] for row in rows if row["状态"] not in ("有数", "真零", "")) == {
        "空白": 2, "不适用": 1, "待核": 1, "未报": 2, "不可比": 5, "未收集": 10,
    }  # fmt: skip
    assert all((row["数值"] != "") is (row["状态"] in ("有数", "真零")) for row in rows)


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_chart_is_saved_as_a_picture_that_says_what_it_is_without_the_internet(kind: str, visit: Enter):
    window = visit().open("fees", "收费")
    window.page.locator(".st-key-card-admin-fees .js-plotly-plot").wait_for(timeout=PATIENCE)
    menu = download_menu(window, "admin-fees")
    with window.page.expect_download(timeout=PATIENCE) as download:
        menu.get_by_text(f"图（{kind}）").click(timeout=PATIENCE)
    assert download.value.suggested_filename == f"云岭县_行政事业性收费_2024年度_全部_示例数据.{kind}"
    data = Path(download.value.path()).read_bytes()
    if kind == "png":
        assert data.startswith(b"\x89PNG") and len(data) > 20_000
    else:
        text = data.decode("utf-8")
        assert "20250301-planted" in text and "有收费" in text and "示例数据" in text
    assert window.outside == []


def test_every_table_of_a_page_goes_into_one_workbook(visit: Enter):
    window = visit().open("fees", "收费")
    with window.page.expect_download(timeout=PATIENCE) as download:
        window.page.get_by_text("下载本页数据").click(timeout=PATIENCE)
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    names = re.findall(r'<sheet name="([^"]+)"', archive.read("xl/workbook.xml").decode("utf-8"))
    assert names == ["行政事业性收费", "收费单位待核对", "信息处理费", "明细", "说明"]


def test_a_card_says_what_its_figures_mean(visit: Enter):
    window = visit().open("fees", "收费")
    window.page.locator(".st-key-card-admin-fees [data-testid=stTooltipIcon]").first.hover(timeout=PATIENCE)
    tip = window.page.locator("[data-testid=stTooltipContent]")
    tip.wait_for(timeout=PATIENCE)
    assert "算法" in tip.inner_text() and "2021 年度起可比" in tip.inner_text()


def test_a_year_in_which_something_happened_says_so_at_its_head(visit: Enter):
    window = fee_table(visit())
    signs = window.page.locator(".st-key-card-admin-fees th .event")
    assert signs.count() >= 1 and "20" in signs.first.get_attribute("aria-label")


@pytest.mark.parametrize("path", ["", "panorama"])
def test_a_printed_page_is_white_says_what_it_shows_and_has_no_sidebar(path: str, visit: Enter):
    window = visit(dark=True).open(f"{path}?mode=print&s={planted.TOWNSHIPS}")
    words = window.page.locator("[data-testid=stMain]").inner_text()
    for told in ("年度：2024 年度", f"范围：{planted.TOWNSHIPS}", "数据版本 20250301-planted", "生成时间", "东坪镇"):
        assert told in words
    assert not window.page.locator("[data-testid=stSidebar]").is_visible()
    ground = "getComputedStyle(document.querySelector('[data-testid=stMain]')).backgroundColor"
    assert window.page.evaluate(ground) == "rgb(255, 255, 255)"


def test_a_new_build_is_seen_without_a_restart(visit: Enter, tmp_path: Path):
    planted.write(tmp_path)
    with serve(tmp_path, tmp_path) as fresh:
        window = visit(root=fresh).open("requests", "依申请公开")
        assert "新收 6 件" in window.text
        planted.write(tmp_path, build_id="20250302-mended", changes={("west", 2024): {planted.RECEIVED: "3"}})
        window.page.reload(timeout=PATIENCE)
        window.settle("依申请公开")
        assert "新收 9 件" in window.text and "20250302-mended" in window.text


def test_an_empty_county_shows_how_to_begin_and_no_error(visit: Enter, tmp_path: Path):
    with serve(tmp_path, tmp_path) as fresh:
        for path, heading in PAGES.items():
            window = visit(root=fresh).open(path, heading)
            assert "三步就能开始" in window.text and english(window.text) == []
            assert window.outside == []


def test_the_bundled_font_is_served_and_the_charts_have_the_themes_colours(visit: Enter):
    for dark, first in ((False, "#12436D"), (True, "#7FB2E5")):
        window = visit(dark=dark).open("requests", "依申请公开")
        window.page.locator(".js-plotly-plot").first.wait_for(timeout=PATIENCE)
        colours = window.page.evaluate("document.querySelector('.js-plotly-plot')._fullLayout.colorway")
        assert colours[0].upper() == first.upper() and len(colours) >= 10
        window.page.locator(".js-plotly-plot .xtick text").first.wait_for(timeout=PATIENCE)
        inks = window.page.evaluate(
            """() => [...document.querySelectorAll('.js-plotly-plot')].map(chart => chart._fullLayout)
                .flatMap(layout => Object.keys(layout).filter(key => /^[xy]axis\\d*$/.test(key)).map(key => layout[key]))
                .filter(axis => axis.showticklabels).map(axis => axis.tickfont.color.toUpperCase())"""
        )
        assert inks and set(inks) == {"#D5DAE1" if dark else "#3D4653"}
    font = window.page.request.get(f"{window.root}/app/static/noto-sans-sc.woff2")
    assert font.ok and font.body()[:4] == b"wOF2"


def test_a_search_that_finds_nothing_answers_in_chinese(visit: Enter):
    window = visit().open("", "总览")
    window.page.locator("[data-testid=stSidebar] [data-testid=stSelectbox]").nth(2).locator("input").fill("zzzz")
    window.page.get_by_text("没有符合的选项").wait_for(timeout=PATIENCE)
    assert english(window.text) == []


def test_the_table_of_all_measures_stands_whole_on_a_wide_screen(visit: Enter):
    window = visit().open("compare?y=2024&b=2023", "对比")
    box = window.page.locator(".st-key-card-all-sums .nb-scroll")
    box.wait_for(timeout=PATIENCE)
    rows, high, shown = box.evaluate(
        "each => [each.querySelectorAll('tbody tr').length, each.scrollHeight, each.clientHeight]"
    )
    assert rows > 15 and high == shown
    across, wide = box.evaluate("each => [each.scrollWidth, each.clientWidth]")
    assert across == wide
