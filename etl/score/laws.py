"""What a rubric as a whole must satisfy: points add up, ids are told apart, and finding less never scores less."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

from etl.score.fault import Reading
from etl.score.model import Compare, Curve, Figure, Indicator, Role, Rubric, Source, Test
from etl.score.observed import load_observed


def check_laws(rubric: Rubric, reading: Reading) -> None:
    """Raises RubricError."""
    every = list(rubric.every())
    reading.distinct([indicator.id for _, _, indicator in every], "各项的 id")
    reading.distinct([dimension.id for dimension in rubric.dimensions], "dimensions.id")
    for dimension in rubric.dimensions:
        added = sum((each.points for each in dimension.indicators), Decimal(0))
        if added != dimension.points:
            raise reading.fail(
                f"dimensions.{dimension.id}.points", f"各项分值之和是 {added}，和这里写的不同", dimension.points, str(added),
                "请核对各项分值，或改这个数。",
            )  # fmt: skip
    whole = sum((dimension.points for dimension in rubric.dimensions), Decimal(0))
    if whole != rubric.full or not whole:
        raise reading.fail(
            "full", f"各部分分值之和是 {whole}，和满分不同", rubric.full, str(whole), "请核对各部分分值，或改满分。"
        )
    for role, dimension, indicator in every:
        where = f"dimensions.{dimension.id}.indicators.{indicator.id}" if dimension else f"{role}.{indicator.id}"
        _check_indicator(indicator, role, where, reading)


def upward(test: Test) -> bool | None:
    """Whether a test of a count can only become true as it grows (True) or shrinks (False); None where neither."""
    if test.compare in (Compare.OVER, Compare.AT_LEAST):
        return True
    if test.compare in (Compare.UNDER, Compare.AT_MOST) or (test.compare is Compare.IS and test.bound == 0):
        return False
    return None


def _of_findings(figure: Figure | None) -> bool:
    if figure is None:
        return False
    return figure.source is Source.RULE or (
        figure.source is Source.OBSERVED and load_observed()[figure.ids[0]].is_of_findings
    )


def _check_indicator(indicator: Indicator, role: Role, where: str, reading: Reading) -> None:
    takes = role in (Role.PENALTY, Role.VETO)  # the more points, the worse
    if indicator.curve is Curve.DEDUCT and role is not Role.MAIN:
        raise reading.fail(f"{where}.curve", "加分、减分里不用 deduct", "deduct", "add", "请改为 add，分值写正数。")
    grows = takes is not (indicator.curve is Curve.DEDUCT)  # findings may make its items true
    for position, item in enumerate(indicator.items):
        place = f"{where}.items[{position}]"
        if item.test is None and _of_findings(item.figure) and not grows:
            raise _worse(reading, place)
        _check_tests(
            [(item.figure, item.test), *((each.figure, each.test) for each in item.also)], grows, place, reading
        )
    if indicator.curve is Curve.YES_NO:
        tests = [(indicator.figure, indicator.test), *((each.figure, each.test) for each in indicator.also)]
        _check_tests(tests, takes, where, reading)
    if indicator.curve is Curve.SHARE and _of_findings(indicator.figure) and not takes:
        raise _worse(reading, where)
    if indicator.curve is Curve.BANDS and _of_findings(indicator.figure):
        _check_bands(indicator, takes, where, reading)


def _check_tests(tests: Iterable[tuple[Figure | None, Test | None]], grows: bool, where: str, reading: Reading) -> None:
    for figure, test in tests:
        if test and _of_findings(figure) and upward(test) is not grows:
            raise _worse(reading, where)


def _check_bands(indicator: Indicator, takes: bool, where: str, reading: Reading) -> None:
    """Only upper bounds, each above the last, and points that do not get better."""
    bounds = [(band.under if band.under is not None else band.at_most) for band in indicator.bands[:-1]]
    points = [band.points for band in indicator.bands]
    is_ascending = None not in bounds and all(a <= b for a, b in pairwise(bound or Decimal(0) for bound in bounds))
    is_worse = all((a <= b) if takes else (a >= b) for a, b in pairwise(points))
    if any(band.at_least is not None for band in indicator.bands) or not is_ascending or not is_worse:
        raise _worse(reading, f"{where}.bands")


def _worse(reading: Reading, where: str) -> Exception:
    return reading.fail(
        where,
        "问题少了分反而会低",
        "",
        "问题越少，得分不低于原来",
        "扣分用 over、at_least 或按处数，给分用 is: 0、at_most、under。",
    )
