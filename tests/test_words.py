"""What people wrote is shown as they wrote it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.words import plain


@pytest.mark.parametrize(
    "text", ["![图](http://example.invalid/x.png)", "年报_2024*终稿*.docx", ":red[急]", "$1$ <b>5</b>", "# 一"]
)
def test_no_sign_of_markup_is_left_without_its_escape(text: str) -> None:
    shown = plain(text)
    assert shown.replace("\\", "") == text
    assert all(shown[at - 1] == "\\" for at, letter in enumerate(shown) if letter in "`*_{}[]()#+!|~<>$:")


def test_a_text_in_a_message_stays_one_message() -> None:
    app = AppTest.from_string(
        "import streamlit as st\nfrom dashboard.words import plain\nst.error(plain('a_b_c ![x](y)'))"
    ).run()
    assert not app.exception and app.error[0].value == plain("a_b_c ![x](y)")
