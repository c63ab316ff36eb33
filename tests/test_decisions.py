"""What people decided makes figures in every build, and what was read stays beside it."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from etl.build import Built, build
from etl.cli import main
from etl.intake import accept, stage
from etl.ledger import Ledger, Stage, Tracking, all_tracking, cell_subject, returned_findings
from etl.paths import County
from etl.warehouse.explain import explain
from etl.warehouse.failure import BuildError
from etl.warehouse.read import current_build, open_build
from etl.warehouse.tracked import earlier_years, findings_in_force, formulas, reports_in_force
from tests.counties import report, small_county
from tests.layouts import CELLS, pipe_text

CELL = "requests/granted/total"
READ = str(1000 + CELLS.index(CELL))  # what the report of counties.py says there


@pytest.fixture
def county(tmp_path: Path) -> County:
    return small_county(tmp_path / "county")


def rows(built: Built, query: str) -> list[tuple]:
    with open_build(built.stamp.path) as connection:
        return connection.sql(query).fetchall()


def file_of(county: County) -> Path:
    return county.raw / "2024" / "柳堡镇2024年年报.txt"


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def correct(county: County, value: str = "7", expect: str = READ, **more: Any) -> None:
    after = {"state": "reported", "value": value, "expect": expect, "unit_id": "t01", "year": 2024}
    subject = cell_subject(sha256_of(file_of(county)), CELL)
    Ledger(county.ledger).record("cell", subject, after, who="李经办", why="原文是 7，识别错", **more)


def figure(built: Built) -> tuple[str, Decimal | None]:
    query = f"SELECT state, value FROM cell_figure WHERE unit_id = 't01' AND year = 2024 AND cell = '{CELL}'"
    ((state, value),) = rows(built, query)
    return state, value


def choices(built: Built, year: int = 2024) -> dict[str, tuple[bool, str]]:
    query = f"SELECT path, is_chosen, choice_reason FROM report_version WHERE unit_id = 't01' AND year = {year}"
    return {path.rsplit("/", 1)[-1]: (chosen, reason) for path, chosen, reason in rows(built, query)}


# ── corrections


def test_a_correction_makes_a_new_build_that_reads_no_file_and_the_figure_read_stays(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(county)
    assert figure(first) == ("reported", Decimal(READ))
    correct(county)
    monkeypatch.setattr(
        "etl.build.take_in_all", lambda tasks, *_: pytest.fail("a file was read again") if tasks else ()
    )
    second = build(county)
    assert second.is_new and second.stamp.parsed_count == 0
    assert figure(second) == ("reported", Decimal(7))
    assert rows(second, f"SELECT value FROM fact WHERE cell = '{CELL}' ORDER BY ALL") == rows(
        first, f"SELECT value FROM fact WHERE cell = '{CELL}' ORDER BY ALL"
    )
    assert not build(county).is_new


def test_decisions_survive_a_build_from_scratch(county: County) -> None:
    build(county)
    correct(county)
    kept = build(county)
    assert build(county, full=True).stamp.content_hash == kept.stamp.content_hash
    shutil.rmtree(county.warehouse)
    again = build(county)
    assert again.stamp.content_hash == kept.stamp.content_hash and figure(again) == ("reported", Decimal(7))


def test_a_correction_lapses_visibly_when_another_text_stands_there_now(county: County) -> None:
    """The same file, read otherwise than when the person looked: what they saw was another text."""
    correct(county, expect="１Ｏ30")
    built = build(county)
    assert figure(built) == ("reported", Decimal(READ))
    seen = rows(built, "SELECT is_applied, expected, raw, value, read_value, who, why FROM corrected_cell")
    assert seen == [(False, "１Ｏ30", READ, Decimal(7), Decimal(READ), "李经办", "原文是 7，识别错")]
    (told,) = [row for row in explain(county, "柳堡镇", 2024, CELL) if row["build_id"] == built.stamp.build_id]
    assert told["value"] == int(READ) and told["correction"]["is_applied"] is False


def test_a_correction_does_not_follow_to_a_new_version_of_the_file(county: County) -> None:
    correct(county)
    file_of(county).write_bytes(report(first=1000) + b"\n")
    built = build(county)
    assert figure(built) == ("reported", Decimal(READ)) and rows(built, "SELECT count(*) FROM correction") == [(0,)]


def test_a_correction_can_be_taken_back(county: County) -> None:
    correct(county)
    build(county)
    Ledger(county.ledger).record("cell", cell_subject(sha256_of(file_of(county)), CELL), None, who="王复核")
    built = build(county)
    assert built.is_new and figure(built) == ("reported", Decimal(READ))


def test_a_cell_may_be_put_right_to_blank(county: County) -> None:
    after = {"state": "blank", "value": None, "expect": READ, "unit_id": "t01", "year": 2024}
    Ledger(county.ledger).record("cell", cell_subject(sha256_of(file_of(county)), CELL), after, who="李经办")
    assert figure(build(county)) == ("blank", None)


def test_what_makes_no_figure_makes_no_build(county: County) -> None:
    first = build(county)
    ledger = Ledger(county.ledger)
    ledger.record("reminded", "t01/2024", {}, who="李经办")
    about = {"rule": "T3-01", "unit_id": "t01", "year": 2024, "where": "表三", "message": "相差 3。"}
    ledger.record("finding", "f1", {"decision": "confirm", **about}, who="李经办")
    assert build(county).stamp == first.stamp


def test_explain_says_who_put_a_figure_right_when_why_and_what_was_read(
    county: County, capsys: pytest.CaptureFixture[str]
) -> None:
    build(county)
    correct(county)
    build(county)
    newest, oldest = explain(county, "柳堡镇", 2024, CELL)
    assert (newest["value"], newest["raw"], oldest["value"], oldest["correction"]) == (7, READ, int(READ), None)
    said = newest["correction"]
    assert (said["who"], said["why"], said["read_value"]) == ("李经办", "原文是 7，识别错", int(READ))
    assert said["made_at"].startswith(str(date.today().year)) and said["is_applied"] is True
    assert main(["explain", "柳堡镇", "2024", CELL, "--data", str(county.root)]) == 0
    told = capsys.readouterr().out
    assert "值 7" in told and "李经办" in told and "原文是 7，识别错" in told and f"读到的是 有数 {READ}" in told


# ── whose report it is


def test_a_claim_moves_a_file_nobody_could_place_to_its_unit_and_back_when_it_is_taken_back(county: County) -> None:
    text = report().decode().replace("自2024年1月1日起至2024年12月31日", "自2023年1月1日起至2023年12月31日")
    path = county.root / "raw" / "年报.txt"
    file_of(county).unlink()
    path.write_text(text.replace("2025年1月16日", "1月16日"), encoding="utf-8")
    first = build(county)
    assert rows(first, "SELECT count(*) FROM report WHERE year IS NULL") == [(1,)]
    ledger, sha256 = Ledger(county.ledger), sha256_of(path)
    ledger.record("claim_file", sha256, {"unit_id": "t01", "year": 2024}, who="李经办")
    second = build(county)
    assert second.stamp.parsed_count == 0
    assert rows(second, "SELECT filing FROM filing WHERE unit_id = 't01' AND year = 2024") == [("filed",)]
    assert rows(second, "SELECT read_year, claimed_by FROM report_version WHERE path = 'raw/年报.txt'") == [
        (None, "李经办")
    ]
    assert rows(second, "SELECT count(*) FROM attention WHERE kind = 'unclaimed'") == [(0,)]
    assert build(county, full=True).stamp.content_hash == second.stamp.content_hash
    ledger.record("claim_file", sha256, None, who="王复核")
    assert rows(build(county), "SELECT count(*) FROM report WHERE year IS NULL") == [(1,)]


def test_a_claim_for_a_unit_that_left_the_register_leaves_the_file_waiting_and_never_with_whom_we_read(
    county: County,
) -> None:
    Ledger(county.ledger).record("claim_file", sha256_of(file_of(county)), {"unit_id": "gone", "year": 2024}, who="李")
    built = build(county)
    query = "SELECT unit_id, is_chosen FROM report_version WHERE path LIKE '%柳堡镇2024%'"
    assert rows(built, query) == [(None, False)] and rows(built, "SELECT count(*) FROM file_claimed") == [(0,)]
    assert rows(built, "SELECT kind FROM waiting_file WHERE path LIKE '%柳堡镇2024%'") == [("unclaimed",)]
    assert rows(built, "SELECT filing FROM filing WHERE unit_id = 't01' AND year = 2024") == [("unreadable",)]


# ── when it came and appeared


def date_it(county: County, path: Path, received: str | None = None, published: str | None = None) -> None:
    after = {"received_on": received, "published_on": published}
    Ledger(county.ledger).record("dates", sha256_of(path), after, who="李经办")


def test_a_published_date_makes_a_build_without_reading_any_file(county: County) -> None:
    build(county)
    date_it(county, file_of(county), published="2025-01-20")
    built = build(county)
    assert built.is_new and built.stamp.parsed_count == 0
    query = "SELECT published_on, is_published_on_said FROM report_version WHERE path LIKE '%柳堡镇2024%'"
    assert rows(built, query) == [(date(2025, 1, 20), True)]


def test_of_two_versions_the_one_that_came_later_is_in_force_and_says_so(county: County) -> None:
    again = county.raw / "2024" / "柳堡镇年报（改）.txt"
    again.write_bytes(report(first=3000))
    date_it(county, file_of(county), received="2025-01-09")
    date_it(county, again, received="2025-01-20")
    found = choices(build(county))
    assert found["柳堡镇年报（改）.txt"][0] and "收到日期最晚（2025-01-20）" in found["柳堡镇年报（改）.txt"][1]
    assert not found["柳堡镇2024年年报.txt"][0]
    date_it(county, file_of(county), received="2025-01-21")
    assert choices(build(county))["柳堡镇2024年年报.txt"][0]


# ── sent back, sent in again


def test_a_report_sent_back_and_sent_in_again_shows_what_was_mended_what_is_left_and_what_is_new(
    county: County,
) -> None:
    def look(built: Built) -> Tracking:
        with open_build(built.stamp.path) as connection:
            found = findings_in_force(connection, 2024)
            states = all_tracking(Ledger(county.ledger), reports_in_force(connection, 2024), found)
        return states["t01", 2024]

    first = look(build(county))
    assert first.stage is Stage.TO_RETURN and len(first.open) > 5 and first.report is not None
    after = {"sha256": first.report.sha256, "path": first.report.path, "findings": returned_findings(first.open)}
    Ledger(county.ledger).record("returned", "t01/2024", after, who="李经办", seen=0)
    assert look(build(county)).stage is Stage.RETURNED
    figures = {cell: "0" for cell in CELLS} | {"requests/new_received/natural_person": "3"}
    (waiting,) = stage(county, "柳堡镇年报.txt", pipe_text(figures).encode())
    accept(county, waiting.sha256, "t01", 2024, who="李经办")
    second = look(build(county))
    assert second.stage is Stage.REFILED and second.report is not None and second.report.sha256 == waiting.sha256
    kept, told = {each.subject for each in second.open}, {each.subject for each in first.open}
    gone = {each["subject"] for each in (*second.mended, *second.unsure)}
    assert gone == told - kept - {each.subject for each in second.remaining}
    assert second.report.figures == set(CELLS) and any(each.cells for each in first.open)
    assert all(each["cells"] == [] for each in second.unsure), "every figure is read, so what rests on figures is known"
    assert {each.subject for each in second.new} == kept - told and second.mended and second.remaining
    assert not second.can_be_closed


def test_a_fault_that_was_there_the_year_before_is_told_by_its_years(county: County) -> None:
    with open_build(build(county).stamp.path) as connection:
        found = {each.fingerprint: each for each in findings_in_force(connection) if each.unit_id == "t01"}
        years, words = earlier_years(connection, 2024), formulas(connection)
        before = connection.sql("SELECT DISTINCT earlier_fingerprint FROM finding_before ORDER BY ALL").fetchall()
        waived = before[0][0]
        query = "SELECT fingerprint FROM finding_before WHERE earlier_fingerprint = $waived"
        excused = {each for (each,) in connection.sql(query, params={"waived": waived}).fetchall()}
        assert earlier_years(connection, 2024, {waived}).keys() == years.keys() - excused and excused
        assert earlier_years(connection, waived=[each for (each,) in before]) == {}
    again = [found[fingerprint] for fingerprint in years if fingerprint in found]
    assert again and {each.year for each in again} == {2024}
    for each in again:
        assert years[each.fingerprint] == (2023,) and words[each.rule]
        assert any((other.rule, other.where, other.year) == (each.rule, each.where, 2023) for other in found.values())


# ── a ledger that cannot be used


@pytest.mark.parametrize("damage", ["garbage", "empty", "cut"])
def test_a_damaged_ledger_stops_the_build_says_what_to_do_and_keeps_the_last_warehouse(
    county: County, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    correct(county)
    first = build(county)
    data = county.ledger.read_bytes()
    county.ledger.write_bytes({"garbage": b"x" * 9000, "empty": b"", "cut": data[: len(data) // 2]}[damage])
    with pytest.raises(BuildError, match="台账") as stopped:
        build(county)
    assert "请" in str(stopped.value) and "仍可查看" in str(stopped.value) and str(county.ledger) in str(stopped.value)
    assert current_build(county) == first.stamp.path
    assert main(["build", "--data", str(county.root)]) == 3
    assert "ledger import" in capsys.readouterr().err
    county.ledger.write_bytes(data)
    assert build(county).stamp == first.stamp


def test_without_a_ledger_nothing_was_decided_and_none_is_made(county: County) -> None:
    build(county)
    assert not county.ledger.exists()


# ── on the command line


def test_the_command_line_exports_and_imports(
    county: County, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    correct(county)
    exported, other = tmp_path / "台账.yaml", County(tmp_path / "other")
    other.root.mkdir()
    assert main(["ledger", "export", str(exported), "--data", str(county.root)]) == 0
    assert "1 条" in capsys.readouterr().out
    assert main(["ledger", "import", str(exported), "--data", str(other.root)]) == 0
    assert Ledger(other.ledger).entries() == Ledger(county.ledger).entries()
    assert main(["ledger", "import", str(exported), "--data", str(other.root)]) == 0
    assert "没有新的" in capsys.readouterr().out
    Ledger(other.ledger).record("reminded", "t01/2024", {}, who="王")
    correct(county, "8")
    assert main(["ledger", "export", str(exported), "--data", str(county.root)]) == 0
    assert main(["ledger", "import", str(exported), "--data", str(other.root)]) == 3
    assert "分了岔" in capsys.readouterr().err
    assert main(["ledger", "import", str(tmp_path / "nothing.yaml"), "--data", str(other.root)]) == 3
    assert "nothing.yaml" in capsys.readouterr().err


def test_an_export_goes_to_the_screen_where_no_file_is_named(
    county: County, capsys: pytest.CaptureFixture[str]
) -> None:
    correct(county)
    assert main(["ledger", "export", "--data", str(county.root)]) == 0
    assert "李经办" in capsys.readouterr().out


def test_a_ledger_is_a_database_that_other_programs_can_read(county: County) -> None:
    correct(county)
    connection = sqlite3.connect(county.ledger)
    ((after,),) = connection.execute("SELECT after FROM entry WHERE kind = 'cell'").fetchall()
    connection.close()
    assert json.loads(after)["value"] == "7"
