"""One builder at a time; a finished build is put in force by replacing the pointer, and older ones are let go."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from etl.files import sync_folder
from etl.paths import County
from etl.warehouse.failure import KEPT, BuildError, explained
from etl.warehouse.read import current_build, kept_builds

DRAFT = "draft"  # every name in the warehouse that begins so belongs to a build under way, or to one that was killed
KEPT_BUILDS = 5
BUILDER_WAIT = 60  # seconds, for another build; most take a few


@contextmanager
def only_builder(county: County, seconds: float = BUILDER_WAIT) -> Generator[None]:
    """Hold the county's build lock, after waiting this long for another build to end; what a killed build left behind
    is cleared away first. Raises BuildError.

    The lock is a transaction on an empty SQLite file: the system lets go of it however the process ends, on every
    platform, so there is no stale lock to detect.
    """
    with explained(county.warehouse):
        county.warehouse.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(county.lock, timeout=seconds, isolation_level=None)
    with closing(lock):
        with explained(county.warehouse):
            _begin(lock, county, seconds)
        try:
            _clear(county)
            yield
        finally:
            _clear(county)  # a full disk gets its room back at once
            with suppress(sqlite3.Error):
                lock.rollback()


def _begin(lock: sqlite3.Connection, county: County, seconds: float) -> None:
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            waited = f"，等了 {seconds:g} 秒仍没有结束" if seconds else ""
            raise BuildError(f"另一个建库正在 {county.warehouse} 进行{waited}。请等它结束后再运行。{KEPT}") from error
        raise


def put_in_force(county: County, draft: Path, build_id: str) -> Path:
    """Give a closed draft its name, then point at it: the last act, before which nothing has changed for a reader."""
    with explained(county.warehouse):
        _sync(draft)
        path, again = county.build_file(build_id), 2
        while path.exists():
            path, again = county.build_file(f"{build_id}-{again}"), again + 1
        draft.rename(path)
        pointer = county.warehouse / f"{DRAFT}-pointer"
        pointer.write_text(path.name + "\n", encoding="utf-8")
        _sync(pointer)
        sync_folder(county.warehouse)
        _patiently(lambda: os.replace(pointer, county.pointer))
        sync_folder(county.warehouse)
    return path


def prune(county: County) -> None:
    """Remove builds beyond the last few. One that a reader holds open stays where the system will not let go of it."""
    in_force = current_build(county)
    for path in kept_builds(county)[KEPT_BUILDS:]:
        if path != in_force:
            _remove(path)


def _clear(county: County) -> None:
    for leftover in list(county.warehouse.glob(f"{DRAFT}*")):
        _remove(leftover)


def _remove(path: Path) -> None:
    with suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _patiently(act: Callable[[], None]) -> None:
    """Windows refuses to replace a file while somebody reads it; a pointer is read in no time."""
    for _ in range(20):
        try:
            return act()
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(0.05)
    act()
