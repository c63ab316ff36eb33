"""A sheet as a Word file, a workbook, or the source of a page set by typst."""

from __future__ import annotations

import io
import random
import re
import zipfile
from html import escape

import xlsxwriter

from tests.hostile.placing import longest, placed
from tests.hostile.sheets import Cell, Sheet, Table

_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_LANDSCAPE = '<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/></w:sectPr>'
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>'
)
_RELS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


_STYLES_REL = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" '
    'Target="styles.xml"/></Relationships>'
)
_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8"?><w:styles {_NS}><w:docDefaults><w:rPrDefault><w:rPr>'
    "{}</w:rPr></w:rPrDefault></w:docDefaults></w:styles>"
)

WORD_STYLES = ("plain", "runs", "tracked", "control", "boxed", "no grid", "no borders")


def docx(sheet: Sheet, chance: random.Random, style: str = "") -> bytes:
    """A Word file; runs broken, corrected under tracking, inside content controls, as chance has it."""
    style = style or chance.choice(WORD_STYLES)
    small = f'<w:sz w:val="{10 if longest(sheet) > 5 else 18}"/>'
    body = []
    for block in sheet.blocks:
        if isinstance(block, str):
            body.append(_paragraph(block, "plain", chance))
        else:
            body.append(_word_table(block, style, chance))
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document {_NS}><w:body>{"".join(body)}{_LANDSCAPE}</w:body></w:document>'
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _RELS)
        package.writestr("word/_rels/document.xml.rels", _STYLES_REL)
        package.writestr("word/styles.xml", _STYLES.format(small))
        package.writestr("word/document.xml", document)
    return held.getvalue()


def _run(text: str, format: str = "") -> str:
    shown = escape(text).replace("\n", "</w:t><w:br/><w:t>")
    return f'<w:r>{format}<w:t xml:space="preserve">{shown}</w:t></w:r>'


def _paragraph(text: str, style: str, chance: random.Random) -> str:
    if style == "runs" and len(text) > 1 and "\n" not in text:
        middle = chance.randint(1, len(text) - 1)
        inner = _run(text[:middle], "<w:rPr><w:b/></w:rPr>") + '<w:proofErr w:type="spellStart"/>' + _run(text[middle:])
    elif style == "tracked" and text and chance.random() < 0.3:
        old = '<w:del w:id="1" w:author="a"><w:r><w:delText>77</w:delText></w:r></w:del>'
        inner = f'{old}<w:ins w:id="2" w:author="a">{_run(text)}</w:ins>'
    elif style == "control" and text and chance.random() < 0.3:
        inner = f"<w:sdt><w:sdtPr/><w:sdtContent>{_run(text)}</w:sdtContent></w:sdt>"
    else:
        inner = _run(text) if text else ""
    return f"<w:p>{inner}</w:p>"


def _word_table(table: Table, style: str, chance: random.Random) -> str:
    cells = list(placed(table))
    width = max((column + cell.columns for _, column, cell in cells), default=0)
    at: dict[tuple[int, int], tuple[Cell, bool]] = {}
    for r, column, cell in cells:
        for down in range(cell.rows):
            at[r + down, column] = (cell, down > 0)
    rows = []
    for r in range(len(table.rows)):
        parts = []
        for _, (cell, goes_on) in sorted(item for item in at.items() if item[0][0] == r):
            span = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
            merge = "<w:vMerge/>" if goes_on else '<w:vMerge w:val="restart"/>' if cell.rows > 1 else ""
            inner = _paragraph("" if goes_on else cell.text, style, chance)
            parts.append(f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{inner}</w:tc>")
        rows.append(f"<w:tr>{''.join(parts)}</w:tr>")
    grid = (
        "" if style == "no grid" else "<w:tblGrid>" + f'<w:gridCol w:w="{13_400 // width}"/>' * width + "</w:tblGrid>"
    )
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    borders = f"<w:tblBorders>{sides}</w:tblBorders>" if style != "no borders" else ""
    inner = f"<w:tbl><w:tblPr>{borders}</w:tblPr>{grid}{''.join(rows)}</w:tbl>"
    if style == "boxed":
        return f"<w:tbl><w:tblPr/><w:tr><w:tc><w:tcPr/>{inner}<w:p/></w:tc></w:tr></w:tbl><w:p/>"
    return inner + "<w:p/>"


def xlsx(sheet: Sheet, chance: random.Random) -> bytes:
    """A workbook of one sheet, or of one for each table; figures as numbers or as text."""
    held = io.BytesIO()
    as_text = chance.random() < 0.3
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    page = book.add_worksheet("年报")
    bordered = book.add_format({"border": 1})
    at = 0
    for block in sheet.blocks:
        if isinstance(block, str):
            page.write_string(at, 0, block)
            at += 1
            continue
        for r, column, cell in placed(block):
            value: str | float = cell.text
            if cell.name and not as_text and re.fullmatch(r"(0|[1-9]\d*)(\.\d+)?", cell.text, re.ASCII):
                value = float(cell.text)
            if cell.columns > 1 or cell.rows > 1:
                page.merge_range(at + r, column, at + r + cell.rows - 1, column + cell.columns - 1, "", bordered)
            if isinstance(value, float):
                page.write_number(at + r, column, value, bordered)
            elif value:
                page.write_string(at + r, column, value, bordered)
            else:
                page.write_blank(at + r, column, None, bordered)
        at += len(block.rows)
    book.close()
    return held.getvalue()


def typst_source(sheet: Sheet, chance: random.Random, ruled: bool) -> str:
    """A page set by typst; the middle or the top of a row's height for its figures."""
    align = chance.choice(("center + horizon", "left + top", "right + horizon"))
    size = chance.choice(("9pt", "10.5pt", "7.5pt"))
    most = longest(sheet)
    if most > 6:  # a figure wider than its column would run into the next one
        size = "6pt"
    parts = [
        f'#set page(paper: "a4", flipped: {str(most > 5).lower()}, margin: {"1cm" if most > 8 else "2.4cm"}, numbering: "{chance.choice(("- 1 -", "1", "— 1 —"))}")',
        f'#set text(font: ("Noto Serif CJK SC", "Noto Sans CJK SC"), size: {size}, lang: "zh")',
        "#set par(first-line-indent: (amount: 2em, all: true))",
    ]
    for block in sheet.blocks:
        if isinstance(block, str):
            parts.append(f"{_typst(block)}\n")
            continue
        cells = list(placed(block))
        width = max((column + cell.columns for _, column, cell in cells), default=1)
        labels = min((column for _, column, cell in cells if cell.name), default=1) if block.name == "requests" else 0
        tracks = ", ".join("1.2fr" if n >= labels else "2.2fr" if n == labels - 1 else "1.4fr" for n in range(width))
        shown = ", ".join(
            f"table.cell(x: {c}, y: {r}, colspan: {cell.columns}, rowspan: {cell.rows})[{_typst(cell.text)}]"
            for r, c, cell in cells
        )
        stroke = "0.5pt" if ruled else "none"
        parts.append(
            f"#set par(first-line-indent: 0em)\n#table(columns: ({tracks},), stroke: {stroke}, align: {align}, inset: 3pt, {shown})"
        )
        parts.append("#set par(first-line-indent: (amount: 2em, all: true))")
    return "\n\n".join(parts)


def _typst(text: str) -> str:
    for sign in "\\#$*_`<>@[]=-+/~":
        text = text.replace(sign, "\\" + sign)
    return text.replace("\n", " \\\n")
