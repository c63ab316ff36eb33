"""Chart shapes that set two figures of a unit side by side, as slopes or as dumbbells.

Nothing is ranked: units stand in the order they are given. Up and down have one colour. A figure that lacks its partner
is a hollow cross that nothing is joined to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.charts import FONT, TICKS, Mark, base, crowded, drawn, keep_ink, unit_axis
from dashboard.theme import Palette, palette

_LINE = 20  # pixels that a line of a label needs
_BRIEF = 7  # characters
_ROOM = 0.12  # of the largest figure, above it and below 0
# Labels that only a wide screen has room for, and those that stand in their place on a narrow one. A chart does not know
# how wide it is drawn; what tells its texts apart in the page (front/style.css) is the first name in their font.
WIDE, NARROW = f"nb-wide, {FONT}", f"nb-narrow, {FONT}"


@dataclass(frozen=True, slots=True)
class Ends:
    """One line of a comparison: `name` as it is written, its two figures (None where there is none), and `told`, the
    difference in words or what stands in place of the missing figure."""

    name: str
    first: Mark | None
    last: Mark | None
    told: str

    @property
    def is_joined(self) -> bool:
        return self.first is not None and self.last is not None

    @property
    def marks(self) -> list[Mark]:
        return [mark for mark in (self.first, self.last) if mark is not None]

    @property
    def shown(self) -> str:
        """The later figure, or the only one, with what is told of it."""
        return f"{self.marks[-1].text}{'' if self.told.startswith('（') else '　'}{self.told}"

    @property
    def brief(self) -> str:
        """What a phone has room for: the difference without its share, or which year lacks its figure, and why."""
        if not self.told.startswith("（"):
            return self.told.split("（")[0]
        reason = self.told.strip("（）").replace(" ", "")
        return reason if len(reason) <= _BRIEF else "只有一头"

    @property
    def label(self) -> str:
        """The same under the name, in lines that a phone has room for."""
        shown = self.shown if len(self.shown) < 14 else f"{self.marks[-1].text}<br>{self.told}"
        return f"<b>{self.name}</b><br>{shown}"


def _top(lines: Sequence[Ends]) -> float:
    return max((mark.size for line in lines for mark in line.marks), default=0) or 1


def ends(
    figure: go.Figure, points: Sequence[tuple[Any, Any, Mark, str]], symbol: str, colours: Palette, **more: Any
) -> None:
    """Dots that open their 出处: x, y, the mark, and what the hover says."""
    if points:
        figure.add_scatter(
            x=[x for x, _, _, _ in points],
            y=[y for _, y, _, _ in points],
            mode="markers",
            customdata=[[mark.address] for _, _, mark, _ in points],
            text=[said for _, _, _, said in points],
            hovertemplate="%{text}<extra></extra>",
            cliponaxis=False,
            marker={
                "symbol": symbol,
                "size": 12,
                "color": colours.series[0],
                "line": {"width": 1.5 if symbol == "x-open" else 2, "color": colours.series[0]},
            },
            **more,
        )


def words(
    x: Sequence[Any], y: Sequence[Any], text: Sequence[str], place: str | list[str], **more: Any
) -> dict[str, Any]:
    """A trace of labels alone, that nothing can be asked of."""
    return {
        "x": x, "y": y, "text": text, "mode": "text", "textposition": place, "hoverinfo": "skip", "showlegend": False,
        "cliponaxis": False, **more,
    }  # fmt: skip


def spread(wanted: Sequence[float], gap: float, bottom: float, top: float) -> list[float]:
    """Places for labels that want to stand at `wanted`, in the same order, at least `gap` apart, within bottom and top
    where these leave room."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [0.0] * len(wanted)
    floor = bottom
    for index in order:
        placed[index] = max(wanted[index], floor)
        floor = placed[index] + gap
    ceiling = top
    for index in reversed(order):
        placed[index] = min(placed[index], ceiling)
        ceiling = placed[index] - gap
    return placed


@drawn
def slope(lines: Sequence[Ends], labels: tuple[str, str], counter: str) -> go.Figure:
    """A line for each unit from one year to the other, from 0 upwards; the difference stands at its end."""
    colours = palette()
    label = _LINE * max((line.label.count("<br>") + 1 for line in lines), default=1) + 4
    height = max(170, label * (len(lines) + 1))
    figure = base(colours, height + 60)
    top = _top(lines)
    joined = [line for line in lines if line.is_joined]
    for line in joined:
        figure.add_scatter(
            x=[0, 1], y=[mark.size for mark in line.marks], mode="lines", hoverinfo="skip", showlegend=False,
            line={"color": colours.ramp[4], "width": 3},
        )  # fmt: skip
    for index, symbol in ((0, "circle-open"), (1, "circle")):
        points = [
            (index, line.marks[index].size, line.marks[index], hover(line.marks[index], labels[index], counter))
            for line in joined
        ]
        ends(figure, points, symbol, colours, showlegend=False)
    single = [line for line in lines if line.marks and not line.is_joined]
    points = []
    for line in single:
        (mark,), at = line.marks, int(line.first is None)
        points.append((at, mark.size, mark, hover(mark, labels[at], counter)))
    ends(figure, points, "x-open", colours, showlegend=False)
    _slope_labels(figure, [line for line in lines if line.marks], label, height, colours)
    figure.update_xaxes(
        range=[-0.5, 2.3], side="top", showgrid=False, tickmode="array", tickvals=[0, 1], ticktext=list(labels),
        tickfont={"size": 14, "color": colours.ink}, showline=False,
    )  # fmt: skip
    for at in (0, 1):
        figure.add_vline(x=at, line={"color": colours.rule, "width": 1}, layer="below")
    figure.update_yaxes(range=[-top * _ROOM, top * (1 + _ROOM)], showticklabels=False, showgrid=False, showline=False)
    return keep_ink(figure)


def hover(mark: Mark, label: str, counter: str) -> str:
    """Whose figure of which year a point is; `counter` is empty for a share, whose text holds it."""
    return f"{mark.x}，{label}：{mark.text} {counter}".strip()


def _slope_labels(figure: go.Figure, lines: Sequence[Ends], label: int, height: int, colours: Palette) -> None:
    """Earlier figures at the left, names with the later figure at the right, moved apart and led back to their dots."""
    top = _top(lines)
    pixel = top * (1 + 2 * _ROOM) / height
    gap, low, high = pixel * label, -top * _ROOM, top * (1 + _ROOM)
    right = spread([line.marks[-1].size for line in lines], gap, low + gap / 2, high - gap / 2)
    firsts = [(line.first.size, line.first.text) for line in lines if line.first is not None and line.is_joined]
    left = spread([size for size, _ in firsts], pixel * _LINE, low, high)
    leads = [
        (0.04 if line.last is None else 1.04, line.marks[-1].size, at) for line, at in zip(lines, right, strict=True)
    ]
    figure.add_scatter(
        x=[x for start, _, _ in leads for x in (start, 1.12, None)],
        y=[y for _, size, at in leads for y in (size, at, None)],
        mode="lines", hoverinfo="skip", showlegend=False, line={"color": colours.rule, "width": 1, "dash": "dot"},
    )  # fmt: skip
    figure.add_scatter(
        x=[x for _ in firsts for x in (-0.04, -0.1, None)],
        y=[y for (size, _), at in zip(firsts, left, strict=True) for y in (size, at, None)],
        mode="lines", hoverinfo="skip", showlegend=False, line={"color": colours.rule, "width": 1, "dash": "dot"},
    )  # fmt: skip
    figure.add_scatter(**words([-0.12] * len(left), left, [text for _, text in firsts], "middle left"))
    names = [line.label for line in lines]
    figure.add_scatter(**words([1.14] * len(right), right, names, "middle right", textfont={"size": 13}))


@drawn
def dumbbells(lines: Sequence[Ends], labels: tuple[str, str], counter: str) -> go.Figure:
    """A row for each unit: hollow for the first figure, filled for the second, joined; the difference stands beside."""
    colours = palette()
    figure = base(colours, 90 + 28 * max(len(lines), 1))
    joined = [line for line in lines if line.is_joined]
    figure.add_scatter(
        x=[end for line in joined for end in (*(mark.size for mark in line.marks), None)],
        y=[end for line in joined for end in (line.name, line.name, None)],
        mode="lines", hoverinfo="skip", showlegend=False, line={"color": colours.ramp[4], "width": 3},
    )  # fmt: skip
    for index, symbol in ((0, "circle-open"), (1, "circle")):
        marks = [(line.name, line.marks[index]) for line in joined]
        points = [(mark.size, name, mark, hover(mark, labels[index], counter)) for name, mark in marks]
        ends(figure, points, symbol, colours, showlegend=False)
    single = [line for line in lines if line.marks and not line.is_joined]
    points = []
    for line in single:
        (mark,) = line.marks
        points.append((mark.size, line.name, mark, hover(mark, labels[int(line.first is None)], counter)))
    ends(figure, points, "x-open", colours, showlegend=False)
    names, right = [line.name for line in lines], [max(mark.size for mark in line.marks) for line in lines]
    for font, told in (
        ({"family": WIDE}, [line.shown for line in lines]),
        ({"family": NARROW, "size": 13}, [line.brief for line in lines]),
    ):
        text = [f"\u00a0\u00a0\u00a0{each}" for each in told]
        figure.add_scatter(**words(right, names, text, "middle right", textfont=font))
    unit_axis(figure, names)
    low, top = min([0, *(mark.size for line in lines for mark in line.marks)]), _top(lines)
    figure.update_xaxes(
        range=[low - top * 0.03, top * 1.5], separatethousands=True, exponentformat="none", side="top", nticks=3,
        tickangle=0, showgrid=False, tickformat="" if counter else ".0%", tickfont={"family": TICKS},
    )  # fmt: skip
    # a legend of plotly's own takes the room of the rows where the screen is narrow
    figure.add_annotation(
        x=1, xref="paper", xanchor="right", y=0, yref="paper", yanchor="top", yshift=-6, showarrow=False,
        text=f"○ {labels[0]}　● {labels[1]}{'　✕ 只有一头' if single else ''}", font={"color": colours.faint},
    )  # fmt: skip
    figure.update_layout(margin={"t": 8, "b": 36, "r": 32}, meta=crowded(names))
    return keep_ink(figure)
