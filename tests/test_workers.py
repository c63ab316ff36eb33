"""Many files in several processes: whoever starts them, and whatever a file does to the process that reads it."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from etl.build import build
from etl.warehouse.inputs import files_at
from etl.warehouse.read import open_build
from etl.warehouse.workers import take_in_all
from tests.counties import report, small_county


def many(folder: Path, count: int = 12) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(count):
        (folder / f"柳堡镇{2010 + n}年年报.txt").write_bytes(report(year=2010 + n))
    return folder


def test_files_are_read_whatever_the_main_program_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The dashboard's main program is a page: run a second time outside its server, it would fail."""
    page = tmp_path / "page.py"
    page.write_text("raise SystemExit('run a second time')", encoding="utf-8")
    program = types.ModuleType("__main__")
    program.__file__ = str(page)
    monkeypatch.setitem(sys.modules, "__main__", program)
    county = small_county(tmp_path / "county")
    many(county.raw / "2024")
    with open_build(build(county).stamp.path) as connection:
        outcomes = connection.sql("SELECT outcome, count(*) FROM source_file GROUP BY outcome").fetchall()
    assert outcomes == [("complete", 15)]


def test_every_file_is_answered_once_and_a_late_one_gets_a_reason(tmp_path: Path) -> None:
    tasks = list(enumerate(files_at(many(tmp_path / "files")), start=1))
    whole = dict(take_in_all(tasks, (), ""))
    assert sorted(whole) == list(range(1, 13)) and {intake.outcome for intake in whole.values()} == {"complete"}
    late = dict(take_in_all(tasks[:3], (), "", seconds=0.000_001))
    assert sorted(late) == [1, 2, 3] and all("还没有读完" in intake.reason for intake in late.values())
