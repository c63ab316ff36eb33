"""What the words say against what the tables say."""

from __future__ import annotations

import duckdb
import pytest

from tests.check_cases import Case, build_cases, cases, confirm, findings

CASES = cases("words")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    return build_cases(tmp_path_factory.mktemp("words"), CASES)


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)), ids=lambda each: getattr(each, "says", ""))
def test_a_contradiction_is_found_and_every_legitimate_reading_passes(
    built: duckdb.DuckDBPyConnection, number: int, case: Case
) -> None:
    confirm(built, number, case)


def test_where_scope_may_explain_the_difference_the_message_says_so(built: duckdb.DuckDBPyConnection) -> None:
    number = next(n for n, case in enumerate(CASES) if case.says == "the office answers for the government")
    (message,) = [message for rule, _, message in findings(built, f"c{number}") if rule == "W-41"]
    assert "正文为17件" in message
    assert "表三新收95件" in message
    assert "口径不同" in message


def test_a_contradiction_names_the_cells_and_their_figures(built: duckdb.DuckDBPyConnection) -> None:
    number = next(n for n, case in enumerate(CASES) if case.says == "twenty-one against twelve")
    rows = built.execute(
        "SELECT o.cell, o.value, o.locator.line FROM finding JOIN finding_operand o USING (fingerprint) "
        "WHERE unit_id = $unit AND rule = 'W-41' ORDER BY o.position",
        {"unit": f"c{number}"},
    ).fetchall()
    assert rows[0][:2] == ("requests/new_received/total", 12)
    assert all(line for _, _, line in rows)


def test_a_cell_without_a_figure_is_not_said_to_be_nought(built: duckdb.DuckDBPyConnection) -> None:
    number = next(n for n, case in enumerate(CASES) if case.says == "five received and a stroke carried in")
    (message,) = [message for rule, _, message in findings(built, f"c{number}") if rule == "W-40"]
    assert "表三新收、办理结果总计、结转下年都是0" in message


def test_a_clean_report_has_no_finding(built: duckdb.DuckDBPyConnection) -> None:
    assert findings(built, "clean") == []
