"""Bytes of a text or page → the text in them, or the reason why nobody can tell."""

from __future__ import annotations

import codecs
import re

from etl.read.document import ReadError

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.IGNORECASE)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = bytes([*range(9), *range(14, 32), 127])
_MISREAD = re.compile("[锟斤拷骞鏈鍏鐨勪俊鎭缁熻]")  # 锟斤拷, and the look of UTF-8 read as GBK
_NOT_CHINESE_TEXT = "请用浏览器或记事本打开核对，另存为 UTF-8 编码后重新放入。"


def decode(name: str, data: bytes) -> str:
    """The text of these bytes. Raises ReadError for binary content and for text damaged by a wrong decoding."""
    text = _decoded(name, data)
    if _is_binary(text.encode() if data[:2] in _UTF16 else data):
        raise _binary(name)
    return text


def _is_binary(data: bytes) -> bool:
    return len(data) - len(data.translate(None, _CONTROLS)) > len(data) / 200


def _binary(name: str) -> ReadError:
    return ReadError(
        "binary_file", f"“{name}”不是文本或网页，里面是二进制内容（后缀可能被改过）。请向报送单位索取原文件。"
    )


def _decoded(name: str, data: bytes) -> str:
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
        raise _binary(name)
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
