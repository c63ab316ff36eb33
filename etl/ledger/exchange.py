"""The ledger as YAML that a person can read, print and keep, and that makes the same ledger again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import yaml

from etl.files import write_whole
from etl.ledger.entry import Entry, Kind, LedgerError, Origin, check_entry

FORMAT = "nianbao-ledger"
VERSION = 1
_HEAD = "# 年报镜 台账：谁、什么时候、对什么、作了什么处理、为什么。按先后排列，只增不改。\n"
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # ten times as fast where the wheel has it
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def as_yaml(entries: Iterable[Entry]) -> str:
    """The text of an export."""
    content = {"format": FORMAT, "version": VERSION, "entries": [_plain(asdict(entry)) for entry in entries]}
    return _HEAD + yaml.dump(content, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=120)


def write_yaml(path: Path, entries: Iterable[Entry]) -> None:
    """Replace the file as a whole. Raises OSError."""
    write_whole(path, as_yaml(entries).encode(), may_replace=True)


def read_yaml(path: Path) -> tuple[Entry, ...]:
    """The entries of an exported file, in order. Raises LedgerError on anything else, OSError where it cannot be read."""
    try:
        content = yaml.load(path.read_bytes(), Loader=_LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LedgerError(
            f"没有导入：{path} 不是导出的台账，读不懂。请选用 nianbao ledger export 写出的文件。"
        ) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT or not isinstance(content.get("entries"), list):
        raise LedgerError(f"没有导入：{path} 不是导出的台账。请选用 nianbao ledger export 写出的文件。")
    if content.get("version") != VERSION:
        raise LedgerError(f"没有导入：{path} 由更新的版本写成。请升级年报镜后再导入。")
    entries: list[Entry] = []
    for number, row in enumerate(content["entries"], start=1):
        try:
            entry = _entry(row)
            check_entry(entry)
        except (LedgerError, TypeError, ValueError, AttributeError) as error:
            why = error if isinstance(error, LedgerError) else "各项不全，或不是导出时的样子"
            raise LedgerError(f"没有导入：{path} 第 {number} 条写法有误（{why}）。请用未改动过的导出文件。") from error
        if entries and entry.entry_id <= entries[-1].entry_id:
            raise LedgerError(f"没有导入：{path} 第 {number} 条的 entry_id 没有按先后递增。请用未改动过的导出文件。")
        entries.append(entry)
    return tuple(entries)


def _entry(row: dict[str, Any]) -> Entry:
    if set(row) != {field.name for field in fields(Entry)}:
        raise LedgerError("应有 " + "、".join(field.name for field in fields(Entry)))
    if type(row["entry_id"]) is not int or row["entry_id"] < 1:
        raise LedgerError("entry_id 应为正整数")
    for name in ("made_at", "who", "subject", "why"):
        if not isinstance(row[name], str):
            raise LedgerError(f"{name} 应为文字")
    for name in ("before", "after"):
        if not isinstance(row[name], dict | None):
            raise LedgerError(f"{name} 写法有误")
    whole: dict[str, Any] = {**row, "who_from": Origin(row["who_from"]), "kind": Kind(row["kind"])}
    return Entry(**whole)


def _plain(value: Any) -> Any:
    """Without the enums, and every list and mapping a thing of its own: YAML would write a shared one as a reference."""
    match value:
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case str():
            return str(value)
        case _:
            return value
