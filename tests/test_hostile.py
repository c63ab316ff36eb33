"""A seeded sample of the hostile layouts; `python -m tests.hostile` measures hundreds of thousands."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile import papers
from tests.hostile.damages import DAMAGES
from tests.hostile.judge import judge, tally
from tests.hostile.layouts import LAYOUTS
from tests.hostile.printers import PRINTERS, SUFFIX
from tests.hostile.sheets import true_sheet
from tests.hostile.vary import NEED_BORDERS, varied

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_ONCE_WRONG = (2664, 3577, 3857)


@pytest.mark.parametrize("format", PRINTERS)
def test_of_a_seeded_sample_nothing_is_read_wrongly_without_a_word(format: str) -> None:
    counts, wrong = tally(format, range(1_000_000, 1_000_100))
    assert [(seed, applied, verdict.wrong) for seed, applied, verdict in wrong] == []
    assert counts[format, False, "complete"] >= 0.95 * counts[format, False, "read"]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("format", ["竖线文本", "网页", "Word", "Excel"])
def test_each_layout_alone_loses_no_figure(format: str, layout: str) -> None:
    for seed in range(3):
        chance = random.Random(f"{layout} {seed}")
        sheet = true_sheet(chance)
        LAYOUTS[layout](sheet, chance)
        verdict = judge(sheet, PRINTERS[format](sheet, chance), f"raw/2024/柳堡镇.{SUFFIX.get(format, 'txt')}")
        missed = [cell for cell in verdict.missed if not (layout == "zeros_as" and cell.startswith("proactive/"))]
        assert verdict.wrong == [] and missed == [], (seed, verdict.problems)


@pytest.mark.parametrize("damage", DAMAGES)
def test_each_damage_alone_is_told(damage: str) -> None:
    """Whatever stands there and is not read is named; where nothing stands any more, the cell is blank."""
    for format, printer in PRINTERS.items():
        chance = random.Random(f"{damage} {format}")
        sheet = true_sheet(chance)
        before = dict(sheet.truth)
        DAMAGES[damage](sheet, chance)
        verdict = judge(sheet, printer(sheet, chance), f"raw/2024/柳堡镇.{SUFFIX.get(format, 'txt')}")
        assert verdict.wrong == [], format
        standing = {cell.name for table in sheet.tables() for cell in table.figures() if cell.text.strip()}
        if verdict.missed or any(sheet.truth[cell] != before[cell] for cell in standing & before.keys()):
            assert verdict.problems, format


@given(st.randoms(use_true_random=False), st.sampled_from(sorted(PRINTERS)))
@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_whatever_is_combined_no_figure_is_wrong(chance: random.Random, format: str) -> None:
    sheet = true_sheet(chance, "2019" if chance.random() < 0.2 else "2021")
    varied(sheet, chance, chance.choice((0, 1, 2)))
    verdict = judge(sheet, PRINTERS[format](sheet, chance), f"raw/2024/柳堡镇.{SUFFIX.get(format, 'txt')}")
    assert verdict.wrong == [], sheet.applied


def check_papers(made: list[papers.Paper], suffix: str = "pdf") -> None:
    read = whole = 0
    for sheet, data in made:
        verdict = judge(sheet, data, f"raw/2024/柳堡镇.{suffix}")
        assert verdict.wrong == [], sheet.applied
        if not sheet.damaged:
            read += 1
            whole += verdict.is_complete
    assert whole >= 0.8 * read


def test_pages_set_by_typst_ruled_or_not_are_read_right() -> None:
    check_papers(list(papers.by_typst(range(2_000_000, 2_000_040))))


def test_pages_that_the_whole_measure_once_found_to_be_read_wrongly_are_not() -> None:
    """其他 above 处理 is the row （六）其他处理, broken, where an ordinal or nothing but the two words says so."""
    for seed, (sheet, data) in zip(_ONCE_WRONG, papers.by_typst(_ONCE_WRONG), strict=True):
        assert judge(sheet, data, f"raw/2024/柳堡镇{seed}.pdf").wrong == [], seed


def test_pages_printed_by_a_browser_are_read_right(browser: Browser) -> None:
    check_papers(list(papers.by_browser(range(16), browser)))


@pytest.mark.skipif(not shutil.which("soffice"), reason="没有 LibreOffice：安装后运行")
@pytest.mark.parametrize("to", ["pdf", "doc"])
def test_word_files_that_libreoffice_converts_are_read_right(to: str) -> None:
    check_papers(list(papers.by_office(range(8), to)), to)


def test_the_damages_that_need_borders_are_known() -> None:
    assert set(DAMAGES) >= NEED_BORDERS
