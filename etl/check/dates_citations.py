"""Does the report rest on the 条例 and on the form that were in force in its year?"""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb

from etl.check.row import FindingRow, Verdict
from etl.check.texts import Written, excerpt, written

_OLD_DECREE = re.compile(r"国务院(?:令)?(?:\s*[（(]?\s*第?\s*)492\s*号")
_NEW_DECREE = re.compile(r"711\s*号|修订|修改")
_NUMBER = re.compile(
    r"(?P<organ>[\u4e00-\u9fff]{2,14})\s*[〔\[［（(【]\s*(?P<year>20\d\d)\s*[〕\]］）)】]\s*(?P<number>\d{1,3})\s*号"
)
_NOTICES = {"2021": ("2021", "30"), "2019": ("2019", "60")}
_ORGAN = "国办公开办函"
_ABOUT_FORM = re.compile(r"年度报告(?:格式|有关事项)|年报格式|格式")
_ORGAN_OF_FORM = re.compile(
    r"(?P<organ>[省市县区州盟旗乡镇]委办(?:公室)?|[省市县区州盟旗乡镇](?:人民)?政府办(?:公室)?)"
    r"(?:关于)?(?:制定|印发|发布|下发|规定)的?《[^》]{0,20}年度报告格式》"
)
_FIRST_YEAR_WITHOUT_OLD = 2020


def find(connection: duckdb.DuckDBPyConnection) -> Iterator[FindingRow]:
    for report in written(connection):
        places = [("前言", line) for line in report.declared]
        places += [(part.where, line) for part in report.prose for line in part.lines]
        places = [(where, line) for where, line in places if "号" in line or "格式" in line]
        yield from _decree(report, places)
        yield from _form(report, places)


def _decree(report: Written, places: list[tuple[str, str]]) -> Iterator[FindingRow]:
    if not report.year or report.year < _FIRST_YEAR_WITHOUT_OLD:
        return
    for where, line in places:
        match = _OLD_DECREE.search(line)
        if match and not _NEW_DECREE.search(line):
            yield FindingRow(
                "D-23", report.file_id, where, match[0], "条例已于2019年修订（国务院令第711号）",
                passage=excerpt(line, match.start(), 80), value_key="492",
            )  # fmt: skip
            return


def _form(report: Written, places: list[tuple[str, str]]) -> Iterator[FindingRow]:
    """At most one finding: another organ's number, or the number of the form before, where the right one is nowhere."""
    right = _NOTICES["2021" if (report.year or 0) >= 2021 else "2019"]
    if not report.year:
        yield FindingRow("D-23F", report.file_id, "前言", "", "", Verdict.NOT_ASSESSABLE)
        return
    expected = f"{report.year}年度的格式文件是{_ORGAN}〔{right[0]}〕{right[1]}号"
    cited = [
        (where, line, match)
        for where, line in places
        for match in _NUMBER.finditer(line)
        if (match["year"], match["number"]) in _NOTICES.values() and _ABOUT_FORM.search(line[: match.end() + 30])
    ]
    is_right = any((m["year"], m["number"]) == right and m["organ"].endswith(_ORGAN) for _, _, m in cited)
    for where, line, match in cited:
        is_other_form = (match["year"], match["number"]) != right
        if is_right and (is_other_form or not match["organ"].endswith(_ORGAN)):
            continue
        if is_other_form or not match["organ"].endswith(_ORGAN):
            shown = match[0] if len(match["organ"]) <= 8 else match[0][-16:]
            yield _wrong_form(report, where, shown, expected, excerpt(line, match.start(), 80))
            return
    for where, line in places:
        match = _ORGAN_OF_FORM.search(line)
        if match:
            expected = "年度报告格式由国务院办公厅政府信息与政务公开办公室制定"
            yield _wrong_form(report, where, match[0], expected, excerpt(line, match.start(), 80))
            return


def _wrong_form(report: Written, where: str, found: str, expected: str, passage: str) -> FindingRow:
    return FindingRow("D-23F", report.file_id, where, found, expected, passage=passage, place="格式文件")
