"""The chart shapes of 依申请公开: what came in and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dashboard.charts import Mark, base, keep_ink, unit_axis
from dashboard.states import ValueState, write_number
from dashboard.theme import Palette, palette


def stacked(marks: Sequence[Mark], order: Sequence[str], names: Sequence[str], counter: str) -> go.Figure:
    """Counts of several kinds added end to end, one line per name; the sum stands at the end of the line."""
    colours = palette()
    figure = base(colours, 84 + 40 * max(len(names), 1))
    ends = dict.fromkeys(names, 0.0)
    for index, series in enumerate(order):
        chosen = [mark for mark in marks if mark.series == series and mark.state is ValueState.REPORTED]
        for mark in chosen:
            ends[mark.x] = ends.get(mark.x, 0.0) + mark.size
        if chosen:
            colour = colours.series[index % len(colours.series)]
            figure.add_bar(**_segments(chosen, series, colour, counter, colours))
    figure.add_scatter(
        x=list(ends.values()),
        y=list(ends),
        mode="text",
        text=[f" {write_number(total)} {counter}" for total in ends.values()],
        textposition="middle right",
        showlegend=False,
        hoverinfo="skip",
        cliponaxis=False,
    )
    figure.update_layout(barmode="stack", bargap=0.35, uniformtext={"minsize": 12, "mode": "hide"})
    unit_axis(figure, names)
    figure.update_yaxes(showgrid=False)
    longest = max(ends.values(), default=0)
    figure.update_xaxes(showticklabels=False, showgrid=False, range=[0, longest or 1])
    figure.update_layout(margin={"r": 72})  # for the sum after the longest line
    return keep_ink(figure)


def _segments(marks: Sequence[Mark], name: str, colour: str, counter: str, colours: Palette) -> dict[str, Any]:
    return {
        "orientation": "h",
        "name": name,
        "y": [mark.x for mark in marks],
        "x": [mark.size for mark in marks],
        "customdata": [[mark.address] for mark in marks],
        "text": [mark.text or write_number(mark.value) for mark in marks],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "marker": {"color": colour, "line": {"width": 1, "color": colours.ground}},
        "hovertemplate": f"%{{y}}<br>{name}：%{{text}} {counter}<extra></extra>",
    }


def balance(marks: Sequence[Mark], counter: str) -> go.Figure:
    """The printed identity as two lines: what came in above what became of it; a gap between them shows as a gap."""
    colours = palette()
    figure = base(colours, 190)
    for index, mark in enumerate(marks):
        if mark.state.has_value:
            colour = colours.series[(0, 5, 1, 4)[index % 4]]
            figure.add_bar(**_segments([mark], mark.series, colour, counter, colours))
    names = list(dict.fromkeys(mark.x for mark in marks))
    figure.update_layout(barmode="stack", bargap=0.3, uniformtext={"minsize": 12, "mode": "hide"})
    figure.update_yaxes(categoryorder="array", categoryarray=names[::-1], showgrid=False)
    figure.update_xaxes(rangemode="tozero", showticklabels=False, showgrid=False)
    return keep_ink(figure)
