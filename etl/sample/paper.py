"""PDF pages written by hand: text in a Song face that every reader of Chinese PDF has, ruled tables, page numbers.

No font is embedded and nothing is compressed, so the bytes are the same everywhere and no library is needed. Sizes and
places are in points from the upper left corner of the page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import accumulate

from etl.sample.blocks import Block, blocks
from etl.sample.chance import Chance
from etl.sample.document import Draft
from etl.sample.office import Placed, placed
from etl.sample.tables import Grid

_WIDTH, _HEIGHT, _MARGIN = 595.0, 842.0, 62.0
_MEASURE = _WIDTH - 2 * _MARGIN
_SIZES = {"title": 17.0, "section": 13.0}
_TEXT_SIZE = 12.0
_PADDING = 3.0  # between a cell's border and its text
_NO_LINE_BEGINS_WITH = "，。；：、）)”》,;"
_WORDS = re.compile(r"[0-9A-Za-z.,+\-]+|.", re.DOTALL)
# Shares of the page's width, by the number of columns of a table.
_TRACKS = {4: (3, 3, 3, 3), 10: (1.1, 3.2, 7.6, 2, 2, 2, 2.2, 2.2, 2, 2), 15: (1,) * 15}
_OBJECTS = (
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
    "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
    "/FontDescriptor 5 0 R/DW 1000/W[1 95 500]>>",
    "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880"
    "/Descent -120/CapHeight 880/StemV 93>>",
)


def pdf_file(draft: Draft, layout: str, chance: Chance) -> bytes:
    """`ruled_pdf` in full-size tables, `small_pdf` in the small type of a clerk who wants every table on one page."""
    pages = _Pages(9.0 if layout == "ruled_pdf" else 7.5)
    for block in blocks(draft):
        if block.grid:
            pages.table(block.grid)
        else:
            pages.paragraph(block, draft)
    return _assembled(pages.finished())


def _width(text: str) -> float:
    """In units of the type's size."""
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.5 for letter in text)


def _wrapped(text: str, size: float, measure: float, indent: float = 0.0) -> list[str]:
    """Lines no wider than `measure`, the first shorter by `indent`; numbers stay whole where they can."""
    lines, line, room = [], "", measure - indent
    for word in _WORDS.findall(text):
        if line and (_width(line) + _width(word)) * size > room + 0.01:
            if word in _NO_LINE_BEGINS_WITH:  # squeezed in
                line += word
                continue
            lines.append(line)
            line, room = "", measure
        line += word
    return [*lines, line]


class _Pages:
    """Pages under way: drawing orders, and how far down the last page is filled."""

    def __init__(self, table_size: float) -> None:
        self.pages: list[list[str]] = [[]]
        self.down = _MARGIN
        self.table_size = table_size

    def finished(self) -> Sequence[Sequence[str]]:
        for number, page in enumerate(self.pages, start=1):
            shown = f"- {number} -"
            page.append(_text(shown, (_WIDTH - _width(shown) * 9) / 2, _HEIGHT - 36, 9))
        return self.pages

    def need(self, height: float) -> None:
        if self.down + height > _HEIGHT - _MARGIN:
            self.pages.append([])
            self.down = _MARGIN

    def paragraph(self, block: Block, draft: Draft) -> None:
        size = _SIZES.get(block.kind, _TEXT_SIZE)
        if block.kind in {"title", "signature"}:
            text = block.text
            cut = text.index("政府信息公开") if block.kind == "title" and draft.style.folded_title else 0
            parts = [text[:cut], text[cut:]] if cut else [text]
            for line in (line for part in parts for line in _wrapped(part, size, _MEASURE)):
                room = _MEASURE - _width(line) * size
                self.line(line, _MARGIN + (room / 2 if block.kind == "title" else room), size)
            self.down += size / 2 if block.kind == "title" else 0
            return
        lines = _wrapped(block.text, size, _MEASURE, 2 * size)
        for number, line in enumerate(lines):
            indent = 2 * size if number == 0 else 0.0
            spare = _MEASURE - indent - _width(line) * size
            is_full = number < len(lines) - 1 and len(line) > 1
            self.line(line, _MARGIN + indent, size, spare / (len(line) - 1) if is_full else 0.0)

    def line(self, text: str, x: float, size: float, apart: float = 0.0) -> None:
        self.need(1.6 * size)
        self.pages[-1].append(_text(text, x, self.down + 1.2 * size, size, apart))
        self.down += 1.6 * size

    def table(self, grid: Grid) -> None:
        """A table is not cut: what does not fit begins a new page."""
        size = self.table_size
        cells = placed(grid)
        tracks = _TRACKS[grid.width]
        xs = [_MARGIN + _MEASURE * share / sum(tracks) for share in accumulate(tracks, initial=0.0)]
        lines = [_wrapped(c.text, size, xs[column + c.columns] - xs[column] - 2 * _PADDING) for c, _, column in cells]
        heights = self._heights(cells, lines, len(grid.rows))
        self.need(sum(heights))
        ys = [self.down + height for height in accumulate(heights, initial=0.0)]
        for (cell, row, column), shown in zip(cells, lines, strict=True):
            left, right = xs[column], xs[column + cell.columns]
            top, bottom = ys[row], ys[row + cell.rows]
            self.pages[-1].append(f"{left:.2f} {_HEIGHT - bottom:.2f} {right - left:.2f} {bottom - top:.2f} re S")
            first = (top + bottom - 1.3 * size * len(shown)) / 2
            for number, line in enumerate(line for line in shown if line):
                x = (left + right - _width(line) * size) / 2 if cell.name or cell.columns > 1 else left + _PADDING
                self.pages[-1].append(_text(line, x, first + 1.3 * size * number + 1.0 * size, size))
        self.down = ys[-1] + size

    def _heights(self, cells: Sequence[Placed], lines: Sequence[Sequence[str]], count: int) -> list[float]:
        one = 1.3 * self.table_size
        heights = [one + 2 * _PADDING] * count
        for (cell, row, _), shown in zip(cells, lines, strict=True):
            lacking = one * len(shown) + 2 * _PADDING - sum(heights[row : row + cell.rows])
            if lacking > 0:
                heights[row + cell.rows - 1] += lacking
        return heights


def _text(text: str, x: float, y: float, size: float, apart: float = 0.0) -> str:
    spaced = f"{apart:.3f} Tc " if apart else "0 Tc "
    return f"BT /F1 {size:g} Tf {spaced}{x:.2f} {_HEIGHT - y:.2f} Td <{text.encode('utf-16-be').hex()}> Tj ET"


def _assembled(pages: Sequence[Sequence[str]]) -> bytes:
    """The file: fixed objects, then each page with its content, then where each object begins."""
    first = len(_OBJECTS) + 2
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(pages)))
    bodies = [_OBJECTS[0], f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>", *_OBJECTS[1:]]
    bodies += [body for n, page in enumerate(pages) for body in _page(page, first + 2 * n + 1)]
    data = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, body in enumerate(bodies, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("ascii")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    tail = f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}trailer\n<</Size {len(bodies) + 1}/Root 1 0 R>>\n"
    return data + f"{tail}startxref\n{len(data)}\n%%EOF\n".encode("ascii")


def _page(orders: Sequence[str], content: int) -> Iterator[str]:
    stream = "0.5 w\n" + "\n".join(orders)
    yield (
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {_WIDTH:g} {_HEIGHT:g}]/Resources<</Font<</F1 3 0 R>>>>"
        f"/Contents {content} 0 R>>"
    )
    yield f"<</Length {len(stream)}>>\nstream\n{stream}\nendstream"
