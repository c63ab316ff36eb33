"""Two scorings of the same units side by side: whose points change, and at which indicators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from etl.score.canonical import flat, indicator_data
from etl.score.model import Rubric
from etl.score.run import Scores

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class LineChange:
    """One indicator: None where a rubric has none of this id, or gives no points for it (open, left out). `rule` says what
    of the indicator itself is written otherwise in the two rubrics, key by key."""

    indicator: str
    name: str
    before: Decimal | None
    after: Decimal | None
    before_words: str
    after_words: str
    rule: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitChange:
    """One unit and year. `before` and `after` are statuses where not scored, and points otherwise."""

    unit_id: str
    year: int
    before: Decimal | str | None
    after: Decimal | str | None
    lines: tuple[LineChange, ...]


def changes(before: Scores, after: Scores, old: Rubric, new: Rubric) -> tuple[UnitChange, ...]:
    """Every unit and year whose status, total, reachable total or grade is another, in the order of `after`.

    Indicators are told apart by their ids; a total can also change with no line of its own where a rubric leaves out
    what it cannot assess and scales the rest.
    """
    old_rows, new_rows = (_by_unit(each) for each in (before, after))
    old_lines, new_lines = (_lines(each) for each in (before, after))
    rules = rule_changes(old, new)
    found = []
    for key in {**new_rows, **old_rows}:
        was, now = old_rows.get(key), new_rows.get(key)
        if _told(was) != _told(now):
            lines = tuple(_changed(old_lines.get(key, {}), new_lines.get(key, {}), rules))
            found.append(UnitChange(*key, _shown(was), _shown(now), lines))
    return tuple(found)


def _by_unit(scores: Scores) -> dict[Key, dict[str, Any]]:
    return {(row["unit_id"], row["year"]): row for row in scores.score.to_pylist()}


def _lines(scores: Scores) -> dict[Key, dict[str, list[dict[str, Any]]]]:
    """The line of each indicator first, then what it is made of."""
    found: dict[Key, dict[str, list[dict[str, Any]]]] = {}
    for row in scores.reasons.to_pylist():
        found.setdefault((row["unit_id"], row["year"]), {}).setdefault(row["indicator"], []).append(row)
    return found


def _told(row: Mapping[str, Any] | None) -> tuple[Any, ...] | None:
    return None if row is None else tuple(row[name] for name in ("status", "points", "highest", "grade", "veto_cap"))


def _shown(row: Mapping[str, Any] | None) -> Decimal | str | None:
    if row is None:
        return None
    return row["points"] if row["status"] == "scored" else row["status"]


def rule_changes(old: Rubric, new: Rubric) -> dict[str, tuple[str, ...]]:
    """By indicator what is written otherwise: bands[0].points：8 → 7. Nothing for those that only one rubric has."""
    was, now = (
        {each.id: dict(flat(indicator_data(each, role))) for role, _, each in rubric.every()} for rubric in (old, new)
    )
    return {
        name: tuple(
            f"{key}：{was[name].get(key, '（没有）')} → {now[name].get(key, '（没有）')}"
            for key in {**was[name], **now[name]}
            if was[name].get(key) != now[name].get(key)
        )
        for name in was.keys() & now.keys()
    }


def _changed(
    old: Mapping[str, list[dict[str, Any]]],
    new: Mapping[str, list[dict[str, Any]]],
    rules: Mapping[str, tuple[str, ...]],
) -> Iterator[LineChange]:
    for indicator in {**old, **new}:
        was, now = old.get(indicator), new.get(indicator)
        points = [rows[0]["points"] if rows else None for rows in (was, now)]
        states = [(rows[0]["state"], rows[0]["full"]) if rows else None for rows in (was, now)]
        if points[0] != points[1] or states[0] != states[1]:
            name = (now or was or [{}])[0]["indicator_name"]
            yield LineChange(indicator, name, points[0], points[1], _why(was), _why(now), rules.get(indicator, ()))


def _why(rows: list[dict[str, Any]] | None) -> str:
    """The line's own words, and of what took or added something its words too."""
    if not rows:
        return "没有这一项"
    return "；".join([rows[0]["words"], *(row["words"] for row in rows[1:] if row["deducted"] or row["points"])])
