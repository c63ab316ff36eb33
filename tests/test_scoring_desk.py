"""人工评分 and 申诉复核 where something was registered by mistake, has to be looked at by a second person, or is no longer in
the rubric."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import score_data, score_queue, score_steps
from etl.build import build
from etl.ledger import Ledger
from etl.paths import DATA_VARIABLE, County
from etl.score.load import EXAMPLES
from etl.warehouse.finalise import finalise
from tests.score_county import county
from tests.test_dashboard import run, words

RUBRIC = (EXAMPLES / "annual_report.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that somebody decides is looked at by a second person before the year is shut."""
    held = county(tmp_path_factory.mktemp("desk") / "data")
    held.rubrics.mkdir()
    (held.rubrics / "2024.yaml").write_text(f"review: true\n{RUBRIC}", encoding="utf-8")
    build(held)
    return held.root


@pytest.fixture
def own(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[County]:
    shutil.copytree(built, tmp_path / "data")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    yield County(tmp_path / "data")
    st.cache_resource.clear()


def standing() -> score_data.Standing:
    issued = score_data.issued(2024)
    assert issued is not None
    return score_data.standing(2024, issued)


def desk() -> AppTest:
    app = run()
    app.switch_page("app_pages/scoring.py")
    app.session_state["part"] = "人工评分"
    app.run()
    assert not app.exception, app.exception
    return app


def take_back(app: AppTest, which: str, why: str) -> None:
    app.selectbox(key="score-back-which").set_value(which)
    app.text_input(key="score-back-why").set_value(why)
    if any(each.key == "name-score-back-out" for each in app.text_input):
        app.text_input(key="name-score-back-out").set_value("李强")
    app.button(key="score-back-save").click().run()
    assert not app.exception, app.exception


def test_a_veto_registered_by_mistake_is_taken_back_with_a_reason_and_no_longer_bounds_the_grade(own: County):
    ledger = Ledger(own.ledger)
    ledger.record("score", "late/2024/V1", {"holds": True, "evidence": ""}, who="王芳", why="见通报")
    ledger.record("score", "busy/2024/M1/1", {"points": "2", "evidence": ""}, who="王芳", why="市级表扬")
    assert standing().scored.by_unit["late"]["grade"] == "合格"  # 89 points are 良好; V1 leaves 合格 at best
    app = desk()
    which = "青禾县柏河乡人民政府 · V1 公开了不应公开的信息"
    assert app.selectbox(key="score-back-which").options == [which, "青禾县人民政府办公室 · M1 上级通报表扬（第 1 次）"]
    take_back(app, which, "")
    assert "要写明理由" in app.error[0].value and standing().scored.by_unit["late"]["grade"] == "合格"
    take_back(app, which, "登记错了单位")
    entry = ledger.of_kinds("score")[-1]
    assert (entry.subject, entry.after, entry.who, entry.why) == ("late/2024/V1", None, "李强", "登记错了单位")
    row = standing().scored.by_unit["late"]
    assert (row["points"], row["grade"], row["veto_cap"]) == (89, "良好", None)
    assert app.selectbox(key="score-back-which").options == ["青禾县人民政府办公室 · M1 上级通报表扬（第 1 次）"]


def test_whoever_takes_back_what_somebody_changed_meanwhile_is_told(own: County):
    ledger = Ledger(own.ledger)
    ledger.record("score", "busy/2024/M1/1", {"points": "2", "evidence": ""}, who="王芳", why="市级表扬")
    app = desk()
    ledger.record("score", "busy/2024/M1/1", {"points": "3", "evidence": ""}, who="赵敏", why="改为省级")
    take_back(app, "青禾县人民政府办公室 · M1 上级通报表扬（第 1 次）", "登记错了")
    assert "赵敏" in app.error[0].value and "已经作了处理" in app.error[0].value
    assert ledger.of_kinds("score")[-1].who == "赵敏"


def test_a_finding_that_is_to_take_no_points_is_reviewed_on_the_page_so_that_the_year_can_be_shut(own: County):
    ledger = Ledger(own.ledger)
    said = {"rule": "T4-01", "where": "表四", "message": "总计不符"}
    ledger.record("score_waiver", f"broken/2024/{'a' * 16}", said, who="王芳", why="系统导出所致")
    app = desk()
    which = "青禾县槐岭镇人民政府 · 不予扣分：T4-01 总计不符"
    assert app.selectbox(key="score-review-which").options == [which]
    app.selectbox(key="score-review-which").set_value(which)
    app.text_input(key="name-score-review").set_value("李强")
    app.button(key="score-agree").click().run()
    assert not app.exception, app.exception
    assert not standing().decisions.unreviewed
    build(own)
    assert finalise(own, 2024, who="李强", why="经会议审定").kind == "finalised"


def test_a_frozen_file_that_is_changed_or_gone_while_the_dashboard_runs_stops_the_points_at_once(own: County):
    finalise(own, 2024, who="孙主任", why="议定")
    build(own)
    app = run()

    def seen() -> str:
        app.switch_page("app_pages/scoring.py").run()
        assert not app.exception, app.exception
        return words(app)

    path = own.frozen_scores(2024)
    kept = path.read_bytes()
    assert "良好 3 家" in seen()
    path.unlink()
    assert "良好" not in seen() and "2024.json.gz" in words(app)
    path.write_bytes(kept[:-1] + b"?")
    assert "良好" not in seen() and "2024.json.gz" in words(app)
    path.write_bytes(kept)
    assert "良好 3 家" in seen()


def test_what_bars_the_finalising_is_called_by_its_name(own: County):
    ledger = Ledger(own.ledger)
    ledger.record("score", "busy/2024/M1/1", {"points": "2", "evidence": ""}, who="王芳", why="市级表扬")
    app = desk()
    app.text_input(key="score-final-why").set_value("经会议审定")
    app.text_input(key="name-score-final").set_value("李强")
    app.button(key="score-finalise").click().run(timeout=120)
    assert not app.exception, app.exception
    assert "还有 1 项没有复核，或被退回（青禾县人民政府办公室 · M1 上级通报表扬（第 1 次））" in app.error[0].value
    assert "busy/2024" not in app.error[0].value


@pytest.fixture
def without_d3(own: County) -> County:
    """An item was scored and appealed against, and then the rubric came without it: its 2 points went to D4."""
    ledger = Ledger(own.ledger)
    ledger.record("score", "zero/2024/D3", {"points": "2", "evidence": ""}, who="王芳", why="有解读栏目")
    ledger.record("appeal", "late/2024/D3", {"stage": "filed", "points": "0.00"}, who="王芳", why="有解读")
    start, end = RUBRIC.index("      - id: D3"), RUBRIC.index("      - id: D4")
    fewer = RUBRIC[:start] + RUBRIC[end:]
    d4 = fewer.index("      - id: D4")
    fewer = fewer[:d4] + fewer[d4:].replace("points: 2", "points: 4", 1).replace("points: 2,", "points: 4,", 1)
    (own.rubrics / "2024.yaml").write_text(fewer, encoding="utf-8")
    build(own)
    return own


def test_an_appeal_against_an_item_that_the_rubric_no_longer_has_can_still_be_ended(without_d3: County):
    app = run()
    app.switch_page("app_pages/appeals.py").run()
    assert not app.exception, app.exception
    assert "这一项现在不评了" in app.warning[0].value and app.button(key="appeal-changed").disabled
    app.text_input(key="appeal-reason-late/2024/D3").set_value("细则已取消这一项")
    app.text_input(key="name-appeals").set_value("李强")
    app.button(key="appeal-withdrawn").click().run()
    assert not app.exception, app.exception
    assert not standing().decisions.undecided


def test_a_score_of_an_item_that_the_rubric_no_longer_has_is_told_and_can_be_taken_back(without_d3: County):
    app = desk()
    assert "没有用上：细则里没有这一项" in words(app)
    take_back(app, "青禾县松堡镇人民政府 · D3", "细则已取消这一项")
    assert not standing().decisions.scores


@pytest.mark.parametrize("text", ["1E999999", "1" * 40, "-1E999999", "nan", "８．５", "八分", "0x5", ""])
def test_what_is_no_figure_of_points_is_none_however_large_it_is(text: str):
    assert score_queue.number(text) is None


def test_a_share_is_written_without_idle_decimals():
    assert [score_queue.said({"share": each}) for each in ("0.75", "0.5", "1", "0")] == [
        "满分的 75%", "满分的 50%", "满分的 100%", "满分的 0%",
    ]  # fmt: skip
    assert score_queue.said({"points": "2.50"}) == "2.5 分" and score_queue.number("2.50") == Decimal("2.5")


def test_a_very_long_name_leaves_room_for_the_picture_and_two_are_never_made_one():
    long = "青禾县" + "榛" * 190 + "镇人民政府"
    cut, other = score_steps.beside([long, "青禾县水务局"])
    assert len(cut) == 24 and cut.startswith("榛榛") and "…" in cut and other == "水务局"
    twins = ["青禾县" + "榛" * 30 + letter + "榛" * 30 for letter in "甲乙"]
    assert len(set(score_steps.beside(twins))) == 2
