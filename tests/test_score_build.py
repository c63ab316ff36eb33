"""Scores in a build and on the command line: what a county puts into rubrics/, and what people decided about findings."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from etl.build import build
from etl.cli import main
from etl.ledger import Kind, Ledger, Origin
from etl.paths import County
from etl.score.load import EXAMPLES
from etl.warehouse.read import open_build
from tests.score_county import county

DEFAULT = (EXAMPLES / "annual_report.yaml").read_text(encoding="utf-8")
Run = Callable[..., tuple[int, str, str]]


def rows(held: County, sql: str) -> list[tuple[Any, ...]]:
    with open_build(build(held).stamp.path) as connection:
        return connection.sql(sql).fetchall()


@pytest.fixture
def held(tmp_path: Path) -> County:
    """The five units with the default rubric of their year."""
    made = county(tmp_path / "data")
    made.rubrics.mkdir()
    (made.rubrics / "2024.yaml").write_text(DEFAULT, encoding="utf-8")
    return made


@pytest.fixture
def run(held: County, capsys: pytest.CaptureFixture[str]) -> Run:
    build(held)

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main(["score", "--data", str(held.root), *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return command


def test_a_year_with_a_rubric_is_scored_by_the_build(held: County):
    found = dict(rows(held, "SELECT unit_id, coalesce(points::VARCHAR, status) FROM score"))
    assert found == {"zero": "97.00", "busy": "86.00", "late": "89.00", "broken": "86.00", "missing": "not_filed"}
    assert rows(held, "SELECT year, file, is_example, fault FROM rubric") == [(2024, "2024.yaml", True, "")]
    assert rows(held, "SELECT count(*) > 100 FROM score_reason") == [(True,)]


def test_a_county_without_rubrics_is_not_scored(tmp_path: Path):
    held = county(tmp_path / "data")
    assert rows(held, "SELECT (SELECT count(*) FROM rubric), (SELECT count(*) FROM score)") == [(0, 0)]


def test_a_rubric_that_cannot_be_used_is_shown_and_fails_nothing(held: County):
    (held.rubrics / "2024.yaml").write_text(DEFAULT.replace("full: 100", "full: 90"), encoding="utf-8")
    ((fault, sha),) = rows(held, "SELECT fault, rubric_sha FROM rubric")
    assert "2024.yaml 的 full" in fault and sha == ""
    assert rows(held, "SELECT count(*) FROM score") == [(0,)]
    ((path, message),) = rows(held, "SELECT path, message FROM attention WHERE kind = 'rubric'")
    assert (path, message) == ("rubrics/2024.yaml", fault)
    assert rows(held, "SELECT count(*) FROM report WHERE is_chosen") == [(4,)]


def test_a_changed_rubric_makes_a_new_build(held: County):
    assert build(held).is_new and not build(held).is_new
    (held.rubrics / "2024.yaml").write_text(
        DEFAULT.replace("at_most: 0, points: 8", "at_most: 0, points: 7"), encoding="utf-8"
    )
    assert build(held).is_new
    assert dict(rows(held, "SELECT unit_id, points::VARCHAR FROM score"))["zero"] == "96.00"


def test_a_finding_that_somebody_waived_deducts_no_more_after_the_next_build(held: County):
    finding = "SELECT fingerprint, \"where\", message FROM finding WHERE unit_id = 'broken' AND rule = 'T4-01'"
    ((fingerprint, where, message),) = rows(held, finding)
    Ledger(held.ledger).record(
        Kind.FINDING, fingerprint,
        {"decision": "waive", "rule": "T4-01", "unit_id": "broken", "year": 2024, "where": where, "message": message},
        who="李芳", who_from=Origin.SELF, why="撤回一件，另计", seen=None,
    )  # fmt: skip
    assert dict(rows(held, "SELECT unit_id, points::VARCHAR FROM score"))["broken"] == "88.00"
    ((state, words),) = rows(held, f"SELECT state, words FROM score_reason WHERE fingerprint = '{fingerprint}'")
    assert state == "waived" and "撤回一件，另计（李芳）" in words


def test_ranks_are_told_only_within_a_group_and_only_when_nothing_is_open(held: County):
    places = {
        unit: (group, place) for unit, group, place in rows(held, 'SELECT unit_id, "group", place FROM score_shown')
    }
    assert places == {
        "zero": ("镇", 1), "broken": ("镇", 2), "busy": ("部门", 1), "late": ("乡", 1), "missing": ("街道", None),
    }  # fmt: skip
    for path in (held.raw / "2024").glob("槐岭镇*"):
        path.write_text(path.read_text(encoding="utf-8").replace("发布时间：2025-01-31\n", ""), encoding="utf-8")
    again = {
        unit: (place, is_open)
        for unit, place, is_open in rows(held, "SELECT unit_id, place, manual_open FROM score_shown")
    }
    assert again["broken"] == (None, 1)
    assert again["zero"] == (None, 0)


def test_the_command_tells_every_unit_and_its_status(run: Run):
    code, out, _ = run("--year", "2024", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["rubric"]["is_example"] is True
    points = {each["unit_id"]: (each["status"], each["points"]) for each in told["scores"]}
    assert points["zero"] == ("scored", 97.0) and points["missing"] == ("not_filed", None)
    (line,) = [
        each
        for score in told["scores"] if score["unit_id"] == "late"
        for each in score["reasons"] if each["indicator"] == "A1"
    ]  # fmt: skip
    assert line["points"] == 5.0 and line["operands"] == "2025-02-05 公布，期限 2025-01-31"


def test_the_command_tells_one_unit_line_by_line(run: Run):
    code, out, _ = run("--year", "2024", "--unit", "槐岭镇")
    text = "".join(out.split())
    assert code == 0
    assert "【示例】" in text and "得分86" in text
    assert "B1表三勾稽" in text and "−4" in text
    code, _, err = run("--year", "2024", "--unit", "没有镇")
    assert code == 2 and "没有“没有镇”这个单位" in err


def test_two_rubrics_are_compared_unit_by_unit_with_the_reason(run: Run, tmp_path: Path):
    other = tmp_path / "新细则.yaml"
    other.write_text(DEFAULT.replace("{points: 4, rule: T3-01", "{points: 3, rule: T3-01"), encoding="utf-8")
    code, out, _ = run("--rubric", str(other), "--against", str(EXAMPLES / "annual_report.yaml"), "--json")
    (change,) = json.loads(out)["changes"]
    assert code == 0
    assert (change["unit_id"], change["before"], change["after"]) == ("broken", 86.0, 87.0)
    (line,) = change["lines"]
    assert (line["indicator"], line["before"], line["after"]) == ("B1", 4.0, 5.0)
    assert line["rule"] == ["items[0].points：4 → 3"]
    _, text, _ = run("--rubric", str(other), "--against", str(EXAMPLES / "annual_report.yaml"))
    assert "1 家有变化" in text and "槐岭镇" in text and "松堡镇" not in text


def test_the_same_rubric_changes_nobody(run: Run):
    example = str(EXAMPLES / "annual_report.yaml")
    code, out, _ = run("--rubric", example, "--against", example, "--json")
    assert code == 0 and json.loads(out)["changes"] == []


def test_a_rubric_that_cannot_be_used_or_found_is_told(run: Run, tmp_path: Path):
    broken = tmp_path / "坏细则.yaml"
    broken.write_text(DEFAULT.replace("full: 100", "full: 90"), encoding="utf-8")
    code, _, err = run("--rubric", str(broken))
    assert code == 1 and "坏细则.yaml 的 full" in err
    code, _, err = run("--year", "2020")
    assert code == 1 and "没有 2020 年度的细则" in err
    code, _, err = run("--rubric", str(tmp_path / "没有.yaml"))
    assert code == 3 and "没有找到" in err


def test_a_rubric_is_written_as_a_workbook_and_scores_from_it(run: Run, tmp_path: Path):
    book = tmp_path / "细则.xlsx"
    code, _, _ = run("--rubric", str(EXAMPLES / "volume_bands.yaml"), "--save", str(book))
    assert code == 0 and book.is_file()
    _, out, _ = run("--rubric", str(book), "--json")
    points = {each["unit_id"]: each["points"] for each in json.loads(out)["scores"]}
    assert points["zero"] == 72.22


def test_the_terminal_tells_a_veto_in_words_and_a_penalty_with_its_sign(
    held: County, run: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "200")
    ledger = Ledger(held.ledger)
    ledger.record("score", "late/2024/V1", {"holds": True, "evidence": ""}, who="王芳", why="见通报")
    ledger.record("score", "late/2024/N2/1", {"points": "1.5", "evidence": ""}, who="王芳", why="县级通报")
    _, told, _ = run("--year", "2024", "--unit", "late")
    lines = {
        cells[1].split()[0]: cells
        for cells in (row.split("│") for row in told.splitlines() if "│" in row)
        if cells[1].split()
    }
    assert [cell.strip() for cell in lines["V1"][2:4]] == ["", "成立"]
    assert [cell.strip() for cell in lines["V2"][2:4]] == ["", "不成立"]
    assert [cell.strip() for cell in lines["N2"][2:4]] == ["6", "−1.5"]
