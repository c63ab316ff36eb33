"""Bytes → Document, one file for each format. Knows no form: what the words mean is recognise's matter."""

from __future__ import annotations

from collections.abc import Callable

from etl.read.archive import Member, is_archive, members
from etl.read.document import MOST_PLACES, Cell, Document, Grid, Paragraph, Piece, ReadError
from etl.read.legacy_word import find_converter, read_legacy_word
from etl.read.mail import read_mail
from etl.read.ofd import read_ofd
from etl.read.pdf import read_pdf
from etl.read.scan import read_image
from etl.read.sheet import read_sheets
from etl.read.sniff import MOST_BINARY_BYTES, FileKind, sniff
from etl.read.text import read_text
from etl.read.web import read_web
from etl.read.word import read_word

__all__ = [
    "MOST_BINARY_BYTES",
    "Cell",
    "Document",
    "FileKind",
    "Grid",
    "Member",
    "Paragraph",
    "Piece",
    "ReadError",
    "find_converter",
    "is_archive",
    "members",
    "read_document",
]

_READERS: dict[FileKind, Callable[[str, bytes], Document]] = {
    FileKind.TEXT: read_text,
    FileKind.HTML: read_web,
    FileKind.MHT: read_mail,
    FileKind.DOCX: read_word,
    FileKind.DOC: read_legacy_word,
    FileKind.OFD: read_ofd,
    FileKind.PDF: read_pdf,
    FileKind.IMAGE: read_image,
    FileKind.XLSX: read_sheets,
    FileKind.XLS: read_sheets,
}


def read_document(name: str, data: bytes) -> Document:
    """The document in these bytes; `name` only serves messages. Raises ReadError, whose message says what to do."""
    document = _READERS[sniff(name, data)](name, data)
    for grid in document.grids:
        if len(grid.rows) * grid.width > MOST_PLACES:
            raise ReadError(
                "file_too_large",
                f"“{name}”的第 {grid.number} 个表有 {len(grid.rows)} 行 {grid.width} 列，不是年报。请确认是否拿错了文件。",
            )
    return document
