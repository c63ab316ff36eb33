"""What the prose states is told with its sentence; what it does not state is not told."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from etl.read import Paragraph
from etl.recognise.claims import find_claims
from etl.source import Locator

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "recognise" / "claims.yaml").read_text(encoding="utf-8")
)


def paragraph(text: str, number: int = 1) -> Paragraph:
    return Paragraph(text, Locator(paragraph=number))


def told(*texts: str) -> dict[str, tuple[Decimal, bool]]:
    claims, _ = find_claims([paragraph(text, number) for number, text in enumerate(texts, start=1)])
    return {claim.claim: (claim.value, claim.approximate) for claim in claims}


def expected(claims: dict[str, Any]) -> dict[str, tuple[Decimal, bool]]:
    return {
        name: (Decimal(str(value).removeprefix("约 ")), str(value).startswith("约")) for name, value in claims.items()
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:24])
def test_a_sentence_makes_these_claims_and_no_others(case: dict[str, Any]) -> None:
    assert told(case["text"]) == expected(case["claims"])
    claims, _ = find_claims([paragraph(case["text"])])
    assert all(claim.locator == Locator(paragraph=1) for claim in claims)
