"""The letters that go back to the units say what was found, all of it and nothing else, in a form an office can send."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.ledger import Found
from etl.paths import County
from etl.publish.letters import (
    ROW_FIELDS,
    SAMPLE_MARK,
    TEMPLATE,
    Letter,
    LetterError,
    LetterRow,
    Sender,
    letter_for,
    letter_name,
    sender_of,
    template_of,
    write_letter,
    zip_letters,
)
from etl.publish.reminders import Contact, as_table, load_contacts, reminders, text_for_all
from etl.units import RegisterError, load_units
from tests.counties import REGISTER

ROWS = (
    LetterRow(
        "表三·三（一）予以公开·总计",
        "3",
        "七列之和为 4",
        "请核对七列，改正总计。",
        "总计＝自然人＋各类组织",
        (2022, 2023),
    ),
    LetterRow("表四“行政复议”行", "", "应填 0", "请逐格填写。"),
)
DOUBTS = (LetterRow("正文“收到申请”", "收到<3件> & “约”5件", "表三新收 4 件", "请核对受理登记。\n改正文或表三。"),)
LETTER = Letter("青禾县柳堡镇人民政府", 2024, ROWS, due_on=date(2025, 1, 31))
SENDER = Sender("青禾县政务公开办公室", "李经办", "0371-1234567")


def read(data: bytes) -> tuple[str, list[list[list[str]]]]:
    """The text of every paragraph outside tables, and every table as rows of cells."""
    document = Document(io.BytesIO(data))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return "\n".join(each.text for each in document.paragraphs), tables


def test_the_rows_of_the_table_are_the_findings_given(tmp_path: Path) -> None:
    text, (table,) = read(write_letter(LETTER, SENDER, dated=date(2025, 1, 20)))
    assert table == [
        ["序号", "位置", "现填", "应为/规则", "怎么改"],
        [
            "1",
            "表三·三（一）予以公开·总计",
            "3",
            "七列之和为 4\n规则：总计＝自然人＋各类组织",
            "请核对七列，改正总计。",
        ],
        ["2", "表四“行政复议”行", "（空白）", "应填 0", "请逐格填写。"],
    ]
    assert "关于退改2024年度报告的函（稿）" in text and "青禾县柳堡镇人民政府：" in text and "下列2处" in text


def test_the_letter_asks_for_the_whole_report_and_no_other_form_by_a_day_and_says_whom_to_ask() -> None:
    text, _ = read(write_letter(LETTER, SENDER, dated=date(2025, 1, 20)))
    assert "整份重新发来，不另填表" in text and "在2025年1月31日前" in text
    assert "联系人：李经办" in text and "电话：0371-1234567" in text
    assert text.rstrip().endswith("青禾县政务公开办公室\n2025年1月20日")
    assert "其中，第1处在2022、2023年度的报告中也有，请一并留意。" in text


def test_what_nobody_wrote_down_is_a_line_to_fill_in_and_what_there_is_none_of_is_left_out() -> None:
    text, _ = read(write_letter(Letter("柳堡镇", 2024, ROWS[1:]), Sender()))
    assert "联系人：＿＿" in text and "电话：＿＿" in text and "　　年　　月　　日" in text
    assert "前报送" not in text and "也有" not in text and "核实" not in text and "示例" not in text


def test_what_is_to_be_verified_stands_in_a_second_table_and_only_where_it_is_wanted() -> None:
    letter = Letter("柳堡镇", 2024, ROWS, DOUBTS)
    text, (_, second) = read(write_letter(letter, SENDER))
    assert second[1:] == [
        ["1", "正文“收到申请”", "收到<3件> & “约”5件", "表三新收 4 件", "请核对受理登记。\n改正文或表三。"]
    ]
    assert "请一并核实" in text and "不必修改" in text
    only, (table,) = read(write_letter(Letter("柳堡镇", 2024, (), DOUBTS), SENDER))
    assert len(table) == 2 and "修改后重新报送" not in only


def found(severity: str, fingerprint: str, rule: str = "T3-01") -> Found:
    return Found(
        "t01", 2024, fingerprint, f"s{fingerprint}", rule, severity, f"在{fingerprint}", "1", "2", "话", "改。"
    )


def test_a_letter_takes_what_must_be_mended_and_never_mere_notices() -> None:
    findings = [found("must_fix", "a"), found("verify", "b"), found("notice", "c"), found("must_fix", "d", "W-41")]
    letter = letter_for("柳堡镇", 2024, findings, formulas={"T3-01": "甲＝乙"}, earlier={"d": (2023, 2021)})
    assert [row.where for row in letter.must_fix] == ["在a", "在d"] and letter.verify == ()
    assert letter.must_fix[0].rule == "甲＝乙" and letter.must_fix[1] == LetterRow(
        "在d", "1", "2", "改。", "", (2021, 2023)
    )
    assert [row.where for row in letter_for("柳堡镇", 2024, findings, with_verify=True).verify] == ["在b"]


def test_the_words_state_and_never_accuse() -> None:
    text, tables = read(write_letter(Letter("柳堡镇", 2024, ROWS, DOUBTS, date(2025, 1, 31)), SENDER))
    whole = text + str(tables)
    assert [
        word for word in ("错误", "造假", "虚报", "必须", "严重", "责令", "通报", "批评", "逾期") if word in whole
    ] == []


def test_the_page_and_the_type_are_those_of_official_documents() -> None:
    document = Document(io.BytesIO(write_letter(LETTER, SENDER)))
    section = document.sections[0]
    mm = [
        round(length / Mm(1))
        for length in (section.page_width, section.page_height, section.top_margin, section.bottom_margin,
                       section.left_margin, section.right_margin)
        if length is not None
    ]  # fmt: skip
    assert mm == [210, 297, 37, 35, 28, 26]

    def chinese(run: Any) -> str:
        return run._element.rPr.rFonts.get(qn("w:eastAsia"))

    fonts = {each.text[:4]: chinese(each.runs[0]) for each in document.paragraphs if each.text.strip() and each.runs}
    assert fonts.pop("关于退改") == "方正小标宋简体" and set(fonts.values()) == {"仿宋_GB2312"}
    assert chinese(document.tables[0].rows[0].cells[0].paragraphs[0].runs[0]) == "黑体"
    with zipfile.ZipFile(io.BytesIO(write_letter(LETTER, SENDER))) as package:
        assert not [name for name in package.namelist() if "font" in name and not name.endswith("fontTable.xml")]


def test_invented_data_say_so_in_every_letter() -> None:
    text, _ = read(write_letter(LETTER, Sender(is_sample=True)))
    assert SAMPLE_MARK in text


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=4), st.text(max_size=20))
def test_any_text_a_report_can_hold_comes_out_in_a_letter_that_word_opens(texts: list[str], remedy: str) -> None:
    rows = tuple(LetterRow(text, text, text, remedy) for text in texts)
    _, (table,) = read(write_letter(Letter("柳堡镇", 2024, rows), SENDER))
    assert len(table) == len(rows) + 1


# ── many


def test_all_letters_come_in_one_archive_with_names_that_windows_takes() -> None:
    units = ["青禾县柳堡镇人民政府", '甲/乙:"办"', "甲/乙:“办”", "AB", "ab", "长" * 200]
    letters = [Letter(unit, 2024, ROWS) for unit in units]
    packed = zip_letters(letters, SENDER)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        infos = archive.infolist()
        assert archive.testzip() is None
        assert len({info.filename.lower() for info in infos}) == len(units)
        assert all(info.flag_bits & 0x800 for info in infos), "names are in UTF-8 and say so"
        assert infos[0].filename == "退改单-2024年度-青禾县柳堡镇人民政府.docx"
        assert not [
            info.filename for info in infos if set('<>:"/\\|?*') & set(info.filename) or len(info.filename) > 120
        ]
        text, _ = read(archive.read(infos[-1]))
        assert "长" * 200 in text
    assert letter_name(letters[1]) == "退改单-2024年度-甲_乙__办_.docx"


# ── a county's own template


def own(tmp_path: Path, change: Callable[[Any], None]) -> Path:
    """The product's template as somebody changed it."""
    county = County(tmp_path)
    county.templates.mkdir()
    document = Document(str(template_of(county)))
    change(document)
    document.save(str(county.templates / TEMPLATE))
    return template_of(county)


def replace(old: str, new: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
        places = [*document.paragraphs, *(each for cell in cells for each in cell.paragraphs)]
        for run in (run for place in places for run in place.runs if old in run.text):
            run.text = run.text.replace(old, new)

    return change


def test_a_county_may_put_its_own_words_into_the_template(tmp_path: Path) -> None:
    template = own(tmp_path, replace("不另填表。", "不另填表，也不用盖章。"))
    assert template == tmp_path / "templates" / TEMPLATE
    text, _ = read(write_letter(LETTER, SENDER, template))
    assert "也不用盖章" in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (replace("{{ 期限 }}", "{{ 最后期限 }}"), "不认识“最后期限”"),
        (replace("{{ 行.位置 }}", "{{ 行.哪里 }}"), "不认识“哪里”"),
        (replace("{%tr endfor %}", ""), "花括号"),
        (replace("{{ 单位 }}", "{{ 单位 }"), "花括号"),
        (replace("{{ 单位 }}", "{{ ''.__class__.__mro__ }}"), "不"),
        (replace("{{ 单位 }}", "｛｛ 单位 ｝｝"), "花括号"),
        (replace("{{ 行.位置 }}", "同上"), "找不到"),
        (replace("{{ 行.怎么改 }}", ""), "找不到"),
        (lambda document: document.tables[0]._element.getparent().remove(document.tables[0]._element), "找不到"),
    ],
)
def test_a_template_that_cannot_be_used_is_named_with_its_fault_and_the_remedy(
    tmp_path: Path, change: Callable[[Any], None], words: str
) -> None:
    template = own(tmp_path, change)
    with pytest.raises(LetterError, match=words) as told:
        write_letter(LETTER, SENDER, template)
    assert str(template) in str(told.value) and "自带的模板" in str(told.value)


@pytest.mark.parametrize("data", [b"", b"x" * 1000, b"PK\x03\x04 broken", "old .doc"])
def test_a_template_that_is_no_word_file_says_so(tmp_path: Path, data: bytes | str) -> None:
    template = tmp_path / TEMPLATE
    template.write_bytes(data if isinstance(data, bytes) else b"\xd0\xcf\x11\xe0" + b"x" * 2000)
    with pytest.raises(LetterError, match=r"不是 \.docx") as told:
        write_letter(LETTER, SENDER, template)
    assert str(template) in str(told.value) and "请" in str(told.value)


def test_a_workbook_with_the_name_of_a_template_is_refused(tmp_path: Path) -> None:
    template = tmp_path / TEMPLATE
    with zipfile.ZipFile(template, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(LetterError, match="请"):
        write_letter(LETTER, SENDER, template)


def test_the_fault_of_a_name_lists_the_names_there_are(tmp_path: Path) -> None:
    with pytest.raises(LetterError) as told:
        write_letter(LETTER, SENDER, own(tmp_path, replace("{{ 行.位置 }}", "{{ 行.哪里 }}")))
    assert all(f"行.{name}" in str(told.value) for name in ROW_FIELDS)


def test_who_writes_is_said_in_county_yaml_and_a_broken_one_leaves_it_blank(tmp_path: Path) -> None:
    county = County(tmp_path)
    assert sender_of(county) == Sender()
    county.about.write_text(
        "name: 青禾县\noffice: 政务公开办\ncontact: 李经办\nphone: 03711234567\nsample: true\n", encoding="utf-8"
    )
    assert sender_of(county) == Sender("政务公开办", "李经办", "03711234567", True)
    county.about.write_text("phone: '0371-1'\n", encoding="utf-8")
    assert sender_of(county) == Sender(phone="0371-1")
    county.about.write_text("- [", encoding="utf-8")
    assert sender_of(county) == Sender()


def test_a_letter_prints(tmp_path: Path) -> None:
    program = shutil.which("soffice")
    if not program:
        pytest.skip("没有 LibreOffice，打印不了")
    place = tmp_path / "x.docx"
    place.write_bytes(write_letter(Letter("柳堡镇", 2024, ROWS * 12, DOUBTS), SENDER, dated=date(2025, 1, 20)))
    command = [
        program,
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
    ]
    subprocess.run([*command, str(tmp_path), str(place)], capture_output=True, timeout=120, check=True)
    from pypdfium2 import PdfDocument

    pages = [page.get_textpage().get_text_bounded() for page in PdfDocument(tmp_path / "x.pdf")]
    assert len(pages) > 1 and all("怎么改" in page for page in pages[:2]), "the head of the table stands on every page"
    assert "联系人" in pages[-1] and "2025年1月20日" in pages[-1].replace(" ", ""), "the signature never stands alone"


# ── reminders


def contacts_file(tmp_path: Path, text: str) -> tuple[Path, Any]:
    (tmp_path / "units.csv").write_text(REGISTER, encoding="utf-8")
    (tmp_path / "contacts.csv").write_text(text, encoding="gb18030")
    return tmp_path / "contacts.csv", load_units(tmp_path / "units.csv")


def test_phone_numbers_come_from_a_local_file_by_id_name_or_alias(tmp_path: Path) -> None:
    path, units = contacts_file(tmp_path, "unit_id,contact,phone\nt01,张三,0371-1\n双桥乡,,0371-2\n,,\n")
    assert load_contacts(path, units) == {"t01": Contact("张三", "0371-1"), "t02": Contact("", "0371-2")}
    assert load_contacts(tmp_path / "none.csv", units) == {}


@pytest.mark.parametrize(
    ("text", "words"), [("unit_id,phone\nt01,1\n", "缺少列 contact"), ("unit_id,contact,phone\n石门,张,1\n", "第2行")]
)
def test_a_list_of_numbers_that_cannot_be_used_is_named_with_line_and_remedy(
    tmp_path: Path, text: str, words: str
) -> None:
    path, units = contacts_file(tmp_path, text)
    with pytest.raises(RegisterError, match=words):
        load_contacts(path, units)


def remind(today: date, due_on: date | None = date(2025, 1, 31)) -> str:
    due = {"t01": due_on} if due_on else {}
    (made,) = reminders([("t01", "柳堡镇")], 2024, today=today, due=due, contacts={}, sender=SENDER)
    return made.text


def test_a_reminder_is_short_polite_and_says_by_when() -> None:
    before, on_the_day = remind(date(2025, 1, 20)), remind(date(2025, 1, 31))
    after, open_end = remind(date(2025, 2, 3)), remind(date(2025, 2, 3), None)
    assert before == (
        "柳堡镇：您好！你单位的2024年度政府信息公开工作年度报告还没有收到。请在2025年1月31日前发来 Word 版；"
        "已经报送的，请告知，以便核对。谢谢！（青禾县政务公开办公室 李经办 0371-1234567）"
    )
    assert "今天是报送期限" in on_the_day and "期限是2025年1月31日，请尽快" in after and "请尽快" in open_end
    for text in (before, on_the_day, after, open_end):
        assert len(text) < 140 and not [word for word in ("逾期", "拖延", "未按", "通报", "必须") if word in text]


def test_the_list_can_be_pasted_into_a_table_and_into_a_group() -> None:
    made = reminders(
        [("t01", "柳堡镇"), ("t02", "双桥乡")], 2024, today=date(2025, 1, 20),
        due={"t01": date(2025, 1, 31), "t02": date(2025, 1, 31)}, contacts={"t01": Contact("张三", "0371-1")}, sender=Sender(),
    )  # fmt: skip
    table = [line.split("\t") for line in as_table(made).split("\n")]
    assert table[0][:4] == ["单位", "联系人", "电话", "期限"] and {len(row) for row in table} == {5}
    assert table[1][:4] == ["柳堡镇", "张三", "0371-1", "2025-01-31"]
    words = text_for_all(made, 2024, date(2025, 1, 20), Sender())
    assert (
        "柳堡镇、双桥乡" in words
        and "2025年1月31日前" in words
        and text_for_all([], 2024, date(2025, 1, 20), Sender()) == ""
    )
