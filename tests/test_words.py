"""What people wrote is shown as they wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import APP
from dashboard.provenance import Address
from dashboard.words import plain
from etl.paths import DATA_VARIABLE
from tests import planted_warehouse as planted

PAGES = sorted(path for path in (APP.parent / "app_pages").glob("*.py") if path.stem != "__init__")


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


@pytest.fixture
def marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The planted county, in which every unit's name holds signs of markup."""
    with duckdb.connect(str(planted.write(tmp_path))) as warehouse:
        warehouse.execute("UPDATE unit SET name = name || '*甲*'")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    yield
    st.cache_resource.clear()


def drawn(app: AppTest) -> list[str]:
    """Whatever is drawn as Markdown."""
    assert not app.exception, app.exception
    kinds = {
        "value": ("markdown", "caption", "error", "warning", "info", "success"),
        "label": ("checkbox", "button", "expander", "toggle"),
    }
    return [str(getattr(each, name)) for name, held in kinds.items() for kind in held for each in app.get(kind)]


def unescaped(app: AppTest) -> list[str]:
    """That of it which holds the name with its stars bare."""
    return [text for text in drawn(app) if re.search(r"(?<!\\)\*甲", text)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_name_of_a_unit_is_no_markup_on_any_page(path: Path, marked: None) -> None:
    app = AppTest.from_file(str(path), default_timeout=60)
    app.session_state["y"] = "2024"
    assert unescaped(app.run()) == []


@pytest.mark.parametrize(
    "address",
    [
        Address("measure", planted.FEES, 2024, "全部"), Address("measure", planted.FEES, 2024, "east"),
        Address("filing", "report", 2024, "全部"), Address("filing", "report", 2024, "east"),
        Address("measure", "unable", 2024, "office"), Address("measure", "published_total", 2024, "east"),
    ],
    ids=str,
)  # fmt: skip
def test_the_name_of_a_unit_is_no_markup_in_the_source_of_a_figure(address: Address, marked: None) -> None:
    app = AppTest.from_string(f"from dashboard import provenance\nprovenance.panel({str(address)!r})")
    assert unescaped(app.run()) == [] and "甲" in str(drawn(app))
