"""Whose report and of which year: each place in the document bears witness, a strict majority decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.read import read_document
from etl.recognise import identity, report_from
from etl.report import Report, ReportStatus
from etl.units import Unit
from tests.layouts import CELLS, LAYOUTS

VALUES = {cell: str(2001 + n) for n, cell in enumerate(CELLS)}
NAME = "柳堡镇2024年年报.txt"


def unit(unit_id: str, name: str, *aliases: str, kind: str = "town") -> Unit:
    return Unit(unit_id, "", name, aliases, kind, "乡镇", None, None, None, True)


LIUBAO = unit("t01", "青禾县柳堡镇人民政府", "柳堡镇")
OFFICE = unit("d00", "青禾县人民政府办公室", "青禾县政府办", kind="office")
COUNTY = unit("area", "青禾县人民政府", kind="area")
UNITS = (COUNTY, OFFICE, LIUBAO, unit("t02", "青禾县双桥乡人民政府", "双桥镇", "双桥乡"))


def read(path: str, *changes: tuple[str, str], units: tuple[Unit, ...] = UNITS, layout: str = "pipe") -> Report:
    text = LAYOUTS[layout](VALUES)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return report_from(read_document(path, text.encode()), path, units)


def codes(report: Report) -> set[str]:
    return {problem.code for problem in report.problems}


PERIOD = "统计期限自2024年1月1日起至2024年12月31日止"
STALE = "统计期限自2023年1月1日起至2023年12月31日止"
TITLE = "人民政府2024年政府信息公开"


def test_five_witnesses_of_the_year_agree() -> None:
    report = read(f"raw/2024/{NAME}")
    assert report.year == 2024 and report.problems == ()
    assert [witness.kind for witness in report.year_witnesses] == [
        "统计期限",
        "标题",
        "落款日期减一年",
        "文件名",
        "文件夹",
    ]
    assert {witness.value for witness in report.year_witnesses} == {"2024"}


def test_a_period_left_over_from_last_year_is_a_note_and_does_not_decide() -> None:
    report = read(f"raw/2024/{NAME}", (PERIOD, STALE))
    assert report.year == 2024 and report.status is ReportStatus.COMPLETE
    (problem,) = report.problems
    assert problem.code == "year_odd_witness"
    assert "统计期限" in problem.message and "2023" in problem.message and "2024" in problem.message
    assert problem.locator is not None
    assert report.stat_period is not None and report.stat_period[0].year == 2023


def test_the_folder_may_be_wrong_too() -> None:
    report = read(f"raw/2023/{NAME}")
    assert report.year == 2024 and codes(report) == {"year_odd_witness"}


@pytest.mark.parametrize(
    "path, changes",
    [
        ("柳堡镇年报.txt", [(PERIOD, STALE), ("2025年1月16日", "1月16日")]),  # one against one
        ("raw/2023/柳堡镇年报.txt", [(PERIOD, STALE)]),  # two against two
        ("raw/2022/柳堡镇2021年年报.txt", [(PERIOD, STALE)]),  # most frequent, yet no majority
    ],
)
def test_without_a_strict_majority_the_year_is_null_and_the_file_waits(
    path: str, changes: list[tuple[str, str]]
) -> None:
    report = read(path, *changes)
    assert report.year is None
    (problem,) = [problem for problem in report.problems if problem.code == "year_disputed"]
    assert "2023" in problem.message and "2024" in problem.message and "待认领" in problem.message
    assert len(report.facts) == 200, "its figures are kept for whoever claims it"


def test_no_witness_at_all_leaves_the_year_open() -> None:
    report = read("年报.txt", (PERIOD, "统计期限为全年"), (TITLE, "人民政府政府信息公开"), ("2025年1月16日", "一月"))
    assert report.year is None and "year_unknown" in codes(report)


def test_a_file_name_with_two_years_bears_no_witness() -> None:
    report = read("raw/2024/柳堡镇2023-2024年年报.txt")
    assert report.year == 2024
    assert "文件名" not in {witness.kind for witness in report.year_witnesses}


@pytest.mark.parametrize("layout", ["pipe", "html", "lines"])
def test_two_reports_in_one_file_give_no_figure_and_no_year(layout: str) -> None:
    one = LAYOUTS[layout](VALUES)
    other = LAYOUTS[layout]({cell: str(int(text) + 5000) for cell, text in VALUES.items()})
    other = other.replace("2024", "2023").replace("2025年1月16日", "2024年1月15日")
    report = report_from(read_document("柳堡镇年报.txt", f"{one}\n{other}".encode()), "柳堡镇年报.txt", UNITS)
    assert (report.unit_id, report.year, report.facts, report.claims) == (None, None, (), ())
    (problem,) = report.problems
    assert problem.code == "several_reports" and "请拆成" in problem.message
    assert report.status is ReportStatus.PARTIAL


@pytest.mark.parametrize("layout", ["pipe", "html", "lines"])
def test_one_report_printed_twice_is_one_report(layout: str) -> None:
    text = LAYOUTS[layout](VALUES)
    report = report_from(read_document("柳堡镇年报.txt", f"{text}\n{text}".encode()), "柳堡镇年报.txt", UNITS)
    assert report.year == 2024 and report.problems == ()
    assert {fact.cell: str(fact.value) for fact in report.facts} == VALUES


def test_the_unit_is_found_by_signature_title_first_paragraph_and_file_name() -> None:
    report = read(f"raw/2024/{NAME}")
    assert (report.unit_id, report.unit) == ("t01", "青禾县柳堡镇人民政府")
    assert {witness.kind for witness in report.unit_witnesses} == {"落款", "标题", "首段", "文件名"}


def test_an_alias_names_the_unit_as_well() -> None:
    report = read("raw/2024/双桥镇2024年年报.txt", ("青禾县柳堡镇人民政府", "双桥镇"))
    assert report.unit_id == "t02"


def test_a_signature_copied_from_a_neighbour_is_a_note() -> None:
    report = read(f"raw/2024/{NAME}", ("青禾县柳堡镇人民政府\n2025年", "青禾县双桥乡人民政府\n2025年"))
    assert report.unit_id == "t01"
    (problem,) = report.problems
    assert problem.code == "unit_odd_witness" and "双桥乡" in problem.message


def test_units_in_equal_numbers_leave_the_file_to_be_claimed() -> None:
    report = read(
        "raw/2024/2024年年报.txt",
        ("青禾县柳堡镇人民政府2024年", "青禾县双桥乡人民政府2024年"),
        ("由青禾县柳堡镇人民政府发布", "由本机关发布"),
    )
    assert report.unit_id is None and "unit_disputed" in codes(report)


def test_the_longer_name_wins_over_the_one_inside_it() -> None:
    report = read("raw/2024/年报.txt", ("青禾县柳堡镇人民政府", "青禾县人民政府办公室"))
    assert report.unit_id == "d00" and report.scope == "single_organ"
    report = read("raw/2024/年报.txt", ("青禾县柳堡镇人民政府", "青禾县人民政府"))
    assert report.unit_id == "area" and report.scope == "area_aggregate"


def test_a_unit_that_is_not_in_the_register_waits_with_its_printed_name() -> None:
    report = read("raw/2024/2024年年报.txt", ("青禾县柳堡镇人民政府", "白杨县石门镇人民政府"))
    assert report.unit_id is None and report.unit == "白杨县石门镇人民政府"
    assert "unit_unknown" in codes(report)


def test_only_our_bureau_is_no_name() -> None:
    report = read("年报.txt", ("青禾县柳堡镇人民政府", "我局"), units=())
    assert report.unit is None


@pytest.mark.parametrize(
    "lines",
    [
        ["青禾县柳堡镇人民政府", "2024年政府信息公开工作年度报告"],
        ["青禾县柳堡镇人民政府2024年", "政府信息公开工作年度报告"],
        ["青禾县柳堡镇人民政府2024年政府信息公开工作", "年度报告"],
    ],
)
def test_a_title_over_two_lines_is_one_title(lines: list[str]) -> None:
    report = read(f"raw/2024/{NAME}", ("青禾县柳堡镇人民政府2024年政府信息公开工作年度报告", "\n".join(lines)))
    assert report.title == "青禾县柳堡镇人民政府2024年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    "printed, end",
    [
        ("统计期限自2024年1月1日起至2024年12月31日止", "2024-12-31"),
        ("统计周期为 2024 年 1 月 1 日至 12 月 31 日", "2024-12-31"),
        ("数据期限：2024年1月1日—2024年12月31日", "2024-12-31"),
        ("统计起止时间为2024年1月1日起，至2024年12月31日止", "2024-12-31"),
        ("统计期限自202411日至1231日", None),
        ("统计期限自至", None),
        ("统计数据截至2024年12月31日", None),
    ],
)
def test_a_period_is_told_only_when_both_ends_are_written(printed: str, end: str | None) -> None:
    period = read(f"raw/2024/{NAME}", (PERIOD, printed)).stat_period
    assert (str(period[1]) if period else None) == end


@pytest.mark.parametrize(
    "printed, day",
    [("2025年1月16日", "2025-01-16"), ("2025-01-16", "2025-01-16"), ("二〇二五年一月十六日", "2025-01-16"),
     ("二○二五年元月六日", "2025-01-06"), ("2025 年 1 月 16 日", "2025-01-16")],
)  # fmt: skip
def test_the_signing_date_in_figures_and_in_words(printed: str, day: str) -> None:
    assert str(read(f"raw/2024/{NAME}", ("2025年1月16日", printed)).signed_on) == day


def test_a_page_of_a_site_gives_its_publication_date_and_title(tmp_path: Path) -> None:
    report = read("raw/2024/柳堡镇.html", layout="html")
    assert str(report.published_at) == "2025-01-20"
    assert report.title == "青禾县柳堡镇人民政府2024年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("青禾县2024年政府信息公开工作年度报告", "area"),
        ("青禾县政府信息公开工作年度报告", "area"),
        ("青禾县人民政府2024年政府信息公开工作年度报告", "area"),
        ("青禾县无名镇人民政府2024年政府信息公开工作年度报告", None),
        ("青禾县人民政府金融办公室2024年政府信息公开工作年度报告", None),
        ("青禾县柳堡镇2024年政府信息公开工作年度报告", "t01"),
        ("柳堡镇中心小学2024年信息公开年报", None),
        ("柳堡镇上报县政务服务局年报", "t01"),
        ("柳堡镇人民政府办公室2024年年报", "t01"),
        ("关于报送青禾县双桥乡人民政府年报的函", "t02"),
    ],
)
def test_a_name_that_only_begins_a_longer_one_names_no_unit(text: str, named: str | None) -> None:
    register = (unit("area", "青禾县人民政府", "青禾县", "县政府", kind="area"), *UNITS[2:])
    assert identity._named_unit(identity.plain(text), identity.unit_names(register)) == named
