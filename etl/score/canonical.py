"""Rubric → data, the inverse of rubric_in, and the name of a rubric: the hash of what it says, however it is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import yaml

from etl.score.model import (
    Adjustment,
    Band,
    Condition,
    Count,
    Curve,
    Exposure,
    Figure,
    Group,
    Indicator,
    Item,
    Policy,
    Role,
    Rubric,
    Source,
    Test,
)  # fmt: skip

_COUNTED = ("must_fix", "verify")  # see etl.score.parts


def sha256_of(rubric: Rubric) -> str:
    """Equal hash, equal rubric: comments, layout and the order of keys do not count."""
    text = json.dumps(as_data(rubric), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def as_json(rubric: Rubric) -> str:
    """The whole rubric as JSON; figures are texts, so that none is rounded."""
    return json.dumps(as_data(rubric), ensure_ascii=False, default=_plain)


def as_yaml(rubric: Rubric) -> str:
    """The whole rubric as a file of its own."""
    return yaml.dump(as_data(rubric), Dumper=RubricDumper, allow_unicode=True, sort_keys=False, width=110)


def as_data(rubric: Rubric) -> dict[str, Any]:
    """What rubric_in takes; what stands as it would anyway is left out."""
    data: dict[str, Any] = {
        "title": rubric.title, "year": rubric.year, **_told(issued_by=rubric.issued_by),
        "is_example": rubric.is_example, **({"review": True} if rubric.review else {}), "full": rubric.full, "cap": str(rubric.cap),
        "groups": [_group(group) for group in rubric.groups],
        "grades": [{"name": grade.name, "at_least": grade.at_least} for grade in rubric.grades],
        "dimensions": [
            {
                "id": dimension.id, "name": dimension.name, "points": dimension.points,
                "indicators": [indicator_data(each, Role.MAIN) for each in dimension.indicators],
            }
            for dimension in rubric.dimensions
        ],
    }  # fmt: skip
    for role, part in ((Role.BONUS, rubric.bonus), (Role.PENALTY, rubric.penalty)):
        if part:
            data[str(role)] = _adjustment(part, role)
    if rubric.vetoes:
        data["veto"] = [indicator_data(each, Role.VETO) for each in rubric.vetoes]
    return data


def _adjustment(part: Adjustment, role: Role) -> dict[str, Any]:
    return {"most": part.most, "items": [indicator_data(each, role) for each in part.items]}


def _group(group: Group) -> dict[str, Any]:
    return {"name": group.name, **_lists(kinds=group.kinds, groups=group.groups, units=group.units)}


def indicator_data(indicator: Indicator, role: Role) -> dict[str, Any]:
    """One indicator as rubric_in takes it."""
    data: dict[str, Any] = {"id": indicator.id, "name": indicator.name}
    if role is not Role.VETO:
        data["points"] = indicator.points
    data |= {"basis": indicator.basis, **_told(words=indicator.words, at_best=indicator.at_best)}
    data["curve"] = str(indicator.curve)
    if role is Role.MAIN:
        data["not_assessable"] = str(Policy(indicator.not_assessable))
        data |= {"ask": True} if indicator.ask else {}
        data |= _lists(**{"for": indicator.groups, "needs": indicator.needs})
        data |= {"exposure": _exposure(indicator.exposure)} if indicator.exposure else {}
    if indicator.figure:
        data |= figure_data(indicator.figure) | test_data(indicator.test)
    data |= _also(indicator.also) | _told(full_at=indicator.full_at)
    if indicator.curve in (Curve.DEDUCT, Curve.ADD):
        data["items"] = [_item(item) for item in indicator.items]
    if indicator.curve is Curve.BANDS:
        data["bands"] = [_band(band) for band in indicator.bands]
    return data


def _exposure(exposure: Exposure) -> dict[str, Any]:
    return {"measure": _one_or_more(exposure.measures)} | ({"small_n": exposure.small_n} if exposure.small_n else {})


def figure_data(figure: Figure) -> dict[str, Any]:
    data: dict[str, Any] = {str(figure.source): _one_or_more(figure.ids)}
    data |= {"of": _one_or_more(figure.of)} if figure.of else {}
    if figure.source is Source.SAID and figure.sections != ("一",):
        data["section"] = _one_or_more(figure.sections)
    if figure.source is Source.RULE and figure.severities != _COUNTED:
        data["severity"] = [str(each) for each in figure.severities]
    data |= _told(cells=figure.cells, except_cells=figure.except_cells, where=figure.where, found=figure.found)
    return data if figure.count is Count.FINDING else data | {"count": str(figure.count)}


def test_data(test: Test | None) -> dict[str, Any]:
    if test is None:
        return {}
    return {str(test.compare): bool(test.bound) if test.compare == "told" else test.bound}


def _also(also: Sequence[Condition]) -> dict[str, Any]:
    return {"also": [figure_data(each.figure) | test_data(each.test) for each in also]} if also else {}


def _item(item: Item) -> dict[str, Any]:
    return {
        "points": item.points, **figure_data(item.figure), **test_data(item.test), **_also(item.also),
        **_told(most=item.most, words=item.words),
    }  # fmt: skip


def _band(band: Band) -> dict[str, Any]:
    bounds = _told(at_least=band.at_least, under=band.under, at_most=band.at_most, or_count=band.or_count)
    return {"points": band.points, **bounds, **_told(words=band.words)}


def _told(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "")}


def _lists(**values: tuple[str, ...]) -> dict[str, Any]:
    return {key: list(value) for key, value in values.items() if value}


def _one_or_more(ids: tuple[str, ...]) -> str | list[str]:
    return ids[0] if len(ids) == 1 else list(ids)


def _plain(value: object) -> str:
    if not isinstance(value, Decimal):
        raise TypeError(type(value).__name__)
    return plain(value)


def plain(value: Decimal) -> str:
    """A figure as one writes it: 0.5, 10, without the zeros it may have been written with."""
    return f"{value.normalize():f}" if value else "0"


class RubricDumper(yaml.SafeDumper):
    """Writes a Decimal as the figure it is."""


def _represent(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    text = plain(value)
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


RubricDumper.add_representer(Decimal, _represent)


def flat(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each scalar with its path, as YAML writes it."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from flat(value, f"{path}.{key}" if path else str(key))
    elif isinstance(data, list):
        for n, value in enumerate(data):
            yield from flat(value, f"{path}[{n}]")
    else:
        text = yaml.dump(data, Dumper=RubricDumper, allow_unicode=True, width=10**9)
        yield path, text.removesuffix("...\n").strip()
