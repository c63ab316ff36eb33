"""The pictures of scores: the points of a group as dots, how a unit came to its points, grades counted, what a trial
moves, how firm the grades are. They know points, grades and bounds, which no chart of reports (charts*.py) does.

Units stand in the order they are given; nothing is sorted by size here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from dashboard.charts import base, drawn, folded, keep_ink, short_names, unit_axis
from dashboard.charts_compare import NARROW, WIDE, words
from dashboard.theme import palette

_ROW = 28  # pixels of one line
_SPACES = "\u00a0\u00a0\u00a0"
_NONE = Decimal(0)
_PHONE = 290  # pixels of a chart on a phone that names, line and words share
_LETTER, _WIDE_FROM = 14, 0x2000  # pixels of a Chinese letter; a digit is narrower
_CROWD, _SHEET = 16, 540  # more units than this stand on a sheet of their own, so many pixels high
_SHORT_LABEL = 22  # letters beside a dot for which the usual room is enough


@dataclass(frozen=True, slots=True)
class Dot:
    """One unit: from `points` it can still get to `highest`; `told` is what the hover says, `label` and `short` what
    stands beside the dot on a wide and on a narrow screen."""

    name: str
    points: Decimal
    highest: Decimal
    label: str
    short: str
    told: str
    address: str

    @property
    def is_open(self) -> bool:
        return self.highest > self.points


@drawn
def dots(held: Sequence[Dot], bounds: Mapping[str, Decimal], full: Decimal) -> go.Figure:
    """One line a unit: the dot is what it has, the line ends where it can still get to; `bounds` are those of grades."""
    colours = palette()
    figure = base(colours, 100 + _ROW * max(len(held), 1))
    still = [dot for dot in held if dot.is_open]
    figure.add_scatter(
        x=[end for dot in still for end in (float(dot.points), float(dot.highest), None)],
        y=[end for dot in still for end in (dot.name, dot.name, None)],
        mode="lines", hoverinfo="skip", showlegend=False, line={"color": colours.ramp[4], "width": 4},
    )  # fmt: skip
    figure.add_scatter(
        x=[float(dot.highest) for dot in still], y=[dot.name for dot in still], mode="markers", hoverinfo="skip",
        showlegend=False, cliponaxis=False,
        marker={"symbol": "line-ns", "size": 14, "line": {"width": 2, "color": colours.series[0]}},
    )  # fmt: skip
    figure.add_scatter(
        x=[float(dot.points) for dot in held], y=[dot.name for dot in held], mode="markers", showlegend=False,
        customdata=[[dot.address] for dot in held], text=[dot.told for dot in held], cliponaxis=False,
        hovertemplate="%{text}<extra></extra>", marker={"size": 13, "color": colours.series[0]},
    )  # fmt: skip
    ends = [(dot.name, dot.highest, dot.label, dot.short) for dot in held]
    legend = f"● 得分{'　短线 最高可达' if still else ''}<br>虚线 等次的界线"
    low = min([dot.points for dot in held], default=_NONE)
    room = 0.45 if any(len(dot.label) > _SHORT_LABEL for dot in held) else 0.3
    return _on_points(figure, ends, low, bounds, full, legend, room)


@dataclass(frozen=True, slots=True)
class Move:
    """One unit whose points become others; `told`, `label` and `short` as of a Dot."""

    name: str
    before: Decimal
    after: Decimal
    label: str
    short: str
    told: str


@drawn
def moves(held: Sequence[Move], bounds: Mapping[str, Decimal], full: Decimal) -> go.Figure:
    """One line a unit that moves: hollow what it had, filled what it would have, joined."""
    colours = palette()
    figure = base(colours, 100 + _ROW * max(len(held), 1))
    figure.add_scatter(
        x=[end for each in held for end in (float(each.before), float(each.after), None)],
        y=[end for each in held for end in (each.name, each.name, None)],
        mode="lines", hoverinfo="skip", showlegend=False, line={"color": colours.ramp[4], "width": 3},
    )  # fmt: skip
    for symbol, size, chosen in (
        ("circle", 11, [each.after for each in held]),
        ("circle-open", 14, [each.before for each in held]),  # the larger ring stays to be seen around a dot
    ):
        figure.add_scatter(
            x=[float(each) for each in chosen], y=[each.name for each in held], mode="markers", showlegend=False,
            text=[each.told for each in held], hovertemplate="%{text}<extra></extra>", cliponaxis=False,
            marker={"symbol": symbol, "size": size, "color": colours.series[0], "line": {"width": 2}},
        )  # fmt: skip
    right = max([full, *(max(each.before, each.after) for each in held)])
    ends = [(each.name, right, each.label, each.short) for each in held]
    low = min([min(each.before, each.after) for each in held], default=_NONE)
    return _on_points(figure, ends, low, bounds, full, "○ 原来得分　● 试算得分<br>虚线 试算的等次界线", room=0.5)


@dataclass(frozen=True, slots=True)
class Span:
    """One unit with what it has and between which points it comes out; `told`, `label` and `short` as of a Dot."""

    name: str
    points: Decimal
    low: Decimal
    high: Decimal
    label: str
    short: str
    told: str


@drawn
def spans(held: Sequence[Span], bounds: Mapping[str, Decimal], full: Decimal) -> go.Figure:
    """One line a unit: the dot is what it has, the bar goes from its lowest to its highest; where a bar lies over the bound
    of a grade, the grade is not firm."""
    colours = palette()
    figure = base(colours, 100 + _ROW * max(len(held), 1))
    figure.add_bar(
        orientation="h", y=[each.name for each in held], base=[float(each.low) for each in held],
        x=[float(each.high - each.low) for each in held], width=0.36, hoverinfo="skip", showlegend=False,
        cliponaxis=False, marker={"color": colours.ramp[3], "line": {"width": 0}},
    )  # fmt: skip
    figure.add_scatter(
        x=[float(each.points) for each in held], y=[each.name for each in held], mode="markers", showlegend=False,
        text=[each.told for each in held], hovertemplate="%{text}<extra></extra>", cliponaxis=False,
        marker={"size": 10, "color": colours.series[0]},
    )  # fmt: skip
    right = max([full, *(max(each.high, each.points) for each in held)])
    ends = [(each.name, right, each.label, each.short) for each in held]
    low = min([min(each.low, each.points) for each in held], default=_NONE)
    return _on_points(figure, ends, low, bounds, full, "● 现在　▬ 各次得分<br>虚线 等次的界线", room=0.4)


def _on_points(
    figure: go.Figure,
    ends: Sequence[tuple[str, Decimal, str, str]],
    lowest: Decimal,
    bounds: Mapping[str, Decimal],
    full: Decimal,
    legend: str,
    room: float = 0.3,
) -> go.Figure:
    """What all pictures of units over points share: each line ends in words (name, where, on a wide screen, on a narrow
    one), the scale begins a little below `lowest`, the bounds of grades are dashed. `room` is what the words take of the
    scale; where they all stand at its end no dashed line runs through them."""
    names, places = [name for name, *_ in ends], [float(at) for _, at, *_ in ends]
    for family, text in ((WIDE, [label for *_, label, _ in ends]), (NARROW, [short for *_, short in ends])):
        figure.add_scatter(
            **words(places, names, [f"{_SPACES}{each}" for each in text], "middle right", textfont={"family": family})
        )
    unit_axis(figure, names)
    room = max(room, _phone_room(names, [short for *_, short in ends]))
    low = max(0.0, float(lowest) - max((float(full) - float(lowest)) * 0.08, float(full) * 0.02))
    top = max([float(full), *places])
    step = next((each for each in (1, 2, 5, 10, 20, 50) if (top - low) / each <= 5), 100)
    ticks = [at for at in range(0, int(top) + 1, step) if at >= low]  # none where only words stand
    figure.update_xaxes(
        range=[low, top + (top - low) * room], side="top", tickvals=ticks, tickangle=0, showgrid=False,
    )  # fmt: skip
    _bounds(figure, bounds, low)
    figure.add_annotation(
        x=0, xref="paper", xanchor="left", y=0, yref="paper", yanchor="top", yshift=-6, showarrow=False, align="left",
        xshift=-_beside(names), text=legend, font={"color": palette().faint, "size": 13},
    )  # fmt: skip
    figure.update_layout(margin={"t": 58, "b": 46, "r": 12}, meta={"on_paper": _SHEET if len(names) > _CROWD else None})
    return keep_ink(figure)


def _phone_room(names: Sequence[str], labels: Sequence[str]) -> float:
    """What share of the scale the words at its end need on a phone, beside names of this length."""
    beside = _beside(names)
    wanted = max(
        (sum(_LETTER if ord(each) > _WIDE_FROM else _LETTER * 0.6 for each in f"{_SPACES}{label}") for label in labels),
        default=0,
    )
    line = max(_PHONE - beside, 2 * wanted)
    return wanted / (line - wanted)


def _beside(names: Sequence[str]) -> int:
    return max((len(part) for name in short_names(names) for part in _lines(name)), default=0) * _LETTER


def _lines(name: str) -> list[str]:
    return re.sub(r"<(?!br)[^>]*>", "", folded(name)).split("<br>")


def _bounds(figure: go.Figure, bounds: Mapping[str, Decimal], low: float) -> None:
    colours = palette()
    shown = {name: float(at) for name, at in bounds.items() if float(at) > low}
    for name, at in shown.items():
        figure.add_vline(x=at, line={"color": colours.faint, "dash": "dash", "width": 1}, layer="below")
        figure.add_annotation(
            x=at, y=1, yref="paper", yanchor="bottom", yshift=24, showarrow=False, text=name, xanchor="left",
            font={"size": 12, "color": colours.faint},
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of a waterfall from `start` to `end`. `kind`: whole (满分, 得分), taken, added, open (waits for a person)."""

    name: str
    start: Decimal
    end: Decimal
    kind: str
    text: str
    told: str
    address: str


@drawn
def waterfall(steps: Sequence[Step]) -> go.Figure:
    """From the full points downwards to what is left, bar by bar; a bar that waits for a person is hatched.

    Drawn as bars that float, which can be hatched one by one and keep their ink when one is clicked.
    """
    colours = palette()
    figure = base(colours, 84 + (42 if any("<br>" in _folded(step.name) for step in steps) else 30) * len(steps))
    inks = {
        "whole": colours.series[0], "taken": colours.series[3], "added": colours.series[1], "open": colours.ramp[4],
    }  # fmt: skip
    low = min(step.end for step in steps)
    top = float(max(max(step.start, step.end) for step in steps)) or 1.0
    floor = max(0.0, float(low) - top * 0.1) if float(low) > top * 0.4 else 0.0
    figure.add_scatter(
        x=[x for step in steps[:-1] for x in (float(step.end), float(step.end), None)],
        y=[y for one, other in pairwise(steps) for y in (one.name, other.name, None)],
        mode="lines", hoverinfo="skip", showlegend=False, line={"color": colours.faint, "width": 1, "dash": "dot"},
    )  # fmt: skip
    starts = [max(floor, float(min(step.start, step.end))) if step.kind != "whole" else floor for step in steps]
    figure.add_bar(
        orientation="h", y=[step.name for step in steps], base=starts,
        x=[float(max(step.start, step.end)) - start for step, start in zip(steps, starts, strict=True)],
        customdata=[[step.address] for step in steps], hovertext=[step.told for step in steps],
        hovertemplate="%{hovertext}<extra></extra>", showlegend=False, width=0.62, cliponaxis=False,
        marker={
            "color": [inks[step.kind] for step in steps], "line": {"width": 0},
            "pattern": {
                "shape": ["/" if step.kind == "open" else "" for step in steps], "fillmode": "overlay",
                "fgcolor": colours.ground, "fgopacity": 0.75, "solidity": 0.4,
            },
        },
    )  # fmt: skip
    figure.add_scatter(
        **words(
            [float(max(step.start, step.end)) for step in steps], [step.name for step in steps],
            [f"\u00a0{step.text}" for step in steps], "middle right",
        )
    )  # fmt: skip
    _step_axis(figure, steps)
    figure.update_xaxes(range=[floor, floor + (top - floor) * 1.18], side="top", nticks=5, tickangle=0)
    if floor:
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=0, yref="paper", yanchor="top", yshift=-4, showarrow=False,
            text=f"横轴从 {floor:g} 分起", font={"color": colours.faint, "size": 13},
        )  # fmt: skip
    figure.update_layout(margin={"b": 30, "r": 12}, bargap=0.2)
    return keep_ink(figure)


def _step_axis(figure: go.Figure, steps: Sequence[Step]) -> None:
    names = [step.name for step in steps]
    figure.update_yaxes(
        type="category", categoryorder="array", categoryarray=names[::-1], range=[-0.7, len(names) - 0.3],
        tickmode="array", tickvals=names, ticktext=[_folded(name) for name in names], showgrid=False,
    )  # fmt: skip


def _folded(name: str) -> str:
    """A long name in two lines, so that a phone has room for the bars."""
    return name if len(name) <= 9 else f"{name[: (len(name) + 1) // 2]}<br>{name[(len(name) + 1) // 2 :]}"


@drawn
def grade_bars(groups: Sequence[str], counts: Mapping[str, Mapping[str, int]], open_grade: str) -> go.Figure:
    """How many units of each group have which grade, side by side along one bar; what is not settled is hatched."""
    colours = palette()
    figure = base(colours, 84 + 40 * max(len(groups), 1))
    names = list(dict.fromkeys(name for held in counts.values() for name in held))
    settled = [name for name in names if name != open_grade]
    steps = [9, 6, 4, 2, 1, 0]  # the best is the deepest; words stand in every bar
    inks: dict[str, Any] = {name: colours.ramp[steps[min(n, 5)]] for n, name in enumerate(settled)}
    for name in names:
        is_open = name == open_grade
        shown = [counts[group].get(name, 0) for group in groups]
        n = settled.index(name) if name in settled else 0
        deep = steps[min(n, 5)] >= 5
        ink = colours.ink if is_open else ("#080C11" if colours.is_dark else "#FFFFFF") if deep else colours.ink
        figure.add_bar(
            orientation="h", y=list(groups), x=shown, name=name, hoverinfo="skip", textposition="inside",
            text=[str(each) if each else "" for each in shown], textfont={"color": ink, "size": 14}, width=0.7,
            insidetextanchor="middle", textangle=0, constraintext="none",
            marker={
                "color": colours.ground if is_open else inks[name], "line": {"width": 1, "color": colours.faint},
                "pattern": {"shape": "/" if is_open else "", "fgcolor": colours.ramp[4], "solidity": 0.25},
            },
        )  # fmt: skip
    figure.update_yaxes(
        type="category", categoryorder="array", categoryarray=list(groups)[::-1], showgrid=False,
    )  # fmt: skip
    figure.update_xaxes(showticklabels=False, showgrid=False)
    figure.update_layout(barmode="stack", margin={"t": 8, "b": 40}, legend={"y": 0, "yanchor": "top"})
    return keep_ink(figure)
