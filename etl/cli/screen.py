"""What every command prints with, and how it ends."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

from etl.report import FactState

OK, UNREADABLE, FAILED = 0, 1, 3
STATE_WORDS = {
    FactState.REPORTED: "有数",
    FactState.BLANK: "空白",
    FactState.SLASH: "不适用",
    FactState.UNREADABLE: "待核",
    FactState.ABSENT: "本表无此项",
}
out, err = Console(), Console(stderr=True)


@contextmanager
def bar() -> Generator[Callable[[str, int, int], None]]:
    """A progress bar on a terminal, nothing in a pipe. Yields a function (stage, done, in all)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("", total=None)
        yield lambda stage, done, in_all: progress.update(task, description=stage, completed=done, total=in_all)


def tell_error(message: str) -> None:
    err.print(message, markup=False, highlight=False, soft_wrap=True)


def tell(message: str) -> None:
    out.print(message, markup=False, highlight=False, soft_wrap=True)


def print_json(value: object) -> None:
    """UTF-8 whatever the console's own encoding is: another program reads it."""
    print_text(json.dumps(value, ensure_ascii=False, indent=1))


def print_text(text: str) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    print(text)


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Texts as they are and in full: a bracket in a report is no markup."""
    table = Table(*(Column(name, overflow="fold") for name in columns))
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    out.print(table)
