"""The frame of the project: pins, platforms, what ships, and what the repository must not hold."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import distributions
from itertools import chain
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

from etl.bundle import GLIBC
from etl.paths import County
from etl.units import load_units, load_years

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-ocr.lock")
ALWAYS_INSTALLED = LOCKS[:2]
LOCKED_LINE = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\]+?))? \\$", re.MULTILINE)
PYTHONS = ((3, 11), (3, 12), (3, 13))
PLATFORMS = {
    ("Linux", "x86-64"): ("linux", "x86_64"),
    ("Linux", "aarch64"): ("linux", "aarch64"),
    ("Windows", "x86-64"): ("win32", "AMD64"),
    ("Windows", "aarch64"): ("win32", "ARM64"),
}
SHIPPED_KINDS = {
    ".bat",
    ".css",
    ".docx",
    ".ipynb",
    ".js",
    ".md",
    ".py",
    ".sh",
    ".sql",
    ".toml",
    ".txt",
    ".woff2",
    ".yaml",
}


def constraints() -> dict[str, str]:
    pins = [line.split("==") for line in PROJECT["tool"]["uv"]["constraint-dependencies"]]
    assert all(len(pin) == 2 for pin in pins), "每个版本都用 == 固定，一个包只有一个版本"
    return {name: version for name, version in pins}


def locked() -> dict[str, str]:
    """name → version of all hashed lists together; a package in several has the same version in each."""
    found: dict[str, str] = {}
    for lock in LOCKS:
        for match in LOCKED_LINE.finditer((ROOT / lock).read_text(encoding="utf-8")):
            assert found.setdefault(match["name"], match["version"]) == match["version"]
    return found


def uv_lock() -> dict[str, dict]:
    path = ROOT / "uv.lock"
    if not path.exists():
        pytest.skip("没有 uv.lock：先运行一次 uv sync")
    return {package["name"]: package for package in tomllib.loads(path.read_text(encoding="utf-8"))["package"]}


def test_constraints_and_hashed_lists_pin_the_same_versions():
    assert locked() == constraints()


def test_what_is_installed_is_what_is_pinned():
    pins = constraints()
    installed = {canonicalize_name(found.name): found.version for found in distributions() if found.name}
    installed.pop("nianbao")
    assert {name: version for name, version in installed.items() if pins.get(name) != version} == {}


def test_every_pin_for_this_machine_is_installed():
    installed = {canonicalize_name(found.name) for found in distributions() if found.name}
    missing = []
    for lock in ALWAYS_INSTALLED:
        for match in LOCKED_LINE.finditer((ROOT / lock).read_text(encoding="utf-8")):
            if match["name"] not in installed and (not match["marker"] or Marker(match["marker"]).evaluate()):
                missing.append(match["name"])
    assert missing == []


def test_every_locked_package_has_hashes_and_no_address():
    for lock in LOCKS:
        text = (ROOT / lock).read_text(encoding="utf-8")
        entries = re.split(r"(?<!\\)\n", text.strip())
        assert entries and all("--hash=sha256:" in entry for entry in entries)
        assert "://" not in text and "--index" not in text and "--find-links" not in text


def test_duckdb_is_the_version_whose_extensions_load_offline():
    assert constraints()["duckdb"] == "1.5.5"


def test_the_build_backend_is_pinned_too():
    assert all("==" in pin for pin in PROJECT["build-system"]["requires"])
    assert all("==" in pin for pin in PROJECT["tool"]["uv"]["build-constraint-dependencies"])


def test_every_dependency_says_why_it_is_there():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    optional = PROJECT["project"]["optional-dependencies"].values()
    listed = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"], *chain(*optional)]
    assert len(listed) > 15
    assert [name for name in listed if not re.search(rf'"{re.escape(name)}", +# \S', text)] == []


def supported_tags(system: str, machine: str, python: tuple[int, int]) -> set[Tag]:
    """The wheel tags that such a machine takes; on Linux with the oldest C library that is promised."""
    if system == "win32":
        places = ["win_amd64" if machine == "AMD64" else "win_arm64"]
    else:
        places = [f"manylinux_{GLIBC[0]}_{minor}_{machine}" for minor in range(GLIBC[1], 4, -1)]
        places += [f"{old}_{machine}" for old in ("manylinux2014", "manylinux2010", "manylinux1")]
    return {*cpython_tags(python, platforms=places), *compatible_tags(python, f"cp3{python[1]}", places)}


def pins_without_a_wheel(system: str, machine: str, python: tuple[int, int]) -> set[str]:
    """Pins of the product that such a machine needs and for which uv.lock lists no fitting wheel."""
    environment = {
        "sys_platform": system,
        "platform_system": "Windows" if system == "win32" else "Linux",
        "os_name": "nt" if system == "win32" else "posix",
        "platform_machine": machine,
        "python_version": f"{python[0]}.{python[1]}",
        "python_full_version": f"{python[0]}.{python[1]}.0",
    }
    tags = supported_tags(system, machine, python)
    packages = uv_lock()
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    missing = set()
    for match in LOCKED_LINE.finditer(text):
        if match["marker"] and not Marker(match["marker"]).evaluate(environment):
            continue
        files = [wheel["url"].rsplit("/", 1)[-1] for wheel in packages[match["name"]].get("wheels", [])]
        if not any(parse_wheel_filename(file)[3] & tags for file in files):
            missing.add(match["name"])
    return missing


def rows_of_the_readme() -> Iterator[tuple[str, str, str, str]]:
    """The rows of the platform table: system, machine, then one cell for each Python."""
    for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if tuple(cells[:2]) in PLATFORMS:
            yield tuple(cells)


def test_the_readme_lists_the_platforms_for_which_every_pin_has_a_wheel():
    told = {
        (row[0], row[1], python): cell
        for row in rows_of_the_readme()
        for python, cell in zip(PYTHONS, row[2:5], strict=True)
    }
    assert set(told) == {(*platform, python) for platform in PLATFORMS for python in PYTHONS}
    for (system, machine, python), cell in told.items():
        missing = pins_without_a_wheel(*PLATFORMS[system, machine], python)
        expected = "缺 " + "、".join(sorted(missing)) if missing else "✓"
        assert cell == expected, f"README 平台表 {system} {machine} Python {python}：写的是“{cell}”，应为“{expected}”"


def test_the_wheel_holds_everything_that_lies_in_the_packages(tmp_path: Path):
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet", "-w"]
    subprocess.run([*command, str(tmp_path), str(ROOT)], check=True, stdin=subprocess.DEVNULL)
    with zipfile.ZipFile(next(tmp_path.glob("nianbao-*.whl"))) as wheel:
        shipped = {name for name in wheel.namelist() if not name.split("/")[0].endswith(".dist-info")}
        names = wheel.namelist()
    tracked = {name for name in tracked_files() if name.split("/")[0] in {"etl", "dashboard"}}
    assert tracked <= shipped
    assert {Path(name).suffix for name in shipped} <= SHIPPED_KINDS, "轮子里有不该有的文件"
    assert any(name.endswith("licenses/LICENSE") for name in names)


def tracked_files() -> list[str]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        pytest.skip("这里不是 git 工作区，无法列出受管理的文件")
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


FORBIDDEN = {
    "a package registry's host": re.compile(
        "(" + "|".join(["pypi", "python" + "hosted", "npm" + "js"]) + r")\.(org|com)"
    ),
    "a path of one machine": re.compile(r"(?<![\w.])/(" + "|".join(["work", "root", "home"]) + r")/\w"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_names(what: str):
    found = []
    for name in tracked_files():
        if Path(name).suffix in {".woff2", ".png", ".pdf", ".docx"}:
            continue
        text = (ROOT / name).read_bytes().decode("utf-8", errors="replace")
        found += [f"{name}: {match[0]}" for match in FORBIDDEN[what].finditer(text)]
    assert found == []


def test_the_readme_gives_both_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "pip install uv && uv run nianbao up" in text
    assert "pip install uv && uv run pytest" in text


def test_uv_lock_with_its_addresses_is_not_tracked():
    assert "uv.lock" not in tracked_files()


def test_the_licence_is_the_whole_of_apache_2():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text and "END OF TERMS AND CONDITIONS" in text
    assert PROJECT["project"]["license"] == "Apache-2.0"


def test_the_shipped_registers_are_empty_and_have_the_columns_a_county_fills_in():
    county = County(ROOT / "data")
    if county.has_reports():
        pytest.skip("data 里已经放了自己的年报")
    assert load_units(county.units) == () and load_years(county.years) == ()
    assert county.units.read_bytes().startswith(b"\xef\xbb\xbf"), "没有 BOM，Excel 会把中文打开成乱码"
