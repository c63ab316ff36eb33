"""收报核对: what waits and what lies there unseen is told, and of many decisions saved at once none is lost or overwritten."""

from __future__ import annotations

import hashlib
import io
import re
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import APP, batch, hand_in
from etl.build import build
from etl.intake import finish, stage, staged, unseen
from etl.intake.staging import only_one
from etl.ledger import Ledger
from etl.paths import DATA_VARIABLE, County
from etl.warehouse.read import current_build, open_build
from tests.counties import report, small_county

NAME = "双桥乡2023年年报.txt"
NEW = report("青禾县双桥乡人民政府", 2023, first=7000)


@pytest.fixture
def county(tmp_path: Path) -> County:
    return small_county(tmp_path / "county")


def known(county: County) -> dict[str, int]:
    with open_build(build(county).stamp.path) as connection:
        return dict(connection.sql("SELECT path, size FROM source_file").fetchall())


# ── what lies there and is in no build


def test_a_file_that_no_build_has_taken_in_is_told_until_one_has(county: County) -> None:
    before = known(county)
    assert unseen(county, before) == () and len(unseen(county, {})) == 3
    (county.raw / "2023" / NAME).write_bytes(NEW)
    assert unseen(county, before) == (f"raw/2023/{NAME}",)
    assert unseen(county, known(county)) == ()


def test_a_file_of_another_size_is_told_and_one_that_was_not_opened_is_not(county: County) -> None:
    before = known(county)
    (changed,) = (county.raw / "2023").iterdir()
    changed.write_bytes(changed.read_bytes() + b"\n")
    path = changed.relative_to(county.root).as_posix()
    assert unseen(county, before) == (path,) and unseen(county, before | {path: 0}) == ()


def test_an_archive_is_known_by_what_is_in_it_and_what_no_build_reads_is_not_missed(county: County) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"甲/乙/{NAME}", NEW)
    (county.raw / "2023" / "年报.zip").write_bytes(packed.getvalue())
    (county.raw / "2023" / ".nianbao-1").write_bytes(b"x")
    (county.raw / "2023" / "Thumbs.db").write_bytes(b"x")
    (county.raw / "2023" / "空.txt").write_bytes(b"")
    assert unseen(county, known(county)) == ()


def test_without_a_folder_nothing_is_missed(tmp_path: Path) -> None:
    assert unseen(County(tmp_path), {}) == ()


def test_what_another_session_is_entering_is_not_taken_for_cut_off(county: County) -> None:
    """It is looked at again once the other session has done."""
    (waiting,) = stage(county, NAME, NEW)
    after = {"path": f"raw/2023/{NAME}", "name": NAME, "unit_id": "t02", "year": 2023}
    Ledger(county.ledger).record("intake", waiting.sha256, after, who="李经办")
    found: list[int] = []
    asking = threading.Thread(target=lambda: found.append(len(finish(county))))
    with only_one(county):
        asking.start()
        asking.join(0.5)
        assert asking.is_alive() and waiting.path is not None
        (county.root / after["path"]).write_bytes(NEW)
        waiting.path.unlink()
    asking.join(30)
    assert found == [0] and staged(county) == ()
    assert hashlib.sha256((county.root / after["path"]).read_bytes()).hexdigest() == waiting.sha256


# ── what waits, and of which year it is


def test_files_that_could_not_be_read_are_listed_with_their_year_the_chosen_one_first(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(county.root))
    for year, name in ((2024, "今年甲"), (2023, "往年乙"), (2023, "往年丙")):
        (county.raw / str(year) / f"{name}.docx").write_bytes(b"PK\x03\x04 no document")
    build(county)
    for year, mine, others in ((2024, ["今年甲"], ["往年丙", "往年乙"]), (2023, ["往年丙", "往年乙"], ["今年甲"])):
        app = AppTest.from_file(str(APP.parent / "app_pages" / "intake.py"), default_timeout=60)
        app.session_state["y"] = str(year)
        app.run()
        text = "\n".join(each.value for each in app.caption)
        assert f"{year} 年度 {len(mine)} 份，其他年度 {len(others)} 份" in text
        table = "".join(each.proto.body for each in app.get("html"))
        told = re.findall(r'data-label="年度"[^>]*>([^<]*)<.*?data-label="文件"[^>]*>raw/\d{4}/([^.<]*)', table)
        other = 2023 + 2024 - year
        assert told == [(str(year), name) for name in mine] + [(str(other), name) for name in others]
    st.cache_resource.clear()


# ── many decisions with one click


@pytest.fixture
def page(county: County, monkeypatch: pytest.MonkeyPatch) -> Callable[[], AppTest]:
    """The page as a new session sees it."""
    monkeypatch.setenv(DATA_VARIABLE, str(county.root))

    def visit() -> AppTest:
        app = AppTest.from_file(str(APP.parent / "app_pages" / "intake.py"), default_timeout=60).run()
        assert not app.exception, app.exception[0].stack_trace
        return app

    return visit


def click(app: AppTest, label: str) -> AppTest:
    (button,) = [each for each in app.button if each.label == label]
    button.click().run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def told(app: AppTest) -> str:
    return "\n".join(each.value for each in (*app.error, *app.success, *app.info, *app.warning))


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def unclaimed(county: County) -> list[Path]:
    """Two files of a unit that is not in the register."""
    paths = [county.raw / "2024" / f"来信{name}.txt" for name in "甲乙"]
    for number, path in enumerate(paths):
        path.write_bytes(report("青禾县无名镇人民政府", first=3000 + number))
    build(county)
    return paths


def claim(app: AppTest, paths: list[Path], unit_id: str, who: str = "李经办") -> AppTest:
    for path in paths:
        key = sha256_of(path)[:16]
        app.selectbox(key=f"unit-of-{key}").set_value(unit_id)
        app.button_group(key=f"year-of-{key}").set_value(2024)
    app.text_input(key="name-claims").set_value(who)
    return click(app, "保存认领并重新入库")


def test_of_two_claims_the_one_that_somebody_else_made_first_is_told_and_the_other_is_made(
    county: County, unclaimed: list[Path], page: Callable[[], AppTest]
) -> None:
    app, ledger = page(), Ledger(county.ledger)
    first, second = map(sha256_of, unclaimed)
    ledger.record("claim_file", first, {"unit_id": "t02", "year": 2023}, who="王复核")
    text = told(claim(app, unclaimed, "t01"))
    assert "来信甲.txt”没有保存：王复核 于" in text and "已认作青禾县双桥乡人民政府 2023 年度" in text
    assert "来信乙" not in text and "已认领 1 份" in text
    standing = {subject: (entry.who, entry.after) for subject, entry in ledger.latest("claim_file").items()}
    assert standing == {
        first: ("王复核", {"unit_id": "t02", "year": 2023}),
        second: ("李经办", {"unit_id": "t01", "year": 2024}),
    }
    with open_build(build(county).stamp.path) as connection:
        claims = dict(connection.sql("SELECT path, claimed_by FROM report_version WHERE path LIKE '%来信%'").fetchall())
    assert claims == {"raw/2024/来信甲.txt": "王复核", "raw/2024/来信乙.txt": "李经办"}
    assert not any("来信" in each.value for each in app.markdown)


def test_a_claim_that_was_made_for_a_unit_which_left_the_register_can_be_made_anew(
    county: County, unclaimed: list[Path], page: Callable[[], AppTest]
) -> None:
    Ledger(county.ledger).record("claim_file", sha256_of(unclaimed[0]), {"unit_id": "gone", "year": 2024}, who="王复核")
    build(county)
    text = told(claim(page(), unclaimed[:1], "t01"))
    assert "没有保存" not in text and "已认领 1 份" in text


def test_of_pasted_dates_the_one_that_somebody_else_gave_first_is_told_and_stays_in_the_box(
    county: County, page: Callable[[], AppTest]
) -> None:
    liupu, shuangqiao = (sha256_of(path) for path in sorted((county.raw / "2024").iterdir(), reverse=True))
    build(county)
    app, ledger = page(), Ledger(county.ledger)
    app.text_area(key="dates-text").set_value("柳堡镇\t2025-01-20\n双桥乡\t2025-01-21\n胡写").run()
    ledger.record("dates", liupu, {"received_on": "2025-01-08", "published_on": None}, who="王复核")
    app.text_input(key="name-dates").set_value("李经办")
    text = told(click(app, "保存 2 个日期并重新核对"))
    assert "“柳堡镇 2025-01-20”没有保存：王复核 于" in text.replace("\t", " ") and "收到日期 2025-01-08" in text
    assert "已记下 1 个日期" in text
    standing = {subject: (entry.who, entry.after) for subject, entry in ledger.latest("dates").items()}
    assert standing == {
        liupu: ("王复核", {"received_on": "2025-01-08", "published_on": None}),
        shuangqiao: ("李经办", {"received_on": None, "published_on": "2025-01-21"}),
    }
    assert app.text_area(key="dates-text").value == "柳堡镇\t2025-01-20\n胡写"
    text = told(click(app, "保存 1 个日期并重新核对"))  # whoever has seen the other's may add to it
    assert "已记下 1 个日期" in text
    assert ledger.latest("dates")[liupu].after == {"received_on": "2025-01-08", "published_on": "2025-01-20"}


def test_what_two_people_say_alike_is_no_conflict_and_nobody_writes_without_a_name(
    county: County, unclaimed: list[Path], page: Callable[[], AppTest]
) -> None:
    app, ledger = page(), Ledger(county.ledger)
    assert "还没有写经手人" in told(claim(app, unclaimed[:1], "t01", who=""))
    ledger.record("claim_file", sha256_of(unclaimed[0]), {"unit_id": "t01", "year": 2024}, who="王复核")
    app = page()
    assert "已认领 1 份" in told(claim(app, unclaimed[1:], "t01"))


# ── what the page says of files that lie or wait there


def test_files_in_the_folder_that_no_build_holds_are_told_and_taken_in_when_somebody_says_so(
    county: County, page: Callable[[], AppTest]
) -> None:
    build(county)
    (county.raw / "2023" / NAME).write_bytes(NEW)
    app = page()
    assert any("有 1 份文件还没有入库" in each.value and "双桥乡2023" in each.value for each in app.markdown)
    assert "已重新入库" in told(click(app, "重新入库"))
    assert not any("还没有入库**" in each.value for each in app.markdown)
    assert f"raw/2023/{NAME}" in known(county)


def test_an_intake_that_was_cut_off_is_ended_and_is_in_a_build_when_the_page_opens(
    county: County, page: Callable[[], AppTest]
) -> None:
    build(county)
    (waiting,) = stage(county, NAME, NEW)
    after = {"path": f"raw/2023/{NAME}", "name": NAME, "unit_id": "t02", "year": 2023}
    Ledger(county.ledger).record("intake", waiting.sha256, after, who="李经办")
    assert "已接着入库 1 份" in told(page())
    with open_build(current_build(county) or Path()) as connection:
        found = connection.sql("SELECT claimed_by FROM report_version WHERE path LIKE '%双桥乡2023%'").fetchall()
    assert found == [("李经办",)]


ROW = {
    "sha256": "0", "name": "a.docx", "outcome": "complete", "unit_id": "t01", "unit_name": "柳堡镇", "year": 2024,
    "is_disputed": False, "must_fix": 0, "verify": 0, "notice": 0, "again": "", "problems": [], "reason": "",
    "format": "docx", "is_guessed": False, "choice_reason": "",
}  # fmt: skip
ODD = ("year_odd_witness", "文件名写的年度是“2023”，其余证据为“2024”，已按“2024”归入。请核对。")


@pytest.mark.parametrize(
    ("row", "kind", "word"),
    [
        ({}, "complete", "合格"),
        ({"verify": 2}, "verify", "请核 2"),
        ({"must_fix": 1, "outcome": "partial"}, "must", "必改 1"),
        ({"outcome": "partial"}, "partial", "读不全"),
        ({"outcome": "partial", "verify": 2}, "partial", "读不全"),
        ({"outcome": "partial", "year": None}, "unclaimed", "待认领"),
        ({"is_disputed": True, "must_fix": 1}, "unclaimed", "待认领"),
        ({"outcome": "rejected", "unit_id": None}, "unread", "没有读成"),
    ],
)
def test_a_tile_never_calls_a_report_good_that_was_not_read_in_full(row: dict, kind: str, word: str) -> None:
    assert batch.tile(ROW | row) == (kind, word)


def test_the_parts_of_the_sentence_add_up_to_what_was_received() -> None:
    kinds = ["complete", "verify", "must", "partial", "partial", "unclaimed", "unread"]
    told = hand_in.sentence(kinds)
    assert told == "收到 7 份，还没有入库：合格 2＋必改 1＋读不全 2＋待认领 1＋没有读成 1"
    assert "读不全" not in hand_in.sentence(["complete"])


def test_the_remark_tells_everything_that_is_unsure_of_a_file() -> None:
    unread = [("cell_unreadable", f"第 {n} 格读不准。") for n in range(4)]
    row = ROW | {"outcome": "partial", "problems": [ODD, *unread], "again": "第 2 版：已改 1／未改 0／新增 0。"}
    said = batch.remark(row | {"format": "doc", "choice_reason": "写明草稿，先让开"})
    assert said.startswith(
        "第 2 版：已改 1／未改 0／新增 0。 只读出一部分。 文件名写的年度是“2023”，其余证据为“2024”。请核对。"
    )
    assert "第 1 格读不准" in said and "第 2 格" not in said and "另有 2 处" in said
    assert "已转换后读取" in said and "写明草稿" in said
    assert batch.remark(ROW | {"outcome": "unreadable", "reason": "文件已损坏。"}) == "文件已损坏。"
    assert batch.remark(ROW) == ""


def test_tiles_call_units_by_their_short_names_also_where_one_sent_two_files() -> None:
    names = ["青禾县柳堡镇人民政府", "青禾县柳堡镇人民政府", "青禾县司法局"]
    rows = [ROW | {"unit_name": name} for name in names]
    assert [name for name, *_ in batch.tiles(rows)] == ["柳堡镇", "柳堡镇", "司法局"]
