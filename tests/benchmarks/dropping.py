"""Sixty Word files dropped on 收报核对 in a real browser, until the whole list of problems stands there:
`uv run python -m tests.benchmarks.dropping`. Told step by step as the page shows them; nothing here is a test.

Seconds of a clock say little on a busy machine, so the processor time of the server and of its readers stands beside
them (Linux only). The county holds five earlier years, already built.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from etl.build import build
from etl.paths import County
from etl.sample import make_county
from tests.conftest import BROWSER_FLAGS, _find_browser
from tests.e2e.conftest import PATIENCE, Visit, serve

YEAR = 2024
COUNT = 60
ROUNDS = 3
STEPS = ("收齐上传", "放进待收", "读完", "核对完", "画完")
# The moment at which each step is first seen. The observer looks after every change of the page.
WATCH = """() => {
  const seen = (window.nbSeen = {}), find = (what) => document.querySelector(what);
  const once = (name) => { if (!(name in seen)) seen[name] = performance.now(); };
  new MutationObserver(() => {
    const bar = find('[data-testid=stProgress]')?.textContent ?? '';
    if (bar.includes('正在收文件')) once('收齐上传');
    if (/正在读取|读取年报/.test(bar)) once('放进待收');
    if (bar.includes('正在核对')) once('读完');
    if (find('.st-key-hand-in h2')) once('核对完');
    if (find('.st-key-hand-in .nb-finding') && find('.st-key-hand-in-go button') && find('.nb-foot')
      && find('[data-test-script-state="notRunning"]') && !find('[data-stale="true"]')) once('画完');
  }).observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true});
  find('[data-testid=stFileUploader] input').addEventListener('change', () => once('拖入'));
}"""


def county_before(folder: Path) -> tuple[County, list[Path]]:
    """The county as built before the year's reports came, and the files that come."""
    make_county(folder / "county", formats=("docx",))
    county = County(folder / "county")
    shutil.move(county.raw / str(YEAR), folder / "come")
    for path in county.raw.iterdir():
        if int(path.name) > YEAR:
            shutil.rmtree(path)
    build(county)
    files = sorted((folder / "come").glob("*.docx"))[:COUNT]
    assert len(files) == COUNT, "the county became smaller"
    return county, files


def drop(page: Page, files: list[Path]) -> dict[str, tuple[float, float]]:
    """Each step, in order: seconds of the clock and of the processor since the files were dropped."""
    page.evaluate(WATCH)
    before, used = processor_seconds(), {}
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(files, timeout=PATIENCE)
    seen: dict[str, float] = {}
    while STEPS[-1] not in seen:
        page.wait_for_timeout(20)
        seen = page.evaluate("window.nbSeen")
        for step in seen:
            used.setdefault(step, processor_seconds() - before)
    return {step: ((seen[step] - seen["拖入"]) / 1000, used[step]) for step in STEPS if step in seen}


def processor_seconds() -> float:
    """What the server and the processes it waited for have used since it began; 0 where nobody can tell."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == os.getpid() and b"streamlit" in (place / "cmdline").read_bytes():
                return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
        except OSError:  # it ended meanwhile
            continue
    return 0.0


def measure(browser: Browser, folder: Path) -> dict[str, tuple[float, float]]:
    """One drop on a fresh server and a fresh county."""
    folder.mkdir()
    county, files = county_before(folder)
    with serve(county.root, folder) as address:
        window = Visit(browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN"), address)
        window.open("intake", "收报核对")
        told = drop(window.page, files)
        window.page.close()
    return told


def main() -> None:
    """Every round, step by step: what that step took, and at last the sum."""
    path = _find_browser()
    assert path, "a browser is needed"
    with TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(BROWSER_FLAGS))
        for number in range(1, ROUNDS + 1):
            told = measure(browser, Path(place) / str(number))
            load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
            print(f"第 {number} 次，机器负载 {load:.1f}：")
            clock = used = 0.0
            for step, (until, worked) in told.items():
                print(f"  {step}：{until - clock:5.1f} 秒（处理器 {worked - used:5.1f}）")
                clock, used = until, worked
            print(f"  {COUNT} 份从拖入到问题清单：{clock:.1f} 秒（处理器 {used:.1f}）")


if __name__ == "__main__":
    main()
