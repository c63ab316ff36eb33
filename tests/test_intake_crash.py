"""Files handed in: nothing counts before a person says so, nothing is replaced, and no end of the process leaves half a file.

The intakes that are to be killed run in processes forked from one that has imported everything, and is killed before the
n-th step that any of the modules takes which write files or the ledger.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from etl.build import build
from etl.files import UNFINISHED, safe_name
from etl.intake import Acceptance, IntakeError, accept, accept_all, discard, finish, stage, stage_all, staged
from etl.ledger import Conflict, Kind, Ledger
from etl.paths import County
from etl.warehouse.read import open_build
from tests.counties import REGISTER, YEARS, report

NAME = "柳堡镇2024年年报.txt"
FIRST, SECOND = report(), report(first=3000)


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def county(tmp_path: Path) -> County:
    county = County(tmp_path / "county")
    county.root.mkdir()
    county.units.write_text(REGISTER, encoding="utf-8")
    county.years.write_text(YEARS, encoding="utf-8")
    return county


def lying(county: County) -> dict[str, bytes]:
    return {path.relative_to(county.root).as_posix(): path.read_bytes() for path in county.raw_files()}


def hand_in(county: County, data: bytes = FIRST, name: str = NAME, unit_id: str = "t01", **more):
    (waiting,) = stage(county, name, data)
    return accept(county, waiting.sha256, unit_id, 2024, who="李经办", **more)


# ── handing in


def test_what_is_handed_in_waits_and_is_in_no_build_before_it_is_accepted(county: County) -> None:
    (waiting,) = stage(county, f"C:\\下载\\{NAME}", FIRST)
    assert (waiting.name, waiting.sha256, waiting.size, waiting.refused, waiting.lies_at) == (
        NAME, sha256_of(FIRST), len(FIRST), "", "",
    )  # fmt: skip
    assert waiting.path is not None and waiting.path.read_bytes() == FIRST
    assert staged(county) == (waiting,) and stage(county, "又一份.txt", FIRST) == (waiting,)
    assert build(county).stamp.file_count == 0


def test_an_accepted_file_lies_under_its_year_belongs_to_its_unit_and_waits_no_longer(county: County) -> None:
    entered = hand_in(county, received_on=date(2025, 1, 9), why="微信收到")
    assert (entered.path, entered.is_new) == (f"raw/2024/{NAME}", True)
    assert lying(county) == {f"raw/2024/{NAME}": FIRST} and staged(county) == ()
    assert (entered.entry.who, entered.entry.why, entered.entry.kind) == ("李经办", "微信收到", Kind.INTAKE)
    with open_build(build(county).stamp.path) as connection:
        query = "SELECT unit_id, year, path, claimed_by, received_on, is_chosen FROM report_version"
        found = connection.sql(query).fetchall()
    assert found == [("t01", 2024, f"raw/2024/{NAME}", "李经办", date(2025, 1, 9), True)]


def test_a_file_goes_to_the_unit_that_the_person_said_whatever_it_says_itself(county: County) -> None:
    hand_in(county, unit_id="t02")
    with open_build(build(county).stamp.path) as connection:
        found = connection.sql("SELECT unit_id, read_unit_id FROM report_version WHERE is_chosen").fetchall()
    assert found == [("t02", "t01")]


def test_a_second_version_gets_a_name_of_its_own_and_is_in_force_though_it_came_on_the_same_day(county: County) -> None:
    hand_in(county)
    assert hand_in(county, SECOND).path == "raw/2024/柳堡镇2024年年报（第2版）.txt"
    assert hand_in(county, report(first=5000)).path == "raw/2024/柳堡镇2024年年报（第3版）.txt"
    assert lying(county)[f"raw/2024/{NAME}"] == FIRST and len(lying(county)) == 3
    with open_build(build(county).stamp.path) as connection:
        query = "SELECT path, choice_reason FROM report_version WHERE is_chosen"
        ((path, reason),) = connection.sql(query).fetchall()
    assert "第3版" in path and "后收到" in reason


def test_content_that_lies_there_already_is_recognised_whatever_its_name(county: County) -> None:
    (county.raw / "2024").mkdir(parents=True)
    (county.raw / "2024" / "手工放入.txt").write_bytes(FIRST)
    (waiting,) = stage(county, NAME, FIRST)
    assert waiting.lies_at == "raw/2024/手工放入.txt"
    entered = accept(county, waiting.sha256, "t01", 2024, who="李经办")
    assert (entered.path, entered.is_new) == ("raw/2024/手工放入.txt", False)
    assert list(lying(county)) == ["raw/2024/手工放入.txt"] and staged(county) == ()


def test_accepting_twice_says_nothing_twice_and_another_unit_for_the_same_file_is_a_conflict(county: County) -> None:
    first = hand_in(county)
    again = hand_in(county)
    assert again.entry == first.entry and not again.is_new and len(Ledger(county.ledger).entries()) == 1
    with pytest.raises(Conflict, match="李经办"):
        hand_in(county, unit_id="t02")
    assert accept(county, sha256_of(FIRST), "t01", 2024, who="王").entry == first.entry


def cut_off(county: County, unit_id: str = "t01", data: bytes = FIRST) -> Path:
    """An intake that ended after the ledger was told whose the file is; where it waits."""
    (waiting,) = stage(county, NAME, data)
    after = {"path": f"raw/2024/{NAME}", "name": NAME, "unit_id": unit_id, "year": 2024}
    Ledger(county.ledger).record("intake", waiting.sha256, after, who="李经办")
    assert waiting.path is not None
    return waiting.path


def make_later(path: Path) -> None:
    """As if it had been handed in a minute from now: the ledger knows whole seconds only."""
    later = path.stat().st_mtime + 60
    os.utime(path, (later, later))


def test_what_was_cut_off_is_finished_and_told(county: County) -> None:
    cut_off(county)
    (entered,) = finish(county)
    assert (entered.path, entered.is_new) == (f"raw/2024/{NAME}", True)
    assert lying(county) == {f"raw/2024/{NAME}": FIRST} and staged(county) == () and finish(county) == ()


def test_a_file_taken_out_by_hand_and_handed_in_again_waits_and_may_go_to_another_unit(county: County) -> None:
    entered = hand_in(county)
    (county.root / entered.path).unlink()
    (waiting,) = stage(county, NAME, FIRST)
    assert waiting.path is not None
    make_later(waiting.path)
    assert finish(county) == () and lying(county) == {} and len(staged(county)) == 1
    again = accept(county, waiting.sha256, "t02", 2024, who="王复核")
    assert again.entry.entry_id > entered.entry.entry_id and again.entry.who == "王复核"
    with open_build(build(county).stamp.path) as connection:
        assert connection.sql("SELECT unit_id FROM report_version").fetchall() == [("t02",)]


def test_a_file_whose_unit_left_the_register_stays_waiting_and_the_others_are_finished(county: County) -> None:
    cut_off(county, "gone")
    cut_off(county, "t02", SECOND)
    (entered,) = finish(county)
    assert entered.entry.subject == sha256_of(SECOND)
    assert [each.sha256 for each in staged(county)] == [sha256_of(FIRST)]


def test_no_date_is_lost_between_the_two_entries_of_an_intake(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    (waiting,) = stage(county, NAME, FIRST)
    monkeypatch.setattr("etl.intake.accepting._put", lambda *_: (_ for _ in ()).throw(IntakeError("cut off")))
    with pytest.raises(IntakeError, match="cut off"):
        accept(county, waiting.sha256, "t01", 2024, who="李经办", received_on=date(2025, 1, 9))
    monkeypatch.undo()
    assert len(finish(county)) == 1
    dates, intake = Ledger(county.ledger).entries()
    assert (dates.kind, intake.kind) == (Kind.DATES, Kind.INTAKE)
    assert dates.after == {"received_on": "2025-01-09", "published_on": None}


@pytest.mark.parametrize("sha256", ["", "..", "lock", "A" * 64, "a" * 63])
def test_only_the_sha256_of_a_file_names_what_is_to_be_discarded(county: County, sha256: str) -> None:
    (waiting,) = stage(county, NAME, FIRST)
    for act in (lambda: discard(county, sha256), lambda: accept(county, sha256, "t01", 2024, who="李经办")):
        with pytest.raises(IntakeError, match="没有"):
            act()
    assert staged(county) == (waiting,)


def test_many_are_accepted_at_once_and_one_that_cannot_be_leaves_the_others_alone(county: County) -> None:
    waiting = stage_all(county, [(NAME, FIRST), ("再报.txt", SECOND), ("双桥.txt", report(first=7000))])
    first, second, third = (each.sha256 for each in waiting)
    wanted = [Acceptance(first, "t01", 2024), Acceptance(second, "t99", 2024), Acceptance(third, "t02", 2024)]
    done = accept_all(county, wanted, who="李经办")
    assert [type(each).__name__ for each in done] == ["Entered", "IntakeError", "Entered"]
    assert len(lying(county)) == 2 and [each.sha256 for each in staged(county)] == [second]


def test_an_archive_is_opened_and_what_is_wrong_with_a_file_is_said_of_that_file(county: County) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("年报/柳堡镇.txt", FIRST)
        archive.writestr("年报/双桥乡.txt", SECOND)
        archive.writestr("年报/空.txt", b"")
        archive.writestr("Thumbs.db", b"x")
    found = {each.name: each.refused for each in stage(county, "年报.zip", packed.getvalue())}
    assert set(found) == {"柳堡镇.txt", "双桥乡.txt", "空.txt"} and "空文件" in found["空.txt"]
    assert [each.name for each in staged(county)] == ["双桥乡.txt", "柳堡镇.txt"]
    (damaged,) = stage(county, "坏.zip", packed.getvalue()[:60])
    assert damaged.refused == "" or "请" in damaged.refused
    with zipfile.ZipFile(packed := io.BytesIO(), "w"):
        pass
    (empty,) = stage(county, "空.zip", packed.getvalue())
    assert "没有文件" in empty.refused and empty.path is None


def test_what_was_discarded_can_no_longer_be_accepted(county: County) -> None:
    (waiting,) = stage(county, NAME, FIRST)
    discard(county, waiting.sha256)
    discard(county, waiting.sha256)
    with pytest.raises(IntakeError, match="重新拖入"):
        accept(county, waiting.sha256, "t01", 2024, who="李经办")
    assert staged(county) == () and not county.ledger.exists()


def test_a_unit_that_nobody_registered_and_a_file_that_went_bad_are_refused(county: County) -> None:
    (waiting,) = stage(county, NAME, FIRST)
    with pytest.raises(IntakeError, match="先登记"):
        accept(county, waiting.sha256, "t99", 2024, who="李经办")
    assert waiting.path is not None
    waiting.path.write_bytes(FIRST[:100])
    with pytest.raises(IntakeError, match="已损坏"):
        accept(county, waiting.sha256, "t01", 2024, who="李经办")
    assert lying(county) == {}


def test_dates_given_later_are_added_and_those_known_stay(county: County) -> None:
    hand_in(county, received_on=date(2025, 1, 9))
    hand_in(county, published_on=date(2025, 1, 20))
    hand_in(county)
    (*_, last) = Ledger(county.ledger).history(sha256_of(FIRST), Kind.DATES)
    assert last.after == {"received_on": "2025-01-09", "published_on": "2025-01-20"} and last.entry_id == 3


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("年报.docx", "年报.docx"),
        ("C:\\下载\\年报.docx", "年报.docx"),
        ("../../etc/passwd", "passwd"),
        ('关于"年报":2024?.docx', "关于_年报__2024_.docx"),
        ("CON.txt", "_CON.txt"),
        ("~$年报.docx", "$年报.docx"),
        (".隐藏.docx", "隐藏.docx"),
        ("年报. ", "年报"),
        ("", "无名文件"),
        ("...", "无名文件"),
        ("长" * 300 + ".docx", "长" * 65 + ".docx"),
        ("换\n行.txt", "换_行.txt"),
    ],
)
def test_names_are_such_as_every_system_takes(name: str, safe: str) -> None:
    assert safe_name(name) == safe


# ── killed at any step

_RUNNER = """
import os, signal, sys
from datetime import date
from pathlib import Path
from etl.intake import accept, stage
from etl.paths import County

assert "duckdb" not in sys.modules and "streamlit" not in sys.modules, "the children would be slow"
NAME, DATA = sys.argv[1], Path(sys.argv[2]).read_bytes()
WATCHED = ("/etl/intake/", "/etl/files.py", "/etl/ledger/", "/shutil.py", "/pathlib.py")

def run(number, folder):
    steps = 0
    def count(frame, event, arg):
        nonlocal steps
        if any(part in frame.f_code.co_filename.replace(os.sep, "/") for part in WATCHED):
            steps += 1
            if steps == number:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.setprofile(count)
    (waiting,) = stage(County(Path(folder)), NAME, DATA)
    accept(County(Path(folder)), waiting.sha256, "t01", 2024, who="李经办", received_on=date(2025, 1, 9))
    sys.setprofile(None)
    return steps

for line in sys.stdin:
    number, folder = line.rstrip("\\n").split("\\t")
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, str(run(int(number), folder)).encode())
        os._exit(0)
    os.close(write)
    said = os.read(read, 100).decode()
    os.close(read)
    _, status = os.waitpid(child, 0)
    print(-os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), said or 0, flush=True)
"""

Kill = Callable[[int, County], tuple[int, int]]


@pytest.fixture(scope="module")
def kill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kill]:
    """kill(n, county): hand in and accept SECOND, killed before step n → (exit code or minus the signal, steps taken)."""
    if not hasattr(os, "fork"):
        pytest.skip("这个系统不能复制进程，无法模拟收文件中途被杀")
    data = tmp_path_factory.mktemp("data") / "data"
    data.write_bytes(SECOND)
    command = [sys.executable, "-c", _RUNNER, NAME, str(data)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    assert process.stdin and process.stdout
    stdin, stdout = process.stdin, process.stdout

    def order(number: int, county: County) -> tuple[int, int]:
        stdin.write(f"{number}\t{county.root}\n")
        stdin.flush()
        code, steps = stdout.readline().split()
        return int(code), int(steps)

    yield order
    stdin.close()
    process.wait(timeout=30)


def state_of(county: County) -> str:
    """What a county holds after the end of a process, after seeing that none of it is half of anything."""
    files, waiting = lying(county), staged(county)
    assert set(files.values()) <= {FIRST, SECOND}, "a file that is not whole lies among the reports"
    assert files[f"raw/2024/{NAME}"] == FIRST, "what was there is as it was"
    assert all(each.path is not None and each.path.read_bytes() == SECOND for each in waiting)
    ledger = Ledger(county.ledger)
    ledger.verify()
    assert [entry.entry_id for entry in ledger.entries()][:1] == [1] and ledger.entries()[0].who == "王复核"
    said = ledger.history(sha256_of(SECOND), Kind.INTAKE)
    assert len(said) <= 1
    lies = SECOND in files.values()
    assert not lies or said, "a file counts for which nobody said whose it is"
    assert not said or lies or waiting, "the ledger tells of a file that is nowhere"
    return f"{'waits' if waiting else '-'} {'said' if said else '-'} {'lies' if lies else '-'}"


def put_right(county: County) -> None:
    """Hand in again, as the person would: everything is there once and nothing is left over."""
    finish(county)
    entered = hand_in(county, SECOND, received_on=date(2025, 1, 9))
    assert entered.path == "raw/2024/柳堡镇2024年年报（第2版）.txt"
    assert lying(county) == {f"raw/2024/{NAME}": FIRST, entered.path: SECOND}
    kinds = [entry.kind for entry in Ledger(county.ledger).entries()]
    assert kinds == [Kind.REMINDED, Kind.DATES, Kind.INTAKE]
    left = [path.name for path in county.raw.rglob("*") if path.name.startswith(UNFINISHED)]
    assert left == [] and staged(county) == ()
    connection = sqlite3.connect(county.ledger)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


@pytest.fixture
def before(county: County) -> County:
    """A county with a first version of the report and a ledger in use."""
    (county.raw / "2024").mkdir(parents=True)
    (county.raw / "2024" / NAME).write_bytes(FIRST)
    Ledger(county.ledger).record("reminded", "t01/2024", {}, who="王复核")
    return county


def kill_at(points: list[int], kill: Kill, before: County, tmp_path: Path) -> set[str]:
    seen = set()
    for point in points:
        county = County(Path(shutil.copytree(before.root, tmp_path / f"killed-{point}")))
        code, _ = kill(point, county)
        assert code == -9, point
        seen.add(state_of(county))
        put_right(county)
        shutil.rmtree(county.root)
    return seen


EVERY_STATE = {"- - -", "waits - -", "waits said -", "waits said lies", "- said lies"}


def test_an_intake_killed_between_any_two_steps_leaves_no_half_file_and_the_ledger_whole(
    kill: Kill, before: County, tmp_path: Path
) -> None:
    """At least 200 kills, spread over every step from the first byte staged to the staging cleared."""
    code, steps = kill(0, County(Path(shutil.copytree(before.root, tmp_path / "counted"))))
    assert code == 0 and steps > 250
    points = list(range(1, steps, max(steps // 220, 1)))
    assert len(points) >= 200
    assert kill_at(points, kill, before, tmp_path) == EVERY_STATE


@pytest.mark.slow
def test_an_intake_killed_at_every_fourth_step_leaves_no_half_file(kill: Kill, before: County, tmp_path: Path) -> None:
    _, steps = kill(0, County(Path(shutil.copytree(before.root, tmp_path / "counted"))))
    assert kill_at(list(range(3, steps, 4)), kill, before, tmp_path) == EVERY_STATE


def test_after_many_kills_in_one_county_a_build_holds_both_versions_and_the_later_is_in_force(
    kill: Kill, before: County, tmp_path: Path
) -> None:
    _, steps = kill(0, County(Path(shutil.copytree(before.root, tmp_path / "counted"))))
    for point in range(steps // 20, steps, steps // 20):
        kill(point, before)
        state_of(before)
    put_right(before)
    with open_build(build(before).stamp.path) as connection:
        found = connection.sql("SELECT path, is_chosen FROM report_version ORDER BY path").fetchall()
    assert found == [(f"raw/2024/{NAME}", False), ("raw/2024/柳堡镇2024年年报（第2版）.txt", True)]
