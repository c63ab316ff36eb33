"""What every chart shares, and the two shapes that any page may draw: figures over the years, units as dots.

A missing figure is never drawn as a point; years are categories, not a scale. The next shape is a file of its own,
charts_<shape>.py, on `base`, `Mark` and `@drawn`; it goes to an existing file only where it shares code with what is there.
"""

from __future__ import annotations

import pickle
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, wraps
from threading import Lock
from typing import Any, ParamSpec

import plotly.graph_objects as go

from dashboard.states import LOOKS, ValueState
from dashboard.theme import Palette, palette

FONT = "Microsoft YaHei, PingFang SC, Nianbao Sans, Noto Sans CJK SC, Source Han Sans SC, sans-serif"
# Of the words under an axis a phone shows the first and the last, of many years every other one (front/style.css).
TICKS, YEARS = f"nb-ends, {FONT}", f"nb-years, {FONT}"
_MANY_YEARS = 7  # that do not stand beside each other on a phone
_CROWD = 16  # rows
_LONG_NAME = 10  # characters; a longer one stands in two lines, so that a phone has room for what is drawn
EDITION_STARTS = (2019, 2021)  # report years from which another edition of the form holds


@dataclass(frozen=True, slots=True)
class Mark:
    """One drawn figure: `x` its category (a year, a unit), `series` the trace it belongs to, `address` its 出处."""

    x: str
    series: str
    state: ValueState
    value: Any
    address: str
    text: str = ""
    is_complete: bool = True

    @property
    def size(self) -> float:
        """The length on the screen; the text keeps the exact figure."""
        return float(self.value)


def base(colours: Palette, height: int) -> go.Figure:
    """An empty chart in the house's looks, `height` in pixels."""
    figure = deepcopy(_empty(colours))
    figure.layout.height = height
    return figure


@cache
def _empty(colours: Palette) -> go.Figure:
    """Made once for each theme: the library takes longer to set a layout up than to copy it."""
    figure = go.Figure()
    figure.update_layout(
        margin={"l": 8, "r": 16, "t": 34, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"size": 14, "color": colours.ink},
        hoverlabel={"font": {"size": 14}},
        dragmode=False,
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.0,
            "yanchor": "bottom",
            "title": {"text": ""},
            "traceorder": "normal",
            "font": {"size": 14, "color": colours.ink},
            "itemclick": False,
            "itemdoubleclick": False,
        },
    )
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


_COUNTY = re.compile(r".{1,8}?[县市区旗](?=.)")
_OFFICE = re.compile(r"(?<=[乡镇])人民政府$|(?<=街道)办事处$")


def short_names(names: Sequence[str]) -> list[str]:
    """What stands beside a line of a chart: without the county that all names begin with. The hover says it in full."""
    county = _COUNTY.match(names[0]) if names else None
    prefix = county[0] if county and len(names) > 1 and all(name.startswith(county[0]) for name in names) else ""
    short = [_OFFICE.sub("", name.removeprefix(prefix)) for name in names]
    return short if len(set(short)) == len(short) and all(short) else list(names)


def keep_ink(figure: go.Figure) -> go.Figure:
    """A click must not fade the other marks: the picture stays the picture."""
    figure.update_traces(selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}})
    return figure


_KEPT = 512  # charts of this process: every page of a few years and scopes, in both themes
P = ParamSpec("P")
_kept: OrderedDict[tuple[object, bool, bytes], go.Figure] = OrderedDict()
_keeping = Lock()


def drawn(draw: Callable[P, go.Figure]) -> Callable[P, go.Figure]:
    """The same chart is not drawn twice: setting it up takes longer than everything else on a page. What is handed back
    belongs to all readers, so nobody changes it.

    Only for what is told everything in its arguments; the theme is the one thing that it may look up.
    """

    @wraps(draw)
    def kept(*args: P.args, **named: P.kwargs) -> go.Figure:
        key = (draw, palette().is_dark, pickle.dumps((args, named)))
        with _keeping:
            if key in _kept:
                _kept.move_to_end(key)
                return _kept[key]
        figure = draw(*args, **named)
        with _keeping:
            _kept[key] = figure
            if len(_kept) > _KEPT:
                _kept.popitem(last=False)
        return figure

    return kept


def forget() -> None:
    """Let go of every chart that is kept."""
    with _keeping:
        _kept.clear()


_LARGE, _TALLEST = 18, 520  # pixels of a letter, of a chart on a screen of 720


def for_show(figure: go.Figure) -> go.Figure:
    """The same chart for a room: every letter large enough to be read from afar, and no taller than a screen."""
    held = figure.to_dict()
    unfold(held)
    _enlarge(held)
    held["layout"]["font"]["size"] = _LARGE
    held["layout"]["height"] = min(held["layout"].get("height") or _TALLEST, _TALLEST)
    return go.Figure(held)


def _enlarge(node: Any) -> None:
    if isinstance(node, dict):
        for key, value in node.items():
            if str(key).endswith("font") and isinstance(value, dict) and isinstance(value.get("size"), int | float):
                value["size"] = max(value["size"], _LARGE)
            _enlarge(value)
    elif isinstance(node, list | tuple):
        for each in node:
            _enlarge(each)


def year_font(years: Sequence[object]) -> dict[str, Any]:
    """The font of years under an axis: upright and large enough to be read on a phone, too."""
    return {"family": YEARS} if len(years) >= _MANY_YEARS else {}


def edition_edges(years: Sequence[int]) -> dict[int, int]:
    """Before which place of `years` each later edition of the form begins: {1: 2021} for [2020, 2022]."""
    edges = {}
    for start in EDITION_STARTS:
        later = [index for index, year in enumerate(years) if year >= start]
        if later and later[0] > 0:
            edges[later[0]] = start
    return edges


_SHORT = 4  # characters of a figure that stand beside each other on a phone; longer ones are written smaller there


@drawn
def by_year(marks: Sequence[Mark], counter: str, events: Sequence[dict[str, Any]] = ()) -> go.Figure:
    """Sums over the years as bars, hatched where incomplete; a year without a figure shows the word of its state."""
    colours = palette()
    figure = base(colours, 290)
    figure.update_layout(margin={"t": 66})
    told = [mark.text if mark.state.has_value else LOOKS[mark.state].word for mark in marks]
    figure.add_bar(
        x=[mark.x for mark in marks],
        y=[mark.size if mark.state.has_value else 0 for mark in marks],
        text=told,
        textposition="outside",
        textangle=0,
        constraintext="none" if max(map(len, told), default=0) <= _SHORT else "both",
        cliponaxis=False,
        hoverinfo="skip",
        width=0.5,
        marker={
            "color": colours.series[0],
            "line": {"width": 1, "color": colours.series[0]},
            "pattern": {
                "shape": ["" if mark.is_complete else "/" for mark in marks],
                "fillmode": "overlay",
                "fgcolor": colours.ground,
                "fgopacity": 0.75,
                "solidity": 0.4,
            },
        },
    )
    top = max((mark.size for mark in marks if mark.state.has_value), default=0) * 1.2 or 1
    # The whole column takes the click: a small figure, a true zero and a missing year have no bar to hit.
    figure.add_bar(
        x=[mark.x for mark in marks],
        y=[top] * len(marks),
        customdata=[[mark.address] for mark in marks],
        hovertext=[f"{mark.text} {counter}" if mark.state.has_value else LOOKS[mark.state].name for mark in marks],
        hovertemplate="%{x} 年度：%{hovertext}<extra></extra>",
        marker={"color": colours.faint, "opacity": 0.001},
        width=0.9,
    )
    years = [mark.x for mark in marks]
    figure.update_yaxes(showticklabels=False, showgrid=False, range=[0, top])
    figure.update_xaxes(
        type="category", categoryorder="array", categoryarray=years, range=[-0.5, len(years) - 0.5], showgrid=False,
        tickmode="array", tickvals=years, tickangle=0, tickfont=year_font(years),
    )  # fmt: skip
    figure.update_layout(showlegend=False, barmode="overlay")
    _time_marks(figure, [int(year) for year in years], events, colours)
    for trace, opacity in zip(figure.data, (1, 0.001), strict=True):
        trace.update(selected={"marker": {"opacity": opacity}}, unselected={"marker": {"opacity": opacity}})
    return figure


def _time_marks(figure: go.Figure, years: Sequence[int], events: Sequence[dict[str, Any]], colours: Palette) -> None:
    """Where another edition of the form begins, and what happened: figures on both sides need not be comparable."""
    for index, start in edition_edges(years).items():
        figure.add_vline(x=index - 0.5, line={"color": colours.faint, "dash": "dash", "width": 1.5})
        figure.add_annotation(
            x=index - 0.5,
            y=1,
            yref="paper",
            yanchor="bottom",
            showarrow=False,
            text=f"{start}<br>改版",
            font={"size": 12, "color": colours.faint},
        )
    for event in events:
        if event["happened_on"].year in years:
            figure.add_annotation(
                x=years.index(event["happened_on"].year),
                y=1,
                yref="paper",
                yanchor="bottom",
                showarrow=False,
                yshift=32,  # above the words that name an edition
                text="▼",
                hovertext=f"{event['happened_on']:%Y-%m-%d} {event['text']}",
                font={"color": colours.series[3], "size": 14},
            )


def crowded(names: Sequence[str]) -> dict[str, int] | None:
    """How high a chart of so many rows may become on paper, for `meta`; None for the usual height."""
    return {"on_paper": 440} if len(names) > _CROWD else None


def folded(name: str) -> str:
    """A long name in two lines of smaller letters, as high as one row."""
    if len(name) <= _LONG_NAME:
        return name
    half = len(name.removesuffix("管理委员会"))
    half = half if half < len(name) else (half + 1) // 2
    return f'<span style="font-size:12px">{name[:half]}<br>{name[half:]}</span>'


def unfold(held: dict[str, Any]) -> None:
    """Put names back into one line where there is no lack of width, or no room for two lines: `held` is a whole chart."""
    axis = held["layout"].get("yaxis", {})
    if "ticktext" in axis:
        axis["ticktext"] = [
            re.sub(r"<[^>]+>", "", name) if str(name).startswith("<span") else name for name in axis["ticktext"]
        ]


def unit_axis(figure: go.Figure, names: Sequence[str]) -> None:
    figure.update_yaxes(
        type="category",
        categoryorder="array",
        categoryarray=list(names)[::-1],
        tickmode="array",
        tickvals=list(names),
        ticktext=[folded(name) for name in short_names(names)],
        range=[-0.7, len(names) - 0.3],
    )


@drawn
def dots(marks: Sequence[Mark], names: Sequence[str], year: int, counter: str) -> go.Figure:
    """One line per unit in the order of the register: filled for `year`, hollow for the one before, joined; the figure
    written beside them is that of `year`."""
    colours = palette()
    figure = base(colours, 84 + 28 * max(len(names), 1))
    held = {(mark.x, mark.series): mark for mark in marks if mark.state.has_value}
    joined = [name for name in names if (name, str(year - 1)) in held and (name, str(year)) in held]
    figure.add_scatter(
        x=[end for name in joined for end in (held[name, str(year - 1)].size, held[name, str(year)].size, None)],
        y=[end for name in joined for end in (name, name, None)],
        mode="lines",
        showlegend=False,
        hoverinfo="skip",
        line={"color": colours.ramp[4], "width": 3},
    )
    for series, symbol in ((str(year - 1), "circle-open"), (str(year), "circle")):
        chosen = [held[name, series] for name in names if (name, series) in held]
        if chosen:
            figure.add_scatter(
                x=[mark.size for mark in chosen],
                y=[mark.x for mark in chosen],
                mode="markers",
                name=f"{series} 年度{'（写出的数）' if series == str(year) else ''}",
                customdata=[[mark.address] for mark in chosen],
                text=[mark.text for mark in chosen],
                cliponaxis=False,
                marker={"symbol": symbol, "size": 12, "color": colours.series[0], "line": {"width": 2}},
                hovertemplate=f"%{{y}}，{series} 年度：%{{text}} {counter}<extra></extra>",
            )
    top = max((mark.size for mark in held.values()), default=0)
    told = [name for name in names if (name, str(year)) in held]
    figure.add_scatter(  # to the right of both dots, where it lies on neither
        x=[max(held[key].size for key in ((name, str(year)), (name, str(year - 1))) if key in held) for name in told],
        y=told,
        mode="text",
        text=[f"   {held[name, str(year)].text}" for name in told],
        textposition="middle right",
        showlegend=False,
        hoverinfo="skip",
        cliponaxis=False,
    )
    unit_axis(figure, names)
    figure.update_xaxes(
        range=[-top * 0.03, top * 1.03 or 1],
        separatethousands=True,
        exponentformat="none",
        side="top",
        nticks=4,
        tickangle=0,
        tickfont={"family": TICKS},
    )
    figure.update_layout(legend={"y": 0, "yanchor": "top"}, margin={"t": 8, "b": 30, "r": 72}, meta=crowded(names))
    return keep_ink(figure)
