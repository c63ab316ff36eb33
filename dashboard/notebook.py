"""What the notebooks in notebooks/ stand on: one county's build, read-only, in the words and colours of the pages.

Nothing here writes, and nothing is fetched: tables are plain HTML, and a chart brings its own copy of plotly.js.
"""

from __future__ import annotations

import html
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from streamlit import config, logger

# Else Streamlit, which the words and colours stand on, warns in English that a notebook is no server.
config.get_option("logger.level")  # asked first: the first question reads the settings, which sets a level
logger.set_log_level("error")

from dashboard.grid import Cell, Table  # noqa: E402
from etl.paths import DATA_VARIABLE, DEMO_FOLDER, County, default_county  # noqa: E402
from etl.warehouse.read import BuildStamp, current_build, open_build, stamp_of  # noqa: E402

if TYPE_CHECKING:
    import plotly.graph_objects as go
    import polars as pl

_FONT = "'Microsoft YaHei','PingFang SC','Noto Sans CJK SC','Source Han Sans SC',sans-serif"
_CELL = "padding:3px 10px;border-bottom:1px solid rgba(120,130,145,.35);vertical-align:top;"
_HOW = "请先运行 nianbao build（只想看看样子就运行 nianbao up），再从头运行本笔记本。"


@dataclass(frozen=True, slots=True)
class Book:
    """One build of one county, held for the whole notebook so that no two cells mix figures of two builds.

    `stamp` is None where there is no build that can be read; then every question has no rows.
    """

    folder: Path
    stamp: BuildStamp | None

    def frame(self, sql: str, **parameters: Any) -> pl.DataFrame:
        """The rows of one question; `$name` in the SQL is taken from `parameters`.

        The file is open only meanwhile. Raises LookupError where there is no build, or it has been cleared away since.
        """
        if self.stamp is None:
            raise LookupError(self.told)
        if not self.stamp.path.is_file():
            raise LookupError(f"数据版本 {self.stamp.build_id} 已被更新的版本代替并清理。请从头运行本笔记本。")
        with open_build(self.stamp.path) as connection:
            return connection.sql(sql, params=parameters or None).pl()

    def rows(self, sql: str, **parameters: Any) -> list[dict[str, Any]]:
        """The same as dictionaries."""
        return self.frame(sql, **parameters).to_dicts()

    @property
    def year(self) -> int | None:
        """The year the pages open with: the newest that was collected; None where there is no report at all."""
        if self.stamp is None:
            return None
        (row,) = self.rows(
            "SELECT max(year) AS newest, max(year) FILTER (is_collected) AS year FROM report_year WHERE filed > 0"
        )
        return row["year"] or row["newest"]

    @property
    def told(self) -> str:
        """Where the figures come from, or that there are none and what to do."""
        if self.stamp is None:
            if current_build(County(self.folder)):
                return f"{self.folder} 里的数据库打不开。请重新运行 nianbao build，再从头运行本笔记本。"
            return f"{self.folder} 里还没有建好的数据库。{_HOW}数据放在别处时，先设环境变量 {DATA_VARIABLE}。"
        source = f"{self.stamp.county}，数据版本 {self.stamp.build_id}，{self.stamp.built_at:%Y-%m-%d %H:%M} 入库，来自 {self.folder}"
        mark = "【示例数据：虚构的县和单位，不是真实数字】" if self.stamp.is_sample else ""
        waits = (
            ""
            if self.year
            else "还没有一份认得出单位和年度的年报：请在看板“收报核对”页收下或认领，再从头运行本笔记本。"
        )
        return f"{mark}{source}。{waits}"


def open_book(data: str | os.PathLike[str] | None = None) -> Book:
    """The build in force of the folder given, else of NIANBAO_DATA, else of data/ here or one folder up, else of demo/."""
    county = _county(data)
    return Book(county.root, stamp_of(current_build(county)))


def _county(data: str | os.PathLike[str] | None) -> County:
    if data or os.environ.get(DATA_VARIABLE):
        return default_county(data)
    likely = [County(above / name) for name in ("data", DEMO_FOLDER) for above in (Path(), Path(".."))]
    return next((county for county in likely if current_build(county)), likely[0])


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """What a cell of a notebook shows: HTML, and the same as text for a terminal."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def say(*sentences: str) -> Shown:
    """Sentences, one below the other; a star in them is a star."""
    lines = "".join(f"<p style='margin:2px 0'>{html.escape(each)}</p>" for each in sentences)
    return Shown(f"<div style='font-size:15px;line-height:1.7'>{lines}</div>", "\n".join(sentences))


def listing(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> Shown:
    """A table of what was written; what is not there is an empty cell, never a zero."""
    return _drawn(title, columns, [[_plain(value) for value in row] for row in rows])


def grid(table: Table, title: str = "") -> Shown:
    """A table of a page; the file, the place and the raw text of a figure show when the pointer rests on it."""
    rows = [[(row.head, ""), *((cell.text, _source(cell)) for cell in row.cells)] for row in table.rows]
    return _drawn(title, [table.corner, *table.columns], rows)


def chart(figure: go.Figure, alt: str) -> Shown:
    """A chart on the ground of a page in daylight; `alt` is its conclusion, for those who cannot see it."""
    from dashboard.theme import palette

    figure.update_layout(paper_bgcolor=palette().ground, plot_bgcolor=palette().ground, font={"family": _FONT})
    drawn = figure.to_html(
        full_html=False, include_plotlyjs=True, include_mathjax=False, default_width="100%",
        config={"displayModeBar": False, "showTips": False},
    )  # fmt: skip
    return Shown(f'<div role="img" aria-label="{html.escape(alt, quote=True)}">{drawn}</div>', alt)


def _source(cell: Cell) -> str:
    told = (cell.source, cell.place, f"原文：{cell.raw}" if cell.raw else "", cell.note)
    return "　".join(part for part in told if part)


def _plain(value: Any) -> tuple[str, str]:
    from dashboard.states import write_number

    if value is None:
        return "", ""
    return write_number(value) if isinstance(value, Decimal) else str(value), ""  # 2024 is a year, not 2,024


def _drawn(title: str, columns: Sequence[str], rows: Sequence[Sequence[tuple[str, str]]]) -> Shown:
    """Each cell is its text and what shows when the pointer rests on it."""
    head = "".join(f"<th style='{_CELL}text-align:left'>{html.escape(name)}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(
            f"<td style='{_CELL}text-align:left' title=\"{html.escape(note, quote=True)}\">{html.escape(text)}</td>"
            for text, note in row
        ) + "</tr>"
        for row in rows
    )  # fmt: skip
    caption = f"<caption style='text-align:left;font-weight:600;padding:4px 10px'>{html.escape(title)}</caption>"
    drawn = (
        f"<table style='border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums'>"
        f"{caption if title else ''}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
    lines = [title] if title else []
    lines += ["\t".join(columns), *("\t".join(text for text, _ in row) for row in rows)]
    return Shown(drawn, "\n".join(lines))
