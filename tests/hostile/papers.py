"""Sheets printed on paper: PDF by typst, by a browser and by LibreOffice."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import typst

from tests.hostile.office import WORD_STYLES, docx, typst_source
from tests.hostile.printers import html
from tests.hostile.sheets import Sheet, true_sheet
from tests.hostile.vary import NEED_BORDERS, blanks_not_shown, varied

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NO_BORDERS = "no_borders"
_ON_PAPER = tuple(style for style in WORD_STYLES if style != "no grid")  # without a grid no two rows stand in line
Paper = tuple[Sheet, bytes]


def sheets(kind: str, seeds: Sequence[int]) -> Iterator[tuple[Sheet, random.Random]]:
    for seed in seeds:
        chance = random.Random(f"{kind} {seed}")
        sheet = true_sheet(chance, "2019" if chance.random() < 0.15 else "2021")
        yield varied(sheet, chance, chance.choice((0, 0, 0, 1, 2, 3)), NEED_BORDERS), chance


def without_borders(sheet: Sheet) -> None:
    sheet.applied.append(NO_BORDERS)
    blanks_not_shown(sheet)


def by_typst(seeds: Sequence[int]) -> Iterator[Paper]:
    for sheet, chance in sheets("typst", seeds):
        ruled = chance.random() < 0.75
        if not ruled:
            without_borders(sheet)
        yield sheet, typst.compile(typst_source(sheet, chance, ruled).encode())


def by_browser(seeds: Sequence[int], browser: Browser) -> Iterator[Paper]:
    """Pages printed by a browser that is running: two of them cannot run beside one another in one process."""
    page = browser.new_page()
    page.set_default_timeout(120_000)
    for sheet, chance in sheets("browser", seeds):
        page.set_content(html(sheet, chance).decode())
        yield sheet, page.pdf(format="A4", landscape=chance.random() < 0.7, print_background=True)
    page.close()


def by_office(seeds: Sequence[int], to: str = "pdf") -> Iterator[Paper]:
    """Word files converted by LibreOffice, many in one call; `to` is pdf or doc."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    assert program, "LibreOffice is not installed"
    with TemporaryDirectory() as folder:
        printed = {}
        for seed, (sheet, chance) in zip(seeds, sheets("office", seeds), strict=True):
            style = chance.choice(_ON_PAPER)
            if style == "no borders" and to == "pdf":
                without_borders(sheet)
            Path(folder, f"{seed}.docx").write_bytes(docx(sheet, chance, style))
            printed[seed] = sheet
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        files = sorted(str(path) for path in Path(folder).glob("*.docx"))
        for start in range(0, len(files), 50):
            command = [
                program,
                profile,
                "--headless",
                "--convert-to",
                to,
                "--outdir",
                folder,
                *files[start : start + 50],
            ]
            subprocess.run(command, capture_output=True, check=True)
        for seed, sheet in printed.items():
            yield sheet, Path(folder, f"{seed}.{to}").read_bytes()
