"""Names of rows, columns and sections that a document prints otherwise than the form does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from etl.form import Form, FormTable
from etl.read import Document, Grid
from etl.recognise.labels import key
from etl.recognise.sections import Span
from etl.recognise.tables import vocabulary
from etl.report import AlteredLabel
from etl.source import Locator


def altered_labels(
    document: Document, form: Form, spans: Sequence[Span], grids: Mapping[int, FormTable]
) -> tuple[AlteredLabel, ...]:
    """Each label once, where it first stands. Spaces, punctuation, width and ordinals are no alteration.

    `grids` says which table each grid is, by its number.
    """
    found: dict[tuple[str, str], AlteredLabel] = {}
    for span in spans:
        if key(span.title) != key(span.spec.title):
            target = f"section/{span.spec.number}"
            found[target, span.title] = AlteredLabel(target, span.title, span.spec.title, span.heading.locator)
    for target, text, label, place in _otherwise(document, form, spans, grids):
        found.setdefault((target, text), AlteredLabel(target, text, label, place))
    return tuple(found.values())


def _otherwise(
    document: Document, form: Form, spans: Sequence[Span], grids: Mapping[int, FormTable]
) -> Iterator[tuple[str, str, str, Locator]]:
    """What rows and columns are called by another name than the form's own: id, name, the form's name, place."""
    tables = {table.section: table for table in form.tables}
    for span in spans:
        for block in document.blocks[span.start : span.end]:
            table = grids.get(block.number) if isinstance(block, Grid) else tables.get(span.spec.number)
            if table is None:
                continue
            names = vocabulary(table).otherwise
            texts = (
                [(cell.text, cell.locator) for row in block.rows for cell in row]
                if isinstance(block, Grid)
                else [(text, block.locator) for text in {block.text, *(piece.text for piece in block.pieces)}]
            )
            for text, place in texts:
                if (word := key(text)) in names:
                    yield names[word][0], text, names[word][1], place
