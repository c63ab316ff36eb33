"""The answers: what every document prints, what was true before it was damaged, and where the damage is.

answers.json holds one file's answers a line, sorted by path. Figures are strings, so that none is rounded.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from etl.sample.document import Draft

MADE_BY = "nianbao sample"
SLASHES = frozenset({"/", "-", "--", "—", "无", "不适用"})
_FIGURE = re.compile(r"[+-]?\d+(?:\.\d+)?")


class SampleError(ValueError):
    """The fictional county cannot be made there; the message says what stands in the way and what to do."""


class FactAnswer(NamedTuple):
    """What a correct reader finds in a cell. `raw` is None where the document has no such cell (state `absent`)."""

    state: str
    value: str | None
    raw: str | None


class ClaimAnswer(NamedTuple):
    value: str
    approximate: bool
    counter: str
    sentence: str


class PlantAnswer(NamedTuple):
    """A planted error; `truth` gives the true figure of each cell that prints another."""

    kind: int
    what: str
    cells: tuple[str, ...]
    truth: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """One file. `role` is report, draft (a final one lies beside it), not_a_report or corrupt; `format` what kind of file.

    `form` is the edition a reader finds in the document; `damaged_cells` are those a correct reader flags or reads as
    blank or slash; dates are ISO texts, `stat_period` is (start, end).
    """

    path: str
    role: str
    unit_id: str | None
    year: int | None
    form: str | None
    format: str
    layout: str
    encoding: str
    facts: Mapping[str, FactAnswer]
    claims: Mapping[str, ClaimAnswer]
    stat_period: tuple[str, str] | None
    signed_on: str | None
    published_at: str | None
    title: str | None
    planted: tuple[PlantAnswer, ...]
    damaged_cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """All there is to know of one making of the county. `made` maps each written file to its sha256."""

    seed: int
    years: tuple[int, ...]
    units: tuple[Mapping[str, Any], ...]
    files: tuple[FileAnswer, ...]
    not_filed: tuple[tuple[str, int], ...]
    not_collected: tuple[tuple[str, int], ...]
    made: Mapping[str, str]

    def kinds(self) -> tuple[int, ...]:
        """The kinds of error planted, each once, in order; a report never filed is kind 1."""
        kinds = {plant.kind for file in self.files for plant in file.planted}
        return tuple(sorted(kinds | ({1} if self.not_filed else set())))


def answer_for(draft: Draft, path: str, role: str, format: str, layout: str, encoding: str) -> FileAnswer:
    facts = {cell: _fact(draft, cell) for cell in _cells(draft)}
    claims: dict[str, ClaimAnswer] = {}
    for told in draft.told():
        claims.setdefault(told.claim, ClaimAnswer(str(told.value), told.approximate, told.counter, told.sentence))
    return FileAnswer(
        path=path,
        role=role,
        unit_id=draft.unit.unit_id,
        year=draft.year,
        form=draft.printed_form(),
        format=format,
        layout=layout,
        encoding=encoding,
        facts=facts,
        claims=dict(sorted(claims.items())),
        stat_period=(draft.period[0].isoformat(), draft.period[1].isoformat()) if draft.period else None,
        signed_on=draft.signed_on.isoformat(),
        published_at=draft.published_at.isoformat() if draft.published_at else None,
        title=draft.title,
        planted=tuple(
            PlantAnswer(plant.kind, plant.what, plant.cells, {cell: f"{v:f}" for cell, v in plant.truth.items()})
            for plant in draft.plants
        ),
        damaged_cells=tuple(cell for cell, fact in facts.items() if fact.state != "reported"),
    )


def other_file(
    path: str, role: str, format: str, encoding: str, layout: str, unit_year: tuple[str, int] | None
) -> FileAnswer:
    """A file in which there is no report to read; `unit_year` is whose report it should have been."""
    unit_id, year = unit_year or (None, None)
    return FileAnswer(path, role, unit_id, year, None, format, layout, encoding, {}, {}, None, None, None, None, (), ())


def _cells(draft: Draft) -> list[str]:
    return [cell.name for grid in draft.grids().values() for row in grid.rows for cell in row if cell.name]


def _fact(draft: Draft, cell: str) -> FactAnswer:
    table, row, _ = cell.split("/", 2)
    if table in draft.edits.pictures or f"{table}/{row}" in draft.edits.missing_rows:
        return FactAnswer("absent", None, None)
    return reading(draft.raw[cell])


def reading(raw: str) -> FactAnswer:
    """What a printed cell says to a careful person: 1O is no number, full-width digits are."""
    text = unicodedata.normalize("NFKC", raw).strip().removesuffix("万元").replace(",", "")
    if not text:
        return FactAnswer("blank", None, raw)
    if raw.strip() in SLASHES:
        return FactAnswer("slash", None, raw)
    if not _FIGURE.fullmatch(text):
        return FactAnswer("unreadable", None, raw)
    return FactAnswer("reported", text.removeprefix("+"), raw)


def dump(answers: Answers) -> str:
    """answers.json as text."""
    head = {
        "made_by": MADE_BY,
        "seed": answers.seed,
        "years": answers.years,
        "not_filed": answers.not_filed,
        "not_collected": answers.not_collected,
    }
    lines = [f"{json.dumps(key)}: {_line(value)}" for key, value in head.items()]
    lines.append('"units": [\n' + ",\n".join(_line(unit) for unit in answers.units) + "\n]")
    lines.append('"made": {\n' + ",\n".join(f"{_line(k)}: {_line(v)}" for k, v in sorted(answers.made.items())) + "\n}")
    lines.append('"files": [\n' + ",\n".join(_line(_as_json(file)) for file in answers.files) + "\n]")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _as_json(file: FileAnswer) -> dict[str, Any]:
    period = file.stat_period
    return {
        "path": file.path,
        "role": file.role,
        "unit_id": file.unit_id,
        "year": file.year,
        "form": file.form,
        "format": file.format,
        "layout": file.layout,
        "encoding": file.encoding,
        "title": file.title,
        "stat_period": {"start": period[0], "end": period[1]} if period else None,
        "signed_on": file.signed_on,
        "published_at": file.published_at,
        "claims": {claim: answer._asdict() for claim, answer in file.claims.items()},
        "planted": [plant._asdict() for plant in file.planted],
        "damaged_cells": file.damaged_cells,
        "facts": {cell: fact._asdict() for cell, fact in file.facts.items()},
    }


def load_answers(path: Path) -> Answers:
    """Read answers.json back; `path` is the file or the folder it lies in."""
    file = path / "answers.json" if path.is_dir() else path
    data = json.loads(file.read_text(encoding="utf-8"))
    return Answers(
        seed=data["seed"],
        years=tuple(data["years"]),
        units=tuple(data["units"]),
        files=tuple(_from_json(one) for one in data["files"]),
        not_filed=tuple((unit, year) for unit, year in data["not_filed"]),
        not_collected=tuple((unit, year) for unit, year in data["not_collected"]),
        made=data["made"],
    )


def _from_json(data: dict[str, Any]) -> FileAnswer:
    period = data["stat_period"]
    fields: Any = {
        **data,
        "stat_period": (period["start"], period["end"]) if period else None,
        "claims": {claim: ClaimAnswer(**answer) for claim, answer in data["claims"].items()},
        "facts": {cell: FactAnswer(**fact) for cell, fact in data["facts"].items()},
        "planted": tuple(PlantAnswer(p["kind"], p["what"], tuple(p["cells"]), p["truth"]) for p in data["planted"]),
        "damaged_cells": tuple(data["damaged_cells"]),
    }
    return FileAnswer(**fields)
