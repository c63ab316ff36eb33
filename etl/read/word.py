"""Word documents (.docx): what a reader of the accepted final text sees."""

from __future__ import annotations

from lxml import etree  # ty: ignore[missing-module-member]

from etl.read.document import Document, Grid, Paragraph, is_box
from etl.read.package import opened, part, xml
from etl.read.word_tables import cells_around_tables, read_rows
from etl.read.wordml import EDGES, MC, TBL, UNSEEN, P, W, chosen, text_of
from etl.source import Locator

_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_SECT = f"{W}sectPr"


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
    return data.replace(_STRICT, W[1:-1].encode()) if _STRICT in data[:4096] else data


def _title(name: str, core: bytes) -> str | None:
    if not core:
        return None
    found = xml(name, core).findtext("{http://purl.org/dc/elements/1.1/}title")
    return found.strip() or None if found else None


def _footnotes(name: str, data: bytes) -> dict[str, etree._Element]:
    root = xml(name, _transitional(data)) if data else ()
    return {note.get(f"{W}id", ""): note for note in root if note.get(f"{W}type") is None}


class _Blocks:
    """Collects blocks in reading order."""

    def __init__(self, footnotes: dict[str, etree._Element]) -> None:
        self.found: list[Paragraph | Grid] = []
        self.paragraphs = 0
        self.grids = 0
        self.footnotes = footnotes

    def walk(self, node: etree._Element) -> None:
        if node.tag == P:
            self.add_paragraph(node)
        elif node.tag == TBL:
            self.add_table(node)
        elif node.tag == f"{MC}AlternateContent":
            for child in chosen(node):
                self.walk(child)
        elif isinstance(node.tag, str) and node.tag not in UNSEEN and node.tag != _SECT:
            for child in node:  # w:body, w:sdt, w:sdtContent, w:customXml, w:ins around whole paragraphs
                self.walk(child)

    def add_paragraph(self, node: etree._Element) -> None:
        pieces, hanging = text_of(node)
        for line in pieces.split("\n"):
            self.add_text(line)
        for child in hanging:
            if child.tag == f"{W}footnoteReference":
                for paragraph in self.footnotes.pop(child.get(f"{W}id", ""), ()):
                    self.walk(paragraph)
            else:
                for inner in child:
                    self.walk(inner)

    def add_text(self, line: str) -> None:
        text = " ".join(line.split()).strip(EDGES)
        if text:
            self.paragraphs += 1
            self.found.append(Paragraph(text, Locator(paragraph=self.paragraphs)))

    def add_table(self, table: etree._Element) -> None:
        around = cells_around_tables(table)
        for cell in around:
            for child in cell:
                self.walk(child)
        if around:
            return
        rows = read_rows(table, self.grids + 1)
        if is_box(rows):
            for row in rows:
                for cell in row:
                    for line in cell.text.split("\n"):
                        self.add_text(line)
            return
        self.grids += 1
        self.found.append(Grid(self.grids, rows, has_spans=True))
