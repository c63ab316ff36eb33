"""What the form's own sums say about a reading. They bear witness; they never repair a figure that stands printed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from etl.form import Column
from etl.read import Cell
from etl.recognise.numbers import read_cell
from etl.report import FactState

_DIGITS = re.compile(r"\d+")
_MOST_DIGITS = 40


def total_agrees(texts: Sequence[str], columns: Sequence[Column]) -> bool:
    """Whether every total the row prints is the sum of its parts, a blank one counted as nothing.

    False as well where a figure cannot be read: then nothing bears witness. True where the form has no total here.
    """
    values = [read_cell(text, column.unit, column.signed) for text, column in zip(texts, columns, strict=True)]
    places = {column.id: n for n, column in enumerate(columns)}
    for n, column in enumerate(columns):
        parts = [values[places[name]] for name in column.total_of]
        if not parts:
            continue
        if values[n][0] is not FactState.REPORTED or any(state is FactState.UNREADABLE for state, _ in parts):
            return False
        if sum((value or Decimal(0) for _, value in parts), Decimal(0)) != values[n][1]:
            return False
    return True


def borne_out(cells: Sequence[Cell | None], columns: Sequence[Column]) -> bool:
    """Whether the row has a total and it is the sum of what stands before it."""
    texts = [cell.text for cell in cells if cell]
    return len(texts) == len(columns) and any(c.total_of for c in columns) and total_agrees(texts, columns)


def doubt_of_text(cells: Sequence[Cell], columns: Sequence[Column]) -> str:
    """In a line of text a blank may be a cell that was lost or ran together with its neighbour; sums bear witness."""
    texts = [cell.text for cell in cells[: len(columns)]]
    if len(texts) < len(columns) or all(texts) or not any(texts):
        return ""
    if len(texts) > 1 and not texts[-1]:
        return "前面有数而最后一格是空的，分不清是没有填还是少了一格"
    return "有空格而各格相加与总计不符，分不清是没有填还是几格连在了一起" if not total_agrees(texts, columns) else ""


def told_apart(text: str, columns: Sequence[Column]) -> list[str] | None:
    """The figures of a row that ran together (640020470 → 64 0 0 2 0 4 70), where its sum allows exactly one way.

    None where no way or more than one fits, and where the row has no total that could bear witness.
    """
    digits = "".join(text.split())
    totals = [n for n, column in enumerate(columns) if column.total_of]
    width = len(columns)
    if len(totals) != 1 or totals[0] != width - 1 or len(columns[-1].total_of) != width - 1:
        return None
    if not _DIGITS.fullmatch(digits) or not digits.isascii() or not width <= len(digits) <= _MOST_DIGITS:
        return None
    found: list[list[str]] = []
    for cut in range(len(digits) - 1, width - 2, -1):
        total = digits[cut:]
        if len(total) > 1 and total[0] == "0":
            continue
        for parts in _summing_to(int(total), digits[:cut], width - 1):
            found.append([*parts, total])
            if len(found) > 1:
                return None
    return found[0] if found else None


def run_together(cells: Sequence[Cell], columns: Sequence[Column]) -> tuple[Cell, list[str]] | None:
    """A row whose figures all stand in one cell, and the only way its sum allows to tell them apart."""
    filled = [cell for cell in cells if cell.text]
    if len(filled) != 1 or len(columns) < 3:
        return None
    parts = told_apart(filled[0].text, columns)
    return (filled[0], parts) if parts else None


def _summing_to(total: int, digits: str, count: int) -> Iterator[list[str]]:
    """Every way to cut the digits into so many figures of that sum; no figure but 0 begins with 0."""
    if count == 1:
        if int(digits) == total and (len(digits) == 1 or digits[0] != "0"):
            yield [digits]
        return
    longest = 1 if digits[0] == "0" else len(digits) - count + 1
    for cut in range(1, longest + 1):
        if int(digits[:cut]) > total:
            break
        for rest in _summing_to(total - int(digits[:cut]), digits[cut:], count - 1):
            yield [digits[:cut], *rest]
