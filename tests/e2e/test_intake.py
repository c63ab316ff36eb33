"""January in a real browser: files come in, are checked, enter, go back and come again."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pytest
from PIL import Image

from etl.build import build
from etl.ledger import Ledger
from etl.paths import County
from etl.sample import load_answers, make_county
from tests import dangerous, layouts
from tests import planted_warehouse as planted
from tests.counties import REGISTER, YEARS
from tests.e2e.conftest import PATIENCE, Visit, serve
from tests.e2e.test_pages import english

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

pytestmark = pytest.mark.e2e

Enter = Callable[..., Visit]
LISTED = """() => [...document.querySelectorAll('.nb-findings:not(:empty) .nb-finding')].map(line => [
    line.closest('details').querySelector('summary').textContent.split('　')[0],
    ...['where', 'expected', 'found'].map(name => line.querySelector(`.${name} .text`).textContent)])"""


def say_name(place: Locator, who: str) -> None:
    """Give a name where one is asked for."""
    field = place.get_by_placeholder("您的姓名").first
    if field.count():
        field.fill(who, timeout=PATIENCE)


def drop(window: Visit, files: list[tuple[str, bytes]]) -> None:
    """What a clerk does: all files into the page at once; wait until the batch stands there, read and checked."""
    payload: Any = [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files]
    told = "(document.querySelector('.st-key-hand-in h2')?.innerText ?? '')"
    before = window.page.evaluate(told)
    window.page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(payload, timeout=PATIENCE)
    window.page.wait_for_function(f"before => {told} && {told} !== before", arg=before, timeout=3 * PATIENCE)
    window.page.locator(".st-key-hand-in-go button").wait_for(timeout=PATIENCE)  # the last of the batch
    window.settle()


def choose(window: Visit, finding: str) -> Locator:
    """Click a finding, unfolding its unit first where that is folded; what stands beside the list then."""
    line = window.page.locator(f"[data-finding={finding}]")
    line.wait_for(state="attached", timeout=PATIENCE)
    folded = window.page.locator(f"details:not([open]):has([data-finding={finding}]) > summary")
    if folded.count():
        folded.click(timeout=PATIENCE)
    window.click(line)
    window.page.locator(f"[data-finding={finding}][aria-pressed=true]").wait_for(timeout=PATIENCE)
    detail = window.page.locator(".st-key-finding-detail")
    detail.locator("form, [data-testid=stForm]").first.wait_for(timeout=PATIENCE)
    return detail


def enter_all(window: Visit, who: str = "李经办") -> str:
    """入库 everything that may enter; the sentence that tells of it."""
    form = window.page.locator(".st-key-hand-in")
    if form.get_by_placeholder("您的姓名").count():
        form.get_by_placeholder("您的姓名").last.fill(who, timeout=PATIENCE)
    form.locator(".st-key-hand-in-go button").click(timeout=PATIENCE)
    done = window.page.get_by_text(re.compile(r"^已入库 \d+ 份"))
    done.wait_for(timeout=3 * PATIENCE)
    window.settle()
    return done.inner_text()


def batch_line(window: Visit, name: str) -> str:
    """What the page says of one file of the batch."""
    opened = window.page.locator(".st-key-hand-in [data-testid=stExpander] summary").first
    if not window.page.locator(".st-key-hand-in [data-testid=stExpander] details[open]").count():
        opened.click(timeout=PATIENCE)
    lines = window.page.locator(".st-key-hand-in .nb-list tr", has_text=name)
    lines.first.wait_for(timeout=PATIENCE)
    return lines.first.inner_text()


# ── what a person with a pocket calculator finds in the printed figures


def table_faults(facts: dict[str, Any]) -> set[tuple[str, str, str]]:
    """(where, expected, found) of every printed relation of 表三 and 表四 that does not hold, from the figures alone.

    A relation with a cell that holds no figure says nothing.
    """

    def total(*cells: str) -> int | None:
        values = [facts[cell].value if cell in facts else None for cell in cells]
        return None if None in values else sum(int(value) for value in values if value is not None)

    found = set()

    def compare(where: str, expected: str, right: int | None, told: str, left: int | None) -> None:
        if left is not None and right is not None and left != right:
            found.add((where, f"{expected} {right}", f"{told} {left}"))

    rows = {row: label for row, _, label in layouts.requests_rows("requests/other_single_row/total" in facts)}
    results = [row for row in rows if row not in ("new_received", "carried_in", "total_processed", "carried_out")]
    for column, label in layouts.APPLICANTS:
        came = total(f"requests/new_received/{column}", f"requests/carried_in/{column}")
        went = total(f"requests/total_processed/{column}", f"requests/carried_out/{column}")
        compare(f"表三“{label}”列", "第三项加第四项为", went, "第一项加第二项为", came)
        done = total(*(f"requests/{row}/{column}" for row in results))
        compare(
            f"表三“{label}”列", "各项办理结果之和为", done, "（七）总计为", total(f"requests/total_processed/{column}")
        )
    for row, label in rows.items():
        parts = total(*(f"requests/{row}/{column}" for column, _ in layouts.APPLICANTS[:-1]))
        compare(f"表三“{label}”行", "各类申请人之和为", parts, "总计为", total(f"requests/{row}/total"))
    for row, label in layouts.DISPUTES:
        parts = total(*(f"disputes/{row}/{column}" for column, _ in layouts.OUTCOMES[:-1]))
        compare(f"表四“{label}”行", "四项结果之和为", parts, "总计为", total(f"disputes/{row}/total"))
    return found


@pytest.fixture(scope="module")
def january(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[tuple[str, bytes]], list[Any]]]:
    """A county with a register and nothing else, sixty Word files, and the answers to them."""
    root = tmp_path_factory.mktemp("january")
    answers = make_county(root, years=(2023, 2024), formats=("docx",))
    by_path = {file.path: file for file in answers.files if file.format == "docx"}
    chosen = sorted(by_path)[:60]
    assert len(chosen) == 60
    files = [(path.rsplit("/", 1)[-1], (root / path).read_bytes()) for path in chosen]
    shutil.rmtree(root / "raw")
    yield root, files, [by_path[path] for path in chosen]


def test_sixty_files_come_in_are_checked_and_enter_when_a_person_says_so(january, visit: Enter, tmp_path: Path):
    root, files, answers = january
    names = {unit["unit_id"]: unit["name"] for unit in load_answers(root).units}
    with serve(root, tmp_path) as address:
        window = visit(root=address).open("intake", "收报核对")
        assert "三步就能开始" in window.text
        started = time.monotonic()
        drop(window, files)
        window.page.locator(".st-key-hand-in .nb-finding").first.wait_for(state="attached", timeout=PATIENCE)
        print(f"60 份从拖入到问题清单：{time.monotonic() - started:.1f} 秒")
        assert not (root / "raw").exists(), "nothing enters unseen"
        listed = {tuple(line) for line in window.page.evaluate(LISTED)}
        of_tables = {
            (unit, where.split(" · ")[0], expected, found)
            for unit, where, expected, found in listed
            if re.match("表[三四]“", where)
        }
        due = {(names[file.unit_id], *fault) for file in answers for fault in table_faults(file.facts)}
        assert of_tables == due
        assert len(due) >= 4
        planted_units = {names[file.unit_id] for file in answers if file.planted}
        assert {unit for unit, *_ in listed} <= planted_units
        assert english(window.text.replace(".docx", "")) == []
        assert enter_all(window).startswith("已入库 60 份，经手人 李经办")
        assert len(list((root / "raw").rglob("*.docx"))) == 60
        adds_up(window, root)
        assert window.outside == []


def adds_up(window: Visit, root: Path) -> None:
    """应报 = the sum of its parts, and as many as the register has for that year."""
    told = window.page.locator(".nb-sum", has_text="应报").first.inner_text()
    due, parts = told.split("＝")
    year = int(window.page.locator("[data-testid=stSidebar] input[role=combobox]").first.input_value())
    expected = [
        unit
        for unit in load_answers(root).units
        if unit["due"] and unit["kind"] != "area"
        and (unit["valid_from"] or year) <= year <= (unit["valid_to"] or year)
    ]  # fmt: skip
    assert due == f"{year} 年度应报 {len(expected)} 家"
    assert sum(map(int, re.findall(r"\d+", parts))) == len(expected)


def as_old_word(data: bytes, folder: Path) -> bytes:
    """The same document as Word 97 kept it."""
    converter = shutil.which("soffice")
    if converter is None:
        pytest.skip("没有 LibreOffice，做不出老式 Word 文件")
    (folder / "report.docx").write_bytes(data)
    subprocess.run(
        [converter, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "doc",
         "--outdir", str(folder), str(folder / "report.docx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return (folder / "report.doc").read_bytes()


def blank_scan() -> bytes:
    page = io.BytesIO()
    Image.new("RGB", (620, 877), "white").save(page, "PDF")
    return page.getvalue()


def test_six_bad_files_are_told_apart_and_the_others_go_on(january, visit: Enter, tmp_path: Path):
    _, files, answers = january
    root = tmp_path / "county"
    shutil.copytree(january[0], root, ignore=shutil.ignore_patterns("raw", "warehouse", "incoming", "ledger*"))
    good = [file for file, answer in zip(files, answers, strict=True) if answer.role == "report"][:56]
    old = as_old_word(good[0][1], tmp_path)
    bad = [
        ("损坏的年报.docx", good[1][1][:3000]),
        ("加密的年报.docx", dangerous.locked_word()),
        ("扫描的年报.pdf", blank_scan()),
        (good[2][0], good[2][1]),  # the same once more
    ]
    others = [("交来的年报.wps", old), ("老式年报.doc", as_old_word(good[3][1], tmp_path))]
    with serve(root, tmp_path) as address:
        window = visit(root=address).open("intake", "收报核对")
        drop(window, [*good[1:3], *good[4:], *bad, *others])
        for name, reason in (("损坏的年报.docx", "损坏"), ("加密的年报.docx", "密码"), ("扫描的年报.pdf", "没有")):
            line = batch_line(window, name)
            assert reason in line and "请" in line, line
        for name, _ in others:
            assert "已转换后读取" in batch_line(window, name)
        refused = window.page.locator(".st-key-hand-in-refused").inner_text()
        assert good[2][0] in refused and "内容完全相同" in refused
        told = window.page.locator(".st-key-hand-in h2").first.inner_text()
        assert "没有读成 3" in told and "待认领 0" in told, told
        assert not re.search(r"Traceback|Error|Exception", window.text)
        assert f"入库 {len(good)} 份" in window.page.locator(".st-key-hand-in-go button").inner_text()


# ── a county of two


def report(unit: str, figures: dict[str, str], year: int = 2024) -> bytes:
    text = layouts.pipe_text(figures).replace("青禾县柳堡镇人民政府", unit)
    return text.replace("2025", str(year + 1)).replace("2024", str(year)).encode()


LIUPU, SHUANGQIAO = "青禾县柳堡镇人民政府", "青禾县双桥乡人民政府"
RIGHT: dict[str, str] = {}
FIRST = {"requests/new_received/natural_person": "3", "requests/new_received/total": "3"}
SECOND = {
    **FIRST,
    "requests/granted/natural_person": "3",
    "requests/granted/total": "3",
    "requests/total_processed/natural_person": "3",
    "requests/total_processed/total": "2",
}


@pytest.fixture
def small(tmp_path: Path) -> County:
    county = County(tmp_path / "small")
    (county.raw / "2024").mkdir(parents=True)
    county.units.write_text(REGISTER, encoding="utf-8")
    county.years.write_text(YEARS, encoding="utf-8")
    (county.raw / "2024" / "柳堡镇2024年年报.txt").write_bytes(report(LIUPU, FIRST))
    build(county)
    return county


def test_a_file_without_a_year_in_its_name_and_one_at_odds_with_itself(small: County, visit: Enter, tmp_path: Path):
    signed = (
        report(SHUANGQIAO, RIGHT)
        .replace("2024年".encode(), b"")
        .replace("，所列数据的统计期限自1月1日起至12月31日止".encode(), b"")
    )  # what is left of a year is the signature: January 2025
    assert signed.count(b"2024") == 0 and signed.count(b"2025") == 1
    with serve(small.root, tmp_path) as address:
        window = visit(root=address).open("intake", "收报核对")
        drop(window, [("双桥乡年报.txt", signed)])
        assert re.search(rf"{SHUANGQIAO}\s+2024\s", batch_line(window, "双桥乡年报.txt"))
        drop(window, [("双桥乡2022年年报.txt", report(SHUANGQIAO, FIRST))])
        told = window.page.locator(".st-key-hand-in h2").first.inner_text()
        assert "收到 2 份" in told and "待认领 1" in told
        assert "入库 1 份" in window.page.locator(".st-key-hand-in-go button").inner_text()
        waiting = window.page.locator("[class*=st-key-claim-]")
        assert "文件名写的年度是“2022”" in waiting.inner_text()
        window.click(waiting.get_by_role("button", name="2022").or_(waiting.get_by_role("radio", name="2022")).first)
        assert "入库 2 份" in window.page.locator(".st-key-hand-in-go button").inner_text()
        assert enter_all(window).startswith("已入库 2 份")
    assert (small.raw / "2024" / "双桥乡年报.txt").exists() and (small.raw / "2022" / "双桥乡2022年年报.txt").exists()


def test_what_was_sent_back_and_comes_again_is_compared_and_closed(small: County, visit: Enter, tmp_path: Path):
    with serve(small.root, tmp_path) as address:
        window = visit(root=address).open("rectification?y=2024", "退改跟踪")
        assert "待退 1 家" in window.text
        say_name(window.page.locator("body"), "李经办")
        window.click(window.page.locator(".st-key-letters-make button"))
        window.page.get_by_text("已生成 1 份退改单").wait_for(timeout=PATIENCE)
        assert "已退 1 家" in window.text and "李经办" in window.text
        window.page.locator("[data-testid=stSidebarNavLink]", has_text="收报核对").click(timeout=PATIENCE)
        window.settle("收报核对")
        drop(window, [("柳堡镇2024年年报.txt", report(LIUPU, SECOND))])
        assert "第 2 版：已改 1／未改 1／新增 2" in batch_line(window, "柳堡镇2024年年报.txt")
        enter_all(window)
        window.page.locator("[data-testid=stSidebarNavLink]", has_text="退改跟踪").click(timeout=PATIENCE)
        window.settle("退改跟踪")
        card = window.page.locator("[class*=st-key-case-refiled]")
        assert "已改 1／未改 1／新增 2" in card.inner_text()
        for label, where in (("已改", "表三“自然人”列"), ("未改", "表三“总计”列"), ("新增", "表三“（七）总计”行")):
            window.click(card.locator("summary", has_text=label))
            assert where in card.inner_text()
        window.click(card.locator("summary", has_text="历次版本"))
        assert "raw/2024/柳堡镇2024年年报.txt" in card.inner_text()
        window.click(window.page.get_by_text("带缺销号"))
        window.page.get_by_label("理由（必填）").fill("领导同意带缺", timeout=PATIENCE)
        window.page.keyboard.press("Tab")
        window.click(window.page.get_by_role("button", name="确定"))
        window.page.get_by_text("已销号").first.wait_for(timeout=PATIENCE)
        assert "领导同意带缺" in window.page.locator("[class*=st-key-case-closed]").inner_text()


def test_a_misread_cell_is_put_right_and_a_date_is_pasted(small: County, visit: Enter, tmp_path: Path):
    with serve(small.root, tmp_path) as address:
        window = visit(root=address).open("intake?y=2024", "收报核对")
        line = window.page.locator("[data-finding]", has_text="表三“总计”列")
        window.click(line)
        detail = window.page.locator(".st-key-finding-detail")
        fault = detail.locator("td.nb-fault", has_text="3").first
        assert "此格" in fault.inner_text()
        window.click(detail.locator("summary", has_text="是我们读错了这一格"))
        assert re.search(r"原文\s+3", detail.inner_text())
        detail.get_by_label("数", exact=True).fill("0", timeout=PATIENCE)
        detail.get_by_placeholder("您的姓名").last.fill("王复核", timeout=PATIENCE)
        window.click(detail.get_by_role("button", name="保存并重新核对"))
        window.page.get_by_text("已更正，并重新核对").wait_for(timeout=PATIENCE)
        window.settle()
        assert not window.page.locator(
            "[data-finding]", has_text="收办不平 应为第三项加第四项为 0实为第一项加第二项为 3"
        ).count()
        (entry,) = Ledger(small.ledger).latest("cell").values()
        assert entry.who == "王复核" and entry.after is not None and entry.after["expect"] == "3"
        window.click(window.page.locator("summary", has_text="收到和公布日期"))
        window.page.locator("textarea").fill("柳堡镇\t2025-02-20\n双桥乡\t2025-01-20\n胡乱写\t昨天", timeout=PATIENCE)
        window.page.keyboard.press("Control+Enter")
        window.page.get_by_text("2 行认不出").wait_for(timeout=PATIENCE)
        window.settle()
        assert "没有年报，日期无处可记" in window.text and "“昨天”不是日期" in window.text
        window.click(window.page.get_by_role("button", name="保存 1 个日期并重新核对"))
        window.page.get_by_text("已记下 1 个日期").wait_for(timeout=PATIENCE)
        window.settle()
        window.click(window.page.locator(".st-key-levels-build").get_by_text("请核", exact=False).first)
        window.page.locator(".nb-findings").get_by_text("晚20天").first.wait_for(timeout=PATIENCE)


# ── decisions, on findings planted by hand


@pytest.fixture(scope="module")
def decided(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A served county of its own: what is decided here must not reach the tests of the pages."""
    root = tmp_path_factory.mktemp("decided")
    planted.write(root)
    with serve(root, tmp_path_factory.mktemp("elsewhere")) as address:
        yield address, root


def test_the_second_of_two_who_decide_is_told_and_loses_nothing(decided, visit: Enter):
    address, root = decided
    windows = [visit(root=address).open("intake", "收报核对") for _ in range(2)]
    first, second = (choose(window, "f-office") for window in windows)
    for detail, who, why in ((first, "李经办", "另有说明"), (second, "王复核", "我看是填错了")):
        say_name(detail, who)
        detail.get_by_label("理由").fill(why, timeout=PATIENCE)
    windows[0].click(first.get_by_role("button", name="不算问题"))
    first.get_by_text("已保存：不算问题").wait_for(timeout=PATIENCE)
    assert "必改 1" in windows[0].page.locator(".nb-sum").first.inner_text()
    windows[1].click(second.get_by_role("button", name="确认是问题"))
    second.get_by_text("没有保存").wait_for(timeout=PATIENCE)
    text = second.inner_text()
    assert "李经办 于" in text and "定为“不算问题”，理由：另有说明" in text
    assert second.get_by_label("理由").input_value() == "我看是填错了"
    history = Ledger(root / "ledger.sqlite").history
    assert [entry.who for entry in history("f-office")] == ["李经办"]
    windows[1].click(second.get_by_role("button", name="重新打开"))
    second.get_by_text("已保存：重新打开").wait_for(timeout=PATIENCE)
    assert [entry.who for entry in history("f-office")] == ["李经办", "王复核"]


def test_a_finding_is_not_waived_without_a_reason_nor_decided_by_nobody(decided, visit: Enter):
    address, root = decided
    window = visit(root=address).open("intake", "收报核对")
    detail = choose(window, "f-justice")
    window.click(detail.get_by_role("button", name="确认是问题"))
    detail.get_by_text("还没有写经手人").wait_for(timeout=PATIENCE)
    say_name(detail, "李经办")
    window.click(detail.get_by_role("button", name="不算问题"))
    detail.get_by_text("要写明理由").wait_for(timeout=PATIENCE)
    assert Ledger(root / "ledger.sqlite").history("f-justice") == ()


def test_there_is_a_letter_for_each_unit_and_its_rows_are_those_on_the_screen(decided, visit: Enter):
    address, _ = decided
    window = visit(root=address).open("intake", "收报核对")
    window.page.locator(".nb-finding").first.wait_for(state="attached", timeout=PATIENCE)  # a list is drawn whole
    listed = window.page.evaluate(LISTED)
    window.page.locator("[data-testid=stSidebarNavLink]", has_text="退改跟踪").click(timeout=PATIENCE)
    window.settle("退改跟踪")
    say_name(window.page.locator("body"), "李经办")
    window.click(window.page.locator(".st-key-letters-make button"))
    window.page.locator(".st-key-letters-made").wait_for(timeout=PATIENCE)
    with window.page.expect_download(timeout=PATIENCE) as download:
        window.page.get_by_text("下载压缩包").click(timeout=PATIENCE)
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert len(archive.namelist()) == len({unit for unit, *_ in listed}) == 2
    for unit, where, expected, found in listed:
        (name,) = [name for name in archive.namelist() if unit in name]
        text = "\n".join(
            cell.text
            for table in docx.Document(io.BytesIO(archive.read(name))).tables
            for row in table.rows
            for cell in row.cells
        )
        for part in (where.split(" · ")[0], expected, found, "请核对各项件数。"):
            assert part in text, (name, part)
    pasted = window.page.locator(".st-key-letters-made code").inner_text()
    assert all(unit in pasted for unit, *_ in listed) and "未通过勾稽核对" in pasted


def test_passages_stand_side_by_side_and_operands_have_their_places(decided, visit: Enter):
    address, _ = decided
    window = visit(root=address).open("intake", "收报核对")
    window.click(window.page.locator(".st-key-levels-build").get_by_text("全部", exact=False))
    detail = choose(window, "f-east")
    assert detail.locator("mark", has_text=planted.COPIED).count() == 2
    assert "云岭县东坪镇人民政府 2023 年度" in detail.inner_text()
    choose(window, "f-north")
    assert planted.NOTED in detail.locator("mark").inner_text()
    choose(window, "f-office")
    detail.locator("td.nb-fault").first.wait_for(timeout=PATIENCE)
    assert "第32行第4格" in detail.inner_text() or "行第4格" in detail.inner_text()
    assert "2023" in detail.inner_text() and "往年也有" in detail.inner_text()
