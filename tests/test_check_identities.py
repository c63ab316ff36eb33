"""The linear identities: what satisfies them is never named, what breaks one always is, and doubt is never a demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.check import load_rules, run_checks
from etl.check.identities import Source, load_identities
from etl.form import load_forms
from etl.recognise.tables import TableReading
from etl.units import Unit
from etl.warehouse.inputs import Inputs
from etl.warehouse.tables import with_incoming
from etl.warehouse.write import add_registers, create_tables

APPLICANTS = ("natural_person", "org_business", "org_research", "org_public_interest", "org_legal_service", "org_other")
COLUMNS = (*APPLICANTS, "total")
TABLE = next(table for table in load_forms()["2021"].tables if table.id == "requests")
RESULTS = next(row.total_of for row in TABLE.blocks[0].rows if row.total_of)
BLOCKS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
OUTCOMES = ("upheld", "overturned", "other_outcome", "pending")
CELLS = {edition: [cell.id for cell in form.printed_cells] for edition, form in load_forms().items()}
SUMS = {rule.id: rule for rule in load_rules().values() if rule.by == "sums"}
SLOW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

Values = Mapping[str, str | int | Decimal | None]  # a figure; "" blank, "/" stroke, "?" unreadable, None absent
Filed = tuple[str, int, Values]


def warehouse(
    filed: Sequence[Filed], form: str = "2021", area: str = "", units: Sequence[Unit] = ()
) -> duckdb.DuckDBPyConnection:
    """A checked warehouse of these reports (unit, year, what differs from a 0); the n-th has file_id n."""
    connection = duckdb.connect()
    create_tables(connection)
    names = dict.fromkeys(unit for unit, _, _ in filed)
    made = units or [_unit(name, "area" if name == area else "town") for name in names]
    add_registers(connection, Inputs((), tuple(made), (), (), (), "县", False, "", ""))
    facts, reports, files = [], [], []
    for file_id, (unit, year, values) in enumerate(filed, start=1):
        scope = "area_aggregate" if unit == area else "single_organ"
        reports.append({"file_id": file_id, "unit_id": unit, "unit_name": unit, "year": year, "form": form, "scope": scope,
                        "status": "complete", "is_chosen": True, "choice_reason": "", "opening": ""})  # fmt: skip
        files.append({"file_id": file_id, "path": f"{unit}{year}", "sha256": f"{file_id}", "size": 1, "format": "text",
                      "outcome": "complete", "reason": "", "parse_key": f"{file_id}"})  # fmt: skip
        facts += [_fact(file_id, cell, values.get(cell, 0)) for cell in dict.fromkeys((*CELLS[form], *values))]
    kinds = pa.schema([("file_id", pa.int32()), ("cell", pa.string()), ("state", pa.string()),
                       ("value", pa.decimal128(20, 6)), ("raw", pa.string())])  # fmt: skip
    for table, rows in (("report", reports), ("source_file", files), ("fact", pa.Table.from_pylist(facts, kinds))):
        with_incoming(connection, rows, f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
    return connection


def _unit(name: str, kind: str = "town", valid_to: int | None = None, merged_into: str | None = None) -> Unit:
    return Unit(name, "", name, (), kind, "全县" if kind == "area" else "乡镇", None, valid_to, merged_into, True)


def _fact(file_id: int, cell: str, value: str | int | Decimal | None) -> dict:
    states = {"": "blank", "/": "slash", "?": "unreadable", None: "absent"}
    state = states.get(value, "reported") if value is None or isinstance(value, str) else "reported"
    number = Decimal(value) if value is not None and state == "reported" else None
    return {
        "file_id": file_id,
        "cell": cell,
        "state": state,
        "value": number,
        "raw": None if value is None else str(value),
    }


def findings(connection: duckdb.DuckDBPyConnection, rule: str = "") -> list[dict]:
    run_checks(connection, rules=SUMS)
    rows = connection.sql("SELECT * FROM finding ORDER BY file_id, position").pl().to_dicts()
    return [row for row in rows if rule in ("", row["rule"])]


def cell(row: str, column: str) -> str:
    return f"requests/{row}/{column}"


# ── laws


@st.composite
def balanced_years(draw: st.DrawFn, years: int = 2) -> list[dict[str, int]]:
    """Consecutive reports of one unit in which every relation holds; nothing is lost between the years."""
    small = st.integers(0, 4)
    carried = dict.fromkeys(APPLICANTS, 0)
    stock = draw(st.integers(0, 30))
    pending = dict.fromkeys(BLOCKS, 0)
    reports = []
    for _ in range(years):
        values: dict[str, int] = {}
        for applicant in APPLICANTS:
            new = draw(small)
            waiting = carried[applicant] + new
            left = draw(st.integers(0, waiting))
            values[cell("new_received", applicant)], values[cell("carried_in", applicant)] = new, carried[applicant]
            values[cell("carried_out", applicant)] = left
            for _ in range(waiting - left):
                result = cell(draw(st.sampled_from(RESULTS)), applicant)
                values[result] = values.get(result, 0) + 1
            values[cell("total_processed", applicant)] = waiting - left
            carried[applicant] = left
        for row in {name.split("/")[1] for name in values}:
            values[cell(row, "total")] = sum(values.get(cell(row, applicant), 0) for applicant in APPLICANTS)
        for block in BLOCKS:
            counts = [draw(small) for _ in OUTCOMES]
            counts[0] = max(counts[0], pending[block])
            values |= {f"disputes/{block}/{name}": n for name, n in zip(OUTCOMES, counts, strict=True)}
            values[f"disputes/{block}/total"], pending[block] = sum(counts), counts[-1]
        issued = draw(small)
        repealed = draw(st.integers(0, stock + issued))
        stock += issued - repealed
        values |= {f"proactive/normative_documents/{name}": n
                   for name, n in (("issued", issued), ("repealed", repealed), ("in_force", stock))}  # fmt: skip
        reports.append(values)
    return reports


@SLOW
@given(balanced_years())
def test_reports_that_satisfy_every_relation_have_no_finding(reports: list[dict[str, int]]) -> None:
    connection = warehouse([("甲", 2023 + n, values) for n, values in enumerate(reports)])
    assert findings(connection) == []


@SLOW
@given(balanced_years(1), st.sampled_from([name for name in CELLS["2021"] if name.startswith(("requests/", "disputes/"))]),
       st.integers(1, 50))  # fmt: skip
def test_one_wrong_figure_is_always_found_and_always_among_the_operands(
    reports: list[dict[str, int]], wrong: str, by: int
) -> None:
    values = reports[0] | {wrong: reports[0].get(wrong, 0) + by}
    connection = warehouse([("甲", 2024, values)])
    found = findings(connection)
    assert found and {each["severity"] for each in found} == {"must_fix"}
    assert all(wrong in each["cells"] for each in found)
    operands = connection.sql("SELECT DISTINCT fingerprint, cell FROM finding_operand").fetchall()
    assert {(each["fingerprint"], wrong) for each in found} <= set(operands)


@SLOW
@given(
    st.dictionaries(st.sampled_from(CELLS["2021"]), st.one_of(st.integers(0, 9), st.sampled_from(["", "/", "?", None])), max_size=40)
)  # fmt: skip
def test_a_sum_with_a_cell_nobody_could_read_is_never_must_fix(values: dict[str, str | int | None]) -> None:
    unread = {name for name, value in values.items() if value == "?"}
    empty = {name for name, value in values.items() if value in ("", "/", None)}
    for each in findings(warehouse([("甲", 2024, values)])):
        if unread & set(each["cells"]):
            assert each["verdict"] == "doubtful" and each["severity"] != "must_fix", each
        if empty & set(each["cells"]):
            assert each["severity"] != "must_fix", each


# ── the form's own relations, one by one


def test_the_form_implies_the_identities_that_it_prints() -> None:
    counts: dict[str, int] = {}
    for each in load_identities():
        if each.term_set == "2021":
            counts[each.rule] = counts.get(each.rule, 0) + 1
    assert {rule: counts[rule] for rule in ("T3-01", "T3-02", "T3-03", "T4-01", "X-01", "X-05")} == {
        "T3-01": 7, "T3-02": 7, "T3-03": 25, "T4-01": 3, "X-01": 1, "X-05": 6,
    }  # fmt: skip


def test_every_cell_of_an_identity_is_printed_by_its_edition() -> None:
    for each in load_identities():
        form = load_forms()[each.term_set.rstrip("~")]
        assert all(form.cell(term.cell) for term in each.terms if term.source is not Source.LAST), each


def test_every_rule_of_an_identity_is_written_down_and_the_other_way_round() -> None:
    assert {each.rule for each in load_identities()} == set(SUMS)


BALANCED = {
    cell(row, column): 3
    for row in ("new_received", "granted", "total_processed")
    for column in ("natural_person", "total")
}


def test_the_printed_rule_says_both_sides_and_the_difference() -> None:
    (found,) = findings(
        warehouse(
            [("甲", 2024, BALANCED | {cell("carried_out", "natural_person"): 1, cell("carried_out", "total"): 1})]
        ),
        "T3-01",
    )[:1]
    assert found["message"].startswith("甲2024年报 表三“")
    assert "第一项加第二项为 3，第三项加第四项为 4，相差 1" in found["message"]


def test_several_relations_broken_by_one_cell_name_that_cell() -> None:
    found = findings(warehouse([("甲", 2024, BALANCED | {cell("new_received", "total"): 4})]))
    assert {each["rule"] for each in found} == {"T3-01", "T3-03"}
    assert all("“一、本年新收政府信息公开申请数量”行“总计”格同时使 2 处关系不成立" in each["message"] for each in found)


@pytest.mark.parametrize("single", [True, False])
def test_the_one_row_of_other_results_stands_for_the_three(single: bool) -> None:
    three = ("other_no_correction", "other_fee_unpaid", "other_misc")
    other = {cell("other_single_row", column): 0 for column in COLUMNS} if single else {}
    values = {cell(row, column): None for row in three for column in COLUMNS} if single else {}
    row = "other_single_row" if single else "other_misc"
    good = {
        cell(name, column): 2
        for name in ("new_received", row, "total_processed")
        for column in ("natural_person", "total")
    }
    assert findings(warehouse([("甲", 2024, other | values | good)])) == []
    (found,) = findings(
        warehouse([("甲", 2024, other | values | good | {cell(row, "org_other"): 1, cell(row, "total"): 3})]), "T3-02"
    )[:1]
    assert found["severity"] == "must_fix"


def test_a_part_granted_and_denied_too_is_hinted_at() -> None:
    values = {cell(row, column): n for row, n in (("new_received", 4), ("partially_granted", 1), ("denied_third_party", 1), ("granted", 3), ("total_processed", 5))
              for column in ("natural_person", "total")}  # fmt: skip
    found = findings(warehouse([("甲", 2024, values)]))
    assert {each["rule"] for each in found} == {"T3-01"}
    assert all("部分公开" in each["message"] for each in found)


def test_a_case_left_out_of_the_other_results_is_hinted_at() -> None:
    (found,) = findings(
        warehouse([("甲", 2024, {"disputes/reconsideration/total": 3, "disputes/reconsideration/upheld": 2})])
    )
    assert found["rule"] == "T4-01" and "其他结果" in found["message"]


# ── blanks, doubts, corrections


def test_a_blank_that_could_make_the_sum_right_is_not_assessed() -> None:
    connection = warehouse([("甲", 2024, BALANCED | {cell("new_received", "natural_person"): ""})])
    assert findings(connection) == []
    counts = dict(connection.sql("SELECT verdict, count FROM rule_result WHERE rule = 'T3-03'").fetchall())
    assert counts == {"holds": 24, "not_assessable": 1}


def test_a_blank_that_cannot_make_the_sum_right_is_verified_not_demanded() -> None:
    values = BALANCED | {cell("new_received", "org_business"): 9, cell("new_received", "org_other"): ""}
    (found,) = findings(warehouse([("甲", 2024, values)]), "T3-03")
    assert (found["verdict"], found["severity"]) == ("broken", "verify")


def _trouble(connection: duckdb.DuckDBPyConnection, file_id: int, name: str) -> None:
    """A problem with the table of this cell, as recognising says it."""
    table = next(table for table in load_forms()["2021"].tables if table.id == name.split("/", maxsplit=1)[0])
    reading = TableReading(table)
    reading.problem("cell_doubtful", "某行读不准。")
    connection.execute(
        "INSERT INTO problem BY NAME SELECT $file AS file_id, 1 AS position, $code AS code, $message AS message",
        {"file": file_id, "code": reading.problems[0].code, "message": reading.problems[0].message},
    )


def _correct(connection: duckdb.DuckDBPyConnection, file_id: int, name: str, value: int) -> None:
    connection.execute(
        "INSERT INTO correction VALUES ($file, $cell, 'reported', $value, '', TRUE, 1, '甲', '2026-01-01T00:00:00+08:00', '')",
        {"file": file_id, "cell": name, "value": value},
    )


@pytest.mark.parametrize("table", ["proactive", "requests", "disputes"])
def test_a_problem_of_a_table_makes_that_table_troubled(table: str) -> None:
    connection = warehouse([("甲", 2024, {})])
    _trouble(connection, 1, next(name for name in CELLS["2021"] if name.startswith(f"{table}/")))
    run_checks(connection, rules=SUMS)
    assert connection.sql("SELECT * FROM troubled").fetchall() == [(1, table)]


def test_a_failing_sum_in_a_table_with_problems_is_doubtful_until_somebody_looked_at_its_cells() -> None:
    connection = warehouse([("甲", 2024, BALANCED | {cell("granted", "org_other"): 1})])
    _trouble(connection, 1, cell("granted", "total"))
    assert {(each["verdict"], each["severity"]) for each in findings(connection)} == {("doubtful", "verify")}
    _correct(connection, 1, cell("granted", "org_other"), 1)
    assert {(each["verdict"], each["severity"]) for each in findings(connection)} == {("broken", "must_fix")}


def test_a_correction_clears_no_doubt_while_another_cell_of_the_table_cannot_be_read() -> None:
    values = BALANCED | {cell("granted", "org_other"): 1, cell("notproc_repeat", "natural_person"): "?"}
    connection = warehouse([("甲", 2024, values)])
    _trouble(connection, 1, cell("granted", "total"))
    _correct(connection, 1, cell("granted", "org_other"), 1)
    assert {each["verdict"] for each in findings(connection)} == {"doubtful"}


def test_a_correction_clears_no_doubt_about_another_file() -> None:
    connection = warehouse([("甲", 2023, LEFT), ("甲", 2024, LOST)])
    _trouble(connection, 1, cell("carried_out", "total"))
    _correct(connection, 2, cell("carried_in", "total"), 1)
    assert {each["verdict"] for each in findings(connection, "X-01")} == {"doubtful"}


def test_a_correction_counts_instead_of_what_was_read() -> None:
    connection = warehouse([("甲", 2024, BALANCED | {cell("new_received", "total"): 8})])
    connection.execute(
        "INSERT INTO correction VALUES (1, $cell, 'reported', 3, '8', TRUE, 1, '甲', '2026-01-01T00:00:00+08:00', '')",
        {"cell": cell("new_received", "total")},
    )
    assert findings(connection) == []


def test_figures_guessed_from_a_picture_are_doubtful() -> None:
    connection = warehouse([("甲", 2024, BALANCED | {cell("new_received", "total"): 8})])
    connection.execute("UPDATE fact SET confidence = 0.98")
    assert {each["verdict"] for each in findings(connection)} == {"doubtful"}


# ── over the years

LEFT = {cell(row, column): n for row, n in (("new_received", 3), ("granted", 1), ("total_processed", 1), ("carried_out", 2))
        for column in ("natural_person", "total")}  # fmt: skip
TAKEN_UP = {cell(row, column): n for row, n in (("carried_in", 2), ("granted", 2), ("total_processed", 2))
            for column in ("natural_person", "total")}  # fmt: skip
LOST = {cell(row, column): n for row, n in (("carried_in", 1), ("granted", 1), ("total_processed", 1))
        for column in ("natural_person", "total")}  # fmt: skip


def test_what_was_carried_out_is_carried_in() -> None:
    assert findings(warehouse([("甲", 2023, LEFT), ("甲", 2024, TAKEN_UP)])) == []


def test_what_was_carried_out_and_not_carried_in_must_be_mended() -> None:
    connection = warehouse([("甲", 2023, LEFT), ("甲", 2024, LOST)])
    (found,) = findings(connection)
    assert (found["rule"], found["severity"], found["file_id"], found["other_file_id"]) == ("X-01", "must_fix", 2, 1)
    operands = connection.sql("SELECT file_id, cell, side, value FROM finding_operand ORDER BY position").fetchall()
    assert operands == [(2, cell("carried_in", "total"), "found", 1), (1, cell("carried_out", "total"), "expected", 2)]


def test_a_missing_year_between_is_not_assessed() -> None:
    assert findings(warehouse([("甲", 2022, LEFT), ("甲", 2024, LOST)])) == []


def test_last_years_figures_that_do_not_add_up_are_no_proof_against_this_year() -> None:
    wrong = LEFT | {cell("carried_out", "total"): 3}
    found = findings(warehouse([("甲", 2023, wrong), ("甲", 2024, TAKEN_UP)]), "X-01")
    assert [each["severity"] for each in found] == ["verify"]


def test_a_unit_that_took_over_another_carries_in_more_than_it_carried_out() -> None:
    units = [_unit("甲"), _unit("乙", valid_to=2023, merged_into="甲")]
    filed = [("甲", 2023, {}), ("乙", 2023, LEFT), ("甲", 2024, TAKEN_UP)]
    assert findings(warehouse(filed, units=units)) == []


def test_the_right_total_under_other_applicants_is_asked_about() -> None:
    moved = TAKEN_UP | {cell("carried_in", "natural_person"): 1, cell("carried_in", "org_business"): 1,
                        cell("granted", "natural_person"): 1, cell("granted", "org_business"): 1,
                        cell("total_processed", "natural_person"): 1, cell("total_processed", "org_business"): 1}  # fmt: skip
    found = findings(warehouse([("甲", 2023, LEFT), ("甲", 2024, moved)]))
    assert {(each["rule"], each["severity"]) for each in found} == {("X-05", "verify")} and len(found) == 2


COPIED = TAKEN_UP | {"proactive/licensing/decisions": 118, "proactive/penalty/decisions": 4}
UNREAD = {name: None for name in CELLS["2021"] if name.startswith("disputes/")}
HISTORY = {rule.id: rule for rule in load_rules().values() if rule.by == "own_history"}


@pytest.mark.parametrize(
    ("last", "now", "is_found"),
    [
        ({}, {}, True),
        ({"proactive/coercion/decisions": "/"}, {"proactive/coercion/decisions": "/"}, True),
        ({}, {"proactive/coercion/decisions": ""}, False),
        ({"proactive/coercion/decisions": None}, {}, False),
        ({"proactive/coercion/decisions": "?"}, {"proactive/coercion/decisions": "?"}, False),
        (UNREAD, UNREAD, False),
    ],
)
def test_only_figures_stated_in_both_years_are_said_to_be_the_same(last: Values, now: Values, is_found: bool) -> None:
    connection = warehouse([("甲", 2023, {**COPIED, **last}), ("甲", 2024, {**COPIED, **now})])
    run_checks(connection, rules=HISTORY)
    found = connection.sql("SELECT 1 FROM finding WHERE rule = 'X-36'").fetchall()
    assert bool(found) is is_found


def test_what_was_not_compared_is_not_counted_as_holding() -> None:
    connection = warehouse([("甲", 2024, COPIED)])
    run_checks(connection)
    results = connection.sql("SELECT rule, verdict FROM rule_result").fetchall()
    assert not {("X-36", "holds"), ("X-39", "holds"), ("R-25", "holds"), ("T-05", "holds")} & set(results)
    assert ("D-02", "not_assessable") in results and ("T3-01", "holds") in results


def _stock(issued: int, repealed: int, in_force: int) -> dict[str, int]:
    names = ("issued", "repealed", "in_force")
    return {
        f"proactive/normative_documents/{name}": n for name, n in zip(names, (issued, repealed, in_force), strict=True)
    }


@pytest.mark.parametrize(
    ("last", "now", "rules"),
    [
        (_stock(0, 0, 49), _stock(2, 0, 51), set()),
        (_stock(0, 0, 49), _stock(0, 49, 0), set()),
        (_stock(0, 0, 0), _stock(0, 0, 0), set()),
        (_stock(0, 0, 3), _stock(5, 1, 7), set()),
        (_stock(0, 0, 2), _stock(1, 3, 0), set()),
        (_stock(0, 0, 49), _stock(2, 0, 40), {"X-02"}),
        (_stock(0, 0, 0), _stock(6, 0, 2), {"X-02", "T2-02"}),
    ],
)
def test_the_stock_of_documents_goes_on_from_year_to_year(last: dict, now: dict, rules: set[str]) -> None:
    found = findings(warehouse([("甲", 2023, last), ("甲", 2024, now)]))
    assert {each["rule"] for each in found} == rules
    assert all(each["severity"] == "verify" for each in found)


def test_a_stock_that_was_already_wrong_last_year_is_only_noted() -> None:
    filed = [("甲", 2022, _stock(0, 0, 5)), ("甲", 2023, _stock(0, 0, 2)), ("甲", 2024, _stock(0, 0, 5))]
    assert [(each["year"], each["severity"]) for each in findings(warehouse(filed))] == [
        (2023, "verify"),
        (2024, "notice"),
    ]


def test_a_case_that_was_pending_and_is_gone_is_noted() -> None:
    last = {"disputes/reconsideration/pending": 1, "disputes/reconsideration/total": 1}
    (found,) = findings(warehouse([("甲", 2023, last), ("甲", 2024, {})]))
    assert (found["rule"], found["severity"]) == ("X-03", "notice")
    now = {"disputes/reconsideration/upheld": 2, "disputes/reconsideration/total": 2}
    assert findings(warehouse([("甲", 2023, last), ("甲", 2024, now)])) == []


def test_the_trial_form_counts_its_items_on() -> None:
    last = {"proactive/licensing/items_previous": 40, "proactive/licensing/items_change": -3}
    assert (
        findings(warehouse([("甲", 2019, last), ("甲", 2020, {"proactive/licensing/items_previous": 37})], "2019"))
        == []
    )
    (found,) = findings(
        warehouse([("甲", 2019, last), ("甲", 2020, {"proactive/licensing/items_previous": 42})], "2019")
    )
    assert (found["rule"], found["severity"]) == ("X-06", "verify") and "37" in found["expected"]


# ── the area and its units


def test_an_area_may_hold_more_than_its_units_and_not_less() -> None:
    units = [("甲", 2024, {"proactive/penalty/decisions": 7}), ("乙", 2024, {"proactive/penalty/decisions": 4})]
    for total, rules in ((11, []), (30, []), (10, ["A-01"])):
        filed = [("县", 2024, {"proactive/penalty/decisions": total}), *units]
        found = findings(warehouse(filed, area="县"))
        assert [each["rule"] for each in found] == rules
    assert (found[0]["severity"], found[0]["found"], found[0]["expected"]) == (
        "verify",
        "各单位年报合计 11",
        "本报告为 10",
    )
    assert "其中最大的是甲 7" in found[0]["message"]


def test_a_unit_that_alone_exceeds_the_area_is_named_and_the_area_only_noted() -> None:
    fee = "proactive/admin_fees/amount_wan"
    filed = [("县", 2024, {fee: 120}), ("甲", 2024, {fee: 95100}), ("乙", 2024, {fee: 3})]
    (found,) = findings(warehouse(filed, area="县"))
    assert found["severity"] == "notice" and "甲 95100" in found["message"]


def test_a_report_of_one_organ_is_not_held_against_the_others() -> None:
    filed = [("县", 2024, {}), ("甲", 2024, {"proactive/penalty/decisions": 7})]
    assert findings(warehouse(filed)) == []
