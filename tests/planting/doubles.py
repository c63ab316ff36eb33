"""Innocent doubles put into the reports of quiet units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from etl.sample.chance import Chance
from etl.sample.document import Draft
from etl.sample.plant import added
from tests.planting import near_forms, near_words, shapes
from tests.planting.scene import Key, Near, Odd, Planted, Stage, length_of

COMMON = (
    "坚持以习近平新时代中国特色社会主义思想为指导，全面贯彻落实党的二十大精神。", "坚持以公开为常态、不公开为例外，做到应公开尽公开。",
    "以人民为中心，切实保障公民、法人和其他组织依法获取政府信息的权利。", "按照县委、县政府的统一部署，扎实推进政务公开各项工作。",
)  # fmt: skip
_ODD_PLACES = 5  # doubles in one report at most
_LONGEST = 995


def softened(
    calm: Mapping[Key, Draft], stage: Callable[[Draft, str], Stage], seed: int
) -> tuple[dict[Key, Draft], list[Near], list[str]]:
    """Every double put into as many reports as it asks for, those with the fewest doubles first.

    The third answer names those that no report could carry as often."""
    drafts = dict(calm)
    near: list[Near] = []
    unplaced: list[str] = []
    touched: defaultdict[Key, set[str]] = defaultdict(set)
    for key, draft in drafts.items():
        reason = shapes.EXPLAINED.get((draft.short, draft.year))
        if reason:
            drafts[key] = added(draft, "proactive", reason)
    near += _phrases(drafts)
    order = Chance(seed, "doubles").some(list(drafts), len(drafts))
    for number, odd in enumerate((*near_forms.odds(), *near_words.odds())):
        put = 0
        for key in sorted(order, key=lambda key: len(touched[key])):
            if put == odd.count:
                break
            changed = _with_odd(drafts[key], odd, touched[key], stage(drafts[key], f"odd/{number}"))
            if changed is None:
                continue
            drafts[key] = changed
            touched[key].add(odd.touches)
            near.append(Near("", *key, odd.kinds, odd.what, odd.rules))
            put += 1
        if put < odd.count:
            unplaced.append(odd.what)
    return drafts, near, unplaced


def _with_odd(draft: Draft, odd: Odd, touched: set[str], stage: Stage) -> Draft | None:
    if odd.touches in touched or len(touched) >= _ODD_PLACES or not (draft.form or odd.touches == "dates"):
        return None
    changed = odd.apply(draft, stage)
    if changed is None:
        return None
    if odd.touches != "length" and draft.form and length_of(changed) > _LONGEST:
        return None
    return None if "length" in touched and length_of(changed) != length_of(draft) else changed


def _phrases(drafts: dict[Key, Draft]) -> list[Near]:
    """What everybody writes: the same four sentences in the reports of many units, year after year."""
    near = []
    for key in [key for key, draft in drafts.items() if draft.kind in {"town", "township"} and draft.year >= 2022]:
        for aspect, sentence in zip(("proactive", "proactive", "requests", "supervision"), COMMON, strict=True):
            drafts[key] = added(drafts[key], aspect, sentence)
        near.append(Near("", *key, (37, 38), "人人都写的通用语句"))
    return near


def doubles_of_plants(planted: Sequence[Planted]) -> list[Near]:
    """One error is not another: a blank is no stroke, a stroke no wrong 规章."""
    near = []
    for one in planted:
        if one.kind == 12:
            near.append(Near("", one.unit_id, one.year, (13, 14), "空白格不是斜杠"))
        if one.kind == 13:
            near.append(Near("", one.unit_id, one.year, (12, 14, 15, 30), "斜杠不是空白，也不是规章不为零"))
    return near
