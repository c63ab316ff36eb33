"""A link that asks for what there is not: the page says so in one line and shows something else."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import APP
from tests import planted_warehouse as planted

pytestmark = pytest.mark.usefixtures("county")
EAST = "云岭县东坪镇人民政府"


@pytest.fixture(scope="module")
def planted_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("county")
    with duckdb.connect(str(planted.write(root))) as connection:
        connection.execute("UPDATE unit SET aliases = ['东坪镇'] WHERE unit_id = 'east'")
    return root


def follow(page: str = "overview", **asked: str | list[str]) -> AppTest:
    """The page that opens on a link with these words in it."""
    app = AppTest.from_file(str(APP), default_timeout=120)
    app.switch_page(f"app_pages/{page}.py")
    for key, value in asked.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def told(app: AppTest) -> list[str]:
    return [each.value.replace("\\", "") for each in app.warning if "链接里" in each.value]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"y": "1900"}, "链接里的年度“1900”没有年报可看，现在看的是 2024 年度。"),
        ({"s": "xx"}, "链接里的范围“xx”登记表里没有，现在看的是“全部”。"),
        ({"u": "不存在"}, "链接里的单位“不存在”登记表里没有，现在没有选单位，看的是各单位。"),
        (
            {"u": "东坪镇"},
            f"链接里的单位“东坪镇”要写全称“{EAST}”，现在没有选单位，看的是各单位。",
        ),
        (
            {"u": EAST, "s": planted.DEPARTMENTS},
            f"链接里的单位“{EAST}”不属于“{planted.DEPARTMENTS}”，现在没有选单位，看的是{planted.DEPARTMENTS}。",
        ),
    ],
    ids=["year", "scope", "unit", "alias", "unit of another scope"],
)
def test_a_choice_that_there_is_not_is_told_with_what_is_shown_instead(asked: dict[str, str], said: str):
    app = follow(**asked)
    assert told(app) == [said]
    assert told(app.run()) == [said]  # drawing the page again is no answer to it
    app.selectbox(key="y").set_value("2023").run()
    app.selectbox(key="s").set_value(planted.TOWNSHIPS).run()
    app.selectbox(key="u").set_value(EAST).run()
    assert told(app) == []


def test_a_measure_that_a_page_has_not_is_told():
    assert told(follow("panorama", m="xx")) == ["链接里的“xx”这一页没有，现在看的是“报送情况”。"]


def test_a_year_or_a_unit_that_cannot_be_compared_is_told():
    app = follow("compare", y="2024", b="2024", c=[EAST, "没有这一家"])
    assert told(app) == [
        "链接里要和“2024”年度比，这里不能，现在比的是 2023 年度。",
        "链接里的“没有这一家”没有列入：登记表里没有，或者已满 6 家。",
    ]


def test_signs_in_a_link_are_shown_as_they_are_and_not_at_any_length():
    (said,) = told(follow(s="**x** [a](http://b)" + "长" * 200))
    assert "**x** [a](http://b)长" in said and "……" in said and len(said) < 100


def test_a_good_link_and_a_choice_by_hand_are_not_remarked_upon():
    app = follow("panorama", y="2023", s=planted.TOWNSHIPS, u=EAST, m="行政许可决定")
    assert told(app) == []
    app.selectbox(key="s").set_value(planted.DEPARTMENTS).run()
    assert told(app) == [] and app.selectbox(key="u").value is None
