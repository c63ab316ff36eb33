"""Files handed in on the page: staged, read and checked; nothing enters the warehouse until a person has seen it."""

from __future__ import annotations

import streamlit as st


def area(year: int | None) -> None:
    st.file_uploader("拖入年报：Word、WPS、PDF、网页、文本，或整包压缩文件", accept_multiple_files=True, key="drop")
