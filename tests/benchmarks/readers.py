"""Readers of the dashboard: one after another, then twenty at once, over websockets; and a browser until the last chart.
`uv run python -m tests.benchmarks.readers [folder of a county]`. Told, never tested.

Without a folder the fictional county is made: 60 units × 2016—2025. A reader goes from page to page and from year to
year, as the address bar would say it; what the server sends back must speak of that year.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from etl.build import build
from etl.paths import DATA_VARIABLE, County
from etl.sample import make_county
from tests.benchmarks import page_time
from tests.conftest import BROWSER_FLAGS, _find_browser
from tests.e2e.conftest import Visit, serve
from tests.e2e.reading import DRAWN

PAGES = {
    "总览": "", "年报全景": "panorama", "主动公开": "proactive", "依申请公开": "requests", "收费": "fees", "单位档案": "unit",
    "对比": "compare", "收报核对": "intake", "退改跟踪": "rectification", "数据台": "data", "口径与帮助": "help",
}  # fmt: skip
YEARS, SCOPES = (2024, 2023, 2022, 2021, 2020), ("全部", "乡镇街道", "县直部门")
READERS, ROUNDS = 20, 2
PAUSE = 4  # seconds that a reader in a hurry looks at a page
NOT_BY_YEAR = {"口径与帮助", "数据台"}


def walk(start: int) -> Iterator[tuple[str, int, str]]:
    """Pages, years and scopes in an order of each reader's own."""
    every = [(title, year, scope) for year in YEARS for scope in SCOPES for title in PAGES]
    return islice(cycle(every), start * 17 % len(every), None)


async def look(socket: ClientConnection, title: str, year: int, scope: str) -> float:
    """Seconds from asking for a page until the server has sent all of it."""
    asked = BackMsg()
    asked.rerun_script.query_string = urlencode({"y": year, "s": scope})
    asked.rerun_script.page_name = PAGES[title]
    started = time.perf_counter()
    await socket.send(asked.SerializeToString())
    told = bytearray()
    is_begun = False
    while True:
        frame = await socket.recv()
        assert isinstance(frame, bytes)
        message = ForwardMsg.FromString(frame)
        told += frame
        kind = message.WhichOneof("type")
        is_begun = is_begun or kind == "new_session"
        if kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
            raise AssertionError(message.delta.new_element.exception.message)
        if kind == "script_finished" and is_begun and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            break
    took = time.perf_counter() - started
    assert title in NOT_BY_YEAR or str(year).encode() in told, (title, year)
    return took


async def read(root: str, start: int, count: int, times: dict[str, list[float]], pause: float = 0) -> None:
    """One reader's window with so many looks, and so many seconds between them to look at what came."""
    async with connect(f"ws{root[4:]}/_stcore/stream", max_size=None, open_timeout=60) as socket:
        for title, year, scope in islice(walk(start), count):
            times[title].append(await look(socket, title, year, scope))
            await asyncio.sleep(pause)


async def many(root: str, count: int, pause: float = 0) -> dict[str, list[float]]:
    times: dict[str, list[float]] = defaultdict(list)
    async with asyncio.TaskGroup() as group:
        for start in range(READERS):
            group.create_task(read(root, start, count, times, pause))
    return times


def server_memory() -> int:
    """Bytes that the server holds; it is the one child of this process."""
    told = subprocess.run(("ps", "-o", "rss=", "--ppid", str(os.getpid())), capture_output=True, text=True, check=True)
    return max(map(int, told.stdout.split())) * 1024


def p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def charts(root: str) -> Iterator[tuple[str, float]]:
    """Seconds until every chart of a page is drawn, page by page, in a browser that has been here before."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_find_browser(), args=list(BROWSER_FLAGS))
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        window = Visit(context.new_page(), root).open()
        for title, path in PAGES.items():
            took = []
            for _ in range(3):
                started = time.perf_counter()
                window.open(f"{path}?y=2024", title)
                window.page.wait_for_function(DRAWN, timeout=90_000)
                took.append(time.perf_counter() - started)
            yield title, median(took)
        browser.close()


def main() -> None:
    with TemporaryDirectory() as place:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(place)
        if len(sys.argv) == 1:
            make_county(folder, years=range(2016, 2026), formats=("txt",))
        path = build(County(folder)).stamp.path
        os.environ[DATA_VARIABLE] = str(folder)
        with serve(folder, folder) as root:
            alone: dict[str, list[float]] = defaultdict(list)
            count = len(PAGES) * len(YEARS) * len(SCOPES)
            asyncio.run(read(root, 0, count, alone))
            before = server_memory()
            together = asyncio.run(many(root, len(PAGES) * ROUNDS))
            after = server_memory()
            pausing = asyncio.run(many(root, len(PAGES), PAUSE))
            drawn = dict(charts(root))
        print("毫秒：一位读者换页换年 p50 / p95；二十位同时 p95；浏览器里到最后一张图（中位）；这一页的查询单独问")
        for title, page in PAGES.items():
            asked, _ = page_time.listen(page or "overview")
            queries = min(page_time.bare(path, asked, [])[0] for _ in range(3))
            figures = (median(alone[title]), p95(alone[title]), p95(together[title]), drawn[title], queries)
            print(title, *(f"{each * 1000:.0f}" for each in figures), sep="　")
        for words, held in (("不停地点", together), (f"每次看 {PAUSE} 秒", pausing)):
            every = [each for values in held.values() for each in values]
            print(
                f"二十位读者同时，{words}，共 {len(every)} 次：p95 {p95(every):.2f} 秒（目标 2 秒以内），没有一次出错"
            )
        print(f"每位读者占内存 {(after - before) / READERS / 2**20:.1f} MB；服务端共 {after / 2**20:.0f} MB")


if __name__ == "__main__":
    main()
