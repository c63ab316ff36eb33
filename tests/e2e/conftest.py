"""A served dashboard and a page in a real browser that reports every request leaving this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dashboard import APP, SERVER_OPTIONS
from etl.build import build
from etl.paths import DATA_VARIABLE, County
from etl.sample import make_county
from tests import planted_warehouse as planted

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request, WebSocket

PATIENCE = 90_000  # milliseconds; generous, because the machine may be busy with other tests
LOCAL = ("http://127.0.0.1", "ws://127.0.0.1", "blob:", "data:")


# The foot is there, the server rests, nothing is left of the run before, and what draws itself in the browser has begun.
STANDS = """() => document.querySelector('[data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]')
    && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"], .nb-host:empty, .nb-findings:empty')"""


@dataclass
class Wire:
    """What a window and the server say to each other: `is_owed` while a run that was asked for has not come to its end.

    The state that the page shows lags behind: between a click and the server's first word it still says that nothing runs.
    """

    is_owed: bool = False
    is_begun: bool = False

    def listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self.sent)
        socket.on("framereceived", self.received)

    def sent(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes) and BackMsg.FromString(frame).WhichOneof("type") == "rerun_script":
            self.is_owed, self.is_begun = True, False

    def received(self, frame: str | bytes) -> None:
        if not isinstance(frame, bytes):
            return
        message = ForwardMsg.FromString(frame)
        match message.WhichOneof("type"):
            case "new_session":
                self.is_begun = True
            case "script_finished" if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN and self.is_begun:
                self.is_owed = False


@dataclass
class Visit:
    """One reader's window: `outside` collects every request that would leave the machine."""

    page: Page
    root: str
    outside: list[str] = field(default_factory=list)
    wire: Wire = field(default_factory=Wire)

    def __post_init__(self) -> None:
        self.page.on("websocket", self.wire.listen)

    def open(self, path: str = "", heading: str | None = None) -> Visit:
        """Go to a page and wait until it stands."""
        self.page.goto(f"{self.root}/{path}", timeout=PATIENCE)
        return self.settle(heading)

    def settle(self, heading: str | None = None) -> Visit:
        """Wait until every run that was asked for has ended and what it drew is there: the foot is drawn last."""
        if heading:
            self.page.locator("h1", has_text=heading).wait_for(timeout=PATIENCE)
        self.page.locator(".nb-foot, ol").last.wait_for(timeout=PATIENCE)
        until = time.monotonic() + PATIENCE / 1000
        while self.wire.is_owed and time.monotonic() < until:
            self.page.wait_for_timeout(20)  # the answer is heard meanwhile
        assert not self.wire.is_owed, "the server did not answer"
        self.page.wait_for_function(STANDS, timeout=PATIENCE)
        return self

    def click(self, locator: Any, *, force: bool = False) -> Visit:
        """One click of a reader; `force` for a mark of a chart, over which a layer for dragging lies."""
        locator.click(timeout=PATIENCE, force=force)
        self.page.wait_for_timeout(150)  # a field tells of itself only after a while; what was told is waited for
        return self.settle()

    @property
    def text(self) -> str:
        """What a reader can read; the name of an icon stands in the document but shows as a picture."""
        self.page.add_style_tag(content="[data-testid=stIconMaterial] {display: none !important}")
        return self.page.inner_text("body")

    @property
    def prose(self) -> str:
        """The same without what is set as code, such as the name of a column; what a reader types is in neither."""
        self.page.add_style_tag(content="code {display: none !important}")
        return self.text


@contextmanager
def serve(county: Path, workplace: Path) -> Iterator[str]:
    """The dashboard on a free port, started from another folder than its own, as a user would."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    options = ["--server.port", str(port), "--server.address", "127.0.0.1", *SERVER_OPTIONS]
    with (workplace / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-P", "-m", "streamlit", "run", str(APP), *options],
            env={**os.environ, DATA_VARIABLE: str(county)},
            cwd=workplace,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_up(address, server, workplace / "server.log")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_until_up(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the dashboard did not come up:\n{log.read_text(encoding='utf-8', errors='replace')}")


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("county")
    planted.write(root)
    return root


@pytest.fixture(scope="session")
def big_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """青禾县 over ten years, some sixty units: made and built from files, as text, which is read fastest."""
    root = tmp_path_factory.mktemp("big")
    make_county(root, years=range(2016, 2026), formats=("txt",))
    build(County(root))
    return root


@pytest.fixture(scope="session")
def big_served(browser: Browser, big_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve(big_county, tmp_path_factory.mktemp("elsewhere")) as address:
        yield address


@pytest.fixture(scope="session")
def served(county: Path, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The planted county, served once for the run; `browser` comes first, so that no server starts without one."""
    with serve(county, tmp_path_factory.mktemp("elsewhere")) as address:
        yield address


def open_window(browser: Browser, root: str, *, phone: bool = False, dark: bool = False) -> Visit:
    """A new reader in front of a dashboard; to be closed with `page.context.close()`."""
    size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
    context = browser.new_context(
        viewport=size, locale="zh-CN", color_scheme="dark" if dark else "light", has_touch=phone
    )
    window = Visit(context.new_page(), root)

    def note(request: Request) -> None:
        if not request.url.startswith(LOCAL):
            window.outside.append(request.url)

    context.on("request", note)
    return window


@pytest.fixture
def visit(browser: Browser, served: str) -> Iterator[Callable[..., Visit]]:
    """Opens windows on the planted county: visit(), visit(phone=True), visit(dark=True), visit(root=…)."""
    opened: list[Visit] = []

    def enter(*, phone: bool = False, dark: bool = False, root: str = served) -> Visit:
        opened.append(open_window(browser, root, phone=phone, dark=dark))
        return opened[-1]

    yield enter
    for window in opened:
        window.page.context.close()
