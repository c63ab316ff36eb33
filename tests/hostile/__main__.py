"""The whole measure, run by hand: `uv run python -m tests.hostile --count 200000 --papers 5000`.

Prints at once every variation that was read wrongly without a word, and at the end, or when it is told to stop, the
tables of shares by format and by damage.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.conftest import BROWSER_FLAGS
from tests.hostile import papers
from tests.hostile.damages import DAMAGES
from tests.hostile.judge import Tally, Verdict, count, judge, tally
from tests.hostile.printers import PRINTERS
from tests.hostile.vary import blanks_not_shown

_BATCH = 250
Wrong = tuple[str, int, str, Verdict]
Job = tuple[str, int, int]  # format, first number, the one after the last
Measure = Callable[[Job], tuple[Tally, list[Wrong]]]


def text(job: Job) -> tuple[Tally, list[Wrong]]:
    format, start, end = job
    counts, wrong = tally(format, range(start, end))
    return counts, [(format, *one) for one in wrong]


def paper(job: Job) -> tuple[Tally, list[Wrong]]:
    kind, start, end = job
    if kind == "PDF（typst）":
        return judged(kind, start, papers.by_typst(range(start, end)))
    if kind == "PDF（LibreOffice）":
        return judged(kind, start, papers.by_office(range(start, end)))
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(BROWSER_FLAGS))
        return judged(kind, start, papers.by_browser(range(start, end), browser))


def judged(kind: str, first: int, made: Iterable[papers.Paper]) -> tuple[Tally, list[Wrong]]:
    counts: Tally = Counter()
    wrong: list[Wrong] = []
    for seed, (sheet, data) in enumerate(made, start=first):
        verdict = judge(sheet, data, f"raw/2024/柳堡镇{seed}.pdf")
        shown = f"{kind}，无框线" if papers.NO_BORDERS in sheet.applied else kind
        count(counts, shown, sheet, verdict)
        if verdict.wrong:
            wrong.append((shown, seed, " ".join(sheet.applied), verdict))
    return counts, wrong


def show_formats(counts: Tally, wrong: list[Wrong], formats: list[str]) -> None:
    """Shares for each format, whole and damaged."""
    print("| 格式 | 完好的版面：份数 | 读全的 | 有损坏的：份数 | 数字读出的 | 读错而没有标明的 |")
    print("| --- | --- | --- | --- | --- | --- |")
    for format in formats:
        whole, spoilt = (
            {what: n for (f, d, what), n in counts.items() if f == format and d is damaged} for damaged in (False, True)
        )
        print(
            f"| {format} | {whole.get('read', 0)} | {whole.get('complete', 0) / max(whole.get('read', 0), 1):.2%} | "
            f"{spoilt.get('read', 0)} | {spoilt.get('figures read', 0) / max(spoilt.get('figures', 0), 1):.2%} | "
            f"{sum(1 for one in wrong if one[0] == format)} |"
        )


def show_damages(counts: Tally, formats: list[str]) -> None:
    """The share of the printed figures that were read, for each damage, alone or with others."""
    groups = {"文本": [f for f in formats if "文本" in f or "行" in f or f in ("制表符", "空格对齐")]}
    groups |= {name: [f for f in formats if f == name] for name in ("网页", "Word", "Excel")}
    groups |= {"PDF": [f for f in formats if f.startswith("PDF")]}
    print(f"\n| 损坏 | {' | '.join(groups)} |\n| --- |{' --- |' * len(groups)}")
    for damage in [*DAMAGES, blanks_not_shown.__name__]:
        shares = []
        for members in groups.values():
            printed, read = (sum(counts[f, damage, what] for f in members) for what in ("figures", "figures read"))
            shares.append(f"{read / printed:.1%}" if printed else "—")
        print(f"| {damage} | {' | '.join(shares)} |")


def _spread(measure: Measure, jobs: list[Job]) -> Iterator[tuple[float, Measure, Job]]:
    """Each job with its place among all of its kind, from 0 to 1: so that every format advances alike."""
    kinds = Counter(job[0] for job in jobs)
    met: Counter[str] = Counter()
    for job in jobs:
        met[job[0]] += 1
        yield met[job[0]] / kinds[job[0]], measure, job


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000, help="variations over the formats that are not PDF")
    parser.add_argument("--papers", type=int, default=0, help="PDFs: eight tenths by typst, a tenth each by the others")
    parser.add_argument("--first", type=int, default=0, help="the first number of a variation")
    asked = parser.parse_args()
    started = time.monotonic()
    each, first = asked.count // len(PRINTERS), asked.first
    batches = [
        (format, first + n, first + min(n + _BATCH, each)) for format in PRINTERS for n in range(0, each, _BATCH)
    ]
    kinds = {
        "PDF（typst）": asked.papers * 8 // 10,
        "PDF（浏览器）": asked.papers // 10,
        "PDF（LibreOffice）": asked.papers // 10,
    }
    jobs = [(kind, first + n, first + min(n + 50, many)) for kind, many in kinds.items() for n in range(0, many, 50)]
    tasks = sorted([*_spread(text, batches), *_spread(paper, jobs)], key=lambda task: task[0])
    counts: Tally = Counter()
    wrong: list[Wrong] = []
    pool = ProcessPoolExecutor()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        waiting = [pool.submit(measure, job) for _, measure, job in tasks]
        for done, finished in enumerate(as_completed(waiting), start=1):
            counted, found = finished.result()
            counts += counted
            wrong += found
            for format, seed, applied, verdict in found:
                cells = [(cell, str(got), str(truth)) for cell, got, truth in verdict.wrong[:3]]
                print("读错：", format, seed, applied, cells, file=sys.stderr, flush=True)
            if done % 20 == 0:
                print(f"{done} / {len(tasks)}，读错 {len(wrong)}", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("中途停下，以下是已经量完的部分：\n")
    pool.shutdown(wait=False, cancel_futures=True)
    formats = [*PRINTERS, *sorted({format for format, _, _ in counts} - PRINTERS.keys())]
    show_formats(counts, wrong, formats)
    show_damages(counts, formats)
    total = sum(n for (_, _, what), n in counts.items() if what == "read")
    print(f"\n{total} 份，读错而没有标明的 {len(wrong)} 份，{time.monotonic() - started:.0f} 秒")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
