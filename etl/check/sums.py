"""Every identity over every report: one statement finds which do not hold, a second what those few are made of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from etl.check.broken import Broken, Part, broken_identities, prepare, summed
from etl.check.identities import VARIANT, Identity, Source, load_identities
from etl.check.places import figure, places_of
from etl.check.row import FindingRow, Operand, Severity, Tally, Verdict
from etl.form import load_forms

_CARRIED, _CARRIED_BY_APPLICANT, _STOCK, _AREA = "X-01", "X-05", "X-02", "A-01"
# What last year's figures must themselves satisfy, before this year's are measured by them.
_PROOF = {_CARRIED: ("T3-01", "T3-02", "T3-03"), _STOCK: ("T2-02", _STOCK)}
# Reports of which 表三 could not be read in full, or is the year before's to the last figure.
_UNSURE = """
SELECT t.file_id FROM troubled t WHERE t."table" = 'requests' AND list_contains($files::INTEGER[], t.file_id)
UNION
SELECT k.file_id
FROM known_report k
JOIN known_report p ON p.unit_id = k.unit_id AND p.year = k.year - 1
WHERE list_contains($files::INTEGER[], k.file_id)
    AND NOT EXISTS (
        FROM fact_now a JOIN fact_now b ON b.file_id = p.file_id AND b.cell = a.cell
        WHERE a.file_id = k.file_id AND a.cell LIKE 'requests/%' AND a.value IS DISTINCT FROM b.value
    )
"""
# Reports that count documents as rules (规章): what they say of documents proves nothing.
_UNSURE_STOCK = """
SELECT file_id FROM fact_now
WHERE cell = 'proactive/rules/in_force' AND value > 0 AND list_contains($files::INTEGER[], file_id)
"""
_PARTLY_GRANTED = """
SELECT g.file_id, split_part(g.cell, '/', 3), g.value
FROM fact_now g
WHERE list_contains($files::INTEGER[], g.file_id) AND g.cell LIKE 'requests/partially_granted/%' AND g.value > 0
    AND EXISTS (
        FROM fact_now d
        WHERE d.file_id = g.file_id AND d.value > 0 AND d.cell LIKE 'requests/denied_%'
            AND split_part(d.cell, '/', 3) = split_part(g.cell, '/', 3)
    )
"""
# By term set: how many reports are summed by it, and how many of them are the whole area's.
_ASKED = """
SELECT s.term_set, {'all': count(*), 'areas': count(*) FILTER (WHERE r.scope = 'area_aggregate')}
FROM summed_report s JOIN report r USING (file_id)
GROUP BY s.term_set
"""
_NAMES = """
SELECT r.file_id, u.name FROM report r JOIN unit u ON u.unit_id = r.unit_id WHERE list_contains($files::INTEGER[], r.file_id)
"""


def find(connection: duckdb.DuckDBPyConnection) -> Iterator[FindingRow | Tally]:
    """Every identity that does not hold, with its operands, and how many were looked at."""
    identities = load_identities()
    prepare(connection, identities)
    sums = summed(connection)
    checked = {file_id for (file_id,) in connection.sql("SELECT file_id FROM checked_report").fetchall()}
    suspects = [(number, target) for number, _, others in sums for target in others or ()]
    broken = broken_identities(connection, identities, suspects)
    mine = [each for each in broken if each.target in checked]
    yield from _tallies(connection, identities, sums, mine, len(checked) == _count(connection, "summed_report"))
    yield from _rows(mine, _Known.gathered(connection, broken))


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    ((count,),) = connection.sql(f"SELECT count(*) FROM {table}").fetchall()
    return count


def _tallies(
    connection: duckdb.DuckDBPyConnection,
    identities: Sequence[Identity],
    sums: Sequence[tuple[int, int, Any]],
    broken: Sequence[Broken],
    all_checked: bool,
) -> Iterator[Tally]:
    """How often each rule held and how often nobody could tell; what is broken counts itself."""
    if not all_checked:
        return
    holds: Counter[str] = Counter()
    for number, count, _ in sums:
        holds[identities[number].rule] += count
    asked: Counter[str] = Counter()
    sets = dict(connection.sql(_ASKED).fetchall())
    for each in identities:
        asked[each.rule] += sets.get(each.term_set, {}).get(
            "areas" if any(term.source is Source.AREA for term in each.terms) else "all", 0
        )
    failed = Counter(each.identity.rule for each in broken)
    for rule in asked:
        yield Tally(rule, Verdict.HOLDS, holds[rule])
        yield Tally(rule, Verdict.NOT_ASSESSABLE, asked[rule] - holds[rule] - failed[rule])


@dataclass(frozen=True, slots=True)
class _Known:
    """What else is known of the reports that broken identities look at.

    `shaky`: (rule, report) where the report's own figures prove nothing by that rule: they do not add up, could not be
    read in full, or are the year before's. `faulty`: reports in which any identity of their own is broken. `names` of
    the units whose reports an area's sum is made of. `partly`: by report and column of 表三, how many were granted in
    part where something was also denied. `often`: by report, how many broken identities each cell stands in.
    """

    shaky: frozenset[tuple[str, int]]
    faulty: frozenset[int]
    names: Mapping[int, str]
    partly: Mapping[tuple[int, str], Decimal]
    often: Mapping[int, Counter[str]]

    @classmethod
    def gathered(cls, connection: duckdb.DuckDBPyConnection, broken: Sequence[Broken]) -> _Known:
        def rows(query: str, files: Iterable[int]) -> list[tuple[Any, ...]]:
            return connection.sql(query, params={"files": sorted(set(files))}).fetchall()

        def others(rule: str) -> Iterator[int]:
            return (
                part.file_id for each in broken if each.identity.rule == rule for part in each.parts if not part.is_own
            )

        shaky = {
            (rule, each.target) for each in broken for rule, proof in _PROOF.items() if each.identity.rule in proof
        }
        shaky |= {(_CARRIED, file_id) for (file_id,) in rows(_UNSURE, others(_CARRIED))}
        shaky |= {(_STOCK, file_id) for (file_id,) in rows(_UNSURE_STOCK, others(_STOCK))}
        often: defaultdict[int, Counter[str]] = defaultdict(Counter)
        for each in broken:
            often[each.target].update({part.cell for part in each.parts if part.is_own})
        unbalanced = (each.target for each in broken if each.identity.rule == "T3-01")
        partly = {(file_id, column): value for file_id, column, value in rows(_PARTLY_GRANTED, unbalanced)}
        faulty = frozenset(each.target for each in broken if each.identity.rule != _AREA)
        return cls(frozenset(shaky), faulty, dict(rows(_NAMES, others(_AREA))), partly, often)


def _rows(broken: Sequence[Broken], known: _Known) -> Iterator[FindingRow]:
    explained = {each.target for each in broken if each.identity.rule == _CARRIED}
    for each in broken:
        if each.identity.rule == _CARRIED_BY_APPLICANT and each.target in explained:
            continue  # the totals differ already: only where they agree are the applicants a fault of their own
        yield _row(each, known)


def _row(each: Broken, known: _Known) -> FindingRow:
    identity = each.identity
    others = sorted({part.file_id for part in each.parts if not part.is_own})
    own = [part for part in each.parts if part.is_own]
    shown = [part for part in own if part.value or part is own[0]]
    area, is_one_units_fault = _one_unit(each, known) if identity.rule == _AREA else ("", False)
    return FindingRow(
        rule=identity.rule,
        file_id=each.target,
        where=identity.where,
        found=identity.left_words.format(left=figure(each.left)),
        expected=identity.right_words.format(right=figure(each.right)),
        verdict=Verdict.DOUBTFUL if each.is_doubtful else Verdict.BROKEN,
        severity=Severity.NOTICE if is_one_units_fault else _lowered(each, others, known),
        values={
            "gap": figure(abs(each.gap)),
            "places": places_of([part.locator for part in shown]),
            "shared": area or _shared(each, known.often[each.target]) + _hint(each, known.partly),
        },
        cells=tuple(part.cell for part in own),
        locator=next((part.locator for part in own if part.locator), None),
        other_file_id=others[0] if len(others) == 1 else None,
        place=",".join(part.cell for part in own) + f"@{identity.rule}",
        value_key=",".join(f"{part.state}{part.value}" for part in each.parts),
        operands=tuple(_operand(part) for part in each.parts),
    )


def _operand(part: Part) -> Operand:
    side = "found" if part.side == 1 else "expected"
    return Operand(side, part.file_id, part.cell, part.weight, part.state, part.value, part.raw, part.locator)


def _lowered(each: Broken, others: Sequence[int], known: _Known) -> Severity | None:
    """Lower than the rule's where what it is measured by is no proof, or where a cell is empty."""
    if any((each.identity.rule, file_id) in known.shaky for file_id in others):
        return Severity.VERIFY if each.identity.rule == _CARRIED else Severity.NOTICE
    return None if each.is_complete else Severity.VERIFY


def _one_unit(each: Broken, known: _Known) -> tuple[str, bool]:
    """Who put in most, and whether units whose own figures do not add up, or that alone exceed the area, explain it."""
    units = [part for part in each.parts if not part.is_own and part.value]
    most = max(units, key=lambda part: part.value or 0)
    doubted = [part for part in units if part.file_id in known.faulty or (part.value or 0) > each.right]
    is_explained = each.gap <= sum(part.value or 0 for part in doubted)
    told = "、".join(
        f"{known.names.get(part.file_id, '')} {figure(part.value)}" for part in doubted[:3] if is_explained
    )
    if told:
        return f"请先看{told}：这份年报本身的数可能有误。", True
    return f"其中最大的是{known.names.get(most.file_id, '')} {figure(most.value)}。", False


def _shared(each: Broken, often: Counter[str]) -> str:
    """The cell that stands in more broken identities than any other, if this is one of them: the likely culprit."""
    most = max(often.values())
    cells = [cell for cell, count in often.items() if count == most]
    if most < 2 or len(cells) > 1 or cells[0] not in {part.cell for part in each.parts if part.is_own}:
        return ""
    cell = load_forms()[each.identity.term_set.rstrip(VARIANT)].cell(cells[0])
    assert cell is not None, "an identity's own cells are the form's"
    return f"“{cell.row_label}”行“{cell.column_label}”格同时使 {most} 处关系不成立，请先看这一格。"


def _hint(each: Broken, partly: Mapping[tuple[int, str], Decimal]) -> str:
    """What often lies behind such a difference."""
    rule = each.identity.rule
    if rule == "T3-01" and each.gap < 0:
        column = each.parts[0].cell.rsplit("/", 1)[1]
        if partly.get((each.target, column), 0) >= -each.gap:
            return "部分公开的申请只计在“部分公开”，请看是否又计入了不予公开等项。"
    if rule == "T4-01" and each.gap > 0:
        return "撤回、终止、不予受理的案件计入“其他结果”，请看是否漏计。"
    return ""
