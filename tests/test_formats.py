"""What each reader makes of its own format's habits, beyond the tables that tests/hostile prints."""

from __future__ import annotations

import io
import random
import time
import zipfile
from pathlib import Path

import docx
import pytest
import xlsxwriter
from docx.shared import Cm

from etl.read import Document, Grid, ReadError, is_archive, members, read_document
from etl.read.legacy_word import CONVERTER_VARIABLE
from etl.recognise import report_from
from etl.report import ReportStatus
from tests.dangerous import DANGERS, HEAVY, made, packed, pdf_of_endless_pictures, pdf_with_wrong_map
from tests.hostile.judge import judge
from tests.hostile.office import _NS, _RELS, _TYPES
from tests.hostile.office import docx as word_file
from tests.hostile.printers import html
from tests.hostile.sheets import true_sheet
from tests.layouts import HEADINGS, OVERVIEW, PREAMBLE


def word(body: str, footnotes: str = "") -> Document:
    """A Word file with this inside its body."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _RELS)
        package.writestr("word/document.xml", f"<w:document {_NS} {_MORE}><w:body>{body}</w:body></w:document>")
        if footnotes:
            package.writestr("word/footnotes.xml", f"<w:footnotes {_NS}>{footnotes}</w:footnotes>")
    return read_document("报告.docx", held.getvalue())


_MORE = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
)


def run(text: str, format: str = "") -> str:
    return f"<w:r><w:rPr>{format}</w:rPr><w:t>{text}</w:t></w:r>"


def texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def cells(document: Document) -> list[list[str]]:
    return [[cell.text for cell in row] for grid in document.grids for row in grid.rows]


def row(*inner: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in inner) + "</w:tr>"


def p(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def test_tracked_changes_count_as_accepted() -> None:
    kept = f"<w:ins>{run('12')}</w:ins><w:del><w:r><w:delText>77</w:delText></w:r></w:del>"
    moved = f"<w:moveFrom>{run('旧处')}</w:moveFrom><w:moveTo>{run('新处')}</w:moveTo>"
    assert texts(word(p(kept + run("件")) + p(moved))) == ["12件", "新处"]
    gone = "<w:tr><w:trPr><w:del/></w:trPr><w:tc>" + p(run("删去的行")) + "</w:tc><w:tc/></w:tr>"
    table = f"<w:tbl>{row(p(run('甲')), p(run('1')))}{gone}{row(p(run('乙')), p(run('2')))}</w:tbl>"
    assert cells(word(table)) == [["甲", "1"], ["乙", "2"]]


def test_struck_and_hidden_text_is_not_said_and_a_raised_figure_is_no_digit() -> None:
    assert texts(word(p(run("3", "<w:strike/>") + run("5")))) == ["5"]
    assert texts(word(p(run("3", '<w:strike w:val="0"/>') + run("5", "<w:vanish/>")))) == ["3"]
    assert texts(word(p(run("5") + run("2", '<w:vertAlign w:val="superscript"/>')))) == ["5^2"]


def test_a_text_box_is_read_once_and_a_footnote_where_it_hangs() -> None:
    box = f"<wps:txbx><w:txbxContent>{p(run('框里的字'))}</w:txbxContent></wps:txbx>"
    old = f"<v:textbox><w:txbxContent>{p(run('框里的字'))}</w:txbxContent></v:textbox>"
    both = f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>"
    note = '<w:footnote w:id="2">' + p(run("含上年结转。")) + "</w:footnote>"
    body = p(run("正文") + both + '<w:r><w:footnoteReference w:id="2"/></w:r>') + p(run("下一段"))
    assert texts(word(body, note)) == ["正文", "框里的字", "含上年结转。", "下一段"]


def test_the_pinyin_over_a_character_and_field_codes_are_no_text() -> None:
    ruby = f"<w:r><w:ruby><w:rt>{run('bào')}</w:rt><w:rubyBase>{run('报')}</w:rubyBase></w:ruby></w:r>"
    field = "<w:r><w:instrText>PAGE</w:instrText></w:r>"
    assert texts(word(p(ruby + run("告") + field))) == ["报告"]


def test_a_border_drawn_twice_makes_no_column() -> None:
    def line(*spans: tuple[int, str]) -> str:
        return (
            "<w:tr>"
            + "".join(f'<w:tc><w:tcPr><w:gridSpan w:val="{n}"/></w:tcPr>{p(run(t))}</w:tc>' for n, t in spans)
            + "</w:tr>"
        )

    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in (1000, 20, 980, 1000))
    table = f"<w:tbl><w:tblGrid>{grid}</w:tblGrid>{line((2, '甲'), (1, '乙'), (1, '丙'))}{line((1, '1'), (2, '2'), (1, '3'))}</w:tbl>"
    (made,) = [block for block in word(table).blocks if isinstance(block, Grid)]
    assert [[cell.column for cell in line] for line in made.rows] == [[0, 1, 2], [0, 1, 2]]


def test_a_file_that_python_docx_writes_has_its_merged_cells() -> None:
    file = docx.Document()
    table = file.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "竖"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "横"
    for column, text in ((1, "1"), (2, "2")):
        table.cell(1, column).text = text
    table.cell(2, 0).width = Cm(3)
    held = io.BytesIO()
    file.save(held)
    (grid,) = read_document("a.docx", held.getvalue()).grids
    assert [(c.text, c.row, c.column, c.rowspan, c.colspan) for line in grid.rows[:2] for c in line] == [
        ("竖", 0, 0, 2, 1), ("横", 0, 1, 1, 2), ("1", 1, 1, 1, 1), ("2", 1, 2, 1, 1),
    ]  # fmt: skip


def test_hidden_sheets_are_left_out_and_numbers_keep_the_digits_a_spreadsheet_has() -> None:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    shown, hidden = book.add_worksheet("年报"), book.add_worksheet("草稿")
    hidden.hide()
    hidden.write(0, 0, "不要读")
    for column, value in enumerate(("收费", 9.51, 0.1 + 0.2, 12.0, "1,234")):
        shown.write(0, column, value)
        shown.write(1, column, "甲")
    book.close()
    document = read_document("a.xlsx", held.getvalue())
    assert cells(document) == [["收费", "9.51", "0.3", "12", "1,234"], ["甲"] * 5]
    assert document.grids[0].rows[0][1].locator.describe() == "“年报”第1行第2列"


def test_a_page_saved_as_one_file_is_read_like_the_page() -> None:
    chance = random.Random(1)
    sheet = true_sheet(chance)
    page = html(sheet, chance)
    mail = (
        b"From: <Saved by Browser>\r\nSubject: =?utf-8?B?5bm05oql?=\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; charset="utf-8"\r\n'
        b"Content-Transfer-Encoding: 8bit\r\n\r\n" + page + b"\r\n--b\r\nContent-Type: text/css\r\n\r\np{}\r\n--b--\r\n"
    )
    assert read_document("年报.mht", mail).format == "mht"
    assert judge(sheet, mail, "raw/2024/柳堡镇.mht").is_complete


def ofd(sheet_texts: list[tuple[float, float, str]], lines: list[tuple[float, float, float, float]]) -> bytes:
    """An OFD package with one page: texts at (x, y) and lines, in millimetres."""
    ns = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    objects = "".join(
        f'<ofd:TextObject Boundary="{x} {y} 60 6" Font="1" Size="4"><ofd:TextCode X="0" Y="4" DeltaX="g {max(len(t) - 1, 1)} 4">{t}'
        "</ofd:TextCode></ofd:TextObject>"
        for x, y, t in sheet_texts
    ) + "".join(
        f'<ofd:PathObject Boundary="0 0 210 297" LineWidth="0.2"><ofd:AbbreviatedData>M {a} {b} L {c} {d}</ofd:AbbreviatedData>'
        "</ofd:PathObject>"
        for a, b, c, d in lines
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        package.writestr(
            "OFD.xml",
            f"<ofd:OFD {ns}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        package.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {ns}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
            '</ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        )
        package.writestr(
            "Doc_0/Pages/Page_0/Content.xml",
            f"<ofd:Page {ns}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>",
        )
    return held.getvalue()


def test_an_ofd_page_gives_its_lines_and_its_table() -> None:
    borders = [(20, y, 120, y) for y in (40, 50, 60)] + [(x, 40, x, 60) for x in (20, 70, 120)]
    texts_at = [(20, 20, "一、总体情况"), (22, 42, "行政许可"), (72, 42, "12"), (22, 52, "行政处罚"), (72, 52, "3")]
    document = read_document("a.ofd", ofd(texts_at, borders))
    assert texts(document) == ["一、总体情况"]
    assert cells(document) == [["行政许可", "12"], ["行政处罚", "3"]]


def test_a_struck_figure_on_paper_is_not_read() -> None:
    import typst

    source = '#set text(font: "Noto Sans CJK SC", lang: "zh")\n一、总体情况正文正文正文\n\n#table(columns: 2)[许可][#strike[77]12][处罚][3]'
    assert cells(read_document("a.pdf", typst.compile(source.encode()))) == [["许可", "12"], ["处罚", "3"]]


def test_a_figure_that_runs_over_its_border_is_doubted_on_both_sides() -> None:
    import typst

    source = '#set text(font: "Noto Sans CJK SC", lang: "zh")\n一、总体情况正文正文正文\n\n#table(columns: (3em, 1.5em, 1.5em))[许可][123456][7]'
    (line,) = cells(read_document("a.pdf", typst.compile(source.encode())))
    assert [text[-1] for text in line[1:]] == ["⇥", "⇥"] and line[0] == "许可"


def packed_on_windows(*files: tuple[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files:
            package.writestr(_GbkName(name), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


class _GbkName(zipfile.ZipInfo):
    """A name as a Chinese Windows packs it: in GBK, without saying so."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gb18030"), self.flag_bits


def test_archives_inside_archives_give_their_files_with_chinese_names() -> None:
    inner = packed_on_windows(("乡镇/柳堡镇.txt", b"a"))
    outer = packed(("第一批.zip", inner), ("双桥乡.txt", b"b"), ("__MACOSX/._x", b""), ("folder/", b""))
    assert is_archive(io.BytesIO(outer))
    assert [(m.name, m.data) for m in members("报送.zip", io.BytesIO(outer))] == [
        ("第一批.zip/乡镇/柳堡镇.txt", b"a"),
        ("双桥乡.txt", b"b"),
    ]
    assert [m.data for m in members("报送.zip", io.BytesIO(outer), "双桥乡.txt")] == [b"b"]
    assert [m.data for m in members("报送.zip", io.BytesIO(outer), "第一批.zip/乡镇/柳堡镇.txt")] == [b"a"]
    assert not is_archive(io.BytesIO(word_file(true_sheet(random.Random(1)), random.Random(1))))


def test_a_name_that_points_outside_the_archive_stays_inside() -> None:
    found = list(
        members(
            "a.zip",
            io.BytesIO(packed(("../../etc/passwd", b"x"), ("C:\\\\windows\\\\a.txt", b"y"), ("/abs.txt", b"z"))),
        )
    )
    assert [m.name for m in found] == ["etc/passwd", "windows/a.txt", "abs.txt"]


@pytest.mark.parametrize("what", [what for what in DANGERS if what not in HEAVY])
def test_a_dangerous_file_is_refused_in_chinese_with_what_to_do(what: str) -> None:
    name, _, code = DANGERS[what]
    data = made(what)
    started = time.monotonic()
    if code == "rejected":
        report = report_from(read_document(name, data), name, ())
        assert report.status is ReportStatus.REJECTED and report.facts == ()
        told = report.problems[0].message
    else:
        with pytest.raises(ReadError) as refusal:
            read_document(name, data)
        assert refusal.value.code == code
        told = refusal.value.message
        assert name in told
    assert "请" in told
    assert time.monotonic() - started < 60  # some hundredths of a second where nothing else runs


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (packed(("[Content_Types].xml", b"<x/>"), ("word/other.xml", b"<x/>")), "a.docx", "damaged_file"),
        (packed(("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<w:document")), "a.docx", "damaged_file"),
        (b"Rar!\x1a\x07\x00" + bytes(200), "a.rar", "unsupported_format"),
        (packed(("xl/workbook.xml", b"<x/>")), "a.xlsx", "damaged_file"),
        (packed(("xl/workbook.bin", b"x")), "a.xlsb", "unsupported_format"),
    ],
    ids=["no text", "cut xml", "rar", "broken sheet", "binary sheet"],
)  # fmt: skip
def test_a_damaged_file_is_refused_in_chinese_with_what_to_do(data: bytes, name: str, code: str) -> None:
    with pytest.raises(ReadError) as refusal:
        read_document(name, data)
    assert refusal.value.code == code
    assert "请" in refusal.value.message and name in refusal.value.message


def test_a_table_as_large_as_a_report_ever_is_is_not_refused() -> None:
    page = "<table>" + "<tr><td colspan=3>一</td>" + "<td>1</td>" * 60 + "</tr>" * 300 + "</table>"
    assert [len(grid.rows) for grid in read_document("a.html", page.encode()).grids] == [1]


@pytest.mark.parametrize("shown", ["乱", "Z", "\ue000"])
def test_a_pdf_whose_map_of_characters_is_wrong_is_not_read(shown: str) -> None:
    """Every glyph says it is another character than the one drawn: Chinese of no sense, Latin, or nothing at all."""
    data = pdf_with_wrong_map("\n".join([PREAMBLE[0], *HEADINGS.values(), *OVERVIEW]), shown)
    try:
        report = report_from(read_document("a.pdf", data), "a.pdf", ())
    except ReadError as refusal:
        assert refusal.code in {"garbled_text", "no_text_layer"} and "请" in refusal.message
    else:
        assert report.status is ReportStatus.REJECTED and report.facts == () and report.claims == ()
    true = read_document("a.pdf", data.replace(b"/ToUnicode", b"/Nothing"))
    assert HEADINGS["三"] in texts(true)


def test_the_time_for_a_pdf_is_looked_at_within_a_page_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped at once, one page of many things takes far less than all of them do."""
    monkeypatch.setattr("etl.read.pdf.is_available", lambda: False)
    data = pdf_of_endless_pictures(200_000)
    took = {}
    for seconds in (0.0, 1000.0):
        monkeypatch.setattr("etl.read.pdf._MOST_SECONDS", seconds)
        began = time.process_time()
        with pytest.raises(ReadError) as refusal:
            read_document("a.pdf", data)
        took[seconds] = time.process_time() - began
        assert (refusal.value.code == "file_too_large") is (seconds == 0.0)
    assert took[0.0] < took[1000.0] / 2, took


def test_a_zip_bomb_costs_only_its_own_member() -> None:
    large, tight = ("大.txt", b"0" * (200 * 1024 * 1024)), ("紧.txt", b"0" * (20 * 1024 * 1024))
    found = list(members("a.zip", io.BytesIO(packed(("好.txt", b"x"), large, tight))))
    refused = [("好.txt", False, 1), ("大.txt", True, 0), ("紧.txt", True, 0)]
    assert [(m.name, bool(m.refused), len(m.data)) for m in found] == refused


def test_a_wrong_suffix_does_not_matter() -> None:
    chance = random.Random(3)
    sheet = true_sheet(chance)
    data = word_file(sheet, chance)
    assert judge(sheet, data, "raw/2024/柳堡镇.pdf").is_complete


def test_a_pdf_whose_characters_cannot_be_told_is_not_read() -> None:
    """The map from glyphs to characters taken out: what is drawn looks right, what is stored does not say it."""
    import typst

    source = '#set text(font: "Noto Sans CJK SC", lang: "zh")\n' + "一、总体情况。全年公开政府信息情况。" * 20
    data = typst.compile(source.encode(), pdf_standards=[])
    broken = data.replace(b"/ToUnicode", b"/ToUnicorn")
    assert broken != data
    with pytest.raises(ReadError) as refusal:
        read_document("a.pdf", broken)
    assert refusal.value.code in {"garbled_text", "no_text_layer"}


def test_a_scan_without_the_extra_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.read.pdf.is_available", lambda: False)
    monkeypatch.setattr("etl.read.scan.is_available", lambda: False)
    from PIL import Image

    held = io.BytesIO()
    Image.new("RGB", (1200, 1600), "white").save(held, "PDF")
    for name, data in (("扫描.pdf", held.getvalue()), ("扫描.png", _png())):
        with pytest.raises(ReadError) as refusal:
            read_document(name, data)
        assert refusal.value.code == "no_text_layer" and "--extra ocr" in refusal.value.message


def _png() -> bytes:
    from PIL import Image

    held = io.BytesIO()
    Image.new("RGB", (1200, 1600), "white").save(held, "PNG")
    return held.getvalue()


def test_an_old_word_file_without_the_converter_names_the_converter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONVERTER_VARIABLE, "/nowhere/soffice")
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le") + bytes(100)
    with pytest.raises(ReadError) as refusal:
        read_document("年报.wps", data)
    assert refusal.value.code == "converter_missing" and "LibreOffice" in refusal.value.message


def test_a_scan_is_believed_only_where_the_sums_bear_it_out(real_reports: Path) -> None:
    """The real district's table pages as pictures: 表三 and 表四 add up, 表二 has no sum and is asked of a person."""
    pytest.importorskip("rapidocr", reason="没有文字识别组件：uv sync --extra ocr 后运行")
    import pypdfium2

    from etl.recognise import report_from
    from etl.report import FactState
    from tests.test_recognise import HONGZE

    (path,) = real_reports.glob("洪泽区2024*.pdf")
    with pypdfium2.PdfDocument(path) as file:
        pictures = [page.render(scale=150 / 72).to_pil().convert("RGB") for page in file]
    held = io.BytesIO()
    pictures[0].save(held, "PDF", save_all=True, append_images=pictures[1:], resolution=150)
    report = report_from(read_document("扫描.pdf", held.getvalue()), "raw/2024/扫描.pdf", ())
    reported = {fact.cell: fact.value for fact in report.facts if fact.state is FactState.REPORTED}
    truth = {cell: float(HONGZE.get(cell, "0")) for cell in reported}
    assert {cell: float(value or 0) for cell, value in reported.items()} == truth
    assert len(reported) > 150 and not any(cell.startswith("proactive/") for cell in reported)
    assert {fact.confidence is not None for fact in report.facts if fact.cell in reported} == {True}
    assert {problem.code for problem in report.problems} >= {"cells_unconfirmed", "read_from_picture"}
