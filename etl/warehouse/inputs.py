"""Everything that goes into a build, and the keys by which a later build knows what it need not read again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import yaml

from etl.ledger import FigureDecisions, Ledger, LedgerError, figure_decisions
from etl.paths import County, files_under
from etl.read import find_converter
from etl.score import FinalYear, IssuedRubric, Manual, county_rubrics, digest_of, final_years, manual_in
from etl.units import CollectedYear, Deadline, Event, Unit, load_deadlines, load_events, load_units, load_years
from etl.warehouse.failure import KEPT, BuildError
from etl.warehouse.raw_files import RawFile, digest, raw_files_at, refused, why_unreadable

Progress = Callable[[str, int, int], None]  # stage in Chinese, done, in all

# What decides how one file is read. Paths inside the package; a folder stands for everything in it.
_READING = (
    "form", "read", "recognise", "report.py", "source.py", "units.py", "warehouse/raw_files.py", "warehouse/intake.py",
    "warehouse/storable.py", "warehouse/schema.sql",
)  # fmt: skip
# What decides, beyond that, what a build makes of the files.
_BUILDING = (
    *_READING,
    "ledger/decisions.py",
    "ledger/scores.py",
    "ledger/shapes.py",
    "choose.py",
    "check",
    "measure",
    "score",
    "build.py",
    "warehouse",
)
_LIBRARIES = ("selectolax", "lxml", "pypdfium2", "python-calamine", "rapidocr", "onnxruntime")
_CODE_SUFFIXES = (".py", ".yaml", ".sql")


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files in order of path (a file's id is its place there), the registers, and what people decided."""

    files: tuple[RawFile, ...]
    units: tuple[Unit, ...]
    years: tuple[CollectedYear, ...]
    events: tuple[Event, ...]
    deadlines: tuple[Deadline, ...]
    county: str
    is_sample: bool
    reading_hash: str
    building_hash: str
    decisions: FigureDecisions = field(default_factory=FigureDecisions)
    rubrics: tuple[IssuedRubric, ...] = ()
    manual: Manual = field(default_factory=Manual)
    final: tuple[FinalYear, ...] = ()

    @property
    def input_hash(self) -> str:
        return self.hash_with(file.parse_key for file in self.files)

    def hash_with(self, parse_keys: Iterable[str]) -> str:
        """The hash of a build made of files with these keys, which name path and content."""
        return digest(self.building_hash, *sorted(parse_keys))


def gather(county: County, progress: Progress) -> Inputs:
    """Look at everything, parse nothing. Raises BuildError or RegisterError when the folder itself cannot be used."""
    inputs = registers_of(county)
    return replace(inputs, files=_raw_files(county, inputs.reading_hash, progress))


def registers_of(county: County) -> Inputs:
    """Everything but the files. Raises BuildError or RegisterError."""
    name, is_sample = _about(county)
    decisions = _decisions(county)
    rubrics = county_rubrics(county.rubrics)
    manual = score_decisions(county) if rubrics else Manual()
    final = final_years(county)
    registers = (county.units, county.years, county.events, county.deadlines, county.about)
    try:
        reading = digest(
            _code_hash(_READING), *map(_version, _LIBRARIES), str(find_converter()), _bytes_hash(county.units)
        )
        building = digest(
            reading,
            _code_hash(_BUILDING),
            *(_bytes_hash(path) for path in registers),
            decisions.digest,
            *(f"{each.file} {_bytes_hash(county.rubrics / each.file)}" for each in rubrics),
            manual.digest,
            *digest_of(final),
        )
        units, years, events = load_units(county.units), load_years(county.years), load_events(county.events)
        deadlines = load_deadlines(county.deadlines, units)
    except OSError as error:
        raise BuildError(f"打不开 {error.filename}：{why_unreadable(error)}。") from error
    return Inputs(
        (), units, years, events, deadlines, name, is_sample, reading, building, decisions, rubrics, manual, final
    )


def _decisions(county: County) -> FigureDecisions:
    try:
        return figure_decisions(Ledger(county.ledger))
    except LedgerError as error:
        raise BuildError(f"建库没有完成：{error}{KEPT}") from error


def score_decisions(county: County) -> Manual:
    """What of the ledger changes scores, of every year. Raises LedgerError."""
    return manual_in(Ledger(county.ledger))


def files_at(place: Path) -> list[RawFile]:
    """What lies at this place on disk: the file, every file in the archive, or every file under the folder.

    What is not there, is empty or cannot be opened is among them, `unread` saying why. Raises OSError for a folder that
    cannot be looked into.
    """
    locations = sorted(files_under(place)) if place.is_dir() else [place]
    found = [file for location in locations for file in raw_files_at(location.as_posix(), location, "")]
    return found or [refused(place.as_posix(), place, "文件夹里没有文件。请核对路径")]


def _raw_files(county: County, reading_hash: str, progress: Progress) -> tuple[RawFile, ...]:
    if county.root.exists() and not county.root.is_dir():
        raise BuildError(f"{county.root} 是一个文件，不是数据文件夹。请用 --data 指定一个文件夹。")
    try:
        shown: dict[str, Path] = {}
        for location in county.raw_files():
            shown[_shown(location.relative_to(county.root), shown)] = location
    except OSError as error:
        raise BuildError(f"打不开 {error.filename or county.raw}：{why_unreadable(error)}。") from error
    files = []
    for count, path in enumerate(sorted(shown), start=1):
        files += raw_files_at(path, shown[path], reading_hash)
        progress("核对文件", count, len(shown))
    return tuple(sorted(files, key=lambda file: file.path))


def _shown(relative: Path, taken: Iterable[str]) -> str:
    """The path in words. Names that were unpacked in GBK on a UTF-8 system are shown as they were meant."""
    path = relative.as_posix()
    try:
        path.encode()
    except UnicodeEncodeError:
        raw = os.fsencode(path)
        path = raw.decode("gb18030", errors="backslashreplace")
        if path in taken:
            path = raw.decode("utf-8", errors="backslashreplace")
    return path


def _about(county: County) -> tuple[str, bool]:
    """The county's name and whether its data are invented, from county.yaml; 本县 where nobody wrote one."""
    try:
        about: Any = yaml.safe_load(county.about.read_text(encoding="utf-8-sig")) or {}
        name, is_sample = about.get("name", "本县"), about.get("sample", False)
    except (FileNotFoundError, NotADirectoryError):
        return "本县", False
    except OSError as error:
        raise BuildError(f"打不开 {county.about}：{why_unreadable(error)}。") from error
    except (UnicodeDecodeError, yaml.YAMLError, AttributeError) as error:
        raise BuildError(
            f"{county.about} 读不懂。应写成“name: 县名”一行，编码为 UTF-8。请改正或删去这个文件。"
        ) from error
    if not isinstance(name, str) or not isinstance(is_sample, bool):
        raise BuildError(f"{county.about}：name 应为县名，sample 应为 true 或 false。请改正。")
    return name, is_sample


def _version(library: str) -> str:
    """A file that could not be read for want of a library is read again once it is there."""
    try:
        return version(library)
    except PackageNotFoundError:
        return "—"


def _code_hash(parts: Iterable[str]) -> str:
    package = Path(str(resources.files("etl")))
    paths: set[Path] = set()
    for part in parts:
        place = package / part
        paths |= {place} if place.is_file() else set(place.rglob("*"))
    code = sorted(path for path in paths if path.suffix in _CODE_SUFFIXES)
    return digest(*(f"{path.relative_to(package).as_posix()} {_bytes_hash(path)}" for path in code))


def _bytes_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
