"""Tables printed one cell a line: only the order of labels and figures is left."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace
from itertools import pairwise

from etl.form import Column, Row
from etl.read import Cell, Paragraph
from etl.recognise.labels import key
from etl.recognise.ragged import out_of_order
from etl.recognise.single import read_single_line
from etl.recognise.tables import TableReading, Vocabulary, is_label_like, is_wording, vocabulary
from etl.recognise.witness import borne_out, doubt_of_text, told_apart
from etl.source import Locator

_ENDS_IN_FIGURES = re.compile(r"(.*[\u4e00-\u9fff）)”\"])\s*(\d{2,40})")
_NOTED_FIGURE = re.compile(r"\d[\d,]*\s*[（(]")  # 22（其中修订 16 件）
_CHINESE = re.compile("[\u4e00-\u9fff]")


def cells_from_lines(lines: Sequence[Paragraph]) -> list[Cell]:
    """One cell a line: the lines between two headings as cells in order; gaps in the line numbers are empty cells.

    Where every printed line is followed by a blank one, the blank lines only separate. Where most are and some are
    not, nobody can tell an empty cell from a separator: then no line is a cell, and a row that lacks one is too short.
    """
    if not lines:
        return []
    numbers = [line.locator.line or 0 for line in lines]
    if not all(numbers):  # a page tells no empty lines: a row that lacks a cell is too short
        return [Cell(line.text, 0, i, 1, 1, line.locator) for i, line in enumerate(lines)]
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
    tokens = _with_figures_apart(tokens, words)
    header, doubt = _headers(tokens, words)
    if not header and len(reading.table.blocks) == 1:  # the short headers of 表二 are not looked for
        doubt = "没有找到表头"
    starts: list[tuple[int, int, Row]] = []  # first token of the label, first token after it
    i = 0
    while i < len(tokens):
        row, after = (None, i) if i in header else _label_at(tokens, i, words)
        if row is None:
            i += 1
            continue
        starts.append((i, after, row))
        i = after
    if not starts:
        return
    ends = [start for start, _, _ in starts[1:]] + [len(tokens)]
    ends = [
        next((at for at in range(after, end) if at in header), end)
        for (_, after, _), end in zip(starts, ends, strict=True)
    ]
    parts = [(row, tokens[after:end]) for (_, after, row), end in zip(starts, ends, strict=True)]
    hides_blanks = any(sum(1 for cell in part if cell.text) < len(words.blocks[row.id].columns) for row, part in parts)
    met = {row.id for row, _ in parts}
    for row, part in parts:
        has_total = any(column.total_of for column in words.blocks[row.id].columns)
        may_hold_next = (hides_blanks or not has_total) and _next_is_missing(row, met, words)
        _take_line_row(reading, row, part, words, doubt, may_hold_next)


def _with_figures_apart(tokens: Sequence[Cell], words: Vocabulary) -> list[Cell]:
    """A label and the figures that ran together behind it (…申请数量640020470) as two tokens."""
    found: list[Cell] = []
    for cell in tokens:
        match = _ENDS_IN_FIGURES.fullmatch(cell.text)
        if match and key(match[1]) in words.rows:
            found += [replace(cell, text=match[1]), replace(cell, text=match[2])]
        else:
            found.append(cell)
    return found


def _headers(tokens: Sequence[Cell], words: Vocabulary) -> tuple[frozenset[int], str]:
    """The tokens of the header wherever it is printed, and the doubt it casts on every row.

    Only runs of names that hold most of the columns count: 其他 and 总计 are names of rows as well.
    """
    header: set[int] = set()
    doubt = ""
    i = 0
    while i < len(tokens):
        run: list[int] = []
        named: list[Column] = []
        at = i
        while at < len(tokens):
            word = key(tokens[at].text)
            column = words.columns.get(word)
            if column is not None and column not in named:
                named.append(column)
            elif column is not None and not _figure_follows(tokens, at + 1, words):
                pass  # said again on the next storey; a row called 总计 is followed by its figures
            elif word and (column is not None or (word not in words.headings and not _is_foreign_name(word, words))):
                break
            run.append(at)
            at += 1
        if len(named) >= 4:
            header.update(run)
            if out_of_order(named, words):
                doubt = "表头各列的顺序与格式不同"
            elif {column.id for column in named} != set(words.column_order):
                doubt = "表头的列与格式不同"
            i = at
        else:
            i += 1
    return frozenset(header), doubt


def _is_foreign_name(word: str, words: Vocabulary) -> bool:
    """The name of a column that the form does not have, as 备注."""
    return len(word) <= 6 and word not in words.rows and not any(letter.isdigit() for letter in word)


def _figure_follows(tokens: Sequence[Cell], at: int, words: Vocabulary) -> bool:
    following = next((cell.text for cell in tokens[at:] if cell.text), "")
    return (following[:1].isdigit() and not words.knows(key(following))) or following in {"/", "-", "—"}


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


def _next_is_missing(row: Row, met: Set[str], words: Vocabulary) -> bool:
    """Whether the row that the form prints below this one was not found: its name may stand among these figures."""
    order = [other.id for other in words.blocks[row.id].rows]
    at = order.index(row.id) + 1 if row.id in order else len(order)
    return at < len(order) and order[at] not in met


def _take_line_row(
    reading: TableReading, row: Row, tokens: list[Cell], words: Vocabulary, doubt: str, may_hold_next: bool
) -> None:
    columns = words.blocks[row.id].columns
    width = len(columns)
    cut = len(tokens)
    for i, cell in enumerate(tokens):  # the next group's label, header or an unknown row ends the values
        is_noted_figure = _NOTED_FIGURE.match(cell.text) is not None
        is_name = is_label_like(cell.text) and not is_noted_figure
        if cell.text and i >= 1 and (words.knows(key(cell.text)) or (is_name and i >= width)):
            cut = i
            break
        if len(_CHINESE.findall(cell.text)) >= 4 and not words.knows(key(cell.text)) and not is_noted_figure:
            cut = i  # a name, even where it ran together with a figure
            break
    values, beyond = tokens[:cut], tokens[cut:]
    for i, cell in enumerate(beyond):
        is_unknown = is_label_like(cell.text) and not words.knows(key(cell.text))
        if is_unknown and _figure_follows(beyond, i + 1, words):
            reading.unknown_rows.append((len(reading.rows_in_order) + 1, cell.text, cell.locator))
    filled = [cell for cell in values if cell.text]
    parts = told_apart(filled[0].text, columns) if len(filled) == 1 and width > 2 and not doubt else None
    if parts:
        reading.take_inferred(row, columns, filled[0], parts)
        return
    is_moved = len(values) != width
    if is_moved and len(filled) == width:
        if not all(cell.text for cell in values[:width]) and not borne_out(filled, columns):
            doubt = doubt or "数之间有空行，分不清是不是有一格空着而另一格是多出来的"
        values = filled
    while len(values) > width and not values[-1].text:
        values = values[:-1]
    if len(values) != width:
        doubt = f"应有 {width} 个格，实有 {len(filled)} 个，分不清空的是哪一个"
    elif is_moved and len(filled) < width and filled:
        doubt = doubt or "多出空行，分不清空的是哪一格"
    has_words_behind = any(is_wording(cell.text) and not words.knows(key(cell.text)) for cell in beyond[:1])
    if (may_hold_next or has_words_behind) and len(values) == width and not borne_out(values, columns):
        doubt = doubt or (
            f"后面写的是“{beyond[0].text}”，而各格相加与总计不符" if has_words_behind
            else "没有找到下一行的名称，分不清这些数里有没有下一行的"
        )  # fmt: skip
    padded: list[Cell | None] = [*values[:width], *([None] * (width - len(values[:width])))]
    doubt = doubt or doubt_of_text([cell for cell in padded if cell is not None], columns)
    reading.take(row, columns, padded, [doubt] * width)
