"""`nianbao up --viewer` in a real browser: no page that writes, no draft by any way, and the foot says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from etl.paths import County
from etl.serve import served as serving
from tests.e2e.conftest import PATIENCE, Visit
from tests.score_county import SECRET, half_final

pytestmark = pytest.mark.e2e
Enter = Callable[..., Visit]


@pytest.fixture(scope="module")
def viewed(tmp_path_factory: pytest.TempPathFactory) -> County:
    """2024 is finalised; 2025 is scored and is not."""
    return half_final(tmp_path_factory.mktemp("viewed") / "data")


@pytest.fixture(scope="module")
def root(viewed: County, browser_path: Path) -> Iterator[str]:
    with serving(viewed, "127.0.0.1", 8700, viewer=True) as (address, _):
        yield address


def test_a_viewer_finds_no_page_that_writes_not_even_by_its_address(visit: Enter, root: str) -> None:
    window = visit(root=root).open("", "总览")
    menu = window.page.locator("[data-testid=stSidebarNav]").inner_text()
    assert "数据台" in menu and not [name for name in ("收报核对", "退改跟踪", "申诉复核") if name in menu]
    assert "只读，不含未定稿的得分" in window.page.locator(".nb-foot").last.inner_text()
    for address in ("intake", "rectification", "appeals"):
        window = visit(root=root)
        window.page.goto(f"{root}/{address}", timeout=PATIENCE)
        window.settle()
        assert window.page.locator("h1").first.inner_text() == "总览"
        assert window.page.locator("[data-testid=stFileUploader]").count() == 0


def test_a_query_of_a_viewer_finds_the_finalised_year_alone(visit: Enter, root: str) -> None:
    window = visit(root=root).open("data?y=2025", "数据台")
    page = window.page
    page.locator("textarea").first.fill(
        "SELECT year, count(*) AS lines, string_agg(words, '') AS told FROM score_reason GROUP BY year"
    )
    page.locator("textarea").first.press("Control+Enter")
    page.wait_for_timeout(500)
    window.settle()
    window.click(page.get_by_role("button", name="运行", exact=True))
    page.locator("table.nb-list.wide").last.wait_for(timeout=PATIENCE)
    text = window.text
    assert "1 行，3 列" in text and "看过附件" in text and SECRET not in text


def test_no_page_of_a_viewer_tells_a_draft(visit: Enter, root: str) -> None:
    window = visit(root=root).open("", "总览")
    addresses = [link.get_attribute("href") or "" for link in window.page.locator("[data-testid=stSidebarNav] a").all()]
    assert len(addresses) >= 9
    for address in addresses:
        window = visit(root=root).open(f"{urlsplit(address).path.rpartition('/')[2]}?y=2025")
        assert SECRET not in window.text
