"""Every figure on every page, against a reckoning of its own: tests/independent.py, not what the pages read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from python_calamine import CalamineWorkbook

from etl.paths import County
from etl.warehouse.read import current_build
from tests import planted_warehouse as planted
from tests.e2e import reading, sentences
from tests.e2e.conftest import PATIENCE, Visit, open_window
from tests.e2e.judging import Judge
from tests.independent import ALL, Reckoner
from tests.written import WORDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.e2e
Enter = Callable[..., Visit]

TOWNSHIPS, FEES, SHARE = "乡镇街道", "行政事业性收费", "公开率"
BIG, PLANTED = "big", "planted"
# A county, and what a reader chooses there: year, scope, unit. Whatever is left out stays as a page opens.
CHOICES: dict[str, tuple[str, dict[str, str]]] = {
    "all": (BIG, {"y": "2024"}),
    "a group in a year of another form": (BIG, {"y": "2020", "s": TOWNSHIPS}),
    "a unit": (BIG, {"y": "2024", "u": "青禾县黍桥街道办事处"}),
    "every state": (PLANTED, {"y": "2024"}),
    "a unit with requests": (PLANTED, {"y": "2024", "u": "云岭县人民政府办公室"}),
    "a unit that need not file": (PLANTED, {"y": "2023", "u": "云岭县气象局"}),
}
QINGHE, YUNLING = "青禾县{}人民政府", "云岭县{}人民政府"
# Whom and which years a reader sets side by side, by which measure.
SIDE_BY_SIDE: dict[str, tuple[str, dict[str, Any]]] = {
    "six units": (BIG, {"y": "2024", "b": "2023", "m": "新收申请", "c": ["青禾县人民政府办公室", "青禾县公安局", "青禾县教育局",
        "青禾县发展和改革局", "青禾县交通运输局", "青禾县黍桥街道办事处"]}),
    "over another form": (BIG, {"y": "2021", "b": "2020", "m": FEES, "c": [QINGHE.format("麦垡堡镇"), QINGHE.format("柘堡乡")]}),
    "shares": (PLANTED, {"y": "2024", "b": "2022", "m": SHARE, "c": ["云岭县人民政府办公室", "云岭县司法局"]}),
    "units that began and ended": (PLANTED, {"y": "2023", "b": "2022", "m": FEES,
        "c": ["云岭县北坪街道办事处", YUNLING.format("旧坪乡"), YUNLING.format("西坪乡"), YUNLING.format("东坪镇")]}),
}  # fmt: skip
# The panorama shows one measure at a time: one of each kind.
MEASURES = (FEES, "政府网站发布", "应办申请", SHARE)
LOOKED_AT, MET = set[str](), set[str]()  # of the choices, and the kinds of sentences there
WITHOUT_FIGURES = {"收报核对", "退改跟踪", "口径与帮助"}  # pages on which nothing has an address
# Points are no measures: tests/e2e/test_points.py reckons those of 考核评分 for the example rubric. Nobody reckons its 试算,
# its 细则 and the words of its reasons, nor 申诉复核, where nothing stands until somebody appealed: tests/test_score_*.py
# work these out by hand.
NOT_RECKONED = {"考核评分", "申诉复核"}


@pytest.fixture(scope="module")
def reckoners(county: Path, big_county: Path) -> dict[str, Reckoner]:
    return {PLANTED: reckoner_of(county), BIG: reckoner_of(big_county)}


def reckoner_of(folder: Path) -> Reckoner:
    build = current_build(County(folder))
    assert build is not None
    return Reckoner(build)


@pytest.fixture(scope="module")
def windows(browser: Browser, served: str, big_served: str) -> Iterator[dict[str, Visit]]:
    """One window on each county, kept from test to test: what a browser has fetched it need not fetch again."""
    opened = {name: open_window(browser, root) for name, root in ((PLANTED, served), (BIG, big_served))}
    yield opened
    for window in opened.values():
        window.page.context.close()


def walk(window: Visit, choice: dict[str, str], titles: list[str]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """These pages with every view of their cards, and the panorama with one measure of each kind."""
    for title in titles:
        reading.go(window, title)
        yield title, list(reading.looks(window))
    for measure in MEASURES if "u" not in choice else (FEES, SHARE):
        window.open(f"panorama?{urlencode({**choice, 'm': measure})}", "年报全景")
        yield "年报全景", [reading.gather(window)]


@pytest.mark.parametrize("name", CHOICES)
def test_every_figure_on_every_page_is_the_one_that_the_documents_give(
    name: str, windows: dict[str, Visit], reckoners: dict[str, Reckoner], capsys: pytest.CaptureFixture[str]
):
    county, choice = CHOICES[name]
    window = windows[county].open(f"?{urlencode(choice)}")
    titles = [title for title in reading.pages(window) if title not in NOT_RECKONED]
    if name != "all":
        titles = [title for title in titles if title not in WITHOUT_FIGURES]
    judge, counts = Judge(reckoners[county], choice), Counter[str]()
    for title, looks in walk(window, choice, titles):
        before = judge.seen
        judge.page(looks)
        counts[title] += judge.seen - before
    told = "，".join(f"{title} {counts[title]}" for title in titles)
    with capsys.disabled():
        print(f"\n{name}：{told}；共 {judge.seen} 处，另有 {len(judge.unread)} 句没有对")
    LOOKED_AT.add(name)
    MET.update(judge.met)
    assert judge.faults == []
    silent = {title for title in titles if not counts[title]}
    assert silent <= WITHOUT_FIGURES


@pytest.mark.parametrize("name", SIDE_BY_SIDE)
def test_units_and_years_side_by_side_differ_by_as_much_as_the_documents_say(
    name: str, windows: dict[str, Visit], reckoners: dict[str, Reckoner], capsys: pytest.CaptureFixture[str]
):
    county, choice = SIDE_BY_SIDE[name]
    judge = Judge(reckoners[county], {"y": choice["y"]})
    window = windows[county].open(f"compare?{urlencode(choice, doseq=True)}", "对比")
    looks = list(reading.looks(window))
    judge.page(looks)
    with capsys.disabled():
        print(f"\n{name}：对比 {judge.seen} 处，另有 {len(judge.unread)} 句没有对")
    assert judge.faults == []
    scopes = {
        cell["address"].split("|")[3]
        for table in looks[-1]["tables"]
        for row in table["rows"]
        for cell in row["cells"]
        if cell["address"]
    }
    assert {reckoners[county].names[scope] for scope in scopes} == set(choice["c"])


@pytest.mark.parametrize(
    "item", [planted.RECEIVED, planted.FEES, "published_website", "requests_at_hand", "disclosed_share"]
)
def test_the_parts_behind_a_sum_are_what_the_units_say_and_come_to_it(
    item: str, windows: dict[str, Visit], reckoners: dict[str, Reckoner]
):
    window, reckoner = windows[BIG], reckoners[BIG]
    address = f"measure|{item}|2024|{ALL}"
    if "compare?y=2024" not in window.page.url or "b=2023" not in window.page.url:
        window.open("compare?y=2024&b=2023", "对比")
    window.click(window.page.locator(f'button[data-address="{address}"]'))
    panel = window.page.locator("[class*=st-key-source-]")
    head = panel.locator("p > strong").first.inner_text()
    assert (
        head.startswith("出处：全部单位 2024 年度")
        and head.split(" = ")[1].split(" ")[0] == reckoner.say(address).split(" ")[0]
    )
    units = {name: unit for unit, name in reckoner.names.items()}
    parts: Counter[bool] = Counter()
    rows = panel.locator(".nb-list tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => [cell.dataset.label, cell.textContent.trim()]))"
    )
    for row in map(dict, rows):
        shown = Decimal(re.sub("[约,]", "", row["数值"]))
        # a sum of one item has no column that names it
        parts[row.get("项目", "").startswith("（作分母）")] += shown
        if item not in reckoner.composed:
            assert row["数值"] == reckoner.say(f"measure|{item}|2024|{units[row['单位']]}")
    total = reckoner.at(address)
    assert (parts[False], parts[True] or None) == (total.value, total.of)


def test_a_figure_that_the_documents_do_not_give_is_noticed(visit: Enter, tmp_path: Path):
    """The same pages against documents that say something else of one cell."""
    planted.write(tmp_path, changes={("west", 2024): {planted.RECEIVED: "3"}})
    judge = Judge(reckoner_of(tmp_path), {"y": "2024"})
    window = visit().open("fees?y=2024", "收费")
    judge.page(list(reading.looks(window)))
    assert judge.seen and judge.faults == []
    reading.go(window, "依申请公开")
    judge.page(list(reading.looks(window)))
    told = "\n".join(judge.faults)
    for place in (
        f"measure|{planted.RECEIVED}|2024|west: shown",
        f"measure|{planted.RECEIVED}|2024|全部: shown",
        "size of",
        "bars",
    ):
        assert place in told


# ---- ux §5, 5 and 18


@pytest.mark.parametrize(("where", "measure", "least"), [(PLANTED, FEES, 8), (BIG, FEES, 6)])
def test_each_state_stands_in_the_panorama_and_in_its_download_as_often_as_in_the_documents(
    where: str, measure: str, least: int, windows: dict[str, Visit], reckoners: dict[str, Reckoner], tmp_path: Path
):
    reckoner = reckoners[where]
    (item,) = reckoner.named[measure]
    expected = Counter(
        reckoner.state(f"measure|{item}|{year}|{unit}")
        for year in reckoner.years
        for unit in reckoner.members(ALL, year)
    )
    assert len(expected) >= least
    window = windows[where].open(f"panorama?{urlencode({'y': '2024', 'm': measure})}", "年报全景")
    names = {word: name for word, name in WORDS.values()}
    shown = Counter(
        names.get(cell["text"], "有数" if cell["text"].strip("0.") else "真零")
        for table in reading.gather(window)["tables"]
        for row in table["rows"]
        for cell in row["cells"]
        if cell["address"]
    )
    assert shown == expected
    told: Counter[str] = Counter()
    for card in window.page.locator("[class*=st-key-card-panorama-]").all():
        sheet = (
            CalamineWorkbook.from_path(str(downloaded(window, card, tmp_path))).get_sheet_by_name("明细").to_python()
        )
        heads = next(row for row in sheet if "状态" in row)
        lines = [row for row in sheet[sheet.index(heads) + 1 :] if row[heads.index("状态")]]
        told.update(str(row[heads.index("状态")]) for row in lines)
        assert all(
            (row[heads.index("数值")] == "") == (row[heads.index("状态")] not in ("有数", "真零")) for row in lines
        )
    assert told == expected


def downloaded(window: Visit, card: Any, folder: Path) -> Path:
    with window.page.expect_download(timeout=PATIENCE) as download:
        card.get_by_role("button", name=re.compile("下载")).first.click(timeout=PATIENCE)
        inside = window.page.get_by_role("button", name="表格（xlsx）")
        if card.get_by_text("下载表格").count() == 0:
            inside.click(timeout=PATIENCE)
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    window.page.keyboard.press("Escape")
    return target


LOOK = """cell => {
  const seen = getComputedStyle(cell);
  return {word: cell.textContent, ground: seen.backgroundColor, hatching: seen.backgroundImage};
}"""


@pytest.mark.parametrize("where", [PLANTED, BIG])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_zero_has_another_ground_than_whatever_is_no_figure(
    dark: bool, where: str, browser: Browser, windows: dict[str, Visit]
):
    """As the browser paints them. A blank cell is white with its word, as a zero is: nothing was printed there."""
    window = open_window(browser, windows[where].root, dark=dark)
    window.open(f"panorama?{urlencode({'y': '2024', 'm': FEES})}", "年报全景")
    seen: dict[str, set[tuple[str, str]]] = {}
    for look in window.page.locator("button[data-address]").evaluate_all(f"cells => cells.map({LOOK})"):
        seen.setdefault(look["word"], set()).add((look["ground"], look["hatching"]))
    (zero,) = seen["0"]
    words = {"未报", "待核", "—", "未收集"} | ({"／"} if where == PLANTED else set())
    assert words <= seen.keys()
    grounds = [ground for word in words for ground in seen[word]]
    assert zero not in grounds and len(set(grounds)) == len(grounds) == len(words)
    page = window.page.locator("[data-testid=stApp]").evaluate("page => getComputedStyle(page).backgroundColor")
    brightness = sum(map(int, re.findall(r"\d+", page)[:3]))
    assert (brightness < 200) is dark, page
    window.page.context.close()


def test_the_share_of_the_county_is_sum_over_sum_and_one_of_one_is_no_share(
    windows: dict[str, Visit], reckoners: dict[str, Reckoner]
):
    reckoner = reckoners[BIG]
    total, _ = reckoner.total("disclosed_share", 2024, ALL)
    single = [reckoner.figure("disclosed_share", unit, 2024) for unit in reckoner.members(ALL, 2024)]
    shares = [figure.value / figure.of for figure in single if figure.value is not None and figure.of]
    assert total.value is not None and total.of
    assert abs(total.value / total.of - sum(shares, Decimal()) / len(shares)) > 0.01, (
        "the county must tell the two apart"
    )
    window = windows[BIG].open("requests?y=2024", "依申请公开")
    assert f"合计占 {reckoner.say('measure|disclosed_share|2024|全部')}" in window.text
    window.open(f"panorama?{urlencode({'y': '2024', 'm': SHARE})}", "年报全景")
    window.click(window.page.locator("[data-testid=stButtonGroup] button", has_text="本年数"))
    for group in (TOWNSHIPS, "县直部门"):
        card = window.page.locator("[class*=st-key-card-panorama-]", has_text=f"{group}：")
        texts = card.locator("[data-address*='|2024|']").all_inner_texts()
        told = [float(text.split("%")[0]) for text in texts if "%" in text]
        assert told == sorted(told, reverse=True) and all("%" in text for text in texts[: len(told)])
        few = [re.fullmatch(r"([\d,]+)/([\d,]+) 件", text) for text in texts[len(told) :]]
        assert any(few) and all(int(each[1]) == 0 or int(each[2]) < 5 for each in few if each)


def test_only_thirty_applications_and_more_are_shown_in_parts_of_a_hundred(
    windows: dict[str, Visit], reckoners: dict[str, Reckoner]
):
    """In 2021 one unit handled 29 and all together more; in 2024 not all units tell how each ended, so nothing is whole."""
    reckoner = reckoners[BIG]
    items = [entry["id"] for entry in reckoner.composed.values() if entry.get("topic") == "outcome"]

    def handled(year: int) -> list[Decimal]:
        units = [[reckoner.figure(item, unit, year).value for item in items] for unit in reckoner.members(ALL, year)]
        return [sum((each for each in values if each is not None), Decimal()) for values in units]

    assert max(handled(2021)) == 29 and sum(handled(2021)) >= 30 > max(handled(2024)) and sum(handled(2024)) >= 30
    for where, year, is_offered in ((BIG, 2021, True), (BIG, 2024, False), (PLANTED, 2024, False)):
        window = windows[where].open(f"requests?y={year}", "依申请公开")
        choice = window.page.locator(".st-key-card-outcomes [data-testid=stButtonGroup] button", has_text="占比")
        assert choice.count() == is_offered, (where, year)
        if is_offered:
            looks = list(reading.looks(window))
            judge = Judge(reckoners[where], {"y": str(year)})
            judge.page(looks)
            assert judge.seen and judge.faults == []
            points = [point for look in looks for chart in look["charts"] for point in reading.points(chart)]
            assert {point.address.split("|")[3] for point in points if "%" in point.told} == {ALL}


def test_a_pivot_over_ten_years_stands_whole_and_scrolls_in_its_own_frame_on_a_phone(
    browser: Browser, windows: dict[str, Visit]
):
    for is_phone in (False, True):
        window = open_window(browser, windows[BIG].root, phone=is_phone).open("data?y=2024", "数据台")
        frame = window.page.locator(".st-key-pivot-table .nb-scroll")
        across, wide = frame.evaluate("each => [each.scrollWidth, each.clientWidth]")
        assert (across > wide) is is_phone, (across, wide)
        first = frame.locator("tbody tr > *").first
        before = first.bounding_box()
        frame.evaluate("each => each.scrollTo(each.scrollWidth, 0)")
        assert before and (after := first.bounding_box()) and after["x"] == before["x"]  # the names stay
        window.page.context.close()


def test_every_kind_of_sentence_that_is_known_was_met():
    """Runs last: what no page says any more is to be struck out, and what it says instead to be reckoned."""
    if CHOICES.keys() != LOOKED_AT:
        pytest.skip("只有把前面的页面都看过，才知道哪些句子没有出现")
    assert sentences.KINDS.keys() == MET
