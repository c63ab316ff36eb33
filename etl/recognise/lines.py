"""Tables printed one cell a line: only the order of labels and figures is left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from etl.form import Row
from etl.read import Cell, Paragraph
from etl.recognise.grids import read_single_line
from etl.recognise.labels import key
from etl.recognise.tables import TableReading, Vocabulary, is_label_like, vocabulary
from etl.source import Locator

_CHINESE = re.compile("[\u4e00-\u9fff]")


def cells_from_lines(lines: Sequence[Paragraph]) -> list[Cell]:
    """One cell a line: the lines between two headings as cells in order; gaps in the line numbers are empty cells.

    Where every printed line is followed by a blank one, the blank lines only separate. Where most are and some are
    not, nobody can tell an empty cell from a separator: then no line is a cell, and a row that lacks one is too short.
    """
    if not lines:
        return []
    numbers = [line.locator.line or 0 for line in lines]
    first = numbers[0]
    spaced = len(lines) > 3 and all((number - first) % 2 == 0 for number in numbers)
    gaps = [later - number for number, later in pairwise(numbers)]
    if not spaced and gaps.count(2) >= len(gaps) / 2 > 1:
        return [Cell(line.text, 0, i, 1, 1, line.locator) for i, line in enumerate(lines)]
    step = 2 if spaced else 1
    by_number = dict(zip(numbers, lines, strict=True))
    return [
        Cell(by_number[n].text if n in by_number else "", 0, i, 1, 1, Locator(line=n))
        for i, n in enumerate(range(first, numbers[-1] + 1, step))
    ]


def read_lines(reading: TableReading, lines: Sequence[Paragraph]) -> None:
    """One cell a line: only the order of the labels is left, so a row must have exactly its number of cells."""
    words = vocabulary(reading.table)
    tokens = cells_from_lines(lines)
    if reading.table.layout == "single_line":
        values = [i for i, cell in enumerate(tokens) if cell.text and not words.knows(key(cell.text))]
        last_label = max((i for i, cell in enumerate(tokens) if cell.text and words.knows(key(cell.text))), default=-1)
        start = min((i for i in values if i < last_label), default=last_label + 1)
        header, rest = tokens[:start], tokens[start:]
        width = len(reading.table.blocks[0].rows) * len(reading.table.blocks[0].columns)
        if len(rest) > width:
            rest = [cell for cell in rest if cell.text] if sum(1 for c in rest if c.text) == width else rest
        if len(rest) < width:
            rest = [*rest]  # a blank last cell leaves no line: too short, hence doubtful
        read_single_line(reading, [header, rest], None)
        return
    starts: list[tuple[int, int, Row]] = []  # first token of the label, first token after it
    i = 0
    header_words: list[str] = []
    while i < len(tokens):
        row, after = _label_at(tokens, i, words)
        if row is None or (not starts and key(tokens[i].text) in words.columns and not _figure_follows(tokens, after)):
            if tokens[i].text and key(tokens[i].text) in words.columns:
                header_words.append(key(tokens[i].text))
            i += 1
            continue
        starts.append((i, after, row))
        i = after
    for n, (_, after, row) in enumerate(starts):
        end = starts[n + 1][0] if n + 1 < len(starts) else len(tokens)
        _take_line_row(reading, row, tokens[after:end], words, is_last=n + 1 == len(starts))


def _figure_follows(tokens: Sequence[Cell], at: int) -> bool:
    following = next((cell.text for cell in tokens[at:] if cell.text), "")
    return following[:1].isdigit() or following in {"/", "-", "—"}


def _label_at(tokens: Sequence[Cell], i: int, words: Vocabulary) -> tuple[Row | None, int]:
    """The row whose label begins at token i, perhaps broken over several lines, and the token after it."""
    text, after = "", i
    best: tuple[Row | None, int] = (None, i)
    while after < len(tokens) and after - i < 6:
        piece = tokens[after].text
        after += 1
        if not piece:
            if not text:
                break
            continue
        if not is_label_like(piece) and (text or not key(piece) or key(piece).isdigit()):
            break  # a figure or a slash is no part of a label
        text += piece
        row = words.rows.get(key(text))
        if row is not None:
            if not (key(text) in words.groups and _label_at(tokens, after, words)[0]):  # else it is a group over rows
                best = (row, after)
            break
        if words.knows(key(text)):
            break
    return best


def _take_line_row(reading: TableReading, row: Row, tokens: list[Cell], words: Vocabulary, is_last: bool) -> None:
    columns = words.blocks[row.id].columns
    width = len(columns)
    cut = len(tokens)
    for i, cell in enumerate(tokens):  # the next group's label, header or an unknown row ends the values
        if cell.text and i >= 1 and (words.knows(key(cell.text)) or (is_label_like(cell.text) and i >= width)):
            cut = i
            break
        if len(_CHINESE.findall(cell.text)) >= 4 and not words.knows(key(cell.text)):
            cut = i  # a name, even where it ran together with a figure
            break
    values, beyond = tokens[:cut], tokens[cut:]
    for i, cell in enumerate(beyond):
        is_unknown = is_label_like(cell.text) and not words.knows(key(cell.text))
        if is_unknown and _figure_follows(beyond, i + 1):
            reading.unknown_rows.append((len(reading.rows_in_order) + 1, cell.text, cell.locator))
    filled = [cell for cell in values if cell.text]
    if len(values) != width and len(filled) == width:
        values = filled
    while len(values) > width and not values[-1].text:
        values = values[:-1]
    doubt = "" if len(values) == width else f"应有 {width} 个格，实有 {len(filled)} 个，分不清空的是哪一个"
    padded: list[Cell | None] = [*values[:width], *([None] * (width - len(values[:width])))]
    reading.take(row, columns, padded, [doubt] * width)
