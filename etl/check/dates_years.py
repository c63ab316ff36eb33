"""Does a sentence tell of another year as if it were this one: words left from last year's report?

A year that a sentence begins with, or that names the work told of, is the year of the telling. Others are let be:
comparisons, plans, numbers of documents, dates of laws, how long something has existed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb

from etl.check.row import FindingRow, Verdict
from etl.check.texts import Part, Written, excerpt, sentences, tidy, written

_SELF = r"(?:我|本|全)(?:乡|镇|街道|县|区|市|局|委|办|中心|单位|机关|院|站|旗|州|年)|全年|累计|共|主动公开|收到|未|没有"
# The year the sentence is about: at its beginning, or after 截至; or before the name of the year's work.
_TELLING = re.compile(
    rf"(?:^|[：:])(?:[（(]?[一二三四五六七八九十\d]{{1,2}}[）)、.．是])?(?:在|截至|截止)?(?P<year>20[0-3]\d)年度?(?:(?:底|末|12月31日)[，,]?)?(?:[，,]|(?={_SELF}))"
)
_WORK = re.compile(
    r"(?<![《“自从至到\-—～~])(?P<year>20[0-3]\d)年度?(?:政务公开|政府信息公开|信息公开)(?:工作)?(?:重点|要点|任务|年度)"
)
_OTHERWISE = re.compile(
    r"同比|相比|比(?:上年|去年|20\d\d年)|较(?:上年|去年|20\d\d年)|上年|去年|以来|历年|增长|下降|下一步|下年|明年|计划|"
    r"将(?!政府|信息|公开|其)|结转|顺延|延续|拟|规划|自20\d\d年"
)
_DECLARING = re.compile(r"(?P<year>20[0-3]\d)年度?(?:政府|政务)?信息公开(?:工作)?(?:年度|情况|工作|年报)")
_TITLE_YEAR = re.compile(r"20[0-3]\d(?=\s*年|年度)")
_PLANS = "五六"  # sections in which next year may be spoken of


def find(connection: duckdb.DuckDBPyConnection) -> Iterator[FindingRow]:
    for report in written(connection):
        if report.year is None:
            yield FindingRow("D-37", report.file_id, "正文", "", "", Verdict.NOT_ASSESSABLE)
            continue
        yield from _in_title(report, report.year)
        for line in report.declared:
            match = _DECLARING.search(line)
            if match and int(match["year"]) != report.year and str(report.year) not in line:
                yield _row(report, "前言", match, line)
        for part in report.prose:
            for line in part.lines:
                yield from _in_line(report, report.year, part, line)


def _in_title(report: Written, year: int) -> Iterator[FindingRow]:
    years = set(_TITLE_YEAR.findall(tidy(report.title)))
    if len(years) == 1 and years != {str(year)}:
        found = f"{years.pop()}年"
        yield FindingRow("D-37", report.file_id, "标题", found, f"报告年度是{year}年", passage=report.title)


def _in_line(report: Written, year: int, part: Part, line: str) -> Iterator[FindingRow]:
    for sentence in sentences(line):
        for match in (_TELLING.search(sentence), _WORK.search(sentence)):
            if match is None or int(match["year"]) == year:
                continue
            is_plan = int(match["year"]) == year + 1 and part.number in _PLANS
            if is_plan or str(year) in sentence or _OTHERWISE.search(sentence):
                continue
            yield _row(report, part.where, match, sentence, part)
            break


def _row(report: Written, where: str, match: re.Match[str], text: str, part: Part | None = None) -> FindingRow:
    passage = text if len(text) <= 120 else excerpt(text, match.start(), 120)
    return FindingRow(
        "D-37", report.file_id, where, f"{match['year']}年", f"报告年度是{report.year}年", passage=passage,
        locator=part.locator if part else None, place=f"{where}/{passage[:40]}",
    )  # fmt: skip
