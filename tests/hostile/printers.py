"""A sheet as bytes, in every format, each in several manners of its own."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from html import escape

from tests.hostile.office import docx, xlsx
from tests.hostile.placing import placed, width_of
from tests.hostile.sheets import Sheet, Table

Printer = Callable[[Sheet, random.Random], bytes]


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
                shown = piece + " " * (wide - width_of(piece))
                if n == middle:
                    shown += "".join("  " + _padded(_flat(text), 14) for text in line[figures:])
                yield shown.rstrip()

    return _text(sheet, table)


def _label(cells: list[str]) -> str:
    return "".join(_flat(text) for text in cells)


def _padded(text: str, width: int) -> str:
    return " " * max(width - width_of(text), 0) + text


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


PRINTERS: dict[str, Printer] = {
    "竖线文本": pipes, "对齐文本": aligned, "一格一行": lines, "一格一行隔空行": spaced_lines, "制表符": tabs, "空格对齐": columns,
    "网页": html, "网页一格一行": stacked_html, "Word": docx, "Excel": xlsx,
}  # fmt: skip
SUFFIX = {"网页": "html", "网页一格一行": "html", "Word": "docx", "Excel": "xlsx", "PDF": "pdf"}
HIDE_BLANKS = {"竖线文本", "对齐文本", "一格一行", "一格一行隔空行", "制表符", "空格对齐", "网页一格一行"}
