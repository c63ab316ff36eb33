"""The only module that knows folder names.

A county's folder (`--data DIR`, or NIANBAO_DATA, or ./data) holds everything a place fixed:

    DIR/raw/<year>/…      reports as received, names untouched
    DIR/units.csv         who must report
    DIR/years.csv         which report years have been collected
    DIR/events.csv        dates to draw on time axes
    DIR/rubrics/<year>.yaml  by which rubric each year is scored
    DIR/scores/<year>.json.gz  the finalised scores of a year with all that they were made of: never written again
    DIR/deadlines.csv     by when reports must be published, where that is not what 条例 says
    DIR/county.yaml       the county's name; `sample: true` marks invented data
    DIR/ledger.sqlite     what people decided: never rebuilt, never overwritten
    DIR/templates/        Word templates that the county uses instead of the product's
    DIR/incoming/         files handed in on a page, until a person says whose they are
    DIR/contacts.csv      whom to remind, and by which number
    DIR/warehouse/        built, one file per build, the pointer `current`, and the lock of the build under way
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DATA_VARIABLE = "NIANBAO_DATA"
VIEWER_VARIABLE = "NIANBAO_VIEWER"  # a dashboard without drafts and without writes
DEMO_FOLDER = Path("demo")  # never inside a folder that somebody gave or filled
BUILD_SUFFIX = ".duckdb"
DESKTOP_FILES = frozenset({"thumbs.db", "desktop.ini"})  # put there by Windows, not by a person


@dataclass(frozen=True, slots=True)
class County:
    """One county's folder. Nothing here need exist: absence is answered by whoever opens it."""

    root: Path

    @property
    def raw(self) -> Path:
        return self.root / "raw"

    @property
    def units(self) -> Path:
        return self.root / "units.csv"

    @property
    def years(self) -> Path:
        return self.root / "years.csv"

    @property
    def events(self) -> Path:
        return self.root / "events.csv"

    @property
    def deadlines(self) -> Path:
        return self.root / "deadlines.csv"

    @property
    def rubrics(self) -> Path:
        return self.root / "rubrics"

    @property
    def scores(self) -> Path:
        return self.root / "scores"

    def frozen_scores(self, year: int) -> Path:
        return self.scores / f"{year}.json.gz"

    @property
    def about(self) -> Path:
        return self.root / "county.yaml"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger.sqlite"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def incoming(self) -> Path:
        return self.root / "incoming"

    @property
    def contacts(self) -> Path:
        return self.root / "contacts.csv"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse"

    @property
    def pointer(self) -> Path:
        return self.warehouse / "current"

    @property
    def lock(self) -> Path:
        return self.warehouse / "lock"

    def build_file(self, build_id: str) -> Path:
        return self.warehouse / f"{build_id}{BUILD_SUFFIX}"

    def raw_files(self) -> Iterator[Path]:
        """Every file under raw/ that somebody may have meant as a report; see files_under."""
        if self.raw.exists():
            yield from files_under(self.raw)

    def has_reports(self) -> bool:
        """True as soon as anything lies under raw/ that may be a report."""
        return self.raw.is_dir() and next(self.raw_files(), None) is not None


def files_under(folder: Path) -> Iterator[Path]:
    """Every file under the folder that somebody may have meant as a report, in no particular order.

    Hidden files and folders are left out, what office programs leave beside an open document, and what lies behind a
    linked folder. Raises OSError when a folder cannot be looked into: leaving its reports out silently would make them
    look unfiled.
    """
    for place, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith((".", "~$")) and name.lower() not in DESKTOP_FILES:
                yield Path(place, name)


def _raise(error: OSError) -> None:
    raise error


def default_county(data: str | os.PathLike[str] | None = None) -> County:
    """The county to work on: the given folder, else NIANBAO_DATA, else ./data."""
    return County(Path(data or os.environ.get(DATA_VARIABLE) or "data"))
