"""Scores of five units worked out by hand from what their reports say, against the whole way from file to points."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from etl.build import build
from etl.score import Manual, ManualPoints, Waiver, example_rubrics, score
from etl.warehouse.read import open_build
from tests.score_county import REPORTS, county


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_build(build(county(tmp_path_factory.mktemp("score") / "data")).stamp.path) as connection:
        yield connection


def scored(built: duckdb.DuckDBPyConnection, rubric: str, manual: Manual | None = None) -> dict[str, dict[str, Any]]:
    """By unit its row of score; under `lines` the points of each indicator, under `reasons` every row."""
    found = score(built, example_rubrics()[rubric], manual)
    rows = {row["unit_id"]: {**row, "lines": {}, "reasons": []} for row in found.score.to_pylist()}
    for reason in found.reasons.to_pylist():
        rows[reason["unit_id"]]["reasons"].append(reason)
        if reason["item"] == 0 and reason["role"] == "main":
            rows[reason["unit_id"]]["lines"][reason["indicator"]] = reason["points"]
    return rows


# The rubric of etl/rubrics/annual_report.yaml, line by line. None of them has a report of the year before: B4 and D4 are
# granted. Nobody tells of 责任追究 but the office, nobody but the office of 政策解读.
BY_HAND: dict[str, dict[str, str]] = {
    # 1 月 16 日公布；六部分、三张表都在；没有申请、没有规范性文件；120 条 ＝ 80 ＋ 40；考核、培训和评议都写到
    "zero": {
        "A1": "8", "A2": "4", "A3": "3", "B1": "10", "B2": "4", "B3": "3", "B4": "6", "B5": "7", "C1": "5", "C2": "1",
        "C3": "4", "C4": "5", "D1": "4", "D2": "4", "D3": "0", "D4": "2", "E1": "6", "E2": "4", "E3": "3", "F1": "8",
        "G1": "4", "H1": "2",
    },
    # 应办 20 件，结转 6 件 ＝ 三成，在四成以内得 2；办结 14 件：其他 5 件（36%）扣 2，信访投诉 8 件（57%）扣 1；
    # 写明均按时答复得 3；被纠正 2 件扣 6；规范性文件 25 件，写到清理；政策解读 12 条得 2；考核、责任追究得 2
    "busy": {
        "A1": "8", "A2": "4", "A3": "3", "B1": "10", "B2": "4", "B3": "3", "B4": "6", "B5": "7", "C1": "5", "C2": "1",
        "C3": "4", "C4": "5", "D1": "4", "D2": "4", "D3": "2", "D4": "2", "E1": "2", "E2": "1", "E3": "3", "F1": "2",
        "G1": "4", "H1": "2",
    },
    # 期限 1 月 31 日，2 月 5 日公布，晚 5 天得 5；没有写总数，只有分渠道的数得 1；考核、培训、追责都没有写
    "late": {
        "A1": "5", "A2": "4", "A3": "3", "B1": "10", "B2": "4", "B3": "3", "B4": "6", "B5": "7", "C1": "5", "C2": "1",
        "C3": "4", "C4": "5", "D1": "1", "D2": "4", "D3": "0", "D4": "2", "E1": "6", "E2": "4", "E3": "3", "F1": "8",
        "G1": "4", "H1": "0",
    },
    # 表二空 1 格扣 0.5；新收 3 ≠ 办结 1 ＋ 结转 1：总计列扣 4，自然人列扣 2；复议总计 2 ≠ 1 扣 2；
    # 应办 3 件，结转 1 件不超过 1 件得 6，不足 5 件不评结构；没有写按时答复得 1.5；只写到培训
    "broken": {
        "A1": "8", "A2": "4", "A3": "2.5", "B1": "4", "B2": "2", "B3": "3", "B4": "6", "B5": "7", "C1": "5", "C2": "1",
        "C3": "4", "C4": "5", "D1": "4", "D2": "4", "D3": "0", "D4": "2", "E1": "6", "E2": "4", "E3": "1.5", "F1": "8",
        "G1": "4", "H1": "1",
    },
}  # fmt: skip
TOTALS = {"zero": ("97.00", "优秀"), "busy": ("86.00", "良好"), "late": ("89.00", "良好"), "broken": ("86.00", "良好")}


@pytest.mark.parametrize("unit", BY_HAND)
def test_every_line_is_what_was_worked_out_by_hand(built: duckdb.DuckDBPyConnection, unit: str) -> None:
    lines = scored(built, "annual_report")[unit]["lines"]
    assert lines == {indicator: Decimal(points) for indicator, points in BY_HAND[unit].items()}


@pytest.mark.parametrize("unit", BY_HAND)
def test_the_total_is_the_sum_of_the_lines(built: duckdb.DuckDBPyConnection, unit: str) -> None:
    row = scored(built, "annual_report")[unit]
    assert (str(row["points"]), row["grade"]) == TOTALS[unit]
    assert row["points"] == row["highest"] == sum(Decimal(points) for points in BY_HAND[unit].values())
    assert row["manual_open"] == 0


def test_the_overviews_have_the_length_that_c2_was_worked_out_with() -> None:
    for each in REPORTS.values():
        assert 200 <= sum(map(len, each.changes["overview"])) <= 1200


def test_a_missing_report_is_a_status_and_no_score(built: duckdb.DuckDBPyConnection) -> None:
    row = scored(built, "annual_report")["missing"]
    assert row["status"] == "not_filed"
    assert {row[name] for name in ("points", "highest", "auto_points", "grade", "manual_open")} == {None}
    assert row["reasons"] == []


def test_what_was_granted_or_not_assessed_is_told_as_such(built: duckdb.DuckDBPyConnection) -> None:
    row = scored(built, "annual_report")["zero"]
    states = {each["indicator"]: each["state"] for each in row["reasons"] if each["item"] == 0}
    assert {states[each] for each in ("E1", "E2", "E3", "D2")} == {"no_exposure"}
    assert {states[each] for each in ("B4", "D4")} == {"not_assessed"}
    assert row["granted"] == 6 + 4 + 3 + 4 + 6 + 2
    assert scored(built, "annual_report")["broken"]["reasons"] and states["A1"] == "counted"
    broken = {
        each["indicator"]: each["state"]
        for each in scored(built, "annual_report")["broken"]["reasons"]
        if each["item"] == 0
    }
    assert broken["E2"] == "small_n"


def test_a_deduction_names_its_rule_its_cells_its_file_and_the_finding(built: duckdb.DuckDBPyConnection) -> None:
    reasons = [each for each in scored(built, "annual_report")["broken"]["reasons"] if each["indicator"] == "B1"]
    line, first, second = reasons
    assert (line["points"], line["deducted"]) == (4, 6)
    assert (first["deducted"], second["deducted"]) == (4, 2)
    assert first["kind"] == "rule" and first["subject"] == "T3-01"
    assert "requests/new_received/total" in first["cells"]
    assert "第一项加第二项为 3" in first["words"]
    ((path,),) = built.execute("SELECT path FROM source_file WHERE file_id = $id", {"id": first["file_id"]}).fetchall()
    assert path == "raw/2024/槐岭镇2024年年报.txt"
    assert built.execute("SELECT rule FROM finding WHERE fingerprint = $f", {"f": first["fingerprint"]}).fetchall() == [
        ("T3-01",)
    ]


def test_a_ratio_tells_both_of_its_figures(built: duckdb.DuckDBPyConnection) -> None:
    (line,) = [
        each
        for each in scored(built, "annual_report")["busy"]["reasons"]
        if each["indicator"] == "E1" and each["item"] == 0
    ]
    assert line["operands"] == "结转下年申请 6 件 ÷ 应办申请 20 件"
    assert "requests/carried_out/total" in line["cells"] and "requests/new_received/total" in line["cells"]


def test_lateness_tells_both_days(built: duckdb.DuckDBPyConnection) -> None:
    line = scored(built, "annual_report")["late"]["reasons"][0]
    assert line["operands"] == "2025-02-05 公布，期限 2025-01-31"


# etl/rubrics/volume_bands.yaml: what is skipped takes nothing, the rest is scaled to 100.
#   zero    120 条得 20；网站 80/120 × 15 ＝ 10；新媒体 5；20；10 → 65 ÷ 90 × 100 ＝ 72.222…
#   late    没有写总数 0；网站 15/120 × 15 ＝ 1.875 → 1.88；5；20；10 → 36.88 ÷ 90 × 100 ＝ 40.977…
#   broken  66 条得 10；网站 26/120 × 15 ＝ 3.25；5；表内 3 处 × 5 ＝ 15 → 5；10 → 33.25 ÷ 90 × 100 ＝ 36.944…
VOLUME = {"zero": ("72.22", "较好"), "late": ("40.98", "整改"), "broken": ("36.94", "整改")}


@pytest.mark.parametrize("unit", VOLUME)
def test_what_is_skipped_takes_nothing_and_the_rest_is_scaled(built: duckdb.DuckDBPyConnection, unit: str) -> None:
    row = scored(built, "volume_bands")[unit]
    assert (str(row["points"]), row["grade"], row["skipped"]) == (*VOLUME[unit], 10)


def test_who_is_in_no_group_is_not_scored(built: duckdb.DuckDBPyConnection) -> None:
    row = scored(built, "volume_bands")["busy"]
    assert (row["status"], row["group"], row["points"]) == ("no_group", "", None)


def said(indicator: str, points: str | None = None, share: str | None = None, unit: str = "zero") -> ManualPoints:
    return ManualPoints(
        unit,
        2024,
        indicator,
        "王晓",
        "查看台账",
        Decimal(points) if points else None,
        Decimal(share) if share else None,
    )


GIVEN = (said("Z1", "8"), said("Z2", share="0.5"), said("Z3", "6"), said("P1", "10"), said("P2", "16"))


def test_open_indicators_show_what_is_known_and_what_can_still_be_reached(built: duckdb.DuckDBPyConnection) -> None:
    """8 ＋ 6 ＋ 6 ＋ 10 ＋ 20 are open of 90; 40 are known: 年度报告 20, 依申请 20 (没有申请, 没有被纠正)."""
    row = scored(built, "manual_items")["zero"]
    assert (row["manual_open"], row["open_points"], row["skipped"]) == (5, 50, 10)
    assert (row["auto_points"], row["auto_possible"]) == (40, 40)
    assert (str(row["points"]), str(row["highest"])) == ("44.44", "100.00")
    assert (row["grade"], row["grade_lowest"], row["grade_highest"]) == (None, "不合格", "优秀")


def test_a_deduction_goes_on_within_its_dimension(built: duckdb.DuckDBPyConnection) -> None:
    """表三两列不平、表四一组不符：3 处各 3 分，本项只有 6 分，多出的 3 分在“年度报告”里扣。"""
    row = scored(built, "manual_items")["broken"]
    assert row["lines"]["R3"] == 6 - 9
    assert row["auto_points"] == 8 + 6 - 3 + 8


def test_manual_points_a_bonus_and_the_scale(built: duckdb.DuckDBPyConnection) -> None:
    """8 ＋ 6×0.5 ＋ 6 ＋ 10 ＋ 16 ＋ 20 ＋ 20 ＝ 83 of 90 → 92.22, and 2 of bonus."""
    row = scored(built, "manual_items", Manual((*GIVEN, said("J1", "2"))))["zero"]
    assert (str(row["points"]), row["grade"], row["manual_open"], row["bonus"]) == ("94.22", "优秀", 0, 2)
    z2 = next(each for each in row["reasons"] if each["indicator"] == "Z2")
    assert (z2["state"], z2["points"]) == ("manual", 3)
    assert "查看台账（王晓）" in z2["words"]


def test_a_bonus_has_a_ceiling_and_so_has_a_penalty(built: duckdb.DuckDBPyConnection) -> None:
    bonus = scored(built, "manual_items", Manual((*GIVEN, said("J1", "4"), said("J1", "4"))))["zero"]
    assert (str(bonus["points"]), bonus["bonus"]) == ("97.22", 5)
    penalty = scored(built, "annual_report", Manual((said("N1", "10"), said("N2", "6"), said("N3", "3"))))["zero"]
    assert (str(penalty["points"]), penalty["penalty"]) == ("82.00", 15)


def test_a_veto_bounds_the_grade_and_not_the_points(built: duckdb.DuckDBPyConnection) -> None:
    row = scored(built, "annual_report", Manual((said("V1", "1"),)))["zero"]
    assert (str(row["points"]), row["grade"], row["veto_cap"]) == ("97.00", "合格", "合格")
    worse = scored(built, "annual_report", Manual((said("V1", "1"), said("V2", "1"))))["zero"]
    assert worse["grade"] == "不合格"
    assert scored(built, "annual_report", Manual((said("V1", "0"),)))["zero"]["grade"] == "优秀"


def test_a_waived_finding_is_shown_and_takes_nothing(built: duckdb.DuckDBPyConnection) -> None:
    """Without the finding in the total column B1 loses 2 instead of 6."""
    finding = "SELECT fingerprint FROM finding WHERE unit_id = 'broken' AND rule = 'T3-01' AND \"where\" LIKE '%总计%'"
    ((fingerprint,),) = built.sql(finding).fetchall()
    row = scored(built, "annual_report", Manual(waived={fingerprint: Waiver("李芳", "原文另有说明")}))["broken"]
    assert row["lines"]["B1"] == 8
    assert str(row["points"]) == "90.00"  # 86 and the 4 that the finding took
    (waived,) = [each for each in row["reasons"] if each["fingerprint"] == fingerprint and each["indicator"] == "B1"]
    assert (waived["state"], waived["deducted"], waived["amount"]) == ("waived", 0, 4)
    assert "原文另有说明（李芳）" in waived["words"]


def test_a_decision_that_fits_nothing_is_handed_back(built: duckdb.DuckDBPyConnection) -> None:
    unknown, too_much = said("Q9", "1"), said("A2", "4.5")
    found = score(built, example_rubrics()["annual_report"], Manual((unknown, too_much)))
    assert found.lapsed == (unknown, too_much)


def test_a_person_replaces_what_the_curve_said(built: duckdb.DuckDBPyConnection) -> None:
    row = scored(built, "annual_report", Manual((said("D3", "2"),)))["zero"]
    assert str(row["points"]) == "99.00"
