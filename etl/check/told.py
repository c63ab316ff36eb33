"""Figures the words tell beside the figures of the tables: what every check of words against tables needs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from etl.check.row import FindingRow, Operand, Severity, Verdict
from etl.check.texts import Written, written
from etl.recognise.amounts import normalised
from etl.source import Locator

_OFFICE = re.compile(r"代表|本级|办公室|政府办|全[县区市旗州]|各(?:部门|单位|乡镇|级|科室)")
_PART_OF_IT = re.compile(
    r"季度|半年|\d月|其中|网上|网络|邮(?:寄|件|箱)|信函|当面|现场|窗口|咨询|首次|同一"
)  # before the number
SCOPE_NOTE = "（正文说的可能只是办公室本级的数，表里可能是全区域的数，口径不同不算错）"
PART_NOTE = "（正文这句话可能只说了其中一部分）"


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell as fact_now has it."""

    cell: str
    state: str
    value: Decimal | None
    raw: str | None
    locator: Locator | None


@dataclass(frozen=True, slots=True)
class Said:
    """A claim of the words; `sentence` with its signs made equal, for patterns, `printed` as it stands in the report."""

    claim: str
    value: Decimal
    counter: str
    approximate: bool
    sentence: str
    printed: str
    locator: Locator | None


@dataclass(frozen=True, slots=True)
class Told:
    """One report: its words, the claims in them by name, and the figures of its tables by cell."""

    report: Written
    said: Mapping[str, Said]
    figures: Mapping[str, Figure]
    is_whole: bool  # every table was read

    def value(self, cell: str) -> Decimal | None:
        """The figure of a cell, None where none is printed or it could not be read."""
        figure = self.figures.get(cell)
        return figure.value if figure else None

    def total(self, cells: Sequence[str]) -> Decimal | None:
        """The sum of cells, blank ones and strokes as nothing; None where one was not read, or no cell holds a figure."""
        figures = [self.figures[cell] for cell in cells if cell in self.figures]
        if any(figure.state == "unreadable" for figure in figures) or all(figure.value is None for figure in figures):
            return None
        return sum((figure.value for figure in figures if figure.value is not None), Decimal(0))

    def prints_all(self, cells: Iterable[str]) -> bool:
        """Whether each of these cells that the report's edition has holds a figure."""
        return all(self.figures[cell].value is not None for cell in cells if cell in self.figures)

    def operands(self, cells: Iterable[str]) -> tuple[Operand, ...]:
        found = [self.figures[cell] for cell in dict.fromkeys(cells) if cell in self.figures]
        return tuple(
            Operand("expected", self.report.file_id, f.cell, 1, f.state, f.value, f.raw, f.locator) for f in found
        )


def told(connection: duckdb.DuckDBPyConnection, cells: Sequence[str]) -> list[Told]:
    """Every report to check with its claims and these cells."""
    figures: defaultdict[int, dict[str, Figure]] = defaultdict(dict)
    for file_id, cell, state, value, raw, locator in connection.execute(
        "SELECT f.file_id, f.cell, f.state, f.value, f.raw, f.locator FROM fact_now f JOIN checked_report USING (file_id) "
        "WHERE list_contains($cells::VARCHAR[], f.cell)",
        {"cells": list(cells)},
    ).fetchall():
        figures[file_id][cell] = Figure(cell, state, value, raw, Locator(**locator) if locator else None)
    said: defaultdict[int, dict[str, Said]] = defaultdict(dict)
    for file_id, claim, value, counter, approximate, sentence, locator in connection.sql(
        "SELECT c.file_id, c.claim, c.value, c.counter, c.approximate, c.sentence, c.locator FROM claim c "
        "JOIN checked_report USING (file_id)"
    ).fetchall():
        place = Locator(**locator) if locator else None
        said[file_id][claim] = Said(claim, value, counter, approximate, normalised(sentence), sentence, place)
    whole = {
        file_id for (file_id,) in connection.sql("SELECT file_id FROM report WHERE status = 'complete'").fetchall()
    }
    return [
        Told(report, said[report.file_id], figures[report.file_id], report.file_id in whole)
        for report in written(connection)
    ]


def contradiction(
    rule: str, each: Told, said: Said, what: str, expected: str, readings: Sequence[Sequence[str]]
) -> FindingRow:
    """The words say one number, no reading of the table the same. Where scope may explain it, that is said and asked."""
    note = _note(each.report, said)
    cells = tuple(dict.fromkeys(cell for reading in readings for cell in reading if cell in each.figures))
    return FindingRow(
        rule, each.report.file_id, f"正文“{what}”", f"正文为{shown(said.value)}{said.counter}", f"{expected}{note}",
        Verdict.BROKEN if each.is_whole else Verdict.DOUBTFUL, values={"note": note},
        cells=cells, passage=said.printed, locator=said.locator, place=f"{what}/{said.claim}",
        value_key=f"{said.value}|{expected}", severity=Severity.VERIFY if note else None,
        operands=each.operands(cells),
    )  # fmt: skip


def unknown(rule: str, each: Told) -> FindingRow:
    """Nothing is said, or no figure stands there to compare it with."""
    return FindingRow(rule, each.report.file_id, "正文", "", "", Verdict.NOT_ASSESSABLE)


def _note(report: Written, said: Said) -> str:
    if not report.is_single_organ or _OFFICE.search(said.sentence):
        return SCOPE_NOTE
    before = said.sentence.split(shown(said.value), 1)[0] if said.value else ""
    return PART_NOTE if _PART_OF_IT.search(before) else ""


def shown(value: Decimal) -> str:
    """A figure as people write it: without the zeros of the store."""
    return f"{value.normalize():f}"
