"""Small counties for tests of building: a folder, a register, a few reports."""

from __future__ import annotations

from pathlib import Path

from etl.paths import County
from tests.layouts import CELLS, html, pipe_text

REGISTER = """unit_id,code,name,aliases,kind,group,valid_from,valid_to,merged_into,due
t01,,青禾县柳堡镇人民政府,柳堡镇,town,乡镇,,,,是
t02,,青禾县双桥乡人民政府,双桥乡,township,乡镇,,,,是
"""
YEARS = "year,collected,note\n2023,是,\n2024,是,\n"


def report(unit: str = "青禾县柳堡镇人民政府", year: int = 2024, first: int = 1000, layout=pipe_text) -> bytes:
    """A report in which the n-th cell says first + n."""
    text = layout({cell: str(first + n) for n, cell in enumerate(CELLS)})
    text = text.replace("青禾县柳堡镇人民政府", unit).replace("2025", str(year + 1)).replace("2024", str(year))
    return text.encode()


def small_county(root: Path) -> County:
    """Two units, three reports (one of them a page)."""
    county = County(root)
    for year in (2023, 2024):
        (county.raw / str(year)).mkdir(parents=True)
    county.units.write_text(REGISTER, encoding="utf-8")
    county.years.write_text(YEARS, encoding="utf-8")
    (county.raw / "2023" / "柳堡镇2023年年报.txt").write_bytes(report(year=2023))
    (county.raw / "2024" / "柳堡镇2024年年报.txt").write_bytes(report())
    (county.raw / "2024" / "双桥乡2024年年报.html").write_bytes(report("青禾县双桥乡人民政府", first=5000, layout=html))
    return county
