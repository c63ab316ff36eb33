"""Are the six sections there, under the form's titles, and does the report call itself what the form calls it?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import duckdb

from etl.check.row import FindingRow, Verdict
from etl.check.texts import NUMERALS, Written, excerpt, same_title, sentences, specs, tidy, written
from etl.form import SectionSpec

_LEAST_FOUND = 4  # with fewer of the six, our reading of the headings is in doubt, not the report
_NUMBERED_LINE = re.compile(r"\s*(?:#+\s*)?([一二三四五六七八九十])\s*[、.．，,：:]\s*(\S{2,36})\s*")
_OF_TABLE = re.compile(r"[。；，]|申请数量|办理结果|继续办理")  # rows of 表三 are numbered too
_COUNT = re.compile(r"(?P<count>[一二三四五六七八九十]|\d{1,2})(?:个|大)?(?:部分|方面|项内容)")
_CONSISTS = re.compile(r"组成|构成|包括|包含|分为|共分|内容为")
_TITLE = re.compile(r"信息公开")
_GOOD_TITLE = re.compile(r"年度报告|年报")
_BAD_TITLE = re.compile(r"信息公开[^。，]{0,14}报告")


def find(connection: duckdb.DuckDBPyConnection) -> Iterator[FindingRow]:
    tables = _tables(connection)
    for report in written(connection):
        asked = specs(report.form)
        if asked:
            yield from _missing(report, tables.get(report.file_id, frozenset()))
            yield from _retitled(report)
            yield from _counted(report, len(asked))
        yield from _named(report)


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[int, frozenset[str]]:
    """The tables of which figures were read, by file: where the table stands, only its heading may be gone."""
    rows = connection.sql(
        "SELECT f.file_id, list(DISTINCT split_part(f.cell, '/', 1)) FROM fact f JOIN checked_report USING (file_id) "
        "WHERE f.state = 'reported' GROUP BY f.file_id"
    ).fetchall()
    return {file_id: frozenset(tables) for file_id, tables in rows}


def _missing(report: Written, tables: frozenset[str]) -> Iterator[FindingRow]:
    found = {part.number for part in report.parts}
    for spec in specs(report.form):
        if spec.number in found:
            continue
        stray = _stray_heading(report, spec)
        is_cut_off = not report.is_signed and all(number not in found for number in _after(spec.number))
        is_sure = len(found) >= _LEAST_FOUND and not stray and not is_cut_off and not report.is_guessed
        is_sure = is_sure and spec.id not in tables
        yield FindingRow(
            "T-03", report.file_id, f"第{spec.number}部分", "没有找到标题" if stray or spec.id in tables else "没有这一部分",
            f"应有“{spec.number}、{spec.title}”", Verdict.BROKEN if is_sure else Verdict.DOUBTFUL, passage=stray,
        )  # fmt: skip


def _after(number: str) -> str:
    return NUMERALS[NUMERALS.index(number) + 1 : 6]


def _stray_heading(report: Written, spec: SectionSpec) -> str:
    """A line with this section's number under another title: perhaps the section, called something else. Or its own
    title inside a paragraph that ran together with it."""
    inside = re.compile(rf"{spec.number}\s*[、.．]\s*(?:{'|'.join(map(re.escape, (spec.title, *spec.aliases)))})")
    printed = {tidy(part.title) for part in report.parts}
    for text in (report.opening, *(part.text for part in report.parts)):
        for line in text.split("\n"):
            match = _NUMBERED_LINE.fullmatch(line)
            is_heading = match is not None and match[1] == spec.number and not _OF_TABLE.search(line)
            if is_heading and tidy(line) not in printed:
                return tidy(line)
    found = next((match for part in report.parts if (match := inside.search(tidy(part.text)))), None)
    return found[0] if found else ""


def _retitled(report: Written) -> Iterator[FindingRow]:
    standard = {spec.number: spec.title for spec in specs(report.form)}
    for part in report.parts:
        title = standard.get(part.number)
        if title is None or same_title(part.title, title) or not part.title:
            continue
        yield FindingRow(
            "T-04", report.file_id, f"第{part.number}部分标题", tidy(part.title), f"{part.number}、{title}",
            passage=part.title, locator=part.locator,
        )  # fmt: skip


def _counted(report: Written, asked: int) -> Iterator[FindingRow]:
    """One count among them that is right is enough: the five aspects of section 一 may be counted beside the six."""
    for sentence in (sentence for line in report.declared for sentence in sentences(line)):
        counts = list(_COUNT.finditer(sentence)) if _CONSISTS.search(sentence) else []
        if counts and all(_number(match["count"]) != asked for match in counts):
            yield FindingRow(
                "T-03C", report.file_id, "前言", counts[-1][0], f"格式共{NUMERALS[asked - 1]}个部分",
                passage=excerpt(sentence, counts[-1].start(), 120),
            )  # fmt: skip
            return


def _number(numeral: str) -> int:
    return int(numeral) if numeral.isdigit() else NUMERALS.index(numeral) + 1


def _named(report: Written) -> Iterator[FindingRow]:
    """The title as printed; where the report prints none, the name of its file, and that is said."""
    title, where, from_name = tidy(report.title), "标题", ""
    if not title:
        name = PurePosixPath(report.path).stem
        title, where, from_name = name, "文件名", "文中没有标题行，只从文件名看到。"
    if not _TITLE.search(title) or not _BAD_TITLE.search(title):
        yield FindingRow("T-05", report.file_id, where, "", "", Verdict.NOT_ASSESSABLE)
    elif not _GOOD_TITLE.search(title):
        yield FindingRow(
            "T-05", report.file_id, where, title, "政府信息公开工作年度报告", values={"note": from_name},
            passage=title, place="标题",
        )  # fmt: skip
