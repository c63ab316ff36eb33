"""The quick way through a table of a Word document says just what the thorough one says."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree  # ty: ignore[missing-module-member]

from etl.read import word_tables
from etl.read.wordml import TBL, W
from etl.sample import make_county

_SPACE = f'xmlns:w="{W[1:-1]}"'
WORDS = st.text(alphabet=" 0123456789公开\u3000\n-", max_size=6)
MARKS = st.lists(
    st.sampled_from(
        ['<w:gridSpan w:val="2"/>', '<w:gridSpan w:val="3"/>', "<w:vMerge/>", '<w:vMerge w:val="restart"/>', "<w:hMerge/>",
         '<w:hMerge w:val="restart"/>', '<w:tcW w:w="500"/>']
    ),
    max_size=3,
)  # fmt: skip


def run(text: str) -> str:
    return f'<w:r><w:rPr><w:b/><w:lang w:val="zh-CN"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


RUNS = st.lists(WORDS.map(run) | st.just("<w:r/>") | WORDS.map(lambda text: f"<w:ins>{run(text)}</w:ins>"), max_size=3)
PARAGRAPHS = RUNS.map(lambda runs: f"<w:p><w:pPr><w:jc/></w:pPr>{''.join(runs)}</w:p>")
CELLS = st.builds(
    lambda marks, paragraphs: f"<w:tc><w:tcPr>{''.join(marks)}</w:tcPr>{''.join(paragraphs)}</w:tc>",
    MARKS,
    st.lists(PARAGRAPHS, max_size=2),
)
HELD = CELLS | CELLS.map(lambda cell: f"<w:sdt><w:sdtContent>{cell}</w:sdtContent></w:sdt>")
BEFORE = st.sampled_from(["", '<w:trPr><w:gridBefore w:val="1"/></w:trPr>', "<w:trPr><w:cantSplit/></w:trPr>"])
ROWS = st.builds(lambda before, cells: f"<w:tr>{before}{''.join(cells)}</w:tr>", BEFORE, st.lists(HELD, max_size=4))


@settings(max_examples=300, deadline=None)
@given(st.lists(ROWS, max_size=4))
def test_one_pass_over_a_plain_table_says_what_the_thorough_reading_says(rows: list[str]) -> None:
    table = etree.fromstring(f"<w:tbl {_SPACE}><w:tblPr/>{''.join(rows)}</w:tbl>")
    assert word_tables._is_plain(table)
    assert word_tables._plain_rows(table) == word_tables._rows(table)


def test_the_tables_of_whole_reports_are_plain_and_read_alike_both_ways(tmp_path: Path) -> None:
    make_county(tmp_path, years=[2024], formats=["docx"])
    tables = 0
    for path in sorted(tmp_path.rglob("*.docx")):
        body = etree.fromstring(zipfile.ZipFile(io.BytesIO(path.read_bytes())).read("word/document.xml"))
        for table in body.iter(TBL):
            tables += word_tables._is_plain(table)
            if word_tables._is_plain(table):
                assert word_tables._plain_rows(table) == word_tables._rows(table)
    assert tables > 30


def test_what_is_struck_changed_or_nested_is_not_plain() -> None:
    for inside in (
        "<w:r><w:rPr><w:strike/></w:rPr><w:t>5</w:t></w:r>",
        "<w:del><w:r><w:delText>5</w:delText></w:r></w:del>",
        "<w:moveFrom><w:r><w:t>5</w:t></w:r></w:moveFrom>",
        '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r>',
        "<w:r><w:t>1</w:t><w:br/><w:t>2</w:t></w:r>",
        "<w:r><w:t>1</w:t><w:tab/><w:t>2</w:t></w:r>",
    ):
        table = etree.fromstring(f"<w:tbl {_SPACE}><w:tr><w:tc><w:p>{inside}</w:p></w:tc></w:tr></w:tbl>")
        assert not word_tables._is_plain(table), inside
