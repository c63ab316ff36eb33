"""Of several files for one unit and year one is in force, and every one of them says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from etl.choose import ALONE, UNCLAIMED, Candidate, choose
from etl.report import ReportStatus

COMPLETE, PARTIAL = ReportStatus.COMPLETE, ReportStatus.PARTIAL
JANUARY, MARCH = date(2025, 1, 20), date(2025, 3, 5)


def candidate(
    file_id: int,
    status: ReportStatus = COMPLETE,
    published: date | None = None,
    signed: date | None = None,
    unit: str | None = "t01",
    year: int | None = 2024,
) -> Candidate:
    return Candidate(file_id, f"raw/2024/{file_id}.txt", unit, year, status, published, signed)


def chosen(*candidates: Candidate) -> list[int]:
    return [choice.file_id for choice in choose(candidates) if choice.is_chosen]


def reason(file_id: int, *candidates: Candidate) -> str:
    return next(choice.reason for choice in choose(candidates) if choice.file_id == file_id)


def test_a_file_alone_is_in_force() -> None:
    assert chosen(candidate(1)) == [1]
    assert reason(1, candidate(1)) == ALONE


def test_a_report_read_whole_goes_before_a_later_one_read_in_part() -> None:
    pair = candidate(1), candidate(2, PARTIAL, MARCH)
    assert chosen(*pair) == [1]
    assert "读取完整" in reason(1, *pair) and "raw/2024/1.txt" in reason(2, *pair)


def test_the_later_publication_is_the_correction() -> None:
    pair = candidate(1, published=JANUARY), candidate(2, published=MARCH)
    assert chosen(*pair) == [2]
    assert "2025-03-05" in reason(2, *pair) and "2025-01-20" in reason(1, *pair)


def test_without_publication_the_later_signature_decides_and_a_known_date_goes_before_none() -> None:
    assert chosen(candidate(1, signed=MARCH), candidate(2, signed=JANUARY)) == [1]
    assert chosen(candidate(1), candidate(2, signed=JANUARY)) == [2]
    assert chosen(candidate(1, signed=MARCH), candidate(2, published=JANUARY)) == [2]


def received(file_id: int, day: date | None, number: int = 0, status: ReportStatus = COMPLETE) -> Candidate:
    return replace(candidate(file_id, status), received_on=day, received_as=number)


def test_the_version_that_came_in_on_a_later_day_is_in_force_even_where_it_is_read_in_part() -> None:
    pair = received(1, JANUARY, 1), received(2, MARCH, 2, PARTIAL)
    assert chosen(*pair) == [2] and "收到日期最晚（2025-03-05）" in reason(2, *pair)
    assert chosen(received(1, None), received(2, JANUARY)) == [2]


def test_a_scan_that_came_with_its_document_gives_way_and_a_correction_of_the_same_day_does_not() -> None:
    assert chosen(received(1, JANUARY, 1), received(2, JANUARY, 2, PARTIAL)) == [1]
    pair = received(1, JANUARY, 1), received(2, JANUARY, 2)
    assert chosen(*pair) == [2] and "后收到" in reason(2, *pair) and "后收到" in reason(1, *pair)


def test_a_draft_gives_way_whenever_it_came() -> None:
    draft = replace(received(2, MARCH, 2), title="2024年度报告（征求意见稿）")
    assert chosen(received(1, JANUARY, 1), draft) == [1]


def called(name: str, file: Candidate) -> Candidate:
    return replace(file, path=f"raw/2024/{file.file_id}{name}.txt")


def test_what_came_later_goes_before_what_calls_itself_corrected_and_came_earlier() -> None:
    pair = called("（更正稿）", received(1, JANUARY, 1)), received(2, MARCH, 2)
    assert chosen(*pair) == [2] and "收到日期最晚（2025-03-05）" in reason(2, *pair)
    assert "晚于这一份的 2025-01-20" in reason(1, *pair)


def test_of_those_that_came_on_one_day_the_one_that_calls_itself_corrected_is_in_force() -> None:
    pair = called("（更正稿）", received(1, JANUARY, 1, PARTIAL)), received(2, JANUARY, 2)
    assert chosen(*pair) == [1] and "更正" in reason(1, *pair) and "更正" in reason(2, *pair)
    assert chosen(called("（更正稿）", candidate(1)), candidate(2, published=MARCH)) == [1]


def test_a_draft_gives_way_to_what_came_before_it_and_says_so() -> None:
    pair = received(1, JANUARY, 1), called("（初稿）", received(2, MARCH, 2))
    assert chosen(*pair) == [1] and "草稿" in reason(1, *pair) and "写明是草稿" in reason(2, *pair)
    corrected = called("（更正稿）", received(1, JANUARY, 1))
    assert chosen(corrected, called("（初稿）", received(2, MARCH, 2))) == [1]


def test_files_alike_in_everything_are_told_apart_by_path() -> None:
    pair = candidate(2), candidate(1)
    assert chosen(*pair) == [1]
    assert "路径" in reason(1, *pair)


def test_a_file_without_unit_or_year_waits_and_counts_for_nobody() -> None:
    waiting = candidate(1, unit=None), candidate(2, year=None)
    assert chosen(*waiting) == []
    assert {choice.reason for choice in choose(waiting)} == {UNCLAIMED}


_dates = st.none() | st.sampled_from([JANUARY, MARCH])
_candidates = st.lists(
    st.tuples(
        st.sampled_from([COMPLETE, PARTIAL]), _dates, _dates, st.sampled_from(["t01", "t02", None]),
        st.sampled_from([2023, 2024, None]),
    ),
    max_size=8,
).map(lambda rows: [candidate(n, *row) for n, row in enumerate(rows, start=1)])  # fmt: skip


@given(_candidates, st.randoms())
def test_each_unit_and_year_has_exactly_one_in_whatever_order_the_files_come(candidates, random) -> None:
    choices = choose(candidates)
    assert [choice.file_id for choice in choices] == [each.file_id for each in candidates]
    assert all(choice.reason for choice in choices)
    held = [(each.unit_id, each.year) for each, choice in zip(candidates, choices, strict=True) if choice.is_chosen]
    claimed = {(each.unit_id, each.year) for each in candidates if each.unit_id and each.year}
    assert sorted(held) == sorted(claimed)
    shuffled = random.sample(candidates, len(candidates))
    assert choose(shuffled) == choices


def named(file_id: int, stem: str, status: ReportStatus = COMPLETE, title: str | None = None) -> Candidate:
    return Candidate(file_id, f"raw/2024/{stem}.docx", "t01", 2024, status, None, None, title)


def test_a_draft_gives_way_and_a_corrected_version_goes_first_whatever_was_read_of_them() -> None:
    draft, final, corrected = (
        named(1, "柳堡镇（初稿）"),
        named(2, "柳堡镇", PARTIAL),
        named(3, "柳堡镇（更正）", PARTIAL),
    )
    assert chosen(draft, final) == [2]
    assert chosen(draft, final, corrected) == [3]
    assert "草稿" in reason(1, draft, final) and "更正" in reason(2, final, corrected)
    assert chosen(named(1, "柳堡镇", title="柳堡镇2024年年报（征求意见稿）"), final) == [2]
