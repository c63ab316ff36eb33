"""Whether what was read of a variation is true."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from etl.read import ReadError, read_document
from etl.recognise import report_from
from etl.report import FactState
from tests.hostile.damages import DAMAGES
from tests.hostile.printers import HIDE_BLANKS, PRINTERS, SUFFIX, Printer
from tests.hostile.sheets import Sheet, true_sheet
from tests.hostile.vary import blanks_not_shown, varied


@dataclass(slots=True)
class Verdict:
    """`wrong`: figures reported that are not the printed ones, and printed figures called blank.

    `missed`: figures printed plainly and not reported.
    """

    wrong: list[tuple[str, Decimal | None, Decimal | None]] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    problems: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        return not self.wrong and not self.missed


def judge(sheet: Sheet, data: bytes, name: str) -> Verdict:
    """Read the bytes and compare every figure with the truth."""
    try:
        report = report_from(read_document(name, data), name, ())
    except ReadError as error:
        return Verdict(
            missed=[cell for cell, value in sheet.truth.items() if value is not None], problems=(error.code,)
        )
    found = {fact.cell: fact.value for fact in report.facts if fact.state is FactState.REPORTED}
    wrong = [(cell, value, sheet.truth.get(cell)) for cell, value in found.items() if value != sheet.truth.get(cell)]
    blank = {fact.cell for fact in report.facts if fact.state in {FactState.BLANK, FactState.SLASH}}
    wrong += [(cell, None, value) for cell, value in sheet.truth.items() if value is not None and cell in blank]
    missed = [cell for cell, value in sheet.truth.items() if value is not None and cell not in found]
    return Verdict(wrong, missed, tuple(problem.message for problem in report.problems))


def variation(seed: int, format: str, printer: Printer | None = None) -> tuple[Sheet, bytes, str]:
    """The variation of that number in that format: the same everywhere. Half of them are damaged, up to three times."""
    chance = random.Random(f"{format} {seed}")
    sheet = true_sheet(chance, "2019" if chance.random() < 0.15 else "2021")
    varied(sheet, chance, chance.choice((0, 0, 0, 1, 2, 3)))
    if format in HIDE_BLANKS:
        blanks_not_shown(sheet)
    data = (printer or PRINTERS[format])(sheet, chance)
    return sheet, data, f"raw/2024/柳堡镇{seed}.{SUFFIX.get(format, 'txt')}"


Tally = Counter[tuple[str, bool | str, str]]


def count(counts: Tally, format: str, sheet: Sheet, verdict: Verdict) -> None:
    """Add one verdict to the counts."""
    printed = sum(value is not None for value in sheet.truth.values())
    counts[format, sheet.damaged, "read"] += 1
    counts[format, sheet.damaged, "complete"] += verdict.is_complete
    counts[format, sheet.damaged, "figures"] += printed
    counts[format, sheet.damaged, "figures read"] += printed - len(verdict.missed)
    for damage in {name for name in sheet.applied if name in DAMAGES or name == blanks_not_shown.__name__}:
        counts[format, damage, "figures"] += printed
        counts[format, damage, "figures read"] += printed - len(verdict.missed)


def tally(format: str, seeds: range) -> tuple[Tally, list[tuple[int, str, Verdict]]]:
    """Counts by (format, damaged or the name of a damage, what) and every wrong variation."""
    counts: Tally = Counter()
    wrong = []
    for seed in seeds:
        sheet, data, name = variation(seed, format)
        verdict = judge(sheet, data, name)
        count(counts, format, sheet, verdict)
        if verdict.wrong:
            wrong.append((seed, " ".join(sheet.applied), verdict))
    return counts, wrong
