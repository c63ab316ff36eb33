"""A rubric as a workbook: the printed table, what comes back, and what is refused."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from etl.score import RubricError, example_rubrics, open_rubric, rubric_in_workbook, save_rubric, sha256_of
from etl.score.sheet import HEAD, as_workbook

EXAMPLES = sorted(example_rubrics())
SETTINGS = [
    ("项目", "内容", "范围"), ("名称", "青山县政务公开考核细则", ""), ("年度", "2024", ""), ("发文单位", "青政办〔2024〕1号", ""),
    ("满分", "20", ""), ("封顶", "扣分不超过本项", ""), ("分组", "乡镇", "乡、镇"), ("分组", "部门", "县直部门"),
    ("等次", "合格", "12"), ("等次", "不合格", "0"),
]  # fmt: skip
# As such rubrics come: the name of a part in its first row only, no ids, no curves.
PRINTED = [
    ("青山县政务公开考核细则",),
    ("一级指标", "二级指标", "分值", "评分标准", "依据"),
    ("组织保障（8分）", "机构人员", "5", "有文件得5分", "条例第四条"),
    ("", "培训", "3", "每少一次扣1分", "条例第四十八条"),
    ("年度报告", "按时公布", "12分", "逾期不得分", "条例第四十九条"),
    ("加分项（最多3分）", "创新", "2", "市级以上采用", "本县自定"),
    ("一票降级", "泄密", "", "发生即降级", "条例第十四条"),
]


def workbook(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for n, row in enumerate(rows):
                for column, text in enumerate(row):
                    sheet.write(n, column, float(text) if text.replace(".", "", 1).isdigit() else text)
    return held.getvalue()


def sheets_of(data: bytes) -> dict[str, list[list[str]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {
        name: [[str(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        for name in book.sheet_names
    }


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("suffix", ["xlsx", "yaml"])
def test_a_rubric_comes_back_equal_from_either_kind_of_file(tmp_path: Path, name: str, suffix: str):
    held = example_rubrics()[name]
    path = tmp_path / f"细则.{suffix}"
    save_rubric(held, path)
    again = open_rubric(path)
    assert again == held and sha256_of(again) == sha256_of(held)


def test_the_printed_table_has_the_layout_of_such_rubrics():
    rows = sheets_of(as_workbook(example_rubrics()["annual_report"]))["评分细则"]
    assert "示例" in rows[0][0]
    assert tuple(rows[1]) == HEAD
    by_id = {row[1]: row for row in rows[2:]}
    assert by_id["A2"][2:6] == [
        "六部分齐全",
        "4.0",
        "每缺一个部分，扣 1 分",
        "条例第五十条；国办公开办函〔2021〕30号（不能遗漏）",
    ]
    assert by_id["A1"][0] == "发布时效与完整（15分）" and by_id["A2"][0] == ""
    assert by_id["A1"][7] == "待人工" and by_id["A2"][7] == "给满分"
    assert by_id["M1"][0] == "加分项（最多5分）" and by_id["V2"][7] == "最高不合格"


def test_a_printed_table_that_says_something_else_than_the_machine_reads_is_refused():
    sheets = sheets_of(as_workbook(example_rubrics()["volume_bands"]))
    row = next(row for row in sheets["评分细则"] if row[1] == "L1")
    row[3] = "45"
    with pytest.raises(RubricError) as caught:
        rubric_in_workbook(workbook(sheets), "细则.xlsx")
    message = str(caught.value)
    assert "“评分细则”工作表第3行“分值”" in message and "实为“45”" in message and "“40”" in message
    assert "请改“机器可读”工作表" in message


def test_the_machine_sheet_can_be_edited_where_the_printed_one_follows():
    sheets = sheets_of(as_workbook(example_rubrics()["volume_bands"]))
    for row in sheets["机器可读"]:
        if row[0] == "dimensions[1].indicators[0].items[0].points":
            assert row[1] == "5"
            row[1] = "4"
    for row in sheets["评分细则"]:
        row[4] = row[4].replace("每处表内不平，扣 5 分", "每处表内不平，扣 4 分")
    held = rubric_in_workbook(workbook(sheets), "细则.xlsx")
    assert held.dimensions[1].indicators[0].items[0].points == 4


def test_a_table_as_such_rubrics_come_becomes_one_that_people_fill_in():
    held = rubric_in_workbook(workbook({"Sheet1": PRINTED, "设置": SETTINGS}), "青山.xlsx")
    assert (held.title, held.year, held.full) == ("青山县政务公开考核细则", 2024, 20)
    assert [(each.name, each.points) for each in held.dimensions] == [("组织保障", 8), ("年度报告", 12)]
    (first, second), (third,) = (each.indicators for each in held.dimensions)
    assert (first.name, first.points, first.words, first.basis) == ("机构人员", 5, "有文件得5分", "条例第四条")
    assert {each.curve for _, _, each in held.every()} == {"manual"}
    assert (second.points, third.points) == (3, 12)
    assert held.bonus is not None and held.bonus.most == 3
    assert held.vetoes[0].at_best == "不合格"
    assert held.groups[0].kinds == ("township", "town") and held.groups[1].groups == ("县直部门",)
    assert held.grades[0].at_least == Decimal(12)


def test_a_line_of_sums_is_no_item():
    sums = [*PRINTED[:4], ("", "小 计", "8", "", ""), PRINTED[4], ("合计：", "", "20分", "", ""), *PRINTED[5:]]
    held = rubric_in_workbook(workbook({"Sheet1": sums, "设置": SETTINGS}), "青山.xlsx")
    assert held == rubric_in_workbook(workbook({"Sheet1": PRINTED, "设置": SETTINGS}), "青山.xlsx")


def test_a_veto_keeps_the_grade_that_its_line_names():
    """The second grade from below, though the lowest is taken where none is named."""
    lines = [
        (*row, "无法评定时" if row[0] == "一级指标" else "最高合格" if row[0] == "一票降级" else "") for row in PRINTED
    ]
    held = rubric_in_workbook(workbook({"Sheet1": lines, "设置": SETTINGS}), "青山.xlsx")
    assert held.vetoes[0].at_best == "合格"


@pytest.mark.parametrize("year", ["2024年", "2024 年度"])
def test_a_year_may_be_written_with_its_word(year: str):
    held = rubric_in_workbook(
        workbook({"Sheet1": PRINTED, "设置": [*SETTINGS[:2], ("年度", year, ""), *SETTINGS[3:]]}), "青山.xlsx"
    )
    assert held.year == 2024


def test_a_text_that_is_nested_too_deep_is_refused_and_breaks_nothing(tmp_path: Path):
    path = tmp_path / "2024.yaml"
    path.write_text("title: " + "[" * 5000, encoding="utf-8")
    with pytest.raises(RubricError, match="套得太深"):
        open_rubric(path)


BROKEN = [
    ({"Sheet1": PRINTED}, "没有“设置”工作表", "另存一份照着写"),
    ({"设置": SETTINGS}, "没有找到评分细则的表头", "请改列名"),
    ({"Sheet1": [row[:4] for row in PRINTED], "设置": SETTINGS}, "没有“依据”这一列", "请补上这一列"),
    ({"Sheet1": PRINTED, "设置": [row for row in SETTINGS if row[0] != "等次"]}, "没有“等次”", "请补上“等次”一行"),
    ({"Sheet1": [*PRINTED[:3], ("", "培训", "三", "每少一次扣1分", "条例第四十八条")], "设置": SETTINGS}, "第4行“分值”", "请改写成数字"),
    ({"Sheet1": [*PRINTED[:3], ("", "培训", "3", "", "条例第四十八条")], "设置": SETTINGS}, "第4行“评分标准”", "请补上"),
    ({"Sheet1": [*PRINTED[:3], *PRINTED[4:]], "设置": SETTINGS}, "各项分值之和是 5", "请核对各项分值"),
    ({"Sheet1": PRINTED, "设置": [*SETTINGS[:5], ("封顶", "不封顶", ""), *SETTINGS[6:]]}, "“封顶”", "请改正"),
    ({"Sheet1": [*PRINTED[:5], ("合计", "", "21", "", "")], "设置": SETTINGS}, "第6行“分值”：和以上各项之和不同，实为“21”，应为20", "请核对"),
    ({"Sheet1": PRINTED[:2], "设置": SETTINGS}, "表头下面没有要评的项", "请把各项填在表头下面"),
    ({"Sheet1": PRINTED, "设置": [*SETTINGS[:2], ("年度", "2024.5", ""), *SETTINGS[3:]]}, "“年度”：不是年份", "请改正"),
    ({"Sheet1": PRINTED, "设置": [*SETTINGS, ("复核", "需要", "")]}, "“复核”", "请改正"),
    ({"Sheet1": PRINTED, "设置": [*SETTINGS[:6], ("分组", "乡镇", ""), *SETTINGS[7:]]}, "“分组”：“乡镇”没有写明哪些单位", "请补上"),
    ({"Sheet1": PRINTED, "设置": [*SETTINGS[:8], ("等次", "合格", "六十分"), SETTINGS[9]]}, "“合格”“最低分”", "请改写成数字"),
    (
        {"Sheet1": [(*row, "无法评定时" if row[0] == "一级指标" else "最高很好") for row in PRINTED], "设置": SETTINGS},
        "第7行“无法评定时”：不认识这个等次", "请改正",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("sheets", "what", "remedy"), BROKEN, ids=[what for _, what, _ in BROKEN])
def test_a_workbook_that_lacks_something_is_refused_with_the_remedy(sheets, what: str, remedy: str):
    with pytest.raises(RubricError) as caught:
        rubric_in_workbook(workbook(sheets), "青山.xlsx")
    message = str(caught.value)
    assert message.startswith("青山.xlsx") and what in message and remedy in message


def test_what_is_no_workbook_is_told_as_such():
    with pytest.raises(RubricError, match="不是能读的 Excel 文件"):
        rubric_in_workbook(b"PK\x03\x04nothing", "青山.xlsx")


def test_another_suffix_is_refused(tmp_path: Path):
    with pytest.raises(RubricError, match="请改后缀"):
        save_rubric(example_rubrics()["volume_bands"], tmp_path / "细则.docx")
