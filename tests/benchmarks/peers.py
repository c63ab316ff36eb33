"""One report from bytes to figures against general extractors and against the bare parsers, on the same files in one run:
`uv run python -m tests.benchmarks.peers [html docx xlsx pdf scan]`. Told as ratios of the best processor times, because clocks lie on a busy machine; nothing here is a test.

NIANBAO_PEERS names the Python of an environment that holds markitdown, docling, docling-rs or pandas (several, parted as
in PATH); what is not there is left out with a word. NIANBAO_REAL_REPORTS adds the count of a real report as a scan.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import lxml.html
import pypdfium2
from lxml import etree  # ty: ignore[missing-module-member]
from python_calamine import CalamineWorkbook
from selectolax.lexbor import LexborHTMLParser

from etl.read import read_document
from etl.read.scan import is_available
from etl.recognise import report_from
from etl.report import FactState
from etl.sample import FileAnswer, load_answers, make_county
from etl.units import load_units

PEERS = "NIANBAO_PEERS"
ROUNDS, FILES = 7, 6
_TOOLS = {
    "markitdown": ("html", "docx", "xlsx", "pdf"),
    "docling": ("html", "docx", "xlsx"),
    "docling-rs": ("html", "docx", "xlsx"),
    "pandas": ("html", "xlsx"),
}
# Prints the best seconds of each file, or why the tool cannot read it.
_CHILD = """
import io, json, logging, os, sys, time, warnings
tool, rounds, paths = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
os.environ["HF_HUB_OFFLINE"] = "1"
warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL)
if tool == "markitdown":
    from markitdown import MarkItDown
    converter = MarkItDown()
    act = lambda path: converter.convert(path).text_content
elif tool in ("docling", "docling-rs"):
    if tool == "docling":
        from docling.document_converter import DocumentConverter
    else:
        from docling_rs import DocumentConverter
    converter = DocumentConverter()
    act = lambda path: converter.convert(path).document.export_to_markdown()
else:
    import pandas
    act = lambda path: pandas.read_html(path) if path.endswith("html") else pandas.read_excel(path, sheet_name=None)
times = {}
for path in paths:
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        act(path)
        best = min(best, time.process_time() - started)
    times[path] = best
print("\\n" + json.dumps(times))
"""


def best(act: Callable[[], object]) -> float:
    shortest = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        act()
        shortest = min(shortest, time.process_time() - started)
    return shortest


def bare(kind: str, data: bytes) -> dict[str, Callable[[], object]]:
    """What the parser alone does with the same bytes."""
    if kind == "html":
        return {
            "lxml": lambda: lxml.html.document_fromstring(data),
            "selectolax": lambda: LexborHTMLParser(data.decode("utf-8", "replace")).body,
        }
    if kind == "docx":
        return {"zipfile + lxml": lambda: etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))}
    if kind == "xlsx":
        return {"calamine": lambda: _sheets(data)}
    return {"pypdfium2 的文字": lambda: _text(data)}


def _sheets(data: bytes) -> list[Any]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def _text(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as pages:
        return [page.get_textpage().get_text_range() for page in pages]


def peers() -> list[str]:
    return [one for one in os.environ.get(PEERS, "").split(os.pathsep) if one]


def by_peer(tool: str, paths: list[str]) -> float | str:
    """Seconds over all files, or why there are none."""
    said = f"没有（{PEERS} 没有指向装有它的 Python）"
    for python in peers():
        ended = subprocess.run([python, "-c", _CHILD, tool, str(ROUNDS), *paths], capture_output=True, text=True)
        if ended.returncode == 0:
            return sum(json.loads(ended.stdout.splitlines()[-1]).values())
        last = ended.stderr.strip().splitlines()[-1:] or [""]
        if "No module named" not in last[0]:
            said = f"读不了（{last[0][:80]}）"
    return said


def compare(kind: str, folder: Path) -> None:
    """Ours, the reader alone, the bare parser and the peers, over some reports of one format."""
    make_county(folder / kind, years=[2024], formats=[kind])
    units = load_units(folder / kind / "units.csv")
    files = [file for file in load_answers(folder / kind).files if file.role == "report" and not file.planted][:FILES]
    whole = reader = 0.0
    alone: Counter[str] = Counter()
    for file in files:
        path = folder / kind / file.path
        data = path.read_bytes()
        document = read_document(path.name, data)
        reader += best(lambda path=path, data=data: read_document(path.name, data))
        whole += best(lambda path=path, data=data: report_from(read_document(path.name, data), path.name, units))
        alone.update({name: best(act) for name, act in bare(kind, data).items()})
        assert document.blocks
    paths = [str(folder / kind / file.path) for file in files]
    print(
        f"{kind}：{len(files)} 份，每份 {whole / len(files) * 1000:.2f} 毫秒，其中读 {reader / len(files) * 1000:.2f}；"
        f"认为读的 {(whole - reader) / reader:.2f} 倍" + ("（目标 ≤ 1）" if kind == "pdf" else "")
    )
    for name, seconds in alone.items():
        print(
            f"  {name} {seconds / len(files) * 1000:.2f} 毫秒；整份 / 它 = {whole / seconds:.1f}，读 / 它 = {reader / seconds:.1f}"
        )
    for tool, kinds in _TOOLS.items():
        if kind not in kinds:
            continue
        seconds = by_peer(tool, paths)
        if isinstance(seconds, str):
            print(f"  {tool}：{seconds}")
            continue
        target = "（目标 ≥ 20）" if tool == "docling" and kind in {"html", "docx"} else ""
        print(
            f"  {tool} {seconds / len(files) * 1000:.1f} 毫秒；它 / 读 = {seconds / reader:.0f}{target}，"
            f"它 / 整份（读出并认出 200 个数）= {seconds / whole:.0f}",
            flush=True,
        )


def scanned(data: bytes, dots: int = 150) -> bytes:
    """The pages as pictures in a PDF."""
    with pypdfium2.PdfDocument(data) as file:
        pages = [page.render(scale=dots / 72).to_pil().convert("RGB") for page in file]
    held = io.BytesIO()
    pages[0].save(held, "PDF", save_all=True, append_images=pages[1:], resolution=dots)
    return held.getvalue()


def count_scan(what: str, data: bytes, truth: dict[str, Decimal]) -> None:
    """Right, flagged and wrong figures of a report read from pictures; and how long beside the engine alone."""
    from etl.read.scan import DOTS, _engine

    picture = scanned(data)
    read_document("扫描.pdf", picture)  # the engine is loaded once
    started = time.process_time()
    document = read_document("扫描.pdf", picture)
    middle = time.process_time()
    report = report_from(document, "扫描.pdf", ())
    ended = time.process_time()
    engine = 0.0
    with pypdfium2.PdfDocument(picture) as file:
        for page in file:
            dotted = page.render(scale=DOTS / 72).to_numpy()[:, :, :3].copy()
            begun = time.process_time()
            _engine()(dotted, use_det=True, use_cls=False, use_rec=True)
            engine += time.process_time() - begun
        pages = len(file)
    found = {fact.cell: fact for fact in report.facts}
    right = wrong = flagged = 0
    for cell, value in truth.items():
        fact = found.get(cell)
        if fact is None or fact.state is not FactState.REPORTED:
            flagged += 1
        elif fact.value == value:
            right += 1
        else:
            wrong += 1
    print(
        f"{what}：{pages} 页，读 {middle - started:.1f} 秒，认 {ended - middle:.2f} 秒（为读的 {(ended - middle) / (middle - started):.3f} 倍，"
        f"目标 ≤ 1），识别引擎本身 {engine:.1f} 秒（读 / 它 = {(middle - started) / engine:.2f}）"
    )
    print(f"  {len(truth)} 个数：对 {right}，待核 {flagged}，错 {wrong}（目标 0）")


def truth_of(file: FileAnswer) -> dict[str, Decimal]:
    return {cell: Decimal(fact.value) for cell, fact in file.facts.items() if fact.value is not None}


def main() -> None:
    """Every format, then scans; or those named."""
    wanted = sys.argv[1:] or ["html", "docx", "xlsx", "pdf", "scan"]
    with TemporaryDirectory() as place:
        folder = Path(place)
        for kind in ("html", "docx", "xlsx", "pdf"):
            if kind in wanted:
                compare(kind, folder)
        if "scan" not in wanted:
            return
        if not is_available():
            print("扫描件：没有文字识别组件，略过（uv sync --extra ocr）")
            return
        answers = make_county(folder / "scan", years=[2024], formats=["pdf"])
        files = [file for file in answers.files if file.role == "report" and not file.planted]
        for file in (file for file in files if file.unit_id in {"area", "t01"}):
            count_scan(f"扫描的示例（{file.layout}）", (folder / "scan" / file.path).read_bytes(), truth_of(file))
        real = os.environ.get("NIANBAO_REAL_REPORTS")
        for path in sorted(Path(real).glob("*.pdf")) if real else ():
            data = path.read_bytes()
            printed = report_from(read_document(path.name, data), path.name, ())
            values = {fact.cell: fact.value for fact in printed.facts if fact.state is FactState.REPORTED}
            count_scan(
                f"扫描的 {path.name}", data, {cell: value for cell, value in values.items() if value is not None}
            )


if __name__ == "__main__":
    main()
