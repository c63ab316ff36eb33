"""Parts of a whole: what came in and what became of it, as bars, as a flow, or as dots to be counted one by one.

Drawn on 依申请公开 only; a shape of that page that shares nothing with these is a file of its own (see charts.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import ceil
from typing import Any

import plotly.graph_objects as go

from dashboard.charts import Mark, base, drawn, keep_ink, short_names
from dashboard.states import LOOKS, ValueState, percent, write_number
from dashboard.theme import Palette, palette

MUST = ("#B3261E", "#FF8A80")  # the theme's colour of what must be mended: light, dark
MOST_DOTS = 60  # of one kind; more cannot be told at a glance and become a bar
_IN_LINE = 15  # dots side by side before the next line of dots begins
_IN_CELL = 5  # the same where several kinds share the width
SIDES = (0, 5, 1, 4)  # colours of the four parts of the identity


@drawn
def balance(lines: Sequence[Sequence[Mark]], counter: str) -> go.Figure:
    """The printed identity as two lines, what came in above what became of it; every part is told in words above its line.

    Both hold the same units. Where they differ, the shorter line ends in a hatched part “差 N”.
    """
    colours = palette()
    figure = base(colours, 208)
    sums = [sum((Decimal(mark.value) for mark in line if mark.state.has_value), Decimal(0)) for line in lines]
    longest = float(max(sums)) or 1.0
    paints = iter(SIDES)
    for y, line, total in zip((1, 0), lines, sums, strict=True):
        parts = [(mark, colours.series[next(paints)]) for mark in line]
        for mark, paint in parts:
            if mark.state is ValueState.REPORTED:
                figure.add_bar(**_segment([mark], [y], mark.series, paint, counter, colours), width=0.36)
        gap = max(sums) - total
        words = _side_words(parts, total, counter)
        if gap:
            red = MUST[colours.is_dark]
            figure.add_bar(**_gap(float(gap), y, red, colours))
            words += f'　<b><span style="color:{red}">▨ 差 {write_number(gap)} {counter}</span></b>'
        figure.add_annotation(
            x=0, y=y + 0.22, text=words, showarrow=False, xanchor="left", yanchor="bottom", align="left",
            font={"size": 14, "color": colours.ink},
        )  # fmt: skip
    figure.update_layout(barmode="stack", showlegend=False, uniformtext={"minsize": 12, "mode": "hide"})
    figure.update_layout(margin={"t": 4, "b": 4, "l": 4, "r": 4})
    figure.update_yaxes(visible=False, range=[-0.3, 1.62])
    figure.update_xaxes(visible=False, range=[0, longest])
    return keep_ink(figure)


def _side_words(parts: Sequence[tuple[Mark, str]], total: Decimal, counter: str) -> str:
    """■ 上年结转 3 ＋ ■ 新收 40 ＝ 43 件."""
    told = [f'<span style="color:{paint}">■</span> {mark.series} {_word(mark)}' for mark, paint in parts]
    is_known = any(mark.state.has_value for mark, _ in parts)
    return " ＋ ".join(told) + (f" ＝ {write_number(total)} {counter}" if is_known else "")


def _word(mark: Mark) -> str:
    return write_number(mark.value) if mark.state.has_value else LOOKS[mark.state].word


def _gap(size: float, y: float, red: str, colours: Palette) -> dict[str, Any]:
    pattern = {"shape": "/", "fgcolor": red, "bgcolor": colours.ground, "fillmode": "replace", "solidity": 0.35}
    return {
        "orientation": "h", "x": [size], "y": [y], "width": 0.36, "name": "差", "hoverinfo": "skip",
        "marker": {"color": red, "line": {"width": 2, "color": red}, "pattern": pattern},
    }  # fmt: skip


def _segment(
    marks: Sequence[Mark], places: Sequence[float], name: str, colour: str, counter: str, colours: Palette
) -> dict[str, Any]:
    return {
        "orientation": "h",
        "name": name,
        "y": list(places),
        "x": [mark.size for mark in marks],
        "customdata": [[mark.address] for mark in marks],
        "text": [write_number(mark.value) for mark in marks],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "insidetextfont": {"color": ink_on(colour)},
        "marker": {"color": colour, "line": {"width": 1, "color": colours.ground}},
        "hovertext": [
            f"{mark.x}<br>{name}：{mark.text or _word(mark)} {counter}".removeprefix("<br>") for mark in marks
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def ink_on(colour: str) -> str:
    """Black or white, whichever is read better on this colour; the library's own choice is a grey on orange."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if (light + 0.05) ** 2 > 1.05 * 0.05 else "#FFFFFF"


@drawn
def flow(
    came: Sequence[Mark], became: Sequence[Mark], middle: str, paints: Mapping[str, int], counter: str
) -> go.Figure:
    """A Sankey from what came in, over all that was at hand, to what became of it. Not clickable; nothing of 0 is drawn.

    The form does not say which outcome an application carried in had, so no ribbon may claim it: all meet in the middle.
    Only to be drawn where both sides come to the same. `paints` names a colour of the series for a mark's series.
    """
    colours = palette()
    came, became = ([mark for mark in side if mark.state is ValueState.REPORTED] for side in (came, became))
    at_hand = sum((Decimal(mark.value) for mark in came), Decimal(0))
    told = {id(mark): f"{mark.series} {write_number(mark.value)}" for mark in (*came, *became)}
    tints = {
        id(mark): colours.series[paints[mark.series]] if mark.series in paints else colours.faint
        for mark in (*came, *became)
    }
    marks, centre = (*came, *became), len(came)
    figure = base(colours, 70 + 40 * max(len(became), 2))
    figure.update_layout(margin={"t": 14, "b": 14})
    figure.add_sankey(
        arrangement="fixed",
        textfont={"size": 14, "color": colours.ink, "shadow": "none"},
        node={
            "label": [*(told[id(mark)] for mark in came), f"{middle} {write_number(at_hand)}"]
            + [told[id(mark)] for mark in became],
            "color": [*(tints[id(mark)] for mark in came), colours.ramp[4], *(tints[id(mark)] for mark in became)],
            "thickness": 14, "pad": 18, "line": {"width": 0}, "hovertemplate": f"%{{label}} {counter}<extra></extra>",
        },
        link={
            "source": [*range(centre), *(centre for _ in became)],
            "target": [*(centre for _ in came), *range(centre + 1, centre + 1 + len(became))],
            "value": [mark.size for mark in marks],
            "color": [_pale(tints[id(mark)]) for mark in marks],
            "customdata": [told[id(mark)] for mark in marks],
            "hovertemplate": f"%{{customdata}} {counter}<extra></extra>",
        },
    )  # fmt: skip
    return figure


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[index : index + 2], 16) for index in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.3)"


@drawn
def stacked(
    marks: Sequence[Mark],
    order: Sequence[str],
    names: Sequence[str],
    counter: str,
    wholes: Mapping[str, Decimal] | None = None,
) -> go.Figure:
    """Counts of several kinds end to end, one line per name; the name and the sum stand above the line.

    With `wholes`, what each line is the sum of, the lines are shares of 100 %, each told with its counts.
    """
    colours = palette()
    figure = base(colours, 64 + 52 * max(len(names), 1))
    place = {name: len(names) - 1 - index for index, name in enumerate(names)}
    for index, series in enumerate(order):
        chosen = [mark for mark in marks if mark.series == series and mark.state is ValueState.REPORTED]
        chosen = [mark for mark in chosen if mark.x in place]
        if chosen:
            colour = colours.series[index % len(colours.series)]
            line = _segment(chosen, [place[mark.x] for mark in chosen], series, colour, counter, colours)
            figure.add_bar(**(line | _shares(chosen, series, wholes, counter) if wholes else line), width=0.44)
    ends = _ends(marks, names)
    for name, short in zip(names, short_names(names), strict=True):
        figure.add_annotation(
            x=0, y=place[name] + 0.22, showarrow=False, xanchor="left", yanchor="bottom",
            text=f"{short}　{write_number(ends[name])} {counter}", font={"size": 14, "color": colours.ink},
        )  # fmt: skip
    figure.update_layout(barmode="stack", uniformtext={"minsize": 12, "mode": "hide"})
    figure.update_layout(margin={"l": 4, "r": 4, "b": 4})
    figure.update_yaxes(visible=False, range=[-0.4, len(names) - 0.3])
    figure.update_xaxes(visible=False, range=[0, 1.0 if wholes else float(max(ends.values(), default=0)) or 1.0])
    return keep_ink(figure)


def _ends(marks: Sequence[Mark], names: Sequence[str]) -> dict[str, Decimal]:
    ends = dict.fromkeys(names, Decimal(0))
    for mark in marks:
        if mark.x in ends and mark.state.has_value:
            ends[mark.x] += Decimal(mark.value)
    return ends


def _shares(marks: Sequence[Mark], series: str, wholes: Mapping[str, Decimal], counter: str) -> dict[str, Any]:
    parts = [(mark, Decimal(mark.value) / wholes[mark.x]) for mark in marks]
    counts = [f"{write_number(mark.value)}/{write_number(wholes[mark.x])} {counter}" for mark in marks]
    return {
        "x": [float(share) for _, share in parts],
        "text": [percent(share) for _, share in parts],
        "hovertext": [
            f"{mark.x}<br>{series}：{percent(share)}，{count}"
            for (mark, share), count in zip(parts, counts, strict=True)
        ],
    }


def _dots(mark: Mark) -> int | None:
    """How many dots a figure is; None where it is none, or cannot be seen as so many."""
    if not mark.state.has_value or mark.size % 1 or not 0 <= mark.size <= MOST_DOTS:
        return None
    return int(mark.size)


@drawn
def dot_rows(marks: Sequence[Mark], counter: str) -> go.Figure:
    """One dot for each application, one row for each mark; bars instead where one has more than MOST_DOTS."""
    colours = palette()
    if any(mark.state.has_value and _dots(mark) is None for mark in marks):
        return _bars(marks, counter, colours)
    heights = [16 * max(1, ceil((_dots(mark) or 0) / _IN_LINE)) for mark in marks]
    tops = [12 + sum(heights[:index]) + 14 * index for index in range(len(marks))]
    figure = _pixels(colours, tops[-1] + heights[-1] + 8 if marks else 60)
    for mark, top in zip(marks, tops, strict=True):
        count = _dots(mark) or 0
        xs, ys = _grid(count, _IN_LINE, 1.0, 16)
        _add_dots(figure, mark, xs, [top + y for y in ys], counter, colours)
        end = (xs[-1] + 0.8, top + ys[-1]) if count else (-0.4, top)
        _add_word(figure, _word(mark), *end, colours, is_strong=count > 0)
    middles = [top + high / 2 - 8 for top, high in zip(tops, heights, strict=True)]
    figure.update_yaxes(visible=True, tickmode="array", tickvals=middles, ticktext=[mark.x for mark in marks])
    figure.update_xaxes(range=[-0.6, _IN_LINE + 1.6])
    return keep_ink(figure)


@drawn
def dot_grid(marks: Sequence[Mark], rows: Mapping[str, str], columns: Sequence[str], counter: str) -> go.Figure:
    """One dot for each case, in the row of its mark's `x` and the column of its `series`, its number beside its dots.

    `rows` gives each row the line that stands over it. More than MOST_DOTS in a cell are told by their number alone.
    """
    colours = palette()
    held = {(mark.x, mark.series): mark for mark in marks}
    heights = {
        row: 15 * max(1, *(ceil((_dots(mark) or 0) / _IN_CELL) for mark in marks if mark.x == row)) for row in rows
    }
    figure, top = _pixels(colours, 22 + sum(52 + high for high in heights.values())), 42.0
    for index, column in enumerate(columns):
        _add_word(figure, column, index, 12, colours)
    for row, title in rows.items():
        figure.add_hline(y=top - 16, line={"color": colours.rule, "width": 1})
        _add_word(figure, title, 0, top, colours, is_strong=True)
        for index, column in enumerate(columns):
            if mark := held.get((row, column)):
                _add_word(figure, _word(mark), index, top + 24, colours, is_strong=mark.state is ValueState.REPORTED)
                xs, ys = _grid(_dots(mark) or 0, _IN_CELL, 0.135, 15)
                _add_dots(figure, mark, [index + 0.27 + x for x in xs], [top + 24 + y for y in ys], counter, colours)
        top += 52 + heights[row]
    figure.update_xaxes(range=[0, len(columns)])
    return keep_ink(figure)


def _pixels(colours: Palette, height: float) -> go.Figure:
    """A ground whose vertical axis counts pixels from the top, so that lines of dots keep their distance."""
    figure = base(colours, ceil(height))
    figure.update_layout(showlegend=False, margin={"l": 4, "r": 4, "t": 0, "b": 0})
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, range=[ceil(height), 0], showgrid=False)
    return figure


def _grid(count: int, across: int, step: float, high: float) -> tuple[list[float], list[float]]:
    """Where the dots of one figure stand, line by line from the left."""
    return [index % across * step for index in range(count)], [index // across * high for index in range(count)]


def _add_dots(
    figure: go.Figure, mark: Mark, xs: Sequence[float], ys: Sequence[float], counter: str, colours: Palette
) -> None:
    if not xs:
        return
    name = "，".join(part for part in (mark.x, mark.series) if part)
    figure.add_scatter(
        x=list(xs), y=list(ys), mode="markers", customdata=[[mark.address]] * len(xs),
        marker={"size": 9, "color": colours.series[0]},
        hovertemplate=f"{name}：{_word(mark)} {counter}<extra></extra>",
    )  # fmt: skip


def _add_word(figure: go.Figure, text: str, x: float, y: float, colours: Palette, *, is_strong: bool = False) -> None:
    figure.add_annotation(
        x=x, y=y, text=f"<b>{text}</b>" if is_strong else text, showarrow=False, xanchor="left", yanchor="middle",
        font={"size": 14, "color": colours.ink if is_strong else colours.faint}, borderpad=0, xshift=-2,
    )  # fmt: skip


def _bars(marks: Sequence[Mark], counter: str, colours: Palette) -> go.Figure:
    figure = _pixels(colours, 34 * max(len(marks), 1))
    places = {mark.x: 17 + 34 * index for index, mark in enumerate(marks)}
    held = [mark for mark in marks if mark.state.has_value]
    line = _segment(held, [places[mark.x] for mark in held], "", colours.series[0], counter, colours)
    figure.add_bar(**line | {"textposition": "outside", "cliponaxis": False}, width=20)
    for mark in marks:
        if not mark.state.has_value:
            _add_word(figure, _word(mark), 0, places[mark.x], colours)
    figure.update_yaxes(
        visible=True, tickmode="array", tickvals=list(places.values()), ticktext=[mark.x for mark in marks]
    )
    figure.update_xaxes(range=[0, (max((mark.size for mark in held), default=0) or 1) * 1.18])
    return keep_ink(figure)
