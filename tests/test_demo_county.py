"""The fictional county goes in as files and comes out of the warehouse as it was written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from etl.build import build
from etl.paths import County
from etl.sample import Answers, FileAnswer, load_answers, make_county
from etl.warehouse.read import open_build

FORMATS = ("text", "html", "docx", "xlsx", "pdf")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    make_county(folder, years=range(2015, 2026))
    return folder


@pytest.fixture(scope="module")
def answers(folder: Path) -> Answers:
    return load_answers(folder)


@pytest.fixture(scope="module")
def warehouse(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_build(build(County(folder)).stamp.path) as connection:
        yield connection


def reports(answers: Answers) -> dict[str, FileAnswer]:
    return {file.path: file for file in answers.files if file.role in {"report", "draft"}}


def test_every_undamaged_figure_is_recovered_and_only_planted_damage_is_flagged(
    answers: Answers, warehouse: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {
        (path, cell): (state, value, raw)
        for path, cell, state, value, raw in warehouse.sql(
            "SELECT path, cell, state, value, raw FROM fact JOIN source_file USING (file_id)"
        ).fetchall()
    }
    counts: Counter[str] = Counter()
    formats: Counter[tuple[str, str]] = Counter()
    wrong, flagged = [], []
    for path, file in reports(answers).items():
        for cell, answer in file.facts.items():
            state, value, raw = found.pop((path, cell), ("nothing", None, None))
            truth = Decimal(answer.value) if answer.value is not None else None
            if answer.state == "reported":
                counts["undamaged"] += 1
                is_right = (state, value, raw) == ("reported", truth, answer.raw)
                counts["undamaged and right"] += is_right
                formats[file.format, "right" if is_right else "not right"] += 1
                if state != "reported":
                    flagged.append((path, cell, state))
            else:
                counts["damaged"] += 1
                counts["damaged and named as such"] += state == answer.state
                formats[file.format, "damaged"] += 1
            if state == "reported" and value != truth:
                wrong.append((path, cell, value, truth))
    surplus = [place for place, (state, _, _) in found.items() if state != "absent"]
    with capsys.disabled():
        print("\n示例县：" + "，".join(f"{what} {count}" for what, count in counts.items()), f"，wrong {len(wrong)}")
        print("  " + "；".join(f"{format} {what} {count}" for (format, what), count in sorted(formats.items())))
    assert wrong == [] and surplus == [] and flagged == []
    assert counts["undamaged"] > 75_000 and counts["damaged"] > 100
    assert counts["undamaged and right"] >= 0.999 * counts["undamaged"]
    assert counts["damaged and named as such"] == counts["damaged"]
    for format in FORMATS:
        assert formats[format, "right"] > 5_000 and formats[format, "not right"] == 0, format
        assert formats[format, "damaged"] > 0, format


def test_each_files_kind_is_told_by_what_it_is(answers: Answers, warehouse: duckdb.DuckDBPyConnection) -> None:
    found = dict(warehouse.sql("SELECT path, format FROM source_file").fetchall())
    assert found == {file.path: file.format for file in answers.files}
    assert set(found.values()) == {*FORMATS, "unknown"}


def test_a_problem_is_told_only_of_a_file_that_was_damaged(
    answers: Answers, warehouse: duckdb.DuckDBPyConnection
) -> None:
    known = reports(answers)
    for path, code, message in warehouse.sql(
        "SELECT path, code, message FROM problem JOIN source_file USING (file_id)"
    ).fetchall():
        file = known[path]
        assert file.planted, (path, code, message)


def test_the_edition_is_told_by_the_headings_and_there_is_none_before_2019(
    answers: Answers, warehouse: duckdb.DuckDBPyConnection
) -> None:
    found = dict(warehouse.sql("SELECT path, form FROM report JOIN source_file USING (file_id)").fetchall())
    assert found == {path: file.form for path, file in reports(answers).items()}
    assert set(found.values()) == {"2019", "2021", None}
    assert any(file.form == "2019" and file.year and file.year > 2020 for file in reports(answers).values())


def test_every_claim_of_the_prose_is_found_and_no_other(
    answers: Answers, warehouse: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {
        (path, claim): (value, approximate, counter)
        for path, claim, value, approximate, counter in warehouse.sql(
            "SELECT path, claim, value, approximate, counter FROM claim JOIN source_file USING (file_id)"
        ).fetchall()
    }
    stated = {
        (path, claim): (Decimal(answer.value), answer.approximate)
        for path, file in reports(answers).items()
        for claim, answer in file.claims.items()
    }
    assert {key: (value, approximate) for key, (value, approximate, _) in found.items() if key in stated} == stated
    assert set(found) == set(stated)
    with capsys.disabled():
        print(f"\n示例县：正文里的数 {len(stated)} 个，全部读到")


def test_unit_year_and_dates_are_those_of_the_document(answers: Answers, warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.sql(
        "SELECT path, unit_id, year, stat_start, stat_end, signed_on, published_at, title "
        "FROM report JOIN source_file USING (file_id)"
    ).fetchall()
    known = reports(answers)
    assert {row[0] for row in rows} == set(known)
    for path, unit_id, year, start, end, signed_on, published_at, title in rows:
        file = known[path]
        assert (unit_id, year) == (file.unit_id, file.year), path
        assert ((str(start), str(end)) if start else None) == file.stat_period, path
        assert str(signed_on) == file.signed_on, path
        assert (str(published_at) if published_at else None) == file.published_at, path
        assert title == file.title or file.title is None, path


def test_what_is_no_report_is_named_with_a_reason(answers: Answers, warehouse: duckdb.DuckDBPyConnection) -> None:
    outcomes = dict(
        (path, (outcome, reason))
        for path, outcome, reason in warehouse.sql("SELECT path, outcome, reason FROM source_file").fetchall()
    )
    assert set(outcomes) == {file.path for file in answers.files}
    for file in answers.files:
        outcome, reason = outcomes[file.path]
        if file.role == "corrupt":
            assert outcome == "unreadable" and reason, file.path
        elif file.role == "not_a_report":
            assert outcome == "rejected" and reason, file.path
        else:
            assert outcome in {"complete", "partial"}, file.path


def test_of_a_draft_and_the_final_report_the_final_one_is_in_force(
    answers: Answers, warehouse: duckdb.DuckDBPyConnection
) -> None:
    chosen = {
        path
        for (path,) in warehouse.sql(
            "SELECT path FROM report JOIN source_file USING (file_id) WHERE is_chosen"
        ).fetchall()
    }
    assert chosen == {file.path for file in answers.files if file.role == "report"}


def test_what_the_draft_says_otherwise_is_told_cell_by_cell(
    answers: Answers, warehouse: duckdb.DuckDBPyConnection
) -> None:
    (draft,) = [file for file in answers.files if file.role == "draft"]
    (final,) = [f for f in answers.files if f.role == "report" and (f.unit_id, f.year) == (draft.unit_id, draft.year)]
    expected = {
        cell: (final.facts[cell].raw, answer.raw)
        for cell, answer in draft.facts.items()
        if (answer.state, answer.value) != (final.facts[cell].state, final.facts[cell].value)
    }
    found = warehouse.sql("SELECT path, chosen_path, cell, chosen_raw, raw FROM version_difference").fetchall()
    assert expected and {row[2]: (row[3], row[4]) for row in found} == expected
    assert {row[:2] for row in found} == {(draft.path, final.path)}
    ((message,),) = warehouse.sql("SELECT message FROM attention WHERE kind = 'spare'").fetchall()
    assert f"{len(expected)} 格不同" in message


def test_a_unit_that_did_not_file_is_told_apart_from_one_that_was_not_asked(
    answers: Answers, warehouse: duckdb.DuckDBPyConnection
) -> None:
    states = dict(
        ((unit, year), state)
        for unit, year, state in warehouse.sql("SELECT unit_id, year, filing FROM filing").fetchall()
    )
    assert answers.not_filed and answers.not_collected
    assert {key for key, state in states.items() if state == "not_filed"} == set(answers.not_filed)
    assert set(answers.not_collected) <= {key for key, state in states.items() if state == "not_collected"}
    unread = {(file.unit_id, file.year) for file in answers.files if file.role == "corrupt"}
    assert {key for key, state in states.items() if state == "unreadable"} == unread
