"""PDF files with a text layer: characters and lines by place, put together again into lines, paragraphs and tables."""

from __future__ import annotations

import ctypes
import re
import time
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypeVar

import pypdfium2
import pypdfium2.raw as pdfium

from etl.read.document import Document, ReadError
from etl.read.pages import Page, blocks_of
from etl.read.ruled import Stroke
from etl.read.scan import DOTS, is_available, need_recognition, page_of
from etl.read.scan import MOST_PAGES as SCANNED_PAGES
from etl.read.text_lines import Glyph

MOST_PAGES = 200  # a report has about five
_MOST_GLYPHS = 200_000  # of the whole file; a report has about ten thousand
_MOST_SECONDS = 6.0  # of the processor, for all pages without recognition; a report takes a tenth of one
_OFTEN = 256  # things on a page between two looks at the clock
_MOST_SEGMENTS = 40_000  # of lines on one page
_MOST_UNPACKED = 64 * 1024 * 1024  # of one stream that is no picture
_STREAM = re.compile(rb"stream\r?\n")
_THIN = 2.6  # points: a filled box thinner than this is a line
_LARGEST = 60.0  # points: no character of a report is wider
_FEW = 12  # characters on a page that is a picture

_T = TypeVar("_T")


def read_pdf(name: str, data: bytes) -> Document:
    """Paragraphs and tables in reading order. Raises ReadError for protected, garbled, endless and scanned files."""
    try:
        _check_streams(data)
        with pypdfium2.PdfDocument(data) as file:
            if len(file) > MOST_PAGES:
                raise ReadError(
                    "too_many_pages",
                    f"“{name}”有 {len(file)} 页，超过 {MOST_PAGES} 页的上限，不是一份年报。请只保留年报部分后重新放入。",
                )
            pages = _recognised(name, file, _pages(file))
            title = file.get_metadata_value("Title").strip() or None
    except _TooFullError as error:
        raise ReadError(
            "file_too_large",
            f"“{name}”里的文字、线条或压缩内容远多于一份年报，没有读取。请只保留年报部分另存，或向报送单位重新索取。",
        ) from error
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise ReadError("password", f"“{name}”设有打开密码，不能读取。请取消密码后另存，再重新放入。") from error
        raise ReadError("damaged_file", f"“{name}”已损坏，不能作为 PDF 打开。请向报送单位重新索取。") from error
    _check_text(name, pages)
    return Document("pdf", blocks_of(pages), title)


class _TooFullError(Exception):
    """More than a report can hold: reading on would take minutes, or all the memory there is."""


def _check_streams(data: bytes) -> None:
    """Unpack, with a limit, what is packed and no picture: pdfium would unpack a gigabyte from a few bytes."""
    for start in _STREAM.finditer(data):
        described = data[max(data.rfind(b"obj", 0, start.start()), start.start() - 4000) : start.start()]
        if (b"Flate" not in described and b"/Fl" not in described) or b"/Image" in described:
            continue
        packed = data[start.end() : data.find(b"endstream", start.end())]
        for _ in range(max(described.count(b"Flate"), 1)):
            try:
                packed = zlib.decompressobj().decompress(packed, _MOST_UNPACKED)
            except zlib.error:
                break
        if len(packed) >= _MOST_UNPACKED:
            raise _TooFullError


def _pages(file: pypdfium2.PdfDocument) -> list[Page]:
    pages: list[Page] = []
    room, clock = _MOST_GLYPHS, _Clock()
    for n in range(len(file)):
        pages.append(_page(file[n], n + 1, clock))
        room -= len(pages[-1].glyphs)
        if room < 0:
            raise _TooFullError
    return pages


class _Clock:
    """What is left of the time for all pages. Asked between them and within each, because one can hold millions of
    things; what pdfium itself takes for one page is stopped only from outside, by whoever limits this process."""

    def __init__(self) -> None:
        self._until = time.process_time() + _MOST_SECONDS

    def watch(self, things: Iterable[_T]) -> Iterator[_T]:
        """The same things. Raises _TooFullError where time runs out among them."""
        for n, thing in enumerate(things):
            if n % _OFTEN == 0 and time.process_time() > self._until:
                raise _TooFullError
            yield thing


def _recognised(name: str, file: pypdfium2.PdfDocument, pages: list[Page]) -> list[Page]:
    """The pages, those that are only a picture read by recognition. Raises ReadError where they cannot be."""
    pictures = [n for n, page in enumerate(pages) if page.is_picture]
    if not pictures:
        return pages
    if not is_available():
        raise need_recognition(name)
    if len(pictures) > SCANNED_PAGES:
        raise ReadError(
            "too_many_pages",
            f"“{name}”有 {len(pictures)} 页扫描图，超过 {SCANNED_PAGES} 页的上限。请只保留年报部分后重新放入。",
        )
    found = list(pages)
    for n in pictures:
        picture = file[n].render(scale=DOTS / 72).to_numpy()[:, :, :3].copy()
        found[n] = page_of(picture, n + 1, DOTS)
    return found


def _check_text(name: str, pages: list[Page]) -> None:
    letters = [glyph.text for page in pages for glyph in page.glyphs]
    if len(letters) < _FEW and is_available():
        raise ReadError(
            "no_text_layer",
            f"“{name}”是扫描件或空白页，没有认出文字。请确认扫描清楚、没有拿错文件，或向报送单位索取 Word 版。",
        )
    if len(letters) < _FEW:
        raise need_recognition(name)
    strange = sum(
        1 for letter in letters if unicodedata.category(letter[0]) in {"Co", "Cn", "Cc", "Cs"} or letter == "\ufffd"
    )
    chinese = sum(1 for letter in letters if "\u4e00" <= letter[0] <= "\u9fff")
    if strange > 0.02 * len(letters) or chinese < 0.1 * len(letters):
        raise ReadError(
            "garbled_text",
            f"“{name}”里的文字是乱码（字体编码不全），读出来的字和看到的不一样，没有采用。请向报送单位索取 Word 版，或重新导出 PDF。",
        )


def _page(page: pypdfium2.PdfPage, number: int, clock: _Clock) -> Page:
    width, height = page.get_size()
    turn = page.get_rotation()
    left, bottom, right, top = page.get_bbox()
    upright = (right - left, top - bottom)

    def place(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """From the file's own coordinates to points from the upper left corner of the page as it is shown."""
        x0, x1, y0, y1 = x0 - left, x1 - left, y0 - bottom, y1 - bottom
        if turn == 90:
            x0, y0, x1, y1 = y0, upright[0] - x1, y1, upright[0] - x0
        elif turn == 180:
            x0, y0, x1, y1 = upright[0] - x1, upright[1] - y1, upright[0] - x0, upright[1] - y0
        elif turn == 270:
            x0, y0, x1, y1 = upright[1] - y1, x0, upright[1] - y0, x1
        return x0, height - y1, x1, height - y0

    glyphs = [Glyph(text, *place(*box)) for text, box in _glyphs(page, clock)]
    strokes = [Stroke(*place(*line)) for line in _strokes(page, clock)]
    has_picture = len(glyphs) < _FEW and any(True for _ in _objects(page, pdfium.FPDF_PAGEOBJ_IMAGE, clock))
    return Page(number, width, height, glyphs, strokes, has_picture)


def _glyphs(page: pypdfium2.PdfPage, clock: _Clock) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """Characters as the file stores them, with the box of their advance; those that pdfium makes up are left out."""
    layer = page.get_textpage()
    raw = layer.raw
    box = pdfium.FS_RECTF()
    edges = [ctypes.c_double() for _ in range(4)]
    count = layer.count_chars()
    if count > _MOST_GLYPHS:
        raise _TooFullError
    for i in clock.watch(range(count)):
        code = pdfium.FPDFText_GetUnicode(raw, i)
        if code <= 32 or code == 0xA0 or code == 0x3000 or pdfium.FPDFText_IsGenerated(raw, i) == 1:
            continue
        if not pdfium.FPDFText_GetLooseCharBox(raw, i, ctypes.byref(box)):
            continue
        if box.right - box.left > _LARGEST:  # pdfium's boxes of characters written downwards are far too large
            pdfium.FPDFText_GetCharBox(raw, i, edges[0], edges[1], edges[2], edges[3])
            box.left, box.right, box.bottom, box.top = (edge.value for edge in edges)
        text = chr(code) if code < 0x110000 else "\ufffd"
        if pdfium.FPDFText_HasUnicodeMapError(raw, i) == 1:
            text = "\ufffd"
        yield text, (box.left, box.bottom, box.right, box.top)
    layer.close()


def _objects(page: pypdfium2.PdfPage, kind: int, clock: _Clock) -> Iterator[pypdfium2.PdfObject]:
    """Those of one kind. pypdfium2's own filter would pass over the others for minutes without a word."""
    return (item for item in clock.watch(page.get_objects()) if item.type == kind)


def _strokes(page: pypdfium2.PdfPage, clock: _Clock) -> Iterator[tuple[float, float, float, float]]:
    """Straight lines along an axis, drawn as lines, as thin boxes or as outlines of boxes."""
    x, y = ctypes.c_float(), ctypes.c_float()
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    room = _MOST_SEGMENTS
    for item in _objects(page, pdfium.FPDF_PAGEOBJ_PATH, clock):
        count = pdfium.FPDFPath_CountSegments(item.raw)
        room -= count
        if room < 0:
            raise _TooFullError
        pdfium.FPDFPath_GetDrawMode(item.raw, fill, stroke)
        if not (fill.value or stroke.value) or _is_invisible(item.raw, bool(stroke.value)):
            continue
        matrix = item.get_matrix()
        holder = item.container
        while holder is not None:
            matrix = matrix.multiply(holder.get_matrix())
            holder = holder.container
        boxes: list[list[tuple[float, float]]] = []
        for i in clock.watch(range(count)):
            segment = pdfium.FPDFPath_GetPathSegment(item.raw, i)
            if not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
                continue
            point = matrix.on_point(x.value, y.value)
            if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO or not boxes:
                boxes.append([point])
            else:
                boxes[-1].append(point)
            if pdfium.FPDFPathSegment_GetClose(segment):
                boxes[-1].append(boxes[-1][0])
        for points in boxes:
            yield from _straight(points, bool(stroke.value))


def _straight(points: list[tuple[float, float]], is_drawn: bool) -> Iterator[tuple[float, float, float, float]]:
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    low, high = min(y for _, y in points), max(y for _, y in points)
    if min(right - left, high - low) <= _THIN:
        if max(right - left, high - low) > _THIN:
            yield left, low, right, high
    elif is_drawn:
        for (ax, ay), (bx, by) in pairwise(points):
            if abs(ax - bx) <= 0.5 or abs(ay - by) <= 0.5:
                yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _is_invisible(item: object, is_drawn: bool) -> bool:
    """White or transparent: a line that nobody sees parts nothing."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    ask = pdfium.FPDFPageObj_GetStrokeColor if is_drawn else pdfium.FPDFPageObj_GetFillColor
    if not ask(item, red, green, blue, alpha):
        return False
    return alpha.value == 0 or min(red.value, green.value, blue.value) >= 250
