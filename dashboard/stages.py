"""Who has filed and how it stands: the one bar whose parts always add up to those that are due."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard.standing import PARTS, Part, counts, sentence
from dashboard.words import plain


def bar(units: Mapping[str, tuple[Part, Any]], year: int) -> None:
    """The sentence as a title, the parts as one bar, and who stands in each."""
    st.html(f'<h3 class="nb-title nb-sum">{year} 年度{html.escape(sentence(units))}</h3>')
    pieces = "".join(
        f'<span class="part-{part.kind}" style="flex:{number}" title="{html.escape(part.meaning)}">{part.word} {number}</span>'
        for part, number in counts(units).items()
        if number
    )
    if pieces:
        st.html(f'<div class="nb-bar" role="img" aria-label="{html.escape(sentence(units))}">{pieces}</div>')
    with st.expander("逐家看：谁交了、谁没有"):
        for part in PARTS:
            held = [name for name, (each, _) in units.items() if each is part]
            if held:
                st.markdown(f"**{part.word} {len(held)} 家**（{part.meaning}）：{plain('、'.join(held))}")
