"""Whatever ends a build, the warehouse in force stays readable and the next build puts things right.

The builds that are to be ended run in processes of their own, forked from one that has imported everything.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from etl.build import build
from etl.paths import County
from etl.warehouse.force import DRAFT
from etl.warehouse.read import current_build, kept_builds, open_build, stamp_of
from tests.counties import report, small_county

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="这个系统不能复制进程，无法模拟建库中途被杀")

# Reads one order a line, `kind number folder`, runs the build in a fork and prints how it ended and what it said.
_RUNNER = """
import codecs, os, resource, signal, sys, traceback
from pathlib import Path
import pyarrow
import etl.build
from etl.build import build
from etl.form import load_forms
from etl.paths import County
from etl.warehouse.failure import BuildError
from etl.warehouse.intake import take_in

# Files are read in the fork itself: a process for each build would take longer than all the rest.
etl.build.take_in_all = lambda tasks, *rest: ((file_id, take_in(file, *rest)) for file_id, file in tasks)
# Loaded once for all forks; one that runs as nobody could not load anything later.
load_forms(), pyarrow.array([1]), codecs.lookup("utf-8-sig"), codecs.lookup("gb18030")

def run(kind, number, folder):
    steps = 0
    def count(frame, event, arg):
        nonlocal steps
        name = frame.f_code.co_filename
        if "warehouse" in name or name.endswith("build.py"):
            steps += 1
            if kind == "kill" and steps == number:
                os.kill(os.getpid(), signal.SIGKILL)
    if kind == "small files":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (number, number))
    if kind == "nobody":
        os.setgid(65534)
        os.setuid(65534)
    if kind in ("kill", "count"):
        sys.setprofile(count)
    try:
        build(County(Path(folder)))
        sys.setprofile(None)
        return 0, str(steps)
    except BuildError as error:
        return 3, str(error)
    except BaseException:
        return 4, traceback.format_exc().replace("\\n", " / ")

for line in sys.stdin:
    kind, number, folder = line.rstrip("\\n").split("\\t")
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        code, words = run(kind, int(number), folder)
        os.write(write, words.encode())
        os._exit(code)
    os.close(write)
    said = b""
    while piece := os.read(read, 65536):
        said += piece
    os.close(read)
    _, status = os.waitpid(child, 0)
    code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    print(code, said.decode(), sep="\\t", flush=True)
"""

Run = Callable[[str, int, Path], tuple[int, str]]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """run(kind, number, folder) → (exit code, or minus the signal; what was said)."""
    command = [sys.executable, "-c", _RUNNER]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    assert process.stdin and process.stdout
    stdin, stdout = process.stdin, process.stdout

    def order(kind: str, number: int, folder: Path) -> tuple[int, str]:
        stdin.write(f"{kind}\t{number}\t{folder}\n")
        stdin.flush()
        code, _, words = stdout.readline().rstrip("\n").partition("\t")
        return int(code), words

    yield order
    stdin.close()
    process.wait(timeout=30)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county with a warehouse in force, and one file changed since."""
    county = small_county(tmp_path_factory.mktemp("template") / "county")
    build(county)
    (county.raw / "2024" / "柳堡镇2024年年报.txt").write_bytes(report(first=30_000))
    return county.root


@pytest.fixture
def county(template: Path, tmp_path: Path) -> County:
    shutil.copytree(template, tmp_path / "county")
    return County(tmp_path / "county")


def readable(county: County) -> str:
    """The content hash of the warehouse in force, after reading every fact of it."""
    path = current_build(county)
    stamp = stamp_of(path)
    assert path is not None and stamp is not None
    with open_build(path) as connection:
        assert connection.sql("SELECT count(*), count(value) FROM fact").fetchall() == [(600, 600)]
    return stamp.content_hash


def test_a_build_killed_at_any_step_leaves_the_last_warehouse_or_the_new_one_and_never_less(
    run: Run, template: Path, tmp_path: Path
) -> None:
    def fresh(name: str) -> County:
        return County(Path(shutil.copytree(template, tmp_path / name)))

    old = readable(County(template))
    code, words = run("count", 0, fresh("counted").root)
    assert code == 0
    steps, new = int(words), readable(County(tmp_path / "counted"))
    assert new != old and steps > 100
    points = sorted({*range(1, steps, max(steps // 6, 1)), *range(max(steps - 90, 1), steps, 11)})
    seen = set()
    for point in points:
        county = fresh(f"killed-{point}")
        code, _ = run("kill", point, county.root)
        assert code == -9, point
        seen.add(readable(county))
        assert readable(county) in {old, new}, point
        assert build(county).stamp.content_hash == new, point
        assert not list(county.warehouse.glob(f"{DRAFT}*")), point
        shutil.rmtree(county.root)
    assert seen == {old, new}, "some were killed before, some after the pointer was replaced"


@pytest.mark.parametrize("most_bytes", [4096, 300_000])
def test_a_full_disk_is_named_and_nothing_half_written_stays(run: Run, county: County, most_bytes: int) -> None:
    before, kept = readable(county), kept_builds(county)
    code, words = run("small files", most_bytes, county.root)
    assert code == 3, words
    assert "磁盘已满" in words and str(county.warehouse) in words and "请" in words and "仍可查看" in words
    assert readable(county) == before and kept_builds(county) == kept
    assert not list(county.warehouse.glob(f"{DRAFT}*"))
    assert build(county).is_new


def test_a_small_disk_really_full_is_named(county: County, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("这里不能挂载小磁盘；同样的情形由限制文件大小的测试覆盖")
    try:
        shutil.copytree(county.root, disk / "county")
        small = County(disk / "county")
        before = readable(small)
        free = shutil.disk_usage(disk).free
        (disk / "filler").write_bytes(b"x" * (free - 200_000))
        command = [sys.executable, "-m", "etl.cli", "build", "--data", str(small.root)]
        ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
        assert ended.returncode == 3 and "磁盘已满" in ended.stderr and "Traceback" not in ended.stderr
        assert readable(small) == before
        (disk / "filler").unlink()
        assert build(small).is_new
    finally:
        subprocess.run(["umount", str(disk)], capture_output=True)


def test_a_folder_that_cannot_be_written_is_named(run: Run, template: Path, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("不是管理员，换不成没有权限的用户")
    for folder in (tmp_path, *list(tmp_path.parents)[:3]):  # one of them is the worker's where tests run in several
        folder.chmod(0o755)
    county = County(Path(shutil.copytree(template, tmp_path / "county")))
    before = readable(county)
    code, words = run("nobody", 0, county.root)
    assert code == 3, words
    assert "不能写入" in words and str(county.warehouse) in words and "仍可查看" in words
    assert readable(county) == before
