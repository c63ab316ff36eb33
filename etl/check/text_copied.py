"""How much of a report's words stand in its own report of last year, or in another unit's of the same year?

Texts are compared as sets of three-sign groups (Jaccard), figures, names and punctuation taken out, so that a copy with
the names changed is still one. Sentences that many units print in a year are phrases of the trade and count for nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from etl.check.row import FindingRow, Severity, Verdict
from etl.check.texts import Part, Written, is_heading, limits, sentences, written

_SIGNS = re.compile(r"[\W_]+")
_FIGURES = re.compile(r"\d+(?:\.\d+)?|[一二三四五六七八九十百千]+(?=[条件次期篇场个人份是])")
_SELF = re.compile(r"[我本](?:乡|镇|街道|街办|局|委|县|区|市|办|单位|机关)|本年度?|今年")
_ORDER = r"(?:[（(][一二三四五六七八九十\d]{1,2}[）)]|\d{1,2}[、.．](?!\d)|[一二三四五六七八九]是|第[一二三四五六七八九][，、])"
_ORDINAL = re.compile(rf"^{_ORDER}")
_INLINE_HEADING = re.compile(rf"^{_ORDER}[^，。：:；]{{2,16}}[：:。](?=.)")
_ALIKE = 0.8  # two sentences that share this much are shown side by side
_LONGEST_PASSAGE = 400
_SAMPLED = 8
# Texts of which so few sampled groups agree are not alike: at a true share of `least` the sample shows half of that
# less than once in a million pairs. A small sample says nothing.
_LEAST_SAMPLE, _SURELY = 80, 0.5


@dataclass(frozen=True, slots=True)
class _Text:
    """The comparable sentences of one report, by section: (as printed, as compared)."""

    report: Written
    parts: Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class _Groups:
    """Three-sign groups; `sample` is about an eighth of them, told by the last sign, for a first look at a pair."""

    every: frozenset[str]
    sample: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Likeness:
    """How alike two texts are in the sections named by `numbers`."""

    share: float
    numbers: str
    other: _Text


def find(connection: duckdb.DuckDBPyConnection) -> Iterator[FindingRow]:
    asked = {file_id for (file_id,) in connection.sql("SELECT file_id FROM checked_report").fetchall()}
    texts = {report.file_id: _text(report) for report in written(connection, known=True)}
    common = _common(texts.values())
    groups = {file_id: _groups(text, common.get(text.report.year, frozenset())) for file_id, text in texts.items()}
    years: defaultdict[int | None, list[_Text]] = defaultdict(list)
    for text in texts.values():
        years[text.report.year].append(text)
    for file_id in sorted(asked & texts.keys()):
        text = texts[file_id]
        last = texts.get(text.report.last_file_id or 0)
        peers = [each for each in years[text.report.year] if each.report.unit_id != text.report.unit_id]
        skipped = common.get(text.report.year, frozenset())
        if last:  # what was a phrase in one of the two years only must not count for one of the two texts only
            either = skipped | common.get(last.report.year, frozenset())
            pair = {each.report.file_id: _groups(each, either) for each in (text, last)}
            yield from _told("T-37C", text, [last], pair, either)
        else:
            yield from _told("T-37C", text, [], groups, skipped)
        yield from _told("T-38C", text, peers if text.report.unit_id else [], groups, skipped)


def _text(report: Written) -> _Text:
    own = sorted(report.names, key=len, reverse=True)
    parts = {
        part.number: tuple((each, compared) for each in _sentences(part) if (compared := _compared(each, own)))
        for part in report.prose
        if part.number != "六" or not report.form
    }
    return _Text(report, parts)


def _sentences(part: Part) -> Iterator[str]:
    """Numbers and headings inside a paragraph are left out: a copy may number its paragraphs otherwise."""
    for line in part.lines:
        if not is_heading(line):
            for sentence in sentences(_INLINE_HEADING.sub("", line)):
                yield _ORDINAL.sub("", sentence)


def _compared(sentence: str, own: Sequence[str]) -> str:
    for name in own:
        sentence = sentence.replace(name, "我")
    plain = _FIGURES.sub("0", unicodedata.normalize("NFKC", sentence))
    return _SIGNS.sub("", _SELF.sub("我", plain))


def _common(texts: Iterable[_Text]) -> dict[int | None, frozenset[str]]:
    """By year, the sentences so many units print that they belong to nobody."""
    limit = limits()["copied"]["common"]
    users: defaultdict[int | None, Counter[str]] = defaultdict(Counter)
    units: Counter[int | None] = Counter()
    for text in texts:
        units[text.report.year] += 1
        said = {compared for part in text.parts.values() for _, compared in part}
        users[text.report.year].update(said)
    return {
        year: frozenset(
            each for each, count in said.items() if count >= limit["units"] and count >= limit["share"] * units[year]
        )
        for year, said in users.items()
    }


def _groups(text: _Text, common: frozenset[str]) -> dict[str, _Groups]:
    """The three-sign groups of every section, and of all of them under 全."""
    found = {
        number: frozenset().union(*(_set(compared) for _, compared in part if compared not in common))
        for number, part in text.parts.items()
    }
    return {number: _Groups(each, _sample(each)) for number, each in {**found, "全": _union(found)}.items()}


def _union(found: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*found.values())


def _sample(groups: frozenset[str]) -> frozenset[str]:
    return frozenset(group for group in groups if ord(group[-1]) % _SAMPLED == 0)


def _told(
    rule: str, text: _Text, others: Sequence[_Text], groups: Mapping[int, Mapping[str, _Groups]],
    common: frozenset[str],
) -> Iterator[FindingRow]:  # fmt: skip
    report = text.report
    limit = limits()["copied"]["last_year" if rule == "T-37C" else "same_year"]
    mine = groups[report.file_id]
    likest: _Likeness | None = None
    for other in others:
        theirs = groups[other.report.file_id]
        for number in (number for number in mine if number in theirs):
            share = _share(mine[number], theirs[number], limit["notice"])
            if share and (likest is None or (share, number == "全") > (likest.share, likest.numbers == "全")):
                likest = _Likeness(share, number, other)
    if likest is not None:
        yield _row(rule, text, likest, limit, common)
    elif not others or len(mine["全"].every) < limits()["copied"]["least_signs"]:
        yield FindingRow(rule, report.file_id, "正文", "", "", Verdict.NOT_ASSESSABLE)


def _share(mine: _Groups, theirs: _Groups, least: float) -> float:
    """Jaccard's share, 0 where it is below `least` or there is too little to compare."""
    few, many = sorted((len(mine.every), len(theirs.every)))
    if few < limits()["copied"]["least_signs"] or few < least * many:
        return 0.0
    sampled = len(mine.sample) + len(theirs.sample)
    if sampled > _LEAST_SAMPLE and len(mine.sample & theirs.sample) < _SURELY * least * sampled / 2:
        return 0.0
    shared = len(mine.every & theirs.every)
    share = shared / (few + many - shared)
    return share if share >= least else 0.0


def _row(rule: str, text: _Text, likest: _Likeness, limit: Mapping[str, float], common: frozenset[str]) -> FindingRow:
    report, other = text.report, likest.other.report
    numbers = [number for number in text.parts if likest.numbers in (number, "全")]
    where = "、".join(f"第{number}" for number in numbers) + "部分"
    passage, other_passage = _side_by_side(text, likest.other, numbers, common)
    part = report.part(numbers[0])
    name = "本单位" if rule == "T-37C" else other.unit_name
    return FindingRow(
        rule, report.file_id, where, f"{likest.share:.0%}", f"达到{limit['notice']:.0%}即列出",
        values={"other": f"{name}{other.year}年报"}, passage=passage, other_passage=other_passage,
        locator=part.locator if part else None, other_file_id=other.file_id, place=f"雷同/{other.unit_id}",
        severity=None if likest.share >= limit["verify"] else Severity.NOTICE,
        value_key=f"{likest.share:.2f}/{passage}",
    )  # fmt: skip


def _side_by_side(text: _Text, other: _Text, numbers: Sequence[str], common: frozenset[str]) -> tuple[str, str]:
    """The sentences the two have in common, as each prints them, in the first one's order."""
    theirs = [pair for number in numbers for pair in other.parts.get(number, ()) if pair[1] not in common]
    groups = [(printed, _set(compared)) for printed, compared in theirs]
    left, right = [], []
    for number in numbers:
        for printed, compared in text.parts[number]:
            mine = _set(compared)
            if compared in common or sum(map(len, left)) > _LONGEST_PASSAGE:
                continue
            best = max(groups, key=lambda pair: len(mine & pair[1]) / len(mine | pair[1]), default=None)
            if best and len(mine & best[1]) >= _ALIKE * len(mine | best[1]):
                left.append(printed)
                right.append(best[0])
    return "".join(left), "".join(right)


def _set(compared: str) -> frozenset[str]:
    return frozenset(compared[at : at + 3] for at in range(max(1, len(compared) - 2)))
