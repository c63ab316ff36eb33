"""A county's registers: units.csv, the years collected (years.csv), dates to draw (events.csv), deadlines.csv."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

UNIT_COLUMNS = (
    "unit_id", "code", "name", "aliases", "kind", "group", "valid_from", "valid_to", "merged_into", "due",
)  # fmt: skip
KINDS = {
    "area": "全区域",
    "office": "政府办公室",
    "department": "部门",
    "township": "乡",
    "town": "镇",
    "subdistrict": "街道",
    "zone": "管理区",
}


class RegisterError(ValueError):
    """A register cannot be used; the message names file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One reporting unit; its id outlives every renaming.

    `aliases` are former and short names; `kind` is a key of KINDS; `group` is what it is compared within
    (乡镇街道, 县直部门 …). `valid_from` and `valid_to` are the first and last report year, None where open.
    `due` is False for a unit that exists but need not file here (垂直管理).
    """

    unit_id: str
    code: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    group: str
    valid_from: int | None
    valid_to: int | None
    merged_into: str | None
    due: bool

    @property
    def is_area(self) -> bool:
        """True for the report of the whole area, which is never added to its units'."""
        return self.kind == "area"


def load_units(path: Path) -> tuple[Unit, ...]:
    """The register in file order; () when there is no file. Raises RegisterError on a row that cannot be used."""
    rows = register_rows(path, UNIT_COLUMNS)
    units: list[Unit] = []
    seen: dict[str, int] = {}
    for line, row in rows:
        unit_id = row["unit_id"]
        if not unit_id or not row["name"]:
            raise RegisterError(f"{path} 第{line}行：unit_id 和 name 不能为空。请补全这一行，或删去空行。")
        if unit_id in seen:
            raise RegisterError(f"{path} 第{line}行：unit_id“{unit_id}”与第{seen[unit_id]}行重复。请改成不同的编号。")
        if row["kind"] not in KINDS:
            raise RegisterError(
                f"{path} 第{line}行：kind“{row['kind']}”不认识。请改为 {'、'.join(KINDS)} 之一（{'、'.join(KINDS.values())}）。"
            )
        if row["due"] not in {"是", "否", ""}:
            raise RegisterError(f"{path} 第{line}行：due“{row['due']}”应填 是 或 否（是否应报年报）。")
        seen[unit_id] = line
        units.append(
            Unit(
                unit_id=unit_id,
                code=row["code"],
                name=row["name"],
                aliases=tuple(part.strip() for part in row["aliases"].replace(";", "；").split("；") if part.strip()),
                kind=row["kind"],
                group=row["group"],
                valid_from=_year(path, line, "valid_from", row["valid_from"]),
                valid_to=_year(path, line, "valid_to", row["valid_to"]),
                merged_into=row["merged_into"] or None,
                due=row["due"] != "否",
            )
        )
    for unit in units:
        if unit.merged_into and unit.merged_into not in seen:
            raise RegisterError(
                f"{path} 第{seen[unit.unit_id]}行：merged_into“{unit.merged_into}”不在本表的 unit_id 中。请填并入单位的编号。"
            )
    return tuple(units)


@dataclass(frozen=True, slots=True)
class CollectedYear:
    """A report year; `collected` is True once the county has called in all reports, so a missing one is 未报."""

    year: int
    collected: bool
    note: str


def load_years(path: Path) -> tuple[CollectedYear, ...]:
    """The years in file order; () when there is no file, and then no report is ever called missing."""
    years = []
    for line, row in register_rows(path, ("year", "collected", "note")):
        year = _year(path, line, "year", row["year"])
        if year is None or row["collected"] not in {"是", "否", ""}:
            raise RegisterError(f"{path} 第{line}行：year 应为四位年份，collected 应填 是 或 否。")
        years.append(CollectedYear(year, row["collected"] == "是", row["note"]))
    return tuple(years)


@dataclass(frozen=True, slots=True)
class Event:
    """A date to draw on time axes; `scope` is a unit_id, a group, or "" for everybody."""

    happened_on: date
    scope: str
    text: str


def load_events(path: Path) -> tuple[Event, ...]:
    """The events in file order; () when there is no file."""
    events = []
    for line, row in register_rows(path, ("happened_on", "scope", "text")):
        happened_on = _day(path, line, "happened_on", row["happened_on"])
        events.append(Event(happened_on, row["scope"], row["text"]))
    return tuple(events)


EVERYBODY = "全部"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day by which reports of a year must be published. `target` is a unit_id, a group, a key of KINDS or EVERYBODY;
    of several that fit a unit the narrowest holds, in that order."""

    year: int
    target: str
    due_on: date


def load_deadlines(path: Path, units: Sequence[Unit]) -> tuple[Deadline, ...]:
    """The deadlines in file order; () when there is no file, and then those of 条例第四十九条 hold.

    A kind of unit may be written by its name (镇). Raises RegisterError on a row that cannot be used, one that fits no
    unit among them: a slip there would quietly leave the unit with the default.
    """
    kinds = {label: kind for kind, label in KINDS.items()}
    known = {EVERYBODY, *KINDS, *(unit.unit_id for unit in units), *(unit.group for unit in units)}
    deadlines: dict[tuple[int, str], Deadline] = {}
    for line, row in register_rows(path, ("year", "target", "due_on")):
        year, target = _year(path, line, "year", row["year"]), row["target"] or EVERYBODY
        if year is None:
            raise RegisterError(f"{path} 第{line}行：year 应为报告年度，如 2024。")
        target = target if target in known else kinds.get(target, target)
        if target not in known:
            raise RegisterError(
                f"{path} 第{line}行：target“{target}”不认识。请填单位编号、分组、单位类别（{'、'.join(kinds)}）或“{EVERYBODY}”。"
            )
        if (year, target) in deadlines:
            raise RegisterError(f"{path} 第{line}行：{year}年度“{target}”的期限写了两次。请删去其中一行。")
        deadlines[year, target] = Deadline(year, target, _day(path, line, "due_on", row["due_on"]))
    return tuple(deadlines.values())


def register_rows(path: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """The lines of a register with their line numbers, cells stripped, empty lines left out; [] when there is no file.

    UTF-8 or, as Excel saves it on a Chinese Windows, GB18030. Raises RegisterError when a column is missing.
    """
    if not path.exists():
        return []
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    reader = csv.DictReader(text.splitlines())
    missing = [name for name in columns if name not in (reader.fieldnames or [])]
    if missing:
        raise RegisterError(f"{path} 第1行：缺少列 {'、'.join(missing)}。第一行应为 {','.join(columns)}。")
    rows = []
    for row in reader:
        clean = {name: (row.get(name) or "").strip() for name in columns}
        if any(clean.values()):
            rows.append((reader.line_num, clean))
    return rows


def _year(path: Path, line: int, column: str, text: str) -> int | None:
    if not text:
        return None
    if not (text.isdigit() and len(text) == 4):
        raise RegisterError(f"{path} 第{line}行：{column}“{text}”应为四位年份，如 2024，或留空。")
    return int(text)


def _day(path: Path, line: int, column: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RegisterError(f"{path} 第{line}行：{column}“{text}”应为日期，如 2021-09-26。") from None
