"""Files handed in → DIR/incoming, where nothing counts yet → DIR/raw once a person says whose they are.

Each step leaves something whole: a file is staged, then the ledger says whose it is, then the file lies under raw/, then
it leaves the staging. Whoever is cut off in between asks again (`accept`, or `finish` for all) and ends where they would
have. The build that takes the files in is the caller's.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from etl.files import clear_unfinished, safe_name, why_refused, write_whole
from etl.ledger import Conflict, Entry, Kind, Ledger, LedgerError, Origin
from etl.paths import DESKTOP_FILES, County, files_under
from etl.read.archive import is_archive, members
from etl.read.document import ReadError
from etl.read.sniff import MOST_BINARY_BYTES
from etl.units import load_units

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


@dataclass(frozen=True, slots=True)
class Entered:
    """An accepted file. `path` is relative to the county's folder; `is_new` False where it lay there already."""

    path: str
    entry: Entry
    is_new: bool


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What a person says of a staged file: whose report it is, of which year, when it came and appeared."""

    sha256: str
    unit_id: str
    year: int
    received_on: date | None = None
    published_on: date | None = None
    why: str = ""


def stage(county: County, name: str, data: bytes) -> tuple[Staged, ...]:
    """Keep a file that was handed in, or every file in the archive; see stage_all."""
    return stage_all(county, [(name, data)])


def stage_all(county: County, files: Iterable[tuple[str, bytes]]) -> tuple[Staged, ...]:
    """Keep files (name, bytes) until somebody accepts or discards them; an archive gives every file in it.

    The same content twice is kept once. Raises IntakeError where the disk or another program does not let it.
    """
    with _only_one(county):
        known = _by_size(county)
        unpacked = (each for name, data in files for each in _unpacked(name, data))
        return tuple(_stage_one(county, name, data, why, known) for name, data, why in unpacked)


def staged(county: County) -> tuple[Staged, ...]:
    """What waits, in order of name."""
    known = _by_size(county)
    found = [
        _described(county, path, path.parent.name, known)
        for path in county.incoming.glob("*/*")
        if _SHA256.fullmatch(path.parent.name) and not path.name.startswith(".")
    ]
    return tuple(sorted(found, key=lambda each: (each.name, each.sha256)))


def discard(county: County, sha256: str) -> None:
    """Take a staged file away without accepting it; nothing happens where it is gone already."""
    with _only_one(county):
        _drop(county, sha256)


def accept(
    county: County,
    sha256: str,
    unit_id: str,
    year: int,
    *,
    who: str,
    who_from: Origin | str = Origin.SELF,
    received_on: date | None = None,
    published_on: date | None = None,
    why: str = "",
) -> Entered:
    """Put a staged file under raw/<year>/, after the ledger says whose it is. Never replaces a file there.

    Asked again after it was cut off, it goes on where it stopped and says nothing twice. Raises Conflict where somebody
    said another unit or year of the same file, LedgerError, RegisterError, and IntakeError.
    """
    wanted = Acceptance(sha256, unit_id, year, received_on, published_on, why)
    (done,) = accept_all(county, [wanted], who=who, who_from=who_from)
    if not isinstance(done, Entered):
        raise done
    return done


def accept_all(
    county: County, wanted: Sequence[Acceptance], *, who: str, who_from: Origin | str = Origin.SELF
) -> tuple[Entered | IntakeError | LedgerError, ...]:
    """Accept each of these in turn; one that cannot be accepted has its error in its place and leaves the others alone.

    Raises RegisterError where units.csv cannot be used, and IntakeError where nothing can be written at all.
    """
    units = frozenset(unit.unit_id for unit in load_units(county.units))
    with _only_one(county):
        for year in {each.year for each in wanted}:
            clear_unfinished(county.raw / str(year))
        known = _by_size(county)
        done: list[Entered | IntakeError | LedgerError] = []
        for each in wanted:
            try:
                done.append(_accept(county, each, who, who_from, units, known))
            except (IntakeError, LedgerError) as error:
                done.append(error)
        return tuple(done)


def _accept(
    county: County,
    wanted: Acceptance,
    who: str,
    who_from: Origin | str,
    units: frozenset[str],
    known: dict[int, list[Path]],
) -> Entered:
    if wanted.unit_id not in units:
        raise IntakeError(f"没有入库：单位编号“{wanted.unit_id}”不在 {county.units} 中。请先登记这个单位，或另选单位。")
    ledger, sha256 = Ledger(county.ledger), wanted.sha256
    said = next(reversed(ledger.history(sha256, Kind.INTAKE)), None)
    waiting = _waiting(county, sha256)
    size = waiting.stat().st_size if waiting else 0
    lies_at = _lies_at(county, sha256, known.get(size, ())) if waiting else _told_place(county, said)
    if waiting is None and not lies_at:
        raise IntakeError("没有入库：收到的文件里已经没有这一份（可能已被放弃）。请重新拖入。")
    if said and not lies_at and waiting and not _was_staged_before(waiting, said):
        said = None  # it was taken out of raw/ and handed in anew: who says whose it is now, says it anew
    if said and ((said.after or {})["unit_id"], (said.after or {})["year"]) != (wanted.unit_id, wanted.year):
        raise Conflict(said)
    place = lies_at or _told_place(county, said, is_free=True) or _free_place(county, wanted.year, waiting)
    _say_dates(ledger, wanted, who, who_from)  # before the entry that `finish` goes by, which knows no dates
    if said is None or (said.after or {})["path"] != place:
        name = waiting.name if waiting else place.rsplit("/", 1)[-1]
        after = {"path": place, "name": name, "unit_id": wanted.unit_id, "year": wanted.year}
        said = ledger.record(Kind.INTAKE, sha256, after, who=who, who_from=who_from, why=wanted.why)
    if not lies_at and waiting:
        _put(county.root / place, waiting, sha256)
        known.setdefault(size, []).append(county.root / place)
    _drop(county, sha256)
    return Entered(place, said, is_new=not lies_at)


def finish(county: County) -> tuple[Entered, ...]:
    """Accept what the ledger says is accepted and still waits: an intake was cut off there. What it returns is in no
    build yet.

    A file handed in again after it was accepted and taken out of raw/ waits like any other, and so does one that cannot
    be accepted as it was said, because its unit left the register.
    """
    intakes = Ledger(county.ledger).latest(Kind.INTAKE) if county.ledger.exists() else {}
    cut_off = [
        intakes[each.sha256]
        for each in staged(county)
        if each.sha256 in intakes and each.path and _was_staged_before(each.path, intakes[each.sha256])
    ]
    entered = []
    for entry in cut_off:
        with suppress(IntakeError, LedgerError):
            entered.append(_again(county, entry))
    return tuple(entered)


def _was_staged_before(path: Path, entry: Entry) -> bool:
    """The ledger knows whole seconds only."""
    return int(path.stat().st_mtime) <= datetime.fromisoformat(entry.made_at).timestamp()


def _again(county: County, entry: Entry) -> Entered:
    after = entry.after or {}
    return accept(county, entry.subject, after["unit_id"], after["year"], who=entry.who, who_from=entry.who_from)


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
    path = _waiting(county, sha256)
    if path is None:
        path = _place_of(county, sha256) / name
        path.parent.mkdir(exist_ok=True)
        clear_unfinished(path.parent)
        write_whole(path, data, may_replace=True)
    return _described(county, path, sha256, known)


def _described(county: County, path: Path, sha256: str, known: _Known) -> Staged:
    size = path.stat().st_size
    return Staged(path.name, sha256, size, path, lies_at=_lies_at(county, sha256, known.get(size, ())))


def _waiting(county: County, sha256: str) -> Path | None:
    folder = _place_of(county, sha256)
    if not folder.is_dir():
        return None
    return next((path for path in sorted(folder.iterdir()) if not path.name.startswith(".")), None)


def _drop(county: County, sha256: str) -> None:
    with suppress(FileNotFoundError):
        shutil.rmtree(_place_of(county, sha256))


def _place_of(county: County, sha256: str) -> Path:
    """The folder in which a file waits. Anything but a sha256 would name another, or all of them."""
    if not _SHA256.fullmatch(sha256):
        raise IntakeError(f"没有完成：“{sha256[:80]}”不是收到的文件的编号。请刷新后重试。")
    return county.incoming / sha256


def _by_size(county: County) -> dict[int, list[Path]]:
    """The files under raw/ by size: only those of equal size need be looked into."""
    found: dict[int, list[Path]] = defaultdict(list)
    for path in files_under(county.raw) if county.raw.is_dir() else ():
        with suppress(OSError):
            found[path.stat().st_size].append(path)
    return found


def _lies_at(county: County, sha256: str, same_size: Iterable[Path]) -> str:
    for path in sorted(same_size):
        with suppress(OSError):
            if hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
                return path.relative_to(county.root).as_posix()
    return ""


def _told_place(county: County, said: Entry | None, *, is_free: bool = False) -> str:
    """Where the ledger says the file lies: with `is_free` only if nothing lies there yet, else only if it does."""
    if said is None:
        return ""
    place = (said.after or {})["path"]
    path = county.root / place
    if is_free:
        return "" if path.exists() else place
    return _lies_at(county, said.subject, [path]) if path.exists() else ""


def _free_place(county: County, year: int, waiting: Path | None) -> str:
    """A path under raw/<year>/ that no file has: the second of a name is 原名（第2版）."""
    assert waiting is not None, "a file that is nowhere was refused before"
    folder, number = county.raw / str(year), 1
    path = folder / waiting.name
    while path.exists():
        number += 1
        path = folder / f"{waiting.stem}（第{number}版）{waiting.suffix}"
    return path.relative_to(county.root).as_posix()


def _say_dates(ledger: Ledger, wanted: Acceptance, who: str, who_from: Origin | str) -> None:
    """Record the dates that are given and not recorded yet; one that is not given stays as it is."""
    given = {"received_on": wanted.received_on, "published_on": wanted.published_on}
    if not any(given.values()):
        return
    last = next(reversed(ledger.history(wanted.sha256, Kind.DATES)), None)
    known: Mapping[str, Any] = (last.after if last else None) or {"received_on": None, "published_on": None}
    after = {**known, **{name: day.isoformat() for name, day in given.items() if day is not None}}
    if after != known:
        ledger.record(Kind.DATES, wanted.sha256, after, who=who, who_from=who_from)


def _put(path: Path, waiting: Path, sha256: str) -> None:
    data = waiting.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise IntakeError(f"没有入库：收到的“{waiting.name}”在磁盘上已损坏。请放弃这一份，重新拖入原文件。")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        write_whole(path, data, may_replace=False)
    except FileExistsError as error:
        raise IntakeError(f"没有入库：刚刚有人在 {path.parent} 放了同名的文件。请再点一次入库，会另起名字。") from error


@contextmanager
def _only_one(county: County) -> Generator[None]:
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
