"""Renew every pin: resolve afresh, then write pyproject.toml's constraints and the three hashed lists.

requirements.lock is what the product needs, requirements-ocr.lock the same with the extra `ocr`,
requirements-dev.lock what the tests need; none holds an address.

    uv run .ci/pins.py            the newest versions that the ranges in pyproject.toml admit
    uv run .ci/pins.py --keep     no renewal: only write down what uv.lock says after an edit of the ranges

HELD are versions kept back on purpose, each with its reason; they join the resolution as constraints.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HELD = {
    "duckdb": "1.5.5",  # the last version whose extension packages load without a network
    "numpy": "2.4.6",  # the last line with wheels for Python 3.11, so that one version serves 3.11 to 3.13
}
LISTS = {
    "requirements.lock": ("--no-default-groups",),
    "requirements-ocr.lock": ("--no-default-groups", "--extra=ocr"),
    "requirements-dev.lock": ("--only-group=dev",),
}
BLOCK = re.compile(r"(# @pins begin[^\n]*\n).*?(# @pins end)", re.DOTALL)


def uv(*arguments: str) -> str:
    """uv's standard output; ends the program with uv's own message when it fails."""
    done = subprocess.run(["uv", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout


def write_constraints(pins: dict[str, str]) -> None:
    """Put the pins between the marks in pyproject.toml."""
    lines = "".join(f'  "{name}=={version}",\n' for name, version in sorted(pins.items()))
    path = ROOT / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    block = rf"\g<1>constraint-dependencies = [\n{lines}]\n\g<2>".replace("\\n", "\n")
    path.write_text(BLOCK.sub(block, text), encoding="utf-8", newline="\n")


def locked() -> dict[str, str]:
    """name → version of everything in uv.lock but the project itself; refuses two versions of one package."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    pins: dict[str, str] = {}
    for package in packages:
        if "editable" in package["source"]:
            continue
        if package["name"] in pins:
            sys.exit(f"{package['name']} 有两个版本，请在 .ci/pins.py 的 HELD 里定一个各平台都有的版本。")
        pins[package["name"]] = package["version"]
    return pins


def main() -> None:
    if "--keep" not in sys.argv[1:]:
        write_constraints(HELD)
    uv("lock", *([] if "--keep" in sys.argv[1:] else ["--upgrade"]))
    write_constraints(locked())
    uv("lock")
    for name, chosen in LISTS.items():
        lines = uv("export", *chosen, "--no-emit-project", "--no-header", "--no-annotate", "--locked", "--quiet")
        (ROOT / name).write_text(lines, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
