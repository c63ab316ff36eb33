"""The whole of recognition on one screen: document → report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from etl.form import Form, FormTable, load_forms
from etl.read import Cell, Document, Grid, Paragraph
from etl.recognise import identity
from etl.recognise.claims import find_claims
from etl.recognise.grids import read_ragged_rows, read_rows_grid, read_single_line
from etl.recognise.labels import key
from etl.recognise.lines import read_lines
from etl.recognise.sections import Span, as_section, headings, holds_several_reports, section_spans
from etl.recognise.tables import TableReading, form_table_of, vocabulary
from etl.report import Fact, FactState, Problem, Report, ReportStatus, Scope
from etl.units import Unit

_OLD_HEADERS = re.compile(r"本年新制作数量|对外公开总数量|上一年项目数量")
_FIGURE_ALONE = re.compile(r"[\d.,，]{1,20}")
_DAMAGES = frozenset({"table_missing", "row_missing", "row_unknown", "row_repeated", "row_order", "row_ambiguous"})


def report_from(document: Document, path: str, units: Sequence[Unit]) -> Report:
    """What the document reports. `path` (relative, forward slashes) bears witness to year and unit."""
    form = load_forms()["2021"]
    named = headings(document, form)
    spans = section_spans(document, named, form)
    title = identity.find_title(document)
    if not _is_report(document, title, spans):
        return _rejected(document, title)
    if holds_several_reports(document, named, form):
        return _several(document, title)
    paragraphs = document.paragraphs
    period = identity.find_period(paragraphs[:60])
    signed, signature, signer = identity.find_signature(paragraphs)
    years = identity.year_witnesses(title, period, signed, signature, path)
    year_text, problems = identity.decide(years, "年度")
    names = identity.unit_names(tuple(units))
    owners = identity.unit_witnesses(names, title, signer, document, path)
    unit_id, unit_problems = (
        identity.decide(owners, "单位", {unit.unit_id: unit.name for unit in units}) if units else (None, [])
    )
    unit = next((unit for unit in units if unit.unit_id == unit_id), None)
    year = int(year_text) if year_text else None
    edition = _edition(document, form, year)
    facts, table_problems = read_tables(document, edition, spans) if edition else ((), [_other_edition(document)])
    claims, claim_problems = find_claims(_prose(document, spans))
    problems = [*problems, *unit_problems, *table_problems, *claim_problems]
    return Report(
        unit=unit.name if unit else identity.printed_name(title, signer),
        unit_id=unit_id,
        year=year,
        form=edition.edition if edition else None,
        scope=(Scope.AREA_AGGREGATE if unit.is_area else Scope.SINGLE_ORGAN) if unit else None,
        stat_period=period[0] if period else None,
        signed_on=signed,
        published_at=identity.find_published(document),
        title=title,
        format=document.format,
        status=_status(facts, problems),
        facts=facts,
        claims=tuple(claims),
        sections=tuple(as_section(document, span) for span in spans),
        problems=tuple(problems),
        year_witnesses=tuple(years),
        unit_witnesses=tuple(owners),
    )


def _is_report(document: Document, title: str | None, spans: Sequence[Span]) -> bool:
    if len(spans) >= 3:
        return True
    text = "".join(paragraph.text for paragraph in document.paragraphs)
    chapters = sum(word in text for word in ("主动公开", "依申请公开", "申请", "复议", "存在的主要问题", "改进"))
    return title is not None and (len(spans) >= 2 or chapters >= 4) and len(text) > 200


def _rejected(document: Document, title: str | None) -> Report:
    seen = title or (document.paragraphs[0].text[:40] if document.paragraphs else "（没有文字）")
    problem = Problem(
        "not_a_report",
        f"这不像政府信息公开工作年度报告：没有找到格式规定的各部分标题，开头是“{seen}”。请确认是否拿错了文件。",
    )
    return _nobodys(document, title, ReportStatus.REJECTED, problem)


def _several(document: Document, title: str | None) -> Report:
    """Which figure belongs to which report cannot be told: none is taken, and the file waits for a person."""
    problem = Problem(
        "several_reports",
        "这个文件里有不止一份年报：表二、表三、表四各出现了几次，内容不同，分不清哪些数属于哪一份，所以都没有采用。"
        "请拆成每份年报一个文件，再放回原文件夹。",
    )
    return _nobodys(document, title, ReportStatus.PARTIAL, problem)


def _nobodys(document: Document, title: str | None, status: ReportStatus, problem: Problem) -> Report:
    return Report(
        unit=None, unit_id=None, year=None, form=None, scope=None, stat_period=None, signed_on=None, published_at=None,
        title=title, format=document.format, status=status, problems=(problem,),
    )  # fmt: skip


def _edition(document: Document, form: Form, year: int | None) -> Form | None:
    """By the tables' own headings, and only without them by the year."""
    marks = {key(column.label) for column in form.tables[0].blocks[0].columns}
    for block in document.blocks:
        texts = [cell.text for row in block.rows for cell in row] if isinstance(block, Grid) else [block.text]
        for text in texts:
            if len(text) < 20:
                if _OLD_HEADERS.search(text.replace(" ", "").replace("\n", "")):
                    return None
                if key(text) in marks:
                    return form
    return form if year is not None and year >= form.first_year else None


def _other_edition(document: Document) -> Problem:
    return Problem(
        "form_unknown",
        "表格不是2021年版格式，本版还不能读取其中的数；各部分正文和正文里的数已读入。表格数据请以原文为准。",
    )


def read_tables(document: Document, form: Form, spans: Sequence[Span]) -> tuple[tuple[Fact, ...], list[Problem]]:
    """Every cell of the form, in order of printing, and what went wrong on the way."""
    readings = {table.id: TableReading(table) for table in form.tables}
    found: set[str] = set()
    for block, following in zip_longest(document.blocks, document.blocks[1:]):
        if isinstance(block, Grid):
            table, _ = form_table_of(block, form)
            if table is not None:
                found.add(table.id)
                _read_grid(readings[table.id], _with_tail(block, following))
    for span in spans:
        table = next((table for table in form.tables if table.section == span.spec.number), None)
        if table is not None and table.id not in found:
            lines = _table_lines(document, span, table)
            if lines:
                found.add(table.id)
                read_lines(readings[table.id], lines)
    facts: dict[str, Fact] = {}
    problems: list[Problem] = []
    for table in form.tables:
        reading = readings[table.id]
        reading.finish(table.id in found and bool(reading.rows_in_order))
        facts |= reading.facts
        problems += reading.problems
    return tuple(facts[cell.id] for cell in form.cells if cell.id in facts), problems


def _with_tail(grid: Grid, following: Paragraph | Grid | None) -> Grid:
    """A line of text with nothing but a figure may be the end of a cell that broke: the table's reader must see it."""
    if grid.has_spans or not isinstance(following, Paragraph) or not _FIGURE_ALONE.fullmatch(following.text):
        return grid
    tail = Cell(following.text, len(grid.rows), 0, 1, 1, following.locator)
    return replace(grid, rows=(*grid.rows, (tail,)))


def _read_grid(reading: TableReading, grid: Grid) -> None:
    if reading.table.layout == "single_line":
        read_single_line(reading, grid.rows, grid.matrix() if grid.has_spans else None)
    elif grid.has_spans:
        read_rows_grid(reading, grid)
    else:
        read_ragged_rows(reading, grid)


def _table_lines(document: Document, span: Span, table: FormTable) -> list[Paragraph]:
    """The lines of a table printed one cell a line, without the prose some reports put before or after it."""
    lines = [block for block in document.blocks[span.start : span.end] if isinstance(block, Paragraph)]
    words = vocabulary(table)
    known = [i for i, line in enumerate(lines) if words.knows(key(line.text))]
    return lines[known[0] :] if len(known) >= 3 else []


def _prose(document: Document, spans: Sequence[Span]) -> list[Paragraph]:
    """Where claims are looked for: the sections of text, and everything when the sections are unknown."""
    if not spans:
        return document.paragraphs
    chosen = [span for span in spans if span.spec.number in "一五六"] or list(spans)
    return [
        block for span in chosen for block in document.blocks[span.start : span.end] if isinstance(block, Paragraph)
    ]


def _status(facts: Sequence[Fact], problems: Sequence[Problem]) -> ReportStatus:
    unread = any(fact.state is FactState.UNREADABLE for fact in facts)
    damaged = not facts or unread or any(problem.code in _DAMAGES for problem in problems)
    return ReportStatus.PARTIAL if damaged else ReportStatus.COMPLETE
