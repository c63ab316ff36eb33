"""WordprocessingML: the names of its elements, and what a paragraph says once all changes are accepted."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree  # ty: ignore[missing-module-member]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
P, TBL, TR, TC = (f"{W}{tag}" for tag in ("p", "tbl", "tr", "tc"))
TEXT, _TAB, _R, _RPR, VAL = (f"{W}{tag}" for tag in ("t", "tab", "r", "rPr", "val"))
MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
BREAKS = frozenset({f"{W}br", f"{W}cr"})
# Not part of the text as accepted: deletions, the old place of what moved, field codes, the pinyin over a character.
UNSEEN = frozenset(f"{W}{tag}" for tag in (
    "del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "rPr", "pPr", "tblPr", "tblGrid", "tcPr", "trPr",
    "commentReference", "annotationRef",
))  # fmt: skip
STRUCK = frozenset({f"{W}strike", f"{W}dstrike", f"{W}vanish"})  # crossed out or hidden: not said any more
RAISED = f"{W}vertAlign"
_ON = frozenset({None, "1", "true", "on"})
EDGES = " \t\r\n\u3000\u00a0\ufeff\u200b"


def children(node: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also those inside content controls and accepted insertions."""
    for child in node:
        if child.tag == tag:
            yield child
        elif child.tag == f"{MC}AlternateContent":
            for choice in chosen(child):
                if choice.tag == tag:
                    yield choice
        elif isinstance(child.tag, str) and child.tag not in UNSEEN and child.tag not in {P, TBL, TR, TC}:
            yield from children(child, tag)


def chosen(alternatives: etree._Element) -> list[etree._Element]:
    """Of several ways to store one drawing the first: they all show the same."""
    choice = alternatives.find(f"{MC}Choice")
    fallback = alternatives.find(f"{MC}Fallback")
    return list(choice if choice is not None else fallback if fallback is not None else ())


def text_of(paragraph: etree._Element) -> tuple[str, list[etree._Element]]:
    """The text as shown, breaks as \n, and what hangs on it: footnote marks and the content of text boxes."""
    words: list[str] = []
    hanging: list[etree._Element] = []
    waiting = [iter(paragraph)]
    while waiting:  # no recursion: hostile documents nest without end
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
        elif node.tag == TEXT:
            words.append(node.text or "")
        elif node.tag == _TAB:
            words.append("\t")
        elif node.tag in BREAKS:
            words.append("\n")
        elif node.tag == f"{W}noBreakHyphen":
            words.append("-")
        elif node.tag == f"{W}txbxContent" or node.tag == f"{W}footnoteReference":
            hanging.append(node)
        elif node.tag == f"{MC}AlternateContent":
            waiting.append(iter(chosen(node)))
        elif node.tag == _R:
            format = node.find(_RPR)
            if format is None or not _is_struck(format):
                if format is not None and _is_raised(format) and node.findtext(TEXT):
                    words.append("^")  # 5² must not become 52
                waiting.append(iter(node))
        elif node.tag == MATH_TEXT:
            words.append(node.text or "")
        elif isinstance(node.tag, str) and node.tag not in UNSEEN:
            waiting.append(iter(node))
    return "".join(words), hanging


def _is_struck(format: etree._Element) -> bool:
    return any(mark.tag in STRUCK and mark.get(VAL) in _ON for mark in format)


def _is_raised(format: etree._Element) -> bool:
    mark = format.find(RAISED)
    return mark is not None and mark.get(VAL) in {"superscript", "subscript"}
