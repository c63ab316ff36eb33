"""`nianbao check`: a few files before they count, in memory, beside what the county already has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from etl.build import build
from etl.check import load_rules
from etl.cli import main
from etl.paths import County
from etl.warehouse.read import open_build
from tests.counties import REGISTER
from tests.layouts import pipe_text
from tests.test_check import TOWN, county_of

BALANCED = {f"requests/{row}/{column}": "2" for row in ("new_received", "granted", "total_processed")
            for column in ("natural_person", "total")}  # fmt: skip


def file_of(folder: Path, values: dict[str, str], year: int = 2024) -> Path:
    path = folder / f"柳堡镇{year}年年报.txt"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(pipe_text(values).replace("2025", str(year + 1)).replace("2024", str(year)), encoding="utf-8")
    return path


@pytest.fixture
def county(tmp_path: Path) -> County:
    found = County(tmp_path / "county")
    found.root.mkdir()
    found.units.write_text(REGISTER, encoding="utf-8")
    return found


def checked(capsys: pytest.CaptureFixture[str], county: County, *files: Path) -> tuple[int, dict]:
    code = main(["check", *map(str, files), "--data", str(county.root), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_report_in_which_nothing_must_be_mended_ends_with_0(tmp_path: Path, county: County, capsys) -> None:
    code, found = checked(capsys, county, file_of(tmp_path, BALANCED))
    assert code == 0, found
    assert [each for each in found["findings"] if each["severity"] == "must_fix"] == []


def test_a_sum_that_fails_ends_with_1_and_names_its_operands(tmp_path: Path, county: County, capsys) -> None:
    code, found = checked(
        capsys,
        county,
        file_of(tmp_path, BALANCED | {"requests/new_received/total": "3", "requests/new_received/org_business": "1"}),
    )
    assert code == 1
    (total,) = [each for each in found["findings"] if each["rule"] == "T3-01" and "总计" in each["where"]]
    assert (total["severity"], total["verdict"], total["unit"], total["year"]) == ("must_fix", "broken", TOWN, 2024)
    assert {(each["cell"], each["value"], each["side"]) for each in total["operands"]} == {
        ("requests/new_received/total", 3, "found"), ("requests/carried_in/total", 0, "found"),
        ("requests/total_processed/total", 2, "expected"), ("requests/carried_out/total", 0, "expected"),
    }  # fmt: skip
    lines = {each["locator"]["line"] for each in total["operands"] if each["value"]}
    assert all(str(line) in total["message"] for line in lines)
    assert "第一项加第二项为 3，第三项加第四项为 2，相差 1" in total["message"]


def test_a_file_that_cannot_be_read_ends_with_1_and_says_why(tmp_path: Path, county: County, capsys) -> None:
    path = tmp_path / "年报.docx"
    path.write_bytes(b"PK\x03\x04 broken")
    code, found = checked(capsys, county, path, tmp_path / "没有这个文件.txt")
    assert code == 1
    assert {each["code"] for each in found["problems"]} == {"file_unreadable"} and len(found["problems"]) == 2


def test_last_years_report_is_taken_from_the_county_and_nothing_is_written_there(tmp_path: Path, capsys) -> None:
    last = BALANCED | {f"requests/{row}/{column}": n for row, n in (("granted", "1"), ("total_processed", "1"), ("carried_out", "1"))
                       for column in ("natural_person", "total")}  # fmt: skip
    county = county_of(tmp_path / "county", {(TOWN, 2023): last})
    build(county)
    before = sorted(path.name for path in county.root.rglob("*"))
    code, found = checked(capsys, county, file_of(tmp_path / "new", BALANCED))
    assert code == 1
    (carried,) = [each for each in found["findings"] if each["rule"] == "X-01"]
    assert (carried["found"], carried["expected"]) == ("上年结转为 0", "上一年报告的结转下年度继续办理为 1")
    assert sorted(path.name for path in county.root.rglob("*")) == before


def test_the_version_in_the_warehouse_gives_way_to_the_one_in_hand(tmp_path: Path, capsys) -> None:
    county = county_of(tmp_path / "county", {(TOWN, 2024): BALANCED | {"requests/granted/total": "9"}})
    build(county)
    code, found = checked(capsys, county, file_of(tmp_path / "new", BALANCED))
    assert (code, [each["rule"] for each in found["findings"] if each["severity"] == "must_fix"]) == (0, [])


def test_a_finding_has_the_same_fingerprint_before_and_after_it_enters_the_warehouse(tmp_path: Path, capsys) -> None:
    values = BALANCED | {"requests/granted/total": "9"}
    county = county_of(tmp_path / "county", {(TOWN, 2024): values})
    _, in_hand = checked(capsys, county, file_of(tmp_path / "new", values))
    built = build(county)
    with open_build(built.stamp.path) as connection:
        kept = {row for row in connection.sql("SELECT rule, fingerprint FROM finding").fetchall()}
    sums = {(each["rule"], each["fingerprint"]) for each in in_hand["findings"] if each["rule"].startswith("T3-")}
    assert sums and sums <= kept


def test_without_a_register_a_report_is_checked_under_the_name_it_bears(tmp_path: Path, capsys) -> None:
    nobody = County(tmp_path / "nobody")
    path = file_of(tmp_path, BALANCED | {"requests/granted/total": "9"})
    code, found = checked(capsys, nobody, path)
    assert code == 1
    assert {each["unit"] for each in found["findings"]} == {TOWN}


def test_people_read_a_table_with_place_and_remedy(tmp_path: Path, county: County, capsys) -> None:
    path = file_of(tmp_path, BALANCED | {"requests/granted/total": "9"})
    assert main(["check", str(path), "--data", str(county.root)]) == 1
    text = capsys.readouterr().out
    assert "必改" in text and "T3-02" in text and "柳堡镇2024年年报.txt" in text


def test_the_rules_are_printed_from_the_data(capsys) -> None:
    assert main(["check", "--rules"]) == 0
    text = capsys.readouterr().out
    for rule in load_rules().values():
        assert f"| {rule.id} | {rule.title} |" in text


def test_no_file_is_wrong_usage(capsys) -> None:
    assert main(["check"]) == 2
    assert "--rules" in capsys.readouterr().err
