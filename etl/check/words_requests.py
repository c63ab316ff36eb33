"""Do the words about requests fit 表三? What any legitimate reading of the table bears out is right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

import duckdb

from etl.check.row import FindingRow, Severity
from etl.check.texts import sentences
from etl.check.told import Said, Told, contradiction, shown, told, unknown
from etl.form import load_forms


def _total(row: str) -> str:
    return f"requests/{row}/total"


NEW, IN, DONE, OUT = (_total(row) for row in ("new_received", "carried_in", "total_processed", "carried_out"))
_NAMES = {NEW: "新收", IN: "上年结转", DONE: "办理结果总计", OUT: "结转下年"}
_ROWS = tuple(
    cell.row for cell in load_forms()["2021"].cells if cell.table == "requests" and cell.column == "total"
)  # fmt: skip


def _group(*prefixes: str) -> tuple[str, ...]:
    return tuple(_total(row) for row in _ROWS if row.startswith(prefixes))


_ANSWERED = _group("granted", "partially", "denied", "unable")
_RECEIVED = ((NEW,), (NEW, IN), (DONE,), (DONE, OUT))
_OTHERS: Mapping[str, tuple[str, tuple[tuple[str, ...], ...]]] = {
    "requests_carried_in": ("上年结转", ((IN,),)),
    "requests_carried_out": ("结转下年", ((OUT,),)),
    "requests_processed": ("办结、答复", ((DONE,), (NEW,), (NEW, IN), _ANSWERED)),
}
_RESULTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("予以公开", r"(?<!不)予以公开", _group("granted")),
    ("部分公开", r"部分公开", _group("partially")),
    ("不予公开", r"不予公开", _group("denied")),
    ("无法提供", r"无法提供", _group("unable")),
    ("不予处理", r"不予处理", _group("notproc")),
    ("本机关不掌握", r"不掌握(?:相关)?(?:政府)?信息", (_total("unable_not_held"),)),
)
_COUNT = r"(?:的|共|共计|政府信息|申请|答复|为|有){0,3}\s*(?P<count>\d{1,6})\s*[件宗份]"
_ABOUT_REQUESTS = re.compile(r"申请|办理结果|答复")
_ANOTHER_YEAR = re.compile(r"上年|去年|同比|增加|减少")
_ALL_DONE = re.compile(
    r"(?:全部|均已?|皆已?|已全部|100%|百分之百)(?:依法|依规|予以|已|规范|妥善){0,2}(?:办结|办理完毕|答复完毕)|(?<!时)(?<!期)办结率[^，。,]{0,6}(?:100%|百分之百)"
)
_NOT_ALL = re.compile(r"按时|按期|期限|到期|结转|工单|建议|提案|热线|留言|信访|审批|许可|事项\d|投诉")
CELLS = tuple(dict.fromkeys((*map(_total, _ROWS), _total("other_single_row"))))


def find(connection: duckdb.DuckDBPyConnection) -> Iterator[FindingRow]:
    for each in told(connection, CELLS):
        if each.report.form:
            yield from _received(each)
            for claim, (what, readings) in _OTHERS.items():
                yield from _number("W-41S", each, claim, what, readings)
            yield from _results(each)
            yield from _all_done(each)


def _received(each: Told) -> Iterator[FindingRow]:
    """Nothing received against something, something against nothing; and numbers that differ.

    A cell without a figure is no 0: where one of the four is empty, what the table says is only asked about.
    """
    said, new = each.said.get("requests_received"), each.value(NEW)
    totals = [total for total in (each.total(cells) for cells in _RECEIVED) if total is not None]
    if said is None or new is None:
        yield unknown("W-40", each)
        yield unknown("W-41", each)
    elif said.value == 0 and new > 0:
        row = contradiction("W-40", each, said, "收到申请", f"表三新收{shown(new)}件", ((NEW,),))
        yield row if each.prints_all(_NAMES) else _asked(row)
    elif said.value > 0 and not any(totals):
        row = contradiction("W-40", each, said, "收到申请", _nothing(each), _RECEIVED)
        yield _asked(row) if said.approximate or not each.prints_all(_NAMES) else row
    else:
        for row in _number("W-41", each, "requests_received", "收到申请", _RECEIVED):
            yield row if each.prints_all(_NAMES) else _asked(row)


def _asked(row: FindingRow) -> FindingRow:
    return replace(row, severity=Severity.VERIFY)


def _nothing(each: Told) -> str:
    """Which cells of the table print 0."""
    names = [name for cell, name in _NAMES.items() if each.value(cell) == 0]
    if len(names) == len(_NAMES):
        return "表三新收、结转、办结都是0"
    return f"表三{'、'.join(names)}{'都' if len(names) > 1 else ''}是0"


def _number(
    rule: str, each: Told, claim: str, what: str, readings: tuple[tuple[str, ...], ...]
) -> Iterator[FindingRow]:
    said = each.said.get(claim)
    totals = [total for total in (each.total(cells) for cells in readings) if total is not None]
    if said is None or said.approximate or not totals:
        yield unknown(rule, each)
    elif said.value not in totals:
        ending = "，几种算法都对不上" if len(readings) > 1 else ""
        yield contradiction(rule, each, said, what, f"表三{_words(each, readings)}{ending}", readings)


def _words(each: Told, readings: tuple[tuple[str, ...], ...]) -> str:
    cells = dict.fromkeys(cell for reading in readings for cell in reading if cell in _NAMES)
    told_cells = ((_NAMES[cell], each.value(cell)) for cell in cells)
    return "、".join(f"{name}{shown(value)}件" for name, value in told_cells if value is not None)


def _results(each: Told) -> Iterator[FindingRow]:
    part = each.report.part("一")
    seen: set[str] = set()
    for sentence in (s for line in (part.lines if part else ()) for s in sentences(line)):
        if not _ABOUT_REQUESTS.search(sentence) or _ANOTHER_YEAR.search(sentence):
            continue
        for what, words, cells in _RESULTS:
            match = re.search(words + _COUNT, sentence)
            total = each.total(cells)
            if match is None or total is None or not each.prints_all(cells) or what in seen:
                continue
            seen.add(what)
            if Decimal(match["count"]) != total:
                said = Said(
                    what, Decimal(match["count"]), "件", False, sentence, sentence, part.locator if part else None
                )
                yield contradiction("W-41R", each, said, what, f"表三为{shown(total)}件", (cells,))
    if not seen:
        yield unknown("W-41R", each)


def _all_done(each: Told) -> Iterator[FindingRow]:
    part, left = each.report.part("一"), each.value(OUT)
    if part is None or left is None:
        yield unknown("W-45", each)
        return
    if left == 0:
        return
    for line in part.lines:
        for sentence in sentences(line):
            match = _ALL_DONE.search(sentence)
            if match and "申请" in line and not _NOT_ALL.search(sentence):
                said = Said("all_done", left, "件", False, sentence, sentence, part.locator)
                row = contradiction("W-45", each, said, "办结", f"表三结转下年{shown(left)}件", ((OUT,),))
                yield replace(row, found=f"正文写“{match[0]}”")
                return
