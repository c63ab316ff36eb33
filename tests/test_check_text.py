"""What is checked of the words alone: sections, wording, names, years, dates, and copies of other reports."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from etl.build import build
from etl.check import load_rules
from etl.paths import County
from etl.units import RegisterError, load_deadlines, load_units
from tests.check_cases import BASE, Case, build_cases, cases, confirm, findings, names, report

CASES = [*cases("text"), *cases("dates")]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    return build_cases(tmp_path_factory.mktemp("text"), CASES)


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)), ids=lambda each: getattr(each, "says", ""))
def test_a_fault_is_found_and_what_only_looks_like_one_is_not(
    built: duckdb.DuckDBPyConnection, number: int, case: Case
) -> None:
    confirm(built, number, case)


def test_a_title_known_from_the_file_name_alone_is_said_to_be(built: duckdb.DuckDBPyConnection) -> None:
    number = next(n for n, case in enumerate(CASES) if case.says.startswith("no title line and the file's name"))
    (message,) = [message for rule, _, message in findings(built, f"c{number}") if rule == "T-05"]
    assert "只从文件名看到" in message


def test_an_unknown_day_of_publishing_cannot_be_assessed(built: duckdb.DuckDBPyConnection) -> None:
    counted = dict(built.sql("SELECT verdict, count FROM rule_result WHERE rule = 'D-02'").fetchall())
    dated = sum("published" in case.changes for case in CASES)
    assert counted["not_assessable"] == len(CASES) + 1 - dated


# ── deadlines


def _dated(root: Path, deadlines: str, published: str = "2025-01-25") -> list[tuple[str, str, str]]:
    case = Case("", "", False, "", {"published": published})
    root.mkdir(parents=True, exist_ok=True)
    (root / "deadlines.csv").write_text(f"year,target,due_on\n{deadlines}", encoding="utf-8")
    connection = build_cases(root, [case])
    return [each for each in findings(connection, "c0") if each[0] == "D-02"]


def test_the_narrowest_deadline_holds(tmp_path: Path) -> None:
    assert not _dated(tmp_path / "none", "")
    ((_, severity, message),) = _dated(tmp_path / "all", "2024,全部,2025-01-20\n")
    assert severity == "verify"
    assert "2025-01-25" in message
    assert "晚5天" in message
    assert not _dated(tmp_path / "kind", "2024,全部,2025-01-20\n2024,镇,2025-01-26\n")
    assert _dated(tmp_path / "unit", "2024,镇,2025-01-26\n2024,c0,2025-01-24\n")
    assert not _dated(tmp_path / "year", "2023,全部,2024-01-20\n")


def test_a_deadline_for_nobody_is_refused_with_line_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "deadlines.csv"
    path.write_text("year,target,due_on\n2024,乡镇,2025-01-20\n", encoding="utf-8")
    with pytest.raises(RegisterError, match="第2行：target“乡镇”不认识"):
        load_deadlines(path, load_units(tmp_path / "units.csv"))
    path.write_text("year,target,due_on\n2024,,2025-01-20\n", encoding="utf-8")
    assert [(each.target, each.due_on) for each in load_deadlines(path, ())] == [("全部", date(2025, 1, 20))]
    assert load_deadlines(tmp_path / "absent.csv", ()) == ()


# ── copies

OWN = (
    "我们走遍七个村，听取两百多户对补贴发放、道路维修、饮水安全的意见，据此调整公开目录。",
    "每逢集日在戏台旁设咨询点，由农技员讲解玉米螟防治和秸秆还田的补助办法。",
    "把危房改造对象名单张贴到每个自然村的晒场，张贴满十天并留影存档。",
    "聘请三名退休教师担任公开监督员，逐月查看公开栏并写下意见。",
    "对水库清淤工程的招标、施工和验收资料分三次公开，群众提出的问题当场登记。",
    "村级账目改为每月十五日公开，由村务监督小组签字后拍照上传。",
)
OTHER = (
    "社区网格员每周入户登记电动自行车充电隐患，并在单元门口公布整改期限。",
    "老旧小区加装电梯的申请材料、补贴标准和办理进度分批公开，居民可随时询问。",
    "在菜市场入口设置电子屏，滚动播放食品抽检结果和商户信用等级。",
    "物业收支明细经居民代表核对后，在小区公告栏和业主群同时公布。",
    "邀请小学生参观政务大厅，讲解怎样申请公开、怎样查询办理结果。",
    "将停车收费标准和监督电话印在临时泊位牌上，方便车主对照。",
)


def _county(root: Path, texts: dict[tuple[int, int], tuple[str, ...]]) -> duckdb.DuckDBPyConnection:
    """Units by number, each with the reports of some years; their aspect of platforms says what is given."""
    county = County(root)
    lines = ["unit_id,code,name,aliases,kind,group,valid_from,valid_to,merged_into,due"]
    for number in sorted({number for number, _ in texts}):
        lines.append("u{},,{},{},town,乡镇,,,,是".format(number, *names(number, "town")))
    for (number, year), said in texts.items():
        name, alias = names(number, "town")
        case = Case("", "", False, "", {"year": year, "platform": "".join(said)})
        folder = county.raw / str(year)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{alias}{year}年年报.txt").write_text(report(case, name, alias), encoding="utf-8")
    county.units.write_text("\n".join(lines), encoding="utf-8")
    county.years.write_text("year,collected,note\n", encoding="utf-8")
    return duckdb.connect(str(build(county).stamp.path), read_only=True)


def _copied(connection: duckdb.DuckDBPyConnection, rule: str) -> dict[str, tuple[str, str, str]]:
    query = "SELECT unit_id, severity, passage, other_passage FROM finding WHERE rule = $rule"
    rows = connection.execute(query, {"rule": rule}).fetchall()
    return {unit: (severity, passage, other) for unit, severity, passage, other in rows}


def test_last_years_words_are_shown_side_by_side(tmp_path: Path) -> None:
    found = _copied(_county(tmp_path, {(0, 2023): OWN, (0, 2024): OWN}), "T-37C")
    severity, passage, other = found["u0"]
    assert severity == "verify"
    assert OWN[0] in passage
    assert OWN[0] in other


def test_new_words_are_no_copy_of_last_years(tmp_path: Path) -> None:
    connection = _county(tmp_path, {(0, 2023): OWN, (0, 2024): OTHER, (1, 2024): OWN[:2] + OTHER[2:3]})
    assert not _copied(connection, "T-37C")
    assert not _copied(connection, "T-38C")


def test_another_units_words_of_the_same_year_are_found_in_both(tmp_path: Path) -> None:
    apart = {(n, 2024): (f"第{n}件事。",) for n in range(2, 8)}
    found = _copied(_county(tmp_path, {(0, 2024): OWN, (1, 2024): OWN, **apart}), "T-38C")
    assert set(found) == {"u0", "u1"}
    assert all(passage == other for _, passage, other in found.values())


def test_what_many_units_print_is_nobodys(tmp_path: Path) -> None:
    connection = _county(tmp_path, {(number, 2024): OWN for number in range(6)})
    assert not _copied(connection, "T-38C")


MIXED = OWN[:2] + OTHER[2:]
ORDINALS = ("", "一是", "1.", "第一，", "（一）", "二是")
NOT_COPIED = {  # by unit, what it wrote in which years
    "two sentences of six are last year's": {2023: OWN, 2024: MIXED},
    "the words are those of the year before last": {2022: OWN, 2023: OTHER, 2024: OWN},
    "there is no report of last year": {2024: OWN[2:] + OTHER[:2]},
    "last year's words are kept in half": {2023: OTHER, 2024: OTHER[:3] + OWN[3:]},
    "there is next to nothing to compare": {2023: ("无。",), 2024: ("无。",)},
}


@pytest.fixture(scope="module")
def not_copied(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    said = {(n, year): words for n, years in enumerate(NOT_COPIED.values()) for year, words in years.items()}
    return _county(tmp_path_factory.mktemp("not_copied"), said)


@pytest.mark.parametrize(("number", "says"), list(enumerate(NOT_COPIED)))
def test_what_is_partly_or_long_ago_the_same_is_no_copy_of_last_years(
    not_copied: duckdb.DuckDBPyConnection, number: int, says: str
) -> None:
    assert f"u{number}" not in _copied(not_copied, "T-37C"), says


NOT_ANOTHERS = {
    "its own words": {2024: OWN},
    "another unit's words of last year": {2024: OTHER},
    "two of another unit's sentences": {2023: OTHER, 2024: OWN[:1] + tuple(f"第{n}组{each}" for n, each in enumerate("ABC")) * 20},
    "the same matters in words of its own": {
        2024: (
            "走村入户问明补贴怎样发、路怎样修、水怎样保，公开什么先听群众的。",
            "赶集的日子摆张桌子讲虫害和秸秆政策，谁来问都讲清楚。",
            "哪家的房子要翻修，红榜贴到村口，十天里谁有意见都可以提。",
            "三位老教师每月看一遍公告牌，看到旧的当场让换。",
        )
    },
    "its own words of last year": {2023: OTHER[3:] + OWN[:1], 2024: ("社区食堂的菜价和补助每周张榜，用餐老人自己对账。",) * 4},
}  # fmt: skip


@pytest.fixture(scope="module")
def not_anothers(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    said = {(n, year): words for n, years in enumerate(NOT_ANOTHERS.values()) for year, words in years.items()}
    return _county(tmp_path_factory.mktemp("not_anothers"), said)


@pytest.mark.parametrize(("number", "says"), list(enumerate(NOT_ANOTHERS)))
def test_what_only_resembles_another_units_words_is_no_copy(
    not_anothers: duckdb.DuckDBPyConnection, number: int, says: str
) -> None:
    assert f"u{number}" not in _copied(not_anothers, "T-38C"), says


def test_how_paragraphs_are_numbered_makes_no_phrase_a_units_own(tmp_path: Path) -> None:
    numbered = {(n, 2024): tuple(f"{mark}{each}" for each in OWN) for n, mark in enumerate(ORDINALS)}
    assert not _copied(_county(tmp_path, numbered), "T-38C")


def test_a_phrase_of_one_year_only_hides_no_copy_of_last_years(tmp_path: Path) -> None:
    everybodys = {(n, 2023): OTHER for n in range(1, 6)} | {(n, 2024): (f"第{n}件事。",) for n in range(1, 6)}
    found = _copied(_county(tmp_path, {(0, 2023): OWN + OTHER, (0, 2024): OWN + OTHER, **everybodys}), "T-37C")
    assert found["u0"][0] == "verify"


# ── real reports


def test_real_reports_have_nothing_that_must_be_mended_in_their_words(real_reports: Path, tmp_path: Path) -> None:
    county = County(tmp_path)
    (county.raw / "2024").mkdir(parents=True)
    for pattern in ("北票市长皋乡*.txt", "洪泽区2024*.pdf"):
        (path,) = real_reports.glob(pattern)
        (county.raw / "2024" / path.name).write_bytes(path.read_bytes())
    county.units.write_text(
        "unit_id,code,name,aliases,kind,group,valid_from,valid_to,merged_into,due\n"
        "t,,北票市长皋乡人民政府,长皋乡,township,乡镇,,,,是\n"
        "a,,淮安市洪泽区人民政府,洪泽区人民政府,area,全区域,,,,是\n",
        encoding="utf-8",
    )
    connection = duckdb.connect(str(build(county).stamp.path), read_only=True)
    words = {rule for rule in load_rules().values() if rule.family in {"dates", "text", "words"}}
    ids = {rule.id for rule in words}
    township = [(rule, severity) for rule, severity, _ in findings(connection, "t") if rule in ids]
    assert sorted(township) == [("T-05", "notice"), ("T-47", "verify"), ("T-47", "verify"), ("T-48P", "notice")]
    ((rule, severity, message),) = [each for each in findings(connection, "a") if each[0] in ids]
    assert (rule, severity) == ("W-41", "verify")
    assert "正文为17件" in message
    assert "口径不同" in message


def test_the_clean_report_has_no_finding(built: duckdb.DuckDBPyConnection) -> None:
    assert BASE["other"] == ["本年度未收取信息处理费。"]
    assert findings(built, "clean") == []
