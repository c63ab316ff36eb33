"""A county of chance figures, and what 依申请公开 and 收费 must say of it, worked out from facts and claims alone.

No view, no measure and no line of the pages stands between a fact and what is expected here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import polars as pl
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import APP
from etl.check.run import run_checks
from etl.form.load import load_forms
from tests import planted_warehouse as planted

CELLS = [cell for cell in load_forms()["2021"].cells if not cell.is_variant]
OUTCOMES = {
    "予以公开": "granted", "部分公开": "partially_granted", "不予公开": "denied_*", "无法提供": "unable_*",
    "不予处理": "notproc_*", "其他处理": "other_*",
}  # fmt: skip
NAMES = {unit[0]: unit[1] for unit in planted.UNITS}
Changes = dict[tuple[str, int], dict[str, str]]


def scattered(seed: int) -> Changes:
    """Something in every cell of 表三 and 表四: mostly zeros, some figures, blanks, slashes and what cannot be read."""
    chance = Random(seed)
    kinds = ("0", "1", "2", "7", "12", "", "/", "?")
    weights = (70, 10, 6, 3, 2, 4, 2, 1)
    return {
        key: {
            cell.id: chance.choices(kinds, weights)[0] for cell in CELLS if cell.table in ("requests", "disputes")
        } | {planted.FEES: chance.choices(("0", "9.51", "12.50", "", "/", "?"), (50, 20, 10, 10, 5, 5))[0]}
        for key in planted.REPORTS
    }  # fmt: skip


def all_zero() -> Changes:
    """Nobody was asked for anything, and nobody went to court."""
    zero = {cell.id: "0" for cell in CELLS if cell.table in ("requests", "disputes")}
    return {key: zero for key in planted.REPORTS}


def one_office(**cells: str) -> Changes:
    """In 2024 the office alone has applications, these in the total column of the rows named; every cell is legible."""
    zero = all_zero()
    return zero | {("office", 2024): zero["office", 2024] | {cell(row): value for row, value in cells.items()}}


def plant(root: Path, changes: Changes | None = None, *, checked: bool = False) -> Facts:
    """A county with these changes in force; `checked` by the rules themselves and not by what was planted."""
    build = planted.write(root, changes=changes)
    if checked:
        with duckdb.connect(str(build)) as warehouse:
            for table in ("rule", "rule_result", "finding", "finding_operand"):
                warehouse.execute(f"DELETE FROM {table}")
            run_checks(warehouse)
    return Facts(build)


@dataclass(frozen=True, slots=True)
class Sum:
    """Of those that state a figure: its value and how many they are."""

    value: Decimal
    counted: int


class Facts:
    """The facts and claims of a build, without the report of the whole area."""

    def __init__(self, build: Path) -> None:
        self.path = build
        with duckdb.connect(str(build), read_only=True) as held:
            self.facts, self.reports, self.units, self.claims = (
                held.sql(f"SELECT * FROM {name}").pl() for name in ("fact", "report", "unit", "claim")
            )
        chosen = self.reports.filter(pl.col("is_chosen")).select("file_id", "unit_id", "year")
        units = self.units.filter(pl.col("kind") != "area").select("unit_id", "group", "position")
        self.known = self.facts.join(chosen, on="file_id").join(units, on="unit_id")
        self.told = self.claims.join(chosen, on="file_id").join(units, on="unit_id")

    def of_units(self, pattern: str, year: int, group: str = "全部") -> dict[str, Decimal | None]:
        """What each unit with a report states in these cells together, None where nobody can tell."""
        one = self.known.filter((pl.col("year") == year) & ((pl.lit(group) == "全部") | (pl.col("group") == group)))
        found: dict[str, Decimal | None] = {}
        for (unit,), rows in one.sort("position").group_by("unit_id", maintain_order=True):
            held = [row for row in rows.iter_rows(named=True) if fnmatchcase(row["cell"], pattern)]
            values = [row["value"] for row in held if row["state"] == "reported"]
            is_clear = values and not any(row["state"] == "unreadable" for row in held)
            found[str(unit)] = sum(values, Decimal(0)) if is_clear else None
        return found

    def total(self, pattern: str, year: int, group: str = "全部") -> Sum:
        values = [value for value in self.of_units(pattern, year, group).values() if value is not None]
        return Sum(sum(values, Decimal(0)), len(values))


Make = Callable[..., Facts]  # the fixture `make`: changes → the facts of the county they were planted in


def cell(row: str, column: str = "total", table: str = "requests") -> str:
    return f"{table}/{row}/{column}"


def number(value: Decimal) -> str:
    """As a page writes a figure."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class Page:
    """One run of a page: its words, its tables by card, its charts by card."""

    def __init__(self, name: str, year: int, group: str = "全部", unit: str = "", views: Iterable[str] = ()) -> None:
        st.cache_data.clear()
        self.app = AppTest.from_file(str(APP), default_timeout=120)
        self.app.switch_page(f"app_pages/{name}.py")
        chosen = {"y": str(year), "s": group, **({"u": NAMES[unit]} if unit else {})}
        for key, value in (chosen | dict(view.split("=") for view in views)).items():
            self.app.session_state[key] = value
        self.app.run()
        assert not self.app.exception, self.app.exception[0].stack_trace
        parts = [(str(each.key), json.loads(each.proto.json)) for each in self.app.get("bidi_component")]
        self.tables = {key.split("-2")[0]: table for key, table in parts if "rows" in table}
        charts = [(each.proto.id.split("-", 2)[2], each.proto.spec) for each in self.app.get("plotly_chart")]
        self.charts: dict[str, dict[str, Any]] = {key.split("-2")[0]: json.loads(spec) for key, spec in charts}

    def rows(self, name: str) -> dict[str, list[str]]:
        """The rows of a table by head: name is card-view."""
        return {row["head"]: [cell["t"] for cell in row["cells"]] for row in self.tables[name]["rows"]}

    def options(self, card: str) -> list[str]:
        return next((list(each.options) for each in self.app.get("button_group") if each.key == f"view-{card}"), [])

    @property
    def text(self) -> str:
        kinds = ("markdown", "caption")
        said = [str(each.value) for kind in kinds for each in self.app.get(kind)]
        said += [str(each.proto.body) for each in self.app.get("html")]
        said += [str(each.label) for kind in ("expander", "download_button") for each in self.app.get(kind)]
        text = re.sub(r"<(style|script)>.*?</\1>", "", "\n".join(said), flags=re.DOTALL)
        return re.sub(r"<[^>]+>", " ", text).replace("\\", "")

    def notes(self, chart: str) -> str:
        """Everything that stands in a chart as words."""
        return "\n".join(each["text"] for each in self.charts[chart]["layout"].get("annotations", []))


def bars(chart: dict[str, Any]) -> dict[str, float]:
    """The one bar of each trace by its name."""
    return {trace["name"]: trace["x"][0] for trace in chart["data"] if trace["type"] == "bar"}
