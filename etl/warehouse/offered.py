"""offered.yaml: the tables that people are offered with their columns in words, and examples of SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

# The column of a table that says in words how each line stands, from the one that holds the code.
STATE_OF = {
    "filing_figure": "filing", "measure_figure": "state", "cell_figure": "state", "finding_shown": "severity",
    "score": "status", "score_reason": "state",
}  # fmt: skip
SCORES = ("score", "score_reason")  # drafts until their year is finalised
STATE_NAME = "state_name"


@dataclass(frozen=True, slots=True)
class Offered:
    """A table or view of the warehouse; `columns` are those that have words, `shown` those of a preview."""

    table: str
    name: str
    about: str
    shown: tuple[str, ...]
    columns: dict[str, str]

    def label(self, column: str) -> str:
        """What the column is, as short as a heading. Raises KeyError where nobody has said."""
        return re.split("[，：；。（]", self.columns[column])[0]


@cache
def _file() -> dict:
    text = resources.files("etl.warehouse").joinpath("offered.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


@cache
def offered_tables() -> tuple[Offered, ...]:
    """In the order they are offered."""
    held = _file()
    return tuple(
        Offered(table, each["name"], each["about"], tuple(each["shown"]), {**held["columns"], **each["columns"]})
        for table, each in held["tables"].items()
    )


@cache
def examples() -> dict[str, str]:
    """SQL by what it shows."""
    return _file()["examples"]
