"""Files in other processes: whoever starts them, and whatever a file does to the process that reads it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import types
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from etl.build import build
from etl.cli import main
from etl.read import ReadError, legacy_word
from etl.warehouse import worker, workers
from etl.warehouse.inputs import files_at
from etl.warehouse.intake import Intake
from etl.warehouse.read import open_build
from etl.warehouse.usage import usage
from etl.warehouse.workers import read_all, take_in_all
from tests.counties import report, small_county

# In place of the library that opens Excel files: what it does is written in the file.
_HURTING_READER = """
import os, signal, time
from enum import Enum
from pathlib import Path
class CalamineError(Exception): pass
class PasswordError(CalamineError): pass
class SheetTypeEnum(Enum): WorkSheet = 1
class SheetVisibleEnum(Enum): Visible = 1
class CalamineWorkbook:
    @staticmethod
    def from_filelike(file):
        data, told = file.read(), Path(__file__).with_name("told")
        before = told.read_text() if told.exists() else ""
        told.write_text(f"{before}{os.getpid()} ")
        if b"hang" in data: time.sleep(3600)
        if b"nap" in data: time.sleep(2.5)
        if b"turn" in data:
            while True: pass
        if b"die" in data: os.kill(os.getpid(), signal.SIGKILL)
        if b"leave" in data: os._exit(0)
        if b"once" in data and not before: os._exit(0)
        if b"swallow" in data: bytearray(1 << 45)
        if b"grow" in data:
            held = [b"x" * (1 << 20) for _ in range(400)]
            time.sleep(3600)
        raise RecursionError("a fault of the library")
"""
_SHEET = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "Workbook".encode("utf-16-le") + bytes(100)

Reads = Callable[..., dict[str, Intake]]


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The processes that read find the library above; where it tells who was there."""
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "python_calamine.py").write_text(_HURTING_READER, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "library"))
    return tmp_path / "library" / "told"


def sheet(folder: Path, how: str) -> Path:
    path = folder / f"{how}.xls"
    path.write_bytes(_SHEET + how.encode())
    return path


def taken(*paths: Path) -> dict[str, Intake]:
    """By the name of each file."""
    tasks = list(enumerate(file for path in paths for file in files_at(path)))
    return {Path(intake.source.path).stem: intake for _, intake in take_in_all(tasks, (), "")}


def who(told: Path) -> list[int]:
    return [int(pid) for pid in told.read_text(encoding="utf-8").split()] if told.exists() else []


def is_alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "this never came about"
        time.sleep(0.05)


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


def test_every_file_is_answered_once_also_where_several_ask_at_once(tmp_path: Path) -> None:
    files = files_at(many(tmp_path / "files"))
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: list(take_in_all(list(enumerate(files)), (), "")), range(4)))
    for intakes in found:
        assert sorted(n for n, _ in intakes) == list(range(12))
        assert {files[n].path for n, _ in intakes} == {intake.source.path for _, intake in intakes}
        assert all(intake.source.path == files[n].path and intake.outcome == "complete" for n, intake in intakes)


def test_reports_are_those_of_their_files_wherever_the_caller_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(tmp_path, 3)
    for folder in (tmp_path, many(tmp_path / "inner", 2)):  # the process that is kept was started elsewhere
        monkeypatch.chdir(folder)
        files = files_at(Path())
        reports = dict(read_all(files, ()))
        assert [reports[n].year for n in range(len(files))] == [int(file.name[3:7]) for file in files]


def test_a_reader_that_hangs_or_dies_costs_its_file_and_nothing_else(
    tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "SECONDS_BY_CLOCK", 1.0)
    county = small_county(tmp_path / "county")
    words = {"hang": "没有读完", "die": "异常退出", "leave": "异常退出", "swallow": "内存", "fault": "出错"}
    for how in words:
        sheet(county.raw / "2024", how)
    with open_build(build(county).stamp.path) as connection:
        found = {
            path: rest for path, *rest in connection.sql("SELECT path, outcome, reason FROM source_file").fetchall()
        }
    for how, word in words.items():
        outcome, reason = found[f"raw/2024/{how}.xls"]
        assert outcome == "unreadable" and word in reason and "请" in reason, (how, reason)
    assert sum(outcome == "complete" for outcome, _ in found.values()) == 3


def test_time_is_what_the_reading_itself_takes_and_waiting_for_the_machine_is_not(
    tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not usage(os.getpid()).busy:
        pytest.skip("这个系统不说别的进程用了多少处理器时间，只按钟算")
    monkeypatch.setattr(workers, "SECONDS", 1.0)
    found = taken(sheet(tmp_path, "nap"), sheet(tmp_path, "turn"))
    assert "没有读完" in found["turn"].reason and "请" in found["turn"].reason
    assert "没有读完" not in found["nap"].reason and "RecursionError" in found["nap"].reason


def test_one_small_file_that_hangs_is_stopped_in_every_command(
    tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(workers, "SECONDS_BY_CLOCK", 1.0)
    path = sheet(tmp_path, "hang")
    for command in ("read", "check"):
        assert main([command, str(path), "--data", str(tmp_path / "county")]) == 1
        told = capsys.readouterr().out
        assert "没有读完" in told and "请" in told, command


@pytest.mark.skipif(sys.platform != "linux", reason="这个系统不说别的进程用了多少内存")
def test_a_file_that_takes_too_much_memory_is_stopped(
    tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "MOST_BYTES", 300 * 1024 * 1024)
    assert "内存" in taken(sheet(tmp_path, "grow"))["grow"].reason


def test_a_file_whose_process_was_ended_by_something_else_is_read_after_all(tmp_path: Path, library: Path) -> None:
    assert "RecursionError" in taken(sheet(tmp_path, "once"))["once"].reason
    assert len(set(who(library))) == 2


# ── the process that is kept


@pytest.mark.skipif(os.name == "nt", reason="ps 和 SIGKILL 只在 Linux 和 macOS 上有")
def test_one_process_is_kept_for_the_next_and_replaced_when_it_is_gone(tmp_path: Path, library: Path) -> None:
    path = sheet(tmp_path, "fault")
    taken(path), taken(path)
    first, second = who(library)
    assert first == second and is_alive(first)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: not is_alive(first))
    assert "RecursionError" in taken(path)["fault"].reason
    assert is_alive(who(library)[2]) and who(library)[2] != first


@pytest.mark.skipif(os.name == "nt", reason="ps 和 SIGKILL 只在 Linux 和 macOS 上有")
def test_a_process_that_nobody_uses_any_more_is_ended(
    tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_SECONDS_KEPT", 0.5)
    taken(sheet(tmp_path, "fault"))
    (pid,) = who(library)
    wait_until(lambda: not is_alive(pid))


_PARENT = """
import sys
from pathlib import Path
from etl.warehouse.inputs import files_at
from etl.warehouse.workers import take_in_all
list(take_in_all(list(enumerate(files_at(Path(sys.argv[1])))), (), ""))
print("done", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(os.name == "nt", reason="ps 和 SIGKILL 只在 Linux 和 macOS 上有")
@pytest.mark.parametrize("how", ["fault", "turn", "hang"])
def test_no_process_outlives_a_parent_that_is_killed(how: str, tmp_path: Path, library: Path) -> None:
    """Neither one that is kept nor one that is busy."""
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = [{str(library.parent)!r}]\n{_PARENT}"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    parent = subprocess.Popen([*command, str(sheet(tmp_path, how))], **pipes, cwd=Path(__file__).parent.parent)
    assert parent.stdout and parent.stdin
    if how == "fault":
        assert parent.stdout.readline() == b"done\n"
    wait_until(lambda: bool(who(library)))
    (pid,) = who(library)
    assert is_alive(pid)
    parent.kill()
    parent.wait()
    wait_until(lambda: not is_alive(pid), 10)
    parent.stdin.close(), parent.stdout.close()


@pytest.mark.skipif(os.name == "nt", reason="ps 只在 Linux 和 macOS 上有")
@pytest.mark.parametrize("how", ["takes too long", "parent is killed"])
def test_a_converter_is_ended_with_all_that_it_started(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LibreOffice's launcher starts the program that does the work."""
    launcher, told, old = tmp_path / "soffice", tmp_path / "told", tmp_path / "年报.doc"
    launcher.write_text(
        f"#!/bin/sh\nsleep 3600 &\necho $! $$ > {told}.tmp; mv {told}.tmp {told}\nwait\n", encoding="utf-8"
    )
    launcher.chmod(0o755)
    old.write_bytes(_SHEET.replace("Workbook".encode("utf-16-le"), "WordDocument".encode("utf-16-le")))
    monkeypatch.setenv(legacy_word.CONVERTER_VARIABLE, str(launcher))
    if how == "takes too long":
        monkeypatch.setattr(legacy_word, "SECONDS", 1)
        with pytest.raises(ReadError) as refusal:
            legacy_word.read_legacy_word(old.name, old.read_bytes())
        assert refusal.value.code == "too_slow"
    else:
        command = [sys.executable, "-c", _PARENT, str(old)]
        parent = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=Path(__file__).parent.parent
        )
        wait_until(told.exists)
        parent.kill()
        parent.communicate()
    pids = [int(pid) for pid in told.read_text(encoding="utf-8").split()]
    wait_until(lambda: not any(map(is_alive, pids)), 10)


def test_a_process_starts_without_what_only_the_warehouse_needs() -> None:
    heavy = {"duckdb", "pyarrow", "numpy", "pandas", "streamlit", "rapidocr"}
    program = "import sys, etl.warehouse.intake, etl.warehouse.worker; print(*{name.partition('.')[0] for name in sys.modules})"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert not heavy & set(told.split())
