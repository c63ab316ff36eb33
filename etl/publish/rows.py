"""Rows as they stand in the warehouse, for whoever goes on working with them: Excel, CSV or Parquet.

A value that is not there is an empty cell in all three, never a zero.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import polars as pl
import xlsxwriter

MOST_XLSX_ROWS = 50_000  # a workbook of more takes minutes to write and to open

_MOST_LETTERS = 32_767  # in a cell of Excel
_CUT = "……（太长，后面的没有写进来，请下载另外两种）"
_FORMULA = r"^(?:[=@\t\r]|[+-].*[^\d.,%+\s-])"  # the regex of Polars


def write_csv(rows: pl.DataFrame) -> bytes:
    """UTF-8 with a byte order mark, without which Excel misreads Chinese; 41 is written as 41, not as 41.000000.

    A text that Excel would work out, such as =1+1, has a ' before it; a number or a dash has not.
    """
    flat = _flat(rows)
    written = [_plain(flat[name]) for name, kind in flat.schema.items() if isinstance(kind, pl.Decimal)]
    guarded = [pl.col(name).str.replace(_FORMULA, "'${0}") for name, kind in flat.schema.items() if kind == pl.String]
    return b"\xef\xbb\xbf" + flat.with_columns(*written, *guarded).write_csv().encode("utf-8")


def write_parquet(rows: pl.DataFrame) -> bytes:
    """The only one of the three that keeps types and nested values."""
    stream = io.BytesIO()
    rows.write_parquet(stream)
    return stream.getvalue()


def write_rows_workbook(rows: pl.DataFrame, about: Mapping[str, str], labels: Mapping[str, str] | None = None) -> bytes:
    """Two sheets: 数据 and 说明. `labels` are names of columns in Chinese, put above their own names."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    head = book.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("数据")
    titles = [rows.columns] if labels is None else [[labels.get(name, "") for name in rows.columns], rows.columns]
    for line, names in enumerate(titles):
        for column, name in enumerate(names):
            sheet.write_string(line, column, name, head)
    for line, row in enumerate(_flat(rows).iter_rows(), start=len(titles)):
        for column, value in enumerate(row):
            _write(sheet, line, column, value)
    sheet.set_column(0, max(rows.width - 1, 0), 16)
    sheet.freeze_panes(len(titles), 0)
    sheet = book.add_worksheet("说明")
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 90, wrap)
    for line, (key, value) in enumerate(about.items()):
        sheet.write_string(line, 0, key, head)
        sheet.write_string(line, 1, _cut(value))
    book.close()
    return stream.getvalue()


def _write(sheet: Any, line: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, column, value)
    elif hasattr(value, "isoformat"):
        sheet.write_string(line, column, value.isoformat())
    elif isinstance(value, str):
        sheet.write_string(line, column, _cut(value))  # a raw text that starts with = must stay a text
    elif abs(value) < 10**15 and value == value:
        sheet.write_number(line, column, float(value))
    else:  # Excel would round it
        sheet.write_string(line, column, str(value))


def _cut(text: str) -> str:
    """What a cell can hold, and a word where that is not all of it: Excel would drop the rest without one."""
    return text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - len(_CUT)] + _CUT


def _plain(figures: pl.Series) -> pl.Series:
    """Decimals as text, without zeros that only their type adds."""
    texts = [None if value is None else f"{value:f}" for value in figures.to_list()]
    trimmed = [text.rstrip("0").rstrip(".") if text and "." in text else text for text in texts]
    return pl.Series(figures.name, trimmed, dtype=pl.String)


def _flat(rows: pl.DataFrame) -> pl.DataFrame:
    """Nested and odd values as text."""
    return rows.with_columns(
        [
            pl.Series(name, [_text(value) for value in rows[name].to_list()], dtype=pl.String)
            for name, kind in rows.schema.items()
            if kind.is_nested() or isinstance(kind, pl.Duration | pl.Time | pl.Binary | pl.Object)
        ]
    )


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, list) and all(isinstance(item, str | int) for item in value):
        return "；".join(map(str, value))
    if isinstance(value, dict):
        value = {key: held for key, held in value.items() if held is not None}
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)
