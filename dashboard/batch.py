"""The files that wait in the county's incoming folder, read and checked in memory beside the build in force."""

from __future__ import annotations

import html
import re
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import streamlit as st

from dashboard import db, findings
from dashboard.charts import short_names
from dashboard.findings import Source
from etl.choose import ALONE, UNCLAIMED
from etl.intake import Staged, discard, stage_all, staged
from etl.preview import preview
from etl.warehouse.inputs import RawFile, files_at
from etl.warehouse.intake import Intake
from etl.warehouse.tracked import report_in

_HELD = "batch-read"
_REFUSED = "batch-refused"
READ = ("complete", "partial")  # outcomes
_AT_A_TIME = 10
_TOLD = 3  # so many problems of a file are told in its line
_TAKEN_AS = re.compile("，已按“[^”]*”归入")  # holds for what is in the warehouse; here a person says it
_SECONDS_BETWEEN = 0.2  # two drawings of the tiles: the browser has other things to do
_CONVERTED = "老式 Word 或 WPS 文档，已转换后读取，请对照原件。"
_PICTURE = "read_from_picture"  # said in the words of _GUESSED
_GUESSED = "扫描件，数字由本机文字识别得来，请对照原件。"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """What waits, as it was read. `rows` are those of file_read in order of name, one for each file that waits."""

    key: tuple[str, ...]
    connection: duckdb.DuckDBPyConnection
    rows: tuple[Row, ...]

    def ask(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
        named = {name: value for name, value in parameters.items() if f"${name}" in sql}
        cursor = self.connection.cursor()
        try:
            return cursor.sql(sql, params=named).pl().to_dicts()
        finally:
            cursor.close()

    @property
    def source(self) -> Source:
        return Source("batch", self.ask, is_entered=False)

    def findings(self) -> list[Row]:
        """Everything found in the files that wait, in order of units and places."""
        held = [row["file_id"] for row in self.rows]
        return self.ask(
            """SELECT * FROM finding_shown WHERE list_contains($files, file_id)
               ORDER BY unit_position, unit_name, path, position""",
            {"files": held},
        )


def take(uploads: Sequence[Any]) -> None:
    """Stage what was dropped. What is refused, or there already, is told with its reason."""
    refused: list[tuple[str, str]] = []
    names = {each.sha256: each.name for each in staged(db.county())}
    bar = st.progress(0.0, text="正在收文件……")
    for first in range(0, len(uploads), _AT_A_TIME):
        files = [(Path(each.name).name, each.getvalue()) for each in uploads[first : first + _AT_A_TIME]]
        for each in stage_all(db.county(), files):
            if each.path is None:
                refused.append((each.name, each.refused))
            elif each.lies_at:
                refused.append((each.name, f"与已入库的 {each.lies_at} 内容完全相同，不用再交。"))
                discard(db.county(), each.sha256)
            elif each.sha256 in names:
                refused.append((each.name, f"与“{names[each.sha256]}”内容完全相同，只留一份，不用处理。"))
            names.setdefault(each.sha256, each.name)
        bar.progress(
            min(1.0, (first + len(files)) / len(uploads)), text=f"正在收文件 {first + len(files)}/{len(uploads)}"
        )
    bar.empty()
    st.session_state[_REFUSED] = [*st.session_state.get(_REFUSED, []), *refused]


def refused() -> list[tuple[str, str]]:
    """The files that were turned away in this session, each with its reason."""
    return st.session_state.get(_REFUSED, [])


def forget_refused() -> None:
    st.session_state.pop(_REFUSED, None)


def read() -> Batch | None:
    """What waits, read and checked once for each set of files and build; None where nothing waits."""
    waiting = staged(db.county())
    key = (str(db.current_path()), *(each.sha256 for each in waiting))
    held: Batch | None = st.session_state.get(_HELD)
    if held is not None and held.key == key:
        return held if waiting else None
    if held is not None:
        held.connection.close()
        del st.session_state[_HELD]
    if not waiting:
        return None
    batch = _compared(_read(waiting, key))
    st.session_state[_HELD] = batch
    return batch


def _read(waiting: Sequence[Staged], key: tuple[str, ...]) -> Batch:
    place, bar = st.empty(), st.progress(0.0, text="正在读取……")
    shown = [(each.name, "waiting", "等待") for each in waiting]
    place.html(as_tiles(shown))
    drawn = time.monotonic()

    def seen(file_id: int, intake: Intake) -> None:
        nonlocal drawn
        is_read = intake.report is not None
        shown[file_id - 1] = (waiting[file_id - 1].name, *(("reading", "已读") if is_read else ("unread", "没有读成")))
        if time.monotonic() - drawn > _SECONDS_BETWEEN:
            place.html(as_tiles(shown))
            drawn = time.monotonic()

    def progress(stage_name: str, done: int, in_all: int) -> None:
        words = "正在核对……" if done == in_all else f"{stage_name} {done}/{in_all}"
        bar.progress(done / max(in_all, 1), text=words)

    connection = preview(_files(waiting), db.county(), progress=progress, seen=seen)
    place.empty()
    bar.empty()
    batch = Batch(key, connection, ())
    rows, told = batch.ask("SELECT * FROM file_read", {}), _problems(batch)
    held = {each.sha256: each for each in waiting}
    mine = [
        {**row, "name": held[row["sha256"]].name, "again": "", "problems": told[row["file_id"]]}
        for row in rows
        if row["sha256"] in held
    ]
    return replace(batch, rows=tuple(sorted(mine, key=lambda row: row["name"])))


def _problems(batch: Batch) -> dict[int, list[tuple[str, str]]]:
    """Code and message of everything that could not be read or placed, by file; whose it is, comes first."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in batch.ask("SELECT file_id, code, message FROM problem ORDER BY file_id, position", {}):
        found[row["file_id"]].append((row["code"], row["message"]))
    for held in found.values():
        held.sort(key=lambda each: not each[0].startswith(("unit_", "year_")))
    return found


def _compared(batch: Batch) -> Batch:
    """The same, each file told against the version of the same unit and year that is in the warehouse."""
    if db.current_path() is None:
        return batch
    found: dict[int, list[Row]] = defaultdict(list)
    for row in batch.findings():
        found[row["file_id"]].append(row)
    told = []
    for row in batch.rows:
        report = report_in(batch.connection, row["file_id"])
        told.append({**row, "again": findings.again(report, found[row["file_id"]]) if report is not None else ""})
    return replace(batch, rows=tuple(told))


def _files(waiting: Sequence[Staged]) -> list[RawFile]:
    """The staged files under paths that say nothing of where they wait."""
    files, names = [], Counter[str]()
    for each in waiting:
        assert each.path is not None, "what was refused is not staged"
        names[each.name] += 1
        (file,) = files_at(each.path)
        again = f"同名第{names[each.name]}份/" if names[each.name] > 1 else ""
        files.append(replace(file, path=f"新收/{again}{each.name}"))
    return files


def tile(row: Mapping[str, Any]) -> tuple[str, str]:
    """Kind and word of one file in the overview."""
    if row["outcome"] not in READ:
        return "unread", "没有读成"
    if row["unit_id"] is None or row["year"] is None or row["is_disputed"]:
        return "unclaimed", "待认领"
    if row["must_fix"]:
        return "must", f"必改 {row['must_fix']}"
    if row["outcome"] == "partial":  # what was not read was not checked
        return "partial", "读不全"
    return ("verify", f"请核 {row['verify']}") if row["verify"] else ("complete", "合格")


def tiles(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """The overview: a file is called by its unit as soon as that is known."""
    known = list(dict.fromkeys(row["unit_name"] for row in rows if row["unit_id"]))
    short = dict(zip(known, short_names(known), strict=True))
    return [(short.get(row["unit_name"], row["name"]), *tile(row)) for row in rows]


def as_tiles(tiles: Sequence[tuple[str, str, str]]) -> str:
    """One tile a file, its state in colour and word."""
    pieces = "".join(
        f'<span class="tile-{kind}" title="{html.escape(name)}"><b>{word}</b> {html.escape(name)}</span>'
        for name, kind, word in tiles
    )
    return f'<div class="nb-progress">{pieces}</div>'


def remark(row: Mapping[str, Any]) -> str:
    """What a person should know of one file before it enters."""
    parts = [row["again"], *_unsure(row)]
    if row["format"] == "doc":
        parts.append(_CONVERTED)
    if row["is_guessed"]:
        parts.append(_GUESSED)
    if row["choice_reason"] not in ("", ALONE, UNCLAIMED):
        parts.append(f"{row['choice_reason']}。")
    return " ".join(part for part in parts if part)


def _unsure(row: Mapping[str, Any]) -> list[str]:
    """Why it was not read, or not in full, whose it may be, and what was read with a doubt."""
    kind, _ = tile(row)
    if kind == "unread":
        return [row["reason"]]
    told = [_TAKEN_AS.sub("", message) for code, message in row["problems"] if code != _PICTURE]
    more = [f"（另有 {len(told) - _TOLD} 处）"] if len(told) > _TOLD else []
    return [*(["只读出一部分。"] if row["outcome"] == "partial" else []), *told[:_TOLD], *more]
