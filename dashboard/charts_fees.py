"""Amounts of units or years, each figure under its name, because an amount has many digits (收费)."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.charts import Mark, base, drawn, edition_edges, keep_ink, short_names
from dashboard.states import LOOKS, ValueState, write_number
from dashboard.theme import Palette, palette

_HIGH = 44  # pixels of one unit: its name with the figures, and its line below


@drawn
def named_dots(marks: Sequence[Mark], names: Sequence[str], year: int, counter: str) -> go.Figure:
    """One line per unit in the order of the register: filled for `year`, hollow for the one before, joined.

    Name and figures stand above the line, so that a phone has its whole width for the line.
    """
    colours = palette()
    figure = base(colours, 40 + _HIGH * max(len(names), 1))
    held = {(mark.x, mark.series): mark for mark in marks}
    places = {name: 40 + _HIGH * index + 28 for index, name in enumerate(names)}
    for name, short in zip(names, short_names(names), strict=True):
        now, before = held[name, str(year)], held.get((name, str(year - 1)))
        figure.add_hline(y=places[name], layer="below", line={"color": colours.rule, "width": 1})
        figure.add_annotation(
            x=0, y=places[name] - 20, xanchor="left", yanchor="middle", showarrow=False, xshift=-2,
            text=f"{short}　<b>{now.text}</b>{_last_year(before)}", font={"size": 14, "color": colours.ink},
        )  # fmt: skip
    _join(figure, held, places, year, colours)
    for series, symbol in ((str(year - 1), "circle-open"), (str(year), "circle")):
        chosen = [held[name, series] for name in names if (name, series) in held]
        chosen = [mark for mark in chosen if mark.state.has_value]
        if chosen:
            figure.add_scatter(
                x=[mark.size for mark in chosen], y=[places[mark.x] for mark in chosen], mode="markers",
                name=f"{series} 年度", customdata=[[mark.address] for mark in chosen], cliponaxis=False,
                text=[f"{mark.x}，{series} 年度：{mark.text} {counter}" for mark in chosen],
                marker={"symbol": symbol, "size": 12, "color": colours.series[0], "line": {"width": 2}},
                hovertemplate="%{text}<extra></extra>",
            )  # fmt: skip
    top = max((mark.size for mark in held.values() if mark.state.has_value), default=0) or 1
    figure.update_xaxes(visible=False, range=[-top * 0.015, top * 1.015])
    figure.update_yaxes(visible=False, range=[40 + _HIGH * len(names), 0])
    figure.update_layout(margin={"l": 10, "r": 10, "t": 0, "b": 0}, legend={"yanchor": "top"}, meta={"on_paper": 330})
    return keep_ink(figure)


def _last_year(before: Mark | None) -> str:
    if before is None:
        return ""
    told = before.text or write_number(before.value) if before.state.has_value else LOOKS[before.state].word
    return f"　上年 {told}"


def _join(
    figure: go.Figure, held: dict[tuple[str, str], Mark], places: dict[str, int], year: int, colours: Palette
) -> None:
    pairs = [(held.get((name, str(year - 1))), held[name, str(year)]) for name in places]
    joined = [(last, now) for last, now in pairs if last is not None and last.state.has_value]
    figure.add_scatter(
        x=[end for last, now in joined for end in (last.size, now.size, None)],
        y=[end for _, now in joined for end in (places[now.x], places[now.x], None)],
        mode="lines", showlegend=False, hoverinfo="skip", line={"color": colours.ramp[4], "width": 3},
    )  # fmt: skip


@drawn
def year_lines(marks: Sequence[Mark], counter: str) -> go.Figure:
    """One bar per year, the oldest first, hatched where incomplete; a year without a figure shows the word of its state.

    A dashed line stands where another edition of the form begins.
    """
    colours = palette()
    figure = base(colours, 12 + _HIGH * max(len(marks), 1))
    places = {mark.x: _HIGH * index + 32 for index, mark in enumerate(marks)}
    for mark in marks:
        told = f"<b>{mark.text}</b>" if mark.state.has_value else LOOKS[mark.state].word
        figure.add_annotation(
            x=0, y=places[mark.x] - 17, xanchor="left", yanchor="middle", showarrow=False, xshift=-2,
            text=f"{mark.x}　{told}", font={"size": 14, "color": colours.ink},
        )  # fmt: skip
    for place, start in edition_edges([int(mark.x) for mark in marks]).items():
        y = _HIGH * place + 4
        figure.add_hline(y=y, layer="below", line={"color": colours.faint, "dash": "dash", "width": 1.5})
        figure.add_annotation(
            x=1, xref="paper", y=y, xanchor="right", yanchor="top", showarrow=False, text=f"{start} 年起改版",
            font={"size": 13, "color": colours.faint},
        )  # fmt: skip
    _year_bars(figure, marks, places, counter, colours)
    figure.update_yaxes(visible=False, range=[12 + _HIGH * len(marks), 0])
    figure.update_xaxes(visible=False)
    figure.update_layout(showlegend=False, margin={"l": 10, "r": 10, "t": 0, "b": 0}, barmode="overlay")
    return figure


def _year_bars(
    figure: go.Figure, marks: Sequence[Mark], places: dict[str, int], counter: str, colours: Palette
) -> None:
    """The bars, and over each the whole line, which takes the click: a zero and a missing year have no bar to hit."""
    drawn = [mark for mark in marks if mark.state is ValueState.REPORTED]
    figure.add_bar(
        orientation="h", x=[mark.size for mark in drawn], y=[places[mark.x] for mark in drawn], width=14,
        hoverinfo="skip",
        marker={
            "color": colours.series[0], "line": {"width": 1, "color": colours.series[0]},
            "pattern": {
                "shape": ["" if mark.is_complete else "/" for mark in drawn], "fillmode": "overlay",
                "fgcolor": colours.ground, "fgopacity": 0.75, "solidity": 0.4,
            },
        },
    )  # fmt: skip
    told = [f"{mark.text} {counter}" if mark.state.has_value else LOOKS[mark.state].name for mark in marks]
    figure.add_bar(
        orientation="h", x=[max((mark.size for mark in drawn), default=0) or 1] * len(marks),
        y=[places[mark.x] - 8 for mark in marks], width=36,
        customdata=[[mark.address] for mark in marks], marker={"color": colours.faint, "opacity": 0.001},
        hovertext=[f"{mark.x} 年度：{words}" for mark, words in zip(marks, told, strict=True)],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    for trace, opacity in zip(figure.data, (1, 0.001), strict=True):
        trace.update(selected={"marker": {"opacity": opacity}}, unselected={"marker": {"opacity": opacity}})
