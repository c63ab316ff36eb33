"""Files handed in → DIR/incoming, where nothing counts yet."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from etl.files import clear_unfinished, safe_name, why_refused, write_whole
from etl.paths import DESKTOP_FILES, County, files_under
from etl.read.archive import is_archive, members
from etl.read.document import ReadError
from etl.read.sniff import MOST_BINARY_BYTES

_LOCK = "lock"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WAIT = 30  # seconds, for another session that is handing in


class IntakeError(RuntimeError):
    """A file was not taken in; the message says why and what to do. What was there before is unchanged."""


@dataclass(frozen=True, slots=True)
class Staged:
    """One file handed in. `path` is where it waits, None where it was refused and `refused` says why.

    `lies_at` is the path, relative to the county's folder, of a file under raw/ with the same content, '' for none: then
    there is nothing to accept unless somebody wants to say whose it is.
    """

    name: str
    sha256: str
    size: int
    path: Path | None
    refused: str = ""
    lies_at: str = ""


def stage(county: County, name: str, data: bytes) -> tuple[Staged, ...]:
    """Keep a file that was handed in, or every file in the archive; see stage_all."""
    return stage_all(county, [(name, data)])


def stage_all(county: County, files: Iterable[tuple[str, bytes]]) -> tuple[Staged, ...]:
    """Keep files (name, bytes) until somebody accepts or discards them; an archive gives every file in it.

    The same content twice is kept once. Raises IntakeError where the disk or another program does not let it.
    """
    with only_one(county):
        known = by_size(county)
        unpacked = (each for name, data in files for each in _unpacked(name, data))
        return tuple(_stage_one(county, name, data, why, known) for name, data, why in unpacked)


def staged(county: County) -> tuple[Staged, ...]:
    """What waits, in order of name."""
    waiting = [
        path
        for path in county.incoming.glob("*/*")
        if _SHA256.fullmatch(path.parent.name) and not path.name.startswith(".")
    ]
    known = by_size(county) if waiting else {}
    found = [_described(county, path, path.parent.name, known) for path in waiting]
    return tuple(sorted(found, key=lambda each: (each.name, each.sha256)))


def discard(county: County, sha256: str) -> None:
    """Take a staged file away without accepting it; nothing happens where it is gone already."""
    with only_one(county):
        drop(county, sha256)


def _unpacked(name: str, data: bytes) -> Generator[tuple[str, bytes, str]]:
    """(name, bytes, why it is refused or '') of the file, or of every file in the archive."""
    file = io.BytesIO(data)
    if not is_archive(file):
        yield name, data, _why_not(data)
        return
    is_empty = True
    try:
        for member in members(name, file):
            is_empty = False
            yield member.name, member.data, member.refused or _why_not(member.data)
    except ReadError as error:
        yield name, b"", error.message.rstrip("。")
        return
    if is_empty:
        yield name, b"", "压缩包里没有文件。请核对后重新压缩"


def _why_not(data: bytes) -> str:
    if not data:
        return "空文件，没有内容。请核对后重新发送"
    if len(data) > MOST_BINARY_BYTES:
        return f"文件超过 {MOST_BINARY_BYTES // 1024 // 1024} MB，不是年报。请确认是否拿错"
    return ""


_Known = Mapping[int, list[Path]]


def _stage_one(county: County, name: str, data: bytes, why: str, known: _Known) -> Staged:
    name, sha256 = safe_name(name), hashlib.sha256(data).hexdigest()
    if not why and name.lower() in DESKTOP_FILES:
        why = "系统自带的文件，不是年报"
    if why:
        return Staged(name, sha256, len(data), None, why)
    path = waiting_file(county, sha256)
    if path is None:
        path = _place_of(county, sha256) / name
        path.parent.mkdir(exist_ok=True)
        clear_unfinished(path.parent)
        write_whole(path, data, may_replace=True)
    return _described(county, path, sha256, known)


def _described(county: County, path: Path, sha256: str, known: _Known) -> Staged:
    size = path.stat().st_size
    return Staged(path.name, sha256, size, path, lies_at=where_it_lies(county, sha256, known.get(size, ())))


def waiting_file(county: County, sha256: str) -> Path | None:
    """Where the file waits, None where it does not."""
    folder = _place_of(county, sha256)
    if not folder.is_dir():
        return None
    return next((path for path in sorted(folder.iterdir()) if not path.name.startswith(".")), None)


def drop(county: County, sha256: str) -> None:
    """Take it out of the staging. The caller is the only one who hands in."""
    with suppress(FileNotFoundError):
        shutil.rmtree(_place_of(county, sha256))


def _place_of(county: County, sha256: str) -> Path:
    """The folder in which a file waits. Anything but a sha256 would name another, or all of them."""
    if not _SHA256.fullmatch(sha256):
        raise IntakeError(f"没有完成：“{sha256[:80]}”不是收到的文件的编号。请刷新后重试。")
    return county.incoming / sha256


def by_size(county: County) -> dict[int, list[Path]]:
    """The files under raw/ by size: only those of equal size need be looked into."""
    found: dict[int, list[Path]] = defaultdict(list)
    for path in files_under(county.raw) if county.raw.is_dir() else ():
        with suppress(OSError):
            found[path.stat().st_size].append(path)
    return found


def where_it_lies(county: County, sha256: str, same_size: Iterable[Path]) -> str:
    """The first of these that has this content, relative to the county's folder; "" where none has."""
    for path in sorted(same_size):
        with suppress(OSError):
            if hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
                return path.relative_to(county.root).as_posix()
    return ""


@contextmanager
def only_one(county: County) -> Generator[None]:
    """One session hands in at a time; the system lets go of the lock however the process ends."""
    try:
        county.incoming.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(county.incoming / _LOCK, timeout=_WAIT, isolation_level=None)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise IntakeError("没有完成：另一个窗口正在收文件，等了半分钟仍没有结束。请稍后再试。") from error
        raise IntakeError(
            f"没有完成：{county.incoming} 不能写入（{why_refused(error)}）。请检查权限和磁盘后重试。"
        ) from error
    except OSError as error:
        place = error.filename or county.incoming
        raise IntakeError(
            f"没有完成：{place} 不能写入（{why_refused(error)}）。请检查权限和磁盘空间后重试。"
        ) from error
