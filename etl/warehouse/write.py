"""One build: a file of its own, whole before the pointer names it."""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from pathlib import Path

import duckdb
import yaml

from etl.choose import Candidate, choose
from etl.form import load_forms
from etl.paths import County
from etl.source import SourceFile
from etl.units import KINDS, CollectedYear, Unit
from etl.warehouse.read import OFFLINE, SUFFIX, current_build, kept_builds, open_build
from etl.warehouse.rows import OF_FILES, Rows

KEPT_BUILDS = 5
_UNFINISHED = ".building"
_BATCH = 200  # files whose rows wait in memory before they are written


class WarehouseError(RuntimeError):
    """The warehouse could not be written; the last one is untouched. The message says where and what to do."""


@dataclass(frozen=True, slots=True)
class About:
    """The county as county.yaml describes it."""

    name: str
    is_sample: bool


def read_about(county: County) -> About:
    """county.yaml, or the plain 本县 when there is none."""
    if not county.about.exists():
        return About("本县", False)
    try:
        data = yaml.safe_load(county.about.read_text(encoding="utf-8")) or {}
        return About(str(data.get("name") or "本县"), bool(data.get("sample")))
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError) as error:
        raise WarehouseError(
            f"{county.about} 读不出来：应为 UTF-8 编码、形如“name: 某县”的 YAML。请改正或删除它。"
        ) from error


def current_input_hash(county: County) -> str | None:
    """What went into the build in force, or None when there is none that can be opened."""
    path = current_build(county)
    if path is None:
        return None
    try:
        with open_build(path) as connection:
            row = connection.sql("SELECT input_hash FROM build").fetchall()
        return row[0][0] if row else None
    except duckdb.Error:
        return None


@contextmanager
def building(county: County) -> Iterator[None]:
    """Only one build at a time. The system drops this lock with its process, however that ends."""
    try:
        county.warehouse.mkdir(parents=True, exist_ok=True)
        lock = open(county.warehouse / "lock", "a+b")  # noqa: SIM115 (closed below)
    except OSError as error:
        raise WarehouseError(_cannot_write(county.warehouse, error)) from error
    try:
        _lock(lock, county)
        for leftover in county.warehouse.glob(f"*{_UNFINISHED}*"):
            with suppress(OSError):
                leftover.unlink()
        yield
    except OSError as error:
        raise WarehouseError(_cannot_write(county.warehouse, error)) from error
    except duckdb.Error as error:
        raise WarehouseError(
            f"写入 {county.warehouse} 失败：{_first_line(error)}。上一次建好的仓库没有改动。"
            "请检查磁盘是否已满、文件夹能否写入，然后重新运行。"
        ) from error
    finally:
        lock.close()


def _lock(lock, county: County) -> None:
    try:
        if os.name == "nt":
            import msvcrt  # only there

            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise WarehouseError(f"{county.warehouse} 正由另一个程序建库。请等它结束后再运行。") from error


def _cannot_write(folder: Path, error: OSError) -> str:
    reason = {28: "磁盘已满", 30: "文件夹是只读的", 13: "没有写入权限"}.get(
        error.errno or 0, error.strerror or "无法写入"
    )
    return f"不能写入 {folder}：{reason}。上一次建好的仓库没有改动。请腾出空间或换一个可写的文件夹，然后重新运行。"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200]


class Build:
    """A build in the making. Use inside `building(county)`; `put_in_force` is its last act."""

    def __init__(self, county: County, input_hash: str) -> None:
        self.county = county
        self.input_hash = input_hash
        self.build_id = f"{datetime.now():%Y%m%d-%H%M%S}-{input_hash[:8]}"
        self.path = county.warehouse / f"{self.build_id}{SUFFIX}"
        self.unfinished = county.warehouse / f"{self.build_id}{_UNFINISHED}"
        self.connection = duckdb.connect(str(self.unfinished), config=OFFLINE)
        self.connection.execute(_sql("schema.sql"))
        self.rows = Rows()
        self.parsed = 0

    def carry_over(self, sources: Sequence[tuple[int, SourceFile, str]]) -> set[int]:
        """Copies the rows of files whose parse key the build in force already has; the ids of those files."""
        last = current_build(self.county)
        if last is None:
            return set()
        connection = self.connection
        try:
            connection.execute(f"ATTACH '{str(last).replace(chr(39), chr(39) * 2)}' AS last (READ_ONLY)")
        except duckdb.Error:
            return set()  # an unusable last build is no reason to fail: everything is parsed again
        connection.execute(
            "CREATE TEMP TABLE wanted (file_id INTEGER, path VARCHAR, sha256 VARCHAR, size BIGINT, parse_key VARCHAR)"
        )
        connection.executemany(
            "INSERT INTO wanted VALUES (?, ?, ?, ?, ?)",
            [(file_id, source.path, source.sha256, source.size, key) for file_id, source, key in sources],
        )
        connection.execute(
            "INSERT INTO source_file SELECT w.file_id, w.path, w.sha256, w.size, o.format, o.outcome, o.reason, w.parse_key "
            "FROM wanted w JOIN last.source_file o USING (parse_key)"
        )
        for table in OF_FILES:
            connection.execute(
                f"INSERT INTO {table} SELECT w.file_id, t.* EXCLUDE (file_id) FROM last.{table} t "
                "JOIN last.source_file o ON o.file_id = t.file_id JOIN wanted w ON w.parse_key = o.parse_key"
            )
        connection.execute("DETACH last")
        return {row[0] for row in connection.sql("SELECT file_id FROM source_file").fetchall()}

    def add(self, file_id: int, source: SourceFile, parse_key: str, read, format_: str) -> None:
        """One file that was parsed now: its Report, or the reason why there is none."""
        self.rows.add(file_id, source, parse_key, read, format_)
        self.parsed += 1
        if len(self.rows) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        for name, table in self.rows.drain().items():
            if table.num_rows:
                self.connection.register("incoming", table)
                self.connection.execute(f"INSERT INTO {name} SELECT * FROM incoming")
                self.connection.unregister("incoming")

    def add_registers(self, units: Sequence[Unit], years: Sequence[CollectedYear]) -> None:
        """units.csv, years.csv, events.csv and the editions of the form."""
        unit_rows = [
            (u.unit_id, n, u.code, u.name, list(u.aliases), u.kind, KINDS[u.kind], u.group, u.valid_from, u.valid_to,
             u.merged_into, u.due)
            for n, u in enumerate(units)
        ]  # fmt: skip
        cell_rows = [
            (form.edition, cell.id, n, cell.table, cell.row, cell.column, cell.table_label, cell.group_label,
             cell.row_label, cell.column_label, cell.unit, cell.clause, cell.is_total, cell.is_variant)
            for form in load_forms().values()
            for n, cell in enumerate(form.cells)
        ]  # fmt: skip
        year_rows = [(year.year, year.collected, year.note) for year in years]
        self._insert("unit", unit_rows)
        self._insert("form_cell", cell_rows)
        self._insert("collected_year", year_rows)
        self._insert("event", _events(self.county))

    def _insert(self, table: str, rows: list[tuple]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self.connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def choose(self) -> None:
        """Which of several reports for one unit and year is in force."""
        found = self.connection.sql(
            "SELECT r.file_id, s.path, r.unit_id, r.year, r.status, r.published_at, r.signed_on "
            "FROM report r JOIN source_file s USING (file_id) ORDER BY r.file_id"
        ).fetchall()
        choices = choose(Candidate(*row) for row in found)
        self.connection.execute("CREATE TEMP TABLE choice (file_id INTEGER, is_chosen BOOLEAN, reason VARCHAR)")
        if choices:
            self.connection.executemany(
                "INSERT INTO choice VALUES (?, ?, ?)", [(c.file_id, c.is_chosen, c.reason) for c in choices]
            )
        self.connection.execute(
            "UPDATE report SET is_chosen = choice.is_chosen, choice_reason = choice.reason "
            "FROM choice WHERE choice.file_id = report.file_id"
        )

    def put_in_force(self, about: About, file_count: int) -> Path:
        """Adds the marts and the stamp, closes the file, and as the last act lets the pointer name it."""
        _create_views(self.connection)
        self.connection.execute(
            "INSERT INTO build VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [self.build_id, datetime.now().replace(microsecond=0), content_hash(self.connection), self.input_hash,
             about.name, about.is_sample, file_count, self.parsed],
        )  # fmt: skip
        self.connection.close()
        _sync(self.unfinished)
        os.replace(self.unfinished, self.path)
        pointer = self.county.pointer.with_name(f"current{_UNFINISHED}")
        pointer.write_text(self.path.name + "\n", encoding="utf-8")
        _sync(pointer)
        os.replace(pointer, self.county.pointer)
        for old in kept_builds(self.county)[KEPT_BUILDS:]:
            with suppress(OSError):  # somebody still reads it; the next build tries again
                old.unlink()
        return self.path

    def abandon(self) -> None:
        """Leaves nothing half-made behind."""
        with suppress(duckdb.Error):
            self.connection.close()
        with suppress(OSError):
            self.unfinished.unlink(missing_ok=True)


def content_hash(connection: duckdb.DuckDBPyConnection) -> str:
    """Of every row of every table but `build`, whatever the order they were written in."""
    names = connection.sql(
        "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' "
        "AND table_catalog = current_database() AND table_name <> 'build' ORDER BY table_name"
    ).fetchall()
    total = hashlib.sha256()
    for (name,) in names:
        row = connection.sql(
            f"SELECT coalesce(md5(string_agg(line, '' ORDER BY line)), '') FROM (SELECT md5(t::VARCHAR) AS line FROM {name} t)"
        ).fetchall()
        total.update(f"{name}:{row[0][0]}\n".encode())
    return total.hexdigest()


def _create_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Every mart; one that rests on another waits until that one stands."""
    waiting = mart_files()
    while waiting:
        failed: list[tuple[str, str, duckdb.Error]] = []
        for name, sql in waiting:
            try:
                connection.execute(sql)
            except duckdb.CatalogException as error:
                failed.append((name, sql, error))
        if len(failed) == len(waiting):
            name, _, error = failed[0]
            raise WarehouseError(f"marts/{name} 不能建立：{_first_line(error)}。请检查它引用的表名。") from error
        waiting = [(name, sql) for name, sql, _ in failed]


def mart_files() -> list[tuple[str, str]]:
    """(file name, SQL) of every mart, in order of name."""
    folder = resources.files("etl.warehouse") / "marts"
    found = [
        (entry.name, entry.read_text(encoding="utf-8")) for entry in folder.iterdir() if entry.name.endswith(".sql")
    ]
    return sorted(found)


def _events(county: County) -> list[tuple[date, str, str]]:
    if not county.events.exists():
        return []
    rows = []
    with county.events.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            try:
                rows.append((date.fromisoformat(row["happened_on"].strip()), row["scope"].strip(), row["text"].strip()))
            except (KeyError, ValueError, AttributeError):
                raise WarehouseError(
                    f"{county.events} 第{reader.line_num}行：应有 happened_on（如 2021-09-29）、scope、text 三列。请改正这一行。"
                ) from None
    return rows


def _sql(name: str) -> str:
    return (resources.files("etl.warehouse") / name).read_text(encoding="utf-8")


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
