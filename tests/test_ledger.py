"""What people decide is appended, kept, handed on whole, and nobody's decision is lost or overrun."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.files import why_refused
from etl.ledger import (
    Conflict,
    Entry,
    Found,
    InForce,
    Kind,
    Ledger,
    LedgerError,
    Stage,
    all_tracking,
    cell_subject,
    finding_decisions,
    lapsed_decisions,
    report_subject,
    returned_findings,
)
from etl.ledger.store import SCHEMA_VERSION, _uri

A, B = "a" * 64, "b" * 64
WAIVED = {
    "decision": "waive",
    "rule": "T3-01",
    "unit_id": "t01",
    "year": 2024,
    "where": "表三“总计”列",
    "message": "相差 3。",
}
CONFIRMED = {**WAIVED, "decision": "confirm"}


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "county" / "ledger.sqlite")


# ── what is recorded stays


def test_an_entry_says_who_when_what_it_was_before_and_why(ledger: Ledger) -> None:
    first = ledger.record("finding", "f1", CONFIRMED, who="李经办", seen=0)
    second = ledger.record("finding", "f1", WAIVED, who="王复核", why="上级文件另有规定", seen=first.entry_id)
    assert (first.entry_id, first.before, first.who_from) == (1, None, "self")
    assert (second.entry_id, second.before, second.after) == (2, CONFIRMED, WAIVED)
    assert second.made_at[10] == "T" and second.made_at[-6] in "+-", "local time with its offset"
    assert ledger.history("f1") == (first, second) == ledger.entries()
    assert ledger.latest("finding") == {"f1": second}
    assert ledger.entries(since=1) == (second,) and ledger.last_id() == 2


def test_a_name_that_a_trusted_header_gave_is_told_from_one_a_person_chose(ledger: Ledger) -> None:
    chosen = ledger.record("reminded", "t01/2024", {}, who="李经办")
    given_by_proxy = ledger.record("reminded", "t02/2024", {}, who="li", who_from="proxy")
    assert (chosen.who_from, given_by_proxy.who_from) == ("self", "proxy")


def test_a_missing_ledger_holds_nothing_and_reading_does_not_make_one(ledger: Ledger) -> None:
    assert (
        ledger.entries() == () and ledger.latest("cell") == {} and ledger.history("x") == () and ledger.last_id() == 0
    )
    ledger.verify()
    assert not ledger.path.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET why = 'x'",
        "DELETE FROM entry",
        "INSERT OR REPLACE INTO entry SELECT * FROM entry",
        "INSERT INTO entry SELECT -5, made_at, who, who_from, kind, subject, before, after, why FROM entry LIMIT 1",
        "UPDATE OR REPLACE entry SET entry_id = 7",
    ],
)
def test_nothing_that_was_recorded_can_be_changed_or_removed(ledger: Ledger, statement: str) -> None:
    ledger.record("finding", "f1", CONFIRMED, who="李经办")
    ledger.record("finding", "f2", CONFIRMED, who="李经办")
    before = ledger.entries()
    connection = sqlite3.connect(ledger.path)
    with pytest.raises(sqlite3.Error, match="append-only"):
        connection.execute(statement)
    connection.close()
    assert ledger.entries() == before


def test_the_ledger_keeps_a_log_beside_it_and_says_its_schema_version(ledger: Ledger) -> None:
    ledger.record("reminded", "t01/2024", {}, who="李经办")
    connection = sqlite3.connect(ledger.path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    connection.close()


@pytest.mark.parametrize(
    ("kind", "subject", "after", "why", "words"),
    [
        ("finding", "f", WAIVED, "  ", "理由"),
        ("finding", "f", {**WAIVED, "decision": "perhaps"}, "", "decision"),
        ("cell", f"{A}/requests/granted/total", {"state": "reported", "value": "3件", "expect": "8"}, "", "数"),
        ("cell", f"{A}/requests/granted/total", {"state": "reported", "value": "1e9", "expect": "8"}, "", "数"),
        ("cell", f"{A}/requests/granted/total", {"state": "reported", "value": None, "expect": "8"}, "", "数"),
        ("cell", f"{A}/requests/granted/total", {"state": "blank", "value": None}, "", "原文"),
        ("cell", "requests/granted/total", {"state": "blank", "value": None, "expect": "8"}, "", "对象"),
        ("claim_file", A, {"unit_id": "t01", "year": None}, "", "年度"),
        ("claim_file", "abc", {"unit_id": "t01", "year": 2024}, "", "对象"),
        ("dates", A, {"received_on": "2025.1.9", "published_on": None}, "", "日期"),
        ("dates", A, {"received_on": "2025-01-09"}, "", "日期"),
        ("returned", "t01/2024", {"sha256": A, "path": "x", "findings": [{"subject": "s"}]}, "", "缺少"),
        ("closed", "t01/2024", {}, "", "sha256"),
        ("intake", A, {"path": "raw/x", "unit_id": "t01", "year": 2024}, "", "name"),
        ("intake", A, None, "", "撤回"),
        ("reminded", "t01/2024", {"share": 0.5}, "", "float"),
        ("reminded", "t01/2024", {"text": "\ud800"}, "", "字符"),
    ],
)
def test_what_does_not_say_what_its_kind_must_is_refused_with_the_reason(
    ledger: Ledger, kind: str, subject: str, after: dict[str, Any] | None, why: str, words: str
) -> None:
    with pytest.raises(LedgerError, match=words) as refused:
        ledger.record(kind, subject, after, who="李经办", why=why)
    assert str(refused.value).startswith("没有保存")
    assert not ledger.path.exists()


@pytest.mark.parametrize("who", ["", "  ", "李\n经办", "李\x00", "长" * 300, "\ud800"])
def test_nobody_decides_without_a_name(ledger: Ledger, who: str) -> None:
    with pytest.raises(LedgerError, match="没有保存"):
        ledger.record("reminded", "t01/2024", {}, who=who)


# ── two people


def test_whoever_looked_before_somebody_else_decided_is_told_and_nothing_is_written(ledger: Ledger) -> None:
    seen = 0
    first = ledger.record("finding", "f1", CONFIRMED, who="李经办", seen=seen)
    with pytest.raises(Conflict) as told:
        ledger.record("finding", "f1", WAIVED, who="王复核", why="另有规定", seen=seen)
    assert told.value.latest == first and "李经办" in str(told.value) and "请刷新" in str(told.value)
    assert ledger.entries() == (first,)
    ledger.record("finding", "f1", WAIVED, who="王复核", why="另有规定", seen=first.entry_id)


def test_decisions_on_other_subjects_and_of_other_kinds_do_not_meet(ledger: Ledger) -> None:
    ledger.record("dates", A, {"received_on": "2025-01-09", "published_on": None}, who="李", seen=0)
    ledger.record("claim_file", A, {"unit_id": "t01", "year": 2024}, who="王", seen=0)
    ledger.record("dates", B, {"received_on": None, "published_on": None}, who="王", seen=0)
    assert len(ledger.history(A)) == 2 and len(ledger.history(A, "dates")) == 1


_DECIDER = """
import json, sys
from pathlib import Path
from etl.ledger import Conflict, Ledger
path, name = sys.argv[1:]
ledger, about = Ledger(Path(path)), json.loads(sys.stdin.readline())
for number in range(20):  # each as if nobody had decided yet
    try:
        ledger.record("finding", f"f{number}", about, who=name, seen=0)
        print(number, "saved")
    except Conflict as conflict:
        print(number, conflict.latest.who if conflict.latest else "")
"""


def test_processes_that_decide_at_the_same_time_lose_nothing_and_the_second_is_told_of_the_first(
    ledger: Ledger,
) -> None:
    names = ["甲", "乙", "丙", "丁"]
    processes = [
        subprocess.Popen(
            [sys.executable, "-X", "utf8", "-c", _DECIDER, str(ledger.path), name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )
        for name in names
    ]  # fmt: skip
    for process in processes:  # all are there, waiting, when the first is told to begin
        assert process.stdin
        process.stdin.write(json.dumps(CONFIRMED) + "\n")
    for process in processes:
        assert process.stdin
        process.stdin.flush()
    heard = []
    for name, process in zip(names, processes, strict=True):
        told, _ = process.communicate(timeout=300)
        heard += [(name, int(number), what) for number, what in (line.split(" ", 1) for line in told.splitlines())]
    assert len(heard) == len(names) * 20
    saved = {number: name for name, number, what in heard if what == "saved"}
    assert len(saved) == 20 == sum(what == "saved" for *_, what in heard)
    assert {entry.subject: entry.who for entry in ledger.entries()} == {f"f{n}": name for n, name in saved.items()}
    assert all(what in {"saved", saved[number]} for _, number, what in heard)


_RECORDER = """
import sys
from pathlib import Path
from etl.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]))
while True:
    print(ledger.record("reminded", "t01/2024", {"text": "话" * 2000}, who="李经办").entry_id, flush=True)
"""


def test_whatever_ends_the_process_what_was_told_as_saved_is_there_and_the_ledger_whole(ledger: Ledger) -> None:
    told: set[int] = set()
    for moment in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", _RECORDER, str(ledger.path)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout
        told.add(int(process.stdout.readline()))
        time.sleep(moment * 0.007)
        process.kill()
        told |= {int(line) for line in process.stdout.read().splitlines()}
        process.wait()
        ledger.verify()
        assert told <= {entry.entry_id for entry in ledger.entries()}
    assert [entry.entry_id for entry in ledger.entries()] == list(range(1, ledger.last_id() + 1))


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("/数据/a b?#.sqlite", "file:///%E6%95%B0%E6%8D%AE/a%20b%3F%23.sqlite"),
        ("//server/share/x", "file:////server/share/x"),
    ],
)
def test_a_path_is_never_taken_for_an_address(path: str, uri: str) -> None:
    assert _uri(Path(path)) == uri


# ── a ledger that cannot be used


def full(path: Path) -> Ledger:
    """A ledger with a few hundred entries, so that it has pages to damage."""
    ledger = Ledger(path)
    for number in range(3):
        ledger.record("finding", f"f{number}", {**CONFIRMED, "message": "很长的话" * 2000}, who="李经办")
    return ledger


@pytest.mark.parametrize("damage", ["empty", "garbage", "cut", "another database", "from a newer version", "page"])
def test_a_damaged_ledger_says_so_and_what_to_do_and_is_never_taken_for_an_empty_one(
    tmp_path: Path, damage: str
) -> None:
    ledger = full(tmp_path / "ledger.sqlite")
    data = ledger.path.read_bytes()
    match damage:
        case "empty":
            ledger.path.write_bytes(b"")
        case "garbage":
            ledger.path.write_bytes(os.urandom(20_000))
        case "cut":
            ledger.path.write_bytes(data[: len(data) // 2])
        case "page":
            ledger.path.write_bytes(data[:4096] + b"\xff" * 8192 + data[12288:])
        case "another database":
            ledger.path.unlink()
            with sqlite3.connect(ledger.path) as connection:
                connection.execute("CREATE TABLE entry (x)")
        case "from a newer version":
            connection = sqlite3.connect(ledger.path)
            connection.execute("PRAGMA user_version = 99")
            connection.close()
    with pytest.raises(LedgerError, match="请") as told:
        ledger.verify()
        ledger.entries()
    assert str(ledger.path) in str(told.value)
    assert ("升级" if damage == "from a newer version" else "损坏") in str(told.value)
    if damage != "page":
        with pytest.raises(LedgerError):
            ledger.record("reminded", "t01/2024", {}, who="李经办")


def test_a_ledger_in_a_folder_that_cannot_be_written_is_still_read(tmp_path: Path) -> None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("不是管理员，换不成没有权限的用户")
    ledger = Ledger(tmp_path / "county" / "ledger.sqlite")
    ledger.record("reminded", "t01/2024", {}, who="李经办")
    ledger.path.parent.chmod(0o555)
    for folder in (tmp_path, *list(tmp_path.parents)[:3]):  # one of them is the worker's where tests run in several
        folder.chmod(0o755)
    program = (
        "import os; from pathlib import Path; from etl.ledger import Ledger, LedgerError; os.setgid(65534); os.setuid(65534)\n"
        f"ledger = Ledger(Path({str(ledger.path)!r})); print(len(ledger.entries()))\n"
        "try: ledger.record('reminded', 't02/2024', {}, who='x')\nexcept LedgerError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, encoding="utf-8")
    assert done.stdout.splitlines()[0] == "1", done.stderr
    assert "不能写入" in done.stdout and "请检查" in done.stdout


# ── handing it on


def varied(ledger: Ledger) -> None:
    """Entries of every kind, with texts that try a text format."""
    ledger.record("finding", "f1", CONFIRMED, who="李经办")
    ledger.record("finding", "f1", WAIVED, who="王复核", why="第一行\n第二行：- # 'x' \"y\"\n\n  缩进  ")
    cell = {"state": "reported", "value": "3", "expect": " 8\u3000", "unit_id": "t01", "year": 2024}
    ledger.record("cell", cell_subject(A, "requests/granted/total"), cell, who="no")
    ledger.record("cell", cell_subject(A, "requests/granted/total"), None, who="null", why="看错了")
    ledger.record("claim_file", A, {"unit_id": "007", "year": 2024}, who="李经办", who_from="proxy")
    ledger.record("dates", A, {"received_on": "2025-01-09", "published_on": None}, who="李经办")
    ledger.record("reminded", report_subject("t/0:1", 2024), {"how": "电话", "n": 3, "yes": True, "no": []}, who="李")
    ledger.record("returned", "t01/2024", {"sha256": A, "path": "raw/2024/a.docx", "findings": []}, who="李经办")
    ledger.record("closed", "t01/2024", {"sha256": A}, who="李经办")
    ledger.record("intake", B, {"path": "raw/2024/b.docx", "name": "b.docx", "unit_id": "t01", "year": 2024}, who="李")


def test_an_export_makes_the_same_ledger_again_and_nothing_the_second_time(ledger: Ledger, tmp_path: Path) -> None:
    varied(ledger)
    exported, again = tmp_path / "台账.yaml", Ledger(tmp_path / "other" / "ledger.sqlite")
    assert ledger.export(exported) == 10
    assert again.import_(exported) == 10
    assert again.entries() == ledger.entries()
    assert again.import_(exported) == 0 and again.entries() == ledger.entries()
    again.export(tmp_path / "again.yaml")
    assert (tmp_path / "again.yaml").read_bytes() == exported.read_bytes()


def test_an_export_can_be_read_by_a_person(ledger: Ledger, tmp_path: Path) -> None:
    varied(ledger)
    ledger.export(tmp_path / "x.yaml")
    text = (tmp_path / "x.yaml").read_text(encoding="utf-8")
    assert "王复核" in text and "表三“总计”列" in text and "\\u" not in text and "&id" not in text
    assert [entry["entry_id"] for entry in yaml.safe_load(text)["entries"]] == list(range(1, 11))


def test_a_newer_export_adds_what_is_missing_and_an_older_one_adds_nothing(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record("finding", "f1", CONFIRMED, who="李经办")
    ledger.export(tmp_path / "old.yaml")
    other = Ledger(tmp_path / "other" / "ledger.sqlite")
    other.import_(tmp_path / "old.yaml")
    ledger.record("finding", "f2", CONFIRMED, who="李经办")
    ledger.export(tmp_path / "new.yaml")
    assert other.import_(tmp_path / "new.yaml") == 1
    assert other.import_(tmp_path / "old.yaml") == 0
    assert other.entries() == ledger.entries()
    assert other.record("finding", "f3", CONFIRMED, who="王").entry_id == 3, "numbers go on where the import ended"


def test_ledgers_that_went_different_ways_are_not_mixed(ledger: Ledger, tmp_path: Path) -> None:
    other = Ledger(tmp_path / "other" / "ledger.sqlite")
    for each, who in ((ledger, "李经办"), (other, "王复核")):
        each.record("finding", "f1", CONFIRMED, who=who)
    ledger.record("finding", "f2", CONFIRMED, who="李经办")
    ledger.export(tmp_path / "x.yaml")
    before = other.entries()
    with pytest.raises(LedgerError, match="第 1 条") as told:
        other.import_(tmp_path / "x.yaml")
    assert "李经办" in str(told.value) and "王复核" in str(told.value) and "请" in str(told.value)
    assert other.entries() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "[]",
        lambda text: text.replace("nianbao-ledger", "other"),
        lambda text: text.replace("version: 1", "version: 2"),
        lambda text: text.replace("kind: finding", "kind: rumour", 1),
        lambda text: text.replace("entry_id: 2", "entry_id: 1"),
        lambda text: text.replace("decision: confirm", "decision: maybe", 1),
        lambda text: text[: len(text) // 2] + "\n  - {",
        lambda text: text.replace("who: 李经办", "who: ''", 1),
        lambda text: text.replace("why: ''\n", "", 1),
    ],
)
def test_a_file_that_is_no_unchanged_export_is_refused_as_a_whole(ledger: Ledger, tmp_path: Path, change: Any) -> None:
    varied(ledger)
    path = tmp_path / "x.yaml"
    ledger.export(path)
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    other = Ledger(tmp_path / "other" / "ledger.sqlite")
    with pytest.raises(LedgerError, match="没有导入"):
        other.import_(path)
    assert other.entries() == ()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("aB1 :-#'\"\n键", max_size=6), inner, max_size=3)
        ),
        max_leaves=8,
    ),
)
def test_any_text_and_any_content_comes_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, why: str, content: Any
) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    ledger, other = Ledger(folder / "a.sqlite"), Ledger(folder / "b.sqlite")
    made = ledger.record("reminded", "t01/2024", {"content": content}, who="李经办", why=why)
    assert ledger.entries() == (made,)
    ledger.export(folder / "x.yaml")
    other.import_(folder / "x.yaml")
    assert other.entries() == (made,)
    shutil.rmtree(folder)


# ── what stands


def test_a_decision_lapses_visibly_when_the_finding_is_another_one(ledger: Ledger) -> None:
    ledger.record("finding", "as it was", WAIVED, who="王复核", why="另有规定")
    ledger.record("finding", "still so", CONFIRMED, who="王复核")
    ledger.record("finding", "thought better of", WAIVED, who="王复核", why="x")
    ledger.record("finding", "thought better of", {**WAIVED, "decision": "reopen"}, who="李经办")
    decisions = finding_decisions(ledger)
    assert {name: each.decision for name, each in decisions.items()} == {
        "as it was": "waive", "still so": "confirm", "thought better of": "reopen",
    }  # fmt: skip
    (lapsed,) = lapsed_decisions(decisions, {"still so", "something new"})
    assert lapsed.fingerprint == "as it was" and lapsed.why == "另有规定" and lapsed.about["message"] == "相差 3。"


def found(
    subject: str, value: str = "1", severity: str = "must_fix", unit_id: str = "t01", cells: tuple[str, ...] = ()
) -> Found:
    return Found(
        unit_id, 2024, f"{subject}={value}", subject, "T3-01", severity, f"表三 {subject}", value, "2", f"{subject} 相差 1。",
        "请核对。", cells,
    )  # fmt: skip


def in_force(sha256: str = A, unit_id: str = "t01", is_complete: bool = True, figures: str = "") -> InForce:
    return InForce(unit_id, 2024, sha256, f"raw/2024/{sha256[:4]}.docx", is_complete, frozenset(figures.split()))


def one(ledger: Ledger, report: InForce | None, *findings: Found):
    return all_tracking(ledger, [report] if report else [], findings)["t01", 2024]


def send_back(ledger: Ledger, *findings: Found, sha256: str = A, **more: Any) -> Entry:
    after = {"sha256": sha256, "path": "raw/2024/x.docx", "findings": returned_findings(findings), **more}
    return ledger.record("returned", "t01/2024", after, who="李经办")


def test_a_report_goes_from_to_be_returned_through_returned_and_refiled_to_closed(ledger: Ledger) -> None:
    mended, left, fresh = found("三"), found("四"), found("五")
    assert one(ledger, in_force(A)).stage is Stage.CLEAR
    assert one(ledger, in_force(A), found("六", severity="verify")).stage is Stage.CLEAR
    assert one(ledger, in_force(A), mended, left).stage is Stage.TO_RETURN
    send_back(ledger, mended, left)
    assert one(ledger, in_force(A), mended, left).stage is Stage.RETURNED
    refiled = one(ledger, in_force(B), found("四", "9"), fresh)
    assert refiled.stage is Stage.REFILED and not refiled.can_be_closed
    assert [each["subject"] for each in refiled.mended] == ["三"]
    assert [each.subject for each in refiled.remaining] == ["四"]
    assert [each.subject for each in refiled.new] == ["五"]
    clean = one(ledger, in_force(B))
    assert clean.can_be_closed and len(clean.mended) == 2
    ledger.record("closed", "t01/2024", {"sha256": B}, who="李经办")
    assert one(ledger, in_force(B)).stage is Stage.CLOSED


def test_what_a_person_confirmed_is_to_be_mended_whatever_its_level_unless_it_is_a_mere_notice(ledger: Ledger) -> None:
    asked, noted = found("六", severity="verify"), found("七", severity="notice")
    for each in (asked, noted):
        ledger.record("finding", each.fingerprint, CONFIRMED, who="李经办")
    held = one(ledger, in_force(A), asked, noted)
    assert held.stage is Stage.TO_RETURN and held.open == (asked,)
    send_back(ledger, asked)
    assert one(ledger, in_force(B)).can_be_closed
    ledger.record("finding", asked.fingerprint, WAIVED, who="李经办", why="另有规定")
    assert one(ledger, in_force(A), asked).open == ()


def test_a_finding_whose_place_is_only_doubted_now_is_not_called_mended(ledger: Ledger) -> None:
    send_back(ledger, found("三"))
    now = one(ledger, in_force(B, is_complete=False), found("三", "7", severity="verify"))
    assert now.mended == () and [each.subject for each in now.remaining] == ["三"]
    assert now.is_doubtful and not now.can_be_closed


def test_a_finding_is_mended_only_where_its_figures_are_read_in_the_version_that_came(ledger: Ledger) -> None:
    send_back(ledger, found("三", cells=("t/a/x", "t/b/x")), found("章节"))
    blank = one(ledger, in_force(B, is_complete=False, figures="t/a/x t/c/x"))
    assert blank.mended == () and [each["subject"] for each in blank.unsure] == ["三", "章节"]
    assert not blank.can_be_closed and blank.stage is Stage.REFILED
    partly = one(ledger, in_force(B, is_complete=False, figures="t/a/x t/b/x"))
    assert [each["subject"] for each in partly.mended] == ["三"]
    assert [each["subject"] for each in partly.unsure] == ["章节"]
    whole = one(ledger, in_force(B, figures="t/a/x t/b/x"))
    assert len(whole.mended) == 2 and whole.unsure == () and whole.can_be_closed


def test_a_finding_that_is_gone_though_no_other_version_came_is_not_called_mended(ledger: Ledger) -> None:
    send_back(ledger, found("三", cells=("t/a/x",)))
    for report in (None, in_force(A, figures="t/a/x")):
        now = one(ledger, report)
        assert now.stage is Stage.RETURNED and now.mended == () and len(now.unsure) == 1 and not now.can_be_closed


def test_a_finding_sent_back_before_its_cells_were_kept_is_mended_in_a_report_read_whole(ledger: Ledger) -> None:
    (told,) = returned_findings([found("三")])
    del told["cells"]
    ledger.record("returned", "t01/2024", {"sha256": A, "path": "raw/x", "findings": [told]}, who="李经办")
    assert len(one(ledger, in_force(B)).mended) == 1
    assert len(one(ledger, in_force(B, is_complete=False, figures="t/a/x")).unsure) == 1


def test_a_waived_finding_need_not_be_returned_and_is_neither_mended_nor_left(ledger: Ledger) -> None:
    here = found("三")
    send_back(ledger, here)
    ledger.record("finding", here.fingerprint, WAIVED, who="王复核", why="另有规定")
    now = one(ledger, in_force(B), here)
    assert (now.open, now.mended, now.remaining, now.new) == ((), (), (), ())
    assert now.waived == (here,) and now.can_be_closed
    ledger.record("finding", here.fingerprint, {**WAIVED, "decision": "reopen"}, who="王复核")
    assert one(ledger, in_force(B), here).remaining == (here,)


def test_a_report_may_be_closed_with_faults_and_stays_so_until_another_version_comes(ledger: Ledger) -> None:
    here = found("三")
    send_back(ledger, here)
    ledger.record("closed", "t01/2024", {"sha256": A}, who="李经办", why="领导同意带缺")
    assert one(ledger, in_force(A), here).stage is Stage.CLOSED
    assert one(ledger, in_force(B), here).stage is Stage.REFILED
    ledger.record("closed", "t01/2024", None, who="李经办")
    assert one(ledger, in_force(A), here).stage is Stage.RETURNED


def test_a_second_letter_compares_with_the_second_and_counts_both(ledger: Ledger) -> None:
    send_back(ledger, found("三"))
    send_back(ledger, found("三", "9"), found("四"), sha256=B)
    waiting = one(ledger, in_force(B), found("三", "9"), found("四"))
    assert waiting.stage is Stage.RETURNED and waiting.returned_times == 2
    assert [each.subject for each in one(ledger, in_force("c" * 64), found("三", "8")).remaining] == ["三"]


def test_a_letter_taken_back_leaves_the_report_to_be_returned(ledger: Ledger) -> None:
    send_back(ledger, found("三"))
    ledger.record("returned", "t01/2024", None, who="李经办", why="发错单位")
    now = one(ledger, in_force(A), found("三"))
    assert now.stage is Stage.TO_RETURN and now.returned_times == 0 and now.returned is None
    ledger.record("returned", "t01/2024", None, who="李经办")
    assert one(ledger, in_force(A), found("三")).returned_times == 0, "there is nothing left to take back"


def test_a_second_letter_taken_back_leaves_the_first_standing(ledger: Ledger) -> None:
    first = send_back(ledger, found("三"), found("四"))
    send_back(ledger, found("三", "9"), sha256=B)
    ledger.record("returned", "t01/2024", None, who="李经办", why="发错单位")
    now = one(ledger, in_force(B), found("三", "9"))
    assert now.returned is not None and now.returned.entry_id == first.entry_id
    assert (now.stage, now.returned_times) == (Stage.REFILED, 1)
    assert [each["subject"] for each in now.mended] == ["四"] and [each.subject for each in now.remaining] == ["三"]
    third = send_back(ledger, found("三", "9"), sha256=B)
    again = one(ledger, in_force(B), found("三", "9"))
    assert again.returned == third and (again.stage, again.returned_times) == (Stage.RETURNED, 2)


def test_days_overdue_count_from_the_day_in_the_letter_while_nothing_came(ledger: Ledger) -> None:
    send_back(ledger, found("三"), due_on="2025-01-20")
    waiting = one(ledger, in_force(A), found("三"))
    assert [waiting.days_overdue(date(2025, 1, day)) for day in (19, 20, 23)] == [0, 0, 3]
    assert one(ledger, in_force(B), found("三")).days_overdue(date(2025, 2, 1)) == 0


def test_a_unit_whose_file_was_taken_away_after_the_letter_still_waits(ledger: Ledger) -> None:
    send_back(ledger, found("三"))
    assert one(ledger, None).stage is Stage.RETURNED


def test_every_unit_has_its_own_state(ledger: Ledger) -> None:
    send_back(ledger, found("三"))
    everybody = all_tracking(
        ledger,
        [in_force(A), in_force(B, "t02"), in_force("c" * 64, "t03")],
        [found("三"), found("三", unit_id="t02")],
    )
    assert Counter(each.stage.label for each in everybody.values()) == {"已退": 1, "待退": 1, "无待退改": 1}


@pytest.mark.parametrize(
    "path",
    ["../x.txt", "raw/../../x.txt", "/raw/x.txt", "raw", "raw/", "warehouse/x.txt", "raw\\..\\x", "C:/x", "raw//x"],
)
def test_an_intake_from_elsewhere_can_name_no_place_outside_the_reports(ledger: Ledger, path: str) -> None:
    said = {"path": "raw/2024/x.txt", "name": "x.txt", "unit_id": "t01", "year": 2024}
    entry = ledger.record("intake", A, said, who="李经办")
    with pytest.raises(LedgerError, match="raw/"):
        ledger.record("intake", A, {**said, "path": path}, who="李经办")
    exported = ledger.path.with_name("export.yaml")
    ledger.export(exported)
    content = yaml.safe_load(exported.read_text(encoding="utf-8"))
    content["entries"][0]["after"]["path"] = path
    exported.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(LedgerError, match="raw/"):
        Ledger(ledger.path.with_name("other.sqlite")).import_(exported)
    assert ledger.entries() == (entry,)


def test_what_goes_wrong_is_said_in_chinese_whatever_the_system_says(tmp_path: Path, monkeypatch: Any) -> None:
    english = re.compile(r"[A-Za-z]{3,} [a-z]{2,}|[Ee]rrno|denied|disk")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    blocked = Ledger(tmp_path / "file" / "ledger.sqlite")
    told = []
    for act in (
        lambda: blocked.record("reminded", "t01/2024", {}, who="李"),
        lambda: blocked.import_(tmp_path / "x.yaml"),
    ):
        (tmp_path / "x.yaml").write_text("format: nianbao-ledger\nversion: 1\nentries: [{kind: nothing}, 3]\n", "utf-8")
        with pytest.raises(LedgerError) as stopped:
            act()
        told.append(str(stopped.value).replace(str(tmp_path), "").replace("entry_id", ""))
    for error in (
        OSError(errno.ENOSPC, "No space left on device"), PermissionError(errno.EACCES, "Permission denied"),
        FileNotFoundError(errno.ENOENT, "No such file or directory"), OSError(errno.EIO, "Input/output error"),
        NotADirectoryError(errno.ENOTDIR, "Not a directory"), sqlite3.OperationalError("disk I/O error"),
    ):  # fmt: skip
        told.append(why_refused(error))
    assert told[2:6] == ["磁盘已满", "只读，或没有权限", "文件或文件夹已不在原处", f"系统出错，代码 {errno.EIO}"]
    assert [text for text in told if english.search(text)] == [] and "已不在" not in told[0]


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_has_a_name_for_people(ledger: Ledger, kind: Kind) -> None:
    with pytest.raises(LedgerError) as stopped:
        ledger.record(kind, "\n", {} if kind is not Kind.FINDING else {"decision": "?"}, who="李")
    assert f"“{kind.label}”" in str(stopped.value) and kind.value not in str(stopped.value).lower()


def test_kinds_are_those_of_the_contract() -> None:
    assert {kind.value for kind in Kind} == {
        "finding", "cell", "claim_file", "dates", "reminded", "returned", "closed", "intake", "score", "score_review",
        "score_waiver", "appeal", "finalised", "ranked",
    }  # fmt: skip
