"""The few chart shapes of the pages. Missing figures are never drawn as points; years are categories, not a scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.states import LOOKS, ValueState, write_figure, write_number
from dashboard.theme import Palette, palette

EDITION_STARTS = (2019, 2021)


@dataclass(frozen=True, slots=True)
class Mark:
    """One drawn figure: `x` its category (a year, a unit), `series` the trace it belongs to, `address` its 出处."""

    x: str
    series: str
    state: ValueState
    value: Any
    address: str
    text: str = ""


def _base(colours: Palette, height: int) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 16, "t": 30, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"size": 14, "color": colours.ink},
        legend={
            "orientation": "h", "x": 0, "xanchor": "left", "y": 1.0, "yanchor": "bottom", "title": {"text": ""},
            "font": {"size": 14, "color": colours.ink}, "itemclick": False, "itemdoubleclick": False,
        },
        hoverlabel={"font": {"size": 14}},
        dragmode=False,
    )  # fmt: skip
    axis = {
        "tickfont": {"size": 14, "color": colours.faint},
        "title": {"text": "", "font": {"color": colours.faint}},
        "gridcolor": colours.rule,
        "linecolor": colours.rule,
        "automargin": True,
        "zeroline": False,
        "fixedrange": True,
    }
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure


def _keep_ink(figure: go.Figure) -> None:
    """A click must not fade the other marks: the picture stays the picture."""
    for trace in figure.data:
        if trace.type in ("bar", "scatter"):
            trace.update(selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}})


def edition_breaks(figure: go.Figure, years: Sequence[int], colours: Palette) -> None:
    """The lines at which another edition of the form begins; figures on both sides need not be comparable."""
    for start in EDITION_STARTS:
        if start in years and years.index(start) > 0:
            figure.add_vline(
                x=years.index(start) - 0.5, line={"color": colours.faint, "dash": "dash", "width": 1.5},
                annotation={"text": f"{start}年起改版", "font": {"size": 12, "color": colours.faint}, "yanchor": "bottom"},
                annotation_position="top left",
            )  # fmt: skip


def by_year(
    marks: Sequence[Mark], years: Sequence[int], counter: str, events: Sequence[dict[str, Any]] = ()
) -> go.Figure:
    """One series of sums over the years as bars; a year without a figure has the word of its state, not a bar of zero."""
    colours = palette()
    figure = _base(colours, 300)
    drawn = [mark for mark in marks if mark.state.has_value]
    figure.add_bar(
        x=[mark.x for mark in drawn],
        y=[float(mark.value) for mark in drawn],
        customdata=[[mark.address] for mark in drawn],
        text=[mark.text or write_number(mark.value) for mark in drawn],
        textposition="outside",
        cliponaxis=False,
        marker={"color": colours.series[0], "line": {"width": 0}},
        hovertemplate="%{x} 年度：%{text} " + counter + "<extra></extra>",
        width=0.55,
    )
    # A thin grey mark takes the click where there is no bar to hit: a true zero, or a year without a figure.
    rest = [mark for mark in marks if not mark.state.has_value or float(mark.value) == 0]
    figure.add_scatter(
        x=[mark.x for mark in rest],
        y=[0] * len(rest),
        mode="markers+text",
        text=["" if mark.state.has_value else LOOKS[mark.state].word for mark in rest],
        textposition="top center",
        textfont={"color": colours.faint, "size": 14},
        customdata=[[mark.address] for mark in rest],
        marker={"symbol": "line-ew", "size": 26, "line": {"width": 3, "color": colours.faint}},
        hovertemplate="%{x} 年度：点开看出处<extra></extra>",
    )
    figure.update_xaxes(
        type="category", categoryorder="array", categoryarray=[str(year) for year in years], showgrid=False,
        range=[-0.5, len(years) - 0.5],
    )  # fmt: skip
    top = max((float(mark.value) for mark in drawn), default=0)
    figure.update_yaxes(rangemode="tozero", showticklabels=False, showgrid=False, range=[0, top * 1.22 or 1])
    figure.update_layout(showlegend=False)
    edition_breaks(figure, list(years), colours)
    for event in events:
        year = str(event["happened_on"].year)
        if int(year) in years:
            figure.add_annotation(
                x=year, y=1, yref="paper", yshift=14, text="▾", showarrow=False, hovertext=event["text"],
                font={"color": colours.series[3], "size": 16},
            )  # fmt: skip
    _keep_ink(figure)
    return figure


def stacked(marks: Sequence[Mark], order: Sequence[str], names: Sequence[str], counter: str) -> go.Figure:
    """Counts of several kinds on one line per name, added end to end; the sum stands at the end of the line."""
    colours = palette()
    figure = _base(colours, 70 + 34 * max(len(names), 1))
    ends: dict[str, float] = dict.fromkeys(names, 0.0)
    for index, series in enumerate(order):
        chosen = [mark for mark in marks if mark.series == series and mark.state is ValueState.REPORTED]
        if not chosen:
            continue
        for mark in chosen:
            ends[mark.x] = ends.get(mark.x, 0.0) + float(mark.value)
        figure.add_bar(
            orientation="h",
            name=series,
            y=[mark.x for mark in chosen],
            x=[float(mark.value) for mark in chosen],
            customdata=[[mark.address] for mark in chosen],
            text=[write_number(mark.value) for mark in chosen],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            constraintext="none",
            marker={
                "color": colours.series[index % len(colours.series)],
                "line": {"width": 1, "color": colours.ground},
            },
            hovertemplate="%{y}<br>" + series + "：%{text} " + counter + "<extra></extra>",
        )
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
    figure.update_layout(barmode="stack", bargap=0.35)
    figure.update_yaxes(categoryorder="array", categoryarray=list(names)[::-1], showgrid=False)
    figure.update_xaxes(
        rangemode="tozero", showticklabels=False, showgrid=False, range=[0, max(ends.values(), default=0) * 1.18 or 1]
    )
    _keep_ink(figure)
    return figure


def dots(marks: Sequence[Mark], names: Sequence[str], now: str, before: str | None, counter: str) -> go.Figure:
    """One line per unit in the order of the register: filled for `now`, hollow for `before`, the change between them."""
    colours = palette()
    figure = _base(colours, 80 + 26 * max(len(names), 1))
    by_key = {(mark.x, mark.series): mark for mark in marks if mark.state.has_value}
    for name in names:
        ends = [by_key[name, series].value for series in (before, now) if series and (name, series) in by_key]
        if len(ends) == 2:
            figure.add_scatter(
                x=[float(end) for end in ends], y=[name, name], mode="lines", showlegend=False, hoverinfo="skip",
                line={"color": colours.rule, "width": 3},
            )  # fmt: skip
    for series, symbol in ((before, "circle-open"), (now, "circle")):
        chosen = [mark for mark in marks if mark.series == series and mark.state.has_value]
        if not chosen or series is None:
            continue
        is_now = series == now
        figure.add_scatter(
            x=[float(mark.value) for mark in chosen],
            y=[mark.x for mark in chosen],
            mode="markers+text" if is_now else "markers",
            name=series,
            customdata=[[mark.address] for mark in chosen],
            text=[mark.text or write_number(mark.value) for mark in chosen],
            textposition="middle right",
            cliponaxis=False,
            marker={
                "symbol": symbol,
                "size": 12,
                "color": colours.series[0],
                "line": {"width": 2, "color": colours.series[0]},
            },
            hovertemplate="%{y}，" + series + "：%{text} " + counter + "<extra></extra>",
        )
    figure.update_yaxes(
        type="category", categoryorder="array", categoryarray=list(names)[::-1], range=[-0.7, len(names) - 0.3]
    )
    top = max((float(mark.value) for mark in by_key.values()), default=0)
    figure.update_xaxes(rangemode="tozero", range=[-top * 0.03 or -0.05, top * 1.15 or 1])
    _keep_ink(figure)
    return figure


def balance(marks: Sequence[Mark], counter: str) -> go.Figure:
    """The printed identity as two bars of equal length: 上年结转 + 新收 above 办结 + 结转下年; a gap shows as a gap."""
    colours = palette()
    figure = _base(colours, 190)
    names = list(dict.fromkeys(mark.x for mark in marks))
    for index, mark in enumerate(marks):
        if not mark.state.has_value:
            continue
        figure.add_bar(
            orientation="h",
            name=mark.series,
            y=[mark.x],
            x=[float(mark.value)],
            customdata=[[mark.address]],
            text=[f"{mark.series} {mark.text or write_figure(mark.state, mark.value)}"],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            marker={"color": colours.series[(2, 0, 1, 4)[index % 4]], "line": {"width": 1, "color": colours.ground}},
            hovertemplate=mark.series + "：%{x} " + counter + "<extra></extra>",
        )
    figure.update_layout(barmode="stack", bargap=0.35)
    figure.update_yaxes(categoryorder="array", categoryarray=names[::-1], showgrid=False)
    figure.update_xaxes(rangemode="tozero", showticklabels=False, showgrid=False)
    _keep_ink(figure)
    return figure
