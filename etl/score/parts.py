"""Figures, tests, items and bands of a rubric, read from data. Every id is looked up where it is defined."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import duckdb

from etl.check import Severity, load_rules
from etl.form import load_forms
from etl.measure import MeasureKind, load_measures
from etl.score.fault import Reading
from etl.score.model import Band, Compare, Condition, Count, Exposure, Figure, Item, Source, Test
from etl.score.observed import load_observed

SECTIONS = ("一", "二", "三", "四", "五", "六")
OF_A_RULE = ("severity", "cells", "except_cells", "where", "found", "count")
FIGURE_KEYS = (*Source, "of", "section", *OF_A_RULE)
TEST_KEYS = tuple(Compare)
_COUNTED = (Severity.MUST_FIX, Severity.VERIFY)  # unless the rubric says otherwise: a notice takes no points
_BEYOND = {Source.MEASURE: ("of",), Source.RULE: OF_A_RULE, Source.SAID: ("section",), Source.OBSERVED: ()}
_DECIMALS = 6  # of a threshold


def is_ratio(figure: Figure) -> bool:
    """Whether a figure is one number over another: told with `of`, or a share of the dictionary."""
    return bool(figure.of) or any(each in _shares() for each in figure.ids if figure.source is Source.MEASURE)


def _shares() -> frozenset[str]:
    return frozenset(each.id for each in load_measures().values() if each.kind is MeasureKind.SHARE)


@cache
def _all_cells() -> frozenset[str]:
    return frozenset(cell.id for form in load_forms().values() for cell in form.cells)


@cache
def _is_taken(pattern: str) -> bool:
    """Whether the warehouse, which looks for it, can: its patterns know neither what stands before nor what was found."""
    with duckdb.connect() as connection:
        try:
            connection.execute("SELECT regexp_matches('', $pattern)", {"pattern": pattern})
        except duckdb.Error:
            return False
    return True


class Parts(Reading):
    """Reads the parts that make an indicator's curve."""

    def read_figure(self, entry: Mapping[str, Any], where: str) -> Figure:
        given = [source for source in Source if source in entry]
        if len(given) != 1:
            found = "、".join(given) or "一个也没有"
            raise self.fail(
                where, "数据来源没有写明", found, f"{'、'.join(Source)} 中的恰好一个", "请写一个，其余删去。"
            )
        (source,) = given
        for key in ("of", "section", *OF_A_RULE):
            if key in entry and key not in _BEYOND[source]:
                raise self.fail(
                    f"{where}.{key}", "这个键和数据来源不配", source, f"{source} 可用的键", "请删去这个键。"
                )
        ids = self._ids(source, entry[source], f"{where}.{source}")
        if source is Source.RULE:
            return self._of_rules(entry, where, ids)
        of = self._ids(Source.MEASURE, entry["of"], f"{where}.of") if "of" in entry else ()
        shares = [each for each in (*ids, *of) if source is Source.MEASURE and each in _shares()]
        if shares and (of or len(ids) > 1):
            raise self.fail(
                f"{where}.measure", "比例不能再相加或相除", "、".join(shares), "单独一个比例", "请改用件数的指标。"
            )
        sections = self.strings(entry["section"], f"{where}.section") if "section" in entry else ()
        if source is Source.SAID:
            sections = sections or ("一",)
            for section in sections:
                self.one_of(section, f"{where}.section", SECTIONS)
        return Figure(source, ids, of, sections)

    def _of_rules(self, entry: Mapping[str, Any], where: str, ids: tuple[str, ...]) -> Figure:
        severities = self.strings(entry["severity"], f"{where}.severity") if "severity" in entry else _COUNTED
        for severity in severities:
            self.one_of(severity, f"{where}.severity", tuple(Severity))
        for key in ("cells", "except_cells"):
            if key in entry and not any(fnmatchcase(cell, self.text(entry, key, where)) for cell in _all_cells()):
                raise self.fail(f"{where}.{key}", "没有这样的格", entry[key], "如 requests/*/total", "请核对格的编号。")
        for key in ("where", "found"):
            if key in entry:
                self._pattern(self.text(entry, key, where), f"{where}.{key}")
        return Figure(
            Source.RULE, ids, severities=tuple(severity for severity in Severity if severity in severities),
            cells=self.text(entry, "cells", where, default=""),
            except_cells=self.text(entry, "except_cells", where, default=""),
            where=self.text(entry, "where", where, default=""),
            found=self.text(entry, "found", where, default=""),
            count=Count(self.one_of(entry.get("count", Count.FINDING), f"{where}.count", tuple(Count))),
        )  # fmt: skip

    def _ids(self, source: Source, value: Any, where: str) -> tuple[str, ...]:
        ids = self.strings(value, where)
        if source in (Source.OBSERVED, Source.SAID) and len(ids) > 1:
            raise self.fail(where, "这里只能写一个", "、".join(ids), "一个", "请分成几项。")
        if source is Source.SAID:
            self._pattern(ids[0], where)
            return ids
        known, words = {
            Source.RULE: (load_rules(), "核对规则（nianbao check --rules 列出全部）"),
            Source.MEASURE: (load_measures(), "指标字典里的指标"),
            Source.OBSERVED: (load_observed(), "、".join(load_observed())),
        }[source]
        for name in ids:
            if name not in known:
                raise self.fail(where, "没有这一项", name, words, "请核对编号。")
        return ids

    def _pattern(self, pattern: str, where: str) -> None:
        try:
            re.compile(pattern)
        except re.error as error:
            raise self.fail(
                where, f"不是能用的文字样式（{error}）", pattern, "文字，或用“|”隔开的几个词", "请改正。"
            ) from None
        if not _is_taken(pattern):
            raise self.fail(where, "用了不支持的写法", pattern, "不含前后断言和反向引用的样式", "请改写。")
        if re.search(pattern, ""):
            raise self.fail(where, "什么文字都符合", pattern, "至少要有一个字的样式", "请改写。")

    def read_test(self, entry: Mapping[str, Any], where: str) -> Test | None:
        given = [compare for compare in Compare if compare in entry]
        if len(given) > 1:
            raise self.fail(where, "写了几个条件", "、".join(given), "一个条件", "请留一个，其余写进 also。")
        if not given:
            return None
        (compare,) = given
        if compare is Compare.TOLD:
            return Test(compare, Decimal(self.flag(entry, compare, where)))
        return Test(compare, self.figure(entry[compare], f"{where}.{compare}", decimals=_DECIMALS, least=None))

    def read_also(self, entry: Mapping[str, Any], where: str) -> tuple[Condition, ...]:
        if "also" not in entry:
            return ()
        found = []
        for position, each in enumerate(self.listed(entry, "also", where)):
            place = f"{where}.also[{position}]"
            each = self.mapping(each, place, (*FIGURE_KEYS, *TEST_KEYS))
            test = self.read_test(each, place)
            if test is None:
                raise self.fail(place, "缺少条件", "", f"{'、'.join(TEST_KEYS)} 之一", "请补上，例如 is: 0。")
            found.append(self._condition(self.read_figure(each, place), test, place))
        return tuple(found)

    def _condition(self, figure: Figure, test: Test, where: str) -> Condition:
        self.check_test(figure, test, where)
        return Condition(figure, test)

    def check_test(self, figure: Figure, test: Test | None, where: str) -> None:
        if test and test.compare is Compare.TOLD and (figure.source is not Source.MEASURE or is_ratio(figure)):
            raise self.fail(
                f"{where}.told", "只有指标能问填了没有", figure.source, "和 measure 一起用", "请改用其他条件。"
            )

    def read_item(self, entry: Any, where: str) -> Item:
        entry = self.mapping(entry, where, ("points", "words", "most", "also", *FIGURE_KEYS, *TEST_KEYS))
        figure, test = self.read_figure(entry, where), self.read_test(entry, where)
        self.check_test(figure, test, where)
        if test is None and is_ratio(figure):
            raise self.fail(
                where,
                "比例没有写条件",
                "、".join(figure.ids),
                f"{'、'.join(TEST_KEYS)} 之一",
                "请补上，例如 over: 0.3。",
            )
        points = self.points(entry, "points", where)
        if not points:
            raise self.fail(f"{where}.points", "分值为零", points, "大于 0 的数", "请写明每项几分，扣分也写正数。")
        most = self.points(entry, "most", where) if "most" in entry else None
        return Item(
            points, figure, test, self.read_also(entry, where), most, self.text(entry, "words", where, default="")
        )

    def read_bands(self, entry: Mapping[str, Any], where: str, full: Decimal, figure: Figure) -> tuple[Band, ...]:
        keys = ("at_least", "under", "at_most", "or_count")
        bands = []
        for position, each in enumerate(self.listed(entry, "bands", where)):
            place = f"{where}.bands[{position}]"
            each = self.mapping(each, place, ("points", "words", *keys))
            bounds = {
                key: self.figure(each[key], f"{place}.{key}", decimals=_DECIMALS, least=None)
                for key in keys
                if key in each
            }
            points = self.points(each, "points", place)
            if points > full:
                raise self.fail(
                    f"{place}.points", "分值超出本项满分", points, f"不超过 {full}", "请改小，或改大本项分值。"
                )
            if "or_count" in bounds and not is_ratio(figure):
                raise self.fail(f"{place}.or_count", "没有分子可比", "", "和带 of 的比例一起用", "请删去，或补上 of。")
            bands.append(Band(points, words=self.text(each, "words", place, default=""), **bounds))
        self._check_last(bands, f"{where}.bands")
        return tuple(bands)

    def _check_last(self, bands: list[Band], where: str) -> None:
        for position, band in enumerate(bands):
            is_open = band.at_least is None and band.under is None and band.at_most is None
            if is_open != (position == len(bands) - 1):
                what = "最后一档写了界限" if not is_open else "不是最后一档而没有写界限"
                raise self.fail(
                    f"{where}[{position}]", what, "", "前面各档有界限、最后一档没有", "请补一档“其余”，只写 points。"
                )

    def read_exposure(self, entry: Mapping[str, Any], where: str) -> Exposure | None:
        if "exposure" not in entry:
            return None
        place = f"{where}.exposure"
        held = self.mapping(entry["exposure"], place, ("measure", "small_n"))
        self.need(held, "measure", place, "一个或几个指标")
        small_n = self.figure(held.get("small_n", 0), f"{place}.small_n", decimals=0)
        return Exposure(self._ids(Source.MEASURE, held["measure"], f"{place}.measure"), int(small_n))
