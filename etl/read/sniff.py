"""What kind of file these bytes are: by content, never by suffix alone."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum

from etl.read.document import ReadError

MOST_BYTES = 10 * 1024 * 1024  # a report as text or page is well under 1 MB
MOST_BINARY_BYTES = 100 * 1024 * 1024  # scans are large

_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|table|div|meta)\b", re.IGNORECASE)
_MAIL = re.compile(rb"\s*(?:from:|mime-version:|subject:|date:|snapshot-content-location:)", re.IGNORECASE)
_MULTIPART = re.compile(rb"content-type:\s*multipart/related", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG", b"BM", b"II*\x00", b"MM\x00*")


class FileKind(StrEnum):
    """`format` of a report is one of these words."""

    TEXT = "text"
    HTML = "html"
    MHT = "mht"
    DOCX = "docx"
    DOC = "doc"  # also .wps and .rtf: what a converter turns into docx first
    XLSX = "xlsx"
    XLS = "xls"  # also .et
    PDF = "pdf"
    OFD = "ofd"
    IMAGE = "image"


_TEXTUAL = frozenset({FileKind.TEXT, FileKind.HTML, FileKind.MHT})


def sniff(name: str, data: bytes) -> FileKind:
    """The kind of these bytes; `name` serves messages. Raises ReadError for empty, oversized and protected files."""
    if not data.strip():
        raise ReadError("empty_file", f"“{name}”是空文件，没有内容可读。请向报送单位重新索取。")
    kind = _kind(name, data)
    limit = MOST_BYTES if kind in _TEXTUAL else MOST_BINARY_BYTES
    if len(data) > limit:
        raise ReadError(
            "file_too_large",
            f"“{name}”有 {len(data) / 1024 / 1024:.0f} MB，超过 {limit // 1024 // 1024} MB 的上限；"
            "年报网页和文档通常不到 1 MB。请确认文件是否拿错，或只保存正文后重新放入。",
        )
    return kind


def _kind(name: str, data: bytes) -> FileKind:
    if b"%PDF-" in data[:1024]:
        return FileKind.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(name, data)
    if data.startswith(_OLE):
        return _compound(name, data)
    if data.startswith(b"{\\rtf"):
        return FileKind.DOC
    if data.startswith(b"Rar!") or data.startswith(b"7z\xbc\xaf"):
        raise ReadError(
            "unsupported_format", f"“{name}”是 rar 或 7z 压缩包，不能直接读取。请解压后放入，或改用 zip 压缩。"
        )
    if data.startswith(_IMAGES) and b"\0" in data[:64]:
        return FileKind.IMAGE
    if _MAIL.match(data) and _MULTIPART.search(data, 0, 4096):
        return FileKind.MHT
    return FileKind.HTML if _HTML.search(data, 0, 4096) else FileKind.TEXT


def _zipped(name: str, data: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError) as error:
        raise ReadError(
            "damaged_file",
            f"“{name}”已损坏，打不开（压缩结构不完整）。请用原来的软件打开另存一份，或向报送单位重新索取。",
        ) from error
    if "word/document.xml" in names or any(part.startswith("word/") for part in names):
        return FileKind.DOCX
    if any(part.startswith("xl/") for part in names):
        return FileKind.XLSX
    if "OFD.xml" in names:
        return FileKind.OFD
    raise ReadError(
        "unsupported_format", f"“{name}”里面不是 Word、Excel 或 OFD 文档。请解压后放入，或用原来的软件另存一份。"
    )


def _compound(name: str, data: bytes) -> FileKind:
    """The old office formats are a small file system; its directory names what lies inside, in UTF-16."""

    def holds(entry: str) -> bool:
        return entry.encode("utf-16-le") + b"\0\0" in data

    if holds("EncryptedPackage"):
        raise ReadError("password", f"“{name}”设有打开密码，不能读取。请在原软件里取消密码后另存，再重新放入。")
    if holds("WordDocument"):
        return FileKind.DOC
    if holds("Workbook") or holds("Book"):
        return FileKind.XLS
    raise ReadError(
        "unsupported_format",
        f"“{name}”是老式 Office 文件，里面既没有 Word 文档也没有 Excel 表格。请另存为 docx、pdf 或网页后重新放入。",
    )
