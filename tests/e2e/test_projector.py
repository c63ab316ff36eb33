"""总览 on a large projector: what is read from afar grows with the picture and still fits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.acceptance_help import window

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.e2e

_SMALLEST = """() => Math.min(...[...document.querySelectorAll('[data-testid=stMain] :is(.nb-flag, .nb-title, .nb-tile .name, p)')]
    .filter(node => node.checkVisibility() && node.innerText.trim()).map(node => parseFloat(getComputedStyle(node).fontSize)))"""
_OVER = """() => { const main = document.querySelector('[data-testid=stMain]');
    return [main.scrollHeight - main.clientHeight, main.scrollWidth - main.clientWidth]; }"""


def test_on_a_large_projector_the_letters_are_larger_and_nothing_is_cut_off(browser: Browser, served: str):
    with window(browser, served, (1920, 1080)) as visit:
        visit.open("?mode=show")
        for _ in range(4):
            visit.page.wait_for_timeout(400)
            assert visit.page.evaluate(_SMALLEST) >= 25
            assert visit.page.evaluate(_OVER) == [0, 0]
            visit.page.keyboard.press("ArrowRight")
