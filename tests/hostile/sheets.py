"""A report before it is printed: lines of text and tables of cells, and the truth of every figure.

The tables are those of `etl.sample.tables`, which knows nothing of the rooms that read.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal

from etl.sample.tables import BLOCKS, COLUMNS, OUTCOMES, Grid, cells_of, grids, request_rows
from tests.layouts import CLOSING, HEADINGS, OTHER, OVERVIEW, PREAMBLE

TABLES = {"二": "proactive", "三": "requests", "四": "disputes"}


@dataclass(slots=True)
class Cell:
    """A printed cell; `name` is the figure's address in the form."""

    text: str
    columns: int = 1
    rows: int = 1
    name: str | None = None


@dataclass(slots=True)
class Table:
    """Rows of cells, each once, at its upper left corner; `heading` is how many rows are header (表三, 表四)."""

    name: str
    width: int
    rows: list[list[Cell]]
    heading: int

    def figures(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row if cell.name]


@dataclass(slots=True)
class Sheet:
    """A report as printed. `truth` says for every figure what a careful reader takes from the page: None for nothing."""

    form: str
    blocks: list[str | Table]
    truth: dict[str, Decimal | None]
    applied: list[str] = field(default_factory=list)
    damaged: bool = False

    def table(self, name: str) -> Table:
        return next(block for block in self.blocks if isinstance(block, Table) and block.name == name)

    def tables(self) -> list[Table]:
        return [block for block in self.blocks if isinstance(block, Table)]


def true_sheet(chance: random.Random, form: str = "2021") -> Sheet:
    """A report whose figures add up as the form asks, from an all-zero township to a busy office."""
    values = _figures(chance, form)
    raw = {name: str(value) for name, value in values.items()}
    printed = grids(form, raw)
    year = "2024" if form == "2021" else chance.choice(("2019", "2020"))
    blocks: list[str | Table] = []
    for line in (*PREAMBLE, HEADINGS["一"], *OVERVIEW):
        blocks.append(line)
    for number, name in TABLES.items():
        blocks += [HEADINGS[number], _table(printed[name])]
    blocks += [HEADINGS["五"], *CLOSING, HEADINGS["六"], *OTHER]
    later = str(int(year) + 1)
    blocks = [b.replace("2025", later).replace("2024", year) if isinstance(b, str) else b for b in blocks]
    return Sheet(form, blocks, dict(values))


def _table(grid: Grid) -> Table:
    rows = [[Cell(cell.text, cell.columns, cell.rows, cell.name) for cell in row] for row in grid.rows]
    return Table(grid.table, grid.width, rows, grid.heading_rows)


def _figures(chance: random.Random, form: str) -> dict[str, Decimal]:
    """Sparse or dense, small or large; sums hold in rows, columns and blocks."""
    kind = chance.choice(("zero", "few", "few", "dense", "large", "distinct"))
    distinct = iter(chance.sample(range(100, 9999), 400))

    def one() -> int:
        if kind == "zero":
            return 0
        if kind == "few":
            return chance.choice((0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 12))
        if kind == "dense":
            return chance.randint(0, 60)
        return chance.randint(0, 400_000) if kind == "large" else next(distinct)

    found: dict[str, Decimal] = {}
    for name in cells_of(form):
        if name.startswith("proactive/"):
            value = Decimal(one())
            if name.endswith("_wan") and chance.random() < 0.6:
                value += Decimal(chance.randint(0, 9999)).scaleb(-chance.choice((1, 2, 4)))
            found[name] = value.normalize() + 0 if value else value
    rows = [row for row in request_rows(form) if row not in {"total_processed", "carried_out", "new_received"}]
    for column in COLUMNS[:-1]:
        for row in rows:
            found[f"requests/{row}/{column}"] = Decimal(one())
        done = sum(found[f"requests/{row}/{column}"] for row in rows if row != "carried_in")
        carried_in = found[f"requests/carried_in/{column}"]
        carried_out = Decimal(max(one(), int(carried_in - done)))
        found[f"requests/total_processed/{column}"] = Decimal(done)
        found[f"requests/carried_out/{column}"] = carried_out
        found[f"requests/new_received/{column}"] = done + carried_out - carried_in
    for row in request_rows(form):
        found[f"requests/{row}/total"] = Decimal(sum(found[f"requests/{row}/{column}"] for column in COLUMNS[:-1]))
    for block in BLOCKS:
        for outcome, _ in OUTCOMES[:-1]:
            found[f"disputes/{block}/{outcome}"] = Decimal(one() % 97)
        found[f"disputes/{block}/total"] = Decimal(sum(found[f"disputes/{block}/{o}"] for o, _ in OUTCOMES[:-1]))
    return {name: found[name] for name in cells_of(form)}
