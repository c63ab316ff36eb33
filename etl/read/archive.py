"""Zip archives: what reports lie in them, also in archives inside; nothing is written to disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from etl.read.document import ReadError
from etl.read.sniff import MOST_BINARY_BYTES

MOST_MEMBERS = 2_000
MOST_DEPTH = 4  # archives inside archives
MOST_UNPACKED = 1024 * 1024 * 1024  # of all members together
_DESKTOP = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_UTF8_FLAG = 0x800


class Member(NamedTuple):
    """One file in an archive: its name there, with the archives on the way, and its bytes; `refused` says why not."""

    name: str
    data: bytes
    refused: str = ""


def is_archive(data: bytes) -> bool:
    """Whether these are the bytes of a zip archive that is no office document."""
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError):
        return False
    return not any(name in {"[Content_Types].xml", "OFD.xml", "mimetype"} for name in names)


def members(name: str, data: bytes) -> Iterator[Member]:
    """Every file in the archive, folders and desktop files left out. Raises ReadError where it cannot be opened."""
    budget = [MOST_UNPACKED, MOST_MEMBERS]
    yield from _members(name, data, "", 1, budget)


def _members(name: str, data: bytes, prefix: str, depth: int, budget: list[int]) -> Iterator[Member]:
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError) as error:
        raise ReadError(
            "damaged_file", f"压缩包“{name}”已损坏，打不开。请重新压缩，或解压后把文件直接放入文件夹。"
        ) from error
    with package:
        for info in package.infolist():
            shown = _shown(info)
            if info.is_dir() or shown.rsplit("/", 1)[-1].lower() in _DESKTOP or "__MACOSX/" in shown:
                continue
            budget[1] -= 1
            if budget[1] < 0:
                raise ReadError(
                    "too_many_files", f"压缩包“{name}”里的文件超过 {MOST_MEMBERS} 个。请分成几个压缩包后重新放入。"
                )
            content, refused = _content(package, info, budget)
            if not refused and is_archive(content):
                if depth >= MOST_DEPTH:
                    yield Member(f"{prefix}{shown}", b"", f"压缩包套了 {MOST_DEPTH} 层以上，没有再打开。请解压后放入")
                    continue
                yield from _members(shown, content, f"{prefix}{shown}/", depth + 1, budget)
            else:
                yield Member(f"{prefix}{shown}", content, refused)


def _content(package: zipfile.ZipFile, info: zipfile.ZipInfo, budget: list[int]) -> tuple[bytes, str]:
    limit = min(MOST_BINARY_BYTES, budget[0])
    if info.file_size > limit:
        return b"", "解压后太大，不是年报。请确认文件是否拿错"
    try:
        with package.open(info) as stream:
            content = stream.read(limit + 1)
    except RuntimeError:
        return b"", "压缩包设有密码，不能打开。请取消密码后重新压缩，或解压后放入"
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        return b"", "在压缩包里已损坏，解压不出来。请重新压缩后放入"
    if len(content) > limit:
        return b"", "解压后太大，不是年报。请确认文件是否拿错"
    budget[0] -= len(content)
    return content, ""


def _shown(info: zipfile.ZipInfo) -> str:
    """The member's name; one packed on a Chinese Windows is in GBK. What points outside the archive points inside."""
    name = info.filename
    if not info.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."} and ":" not in part]
    return "/".join(parts) or "无名文件"
