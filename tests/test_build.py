"""A warehouse is a pure function of the county's folder and the code; what did not change is not read again."""

from __future__ import annotations

import io
import os
import re
import shutil
import threading
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.build import Built, build
from etl.paths import County
from etl.units import RegisterError
from etl.warehouse import inputs, intake
from etl.warehouse.failure import BuildError
from etl.warehouse.force import KEPT_BUILDS, only_builder
from etl.warehouse.inputs import files_at
from etl.warehouse.read import current_build, kept_builds, open_build, stamp_of
from tests.counties import REGISTER, report, small_county
from tests.dangerous import ARCHIVES, DANGERS, made
from tests.layouts import (
    APPLICANTS,
    CELLS,
    CLOSING,
    CORNER,
    DISPUTES,
    HEADINGS,
    OTHER,
    OUTCOMES,
    OVERVIEW,
    PREAMBLE,
    PROACTIVE,
    REQUESTS,
    pipe_text,
)  # fmt: skip


@pytest.fixture
def county(tmp_path: Path) -> County:
    return small_county(tmp_path / "county")


def rows(built: Built, query: str) -> list[tuple]:
    with open_build(built.stamp.path) as connection:
        return connection.sql(query).fetchall()


def outcomes(built: Built) -> dict[str, tuple[str, str]]:
    found = rows(built, "SELECT path, outcome, reason FROM source_file")
    return {path: (outcome, reason) for path, outcome, reason in found}


def listing(county: County) -> dict[str, tuple[int, int]]:
    return {path.name: (path.stat().st_mtime_ns, path.stat().st_size) for path in county.warehouse.iterdir()}


# ── what goes in comes out


def test_every_figure_comes_out_with_its_file_and_place(county: County) -> None:
    built = build(county)
    found = rows(
        built,
        "SELECT cell, value, raw, path, locator.line FROM fact JOIN source_file USING (file_id) "
        "JOIN report USING (file_id) WHERE unit_id = 't01' AND year = 2024",
    )
    lines = report().decode().split("\n")
    assert {cell: value for cell, value, *_ in found} == {cell: Decimal(1000 + n) for n, cell in enumerate(CELLS)}
    for _, value, raw, path, line in found:
        assert raw == str(value.to_integral_value()) and raw in re.split(r"[ |]+", lines[line - 1])
        assert path == "raw/2024/柳堡镇2024年年报.txt"


def test_names_of_rows_are_those_of_the_form(county: County) -> None:
    built = build(county)
    unnamed = rows(built, "SELECT count(*) FROM fact f ANTI JOIN form_cell c ON c.cell = f.cell")
    assert unnamed == [(0,)]


def test_an_empty_county_has_an_empty_warehouse(tmp_path: Path) -> None:
    built = build(County(tmp_path / "nothing yet"))
    assert built.is_new and built.stamp.file_count == 0
    assert rows(built, "SELECT count(*) FROM filing") == [(0,)]


# ── nothing changed


def test_a_second_build_parses_nothing_writes_nothing_and_leaves_the_pointer(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(county)
    before = listing(county)
    monkeypatch.setattr("etl.build.take_in_all", lambda *_: pytest.fail("a file was read again"))
    second = build(county)
    assert not second.is_new and second.stamp == first.stamp
    assert listing(county) == before


def test_touching_a_file_without_changing_it_changes_nothing(county: County) -> None:
    first = build(county)
    path = next(county.raw_files())
    path.write_bytes(path.read_bytes())
    assert build(county).stamp == first.stamp


# ── what changed is read, the rest is carried over


def changed(county: County, what: str) -> int:
    """Change one thing; returns how many files must be read."""
    text, other = county.raw / "2024" / "柳堡镇2024年年报.txt", county.raw / "2024" / "双桥乡2024年年报.html"
    match what:
        case "a file added":
            (county.raw / "2023" / "双桥乡2023年年报.txt").write_bytes(report("青禾县双桥乡人民政府", 2023, 7000))
            return 1
        case "a file changed":
            text.write_bytes(report(first=3000))
            return 1
        case "a file removed":
            text.unlink()
            return 0
        case "a file renamed":
            text.rename(text.with_name("0 柳堡镇2024年.txt"))
            return 1  # the name is a witness of unit and year
        case "a file moved in front of the others":
            shutil.copy(other, county.raw / "2023" / "0.html")
            return 1
        case "the register":
            county.units.write_text(REGISTER + "t03,,青禾县石门镇人民政府,,town,乡镇,,,,是\n", encoding="utf-8")
            return 3
        case "the years":
            county.years.write_text("year,collected,note\n2024,否,\n", encoding="utf-8")
            return 0
        case _:
            raise AssertionError(what)


CHANGES = (
    "a file added", "a file changed", "a file removed", "a file renamed", "a file moved in front of the others",
    "the register", "the years",
)  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_an_incremental_build_equals_one_from_scratch(county: County, what: str, tmp_path: Path) -> None:
    first = build(county)
    due = changed(county, what)
    again = build(county)
    assert again.is_new and again.stamp.parsed_count == due
    assert again.stamp.content_hash != first.stamp.content_hash
    scratch = County(tmp_path / "scratch")
    shutil.copytree(county.root, scratch.root, ignore=shutil.ignore_patterns("warehouse"))
    assert build(scratch).stamp.content_hash == again.stamp.content_hash
    assert build(county, full=True).stamp.content_hash == again.stamp.content_hash


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(CHANGES), min_size=2, max_size=4, unique=True))
def test_any_sequence_of_changes_ends_where_a_build_from_scratch_does(
    tmp_path_factory: pytest.TempPathFactory, sequence: list[str]
) -> None:
    county = small_county(tmp_path_factory.mktemp("sequence"))
    for what in sequence:
        if what not in {"a file renamed", "a file removed"} or (county.raw / "2024" / "柳堡镇2024年年报.txt").exists():
            changed(county, what)
        last = build(county)
    assert build(county, full=True).stamp.content_hash == last.stamp.content_hash


def test_new_code_reads_everything_again(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build(county)
    code_hash = inputs._code_hash
    monkeypatch.setattr(inputs, "_code_hash", lambda parts: "another version" + code_hash(parts))
    again = build(county)
    assert again.is_new and again.stamp.parsed_count == 3
    assert again.stamp.content_hash != first.stamp.content_hash or again.stamp.path != first.stamp.path


def test_the_content_does_not_depend_on_when_or_in_which_order_it_was_written(county: County, tmp_path: Path) -> None:
    other = County(tmp_path / "other")
    shutil.copytree(county.root, other.root)
    assert build(county).stamp.content_hash == build(other).stamp.content_hash


# ── one bad file never stops a build


def test_each_bad_file_has_its_row_with_a_reason_and_the_others_are_read(county: County) -> None:
    folder = county.raw / "2024"
    bad = {
        "空.txt": (b"", "unreadable", "空文件"),
        "改过后缀.txt": (bytes(range(256)) * 50, "unreadable", "二进制"),
        "扫描.txt": (b"%PDF-1.7", "unreadable", "PDF"),
        "乱码.txt": (report().decode().encode("gb18030").decode("utf-8", "replace").encode(), "unreadable", "乱码"),
        "通知.txt": ("关于召开会议的通知。请各单位准时参加。\n".encode() * 20, "rejected", "不像"),
        "大.html": (b"<html>" + b"<table><tr><td>" * 3_500_000, "unreadable", "MB"),
    }
    for name, (data, _, _) in bad.items():
        (folder / name).write_bytes(data)
    built = build(county)
    found = outcomes(built)
    for name, (_, outcome, word) in bad.items():
        assert found[f"raw/2024/{name}"][0] == outcome, name
        assert word in found[f"raw/2024/{name}"][1] and "请" in found[f"raw/2024/{name}"][1], name
    assert sum(outcome == "complete" for outcome, _ in found.values()) == 3
    assert rows(built, "SELECT count(*) FROM fact WHERE state = 'reported'") == [(600,)]


def test_a_report_with_two_years_waits_to_be_claimed(county: County) -> None:
    text = report().decode().replace("自2024年1月1日起至2024年12月31日", "自2023年1月1日起至2023年12月31日")
    text = text.replace("2025年1月16日", "1月16日")
    (county.root / "raw" / "柳堡镇年报.txt").write_text(text, encoding="utf-8")
    built = build(county)
    ((year, chosen, reason),) = rows(
        built,
        "SELECT year, is_chosen, reason FROM report JOIN source_file USING (file_id) WHERE path = 'raw/柳堡镇年报.txt'",
    )
    assert year is None and not chosen
    assert "2023" in reason and "2024" in reason and "待认领" in reason


def test_a_file_that_vanishes_while_the_build_runs_is_named(county: County) -> None:
    def take_away(stage: str, done: int, in_all: int) -> None:
        if stage == "核对文件" and done == in_all:
            (county.raw / "2024" / "柳堡镇2024年年报.txt").unlink()

    built = build(county, progress=take_away)
    outcome, reason = outcomes(built)["raw/2024/柳堡镇2024年年报.txt"]
    assert outcome == "unreadable" and "柳堡镇2024年年报.txt" in reason and "请" in reason
    again = build(county)
    assert "raw/2024/柳堡镇2024年年报.txt" not in outcomes(again)


def test_a_file_nobody_can_read_leaves_its_unit_in_question_and_not_unfiled(county: County) -> None:
    (county.raw / "2024" / "柳堡镇2024年年报.txt").write_bytes(b"%PDF-1.7")
    (county.raw / "2024" / "双桥乡2024年年报.html").unlink()
    built = build(county)
    states = dict(rows(built, "SELECT unit_id, filing FROM filing WHERE year = 2024"))
    assert states == {"t01": "unreadable", "t02": "not_filed"}
    assert rows(built, "SELECT DISTINCT state, value FROM cell_figure WHERE unit_id = 't01' AND year = 2024") == [
        ("unreadable", None)
    ]


def test_a_row_that_was_lost_waits_to_be_checked_and_one_that_another_replaces_is_not_comparable(
    county: County,
) -> None:
    """（六）其他处理 in one row is how some documents print it; a row that is simply gone is not."""
    figures = {cell: "7" for cell in CELLS} | {
        f"requests/other_single_row/{c.split('/')[2]}": "7" for c in CELLS[10:17]
    }
    lost, single = county.raw / "2024" / "柳堡镇2024年年报.txt", county.raw / "2023" / "柳堡镇2023年年报.txt"
    lost.write_text(pipe_text(figures, drop={"requests/granted", "requests/other_misc"}), encoding="utf-8")
    single.write_text(pipe_text(figures, single_row=True).replace("2024", "2023"), encoding="utf-8")
    states = rows(
        build(county),
        "SELECT year, \"row\", state FROM cell_figure WHERE unit_id = 't01' AND \"column\" = 'total' "
        "AND \"row\" IN ('granted', 'other_misc', 'other_single_row') ORDER BY ALL",
    )
    assert states == [
        (2023, "granted", "reported"), (2023, "other_misc", "not_comparable"), (2023, "other_single_row", "reported"),
        (2024, "granted", "unreadable"), (2024, "other_misc", "unreadable"), (2024, "other_single_row", "not_comparable"),
    ]  # fmt: skip


def test_a_fault_of_the_program_in_one_file_stays_in_that_file(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = (county.raw / "2024").glob("双桥乡*")
    monkeypatch.setattr(intake, "report_from", lambda *_: 1 / 0)
    for file in files_at(path):
        found, shown = intake.take_in(file, (), ""), intake.report_of(file, ())
    assert found.outcome == "unreadable" and "ZeroDivisionError" in found.reason and "请" in found.reason
    assert shown.status == "rejected" and [problem.message for problem in shown.problems] == [found.reason]


def test_what_office_programs_leave_beside_a_document_is_no_report(county: County) -> None:
    for name in (".DS_Store", "~$年报.docx", "Thumbs.db", "desktop.ini"):
        (county.raw / "2024" / name).write_bytes(b"x")
    assert build(county).stamp.file_count == 3


# ── the builds that are kept


def test_the_last_builds_are_kept_and_the_one_in_force_always(county: County) -> None:
    path = county.raw / "2024" / "柳堡镇2024年年报.txt"
    paths = []
    for first in range(KEPT_BUILDS + 2):
        path.write_bytes(report(first=1000 * (first + 1)))
        paths.append(build(county).stamp.path)
    assert len(set(paths)) == len(paths), "builds in the same second have names of their own"
    kept = kept_builds(county)
    assert len(kept) == KEPT_BUILDS and current_build(county) == paths[-1] and paths[-1] in kept
    ids = [stamp.build_id for kept_path in kept if (stamp := stamp_of(kept_path))]
    assert len(set(ids)) == KEPT_BUILDS
    assert all(kept_path.stem == build_id for kept_path, build_id in zip(kept, ids, strict=True))


@pytest.mark.parametrize("damage", ["truncated", "garbage", "gone", "pointer to nothing", "pointer outside"])
def test_a_damaged_warehouse_is_built_anew(county: County, damage: str) -> None:
    first = build(county)
    match damage:
        case "truncated":
            first.stamp.path.write_bytes(first.stamp.path.read_bytes()[:5000])
        case "garbage":
            first.stamp.path.write_bytes(b"x" * 100_000)
        case "gone":
            first.stamp.path.unlink()
        case "pointer to nothing":
            county.pointer.write_bytes(b"\xff\xfe\x00")
        case "pointer outside":
            county.pointer.write_text("../../elsewhere.duckdb", encoding="utf-8")
    again = build(county)
    assert again.is_new and again.stamp.parsed_count == 3
    assert again.stamp.content_hash == first.stamp.content_hash
    assert current_build(county) == again.stamp.path


def test_a_reader_keeps_its_build_while_another_is_put_in_force(county: County) -> None:
    first = build(county)
    with open_build(first.stamp.path) as reader:
        (county.raw / "2024" / "柳堡镇2024年年报.txt").unlink()
        second = build(county)
        assert reader.sql("SELECT count(*) FROM report").fetchall() == [(3,)]
    assert rows(second, "SELECT count(*) FROM report") == [(2,)]


def test_a_build_cannot_be_written_to(county: County) -> None:
    with open_build(build(county).stamp.path) as connection, pytest.raises(duckdb.Error):
        connection.execute("DELETE FROM fact")


def test_a_second_builder_is_sent_away_where_the_first_does_not_end_in_time(county: County) -> None:
    first = build(county)
    (county.raw / "2024" / "柳堡镇2024年年报.txt").unlink()
    with only_builder(county), pytest.raises(BuildError, match="另一个建库正在"):
        build(county, seconds=0)
    assert current_build(county) == first.stamp.path
    assert build(county).is_new


def test_two_people_who_enter_files_at_once_both_find_theirs_in_the_build_in_force(county: County) -> None:
    """The second looks at the folder while the first builds, waits, and builds after it."""
    has_looked, built = threading.Event(), {}

    def enter(name: str, text: bytes) -> None:
        (county.raw / "2024" / name).write_bytes(text)

    def looking(stage: str, done: int, in_all: int) -> None:
        if stage == "核对文件" and done == in_all:
            has_looked.set()

    def second() -> None:
        enter("第二份.txt", report(first=3000))
        built["second"] = build(county, progress=looking)

    other = threading.Thread(target=second)

    def reading(stage: str, done: int, in_all: int) -> None:
        if stage == "读取年报" and not other.ident:
            other.start()
            assert has_looked.wait(60)
            enter("第三份.txt", report(first=5000))  # after the second looked, before it builds

    enter("第一份.txt", report(first=2000))
    build(county, progress=reading)
    other.join(120)
    assert built["second"].is_new and current_build(county) == built["second"].stamp.path
    assert {f"raw/2024/第{which}份.txt" for which in "一二三"} <= outcomes(built["second"]).keys()
    assert not build(county).is_new


# ── what stops a build says so and leaves the last one


@pytest.mark.parametrize(
    "spoil, words",
    [
        (lambda county: county.units.write_text("unit_id,name\nt01,甲\n", encoding="utf-8"), "缺少列"),
        (lambda county: county.units.write_text(REGISTER.replace("t02", "t01"), encoding="utf-8"), "重复"),
        (lambda county: county.years.write_text("year,collected,note\n二四,是,\n", encoding="utf-8"), "四位"),
        (lambda county: county.about.write_text("- 青禾县", encoding="utf-8"), "county.yaml"),
    ],
)
def test_a_register_that_cannot_be_used_is_named_with_line_and_remedy(county: County, spoil, words: str) -> None:
    first = build(county)
    spoil(county)
    with pytest.raises((RegisterError, BuildError), match=words) as stopped:
        build(county)
    assert "请" in str(stopped.value) or "应" in str(stopped.value)
    assert current_build(county) == first.stamp.path


def test_a_county_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x", encoding="utf-8")
    with pytest.raises(BuildError, match="文件"):
        build(County(tmp_path / "data"))


# ── files that hurt whoever opens them


IN_ONE_BATCH = (
    "Word 正文 1 GB", "Word 实体膨胀", "Word 设有密码", "旧版 Word 设有密码", "旧版 Excel 设有密码", "Excel 写到最后一格",
    "网页跨行六万", "PDF 5000 页", "PDF 压缩炸弹", "PDF 设有密码", "PDF 页树自套", "图片自称十万见方", "空文件",
)  # fmt: skip


def test_dangerous_files_each_have_a_reason_and_the_rest_of_the_batch_goes_on(county: County) -> None:
    folder = county.raw / "2024"
    for what in IN_ONE_BATCH:
        (folder / f"{what}.{DANGERS[what].name.rsplit('.')[1]}").write_bytes(made(what))
    for what in ARCHIVES:
        (folder / f"{what}.zip").write_bytes(made(what))
    found = outcomes(build(county))
    dangerous = {path: told for path, told in found.items() if "年年报" not in path}
    assert len(dangerous) >= len(IN_ONE_BATCH) + len(ARCHIVES)
    for path, (outcome, reason) in dangerous.items():
        assert outcome in {"unreadable", "rejected"} and "请" in reason, (path, outcome, reason)
    assert [outcome for path, (outcome, _) in found.items() if "年年报" in path] == ["complete"] * 3


def test_names_in_an_archive_that_point_elsewhere_stay_inside(county: County) -> None:
    names = ("../../外面.txt", "/绝对.txt", "C:\\盘符.txt", "乡镇/柳堡镇2023年.txt")
    with zipfile.ZipFile(county.raw / "2023" / "报送.zip", "w") as archive:
        for name in names:
            archive.writestr(name, report(year=2023))
    before = {path for path in county.root.parent.rglob("*") if "warehouse" not in path.parts}
    found = outcomes(build(county))
    assert {path for path in found if "报送.zip" in path} == {
        f"raw/2023/报送.zip/{name}" for name in ("外面.txt", "绝对.txt", "盘符.txt", "乡镇/柳堡镇2023年.txt")
    }
    assert {path for path in county.root.parent.rglob("*") if "warehouse" not in path.parts} == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="这个系统没有命名管道")
def test_links_in_circles_and_pipes_stop_nothing(county: County) -> None:
    folder = county.raw / "2024"
    (folder / "绕圈").symlink_to(county.raw, target_is_directory=True)
    (folder / "甲.txt").symlink_to(folder / "乙.txt")
    (folder / "乙.txt").symlink_to(folder / "甲.txt")
    os.mkfifo(folder / "管道.txt")
    found = outcomes(build(county))
    assert {path.rsplit("/", 1)[1] for path in found if "年年报" not in path} == {"甲.txt", "乙.txt", "管道.txt"}
    assert all("请" in reason for path, (_, reason) in found.items() if "年年报" not in path)
    assert sum(outcome == "complete" for outcome, _ in found.values()) == 3


# ── the same report as a Word file and as a page


def word_report(values: dict[str, str], unit: str) -> bytes:
    """The report that tests.layouts prints, as python-docx writes it."""
    file = docx.Document()

    def text(*lines: str) -> None:
        for line in lines:
            file.add_paragraph(line.replace("青禾县柳堡镇人民政府", unit))

    def table(lines: list[list[str]]) -> Any:
        made = file.add_table(len(lines), max(map(len, lines)))
        for row, line in zip(made.rows, lines, strict=True):
            for cell, shown in zip(row.cells, line, strict=False):
                cell.text = shown
        return made

    text(*PREAMBLE, HEADINGS["一"], *OVERVIEW, HEADINGS["二"])
    lines = []
    for clause, headers, columns, printed in PROACTIVE:
        lines += [[clause], ["信息内容", *headers]]
        lines += [[label, *(values[f"proactive/{row}/{c}"] for c in columns)] for row, label in printed]
    table(lines)
    text(HEADINGS["三"])
    names = [label for _, label in APPLICANTS]
    labels = [[*groups, label, *[""] * (2 - len(groups))] for _, groups, label in REQUESTS]
    figures = [[values[f"requests/{row}/{c}"] for c, _ in APPLICANTS] for row, _, _ in REQUESTS]
    lines = [[CORNER, "", "", *names], *(left + right for left, right in zip(labels, figures, strict=True))]
    made = table(lines)
    for number, (_, groups, _) in enumerate(REQUESTS, start=1):
        made.cell(number, len(groups)).merge(made.cell(number, 2))
    text(HEADINGS["四"])
    leaves = [label for _, label in OUTCOMES]
    above = ["行政复议", "", "", "", "", "未经复议直接起诉", "", "", "", "", "复议后起诉", "", "", "", ""]
    made = table([above, leaves * 3, [values[f"disputes/{row}/{c}"] for row, _ in DISPUTES for c, _ in OUTCOMES]])
    for first in (0, 5, 10):
        made.cell(0, first).merge(made.cell(0, first + 4))
    text(HEADINGS["五"], *CLOSING, HEADINGS["六"], *(line.replace("青禾县柳堡镇人民政府", unit) for line in OTHER))
    held = io.BytesIO()
    file.save(held)
    return held.getvalue()


def test_of_a_word_file_and_a_page_of_one_report_one_is_used_and_each_difference_shown(county: County) -> None:
    figures = {cell: str(5000 + n) for n, cell in enumerate(CELLS)}
    corrected = figures | {"requests/granted/total": "77", "proactive/licensing/decisions": "/"}
    word, page = "raw/2024/双桥乡2024年年报.docx", "raw/2024/双桥乡2024年年报.html"
    (county.root / word).write_bytes(word_report(corrected, "青禾县双桥乡人民政府"))
    built = build(county)
    chosen = rows(built, "SELECT path, is_chosen, choice_reason FROM report JOIN source_file USING (file_id) "
                         "WHERE unit_id = 't02' AND year = 2024 ORDER BY path")  # fmt: skip
    assert [(path, is_chosen) for path, is_chosen, _ in chosen] == [(word, False), (page, True)]
    assert "2025-01-20" in chosen[1][2] and "发布日期" in chosen[1][2] and page in chosen[0][2]
    different = rows(built, "SELECT cell, chosen_raw, raw, path, chosen_path FROM version_difference ORDER BY cell")
    assert different == [
        ("proactive/licensing/decisions", figures["proactive/licensing/decisions"], "/", word, page),
        ("requests/granted/total", figures["requests/granted/total"], "77", word, page),
    ]
    assert rows(built, "SELECT count(*), count(DISTINCT file_id) FROM fact JOIN report USING (file_id) "
                       "WHERE unit_id = 't02' AND year = 2024") == [(400, 2)]  # fmt: skip
    ((message,),) = rows(built, "SELECT message FROM attention WHERE kind = 'spare'")
    assert "2 格不同" in message
    (county.root / page).unlink()
    alone = rows(build(county), "SELECT path, is_chosen FROM report JOIN source_file USING (file_id) "
                                "WHERE unit_id = 't02' AND year = 2024")  # fmt: skip
    assert alone == [(word, True)]
