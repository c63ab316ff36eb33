"""What every test may ask for: the real reports, a browser, and the rule that a skipped test says why."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.flow_figures import Changes, Facts, Make

REAL_REPORTS = "NIANBAO_REAL_REPORTS"
BROWSER = "NIANBAO_BROWSER"
SLOW = "NIANBAO_SLOW"
BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge")
WINDOWS_BROWSERS = ("Microsoft/Edge/Application/msedge.exe", "Google/Chrome/Application/chrome.exe")
# A browser that starts in a container, keeps to itself, and looks nothing up on the network.
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get(SLOW) == "1":
        return
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason=f"要几分钟；设 {SLOW}=1 后运行"))


@pytest.fixture(scope="session")
def real_reports() -> Path:
    """The folder of real reports, which are not part of the repository."""
    folder = os.environ.get(REAL_REPORTS)
    if not folder:
        pytest.skip(f"没有真实年报：把 {REAL_REPORTS} 设为存放真实年报的文件夹后运行")
    if not Path(folder).is_dir():
        pytest.fail(f"{REAL_REPORTS}={folder} 不是文件夹。请改为存放真实年报的文件夹，或取消这个变量。")
    return Path(folder)


@pytest.fixture(scope="module")
def planted_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse planted by hand, one for each file of tests; a file that needs it otherwise has its own by this name."""
    from tests import planted_warehouse

    root = tmp_path_factory.mktemp("county")
    planted_warehouse.write(root)
    return root


@pytest.fixture
def in_force(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], Path]]:
    """Puts the folder of a county in force for the pages, and gives it back; what they keep of it goes with the test."""
    import streamlit as st

    from etl.paths import DATA_VARIABLE

    def put(root: Path) -> Path:
        monkeypatch.setenv(DATA_VARIABLE, str(root))
        return root

    yield put
    st.cache_resource.clear()


@pytest.fixture
def county(planted_county: Path, in_force: Callable[[Path], Path]) -> Path:
    """`planted_county`, in force for the pages."""
    return in_force(planted_county)


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Puts the planted county, with these changes, in force for the pages; `checked=True` by the rules themselves."""
    import streamlit as st  # here, so that a test of other rooms does not wait for it

    from etl.paths import DATA_VARIABLE
    from tests.flow_figures import plant

    def county(changes: Changes | None = None, *, checked: bool = False) -> Facts:
        root = tmp_path / str(len(list(tmp_path.iterdir())))
        monkeypatch.setenv(DATA_VARIABLE, str(root))
        return plant(root, changes, checked=checked)

    yield county
    st.cache_resource.clear()


@pytest.fixture(scope="session")
def browser_path() -> str:
    """An installed browser of the Chromium family. Under CI=true its absence fails the test instead of skipping it."""
    path = _find_browser()
    if path:
        return path
    reason = f"没有找到 Chromium、Chrome 或 Edge：请安装其中之一，或把 {BROWSER} 设为它的可执行文件"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser(browser_path: str) -> Iterator[Browser]:
    """One headless browser for the whole run; every test opens a context of its own in it."""
    from playwright.sync_api import sync_playwright  # a session without browser tests need not load it

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, headless=True, args=list(BROWSER_FLAGS))
        yield browser
        browser.close()


def _find_browser() -> str | None:
    named = os.environ.get(BROWSER)
    if named:
        return shutil.which(named)
    for name in BROWSER_NAMES:
        if found := shutil.which(name):
            return found
    for variable in ("ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"):
        for relative in WINDOWS_BROWSERS:
            path = Path(os.environ.get(variable, "")) / relative
            if os.environ.get(variable) and path.is_file():
                return str(path)
    return None
