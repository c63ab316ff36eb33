"""The picture of a card is that of its own chart, also where cards are named by groups in Chinese."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import PATIENCE, Visit

pytestmark = pytest.mark.e2e


def test_each_group_on_a_page_saves_the_picture_of_its_own_chart(visit: Callable[..., Visit]):
    window = visit().open("proactive?m=政府网站发布", "主动公开")
    window.page.locator(".js-plotly-plot").first.wait_for(timeout=PATIENCE)
    cards = window.page.locator("[class*=st-key-card-]:has(.js-plotly-plot):has([data-nb-card])")
    names = [cards.nth(at).locator("[data-nb-card]").get_attribute("data-nb-card") for at in range(cards.count())]
    of_groups = [at for at, name in enumerate(names) if name and not name.isascii()]
    assert len(of_groups) >= 2
    for at in of_groups:
        card = cards.nth(at)
        (title,) = card.locator(".nb-title").evaluate_all("all => all.map(node => node.firstChild.textContent.trim())")
        labels = card.locator(".js-plotly-plot .ytick text").all_text_contents()
        window.click(card.get_by_text("下载", exact=True))
        menu = window.page.locator("[data-testid=stPopoverBody]")
        with window.page.expect_download(timeout=PATIENCE) as download:
            menu.get_by_text("图（svg）").click(timeout=PATIENCE)
        drawn = Path(download.value.path()).read_text(encoding="utf-8")
        assert title[:20] in drawn and all(label in drawn for label in labels)
        window.page.keyboard.press("Escape")
        menu.wait_for(state="detached", timeout=PATIENCE)
