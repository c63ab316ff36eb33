"""Bytes → Document, one file for each format. Knows no form: what the words mean is recognise's matter."""

from __future__ import annotations

from etl.read.document import Cell, Document, Grid, Paragraph, ReadError
from etl.read.sniff import FileKind, sniff
from etl.read.text import read_text
from etl.read.web import read_web

__all__ = ["Cell", "Document", "FileKind", "Grid", "Paragraph", "ReadError", "read_document"]

_READERS = {FileKind.TEXT: read_text, FileKind.HTML: read_web}


def read_document(name: str, data: bytes) -> Document:
    """The document in these bytes; `name` only serves messages. Raises ReadError, whose message says what to do."""
    kind, text = sniff(name, data)
    return _READERS[kind](text)
