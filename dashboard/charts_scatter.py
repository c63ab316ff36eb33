"""Two figures of each unit as one dot. Both scales are logarithms of 1 + x, so that 0 has a place; no corner is better."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.charts import base, drawn, keep_ink
from dashboard.charts_compare import NARROW, WIDE, words
from dashboard.theme import Palette, palette

_HEIGHT = 440
_TICKS = (0, *(step * 10**power for power in range(6) for step in (1, 2, 5)))
_MOST_TICKS = 6  # that stand beside each other on a phone
_LETTER, _LINE, _DOT = 13, 17, 8  # pixels: a character of a name, a line of it, half a dot with some air
_PLACES = {"middle right": (1, 0), "middle left": (-1, 0), "top center": (0, 1), "bottom center": (0, -1)}


@dataclass(frozen=True, slots=True)
class Dot:
    """A unit with both figures: `short` is written beside it where there is room, `told` is what the hover says."""

    short: str
    across: float
    up: float
    told: str
    address: str


@drawn
def scatter(dots: Sequence[Dot], titles: tuple[str, str], medians: tuple[float | None, float | None]) -> go.Figure:
    """A dot for each unit, named where no other name or dot is in the way; dashed lines at the medians that there are."""
    colours = palette()
    figure = base(colours, _HEIGHT)
    spans = [
        _span([getattr(dot, side) for dot in dots], middle)
        for side, middle in zip(("across", "up"), medians, strict=True)
    ]
    figure.add_scatter(
        x=[_scale(dot.across) for dot in dots],
        y=[_scale(dot.up) for dot in dots],
        mode="markers",
        customdata=[[dot.address] for dot in dots],
        text=[dot.told for dot in dots],
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
        showlegend=False,
        marker={"size": 11, "color": colours.series[0], "line": {"width": 1, "color": colours.ground}},
    )
    for family, width in ((WIDE, 900), (NARROW, 250)):
        told = _named(dots, spans, width, medians)
        lift = (spans[1][1] - spans[1][0]) / (_HEIGHT - 90) * _DOT  # labels alone keep no distance from their dot
        figure.add_scatter(
            **words([_scale(dot.across) for dot, _ in told], [_scale(dot.up) + lift * _PLACES[place][1] for dot, place in told],
                    [f"\u00a0\u00a0{dot.short}\u00a0\u00a0" for dot, _ in told], "middle right"),
            textfont={"size": 13, "family": family},
        )  # fmt: skip
        figure.data[-1].textposition = [place for _, place in told]
    _medians(figure, medians, colours)
    for update, title, (low, high) in zip((figure.update_xaxes, figure.update_yaxes), titles, spans, strict=True):
        ticks = _ticks(low, high)
        update(
            range=[low, high], tickmode="array", tickvals=[_scale(tick) for tick in ticks],
            ticktext=[f"{tick:,}" for tick in ticks], title={"text": title, "font": {"size": 14}}, showline=True,
        )  # fmt: skip
    figure.update_layout(margin={"t": 24, "r": 24})
    return keep_ink(figure)


def _scale(value: float) -> float:
    return math.log1p(max(value, 0))


def _ticks(low: float, high: float) -> list[int]:
    held = [tick for tick in _TICKS if low <= _scale(tick) <= high]
    return held if len(held) <= _MOST_TICKS else [tick for tick in held if not str(tick).startswith(("2", "5"))]


def _span(values: Sequence[float], middle: float | None) -> tuple[float, float]:
    """The ends of a scale, with some air; from 0 where something is 0."""
    held = [_scale(value) for value in (*values, *([middle] if middle is not None else []))]
    air = max((max(held) - min(held)) * 0.12, 0.3)
    return min(held) - air, max(held) + air


def _medians(figure: go.Figure, medians: tuple[float | None, float | None], colours: Palette) -> None:
    line: dict[str, Any] = {"color": colours.faint, "dash": "dash", "width": 1.5}
    across, up = medians
    if across is not None:
        figure.add_vline(x=_scale(across), line=line, layer="below")
    if up is not None:
        figure.add_hline(y=_scale(up), line=line, layer="below")


def _named(
    dots: Sequence[Dot], spans: Sequence[tuple[float, float]], width: float, medians: tuple[float | None, float | None]
) -> list[tuple[Dot, str]]:
    """The dots whose names fit on a chart of this width, with the side the name stands on; the far ones choose first."""
    (left, right), (low, high) = spans
    tall = _HEIGHT - 90
    at = {
        dot: ((_scale(dot.across) - left) / (right - left) * width, (_scale(dot.up) - low) / (high - low) * tall)
        for dot in dots
    }
    centre = [
        _scale(middle) if middle is not None else sum(span) / 2 for middle, span in zip(medians, spans, strict=True)
    ]
    far = sorted(dots, key=lambda dot: -math.dist((_scale(dot.across), _scale(dot.up)), centre))
    taken = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in at.values()]
    x, y = (centre[0] - left) / (right - left) * width, (centre[1] - low) / (high - low) * tall
    lines = [(x - 1, 0, x + 1, tall), (0, y - 1, width, y + 1)]
    named = []
    for dot in far:
        boxes = {place: _box(at[dot], *side, len(dot.short) * _LETTER) for place, side in _PLACES.items()}
        free = [
            place
            for place, box in boxes.items()
            if box[0] >= 0 and box[2] <= width and box[1] >= 0 and box[3] <= tall
            and not any(_meet(box, other) for other in taken)
        ]  # fmt: skip
        if free:
            clear = [place for place in free if not any(_meet(boxes[place], line) for line in lines)]
            place = (clear or free)[0]
            named.append((dot, place))
            taken.append(boxes[place])
    return named


def _box(at: tuple[float, float], across: int, up: int, length: float) -> tuple[float, float, float, float]:
    x = at[0] + across * (_DOT + 2 + length / 2)
    y = at[1] + up * (_DOT + 2 + _LINE / 2)
    return x - length / 2, y - _LINE / 2, x + length / 2, y + _LINE / 2


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
