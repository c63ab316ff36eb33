"""考核评分 without a browser: its figures against sums of their own, and against the units that are worked out by hand."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
import streamlit as st
from python_calamine import CalamineWorkbook
from streamlit.testing.v1 import AppTest

from dashboard import (
    score_appeals,
    score_cards,
    score_charts,
    score_data,
    score_ranking,
    score_steps,
    score_trial,
    score_unit,
    score_words,
)
from dashboard.grid import Table
from etl.build import build
from etl.cli import main, screen
from etl.ledger import Ledger
from etl.paths import DATA_VARIABLE, VIEWER_VARIABLE, County
from etl.publish.score_book import score_book
from etl.publish.scores import write_scores
from etl.publish.statements import write_statement
from etl.publish.word import text_of
from etl.score.load import EXAMPLES
from etl.warehouse.read import current_build, open_build
from tests.score_county import county
from tests.test_dashboard import run, words


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    held = county(tmp_path_factory.mktemp("scoring") / "data")
    held.rubrics.mkdir()
    shutil.copy(EXAMPLES / "annual_report.yaml", held.rubrics / "2024.yaml")
    build(held)
    return held.root


@pytest.fixture
def here(built: Path, in_force: Callable[[Path], Path]) -> Path:
    return in_force(built)


@pytest.fixture
def own(built: Path, tmp_path: Path, in_force: Callable[[Path], Path]) -> Ledger:
    """A copy of the county of this test alone, by its ledger."""
    return Ledger(in_force(Path(shutil.copytree(built, tmp_path / "data"))) / "ledger.sqlite")


def standing() -> score_data.Standing:
    issued = score_data.issued(2024)
    assert issued is not None
    return score_data.standing(2024, issued)


def test_the_sentence_says_grades_and_who_has_no_score(here: Path):
    app = run()
    app.switch_page("app_pages/scoring.py").run()
    assert not app.exception, app.exception
    text = words(app)
    # worked out in test_score_worked: 97 优秀; 86, 89, 86 良好; 榆湾街道 filed nothing
    assert "评了 4 家：优秀 1 家、良好 3 家；没有评分的：未报送 1 家" in text
    assert "未定稿" in text and "示例细则" in text and "青禾县榆湾街道办事处" in text


@pytest.mark.parametrize(("unit", "points"), [("zero", "97"), ("busy", "86"), ("late", "89"), ("broken", "86")])
def test_the_stairs_end_at_the_points_worked_out_by_hand(here: Path, unit: str, points: str):
    held = standing()
    stairs = score_steps.steps(held.scored.by_unit[unit], held.scored.lines(unit), held.rubric)
    assert stairs[0].end == 100 and stairs[-1].end == Decimal(points)
    assert stairs[-2].end == Decimal(points)  # the last step before 得分 arrives there by itself


def test_the_stairs_of_the_broken_report_are_its_deductions(here: Path):
    held = standing()
    stairs = score_steps.steps(held.scored.by_unit["broken"], held.scored.lines("broken"), held.rubric)
    taken = {step.name.split(" ")[0]: step.text for step in stairs if step.kind == "taken"}
    assert taken == {"A3": "−0.5", "B1": "−6", "B2": "−2", "D3": "−2", "E3": "−1.5", "H1": "−2"}


def test_every_total_is_the_sum_of_what_the_build_says_of_its_lines(here: Path):
    (path,) = (here / "warehouse").glob("*.duckdb")
    with open_build(path) as connection:
        sums = dict(
            connection.sql(
                "SELECT unit_id, sum(points) FROM score_reason WHERE item = 0 AND role = 'main' GROUP BY unit_id"
            ).fetchall()
        )
    assert sums == {row["unit_id"]: row["points"] for row in standing().rows if row["status"] == "scored"}


def test_a_decision_changes_points_at_once_without_a_build(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(built, tmp_path / "data")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    said: dict[str, Any] = {"points": "2", "evidence": ""}
    Ledger(tmp_path / "data" / "ledger.sqlite").record("score", "zero/2024/D3", said, who="王芳", why="有解读栏目")
    held = standing()
    assert held.scored.by_unit["zero"]["points"] == 99  # 97, and 2 for D3 that had none
    line = held.scored.line("zero", "D3")
    assert line is not None and line["state"] == "manual" and "王芳" in line["words"]
    st.cache_resource.clear()


def test_a_unit_without_a_report_has_a_word_and_no_figure(here: Path):
    row = standing().scored.by_unit["missing"]
    assert score_words.total(row) == "未报送" and score_words.grade(row) == ""


def test_a_trial_with_another_weight_is_scaled_to_the_full_points(here: Path):
    """H1 from 3 to 13 points: busy has 2 of 3, which become 8.67 of 13 (three parts of 4.33, of which it has two: 8.66);
    with its other 84 of 97 that is 92.66 of 110, 84.24 of 100."""
    held = standing()
    heavier = score_trial.changed(held.rubric, "H1", score_trial.weighed(held.indicators["H1"][2], Decimal(13)))
    then = score_data.tried(heavier, held.manual, 2024)
    assert then.by_unit["busy"]["points"] == Decimal("84.24")
    assert standing().scored.by_unit["busy"]["points"] == 86  # nothing of it was kept


def test_a_trial_with_another_bound_moves_the_grade_and_not_the_points(here: Path):
    held = standing()
    best, *others = held.rubric.grades
    lower = replace(held.rubric, grades=(replace(best, at_least=Decimal(89)), *others))
    then = score_data.tried(lower, held.manual, 2024).by_unit["late"]
    assert (then["points"], then["grade"]) == (89, "优秀")


def test_a_heavier_dimension_is_renormalised(here: Path):
    """late has 89: 5 of 8, 4 and 3 of A (12 of 15), and 0 of the 3 of H. Without a tenth of H, 89 of 99.7 are 89.27: 良好
    as before. Were H left out whole, 89 of 97 would be 91.75: 优秀."""
    held = standing()
    row, lines = held.scored.by_unit["late"], held.scored.lines("late")
    names = [name for name, _ in score_trial.runs(held.rubric)]
    assert len(names) == 16 and names[-1] == "监督保障 −10%"
    factors = {each.id: Decimal(1) for each in held.rubric.dimensions}
    lighter, without = factors | {"H": Decimal("0.9")}, factors | {"H": Decimal(0)}
    assert score_trial.reweighed(row, lines, lighter, held.rubric) == (Decimal("89.27"), "良好")
    assert score_trial.reweighed(row, lines, without, held.rubric) == (Decimal("91.75"), "优秀")


def test_every_file_of_unfinished_scores_says_so_in_its_name_and_in_itself(here: Path, monkeypatch: pytest.MonkeyPatch):
    taken: list[dict[str, Any]] = []
    button = st.download_button
    monkeypatch.setattr(
        st, "download_button", lambda label, *rest, **more: taken.append(more) or button(label, *rest, **more)
    )
    app = run()
    taken.clear()  # those of the page that opens first
    app.switch_page("app_pages/scoring.py").run()
    cards = [more for more in taken if more.get("key", "").startswith("download-")]
    assert {more["file_name"].rsplit(".", 1)[1] for more in cards} == {"xlsx", "csv"}
    for more in cards:
        assert "_未定稿" in more["file_name"]
        if more["file_name"].endswith(".csv"):
            head, *lines = more["data"]().decode("utf-8-sig").splitlines()
            assert "定稿" in head.split(",") and lines and all("未定稿：" in line for line in lines)
    taken.clear()
    run()  # the page that opens first
    cards = [more for more in taken if more.get("key", "").startswith("download-")]
    assert cards and not any("未定稿" in more["file_name"] for more in cards)


def at(part: str) -> AppTest:
    """Somebody in front of a part of 考核评分."""
    app = run()
    app.switch_page("app_pages/scoring.py")
    app.session_state["part"] = part
    return app.run()


def figures(table: Table, column: str) -> list[str]:
    return [line.cells[table.columns.index(column)].text for line in table.rows]


def drawn(figure: go.Figure, symbol: str | None) -> list[tuple[str, Decimal]]:
    """The marks of one shape: of which unit, where."""
    (trace,) = [
        each
        for each in figure.data
        if each.type == "scatter" and each.mode == "markers" and each.marker.symbol == symbol
    ]
    return [(name, Decimal(str(x))) for name, x in zip(trace.y, trace.x, strict=True)]


def test_who_moves_is_drawn_from_before_to_after_as_the_table_says_and_nobody_else_is(here: Path):
    """H1 at 13 points: see the trial with another weight."""
    held = standing()
    heavier = score_trial.changed(held.rubric, "H1", score_trial.weighed(held.indicators["H1"][2], Decimal(13)))
    then = score_data.tried(heavier, held.manual, 2024).by_unit
    pairs = [(held.scored.by_unit[unit], then[unit]) for unit in ("busy", "late")]
    table, marks = score_trial.moved_table(pairs, held), score_trial.move_marks(pairs, held)
    assert figures(table, "原来得分") == ["86", "89"] and figures(table, "试算得分")[0] == "84.24"
    figure = score_charts.moves(marks, {"优秀": Decimal(90)}, Decimal(100))
    assert [x for _, x in drawn(figure, "circle-open")] == [Decimal(each) for each in figures(table, "原来得分")]
    assert [x for _, x in drawn(figure, "circle")] == [Decimal(each) for each in figures(table, "试算得分")]
    assert marks[0].label.startswith("86 → 84.24")
    app = at("试算")
    best = held.rubric.grades[0].name
    app.number_input(key=f"trial-grade-{best}").set_value(89.0)
    app.button(key="trial-go").click().run()
    assert not app.exception, app.exception
    title = "【试算】4 家中 0 家的分会变，1 家的等次会变"
    (chart,) = [each for each in app.get("plotly_chart") if each.proto.alt == title]
    told = json.loads(chart.proto.spec)["data"]
    assert [trace["y"] for trace in told if trace.get("mode") == "markers"] == [["青禾县柏河乡"]] * 2


def test_how_firm_a_grade_is_is_drawn_as_the_table_says(here: Path):
    """late: without a tenth of H, of which it has nothing, 89 of 99.7 are 89.27; with a tenth more 89 of 100.3 are 88.73."""
    held = standing()
    scored = [row for row in held.rows if row["points"] is not None]
    marks, table, _ = score_trial.firm_of(held, scored)
    figure = score_charts.spans(marks, {"优秀": Decimal(90)}, Decimal(100))
    (bars,) = [each for each in figure.data if each.type == "bar"]
    ends = [f"{score_words.points(mark.low)}～{score_words.points(mark.high)}" for mark in marks]
    assert figures(table, "各次得分") == ends and figures(table, "现在得分") == ["97", "86", "89", "86"]
    assert [x for _, x in drawn(figure, None)] == [97, 86, 89, 86]
    assert list(bars.base) == [float(mark.low) for mark in marks]
    assert list(bars.x) == [float(mark.high - mark.low) for mark in marks]
    late = marks[2]
    assert late.low <= Decimal("88.73") and late.high >= Decimal("89.27")


@pytest.mark.parametrize("part", ["得分", "人工评分", "试算", "细则"])
def test_every_part_of_the_page_stands(here: Path, part: str):
    app = run()
    app.switch_page("app_pages/scoring.py")
    app.session_state["part"] = part
    app.run()
    assert not app.exception, app.exception


def test_the_appeals_say_that_there_are_none(here: Path):
    app = run()
    app.switch_page("app_pages/appeals.py").run()
    assert not app.exception
    assert "2024 年度暂无申诉" in words(app)


def test_a_bonus_is_registered_on_the_page_and_counts(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.copytree(built, tmp_path / "data")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    app = run()
    app.switch_page("app_pages/scoring.py")
    app.session_state["part"] = "人工评分"
    app.run()
    app.selectbox(key="score-event-unit").set_value("青禾县柏河乡人民政府")
    app.selectbox(key="score-event-item").set_value("M1 上级通报表扬")
    app.text_input(key="score-event-points").set_value("2")
    app.text_input(key="score-event-why").set_value("市政府通报表扬")
    app.text_input(key="name-score-event").set_value("王芳")
    app.button(key="score-event-save").click().run()
    assert not app.exception, app.exception
    assert standing().scored.by_unit["late"]["points"] == 91  # 89 and 2
    (entry,) = Ledger(tmp_path / "data" / "ledger.sqlite").of_kinds("score")
    assert (entry.subject, entry.who, entry.why) == ("late/2024/M1/1", "王芳", "市政府通报表扬")
    st.cache_resource.clear()


@pytest.mark.parametrize(
    ("item", "points", "subject"),
    [("M1 上级通报表扬", "2", "late/2024/M1/1"), ("V1 公开了不应公开的信息", "", "late/2024/V1")],
)
def test_of_two_who_register_the_same_event_the_later_is_told_and_it_counts_once(
    own: Ledger, item: str, points: str, subject: str
):
    windows = {who: at("人工评分") for who in ("王芳", "李强")}
    for who, app in windows.items():
        app.selectbox(key="score-event-unit").set_value("青禾县柏河乡人民政府")
        app.selectbox(key="score-event-item").set_value(item)
        app.text_input(key="score-event-points").set_value(points)
        app.text_input(key="score-event-why").set_value(f"{who}见到文件")
        app.text_input(key="name-score-event").set_value(who)
        app.button(key="score-event-save").click().run()
        assert not app.exception, app.exception
    later = windows["李强"]
    assert "王芳 于" in later.error[0].value and "已经作了处理" in later.error[0].value
    assert later.text_input(key="score-event-why").value == "李强见到文件"
    assert [(each.subject, each.who) for each in own.of_kinds("score")] == [(subject, "王芳")]
    assert windows["王芳"].text_input(key="score-event-why").value == ""  # pressed again it would be a second event


def test_of_two_who_ask_for_places_the_later_is_told(own: Ledger):
    windows = {who: at("得分") for who in ("王芳", "李强")}
    for who, app in windows.items():
        app.text_input(key="rank-why").set_value("考核办法要求")
        app.text_input(key="name-score-ranking").set_value(who)
        app.button(key="rank-save").click().run()
    assert "王芳 于" in windows["李强"].error[0].value
    assert [each.who for each in own.of_kinds("ranked")] == ["王芳"]


def test_of_two_who_register_the_same_appeal_the_later_is_told(own: Ledger):
    windows = [run().switch_page("app_pages/appeals.py").run() for _ in range(2)]
    for app in windows:
        register(app, "青禾县柏河乡人民政府", "A1 按时发布", "已按时发布")
    assert "王芳 于" in windows[1].error[0].value and len(own.of_kinds("appeal")) == 1
    assert windows[1].text_input(key="appeal-why").value == "已按时发布"


def test_a_year_is_not_shut_over_what_was_decided_after_the_page_was_looked_at(own: Ledger):
    app = at("人工评分")
    own.record("score", "late/2024/M1/1", {"points": "1", "evidence": ""}, who="王芳", why="县级通报")
    app.text_input(key="score-final-why").set_value("经会议审定")
    app.text_input(key="name-score-final").set_value("李强")
    app.button(key="score-finalise").click().run(timeout=120)
    assert not app.exception, app.exception
    assert any("王芳 于" in each.value for each in app.error) and not own.of_kinds("finalised")


def test_an_appeal_tells_points_and_grade_before_and_after_and_then_counts(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(built, tmp_path / "data")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    ledger = Ledger(tmp_path / "data" / "ledger.sqlite")
    ledger.record("appeal", "late/2024/A1", {"stage": "filed", "points": "5.00"}, who="王芳", why="邮件 1 月 30 日已发")
    app = run()
    app.switch_page("app_pages/appeals.py").run()
    app.text_input(key="appeal-points-late/2024/A1").set_value("8").run()
    assert not app.exception, app.exception
    assert "改判前 89 分、良好；改判后 92 分、优秀" in words(app)  # 5 of 8 become 8 of 8
    app.text_input(key="appeal-reason-late/2024/A1").set_value("核对邮件属实")
    app.text_input(key="name-appeals").set_value("李强")
    app.button(key="appeal-changed").click().run()
    assert not app.exception, app.exception
    assert "申诉 1 件：0 件没有办结，改判 1 件" in words(app)
    row = standing().scored.by_unit["late"]
    assert (row["points"], row["grade"]) == (92, "优秀")
    st.cache_resource.clear()


def told_of_appeals() -> list[list[str]]:
    """The lines of 申诉台账 as they stand now."""
    return [[cell.text for cell in row.cells] for row in score_appeals.table(standing()).rows]


def register(app: AppTest, unit: str, item: str, why: str, due: str = "") -> AppTest:
    """As somebody registers an appeal on 申诉复核."""
    app.selectbox(key="appeal-unit").set_value(unit)
    app.selectbox(key="appeal-item").set_value(item)
    app.text_input(key="appeal-why").set_value(why)
    app.text_input(key="appeal-due").set_value(due)
    if any(each.key == "name-appeals-new" for each in app.text_input):
        app.text_input(key="name-appeals-new").set_value("王芳")
    return app.button(key="appeal-file").click().run()


def test_a_veto_is_appealed_lifted_and_upheld_as_any_other_item(own: Ledger):
    said = {"holds": True, "evidence": "通报"}
    own.record("score", "late/2024/V1", said, who="李经办", why="见县通报")
    assert standing().scored.by_unit["late"]["grade"] == "合格"  # V1 leaves 合格 at best; 89 points are 良好
    app = run()
    app.switch_page("app_pages/appeals.py").run()
    veto = "V1 公开了不应公开的信息（一票降级）"
    register(app, "青禾县松堡镇人民政府", veto, "不服")
    assert "没有可以申诉的" in app.error[0].value and not own.of_kinds("appeal")
    register(app, "青禾县柏河乡人民政府", veto, "所指信息依法应当公开")
    assert not app.exception, app.exception
    (filed,) = own.of_kinds("appeal")
    assert (filed.subject, filed.after) == ("late/2024/V1", {"stage": "filed", "holds": True})
    assert "改判前 89 分、合格；改判后 89 分、良好" in words(app)
    app.button(key="appeal-changed").click().run()
    assert "要写明理由" in app.error[0].value
    app.text_input(key="appeal-reason-late/2024/V1").set_value("县保密局认定可以公开")
    app.button(key="appeal-changed").click().run()
    assert not app.exception, app.exception
    row = standing().scored.by_unit["late"]
    assert (row["points"], row["grade"], row["veto_cap"]) == (89, "良好", None)
    (line,) = told_of_appeals()
    assert line[:2] == ["改判", "否决成立"] and line[5] == "否决不予适用" and line[6].endswith("：县保密局认定可以公开")
    register(app, "青禾县柏河乡人民政府", veto, "另有人反映")  # what an appeal lifted only an appeal can bring back
    assert "改判前 89 分、良好；改判后 89 分、合格" in words(app)
    app.text_input(key="appeal-reason-late/2024/V1").set_value("反映不属实")
    app.button(key="appeal-upheld").click().run()
    assert not app.exception, app.exception
    assert standing().scored.by_unit["late"]["grade"] == "良好" and not standing().decisions.undecided
    assert "申诉 2 件：0 件没有办结，改判 1 件，维持 1 件。" in words(app)  # they add up


def test_the_day_of_the_answer_is_a_date_and_what_is_past_it_is_counted(own: Ledger):
    app = run()
    app.switch_page("app_pages/appeals.py").run()
    unit, item = "青禾县柏河乡人民政府", "A1 按时发布"
    register(app, unit, item, "已按时发布", "三月底")
    assert "“三月底”不是日期" in app.error[0].value and not own.of_kinds("appeal")
    assert app.text_input(key="appeal-why").value == "已按时发布"  # nothing that was typed is lost
    past, soon = (date.today() + timedelta(days=days) for days in (-3, 5))
    register(app, unit, item, "已按时发布", f"{past.year}.{past.month}.{past.day}")
    register(app, "青禾县槐岭镇人民政府", "B1 表三勾稽", "登记簿另有一件", soon.isoformat())
    assert not app.exception, app.exception
    assert [(each.after or {})["due"] for each in own.of_kinds("appeal")] == [past.isoformat(), soon.isoformat()]
    assert [line[3] for line in told_of_appeals()] == [f"{past}（已过期 3 天）", f"{soon}（还有 5 天）"]
    assert f"答复期限：{past}（已过期 3 天）" in words(app)  # in the case that is being handled
    assert "申诉 2 件：2 件没有办结（1 件已过答复期限），改判 0 件" in words(app)


def test_an_appeal_is_withdrawn_on_the_page_with_a_reason_and_no_longer_waits(own: Ledger):
    filed = {"stage": "filed", "points": "5.00", "due": "2025-03-20"}
    own.record("appeal", "late/2024/A1", filed, who="王芳", why="邮件 1 月 30 日已发")
    app = run()
    app.switch_page("app_pages/appeals.py").run()
    app.text_input(key="name-appeals").set_value("李强")
    app.button(key="appeal-withdrawn").click().run()
    assert "撤回申诉要写明理由" in app.error[0].value and standing().decisions.undecided
    app.text_input(key="appeal-reason-late/2024/A1").set_value("单位来函撤回")
    app.button(key="appeal-withdrawn").click().run()
    assert not app.exception, app.exception
    assert "申诉 1 件：0 件没有办结，改判 0 件，撤回 1 件" in words(app)
    (line,) = told_of_appeals()
    assert (line[0], line[3]) == ("已撤回", "2025-03-20") and re.fullmatch(r"李强，[-\d: ]{16}：单位来函撤回", line[6])
    assert not standing().decisions.undecided and standing().scored.by_unit["late"]["points"] == 89


@pytest.fixture(scope="module")
def half_read(tmp_path_factory: pytest.TempPathFactory) -> County:
    """The county with one cell of 表三 of 松堡镇 that says 若干."""
    held = county(tmp_path_factory.mktemp("unread") / "data")
    held.rubrics.mkdir()
    shutil.copy(EXAMPLES / "annual_report.yaml", held.rubrics / "2024.yaml")
    path = held.raw / "2024" / "松堡镇2024年年报.txt"
    text = path.read_text(encoding="utf-8")
    told = "（一）予以公开 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |"
    assert text.count(told) == 1
    path.write_text(text.replace(told, told[: -len("0 |")] + "若干 |"), encoding="utf-8")
    build(held)
    return held


def test_points_given_because_the_report_could_not_be_read_stand_beside_the_total_everywhere(
    half_read: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """B1 looks at 表三 and is worth 10. B4 6 (nothing of the year before), D2 4, E1 6, E2 4, E3 3 (there was none of it) and
    D4 2 (nothing to compare with) are 25 that have nothing to do with reading."""
    monkeypatch.setenv(DATA_VARIABLE, str(half_read.root))
    held = standing()
    row = held.scored.by_unit["zero"]
    told = score_unit.sentence(row, held.units["zero"])
    assert "97 分" in told and "其中 25 分是没有发生或无法评定而给的满分，其中 10 分因读不出而给满" in told
    towns = [each for each in held.rows if each["unit_id"] in ("zero", "late")]
    table = score_cards.group_table(towns, held, {})
    at = table.columns.index("其中因读不出而给满")
    assert [line.cells[at].text for line in table.rows] == ["10", ""]
    labels = [dot.label for dot in score_cards.unit_dots(towns, held)]
    assert ["其中 10 分因读不出而给满" in label for label in labels] == [True, False]
    assert "其中因读不出而给满" not in score_cards.group_table(towns[1:], held, {}).columns
    path = current_build(half_read)
    assert path is not None
    with open_build(path) as connection:
        book = score_book(connection, Ledger(half_read.ledger), 2024)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(write_scores(book))).get_sheet_by_name("得分表").to_python()
    (head,) = [line for line in sheet if "区划代码" in line]
    (line,) = [line for line in sheet if "青禾县松堡镇人民政府" in line]
    assert line[head.index("其中因读不出而给满")] == 10
    (others,) = [line for line in sheet if "青禾县柏河乡人民政府" in line]
    assert others[head.index("其中因读不出而给满")] == 0
    assert "其中10分因读不出而给满。" in text_of(write_statement(book, "zero"))
    assert "读不出" not in text_of(write_statement(book, "late"))
    for unit, is_told in (("zero", True), ("late", False)):
        assert main(["score", "--data", str(half_read.root), "--year", "2024", "--unit", unit]) == 0
        assert ("其中 10 分因读不出而给满" in capsys.readouterr().out.split("指标")[0]) is is_told
    monkeypatch.setattr(screen.out, "_width", 200)  # the environment is asked only once
    assert main(["score", "--data", str(half_read.root), "--year", "2024"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("其中因读不出而给满" in each for each in lines)
    (zero,), (late,) = ([each.split("│") for each in lines if name in each] for name in ("松堡镇", "柏河乡"))
    assert (zero[5].strip(), late[5].strip()) == ("10", "")
    st.cache_resource.clear()


def test_a_viewer_sees_no_points_of_a_year_that_is_not_shut(here: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(VIEWER_VARIABLE, "1")
    app = run()
    app.switch_page("app_pages/scoring.py").run()
    assert not app.exception, app.exception
    text = words(app)
    assert "2024 年度的得分还没有定稿，定稿以后才在这里公布" in text
    assert not re.search(r"评了|优秀|良好|\d 分", text)


def test_what_somebody_says_is_not_to_take_points_takes_none_and_can_be_taken_back(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(built, tmp_path / "data")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))

    def panel() -> None:
        from dashboard import score_data, score_unit
        from dashboard.provenance import Address

        issued = score_data.issued(2024)
        assert issued is not None
        score_unit.evidence(Address("score", "B2", 2024, "broken"), score_data.standing(2024, issued))

    app = AppTest.from_function(panel, default_timeout=60).run()
    app.button(key="waive-save").click().run()
    assert "要写明理由" in app.error[0].value or "经手人" in app.error[0].value
    app.text_input(key="waive-why").set_value("系统导出所致")
    app.text_input(key="name-score-waiver").set_value("王芳")
    app.button(key="waive-save").click().run()
    assert not app.exception, app.exception
    assert standing().scored.by_unit["broken"]["points"] == 88  # 86, and the 2 that B2 took
    assert "不予扣分：王芳" in words(app) and "系统导出所致" in words(app)
    (back,) = [each for each in app.button if str(each.key).startswith("unwaive-")]
    back.click().run()
    assert standing().scored.by_unit["broken"]["points"] == 86
    st.cache_resource.clear()


def test_places_are_given_only_on_request_with_the_reason_and_never_while_anything_is_open(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(built, tmp_path / "data")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    app = run()
    app.switch_page("app_pages/scoring.py").run()
    assert "按登记表顺序，不排名" in words(app) and score_ranking.asked(2024) is None
    app.text_input(key="name-score-ranking").set_value("王芳")
    app.button(key="rank-save").click().run()
    assert "要写明理由" in app.error[0].value
    app.text_input(key="rank-why").set_value("考核办法要求")
    app.button(key="rank-save").click().run()
    assert not app.exception, app.exception
    assert "王芳" in words(app) and "理由：考核办法要求" in words(app)
    app.button(key="unrank").click().run()
    assert score_ranking.asked(2024) is None


def test_equal_points_have_an_equal_place():
    def row(unit: str, points: str | None, waiting: int = 0) -> dict[str, Any]:
        status = "not_filed" if points is None else "scored"
        held = None if points is None else Decimal(points)
        return {"unit_id": unit, "status": status, "points": held, "manual_open": waiting}

    rows = [row("a", "80"), row("b", "90"), row("c", None), row("d", "80"), row("e", "70")]
    ranked = score_ranking.places(rows)
    assert ranked == {"b": 1, "a": 2, "d": 2, "e": 4}
    assert [each["unit_id"] for each in score_ranking.in_order(rows, ranked)] == ["b", "a", "d", "e", "c"]
    assert score_ranking.places([*rows, row("f", "60", waiting=1)]) == {}
    assert score_ranking.places([row("a", "80")]) == {}
