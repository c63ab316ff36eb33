"""Does a report name another unit, or call itself what it is not? Then its words may be another's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb

from etl.check.row import FindingRow
from etl.check.texts import Part, Written, excerpt, sentences, written

_TOWNS = frozenset({"township", "town", "subdistrict", "zone"})
_TOWN_NAME = re.compile(r"(?:乡|镇|街道|街道办事处|管理区|管委会|苏木|政府|委员会|办事处)$")
_LEAST_NAME = 3  # signs; shorter short names are words of the language too
# A department may speak of others in its work, but not as the one whose work it is.
_AS_ITSELF = r"(?:^|[：:，,。（(]|由|现将|现公布|公布)(?:青)?{name}(?:\d{{4}}年|政府信息公开|编制|严格|认真|坚持|高度重视|积极|主动公开|信息公开)"
_BESIDE = re.compile(r"联合|协同|会同|配合|(?:与|和|同|赴|到|向|邻近|毗邻|、)$")  # before the name, or after it:
_TOGETHER = re.compile(r"(?:人民政府|街道办事处)?(?:联合|共同|一起|交界|毗邻|、|等)")
_SELF = re.compile(
    r"(?<![自彼敌忘])(?:我|本)(?P<kind>乡(?!镇|本|土)|镇|街道|街办|局|委(?!托|员)|县|区|市|旗)(?!长|级|域|别|场|民|面|限|内|外|里)"
)
_OWN_ENDING = {"乡": "乡", "镇": "镇", "街道": "街道", "街办": "街道", "局": "局", "委": "委"}
_MOST_NAMES = 3  # a text that names more units than this lists them


@dataclass(frozen=True, slots=True)
class _Register:
    """Whose name it is, by every name and alias; `pattern` finds the longest that begins anywhere."""

    owners: Mapping[str, tuple[str, str]]  # name → unit_id, kind
    pattern: re.Pattern[str]


def find(connection: duckdb.DuckDBPyConnection) -> Iterator[FindingRow]:
    register = _register(connection)
    for report in written(connection):
        yield from _others(report, register)
        yield from _self_names(report)


def _register(connection: duckdb.DuckDBPyConnection) -> _Register:
    owners: dict[str, tuple[str, str]] = {}
    for unit_id, kind, names in connection.sql(
        "SELECT unit_id, kind, list_prepend(name, aliases) FROM unit ORDER BY position"
    ).fetchall():
        for name in names:
            if len(name) >= _LEAST_NAME:
                owners.setdefault(name, (unit_id, kind))
    longest_first = sorted(owners, key=lambda name: (-len(name), name))
    return _Register(owners, re.compile("|".join(map(re.escape, longest_first)) or r"(?!)"))


def _others(report: Written, register: _Register) -> Iterator[FindingRow]:
    """Once for each unit named; none where the text lists many, or where the report is of the area or its office."""
    if not report.is_single_organ:
        return
    met: dict[str, FindingRow] = {}
    for part in (*_opening(report), *report.prose):
        for line in part.lines:
            for match in register.pattern.finditer(line):
                owner, kind = register.owners[match[0]]
                if owner == report.unit_id or owner in met or any(match[0] in name for name in report.names):
                    continue
                if _is_foreign(report, kind, match, line):
                    met[owner] = _named(report, part, match, line)
    if len(met) <= _MOST_NAMES:
        yield from met.values()


def _opening(report: Written) -> tuple[Part, ...]:
    return (Part("", "前言", (), "", report.declared, None),)


def _is_foreign(report: Written, kind: str, match: re.Match[str], line: str) -> bool:
    as_itself = re.search(_AS_ITSELF.format(name=re.escape(match[0])), line) is not None
    if report.kind in _TOWNS and kind in _TOWNS:
        before, after = line[max(0, match.start() - 8) : match.start()], line[match.end() : match.end() + 8]
        is_shared = _BESIDE.search(before) or _TOGETHER.match(after)
        return bool(_TOWN_NAME.search(match[0])) and (as_itself or not is_shared)
    return as_itself and kind not in {"area", "office"}


def _named(report: Written, part: Part, match: re.Match[str], line: str) -> FindingRow:
    where = part.where if part.number else part.title
    return FindingRow(
        "T-38", report.file_id, where, match[0], f"本单位是{report.unit_name}", passage=excerpt(line, match.start(), 80),
        locator=part.locator, place=match[0],
    )  # fmt: skip


def _self_names(report: Written) -> Iterator[FindingRow]:
    """我镇 in the report of a 乡. What the unit is called, was called or titles itself is its own."""
    if not report.is_single_organ:
        return
    own = "／".join((*report.names, report.title))
    seen: set[str] = set()
    for part in report.prose:
        for line in part.lines:
            for match in _SELF.finditer(line):
                ending = _OWN_ENDING.get(match["kind"])
                if ending is None or ending in own or match[0] in seen or _is_quoted(line, match):
                    continue
                seen.add(match[0])
                sentence = next((s for s in sentences(line) if match[0] in s), line)
                yield FindingRow(
                    "T-38S", report.file_id, part.where, match[0], f"本单位是{report.unit_name}",
                    passage=excerpt(sentence, sentence.find(match[0]), 80), locator=part.locator, place=match[0],
                )  # fmt: skip


def _is_quoted(line: str, match: re.Match[str]) -> bool:
    return line[: match.start()].endswith(("“", "《", "‘"))
