"""A rubric in the words of such papers: what is deducted for what, at which points, and what happens where nobody can tell."""

from __future__ import annotations

from etl.check import load_rules
from etl.measure import load_measures
from etl.score.canonical import plain
from etl.score.model import Band, Compare, Count, Curve, Figure, Indicator, Item, Source, Test
from etl.score.observed import load_observed

_COMPARED = {
    Compare.OVER: "大于 {}", Compare.AT_LEAST: "不少于 {}", Compare.UNDER: "小于 {}", Compare.AT_MOST: "不超过 {}",
    Compare.IS: "等于 {}",
}  # fmt: skip
_COUNTED = {Count.FINDING: "每处", Count.ONCE: "有即计一次", Count.RULE: "每种", Count.TABLE: "每张表"}
_SEVERAL = 2  # names told one by one; more are told as “等”


def standard_of(indicator: Indicator) -> str:
    """评分标准: the rubric's own words where it has them, else what the curve does."""
    if indicator.words:
        return indicator.words
    if indicator.curve is Curve.MANUAL:
        return "凭佐证由人评定"
    if indicator.figure is None:
        verb = "扣" if indicator.curve is Curve.DEDUCT else "得"
        return "；".join(f"{_item(each)}，{verb} {plain(each.points)} 分{_most(each)}" for each in indicator.items)
    name = name_of(indicator.figure)
    if indicator.curve is Curve.BANDS:
        return f"{name}：" + "；".join(f"{_band(each)} {plain(each.points)} 分" for each in indicator.bands)
    if indicator.curve is Curve.SHARE:
        goal = f"，达到 {plain(indicator.full_at)} 得满分" if indicator.full_at else ""
        return f"按{name}的比例得分{goal}"
    tests = "，并且".join(
        _tested(*each)
        for each in ((indicator.figure, indicator.test), *((also.figure, also.test) for also in indicator.also))
    )
    return f"{tests}，得 {plain(indicator.points)} 分"


def name_of(figure: Figure) -> str:
    """A figure in words."""
    if figure.source is Source.OBSERVED:
        return load_observed()[figure.ids[0]].name
    if figure.source is Source.SAID:
        return f"第{'、'.join(figure.sections)}部分写有“{figure.ids[0]}”"
    if figure.source is Source.RULE:
        return f"{_several([f'{load_rules()[each].title}（{each}）' for each in figure.ids])}，{_COUNTED[figure.count]}"
    left, right = (_several([load_measures()[each].name for each in ids]) for ids in (figure.ids, figure.of))
    return f"{left}占{right}" if right else left


def _several(names: list[str]) -> str:
    return "、".join(names[:_SEVERAL]) + (f"等 {len(names)} 项" if len(names) > _SEVERAL else "")


def _item(item: Item) -> str:
    return item.words or _tested(item.figure, item.test)


def _most(item: Item) -> str:
    return f"，最多 {plain(item.most)} 分" if item.most is not None else ""


def _tested(figure: Figure, test: Test | None) -> str:
    if test is None:
        return name_of(figure)
    if test.compare is Compare.TOLD:
        return f"{'写明' if test.bound else '没有写明'}{name_of(figure)}"
    return f"{name_of(figure)}{_COMPARED[test.compare].format(plain(test.bound))}"


def _band(band: Band) -> str:
    if band.words:
        return band.words
    bounds = [(band.at_least, Compare.AT_LEAST), (band.under, Compare.UNDER), (band.at_most, Compare.AT_MOST)]
    told = [_COMPARED[compare].format(plain(bound)) for bound, compare in bounds if bound is not None]
    return "、".join(told) + (f"（或不超过 {plain(band.or_count)}）" if band.or_count is not None else "") or "其余"


def not_assessable_of(indicator: Indicator) -> str:
    """无法评定时: what happens where nobody can tell."""
    if indicator.curve is Curve.MANUAL and not (indicator.exposure or indicator.needs or indicator.groups):
        return "待人工"
    return "待人工" if indicator.ask else indicator.not_assessable.label
