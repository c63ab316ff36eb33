"""Reports as rows of the warehouse's tables, a column at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pyarrow as pa

from etl.report import Report, ReportStatus
from etl.source import LOCATOR_FIELDS, Locator, SourceFile

_LOCATOR = pa.struct([(name, pa.string() if name == "part" else pa.int32()) for name in LOCATOR_FIELDS])
_VALUE = pa.decimal128(20, 6)
_TEXT, _INT, _DAY, _YES = pa.string(), pa.int32(), pa.date32(), pa.bool_()
SCHEMAS: dict[str, dict[str, pa.DataType]] = {
    "source_file": {"file_id": _INT, "path": _TEXT, "sha256": _TEXT, "size": pa.int64(), "format": _TEXT,
                    "outcome": _TEXT, "reason": _TEXT, "parse_key": _TEXT},
    "report": {"file_id": _INT, "unit_id": _TEXT, "unit_name": _TEXT, "year": _INT, "form": _TEXT, "scope": _TEXT,
               "stat_start": _DAY, "stat_end": _DAY, "signed_on": _DAY, "published_at": _DAY, "title": _TEXT,
               "status": _TEXT, "is_chosen": _YES, "choice_reason": _TEXT},
    "witness": {"file_id": _INT, "subject": _TEXT, "position": _INT, "kind": _TEXT, "value": _TEXT, "raw": _TEXT},
    "section": {"file_id": _INT, "number": _TEXT, "title": _TEXT, "aspects": pa.list_(_TEXT), "text": _TEXT,
                "locator": _LOCATOR},
    "fact": {"file_id": _INT, "cell": _TEXT, "state": _TEXT, "value": _VALUE, "raw": _TEXT, "locator": _LOCATOR},
    "claim": {"file_id": _INT, "claim": _TEXT, "value": _VALUE, "counter": _TEXT, "approximate": _YES,
              "sentence": _TEXT, "locator": _LOCATOR},
    "problem": {"file_id": _INT, "position": _INT, "code": _TEXT, "message": _TEXT, "raw": _TEXT, "locator": _LOCATOR},
}  # fmt: skip
OF_FILES = tuple(name for name in SCHEMAS if name != "source_file")  # what a file's parse_key carries over


@dataclass(slots=True)
class Rows:
    """Rows waiting to be written, by table."""

    tables: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in SCHEMAS})

    def add(self, file_id: int, source: SourceFile, parse_key: str, read: Report | str, format_: str) -> None:
        """One file: its report, or the reason in Chinese why there is none."""
        if isinstance(read, str):
            self._file(file_id, source, format_, "unreadable", read, parse_key)
        elif read.status is ReportStatus.REJECTED:
            reason = "；".join(problem.message for problem in read.problems)
            self._file(file_id, source, format_, "rejected", reason, parse_key)
        else:
            reason = "" if read.status is ReportStatus.COMPLETE else "有读不准或缺少的内容，见逐项说明"
            self._file(file_id, source, format_, read.status.value, reason, parse_key)
            self._report(file_id, read)

    def _file(self, file_id: int, source: SourceFile, format_: str, outcome: str, reason: str, parse_key: str) -> None:
        row = (file_id, source.path, source.sha256, source.size, format_, outcome, reason, parse_key)
        self.tables["source_file"].append(row)

    def _report(self, file_id: int, report: Report) -> None:
        start, end = report.stat_period or (None, None)
        add = self.tables
        add["report"].append(
            (file_id, report.unit_id, report.unit, report.year, report.form, _text(report.scope), start, end,
             report.signed_on, report.published_at, report.title, report.status.value, False, "")
        )  # fmt: skip
        for subject, witnesses in (("year", report.year_witnesses), ("unit", report.unit_witnesses)):
            for n, witness in enumerate(witnesses):
                add["witness"].append((file_id, subject, n, witness.kind, witness.value, witness.raw))
        for section in report.sections:
            place = _place(section.locator)
            add["section"].append((file_id, section.number, section.title, list(section.aspects), section.text, place))
        for fact in report.facts:
            add["fact"].append(
                (file_id, fact.cell, fact.state.value, _exact(fact.value), fact.raw, _place(fact.locator))
            )
        for claim in report.claims:
            add["claim"].append(
                (file_id, claim.claim, _exact(claim.value), claim.counter, claim.approximate, claim.sentence,
                 _place(claim.locator))
            )  # fmt: skip
        for n, problem in enumerate(report.problems):
            add["problem"].append((file_id, n, problem.code, problem.message, problem.raw, _place(problem.locator)))

    def __len__(self) -> int:
        return len(self.tables["source_file"])

    def drain(self) -> dict[str, pa.Table]:
        """The waiting rows as Arrow tables; nothing waits afterwards."""
        drained = {}
        for name, schema in SCHEMAS.items():
            rows = self.tables[name]
            columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
            arrays = [pa.array(column, type_) for column, type_ in zip(columns, schema.values(), strict=True)]
            drained[name] = pa.table(arrays, names=list(schema))
            self.tables[name] = []
        return drained


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _place(locator: Locator | None) -> dict[str, Any] | None:
    if locator is None:
        return None
    return {name: getattr(locator, name) for name in LOCATOR_FIELDS}


def _exact(value: Decimal | None) -> Decimal | None:
    """recognise admits no figure beyond these places, so nothing is rounded here."""
    return None if value is None else value.quantize(Decimal("0.000001"))
