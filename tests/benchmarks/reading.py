"""How long from bytes to Report, against lxml parsing the same bytes: `uv run python -m tests.benchmarks.reading`.

Everything is measured in one run, in turns, and told as a ratio of the best times; nothing here is a test.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import lxml.html

from etl.read import read_document
from etl.recognise import report_from
from etl.sample import load_answers, make_county
from etl.units import Unit, load_units

ROUNDS = 15


def best(acts: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The shortest of several turns of each act, in seconds; the acts take turns, so that all meet the same weather."""
    times = {name: float("inf") for name in acts}
    for _ in range(ROUNDS):
        for name, act in acts.items():
            started = time.perf_counter()
            act()
            times[name] = min(times[name], time.perf_counter() - started)
    return times


def in_both_kinds(folder: Path) -> tuple[list[tuple[str, bytes, bytes]], tuple[Unit, ...]]:
    """Every unit's report of one year: (path, as a page, as text), and the register."""
    data: dict[str, dict[tuple[str | None, int | None], tuple[str, bytes]]] = {}
    for kind in ("html", "txt"):
        make_county(folder / kind, years=[2024], formats=[kind])
        data[kind] = {
            (file.unit_id, file.year): (file.path, (folder / kind / file.path).read_bytes())
            for file in load_answers(folder / kind).files
            if file.role == "report"
        }
    pairs = [(path, page, data["txt"][key][1]) for key, (path, page) in data["html"].items()]
    return pairs, load_units(folder / "html" / "units.csv")


def main() -> None:
    """Reports as the sample county writes them, and the same with the styles a word processor leaves in a page."""
    with TemporaryDirectory() as place:
        reports, units = in_both_kinds(Path(place))
    for what, dress in (("原样", lambda page: page), ("带 Word 样式", with_styles)):
        pages = [(path, dress(page), text) for path, page, text in reports]
        total: Counter[str] = Counter()
        for path, page, text in pages:
            acts: dict[str, Callable[[], object]] = {
                "lxml": lambda page=page: lxml.html.document_fromstring(page),
                "html": lambda page=page, path=path: report_from(read_document(path, page), path, units),
                "txt": lambda text=text, path=path: report_from(read_document(path, text), path, units),
            }
            total.update(best(acts))
        size = sum(len(page) for _, page, _ in pages) / len(pages) / 1024
        each = {name: seconds / len(pages) * 1000 for name, seconds in total.items()}
        print(f"{what}：{len(pages)} 份，网页平均 {size:.0f} KB")
        print(
            f"  每份毫秒：lxml 解析 {each['lxml']:.2f}，网页→Report {each['html']:.2f}，文本→Report {each['txt']:.2f}"
        )
        print(f"  网页 / lxml = {total['html'] / total['lxml']:.1f}（目标 ≤ 10）；", end="")
        print(f"文本 / 网页 = {total['txt'] / total['html']:.2f}（目标 ≤ 1）")


def with_styles(page: bytes) -> bytes:
    """What a page saved from a word processor or a government site carries in every cell."""
    style = b'<td style="border:solid 1px #000;padding:0 5.4pt;height:23px" valign="center" width="52"'
    return re.sub(rb"<td(?=[ >])", style, page)


if __name__ == "__main__":
    main()
