"""OFD files (GB/T 33190): characters and lines by place, through the same tables as PDF."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from lxml import etree  # ty: ignore[missing-module-member]

from etl.read.document import Document, ReadError
from etl.read.package import opened, part, xml
from etl.read.pages import Page, blocks_of
from etl.read.ruled import Stroke
from etl.read.text_lines import Glyph

MOST_PAGES = 200
_POINTS = 72 / 25.4  # OFD measures in millimetres
_THIN = 2.6
Transform = tuple[float, float, float, float, float, float]
_SAME: Transform = (1, 0, 0, 1, 0, 0)


def read_ofd(name: str, data: bytes) -> Document:
    """Paragraphs and tables in reading order. Raises ReadError where the package is damaged or holds no text."""
    with opened(name, data) as package:
        pages = list(_pages(name, package))
    if not any(page.glyphs for page in pages):
        raise ReadError("no_text_layer", f"“{name}”里没有文字，可能是扫描件。请向报送单位索取 Word 版。")
    return Document("ofd", blocks_of(pages))


def _pages(name: str, package: zipfile.ZipFile) -> Iterator[Page]:
    entry = xml(name, part(name, package, "OFD.xml"))
    root = _text(entry, "DocRoot")
    if root is None:
        raise ReadError("damaged_file", f"“{name}”没有正文目录，打不开。请向报送单位重新索取。")
    document_path = root.lstrip("/")
    document = xml(name, part(name, package, document_path))
    base = PurePosixPath(document_path).parent
    area = _numbers(_text(document, "PhysicalBox"), 4) or [0, 0, 210, 297]
    found = [node.get("BaseLoc", "") for node in _all(document, "Page")]
    if len(found) > MOST_PAGES:
        raise ReadError(
            "too_many_pages",
            f"“{name}”有 {len(found)} 页，超过 {MOST_PAGES} 页的上限，不是一份年报。请只保留年报部分后重新放入。",
        )
    for number, location in enumerate(found, start=1):
        path = location.lstrip("/") if location.startswith("/") else str(base / location)
        page = xml(name, part(name, package, path))
        box = _numbers(_text(page, "PhysicalBox"), 4) or area
        glyphs = [glyph for node in _all(page, "TextObject") for glyph in _glyphs(node)]
        strokes = [stroke for node in _all(page, "PathObject") for stroke in _strokes(node)]
        yield Page(number, box[2] * _POINTS, box[3] * _POINTS, glyphs, strokes)


def _glyphs(node: etree._Element) -> Iterator[Glyph]:
    """Each character of a text object: TextCode tells where the first stands, DeltaX and DeltaY the steps."""
    left, top, _, _ = _numbers(node.get("Boundary"), 4) or [0, 0, 0, 0]
    size = float(node.get("Size", "4"))
    matrix = _matrix(node)
    for code in _all(node, "TextCode"):
        x, y = float(code.get("X", "0")), float(code.get("Y", "0"))
        text = code.text or ""
        steps_x, steps_y = _steps(code.get("DeltaX"), len(text)), _steps(code.get("DeltaY"), len(text))
        for n, letter in enumerate(text):
            if n:
                x += steps_x[n - 1] if n - 1 < len(steps_x) else 0
                y += steps_y[n - 1] if n - 1 < len(steps_y) else 0
            if letter.isspace():
                continue
            px, py = _moved(matrix, x, y)
            step = steps_x[n] if n < len(steps_x) and steps_x[n] > 0 else size * (0.5 if letter.isascii() else 1)
            wide = min(step, size) * abs(matrix[0] or 1)
            tall = size * abs(matrix[3] or 1)
            x0, base = (left + px) * _POINTS, (top + py) * _POINTS
            yield Glyph(letter, x0, base - 0.88 * tall * _POINTS, x0 + wide * _POINTS, base + 0.12 * tall * _POINTS)


def _strokes(node: etree._Element) -> Iterator[Stroke]:
    """Straight lines of a path along an axis; its data are M, L and C commands in the object's own box."""
    left, top, _, _ = _numbers(node.get("Boundary"), 4) or [0, 0, 0, 0]
    matrix = _matrix(node)
    words = (_text(node, "AbbreviatedData") or "").split()
    at: tuple[float, float] | None = None
    start: tuple[float, float] | None = None
    n = 0
    while n < len(words):
        command = words[n]
        if command in {"M", "S", "L"} and n + 2 < len(words):
            x, y = _moved(matrix, float(words[n + 1]), float(words[n + 2]))
            point = ((left + x) * _POINTS, (top + y) * _POINTS)
            if command == "L" and at is not None:
                yield from _straight(at, point)
            else:
                start = point
            at = point
            n += 3
        elif (command == "C" and len(words) == n + 1) or (command == "C" and not _is_number(words[n + 1])):
            if at is not None and start is not None:
                yield from _straight(at, start)
            at = start
            n += 1
        else:
            n += 1


def _straight(a: tuple[float, float], b: tuple[float, float]) -> Iterator[Stroke]:
    x0, x1, y0, y1 = min(a[0], b[0]), max(a[0], b[0]), min(a[1], b[1]), max(a[1], b[1])
    if min(x1 - x0, y1 - y0) <= 0.5 and max(x1 - x0, y1 - y0) > _THIN:
        yield Stroke(x0, y0, x1, y1)


def _steps(text: str | None, count: int) -> list[float]:
    """The distances between characters; `g 3 5` says three times five."""
    words = (text or "").split()
    steps: list[float] = []
    n = 0
    while n < len(words) and len(steps) < count:
        if words[n] == "g" and n + 2 < len(words):
            steps += [float(words[n + 2])] * min(int(float(words[n + 1])), count)
            n += 3
        else:
            steps.append(float(words[n]))
            n += 1
    return steps


def _matrix(node: etree._Element) -> Transform:
    found = _numbers(node.get("CTM"), 6)
    return (found[0], found[1], found[2], found[3], found[4], found[5]) if found else _SAME


def _moved(matrix: Transform, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _numbers(text: str | None, count: int) -> list[float] | None:
    words = (text or "").split()
    return (
        [float(word) for word in words[:count]] if len(words) >= count and all(map(_is_number, words[:count])) else None
    )


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _all(node: etree._Element, tag: str) -> Iterator[etree._Element]:
    return node.iter(f"{{*}}{tag}")


def _text(node: etree._Element, tag: str) -> str | None:
    found = next(_all(node, tag), None)
    return found.text.strip() if found is not None and found.text else None
