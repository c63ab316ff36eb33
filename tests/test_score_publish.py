"""What is exported of scores says what it is, of which rubric and build, who decided what, and whether it is final."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from etl.build import build
from etl.ledger import Kind, Ledger, score_subject, waiver_subject
from etl.paths import County
from etl.publish.score_book import DRAFT_MARK, NoScores, ScoreBook, score_book
from etl.publish.scores import scores_name, write_scores
from etl.publish.statements import (
    TEMPLATE,
    statement_name,
    statement_template,
    write_statement,
    zip_name,
    zip_statements,
)
from etl.publish.word import TemplateFault
from etl.score import ScoreStage, frozen_in, load_rubric, manual_in, score, sha256_of
from etl.score.load import EXAMPLES
from etl.warehouse.finalise import finalise
from etl.warehouse.read import current_build, open_build
from tests.score_county import REGISTER
from tests.score_county import county as score_county

UNITS = {
    "zero": "青禾县松堡镇人民政府", "busy": "青禾县人民政府办公室", "late": "青禾县柏河乡人民政府", "broken": "青禾县槐岭镇人民政府",
    "missing": "青禾县榆湾街道办事处",
}  # fmt: skip
SHEETS = ["得分表", "逐项明细", "人工评分", "申诉台账", "说明"]


def decide(county: County) -> None:
    ledger = Ledger(county.ledger)
    subject = score_subject("busy", 2024, "C3")
    given = ledger.record(
        Kind.SCORE, subject, {"points": "1.5", "evidence": "附件一第3页"}, who="李经办", why="=问题写得空"
    )
    ledger.record(Kind.SCORE_REVIEW, subject, {"entry_id": given.entry_id, "agrees": True}, who="王复核")
    subject = score_subject("broken", 2024, "B1")
    ledger.record(
        Kind.APPEAL,
        subject,
        {"stage": "filed", "points": "4", "due": "2025-03-20"},
        who="赵受理",
        why="来函：登记簿另有一件",
    )
    ledger.record(Kind.APPEAL, subject, {"stage": "evidence", "evidence": "登记簿照片"}, who="赵受理")
    ledger.record(Kind.APPEAL, subject, {"stage": "changed", "points": "8"}, who="钱审定", why="照片看得清")
    subject = score_subject("late", 2024, "A1")
    ledger.record(Kind.APPEAL, subject, {"stage": "filed", "points": "5"}, who="赵受理", why="说是按时发的")
    ledger.record(Kind.APPEAL, subject, {"stage": "upheld"}, who="钱审定", why="网页存档是 2 月 5 日")
    subject = score_subject("zero", 2024, "M1", 2)
    ledger.record(Kind.SCORE, subject, {"points": "2", "evidence": "市政府通报"}, who="李经办", why="市级表扬")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ScoreBook]:
    """The same county before and after its year was finalised. 柏河乡 has the first administrative code, 松堡镇 none."""
    county = score_county(tmp_path_factory.mktemp("published") / "data")
    text = REGISTER.replace("late,,", "late,211381101,").replace("busy,,", "busy,211381900,")
    text = text.replace("broken,,", "broken,211381102,").replace("missing,,", "missing,211381103,")
    county.units.write_text(text, encoding="utf-8")
    county.rubrics.mkdir()
    shutil.copy(EXAMPLES / "annual_report.yaml", county.rubrics / "2024.yaml")
    decide(county)
    build(county)
    draft = book_of(county)
    finalise(county, 2024, who="孙主任", why="县政府办公会议定")
    build(county)
    final = book_of(county)
    frozen = frozen_in(county.frozen_scores(2024).read_bytes())
    assert final.sha256 == frozen.sha256
    return {"draft": draft, "final": final}


def book_of(county: County, **more: Any) -> ScoreBook:
    path = current_build(county)
    assert path is not None
    with open_build(path) as connection:
        return score_book(connection, Ledger(county.ledger), 2024, **more)


def sheets(data: bytes) -> dict[str, list[list[Any]]]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in workbook.sheet_names}


def table(rows: list[list[Any]]) -> list[dict[str, Any]]:
    """The lines under the head, which is the first line with more than two cells filled in."""
    n = next(n for n, row in enumerate(rows) if sum(cell != "" for cell in row) > 2)
    return [dict(zip(rows[n], row, strict=True)) for row in rows[n + 1 :]]


def words(data: bytes) -> str:
    """Every text of a .docx, paragraphs and tables."""
    document = Document(io.BytesIO(data))
    cells = [cell.text for part in document.tables for row in part.rows for cell in row.cells]
    return "\n".join([*(each.text for each in document.paragraphs), *cells])


# ── the workbook


def test_the_table_has_every_unit_in_the_order_of_administrative_codes_and_no_rank(made: dict[str, ScoreBook]) -> None:
    held = sheets(write_scores(made["final"]))
    assert list(held) == SHEETS
    rows = table(held["得分表"])
    assert [row["单位"] for row in rows] == [UNITS[name] for name in ("late", "broken", "missing", "busy", "zero")]
    assert rows[0]["区划代码"] == "211381101" and rows[-1]["区划代码"] == ""
    missing = rows[2]
    assert (missing["得分或状态"], missing["得分"], missing["等次"]) == ("未报送", "", "")
    told = {row["unit_id"]: row["points"] for row in made["final"].rows}
    for row, name in zip(rows, ("late", "broken", "missing", "busy", "zero"), strict=True):
        if told[name] is not None:
            assert Decimal(str(row["得分"])) == told[name]
    everything = str(held)
    assert "名次" not in everything.replace("不是名次", "") and "排名" not in everything


def test_the_detail_has_every_indicator_of_every_unit_with_reason_and_place(made: dict[str, ScoreBook]) -> None:
    rows = table(sheets(write_scores(made["final"]))["逐项明细"])
    count = sum(len(reasons) for reasons in made["final"].reasons.values())
    assert len(rows) == count and {row["单位"] for row in rows} == {*UNITS.values()} - {UNITS["missing"]}
    (given,) = [row for row in rows if row["单位"] == UNITS["busy"] and row["编号"] == "C3"]
    assert (given["得分"], given["扣分"], given["状态"]) == (1.5, 2.5, "人工评定")
    assert "=问题写得空（李经办，王复核 复核）" in given["说明"]
    (found,) = [row for row in rows if row["单位"] == UNITS["broken"] and row["编号"] == "B2" and row["序号"]]
    assert (found["扣分"], found["依据（规则或指标）"]) == (2, "T4-01")
    assert found["出处"].startswith("raw/2024/槐岭镇2024年年报.txt；disputes/")
    added: dict[str, Decimal] = {}
    for row in rows:
        if row["序号"] == "" and row["类别"] == "主项" and row["得分"] != "":
            added[row["单位"]] = added.get(row["单位"], Decimal(0)) + Decimal(str(row["得分"]))
    zero = next(row for row in made["final"].rows if row["unit_id"] == "zero")
    assert added[UNITS["zero"]] == zero["points"] - zero["bonus"]


def test_what_people_decided_stands_with_who_when_why_and_who_looked_at_it(made: dict[str, ScoreBook]) -> None:
    rows = table(sheets(write_scores(made["final"]))["人工评分"])
    assert [(row["单位"], row["给分"], row["经手人"], row["复核人"], row["复核结果"]) for row in rows] == [
        (UNITS["busy"], "1.5 分", "李经办", "王复核", "同意"),
        (UNITS["broken"], "8 分（申诉改判）", "钱审定", "", "没有复核"),
        (UNITS["zero"], "2 分", "李经办", "", "没有复核"),
    ]
    assert rows[0]["项目"] == "C3 问题及改进" and rows[2]["项目"] == "M1 上级通报表扬（第 2 件）"
    assert rows[0]["佐证"] == "附件一第3页" and rows[0]["理由"] == "=问题写得空"
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", row["时间"]) for row in rows)


def test_the_register_of_appeals_keeps_every_step(made: dict[str, ScoreBook]) -> None:
    one, two = table(sheets(write_scores(made["final"]))["申诉台账"])
    assert (one["单位"], one["项目"], one["当时的分"], one["结果"], one["改判为"]) == (
        UNITS["broken"], "B1 表三勾稽", 4, "改判", "8 分",
    )  # fmt: skip
    assert (one["登记人"], one["申诉理由"], one["材料"]) == ("赵受理", "来函：登记簿另有一件", "登记簿照片")
    assert (one["答复期限"], two["答复期限"]) == ("2025-03-20", "")
    assert (one["处理人"], one["处理理由"]) == ("钱审定", "照片看得清")
    assert re.findall(r"赵受理 已登记|赵受理 已附材料|钱审定 改判", one["留痕"]) == [
        "赵受理 已登记",
        "赵受理 已附材料",
        "钱审定 改判",
    ]
    assert (two["单位"], two["结果"], two["改判为"], two["处理理由"]) == (
        UNITS["late"],
        "维持",
        "",
        "网页存档是 2 月 5 日",
    )


def test_a_final_export_bears_the_hash_the_rubric_and_the_build_and_a_draft_says_that_it_is_none(
    made: dict[str, ScoreBook],
) -> None:
    sha = sha256_of(load_rubric(EXAMPLES / "annual_report.yaml"))
    for name, book in made.items():
        held = sheets(write_scores(book))
        top = "\n".join(str(cell) for row in held["得分表"][:6] for cell in row if cell != "")
        about = dict(row[:2] for row in held["说明"])
        assert about["细则编号（SHA-256）"] == sha and sha[:8] in top and about["数据版本"] == book.build_id
        assert "示例细则" in top, "the rubric of the test is an example"
        is_final = name == "final"
        assert (book.sha256 in top and about.get("定稿文件校验值（SHA-256）") == book.sha256) is is_final
        assert (DRAFT_MARK in top) is (DRAFT_MARK in scores_name(book)) is (not is_final)
        assert DRAFT_MARK not in str(held) or not is_final
    assert made["draft"].stage is ScoreStage.REVIEW and made["draft"].sha256 == ""
    assert scores_name(made["draft"]).endswith("-2024年度-未定稿.xlsx")
    assert "孙主任" in str(sheets(write_scores(made["final"]))["说明"]) and "县政府办公会议定" in str(
        sheets(write_scores(made["final"]))["说明"]
    )


def test_scores_and_decisions_are_the_same_before_and_after_the_year_was_finalised(made: dict[str, ScoreBook]) -> None:
    draft, final = (sheets(write_scores(made[name])) for name in ("draft", "final"))
    for name in ("得分表", "逐项明细", "人工评分", "申诉台账"):
        assert table(draft[name]) == table(final[name])


def test_a_text_that_looks_like_a_formula_stays_a_text(made: dict[str, ScoreBook]) -> None:
    with zipfile.ZipFile(io.BytesIO(write_scores(made["final"]))) as package:
        sheets_of = [package.read(name).decode() for name in package.namelist() if "worksheets/" in name]
    assert all("<f>" not in text for text in sheets_of)


def test_a_page_exports_the_points_of_this_moment_and_never_of_a_finalised_year(
    tmp_path: Path, made: dict[str, ScoreBook]
) -> None:
    county = score_county(tmp_path / "data")
    county.rubrics.mkdir()
    shutil.copy(EXAMPLES / "annual_report.yaml", county.rubrics / "2024.yaml")
    path = build(county).stamp.path
    ledger = Ledger(county.ledger)
    ledger.record(
        Kind.SCORE, score_subject("busy", 2024, "C3"), {"points": "0", "evidence": ""}, who="李", why="没有写"
    )
    with open_build(path) as connection:
        scores = score(connection, load_rubric(county.rubrics / "2024.yaml"), manual_in(ledger))
        now, then = score_book(connection, ledger, 2024, scores), score_book(connection, ledger, 2024)
    points = [next(row["points"] for row in book.rows if row["unit_id"] == "busy") for book in (now, then)]
    assert points[0] == points[1] - 4
    build(county)
    finalise(county, 2024, who="孙主任", why="议定")
    path = build(county).stamp.path
    with open_build(path) as connection:
        other = score(connection, load_rubric(EXAMPLES / "annual_report.yaml"))
        kept = score_book(connection, ledger, 2024, other)
    assert next(row["points"] for row in kept.rows if row["unit_id"] == "busy") == points[0]


def test_a_year_without_scores_says_why(tmp_path: Path) -> None:
    county = score_county(tmp_path / "data")
    build(county)
    with pytest.raises(NoScores, match=r"rubrics/2024\.yaml"):
        book_of(county)


# ── a statement for each unit


def test_a_statement_says_what_the_points_are_made_of_and_who_said_so(made: dict[str, ScoreBook]) -> None:
    text = words(write_statement(made["final"], "broken"))
    assert UNITS["broken"] in text and "2024年度政府信息公开工作年度报告考核得分说明书" in text
    row = next(row for row in made["final"].rows if row["unit_id"] == "broken")
    assert f"得 {row['points'].normalize():f} 分，满分 100 分" in text and "raw/2024/槐岭镇2024年年报.txt" in text
    for reason in made["final"].reasons["broken"]:
        if reason["role"] == "main":
            assert reason["words"] in text and f"{reason['indicator']} {reason['indicator_name']}" in text
    assert "规则 T4-01" in text and "表四" in text
    assert re.search(r"登记（赵受理）：来函：登记簿另有一件　材料：登记簿照片", text)
    assert "改判，改为 8 分（钱审定）：照片看得清" in text
    assert f"SHA-256 {made['final'].sha256}" in text and "由 孙主任 于" in text
    assert "李经办" not in text, "what was decided about others"


def test_a_statement_says_how_its_lines_come_to_the_points_and_lists_decisions_as_the_rubric_does(
    tmp_path: Path,
) -> None:
    """松堡镇 has Z1 8 and Z3 4.5 of its manual items, R 20 and S 20: 52.5 of the 90 that count (P3 is left out), 58.33 of
    100. The bonus of two events is 5 at most; 通报批评 takes 2.5: 60.83."""
    county = score_county(tmp_path / "data")
    county.rubrics.mkdir()
    shutil.copy(EXAMPLES / "manual_items.yaml", county.rubrics / "2024.yaml")
    ledger = Ledger(county.ledger)
    given = [("K1", 1, "2.5"), ("J1", 2, "3"), ("J1", 1, "4"), ("Z3", 0, "4.5"), ("Z1", 0, "8")]
    for indicator, event, told in given:
        subject = score_subject("zero", 2024, indicator, event)
        ledger.record(Kind.SCORE, subject, {"points": told, "evidence": ""}, who="王芳", why="看过")
    build(county)
    book = book_of(county)
    document = Document(io.BytesIO(write_statement(book, "zero")))
    text = "\n".join(each.text for each in document.paragraphs)
    assert "52.5÷90×100＝58.33 分；加 5 分；减 2.5 分；得 60.83 分。" in text
    lines = {row.cells[0].text: row.cells[2].text for row in document.tables[0].rows}
    assert lines["减分：K1 通报批评"] == "−2.5"
    assert [row.cells[0].text for row in document.tables[1].rows[1:]] == [
        "Z1 机构和人员", "Z3 保密审查", "J1 创新做法（第 1 件）", "J1 创新做法（第 2 件）", "K1 通报批评（第 1 件）",
    ]  # fmt: skip
    told = dict(row[:2] for row in sheets(write_scores(book))["说明"])["状态"]
    assert told.startswith("未定稿（草稿）") and told.count("草稿") == 1


def test_a_statement_of_an_unfinished_year_says_so_first(made: dict[str, ScoreBook]) -> None:
    draft, final = (Document(io.BytesIO(write_statement(made[name], "busy"))) for name in ("draft", "final"))
    assert draft.paragraphs[0].text.startswith(DRAFT_MARK)
    assert DRAFT_MARK not in "\n".join(each.text for each in final.paragraphs)
    assert statement_name(made["draft"], UNITS["busy"]) == f"得分说明书-{UNITS['busy']}-2024年度-未定稿.docx"


def test_a_unit_without_a_report_is_told_that_it_has_no_points_which_is_not_zero(made: dict[str, ScoreBook]) -> None:
    text = words(write_statement(made["final"], "missing"))
    assert "未报送，没有得分，这不是 0 分。" in text and "得 0 分" not in text and "各项得分" not in text
    with pytest.raises(KeyError):
        write_statement(made["final"], "nobody")


def test_all_statements_come_in_one_archive(made: dict[str, ScoreBook]) -> None:
    with zipfile.ZipFile(io.BytesIO(zip_statements(made["final"]))) as archive:
        assert sorted(archive.namelist()) == sorted(statement_name(made["final"], name) for name in UNITS.values())
        assert UNITS["late"] in words(archive.read(statement_name(made["final"], UNITS["late"])))
    assert DRAFT_MARK in zip_name(made["draft"]) and DRAFT_MARK not in zip_name(made["final"])


def test_a_waived_finding_stands_in_the_statement(tmp_path: Path) -> None:
    county = score_county(tmp_path / "data")
    county.rubrics.mkdir()
    shutil.copy(EXAMPLES / "annual_report.yaml", county.rubrics / "2024.yaml")
    build(county)
    held = next(row for row in book_of(county).reasons["broken"] if row["subject"] == "T4-01" and row["item"])
    about = {"rule": "T4-01", "where": "表四“行政复议”", "message": "总计和各项之和不同"}
    ledger = Ledger(county.ledger)
    ledger.record(
        Kind.SCORE_WAIVER, waiver_subject("broken", 2024, held["fingerprint"]), about, who="李经办", why="系统导出所致"
    )
    build(county)
    text = words(write_statement(book_of(county), "broken"))
    assert "T4-01 表四“行政复议”" in text and "不予扣分" in text and "系统导出所致" in text
    assert "已定为不算问题，不扣分" in text


def test_a_county_may_put_its_own_words_into_the_template_but_not_leave_out_a_reason(
    tmp_path: Path, made: dict[str, ScoreBook]
) -> None:
    county = County(tmp_path)
    county.templates.mkdir()
    document = Document(str(statement_template(county)))
    next(each for each in document.paragraphs if "考核得分说明书" in each.text).add_run("（青禾县）")
    document.save(str(county.templates / TEMPLATE))
    assert statement_template(county) == county.templates / TEMPLATE
    assert "（青禾县）" in words(write_statement(made["final"], "busy", statement_template(county)))
    body = document.tables[0]._element
    body.getparent().remove(body)
    document.save(str(county.templates / TEMPLATE))
    with pytest.raises(TemplateFault, match="各项"):
        write_statement(made["final"], "busy", statement_template(county))


def test_a_statement_is_a_page_or_two(tmp_path: Path, made: dict[str, ScoreBook]) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("没有装 LibreOffice，数不出页数")
    from pypdfium2 import PdfDocument

    for name in ("broken", "missing"):
        path = tmp_path / f"{name}.docx"
        path.write_bytes(write_statement(made["final"], name))
        home = f"-env:UserInstallation=file://{tmp_path}/office"
        command = [office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        assert len(PdfDocument(str(path.with_suffix(".pdf")))) <= (2 if name == "broken" else 1)
