"""Identities as data: identities.yaml and what the form's own totals imply → terms by cell, for one SQL statement.

A document that prints a variant row in place of others is summed by a term set of its own (`2021~`), in which that
row stands for them; every other document of the edition by the set that bears the edition's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any

import yaml

from etl.check.rules import HERE
from etl.form import Form, load_forms
from etl.form.model import FormTable, Row

VARIANT = "~"  # at the end of a term set: the variant rows stand in place of the printed ones
_SIDES = (("left", 1), ("right", -1))


class Source(IntEnum):
    """Whose cell a term is."""

    OWN = 0
    LAST = 1  # the same unit's report of the year before
    UNITS = 2  # every other unit's report of the same year, together
    AREA = 3  # its own, where it is the report of the whole area


_SOURCES = {"": Source.OWN, "last": Source.LAST, "units": Source.UNITS, "area": Source.AREA}


@dataclass(frozen=True, slots=True)
class Term:
    """`weight` as its own side adds it up; `side` is 1 on the left, -1 on the right."""

    cell: str
    weight: int
    side: int
    source: Source


@dataclass(frozen=True, slots=True)
class Identity:
    """One relation between cells. `is_equal` is False where the left may be less; `where` names the place in words."""

    number: int
    term_set: str
    rule: str
    is_equal: bool
    where: str
    left_words: str
    right_words: str
    terms: tuple[Term, ...]

    @property
    def needed(self) -> int:
        """How many cells must hold a figure; units that filed none only make a sum smaller."""
        return sum(term.source is not Source.UNITS for term in self.terms)


@cache
def load_identities() -> tuple[Identity, ...]:
    """Every identity of every edition; an identity's number is its place."""
    entries = yaml.safe_load((HERE / "identities.yaml").read_text(encoding="utf-8"))
    found: list[Identity] = []
    for form in load_forms().values():
        for term_set, replaced in ((form.edition, False), (form.edition + VARIANT, True)):
            for entry in entries:
                for where, terms in _spread(entry, form, replaced):
                    left, right = entry["say"]
                    is_equal = entry.get("relation", "=") == "="
                    found.append(
                        Identity(len(found), term_set, entry["rule"], is_equal, where, left, right, tuple(terms))
                    )
    return tuple(found)


def _spread(entry: Mapping[str, Any], form: Form, replaced: bool) -> Iterator[tuple[str, list[Term]]]:
    table = next((table for table in form.tables if table.id == entry.get("table")), None)
    if entry.get("sums"):
        assert table is not None, "sums are over a table"
        yield from _totals(table, entry["sums"], replaced)
        return
    for name in entry.get("only") or _names(table, entry["each"]):
        terms = [
            _term(text, weight, side, _frame(entry["each"], entry.get("table", ""), name))
            for key, side in _SIDES
            for text, weight in entry[key].items()
        ]
        if all(form.cell(term.cell) is not None for term in terms if term.source is not Source.LAST):
            yield _where(form, terms, entry["each"]), terms


def _names(table: FormTable | None, each: str) -> list[str]:
    assert table is not None, "what is spread over all rows or columns names its table"
    items = [item for block in table.blocks for item in (block.columns if each == "column" else block.rows)]
    return list(dict.fromkeys(item.id for item in items))


def _frame(each: str, table: str, name: str) -> str:
    """Where the term's own name goes into the cell's."""
    return {"column": f"{table}/{{}}/{name}", "row": f"{table}/{name}/{{}}", "cell": name}[each]


def _term(text: str, weight: int, side: int, frame: str) -> Term:
    name, _, source = text.partition("@")
    return Term(frame.format(name), weight, side, _SOURCES[source])


def _where(form: Form, terms: Sequence[Term], each: str) -> str:
    cell = next(found for term in terms if (found := form.cell(term.cell)) is not None)
    table = cell.table_label.split()[0]
    words = {
        "column": f"“{cell.column_label}”列",
        "row": f"“{cell.row_label}”行",
        "cell": f"“{cell.row_label}”行“{cell.column_label}”格",
    }
    return f"{table}{words[each]}"


def _totals(table: FormTable, over: str, replaced: bool) -> Iterator[tuple[str, list[Term]]]:
    """One identity for each printed total: total = Σ parts."""
    short = table.label.split()[0]
    for block in table.blocks:
        rows = _rows(table, block.rows, replaced)
        if over == "columns":
            for row in rows:
                for total in (column for column in block.columns if column.total_of):
                    cells = [f"{table.id}/{row.id}/{name}" for name in (total.id, *total.total_of)]
                    yield f"{short}“{row.label}”行", _sum(cells)
            continue
        for total in (row for row in block.rows if row.total_of):
            present = {row.id for row in rows}
            parts = [name for name in total.total_of if name in present]
            parts += [row.id for row in rows if replaced and row in table.variant_rows]
            for column in block.columns:
                yield (
                    f"{short}“{column.label}”列",
                    _sum([f"{table.id}/{name}/{column.id}" for name in (total.id, *parts)]),
                )


def _rows(table: FormTable, rows: Sequence[Row], replaced: bool) -> list[Row]:
    if not replaced:
        return list(rows)
    gone = {name for row in table.variant_rows for name in row.replaces}
    return [*(row for row in rows if row.id not in gone), *table.variant_rows]


def _sum(cells: Sequence[str]) -> list[Term]:
    total, *parts = cells
    return [Term(total, 1, 1, Source.OWN), *(Term(part, 1, -1, Source.OWN) for part in parts)]
