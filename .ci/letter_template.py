"""Make etl/publish/templates/退改单.docx anew: uv run .ci/letter_template.py

The page and the type follow GB/T 9704-2012 (A4, margins 37/35/28/26 mm, 22 lines, 方正小标宋简体, 仿宋_GB2312, 黑体). Fonts are
named, not embedded. What stands in braces is filled in by etl/publish/letters.py; a county may edit a copy in Word.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

PLACE = Path(__file__).resolve().parent.parent / "etl" / "publish" / "templates" / "退改单.docx"
BODY, TITLE, HEAD, NUMBERS = "仿宋_GB2312", "方正小标宋简体", "黑体", "宋体"
LATIN = "Times New Roman"
LINE = Pt(28.95)  # 22 lines on the 225 mm between the margins
COLUMNS = (("序号", 12), ("位置", 33), ("现填", 31), ("应为/规则", 44), ("怎么改", 36))  # mm, 156 in all
GREY = "F2F2F2"


def font(run: Any, name: str, size: float) -> None:
    """A Chinese font by name, for every script that Word tells apart."""
    run.font.size = Pt(size)
    run.font.name = LATIN
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), name)
    fonts.set(qn("w:hint"), "eastAsia")


def paragraph(
    where: Any, text: str = "", name: str = BODY, size: float = 16, *, indent: bool = False, keep: bool = False
) -> Any:
    """`keep` holds it on the page of what comes next: a signature never stands alone."""
    made = where.add_paragraph()
    shape = made.paragraph_format
    shape.keep_with_next = keep or None
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    if indent:
        first = made._element.get_or_add_pPr().get_or_add_ind()
        first.set(qn("w:firstLineChars"), "200")
        first.set(qn("w:firstLine"), str(int(size * 2 * 20)))
    if text:
        font(made.add_run(text), name, size)
    return made


def in_cell(
    cell: Any, text: str, name: str = BODY, size: float = 11, *, first: bool = True, centred: bool = False
) -> None:
    made = cell.paragraphs[0] if first else cell.add_paragraph()
    shape = made.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(17)
    if centred:
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
    font(made.add_run(text), name, size)


def mark(row: Any, *names: str) -> None:
    """tblHeader: printed again on the next page; cantSplit: never broken over pages."""
    properties = row._tr.get_or_add_trPr()
    for name in names:
        properties.append(OxmlElement(name))


def shade(cell: Any) -> None:
    shading = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", GREY)):
        shading.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(shading)


def table(document: Any, rows: str) -> None:
    """A table that has one row for each of `rows`, a list of the context."""
    made = document.add_table(rows=4, cols=len(COLUMNS))
    made.style, made.alignment, made.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    mark(made.rows[0], "w:cantSplit", "w:tblHeader")
    mark(made.rows[2], "w:cantSplit")
    for index, (label, width) in enumerate(COLUMNS):
        made.columns[index].width = Mm(width)
        for row in made.rows:
            row.cells[index].width = Mm(width)
        in_cell(made.rows[0].cells[index], label, HEAD, centred=True)
        shade(made.rows[0].cells[index])
    in_cell(made.rows[1].cells[0], f"{{%tr for 行 in {rows} %}}")
    in_cell(made.rows[3].cells[0], "{%tr endfor %}")
    number, where, found, expected, remedy = made.rows[2].cells
    in_cell(number, "{{ 行.序号 }}", centred=True)
    in_cell(where, "{{ 行.位置 }}")
    in_cell(found, "{{ 行.现填 }}")
    in_cell(expected, "{{ 行.应为 }}")
    for text in ("{%p if 行.规则 %}", "规则：{{ 行.规则 }}", "{%p endif %}"):
        in_cell(expected, text, first=False, size=10)
    in_cell(remedy, "{{ 行.怎么改 }}")


def page_number(footer: Any, alignment: WD_ALIGN_PARAGRAPH) -> None:
    """— 1 —, one character away from the outer edge."""
    made = footer.paragraphs[0]
    made.alignment = alignment
    edge = "w:rightChars" if alignment is WD_ALIGN_PARAGRAPH.RIGHT else "w:leftChars"
    made._element.get_or_add_pPr().get_or_add_ind().set(qn(edge), "100")
    font(made.add_run("— "), NUMBERS, 14)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = made.add_run()
        font(run, NUMBERS, 14)
        if kind:
            field = OxmlElement("w:fldChar")
            field.set(qn("w:fldCharType"), kind)
        else:
            field = OxmlElement("w:instrText")
            field.text = text
        run._element.append(field)
    font(made.add_run(" —"), NUMBERS, 14)


def page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28)  # 7 mm under the type area
    document.settings.odd_and_even_pages_header_footer = True
    page_number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    page_number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(16)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "zh-CN")
    language.set(qn("w:eastAsia"), "zh-CN")
    normal.element.rPr.append(language)


def main() -> None:
    document: Any = Document()
    page(document)
    paragraph(document, "{%p if 示例 %}")
    paragraph(document, "{{ 示例 }}", HEAD, 14)
    paragraph(document, "{%p endif %}")
    title = paragraph(document, "关于退改{{ 年度 }}年度报告的函（稿）", TITLE, 22)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.line_spacing = Pt(35)
    paragraph(document)
    paragraph(document, "{{ 单位 }}：")
    paragraph(document, "{%p if 必改 %}")
    paragraph(
        document,
        "你单位报送的{{ 年度 }}年度政府信息公开工作年度报告已收到。经核对，下列{{ 必改数 }}处请修改后重新报送：",
        indent=True,
        keep=True,
    )
    table(document, "必改")
    paragraph(document, "{%p endif %}")
    paragraph(document, "{%p if 请核 %}")
    paragraph(document, "下列{{ 请核数 }}处请一并核实。核实无误的不必修改，告知联系人即可：", indent=True, keep=True)
    table(document, "请核")
    paragraph(document, "{%p endif %}")
    paragraph(document, "{%p if 往年 %}")
    paragraph(document, "{{ 往年 }}", indent=True)
    paragraph(document, "{%p endif %}")
    paragraph(
        document,
        "改后请把报告整份重新发来，不另填表。{% if 期限 %}请在{{ 期限 }}前报送。{% endif %}对核对结果有不同意见的，请与联系人联系。",
        indent=True,
        keep=True,
    )
    paragraph(document, "联系人：{{ 联系人 }}　电话：{{ 电话 }}", indent=True, keep=True)
    paragraph(document, keep=True)
    for text, characters in (("{{ 落款 }}", 2), ("{{ 日期 }}", 4)):
        made = paragraph(document, text, keep=text == "{{ 落款 }}")
        made.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        edge = made._element.get_or_add_pPr().get_or_add_ind()
        edge.set(qn("w:rightChars"), str(characters * 100))
        edge.set(qn("w:right"), str(characters * 16 * 20))
    properties = document.core_properties
    properties.title, properties.author, properties.comments = "关于退改{{ 年度 }}年度报告的函（稿）", "", ""
    properties.last_modified_by = ""
    PLACE.parent.mkdir(exist_ok=True)
    document.save(str(PLACE))


if __name__ == "__main__":
    main()
