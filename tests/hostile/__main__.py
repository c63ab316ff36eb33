"""The whole measure, run by hand: `uv run python -m tests.hostile --count 200000 --papers 5000`.

Prints the table of shares by format and damage, and every variation that was read wrongly without a word.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor

from tests.hostile import papers
from tests.hostile.judge import Tally, Verdict, count, judge, tally
from tests.hostile.printers import PRINTERS

_BATCH = 250
Wrong = tuple[str, int, str, Verdict]


def text(job: tuple[str, int, int]) -> tuple[Tally, list[Wrong]]:
    format, start, end = job
    counts, wrong = tally(format, range(start, end))
    return counts, [(format, *one) for one in wrong]


def paper(job: tuple[str, int, int]) -> tuple[Tally, list[Wrong]]:
    kind, start, end = job
    seeds = range(start, end)
    made: Iterable[papers.Paper]
    if kind == "PDF（typst）":
        made = papers.by_typst(seeds)
    elif kind == "PDF（浏览器）":
        made = papers.by_browser(seeds, shutil.which("chromium") or shutil.which("google-chrome") or "chromium")
    else:
        made = papers.by_office(seeds)
    counts: Tally = Counter()
    wrong: list[Wrong] = []
    for seed, (sheet, data) in zip(seeds, made, strict=True):
        verdict = judge(sheet, data, f"raw/2024/柳堡镇{seed}.pdf")
        count(counts, kind, sheet, verdict)
        if verdict.wrong:
            wrong.append((kind, seed, " ".join(sheet.applied), verdict))
    return counts, wrong


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
    counts: Tally = Counter()
    wrong: list[Wrong] = []
    with ProcessPoolExecutor() as pool:
        for results in (pool.map(text, batches), pool.map(paper, jobs)):
            for counted, found in results:
                counts += counted
                wrong += found
    print(
        "| 格式 | 完好的版面：份数 | 读全的 | 有损坏的：份数 | 数字读出的 | 读错而没有标明的 |\n| --- | --- | --- | --- | --- | --- |"
    )
    for format in [*PRINTERS, *(kind for kind, many in kinds.items() if many)]:
        whole, spoilt = (
            {what: n for (f, d, what), n in counts.items() if f == format and d is damaged} for damaged in (False, True)
        )
        print(
            f"| {format} | {whole.get('read', 0)} | {whole.get('complete', 0) / max(whole.get('read', 0), 1):.2%} | "
            f"{spoilt.get('read', 0)} | {spoilt.get('figures read', 0) / max(spoilt.get('figures', 0), 1):.2%} | "
            f"{sum(1 for one in wrong if one[0] == format)} |"
        )
    for format, seed, applied, verdict in wrong[:40]:
        print(format, seed, applied, [(cell, str(got), str(truth)) for cell, got, truth in verdict.wrong[:3]])
    total = sum(n for (_, _, what), n in counts.items() if what == "read")
    print(f"{total} 份，读错而没有标明的 {len(wrong)} 份，{time.monotonic() - started:.0f} 秒")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
