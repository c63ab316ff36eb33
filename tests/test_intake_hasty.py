"""Who clicks in haste, right after typing or while a build is made, loses nothing of what was typed or saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx
from streamlit.testing.v1 import AppTest

from dashboard import APP, making
from etl.build import build
from etl.ledger import Ledger
from etl.paths import DATA_VARIABLE, County
from etl.warehouse.failure import BuildError
from tests.counties import small_county

PASTED = "柳堡镇\t2025-01-20"


@pytest.fixture
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[County]:
    held = small_county(tmp_path / "county")
    build(held)
    monkeypatch.setenv(DATA_VARIABLE, str(held.root))
    yield held
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def pasted(county: County) -> AppTest:
    """The page with one date pasted and a name given, before anything is saved."""
    app = AppTest.from_file(str(APP), default_timeout=120).switch_page("app_pages/intake.py")
    app.session_state["y"] = "2024"
    app.run()
    app.text_area(key="dates-text").set_value(PASTED).run()
    app.text_input(key="name-dates").set_value("李经办").run()
    return app


@pytest.fixture
def clicked_meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Any]], None]:
    """Lets the page make its builds this way, in each of which something else is clicked before it begins."""

    def by(make: Callable[..., Any]) -> None:
        def hurried(*args: Any, **options: Any) -> Any:
            context = get_script_run_ctx()
            assert context is not None and context.script_requests is not None
            context.script_requests.request_rerun(RerunData(page_script_hash=context.page_script_hash))
            return make(*args, **options)

        monkeypatch.setattr(making, "build", hurried)

    return by


def told(app: AppTest) -> str:
    assert not app.exception, app.exception[0].stack_trace
    return "\n".join(each.value for each in (*app.success, *app.error))


def test_a_line_typed_just_before_the_click_is_neither_lost_nor_saved_unseen(county: County, pasted: AppTest) -> None:
    more = f"{PASTED}\n双桥乡\t2025-01-21"
    pasted.text_area(key="dates-text").set_value(more)  # not run: the box is left by the click itself
    pasted.button(key="dates-save").click().run()
    assert "没有保存" in told(pasted) and pasted.text_area(key="dates-text").value == more
    assert Ledger(county.ledger).latest("dates") == {}
    pasted.button(key="dates-save").click().run()
    assert "已记下 2 个日期" in told(pasted) and len(Ledger(county.ledger).latest("dates")) == 2


def test_a_click_during_a_build_does_not_break_it_off(
    county: County, pasted: AppTest, clicked_meanwhile: Callable[[Callable[..., Any]], None]
) -> None:
    before = county.pointer.read_text(encoding="utf-8")
    clicked_meanwhile(build)
    pasted.button(key="dates-save").click().run()
    assert "已记下 1 个日期，并重新核对" in told(pasted)
    assert county.pointer.read_text(encoding="utf-8") != before


def test_a_build_that_fails_is_told_also_to_whoever_clicked_meanwhile(
    county: County, pasted: AppTest, clicked_meanwhile: Callable[[Callable[..., Any]], None]
) -> None:
    def full(_: County, *, progress: Callable[[str, int, int], None]) -> None:
        progress("读取", 1, 2)
        raise BuildError("磁盘已满。请腾出空间。")

    clicked_meanwhile(full)
    pasted.button(key="dates-save").click().run()
    assert "磁盘已满" in told(pasted)
