"""Does section 一 tell of its five aspects, in the form's order?"""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb

from etl.check.row import FindingRow, Verdict
from etl.check.texts import Part, Written, specs, written

# Words that speak of an aspect under whatever heading, or none.
_WORDS = {
    "proactive": r"主动公开|公开(?:政府)?信息\d|发布(?:各类)?(?:政府|政务)?信息",
    "requests": r"依申请|公开申请",
    "information_management": r"三审|审核|审查|保密|规范性文件|信息管理|信息制作|归档",
    "platforms": r"平台|网站|公众号|新媒体|公开栏|公开专区|专栏",
    "supervision": r"监督|考核|评议|责任追究|培训",
}
_LEAST_HEADED = 2  # fewer aspects under headings of their own: the section is written in one piece


def find(connection: duckdb.DuckDBPyConnection) -> Iterator[FindingRow]:
    for report in written(connection):
        part = report.part("一")
        aspects = [(aspect.id, aspect.title) for spec in specs(report.form) for aspect in spec.aspects]
        if not aspects:
            continue
        if part is None or not part.lines:
            yield FindingRow("T-06", report.file_id, "第一部分", "", "", Verdict.NOT_ASSESSABLE)
            yield FindingRow("T-07", report.file_id, "第一部分", "", "", Verdict.NOT_ASSESSABLE)
            continue
        yield from _missing(report, part, aspects)
        yield from _order(report, part, aspects)


def _missing(report: Written, part: Part, aspects: list[tuple[str, str]]) -> Iterator[FindingRow]:
    """One finding for each aspect without a heading; where the section has none at all, one for what it nowhere tells."""
    text = "".join(part.lines)
    spoken = {name: re.search(_WORDS[name], text) is not None for name, _ in aspects}
    lacking = [(name, title) for name, title in aspects if name not in part.aspects]
    if len(part.aspects) < _LEAST_HEADED:
        untold = "、".join(title for name, title in lacking if not spoken[name])
        if untold:
            yield FindingRow(
                "T-06", report.file_id, part.where, f"没有小标题，文字也没有提到{untold}", "格式要求写五个方面",
                Verdict.DOUBTFUL, locator=part.locator,
            )  # fmt: skip
        return
    for name, title in lacking:
        found = "没有这一方面的小标题" + ("，文字提到过" if spoken[name] else "，文字也没有提到")
        yield FindingRow(
            "T-06", report.file_id, f"{part.where}“{title}”", found, "格式要求的五个方面之一", locator=part.locator,
            place=f"一/{name}",
        )  # fmt: skip


def _order(report: Written, part: Part, aspects: list[tuple[str, str]]) -> Iterator[FindingRow]:
    titles = dict(aspects)
    form_order = [name for name in titles if name in part.aspects]
    printed = [name for name in part.aspects if name in titles]
    if len(printed) < _LEAST_HEADED:
        yield FindingRow("T-07", report.file_id, part.where, "", "", Verdict.NOT_ASSESSABLE)
    elif printed != form_order:
        found, expected = ("、".join(titles[name] for name in names) for names in (printed, form_order))
        yield FindingRow("T-07", report.file_id, part.where, found, expected, locator=part.locator)
