"""The import law of the house, and that its contracts can be broken at all."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def lint_imports(house: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts of the pyproject.toml in `house` on the packages beside it."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    arguments = [sys.executable, "-c", program, "--no-logo", "--no-cache"]
    return subprocess.run(arguments, cwd=house, capture_output=True, text=True, encoding="utf-8")


def test_every_import_points_down():
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


PLANTED = (
    ("etl.read.planted", "etl.form"),
    ("etl.report", "etl.read"),
    ("etl.units", "etl.source"),
    ("etl.sample.planted", "etl.paths"),
    ("etl.build", "etl.sample"),
    ("etl.recognise.planted", "etl.warehouse"),
    ("etl.warehouse.planted", "dashboard.db"),
    ("dashboard.db", "dashboard.app"),
    ("dashboard.charts", "dashboard.provenance"),
    ("dashboard.card", "dashboard.app_pages.fees"),
)


@pytest.fixture
def copy_of_the_house(tmp_path: Path) -> Path:
    for package in ("etl", "dashboard"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_import_that_points_up_or_sideways_is_caught(copy_of_the_house: Path):
    for module, forbidden in PLANTED:
        with copy_of_the_house.joinpath(*module.split(".")).with_suffix(".py").open("a", encoding="utf-8") as file:
            file.write(f"\nimport {forbidden}\n")
    done = lint_imports(copy_of_the_house)
    assert done.returncode == 1
    chains = re.findall(r"(\S+) -> (\S+) \(", done.stdout)
    caught = {(importer, imported) for importer, imported in chains}
    assert [pair for pair in PLANTED if pair not in caught] == [], done.stdout


def test_a_room_without_a_floor_is_caught(copy_of_the_house: Path):
    (copy_of_the_house / "etl" / "planted.py").write_text("", encoding="utf-8")
    done = lint_imports(copy_of_the_house)
    assert done.returncode == 1
    assert "planted" in done.stdout


def test_every_folder_of_modules_is_a_package_so_that_the_law_sees_it():
    folders = {path.parent for package in ("etl", "dashboard") for path in (ROOT / package).rglob("*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []
