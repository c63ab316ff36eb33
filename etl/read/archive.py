"""Zip archives: what reports lie in them, also in archives inside; nothing is written to disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from etl.read.document import ReadError
from etl.read.sniff import MOST_BINARY_BYTES

MOST_MEMBERS = 2_000
MOST_DEPTH = 4  # archives inside archives
MOST_UNPACKED = 1024 * 1024 * 1024  # of all members together
_MOST_TIMES, _LARGE = (
    100,
    16 * 1024 * 1024,
)  # bytes that unpack to so many times themselves, and are large, are no report
_DESKTOP = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_UTF8_FLAG = 0x800
_STARTS = (b"PK\x03\x04", b"PK\x05\x06")


class Member(NamedTuple):
    """One file in an archive: its name there, with the archives on the way, and its bytes; `refused` says why not."""

    name: str
    data: bytes
    refused: str = ""


def is_archive(file: BinaryIO) -> bool:
    """Whether this open file is a zip archive that is no office document; where it stands in the file is not kept."""
    file.seek(0)
    if file.read(4) not in _STARTS:
        return False
    try:
        with zipfile.ZipFile(file) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError):
        return False
    return not any(name in {"[Content_Types].xml", "OFD.xml", "mimetype"} for name in names)


def members(name: str, file: BinaryIO, wanted: str = "") -> Iterator[Member]:
    """Every file in the archive, folders and desktop files left out, or only the one called `wanted`.

    Raises ReadError where the archive cannot be opened, or holds more than anyone packs.
    """
    yield from _members(name, file, "", 1, wanted, [MOST_UNPACKED, MOST_MEMBERS])


def _members(name: str, file: BinaryIO, prefix: str, depth: int, wanted: str, budget: list[int]) -> Iterator[Member]:
    try:
        package = zipfile.ZipFile(file)
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
            place = f"{prefix}{shown}"
            if wanted and wanted != place and not wanted.startswith(f"{place}/"):
                continue
            content, refused = _content(package, info, budget)
            if refused or not is_archive(io.BytesIO(content)):
                yield Member(place, content, refused)
            elif depth >= MOST_DEPTH:
                yield Member(place, b"", f"压缩包套了 {MOST_DEPTH} 层以上，没有再打开。请解压后放入")
            else:
                yield from _members(shown, io.BytesIO(content), f"{place}/", depth + 1, wanted, budget)


def _content(package: zipfile.ZipFile, info: zipfile.ZipInfo, budget: list[int]) -> tuple[bytes, str]:
    limit = min(MOST_BINARY_BYTES, budget[0])
    if info.file_size > min(limit, max(_LARGE, info.compress_size * _MOST_TIMES)):
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
