"""What the plants of this package work with, and the answers they leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from etl.sample.chance import Chance
from etl.sample.document import Draft, Paragraph
from etl.sample.plant import PlantKind, Scene, added, resaid, rewritten, said
from etl.sample.sentences import Told, templates

Key = tuple[str, int]  # unit, report year


@dataclass(frozen=True, slots=True)
class Stage(Scene):
    """A scene that also knows last year's report and who lies next door."""

    last_draft: Draft | None = None
    neighbour: str = ""


class Planted(NamedTuple):
    """A planted error. `rule` names the rule that must find it where the error is none of the 48 kinds (kind 0)."""

    path: str
    unit_id: str
    year: int
    kind: int
    cells: tuple[str, ...]
    what: str
    layout: str
    rule: str = ""


class Near(NamedTuple):
    """Something odd and right: every rule of these kinds, and those named, says nothing of this report that must be
    fixed or looked into."""

    path: str
    unit_id: str
    year: int
    kinds: tuple[int, ...]
    what: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sowing:
    """A kind of error and how often it is planted. `needs_last`: last year's report must be there, and whole."""

    kind: PlantKind
    count: int
    needs_last: bool = False
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Odd:
    """An innocent double: what it looks like (`kinds`), where it touches the report, and how it is put there.

    Two doubles that touch the same place never stand in one report.
    """

    kinds: tuple[int, ...]
    what: str
    touches: str
    apply: Callable[[Draft, Stage], Draft | None]
    count: int = 1
    rules: tuple[str, ...] = ()


def words_of(draft: Draft, stage: Stage) -> Mapping[str, str]:
    """What a sentence may name: years, the unit, its neighbour, its figures."""
    cells = stage.figures.cells
    return {
        "year": str(draft.year), "last": str(draft.year - 1), "next": str(draft.year + 1), "unit": draft.name,
        "short": draft.short, "neighbour": stage.neighbour,
        "new": str(cells["requests/new_received/total"]), "in": str(cells["requests/carried_in/total"]),
        "out": str(cells["requests/carried_out/total"]), "done": str(cells["requests/total_processed/total"]),
        "sum": str(cells["requests/new_received/total"] + cells["requests/carried_in/total"]),
        "rest": str(cells["requests/new_received/total"] - 3), "disputes": str(cells["disputes/reconsideration/total"]),
    }  # fmt: skip


def reopened(draft: Draft, text: str) -> Draft:
    """The report with another paragraph above its first section."""
    return replace(draft, opening=replace(draft.opening, text=text))


def retold(draft: Draft, claims: str, sentence: str, told: tuple[Told, ...] = ()) -> Draft | None:
    """Every sentence that tells a figure of these claims (a prefix) taken out, and this one put in the first's place."""
    first = next((one for one in draft.told() if one.claim.startswith(claims)), None)
    if first is None:
        return None
    changed = resaid(draft, first, sentence, told)
    while other := next(
        (one for one in changed.told() if one.claim.startswith(claims) and one.sentence != sentence), None
    ):
        changed = resaid(changed, other, "", ())
    return changed


def without(draft: Draft, claim: str) -> Draft:
    """The report without the sentences that tell this figure."""
    while told := said(draft, claim):
        draft = resaid(draft, told, "", ())
    return draft


def headed(draft: Draft, headings: Mapping[str, str]) -> Draft:
    """The five aspects under other headings."""

    def change(paragraph: Paragraph) -> Paragraph:
        return replace(paragraph, text=headings[paragraph.aspect]) if paragraph.heading else paragraph

    return rewritten(draft, change)


def length_of(draft: Draft, number: str = "一") -> int:
    """Characters of a section as a reader counts them, headings and what stands before them included."""
    return sum(len("".join(paragraph.text.split())) + 4 for paragraph in draft.chapter(number).body)


FILLER = (
    "对已公开的信息逐条登记来源、经办人和发布时间，便于核查。", "遇有机构和人员变动，及时更新领导分工和联系方式。",
    "对群众反映较多的问题，采取进村入户、现场说明等方式答复。", "每月检查栏目更新情况，检查结果在内部通报。",
    "加强值守，发现错误当日更正。", "做好纸质材料和电子材料的归档衔接。", "邀请群众代表提出意见建议。",
    "对外公布咨询电话，安排专人接听。", "规范用语。", "查缺补漏。",
)  # fmt: skip


def padded(draft: Draft, least: int, most: int, chance: Chance) -> Draft | None:
    """The report with section 一 made as long as asked for, in characters; None where it does not come out."""
    text = "".join(paragraph.text for paragraph in draft.paragraphs())
    plain = [str(s) for aspect in ("management", "platform", "supervision") for s in templates(aspect)["lead"]]
    sentences = [s for s in (*plain, *FILLER) if "{" not in s and s not in text]
    while length_of(draft) < least:
        fitting = next((s for s in sentences if length_of(draft) + len(s) <= most), None)
        if fitting is None:
            return None
        draft = added(draft, chance.pick(("management", "platform", "supervision")), fitting)
        sentences.remove(fitting)
    return draft if length_of(draft) <= most else None
