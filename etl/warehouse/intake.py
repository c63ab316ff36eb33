"""One file as found → what is known of it. Whatever goes wrong in one file stays in that file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from etl.read import ReadError, read_document
from etl.recognise import named_by_path, report_from
from etl.report import Report, ReportStatus, rejected
from etl.source import SourceFile
from etl.units import Unit
from etl.warehouse.raw_files import RawFile, parse_key, unread_key, why_unreadable
from etl.warehouse.storable import storable

UNKNOWN_FORMAT = "unknown"


class Outcome(StrEnum):
    """What became of a file. REJECTED: read, and not a yearly report. UNREADABLE: not read at all."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    REJECTED = "rejected"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Intake:
    """One row of source_file, and the report where there is one (never for a rejected file)."""

    source: SourceFile
    format: str
    outcome: Outcome
    reason: str
    parse_key: str
    report: Report | None
    named_unit_id: str | None = None
    named_year: int | None = None


def take_in(file: RawFile, units: Sequence[Unit], reading_hash: str) -> Intake:
    """Read and recognise one file. Raises nothing but what stops the whole program."""
    unit_id, year = named_by_path(file.path, tuple(units))
    return replace(_take_in(file, units, reading_hash), named_unit_id=unit_id, named_year=year)


def _take_in(file: RawFile, units: Sequence[Unit], reading_hash: str) -> Intake:
    if file.unread:
        return _unread(file, file.unread)
    try:
        data = file.read()
    except ReadError as error:
        return _unread(file, error.message)
    except OSError as error:
        return _unread(file, why_unreadable(error))
    except MemoryError:
        return _unread(file, "文件太大，内存放不下。请确认是否拿错了文件")
    # The file may have been replaced since it was found: what counts is what was read.
    sha256 = hashlib.sha256(data).hexdigest()
    source = SourceFile(file.path, sha256, len(data))
    found = Intake(
        source, UNKNOWN_FORMAT, Outcome.UNREADABLE, "", parse_key(sha256, file.path, reading_hash), report=None
    )
    try:
        document = read_document(file.name, data)
        found = replace(found, format=document.format)
        report = storable(report_from(document, file.path, tuple(units)))
    except ReadError as error:
        return replace(found, reason=error.message)
    except Exception as error:
        return failed(found, error)
    if report.status is ReportStatus.REJECTED:
        return replace(found, outcome=Outcome.REJECTED, reason=_first_problem(report))
    return replace(found, outcome=Outcome(report.status.value), reason=_reason(report), report=report)


def report_of(file: RawFile, units: Sequence[Unit]) -> Report:
    """What `nianbao read` shows of a file: a rejected report whose one problem says why where nothing was read."""
    if not file.location.exists():
        return rejected("file_unreadable", f"没有找到文件“{file.path}”。请核对路径和文件名。")
    if file.unread:
        return rejected("file_unreadable", not_read(file.path, file.unread))
    try:
        return report_from(read_document(file.name, file.read()), file.path, tuple(units))
    except ReadError as error:
        return rejected(error.code, error.message)
    except OSError as error:
        return rejected("file_unreadable", not_read(file.path, why_unreadable(error)))
    except Exception as error:
        return rejected("file_unreadable", _fault(file.path, error))


def stopped(file: RawFile, reading_hash: str, units: Sequence[Unit], why: str) -> Intake:
    """A file whose reading had to be broken off."""
    unit_id, year = named_by_path(file.path, tuple(units))
    source = SourceFile(file.path, file.sha256, file.size)
    key = parse_key(file.sha256, file.path, reading_hash)
    reason = not_read(file.path, why)
    return Intake(source, UNKNOWN_FORMAT, Outcome.UNREADABLE, reason, key, None, unit_id, year)


def not_read(path: str, why: str) -> str:
    return f"“{path}”没有读入：{why}。"


def failed(intake: Intake, error: Exception) -> Intake:
    """The same file after the program itself failed on it."""
    return replace(intake, outcome=Outcome.UNREADABLE, reason=_fault(intake.source.path, error), report=None)


def _fault(path: str, error: Exception) -> str:
    if isinstance(error, MemoryError):
        return not_read(path, "读它要用的内存远多于一份年报。请确认是否拿错了文件，或另存一份后重新放入")
    return (
        f"读取“{path}”时程序出错（{type(error).__name__}），这份文件没有读入，其余文件不受影响。"
        "请把这份文件连同这句话发给维护者。"
    )


def _unread(file: RawFile, why: str) -> Intake:
    source, key = SourceFile(file.path, "", 0), unread_key(file.path, why)
    return Intake(source, UNKNOWN_FORMAT, Outcome.UNREADABLE, not_read(file.path, why), key, None)


def _reason(report: Report) -> str:
    """Nothing for a report in good order; otherwise what a person should look at first."""
    is_claimed = report.unit_id is not None and report.year is not None
    return "" if is_claimed and report.status is ReportStatus.COMPLETE else _first_problem(report)


def _first_problem(report: Report) -> str:
    if not report.problems:
        return "读取不完整，原因没有记录。请打开原文核对。"
    more = len(report.problems) - 1
    return report.problems[0].message + (f"（另有 {more} 处）" if more else "")
