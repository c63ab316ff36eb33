"""Errors planted: one to a report, each kind in as many different units and years as there are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from etl.sample.chance import Chance
from etl.sample.document import Draft
from etl.sample.figures import UnitYear
from tests.planting import plants_figures, plants_words
from tests.planting.scene import Key, Planted, Sowing, Stage

UNIT_IDS = re.compile(r"\bt\d\d\b", re.ASCII)
_SOWINGS: tuple[Sowing, ...] = (*plants_figures.sowings(), *plants_words.sowings())


def damaged_by(
    free: Mapping[Key, Draft], drafts: dict[Key, Draft], stage: Callable[[Draft, str], Stage], seed: int
) -> tuple[dict[Key, Draft], list[Planted], set[Key], list[str]]:
    """Every error planted as often as asked, one to a report, each time in another unit, year and layout if it can be.

    Last year's report of one that was damaged in what joins the years stays as it is: the third answer.
    The fourth names the errors that no report could carry as often.
    """
    damaged: dict[Key, Draft] = {}
    planted: list[Planted] = []
    spared: set[Key] = set()
    unplanted: list[str] = []
    joined = [sowing for sowing in _SOWINGS if sowing.needs_last]  # while there are whole pairs of years
    for sowings in (plants_words.first(), joined, [sowing for sowing in _SOWINGS if not sowing.needs_last]):
        for number in range(max(sowing.count for sowing in sowings)):
            for sowing in sowings:
                if number < sowing.count:
                    keys = _fitting(sowing, free, damaged, spared, planted, seed)
                    key = next((k for k in keys if _plant(sowing, k, drafts, damaged, stage)), None)
                    if key is None:
                        unplanted.append(sowing.kind.name)
                        continue
                    plant = damaged[key].plants[-1]
                    spared |= {(key[0], key[1] - 1)} if sowing.needs_last else set()
                    spared |= {(unit_id, key[1]) for unit_id in UNIT_IDS.findall(plant.what)}  # whom it copied from
                    planted.append(Planted("", *key, plant.kind, plant.cells, plant.what, "", sowing.rule))
    return damaged, planted, spared, unplanted


def _fitting(
    sowing: Sowing,
    free: Mapping[Key, Draft],
    damaged: Mapping[Key, Draft],
    spared: set[Key],
    planted: list[Planted],
    seed: int,
) -> list[Key]:
    same = [one for one in planted if one.kind == sowing.kind.number]
    units = Counter(one.unit_id for one in same)
    years = Counter(one.year for one in same)
    keys = []
    for key, draft in free.items():
        form = draft.form == "2021" or (sowing.kind.any_form and draft.form is not None)
        if key in damaged or key in spared or not form:
            continue
        before = (key[0], key[1] - 1)
        if sowing.needs_last and (before not in free or before in damaged):
            continue
        if sowing.kind.number in {35, 36} and free[before].form != "2021":
            continue
        keys.append(key)
    order = Chance(seed, sowing.kind.number, len(planted), "order").some(keys, len(keys))
    return sorted(order, key=lambda key: (units[key[0]], years[key[1]]))


def _plant(
    sowing: Sowing,
    key: Key,
    drafts: dict[Key, Draft],
    damaged: dict[Key, Draft],
    stage: Callable[[Draft, str], Stage],
) -> bool:
    changed = sowing.kind.apply(drafts[key], stage(drafts[key], f"plant/{sowing.kind.name}"))
    if changed is None or not changed.plants:
        return False
    damaged[key] = drafts[key] = changed
    return True


def understated_by(draft: Draft, figures: UnitYear) -> tuple[Draft, Planted]:
    """The whole county made fewer decisions than its units: none of the 48 kinds, and a rule's own."""
    cell = "proactive/licensing/decisions"
    changed = replace(draft, raw={**draft.raw, cell: str(figures.cells[cell] - 20_000)})
    return changed, Planted("", "area", 2022, 0, (cell,), "全县报告少于各单位之和", "", "A-01")
