"""The offline folder: what is in it, what it says when it cannot be made or started, and that it installs offline."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import etl.bundle
from etl.bundle import BundleError, make_bundle

CUT_OFF = ("unshare", "--user", "--map-root-user", "--net")  # a network namespace with nothing in it


def planted_bundle(folder: Path, **about: str) -> Path:
    """The start scripts of a bundle for this very machine, without its wheels; `about` overrides what it is for."""
    folder.mkdir(parents=True)
    told = {**etl.bundle._this_platform(), **about}
    (folder / "bundle.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "requirements.txt").write_text("", encoding="utf-8")
    for name in etl.bundle.SCRIPTS:
        etl.bundle._write_script(name, folder / name, told)
    return folder


def start(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "start.py"), *arguments]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment)


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"python": "3.10"}, "Python 3.10"),
        ({"system": "solaris"}, "solaris"),
        ({"machine": "riscv64"}, "riscv64"),
    ],
)
def test_a_bundle_for_another_machine_says_so_before_it_installs(about: dict[str, str], words: str, tmp_path: Path):
    folder = planted_bundle(tmp_path / "bundle", **about)
    done = start(folder)
    assert done.returncode == 3
    assert "适用于" in done.stderr and words in done.stderr
    assert "重新制作安装包" in done.stderr
    assert not (folder / ".venv").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="只有 Linux 有 glibc")
def test_a_bundle_on_an_older_c_library_says_so(tmp_path: Path):
    done = start(planted_bundle(tmp_path / "bundle", glibc="9.99"))
    assert done.returncode == 3
    assert "glibc" in done.stderr and "9.99" in done.stderr


def test_a_bundle_copied_without_its_wheels_says_so(tmp_path: Path):
    done = start(planted_bundle(tmp_path / "bundle"))
    assert done.returncode == 3
    assert "重新拷贝整个文件夹" in done.stderr


def test_the_windows_script_is_ascii_with_windows_line_ends_and_no_mark_left(tmp_path: Path):
    folder = planted_bundle(tmp_path / "bundle")
    batch = (folder / "start.bat").read_bytes()
    assert batch.isascii() and b"@PYTHON@" not in batch
    assert batch.count(b"\n") == batch.count(b"\r\n") > 10
    assert (folder / "README.txt").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.skipif(sys.platform == "win32", reason="start.sh 用于 Linux")
def test_the_shell_script_names_the_python_it_looked_for(tmp_path: Path):
    folder = planted_bundle(tmp_path / "bundle", python="3.99")
    done = subprocess.run(["sh", folder / "start.sh"], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 3
    assert "请先安装 Python 3.99" in done.stderr


def test_an_earlier_bundle_with_a_countys_data_in_it_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    about = etl.bundle._this_platform()
    folder = tmp_path / f"nianbao-{about['version']}-{about['system']}-{about['machine']}-py{about['python']}"
    (folder / "data" / "raw").mkdir(parents=True)
    monkeypatch.setattr(etl.bundle, "_download", lambda *_: pytest.fail("下载之前就应拒绝"))
    with pytest.raises(BundleError, match=r"data.*不能覆盖.*--to"):
        make_bundle(tmp_path)
    assert (folder / "data" / "raw").is_dir()


def test_outside_the_checkout_the_message_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(etl.bundle, "CHECKOUT", tmp_path)
    with pytest.raises(BundleError, match=r"pyproject\.toml.*uv run nianbao bundle"):
        make_bundle(tmp_path / "out")


def test_without_a_network_the_message_says_so_and_nothing_half_made_stays(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")  # nobody listens on the discard port
    monkeypatch.setenv("PIP_RETRIES", "1")
    for variable in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(BundleError, match="连不上软件源"):
        make_bundle(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_bundle_installs_and_builds_with_the_network_cut_off(tmp_path: Path):
    if not shutil.which("unshare") or subprocess.run([*CUT_OFF, "true"], capture_output=True).returncode:
        pytest.skip("本机不能用 unshare 断开网络（需要 Linux，并允许普通用户建网络命名空间）")
    folder = make_bundle(tmp_path)
    command = [*CUT_OFF, "sh", str(folder / "start.sh"), "--no-serve"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / "demo" / "warehouse" / "current").is_file()
    program = "import dashboard, duckdb, etl, streamlit; print(duckdb.__version__, etl.__file__)"
    shown = subprocess.run(
        [*CUT_OFF, str(folder / ".venv/bin/python"), "-c", program], cwd=tmp_path, capture_output=True, text=True
    )
    number, place = shown.stdout.split(maxsplit=1)
    assert number == "1.5.5"
    assert place.startswith(str(folder / ".venv")), "装上的应是安装包里的年报镜，而不是源代码文件夹"
