"""Make etl/publish/templates/得分说明书.docx anew: uv run .ci/statement_template.py

A4, set closely, so that some thirty indicators stand on two pages. Fonts are named, not embedded. What stands in braces is
filled in by etl/publish/statements.py; a county may edit a copy in Word.
"""

from __future__ import annotations

from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Mm, Pt
from letter_template import BODY, HEAD, PLACE, TITLE, in_cell, mark, page, paragraph, shade

SIZE, LINE = 12, Pt(19)
COLUMNS = {  # mm, 166 in all
    "各项": (("指标", 46, "指标"), ("满分", 12, "满分"), ("得分", 12, "得分"), ("说明和出处", 96, "说明")),
    "人工": (("项目", 42, "项目"), ("给分", 24, "给分"), ("理由和佐证", 52, "理由"), ("经手人和复核", 48, "经手")),
    "申诉": (("项目", 42, "项目"), ("申诉理由和材料", 62, "理由"), ("结果", 62, "结果")),
}


def line(
    document: Any, text: str, name: str = BODY, size: float = SIZE, *, indent: bool = False, keep: bool = False
) -> Any:
    made = paragraph(document, text, name, size, indent=indent, keep=keep)
    made.paragraph_format.line_spacing_rule, made.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    return made


def table(document: Any, rows: str) -> None:
    columns = COLUMNS[rows]
    made = document.add_table(rows=4, cols=len(columns))
    made.style, made.alignment, made.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    mark(made.rows[0], "w:cantSplit", "w:tblHeader")
    mark(made.rows[2], "w:cantSplit")
    for index, (label, width, field) in enumerate(columns):
        made.columns[index].width = Mm(width)
        for row in made.rows:
            row.cells[index].width = Mm(width)
        in_cell(made.rows[0].cells[index], label, HEAD, 10, centred=True)
        shade(made.rows[0].cells[index])
        in_cell(made.rows[2].cells[index], f"{{{{ 行.{field} }}}}", BODY, 9.5, centred=field in ("满分", "得分"))
        for each in made.rows[2].cells[index].paragraphs:
            each.paragraph_format.line_spacing = Pt(12.5)
    in_cell(made.rows[1].cells[0], f"{{%tr for 行 in {rows} %}}")
    in_cell(made.rows[3].cells[0], "{%tr endfor %}")


def part(document: Any, rows: str, heading: str) -> None:
    """Only where there is any."""
    line(document, f"{{%p if {rows} %}}")
    line(document, heading, HEAD, keep=True)
    table(document, rows)
    line(document, "{%p endif %}")


def main() -> None:
    document: Any = Document()
    page(document)
    section = document.sections[0]
    section.top_margin, section.bottom_margin = Mm(22), Mm(22)
    section.left_margin, section.right_margin = Mm(22), Mm(22)
    section.footer_distance = Mm(12)
    for text in ("{%p for 行 in 标记 %}", "{{ 行 }}", "{%p endfor %}"):
        line(document, text, HEAD)
    title = line(document, "{{ 年度 }}年度政府信息公开工作年度报告考核得分说明书", TITLE, 18)
    title.alignment, title.paragraph_format.line_spacing = WD_ALIGN_PARAGRAPH.CENTER, Pt(32)
    line(document, "{{ 单位 }}", HEAD, 14)
    line(document, "{{ 结果 }}", indent=True)
    line(
        document,
        "评分细则：{{ 细则 }}（编号 {{ 细则编号 }}）。{% if 文件 %}评分所依据的年报：{{ 文件 }}。{% endif %}",
        indent=True,
    )
    part(document, "各项", "一、各项得分")
    part(document, "人工", "二、由人评定的项目")
    part(document, "申诉", "三、申诉")
    line(document, "{{ 落款 }}", keep=True)
    line(document, "{{ 校验 }}", "宋体", 9)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = "{{ 年度 }}年度考核得分说明书", "", ""
    properties.last_modified_by = ""
    document.save(str(PLACE.with_name("得分说明书.docx")))


if __name__ == "__main__":
    main()
