"""The making of the county: who reports, what is odd, what is wrong, files, and the answers to all of it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from etl.sample.chance import Chance
from etl.sample.document import Draft
from etl.sample.figures import UnitYear, county_figures
from etl.sample.html_layouts import html_page
from etl.sample.make import BINARY, LAYOUTS, SUFFIXES, Setting
from etl.sample.prose import write
from etl.sample.text_layouts import text_page
from etl.sample.units import Unit
from tests.planting import shapes
from tests.planting.doubles import doubles_of_plants, softened
from tests.planting.natural import natural
from tests.planting.own_words import with_own_words
from tests.planting.scene import Key, Near, Planted, Stage
from tests.planting.sowing import damaged_by, understated_by
from tests.planting.who import DATED, FILED_ENOUGH, QUIET, STILL_COMING, UNREADABLE, YEARS, is_kept, registers, units_of

SEED = 20260107
WEIGHTS = {"txt": 9, "html": 8, "docx": 4, "xlsx": 3, "pdf": 1}
SUFFIX_OF = SUFFIXES  # of each layout


@dataclass(frozen=True, slots=True)
class PlantedCounty:
    """What was made. `not_filed` are the missing reports of kind 1; `filed_enough` those that only look missing,
    `without_place` what no report could carry as often as asked."""

    planted: tuple[Planted, ...]
    near: tuple[Near, ...]
    not_filed: tuple[Key, ...]
    filed_enough: tuple[tuple[str, int, str], ...]
    files: int
    without_place: tuple[str, ...]


def make(folder: Path, seed: int = SEED) -> PlantedCounty:
    """Write the county into an empty folder. The same seed gives the same bytes."""
    units = units_of()
    quiet = {unit.unit_id for unit in units if unit.short in QUIET}
    figures = county_figures(units, seed)
    near = shapes.shape(figures, units)
    shapes.add_up(figures, "area")
    settings, drafts = _written(units, figures, seed)
    near = [one for one in near if (one.unit_id, one.year) in drafts]
    stage = _staging(units, figures, drafts, settings, quiet, seed)
    gone = {UNREADABLE, STILL_COMING}
    calm = {key: draft for key, draft in drafts.items() if key[0] in quiet and key not in gone}
    near += natural(calm, settings, figures)
    calmed, odd, unplaced = softened(calm, stage, seed)
    drafts |= calmed
    near += odd
    drafts["area", 2022], understated = understated_by(drafts["area", 2022], figures["area", 2022])
    damaged, planted, spared, unplanted = damaged_by(
        {k: d for k, d in drafts.items() if k[0] not in quiet}, drafts, stage, seed
    )
    drafts |= damaged
    planted.append(understated)
    near += doubles_of_plants(planted)
    near.append(Near("", UNREADABLE[0], UNREADABLE[1] + 1, (33, 34, 35, 36, 39), "上一年的报告读不出", ("X-03",)))
    dropped = _dropped([key for key in drafts if key[0] not in quiet and key not in damaged and key not in spared])
    for key in (*dropped, *gone):
        drafts.pop(key, None)
    files = {settings[key].path: printed(draft, settings[key], seed) for key, draft in drafts.items()}
    files |= _unreadable(settings[UNREADABLE], seed)
    _write(folder, files, units)
    paths = {key: setting.path for key, setting in settings.items()}
    kept = [one for one in near if (one.unit_id, one.year) in drafts]
    return PlantedCounty(
        planted=tuple(
            one._replace(path=paths[one.unit_id, one.year], layout=settings[one.unit_id, one.year].layout)
            for one in planted
        ),
        near=tuple(one._replace(path=paths[one.unit_id, one.year]) for one in kept),
        not_filed=tuple(sorted(dropped)),
        filed_enough=FILED_ENOUGH,
        files=len(files),
        without_place=(*unplaced, *unplanted),
    )


def _written(
    units: Sequence[Unit], figures: Mapping[Key, UnitYear], seed: int
) -> tuple[dict[Key, Setting], dict[Key, Draft]]:
    settings: dict[Key, Setting] = {}
    drafts: dict[Key, Draft] = {}
    for unit in units:
        for year in (2018, 2019, *YEARS):
            if not (unit.due and unit.exists(year) and is_kept(unit, year)):
                continue
            key = (unit.unit_id, year)
            settings[key] = _setting(unit, year, seed)
            draft = with_own_words(write(unit, year, figures[key], seed), seed)
            drafts[key] = _dated(draft, settings[key], seed)
    return settings, drafts


def _setting(unit: Unit, year: int, seed: int) -> Setting:
    chance = Chance(seed, unit.unit_id, year, "setting")
    layout = chance.weighted(LAYOUTS[chance.weighted(tuple(WEIGHTS.items()))])
    if (unit.unit_id, year) in DATED:
        layout = "portal_html"
    suffix = SUFFIXES[layout]
    encoding = "binary" if suffix in BINARY else chance.weighted((("utf-8", 4), ("utf-8-sig", 1), ("gb18030", 2)))
    charset = "gb18030" if encoding == "gb18030" else "utf-8"
    name = unit.named(year)[0]
    return Setting(layout, encoding, charset, f"raw/{year}/{name}{year}年政府信息公开工作年度报告.{suffix}")


def _dated(draft: Draft, setting: Setting, seed: int) -> Draft:
    """Only pages, and some texts, say when they were published."""
    dated = setting.layout in {"portal_html", "nested_html"} or (
        setting.suffix == "txt"
        and (draft.year == 2018 or Chance(seed, draft.unit.unit_id, draft.year, "dated").happens(0.5))
    )
    return draft if dated else replace(draft, published_at=None)


def _staging(
    units: Sequence[Unit],
    figures: Mapping[Key, UnitYear],
    drafts: Mapping[Key, Draft],
    settings: Mapping[Key, Setting],
    quiet: set[str],
    seed: int,
) -> Callable[[Draft, str], Stage]:
    """What a plant may look at; `drafts` may grow worse meanwhile. Nobody copies from a quiet unit."""
    neighbours = [
        unit.short for unit in units if unit.kind in {"town", "township"} and not unit.former and not unit.valid_to
    ]

    def stage(draft: Draft, what: str) -> Stage:
        key = (draft.unit.unit_id, draft.year)
        chance = Chance(seed, *key, what)
        before = (key[0], key[1] - 1)
        return Stage(
            figures=figures[key],
            last=figures[before] if before in drafts else None,
            others=[o for o in drafts.values() if o.year == draft.year and o.unit.unit_id not in quiet],
            is_html=settings[key].is_html,
            chance=chance,
            last_draft=drafts.get(before),
            neighbour=chance.pick([short for short in neighbours if short != draft.short]),
        )

    return stage


# ── reports that are not there, and files


def _dropped(whole: Sequence[Key]) -> list[Key]:
    """Five reports that were never filed, each of another unit."""
    by_unit = {unit_id: (unit_id, year) for unit_id, year in whole if 2021 <= year <= 2024}
    assert len(by_unit) >= 5, "too few whole reports are left to be missing"
    return list(by_unit.values())[:5]


def _unreadable(setting: Setting, seed: int) -> dict[str, bytes]:
    """A file that bears a unit's name and that nobody can read."""
    noise = bytes(Chance(seed, "scrambled").between(0, 255) for _ in range(4000))
    return {setting.path.rsplit(".", 1)[0] + ".docx": b"PK\x03\x04" + noise}


def printed(draft: Draft, setting: Setting, seed: int) -> bytes:
    """The report as a file."""
    chance = Chance(seed, draft.unit.unit_id, draft.year, "print")
    if setting.suffix in BINARY:
        return BINARY[setting.suffix](draft, setting.layout, chance)
    if setting.is_html:
        return html_page(draft, setting.layout, setting.charset, chance).encode(setting.encoding)
    return text_page(draft, setting.layout, chance).encode(setting.encoding)


def _write(folder: Path, files: Mapping[str, bytes], units: Sequence[Unit]) -> None:
    for name, data in (files | {name: text.encode() for name, text in registers(units).items()}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def write_answers(county: PlantedCounty, path: Path) -> None:
    """The answer table for people: one planted error or double a line."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(("path", "unit", "year", "kind", "cells", "what"))
        for one in county.planted:
            table.writerow((one.path, one.unit_id, one.year, one.kind or one.rule, " ".join(one.cells), one.what))
        for key in county.not_filed:
            table.writerow(("", *key, 1, "", "没有报送"))
        for one in county.near:
            table.writerow((one.path, one.unit_id, one.year, "near " + " ".join(map(str, one.kinds)), "", one.what))
