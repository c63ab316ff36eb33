"""What kind of file these bytes are and, for text, in which encoding: by content, never by suffix alone."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum

from etl.read.document import ReadError

MOST_BYTES = 10 * 1024 * 1024  # a report as text or page is well under 1 MB

_OTHER_KINDS = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "Word（docx）、Excel（xlsx）或压缩包"),
    (b"\xd0\xcf\x11\xe0", "Word（doc）、WPS 或 Excel（xls）"),
    (b"\xff\xd8\xff", "图片"),
    (b"\x89PNG", "图片"),
    (b"{\\rtf", "RTF"),
)
_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|table|div|meta)\b", re.IGNORECASE)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.IGNORECASE)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = bytes([*range(9), *range(14, 32), 127])
_MISREAD = re.compile("[锟斤拷骞鏈鍏鐨勪俊鎭缁熻]")  # 锟斤拷, and the look of UTF-8 read as GBK
_NOT_CHINESE_TEXT = "请用浏览器或记事本打开核对，另存为 UTF-8 编码后重新放入。"


class FileKind(StrEnum):
    TEXT = "text"
    HTML = "html"


def sniff(name: str, data: bytes) -> tuple[FileKind, str]:
    """The kind and the decoded text. Raises ReadError for empty, binary, oversized or undecodable bytes."""
    if not data.strip():
        raise ReadError("empty_file", f"“{name}”是空文件，没有内容可读。请向报送单位重新索取。")
    if len(data) > MOST_BYTES:
        size = len(data) / 1024 / 1024
        raise ReadError(
            "file_too_large",
            f"“{name}”有 {size:.0f} MB，超过 {MOST_BYTES // 1024 // 1024} MB 的上限；年报网页通常不到 1 MB。"
            "请确认文件是否拿错，或只保存正文后重新放入。",
        )
    for magic, kind in _OTHER_KINDS:
        if data.startswith(magic):
            raise ReadError(
                "unsupported_format",
                f"“{name}”是 {kind} 文件，目前只能读文本（txt）和网页（html）。请另存为网页或纯文本后重新放入。",
            )
    text = _decode(name, data)
    if _is_binary(text.encode() if data[:2] in _UTF16 else data):
        raise ReadError(
            "binary_file", f"“{name}”不是文本或网页，里面是二进制内容（后缀可能被改过）。请向报送单位索取原文件。"
        )
    return (FileKind.HTML if _HTML.search(data, 0, 4096) else FileKind.TEXT), text


def _is_binary(data: bytes) -> bool:
    return len(data) - len(data.translate(None, _CONTROLS)) > len(data) / 200


def _decode(name: str, data: bytes) -> str:
    for bom, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(bom):
            return _strict(name, data, encoding)
    declared = _CHARSET.search(data, 0, 4096)
    candidates = ["utf-8", "gb18030"]  # UTF-8 is hard to mistake; a wrong declaration is common
    if declared and declared[1].lower() in {b"big5", b"utf-16"}:
        candidates.insert(1, declared[1].decode())
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _checked(name, text)
    if _is_binary(data):
        raise ReadError(
            "binary_file", f"“{name}”不是文本或网页，里面是二进制内容（后缀可能被改过）。请向报送单位索取原文件。"
        )
    raise ReadError("unknown_encoding", f"“{name}”的文字编码无法识别（试过 UTF-8 和 GB18030）。{_NOT_CHINESE_TEXT}")


def _strict(name: str, data: bytes, encoding: str) -> str:
    try:
        return _checked(name, data.decode(encoding))
    except UnicodeDecodeError:
        raise ReadError("unknown_encoding", f"“{name}”开头标明是 {encoding}，内容却不是。{_NOT_CHINESE_TEXT}") from None


def _checked(name: str, text: str) -> str:
    """Text that decodes but was damaged by a wrong decoding before it reached us is refused, never guessed at."""
    damaged = text.count("\ufffd") + len(_MISREAD.findall(text))
    if damaged > 20 and damaged > len(text) / 50:
        raise ReadError(
            "misread_encoding", f"“{name}”里的汉字已成乱码（保存时用错了编码）。请从原网页或原文件重新保存。"
        )
    return text
