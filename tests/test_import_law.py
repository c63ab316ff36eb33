"""The import law of the house, and that its contracts can be broken at all."""

from __future__ import annotations

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


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("etl/read/planted.py", "import etl.form"),
        ("etl/report.py", "import etl.read"),
        ("etl/units.py", "import etl.source"),
        ("etl/sample/planted.py", "import etl.paths"),
        ("etl/build.py", "import etl.sample"),
        ("etl/recognise/planted.py", "import etl.warehouse"),
        ("etl/warehouse/planted.py", "import dashboard.db"),
        ("etl/room_without_a_floor.py", ""),
        ("dashboard/db.py", "import dashboard.app"),
        ("dashboard/charts.py", "import dashboard.provenance"),
    ],
)
def test_the_contracts_catch(module: str, line: str, tmp_path: Path):
    for package in ("etl", "dashboard"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1, done.stdout
    assert "BROKEN" in done.stdout, done.stdout


def test_every_folder_of_modules_is_a_package_so_that_the_law_sees_it():
    folders = {path.parent for package in ("etl", "dashboard") for path in (ROOT / package).rglob("*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []
