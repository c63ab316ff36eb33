"""The commands: what they print, in Chinese or as JSON, and how they end."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from etl.cli import main
from etl.paths import DATA_VARIABLE, County
from etl.warehouse.failure import BuildError
from etl.warehouse.read import current_build
from tests.counties import report, small_county
from tests.layouts import CELLS

OURS = Path(__file__).parent / "reports" / "北票市长皋乡2024年度报告.txt"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command runs in an empty folder and without anybody's settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(DATA_VARIABLE, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.fixture
def county(tmp_path: Path) -> County:
    return small_county(tmp_path / "county")


def answer(capsys: pytest.CaptureFixture[str]) -> Any:
    """The one JSON value on stdout."""
    return json.loads(capsys.readouterr().out)


# ── read


def test_read_prints_one_object_with_the_names_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(OURS), "--json"]) == 0
    told = answer(capsys)
    assert {"unit", "year", "form", "stat_period", "signed_on", "published_at", "title", "format", "status", "facts",
            "claims", "sections", "problems"} <= set(told)  # fmt: skip
    assert (told["unit"], told["year"], told["form"], told["status"]) == (
        "北票市长皋乡人民政府",
        2024,
        "2021",
        "complete",
    )
    assert (told["signed_on"], told["format"]) == ("2025-01-16", "text")
    assert told["stat_period"] == {"start": "2024-01-01", "end": "2024-12-31"}
    assert set(told["facts"]) == set(CELLS)
    assert told["facts"]["proactive/admin_fees/amount_wan"]["value"] == 9.51
    assert told["facts"]["requests/new_received/total"]["value"] == 0
    for fact in told["facts"].values():
        assert (
            set(fact) == {"value", "state", "raw", "locator", "confidence"}
            and fact["state"] == "reported"
            and fact["locator"]
        )
    claims = {claim["claim"]: claim["value"] for claim in told["claims"]}
    assert claims == {"published_website": 15, "published_wechat": 45, "requests_received": 0, "info_fee_yuan": 0}
    assert [section["number"] for section in told["sections"]] == list("一二三四五六")
    assert len(told["sections"][0]["aspects"]) == 5


def test_a_figure_in_json_is_the_number_as_printed_and_null_unless_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "年报.txt"
    path.write_text(report().decode().replace("| 1009 |", "| 59237.2449 |").replace(" 1002 ", " / "), encoding="utf-8")
    assert main(["read", str(path), "--json"]) == 0
    facts = answer(capsys)["facts"]
    assert facts["proactive/admin_fees/amount_wan"]["value"] == 59237.2449
    assert (facts["proactive/rules/in_force"]["value"], facts["proactive/rules/in_force"]["state"]) == (None, "slash")


def test_read_ends_with_1_when_something_could_not_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    garbled, empty = tmp_path / "错.txt", tmp_path / "空.txt"
    garbled.write_text(report().decode().replace(" 1002 ", " 1OO2 "), encoding="utf-8")
    empty.write_bytes(b"")
    assert main(["read", str(garbled), "--json"]) == 1
    told = answer(capsys)
    assert told["status"] == "partial" and told["facts"]["proactive/rules/in_force"]["value"] is None
    (tmp_path / "空文件夹").mkdir()
    for path in (empty, tmp_path / "没有.txt", tmp_path / "空文件夹"):
        assert main(["read", str(path), "--json"]) == 1
        told = answer(capsys)
        assert told["status"] == "rejected" and told["facts"] == {} and told["unit"] is None
        (problem,) = told["problems"]
        assert path.name in problem["message"] and "请" in problem["message"]


def test_several_files_are_one_list_and_one_bad_one_does_not_stop_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", str(tmp_path / "没有.txt"), str(OURS), "--json"]) == 1
    assert [one["status"] for one in answer(capsys)] == ["rejected", "complete"]


def test_read_opens_folders_and_archives(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "报送").mkdir()
    with zipfile.ZipFile(tmp_path / "报送" / "第一批.zip", "w") as archive:
        archive.writestr("乡镇/柳堡镇2024年年报.txt", report())
        archive.writestr("乡镇/空.txt", b"")
    (tmp_path / "报送" / "双桥乡2024年年报.txt").write_bytes(report())
    assert main(["read", str(tmp_path / "报送")]) == 1
    shown = capsys.readouterr().out.replace("\n", "")
    assert "第一批.zip" in shown and "空文件" in shown and "双桥乡2024年年报.txt" in shown
    assert main(["read", str(tmp_path / "报送"), "--json"]) == 1
    assert sorted(one["status"] for one in answer(capsys)) == ["complete", "complete", "rejected"]


def test_read_shows_figures_with_the_words_of_the_form_and_their_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(OURS)]) == 0
    shown = capsys.readouterr().out
    assert "9.51" in shown and "行政事业性收费" in shown and "第" in shown and "有数 200" in shown


# ── build and explain


def test_build_tells_what_it_found_and_the_second_time_that_nothing_changed(
    county: County, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "--data", str(county.root), "--json"]) == 0
    first = answer(capsys)
    assert first["new"] and (first["files"], first["parsed"], first["carried_over"], first["complete"]) == (3, 3, 0, 3)
    assert main(["build", "--data", str(county.root), "--json"]) == 0
    second = answer(capsys)
    assert not second["new"] and (second["parsed"], second["carried_over"]) == (0, 3)
    assert second["warehouse"] == first["warehouse"] and Path(second["warehouse"]).is_file()
    assert main(["build", "--data", str(county.root)]) == 0
    assert "没有改动" in capsys.readouterr().out


def test_a_build_with_a_bad_file_ends_with_0_and_counts_it(county: County, capsys: pytest.CaptureFixture[str]) -> None:
    (county.raw / "2024" / "坏.txt").write_bytes(b"")
    assert main(["build", "--data", str(county.root)]) == 0
    assert "读不出 1 份" in capsys.readouterr().out


def test_the_folder_may_be_named_by_the_environment(
    county: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(county.root))
    assert main(["build", "--json"]) == 0
    assert answer(capsys)["files"] == 3


def test_a_build_that_fails_ends_with_3_and_keeps_the_last_warehouse(
    county: County, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["build", "--data", str(county.root)])
    before = current_build(county)
    county.units.write_text("unit_id\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["build", "--data", str(county.root)]) == 3
    said = capsys.readouterr()
    assert "units.csv" in said.err and "缺少列" in said.err and said.out == ""
    assert current_build(county) == before

    def fail(*_: object, **__: object) -> None:
        raise BuildError("建库没有完成：磁盘已满。")

    monkeypatch.setattr("etl.cli.county.build", fail)
    assert main(["build", "--data", str(county.root)]) == 3


def test_explain_tells_value_text_file_and_place_in_every_build_still_kept(
    county: County, capsys: pytest.CaptureFixture[str]
) -> None:
    cell = CELLS[20]
    main(["build", "--data", str(county.root)])
    (county.raw / "2024" / "柳堡镇2024年年报.txt").write_bytes(report(first=4000))
    main(["build", "--data", str(county.root)])
    capsys.readouterr()
    for unit in ("柳堡镇", "青禾县柳堡镇人民政府", "t01"):
        assert main(["explain", unit, "2024", cell, "--data", str(county.root), "--json"]) == 0
        new, old = answer(capsys)
        assert (new["value"], old["value"]) == (4020, 1020) and (new["raw"], old["raw"]) == ("4020", "1020")
        assert new["path"] == "raw/2024/柳堡镇2024年年报.txt" and new["is_chosen"] and new["locator"]["line"] > 0
        assert new["build_id"] != old["build_id"]
    assert main(["explain", "柳堡镇", "2024", cell, "--data", str(county.root)]) == 0
    shown = capsys.readouterr().out
    assert "4020" in shown and "raw/2024/柳堡镇2024年年报.txt" in shown and new["place"] in shown


@pytest.mark.parametrize(
    "question, hint",
    [(("柳堡", "2024", CELLS[0]), "青禾县柳堡镇人民政府"), (("柳堡镇", "2024", "requests/new/total"), "requests/new_received/total"),
     (("柳堡镇", "2019", CELLS[0]), "2019")],
)  # fmt: skip
def test_a_question_nobody_can_answer_ends_with_2_and_offers_what_comes_near(
    county: County, question: tuple[str, ...], hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["build", "--data", str(county.root)])
    capsys.readouterr()
    assert main(["explain", *question, "--data", str(county.root)]) == 2
    assert hint in capsys.readouterr().err


def test_explain_before_the_first_build_says_to_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "甲", "2024", CELLS[0], "--data", str(tmp_path)]) == 2
    assert "nianbao build" in capsys.readouterr().err


# ── wrong usage


@pytest.mark.parametrize(
    "arguments, words",
    [
        ([], "缺少 命令"),
        (["bild"], "没有“bild”这个命令"),
        (["build", "--ful", "--nope"], "--nope"),
        (["read"], "缺少 文件"),
        (["explain", "甲", "二四", "x/y/z"], "年度 应为整数"),
        (["build", "--data"], "--data 后面缺少一个值"),
        (["sample", "--years", "最近"], "--years"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_so_in_chinese(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert words in said
    assert not re.search(r"[a-z]{3,} [a-z]{3,}", said.replace("nianbao ", "")), said


@pytest.mark.parametrize("command", ["", "up", "build", "read", "explain", "sample", "bundle"])
def test_help_is_in_chinese(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command.split(), "--help"]) == 0
    said = capsys.readouterr().out
    assert "用法" in said and "选项" in said
    assert not re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", said), said


# ── sample and up


def test_sample_makes_a_county_and_refuses_a_folder_somebody_filled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sample", "示例", "--years", "2024-2024"]) == 0
    assert (tmp_path / "示例" / "answers.json").is_file()
    (tmp_path / "我的").mkdir()
    (tmp_path / "我的" / "年报.txt").write_text("x", encoding="utf-8")
    assert main(["sample", "我的"]) == 3
    assert "年报.txt" in capsys.readouterr().err and [p.name for p in (tmp_path / "我的").iterdir()] == ["年报.txt"]


def test_up_without_any_reports_makes_the_demo_beside_the_data_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    assert main(["up", "--no-serve"]) == 0
    said = capsys.readouterr().out
    assert "示例数据" in said and "data/raw" in said
    assert current_build(County(tmp_path / "demo")) is not None
    assert list((tmp_path / "data").iterdir()) == []
    assert main(["up", "--no-serve"]) == 0
    assert "没有改动" in capsys.readouterr().out


def test_a_folder_that_is_not_there_is_refused_and_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (("build",), ("up", "--no-serve")):
        assert main([*command, "--data", str(tmp_path / "typo")]) == 2
        assert "没有找到文件夹" in capsys.readouterr().err
    assert not (tmp_path / "typo").exists()


def test_up_with_a_folder_of_ones_own_invents_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "本县").mkdir()
    assert main(["up", "--no-serve", "--data", "本县"]) == 0
    assert "示例" not in capsys.readouterr().out
    assert {path.name for path in (tmp_path / "本县").iterdir()} == {"warehouse"}


def test_up_with_reports_in_data_reads_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small_county(tmp_path / "data")
    assert main(["up", "--no-serve"]) == 0
    assert "示例" not in capsys.readouterr().out and not (tmp_path / "demo").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows 不能给另一个进程发这两种信号")
@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM"])
def test_up_serves_until_it_is_interrupted_and_leaves_nothing_running(county: County, how: str) -> None:
    command = [sys.executable, "-m", "etl.cli", "up", "--data", str(county.root), "--port", "18650"]
    up = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    assert up.stdout
    try:
        address = ""
        for line in up.stdout:
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                address = found[0]
                break
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(f"{address}/_stcore/health", timeout=10) as answered:
            assert answered.read() == b"ok"
        up.send_signal(getattr(signal, how))
        assert up.wait(timeout=30) == 0
        with pytest.raises(OSError):
            direct.open(f"{address}/_stcore/health", timeout=5)
    finally:
        up.kill()
        up.communicate()


def test_values_of_decimal_never_reach_json_as_text(county: County, capsys: pytest.CaptureFixture[str]) -> None:
    main(["build", "--data", str(county.root)])
    capsys.readouterr()
    main(["explain", "t01", "2024", CELLS[3], "--data", str(county.root), "--json"])
    (found,) = answer(capsys)
    assert found["value"] == Decimal(1003) and isinstance(found["value"], int)
