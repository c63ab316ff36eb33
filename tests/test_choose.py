"""Which of several files for one unit and year is in force, and what is said about the others."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from etl.choose import ALONE, UNCLAIMED, Candidate, choose
from etl.report import ReportStatus

COMPLETE, PARTIAL = ReportStatus.COMPLETE, ReportStatus.PARTIAL
JANUARY, FEBRUARY = date(2025, 1, 16), date(2025, 2, 3)


def candidate(file_id: int, **differences) -> Candidate:
    known = {
        "path": f"raw/2024/{file_id}.txt",
        "unit_id": "east",
        "year": 2024,
        "status": COMPLETE,
        "published_at": None,
        "signed_on": None,
    }
    return Candidate(file_id, **(known | differences))


def chosen(*candidates: Candidate) -> list[int]:
    return [choice.file_id for choice in choose(candidates) if choice.is_chosen]


def test_a_single_file_is_chosen_and_says_it_is_alone():
    (choice,) = choose([candidate(1)])
    assert (choice.is_chosen, choice.reason) == (True, ALONE)


def test_a_complete_report_goes_before_a_partial_one_that_was_published_later():
    early = candidate(1, published_at=JANUARY)
    late = candidate(2, status=PARTIAL, published_at=FEBRUARY)
    assert chosen(early, late) == [1]


def test_the_later_publication_goes_before_the_later_signature():
    assert chosen(
        candidate(1, published_at=FEBRUARY, signed_on=JANUARY), candidate(2, published_at=JANUARY, signed_on=FEBRUARY)
    ) == [1]


def test_the_later_signature_decides_when_publication_is_equal_or_unknown():
    assert chosen(candidate(1, signed_on=JANUARY), candidate(2, signed_on=FEBRUARY)) == [2]


def test_a_known_date_goes_before_an_unknown_one():
    assert chosen(candidate(1), candidate(2, published_at=JANUARY)) == [2]


def test_the_first_path_decides_when_nothing_else_differs():
    assert chosen(candidate(1, path="raw/2024/乙.txt"), candidate(2, path="raw/2024/丁.txt")) == [2]


def test_the_reasons_name_what_decided_and_the_file_in_force():
    used, spare = choose([candidate(1, published_at=FEBRUARY), candidate(2, published_at=JANUARY)])
    assert used.reason == "同一单位同一年度有 2 份，采用这一份：它的发布日期最晚（2025-02-03）"
    assert spare.reason == (
        "同一单位同一年度有 2 份，采用的是 raw/2024/1.txt：那一份的发布日期是 2025-02-03，晚于这一份的 2025-01-16"
    )


def test_a_file_without_unit_or_year_waits_and_takes_nothing_from_the_others():
    choices = choose([candidate(1, unit_id=None), candidate(2, year=None), candidate(3)])
    assert [(choice.is_chosen, choice.reason) for choice in choices] == [
        (False, UNCLAIMED),
        (False, UNCLAIMED),
        (True, ALONE),
    ]


def test_other_units_and_other_years_are_not_rivals():
    assert chosen(candidate(1), candidate(2, unit_id="west"), candidate(3, year=2023)) == [1, 2, 3]


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        file_id=st.integers(1, 99),
        path=st.text("甲乙丙丁", min_size=1, max_size=4),
        unit_id=st.sampled_from([None, "east", "west"]),
        year=st.sampled_from([None, 2023, 2024]),
        status=st.sampled_from([COMPLETE, PARTIAL]),
        published_at=st.sampled_from([None, JANUARY, FEBRUARY]),
        signed_on=st.sampled_from([None, JANUARY, FEBRUARY]),
    ),
    max_size=8,
    unique_by=(lambda each: each.file_id, lambda each: each.path),
)


@given(CANDIDATES, st.randoms())
def test_every_unit_and_year_has_exactly_one_file_in_force_whatever_the_order(candidates, random):
    choices = choose(candidates)
    known = {(each.unit_id, each.year) for each in candidates if each.unit_id and each.year}
    in_force = {choice.file_id for choice in choices if choice.is_chosen}
    assert len(choices) == len(candidates) and all(choice.reason for choice in choices)
    assert sorted((each.unit_id, each.year) for each in candidates if each.file_id in in_force) == sorted(known)
    shuffled = list(candidates)
    random.shuffle(shuffled)
    assert choose(shuffled) == choices
