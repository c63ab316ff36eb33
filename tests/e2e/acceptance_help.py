"""What the acceptance checks share: the pages there are, windows of every kind, pictures compared point by point."""

from __future__ import annotations

import ast
import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard import APP
from tests.e2e import reading
from tests.e2e.conftest import LOCAL, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request, Route

WIDE, PHONE, SCREEN = (1440, 900), (390, 844), (1280, 720)


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the menu: `path` as it stands in the address, "" for the one that opens first."""

    title: str
    path: str


def places() -> list[Place]:
    """Every page that dashboard/app.py lists, read from its text: a new page is checked as soon as it is there."""
    found = []
    for node in ast.walk(ast.parse(APP.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.Page":
            words = {each.arg: each.value.value for each in node.keywords if isinstance(each.value, ast.Constant)}
            found.append(Place(str(words["title"]), str(words.get("url_path", ""))))
    return found


PLACES = places()


@contextmanager
def window(
    browser: Browser, root: str, size: tuple[int, int] = WIDE, *, dark: bool = False, is_cut_off: bool = False
) -> Iterator[Visit]:
    """A window of its own; `is_cut_off` lets nothing through that is not on this machine."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="zh-CN",
        color_scheme="dark" if dark else "light",
        has_touch=size == PHONE,
    )
    visit = Visit(context.new_page(), root)

    def note(request: Request) -> None:
        if not request.url.startswith(LOCAL):
            visit.outside.append(request.url)

    def local_only(route: Route) -> None:
        if route.request.url.startswith(LOCAL):
            route.continue_()
        else:
            route.abort()

    context.on("request", note)
    if is_cut_off:
        context.route("**/*", local_only)
    yield visit
    context.close()


def picture(visit: Visit) -> bytes:
    """What is seen, with every chart there and every letter drawn, the pointer over nothing."""
    visit.page.mouse.move(1, 1)
    visit.page.wait_for_function(reading.DRAWN)
    visit.page.evaluate("() => {document.activeElement?.blur(); return document.fonts.ready.then(() => true)}")
    visit.page.wait_for_timeout(300)  # marks fade for a moment where the pointer lay
    return visit.page.screenshot(animations="disabled", caret="hide")


_DIFFERENCE = """async pictures => {
  const [one, two] = await Promise.all(pictures.map(async held => {
    const image = new Image();
    image.src = `data:image/png;base64,${held}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext('2d');
    pen.drawImage(image, 0, 0);
    return pen.getImageData(0, 0, image.width, image.height);
  }));
  if (one.width !== two.width || one.height !== two.height) return 1;
  let other = 0;
  for (let at = 0; at < one.data.length; at += 4)
    if ([0, 1, 2].some(part => Math.abs(one.data[at + part] - two.data[at + part]) > 8)) other += 1;
  return other / (one.width * one.height);
}"""


def difference(page: Page, one: bytes, two: bytes) -> float:
    """The share of points that differ in two pictures; 1 where they are not of one size."""
    return float(page.evaluate(_DIFFERENCE, [base64.b64encode(each).decode() for each in (one, two)]))


_IN_CARD = reading.GATHER.replace(
    "() => {\n  const main = document.querySelector('[data-testid=stMain]');", "main => {"
)
assert _IN_CARD != reading.GATHER
CARDS = f"""cards => cards.map(card => ({{
  name: [...card.classList].find(name => name.startsWith('st-key-card-')).slice('st-key-card-'.length),
  alts: [...card.querySelectorAll('.js-plotly-plot')].map(plot =>
    plot.closest('[role=figure], [role=img]')?.getAttribute('aria-label') ?? ''),
  ...({_IN_CARD})(card),
}}))"""


# The rows of buttons that show one card in several ways, without those that change what a page is about.
_WAYS = "[...document.querySelectorAll('[data-testid=stMain] [class*=st-key-card-] [data-testid=stButtonGroup]')]"
_MOST = f"() => Math.max(0, ...{_WAYS}.map(row => row.querySelectorAll('button').length))"
_TURN = f"place => {_WAYS}.forEach(row => row.querySelectorAll('button')[place]?.click())"


def turned(visit: Visit) -> Iterator[list[dict[str, Any]]]:
    """The cards as they stand first, then each turned to its second way, its third, and so on."""
    yield cards(visit)
    for place in range(1, visit.page.evaluate(_MOST)):
        visit.page.evaluate(_TURN, place)
        visit.page.wait_for_timeout(150)  # a choice tells of itself only after a while; what was told is waited for
        visit.settle()
        yield cards(visit)


def cards(visit: Visit) -> list[dict[str, Any]]:
    """What `reading.gather` tells of the page, card by card, and what each chart is called."""
    visit.page.wait_for_function(reading.DRAWN)
    return visit.page.eval_on_selector_all("[data-testid=stMain] [class*='st-key-card-']", CARDS)
