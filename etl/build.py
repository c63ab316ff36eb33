"""The whole pipeline on one screen: files → reports → warehouse."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from etl.paths import County
from etl.read import ReadError, read_document
from etl.recognise import report_from
from etl.report import Report
from etl.source import SourceFile
from etl.units import Unit, load_units, load_years
from etl.warehouse.write import Build, building, current_input_hash, mart_files, read_about

_PARSING = ("form", "read", "recognise", "report.py", "source.py", "units.py")
_STORING = ("choose.py", "build.py", "warehouse")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build did. `is_new` is False when nothing had changed and the last build stays in force."""

    path: Path
    is_new: bool
    files: int
    parsed: int


def build(county: County, *, full: bool = False, progress: Callable[[int, int], None] | None = None) -> Outcome:
    """Reads what is new under raw/, carries the rest over, and puts the new warehouse in force.

    `full` parses everything again. `progress` receives (files done, files to parse). Raises WarehouseError or
    RegisterError with the last warehouse untouched.
    """
    with building(county):
        about = read_about(county)
        units, years = load_units(county.units), load_years(county.years)
        sources = [(n, source, _parse_key(source, county)) for n, source in enumerate(_list_files(county), start=1)]
        input_hash = _input_hash(county, [key for _, _, key in sources])
        last = current_input_hash(county)
        if last == input_hash and not full:
            return Outcome(
                county.warehouse / county.pointer.read_text(encoding="utf-8").strip(), False, len(sources), 0
            )
        new = Build(county, input_hash)
        try:
            carried = set() if full else new.carry_over(sources)
            waiting = [item for item in sources if item[0] not in carried]
            for done, (file_id, source, key) in enumerate(waiting, start=1):
                read, format_ = read_file(county, source, units)
                new.add(file_id, source, key, read, format_)
                if progress:
                    progress(done, len(waiting))
            new.flush()
            new.add_registers(units, years)
            new.choose()
            return Outcome(new.put_in_force(about, len(sources)), True, len(sources), new.parsed)
        except BaseException:
            new.abandon()
            raise


def read_file(county: County, source: SourceFile, units: tuple[Unit, ...]) -> tuple[Report | str, str]:
    """The report in one file, or why there is none; and the file's format. One bad file never stops a build."""
    name = source.path.rsplit("/", 1)[-1]
    try:
        data = (county.root / source.path).read_bytes()
        if hashlib.sha256(data).hexdigest() != source.sha256:
            return f"“{name}”在读取过程中被改动。请等文件复制完毕后重新建库。", "unknown"
        document = read_document(name, data)
        return report_from(document, source.path, units), document.format
    except ReadError as error:
        return error.message, "unknown"
    except OSError as error:
        return (
            f"“{name}”打不开（{error.strerror or '文件不存在'}）。请确认文件还在、没有被其他程序占用，然后重新建库。",
            "unknown",
        )
    except Exception as error:  # whatever a hostile file provokes, the other files are read
        return f"“{name}”读取时出错（{type(error).__name__}）。请保留原文件并反馈，先用其他格式重新放入。", "unknown"


def _list_files(county: County) -> Iterator[SourceFile]:
    """Every file under raw/ in order of its path; hidden files and the locks of office programs are left out."""
    if not county.raw.is_dir():
        return
    found = sorted((path.relative_to(county.root).as_posix(), path) for path in county.raw.rglob("*") if path.is_file())
    for relative, path in found:
        if path.name.startswith((".", "~$")):
            continue
        try:
            data = path.read_bytes()
        except OSError:
            yield SourceFile(relative, "", 0)
            continue
        yield SourceFile(relative, hashlib.sha256(data).hexdigest(), len(data))


def _parse_key(source: SourceFile, county: County) -> str:
    """Equal key, equal rows: the bytes, the name and folder, the register, and the code that reads."""
    parts = (source.sha256, source.path, _file_hash(county.units), code_hash(_PARSING))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _input_hash(county: County, parse_keys: list[str]) -> str:
    registers = [_file_hash(path) for path in (county.units, county.years, county.events, county.about)]
    marts = [name + sql for name, sql in mart_files()]
    return hashlib.sha256("\n".join([*parse_keys, *registers, code_hash(_STORING), *marts]).encode()).hexdigest()


def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "-"


@cache
def code_hash(rooms: tuple[str, ...]) -> str:
    """Of the source of these rooms: a mended reader reads everything again without anybody remembering a number."""
    package = Path(str(resources.files("etl")))
    total = hashlib.sha256()
    for room in rooms:
        place = package / room
        files = (
            sorted(p for p in place.rglob("*") if p.suffix in {".py", ".yaml", ".sql"}) if place.is_dir() else [place]
        )
        for path in files:
            total.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return total.hexdigest()
