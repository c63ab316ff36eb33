"""Spreadsheets (.xlsx, .xls, .et): every visible sheet, its merged cells, its rows of text between tables."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from etl.read.document import MOST_PLACES, Cell, Document, Grid, Paragraph, ReadError, is_box
from etl.read.package import opened, part
from etl.source import Locator

_EDGES = " \t\r\n\u3000\u00a0\ufeff\u200b"
_CORNER = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')  # of a cell; the row's own has no letters
_BEGIN, _FILEPASS, _SECTOR = b"\x09\x08", b"\x2f\x00", 512
Merged = dict[tuple[int, int], tuple[int, int]]  # top left corner → rows, columns


def read_sheets(name: str, data: bytes) -> Document:
    """Sheets in order. A row whose only text stands alone, or over the whole width, is a paragraph; the others are tables."""
    if data.startswith(b"PK"):
        _check_sizes(name, data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        blocks = _Blocks()
        for meta in workbook.sheets_metadata:
            if meta.visible is SheetVisibleEnum.Visible and meta.typ is SheetTypeEnum.WorkSheet:
                sheet = workbook.get_sheet_by_name(meta.name)
                if sheet.height * sheet.width > MOST_PLACES:
                    raise _too_large(name, sheet.height, sheet.width)
                values = sheet.to_python(skip_empty_area=False)
                merged = _merged(sheet.merged_cell_ranges or [], len(values))
                if sum(rows * columns for rows, columns in merged.values()) > 2 * MOST_PLACES:
                    raise _too_large(name, sheet.height, sheet.width)
                blocks.add(meta.name, values, merged)
    except CalamineError as error:
        if isinstance(error, PasswordError) or _is_locked(data):
            raise ReadError("password", f"“{name}”设有打开密码，不能读取。请取消密码后另存，再重新放入。") from error
        raise ReadError(
            "damaged_file", f"“{name}”已损坏，打不开。请用 Excel 或 WPS 打开后另存为 xlsx，再重新放入。"
        ) from error
    return Document("xls" if data.startswith(b"\xd0\xcf") else "xlsx", tuple(blocks.found))


def _check_sizes(name: str, data: bytes) -> None:
    """Refuse what would fill the memory: the library makes room for every cell up to the last one, and cannot be stopped."""
    with opened(name, data) as package:
        names = package.namelist()
        if "xl/workbook.bin" in names:
            raise ReadError(
                "unsupported_format",
                f"“{name}”是二进制的 Excel 工作簿（xlsb）。请用 Excel 或 WPS 打开，另存为 xlsx 后重新放入。",
            )
        for path in names:
            content = part(name, package, path) if path.endswith(".xml") else b""
            if path.startswith("xl/worksheets/"):
                corners = {(match[1], int(match[2])) for match in _CORNER.finditer(content)}
                width = max((_column(letters) for letters, _ in corners), default=0)
                height = max((row for _, row in corners), default=0)
                if width * height > MOST_PLACES:
                    raise _too_large(name, height, width)


def _is_locked(data: bytes) -> bool:
    """Whether one of the first records of an .xls says that what follows is encrypted; the library finds no format then."""
    for at in range(_SECTOR, len(data), _SECTOR):
        if data.startswith(_BEGIN, at):
            for _ in range(4):
                if data.startswith(_FILEPASS, at):
                    return True
                at += 4 + int.from_bytes(data[at + 2 : at + 4], "little")
    return False


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_large(name: str, height: int, width: int) -> ReadError:
    return ReadError(
        "file_too_large",
        f"“{name}”有一张工作表写到第 {height} 行第 {width} 列，不是年报。请删去多余的行列后另存，或确认是否拿错了文件。",
    )


def _merged(ranges: list[tuple[tuple[int, int], tuple[int, int]]], height: int) -> Merged:
    """Merged cells, those that reach beyond the last row cut there."""
    return {
        (top, left): (min(bottom, height - 1) - top + 1, right - left + 1)
        for (top, left), (bottom, right) in ranges
        if top < height
    }


class _Blocks:
    def __init__(self) -> None:
        self.found: list[Paragraph | Grid] = []
        self.grids = 0
        self.paragraphs = 0

    def add(self, sheet: str, values: list[list[Any]], merged: Merged) -> None:
        width = max((len(row) for row in values), default=0)
        hidden = {
            (r, c)
            for (top, left), (rows, columns) in merged.items()
            for r in range(top, top + rows)
            for c in range(left, left + columns)
            if (r, c) != (top, left)
        }
        used = max(
            (c + merged.get((r, c), (1, 1))[1] for r, row in enumerate(values) for c, v in enumerate(row) if _shown(v)),
            default=0,
        )
        pending: list[list[Cell]] = []
        was_empty = False  # one empty row may stand inside a table, two end it
        reach = 0  # the row that a merged cell above reaches down to
        for r, row in enumerate(values):
            cells = []
            for c in range(min(width, used)):
                if (r, c) in hidden:
                    continue
                rows, columns = merged.get((r, c), (1, 1))
                text = _shown(row[c]) if c < len(row) else ""
                cells.append(Cell(text, len(pending), c, rows, columns, Locator(part=sheet, row=r + 1, column=c + 1)))
            filled = [cell for cell in cells if cell.text]
            alone = len(filled) == 1 and r >= reach and filled[0].rowspan == 1 and self._is_text(filled[0], used)
            is_empty = not filled and r >= reach and not any(cell.rowspan > 1 for cell in cells)
            if alone or (is_empty and was_empty):
                self.close(pending)
                pending = []
                if alone:
                    self.text(filled[0])
                was_empty = False
                continue
            was_empty = is_empty
            reach = max([reach, *(r + cell.rowspan for cell in cells if cell.rowspan > 1)])
            pending.append(cells)
        self.close(pending)

    @staticmethod
    def _is_text(cell: Cell, used: int) -> bool:
        """Over the whole width, or not merged at all: a label of a table's row spans a part of it."""
        return cell.colspan >= used - cell.column or (cell.colspan == 1 and cell.column == 0)

    def text(self, cell: Cell) -> None:
        for line in cell.text.split("\n"):
            if line:
                self.paragraphs += 1
                self.found.append(Paragraph(line, cell.locator))

    def close(self, rows: list[list[Cell]]) -> None:
        while rows and not any(cell.text for cell in rows[-1]):
            rows = rows[:-1]
        if not rows:
            return
        if is_box(rows):
            for row in rows:
                for cell in row:
                    self.text(cell)
            return
        self.grids += 1
        self.found.append(Grid(self.grids, tuple(tuple(row) for row in rows), has_spans=True, has_weak_blanks=True))


def _shown(value: Any) -> str:
    """A value as a person would type it; numbers to the fifteen digits that a spreadsheet keeps."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, date | time | timedelta):
        return str(value)
    lines = (" ".join(line.split()).strip(_EDGES) for line in str(value).split("\n"))
    return "\n".join(line for line in lines if line)
