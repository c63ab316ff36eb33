"""A figure is found at its own address or says it is unreadable, in every layout."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from etl.read import read_document
from etl.recognise import report_from
from etl.report import FactState, Report, ReportStatus
from tests.layouts import APPLICANTS, CELLS, LAYOUTS, REQUESTS

TWO_HUNDRED = {cell: str(1001 + 3 * n) for n, cell in enumerate(CELLS)}
HERE = Path(__file__).parent


def read(text: str, path: str = "raw/2024/柳堡镇2024年年报.txt", encoding: str = "utf-8") -> Report:
    return report_from(read_document(path, text.encode(encoding)), path, ())


def states(report: Report) -> dict[str, FactState]:
    return {fact.cell: fact.state for fact in report.facts}


def values(report: Report) -> dict[str, Decimal | None]:
    return {fact.cell: fact.value for fact in report.facts}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_two_hundred_different_numbers_are_each_found_at_their_own_address(layout: str) -> None:
    report = read(LAYOUTS[layout](TWO_HUNDRED))
    assert values(report) == {cell: Decimal(text) for cell, text in TWO_HUNDRED.items()}
    assert {fact.raw for fact in report.facts} == set(TWO_HUNDRED.values())
    assert all(fact.locator for fact in report.facts)
    assert report.status is ReportStatus.COMPLETE
    assert report.problems == ()


@pytest.mark.parametrize("text, state", [("/", FactState.SLASH), ("—", FactState.SLASH), ("1O", FactState.UNREADABLE)])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_cell_in_turn_with_a_slash_or_garbled_leaves_the_other_199_right(
    layout: str, text: str, state: FactState
) -> None:
    for cell in CELLS:
        report = read(LAYOUTS[layout](TWO_HUNDRED | {cell: text}))
        expected = {other: Decimal(printed) for other, printed in TWO_HUNDRED.items()} | {cell: None}
        assert values(report) == expected, cell
        assert states(report)[cell] is state, cell


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_cell_in_turn_blank_is_blank_and_never_zero(layout: str) -> None:
    for cell in CELLS:
        report = read(LAYOUTS[layout](TWO_HUNDRED | {cell: ""}))
        got = values(report)
        assert got[cell] is None, cell
        assert states(report)[cell] in {FactState.BLANK, FactState.UNREADABLE}, cell
        wrong = {c: got[c] for c in CELLS if c != cell and got[c] not in (None, Decimal(TWO_HUNDRED[c]))}
        assert not wrong, cell
        row = "disputes/" if cell.startswith("disputes/") else cell.rsplit("/", 1)[0]
        if layout in {"pipe", "aligned"}:  # these figures do not add up: nothing bears witness that no cell was lost
            assert all(c.startswith(row) for c in CELLS if got[c] is None), cell
        elif layout == "html":
            assert states(report)[cell] is FactState.BLANK, cell
            assert sum(value is None for value in got.values()) == 1, cell


@pytest.mark.parametrize("layout", ["pipe", "aligned"])
def test_a_blank_in_a_line_of_text_is_believed_where_the_sum_holds_without_it(layout: str) -> None:
    printed = {
        "requests/granted/natural_person": "3",
        "requests/granted/org_business": "",
        "requests/granted/total": "3",
    }
    seen = states(read(LAYOUTS[layout](printed)))
    assert seen["requests/granted/org_business"] is FactState.BLANK
    assert values(read(LAYOUTS[layout](printed)))["requests/granted/total"] == 3
    broken = read(LAYOUTS[layout](printed | {"requests/granted/total": "4"}))
    assert states(broken)["requests/granted/natural_person"] is FactState.UNREADABLE


def test_figures_that_ran_together_are_told_apart_only_where_the_sum_allows_one_way() -> None:
    """The example of a real report: 640020470 can only be 64 0 0 2 0 4 70."""
    columns = [column for column, _ in APPLICANTS]
    row = "（一）予以公开"
    text = LAYOUTS["pipe"]({f"requests/granted/{column}": "8" for column in columns})
    line = next(line for line in text.split("\n") if row in line)
    report = read(text.replace(line, f"三、本年度办理结果 | {row} | 640020470 ||||||||"))
    got = {fact.cell: fact for fact in report.facts if fact.cell.startswith("requests/granted/")}
    assert [got[f"requests/granted/{column}"].value for column in columns] == [64, 0, 0, 2, 0, 4, 70]
    assert {fact.raw for fact in got.values()} == {"640020470"}
    assert any(problem.code == "cells_inferred" for problem in report.problems)
    for several_or_none in ("1111111111", "640020471", "0120012"):
        report = read(text.replace(line, f"三、本年度办理结果 | {row} | {several_or_none} ||||||||"))
        seen = states(report)
        assert {seen[f"requests/granted/{column}"] for column in columns} == {FactState.UNREADABLE}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_row_that_is_missing_is_absent_and_named(layout: str) -> None:
    for row, _, label in REQUESTS:
        report = read(LAYOUTS[layout](TWO_HUNDRED, drop={f"requests/{row}"}))
        got, seen = values(report), states(report)
        for cell in CELLS:
            if cell.startswith(f"requests/{row}/"):
                assert seen[cell] is FactState.ABSENT and got[cell] is None, cell
            else:
                assert got[cell] == Decimal(TWO_HUNDRED[cell]), (row, cell)
        assert any(p.code == "row_missing" and label in p.message for p in report.problems), row
        assert report.status is ReportStatus.PARTIAL


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_single_row_of_other_outcomes_takes_the_place_of_three(layout: str) -> None:
    printed = {cell: text for cell, text in TWO_HUNDRED.items() if "/other_" not in cell or cell.startswith("disputes")}
    printed |= {
        cell: text for cell, text in TWO_HUNDRED.items() if cell.endswith("/org_other") and "/other_" not in cell
    }
    single = {f"requests/other_single_row/{c.rsplit('/', 1)[1]}": str(7000 + n) for n, c in enumerate(CELLS[10:17])}
    report = read(LAYOUTS[layout](printed | single, single_row=True))
    reported = {fact.cell: fact.value for fact in report.facts if fact.state is FactState.REPORTED}
    assert reported == {cell: Decimal(text) for cell, text in (printed | single).items()}
    absent = {fact.cell for fact in report.facts if fact.state is FactState.ABSENT}
    assert absent == set(TWO_HUNDRED) - set(printed)
    assert len(reported) == 186


# What the report of 洪泽区 for 2024 prints besides 0; its （六）其他处理 is one row, so it has 186 cells.
HONGZE = {
    "proactive/normative_documents/issued": "3",
    "proactive/normative_documents/in_force": "8",
    "proactive/licensing/decisions": "9487",
    "proactive/penalty/decisions": "2776",
    "proactive/coercion/decisions": "84",
    "proactive/admin_fees/amount_wan": "7545",
    **{
        f"requests/{row}/{column}": figure
        for column in ("natural_person", "total")
        for row, figure in {
            "new_received": "95",
            "granted": "50",
            "partially_granted": "9",
            "denied_safety_stability": "1",
            "denied_deliberative": "1",
            "denied_enforcement_file": "1",
            "unable_not_held": "31",
            "unable_needs_creation": "1",
            "notproc_petition_complaint": "1",
            "total_processed": "95",
        }.items()
    },
    "disputes/reconsideration/upheld": "1",
    "disputes/reconsideration/overturned": "1",
    "disputes/reconsideration/total": "2",
    "disputes/litigation_direct/upheld": "1",
    "disputes/litigation_direct/total": "1",
    "disputes/litigation_after_reconsideration/upheld": "2",
    "disputes/litigation_after_reconsideration/other_outcome": "1",
    "disputes/litigation_after_reconsideration/total": "3",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_figures_of_a_real_district_transcribed_with_its_misprinted_label(layout: str) -> None:
    printed = LAYOUTS[layout](HONGZE, single_row=True).replace("2.其他法律行政法规禁止公开", "2.其他法律行政止公开")
    facts = read(printed, "raw/2024/洪泽区2024年年报.txt").facts
    reported = {fact.cell: fact.value for fact in facts if fact.state is FactState.REPORTED}
    assert len(reported) == 186
    assert {cell: value for cell, value in reported.items() if value} == {c: Decimal(v) for c, v in HONGZE.items()}
    assert {fact.state for fact in facts if fact.cell not in reported} == {FactState.ABSENT}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("layout", ["pipe", "html"])
def test_the_encoding_does_not_matter_declared_or_not(layout: str, encoding: str) -> None:
    report = read(LAYOUTS[layout](TWO_HUNDRED), encoding=encoding)
    assert values(report) == {cell: Decimal(text) for cell, text in TWO_HUNDRED.items()}
    assert report.unit == "青禾县柳堡镇人民政府"
    assert (report.year, str(report.signed_on)) == (2024, "2025-01-16")
    if layout == "html":
        assert str(report.published_at) == "2025-01-20"


def test_the_real_report_of_a_township_is_read_whole(real_reports: Path) -> None:
    (path,) = real_reports.glob("北票市长皋乡*.txt")
    report = report_from(read_document(path.name, path.read_bytes()), path.name, ())
    check_changgao(report)
    printed = "".join(line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    assert report.claims and all(claim.sentence in printed for claim in report.claims)


def test_the_real_report_of_a_district_is_read_whole_from_its_pdf(real_reports: Path) -> None:
    (path,) = real_reports.glob("洪泽区2024*.pdf")
    report = report_from(read_document(path.name, path.read_bytes()), path.name, ())
    reported = {fact.cell: fact.value for fact in report.facts if fact.state is FactState.REPORTED}
    assert len(reported) == 186 and report.problems == ()
    assert {cell: value for cell, value in reported.items() if value} == {c: Decimal(v) for c, v in HONGZE.items()}
    assert {fact.state for fact in report.facts if fact.cell not in reported} == {FactState.ABSENT}
    claims = {claim.claim: claim.value for claim in report.claims}
    assert claims == {
        "published_website": 2428,
        "policy_interpretations": 7,
        "requests_received": 17,
        "info_fee_yuan": 0,
    }
    assert (report.unit, report.year, report.form) == ("淮安市洪泽区人民政府", 2024, "2021")
    assert all(fact.locator and fact.locator.page for fact in report.facts if fact.cell in reported)


def test_the_blank_form_is_two_hundred_blanks(real_reports: Path) -> None:
    (path,) = real_reports.glob("空白格式*.docx")
    report = report_from(read_document(path.name, path.read_bytes()), path.name, ())
    assert [fact.state for fact in report.facts] == [FactState.BLANK] * 200


def test_a_report_with_the_same_figures_in_our_own_words_is_read_whole() -> None:
    path = HERE / "reports" / "北票市长皋乡2024年度报告.txt"
    check_changgao(report_from(read_document(path.name, path.read_bytes()), path.name, ()))


def check_changgao(report: Report) -> None:
    assert len(report.facts) == 200
    assert {fact.state for fact in report.facts} == {FactState.REPORTED}
    figures = {fact.cell: fact.value for fact in report.facts if fact.value}
    assert figures == {"proactive/admin_fees/amount_wan": Decimal("9.51")}
    claims = {claim.claim: claim.value for claim in report.claims}
    assert claims == {"published_website": 15, "published_wechat": 45, "requests_received": 0, "info_fee_yuan": 0}
    assert (report.unit, report.year, str(report.signed_on)) == ("北票市长皋乡人民政府", 2024, "2025-01-16")
    assert report.status is ReportStatus.COMPLETE
