"""What a page run by Streamlit's own harness writes, as one text."""

from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest


def words(app: AppTest) -> str:
    """Paragraphs, captions, HTML and the labels of what can be folded out, without tags and signs of Markdown."""
    parts = [str(getattr(each, "value", "")) for kind in ("markdown", "caption") for each in app.get(kind)]
    parts += [str(getattr(each.proto, "body", "")) for each in app.get("html")]
    parts += [str(getattr(each, "label", "")) for each in app.get("expander")]
    return re.sub(r"<[^>]+>", " ", "\n".join(parts)).replace("\\", "")
