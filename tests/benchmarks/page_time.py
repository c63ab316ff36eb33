"""A page's server time with cleared caches, against its queries and its charts measured bare:
`uv run python -m tests.benchmarks.page_time [folder of a county]`. Told as ratios; nothing here is a test.

The page runs inside the whole frame under Streamlit's own harness. Bare means: the same questions, asked again of the
same file in the same order, and the same charts and tables, built again from the same arguments.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from inspect import isfunction
from pathlib import Path
from pkgutil import iter_modules
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard import APP, charts, db
from etl.build import build
from etl.paths import DATA_VARIABLE, County
from etl.sample import make_county
from etl.warehouse.read import open_build

ROUNDS = 7
PAGES = {
    "总览": "overview", "年报全景": "panorama", "主动公开": "proactive", "依申请公开": "requests", "收费": "fees", "对比": "compare",
}  # fmt: skip
DRAWS = {"go.Figure", "Table"}  # what a function of the dashboard hands back that draws
OUT = {"app", "__main__"}  # run, not imported
Call = Callable[[], object]


def builders() -> dict[tuple[ModuleType, str], Callable[..., object]]:
    """Every function of the dashboard that makes a chart or a table."""
    modules = [
        import_module(f"dashboard.{each.name}") for each in iter_modules(dashboard.__path__) if each.name not in OUT
    ]
    return {
        (module, name): act
        for module in modules
        for name, act in vars(module).items()
        if isfunction(act) and act.__module__ == module.__name__ and act.__annotations__.get("return") in DRAWS
    }


def run(page: str) -> float:
    """Seconds the script runner needs for one run of the frame with this page, all caches cleared.

    Taken inside the runner: around it the harness itself waits and polls.
    """
    st.cache_data.clear()
    st.cache_resource.clear()
    charts.forget()
    app = AppTest.from_file(str(APP), default_timeout=120)
    if page != "overview":
        app.switch_page(f"app_pages/{page}.py")
    took: list[float] = []
    inner = ScriptRunner._run_script

    def timed(runner: ScriptRunner, *args: Any) -> None:
        started = time.perf_counter()
        inner(runner, *args)
        took.append(time.perf_counter() - started)

    ScriptRunner._run_script = timed  # type: ignore[method-assign]
    try:
        app.run()
    finally:
        ScriptRunner._run_script = inner  # type: ignore[method-assign]
    assert not app.exception, app.exception
    return took[-1]


def listen(page: str) -> tuple[list[tuple[str, Any]], list[Call]]:
    """What one run asks of the warehouse and what it draws."""
    asked: list[tuple[str, Any]] = []
    drawn: list[Call] = []
    is_within = False
    kept = builders()
    query = db._query

    def heard(path: str, sql: str, parameters: tuple[tuple[str, Any], ...]) -> Any:
        if (sql, parameters) not in asked:
            asked.append((sql, parameters))
        return query(path, sql, parameters)

    def watched(act: Callable[..., object]) -> Callable[..., object]:
        def call(*args: Any, **named: Any) -> object:
            nonlocal is_within
            if is_within:  # what one of these asks of another is its own work
                return act(*args, **named)
            drawn.append(lambda: act(*args, **named))
            is_within = True
            try:
                return act(*args, **named)
            finally:
                is_within = False

        return call

    db._query = heard  # type: ignore[assignment]
    for (module, name), act in kept.items():
        setattr(module, name, watched(act))
    try:
        run(page)
    finally:
        db._query = query
        for (module, name), act in kept.items():
            setattr(module, name, act)
    return asked, drawn


def bare(path: Path, asked: list[tuple[str, Any]], drawn: list[Call]) -> tuple[float, float]:
    """Seconds of the questions, asked over a fresh connection, and of the drawing."""
    started = time.perf_counter()
    with open_build(path) as connection:
        for sql, parameters in asked:
            connection.sql(sql, params=dict(parameters)).pl()
    charts.forget()
    middle = time.perf_counter()
    for draw in drawn:
        draw()
    return middle - started, time.perf_counter() - middle


def main() -> None:
    """Every page of the sample county, or of the county named."""
    with TemporaryDirectory() as place:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(place)
        if len(sys.argv) == 1:
            make_county(folder)
        county = County(folder)
        path = build(county).stamp.path
        os.environ[DATA_VARIABLE] = str(folder)
        logging.disable(logging.WARNING)  # Streamlit on being run without a server
        for title, page in PAGES.items():
            asked, drawn = listen(page)
            times = [(run(page), *bare(path, asked, drawn)) for _ in range(ROUNDS)]
            whole, queries, drawing = (min(column) for column in zip(*times, strict=True))
            print(
                f"{title}：服务端 {whole * 1000:.0f} 毫秒；{len(asked)} 个查询 {queries * 1000:.0f}，"
                f"{len(drawn)} 次制图制表 {drawing * 1000:.0f}；比值 {whole / (queries + drawing):.2f}（目标 ≤ 2）"
            )


if __name__ == "__main__":
    main()
