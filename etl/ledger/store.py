"""The ledger's file: SQLite, write-ahead log, append-only. Every call opens and closes it, so threads and processes mix."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Generator, Iterable, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from etl.files import FULL, give_name, why_refused
from etl.ledger.entry import Conflict, Entry, Kind, LedgerError, Origin, check_entry
from etl.ledger.scores import SCORE_KINDS, check_score_entry

SCHEMA_VERSION = 1
_APPLICATION_ID = 0x4E42_4A4C  # tells a ledger from any other SQLite file
_WAIT = 30  # seconds, for another process that is writing
_FIELDS = "entry_id, made_at, who, who_from, kind, subject, before, after, why"

# An UPDATE or DELETE fails whoever tries; so does an INSERT that would replace a row or come before one.
_SCHEMA = f"""
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
CREATE TABLE entry (
    entry_id INTEGER PRIMARY KEY AUTOINCREMENT,
    made_at  TEXT NOT NULL,   -- ISO 8601, local time with offset
    who      TEXT NOT NULL,
    who_from TEXT NOT NULL,   -- self: the name a person chose; proxy: a trusted header
    kind     TEXT NOT NULL,
    subject  TEXT NOT NULL,
    before   TEXT,            -- JSON
    after    TEXT,            -- JSON; NULL takes the former decision back
    why      TEXT NOT NULL
) STRICT;
CREATE INDEX entry_of_subject ON entry (kind, subject, entry_id);
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER entry_is_never_removed BEFORE DELETE ON entry BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER entry_comes_last BEFORE INSERT ON entry
WHEN NEW.entry_id <> -1 AND NEW.entry_id <= (SELECT coalesce(max(entry_id), 0) FROM entry)
BEGIN SELECT raise(ABORT, 'append-only'); END;
"""


class Ledger:
    """The decisions in one file. A missing file holds none and is made by the first entry; a damaged one raises
    LedgerError on every call."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def record(
        self,
        kind: Kind | str,
        subject: str,
        after: Mapping[str, Any] | None,
        *,
        who: str,
        why: str = "",
        seen: int | None = None,
        who_from: Origin | str = Origin.SELF,
    ) -> Entry:
        """Append one entry. `seen` is the id of the latest entry of this kind on this subject which the person saw,
        0 for none; None does not ask. Raises Conflict when another is the latest, LedgerError on a wrong shape and on
        what does not fit what stands: see etl.ledger.scores."""
        made_at = datetime.now().astimezone().isoformat(timespec="seconds")
        wanted = Entry(0, made_at, who.strip(), Origin(who_from), Kind(kind), subject, None, after, why.strip())
        check_entry(wanted)
        with self._writing() as connection:
            latest = self._latest(connection, wanted.kind, subject)
            if seen is not None and seen != (latest.entry_id if latest else 0):
                raise Conflict(latest)
            check_score_entry(wanted, _Held(self, connection))
            return _append(connection, replace(wanted, before=latest.after if latest else None))

    def latest(self, kind: Kind | str) -> dict[str, Entry]:
        """What stands: the last entry of this kind on each subject."""
        found = self._rows(
            "WHERE entry_id IN (SELECT max(entry_id) FROM entry WHERE kind = ? GROUP BY subject)", Kind(kind).value
        )
        return {entry.subject: entry for entry in found}

    def last(self, kind: Kind | str, subject: str) -> Entry | None:
        """The last entry of this kind on one subject, also where it takes the former back: what `record` asks to be seen."""
        with self._reading() as connection:
            return None if connection is None else self._latest(connection, Kind(kind), subject)

    def history(self, subject: str, kind: Kind | str | None = None) -> tuple[Entry, ...]:
        """Every entry on a subject, the oldest first; of every kind unless one is given."""
        if kind is None:
            return self._rows("WHERE subject = ?", subject)
        return self._rows("WHERE kind = ? AND subject = ?", Kind(kind).value, subject)

    def entries(self, since: int = 0) -> tuple[Entry, ...]:
        """Every entry after this id, in the order in which they were made."""
        return self._rows("WHERE entry_id > ?", since)

    def of_kinds(self, *kinds: Kind | str) -> tuple[Entry, ...]:
        """Every entry of these kinds, in the order in which they were made."""
        marks = ", ".join("?" * len(kinds))
        return self._rows(f"WHERE kind IN ({marks})", *(Kind(kind).value for kind in kinds))

    def of_year(self, year: int) -> tuple[Entry, ...]:
        """Every entry about the scores of one year, in the order in which they were made: what score_decisions takes where
        only that year is looked at, ten times as fast as all of them after ten years."""
        marks = ", ".join("?" * len(SCORE_KINDS))
        kinds = (kind.value for kind in SCORE_KINDS)
        return self._rows(
            f"WHERE kind IN ({marks}) AND (subject LIKE ? OR subject = ?)", *kinds, f"%/{year}/%", str(year)
        )

    def newest(self, most: int) -> tuple[Entry, ...]:
        """The last entries, the newest first."""
        found = self._rows("WHERE entry_id IN (SELECT entry_id FROM entry ORDER BY entry_id DESC LIMIT ?)", most)
        return found[::-1]

    def last_id(self) -> int:
        """The id of the newest entry, 0 for none: equal id, equal content."""
        with self._reading() as connection:
            return _last_id(connection) if connection else 0

    def verify(self) -> None:
        """Raises LedgerError where any part of the file is damaged."""
        with self._reading() as connection:
            if connection and connection.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
                raise self._damaged()

    def append_all(self, entries: Iterable[Entry]) -> int:
        """Append entries made elsewhere, ids and all, after those that are here; returns how many. All or none.

        Raises LedgerError where what is here is not the beginning of what is given, nor the other way round.
        """
        given = tuple(entries)
        with self._writing() as connection:
            here = self._of(connection.execute(f"SELECT {_FIELDS} FROM entry ORDER BY entry_id"))
            for mine, yours in zip(here, given, strict=False):
                if mine != yours:
                    raise LedgerError(
                        f"没有导入：第 {mine.entry_id} 条起与现有台账 {self.path} 不同（现有：{_told(mine)}；"
                        f"文件：{_told(yours)}），两份记录分了岔，不能自动合并。请换一个空的数据文件夹导入，或只保留其中一份。"
                    )
            added = given[len(here) :]
            for entry in added:
                check_score_entry(entry, _Held(self, connection))
                _append(connection, entry)
            return len(added)

    def export(self, path: Path) -> int:
        """Write every entry as readable YAML; returns how many."""
        from etl.ledger.exchange import write_yaml  # exchange stands on this module

        found = self.entries()
        write_yaml(path, found)
        return len(found)

    def import_(self, path: Path) -> int:
        """Append what an exported file holds beyond what is here; returns how many. See append_all."""
        from etl.ledger.exchange import read_yaml

        return self.append_all(read_yaml(path))

    def _latest(self, connection: sqlite3.Connection, kind: Kind, subject: str) -> Entry | None:
        newest = "entry_id = (SELECT max(entry_id) FROM entry WHERE kind = ? AND subject = ?)"
        return next(iter(self.in_(connection, f"WHERE {newest}", kind.value, subject)), None)

    def _rows(self, condition: str, *values: object) -> tuple[Entry, ...]:
        with self._reading() as connection:
            return self.in_(connection, condition, *values) if connection is not None else ()

    def in_(self, connection: sqlite3.Connection, condition: str, *values: object) -> tuple[Entry, ...]:
        """Entries as a transaction sees them."""
        query = f"SELECT {_FIELDS} FROM entry {condition} ORDER BY entry_id"
        return self._of(connection.execute(query, values))

    def _of(self, rows: Iterable[tuple[Any, ...]]) -> tuple[Entry, ...]:
        try:
            return tuple(map(_entry, rows))
        except ValueError as error:
            raise self._damaged() from error

    @contextmanager
    def _reading(self) -> Generator[sqlite3.Connection | None]:
        """A connection that cannot write, None where there is no ledger yet."""
        with self._explained():
            if not self.path.exists():
                yield None
                return
            with closing(self._connect("mode=ro")) as connection:
                yield connection

    @contextmanager
    def _writing(self) -> Generator[sqlite3.Connection]:
        """A transaction that shuts other writers out from its beginning; undone unless the block ends well."""
        with self._explained():
            _make(self.path)
            with closing(self._connect("mode=rw")) as connection:
                connection.execute(
                    "PRAGMA synchronous = FULL"
                )  # a decision that was told as saved outlives a power cut
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    with suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")
                    raise

    def _connect(self, mode: str) -> sqlite3.Connection:
        connection = sqlite3.connect(f"{_uri(self.path)}?{mode}", uri=True, timeout=_WAIT, isolation_level=None)
        try:
            ((application,),) = connection.execute("PRAGMA application_id").fetchall()
            ((version,),) = connection.execute("PRAGMA user_version").fetchall()
        except sqlite3.Error as error:
            connection.close()
            if mode == "mode=ro" and _cannot_open(error) and not _has_log(self.path):
                return self._connect("immutable=1")  # a folder that cannot be written, and nobody is writing
            raise
        if application != _APPLICATION_ID or version > SCHEMA_VERSION:
            connection.close()
            raise self._damaged() if application != _APPLICATION_ID else self._newer(version)
        return connection

    @contextmanager
    def _explained(self) -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._fault(error) from error
        except OSError as error:
            if error.errno in FULL:
                raise LedgerError(f"台账 {self.path} 没有写入：磁盘已满。请腾出空间后重试。") from error
            raise LedgerError(
                f"台账 {self.path} 打不开（{why_refused(error)}）。请检查文件夹是否存在、能否写入。"
            ) from error

    def _fault(self, error: sqlite3.Error) -> LedgerError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_BUSY:
            return LedgerError(
                f"台账 {self.path} 正被别的程序占用，等了 {_WAIT} 秒仍没有写入。请关闭占用它的程序后重试。"
            )
        if code == sqlite3.SQLITE_FULL:
            return LedgerError(f"台账 {self.path} 没有写入：磁盘已满。请腾出空间后重试。")
        if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
            return LedgerError(f"台账 {self.path} 不能写入（只读，或没有权限）。请检查文件和文件夹的权限后重试。")
        if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}:
            return self._damaged()
        return LedgerError(f"台账 {self.path} 读写出错（{why_refused(error)}）。请检查磁盘是否正常后重试。")

    def _damaged(self) -> LedgerError:
        return LedgerError(
            f"台账 {self.path} 已损坏，或不是年报镜的台账，里面的处理记录读不出来。请把它连同同名的 -wal、-shm 文件移到别处保存，"
            "再用备份恢复：放回备份的文件，或运行 nianbao ledger import 导出的文件.yaml；没有备份时移走即可，但已作的处理会失去。"
        )

    def _newer(self, version: int) -> LedgerError:
        return LedgerError(
            f"台账 {self.path} 由更新的版本写成（{version}，本程序认得到 {SCHEMA_VERSION}）。请升级年报镜后再用。"
        )


@dataclass(frozen=True, slots=True)
class _Held:
    """The ledger within a transaction, for those who say what fits it."""

    ledger: Ledger
    connection: sqlite3.Connection

    def latest(self, kind: Kind, subject: str) -> Entry | None:
        return self.ledger._latest(self.connection, kind, subject)

    def history(self, kind: Kind, subject: str) -> tuple[Entry, ...]:
        return self.ledger.in_(self.connection, "WHERE kind = ? AND subject = ?", kind.value, subject)

    def of_kinds(self, kinds: Iterable[Kind]) -> tuple[Entry, ...]:
        names = [kind.value for kind in kinds]
        return self.ledger.in_(self.connection, f"WHERE kind IN ({', '.join('?' * len(names))})", *names)


def _uri(path: Path) -> str:
    """As SQLite takes it: a network share (//server/share) is a path, not the host of an address."""
    place = path.absolute().as_posix()
    return f"file://{'' if place.startswith('/') else '/'}{quote(place, safe='/:')}"


def _make(path: Path) -> None:
    """An empty ledger where there is none: it appears whole, so a file of no bytes is always damage."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)
        with suppress(FileExistsError):  # somebody else was faster: theirs holds
            give_name(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _append(connection: sqlite3.Connection, entry: Entry) -> Entry:
    """`entry_id` 0 takes the next number."""
    done = connection.execute(
        f"INSERT INTO entry ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.entry_id or None, entry.made_at, entry.who, entry.who_from.value, entry.kind.value, entry.subject,
            _json(entry.before), _json(entry.after), entry.why,
        ),
    )  # fmt: skip
    assert done.lastrowid is not None, "an INSERT has an id"
    return replace(entry, entry_id=done.lastrowid)


def _last_id(connection: sqlite3.Connection) -> int:
    ((last,),) = connection.execute("SELECT coalesce(max(entry_id), 0) FROM entry").fetchall()
    return last


def _entry(row: tuple[Any, ...]) -> Entry:
    entry_id, made_at, who, who_from, kind, subject, before, after, why = row
    return Entry(
        entry_id, made_at, who, Origin(who_from), Kind(kind), subject, _from_json(before), _from_json(after), why
    )


def _json(value: Mapping[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=dict)


def _from_json(text: str | None) -> Mapping[str, Any] | None:
    return None if text is None else json.loads(text)


def _told(entry: Entry) -> str:
    return f"{entry.made_at} {entry.who} {entry.kind} {entry.subject[:40]}"


def _cannot_open(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0
