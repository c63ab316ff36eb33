"""Slips of the pen, words of a template, and paragraphs that do not end. The words themselves stand in prose.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import zip_longest

import duckdb

from etl.check.row import FindingRow, Severity
from etl.check.texts import Part, Written, ends_sentence, excerpt, is_heading, limits, tidy, written

_LEAST_SENTENCE = 12  # characters; a shorter line without a stop may be a caption
_MOST_UNENDED = 3  # a report that ends more of its paragraphs without a stop prints them so throughout
_BEGINS = re.compile(
    r"\s*(?:[（(][一二三四五六七八九十\d]{1,2}[）)]|\d{1,2}[、.．](?!\d)|[一二三四五六七八九]是|第[一二三四五六七八九][，、])"
)
_GOES_ON = ("，", "、", ",")
# A name made unreadable on purpose: a sign of the surname stands before the crosses, or the sentence says so.
_MASKED = re.compile(r"去标识|脱敏|隐去|匿名|打码|遮[挡盖掩]|掩码|[“‘「][\u4e00-\u9fff][XxＸｘ×╳○〇]{1,3}[”’」]")
_CLAUSE = re.compile(r"[，,]|未|没有|已|了|将|进行|开展|公开|收到")


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def find(connection: duckdb.DuckDBPyConnection) -> Iterator[FindingRow]:
    for report in written(connection):
        title = Part("", "标题", (), "", (tidy(report.title),), None)
        opening = Part("", "前言", (), "", report.declared, None)
        for part in (title, opening, *report.prose):
            for line in part.lines:
                yield from _slips(report, part, line)
                yield from _left_over(report, part, line)
        yield from _of_nobody(report)
        yield from _unended(report)


def _where(part: Part) -> str:
    return part.where if part.number else part.title


def _row(rule: str, report: Written, part: Part, line: str, match: re.Match[str], expected: str) -> FindingRow:
    where = _where(part)
    return FindingRow(
        rule, report.file_id, where, match[0], expected, passage=excerpt(line, match.start()), locator=part.locator,
        place=f"{where}/{match[0]}",
    )  # fmt: skip


def _slips(report: Written, part: Part, line: str) -> Iterator[FindingRow]:
    for typo in limits()["typos"]:
        match = _pattern(typo["wrong"]).search(line)
        if match:
            yield _row("T-47", report, part, line, match, f"疑为“{typo['right']}”" if typo["right"] else "疑为重复")
    for marks in limits()["marks"]:
        match = _pattern(marks).search(line)
        if match:
            yield _row("T-47M", report, part, line, match, "应只用一个")


def _left_over(report: Written, part: Part, line: str) -> Iterator[FindingRow]:
    for rule, words, expected in (("T-48", "left_over", "不像本单位的内容"), ("T-48X", "blanks", "像是还没有填写")):
        for text in limits()[words]:
            match = _pattern(text).search(line)
            if match and not (words == "blanks" and _is_masked(line, match)):
                yield _row(rule, report, part, line, match, expected)


def _is_masked(line: str, match: re.Match[str]) -> bool:
    sentence = line[line.rfind("。", 0, match.start()) + 1 :].split("。", 1)[0]
    return bool(_MASKED.search(sentence))


def _of_nobody(report: Written) -> Iterator[FindingRow]:
    """Words about places in general, of both kinds; an area may speak so of its own, and is only told."""
    for first, second in limits()["not_of_the_unit"]:
        found = [(part, line, match) for part in report.prose for line in part.lines
                 if (match := _pattern(f"{first}|{second}").search(line))]  # fmt: skip
        said = " ".join(line for _, line, _ in found)
        if found and _pattern(first).search(said) and _pattern(second).search(said):
            row = _row("T-48G", report, *found[0], "不像写本单位的情况")
            yield row if report.is_single_organ else replace(row, severity=Severity.NOTICE)


def _unended(report: Written) -> Iterator[FindingRow]:
    """Paragraphs before a heading or at the end of a section; elsewhere a line may go on in the next one."""
    found = []
    for part in report.prose:
        if part.number == "六":  # there the signature and what a page prints below it follow
            continue
        for line, following in zip_longest(part.lines, part.lines[1:], fillvalue=""):
            is_sentence = len(line) >= _LEAST_SENTENCE and not is_heading(line) and _CLAUSE.search(line)
            is_last = not following or is_heading(following)
            is_last = is_last or (_BEGINS.match(following) is not None and not line.endswith(_GOES_ON))
            if is_sentence and is_last and not ends_sentence(line):
                found.append((part, line))
    if len(found) > _MOST_UNENDED:
        return
    for part, line in found:
        yield FindingRow(
            "T-48P", report.file_id, part.where, line[-20:], "应有句号", passage=line[-60:], locator=part.locator,
            place=f"{part.where}/{line[:20]}",
        )  # fmt: skip
