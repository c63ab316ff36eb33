"""What was planted beside what was found: which errors were missed, what was found where nothing is wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from tests.planting.county import PlantedCounty
from tests.planting.scene import Key, Near, Planted

SERIOUS = frozenset({"must_fix", "verify"})
# What else an error of one kind makes wrong, beyond the cells it touches: what it leaves out or writes into the words.
ALSO: Mapping[int, frozenset[int]] = {
    2: frozenset({22}),
    3: frozenset({12, 16, 21}),
    8: frozenset({9, 10, 11, 12, 16, 30, 31, 35, 43}),
    10: frozenset({9}),
    11: frozenset({9, 10, 25}),
    16: frozenset({11, 12, 40, 41, 42, 45}),
    18: frozenset({12, 26}),
    19: frozenset({37, 38}),
    20: frozenset({37, 38}),
    23: frozenset({22}),
    25: frozenset({17}),
    37: frozenset({38, 41, 42, 43}),
    38: frozenset({37, 48, 40, 41, 42, 43, 45}),
    40: frozenset({41, 45}),
    41: frozenset({40, 45}),
    45: frozenset({41}),
    47: frozenset({48}),
    48: frozenset({38, 47}),
}


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    kinds: frozenset[int]
    severity: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding with the figures it rests on, each as (file, cell)."""

    rule: str
    severity: str
    key: Key
    cells: frozenset[str]
    rests_on: frozenset[tuple[str, str]]
    other_path: str | None
    message: str


@dataclass(slots=True)
class Counts:
    """One rule's line of the table."""

    planted: int = 0
    found: int = 0
    missed: int = 0
    false_must_fix: int = 0
    false_verify: int = 0
    near: int = 0
    near_hit: int = 0


@dataclass(slots=True)
class Comparison:
    """Errors nobody found, findings nothing explains, innocent doubles that were taken for errors."""

    missed: list[Planted] = field(default_factory=list)
    false: list[Finding] = field(default_factory=list)
    hit: list[tuple[Near, Finding]] = field(default_factory=list)
    by_rule: dict[str, Counts] = field(default_factory=dict)

    def false_at(self, severity: str) -> list[Finding]:
        return [finding for finding in self.false if finding.severity == severity]


def rules_of(connection: duckdb.DuckDBPyConnection) -> dict[str, Rule]:
    rows = connection.sql("SELECT rule, kinds, severity FROM rule ORDER BY position").fetchall()
    return {rule: Rule(rule, frozenset(kinds), severity) for rule, kinds, severity in rows}


def findings_of(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    rests_on: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for fingerprint, path, cell in connection.sql(
        "SELECT o.fingerprint, s.path, o.cell FROM finding_operand o JOIN source_file s USING (file_id)"
    ).fetchall():
        rests_on[fingerprint].add((path, cell))
    rows = connection.sql(
        "SELECT f.fingerprint, f.rule, f.severity, f.unit_id, f.year, f.cells, o.path, f.message "
        "FROM finding f LEFT JOIN source_file o ON o.file_id = f.other_file_id ORDER BY f.unit_id, f.year, f.position"
    ).fetchall()
    return [
        Finding(rule, severity, (unit, year), frozenset(cells), frozenset(rests_on[fingerprint]), other, message)
        for fingerprint, rule, severity, unit, year, cells, other, message in rows
    ]


def compare(connection: duckdb.DuckDBPyConnection, county: PlantedCounty) -> Comparison:
    rules, findings = rules_of(connection), findings_of(connection)
    result = Comparison(by_rule={rule: Counts() for rule in rules})
    by_report: defaultdict[Key, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_report[finding.key].append(finding)
    for plant in county.planted:
        _look_for(plant, by_report[plant.unit_id, plant.year], rules, result)
    _look_for_missing(connection, county, rules, result)
    at = {(plant.unit_id, plant.year): plant for plant in county.planted}
    by_path = {plant.path: plant for plant in county.planted}
    for finding in findings:
        if not _is_explained(finding, rules[finding.rule], at.get(finding.key), by_path):
            result.false.append(finding)
            counts = result.by_rule[finding.rule]
            counts.false_must_fix += finding.severity == "must_fix"
            counts.false_verify += finding.severity == "verify"
    unexplained = {id(finding) for finding in result.false}
    for near in county.near:
        found = [finding for finding in by_report[near.unit_id, near.year] if id(finding) in unexplained]
        _look_at(near, found, at, rules, result)
    return result


def _answers(rule: Rule, kind: int, name: str) -> bool:
    return rule.id == name if name else kind in rule.kinds


def _look_for(plant: Planted, findings: list[Finding], rules: Mapping[str, Rule], result: Comparison) -> None:
    """By a rule of its kind, in its report, and in a cell of its own where both name cells."""
    found_by = {
        finding.rule
        for finding in findings
        if _answers(rules[finding.rule], plant.kind, plant.rule)
        and not (plant.cells and finding.cells and finding.cells.isdisjoint(plant.cells))
    }
    if not found_by:
        result.missed.append(plant)
    for rule in rules.values():
        if _answers(rule, plant.kind, plant.rule):
            counts = result.by_rule[rule.id]
            counts.planted += 1
            counts.found += rule.id in found_by
            counts.missed += not found_by


def _look_for_missing(
    connection: duckdb.DuckDBPyConnection, county: PlantedCounty, rules: Mapping[str, Rule], result: Comparison
) -> None:
    """Reports never filed have no file to find anything in: the warehouse's own view says who did not file."""
    rows = connection.sql("SELECT unit_id, year FROM filing WHERE filing = 'not_filed'").fetchall()
    told = {(unit, year) for unit, year in rows}
    counts = [result.by_rule[rule.id] for rule in rules.values() if 1 in rule.kinds]
    for key in county.not_filed:
        if key not in told:
            result.missed.append(Planted("", *key, 1, (), "没有报送", ""))
        for one in counts:
            one.planted += 1
            one.found += key in told
            one.missed += key not in told
    for one in counts:
        one.near += len(county.filed_enough)
        one.near_hit += sum((unit, year) in told for unit, year, _ in county.filed_enough)
        one.false_must_fix += len(told - set(county.not_filed))
    for key in told - set(county.not_filed):
        result.false.append(Finding("filing", "must_fix", key, frozenset(), frozenset(), None, "没有报送"))


def _is_explained(finding: Finding, rule: Rule, plant: Planted | None, by_path: Mapping[str, Planted]) -> bool:
    """By the error in this report, by what else that error makes wrong, or by an error in the report compared with."""
    if plant:
        also = ALSO.get(plant.kind, frozenset())
        if _answers(rule, plant.kind, plant.rule) or rule.kinds & also or finding.cells & set(plant.cells):
            return True
    for path, cell in finding.rests_on:
        if path in by_path and cell in by_path[path].cells:
            return True
    if finding.other_path in by_path:
        other = by_path[finding.other_path]
        if finding.cells & set(other.cells):
            return True
        return bool(rule.kinds & ({other.kind} | ALSO.get(other.kind, frozenset())))
    return False


def _look_at(
    near: Near, findings: list[Finding], at: Mapping[Key, Planted], rules: Mapping[str, Rule], result: Comparison
) -> None:
    plant = at.get((near.unit_id, near.year))
    for rule in rules.values():
        if rule.id not in near.rules and not rule.kinds & set(near.kinds):
            continue
        if plant and plant.kind in rule.kinds:
            continue
        hits = [finding for finding in findings if finding.rule == rule.id and finding.severity in SERIOUS]
        counts = result.by_rule[rule.id]
        counts.near += 1
        counts.near_hit += bool(hits)
        result.hit += [(near, finding) for finding in hits]


def table(result: Comparison) -> str:
    """The table by rule, as text."""
    heads = ("规则", "植入", "找到", "漏掉", "误报必改", "误报请核", "近似", "近似误报")
    lines = ["\t".join(heads)]
    total: Counter[str] = Counter()
    for rule, c in result.by_rule.items():
        values = (c.planted, c.found, c.missed, c.false_must_fix, c.false_verify, c.near, c.near_hit)
        lines.append("\t".join((rule, *map(str, values))))
        for head, value in zip(heads[1:], values, strict=True):
            total[head] += value
    lines.append("\t".join(("合计", *(str(total[head]) for head in heads[1:]))))
    return "\n".join(lines)
