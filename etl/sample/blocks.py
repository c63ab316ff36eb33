"""A draft as a run of blocks, in the clerk's own typing; the layouts only decide how a block looks in a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from etl.sample.document import Chapter, Draft, Paragraph, Style
from etl.sample.tables import Cell, Grid, Row

_HALF_WIDTH = str.maketrans("（），：", "(),:")
_NUMBER_IN_TEXT = re.compile(r"(?<=[一-鿿])(\d+(?:\.\d+)?)(?=[一-鿿])")
_DIGITS = "〇一二三四五六七八九"
_ORDINALS = "一二三四五六七八九"
_SPACED = {
    "结果纠正": "结果 纠正", "其他结果": "其他 结果", "尚未审结": "尚未 审结", "总计": "总 计", "商业企业": "商业 企业",
}  # fmt: skip


class Block(NamedTuple):
    """`kind` is title, paragraph, section, aspect, signature or table; a table comes with its grid."""

    kind: str
    text: str = ""
    grid: Grid | None = None


def blocks(draft: Draft) -> Iterator[Block]:
    """Title, opening, sections with their tables, signature, in order of reading."""
    style = draft.style
    if draft.title:
        yield Block("title", draft.title)
    yield Block("paragraph", typed(draft.opening.text, style))
    tables = draft.grids()
    for chapter in draft.chapters:
        yield Block("section", typed(f"{chapter.number}、{chapter.title}", style))
        yield from _body(chapter, style)
        if chapter.table and chapter.table in tables:
            yield Block("table", grid=_typed_grid(tables[chapter.table], draft))
    yield Block("signature", draft.name)
    yield Block("signature", date_text(draft.signed_on, style.signature))


def typed(text: str, style: Style) -> str:
    """The text as this clerk types it."""
    if style.half_width:
        text = text.translate(_HALF_WIDTH)
    return _NUMBER_IN_TEXT.sub(r" \1 ", text) if style.spaced_numbers else text


def date_text(day: date, how: str) -> str:
    if how == "zeros":
        return f"{day.year}年{day.month:02}月{day.day:02}日"
    if how == "chinese":
        year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
        return f"{year}年{_numeral(day.month)}月{_numeral(day.day)}日"
    return f"{day.year}年{day.month}月{day.day}日"


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def _body(chapter: Chapter, style: Style) -> Iterator[Block]:
    """Paragraphs; an aspect's heading gets its number here, so that one left out leaves no gap."""
    count = 0
    heading: Paragraph | None = None
    for paragraph in chapter.body:
        if paragraph.heading:
            heading, count = paragraph, count + 1
            if style.numbering == "（一）":
                yield Block("aspect", typed(f"（{_ORDINALS[count - 1]}）{paragraph.text}", style))
                heading = None
            continue
        lead = ""
        if heading:
            lead = (
                f"{count}.{heading.text}：" if style.numbering == "1." else f"{_ORDINALS[count - 1]}是{heading.text}。"
            )
            heading = None
        yield Block("paragraph", typed(lead + paragraph.text, style))


def _typed_grid(grid: Grid, draft: Draft) -> Grid:
    """The grid with this report's own labels, lost and added rows, and this clerk's typing."""
    edits, style = draft.edits, draft.style
    if grid.table in edits.pictures:
        return Grid(grid.table, 1, ((Cell("", picture=True),),), 0)
    labels = dict(edits.labels)
    if style.spaced_labels and grid.table == "disputes":
        labels = {**_SPACED, **labels}

    def retype(cell: Cell) -> Cell:
        if cell.name:
            return cell
        text = labels.get(cell.text, cell.text)
        return cell._replace(text=text.translate(_HALF_WIDTH) if style.half_width else text)

    rows = tuple(tuple(retype(cell) for cell in row) for row in _edited_rows(grid, draft))
    return grid._replace(rows=rows)


def _edited_rows(grid: Grid, draft: Draft) -> list[Row]:
    """Rows with those taken out and put in; the group label beside them grows or shrinks to fit."""
    edits = draft.edits
    rows: list[list[Cell]] = []
    origin: list[int] = []  # the index in the printed form, for the reach of group labels
    for index, row in enumerate(grid.rows):
        name = _row_name(row)
        if name in edits.missing_rows:
            if len(row) > 1 and row[0].rows > 1:
                raise ValueError(f"{name} carries a group label and cannot be taken out")
            continue
        rows.append(list(row))
        origin.append(index)
        if name is not None and name in edits.extra_rows:
            label, figures = edits.extra_rows[name]
            span = next(cell.columns for cell in row if cell.name)
            rows.append([Cell(label), *(Cell(figure, span) for figure in figures)])
            origin.append(index)
    for at, row in enumerate(rows):
        for position, cell in enumerate(row):
            if cell.rows > 1 and at >= grid.heading_rows:
                reach = sum(1 for one in origin if origin[at] <= one < origin[at] + cell.rows)
                row[position] = cell._replace(rows=reach)
    return [tuple(row) for row in rows]


def _row_name(row: Row) -> str | None:
    name = next((cell.name for cell in row if cell.name), None)
    return "/".join(name.split("/")[:2]) if name else None
