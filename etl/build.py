"""The whole pipeline: a county's folder → a warehouse in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from etl.check import run_checks
from etl.measure import fill_values
from etl.paths import County
from etl.score import fill_scores
from etl.warehouse.decided import add_decisions
from etl.warehouse.force import BUILDER_WAIT, only_builder, prune, put_in_force
from etl.warehouse.inputs import Inputs, Progress, gather
from etl.warehouse.intake import Intake
from etl.warehouse.read import BuildStamp, current_build, stamp_of
from etl.warehouse.workers import take_in_all
from etl.warehouse.write import add_intakes, add_registers, carry_over, choose_reports, draft, stamp


@dataclass(frozen=True, slots=True)
class Built:
    """The build in force; `is_new` is False when nothing had changed and nothing was written."""

    stamp: BuildStamp
    is_new: bool


def quiet(stage: str, done: int, in_all: int) -> None:
    """Progress for nobody."""


def build(county: County, *, full: bool = False, progress: Progress = quiet, seconds: float = BUILDER_WAIT) -> Built:
    """Put a warehouse in force that holds everything in the county's folder; `full` reads every file again.

    Another build under way is waited for, so many `seconds` at most; what it left to do is done after it. Raises
    BuildError or RegisterError; until the very last act the former build is in force and untouched.
    """
    before = current_build(county)
    inputs = gather(county, progress)
    last = None if full else stamp_of(before)
    if same := _already(last, inputs):
        return same
    with only_builder(county, seconds):
        if current_build(county) != before:  # somebody else built since: it may know of files that we have not seen
            inputs = gather(county, progress)
            last = None if full else stamp_of(current_build(county))
            if same := _already(last, inputs):
                return same
        with draft(county) as (path, connection):
            add_registers(connection, inputs)
            carried = carry_over(connection, inputs, last)
            add_intakes(connection, _read_new(inputs, carried, progress))
            add_decisions(connection, inputs.decisions)
            choose_reports(connection, inputs.decisions.entered)
            run_checks(connection)
            fill_values(connection)
            fill_scores(connection, inputs.rubrics, inputs.manual, inputs.final)
            build_id = stamp(connection, inputs, len(inputs.files) - len(carried))
        put_in_force(county, path, build_id)
        prune(county)
    in_force = stamp_of(current_build(county))
    assert in_force is not None, "the pointer was just written"
    return Built(in_force, is_new=True)


def _already(last: BuildStamp | None, inputs: Inputs) -> Built | None:
    """The last build where it was made of the same."""
    return Built(last, is_new=False) if last is not None and last.input_hash == inputs.input_hash else None


def _read_new(inputs: Inputs, carried: frozenset[int], progress: Progress) -> Iterator[tuple[int, Intake]]:
    waiting = [(file_id, file) for file_id, file in enumerate(inputs.files, start=1) if file_id not in carried]
    for count, done in enumerate(take_in_all(waiting, inputs.units, inputs.reading_hash), start=1):
        yield done
        progress("读取年报", count, len(waiting))
