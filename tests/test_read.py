"""Bytes become paragraphs and grids as a reader of the file sees them, or a reason why not."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from etl.read import Document, Grid, Paragraph, ReadError, read_document
from etl.read.pages import Page, blocks_of
from etl.read.text_lines import Glyph
from etl.recognise.numbers import read_cell
from etl.report import FactState

CHINESE = "青禾县柳堡镇人民政府信息公开年报，统计期限为全年。" * 20


def page(body: str, head: str = "") -> Document:
    return read_document("页.html", f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode())


def texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def grid(document: Document) -> list[list[str]]:
    (only,) = document.grids
    return [[cell.text for cell in row] for row in only.rows]


# ── what kind of file, in which encoding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_decoded_whatever_it_is_written_in(encoding: str) -> None:
    assert texts(read_document("年报.txt", CHINESE.encode(encoding))) == [CHINESE]


@pytest.mark.parametrize("written", ["utf-8", "gb18030"])
@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "GBK", ""])
def test_a_wrong_declaration_of_the_encoding_does_no_harm(written: str, declared: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    document = read_document(
        "页.html", f"<html><head>{meta}</head><body><p>{CHINESE}</p></body></html>".encode(written)
    )
    assert texts(document) == [CHINESE]


@pytest.mark.parametrize(
    "data, code",
    [
        (b"", "empty_file"),
        (b" \r\n\t", "empty_file"),
        (bytes(range(256)) * 40, "binary_file"),
        (b"MZ\x90\x00\x03" + bytes(5000), "binary_file"),
        (b"%PDF-1.7 ...", "damaged_file"),
        (b"PK\x03\x04" + bytes(100), "damaged_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "unsupported_format"),
        (CHINESE.encode().decode("gb18030", errors="replace").encode(), "misread_encoding"),
        (CHINESE.encode("gb18030").decode("utf-8", errors="replace").encode(), "misread_encoding"),
        (b"<html>" + b"<table><tr><td>" * 750_000, "file_too_large"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_file_and_a_remedy(data: bytes, code: str) -> None:
    with pytest.raises(ReadError) as refused:
        read_document("柳堡镇年报.txt", data)
    assert refused.value.code == code
    assert "柳堡镇年报.txt" in refused.value.message and "请" in refused.value.message


def test_a_page_is_known_by_its_content_and_not_by_its_suffix() -> None:
    assert read_document("年报.txt", f"<html><body><p>{CHINESE}</p>".encode()).format == "html"
    assert read_document("年报.html", CHINESE.encode()).format == "text"


# ── plain text


def test_lines_keep_the_numbers_an_editor_shows() -> None:
    document = read_document("年报.txt", "一\r\n\r\n二\f\u2028三\n四".encode())
    assert [(p.text, p.locator.line) for p in document.paragraphs] == [("一", 1), ("二\f\u2028三", 3), ("四", 4)]


def test_a_rule_of_markdown_is_no_row_and_cells_struck_out_are() -> None:
    document = read_document("年报.txt", "| 甲 | 乙 |\n|:---|---:|\n| -- | -- |\n".encode())
    assert grid(document) == [["甲", "乙"], ["--", "--"]]


@pytest.mark.parametrize("bar", "|｜│┃")
def test_every_kind_of_bar_parts_cells(bar: str) -> None:
    assert grid(read_document("年报.txt", f"规章{bar}1{bar}2{bar}3".encode())) == [["规章", "1", "2", "3"]]


# ── pages


def test_a_spanning_cell_covers_its_places() -> None:
    document = page(
        "<table><tr><td rowspan=2>甲</td><td colspan=2>乙</td></tr><tr><td>1</td><td>2</td></tr>"
        "<tr><td>丙</td><td>3</td><td>4</td></tr></table>"
    )
    (found,) = document.grids
    covered = [[cell.text if cell else None for cell in row] for row in found.matrix()]
    assert covered == [["甲", "乙", "乙"], ["甲", "1", "2"], ["丙", "3", "4"]]
    assert found.rows[1][0].locator.describe() == "第1个表第2行第2列"


def test_a_layout_table_around_everything_is_text_and_the_inner_one_a_grid() -> None:
    document = page(
        "<table><tr><td>首页</td><td><p>正文</p><table><tr><td>规章</td><td>1</td></tr><tr><td>规范性文件</td><td>2</td>"
        "</tr></table></td></tr></table>"
    )
    assert texts(document) == ["首页", "正文"]
    assert grid(document) == [["规章", "1"], ["规范性文件", "2"]]


@pytest.mark.parametrize(
    "printed, told, value",
    [
        ("5", "5", Decimal(5)),
        ("<p><span>1</span><span>2</span></p>", "12", Decimal(12)),
        ("<font>1</font>2", "12", Decimal(12)),
        ("1<br>0", "1\n0", None),
        ("<p>1</p><p>0</p>", "1\n0", None),
        ("1&nbsp;0", "1 0", None),
        ("5<sup>2</sup>", "5^2", None),
        ("5²", "5²", None),
        ("①", "①", None),
        ("<del>5</del>6", "6", Decimal(6)),
        ("<s>5</s><u>6</u>", "6", Decimal(6)),
        ('<span style="display: none">9</span>6', "6", Decimal(6)),
        ("<!-- 9 -->6", "6", Decimal(6)),
        ("6<script>var a = 9</script>", "6", Decimal(6)),
        ('<input type="text" value="6">', "6", Decimal(6)),
        ('<input type="hidden" value="9">6', "6", Decimal(6)),
        ("&#8203;6&#65279;", "6", Decimal(6)),
        ("６", "６", Decimal(6)),
        ("１，２３４", "１，２３４", Decimal(1234)),
    ],
)
def test_a_cell_says_what_the_page_shows_and_no_digits_run_together(
    printed: str, told: str, value: Decimal | None
) -> None:
    document = page(f"<table><tr><td>规章</td><td>{printed}</td><td>x</td></tr></table>")
    raw = grid(document)[0][1]
    assert raw.translate({0x200B: None, 0xFEFF: None}).replace("\xa0", " ") == told
    state, read = read_cell(raw, "件")
    assert read == value
    assert state is (FactState.REPORTED if value is not None else FactState.UNREADABLE)


@pytest.mark.parametrize("mark", ["<sup>[1]</sup>", "<sup>1</sup>", "<del>5</del>", "<s>1</s>"])
def test_a_footnote_or_a_struck_figure_does_not_join_the_number_beside_it(mark: str) -> None:
    assert texts(page(f"<p>收到申请6{mark}件。</p>")) == ["收到申请6件。"]


def test_the_page_says_its_title_and_date_in_its_meta_entries() -> None:
    document = page(
        "<p>正文</p>",
        '<title>县网站</title><meta name="ArticleTitle" content="年报"><meta name="PubDate" content="2025-01-20">',
    )
    assert document.meta == {"articletitle": "年报", "pubdate": "2025-01-20"}
    assert document.title == "县网站"


@pytest.mark.parametrize(
    ("lines", "paragraphs"),
    [
        (["信息更新不够及时，工作人员业务不够熟练。", "六、其他需要报告的事项"], 2),
        (["信息更新不够及时，工作人员业务不够熟练。", "（二）改进情况"], 2),
        (["信息更新不够及时，工作人员业务不够熟练，", "六、七两个村没有公开栏。"], 1),
        (["信息更新不够及时，工作人员业务不够熟练。", "今后将加强培训。"], 1),
    ],
)
def test_a_heading_begins_a_paragraph_under_a_line_that_is_full(lines: list[str], paragraphs: int) -> None:
    glyphs = [
        Glyph(sign, 50 + 12 * n, 100 + 20 * row, 62 + 12 * n, 112 + 20 * row)
        for row, line in enumerate(lines)
        for n, sign in enumerate(line)
    ]
    blocks = blocks_of([Page(1, 340.0, 800.0, glyphs, [])])
    assert [block.text for block in blocks if isinstance(block, Paragraph)] == (
        lines if paragraphs == 2 else ["".join(lines)]
    )


def test_menus_scripts_and_styles_are_not_text() -> None:
    document = page(
        "<nav>首页</nav><script>var x = '申请9件'</script><style>p{}</style><select><option>9</select><p>正文</p>"
    )
    assert texts(document) == ["首页", "正文"]


def test_tables_nested_without_end_neither_hang_nor_overflow() -> None:
    deep = b"<html><body>" + b"<table><tr><td>" * 3_000 + "规章".encode()
    started = time.perf_counter()
    document = read_document("深.html", deep)
    assert time.perf_counter() - started < 30
    assert any(isinstance(block, Grid) or "规章" in block.text for block in document.blocks)


@pytest.mark.parametrize(
    ("raw", "value"),
    [("+1", 1), ("＋2", 2), ("增98", 98), ("增加5", 5), ("减3", -3), ("减少12", -12), ("-8", -8), ("7", 7)],
)
def test_an_increase_or_decrease_is_read_with_its_sign_where_the_form_counts_one(raw: str, value: int) -> None:
    assert read_cell(raw, "项", signed=True) == (FactState.REPORTED, Decimal(value))


@pytest.mark.parametrize("raw", ["增", "+", "增减", "2648-18538", "增2减1"])
def test_a_sign_without_a_figure_or_two_figures_are_not_guessed_at(raw: str) -> None:
    assert read_cell(raw, "项", signed=True)[0] is FactState.UNREADABLE
    assert read_cell("+1", "件")[0] is FactState.UNREADABLE
