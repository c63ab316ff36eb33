"""Characters on a page put together into lines of text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

_SPACE, _APART, _WIDE = 0.12, 0.4, 0.9  # gaps, as shares of the height of a line
_DIGITS = re.compile(r"[\d,，.．]+件?")
_NEARLY = 1.15  # of a character's width: the sides of cells are known only to half a point


class Glyph(NamedTuple):
    """A character, or a word of a scan, and the box it advances through; `confidence` is 1 where the file itself says so."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    confidence: float = 1.0

    @property
    def x(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        return (self.top + self.bottom) / 2


def is_wrapped_figure(lines: Sequence[TextLine], width: float) -> bool:
    """Whether these are one figure's digits, broken only where the next one had no room left in that width."""
    if len(lines) < 2 or not all(_DIGITS.fullmatch(line.text) for line in lines):
        return False
    sizes = [(line.x1 - line.x0, (line.x1 - line.x0) / len(line.text)) for line in lines]
    return all(whole + _NEARLY * each > width for (whole, _), (_, each) in pairwise(sizes))


class TextLine(NamedTuple):
    """Characters on one line, in pieces parted by more than a space: (text, x0, x1). `is_spread` where a gap is so wide
    that the line stands in columns."""

    text: str
    pieces: tuple[tuple[str, float, float], ...]
    top: float
    bottom: float
    is_spread: bool
    confidence: float

    @property
    def x0(self) -> float:
        return self.pieces[0][1]

    @property
    def x1(self) -> float:
        return self.pieces[-1][2]


def lines_of(glyphs: Sequence[Glyph]) -> list[TextLine]:
    """The lines of a piece of a page from top to bottom, characters from left to right; a gap becomes a space."""
    found = []
    for row in rows_of(glyphs):
        height = max(glyph.bottom - glyph.top for glyph in row)
        pieces: list[tuple[str, float, float]] = []
        is_spread = False
        last = None
        for glyph in row:
            gap = glyph.x0 - last.x1 if last else 0.0
            is_spread = is_spread or gap > _WIDE * height
            if last is None or gap > _APART * height:
                pieces.append((glyph.text, glyph.x0, glyph.x1))
            else:
                text, x0, _ = pieces[-1]
                pieces[-1] = (f"{text} {glyph.text}" if gap > _SPACE * height else text + glyph.text, x0, glyph.x1)
            last = glyph
        text = " ".join(piece[0] for piece in pieces)
        top, bottom = min(glyph.top for glyph in row), max(glyph.bottom for glyph in row)
        found.append(TextLine(text, tuple(pieces), top, bottom, is_spread, min(glyph.confidence for glyph in row)))
    return found


def rows_of(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Characters grouped by the line they stand on."""
    rows: list[list[Glyph]] = []
    middle = half = 0.0
    for glyph in sorted(glyphs, key=lambda glyph: glyph.y):
        size = glyph.bottom - glyph.top
        if not rows or glyph.y - middle > max(half, 0.35 * size):
            rows.append([])
            middle, half = glyph.y, 0.45 * size
        rows[-1].append(glyph)
        middle += (glyph.y - middle) / len(rows[-1])
    return [sorted(row, key=lambda glyph: glyph.x0) for row in rows]
