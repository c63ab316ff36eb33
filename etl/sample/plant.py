"""Planted errors: which kinds there are, what a plant may look at, and how they are spread over the reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from etl.sample.chance import Chance
from etl.sample.document import Chapter, Draft, Paragraph, Plant
from etl.sample.figures import UnitYear
from etl.sample.prose import printed
from etl.sample.sentences import Told


@dataclass(frozen=True, slots=True)
class Scene:
    """What a plant may look at besides the report itself. `others` are the same year's reports of other units."""

    figures: UnitYear
    last: UnitYear | None
    others: Sequence[Draft]
    is_html: bool
    chance: Chance


Apply = Callable[[Draft, Scene], Draft | None]  # None: this report cannot carry it


@dataclass(frozen=True, slots=True)
class PlantKind:
    """A kind of error, numbered as in the list of 48; `any_form` when it does not need the 2021 tables."""

    number: int
    name: str
    apply: Apply
    any_form: bool = False


def spread(
    kinds: Sequence[PlantKind],
    drafts: Mapping[tuple[str, int], Draft],
    scene: Callable[[Draft, int], Scene],
    count: int,
    chance: Chance,
) -> dict[tuple[str, int], Draft]:
    """Plant `count` errors, each kind once before any twice, one to a report; returns the damaged reports."""
    free = chance.some([key for key, draft in drafts.items() if draft.form and draft.kind != "area"], len(drafts))
    planted: dict[tuple[str, int], Draft] = {}
    while len(planted) < count:
        before = len(planted)
        for kind in kinds:
            if len(planted) >= count:
                break
            for key in free:
                draft = drafts[key]
                if draft.form != "2021" and not kind.any_form:
                    continue
                damaged = kind.apply(draft, scene(draft, kind.number))
                if damaged:
                    planted[key] = damaged
                    free.remove(key)
                    break
        if len(planted) == before:  # few years asked for: no report is left that could carry one more
            break
    return planted


def reprint(draft: Draft, scene: Scene, cells: Mapping[str, str], plant: tuple[int, str]) -> Draft | None:
    """The report with other texts in some cells; None where that changes nothing."""
    changed = {cell: text for cell, text in cells.items() if draft.raw[cell] != text}
    if not changed:
        return None
    truth = {cell: scene.figures.cells[cell] for cell in changed}
    return replace(
        draft,
        raw={**draft.raw, **changed},
        plants=(*draft.plants, Plant(plant[0], plant[1], tuple(changed), truth)),
    )


def refigure(draft: Draft, scene: Scene, cells: Mapping[str, Decimal], plant: tuple[int, str]) -> Draft | None:
    """The same with figures, typed as this clerk types figures."""
    return reprint(draft, scene, {cell: printed(cell, value, draft.style) for cell, value in cells.items()}, plant)


def noted(draft: Draft, kind: int, what: str, cells: tuple[str, ...] = ()) -> Draft:
    return replace(draft, plants=(*draft.plants, Plant(kind, what, cells)))


def rewritten(draft: Draft, change: Callable[[Paragraph], Paragraph | None]) -> Draft:
    """Every paragraph of the sections passed through `change`; None drops it."""
    chapters = []
    for chapter in draft.chapters:
        body = [change(paragraph) for paragraph in chapter.body]
        chapters.append(replace(chapter, body=tuple(paragraph for paragraph in body if paragraph)))
    return replace(draft, chapters=tuple(chapters))


def with_chapter(draft: Draft, changed: Chapter) -> Draft:
    return replace(
        draft, chapters=tuple(changed if chapter.number == changed.number else chapter for chapter in draft.chapters)
    )


def said(draft: Draft, claim: str) -> Told | None:
    """The first telling of a figure, if the report tells it."""
    return next((told for told in draft.told() if told.claim == claim), None)


def resaid(draft: Draft, old: Told, sentence: str, told: tuple[Told, ...]) -> Draft:
    """The sentence that told `old` replaced, with everything it told."""

    def change(paragraph: Paragraph) -> Paragraph:
        if old.sentence not in paragraph.text:
            return paragraph
        kept = tuple(one for one in paragraph.told if one.sentence != old.sentence)
        return replace(paragraph, text=paragraph.text.replace(old.sentence, sentence, 1), told=(*kept, *told))

    return rewritten(draft, change)


def added(draft: Draft, aspect: str, sentence: str, told: tuple[Told, ...] = ()) -> Draft:
    """One more sentence at the end of an aspect's paragraph."""

    def change(paragraph: Paragraph) -> Paragraph:
        if paragraph.aspect != aspect or paragraph.heading:
            return paragraph
        return replace(paragraph, text=paragraph.text + sentence, told=(*paragraph.told, *told))

    return rewritten(draft, change)


def telling(sentence: str, figures: Mapping[str, int], counter: str = "件") -> tuple[Told, ...]:
    """Claims of a sentence that tells exact figures."""
    return tuple(Told(claim, value, False, counter if value else "", sentence) for claim, value in figures.items())
