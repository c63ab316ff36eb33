"""定稿: the scores of a year are frozen into a file of their own, and the ledger shuts the year."""

from __future__ import annotations

import os
from contextlib import suppress

import duckdb

from etl.files import sync_folder, why_refused, write_whole
from etl.ledger import Entry, Kind, Ledger, LedgerError, Origin, ScoreDecisions, score_decisions
from etl.paths import County
from etl.score import About, Frozen, FrozenError, IssuedRubric, final_years, freeze
from etl.score.final import waiting_name
from etl.warehouse.force import only_builder
from etl.warehouse.inputs import Inputs, Progress, gather
from etl.warehouse.read import BuildStamp, current_build, open_build, stamp_of

_TOLD = 3


def finalise(
    county: County,
    year: int,
    *,
    who: str,
    why: str,
    who_from: Origin | str = Origin.SELF,
    upto: int | None = None,
    progress: Progress = lambda stage, done, in_all: None,
) -> Entry:
    """Freeze the scores of a year and shut it; it cannot be taken back. Build again afterwards. `upto` is the last entry of the
    ledger that whoever shuts it looked at, None for all that are there.

    Raises LedgerError, with nothing written, while the build in force is not of what is there now, an item waits for a
    person, a decision fits no item, an appeal is undecided or a review is missing where the rubric asks for it; Conflict
    where somebody decided something meanwhile; BuildError where another build does not end.
    """
    ledger = Ledger(county.ledger)
    with only_builder(county):
        _check_open(county, year)
        upto = ledger.last_id() if upto is None else upto
        inputs = gather(county, progress)
        stamp = _up_to_date(county, inputs)
        issued = _rubric(inputs, year)
        decisions = score_decisions(ledger.of_year(year)).of_year(year)
        with open_build(stamp.path) as connection:
            _check_lapsed(connection, issued, decisions)
            frozen = _frozen(connection, issued, inputs, stamp, ledger, year)
        return _shut(county, ledger, frozen, upto, issued, who=who, why=why, who_from=who_from)


def _check_open(county: County, year: int) -> None:
    shut = next((each for each in final_years(county) if each.year == year), None)
    if shut and not shut.finalised.entry_id:
        raise LedgerError(f"没有定稿：{shut.fault}")
    if shut:
        held = shut.finalised
        when = held.made_at[:16].replace("T", " ")
        raise LedgerError(f"没有定稿：{year} 年度已由 {held.who} 于 {when} 定稿，定稿不能改，也不能重作。")


def _up_to_date(county: County, inputs: Inputs) -> BuildStamp:
    stamp = stamp_of(current_build(county))
    if stamp is None or stamp.input_hash != inputs.input_hash:
        raise LedgerError("没有定稿：仓库还不是现在的年报、细则和处理建成的。请重新入库，看过得分以后再定稿。")
    return stamp


def _rubric(inputs: Inputs, year: int) -> IssuedRubric:
    issued = next((each for each in inputs.rubrics if each.year == year), None)
    if issued is None or issued.rubric is None:
        why = issued.fault if issued else f"rubrics/{year}.yaml 不存在。"
        raise LedgerError(f"没有定稿：{year} 年度没有能用的评分细则。{why}")
    return issued


def _check_lapsed(connection: duckdb.DuckDBPyConnection, issued: IssuedRubric, decisions: ScoreDecisions) -> None:
    """What somebody decided and nobody counts must not be shut away unseen."""
    assert issued.rubric is not None
    points = {each.id: each.points for _, _, each in issued.rubric.every()}
    lapsed = [
        str(each.subject)
        for each in decisions.scores
        if each.subject.indicator not in points or (each.points or 0) > points[each.subject.indicator]
    ]
    scored = connection.execute(
        "SELECT unit_id FROM score WHERE year = ? AND status = 'scored'", [issued.year]
    ).fetchall()
    units = {unit_id for (unit_id,) in scored}
    lapsed += [str(each.subject) for each in decisions.scores if each.subject.unit_id not in units]
    if lapsed:
        named = "、".join(lapsed[:_TOLD]) + ("等" if len(lapsed) > _TOLD else "")
        raise LedgerError(
            f"没有定稿：有 {len(lapsed)} 项人作的评分没有用上（{named}）：细则里没有这一项、分值不够，或这一家没有评。"
            "请改正细则，或撤回这几项。"
        )


def _frozen(
    connection: duckdb.DuckDBPyConnection,
    issued: IssuedRubric,
    inputs: Inputs,
    stamp: BuildStamp,
    ledger: Ledger,
    year: int,
) -> Frozen:
    about = About(year, stamp.county, stamp.build_id, stamp.built_at.isoformat(), stamp.is_sample)
    entries = ledger.of_year(year)
    try:
        return freeze(connection, issued, inputs.manual, about, entries)
    except FrozenError as error:
        raise LedgerError(str(error)) from error


def _shut(
    county: County,
    ledger: Ledger,
    frozen: Frozen,
    upto: int,
    issued: IssuedRubric,
    *,
    who: str,
    why: str,
    who_from: Origin | str,
) -> Entry:
    assert issued.rubric is not None
    rows = [row for row in frozen.scores.score.to_pylist() if row["status"] == "scored"]
    said = {
        "sha256": frozen.sha256, "rubric": frozen.rubric_sha, "build": frozen.content["about"]["build_id"],
        "units": len(rows), "open": sum(row["manual_open"] or 0 for row in rows), "review": issued.rubric.review,
        "upto": upto,
    }  # fmt: skip
    path = waiting_name(county, issued.year)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, frozen.data, may_replace=True)  # a year that is not shut has none that counts
    except OSError as error:
        raise LedgerError(f"没有定稿：{path} 写不进去（{why_refused(error)}）。请检查文件夹后重试。") from error
    try:
        entry = ledger.record(Kind.FINALISED, str(issued.year), said, who=who, why=why, seen=0, who_from=who_from)
    except LedgerError:
        with suppress(OSError):
            path.unlink()
        raise
    with suppress(OSError):  # under its first name it counts as well
        os.replace(path, county.frozen_scores(issued.year))
        sync_folder(path.parent)
    return entry
