"""Reports varied at random: layouts on top of one another, then damages, in combinations that a reader can see."""

from __future__ import annotations

import random
from collections.abc import Set
from contextlib import suppress

from tests.hostile.damages import DAMAGES
from tests.hostile.layouts import LAYOUTS, figures
from tests.hostile.sheets import Sheet

_SHIFTS = {"lost_cell", "extra_cell", "joined_cells", "lost_row"}


def blanks_not_shown(sheet: Sheet) -> None:
    """Where nothing bounds a cell, a blank one leaves no trace: what stands beside it cannot be placed for sure.

    An extra cell before a last one that is blank leaves none either where no sum tells of it: it is taken out again.
    """
    for table in sheet.tables():
        for row in table.rows if table.name == "proactive" else ():
            if len(row) > 1 and row[-1].name and not row[-1].text.strip():
                row[1:] = [cell for cell in row[1:] if cell.name]
    if any(not cell.text.strip() for cell in figures(sheet)):
        sheet.applied.append("blanks_not_shown")
        sheet.damaged = True


NEED_BORDERS = {"lost_cell", "extra_cell"}  # on paper the row is filled up, and nothing shows the loss


def varied(sheet: Sheet, chance: random.Random, damages: int, without: Set[str] = frozenset()) -> Sheet:
    """Up to four layouts on top of one another, then so many damages, but none of `without`."""
    for name in chance.sample(sorted(LAYOUTS), chance.randint(0, 4)):
        with suppress(StopIteration, IndexError):
            LAYOUTS[name](sheet, chance)
        sheet.applied.append(name)
    for _ in range(damages):
        choices = sorted(set(DAMAGES) - without)
        if "doubled_row" in sheet.applied:  # of two rows one label lost: the other then says plainly what it says
            choices = [name for name in choices if name not in {"strange_label", "lost_letter", "lost_row"}]
        if set(sheet.applied) & _SHIFTS:  # a cell too many and one too few in one row: a row of the right length
            choices = [name for name in choices if name not in _SHIFTS]
        if "headers_exchanged" in sheet.applied:  # the second time puts them back
            choices.remove("headers_exchanged")
        name = chance.choice(choices)
        with suppress(StopIteration, IndexError):  # an earlier damage took away what this one would spoil
            DAMAGES[name](sheet, chance)
        sheet.applied.append(name)
        sheet.damaged = True
    return sheet
