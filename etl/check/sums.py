"""Every identity over every report: one statement finds which do not hold, a second what those few are made of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from etl.check.identities import VARIANT, Identity, Source, load_identities
from etl.check.places import figure, places_of
from etl.check.row import FindingRow, Operand, Severity, Tally, Verdict
from etl.check.rules import HERE
from etl.form import load_forms
from etl.source import Locator

_CARRIED, _CARRIED_BY_APPLICANT, _STOCK = "X-01", "X-05", "X-02"
# What last year's figures must themselves satisfy, before this year's are measured by them.
_PROOF = {_CARRIED: ("T3-01", "T3-02", "T3-03"), _STOCK: ("T2-02", _STOCK)}
_TERM = {
    "identity": pa.int16(), "part": pa.int8(), "position": pa.int16(), "cell": pa.string(), "weight": pa.int8(),
    "side": pa.int8(), "is_own": pa.bool_(), "is_counted": pa.bool_(),
}  # fmt: skip
_IDENTITY = {"identity": pa.int16(), "needed": pa.int16(), "is_equal": pa.bool_()}
_PART = {"term_set": pa.string(), "source": pa.int8(), "part": pa.int8()}
# A report's own cells, those of the year before, and for the report of the whole area those of every unit. Last year's
# reports are summed too: what was carried over from figures that do not add up is no proof against this year's.
_LINKS = """
CREATE OR REPLACE TEMP TABLE summed_report AS
WITH asked AS (
    SELECT file_id, form FROM checked_report
    UNION
    SELECT last_file_id, last_form FROM checked_report WHERE last_file_id IS NOT NULL
),
variant AS (
    SELECT DISTINCT f.file_id
    FROM fact f JOIN asked a ON a.file_id = f.file_id JOIN form_cell n ON n.form = a.form AND n.cell = f.cell
    WHERE n.is_variant
)
SELECT a.file_id, a.form || CASE WHEN v.file_id IS NULL THEN '' ELSE '~' END AS term_set
FROM asked a LEFT JOIN variant v ON v.file_id = a.file_id;

CREATE OR REPLACE TEMP TABLE link AS
SELECT s.file_id AS target, p.part, s.file_id
FROM summed_report s JOIN part p ON p.term_set = s.term_set AND p.source = 0
UNION ALL
SELECT c.file_id, p.part, c.last_file_id
FROM checked_report c
JOIN summed_report s ON s.file_id = c.file_id
JOIN part p ON p.term_set = s.term_set AND p.source = 1
WHERE c.last_file_id IS NOT NULL
    AND NOT EXISTS (FROM unit m WHERE m.merged_into = c.unit_id AND m.valid_to = c.year - 1)
UNION ALL
SELECT c.file_id, p.part, k.file_id
FROM checked_report c
JOIN summed_report s ON s.file_id = c.file_id
JOIN part p ON p.term_set = s.term_set AND p.source IN (2, 3)
JOIN known_report k ON k.year = c.year AND k.form = c.form AND (k.kind = 'area') = (p.source = 3)
WHERE c.scope = 'area_aggregate' AND (p.source = 2 OR k.file_id = c.file_id)
"""

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


@dataclass(frozen=True, slots=True)
class _Part:
    """One operand as the statement gives it."""

    cell: str
    weight: int
    side: int
    is_own: bool
    file_id: int
    state: str
    value: Decimal | None
    raw: str | None
    locator: Locator | None


@dataclass(frozen=True, slots=True)
class _Broken:
    """One identity that does not hold in one report."""

    identity: Identity
    target: int
    gap: Decimal
    left: Decimal
    right: Decimal
    is_doubtful: bool
    is_complete: bool
    parts: tuple[_Part, ...]


def find(connection: duckdb.DuckDBPyConnection) -> Iterator[FindingRow | Tally]:
    """Every identity that does not hold, with its operands, and how many were looked at."""
    identities = load_identities()
    _prepare(connection, identities)
    sums = connection.sql((HERE / "identities.sql").read_text(encoding="utf-8")).fetchall()
    checked = {file_id for (file_id,) in connection.sql("SELECT file_id FROM checked_report").fetchall()}
    suspects = [(number, target) for number, _, others in sums for target in others or ()]
    broken = _broken(connection, identities, suspects)
    mine = [each for each in broken if each.target in checked]
    yield from _tallies(connection, identities, sums, mine, len(checked) == _count(connection, "summed_report"))
    yield from _rows(connection, mine, _shaky(connection, broken))


def _prepare(connection: duckdb.DuckDBPyConnection, identities: Sequence[Identity]) -> None:
    parts: dict[tuple[str, Source], int] = {}
    terms = [
        {
            "identity": each.number, "part": parts.setdefault((each.term_set, term.source), len(parts)),
            "position": position, "cell": term.cell, "weight": term.weight * term.side, "side": term.side,
            "is_own": term.source in (Source.OWN, Source.AREA), "is_counted": term.source is not Source.UNITS,
        }
        for each in identities
        for position, term in enumerate(each.terms)
    ]  # fmt: skip
    _temporary(connection, "term", terms, _TERM)
    _temporary(
        connection, "identity",
        [{"identity": each.number, "needed": each.needed, "is_equal": each.is_equal} for each in identities], _IDENTITY,
    )  # fmt: skip
    _temporary(
        connection, "part",
        [{"term_set": term_set, "source": source, "part": part} for (term_set, source), part in parts.items()], _PART,
    )  # fmt: skip
    for statement in _LINKS.split(";\n"):
        connection.execute(statement)


def _temporary(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    rows: Sequence[Mapping[str, Any]],
    columns: Mapping[str, pa.DataType],
) -> None:
    connection.register(
        "incoming", pa.Table.from_pylist([dict(row) for row in rows], schema=pa.schema(list(columns.items())))
    )
    try:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM incoming")
    finally:
        connection.unregister("incoming")


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    ((count,),) = connection.sql(f"SELECT count(*) FROM {table}").fetchall()
    return count


def _broken(
    connection: duckdb.DuckDBPyConnection, identities: Sequence[Identity], suspects: Sequence[tuple[int, int]]
) -> list[_Broken]:
    rows = [{"identity": identity, "target": target} for identity, target in suspects]
    _temporary(connection, "suspect", rows, {"identity": pa.int16(), "target": pa.int32()})
    found: dict[tuple[int, int], tuple[Any, ...]] = {}
    parts: defaultdict[tuple[int, int], list[_Part]] = defaultdict(list)
    for number, target, gap, left, right, is_doubtful, is_complete, _, *part, locator in connection.sql(
        (HERE / "operands.sql").read_text(encoding="utf-8")
    ).fetchall():
        found[number, target] = (gap, left, right, is_doubtful, is_complete)
        parts[number, target].append(_Part(*part, Locator(**locator) if locator else None))
    return [
        _Broken(identities[number], target, *values, tuple(parts[number, target]))
        for (number, target), values in found.items()
    ]


def _tallies(
    connection: duckdb.DuckDBPyConnection,
    identities: Sequence[Identity],
    sums: Sequence[tuple[int, int, Any]],
    broken: Sequence[_Broken],
    all_checked: bool,
) -> Iterator[Tally]:
    """How often each rule held and how often nobody could tell; what is broken counts itself."""
    if not all_checked:
        return
    holds: Counter[str] = Counter()
    for number, count, _ in sums:
        holds[identities[number].rule] += count
    asked: Counter[str] = Counter()
    sets = Counter(dict(connection.sql("SELECT term_set, count(*) FROM summed_report GROUP BY term_set").fetchall()))
    for each in identities:
        asked[each.rule] += sets[each.term_set]
    failed = Counter(each.identity.rule for each in broken)
    for rule in asked:
        yield Tally(rule, Verdict.HOLDS, holds[rule])
        yield Tally(rule, Verdict.NOT_ASSESSABLE, asked[rule] - holds[rule] - failed[rule])


def _shaky(connection: duckdb.DuckDBPyConnection, broken: Iterable[_Broken]) -> set[tuple[str, int]]:
    """(rule, report) where the report's own figures prove nothing by that rule: they do not add up, could not be read in
    full, or are the year before's."""
    shaky = {(rule, each.target) for each in broken for rule, proof in _PROOF.items() if each.identity.rule in proof}
    asked = {
        part.file_id for each in broken if each.identity.rule == _CARRIED for part in each.parts if not part.is_own
    }
    rows = connection.sql(_UNSURE, params={"files": sorted(asked)}).fetchall()
    return shaky | {(_CARRIED, file_id) for (file_id,) in rows}


def _rows(
    connection: duckdb.DuckDBPyConnection, broken: Sequence[_Broken], shaky: set[tuple[str, int]]
) -> Iterator[FindingRow]:
    partly = _partly_granted(connection, {each.target for each in broken if each.identity.rule == "T3-01"})
    explained = {each.target for each in broken if each.identity.rule == _CARRIED}
    often: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for each in broken:
        often[each.target].update({part.cell for part in each.parts if part.is_own})
    for each in broken:
        if each.identity.rule == _CARRIED_BY_APPLICANT and each.target in explained:
            continue  # the totals differ already: only where they agree are the applicants a fault of their own
        yield _row(each, often[each.target], shaky, partly)


def _row(
    each: _Broken, often: Counter[str], shaky: set[tuple[str, int]], partly: Mapping[tuple[int, str], Decimal]
) -> FindingRow:
    identity = each.identity
    others = sorted({part.file_id for part in each.parts if not part.is_own})
    shown = [part for part in each.parts if part.is_own and (part.value or part is each.parts[0])]
    lower = Severity.VERIFY if identity.rule == _CARRIED else Severity.NOTICE
    is_shaky = any((identity.rule, file_id) in shaky for file_id in others)
    return FindingRow(
        rule=identity.rule,
        file_id=each.target,
        where=identity.where,
        found=identity.left_words.format(left=figure(each.left)),
        expected=identity.right_words.format(right=figure(each.right)),
        verdict=Verdict.DOUBTFUL if each.is_doubtful else Verdict.BROKEN,
        severity=lower if is_shaky else Severity.VERIFY if not each.is_complete else None,
        values={
            "gap": figure(abs(each.gap)),
            "places": places_of([part.locator for part in shown]),
            "shared": _shared(each, often) + _hint(each, partly),
        },
        cells=tuple(part.cell for part in each.parts if part.is_own),
        locator=next((part.locator for part in each.parts if part.is_own and part.locator), None),
        other_file_id=others[0] if len(others) == 1 else None,
        place=",".join(part.cell for part in each.parts if part.is_own) + f"@{identity.rule}",
        value_key=",".join(f"{part.state}{part.value}" for part in each.parts),
        operands=tuple(
            Operand(
                "found" if part.side == 1 else "expected", part.file_id, part.cell, part.weight, part.state, part.value,
                part.raw, part.locator,
            )
            for part in each.parts
        ),
    )  # fmt: skip


def _shared(each: _Broken, often: Counter[str]) -> str:
    """The cell that stands in more broken identities than any other, if this is one of them: the likely culprit."""
    most = max(often.values())
    cells = [cell for cell, count in often.items() if count == most]
    if most < 2 or len(cells) > 1 or cells[0] not in {part.cell for part in each.parts if part.is_own}:
        return ""
    cell = load_forms()[each.identity.term_set.rstrip(VARIANT)].cell(cells[0])
    assert cell is not None, "an identity's own cells are the form's"
    return f"“{cell.row_label}”行“{cell.column_label}”格同时使 {most} 处关系不成立，请先看这一格。"


def _hint(each: _Broken, partly: Mapping[tuple[int, str], Decimal]) -> str:
    """What often lies behind such a difference."""
    rule = each.identity.rule
    if rule == "T3-01" and each.gap < 0:
        column = each.parts[0].cell.rsplit("/", 1)[1]
        if partly.get((each.target, column), 0) >= -each.gap:
            return "部分公开的申请只计在“部分公开”，请看是否又计入了不予公开等项。"
    if rule == "T4-01" and each.gap > 0:
        return "撤回、终止、不予受理的案件计入“其他结果”，请看是否漏计。"
    return ""


def _partly_granted(connection: duckdb.DuckDBPyConnection, files: set[int]) -> dict[tuple[int, str], Decimal]:
    """By report and column: how many were granted in part, where something was also denied."""
    rows = connection.sql(
        """SELECT g.file_id, split_part(g.cell, '/', 3), g.value
        FROM fact_now g
        WHERE list_contains($files::INTEGER[], g.file_id) AND g.cell LIKE 'requests/partially_granted/%' AND g.value > 0
            AND EXISTS (
                FROM fact_now d
                WHERE d.file_id = g.file_id AND d.value > 0 AND d.cell LIKE 'requests/denied_%'
                    AND split_part(d.cell, '/', 3) = split_part(g.cell, '/', 3)
            )""",
        params={"files": sorted(files)},
    ).fetchall()
    return {(file_id, column): value for file_id, column, value in rows}
