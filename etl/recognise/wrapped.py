"""Labels that run over several lines around their figures: which lines of words belong to which line of figures.

All lines between two lines of figures belong to the one above or to the one below. Of all ways to part them, those
are taken that name the most lines of figures and leave the fewest words over; a line of figures that two such ways
call by different names has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, pairwise, product
from math import inf

from etl.form import FormTable, Row
from etl.read import Piece
from etl.recognise.labels import full_key, key
from etl.recognise.numbers import is_unclear
from etl.recognise.tables import Vocabulary, vocabulary
from etl.source import Locator

_MOST_LINES = 14  # above or below its figures
MEASURES = "件项宗元万"
_ORDINALS = re.compile("[0-9一二三四五六七八九十]")
_MOST_READINGS = 256  # of the words around one line of figures
_NAMELESS, _LEFT_OVER, _WHOLE = 1000, 10, 1  # what it costs: figures without a name, words in no name, a group's name


@dataclass(slots=True)
class Line:
    """A printed line: the words left of the first column, and what stands in each column."""

    locator: Locator
    label: str
    groups: str  # words still further left
    values: dict[int, list[Piece]] = field(default_factory=dict)

    @property
    def has_figures(self) -> bool:
        return any(is_figure(piece.text) for pieces in self.values.values() for piece in pieces)

    @property
    def has_note(self) -> bool:
        """Whether figures stand among words below or above a figure: （其中修订 2 件）."""
        words = [piece.text for pieces in self.values.values() for piece in pieces]
        return any(not is_figure(text) and any(letter.isdigit() for letter in text) for text in words)


def is_figure(text: str) -> bool:
    """A figure, perhaps with its measure word, or a sign for none."""
    return bool(text) and not is_unclear(text.rstrip(MEASURES))


def labelled(table: Sequence[Line], first: int, of: FormTable) -> Iterator[tuple[Row | None, Line, str]]:
    """Every line of figures from line `first` on with the row it is of and what is doubtful about that.

    A line of figures without a name may be the end of the figures above it, or the beginning of those below; and
    words that are left over between two lines may belong to either.
    """
    at = [n for n, line in enumerate(table) if line.has_figures and n >= first]
    rows, left_over = _named(table, at, of)
    noted = [n for n, line in enumerate(table) if n >= first and line.has_note]
    for i, n in enumerate(at):
        low, high = at[max(i - 1, 0)], at[min(i + 1, len(at) - 1)]
        doubt = ""
        if any(rows[m] is None for m in (i - 1, i + 1) if 0 <= m < len(at)):
            doubt = "上一行或下一行的数不知道属于哪一行，可能是这一行断开的"
        elif stray := [m for m in left_over if low < m < high]:
            doubt = f"紧挨着的“{table[stray[0]].label}”不知道属于哪一行"
        elif any(low <= m <= high for m in noted):
            doubt = "紧挨着的地方还有带数字的说明，分不清是不是对这一行的更正"
        yield rows[i], table[n], doubt


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to name a line of figures: by the lines of the gap above it from `above` on, and of the gap below it up
    to `below`."""

    above: int
    below: int
    cost: int
    row: Row | None


def _named(table: Sequence[Line], at: Sequence[int], of: FormTable) -> tuple[list[Row | None], set[int]]:
    """For each line of figures its row, and the lines of words between them that belong to no name."""
    if not at:
        return [], set()
    words = vocabulary(of)
    ends = [-1, *at, len(table)]
    gaps = [[m for m in range(low + 1, high) if not _is_header(table[m], words)] for low, high in pairwise(ends)]
    gaps[0], gaps[-1] = gaps[0][-_MOST_LINES:], gaps[-1][:_MOST_LINES]
    left = [[0 if "" in _wordings(table[m].label, of) else _LEFT_OVER for m in gap] for gap in gaps]
    ways = [list(_ways(table, gaps[i], n, gaps[i + 1], of)) for i, n in enumerate(at)]
    upto = [[way.cost for way in ways[0]]]  # for each way the least that it and all above it cost
    for i in range(1, len(ways)):
        upto.append([way.cost + _least(upto[-1], ways[i - 1], way, left[i]) for way in ways[i]])
    rows: list[Row | None] = []
    left_over: set[int] = set()
    best = [way for way, cost in zip(ways[-1], upto[-1], strict=True) if cost == min(upto[-1])]
    for i in range(len(ways) - 1, -1, -1):
        found = {way.row.id if way.row else "": way.row for way in best}
        rows.append(best[0].row if len(found) == 1 else None)
        if i:
            costs = [_least(upto[i - 1], ways[i - 1], way, left[i]) for way in best]
            paths = [
                (way, lower)
                for lower, least in zip(best, costs, strict=True)
                for way, cost in zip(ways[i - 1], upto[i - 1], strict=True)
                if cost + _between(way, lower, left[i]) == least
            ]
            upper, lower = paths[0]
            left_over |= {gaps[i][m] for m in range(upper.below, lower.above) if left[i][m]}
            best = list(dict.fromkeys(way for way, _ in paths))
    return rows[::-1], left_over


def _ways(table: Sequence[Line], above: Sequence[int], n: int, below: Sequence[int], of: FormTable) -> Iterator[_Way]:
    """The ways in which the words around line n name a row, and last the one in which they name none.

    A row whose name, without its ordinal, only begins that of a whole (其他, and 处理 stands below) is no likelier than
    that whole.
    """
    found: list[tuple[int, int, str, Row]] = []
    for start in range(max(len(above) - _MOST_LINES, 0), len(above) + 1):
        for end in range(min(len(below), _MOST_LINES) + 1):
            label = [_wordings(table[m].label, of) for m in (*above[start:], n, *below[:end])]
            if not _may_be_one_name([texts[-1] for texts in label if texts[-1]], of):
                break  # and more lines make it no better
            readings = ("".join(texts) for texts in islice(product(*label), _MOST_READINGS))
            found += [(start, end, text, row) for text in readings if (row := _row_named(text, of)) is not None]
    names = {key(text) for _, _, text, row in found if full_key(text) != full_key(row.label)}
    ways = dict.fromkeys(
        _Way(start, end, _WHOLE if _is_whole(row, of) and not _goes_on_from(names, key(text)) else 0, row)
        for start, end, text, row in found
    )
    yield from ways
    yield _Way(len(above), 0, _NAMELESS, None)


def _is_whole(row: Row, of: FormTable) -> bool:
    return key(row.label) in vocabulary(of).groups


def _goes_on_from(names: Set[str], word: str) -> bool:
    return any(word != name and word.startswith(name) for name in names)


def _may_be_one_name(texts: Sequence[str], of: FormTable) -> bool:
    """Whether there is a row in whose name, with its groups and without, each of these words stands."""
    found = None
    for text in texts:
        rows = _rows_with(text, of)
        found = rows if found is None else found & rows
    return found is None or bool(found)


@lru_cache(maxsize=8_000)
def _rows_with(text: str, of: FormTable) -> frozenset[str]:
    """The rows in one of whose names these words stand, ordinals left out: documents number as they like."""
    piece = _ORDINALS.sub("", full_key(text))
    return frozenset(row for row, name in _bare_names(of) if piece in name)


@lru_cache(maxsize=8)
def _bare_names(of: FormTable) -> tuple[tuple[str, str], ...]:
    rows = [row for block in of.blocks for row in (*block.rows, *of.variant_rows)]
    names = [(row.id, "".join((*row.group, word))) for row in rows for word in (row.label, *row.aliases)]
    return tuple((row, _ORDINALS.sub("", full_key(name))) for row, name in names)


def _between(upper: _Way, lower: _Way, left: Sequence[int]) -> float:
    """What the lines cost that stand between two names and belong to neither; no line belongs to both."""
    return sum(left[upper.below : lower.above]) if upper.below <= lower.above else inf


def _least(upto: Sequence[float], uppers: Sequence[_Way], lower: _Way, left: Sequence[int]) -> float:
    return min(cost + _between(way, lower, left) for way, cost in zip(uppers, upto, strict=True))


def _is_header(line: Line, words: Vocabulary) -> bool:
    return any(key(piece.text) in words.columns for pieces in line.values.values() for piece in pieces)


@lru_cache(maxsize=4_000)
def _wordings(label: str, of: FormTable) -> tuple[str, ...]:
    """What of a line may belong to a row's own name: nothing, where all its words may be of a group or a heading, and
    less, where such words stand in front."""
    found = [label]
    rest = label.split()
    while rest and _is_furniture(rest[0], of):
        rest = rest[1:]
        found.append(" ".join(rest))
    if found[-1] and _is_furniture(label, of):
        found.append("")
    return tuple(found)


@lru_cache(maxsize=4_000)
def _is_furniture(text: str, of: FormTable) -> bool:
    """Whether it may be a piece of the name of a group, a column or a corner."""
    piece = full_key(text)
    return any(piece in name for name in _furniture(of))


@lru_cache(maxsize=8)
def _furniture(of: FormTable) -> frozenset[str]:
    names = {word for block in of.blocks for row in block.rows for word in row.group}
    for block in of.blocks:
        names |= {block.label, *block.aliases}
        names |= {word for column in block.columns for word in (column.label, *column.aliases, *column.group)}
    return frozenset(full_key(word) for word in (*names, *of.headings) if word)


@lru_cache(maxsize=8_000)
def _row_named(text: str, of: FormTable) -> Row | None:
    """The row of that name, with or without the names of its groups in front."""
    words = vocabulary(of)
    row = words.rows.get(key(text))
    if row is not None and _begins_a_group(text, row, words):
        return None
    if row is not None or not full_key(text).startswith(tuple(words.group_names)):
        return row
    for cut in range(2, len(text) - 1):
        row = words.rows.get(key(text[cut:]))
        if row is not None and full_key(text[:cut]) in _fronts(row):
            return row
    return None


def _begins_a_group(text: str, row: Row, words: Vocabulary) -> bool:
    """（六）其他 is the group （六）其他处理 cut off, not the row 3.其他: its ordinal says so."""
    word = full_key(text)
    if word in (key(text), full_key(row.label)):
        return False
    return any(name != word and name.startswith(word) for name in words.group_names)


@lru_cache(maxsize=256)
def _fronts(row: Row) -> frozenset[str]:
    """The names of a row's groups, one after another, some left out, each with and without its ordinal."""
    return frozenset("".join(part) for part in product(*(("", full_key(word), key(word)) for word in row.group)))
