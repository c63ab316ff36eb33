"""The shape of one edition of the national form."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column of values. `total_of` names the columns it adds up; `group` the header labels above it, outermost first;
    `signed` that it counts increases and decreases (+2, 减3)."""

    id: str
    label: str
    unit: str
    signed: bool = False
    aliases: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    total_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of values. `replaces` is set on a variant row that some documents print in place of the rows it names."""

    id: str
    label: str
    aliases: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    total_of: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that share one header: 表二 prints four of them, the other tables one."""

    label: str
    aliases: tuple[str, ...]
    clause: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, eq=False)  # one object an edition: identity is equality
class FormTable:
    """One table. `layout` is blocks | rows | single_line; `headings` are labels that stand over or beside values
    without being a row or a column themselves."""

    id: str
    section: str
    label: str
    layout: str
    headings: tuple[str, ...]
    blocks: tuple[Block, ...]
    variant_rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class FormCell:
    """One figure of the form. `id` is table/row/column; `group_label` joins the groups above the row with “ / ”."""

    id: str
    table: str
    row: str
    column: str
    table_label: str
    group_label: str
    row_label: str
    column_label: str
    unit: str
    clause: str
    is_total: bool
    is_variant: bool
    replaced_by: str | None  # the id of the variant cell that some documents print in its place


@dataclass(frozen=True, slots=True)
class Aspect:
    """One of the five aspects of section 一."""

    id: str
    title: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """One of the six sections as the form titles it."""

    number: str
    id: str
    title: str
    aliases: tuple[str, ...]
    clause: str
    aspects: tuple[Aspect, ...]


@dataclass(frozen=True, slots=True, eq=False)  # one object an edition: identity is equality
class Form:
    """One edition. `cells` holds every printed figure in order of printing, then the variant rows' cells."""

    edition: str
    title: str
    notice: str
    first_year: int
    last_year: int | None
    sections: tuple[SectionSpec, ...]
    tables: tuple[FormTable, ...]
    cells: tuple[FormCell, ...]

    def cell(self, name: str) -> FormCell | None:
        """The cell of that id (table/row/column), None where this edition has none."""
        return next((cell for cell in self.cells if cell.id == name), None)

    @property
    def printed_cells(self) -> tuple[FormCell, ...]:
        """The figures the form itself prints (200 in the edition of 2021)."""
        return tuple(cell for cell in self.cells if not cell.is_variant)
