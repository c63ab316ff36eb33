"""Where a figure stands: the file it came from and the place in that file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Locator(NamedTuple):
    """A place in a document, as precise as its format allows; every number counts from 1.

    `line` is a line of a text file as an editor shows it; `paragraph` is the n-th text block of a web page;
    `table`, `row`, `column` are coordinates after rowspan and colspan are spread out; in a text file
    `column` is the n-th cell of the line. `part` names a part of a compound file, `page` a printed page. (A named
    tuple, not a dataclass: every printed cell has one, and it is made three times as fast.)
    """

    part: str | None = None
    page: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    line: int | None = None
    paragraph: int | None = None

    def describe(self) -> str:
        """The place in words a clerk can follow, e.g. 第2个表第5行第3列."""
        words = [f"“{self.part}”"] if self.part else []
        for number, unit in (
            (self.page, "页"),
            (self.line, "行"),
            (self.paragraph, "段"),
            (self.table, "个表"),
            (self.row, "行"),
            (self.column, "格" if self.line else "列"),
        ):
            if number is not None:
                words.append(f"第{number}{unit}")
        return "".join(words) or "位置未知"

    def as_dict(self) -> dict[str, str | int]:
        """Only the coordinates that are known."""
        return {key: value for key, value in self._asdict().items() if value is not None}


LOCATOR_FIELDS = Locator._fields


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as received. `path` is relative to the county's folder, with forward slashes; `size` in bytes."""

    path: str
    sha256: str
    size: int
