"""What stands on a page: every figure that has an address, in tables, charts and large figures, as a reader sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.e2e.conftest import PATIENCE, Visit

# Every chart that was asked for is there; Streamlit loads what draws it only when the first one comes.
DRAWN = """() => [...document.querySelectorAll('[data-testid=stPlotlyChart]')]
    .every(box => box.querySelector('.js-plotly-plot')?._fullLayout)"""
# The rows of buttons that show one thing in several ways; on a page without figures they ask for something else.
ALTERNATIVES = """[...document.querySelectorAll('[data-testid=stMain] [data-testid=stButtonGroup]')]
    .filter(() => document.querySelector('[data-testid=stMain] :is([data-address], .js-plotly-plot)'))"""
MOST_ALTERNATIVES = f"() => Math.max(0, ...{ALTERNATIVES}.map(row => row.querySelectorAll('button').length))"
# All at once: a click draws the page anew, and a row found before may be gone after it.
TURN = f"place => {ALTERNATIVES}.forEach(row => row.querySelectorAll('button')[place]?.click())"
GATHER = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  const text = node => node?.textContent.trim() ?? '';
  const plain = node => {
    const copy = (node.querySelector('.word') ?? node).cloneNode(true);
    copy.querySelectorAll('small').forEach(each => each.remove());
    return copy.textContent.trim();
  };
  const cell = node => ({address: node.dataset.address ?? '', text: plain(node), note: node.title});
  const list = held => held == null ? held : ArrayBuffer.isView(held) || Array.isArray(held) ? Array.from(held) : held;
  return {
    tables: [...main.querySelectorAll('table.nb-grid')].map(table => ({
      heads: [...table.tHead.rows[0].cells].slice(1).map(head => head.firstChild.textContent),
      rows: [...table.tBodies[0].rows].map(row =>
        ({head: text(row.cells[0]), cells: [...row.querySelectorAll('.nb-figure')].map(cell)})),
    })),
    tiles: [...main.querySelectorAll('.nb-tile')].map(cell),
    addresses: main.querySelectorAll('[data-address]').length,
    printed: [...main.querySelectorAll('button[data-cell]')].map(node => [node.dataset.cell, plain(node)]),
    large: [...main.querySelectorAll('[data-testid=stMetric]')].map(node => ({
      label: text(node.querySelector('[data-testid=stMetricLabel]')),
      text: text(node.querySelector('[data-testid=stMetricValue]')),
      beside: text(node.querySelector('[data-testid=stMetricDelta]')),
      note: text(node.closest('[class*=st-key-metric-]')?.querySelector('[data-testid=stCaptionContainer]')),
    })),
    charts: [...main.querySelectorAll('.js-plotly-plot')].map(plot => ({
      notes: (plot.layout.annotations ?? []).map(note => note.text ?? ''),
      rules: (plot.layout.shapes ?? []).map(shape => [shape.x0, shape.y0, shape.x1, shape.y1]),
      traces: plot.data.map(trace => ({
        type: trace.type, name: trace.name ?? '', mode: trace.mode ?? '', is_dotted: trace.line?.dash === 'dot',
        x: list(trace.x), y: list(trace.y), text: list(trace.text), hovertext: list(trace.hovertext),
        hovertemplate: trace.hovertemplate ?? '', customdata: trace.type === 'sankey' ? null : list(trace.customdata),
        labels: trace.node?.label ?? [], lies: trace.orientation === 'h',
        ribbons: (trace.link?.value ?? []).map((size, i) => [trace.link.source[i], trace.link.target[i], size]),
        is_drawn: trace.mode !== 'text' && (trace.marker?.opacity ?? 1) > 0.01,
      })),
    })),
    captions: [...main.querySelectorAll('[data-testid=stCaptionContainer]')].map(text),
    lists: [...main.querySelectorAll('[data-testid=stMarkdownContainer] p')].map(text),
    sentences: [...main.querySelectorAll('.nb-title, [data-testid=stMarkdownContainer] p > strong:only-child')].map(text),
  };
}"""


@dataclass(frozen=True, slots=True)
class Point:
    """A mark of a chart that has an address: all that is `told` of it, where it stands, whether anything is drawn there.

    `place` is its category, or the line that it is part of.
    """

    address: str
    told: str
    place: str
    at: tuple[Any, Any]
    is_drawn: bool


def pages(window: Visit) -> list[str]:
    """The titles in the menu; each stands below the name of its icon."""
    links = window.page.locator("[data-testid=stSidebarNavLink]").all_inner_texts()
    return [link.split("\n")[-1] for link in links]


def go(window: Visit, title: str) -> None:
    """To another page by the menu, which leaves the choices as they are."""
    window.page.locator("[data-testid=stSidebarNavLink]", has_text=title).first.click(timeout=PATIENCE)
    window.settle(title)


def looks(window: Visit) -> Iterator[dict[str, Any]]:
    """The page with every row of alternatives at its first, then at its second, and so on, as far as any has one."""
    yield gather(window)
    for place in range(1, window.page.evaluate(MOST_ALTERNATIVES)):
        window.page.evaluate(TURN, place)
        window.page.wait_for_timeout(100)  # a choice tells of itself only after a while; what was told is waited for
        window.settle()
        yield gather(window)


def gather(window: Visit) -> dict[str, Any]:
    window.page.wait_for_function(DRAWN, timeout=PATIENCE)
    return window.page.evaluate(GATHER)


def points(chart: dict[str, Any]) -> list[Point]:
    """The marks of one chart that have an address."""
    found = []
    for trace in chart["traces"]:
        for index, held in enumerate(trace["customdata"] or []):
            address = held[0] if isinstance(held, list) else held
            at = (trace["x"][index], trace["y"][index])
            told = "　".join(_one(trace[key], index) for key in ("text", "hovertext", "hovertemplate"))
            found.append(Point(address, plain(told), _place(trace, index), at, trace["is_drawn"]))
    return found


def words(chart: dict[str, Any]) -> list[tuple[str, str]]:
    """What is written in one chart without an address, each with its place, "" where it belongs to none."""
    held = [("", plain(note)) for note in chart["notes"]]
    for trace in chart["traces"]:
        held += [("", plain(label)) for label in trace["labels"]]
        if not trace["customdata"] and trace["text"]:
            held += [(_place(trace, index), plain(_one(trace["text"], index))) for index in range(len(trace["x"]))]
    return held


def _place(trace: dict[str, Any], index: int) -> str:
    is_down = trace["lies"] or isinstance(trace["y"][index], str)
    return str(trace["y" if is_down else "x"][index])


def _one(held: str | list[Any] | None, index: int) -> str:
    return held if isinstance(held, str) else str(held[index] or "") if held else ""


def plain(text: str) -> str:
    """Without tags and what stands for another word."""
    return re.sub(r"<extra>.*?</extra>|<[^>]*>|%\{[^}]*\}", " ", text).replace("\u00a0", " ").strip()
