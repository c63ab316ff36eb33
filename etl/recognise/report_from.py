"""The whole of recognition on one screen: document → report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import zip_longest

from etl.form import Form, FormTable, load_forms
from etl.read import Cell, Document, Grid, Paragraph
from etl.recognise import identity
from etl.recognise.altered import altered_labels
from etl.recognise.claims import find_claims
from etl.recognise.columns import read_columns, stands_in_columns
from etl.recognise.confirm import confirmed
from etl.recognise.grids import read_rows_grid
from etl.recognise.labels import key
from etl.recognise.lines import read_lines
from etl.recognise.page_breaks import with_names_whole
from etl.recognise.ragged import read_ragged_rows
from etl.recognise.sections import Span, as_section, chapter_spans, headings, holds_several_reports, section_spans
from etl.recognise.single import read_single_line
from etl.recognise.tables import TableReading, tables_of, vocabulary
from etl.report import Fact, FactState, Problem, Report, ReportStatus, Scope
from etl.units import Unit

_FIGURE_ALONE = re.compile(r"[\d.,，]{1,20}")
_DAMAGES = frozenset(
    {"form_unknown", "table_missing", "row_missing", "row_unknown", "row_repeated", "row_order", "row_ambiguous"}
)


def report_from(document: Document, path: str, units: Sequence[Unit]) -> Report:
    """What the document reports. `path` (relative, forward slashes) bears witness to year and unit."""
    forms = load_forms()
    newest = list(forms.values())[-1]
    named = headings(document, newest)
    spans = section_spans(document, named, newest)
    title = identity.find_title(document)
    if not _is_report(document, title, spans):
        return _rejected(document, title)
    if holds_several_reports(document, named, newest):
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
    edition = edition_of(document, tuple(forms.values()), year)
    grids: dict[int, FormTable] = {}
    if edition is not None:
        grids = tables_of(document.grids, edition)
        facts, table_problems = read_tables(document, edition, spans, grids)
    elif year is not None:  # before the national form there were no tables to compare
        facts, table_problems, spans = (), [], chapter_spans(document)
    else:
        facts, table_problems = (), [_FORM_UNKNOWN]
    claims, claim_problems = find_claims(_prose(document, spans) if edition else document.paragraphs)
    if any(fact.confidence is not None for fact in facts):
        claim_problems = [*claim_problems, _FROM_PICTURE]
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
        status=_status(facts, problems, has_tables=edition is not None),
        facts=facts,
        claims=tuple(claims),
        sections=tuple(as_section(document, span) for span in spans),
        problems=tuple(problems),
        year_witnesses=tuple(years),
        unit_witnesses=tuple(owners),
        opening=_opening(document, spans),
        altered=altered_labels(document, edition, spans, grids) if edition else (),
    )


def _opening(document: Document, spans: Sequence[Span]) -> str:
    """The text above the first section; nothing where no section was found."""
    end = spans[0].start - 1 if spans else 0
    return "\n".join(block.text for block in document.blocks[:end] if isinstance(block, Paragraph))


def _is_report(document: Document, title: str | None, spans: Sequence[Span]) -> bool:
    if len(spans) >= 3:
        return True
    text = "".join(paragraph.text for paragraph in document.paragraphs)
    chapters = sum(word in text for word in ("主动公开", "依申请公开", "申请", "复议", "存在的主要问题", "改进"))
    if title is None:  # lost with the page around it: then chapters, their words and the period must be there
        return chapters >= 4 and "统计期限" in text and len(chapter_spans(document)) >= 4
    return (len(spans) >= 2 or chapters >= 4) and len(text) > 200


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


def edition_of(document: Document, forms: Sequence[Form], year: int | None) -> Form | None:
    """The edition whose own headings 表二 prints; without any, the one in force in that report year, if one was."""
    texts = Counter(
        text
        for block in document.blocks
        for text in ([cell.text for row in block.rows for cell in row] if isinstance(block, Grid) else [block.text])
        if len(text) < 20
    )
    votes = Counter({form.edition: _own(form, texts) for form in forms})
    for form in forms:
        if votes[form.edition] and votes[form.edition] == max(votes.values()):
            return form
    return next((f for f in forms if year is not None and f.first_year <= year <= (f.last_year or year)), None)


def _own(form: Form, texts: Counter[str]) -> int:
    """How many of the texts are headings of this edition alone."""
    words = _own_headings(form)
    return sum(times for text, times in texts.items() if key(text) in words)


@lru_cache(maxsize=8)
def _own_headings(form: Form) -> frozenset[str]:
    """The column headings of 表二 that no other edition prints."""

    def words(one: Form) -> set[str]:
        columns = [column for block in one.tables[0].blocks for column in block.columns]
        return {key(word) for column in columns for word in (column.label, *column.aliases)}

    others = [words(other) for other in load_forms().values() if other.edition != form.edition]
    return frozenset(words(form).difference(*others))


_FROM_PICTURE = Problem(
    "read_from_picture",
    "这份年报是扫描件或图片，文字是识别出来的：表格里只采用了合计能证实的数，正文里的数请对照原文确认。",
)
_FORM_UNKNOWN = Problem(
    "form_unknown",
    "年度没有定下来，也没有找到表二的表头，不知道该按哪一版格式读表；正文已读入。请确认年度后重新读取。",
)


def read_tables(
    document: Document, form: Form, spans: Sequence[Span], grids: Mapping[int, FormTable]
) -> tuple[tuple[Fact, ...], list[Problem]]:
    """Every cell of the form, in order of printing, and what went wrong on the way; `grids` as tables_of tells them."""
    readings = {table.id: TableReading(table) for table in form.tables}
    found: set[str] = set()
    for block, following in zip_longest(document.blocks, document.blocks[1:]):
        if isinstance(block, Grid):
            table = grids.get(block.number)
            if table is not None:
                found.add(table.id)
                _read_grid(readings[table.id], _with_tail(block, following))
                _take_lone_label(readings[table.id], block, following)
    for span in spans:
        table = next((table for table in form.tables if table.section == span.spec.number), None)
        if table is not None and table.id not in found:
            lines = _table_lines(document, span, table)
            if lines:
                found.add(table.id)
                read = read_columns if stands_in_columns(lines) else read_lines
                read(readings[table.id], lines)
    facts: dict[str, Fact] = {}
    problems: list[Problem] = []
    for table in form.tables:
        reading = readings[table.id]
        reading.finish(table.id in found and bool(reading.rows_in_order))
        sure, unsure = confirmed(table, reading.facts)
        facts |= sure
        problems += [*reading.problems, *unsure]
    return tuple(facts[cell.id] for cell in form.cells if cell.id in facts), problems


def _with_tail(grid: Grid, following: Paragraph | Grid | None) -> Grid:
    """A line of text with nothing but a figure may be the end of a cell that broke: the table's reader must see it."""
    if grid.has_spans or not isinstance(following, Paragraph) or not _FIGURE_ALONE.fullmatch(following.text):
        return grid
    tail = Cell(following.text, len(grid.rows), 0, 1, 1, following.locator)
    return replace(grid, rows=(*grid.rows, (tail,)))


def _take_lone_label(reading: TableReading, grid: Grid, following: Paragraph | Grid | None) -> None:
    """A line with the name of a row and nothing else, right below a table, is a row of it: a blank one on a sheet,
    whose cells have places of their own; in text its figures may stand elsewhere."""
    words = vocabulary(reading.table)
    if not isinstance(following, Paragraph):
        return
    row = words.rows.get(key(following.text))
    if row is not None:
        columns = words.blocks[row.id].columns
        empty = Cell("", 0, 0, 1, 1, following.locator)
        doubt = "" if grid.has_spans else "行名后面没有格"
        reading.take(row, columns, [empty] * len(columns), [doubt] * len(columns))


def _read_grid(reading: TableReading, grid: Grid) -> None:
    if reading.table.layout == "single_line":
        grid = with_names_whole(grid, vocabulary(reading.table))
        read_single_line(reading, grid.rows, grid.matrix() if grid.has_spans else None, grid.has_weak_blanks)
    elif grid.has_spans:
        read_rows_grid(reading, grid)
    else:
        read_ragged_rows(reading, grid)


def _table_lines(document: Document, span: Span, table: FormTable) -> list[Paragraph]:
    """The lines of a table printed one cell a line, without the prose some reports put before or after it."""
    lines = [block for block in document.blocks[span.start : span.end] if isinstance(block, Paragraph)]
    words = vocabulary(table)
    known = [
        i
        for i, line in enumerate(lines)
        if words.knows(key(line.text)) or any(words.knows(key(piece.text)) for piece in line.pieces)
    ]
    if len(known) >= 3:
        return lines[known[0] :]
    return lines if stands_in_columns(lines) else []  # every name broken over lines


def _prose(document: Document, spans: Sequence[Span]) -> list[Paragraph]:
    """Where claims are looked for: the sections of text, and everything when the sections are unknown."""
    if not spans:
        return document.paragraphs
    chosen = [span for span in spans if span.spec.number in "一五六"] or list(spans)
    return [
        block for span in chosen for block in document.blocks[span.start : span.end] if isinstance(block, Paragraph)
    ]


def _status(facts: Sequence[Fact], problems: Sequence[Problem], has_tables: bool) -> ReportStatus:
    unread = any(fact.state is FactState.UNREADABLE for fact in facts)
    damaged = (has_tables and not facts) or unread or any(problem.code in _DAMAGES for problem in problems)
    return ReportStatus.PARTIAL if damaged else ReportStatus.COMPLETE
