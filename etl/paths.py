"""The only module that knows folder names.

A county's folder (`--data DIR`, or NIANBAO_DATA, or ./data) holds everything a place fixed:

    DIR/raw/<year>/…      reports as received, names untouched
    DIR/units.csv         who must report
    DIR/years.csv         which report years have been collected
    DIR/events.csv        dates to draw on time axes
    DIR/county.yaml       the county's name; `sample: true` marks invented data
    DIR/warehouse/        built, one file per build, and the pointer `current`
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

DATA_VARIABLE = "NIANBAO_DATA"
DEMO_FOLDER = Path("demo")  # never inside a folder that somebody gave or filled


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
    def about(self) -> Path:
        return self.root / "county.yaml"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse"

    @property
    def pointer(self) -> Path:
        return self.warehouse / "current"

    def has_reports(self) -> bool:
        """True as soon as anything lies under raw/ that is not a hidden file."""
        if not self.raw.is_dir():
            return False
        return any(p.is_file() and not p.name.startswith(".") for p in self.raw.rglob("*"))


def default_county(data: str | os.PathLike[str] | None = None) -> County:
    """The county to work on: the given folder, else NIANBAO_DATA, else ./data."""
    return County(Path(data or os.environ.get(DATA_VARIABLE) or "data"))
