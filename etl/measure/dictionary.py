"""dictionary.yaml and the form → every measure there is. An incomplete entry is refused with its key and the remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from etl.form import Form, load_forms

_FILE = Path(str(resources.files("etl.measure"))) / "dictionary.yaml"
_KEYS: dict[str, tuple[type, bool]] = {  # type, and whether every entry must have it
    "id": (str, True), "name": (str, True), "unit": (str, True), "definition": (str, True), "cells": (list, True),
    "of": (list, False), "smallest_n": (int, False), "headline": (bool, False), "topic": (str, False),
}  # fmt: skip
_CLAIM_KEYS = {key: _KEYS[key] for key in ("id", "name", "unit", "definition", "headline", "topic")}
_CELL_KEYS = {key: _KEYS[key] for key in ("id", "name")}


class MeasureError(ValueError):
    """The dictionary cannot be used; the message names the entry, the key and the remedy."""


class MeasureKind(StrEnum):
    """What a measure's figures are made of."""

    CELL = "cell"
    CLAIM = "claim"
    SUM = "sum"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is counted. `cells` are cells of the form, over all editions; `of` the cells a share is a share of.

    `editions` are those whose tables have at least one of the cells, in order; empty for a figure of the prose.
    `topic` names those that are shown side by side; `smallest_n` is what the denominator must reach before a share is written in percent, 0 where there is none.
    """

    id: str
    name: str
    unit: str
    definition: str
    formula: str
    kind: MeasureKind
    cells: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    smallest_n: int = 0
    editions: tuple[str, ...] = ()
    is_headline: bool = False
    topic: str = ""


@cache
def load_measures() -> dict[str, Measure]:
    """Every measure by id: the figures of the prose, those made of several cells, then each cell in order of printing.

    Raises MeasureError.
    """
    try:
        data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise MeasureError(f"{_FILE.name}：不是有效的 YAML（{error}）。请检查缩进和引号。") from error
    return measures_in(data, load_forms().values())


def measures_in(data: Any, forms: Iterable[Form]) -> dict[str, Measure]:
    """The measures of a dictionary that was read, for these editions of the form. Raises MeasureError."""
    forms = tuple(forms)
    found: dict[str, Measure] = {}
    short = _short_names(data)
    claims = [_claim(entry) for entry in _list(data, "claims")]
    composed = [_composed(entry, forms) for entry in _list(data, "measures")]
    for measure in (*claims, *composed, *_of_cells(short, forms)):
        if measure.id in found:
            raise MeasureError(f"{_FILE.name} 的 {measure.id}：这个编号用了两次。请换一个编号。")
        found[measure.id] = measure
    for name in short:
        if name not in found:
            raise MeasureError(f"{_FILE.name} 的 cells：表里没有“{name}”这一格。请检查拼写。")
    return found


def _list(data: Any, key: str) -> list[Any]:
    value = data.get(key) if isinstance(data, dict) else None
    if not isinstance(value, list):
        raise MeasureError(f"{_FILE.name} 的 {key}：应为列表。请补上或改写。")
    return value


def _short_names(data: Any) -> dict[str, str]:
    entries = _list(data, "cells")
    for entry in entries:
        _check(entry, _CELL_KEYS)
    return {entry["id"]: entry["name"] for entry in entries}


def _claim(entry: Any) -> Measure:
    _check(entry, _CLAIM_KEYS)
    return Measure(
        entry["id"], entry["name"], entry["unit"], entry["definition"], "正文写明的数，没有写的不当作 0",
        MeasureKind.CLAIM, is_headline=entry.get("headline", False), topic=entry.get("topic", ""),
    )  # fmt: skip


def _composed(entry: Any, forms: tuple[Form, ...]) -> Measure:
    _check(entry, _KEYS)
    cells, of = (_cells(entry["id"], entry.get(key, []), forms) for key in ("cells", "of"))
    formula = _words(cells, forms)
    if of:
        formula = f"（{formula}）÷ {_words(of, forms)}"
    return Measure(
        entry["id"], entry["name"], entry["unit"], entry["definition"], formula,
        MeasureKind.SHARE if of else MeasureKind.SUM, cells, of, entry.get("smallest_n", 0),
        _editions(cells, forms), entry.get("headline", False), entry.get("topic", ""),
    )  # fmt: skip


def _check(entry: Any, keys: dict[str, tuple[type, bool]]) -> None:
    name = entry.get("id", "（没有编号）") if isinstance(entry, dict) else "（不是一项）"
    for key in entry if isinstance(entry, dict) else ():
        if key not in keys:
            raise MeasureError(f"{_FILE.name} 的 {name}.{key}：不认识这个键。可用的键是 {'、'.join(keys)}。")
    for key, (kind, is_needed) in keys.items():
        value = entry.get(key) if isinstance(entry, dict) else None
        if (value is None and is_needed) or (value is not None and not isinstance(value, kind)):
            raise MeasureError(f"{_FILE.name} 的 {name}.{key}：缺少或写法不对。请补上。")


def _cells(name: str, patterns: list[str], forms: tuple[Form, ...]) -> tuple[str, ...]:
    """The cells that match, newest edition first, each once."""
    all_cells = list(dict.fromkeys(cell.id for form in reversed(forms) for cell in form.cells))
    found: dict[str, None] = {}
    for pattern in patterns:
        matching = [cell for cell in all_cells if fnmatchcase(cell, pattern)]
        if not matching:
            raise MeasureError(f"{_FILE.name} 的 {name}：表里没有“{pattern}”这样的格。请检查拼写。")
        found |= dict.fromkeys(matching)
    return tuple(found)


def _editions(cells: Iterable[str], forms: tuple[Form, ...]) -> tuple[str, ...]:
    return tuple(form.edition for form in forms if any(form.cell(cell) is not None for cell in cells))


def _words(cells: tuple[str, ...], forms: tuple[Form, ...]) -> str:
    """The cells by their printed names, joined by plus signs."""
    return " ＋ ".join(_name(cell, forms) for cell in cells)


def _name(cell: str, forms: tuple[Form, ...]) -> str:
    held = next(found for form in reversed(forms) if (found := form.cell(cell)) is not None)
    return f"{held.table_label[:2]}“{held.row_label}·{held.column_label}”"


def _of_cells(short: dict[str, str], forms: tuple[Form, ...]) -> list[Measure]:
    """One measure for each cell of any edition, by its short name or else by what the newest edition prints."""
    found: dict[str, Measure] = {}
    for cell in (cell for form in reversed(forms) for cell in form.cells):
        if cell.id in found:
            continue
        group = f"{cell.group_label.split(' / ')[-1].strip()}·" if cell.row == "total_processed" else ""
        found[cell.id] = Measure(
            cell.id, short.get(cell.id, f"{group}{cell.row_label}·{cell.column_label}"), cell.unit,
            f"{cell.table_label}，照原文", _name(cell.id, forms), MeasureKind.CELL, (cell.id,),
            editions=_editions((cell.id,), forms), is_headline=cell.id in short,
        )  # fmt: skip
    return list(found.values())
