"""Figures that the warehouse holds exactly, and what is said of those that it cannot hold."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from etl.report import Fact, FactState, Problem, Report, ReportStatus
from etl.source import Locator

DIGITS, DECIMALS = 20, 6  # DECIMAL(20, 6) in schema.sql
_LIMIT = Decimal(10) ** (DIGITS - DECIMALS)


def storable(report: Report) -> Report:
    """The report with every figure that DECIMAL(20, 6) cannot hold exactly turned into a Problem, never rounded."""
    facts, problems = [], []
    for fact in report.facts:
        if fact.value is not None and not fits(fact.value):
            problems.append(_out_of_range(f"单元格 {fact.cell}", fact.raw or str(fact.value), fact.locator))
            fact = Fact(fact.cell, FactState.UNREADABLE, None, fact.raw, fact.locator, fact.confidence)
        facts.append(fact)
    claims = []
    for claim in report.claims:
        if fits(claim.value):
            claims.append(claim)
        else:
            problems.append(_out_of_range("正文", claim.sentence, claim.locator))
    if not problems:
        return report
    status = ReportStatus.REJECTED if report.status is ReportStatus.REJECTED else ReportStatus.PARTIAL
    return replace(
        report, facts=tuple(facts), claims=tuple(claims), problems=(*report.problems, *problems), status=status
    )


def fits(value: Decimal) -> bool:
    """Whether a figure is stored exactly as printed."""
    if not value.is_finite() or abs(value) >= _LIMIT:
        return False
    return value == value.to_integral_value() or round(value, DECIMALS) == value


def _out_of_range(where: str, raw: str, locator: Locator | None) -> Problem:
    place = locator.describe() if locator else "位置未知"
    message = (
        f"{where}（{place}）的数写作“{raw[:60]}”，超出了能准确保存的范围（整数 {DIGITS - DECIMALS} 位、"
        f"小数 {DECIMALS} 位）。请核对原文是否多写了位数。"
    )
    return Problem("value_out_of_range", message, locator, raw)
