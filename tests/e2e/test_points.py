"""The points that the pages show, against a second reckoning of the example rubric (tests/independent_points.py)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from etl.paths import County
from etl.warehouse.read import current_build
from tests.e2e import reading
from tests.e2e.conftest import Visit, open_window
from tests.independent_points import FULL, GRADES, Points, Score
from tests.written import number

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.e2e
YEAR = 2024
COLUMNS = ["得分", "最高可达", "等次", "机评得分/可评"]


@pytest.fixture(scope="module")
def points(big_county: Path) -> Points:
    build = current_build(County(big_county))
    assert build is not None
    return Points(build)


@pytest.fixture(scope="module")
def window(browser: Browser, big_served: str) -> Iterator[Visit]:
    opened = open_window(browser, big_served)
    yield opened
    opened.page.context.close()


# Of the rows of buttons only those of the cards: the others lead to other parts of the page.
TABLES = """[...document.querySelectorAll('[data-testid=stMain] [data-testid=stButtonGroup] button')]
    .filter(button => button.textContent.trim() === '表').forEach(button => button.click())"""


def both(window: Visit) -> list[dict[str, Any]]:
    """The page with its pictures, and with its tables."""
    first = reading.gather(window)
    window.page.evaluate(TABLES)
    window.page.wait_for_timeout(100)  # a choice tells of itself only after a while; what was told is waited for
    window.settle()
    return [first, reading.gather(window)]


def reach(score: Score) -> str:
    low, high = number(score.points), number(score.highest)
    return low if low == high else f"{low}～{high}"


def test_every_point_on_the_page_of_scores_is_the_one_that_the_reports_give(window: Visit, points: Points):
    looks = both(window.open(f"scoring?y={YEAR}", "考核评分"))
    units, seen = points.units(YEAR), Counter[str]()
    scores = {unit: held for unit in units if (held := points.of(unit, YEAR))}
    for table in (table for look in looks for table in look["tables"]):
        if table["heads"][:4] == COLUMNS:
            seen["rows"] += sum(row_is_right(dict(zip(table["heads"], row["cells"], strict=True)), scores) for row in table["rows"])  # fmt: skip
        elif table["heads"][-1] == "合计":
            seen["counts"] += sum(counts_are_right(table["heads"], row, scores) for row in table["rows"])
    for point in (point for look in looks for chart in look["charts"] for point in reading.points(chart)):
        kind, _, year, unit = point.address.split("|")
        assert (kind, year) == ("score", str(YEAR))
        told, grade = reach(scores[unit]), scores[unit].grade
        assert re.search(rf"：{re.escape(told)} 分，.*{grade if '～' not in grade else ''}", point.told), point
        assert Decimal(str(point.at[0])) == scores[unit].points
        seen["dots"] += 1
    groups = {score.group for score in scores.values()}
    assert seen == {"rows": len(scores), "counts": len(groups), "dots": len(scores)}
    every = Counter(score.grade if "～" not in score.grade else "等次未定" for score in scores.values())
    said = "\n".join(sentence for look in looks for sentence in look["sentences"])
    for grade, count in every.items():
        assert re.search(rf"{grade} {count} 家", said), (grade, count, said)


def row_is_right(row: dict[str, Any], scores: dict[str, Score]) -> bool:
    """Of a unit without a score nothing is compared here: tests/e2e/test_figures.py knows who filed."""
    kind, _, _, unit = row["得分"]["address"].split("|")
    assert kind == "score"
    if unit not in scores:
        assert row["得分"]["text"] in ("未报送", "待核", "未收集", "不要求报送", "细则没有列入")
        return False
    score = scores[unit]
    high = number(score.highest) if score.waiting else ""
    shown = [row[name]["text"] for name in COLUMNS]
    expected = [number(score.points), high, score.grade, f"{number(score.points)}/{score.possible}"]
    assert [shown[0], shown[1], shown[3]] == [expected[0], expected[1], expected[3]], unit
    for grade in score.grade.split("～"):
        assert grade in shown[2], (unit, shown[2], score.grade)
    assert row["待人工"]["text"] == (f"{len(score.waiting)} 项" if score.waiting else ""), unit
    return True


def counts_are_right(heads: list[str], row: dict[str, Any], scores: dict[str, Score]) -> bool:
    """How many of a group have which grade; who can still get another is in none."""
    held = [score for score in scores.values() if score.group == row["head"]]
    count = Counter(score.grade if "～" not in score.grade else "等次未定" for score in held)
    assert {*heads} <= {*(name for _, name in GRADES), "等次未定", "合计"}
    shown = dict(zip(heads, (cell["text"] for cell in row["cells"]), strict=True))
    assert shown == {name: str(len(held) if name == "合计" else count[name]) for name in heads}
    return True


@pytest.mark.parametrize("at", [0, 7, -1])
def test_every_step_of_a_unit_down_to_its_points_is_the_one_that_its_report_gives(
    window: Visit, points: Points, at: int
):
    unit = sorted(points.units(YEAR), key=lambda each: (points.of(each, YEAR).points, each))[at]
    score, name = points.of(unit, YEAR), points.reckoner.names[unit]
    assert score is not None
    looks = both(window.open(f"scoring?y={YEAR}&u={name}", "考核评分"))
    bars = {
        point.address.split("|")[1]: Decimal(str(point.at[0]))  # how long it is
        for look in looks
        for chart in look["charts"]
        for point in reading.points(chart)
        if point.address
    }
    lost = {each: FULL[each] - (held or 0) for each, held in score.lines.items() if held is None or held < FULL[each]}
    assert bars == lost
    shown = {
        cell["address"].split("|")[1]: cell["text"]
        for look in looks
        for table in look["tables"]
        for row in table["rows"]
        for cell in row["cells"]
        if cell["address"]
    }
    expected = {each: "待人工" if held is None else number(held) for each, held in score.lines.items()}
    assert {each: shown[each] for each in expected} == expected
    said = "\n".join(sentence for look in looks for sentence in look["sentences"])
    assert f"{name}：{reach(score)} 分，" in said and f"机评 {number(score.points)}/{score.possible}" in said
