"""A sheet as bytes, in every format, each in several manners of its own."""

from __future__ import annotations

import io
import random
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from html import escape

import xlsxwriter

from tests.hostile.sheets import Cell, Sheet, Table

Printer = Callable[[Sheet, random.Random], bytes]


def placed(table: Table) -> Iterator[tuple[int, int, Cell]]:
    """Every cell with its row and column, merged ones spread out as a browser does."""
    taken: set[tuple[int, int]] = set()
    for r, row in enumerate(table.rows):
        column = 0
        for cell in row:
            while (r, column) in taken:
                column += 1
            yield r, column, cell
            taken |= {(r + down, column + across) for down in range(cell.rows) for across in range(cell.columns)}


def _text(sheet: Sheet, table: Callable[[Table], Iterator[str]]) -> bytes:
    lines: list[str] = []
    for block in sheet.blocks:
        lines += [block] if isinstance(block, str) else list(table(block))
    return "\n".join(lines).encode()


def _flat(text: str) -> str:
    """On one line; a figure torn by a break keeps the gap, a label does not."""
    return text.replace("\n", " " if text[:1].isdigit() else "")


def pipes(sheet: Sheet, chance: random.Random) -> bytes:
    """Bars between cells, merged ones lost, the line filled up to the table's width."""

    def table(block: Table) -> Iterator[str]:
        for row in block.rows:
            cells = [cell.text.replace("\n", " ") for cell in row]
            yield " | ".join(cells + [""] * (block.width - len(cells))) + " |"

    return _text(sheet, table)


def aligned(sheet: Sheet, chance: random.Random) -> bytes:
    """Markdown: each cell in its own column, bars at both edges."""

    def table(block: Table) -> Iterator[str]:
        for n, line in enumerate(_spread(block)):
            yield "| " + " | ".join(text.replace("\n", " ") for text in line) + " |"
            if n == 0:
                yield "|" + "---|" * len(line)

    return _text(sheet, table)


def lines(sheet: Sheet, chance: random.Random) -> bytes:
    """One cell a line; an empty cell is an empty line."""

    def table(block: Table) -> Iterator[str]:
        for row in block.rows:
            if any(cell.text for cell in row):
                yield from (_flat(cell.text) for cell in row)

    return _text(sheet, table)


def spaced_lines(sheet: Sheet, chance: random.Random) -> bytes:
    def table(block: Table) -> Iterator[str]:
        for row in block.rows:
            for cell in row if any(cell.text for cell in row) else ():
                yield from (_flat(cell.text), "")

    return _text(sheet, table)


def tabs(sheet: Sheet, chance: random.Random) -> bytes:
    """As pasted from a word processor: tabs between the cells, each merged cell once at its corner."""
    return _text(sheet, lambda block: ("\t".join(_flat(text) for text in line) for line in _spread(block)))


def columns(sheet: Sheet, chance: random.Random) -> bytes:
    """Spaces between the columns and no lines, as text taken from a PDF; long labels broken round their figures."""

    def table(block: Table) -> Iterator[str]:
        spread = _spread(block)
        figures = min((c for r, c, cell in placed(block) if cell.name), default=1)
        names = [_label(line[:figures]) for line in spread]
        wide = 26
        for name, line in zip(names, spread, strict=True):
            pieces = [name[i : i + wide // 2] for i in range(0, len(name), wide // 2)] or [""]
            middle = len(pieces) // 2
            for n, piece in enumerate(pieces):
                shown = piece + " " * (wide - _width(piece))
                if n == middle:
                    shown += "".join("  " + _padded(_flat(text), 14) for text in line[figures:])
                yield shown.rstrip()

    return _text(sheet, table)


def _label(cells: list[str]) -> str:
    return "".join(_flat(text) for text in cells)


def _padded(text: str, width: int) -> str:
    return " " * max(width - _width(text), 0) + text


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _longest(sheet: Sheet) -> int:
    return max((_width(cell.text) for table in sheet.tables() for cell in table.figures()), default=1)


def _spread(block: Table) -> list[list[str]]:
    cells = list(placed(block))
    width = max((column + cell.columns for _, column, cell in cells), default=0)
    lines = [[""] * width for _ in block.rows]
    for r, column, cell in cells:
        lines[r][column] = cell.text
    return lines


def html(sheet: Sheet, chance: random.Random) -> bytes:
    """A page with true spans; how text stands inside a cell is up to chance."""
    inner = chance.choice(
        ("{}", "<p>{}</p>", "<p><span>{}</span></p>", "<div><p class=MsoNormal>{}<o:p></o:p></p></div>")
    )
    shell = chance.choice(
        ("{}", "<div class=article><div id=zoom>{}</div></div>", "<table><tr><td>{}</td></tr></table>")
    )
    parts = []
    for block in sheet.blocks:
        if isinstance(block, str):
            parts.append(f"<p>{escape(block)}</p>")
            continue
        parts.append('<table border="1">')
        for row in block.rows:
            parts.append("<tr>")
            for cell in row:
                spans = (f" rowspan={cell.rows}" if cell.rows > 1 else "") + (
                    f" colspan={cell.columns}" if cell.columns > 1 else ""
                )
                text = escape(cell.text).replace("\n", "<br>")
                parts.append(f"<td{spans}>{inner.format(text or '&nbsp;')}</td>")
            parts.append("</tr>")
        parts.append("</table>")
    head = '<meta charset="utf-8"><style>table{border-collapse:collapse}td{padding:2px 4px}</style>'
    return f"<!DOCTYPE html><html><head>{head}</head><body>{shell.format(''.join(parts))}</body></html>".encode()


def stacked_html(sheet: Sheet, chance: random.Random) -> bytes:
    """Every cell a line of its own on the page: the table is gone, its order is left."""
    parts = []
    for block in sheet.blocks:
        texts = [block] if isinstance(block, str) else [cell.text for row in block.rows for cell in row]
        parts += [f"<div>{escape(_flat(text))}</div>" for text in texts]
    return f"<!DOCTYPE html><html><head><meta charset=utf-8></head><body>{''.join(parts)}</body></html>".encode()


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
    small = f'<w:sz w:val="{10 if _longest(sheet) > 5 else 18}"/>'
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
    longest = _longest(sheet)
    if longest > 6:  # a figure wider than its column would run into the next one
        size = "6pt"
    parts = [
        f'#set page(paper: "a4", flipped: {str(longest > 5).lower()}, margin: {"1cm" if longest > 8 else "2.4cm"}, numbering: "{chance.choice(("- 1 -", "1", "— 1 —"))}")',
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


PRINTERS: dict[str, Printer] = {
    "竖线文本": pipes, "对齐文本": aligned, "一格一行": lines, "一格一行隔空行": spaced_lines, "制表符": tabs, "空格对齐": columns,
    "网页": html, "网页一格一行": stacked_html, "Word": docx, "Excel": xlsx,
}  # fmt: skip
SUFFIX = {"网页": "html", "网页一格一行": "html", "Word": "docx", "Excel": "xlsx", "PDF": "pdf"}
HIDE_BLANKS = {"竖线文本", "对齐文本", "一格一行", "一格一行隔空行", "制表符", "空格对齐", "网页一格一行"}
