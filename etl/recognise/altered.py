"""Names of rows, columns and sections that a document prints otherwise than the form does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from etl.form import Form, FormTable
from etl.read import Document, Grid, Paragraph
from etl.recognise.labels import key
from etl.recognise.sections import Span
from etl.recognise.tables import form_table_of, vocabulary
from etl.report import AlteredLabel
from etl.source import Locator


def altered_labels(document: Document, form: Form, spans: Sequence[Span]) -> tuple[AlteredLabel, ...]:
    """Each label once, where it first stands. Spaces, punctuation, width and ordinals are no alteration."""
    found: dict[tuple[str, str], AlteredLabel] = {}
    for span in spans:
        if key(span.title) != key(span.spec.title):
            target = f"section/{span.spec.number}"
            found[target, span.title] = AlteredLabel(target, span.title, span.spec.title, span.heading.locator)
    for table, text, locator in _texts_of_tables(document, form, spans):
        label = _otherwise(table, text)
        if label is not None:
            found.setdefault((label[0], text), AlteredLabel(label[0], text, label[1], locator))
    return tuple(found.values())


def _texts_of_tables(document: Document, form: Form, spans: Sequence[Span]) -> Iterator[tuple[FormTable, str, Locator]]:
    tables = {table.section: table for table in form.tables}
    for span in spans:
        for block in document.blocks[span.start : span.end]:
            table = form_table_of(block, form)[0] if isinstance(block, Grid) else tables.get(span.spec.number)
            if table is None:
                continue
            if isinstance(block, Paragraph):
                for text in {block.text, *(piece.text for piece in block.pieces)}:
                    yield table, text, block.locator
                continue
            for cell in (cell for row in block.rows for cell in row if cell.text):
                yield table, cell.text, cell.locator


def _otherwise(table: FormTable, text: str) -> tuple[str, str] | None:
    """The id of the row or column this text names by another name than the form's own, and the form's name."""
    words = vocabulary(table)
    word = key(text)
    row, column = words.rows.get(word), words.columns.get(word)
    if row is not None and word != key(row.label):
        return f"{table.id}/{row.id}", row.label
    if row is None and column is not None and word != key(column.label):
        return f"{table.id}/*/{column.id}", column.label
    return None
