"""Texts that people or reports wrote, shown as they are: in them a star is a star, and nothing is fetched or linked."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([\\`*_{}\[\]()#+!|~<>$:])")


def plain(text: object) -> str:
    """The text with every sign of Markdown escaped, for st.markdown, st.caption and st's boxes."""
    return _MARKS.sub(r"\\\1", str(text))
