"""Do sections 一, 五 and 六 say what they are there for, at the length the form asks?"""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb

from etl.check.row import FindingRow, Verdict
from etl.check.texts import Part, Written, is_heading, limits, written

_NOTHING = re.compile(r"(?:本年度|目前|本机关|我[\u4e00-\u9fff]{1,3}|暂)*(?:无|暂无|没有|不存在)[^，。]{0,14}[。.]?")
_PROBLEM = re.compile(
    r"不(?:足|够|高|强|深|均|全|便|充分|到位|及时|平衡|完善|健全|规范|严格|熟|理想|明显|细|准)|问题|差距|薄弱|弱项|有待|短板|欠缺|缺[乏少]|困难"
    r"|单一|滞后|[较偏][少低慢弱差短窄僻]|需要?(?:进一步)?(?:加强|提升|提高|完善|改进)"
)
_NEED = re.compile(
    r"(?:有待|仍需|还需|需要?|亟待)(?:于)?(?:进一步)?(?:加强|提升|提高|完善|改进|优化|拓展|丰富|规范|加大)"
)
_REMEDY = re.compile(
    r"下一步|改进|整改|措施|着力|针对|加强|强化|完善|提升|提高|优化|健全|建立|拓宽|拓展|将(?:在|从|进一步|继续|严格|切实)|今后"
)
# Under a heading of their own remedies need none of these words.
_UNDER_REMEDY = re.compile(
    r"(?:^|\n)[^，。；\n]{0,10}(?:改进(?:措施|情况|方向|打算|思路|工作)?|整改(?:措施|情况)|(?:下一步|下步)(?:打算|工作|措施|安排|计划)?)\s*[：:。\n]\s*[^\n]{8,}"
)
_NOT_A_REMEDY = re.compile(r"(?:主要问题)?及?改进情况|改进措施|存在(?:的)?(?:主要)?问题")
_FEE = re.compile(r"信息处理费|处理费|收费|收取[^，。]{0,12}费用?|费用")
_LEAST = 30  # characters that a problem and its remedy need


def find(connection: duckdb.DuckDBPyConnection) -> Iterator[FindingRow]:
    fees = {
        file_id for (file_id,) in connection.sql("SELECT file_id FROM claim WHERE claim = 'info_fee_yuan'").fetchall()
    }
    for report in written(connection):
        if not report.form:
            continue
        yield from _length(report)
        yield from _problems(report)
        yield from _fee(report, report.file_id in fees)


def _length(report: Written) -> Iterator[FindingRow]:
    part, limit = report.part("一"), limits()["length"]
    if part is None or report.part("二") is None:  # without the next heading the section has no end
        for rule in ("T-19", "T-19N"):
            yield FindingRow(rule, report.file_id, "第一部分", "", "", Verdict.NOT_ASSESSABLE)
        return
    length = sum(len(re.sub(r"\s", "", line)) for line in part.lines)
    if length > limit["most"]:
        rule = "T-19" if length > limit["tolerated"] else "T-19N"
        yield FindingRow(
            rule, report.file_id, part.where, f"{length}字", f"原则上不超过{limit['most']}字", locator=part.locator
        )


def _problems(report: Written) -> Iterator[FindingRow]:
    part = report.part("五")
    if part is None:
        yield FindingRow("T-20", report.file_id, "第五部分", "", "", Verdict.NOT_ASSESSABLE)
        return
    text = "".join(line for line in part.lines if not is_heading(line))
    found = _lacking(text, has_remedy=bool(_UNDER_REMEDY.search("\n".join(part.lines))))
    if found:
        verdict = Verdict.BROKEN if text else Verdict.DOUBTFUL  # the words may stand in a frame that we do not read
        yield FindingRow(
            "T-20", report.file_id, part.where, found, "写明主要问题和改进情况", verdict, passage=text[:200],
            locator=part.locator, value_key=text,
        )  # fmt: skip


def _lacking(text: str, *, has_remedy: bool) -> str:
    if not text:
        return "没有内容"
    if _NOTHING.fullmatch(text):
        return f"只有“{text[:20]}”"
    if len(text) < _LEAST:
        return f"只有{len(text)}字"
    if not has_remedy and not _REMEDY.search(_NOT_A_REMEDY.sub("", _NEED.sub("", text))):
        return "只写了问题，没有改进情况"
    return "" if _PROBLEM.search(text) else "没有写存在的问题"


def _fee(report: Written, is_claimed: bool) -> Iterator[FindingRow]:
    part = report.part("六")
    if part is None:
        for rule in ("T-21", "T-21P"):
            yield FindingRow(rule, report.file_id, "第六部分", "", "", Verdict.NOT_ASSESSABLE)
        return
    if _FEE.search("".join(part.lines)):
        return
    elsewhere = _elsewhere(report)
    passage = "".join(part.lines)[:120]
    if elsewhere is not None:
        where, sentence = elsewhere
        yield FindingRow(
            "T-21P", report.file_id, part.where, f"没有写信息处理费，写在了{where}", "信息处理费在第六部分报告",
            passage=sentence, locator=part.locator,
        )  # fmt: skip
        return
    yield FindingRow(
        "T-21", report.file_id, part.where, "没有说明信息处理费", "写明收取金额，没有收取的写明未收取或0元",
        Verdict.DOUBTFUL if is_claimed else Verdict.BROKEN, passage=passage, locator=part.locator,
    )  # fmt: skip


def _elsewhere(report: Written) -> tuple[str, str] | None:
    for part in report.parts:
        if part.number == "六" or part.number not in "一五":
            continue
        for line in part.lines:
            match = re.search(r"[^。；]*信息(?:公开)?(?:信息)?处理费[^。；]*", line)
            if match:
                return _short(part), match[0]
    return None


def _short(part: Part) -> str:
    return f"第{part.number}部分"
