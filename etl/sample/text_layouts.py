"""Plain text, the four ways tables come out of word processors and web pages."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

from etl.sample.blocks import Block, blocks
from etl.sample.chance import Chance
from etl.sample.document import Draft
from etl.sample.tables import Grid


def text_page(draft: Draft, layout: str, chance: Chance) -> str:
    """The whole report as text, lines ended by a line feed."""
    indent = "　　" if chance.happens(0.3) else ""
    table = TABLES[layout]
    lines: list[str] = []
    for block in blocks(draft):
        lines += _lines(block, indent, table, draft)
        if block.kind == "title" and draft.published_at:
            lines.append(f"发布时间：{draft.published_at.isoformat()}")
    if layout == "cell_per_line_spaced":
        lines = [line for part in lines for line in ((part, "") if part else ("",))]
    return "\n".join(lines) + "\n"


def _lines(block: Block, indent: str, table: Callable[[Grid], Iterator[str]], draft: Draft) -> list[str]:
    if block.grid:
        return list(table(block.grid))
    if block.kind == "title" and draft.style.folded_title:
        middle = block.text.index("政府信息公开")
        return [block.text[:middle], block.text[middle:]]
    return [indent + block.text if block.kind in {"paragraph", "aspect"} else block.text]


def _pipe(grid: Grid) -> Iterator[str]:
    """As a browser's text copy prints it: the row's own cells, merged ones lost, the line filled up with empty cells."""
    for row in grid.rows:
        cells = [cell.text for cell in row]
        cells += [""] * (grid.width - len(cells))
        yield "".join(f"{text} | " if text else "|" for text in cells).rstrip()


def _aligned(grid: Grid) -> Iterator[str]:
    """Every cell in its own column, the columns drawn up, a rule under the first row."""
    lines = _spread(grid)
    widths = [max(_width(line[column]) for line in lines) for column in range(grid.width)]
    for number, line in enumerate(lines):
        yield "| " + " | ".join(text + " " * (w - _width(text)) for text, w in zip(line, widths, strict=True)) + " |"
        if number == 0:
            yield "|" + "|".join("-" * (width + 2) for width in widths) + "|"


def _cell_per_line(grid: Grid) -> Iterator[str]:
    """Each cell once, on a line of its own; a blank cell is an empty line."""
    for row in grid.rows:
        for cell in row:
            yield cell.text


TABLES: dict[str, Callable[[Grid], Iterator[str]]] = {
    "pipe": _pipe,
    "aligned_pipe": _aligned,
    "cell_per_line": _cell_per_line,
    "cell_per_line_spaced": _cell_per_line,
}


def _spread(grid: Grid) -> list[list[str]]:
    """The grid with a merged cell's text at its upper left corner and nothing in the rest of it."""
    lines = [[""] * grid.width for _ in grid.rows]
    taken = [[False] * grid.width for _ in grid.rows]
    for top, row in enumerate(grid.rows):
        column = 0
        for cell in row:
            while taken[top][column]:
                column += 1
            lines[top][column] = cell.text
            for down in range(min(cell.rows, len(lines) - top)):
                for across in range(cell.columns):
                    taken[top + down][column + across] = True
    return lines


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
