"""What no rubric and no report may break: bounds, the less found the more points, no order, no harm by our own misreading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.score import Rubric, Scores, score
from tests.score_planted import Report, add_findings, rubric, warehouse

RULES = ("T-03", "T-06", "T3-01", "T3-02", "T3-03", "T4-01", "T-12", "W-41", "X-01", "T-20", "R-25", "T-37C")
MEASURES = (
    "published_total", "published_website", "disputes_overturned", "granted", "denied", "requests_at_hand",
    "requests/carried_out/total", "requests/other_misc/total", "policy_interpretations",
)  # fmt: skip
RATIOS = (("granted", "requests_at_hand"), ("requests/carried_out/total", "requests_at_hand"), ("denied", "granted"))
WORDS = ("考核", "培训", "追责", "清理")
R = "requests/"
REPORTS = {
    "nothing": [Report()],
    "busy": [Report({f"{R}new_received/total": 20, f"{R}granted/total": 9, f"{R}denied_third_party/total": 5,
                     f"{R}carried_out/total": 6, "published_total": 193, "disputes/reconsideration/overturned": 2})],
    "few": [Report({f"{R}new_received/total": 3, f"{R}granted/total": 1, f"{R}carried_out/total": 2,
                    "published_website": 12}), Report(year=2023)],
    "blank": [Report({f"{R}granted/total": "空白", f"{R}carried_out/total": "/"}, published=None)],
    "unread": [Report({f"{R}new_received/total": "待核", "published_total": "待核"}, text={"一": "列入考核，办过培训。"})],
    "late": [Report({"published_total": "约400", "policy_interpretations": 7, f"{R}other_misc/total": 4},
                    published="2025-03-20", text={"一": "没有清理，作了追责。"})],
}  # fmt: skip
UNITS = tuple(REPORTS)
LAWS = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.fixture(scope="module")
def planted() -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse(REPORTS, missing=["absent"]) as connection:
        yield connection


points = st.integers(1, 400).map(lambda n: Decimal(n) / 20)
small = st.integers(1, 60).map(lambda n: Decimal(n) / 20)


@st.composite
def findings_figure(draw: st.DrawFn) -> dict[str, Any]:
    rules = draw(st.lists(st.sampled_from(RULES), min_size=1, max_size=3, unique=True))
    figure: dict[str, Any] = {"rule": rules, "count": draw(st.sampled_from(["finding", "once", "rule", "table"]))}
    if draw(st.booleans()):
        figure["severity"] = ["must_fix", "verify", "notice"]
    return figure


@st.composite
def deducted(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["rule", "rule", "tested", "measure", "ratio", "said", "late"]))
    item: dict[str, Any] = {"points": draw(small)}
    if kind in ("rule", "tested"):
        item |= draw(findings_figure())
        if kind == "tested":
            item["at_least"] = draw(st.integers(1, 3))
            item["also"] = [{"measure": draw(st.sampled_from(MEASURES)), "told": draw(st.booleans())}]
    elif kind == "measure":
        item["measure"] = draw(st.sampled_from(MEASURES))
    elif kind == "ratio":
        left, right = draw(st.sampled_from(RATIOS))
        item |= {"measure": left, "of": right, draw(st.sampled_from(["over", "under"])): Decimal("0.3")}
    elif kind == "said":
        item |= {"said": draw(st.sampled_from(WORDS)), "is": 0}
    else:
        item |= {"observed": "days_late", "over": draw(st.integers(0, 40))}
    if draw(st.booleans()):
        item["most"] = draw(small)
    return item


@st.composite
def added(draw: st.DrawFn) -> dict[str, Any]:
    item: dict[str, Any] = {"points": draw(small)}
    kind = draw(st.sampled_from(["told", "said", "none", "each"]))
    if kind == "told":
        return item | {"measure": draw(st.sampled_from(MEASURES)), "told": True}
    if kind == "said":
        return item | {"said": draw(st.sampled_from(WORDS)), "at_least": 1}
    if kind == "none":
        return item | draw(findings_figure()) | {"at_most": draw(st.integers(0, 2))}
    return item | {"measure": draw(st.sampled_from(MEASURES))}


@st.composite
def banded(draw: st.DrawFn, full: Decimal) -> dict[str, Any]:
    falling = sorted(draw(st.lists(st.integers(0, 100), min_size=3, max_size=3)), reverse=True)
    worth = [full * share / 100 // Decimal("0.01") * Decimal("0.01") for share in falling]
    kind = draw(st.sampled_from(["rule", "similarity", "ratio", "volume"]))
    if kind == "volume":
        bands = [{"at_least": 200, "points": worth[0]}, {"at_least": 10, "points": worth[1]}, {"points": worth[2]}]
        return {"measure": draw(st.sampled_from(MEASURES)), "bands": bands}
    bounds = {"rule": (0, 2), "similarity": (70, 85), "ratio": (Decimal("0.1"), Decimal("0.4"))}[kind]
    bands = [
        {"at_most": bounds[0], "points": worth[0]},
        {"at_most": bounds[1], "points": worth[1]},
        {"points": worth[2]},
    ]
    if kind == "ratio":
        left, right = draw(st.sampled_from(RATIOS))
        bands[0]["or_count"] = 1
        return {"measure": left, "of": right, "bands": bands}
    return ({"observed": "similarity"} if kind == "similarity" else draw(findings_figure())) | {"bands": bands}


@st.composite
def indicator(draw: st.DrawFn) -> dict[str, Any]:
    full = draw(points)
    curve = draw(st.sampled_from(["deduct", "deduct", "add", "bands", "share", "yes_no", "manual"]))
    held: dict[str, Any] = {
        "points": full, "curve": curve, "not_assessable": draw(st.sampled_from(["full", "skip", "zero"])),
        "ask": draw(st.booleans()) and draw(st.booleans()),
    }  # fmt: skip
    if draw(st.integers(0, 3)) == 0:
        held["exposure"] = {"measure": "requests_at_hand", "small_n": draw(st.sampled_from([0, 5]))}
    if draw(st.integers(0, 3)) == 0:
        held["needs"] = draw(st.sampled_from([["last_report"], ["requests"], ["last_report", "requests"]]))
    if curve in ("deduct", "add"):
        items = deducted() if curve == "deduct" else added()
        return held | {"items": draw(st.lists(items, min_size=1, max_size=4))}
    if curve == "bands":
        return held | draw(banded(full))
    if curve == "share":
        if draw(st.booleans()):
            left, right = draw(st.sampled_from(RATIOS))
            return held | {"measure": left, "of": right}
        return held | {"measure": draw(st.sampled_from(MEASURES)), "full_at": draw(st.sampled_from([3, 7, 120]))}
    if curve == "yes_no":
        return held | draw(st.sampled_from([
            {"rule": "W-41", "is": 0}, {"measure": "granted", "at_least": 1}, {"said": "考核", "at_least": 1},
            {"rule": ["T-03", "T-06"], "at_most": 1, "also": [{"measure": "published_total", "told": True}]},
        ]))  # fmt: skip
    return held


@st.composite
def rubrics(draw: st.DrawFn) -> dict[str, Any]:
    """What tests.score_planted.rubric takes, so that it can be shuffled."""
    parts = {
        name: [
            {"id": f"{name}{n}", **each} for n, each in enumerate(draw(st.lists(indicator(), min_size=1, max_size=4)))
        ]
        for name in draw(st.sampled_from(["A", "AB", "ABC"]))
    }
    more: dict[str, Any] = {"cap": draw(st.sampled_from(["indicator", "dimension"]))}
    if draw(st.booleans()):
        penalty = {"id": "K1", "name": "旧表", "points": draw(small), "basis": "本县自定", "curve": "add"}
        more["penalty"] = {
            "most": draw(small),
            "items": [{**penalty, "items": [{"points": 1, **draw(findings_figure())}]}],
        }
        bonus = {"id": "J1", "name": "公开", "points": draw(small), "basis": "本县自定", "curve": "yes_no"}
        more["bonus"] = {"most": draw(small), "items": [{**bonus, "measure": "granted", "at_least": 3}]}
        more["veto"] = [{"id": "V1", "name": "雷同", "basis": "本县自定", "at_best": "不合格", "curve": "yes_no",
                         "rule": "T-37C", "at_least": 1}]  # fmt: skip
    return {"indicators": parts, **more}


@st.composite
def found(draw: st.DrawFn) -> list[tuple[str, dict[str, Any]]]:
    """Findings of the units, each with a name of its own."""
    rules = draw(st.lists(st.tuples(st.sampled_from(UNITS), st.sampled_from(RULES)), min_size=1, max_size=12))
    return [
        (unit, {
            "rule": rule, "fingerprint": f"f{n}", "found": "90%" if rule == "T-37C" else "没有改进情况",
            "severity": draw(st.sampled_from(["verify", "notice"])), "where": draw(st.sampled_from(["表二", "表三"])),
            "verdict": draw(st.sampled_from(["broken", "broken", "doubtful"])),
            "cells": draw(st.sampled_from([[], ["requests/granted/total"], ["proactive/penalty/decisions"]])),
        })
        for n, (unit, rule) in enumerate(rules)
    ]  # fmt: skip


@contextmanager
def with_findings(
    planted: duckdb.DuckDBPyConnection, every: Sequence[tuple[str, dict[str, Any]]]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse with these findings and no others, as long as it is looked at."""
    planted.execute("BEGIN")
    try:
        files = dict(planted.sql("SELECT unit_id, file_id FROM report WHERE year = 2024").fetchall())
        for unit in {unit for unit, _ in every}:
            add_findings(planted, files[unit], unit, [each for whose, each in every if whose == unit])
        yield planted
    finally:
        planted.execute("ROLLBACK")


def totals(scores: Scores) -> dict[str, dict[str, Any]]:
    return {row["unit_id"]: row for row in scores.score.to_pylist()}


def check_lines(held: Rubric, scores: Scores) -> None:
    reasons = scores.reasons.to_pylist()
    for row in scores.score.to_pylist():
        if row["status"] != "scored":
            continue
        lines = [each for each in reasons if each["unit_id"] == row["unit_id"] and each["item"] == 0]
        main = [each for each in lines if each["role"] == "main"]
        assert len(lines) == len(list(held.every()))
        for line in main:
            if line["points"] is not None:
                assert line["points"] + line["deducted"] == line["full"]
                assert line["points"] <= line["full"]
                assert line["points"] >= 0 or held.cap == "dimension"
        for dimension in held.dimensions:
            known = [
                each["points"] for each in main if each["dimension"] == dimension.id and each["points"] is not None
            ]
            assert 0 <= sum(known) <= dimension.points
        kept = sum(each["full"] for each in main if each["points"] is not None)
        open_main = sum(each["full"] for each in main if each["state"] == "manual_open")
        assert kept + open_main + row["skipped"] == held.full
        most = held.full + (held.bonus.most if held.bonus else 0)
        if row["points"] is None:
            assert row["skipped"] == held.full
        else:
            assert 0 <= row["points"] <= row["highest"] <= most
            assert row["points"] == row["highest"] or row["manual_open"]


@LAWS
@given(told=rubrics(), every=found())
def test_points_never_leave_their_bounds_and_every_line_adds_up(planted, told: dict[str, Any], every) -> None:
    held = rubric(**told)
    with with_findings(planted, every):
        scores = score(planted, held)
    check_lines(held, scores)
    items = [each for each in scores.reasons.to_pylist() if each["item"] > 0]
    for each in items:
        assert 0 <= (each["deducted"] or 0) <= each["amount"] and 0 <= (each["points"] or 0) <= each["amount"]
        if each["state"] in ("doubtful", "waived"):
            assert not each["deducted"]
        is_short = (each["deducted"] if each["deducted"] is not None else each["points"]) < each["amount"]
        assert (each["capped_by"] != "") == (is_short and each["state"] == "counted")
    by_line = {(each["unit_id"], each["indicator"]): each for each in scores.reasons.to_pylist() if each["item"] == 0}
    taken: dict[tuple[str, str], Decimal] = {}
    for each in items:
        if each["deducted"] is not None:
            key = (each["unit_id"], each["indicator"])
            taken[key] = taken.get(key, Decimal(0)) + each["deducted"]
    for key, sum_of_items in taken.items():
        assert sum_of_items == by_line[key]["deducted"]


@LAWS
@given(told=rubrics(), every=found(), data=st.data())
def test_a_finding_less_never_lowers_a_score(planted, told: dict[str, Any], every, data: st.DataObject) -> None:
    held = rubric(**told)
    gone = data.draw(st.sampled_from(range(len(every))))
    with with_findings(planted, every):
        before = totals(score(planted, held))
    with with_findings(planted, [each for n, each in enumerate(every) if n != gone]):
        after = totals(score(planted, held))
    for unit, row in before.items():
        for name in ("points", "highest"):
            if row[name] is not None:
                assert after[unit][name] >= row[name]


@LAWS
@given(told=rubrics(), every=found(), data=st.data())
def test_the_order_of_a_rubric_and_of_its_findings_does_not_matter(
    planted, told: dict[str, Any], every, data: st.DataObject
) -> None:
    with with_findings(planted, every):
        before = totals(score(planted, rubric(**told)))
    parts = {}
    for name in data.draw(st.permutations(list(told["indicators"]))):
        shuffled = data.draw(st.permutations(told["indicators"][name]))
        parts[name] = [
            {**each, "items": data.draw(st.permutations(each["items"]))} if "items" in each else each
            for each in shuffled
        ]
    with with_findings(planted, data.draw(st.permutations(every))):
        after = totals(score(planted, rubric(**{**told, "indicators": parts})))
    for unit, row in before.items():
        for name in row.keys() - {"rubric_sha"}:
            assert after[unit][name] == row[name], (unit, name)


@LAWS
@given(told=rubrics(), every=found(), data=st.data())
def test_what_we_could_not_read_never_lowers_what_can_be_reached(
    planted, told: dict[str, Any], every, data: st.DataObject
) -> None:
    held = rubric(**told)
    with with_findings(planted, every):
        before = totals(score(planted, held))
    unread = data.draw(st.lists(st.sampled_from(MEASURES), max_size=3))
    doubted = {n for n in range(len(every)) if data.draw(st.booleans())}
    doubtful = [
        (unit, {**each, "verdict": "doubtful"} if n in doubted else each) for n, (unit, each) in enumerate(every)
    ]
    with with_findings(planted, doubtful):
        planted.execute(
            "UPDATE measure_value SET state = 'unreadable', value = NULL, of_value = NULL WHERE list_contains($m, measure)",
            {"m": unread},
        )
        if data.draw(st.booleans()):
            planted.execute("DELETE FROM section")
        if data.draw(st.booleans()):
            planted.execute(
                "INSERT INTO problem SELECT file_id, 1, 'row_missing', label || '：有一行没有找到', NULL, NULL FROM report, "
                "(SELECT DISTINCT table_label AS label FROM form_cell WHERE form = '2021')"
            )
        after = totals(score(planted, held))
    for unit, row in before.items():
        if row["points"] is not None and after[unit]["points"] is not None:
            assert after[unit]["highest"] >= row["points"]
