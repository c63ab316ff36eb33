"""DIR/incoming → DIR/raw, once a person says whose a file is and of which year."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from etl.files import clear_unfinished, write_whole
from etl.intake.staging import IntakeError, by_size, drop, only_one, staged, waiting_file, where_it_lies
from etl.ledger import Conflict, Entry, Kind, Ledger, LedgerError, Origin
from etl.paths import County
from etl.units import load_units


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
    with only_one(county):
        for year in {each.year for each in wanted}:
            clear_unfinished(county.raw / str(year))
        known = by_size(county)
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
    waiting = waiting_file(county, sha256)
    size = waiting.stat().st_size if waiting else 0
    lies_at = where_it_lies(county, sha256, known.get(size, ())) if waiting else _told_place(county, said)
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
    drop(county, sha256)
    return Entered(place, said, is_new=not lies_at)


def finish(county: County) -> tuple[Entered, ...]:
    """Accept what the ledger says is accepted and still waits: an intake was cut off there. What it returns is in no
    build yet.

    A file handed in again after it was accepted and taken out of raw/ waits like any other, and so does one that cannot
    be accepted as it was said, because its unit left the register.
    """
    if not _cut_off(county):
        return ()
    entered = []
    with only_one(county):  # another session may just have been entering them
        units = frozenset(unit.unit_id for unit in load_units(county.units))
        known = by_size(county)
        for entry in _cut_off(county):
            after = entry.after or {}
            wanted = Acceptance(entry.subject, after["unit_id"], after["year"])
            clear_unfinished(county.raw / str(wanted.year))
            with suppress(IntakeError, LedgerError):
                entered.append(_accept(county, wanted, entry.who, entry.who_from, units, known))
    return tuple(entered)


def _cut_off(county: County) -> list[Entry]:
    waiting = staged(county)
    intakes = Ledger(county.ledger).latest(Kind.INTAKE) if waiting and county.ledger.exists() else {}
    return [
        intakes[each.sha256]
        for each in waiting
        if each.sha256 in intakes and each.path and _was_staged_before(each.path, intakes[each.sha256])
    ]


def _was_staged_before(path: Path, entry: Entry) -> bool:
    """The ledger knows whole seconds only."""
    return int(path.stat().st_mtime) <= datetime.fromisoformat(entry.made_at).timestamp()


def _told_place(county: County, said: Entry | None, *, is_free: bool = False) -> str:
    """Where the ledger says the file lies: with `is_free` only if nothing lies there yet, else only if it does."""
    if said is None:
        return ""
    place = (said.after or {})["path"]
    path = county.root / place
    if is_free:
        return "" if path.exists() else place
    return where_it_lies(county, said.subject, [path]) if path.exists() else ""


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
