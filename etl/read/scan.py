"""Scans and photographs: characters recognised offline, lines found by their shape, then tables as on any other page.

Needs the optional extra `ocr`, whose models come with it: nothing is downloaded and no language model is asked.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

from etl.read.document import Document, ReadError
from etl.read.pages import Page, blocks_of
from etl.read.ruled import Stroke
from etl.read.text_lines import Glyph
from etl.read.waiting import others_work

MOST_PAGES = 20  # recognised; a page takes some seconds
DOTS = 200  # per inch, for pages of a PDF
_LEAST_SIDE, _MOST_SIDE = 300, 6000  # pixels; what is larger is made smaller
_MOST_PIXELS = 2**27  # a picture beyond is not even unpacked
_SURE = 0.5  # below this a word is not taken for one
_MOST_TILT = 5.0  # degrees


def is_available() -> bool:
    """Whether the extra `ocr` is installed."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def need_recognition(name: str) -> ReadError:
    """What to tell when a file is a picture and nothing here can read pictures."""
    return ReadError(
        "no_text_layer",
        f"“{name}”是扫描件或图片，里面没有文字。请安装文字识别组件（uv sync --extra ocr）后重新读取，"
        "或向报送单位索取 Word 版。",
    )


def read_image(name: str, data: bytes) -> Document:
    """The document on one picture. Raises ReadError without the extra, and for what is no picture."""
    if not is_available():
        raise need_recognition(name)
    os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(_MOST_PIXELS))
    import cv2  # comes with the extra
    import numpy

    try:
        picture = cv2.imdecode(numpy.frombuffer(data, numpy.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        picture = None
    if picture is None or max(picture.shape[:2]) < _LEAST_SIDE:
        raise ReadError(
            "damaged_file", f"“{name}”不是能识别的图片（已损坏，或太小、太大）。请重新扫描，或索取 Word 版。"
        )
    smaller = min(1.0, _MOST_SIDE / max(picture.shape[:2]))
    if smaller < 1:
        picture = cv2.resize(picture, None, fx=smaller, fy=smaller, interpolation=cv2.INTER_AREA)
    return Document("image", blocks_of([page_of(picture, 1, DOTS)]))


def page_of(picture: Any, number: int, dots: int) -> Page:
    """What stands on a picture (an array of height × width × 3), in points; every word with its confidence."""
    with others_work():
        return _recognised(picture, number, dots)


def _recognised(picture: Any, number: int, dots: int) -> Page:
    picture = _upright(picture)
    scale = 72 / dots
    height, width = picture.shape[:2]
    level, steep = _lines(picture)
    strokes = [Stroke(*(value * scale for value in line)) for line in (*level, *steep)]
    glyphs = [
        Glyph(text, x0 * scale, top * scale, x1 * scale, bottom * scale, min(confidence, 0.999))
        for text, x0, top, x1, bottom, confidence in _words(picture, steep)
        if text and confidence >= _SURE
    ]
    return Page(number, width * scale, height * scale, glyphs, strokes)


@cache
def _engine() -> Any:
    import logging

    from rapidocr import RapidOCR

    engine = RapidOCR()
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return engine


Line = tuple[float, float, float, float]


def _words(picture: Any, steep: list[Line]) -> Iterator[tuple[str, float, float, float, float, float]]:
    """Words with their boxes; one that runs over a border of the table is recognised again on either side of it."""
    found = _engine()(picture, use_det=True, use_cls=False, use_rec=True)  # it keeps the last call's choice
    if found.boxes is None:
        return
    for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        x0, x1 = float(min(p[0] for p in box)), float(max(p[0] for p in box))
        top, bottom = float(min(p[1] for p in box)), float(max(p[1] for p in box))
        middle, margin = (top + bottom) / 2, 0.25 * (bottom - top)
        cuts = sorted({x for x, low, _, high in steep if x0 + margin < x < x1 - margin and low <= middle <= high})
        if not cuts:
            yield text.strip(), x0, top, x1, bottom, float(score)
            continue
        edges = [x0, *cuts, x1]
        for left, right in pairwise(edges):
            part = picture[max(int(top) - 2, 0) : int(bottom) + 3, int(left) + 3 : int(right) - 2]
            if part.shape[1] < 6 or part.shape[0] < 6:
                continue
            again = _engine()(part, use_det=False, use_cls=False, use_rec=True)
            if again.txts:
                yield again.txts[0].strip(), left + 2, top, right - 2, bottom, float(again.scores[0])


def _ink(picture: Any) -> Any:
    import cv2

    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return cv2.adaptiveThreshold(~grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 25, -8)


def _lines(picture: Any) -> tuple[list[Line], list[Line]]:
    """Long straight runs of ink, level and steep, as (x0, top, x1, bottom) of their middle line."""
    import cv2

    ink = _ink(picture)
    height, width = ink.shape[:2]
    level, steep = [], []
    for length, lines, is_level in ((width // 12, level, True), (height // 25, steep, False)):
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (length, 1) if is_level else (1, length))
        drawn = cv2.dilate(
            cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel), cv2.getStructuringElement(cv2.MORPH_RECT, (3, 3))
        )
        count, _, boxes, _ = cv2.connectedComponentsWithStats(drawn)
        for x, y, w, h, _ in boxes[1:count]:
            if is_level and w > 3 * h:
                lines.append((float(x), y + h / 2, float(x + w), y + h / 2))
            elif not is_level and h > 3 * w:
                lines.append((x + w / 2, float(y), x + w / 2, float(y + h)))
    near = width // 200
    steep = [
        (x0, top, x1, bottom)
        for x0, top, x1, bottom in steep  # the strokes of large characters touch no line across
        if any(a - near <= x0 <= b + near and top - near <= y <= bottom + near for a, y, b, _ in level)
    ]
    return level, steep


def _upright(picture: Any) -> Any:
    """The picture turned by the tilt of its longest level lines, where they agree on one."""
    import cv2
    import numpy

    ink = _ink(picture)
    height, width = ink.shape[:2]
    found = cv2.HoughLinesP(ink, 1, numpy.pi / 1800, 200, minLineLength=width // 4, maxLineGap=8)
    if found is None:
        return picture
    angles = [numpy.degrees(numpy.arctan2(y1 - y0, x1 - x0)) for x0, y0, x1, y1 in found.reshape(-1, 4)]
    angles = [angle for angle in angles if abs(angle) < _MOST_TILT]
    tilt = float(numpy.median(angles)) if angles else 0.0
    if abs(tilt) < 0.05:
        return picture
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1.0)
    return cv2.warpAffine(picture, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))
