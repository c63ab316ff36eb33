"""A report before it is set in type: what it says, where, and what a careful reader takes from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from etl.sample.sentences import Told
from etl.sample.tables import Grid, grids
from etl.sample.units import Unit

ASPECTS = ("proactive", "requests", "management", "platform", "supervision")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `aspect` says which of the five it belongs to, `heading` that it is that aspect's heading."""

    text: str
    told: tuple[Told, ...] = ()
    aspect: str = ""
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Chapter:
    """One of the sections. `table` names the table that follows its paragraphs."""

    number: str
    title: str
    body: tuple[Paragraph, ...] = ()
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """How a unit's clerk types, whatever the file's layout."""

    numbering: str = "（一）"  # or "1." or "一是"
    half_width: bool = False
    spaced_numbers: bool = False
    thousands: bool = False
    spaced_labels: bool = False
    signature: str = "plain"  # or "zeros" or "chinese"
    folded_title: bool = False


@dataclass(frozen=True, slots=True)
class TableEdits:
    """What was done to the printed tables beyond their figures."""

    labels: Mapping[str, str] = field(default_factory=dict)
    missing_rows: frozenset[str] = frozenset()  # `table/row`
    extra_rows: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)  # after `table/row`
    pictures: frozenset[str] = frozenset()
    old_proactive: bool = False  # the trial form's 表二 in a later report


@dataclass(frozen=True, slots=True)
class Plant:
    """One planted error: its kind in the list of 48, the cells it touches, and what they truly should say."""

    kind: int
    what: str
    cells: tuple[str, ...] = ()
    truth: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """One report. `raw` is what each cell prints; `form` is None for the years before the forms."""

    unit: Unit
    year: int
    name: str
    short: str
    kind: str
    form: str | None
    title: str | None
    period: tuple[date, date] | None
    opening: Paragraph
    chapters: tuple[Chapter, ...]
    raw: Mapping[str, str]
    signed_on: date
    published_at: date | None
    style: Style
    edits: TableEdits = TableEdits()
    plants: tuple[Plant, ...] = ()

    def told(self) -> tuple[Told, ...]:
        """Every figure told, in order of printing; a figure told twice stands here twice."""
        return tuple(one for paragraph in self.paragraphs() for one in paragraph.told)

    def paragraphs(self) -> Iterator[Paragraph]:
        yield self.opening
        for chapter in self.chapters:
            yield from chapter.body

    def chapter(self, number: str) -> Chapter:
        return next(chapter for chapter in self.chapters if chapter.number == number)

    def printed_form(self) -> str | None:
        """The edition a reader finds by the heading of 表二."""
        return "2019" if self.edits.old_proactive else self.form

    def grids(self) -> dict[str, Grid]:
        if self.form is None:
            return {}
        tables = grids(self.form, self.raw)
        if self.edits.old_proactive:
            tables["proactive"] = grids("2019", self.raw)["proactive"]
        return tables
