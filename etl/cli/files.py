"""read, check: a few files before they count."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from etl.arguments import USAGE
from etl.check import SEVERITY_WORDS, Verdict, rules_as_markdown
from etl.cli.screen import OK, STATE_WORDS, UNREADABLE, bar, out, print_json, table, tell, tell_error
from etl.form import load_forms
from etl.paths import default_county
from etl.preview import as_json, is_clean, preview
from etl.report import FactState, Report, ReportStatus
from etl.units import load_units
from etl.warehouse.inputs import files_at
from etl.warehouse.workers import read_all

_STATUS_WORDS = {
    ReportStatus.COMPLETE: "读取完整",
    ReportStatus.PARTIAL: "部分待核",
    ReportStatus.REJECTED: "没有读成年报",
}


def read_command(arguments: argparse.Namespace) -> int:
    units = load_units(default_county(arguments.data).units)
    files = [file for place in arguments.files for file in files_at(Path(place))]
    reports: dict[int, Report] = {}
    with bar() as progress:
        for n, report in read_all(files, units):
            reports[n] = report
            progress("读取年报", len(reports), len(files))
    in_order = [reports[n] for n in range(len(files))]
    if arguments.json:
        objects = [report.as_json() for report in in_order]
        print_json(objects[0] if len(objects) == 1 else objects)
    else:
        for file, report in zip(files, in_order, strict=True):
            _show(file.path, report)
    return OK if all(report.status is ReportStatus.COMPLETE for report in in_order) else UNREADABLE


def _label(report: Report, cell: str) -> str:
    """A cell as the form prints it, and beneath it the id that `explain` takes."""
    found = load_forms()[report.form].cell(cell) if report.form else None
    return f"{found.row_label}·{found.column_label}\n{cell}" if found else cell


def _show(name: str, report: Report) -> None:
    tell(f"── {name}")
    tell(
        f"单位：{report.unit or '未能确定'}　年度：{report.year or '未能确定'}　"
        f"格式：{report.form or '未识别'}　状态：{_STATUS_WORDS[report.status]}"
    )
    states = Counter(fact.state for fact in report.facts)
    if states:
        tell("单元格：" + "，".join(f"{STATE_WORDS[state]} {count}" for state, count in states.items()))
    rows: list[Sequence[object]] = [
        (_label(report, fact.cell), fact.value, fact.raw, fact.locator.describe() if fact.locator else "")
        for fact in report.facts
        if fact.value or fact.state not in {FactState.REPORTED, FactState.ABSENT}
    ]
    rows += [
        (f"正文 {claim.claim}", f"{claim.value}{claim.counter}", claim.sentence, claim.locator.describe())
        for claim in report.claims
    ]
    if rows:
        table(("指标", "值", "原文", "位置"), rows)
    for problem in report.problems:
        tell(f"· {problem.message}")


def check_command(arguments: argparse.Namespace) -> int:
    if arguments.rules:
        tell(rules_as_markdown())
        return OK
    if not arguments.files:
        tell_error("命令写法有误：缺少 文件。请写出要核对的文件、压缩包或文件夹，或用 --rules 查看核对规则。")
        return USAGE
    found_at = {file.path: file for place in arguments.files for file in files_at(Path(place))}
    files = list(found_at.values())
    with bar() as progress, closing(preview(files, default_county(arguments.data), progress=progress)) as connection:
        found, clean = as_json(connection), is_clean(connection, len(files))
    if arguments.json:
        print_json(found)
    else:
        _show_findings([file.path for file in files], found)
    return OK if clean else UNREADABLE


def _show_findings(paths: Sequence[str], found: dict[str, Any]) -> None:
    for path in paths:
        out.rule()
        tell(path)  # in full, however long it is
        findings = [each for each in found["findings"] if each["file"] == path]
        words = Counter(SEVERITY_WORDS[each["severity"]] for each in findings)
        tell("，".join(f"{word} {words[word]} 处" for word in SEVERITY_WORDS.values()))
        if findings:
            table(
                ("程度", "位置", "原文", "应为", "怎么办", "规则"),
                [
                    (
                        SEVERITY_WORDS[each["severity"]] + ("（存疑）" if each["verdict"] == Verdict.DOUBTFUL else ""),
                        each["where"], each["found"], each["expected"], each["remedy"], each["rule"],
                    )
                    for each in findings
                ],
            )  # fmt: skip
        for problem in (each for each in found["problems"] if each["file"] == path):
            tell(f"· 没有读准：{problem['message']}")
