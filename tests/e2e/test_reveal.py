"""What a reader's click opens comes into sight, and one step back leads to where the reader came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.e2e.conftest import Visit

Enter = Callable[..., Visit]

IN_SIGHT = """() => {
  const panel = document.querySelector('[class*="st-key-source-"]:not([class*="st-key-source-of-"])');
  return panel && panel.getBoundingClientRect().top < innerHeight - 100;
}"""
FRAME = """(field) => {
  const style = getComputedStyle(field.closest('[role="group"]'));
  return [style.outlineStyle, parseFloat(style.outlineWidth)];
}"""


def test_the_source_of_a_cell_high_above_it_is_brought_into_sight(visit: Enter, big_served: str) -> None:
    here = visit(root=big_served).open("panorama")
    assert here.page.locator("button.nb-figure").count() > 300  # the source stands far below the first row
    here.click(here.page.locator("button.nb-figure").nth(8))
    here.page.wait_for_function(IN_SIGHT, timeout=10_000)


def test_one_step_back_leads_from_a_flag_to_where_it_was_seen(visit: Enter) -> None:
    here = visit().open()
    here.click(here.page.locator(".nb-flag a").first)
    here.page.locator("h1", has_text="单位档案").wait_for()
    here.settle().page.go_back()
    here.page.locator("h1", has_text="总览").wait_for(timeout=20_000)


def test_the_field_a_key_would_change_is_framed(visit: Enter) -> None:
    here = visit().open()
    for name in ("年度", "范围", "单位"):
        field: Any = here.page.locator(f'[data-testid="stSidebar"] input[aria-label="{name}"]')
        assert field.evaluate(FRAME)[0] == "none"
        field.focus()
        style, width = field.evaluate(FRAME)
        assert style == "solid"
        assert width >= 2
