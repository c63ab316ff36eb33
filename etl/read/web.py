"""Web pages: HTML as a browser repairs it, tables with rowspan and colspan, the page's <meta> entries."""

from __future__ import annotations

import re
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser, LexborNode

from etl.read.document import MOST_PLACES, Cell, Document, Grid, Paragraph, is_box
from etl.read.encoding import decode
from etl.source import Locator

_SILENT = frozenset(
    {"script", "style", "noscript", "template", "head", "-comment", "select", "button", "textarea", "svg"}
)
_BREAKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "br", "center", "dd", "div", "dl", "dt", "fieldset"),
        *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol"),
        *("p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    }
)
_STRUCK = frozenset({"del", "s", "strike"})  # crossed out on the page: not said any more
_RAISED = frozenset({"sup", "sub"})
_FOOTNOTE = re.compile(r"[\s\d\[\]()（）①-⑳*注]*")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TYPED = frozenset({None, "", "text", "number"})  # <input> whose value shows on the page
_EDGES = " \t\r\n\u3000\u00a0\ufeff\u200b"
_CELLS = frozenset({"td", "th"})
_MOST_SPAN = 200  # a colspan of thousands is a fault of the page, not a table
_MOST_TAKEN = MOST_PLACES  # beyond it the table is refused as a whole


def read_web(name: str, data: bytes) -> Document:
    """Text blocks and innermost tables in reading order; layout tables around them count as text."""
    return page(decode(name, data))


def page(text: str) -> Document:
    """The document on a page whose text is decoded."""
    parser = LexborHTMLParser(text)
    meta: dict[str, str] = {}
    for node in parser.css("meta[name]"):
        name, content = node.attributes.get("name"), node.attributes.get("content")
        if name and content and content.strip():
            meta.setdefault(name.strip().lower(), content.strip())
    title_node = parser.css_first("title")
    title = title_node.text().strip() if title_node else ""
    blocks = _Blocks()
    if parser.body is not None:
        blocks.walk(parser.body)
    return Document("html", tuple(blocks.found), title or None, meta)


class _Blocks:
    """Collects blocks in one pass without recursion: real pages nest deeply, hostile ones without end."""

    def __init__(self) -> None:
        self.found: list[Paragraph | Grid] = []
        self.words: list[str] = []
        self.paragraphs = 0
        self.grids = 0

    def walk(self, body: LexborNode) -> None:
        data_tables = _innermost_tables(body)
        node: LexborNode | None = body
        while node is not None:
            tag = node.tag
            below = None
            if tag == "-text":
                self.words.append(node.text_content or "")
            elif tag not in _SILENT and tag not in _STRUCK and not (tag in _RAISED and _is_footnote(node)):
                if tag in _BREAKS:
                    self.flush()
                if tag == "table" and node.mem_id in data_tables:
                    self.add_table(node)
                else:
                    below = node.child
            if below is not None:
                node = below
                continue
            node = self._after(node, body)
        self.flush()

    def _after(self, node: LexborNode, body: LexborNode) -> LexborNode | None:
        here: LexborNode | None = node
        while here is not None and here.mem_id != body.mem_id:
            if here.next is not None:
                return here.next
            here = here.parent
            if here is not None and here.tag in _BREAKS:
                self.flush()
        return None

    def flush(self) -> None:
        if not self.words:
            return
        text = "".join(self.words).strip(_EDGES)
        self.words.clear()
        if text:
            self.paragraphs += 1
            line = " ".join(text.split())
            self.found.append(Paragraph(line, Locator(paragraph=self.paragraphs)))

    def add_table(self, table: LexborNode) -> None:
        self.flush()
        rows = _rows(table, self.grids + 1)
        if is_box(rows):
            for row in rows:  # a box around text
                for cell in row:
                    for line in cell.text.split("\n"):
                        self.words.append(line)
                        self.flush()
            return
        self.grids += 1
        self.found.append(Grid(self.grids, rows, has_spans=True))


def _innermost_tables(body: LexborNode) -> set[int]:
    """Tables that hold no other. In document order the first table inside another one follows it directly."""
    tables = body.css("table")
    holders = set()
    for table, following in pairwise(tables):
        above = following.parent
        for _ in range(_MOST_SPAN):
            if above is None:
                break
            if above.mem_id == table.mem_id:
                holders.add(table.mem_id)
                break
            above = above.parent
    return {table.mem_id for table in tables} - holders


def _rows(table: LexborNode, number: int) -> tuple[tuple[Cell, ...], ...]:
    taken: dict[tuple[int, int], bool] = {}
    rows: list[tuple[Cell, ...]] = []
    spans = {node.mem_id: _spans(node) for node in table.css("[rowspan],[colspan]")}  # most cells have neither
    printed = table.css("tr")
    for r, row in enumerate(printed):
        cells: list[Cell] = []
        column = 0
        for node in row.iter():
            if node.tag in _CELLS:
                while (r, column) in taken:
                    column += 1
                rowspan, colspan = spans.get(node.mem_id, (1, 1)) if spans else (1, 1)
                if rowspan > 1 and len(taken) <= _MOST_TAKEN:
                    for below in range(r + 1, min(r + rowspan, len(printed))):
                        for c in range(column, column + colspan):
                            taken[below, c] = True
                place = Locator(None, None, number, r + 1, column + 1)
                cells.append(Cell(_cell_text(node), r, column, rowspan, colspan, place))
                column += colspan
        rows.append(tuple(cells))
    return tuple(rows)


def _is_footnote(node: LexborNode) -> bool:
    return bool(_FOOTNOTE.fullmatch(node.text()))


def _cell_text(cell: LexborNode) -> str:
    """What a reader of the page sees in one cell; pieces on lines of their own stay apart by \n.

    A raised 2 is told as ^2: 5² must not become 52.
    """
    first = cell.child
    if first is None:
        return ""
    if first.next is None and first.tag == "-text":
        return (first.text_content or "").strip(_EDGES)
    words: list[str] = []
    for node in cell.traverse(include_text=True):
        if node.tag == "-text":
            words.append(_shown(node, cell))
        elif node.tag == "input" and node.attributes.get("type") in _TYPED:
            words.append(node.attributes.get("value") or "")
        elif node.tag in _BREAKS and words:
            words.append("\n")
    lines = (" ".join(line.split()) for line in "".join(words).split("\n"))
    return "\n".join(line for line in lines if line)


def _shown(node: LexborNode, cell: LexborNode) -> str:
    """A text node as the page shows it: nothing where an element around it, inside the cell, hides or strikes it."""
    text = node.text_content or ""
    above = node.parent
    while above is not None and above.mem_id != cell.mem_id:
        if above.tag in _SILENT or above.tag in _STRUCK or _HIDDEN.search(above.attributes.get("style") or ""):
            return ""
        if above.tag in _RAISED and text.strip():
            text = f"^{text.strip()}"
        above = above.parent
    return text


def _spans(cell: LexborNode) -> tuple[int, int]:
    attributes = cell.attributes
    return _span(attributes.get("rowspan")), _span(attributes.get("colspan"))


def _span(text: str | None) -> int:
    return min(max(int(text), 1), _MOST_SPAN) if text and text.strip().isdigit() else 1
