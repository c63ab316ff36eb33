"""Word documents (.docx): what a reader of the accepted final text sees, tables with merged cells."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from lxml import etree  # ty: ignore[missing-module-member]

from etl.read.document import Cell, Document, Grid, Paragraph, is_box
from etl.read.package import opened, part, xml
from etl.source import Locator

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_P, _TBL, _TR, _TC, _SECT = (f"{_W}{tag}" for tag in ("p", "tbl", "tr", "tc", "sectPr"))
_TEXT, _TAB, _R, _RPR = f"{_W}t", f"{_W}tab", f"{_W}r", f"{_W}rPr"
_BREAKS = frozenset({f"{_W}br", f"{_W}cr"})
# Not part of the text as accepted: deletions, the old place of what moved, field codes, the pinyin over a character.
_UNSEEN = frozenset(f"{_W}{tag}" for tag in (
    "del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "rPr", "pPr", "tblPr", "tblGrid", "tcPr", "trPr",
    "commentReference", "annotationRef",
))  # fmt: skip
_ON = frozenset({None, "1", "true", "on"})
_SLIVER = 60  # twentieths of a point: column borders nearer than this are one border drawn twice
_EDGES = " \t\r\n\u3000\u00a0\ufeff\u200b"


def read_word(name: str, data: bytes) -> Document:
    """Paragraphs and tables in reading order; text boxes and footnotes follow the paragraph they hang on."""
    with opened(name, data) as package:
        body = part(name, package, "word/document.xml")
        names = set(package.namelist())
        notes = part(name, package, "word/footnotes.xml") if "word/footnotes.xml" in names else b""
        core = part(name, package, "docProps/core.xml") if "docProps/core.xml" in names else b""
    blocks = _Blocks(_footnotes(name, notes))
    for child in xml(name, _transitional(body)):
        blocks.walk(child)
    return Document("docx", tuple(blocks.found), _title(name, core))


def _transitional(data: bytes) -> bytes:
    return data.replace(_STRICT, _W[1:-1].encode()) if _STRICT in data[:4096] else data


def _title(name: str, core: bytes) -> str | None:
    if not core:
        return None
    found = xml(name, core).findtext("{http://purl.org/dc/elements/1.1/}title")
    return found.strip() or None if found else None


def _footnotes(name: str, data: bytes) -> dict[str, etree._Element]:
    root = xml(name, _transitional(data)) if data else ()
    return {note.get(f"{_W}id", ""): note for note in root if note.get(f"{_W}type") is None}


class _Blocks:
    """Collects blocks in reading order."""

    def __init__(self, footnotes: dict[str, etree._Element]) -> None:
        self.found: list[Paragraph | Grid] = []
        self.paragraphs = 0
        self.grids = 0
        self.footnotes = footnotes

    def walk(self, node: etree._Element) -> None:
        if node.tag == _P:
            self.add_paragraph(node)
        elif node.tag == _TBL:
            self.add_table(node)
        elif node.tag == f"{_MC}AlternateContent":
            for child in _chosen(node):
                self.walk(child)
        elif isinstance(node.tag, str) and node.tag not in _UNSEEN and node.tag != _SECT:
            for child in node:  # w:body, w:sdt, w:sdtContent, w:customXml, w:ins around whole paragraphs
                self.walk(child)

    def add_paragraph(self, node: etree._Element) -> None:
        pieces, hanging = _text_of(node)
        for line in pieces.split("\n"):
            self.add_text(line)
        for child in hanging:
            if child.tag == f"{_W}footnoteReference":
                for paragraph in self.footnotes.pop(child.get(f"{_W}id", ""), ()):
                    self.walk(paragraph)
            else:
                for inner in child:
                    self.walk(inner)

    def add_text(self, line: str) -> None:
        text = " ".join(line.split()).strip(_EDGES)
        if text:
            self.paragraphs += 1
            self.found.append(Paragraph(text, Locator(paragraph=self.paragraphs)))

    def add_table(self, table: etree._Element) -> None:
        cells = [(row, list(_children(row, _TC))) for row in _children(table, _TR) if not _is_deleted(row)]
        inner = sum(1 for _ in table.iter(_TC)) - sum(len(row) for _, row in cells)
        if inner > sum(len(row) for _, row in cells):  # a table laid round others to place them on the page
            for _, row in cells:
                for cell in row:
                    for child in cell:
                        self.walk(child)
            return
        rows = _rows(table, cells, self.grids + 1)
        if is_box(rows):
            for row in rows:
                for cell in row:
                    for line in cell.text.split("\n"):
                        self.add_text(line)
            return
        self.grids += 1
        self.found.append(Grid(self.grids, rows, has_spans=True))


def _children(node: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also those inside content controls and accepted insertions."""
    for child in node:
        if child.tag == tag:
            yield child
        elif child.tag == f"{_MC}AlternateContent":
            for chosen in _chosen(child):
                if chosen.tag == tag:
                    yield chosen
        elif isinstance(child.tag, str) and child.tag not in _UNSEEN and child.tag not in {_P, _TBL, _TR, _TC}:
            yield from _children(child, tag)


def _chosen(alternatives: etree._Element) -> list[etree._Element]:
    """Of several ways to store one drawing the first: they all show the same."""
    choice = alternatives.find(f"{_MC}Choice")
    fallback = alternatives.find(f"{_MC}Fallback")
    return list(choice if choice is not None else fallback if fallback is not None else ())


def _is_deleted(row: etree._Element) -> bool:
    return row.find(f"{_W}trPr/{_W}del") is not None


def _text_of(paragraph: etree._Element) -> tuple[str, list[etree._Element]]:
    """The text as shown, breaks as \n, and what hangs on it: footnote marks and the content of text boxes."""
    words: list[str] = []
    hanging: list[etree._Element] = []
    waiting = [iter(paragraph)]
    while waiting:  # no recursion: hostile documents nest without end
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
        elif node.tag == _TEXT:
            words.append(node.text or "")
        elif node.tag == _TAB:
            words.append("\t")
        elif node.tag in _BREAKS:
            words.append("\n")
        elif node.tag == f"{_W}noBreakHyphen":
            words.append("-")
        elif node.tag == f"{_W}txbxContent" or node.tag == f"{_W}footnoteReference":
            hanging.append(node)
        elif node.tag == f"{_MC}AlternateContent":
            waiting.append(iter(_chosen(node)))
        elif node.tag == _R:
            format = node.find(_RPR)
            if format is None or len(format) == 0:
                waiting.append(iter(node))
            elif not _is_struck(format):
                if _is_raised(format) and node.findtext(_TEXT):
                    words.append("^")  # 5² must not become 52
                waiting.append(iter(node))
        elif node.tag == "{http://schemas.openxmlformats.org/officeDocument/2006/math}t":
            words.append(node.text or "")
        elif isinstance(node.tag, str) and node.tag not in _UNSEEN:
            waiting.append(iter(node))
    return "".join(words), hanging


def _is_struck(format: etree._Element) -> bool:
    """Crossed out or hidden: not said any more."""
    marks = (format.find(f"{_W}{tag}") for tag in ("strike", "dstrike", "vanish"))
    return any(mark is not None and mark.get(f"{_W}val") in _ON for mark in marks)


def _is_raised(format: etree._Element) -> bool:
    mark = format.find(f"{_W}vertAlign")
    return mark is not None and mark.get(f"{_W}val") in {"superscript", "subscript"}


def _cell_text(cell: etree._Element) -> str:
    lines: list[str] = []
    for paragraph in cell.iter(_P):
        text, _ = _text_of(paragraph)
        lines += (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(stripped for line in lines if (stripped := line.strip(_EDGES)))


def _rows(
    table: etree._Element, printed: list[tuple[etree._Element, list[etree._Element]]], number: int
) -> tuple[tuple[Cell, ...], ...]:
    """Cells at true coordinates: gridSpan to the right, vMerge downwards."""
    places = _columns(table)
    rows: list[tuple[Cell, ...]] = []
    open_above: dict[int, tuple[Cell, int]] = {}  # column → the merged cell that reaches down here, its width
    for r, (row, nodes) in enumerate(printed):
        column = _integer(row.find(f"{_W}trPr/{_W}gridBefore"), 0)
        cells: list[Cell] = []
        reaching: dict[int, tuple[Cell, int]] = {}
        for node in nodes:
            format = node.find(f"{_W}tcPr")
            span = max(_integer(_of(format, "gridSpan"), 1), 1)
            first, width = _spread(places, column, span)
            column += span
            merge = _of(format, "vMerge")
            above = open_above.get(first)
            if merge is not None and merge.get(f"{_W}val", "continue") == "continue" and above and above[1] == width:
                above[0].rowspan += 1
                reaching[first] = above
                continue
            beside = _of(format, "hMerge")
            if beside is not None and beside.get(f"{_W}val", "continue") == "continue" and cells:
                cells[-1].colspan += width
                continue
            text = _cell_text(node)
            if not width:
                if not text:
                    continue  # a sliver left where a border was drawn twice
                width = 1
            cell = Cell(text, r, first, 1, width, Locator(None, None, number, r + 1, first + 1))
            cells.append(cell)
            if merge is not None:
                reaching[first] = (cell, width)
        open_above = reaching
        rows.append(tuple(cells))
    return tuple(rows)


def _columns(table: etree._Element) -> list[int]:
    """For every border of the table's own grid the number of the column it begins, slivers counted with their neighbour.

    Empty where the grid is not told: then the cells are counted as they come.
    """
    widths = [_number(column.get(f"{_W}w")) for column in table.findall(f"{_W}tblGrid/{_W}gridCol")]
    if not widths or min(widths) <= 0:
        return []
    places = [0]
    at = 0
    for width, edge in zip(widths, accumulate(widths), strict=True):
        if width > _SLIVER or edge == width:
            at += 1
        places.append(at)
    return places


def _spread(places: list[int], column: int, span: int) -> tuple[int, int]:
    if not places or column + span >= len(places):
        return (
            places[column] if column < len(places) else column - len(places) + places[-1] + 1
        ) if places else column, span
    return places[column], places[column + span] - places[column]


def _of(format: etree._Element | None, tag: str) -> etree._Element | None:
    return None if format is None else format.find(f"{_W}{tag}")


def _integer(node: etree._Element | None, default: int) -> int:
    return default if node is None else min(_number(node.get(f"{_W}val")), 500)


def _number(text: str | None) -> int:
    return int(float(text)) if text and text.replace(".", "", 1).isdigit() else 0
