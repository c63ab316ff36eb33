"""A file → Rubric. What is incomplete, unknown, or does not add up is refused: what, where, found against expected, remedy.

The shape is told in etl/score/model.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from etl.form import load_forms
from etl.score.fault import RubricError, yaml_in
from etl.score.laws import check_laws
from etl.score.model import Adjustment, Cap, Curve, Dimension, Grade, Group, Indicator, Policy, Rubric
from etl.score.parts import FIGURE_KEYS, TEST_KEYS, Parts, is_ratio
from etl.units import KINDS

EXAMPLES = Path(str(resources.files("etl"))) / "rubrics"
LAST_REPORT = "last_report"
_TOP = (
    "title", "year", "issued_by", "is_example", "full", "cap", "groups", "grades", "dimensions", "bonus", "penalty", "veto",
    "review",
)  # fmt: skip
_COMMON = ("id", "name", "points", "basis", "curve", "words")
_MAIN = ("not_assessable", "ask", "for", "needs", "exposure")
_OF_CURVE = {
    Curve.DEDUCT: ("items",), Curve.ADD: ("items",), Curve.BANDS: ("bands", *FIGURE_KEYS),
    Curve.SHARE: ("full_at", *FIGURE_KEYS), Curve.YES_NO: ("also", *FIGURE_KEYS, *TEST_KEYS), Curve.MANUAL: (),
}  # fmt: skip
_FIGURES = frozenset({"points", "full", "most", "full_at", "at_least", "under", "at_most", "or_count", "over", "is"})
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,19}")
_YEAR_FILE = re.compile(r"\d{4}\.yaml")


def load_rubric(path: Path) -> Rubric:
    """One rubric from its YAML file. Raises RubricError; OSError where the file cannot be opened."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise RubricError(f"{path.name} 的 全文：编码不对，应为 UTF-8。请用记事本另存为 UTF-8 编码。") from error
    return _parsed(text, path.name)


@lru_cache(maxsize=64)
def _parsed(text: str, file: str) -> Rubric:
    """Every build and every page that looks at files asks for the rubrics of a county again."""
    return rubric_in(yaml_in(text, file), file)


def rubric_in(data: Any, file: str) -> Rubric:
    """One rubric from the data of a file; `file` is what messages call it. Raises RubricError."""
    reading = _Rubrics(file)
    rubric = reading.rubric(data)
    check_laws(rubric, reading)
    return rubric


def rubric_in_json(text: str, file: str) -> Rubric:
    """What etl.score.as_json wrote, as it stands in a build and in a frozen file. Raises RubricError."""
    return rubric_in(_with_figures(json.loads(text)), file)


def _with_figures(node: Any, key: str = "") -> Any:
    """The figures again, which JSON keeps as texts so that none is rounded."""
    if isinstance(node, dict):
        return {name: _with_figures(value, name) for name, value in node.items()}
    if isinstance(node, list):
        return [_with_figures(value) for value in node]
    return Decimal(node) if key in _FIGURES and isinstance(node, str) else node


@dataclass(frozen=True, slots=True)
class IssuedRubric:
    """One file of DIR/rubrics: a rubric, or in `fault` why it cannot be used and what to do."""

    year: int
    file: str
    rubric: Rubric | None
    fault: str = ""


def county_rubrics(folder: Path) -> tuple[IssuedRubric, ...]:
    """The issued rubrics of a county in order of year, () where there is no folder. Never raises RubricError: a file that
    cannot be used says so, also one whose name says another year than the file."""
    paths = sorted(path for path in folder.glob("*.yaml") if _YEAR_FILE.fullmatch(path.name)) if folder.is_dir() else []
    return tuple(_issued(path, int(path.stem)) for path in paths)


def _issued(path: Path, year: int) -> IssuedRubric:
    try:
        rubric = load_rubric(path)
    except RubricError as error:
        return IssuedRubric(year, path.name, None, str(error))
    except OSError as error:
        return IssuedRubric(year, path.name, None, f"{path.name} 打不开：{error.strerror or error}。请检查权限。")
    if rubric.year != year:
        fault = f"{path.name} 的 year：和文件名不同，实为“{rubric.year}”，应为“{year}”。请改 year，或改文件名。"
        return IssuedRubric(year, path.name, None, fault)
    return IssuedRubric(year, path.name, rubric)


@cache
def example_rubrics() -> dict[str, Rubric]:
    """The rubrics that ship as examples, by the names of their files."""
    return {path.stem: load_rubric(path) for path in sorted(EXAMPLES.glob("*.yaml"))}


class _Rubrics(Parts):
    def rubric(self, data: Any) -> Rubric:
        where = "顶层"
        data = self.mapping(data, where, _TOP)
        year = self.need(data, "year", where, "四位年份")
        if not isinstance(year, int) or isinstance(year, bool) or not 2008 <= year <= 2199:
            raise self.fail("year", "不是年份", year, "四位年份，如 2024", "请改正。")
        groups = tuple(self.group(each, f"groups[{n}]") for n, each in enumerate(self.listed(data, "groups", where)))
        self.distinct([group.name for group in groups], "groups.name")
        grades = self.grades(self.listed(data, "grades", where))
        names = tuple(group.name for group in groups)
        dimensions = tuple(
            self.dimension(each, f"dimensions[{n}]", names)
            for n, each in enumerate(self.listed(data, "dimensions", where))
        )
        return Rubric(
            title=self.text(data, "title", where), year=year,
            issued_by=self.text(data, "issued_by", where, default=""),
            is_example=self.flag(data, "is_example", where), full=self.points(data, "full", where),
            cap=Cap(self.one_of(self.need(data, "cap", where, "、".join(Cap)), "cap", tuple(Cap))),
            groups=groups, grades=grades, dimensions=dimensions,
            bonus=self.adjustment(data, "bonus"), penalty=self.adjustment(data, "penalty"),
            vetoes=self.vetoes(data, grades), review=self.flag(data, "review", where),
        )  # fmt: skip

    def group(self, entry: Any, where: str) -> Group:
        entry = self.mapping(entry, where, ("name", "kinds", "groups", "units"))
        chosen = {
            key: self.strings(entry[key], f"{where}.{key}") for key in ("kinds", "groups", "units") if key in entry
        }
        if not chosen:
            raise self.fail(
                where, "没有写明哪些单位", "", "kinds、groups、units 中至少一个", "请补上，如 kinds: [town]。"
            )
        for kind in chosen.get("kinds", ()):
            self.one_of(kind, f"{where}.kinds", tuple(KINDS))
        return Group(self.text(entry, "name", where), **chosen)

    def grades(self, entries: Sequence[Any]) -> tuple[Grade, ...]:
        grades = []
        for position, each in enumerate(entries):
            where = f"grades[{position}]"
            each = self.mapping(each, where, ("name", "at_least"))
            at_least = self.figure(self.need(each, "at_least", where, "最低分"), f"{where}.at_least")
            grades.append(Grade(self.text(each, "name", where), at_least))
        self.distinct([grade.name for grade in grades], "grades.name")
        bounds = [grade.at_least for grade in grades]
        if bounds != sorted(set(bounds), reverse=True):
            raise self.fail(
                "grades",
                "各档的最低分没有从高到低",
                "、".join(map(str, bounds)),
                "从高到低、各不相同",
                "请调整次序或分数。",
            )
        if bounds[-1]:
            raise self.fail("grades", "最后一档不从0分起", bounds[-1], "0", "请把最后一档的 at_least 写成 0。")
        return tuple(grades)

    def dimension(self, entry: Any, where: str, groups: tuple[str, ...]) -> Dimension:
        entry = self.mapping(entry, where, ("id", "name", "points", "indicators"))
        name = self.identifier(entry, where)
        where = f"dimensions.{name}"
        indicators = tuple(
            self.indicator(each, f"{where}.indicators[{n}]", groups)
            for n, each in enumerate(self.listed(entry, "indicators", where))
        )
        return Dimension(name, self.text(entry, "name", where), self.points(entry, "points", where), indicators)

    def identifier(self, entry: Mapping[str, Any], where: str) -> str:
        name = self.text(entry, "id", where)
        if not _ID.fullmatch(name):
            raise self.fail(
                f"{where}.id", "编号的写法不对", name, "字母开头，字母、数字、点、横线，最多20个", "请改名。"
            )
        return name

    def indicator(self, entry: Any, where: str, groups: tuple[str, ...]) -> Indicator:
        keys = (*_COMMON, *_MAIN, *dict.fromkeys(key for each in _OF_CURVE.values() for key in each))
        entry = self.mapping(entry, where, keys)
        name = self.identifier(entry, where)
        place = f"{where.rsplit('[', 1)[0]}.{name}"
        allowed = self.one_of(
            self.need(entry, "not_assessable", place, "、".join(Policy)), f"{place}.not_assessable", tuple(Policy)
        )
        meant = self.strings(entry["for"], f"{place}.for") if "for" in entry else ()
        for group in meant:
            self.one_of(group, f"{place}.for", groups)
        return self._with_curve(
            entry, place, name, _MAIN,
            not_assessable=Policy(allowed), ask=self.flag(entry, "ask", place), groups=meant, needs=self.needs(entry, place),
            exposure=self.read_exposure(entry, place),
        )  # fmt: skip

    def needs(self, entry: Mapping[str, Any], where: str) -> tuple[str, ...]:
        tables = dict.fromkeys(table.id for form in load_forms().values() for table in form.tables)
        needs = self.strings(entry["needs"], f"{where}.needs") if "needs" in entry else ()
        for need in needs:
            self.one_of(need, f"{where}.needs", (LAST_REPORT, *tables))
        return needs

    def _with_curve(
        self, entry: Mapping[str, Any], where: str, name: str, more: Sequence[str], points: Decimal | None = None,
        **rest: Any,
    ) -> Indicator:  # fmt: skip
        curve = Curve(self.one_of(self.need(entry, "curve", where, "、".join(Curve)), f"{where}.curve", tuple(Curve)))
        self.mapping(entry, where, (*_COMMON, *more, *_OF_CURVE[curve]))
        full = points if points is not None else self.points(entry, "points", where)
        figure = test = None
        if curve in (Curve.BANDS, Curve.SHARE, Curve.YES_NO):
            figure, test = self.read_figure(entry, where), self.read_test(entry, where)
        if curve is Curve.YES_NO and figure and test is None:
            raise self.fail(where, "缺少条件", "", f"{'、'.join(TEST_KEYS)} 之一", "请补上，例如 at_least: 1。")
        if figure:
            self.check_test(figure, test, where)
        full_at = self.figure(entry["full_at"], f"{where}.full_at", decimals=6) if "full_at" in entry else None
        if curve is Curve.SHARE and figure and is_ratio(figure) == bool(full_at):
            raise self.fail(
                where,
                "按比例的满分点没有写对",
                full_at or "",
                "带 of 的比例，或 full_at 写明多少得满分",
                "请补上其中一个。",
            )
        return Indicator(
            id=name, name=self.text(entry, "name", where), points=full, basis=self.text(entry, "basis", where), curve=curve,
            words=self.text(entry, "words", where, default=""),
            items=tuple(
                self.read_item(each, f"{where}.items[{n}]") for n, each in enumerate(self.listed(entry, "items", where))
            ) if "items" in _OF_CURVE[curve] else (),
            figure=figure, test=test, also=self.read_also(entry, where),
            bands=self.read_bands(entry, where, full, figure) if curve is Curve.BANDS and figure else (),
            full_at=full_at, **rest,
        )  # fmt: skip

    def adjustment(self, data: Mapping[str, Any], key: str) -> Adjustment | None:
        if key not in data:
            return None
        entry = self.mapping(data[key], key, ("most", "items"))
        items = []
        for position, each in enumerate(self.listed(entry, "items", key)):
            where = f"{key}.items[{position}]"
            each = self.mapping(each, where, (*_COMMON, *dict.fromkeys(k for keys in _OF_CURVE.values() for k in keys)))
            name = self.identifier(each, where)
            items.append(self._with_curve(each, f"{key}.items.{name}", name, (), not_assessable=Policy.ZERO))
        return Adjustment(self.points(entry, "most", key), tuple(items))

    def vetoes(self, data: Mapping[str, Any], grades: Sequence[Grade]) -> tuple[Indicator, ...]:
        vetoes = []
        for position, each in enumerate(self.listed(data, "veto", "顶层") if "veto" in data else ()):
            where = f"veto[{position}]"
            curve = self.one_of(
                each.get("curve") if isinstance(each, dict) else None, f"{where}.curve", ("manual", "yes_no")
            )
            known = ("id", "name", "basis", "curve", "words", "at_best", *_OF_CURVE[Curve(curve)])
            each = self.mapping(each, where, known)
            name = self.identifier(each, where)
            at_best = self.one_of(
                self.need(each, "at_best", where, "最高能评的等次"),
                f"{where}.at_best",
                tuple(grade.name for grade in grades),
            )
            vetoes.append(
                self._with_curve(
                    each,
                    f"veto.{name}",
                    name,
                    ("at_best",),
                    points=Decimal(1),
                    not_assessable=Policy.ZERO,
                    at_best=at_best,
                )
            )
        return tuple(vetoes)
