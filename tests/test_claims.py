"""What the prose states is told with its sentence; what it does not state is not told."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from etl.read import Paragraph
from etl.recognise.claims import find_claims
from etl.report import Claim, Problem
from etl.source import Locator

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "recognise" / "claims.yaml").read_text(encoding="utf-8")
)


def found(*texts: str) -> tuple[list[Claim], list[Problem]]:
    """The claims and problems of these lines, as a text file has them."""
    return find_claims([Paragraph(text, Locator(line=number)) for number, text in enumerate(texts, start=1)])


def told(*texts: str) -> dict[str, tuple[Decimal, bool]]:
    return {claim.claim: (claim.value, claim.approximate) for claim in found(*texts)[0]}


def expected(claims: dict[str, Any]) -> dict[str, tuple[Decimal, bool]]:
    return {
        name: (Decimal(str(value).removeprefix("约 ")), str(value).startswith("约")) for name, value in claims.items()
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:24])
def test_a_sentence_makes_these_claims_and_no_others(case: dict[str, Any]) -> None:
    assert told(case["text"]) == expected(case["claims"])
    claims, problems = found(case["text"])
    assert all(claim.locator == Locator(line=1) for claim in claims)
    if "problems" in case:
        assert [problem.raw for problem in problems] == case["problems"]


def test_no_two_cases_say_the_same() -> None:
    assert len({case["text"] for case in CASES}) == len(CASES)


def test_a_figure_is_found_where_the_line_breaks_between_it_and_its_words() -> None:
    first = "2024年，全县各级行政机关畅通线上线下申请渠道，共受理政府信息公开申请"
    assert told(first, "3607件，均按期答复。") == {"requests_received": (Decimal(3607), False)}
    assert told(first + "3607", "件，均按期答复。") == {"requests_received": (Decimal(3607), False)}
    claims, _ = found("一、总体情况", first, "0 件，均按期答复。")
    assert [(claim.value, claim.locator, claim.sentence) for claim in claims] == [
        (Decimal(0), Locator(line=2), f"{first}0 件，均按期答复。")
    ]


def test_lines_that_are_paragraphs_of_their_own_are_not_joined() -> None:
    first = "我镇全面梳理权责清单，及时调整公开目录，规范信息发布流程，主动公开政府信息"
    assert told(first, "", "120条意见已办理。") == {}
    claims, _ = find_claims([Paragraph(first, Locator(line=1)), Paragraph("120条意见已办理。", Locator(line=3))])
    assert claims == []
    assert told("主动公开政府信息", "（一）120条信息") == {}


def test_figures_that_contradict_each_other_are_told_and_none_is_taken() -> None:
    claims, (problem,) = found("全年主动公开政府信息3636条。", "主动公开政府信息1913条。")
    assert claims == [] and problem.code == "claim_ambiguous" and problem.raw == "published_total"
    assert "3636" in problem.message and "1913" in problem.message and "请" in problem.message


def test_the_same_figure_said_twice_is_one_claim_and_an_exact_one_goes_before_a_round_one() -> None:
    assert told("主动公开政府信息366条。", "全年主动公开政府信息366条。") == expected({"published_total": 366})
    assert told("主动公开政府信息360余条。", "全年主动公开政府信息366条。") == expected({"published_total": 366})


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:20] for case in CASES])
def test_the_sentence_of_a_claim_is_the_one_that_is_printed(case: dict[str, Any]) -> None:
    for claim in found("一、总体情况", case["text"])[0]:
        assert claim.sentence in case["text"]


def test_signs_and_spaces_of_a_sentence_stay_as_printed() -> None:
    printed = "2024 年，我镇主动公开政府信息１,２３４条（含网站 ８０ 条）"
    claims, _ = found(f"　　群众满意！{printed}；受理申请 0 件｡")
    told = {claim.claim: (claim.value, claim.sentence) for claim in claims}
    assert told["published_total"] == (Decimal(1234), f"群众满意！{printed}；")
    assert told["requests_received"] == (Decimal(0), "受理申请 0 件｡")
