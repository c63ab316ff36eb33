"""Tables without borders: lines whose figures stand under one another, and labels that go on above and below them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from etl.form import Column
from etl.read import Cell, Paragraph, Piece
from etl.recognise.labels import key
from etl.recognise.tables import TableReading, Vocabulary, is_wording, vocabulary
from etl.recognise.witness import borne_out, doubt_of_text
from etl.recognise.wrapped import MEASURES, Line, is_figure, labelled

_NAMELESS = "（没有名称）"
_FEWEST = 3  # figures on a line that shows where the columns are


def stands_in_columns(lines: Sequence[Paragraph]) -> bool:
    """Whether these lines look like a table set with spaces alone: some line has a name and a figure, or many figures.

    Two figures alone are one that broke: 1  2, in a table printed one cell a line.
    """
    return any(
        figures >= (1 if line.pieces and not is_figure(line.pieces[0].text) else _FEWEST)
        for line in lines
        if (figures := sum(1 for piece in line.pieces if is_figure(piece.text)))
    )


def read_columns(reading: TableReading, lines: Sequence[Paragraph]) -> None:
    """The rows whose labels, put together from their lines, name a row of the form."""
    if reading.table.layout == "blocks":
        _read_blocks(reading, lines)
        return
    words = vocabulary(reading.table)
    block = reading.table.blocks[0]
    is_single = reading.table.layout == "single_line"
    expected = list(block.columns) * (len(block.rows) if is_single else 1)
    places = _places(lines, len(expected))
    if not places:
        return
    in_line = places if len(places) == len(expected) else _usual_places(lines, len(expected))
    doubt = "" if in_line else f"应有 {len(expected)} 列，看上去有 {len(places)} 列"
    table = [_placed(line, in_line or places, words, in_order=in_line is not places) for line in lines]
    first = next((n for n, line in enumerate(table) if line.has_figures and _is_body(line, is_single)), len(table))
    doubt = doubt or _header_doubt(table[:first], expected, words)
    if is_single:
        _take_single(reading, table[first:], doubt)
        return
    for row, line, broken in labelled(table, first, reading.table):
        if row is None:
            reading.unknown_rows.append((len(reading.rows_in_order), line.label or _NAMELESS, line.locator))
            continue
        cells, own = _cells(line, len(block.columns))
        own = own or _doubt_of_more(line, cells, block.columns)
        if in_line is not places and not borne_out(cells, block.columns):
            own = own or "各列的数上下没有对齐，各格相加也与总计不符"
        own = doubt or broken or own or doubt_of_text([cell for cell in cells if cell], block.columns)
        reading.take(row, block.columns, cells, [own] * len(block.columns))


def _is_body(line: Line, is_single: bool) -> bool:
    return is_single or len(line.values) >= _FEWEST


def _places(lines: Sequence[Paragraph], most: int) -> list[tuple[float, float]]:
    """Where the columns of figures are: stretches that figures cover, from left to right. An ordinal that stands apart
    from its label looks like a figure, but has few others above and below it."""
    covered: list[tuple[float, float, int]] = []
    full = [line for line in lines if sum(1 for piece in line.pieces if is_figure(piece.text)) >= _FEWEST]
    for piece in sorted((p for line in full for p in line.pieces if is_figure(p.text)), key=lambda piece: piece.x0):
        if covered and piece.x0 < covered[-1][1]:
            x0, x1, count = covered[-1]
            covered[-1] = (x0, max(x1, piece.x1), count + 1)
        else:
            covered.append((piece.x0, piece.x1, 1))
    while len(covered) > most and 4 * covered[0][2] < max(count for _, _, count in covered):
        covered = covered[1:]
    return [(x0, x1) for x0, x1, _ in covered]


def _usual_places(lines: Sequence[Paragraph], count: int) -> list[tuple[float, float]]:
    """Where the columns are in most of the lines that hold so many figures: some figures are too wide for theirs and
    move the rest of their line. Empty where there are few such lines."""
    figures = [[piece for piece in line.pieces if is_figure(piece.text)] for line in lines]
    columns = list(zip(*(pieces for pieces in figures if len(pieces) == count), strict=True))
    if not columns or len(columns[0]) < _FEWEST:
        return []
    return [(median(p.x0 for p in pieces), median(p.x1 for p in pieces)) for pieces in columns]


def _placed(line: Paragraph, places: Sequence[tuple[float, float]], words: Vocabulary, in_order: bool) -> Line:
    """The line with each piece in its column; what stands over several columns or between them is in none. Where
    figures moved their line along, only their order counts, and only if there is one for each column."""
    pieces = line.pieces or (Piece(line.text, 0, 0),)
    middles = [(x0 + x1) / 2 for x0, x1 in places]
    pitch = (middles[-1] - middles[0]) / max(len(middles) - 1, 1)
    edges = [middles[0] - pitch / 2, *((a[1] + b[0]) / 2 for a, b in pairwise(places)), middles[-1] + pitch / 2]
    pieces = [part for piece in pieces for part in _apart(piece, edges, places[0], words)]
    figures = sum(1 for piece in pieces if is_figure(piece.text))
    is_full = in_order and figures == len(places) and all(is_figure(piece.text) for piece in pieces[-figures:])
    labels = pieces[:-figures] if is_full else [piece for piece in pieces if (piece.x0 + piece.x1) / 2 < edges[0]]
    found = Line(line.locator, labels[-1].text if labels else "", "".join(p.text for p in labels[:-1]))
    for n, piece in enumerate(pieces[len(labels) :]):
        at = min(max(bisect_right(edges, (piece.x0 + piece.x1) / 2) - 1, 0), len(places))
        touched = [n for n, (x0, x1) in enumerate(places) if piece.x0 < x1 and piece.x1 > x0]
        if is_full:
            found.values[n] = [piece]
        elif len(touched) <= 1:
            found.values.setdefault(at, []).append(piece)
        elif any(letter.isdigit() for letter in piece.text):  # figures that run into one another
            for n in touched:
                found.values.setdefault(n, []).extend((piece, piece))
    return found


def _apart(piece: Piece, edges: Sequence[float], first: tuple[float, float], words: Vocabulary) -> Iterator[Piece]:
    """A label that reaches almost to the first column, apart from the figure or the column's name printed there."""
    label, _, last = piece.text.rpartition(" ")
    if last in MEASURES:
        label, _, last = label.rpartition(" ")
    is_name = key(last) in words.columns and piece.x1 < edges[1]
    is_value = last[:1].isdigit() and is_figure(last) and piece.x1 <= first[1] + (first[1] - first[0])
    is_both = piece.x0 < edges[0] and first[0] < piece.x1 and (is_name or is_value)
    if not is_both or not key(label) or label[-1:].isdigit():
        yield piece
        return
    yield Piece(label, piece.x0, first[0])
    yield Piece(piece.text[len(label) :].strip(), first[0], piece.x1)


def _header_doubt(table: Sequence[Line], expected: Sequence[Column], words: Vocabulary) -> str:
    """Over each column, read downwards, its own name must stand; a header that names nothing says nothing."""
    found = []
    for n, _ in enumerate(expected):
        texts = [piece.text for line in table for piece in line.values.get(n, ())]
        name = ""
        for start in range(len(texts)):
            column = words.columns.get(key("".join(texts[start:])))
            if column is not None:
                name = column.id
                break
        found.append(name)
    if not any(found):
        return "没有找到表头"
    wrong = [column.label for column, name in zip(expected, found, strict=True) if name != column.id]
    return f"表头里找不到“{wrong[0]}”这一列" if wrong else ""


def _cells(line: Line, width: int) -> tuple[list[Cell | None], str]:
    cells: list[Cell | None] = []
    doubt = ""
    for n in range(width):
        pieces = line.values.get(n, [])
        text = " ".join(piece.text for piece in pieces)
        cells.append(Cell(text, 0, n, 1, 1, line.locator._replace(column=n + 1)))
        if len(pieces) > 1:
            doubt = "有两个数挤在同一列"
    return cells, doubt


def _doubt_of_more(line: Line, cells: Sequence[Cell | None], columns: Sequence[Column]) -> str:
    """Words behind the last column are a remark, unless the row's sum fails; anything else there moved along."""
    more = [piece.text for n, pieces in line.values.items() if n >= len(columns) for piece in pieces]
    if not more or (all(map(is_wording, more)) and borne_out(cells, columns)):
        return ""
    return f"最后一列的后面还有“{more[0]}”，分不清前面是不是多了一格"


def _take_single(reading: TableReading, table: Sequence[Line], doubt: str) -> None:
    """表四: one line of figures."""
    block = reading.table.blocks[0]
    lines = [line for line in table if line.has_figures]
    if not lines:
        return
    size = len(block.columns)
    cells, own = _cells(lines[0], size * len(block.rows))
    if len(lines) > 1:
        own = f"数的下面还有一行“{' '.join(p.text for ps in lines[1].values.values() for p in ps)}”，可能是断开的"
    elif any(line.has_note for line in table):
        own = "数的下面还有带数字的说明，分不清是不是更正"
    if lines[0].label:
        own = own or f"数的前面还有“{lines[0].label}”"
    for n, row in enumerate(block.rows):
        part = cells[n * size : (n + 1) * size]
        reason = doubt or own or doubt_of_text([cell for cell in part if cell], block.columns)
        reading.take(row, block.columns, part, [reason] * size)


def _read_blocks(reading: TableReading, lines: Sequence[Paragraph]) -> None:
    """表二: a label and its figures on one line, as many as its block has columns."""
    words = vocabulary(reading.table)
    table = []
    for line in lines:
        pieces = line.pieces or (Piece(line.text, 0, 0),)
        start = len(pieces)
        while start > 0 and is_figure(pieces[start - 1].text):
            start -= 1
        label = pieces[start - 1 if start == len(pieces) else 0].text if start else ""
        table.append(Line(line.locator, label, "", {n: [piece] for n, piece in enumerate(pieces[start:])}))
    for row, line, doubt in labelled(table, 0, reading.table):
        if row is None:
            reading.unknown_rows.append((len(reading.rows_in_order), line.label or _NAMELESS, line.locator))
            continue
        columns = words.blocks[row.id].columns
        width = max(line.values) + 1
        cells, _ = _cells(line, width)
        if width != len(columns):
            doubt = f"应有 {len(columns)} 个数，实有 {width} 个"
        cells = [*cells[: len(columns)], *[None] * (len(columns) - width)]
        reading.take(row, columns, cells, [doubt] * len(columns))
