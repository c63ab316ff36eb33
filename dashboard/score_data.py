"""The scores of one year as they stand at this moment: the rubric of the build, its figures, what people decided since.

A build scores too, with the decisions of its day; pages score anew in memory, so that points, grade, picture and export
say the same as soon as somebody has decided, whatever build they look at.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import db, desk, viewer
from etl.ledger import Finalised, Kind, ScoreDecisions, finding_decisions, score_decisions
from etl.score import (
    FinalYear,
    Manual,
    ManualPoints,
    Rubric,
    Scores,
    final_years,
    manual_of,
    score,
    sha256_of,
)
from etl.score.final import final_year
from etl.score.load import rubric_in_json
from etl.score.model import Dimension, Indicator, Role

Row = dict[str, Any]
SCORED = "scored"


@dataclass(frozen=True)
class Scored:
    """What one rubric makes of the units of a year. `rows` in order of the register, `reasons` by unit in that of the
    rubric; both are shared between readers and never changed."""

    rubric: Rubric
    rows: tuple[Row, ...]
    reasons: Mapping[str, tuple[Row, ...]]
    lapsed: tuple[ManualPoints, ...] = ()
    source: Scores | None = None

    @cached_property
    def by_unit(self) -> dict[str, Row]:
        return {row["unit_id"]: row for row in self.rows}

    def lines(self, unit_id: str) -> list[Row]:
        """The line of each indicator of a unit."""
        return [row for row in self.reasons.get(unit_id, ()) if row["item"] == 0]

    def items(self, unit_id: str, indicator: str) -> list[Row]:
        """What an indicator was made of."""
        return [row for row in self.reasons.get(unit_id, ()) if row["item"] and row["indicator"] == indicator]

    def line(self, unit_id: str, indicator: str) -> Row | None:
        return next((row for row in self.lines(unit_id) if row["indicator"] == indicator), None)


@dataclass(frozen=True, slots=True)
class Issued:
    """The rubric of a year as the build has it: `rubric`, or in `fault` why it cannot be used."""

    file: str
    rubric: Rubric | None
    content: str
    sha: str
    fault: str


@dataclass(frozen=True)
class Standing:
    """A year with its rubric, the points of now, and every decision about them. `final` where the year is shut: then the
    points are those that were frozen. `last_id` is the entry up to which the ledger was looked at, `last` the id of the
    last entry of each kind on each subject."""

    year: int
    issued: Issued
    rubric: Rubric
    scored: Scored
    manual: Manual
    decisions: ScoreDecisions
    build_id: str
    last_id: int = 0
    final: Finalised | None = None
    units: Mapping[str, Row] = field(default_factory=dict)
    last: Mapping[tuple[Kind, str], int] = field(default_factory=dict)

    def seen(self, kind: Kind, subject: str) -> int:
        """What `desk.record` asks for: the last entry that stood on the page, 0 for none."""
        return self.last.get((kind, subject), 0)

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.scored.rows

    @property
    def is_final(self) -> bool:
        return self.final is not None

    @cached_property
    def indicators(self) -> dict[str, tuple[Role, Dimension | None, Indicator]]:
        return {each.id: (role, dimension, each) for role, dimension, each in self.rubric.every()}


def issued(year: int) -> Issued | None:
    """The rubric of this year in the build in force, None where there is none."""
    rows = db.rows("SELECT * FROM rubric WHERE year = $year", {"year": year})
    if not rows:
        return None
    (row,) = rows
    rubric = None if row["fault"] else _rubric(row["content"], row["file"])
    if rubric is not None and sha256_of(rubric) != row["rubric_sha"]:
        raise ValueError(f"{row['file']} does not come back from the build as it went in")
    return Issued(row["file"], rubric, row["content"], row["rubric_sha"], row["fault"])


@st.cache_resource(max_entries=8, show_spinner=False)
def _rubric(content: str, file: str) -> Rubric:
    return rubric_in_json(content, file)


def closed(year: int) -> FinalYear | None:
    """The year where somebody shut it, with what was frozen; a year whose file is missing says so in `fault`.

    Raises LedgerError."""
    told = score_decisions(desk.ledger().of_year(year)).finalised.get(year)
    if told is None:  # a frozen file of which the ledger knows nothing shuts the year too
        return next((each for each in final_years(db.county()) if each.year == year), None)
    return _final(str(db.county().root), told, _stamp(db.county().frozen_scores(year)))


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes as soon as a file is replaced, changed or gone."""
    try:
        held = path.stat()
    except OSError:
        return None
    return held.st_mtime_ns, held.st_size, held.st_ino


@st.cache_resource(max_entries=8, show_spinner=False)
def _final(root: str, told: Finalised, stamp: tuple[int, int, int] | None) -> FinalYear:
    return final_year(db.county(), told)


def is_hidden(final: FinalYear | None) -> bool:
    """Whether whoever looks may see nothing of this year yet."""
    return viewer.is_viewer() and final is None


def standing(year: int, held: Issued, final: FinalYear | None = None) -> Standing:
    """The points of now, or of a year that is shut those of then; `held` has a rubric. Raises LedgerError."""
    ledger = desk.ledger()
    last = ledger.last_id()  # before anything is read: whoever shuts the year has seen at least this
    entries = ledger.of_year(year)
    decided = score_decisions(entries)
    manual = manual_of(decided, finding_decisions(ledger))
    build = db.current_build()
    assert build is not None and held.rubric is not None
    if final is not None and final.frozen is not None:
        content = json.dumps(final.frozen.content["rubric"]["content"], ensure_ascii=False)
        rubric = _rubric(content, held.file)
        scored = _frozen(final.finalised.sha256, final, rubric)
        build_id, told = final.finalised.build, final.finalised
    else:
        rubric, build_id, told = held.rubric, build.build_id, None
        scored = _score(str(db.current_path()), held.sha, manual.digest, year, rubric, manual)
    seen = {(each.kind, each.subject): each.entry_id for each in entries}
    return Standing(year, held, rubric, scored, manual, decided.of_year(year), build_id, last, told, units(), seen)


@st.cache_resource(max_entries=8, show_spinner=False)
def _frozen(sha256: str, _final: FinalYear, _rubric: Rubric) -> Scored:
    assert _final.frozen is not None
    return _as_scored(_final.frozen.scores, _rubric)


def tried(rubric: Rubric, manual: Manual, year: int) -> Scored:
    """What another rubric would make of the same figures and decisions; nothing of it is kept."""
    return _score(str(db.current_path()), f"{sha256_of(rubric)} {rubric.full}", manual.digest, year, rubric, manual)


@st.cache_resource(max_entries=24, show_spinner=False)
def _score(path: str, sha: str, digest: str, year: int, _rubric: Rubric, _manual: Manual) -> Scored:
    with db.cursor() as cursor:
        return _as_scored(score(cursor, _rubric, _manual, [year]), _rubric)


def _as_scored(found: Scores, rubric: Rubric) -> Scored:
    reasons: dict[str, list[Row]] = {}
    for row in found.reasons.to_pylist():
        reasons.setdefault(row["unit_id"], []).append(row)
    kept = {unit: tuple(rows) for unit, rows in reasons.items()}
    return Scored(rubric, tuple(found.score.to_pylist()), kept, found.lapsed, found)


def units() -> dict[str, Row]:
    """Every unit of the register by its id, in its order."""
    return {row["unit_id"]: row for row in db.rows("SELECT * FROM unit ORDER BY position")}


def in_scope(rows: Sequence[Row], group: str) -> list[Row]:
    """The rows of the units of 范围, as the sidebar has it."""
    asked = {"scope": group}
    wanted = {row["unit_id"] for row in db.rows("SELECT unit_id FROM unit_scope WHERE scope = $scope", asked)}
    return [row for row in rows if row["unit_id"] in wanted]
