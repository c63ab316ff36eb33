"""Do the words about disputes, documents, fees and what was published fit the tables and one another?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import duckdb

from etl.check.row import FindingRow, Verdict
from etl.check.told import Said, Told, contradiction, shown, told, unknown

_RECONSIDERATION = "disputes/reconsideration/total"
_DIRECT, _AFTER = "disputes/litigation_direct/total", "disputes/litigation_after_reconsideration/total"
_FEES = "proactive/admin_fees/amount_wan"
_DISPUTES = {
    "reconsideration_total": ("行政复议", ((_RECONSIDERATION,),)),
    "litigation_total": ("行政诉讼", ((_DIRECT, _AFTER), (_DIRECT,), (_AFTER,))),
}
_DOCUMENTS = {
    "normative_documents_issued": ("制发规范性文件", "issued"),
    "normative_documents_repealed": ("废止规范性文件", "repealed"),
    "normative_documents_in_force": ("现行有效规范性文件", "in_force"),
}
_OTHER_DOCUMENTS = re.compile(r"党(?:委|内|组)|代(?:拟|起草)|备案|报送|清理[^，。]{0,6}\d")
_LOST = re.compile(r"纠正|纠错|败诉|撤销|责令|变更|违法|被追究")
_PARTS = ("published_website", "published_wechat", "published_weibo", "published_new_media", "published_other")
_YUAN = Decimal(10_000)  # in one 万元
CELLS = (
    _RECONSIDERATION, _DIRECT, _AFTER, _FEES,
    *(f"proactive/{row}/{column}" for row in ("normative_documents", "rules") for _, column in _DOCUMENTS.values()),
)  # fmt: skip


def find(connection: duckdb.DuckDBPyConnection) -> Iterator[FindingRow]:
    for each in told(connection, CELLS):
        yield from _parts(each)
        if each.report.form:
            for claim, (what, readings) in _DISPUTES.items():
                yield from _disputes(each, claim, what, readings)
            for claim, (what, column) in _DOCUMENTS.items():
                yield from _documents(each, claim, what, column)
            yield from _fee(each)


def _disputes(each: Told, claim: str, what: str, readings: tuple[tuple[str, ...], ...]) -> Iterator[FindingRow]:
    said = each.said.get(claim)
    totals = [total for total in (each.total(cells) for cells in readings) if total is not None]
    if said is None or not totals or _LOST.search(said.sentence):
        yield unknown("W-42", each)
        yield unknown("W-42N", each)
        return
    expected = f"表四{what}总计{shown(max(totals))}件"
    if said.value == 0 and min(totals[:1]) > 0:
        yield contradiction("W-42", each, said, what, expected, readings)
    elif said.value > 0 and not said.approximate and said.value not in totals:
        yield contradiction("W-42N", each, said, what, expected, readings)


def _documents(each: Told, claim: str, what: str, column: str) -> Iterator[FindingRow]:
    said = each.said.get(claim)
    document, rule = f"proactive/normative_documents/{column}", f"proactive/rules/{column}"
    readings = ((document,), (document, rule))
    totals = [total for total in (each.total(cells) for cells in readings) if total is not None]
    if said is None or said.approximate or not totals or _OTHER_DOCUMENTS.search(said.sentence):
        yield unknown("W-43", each)
    elif said.value not in totals:
        yield contradiction("W-43", each, said, what, f"表二为{shown(totals[0])}件", readings[:1])


def _fee(each: Told) -> Iterator[FindingRow]:
    """The processing fee is one of the fees of 表二, which counts in 万元."""
    said, fees = each.said.get("info_fee_yuan"), each.value(_FEES)
    if said is None or fees is None:
        yield unknown("W-46", each)
    elif said.value > (fees + _rounding(each.figures[_FEES].raw or "")) * _YUAN and not said.approximate:
        expected = f"表二行政事业性收费{shown(fees)}万元"
        yield contradiction("W-46", each, said, "信息处理费", expected, ((_FEES,),))


def _rounding(printed: str) -> Decimal:
    """Half of the last place printed: 0.02 may stand for 0.024. A bare 0 stands for nothing else."""
    digits = re.search(r"\d+(?:[.．](?P<places>\d+))?", printed)
    if digits is None or digits[0] == "0":
        return Decimal(0)
    return Decimal("0.5").scaleb(-len(digits["places"] or ""))


def _parts(each: Told) -> Iterator[FindingRow]:
    """Only parts told with the total, or in a sentence that begins with 其中, and only exact ones: an approximate one
    decides nothing."""
    total = each.said.get("published_total")
    if total is None or total.approximate:
        yield unknown("W-44", each)
        return
    parts = [
        said
        for name in _PARTS
        if (said := each.said.get(name))
        and not said.approximate
        and (said.sentence == total.sentence or said.sentence.startswith("其中"))
    ]
    if not parts:
        yield unknown("W-44", each)
        return
    least = _least_sum(parts)
    if least > total.value:
        names = "、".join(f"{_NAMES[part.claim]}{shown(part.value)}" for part in parts)
        yield FindingRow(
            "W-44", each.report.file_id, "正文公开条数", f"分项{names}，合计{shown(least)}",
            f"总数{shown(total.value)}", Verdict.BROKEN, passage=total.printed, locator=total.locator, place="公开条数",
        )  # fmt: skip


_NAMES = {
    "published_website": "网站", "published_wechat": "公众号", "published_weibo": "微博", "published_new_media": "新媒体",
    "published_other": "其他渠道",
}  # fmt: skip


def _least_sum(parts: list[Said]) -> Decimal:
    """New media may be told as a whole and again by kind: then only the larger of the two readings counts."""
    values = {part.claim: part.value for part in parts}
    by_kind = values.pop("published_wechat", Decimal(0)) + values.pop("published_weibo", Decimal(0))
    whole = values.pop("published_new_media", None)
    return sum(values.values(), Decimal(0)) + (by_kind if whole is None else max(whole, by_kind))
