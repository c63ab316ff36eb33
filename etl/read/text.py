"""Plain text: lines, and runs of lines with | between their cells."""

from __future__ import annotations

import re
import unicodedata

from etl.read.document import Cell, Document, Grid, Paragraph, Piece
from etl.read.encoding import decode
from etl.source import Locator

_BARS = str.maketrans("｜│┃", "|||")
_RULE = re.compile(r"[\s|+]*(?::?[-=]{3,}:?[\s|+]*)+")  # |---|---| of Markdown; "--" is how people strike a cell out
_PIECE = re.compile(r"[^\s](?:[^\s]|[ \u00a0](?=[^\s]))*")
_EDGES = " \t\f\u3000\u00a0\ufeff\u200b"


def read_text(name: str, data: bytes) -> Document:
    """Lines as paragraphs; lines with bars as ragged grids, whose cells keep their order on the line."""
    text = decode(name, data)
    blocks: list[Paragraph | Grid] = []
    pending: list[tuple[int, str]] = []
    grids = 0
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")  # as an editor counts them
    tabbed = _tabbed(lines)
    for number, line in enumerate(lines, start=1):
        if number in tabbed:
            pending.append((number, line))
            continue
        line = line.strip(_EDGES)
        if "｜" in line or "│" in line or "┃" in line:
            line = line.translate(_BARS)
        if "|" in line:
            pending.append((number, line))
            continue
        if not line:
            continue  # a blank line neither ends a table nor begins one
        if pending:
            grids += 1
            blocks.append(_grid(grids, pending))
            pending = []
        blocks.append(Paragraph(line, Locator(line=number), _pieces(lines[number - 1])))
    if pending:
        blocks.append(_grid(grids + 1, pending))
    return Document("text", tuple(blocks))


def _pieces(line: str) -> tuple[Piece, ...]:
    """The parts of a line with gaps of two spaces and more in it, by columns of text: a Chinese character fills two."""
    if "  " not in line.strip() and "\u3000\u3000" not in line.strip():
        return ()
    found = []
    for match in _PIECE.finditer(line.rstrip()):
        start = _width(line[: match.start()])
        found.append(Piece(match[0], start, start + _width(match[0])))
    return tuple(found)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _tabbed(lines: list[str]) -> frozenset[int]:
    """Numbers of the lines of tables whose cells are parted by tabs: several such lines on end. One tab alone in a
    line of prose only moves its words."""
    found: set[int] = set()
    run: list[int] = []
    for number, line in enumerate([*lines, ""], start=1):
        if "\t" in line and "|" not in line:
            run.append(number)
        elif line.strip(_EDGES) or number > len(lines):
            if len(run) >= 3 and any(lines[n - 1].count("\t") >= 3 for n in run):
                found.update(run)
            run = []
    return frozenset(found)


def _grid(number: int, lines: list[tuple[int, str]]) -> Grid:
    rows: list[tuple[Cell, ...]] = []
    if not any("|" in line for _, line in lines):
        lines = [(n, "|" + line.replace("\t", "|") + "|") for n, line in lines]
    framed = all(line.startswith("|") for _, line in lines)  # else a leading bar closes an empty first cell
    closed = all(line.endswith("|") for _, line in lines)  # else what follows the last bar is an empty last cell
    for line_number, line in lines:
        if _RULE.fullmatch(line):
            continue
        parts = line.split("|")
        parts = parts[framed : len(parts) - closed]
        rows.append(
            tuple(
                Cell(part.strip(_EDGES), len(rows), i, 1, 1, Locator(None, None, None, None, i + 1, line_number))
                for i, part in enumerate(parts)
            )
        )
    return Grid(number, tuple(rows), has_spans=False, has_weak_blanks=True)
