"""The files of a county as they lie on disk and in archives: found, told apart by content, not parsed.

Every process that reads files imports this module: it must stay free of DuckDB and Arrow, which take long to load.
"""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path

from etl.files import REFUSED
from etl.read import MOST_BINARY_BYTES, Member, ReadError, is_archive, members


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file as found. `path` is relative to the county's folder with forward slashes, and can always be written
    in UTF-8; `sha256` is "" and `unread` says why where the file could not be opened. `member` names a file inside the
    archive at `location`; `start` are its first bytes."""

    path: str
    location: Path
    sha256: str
    size: int
    parse_key: str
    unread: str = ""
    member: str = ""
    start: bytes = b""

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1] if self.member else self.location.name

    def read(self) -> bytes:
        """The bytes as they are now. Raises OSError, and ReadError where the archive lost the file."""
        if not self.member:
            return self.location.read_bytes()
        with self.location.open("rb") as file:
            for member in members(self.location.name, file, self.member):
                if member.name == self.member and not member.refused:
                    return member.data
        raise ReadError("file_gone", f"压缩包“{self.location.name}”里已经没有“{self.member}”")


def parse_key(sha256: str, path: str, reading_hash: str) -> str:
    """Equal key, equal rows: the content, the path (a witness of year and unit) and everything that reads."""
    return digest("read", sha256, path, reading_hash)


def unread_key(path: str, reason: str) -> str:
    """The key of a file that could not be opened: it holds as long as it fails in the same way."""
    return digest("unread", path, reason)


def digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def raw_files_at(path: str, location: Path, reading_hash: str) -> list[RawFile]:
    """The file itself, or for an archive every file in it."""
    file = _raw_file(path, location, reading_hash)
    if file.unread or not file.start.startswith(b"PK"):
        return [file if file.unread else _not_too_large(file)]
    found: dict[str, RawFile] = {}
    try:
        with location.open("rb") as archive:
            if not is_archive(archive):
                return [_not_too_large(file)]
            for member in members(location.name, archive):
                place = f"{path}/{member.name}"
                found.setdefault(place, _in_archive(place, location, member, reading_hash))
    except ReadError as error:
        return [*found.values(), refused(path, location, error.message.rstrip("。"))]
    except OSError as error:
        return [refused(path, location, why_unreadable(error))]
    return list(found.values()) or [refused(path, location, "压缩包里没有文件。请核对后重新压缩")]


def _in_archive(path: str, location: Path, member: Member, reading_hash: str) -> RawFile:
    if member.refused:
        return RawFile(path, location, "", 0, unread_key(path, member.refused), member.refused, member.name)
    sha256 = hashlib.sha256(member.data).hexdigest()
    key = parse_key(sha256, path, reading_hash)
    return RawFile(path, location, sha256, len(member.data), key, "", member.name, member.data[:16])


def _not_too_large(file: RawFile) -> RawFile:
    """The file, refused where no reader would take it: so that nobody's video is brought into memory first."""
    if file.size <= MOST_BINARY_BYTES:
        return file
    return refused(
        file.path, file.location, f"文件超过 {MOST_BINARY_BYTES // 1024 // 1024} MB，不是年报。请确认是否拿错"
    )


def refused(path: str, location: Path, reason: str) -> RawFile:
    """A file or folder that is not read, and why."""
    return RawFile(path, location, "", 0, unread_key(path, reason), reason)


def _raw_file(path: str, location: Path, reading_hash: str) -> RawFile:
    try:
        if not stat.S_ISREG(location.stat().st_mode):
            return refused(path, location, "不是普通文件，不能读取。请换成年报文件")
        with location.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
            file.seek(0)
            start = file.read(16)
        return RawFile(path, location, sha256, size, parse_key(sha256, path, reading_hash), start=start)
    except OSError as error:
        return refused(path, location, why_unreadable(error))


def why_unreadable(error: OSError) -> str:
    """Why a file or folder could not be opened for reading, and what to do."""
    if isinstance(error, FileNotFoundError):
        return "读取时文件已不在原处（可能被移动、改名或删除）。请确认文件还在，再重新建库"
    if error.errno in REFUSED:
        return "没有读取的权限，或文件正被别的程序独占。请关闭打开它的程序、检查权限后重新建库"
    return f"系统读不出来（{type(error).__name__} {error.errno}）。请检查磁盘或网络盘是否正常，再重新建库"
