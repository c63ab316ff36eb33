"""Tables that are only lines and characters on a page (PDF, OFD, scans): which characters stand in which cell.

Coordinates are in points from the upper left corner of the page, y downwards.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from etl.read.text_lines import Glyph, is_wrapped_figure, lines_of, rows_of

NEAR = 3.0  # points: lines nearer than this are one line; a form's narrowest column is about 15
_GAP = 4.0  # a border drawn in pieces may leave gaps up to this
_COVERED = 0.6  # share of a cell's side that must be drawn for it to be a border
_MOST_STROKES = 20_000
_STRUCK = 0.35, 0.75  # where on its height a line crosses a character out
_RUN_ON = "⇥"  # appended to a figure that runs on into the next cell: nobody can tell where it ends


class Stroke(NamedTuple):
    """A straight line along one of the axes."""

    x0: float
    top: float
    x1: float
    bottom: float


class RuledCell(NamedTuple):
    row: int
    column: int
    rows: int
    columns: int
    text: str
    confidence: float
    is_wrapped: bool


@dataclass(frozen=True, slots=True)
class RuledTable:
    """`xs` and `ys` are the borders; cells in reading order, each once, at its upper left corner."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[RuledCell, ...]

    @property
    def top(self) -> float:
        return self.ys[0]

    @property
    def bottom(self) -> float:
        return self.ys[-1]


@dataclass(slots=True)
class _Line:
    """Everything drawn along one coordinate: the stretches it covers, merged."""

    at: float
    stretches: list[tuple[float, float]]

    def covers(self, start: float, end: float) -> bool:
        drawn = sum(max(0.0, min(end, high) - max(start, low)) for low, high in self.stretches)
        return drawn >= _COVERED * (end - start)


def without_struck(glyphs: Sequence[Glyph], strokes: Sequence[Stroke]) -> list[Glyph]:
    """The characters that no line crosses out: what a deletion kept visible is not said any more."""
    level = sorted((s.top + s.bottom) / 2 for s in strokes if s.x1 - s.x0 >= s.bottom - s.top)
    across = sorted(((s.top + s.bottom) / 2, s.x0, s.x1) for s in strokes if s.x1 - s.x0 >= s.bottom - s.top)
    kept = []
    for glyph in glyphs:
        height = glyph.bottom - glyph.top
        first = bisect_left(level, glyph.top + _STRUCK[0] * height)
        last = bisect_right(level, glyph.top + _STRUCK[1] * height)
        if not any(x0 - 1 <= glyph.x0 and glyph.x1 <= x1 + 1 for _, x0, x1 in across[first:last]):
            kept.append(glyph)
    return kept


def ruled_tables(strokes: Sequence[Stroke], glyphs: Sequence[Glyph]) -> tuple[list[RuledTable], list[Glyph]]:
    """The tables on a page from top to bottom, and the characters that stand in none of them."""
    if len(strokes) > _MOST_STROKES:
        return [], list(glyphs)
    horizontal = _merged(((s.top + s.bottom) / 2, s.x0, s.x1) for s in strokes if s.x1 - s.x0 >= s.bottom - s.top)
    vertical = _merged(((s.x0 + s.x1) / 2, s.top, s.bottom) for s in strokes if s.x1 - s.x0 < s.bottom - s.top)
    tables: list[RuledTable] = []
    free = list(glyphs)
    frames = [frame for frame in (_frame(*group) for group in _connected(horizontal, vertical)) if frame is not None]
    for frame in sorted(frames, key=lambda frame: frame.area):  # a frame drawn round a table comes after it
        inside = [glyph for glyph in free if frame.holds(glyph)]
        table = frame.table(inside, free)
        if table is not None:
            tables.append(table)
            taken = set(map(id, inside))
            free = [glyph for glyph in free if id(glyph) not in taken]
    return sorted(tables, key=lambda table: table.top), free


def _merged(lines: Iterable[tuple[float, float, float]]) -> list[_Line]:
    """Strokes (at, from, to) at nearly the same coordinate as one line."""
    found: list[_Line] = []
    for at, low, high in sorted(lines):
        if not found or at - found[-1].at > NEAR / 2:
            found.append(_Line(at, []))
        found[-1].stretches.append((low, high))
    for line in found:
        joined: list[tuple[float, float]] = []
        for low, high in sorted(line.stretches):
            if joined and low <= joined[-1][1] + _GAP:
                joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
            else:
                joined.append((low, high))
        line.stretches = joined
    return found


_Group = tuple[list[tuple[float, float, float]], list[tuple[float, float, float]]]


def _connected(horizontal: Sequence[_Line], vertical: Sequence[_Line]) -> list[_Group]:
    """Groups of stretches (at, from, to) that touch one another, across and down."""
    across = [(line.at, low, high) for line in horizontal for low, high in line.stretches]
    down = [(line.at, low, high) for line in vertical for low, high in line.stretches]
    parent = list(range(len(across) + len(down)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    if len(across) * len(down) > 4_000_000:
        return []
    for i, (y, left, right) in enumerate(across):
        for j, (x, top, bottom) in enumerate(down):
            if left - NEAR <= x <= right + NEAR and top - NEAR <= y <= bottom + NEAR:
                parent[root(i)] = root(len(across) + j)
    groups: dict[int, tuple[list, list]] = defaultdict(lambda: ([], []))
    for i, line in enumerate(across):
        groups[root(i)][0].append(line)
    for j, line in enumerate(down):
        groups[root(len(across) + j)][1].append(line)
    return _with_open_sides(list(groups.values()))


def _with_open_sides(groups: list[_Group]) -> list[_Group]:
    """A side that no line across touches, as where a page break leaves a merged cell open above and below, belongs to
    the table whose height it shares."""
    whole = [group for group in groups if group[0]]
    for across, down in groups:
        for at, low, high in () if across else down:
            for _, sides in whole:
                top, bottom = min((s[1] for s in sides), default=0.0), max((s[2] for s in sides), default=0.0)
                if min(high, bottom) - max(low, top) >= 0.8 * min(high - low, bottom - top) > 0:
                    sides.append((at, low, high))
                    break
    return whole


@dataclass(frozen=True, slots=True)
class _Frame:
    """The borders of one table; the outer sides stand even where they are not drawn."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    across: dict[int, _Line]  # by index into ys
    down: dict[int, _Line]

    @property
    def area(self) -> float:
        return (self.xs[-1] - self.xs[0]) * (self.ys[-1] - self.ys[0])

    def holds(self, glyph: Glyph) -> bool:
        return self.xs[0] <= glyph.x <= self.xs[-1] and self.ys[0] <= glyph.y <= self.ys[-1]

    def table(self, glyphs: Sequence[Glyph], page: Sequence[Glyph]) -> RuledTable | None:
        """None for a mere frame around text, of one column. `page` holds also what stands beside."""
        regions = self._regions()
        if len(regions) < 2 or not any(region[2] < len(self.xs) - 1 for region in regions):
            return None
        owner = {
            (r, c): n
            for n, (row, column, columns, rows) in enumerate(regions)
            for r in range(row, row + rows)
            for c in range(column, column + columns)
        }
        held: list[list[Glyph]] = [[] for _ in regions]
        for glyph in glyphs:
            row = min(max(bisect_right(self.ys, glyph.y) - 1, 0), len(self.ys) - 2)
            column = min(max(bisect_right(self.xs, glyph.x) - 1, 0), len(self.xs) - 2)
            held[owner[row, column]].append(glyph)
        texts = [lines_of(inside) for inside in held]
        near = [glyph for glyph in page if self.ys[0] <= glyph.y <= self.ys[-1]]
        running = _running_on(near, held)
        sides = [(self.xs[column], self.xs[column + columns]) for _, column, columns, _ in regions]
        padding = min(
            (min(line.x0 - x0, x1 - line.x1) for (x0, x1), lines in zip(sides, texts, strict=True) for line in lines),
            default=0.0,
        )
        cells = []
        for n, (row, column, columns, rows) in enumerate(regions):
            wrapped = n not in running and is_wrapped_figure(texts[n], sides[n][1] - sides[n][0] - 2 * max(padding, 0))
            text = ("" if wrapped else "\n").join(line.text for line in texts[n]) + (_RUN_ON if n in running else "")
            sure = min((glyph.confidence for glyph in held[n]), default=1.0)
            cells.append(RuledCell(row, column, rows, columns, text, sure, wrapped))
        return RuledTable(self.xs, self.ys, tuple(cells))

    def _regions(self) -> list[tuple[int, int, int, int]]:
        """Every cell as (row, column, columns, rows): boxes of the fine grid joined where no border parts them."""
        height, width = len(self.ys) - 1, len(self.xs) - 1
        parent = {(r, c): (r, c) for r in range(height) for c in range(width)}

        def root(node: tuple[int, int]) -> tuple[int, int]:
            while parent[node] != node:
                parent[node] = parent[parent[node]]
                node = parent[node]
            return node

        for r, c in list(parent):
            if c + 1 < width and not self.down[c + 1].covers(self.ys[r], self.ys[r + 1]):
                parent[root((r, c + 1))] = root((r, c))
            if r + 1 < height and not self.across[r + 1].covers(self.xs[c], self.xs[c + 1]):
                parent[root((r + 1, c))] = root((r, c))
        members: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for place in parent:
            members[root(place)].append(place)
        regions = []
        for places in members.values():
            top, left = min(r for r, _ in places), min(c for _, c in places)
            bottom, right = max(r for r, _ in places), max(c for _, c in places)
            if (bottom - top + 1) * (right - left + 1) == len(places):
                regions.append((top, left, right - left + 1, bottom - top + 1))
            else:  # borders that leave a corner open: nobody can say what is one cell here
                regions += [(r, c, 1, 1) for r, c in places]
        return sorted(regions)


def _frame(across: Sequence[tuple[float, float, float]], down: Sequence[tuple[float, float, float]]) -> _Frame | None:
    if len(across) < 2 or not down:
        return None
    rows, columns = _clustered(across), _clustered(down)
    left, right = min(low for _, low, _ in across), max(high for _, _, high in across)
    top, bottom = min(low for _, low, _ in down), max(high for _, _, high in down)
    for at, lines in ((left, columns), (right, columns), (top, rows), (bottom, rows)):
        if all(abs(line.at - at) > NEAR for line in lines):  # an open side, as many tables have
            lines.append(_Line(at, [(min(left, top), max(right, bottom))]))
    rows.sort(key=lambda line: line.at)
    columns.sort(key=lambda line: line.at)
    return _Frame(
        tuple(line.at for line in columns), tuple(line.at for line in rows), dict(enumerate(rows)),
        dict(enumerate(columns)),
    )  # fmt: skip


def _clustered(lines: Sequence[tuple[float, float, float]]) -> list[_Line]:
    found: list[_Line] = []
    for at, low, high in sorted(lines):
        if not found or at - found[-1].at > NEAR:
            found.append(_Line(at, []))
        found[-1].stretches.append((low, high))
    for line in found:
        joined: list[tuple[float, float]] = []
        for low, high in sorted(line.stretches):
            if joined and low <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
            else:
                joined.append((low, high))
        line.stretches = joined
    return found


def _running_on(glyphs: Sequence[Glyph], held: Sequence[Sequence[Glyph]]) -> set[int]:
    """The cells over whose border a figure runs: digits that touch, in two different cells or one outside the table."""
    cell_of = {id(glyph): n for n, inside in enumerate(held) for glyph in inside}
    digits = [glyph for glyph in glyphs if glyph.text[-1:].isdigit()]
    running: set[int] = set()
    for line in rows_of(digits):
        for left, right in pairwise(line):
            a, b = cell_of.get(id(left), -1), cell_of.get(id(right), -1)
            if a != b and right.x0 - left.x1 < 0.1 * (left.bottom - left.top):
                running |= {a, b}
    return running
