"""Small multiples: one strip for each unit over the years, all on one scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

from dashboard.charts import Mark, base, drawn, edition_edges, keep_ink, year_font
from dashboard.charts_compare import NARROW, WIDE, ends, hover, words
from dashboard.states import LOOKS, ValueState
from dashboard.theme import Palette, palette

HEIGHT = 122  # pixels of one strip with its name
_ABOVE, _BELOW = 66, 44  # for events and editions above the strips, years below


@dataclass(frozen=True, slots=True)
class Strip:
    """One unit: a mark for each year it has a row in (its `value` None where it has no place), and by year what happened
    to it and not to all the others."""

    name: str
    marks: Sequence[Mark]
    events: Mapping[int, str] = field(default_factory=dict)

    @property
    def top(self) -> float:
        return max((mark.size for mark in self.marks if mark.value is not None), default=0) or 1


@drawn
def strips(
    units: Sequence[Strip],
    years: Sequence[int],
    counter: str,
    events: Mapping[int, str],
    *,
    is_one_scale: bool = True,
    is_wide: bool = True,
    height: int = HEIGHT,
) -> go.Figure:
    """A line breaks at a year without a figure, and the word for it stands there. An incomplete sum is hollow.

    `years` is every year of the axis, also those of which nothing is known; `events` happened to all of them. Strips of
    different things are not `is_one_scale`: each then reaches as high as its own largest figure. A column that is
    not `is_wide` has room for a few labels only. `height` is that of one strip in pixels.
    """
    colours = palette()
    figure = base(colours, _ABOVE + _BELOW + height * len(units))
    highest = max((unit.top for unit in units), default=1)
    share = 1 / len(units)
    layout: dict[str, Any] = {
        "showlegend": False, "margin": {"t": _ABOVE, "b": _BELOW},
        "xaxis": {
            "range": [-0.6, len(years) - 0.4], "tickmode": "array", "tickvals": list(range(len(years))),
            "ticktext": [str(year) for year in years], "tickfont": {"size": 12, **year_font(years)}, "tickangle": 0, "showgrid": False, "anchor": "free",
            "position": 0, "automargin": False,
        },
    }  # fmt: skip
    lines, words_above = _times(years, events, colours)
    for number, unit in enumerate(units, start=1):
        axis = "y" if number == 1 else f"y{number}"
        ceiling, top = 1 - (number - 1) * share, highest if is_one_scale else unit.top
        _strip(figure, unit, years, counter, axis, top, colours, is_wide=is_wide)
        layout[axis.replace("y", "yaxis")] = {
            "domain": [ceiling - share, ceiling - share * 0.2], "range": [-top * 0.35, top * 1.5],
            "tickmode": "array", "tickvals": [0], "ticktext": ["0"], "fixedrange": True, "zeroline": False,
            "gridcolor": colours.rule, "tickfont": {"size": 12, "color": colours.faint}, "anchor": "x",
        }  # fmt: skip
        words_above.append({
            "x": 0, "xref": "paper", "xanchor": "left", "y": ceiling - share * 0.04, "yref": "paper", "yanchor": "top",
            "showarrow": False, "text": f"<b>{unit.name}</b>", "font": {"size": 14, "color": colours.ink},
            "bgcolor": colours.ground, "borderpad": 1,
        })  # fmt: skip
        for year, told in unit.events.items():
            if year in years:
                lines.append(_upright(years.index(year), f"{axis} domain", "dot", colours.series[3]))
                words_above.append(_event(years.index(year), told, f"{axis} domain", colours))
    # set at once: one by one, the library looks through all that is there again for each
    figure.update_layout({**layout, "shapes": lines, "annotations": words_above})
    return keep_ink(figure)


def _times(
    years: Sequence[int], events: Mapping[int, str], colours: Palette
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Lines and words through all strips: where another edition of the form begins, and what happened to everybody."""
    lines, told = [], []
    for index, start in edition_edges(years).items():
        lines.append(_upright(index - 0.5, "paper", "dash", colours.faint))
        told.append({
            "x": index - 0.5, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False,
            "text": f"{start}<br>改版", "font": {"size": 12, "color": colours.faint},
        })  # fmt: skip
    for year, what in events.items():
        if year in years:
            lines.append(_upright(years.index(year), "paper", "dot", colours.series[3]))
            told.append(_event(years.index(year), what, "paper", colours, shift=34))
    return lines, told


def _event(place: int, told: str, reference: str, colours: Palette, shift: int = 0) -> dict[str, Any]:
    return {
        "x": place, "y": 1, "yref": reference, "yanchor": "bottom", "yshift": shift, "showarrow": False, "text": "▼",
        "hovertext": told, "font": {"size": 13, "color": colours.series[3]},
    }  # fmt: skip


def _upright(place: float, reference: str, dash: str, colour: str) -> dict[str, Any]:
    return {
        "type": "line", "xref": "x", "yref": reference, "x0": place, "x1": place, "y0": 0, "y1": 1, "layer": "below",
        "line": {"color": colour, "dash": dash, "width": 1.5 if dash == "dash" else 1},
    }  # fmt: skip


def _strip(
    figure: go.Figure,
    unit: Strip,
    years: Sequence[int],
    counter: str,
    axis: str,
    top: float,
    colours: Palette,
    *,
    is_wide: bool,
) -> None:
    by_year = {int(mark.series): mark for mark in unit.marks}
    held = [by_year.get(year) for year in years]
    figure.add_scatter(
        x=list(range(len(years))), y=[mark.size if mark and mark.value is not None else None for mark in held],
        mode="lines", connectgaps=False, hoverinfo="skip", yaxis=axis, line={"color": colours.ramp[4], "width": 2.5},
    )  # fmt: skip
    placed = [(place, mark) for place, mark in enumerate(held) if mark]
    points = [
        (place, mark.size, mark, hover(mark, f"{mark.series} 年度", counter))
        for place, mark in placed
        if mark.value is not None
    ]
    for symbol, is_complete in (("circle", True), ("circle-open", False)):
        ends(figure, [each for each in points if each[2].is_complete is is_complete], symbol, colours, yaxis=axis)
    for family, chosen in ((WIDE, points if is_wide else _few(points)), (NARROW, _few(points))):
        figure.add_scatter(
            **words([x for x, *_ in chosen], [y + top * 0.1 for _, y, *_ in chosen], [m.text for _, _, m, _ in chosen],
                    "top center"),
            yaxis=axis, textfont={"size": 13, "family": family},
        )  # fmt: skip
    missing = [(place, mark) for place, mark in placed if mark.value is None]
    figure.add_scatter(
        x=[place for place, _ in missing], y=[0.0] * len(missing), mode="text", yaxis=axis, cliponaxis=False,
        text=[mark.text.replace("未收集", "未<br>收集") for _, mark in missing],
        textfont={"size": 12, "color": [_ink(mark.state, colours) for _, mark in missing]},
        customdata=[[mark.address] for _, mark in missing],
        hovertext=[f"{mark.x}，{mark.series} 年度：{mark.text}" for _, mark in missing],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip


def _few(points: Sequence[tuple[int, float, Mark, str]]) -> list[tuple[int, float, Mark, str]]:
    """Those whose figure is written on a narrow screen: all where they are short, else the first, last and largest."""
    if max((len(mark.text) for _, _, mark, _ in points), default=0) <= 3:
        return list(points)
    largest = max(points, key=lambda point: point[1])
    return list({point[0]: point for point in (points[0], largest, points[-1])}.values())


def _ink(state: ValueState, colours: Palette) -> str:
    """Words on the bare ground: only what waits to be looked at is set apart."""
    look = LOOKS[ValueState.UNREADABLE]
    return (look.dark if colours.is_dark else look.light)[1] if state is ValueState.UNREADABLE else colours.faint
