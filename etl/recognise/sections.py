"""The six sections and, in the first, its five aspects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from etl.form import Form, SectionSpec
from etl.read import Document, Paragraph
from etl.recognise.labels import key
from etl.report import Section

_NUMBERED = re.compile(r"\s*(?:#+\s*)?([一二三四五六七八九十])\s*[、.．，,：:]\s*(.+)")
_ASPECT = re.compile(
    r"\s*(?:[（(]?\s*[一二三四五六七八九]\s*[）)]|[（(]\d[)）]|\d\s*[.．、]|[一二三四五]是|第[一二三四五][，、])\s*(.{2,40})"
)
_TITLE_END = re.compile(r"[。；：:，,]")
_LONGEST_HEADING = 40
_LEAST_NAMED = 4  # of the six, before a heading in other words is looked for
_ALIKE = 0.7  # of its signs a heading in other words shares with the form's
_OF_AN_ASPECT = re.compile(r"(?:政府信息)?(?:公开)?(?:工作)?(?:方面|情况)?")
_NUMERALS = "一二三四五六七八九十☒"  # no chapter after the tenth


@dataclass(frozen=True, slots=True)
class Span:
    """A section's heading and the blocks up to the next one: block indices [start, end), the heading excluded."""

    spec: SectionSpec
    title: str
    heading: Paragraph
    start: int
    end: int


@lru_cache(maxsize=8)
def _titles(form: Form) -> dict[str, SectionSpec]:
    return {key(title): spec for spec in form.sections for title in (spec.title, *spec.aliases)}


Heading = tuple[SectionSpec, str, Paragraph, int]  # whose, as printed, where, index of the block


def headings(document: Document, form: Form) -> list[Heading]:
    """Every line that is the name of a section and nothing else, also those of a menu or a table of contents."""
    found = []
    for i, block in enumerate(document.blocks):
        if isinstance(block, Paragraph) and len(block.text) <= _LONGEST_HEADING:
            heading = _heading(block.text, form)
            if heading is not None:
                found.append((*heading, block, i))
    return found


def section_spans(document: Document, named: Sequence[Heading], form: Form) -> list[Span]:
    """Sections in reading order, by their headings. Of two on neighbouring lines the later one counts."""
    heads: list[Heading] = []
    for spec, title, block, i in named:
        heads = [head for head in heads if head[0] is not spec or head[3] + 1 < i]
        heads.append((spec, title, block, i))
    heads = _with_altered(document, _in_order(heads, form), form)
    spans = []
    for n, (spec, title, block, i) in enumerate(heads):
        end = heads[n + 1][3] if n + 1 < len(heads) else len(document.blocks)
        spans.append(Span(spec, title, block, i + 1, end))
    return spans


def _with_altered(document: Document, heads: list[Heading], form: Form) -> list[Heading]:
    """With the headings of sections not found that stand in their place under their number and most of their words."""
    found = list(heads)
    for n, spec in enumerate(form.sections):
        if len(heads) < _LEAST_NAMED or any(head[0] is spec for head in found):
            continue
        before = max((head[3] for head in found if head[0] in form.sections[:n]), default=0)
        after = min((head[3] for head in found if head[0] in form.sections[n + 1 :]), default=len(document.blocks))
        for i in range(before + 1, after):
            block = document.blocks[i]
            if isinstance(block, Paragraph) and len(block.text) <= _LONGEST_HEADING and _is_altered(block.text, spec):
                found.append((spec, block.text.strip(), block, i))
                break
    return sorted(found, key=lambda head: head[3])


def _is_altered(text: str, spec: SectionSpec) -> bool:
    match = _NUMBERED.match(text)
    if match is None or match[1] != spec.number or re.search(r"[。；]", match[2]):
        return False
    printed = key(match[2])
    return any(SequenceMatcher(None, printed, key(title)).ratio() >= _ALIKE for title in (spec.title, *spec.aliases))


def chapter_spans(document: Document) -> list[Span]:
    """The numbered chapters of a report older than the national form, under whatever titles it gave them."""
    found: list[tuple[str, Paragraph, int]] = []
    for i, block in enumerate(document.blocks):
        if not isinstance(block, Paragraph):
            continue
        match = _NUMBERED.match(block.text)
        if match and len(block.text) <= _LONGEST_HEADING and not _TITLE_END.search(match[2]):
            if match[1] == "一":
                found.clear()  # a table of contents, or a list inside the preamble
            if match[1] == _NUMERALS[len(found)]:
                found.append((match[1], block, i))
    ends = [i for _, _, i in found[1:]] + [len(document.blocks)]
    return [
        Span(SectionSpec(number, "", head.text, (), "", ()), head.text.strip(), head, i + 1, end)
        for (number, head, i), end in zip(found, ends, strict=True)
    ]


def holds_several_reports(document: Document, named: Sequence[Heading], form: Form) -> bool:
    """Whether the sections with tables stand in the document more than once, with different contents.

    A page may print the same report twice (for the screen and for the phone): that is still one.
    """
    heads = [(spec.number, i) for spec, _, _, i in named]
    bodies: dict[str, list[tuple[int, int]]] = {}
    for n, (number, at) in enumerate(heads):
        end = heads[n + 1][1] if n + 1 < len(heads) else len(document.blocks)
        if end > at + 1:  # a table of contents has headings without a body
            bodies.setdefault(number, []).append((at + 1, end))
    tables = [bodies.get(table.section, []) for table in form.tables]
    if min(len(places) for places in tables) < 2:
        return False
    return any(len({_body(document, *place) for place in places}) > 1 for places in tables)


def _body(document: Document, start: int, end: int) -> str:
    return "\n".join(
        block.text if isinstance(block, Paragraph) else "\t".join(cell.text for row in block.rows for cell in row)
        for block in document.blocks[start:end]
    )


def _heading(text: str, form: Form) -> tuple[SectionSpec, str] | None:
    match = _NUMBERED.match(text)
    spec = _titles(form).get(key(match[2] if match else text))
    return (spec, text.strip()) if spec is not None else None


def _in_order(heads: list[Heading], form: Form) -> list[Heading]:
    """A menu may name a section before the report does: of several headings of one section the last one that keeps
    the form's order counts."""
    order = {spec.number: n for n, spec in enumerate(form.sections)}
    kept: list[Heading] = []
    for head in heads:
        while (
            kept
            and order[kept[-1][0].number] >= order[head[0].number]
            and any(order[earlier[0].number] == order[head[0].number] for earlier in kept)
        ):
            kept.pop()
        kept.append(head)
    return kept


def as_section(document: Document, span: Span) -> Section:
    """The section's text without its tables."""
    paragraphs = [block for block in document.blocks[span.start : span.end] if isinstance(block, Paragraph)]
    text = "\n".join(paragraph.text for paragraph in paragraphs)
    return Section(span.spec.number, span.title, _aspects(paragraphs, span.spec), text, span.heading.locator)


def _aspects(paragraphs: Sequence[Paragraph], spec: SectionSpec) -> tuple[str, ...]:
    if not spec.aspects:
        return ()
    names = sorted(
        ((key(word), aspect.id) for aspect in spec.aspects for word in (aspect.title, *aspect.aliases)),
        key=lambda pair: -len(pair[0]),
    )
    found: list[str] = []
    for paragraph in paragraphs:
        match = _ASPECT.match(paragraph.text)
        text = match[1] if match else paragraph.text
        head = _TITLE_END.split(text, maxsplit=1)[0]
        word = key(head)
        if not match and (len(head) > 16 or (text[len(head) :][:1] in {"，", ","} and not _is_heading(word, names))):
            continue
        aspect = next(
            (name for title, name in names if word.startswith(title) or (title in word and len(word) < 18)), None
        )
        if aspect and aspect not in found:
            found.append(aspect)
    return tuple(found)


def _is_heading(word: str, names: Sequence[tuple[str, str]]) -> bool:
    """Whether the words before a comma name an aspect and nothing else: 依申请公开方面, not 以监督保障为抓手."""
    return any(word.startswith(title) and _OF_AN_ASPECT.fullmatch(word[len(title) :]) for title, _ in names)
