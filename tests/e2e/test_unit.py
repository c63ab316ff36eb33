"""单位档案 in a real browser: the way to it from a figure, from the list and from year to year, and from a printed cell to its source."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import planted_warehouse as planted
from tests.e2e.conftest import PATIENCE, Visit

pytestmark = pytest.mark.e2e
Enter = Callable[..., Visit]
OFFICE, EAST = "云岭县人民政府办公室", "云岭县东坪镇人民政府"


def test_a_figure_of_the_panorama_leads_to_its_unit_and_year(visit: Enter):
    window = visit().open("panorama?m=行政事业性收费", "年报全景")
    window.click(window.page.locator('button[data-address="measure|proactive/admin_fees/amount_wan|2023|east"]'))
    link = window.page.locator("a.nb-link")
    asked = parse_qs(urlsplit(link.get_attribute("href") or "").query)
    assert asked["u"] == [EAST] and asked["y"] == ["2023"]
    window.click(link)
    window.settle("单位档案")
    assert EAST in window.page.locator("h2").first.inner_text() and "2023 年度已报" in window.text
    shown = window.page.locator("[data-testid=stSidebar] input[role=combobox]")
    assert [field.input_value() for field in shown.all()] == ["2023", "全部", EAST]


def test_a_printed_cell_opens_its_source(visit: Enter):
    window = visit().open(f"unit?u={OFFICE}&y=2024", "单位档案")
    window.click(window.page.locator(f'td button[data-cell="{planted.RECEIVED}"]'))
    window.page.get_by_text(f"出处：{OFFICE} 2024 年度").wait_for(timeout=PATIENCE)
    text = window.page.locator("[class*=st-key-source-]").inner_text()
    assert f"raw/2024/{OFFICE}2024年政府信息公开工作年度报告.txt" in text
    assert "第4格" in text and "原文" in text
