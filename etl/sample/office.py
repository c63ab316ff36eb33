"""Word and Excel files, written as their XML: the same bytes on every machine, because nothing is compressed or dated."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from html import escape
from string import ascii_uppercase
from typing import NamedTuple

from etl.sample.blocks import Block, blocks
from etl.sample.chance import Chance
from etl.sample.document import Draft
from etl.sample.tables import Cell, Grid

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MEDIA = "application/vnd.openxmlformats-officedocument."
_PLAIN_NUMBER = re.compile(r"0|-?[1-9]\d{0,13}|-?(?:0|[1-9]\d{0,9})\.\d{0,3}[1-9]", re.ASCII)
_SHEET_WIDTH = 15  # of 表四, the widest table


class Placed(NamedTuple):
    """A cell and the row and column of its upper left corner."""

    cell: Cell
    row: int
    column: int


def placed(grid: Grid) -> list[Placed]:
    """Every cell where it stands once the merged ones are spread out."""
    taken: set[tuple[int, int]] = set()
    found = []
    for number, row in enumerate(grid.rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            found.append(Placed(cell, number, column))
            taken |= {(number + down, column + across) for down in range(cell.rows) for across in range(cell.columns)}
    return found


def docx_file(draft: Draft, layout: str, chance: Chance) -> bytes:
    """`word_docx`: numbers broken into runs, merged cells told by the table's grid; `wps_docx`: one run each, no grid."""
    as_word = layout == "word_docx"
    body = "".join(
        _word_table(block.grid, as_word) if block.grid else _word_paragraph(block, draft, as_word)
        for block in blocks(draft)
    )
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:bottom="1440" w:left="1200" w:right="1200"/></w:sectPr>'
    return _package(
        {
            "word/document.xml": (
                f'{_HEAD}<w:document xmlns:w="{_WORD}"><w:body>{body}{page}</w:body></w:document>',
                "wordprocessingml.document.main+xml",
            )
        },
        "word/document.xml",
    )


def xlsx_file(draft: Draft, layout: str, chance: Chance) -> bytes:
    """`one_sheet`: the report from top to bottom on one sheet; `sheet_each`: every table on a sheet of its own."""
    names = {"proactive": "表二", "requests": "表三", "disputes": "表四"}
    sheets: dict[str, list[Block]] = {"年报": []}
    for block in blocks(draft):
        name = names[block.grid.table] if layout == "sheet_each" and block.grid is not None else "年报"
        sheets.setdefault(name, []).append(block)
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, start=1))
    parts = {
        "xl/workbook.xml": (
            f'{_HEAD}<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
            "spreadsheetml.sheet.main+xml",
        ),
        **{
            f"xl/worksheets/sheet{n}.xml": (_worksheet(content), "spreadsheetml.worksheet+xml")
            for n, content in enumerate(sheets.values(), start=1)
        },
    }
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    return _package(parts, "xl/workbook.xml", {"xl/_rels/workbook.xml.rels": _relations(relations)})


def _package(parts: Mapping[str, tuple[str, str]], main: str, others: Mapping[str, str] | None = None) -> bytes:
    """The zip container; `parts` are name → (XML, media type)."""
    types = "".join(f'<Override PartName="/{name}" ContentType="{_MEDIA}{kind}"/>' for name, (_, kind) in parts.items())
    files = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": _relations(f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="{main}"/>'),
        **(others or {}),
        **{name: xml for name, (xml, _) in parts.items()},
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)  # dated 1980 by itself
            info.create_system = 0
            package.writestr(info, content)
    return held.getvalue()


def _relations(inner: str) -> str:
    return f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'


def _run(text: str, format: str = "") -> str:
    return f'<w:r>{f"<w:rPr>{format}</w:rPr>" if format else ""}<w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r>'


def _word_paragraph(block: Block, draft: Draft, as_word: bool) -> str:
    align = {"title": "center", "signature": "right"}.get(block.kind)
    format = f'<w:pPr><w:jc w:val="{align}"/></w:pPr>' if align else '<w:pPr><w:ind w:firstLineChars="200"/></w:pPr>'
    bold = "<w:b/>" if block.kind in {"title", "section"} else ""
    pieces = [block.text]
    if block.kind == "title" and draft.style.folded_title:
        middle = block.text.index("政府信息公开")
        inner = f"{_run(block.text[:middle], bold)}<w:r><w:br/></w:r>{_run(block.text[middle:], bold)}"
        return f"<w:p>{format}{inner}</w:p>"
    if as_word:  # a number that was corrected while typing is a run of its own
        pieces = [piece for piece in re.split(r"(\d+)", block.text) if piece]
    return f"<w:p>{format}{''.join(_run(piece, bold) for piece in pieces)}</w:p>"


def _word_table(grid: Grid, as_word: bool) -> str:
    width = max(one.column + one.cell.columns for one in placed(grid))
    rows: list[list[tuple[int, str]]] = [[] for _ in grid.rows]
    for cell, row, column in placed(grid):
        span = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
        for down in range(cell.rows):
            merge = "" if cell.rows == 1 else "<w:vMerge/>" if down else '<w:vMerge w:val="restart"/>'
            rows[row + down].append((column, _word_cell("" if down else cell.text, span + merge, as_word)))
    columns = f'<w:gridCol w:w="{9500 // width}"/>' * width if as_word else ""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in sides)
    lines = "".join(f"<w:tr>{''.join(text for _, text in sorted(row))}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{lines}</w:tbl><w:p/>"


def _word_cell(text: str, format: str, as_word: bool) -> str:
    pieces = [text[:1], text[1:]] if as_word and text.isdigit() else [text]
    inner = "".join(_run(piece) for piece in pieces if piece)
    return f"<w:tc><w:tcPr>{format}</w:tcPr><w:p>{inner}</w:p></w:tc>"


def _worksheet(content: list[Block]) -> str:
    """Paragraphs over the sheet's whole width, tables beneath each other."""
    rows: dict[int, dict[int, str]] = {}
    merged: list[str] = []
    at = 0
    for block in content:
        if not block.grid:
            rows[at] = {0: _sheet_cell(at, 0, block.text)}
            merged.append(f"{_name(at, 0)}:{_name(at, _SHEET_WIDTH - 1)}")
            at += 1
            continue
        for cell, row, column in placed(block.grid):
            rows.setdefault(at + row, {})[column] = _sheet_cell(at + row, column, cell.text)
            if cell.rows > 1 or cell.columns > 1:
                last = _name(at + row + cell.rows - 1, column + cell.columns - 1)
                merged.append(f"{_name(at + row, column)}:{last}")
        at += len(block.grid.rows)
    lines = "".join(f'<row r="{n + 1}">{"".join(cells[c] for c in sorted(cells))}</row>' for n, cells in rows.items())
    spans = "".join(f'<mergeCell ref="{span}"/>' for span in merged)
    merges = f'<mergeCells count="{len(merged)}">{spans}</mergeCells>' if merged else ""
    return f'{_HEAD}<worksheet xmlns="{_SHEET}"><sheetData>{lines}</sheetData>{merges}</worksheet>'


def _sheet_cell(row: int, column: int, text: str) -> str:
    """A number where a spreadsheet keeps every digit of it, otherwise text."""
    if not text:
        return f'<c r="{_name(row, column)}"/>'
    if _PLAIN_NUMBER.fullmatch(text):
        return f'<c r="{_name(row, column)}"><v>{text}</v></c>'
    shown = f'<is><t xml:space="preserve">{escape(text, quote=False)}</t></is>'
    return f'<c r="{_name(row, column)}" t="inlineStr">{shown}</c>'


def _name(row: int, column: int) -> str:
    return f"{ascii_uppercase[column]}{row + 1}"
