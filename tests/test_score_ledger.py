"""What people decide about scores: what each entry must say, what stands, what is refused, and what a build makes of it."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from etl.build import Built, build
from etl.ledger import (
    SCORE_KINDS,
    AppealStage,
    Conflict,
    Entry,
    Kind,
    Ledger,
    LedgerError,
    ScoreDecisions,
    parse_score_subject,
    score_decisions,
    score_subject,
    waiver_subject,
)
from etl.paths import County
from etl.score import load_rubric, manual_in, score
from etl.score.load import EXAMPLES
from etl.warehouse.read import open_build
from tests.score_county import county as score_county

SHA = "a" * 64
E1 = score_subject("t01", 2024, "E1")
FINAL = {"sha256": SHA, "rubric": SHA, "build": "20250301-101010-abcdef01", "units": 30, "open": 0, "review": True}
WAIVED = {"rule": "T3-01", "where": "表三", "message": "相差 3。"}


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "county" / "ledger.sqlite")


def give(ledger: Ledger, points: str = "2", who: str = "李经办", subject: str = E1, **more: Any) -> Entry:
    said = {"points": points, "evidence": "附件一", **more}
    return ledger.record(Kind.SCORE, subject, said, who=who, why="看过附件一")


def review(ledger: Ledger, entry: Entry, who: str = "王复核", agrees: bool = True) -> Entry:
    said = {"entry_id": entry.entry_id, "agrees": agrees}
    return ledger.record(Kind.SCORE_REVIEW, entry.subject, said, who=who, why="" if agrees else "附件一看不出")


def appeal(ledger: Ledger, stage: str, subject: str = E1, **more: Any) -> Entry:
    return ledger.record(Kind.APPEAL, subject, {"stage": stage, **more}, who="赵受理", why="单位来函")


def finalise(ledger: Ledger, year: int = 2024, **more: Any) -> Entry:
    said = {**FINAL, "upto": ledger.last_id(), **more}
    return ledger.record(Kind.FINALISED, str(year), said, who="孙主任", why="办公会议定")


def standing(ledger: Ledger) -> ScoreDecisions:
    return score_decisions(ledger.of_kinds(*SCORE_KINDS))


def worth(ledger: Ledger) -> list[tuple[str, Decimal | None]]:
    return [(str(each.subject), each.points) for each in standing(ledger).scores]


# ── what an entry must say


@pytest.mark.parametrize(
    ("kind", "subject", "after", "why", "words"),
    [
        ("score", E1, {"points": "2", "evidence": ""}, "", "理由"),
        ("score", E1, {"points": 2, "evidence": ""}, "看过", "points"),
        ("score", E1, {"points": "-1", "evidence": ""}, "看过", "points"),
        ("score", E1, {"points": "2.005", "evidence": ""}, "看过", "points"),
        ("score", E1, {"points": "2", "share": "1", "evidence": ""}, "看过", "恰好"),
        ("score", E1, {"evidence": ""}, "看过", "恰好"),
        ("score", E1, {"share": "1.2", "evidence": ""}, "看过", "share"),
        ("score", E1, {"holds": "yes", "evidence": ""}, "看过", "holds"),
        ("score", E1, {"points": "2"}, "看过", "evidence"),
        ("score", "t01/2024", {"points": "2", "evidence": ""}, "看过", "对象"),
        ("score", "t01/2024/5", {"points": "2", "evidence": ""}, "看过", "对象"),
        ("score_review", E1, {"entry_id": 0, "agrees": True}, "", "entry_id"),
        ("score_review", E1, {"entry_id": 1}, "", "agrees"),
        ("score_review", E1, {"entry_id": 1, "agrees": False}, "", "理由"),
        ("score_waiver", "t01/2024/0f3a", WAIVED, "", "理由"),
        ("score_waiver", "t01/2024/0f3a", {"rule": "T3-01"}, "核实过", "where"),
        ("appeal", E1, {"stage": "filed", "points": None}, "", "理由"),
        ("appeal", E1, {"stage": "filed", "points": "many"}, "不服", "points"),
        ("appeal", E1, {"stage": "filed", "points": "1", "holds": True}, "不服", "holds"),
        ("appeal", E1, {"stage": "filed", "holds": "yes"}, "不服", "holds"),
        ("appeal", E1, {"stage": "filed", "points": None, "due": "三月底"}, "不服", "due"),
        ("appeal", E1, {"stage": "filed", "points": None, "due": "2025-02-30"}, "不服", "due"),
        ("appeal", E1, {"stage": "filed", "points": None, "due": "20250320"}, "不服", "due"),
        ("appeal", E1, None, " ", "撤回申诉要写明理由"),
        ("appeal", E1, {"stage": "evidence", "evidence": " "}, "", "材料"),
        ("appeal", E1, {"stage": "changed"}, "核实过", "恰好"),
        ("appeal", E1, {"stage": "withdrawn"}, "核实过", "stage"),
        ("finalised", "2024", {**FINAL, "upto": 0}, "", "理由"),
        ("finalised", "2024", {**FINAL, "upto": 0, "sha256": "x"}, "议定", "sha256"),
        ("finalised", "2024", None, "议定", "撤回"),
        ("finalised", "t01/2024", {**FINAL, "upto": 0}, "议定", "对象"),
    ],
)
def test_what_does_not_say_what_its_kind_must_is_refused_with_the_reason(
    ledger: Ledger, kind: str, subject: str, after: dict[str, Any] | None, why: str, words: str
) -> None:
    with pytest.raises(LedgerError, match=words) as refused:
        ledger.record(kind, subject, after, who="李经办", why=why)
    assert str(refused.value).startswith("没有保存") and ledger.entries() == ()


def test_a_subject_of_a_score_can_be_read_again() -> None:
    assert parse_score_subject("北/2019/x/2024/E1.2/12") == ("北/2019/x", 2024, "E1.2", 12)
    assert score_subject("t01", 2024, "J1", 3) == "t01/2024/J1/3" and parse_score_subject(E1) == ("t01", 2024, "E1", 0)
    with pytest.raises(ValueError):
        parse_score_subject("t01/2024")


# ── what stands


def test_the_last_score_stands_and_what_was_taken_back_does_not(ledger: Ledger) -> None:
    first = give(ledger, "2")
    second = give(ledger, "3")
    assert (second.before, worth(ledger)) == (first.after, [(E1, Decimal(3))])
    ledger.record(Kind.SCORE, E1, None, who="李经办", seen=second.entry_id)
    assert worth(ledger) == []


def test_the_events_of_a_bonus_stand_beside_each_other_each_with_its_own_history(ledger: Ledger) -> None:
    one, two = (score_subject("t01", 2024, "J1", n) for n in (1, 2))
    give(ledger, "1", subject=one)
    give(ledger, "2", subject=two)
    give(ledger, "1.5", subject=one)
    assert worth(ledger) == [(two, Decimal(2)), (one, Decimal("1.5"))]


def test_somebody_who_saw_an_older_score_does_not_overrun_the_newer(ledger: Ledger) -> None:
    first = give(ledger, "2")
    give(ledger, "3", who="钱某")
    with pytest.raises(Conflict) as stopped:
        ledger.record(Kind.SCORE, E1, {"points": "1", "evidence": ""}, who="李经办", why="看过", seen=first.entry_id)
    assert (
        stopped.value.latest is not None and stopped.value.latest.who == "钱某" and worth(ledger) == [(E1, Decimal(3))]
    )


def test_a_second_person_looks_at_one_entry_and_a_later_score_has_to_be_looked_at_again(ledger: Ledger) -> None:
    first = give(ledger, "2")
    review(ledger, first)
    assert [each.is_reviewed for each in standing(ledger).scores] == [True] and standing(ledger).unreviewed == ()
    second = give(ledger, "3")
    assert [each.is_reviewed for each in standing(ledger).scores] == [False]
    with pytest.raises(Conflict):
        review(ledger, first)
    sent_back = review(ledger, second, agrees=False)
    (held,) = standing(ledger).scores
    assert (held.review, held.is_reviewed) == (sent_back, False)


@pytest.mark.parametrize("who", ["李经办", " 李 经办"])
def test_nobody_reviews_what_they_scored_themselves(ledger: Ledger, who: str) -> None:
    entry = give(ledger)
    with pytest.raises(LedgerError, match="另一个人"):
        review(ledger, entry, who=who)
    assert standing(ledger).unreviewed != ()


def test_a_finding_that_is_to_take_no_points_says_what_it_was_and_can_be_reviewed(ledger: Ledger) -> None:
    subject = waiver_subject("t01", 2024, "0f3a")
    entry = ledger.record(Kind.SCORE_WAIVER, subject, WAIVED, who="李经办", why="原文另有说明")
    (held,) = standing(ledger).waivers
    assert (held.unit_id, held.year, held.fingerprint, held.entry, held.is_reviewed) == (
        "t01",
        2024,
        "0f3a",
        entry,
        False,
    )
    review(ledger, entry)
    assert standing(ledger).waivers[0].is_reviewed
    ledger.record(Kind.SCORE_WAIVER, subject, None, who="李经办")
    assert standing(ledger).waivers == ()


def test_the_entries_of_one_year_are_those_of_its_scores(ledger: Ledger) -> None:
    held = [give(ledger), appeal(ledger, "filed", points=None), appeal(ledger, "upheld")]
    give(ledger, subject=score_subject("t01", 2025, "E1"))
    held.append(ledger.record(Kind.SCORE_WAIVER, waiver_subject("t01", 2024, "0f"), WAIVED, who="李", why="核实"))
    ledger.record("reminded", "t01/2024", {}, who="李经办")
    ledger.record("returned", "t01/2024", {"sha256": SHA, "path": "x", "findings": []}, who="李经办")
    held.append(finalise(ledger, review=False))
    assert ledger.of_year(2024) == tuple(held)
    assert score_decisions(ledger.of_year(2024)) == standing(ledger).of_year(2024)


# ── appeals


def test_an_appeal_runs_from_its_registration_over_its_material_to_the_decision(ledger: Ledger) -> None:
    give(ledger, "2")
    appeal(ledger, "filed", points="2")
    (case,) = standing(ledger).appeals
    assert (case.stage, case.stage.label, case.decided) == (AppealStage.FILED, "已登记", None)
    appeal(ledger, "evidence", evidence="照片三张")
    appeal(ledger, "evidence", evidence="会议记录")
    (case,) = standing(ledger).appeals
    assert [each.after and each.after["evidence"] for each in case.evidence] == ["照片三张", "会议记录"]
    assert standing(ledger).undecided == (case,)
    end = appeal(ledger, "upheld")
    (case,) = standing(ledger).appeals
    assert (case.stage.label, case.decided, standing(ledger).undecided) == ("维持", end, ())
    assert worth(ledger) == [(E1, Decimal(2))]


def test_what_an_appeal_changed_counts_from_then_on_and_only_another_appeal_can_change_it(ledger: Ledger) -> None:
    give(ledger, "2")
    appeal(ledger, "filed", points="2")
    appeal(ledger, "changed", points="4")
    (held,) = standing(ledger).scores
    assert (held.points, held.is_appealed, held.entry.who) == (Decimal(4), True, "赵受理")
    for after in ({"points": "1", "evidence": ""}, None):
        with pytest.raises(LedgerError, match="改判"):
            ledger.record(Kind.SCORE, E1, after, who="李经办", why="看过")
    appeal(ledger, "filed", points="4")
    assert worth(ledger) == [(E1, Decimal(4))], "until it is decided, what was decided before counts"
    appeal(ledger, "changed", points="3")
    assert worth(ledger) == [(E1, Decimal(3))] and [each.stage.label for each in standing(ledger).appeals] == [
        "改判",
        "改判",
    ]


def test_an_item_that_the_machine_counted_can_be_appealed_against_without_a_score(ledger: Ledger) -> None:
    appeal(ledger, "filed", points="6")
    appeal(ledger, "changed", points="8")
    assert worth(ledger) == [(E1, Decimal(8))]


def test_a_changed_bonus_stands_for_all_its_events_and_a_changed_event_for_itself(ledger: Ledger) -> None:
    whole, one, two = score_subject("t01", 2024, "J1"), *(score_subject("t01", 2024, "J1", n) for n in (1, 2))
    give(ledger, "1", subject=one)
    give(ledger, "2", subject=two)
    appeal(ledger, "filed", one, points="1")
    appeal(ledger, "changed", one, points="1.5")
    assert worth(ledger) == [(two, Decimal(2)), (one, Decimal("1.5"))]
    appeal(ledger, "filed", whole, points="3.5")
    appeal(ledger, "changed", whole, points="5")
    assert worth(ledger) == [(whole, Decimal(5))]
    with pytest.raises(LedgerError, match="改判"):
        give(ledger, "1", subject=score_subject("t01", 2024, "J1", 3))


def test_an_appeal_can_be_withdrawn_and_filed_again(ledger: Ledger) -> None:
    appeal(ledger, "filed", points=None)
    ledger.record(Kind.APPEAL, E1, None, who="赵受理", why="单位撤回")
    assert [each.stage.label for each in standing(ledger).appeals] == ["已撤回"] and standing(ledger).undecided == ()
    appeal(ledger, "filed", points=None)
    assert [each.stage.label for each in standing(ledger).appeals] == ["已撤回", "已登记"]


def test_a_withdrawn_appeal_says_who_when_and_why_and_no_longer_bars_the_finalising(ledger: Ledger) -> None:
    appeal(ledger, "filed", points=None)
    with pytest.raises(LedgerError, match="1 件申诉没有办结"):
        finalise(ledger, review=False)
    entry = ledger.record(Kind.APPEAL, E1, None, who="赵受理", why="单位来函撤回")
    (case,) = standing(ledger).appeals
    assert (case.stage, case.decided) == (AppealStage.WITHDRAWN, entry)
    assert (entry.who, entry.why, bool(entry.made_at)) == ("赵受理", "单位来函撤回", True)
    finalise(ledger, review=False)


def test_the_days_left_for_an_answer_are_counted_from_the_day_named_until_it_is_given(ledger: Ledger) -> None:
    appeal(ledger, "filed", points="2", due="2025-03-20")
    (case,) = standing(ledger).appeals
    assert case.due_on == date(2025, 3, 20)
    told = [case.days_left(day) for day in (date(2025, 2, 28), date(2025, 3, 20), date(2025, 3, 22))]
    assert told == [20, 0, -2]
    appeal(ledger, "upheld")
    (case,) = standing(ledger).appeals
    assert (case.due_on, case.days_left(date(2025, 3, 22))) == (date(2025, 3, 20), None)
    appeal(ledger, "filed", score_subject("t01", 2024, "E2"), points="2")
    assert standing(ledger).appeals[-1].days_left(date(2025, 3, 22)) is None


def test_a_veto_that_an_appeal_lifted_does_not_hold_and_only_another_appeal_can_bring_it_back(ledger: Ledger) -> None:
    veto = score_subject("t01", 2024, "V1")
    ledger.record(Kind.SCORE, veto, {"holds": True, "evidence": "通报"}, who="李经办", why="见通报")
    appeal(ledger, "filed", veto, holds=True)
    appeal(ledger, "changed", veto, holds=False)
    (held,) = standing(ledger).scores
    assert (held.holds, held.is_appealed) == (False, True)
    with pytest.raises(LedgerError, match="申诉改判"):
        ledger.record(Kind.SCORE, veto, {"holds": True, "evidence": ""}, who="李经办", why="再登记")


def test_the_last_entry_on_a_subject_is_also_one_that_took_back(ledger: Ledger) -> None:
    assert ledger.last(Kind.SCORE, E1) is None
    give(ledger)
    back = ledger.record(Kind.SCORE, E1, None, who="李经办")
    give(ledger, subject=score_subject("t01", 2024, "E2"))
    assert ledger.last(Kind.SCORE, E1) == back and ledger.last("appeal", E1) is None


@pytest.mark.parametrize("before", [[], ["filed", "upheld"], ["filed", None]])
@pytest.mark.parametrize("stage", ["evidence", "upheld", "changed", None])
def test_nothing_is_decided_that_nobody_filed(ledger: Ledger, before: list[str | None], stage: str | None) -> None:
    more: dict[str | None, dict[str, str | None]] = {
        "filed": {"points": None},
        "changed": {"points": "1"},
        "evidence": {"evidence": "x"},
    }
    for each in before:
        ledger.record(Kind.APPEAL, E1, {"stage": each, **more.get(each, {})} if each else None, who="赵", why="来函")
    with pytest.raises(LedgerError, match="请先登记"):
        ledger.record(Kind.APPEAL, E1, {"stage": stage, **more.get(stage, {})} if stage else None, who="赵", why="来函")


def test_one_appeal_at_a_time(ledger: Ledger) -> None:
    appeal(ledger, "filed", points=None)
    with pytest.raises(LedgerError, match=r"正在办理.*赵受理"):
        appeal(ledger, "filed", points=None)


# ── finalised


def test_after_a_year_is_finalised_every_entry_about_its_scores_is_refused_and_says_who_did_it(ledger: Ledger) -> None:
    entry = give(ledger)
    review(ledger, entry)
    finalise(ledger)
    held = standing(ledger).finalised[2024]
    assert (held.year, held.sha256, held.who, held.why) == (2024, SHA, "孙主任", "办公会议定")
    before = ledger.entries()
    for act in (
        lambda: give(ledger, "3"),
        lambda: ledger.record(Kind.SCORE, E1, None, who="李经办"),
        lambda: review(ledger, entry, who="周某"),
        lambda: ledger.record(Kind.SCORE_WAIVER, waiver_subject("t01", 2024, "0f"), WAIVED, who="李", why="核实"),
        lambda: appeal(ledger, "filed", points="2"),
        lambda: finalise(ledger),
    ):
        with pytest.raises(LedgerError, match=r"孙主任.*定稿.*请") as refused:
            act()
        assert "2024" in str(refused.value)
    assert ledger.entries() == before
    give(ledger, subject=score_subject("t01", 2025, "E1"))
    ledger.record("reminded", "t01/2024", {}, who="李经办")


def test_a_year_is_not_finalised_while_items_are_open_unreviewed_or_under_appeal(ledger: Ledger) -> None:
    entry = give(ledger)
    with pytest.raises(LedgerError, match="没有定稿：还有 4 项要由人评定"):
        finalise(ledger, open=4)
    with pytest.raises(LedgerError, match=r"没有复核.*t01/2024/E1"):
        finalise(ledger)
    review(ledger, entry, agrees=False)
    with pytest.raises(LedgerError, match="退回"):
        finalise(ledger)
    ledger.record(Kind.SCORE_REVIEW, E1, {"entry_id": entry.entry_id, "agrees": True}, who="王复核", why="")
    appeal(ledger, "filed", points="2")
    with pytest.raises(LedgerError, match=r"1 件申诉没有办结.*t01/2024/E1"):
        finalise(ledger)
    appeal(ledger, "upheld")
    give(ledger, subject=score_subject("t01", 2025, "E1"))  # another year's is no hindrance
    finalise(ledger)
    assert [*standing(ledger).finalised] == [2024]


def test_a_change_by_appeal_asks_for_a_review_as_a_score_does(ledger: Ledger) -> None:
    review(ledger, give(ledger))
    appeal(ledger, "filed", points="2")
    changed = appeal(ledger, "changed", points="3")
    with pytest.raises(LedgerError, match="没有复核"):
        finalise(ledger)
    review(ledger, changed)
    finalise(ledger)


def test_where_the_rubric_asks_for_no_review_none_is_needed(ledger: Ledger) -> None:
    give(ledger)
    finalise(ledger, review=False)


@pytest.mark.parametrize("kind", ["score", "finding", "dates"])
def test_what_was_decided_after_the_scores_were_frozen_stops_the_finalising(ledger: Ledger, kind: str) -> None:
    give(ledger)
    upto = ledger.last_id()
    said: dict[str, tuple[str, dict[str, Any]]] = {
        "score": (score_subject("t02", 2024, "E1"), {"points": "1", "evidence": ""}),
        "finding": ("f1", {"decision": "waive", **WAIVED}),
        "dates": (SHA, {"received_on": None, "published_on": "2025-01-20"}),
    }
    subject, after = said[kind]
    ledger.record(kind, subject, after, who="钱某", why="看过")
    with pytest.raises(Conflict, match="钱某"):
        finalise(ledger, upto=upto, review=False)
    ledger.record("reminded", "t01/2024", {}, who="李经办")
    finalise(ledger, upto=ledger.last_id() - 1, review=False)  # a reminder makes no points


# ── handed on


def test_what_was_decided_about_scores_can_be_exported_and_makes_the_same_ledger_again(
    ledger: Ledger, tmp_path: Path
) -> None:
    entry = give(ledger, "2.5", subject=E1)
    review(ledger, entry)
    appeal(ledger, "filed", points="2.5")
    appeal(ledger, "evidence", evidence="照片")
    review(ledger, appeal(ledger, "changed", share="0.8"))
    ledger.record(
        Kind.SCORE, score_subject("t01", 2024, "V1"), {"holds": True, "evidence": "通报"}, who="李", why="通报"
    )
    ledger.record(Kind.SCORE_WAIVER, waiver_subject("t01", 2024, "0f"), WAIVED, who="李", why="核实")
    finalise(ledger, review=False)
    ledger.export(tmp_path / "x.yaml")
    other = Ledger(tmp_path / "other.sqlite")
    assert other.import_(tmp_path / "x.yaml") == 9
    assert other.entries() == ledger.entries() and standing(other) == standing(ledger)


def test_an_import_brings_nothing_into_a_finalised_year(ledger: Ledger, tmp_path: Path) -> None:
    give(ledger)
    finalise(ledger, review=False)
    ledger.export(tmp_path / "x.yaml")
    text = (tmp_path / "x.yaml").read_text(encoding="utf-8")
    head, first, second = text.partition("- entry_id: 1\n")
    one = first + second.partition("- entry_id: 2\n")[0]
    (tmp_path / "x.yaml").write_text(text + one.replace("entry_id: 1", "entry_id: 3", 1), encoding="utf-8")
    other = Ledger(tmp_path / "other.sqlite")
    with pytest.raises(LedgerError, match="定稿"):
        other.import_(tmp_path / "x.yaml")
    assert other.entries() == () and head


# ── what a build makes of it


def row_of(built: Built, unit_id: str) -> dict[str, Any]:
    """The unit's row of score, under `lines` its indicators: points, deducted, state and words."""
    with open_build(built.stamp.path) as connection:
        score = connection.execute("SELECT * FROM score WHERE unit_id = ?", [unit_id]).to_arrow_table().to_pylist()[0]
        reasons = connection.execute("SELECT * FROM score_reason WHERE unit_id = ? ORDER BY position, item", [unit_id])
        rows = reasons.to_arrow_table().to_pylist()
    lines = {row["indicator"]: row for row in rows if row["item"] == 0}
    return {**score, "lines": lines, "reasons": rows}


@pytest.fixture
def county(tmp_path: Path) -> County:
    held = score_county(tmp_path / "data")
    held.rubrics.mkdir()
    shutil.copy(EXAMPLES / "annual_report.yaml", held.rubrics / "2024.yaml")
    return held


def test_scores_bonus_penalty_and_veto_of_the_ledger_stand_in_the_build_with_who_and_why(county: County) -> None:
    before = row_of(build(county), "busy")
    ledger = Ledger(county.ledger)
    for indicator, points in (("C3", "1.5"), ("M1", "2"), ("N2", "3")):
        review(ledger, give(ledger, points, subject=score_subject("busy", 2024, indicator)))
    give(ledger, "1", subject=score_subject("busy", 2024, "M1", 2))
    ledger.record(
        Kind.SCORE, score_subject("busy", 2024, "V1"), {"holds": True, "evidence": "通报"}, who="李", why="见县通报"
    )
    after = row_of(build(county), "busy")
    assert before["lines"]["C3"]["points"] == 4
    assert after["lines"]["C3"]["points"] == Decimal("1.5")
    assert after["lines"]["C3"]["words"] == "人工评定：看过附件一（李经办，王复核 复核）"
    assert (after["bonus"], after["penalty"]) == (3, 3), "two events of praise add up"
    assert after["points"] == before["points"] - Decimal("2.5") + 3 - 3
    assert (before["veto_cap"], after["veto_cap"]) == (None, "合格")


def test_a_finding_that_is_to_take_no_points_takes_none_in_the_build(county: County) -> None:
    before = row_of(build(county), "broken")
    held = next(row for row in before["reasons"] if row["indicator"] == "B2" and row["fingerprint"])
    assert (before["lines"]["B2"]["points"], held["deducted"]) == (2, 2)
    subject = waiver_subject("broken", 2024, held["fingerprint"])
    Ledger(county.ledger).record(Kind.SCORE_WAIVER, subject, WAIVED, who="李经办", why="上级另有规定")
    after = row_of(build(county), "broken")
    (waived,) = [row for row in after["reasons"] if row["fingerprint"] == held["fingerprint"]]
    assert (after["lines"]["B2"]["points"], waived["state"]) == (4, "waived")
    assert "上级另有规定（李经办）" in waived["words"]


def test_what_an_appeal_changed_stands_in_the_build(county: County) -> None:
    ledger, subject = Ledger(county.ledger), score_subject("broken", 2024, "B1")
    assert row_of(build(county), "broken")["lines"]["B1"]["points"] == 4
    appeal(ledger, "filed", subject, points="4")
    first = build(county)
    appeal(ledger, "changed", subject, points="8")
    line = row_of(build(county), "broken")["lines"]["B1"]
    assert (line["points"], line["words"]) == (8, "人工评定：申诉改判：单位来函（赵受理）")
    assert row_of(first, "broken")["lines"]["B1"]["points"] == 4


def test_a_build_is_new_when_what_stands_changed_and_only_then(county: County) -> None:
    ledger, subject = Ledger(county.ledger), score_subject("busy", 2024, "C3")
    first = build(county)
    entry = give(ledger, "3", subject=subject)
    second = build(county)
    assert second.is_new and second.stamp.input_hash != first.stamp.input_hash and second.stamp.parsed_count == 0
    assert not build(county).is_new
    review(ledger, entry)
    assert build(county).is_new, "who looked at it stands in the reason"
    ledger.record(Kind.SCORE, subject, None, who="李经办")
    again = build(county)
    assert again.stamp.content_hash == first.stamp.content_hash


def test_a_decision_on_what_the_rubric_does_not_have_changes_no_score_and_is_told(county: County) -> None:
    before = row_of(build(county), "busy")
    ledger = Ledger(county.ledger)
    give(ledger, "3", subject=score_subject("busy", 2024, "Q9"))
    give(ledger, "99", subject=score_subject("busy", 2024, "C3"))
    assert row_of(build(county), "busy") == before
    with open_build(build(county).stamp.path) as connection:
        lapsed = score(connection, load_rubric(county.rubrics / "2024.yaml"), manual_in(ledger)).lapsed
    assert [(each.indicator, each.points) for each in lapsed] == [("Q9", Decimal(3)), ("C3", Decimal(99))]
