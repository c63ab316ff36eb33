"""The fictional county: true to itself, the same everywhere, and honest about what it damaged."""

from __future__ import annotations

import ast
import hashlib
import html
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import docx
import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

import etl.sample
from etl.sample import Answers, FileAnswer, SampleError, load_answers, make_county
from etl.sample.answers import reading
from etl.sample.figures import county_figures
from etl.sample.prose import write
from etl.sample.units import register
from etl.units import load_units, load_years

COLUMNS = (
    "natural_person", "org_business", "org_research", "org_public_interest", "org_legal_service", "org_other", "total",
)  # fmt: skip
ENDS = ("new_received", "carried_in", "total_processed", "carried_out")


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answers]:
    folder = tmp_path_factory.mktemp("county") / "demo"
    return folder, make_county(folder)


@pytest.fixture(scope="session")
def answers(county: tuple[Path, Answers]) -> Answers:
    return county[1]


def reports(answers: Answers, *, planted: bool | None = None, form: str | None = None) -> Iterator[FileAnswer]:
    for file in answers.files:
        if file.role != "report" or (form and file.form != form):
            continue
        if planted is None or bool(file.planted) == planted:
            yield file


def figure(file: FileAnswer, cell: str) -> Decimal:
    fact = file.facts[cell]
    assert fact.state == "reported", (file.path, cell, fact)
    return Decimal(fact.value or "")


def page_text(folder: Path, file: FileAnswer) -> str:
    """What the file says, tags and all where it has them; of a PDF the text a viewer would copy."""
    if file.format == "pdf":
        with pypdfium2.PdfDocument(folder / file.path) as pages:
            return "\n".join(page.get_textpage().get_text_range() for page in pages)
    if file.encoding != "binary":
        return (folder / file.path).read_bytes().decode(file.encoding)
    with zipfile.ZipFile(folder / file.path) as package:
        parts = [name for name in package.namelist() if re.fullmatch(r"word/document.xml|xl/worksheets/.*", name)]
        return "\n".join(package.read(name).decode() for name in parts)


def bare(text: str) -> str:
    """Text without what typing and layout may change: tags, entities, blanks, the width of punctuation."""
    text = html.unescape(re.sub(r"<[^>]*>", "", text))
    return re.sub(r"\s", "", text).translate(str.maketrans("（），：", "(),:"))


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_same_arguments_give_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    make_county(tmp_path / "here", years=[2020, 2023, 2024])
    code = (
        "import sys; from pathlib import Path; from etl.sample import make_county; "
        "make_county(Path(sys.argv[1]), years=[2024, 2020, 2023])"
    )
    for hash_seed in ("1", "4242"):
        there = tmp_path / hash_seed
        root = Path(etl.sample.__file__).parents[2]
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(root)}
        subprocess.run([sys.executable, "-c", code, str(there)], check=True, cwd=tmp_path, env=environment)
        assert contents(there) == contents(tmp_path / "here")


def test_another_seed_gives_another_county(tmp_path: Path) -> None:
    one, two = (make_county(tmp_path / str(seed), years=[2024], seed=seed) for seed in (1, 2))
    assert [f.facts for f in one.files] != [f.facts for f in two.files]


def test_a_units_year_is_the_same_whichever_years_are_asked_for(tmp_path: Path, answers: Answers) -> None:
    alone = {f.unit_id: f for f in reports(make_county(tmp_path / "one", years=[2023]), planted=False)}
    for file in reports(answers, planted=False):
        if file.year == 2023 and file.unit_id in alone:
            assert file.facts == alone[file.unit_id].facts


def test_every_file_has_its_answers_and_every_answer_its_file(county: tuple[Path, Answers]) -> None:
    folder, answers = county
    on_disk = {name for name in contents(folder) if name.startswith("raw/")}
    assert on_disk == {file.path for file in answers.files}
    assert len(on_disk) == len(answers.files)
    assert all(answers.made[name] == hashlib.sha256(data).hexdigest()
               for name, data in contents(folder).items() if name != "answers.json")  # fmt: skip


def test_answers_read_back_are_the_answers_given(county: tuple[Path, Answers]) -> None:
    folder, answers = county
    assert load_answers(folder) == load_answers(folder / "answers.json") == answers


def test_the_registers_are_what_the_county_reader_expects(county: tuple[Path, Answers]) -> None:
    folder, _ = county
    units = load_units(folder / "units.csv")
    filing = [unit for unit in units if unit.due and unit.valid_to is None]
    assert sum(unit.kind == "area" for unit in filing) == 1
    assert sum(unit.kind == "office" for unit in filing) == 1
    assert sum(unit.kind in {"office", "department"} for unit in filing) == 30
    assert sum(unit.group == "乡镇街道" for unit in filing) == 30
    assert {"township", "town", "subdistrict", "zone"} <= {unit.kind for unit in filing}
    assert [unit.valid_to for unit in units if unit.merged_into] == [2021]
    years = load_years(folder / "years.csv")
    assert [(year.year, year.collected) for year in years] == [*((y, True) for y in range(2019, 2025)), (2025, False)]


def test_no_name_or_code_is_of_a_real_county(answers: Answers) -> None:
    for unit in answers.units:
        assert "青禾县" in unit["name"]
        assert not unit["code"] or unit["code"].startswith("999")


def test_a_renamed_unit_keeps_its_id_and_prints_the_name_of_its_time(county: tuple[Path, Answers]) -> None:
    folder, answers = county
    unit = next(unit for unit in load_units(folder / "units.csv") if "稷峪乡" in unit.aliases)
    assert unit.name == "青禾县稷峪镇人民政府"
    printed = {f.year: bare(page_text(folder, f)) for f in reports(answers) if f.unit_id == unit.unit_id}
    assert min(printed) < 2022 < max(printed)
    for year, text in printed.items():
        assert ("稷峪乡" if year < 2022 else "稷峪镇") in text
        assert ("稷峪镇" if year < 2022 else "稷峪乡") not in text


def test_a_merged_unit_files_no_more_after_its_last_year(answers: Answers) -> None:
    merged = next(unit for unit in answers.units if unit["merged_into"])
    years = {f.year for f in reports(answers) if f.unit_id == merged["unit_id"]}
    assert years and max(years) == merged["valid_to"]


def test_identities_hold_in_every_report_without_a_planted_error(answers: Answers) -> None:
    checked = 0
    for file in reports(answers, planted=False):
        rows = {cell.split("/")[1] for cell in file.facts if cell.startswith("requests/")}
        assert len(rows) == (25 if file.form == "2021" else 23)
        results = rows - set(ENDS)
        for row in rows:
            cells = [figure(file, f"requests/{row}/{column}") for column in COLUMNS]
            assert sum(cells[:-1]) == cells[-1]
        for column in COLUMNS:
            new, carried_in, total, carried_out = (figure(file, f"requests/{row}/{column}") for row in ENDS)
            assert new + carried_in == total + carried_out
            assert sum(figure(file, f"requests/{row}/{column}") for row in results) == total
        for block in ("reconsideration", "litigation_direct", "litigation_after_reconsideration"):
            *parts, total = (
                figure(file, f"disputes/{block}/{outcome}")
                for outcome in ("upheld", "overturned", "other_outcome", "pending", "total")
            )
            assert sum(parts) == total
        checked += 1
    assert checked > 340


def test_a_2021_report_has_200_figures_and_all_are_printed(answers: Answers) -> None:
    for file in reports(answers, planted=False, form="2021"):
        assert len(file.facts) == 200
        assert {fact.state for fact in file.facts.values()} == {"reported"}
        assert not file.damaged_cells


def test_years_join_where_neither_report_carries_a_planted_error(answers: Answers) -> None:
    whole = {(f.unit_id, f.year): f for f in reports(answers, planted=False)}
    joined = 0
    for (unit, year), file in whole.items():
        last = whole.get((unit, year - 1))  # type: ignore[operator]
        if last is None:
            continue
        joined += 1
        for column in COLUMNS:
            assert figure(file, f"requests/carried_in/{column}") == figure(last, f"requests/carried_out/{column}")
        if file.form == last.form == "2021":
            issued, repealed, stock = (
                figure(file, f"proactive/normative_documents/{name}") for name in ("issued", "repealed", "in_force")
            )
            assert stock == figure(last, "proactive/normative_documents/in_force") + issued - repealed
        if file.form == last.form == "2019":
            for kind in ("licensing", "penalty", "coercion", "admin_fees"):
                before = figure(last, f"proactive/{kind}/items_previous") + figure(
                    last, f"proactive/{kind}/items_change"
                )
                assert figure(file, f"proactive/{kind}/items_previous") == before
    assert joined > 240


def test_the_areas_figures_are_the_sum_of_all_organs_those_that_file_elsewhere_included() -> None:
    units = register()
    figures = county_figures(units, 20240115)
    for year in range(2015, 2026):
        organs = [figures[u.unit_id, year].cells for u in units if u.kind != "area" and u.exists(year)]
        assert len(organs) == (64 if year <= 2021 else 63)
        for cell, value in figures["area", year].cells.items():
            assert value == sum(cells[cell] for cells in organs)


def test_proportions_are_those_of_a_real_county(answers: Answers) -> None:
    kinds = {unit["unit_id"]: unit["kind"] for unit in answers.units}
    townships, office = [], []
    for file in reports(answers, planted=False, form="2021"):
        new = figure(file, "requests/new_received/total")
        kind = kinds[file.unit_id or ""]
        if kind in {"township", "town", "subdistrict", "zone"}:
            townships.append(new)
        elif kind == "office":
            office.append(new)
        elif kind == "department":
            assert new <= 6
        if kind != "area":
            assert figure(file, "proactive/rules/in_force") == 0
    assert sum(new == 0 for new in townships) / len(townships) > 0.95
    assert office and all(19 <= new <= 30 for new in office)


def test_damage_is_spread_over_at_least_25_kinds_and_about_a_tenth_of_the_reports(answers: Answers) -> None:
    damaged = list(reports(answers, planted=True))
    assert len(answers.kinds()) >= 25
    assert set(answers.kinds()) <= set(range(1, 49))
    assert 0.08 <= len(damaged) / len(list(reports(answers))) <= 0.13
    assert all(len(file.planted) == 1 for file in damaged)
    assert len({file.layout for file in damaged}) >= 6
    assert len({file.year for file in damaged}) >= 5


def test_a_planted_figure_prints_another_than_the_true_one(answers: Answers) -> None:
    seen = 0
    for file in reports(answers, planted=True):
        for plant in file.planted:
            for cell, truth in plant.truth.items():
                fact = file.facts[cell]
                assert fact.raw != truth
                if fact.state == "reported" and plant.kind != 14:  # 14 may be the right number in full-width digits
                    assert Decimal(fact.value or "") != Decimal(truth)
                seen += 1
    assert seen > 40


@pytest.mark.parametrize(
    ("kind", "identity"),
    [(24, "settled"), (25, "results"), (26, "row"), (27, "settled"), (28, "disputes"), (29, "disputes")],
)
def test_a_planted_sum_does_not_add_up(answers: Answers, kind: int, identity: str) -> None:
    files = [file for file in reports(answers, planted=True) if file.planted[0].kind == kind]
    assert files
    for file in files:
        assert identity in set(broken(file))


def broken(file: FileAnswer) -> Iterator[str]:
    rows = {cell.split("/")[1] for cell in file.facts if cell.startswith("requests/")}
    for row in rows:
        cells = [figure(file, f"requests/{row}/{column}") for column in COLUMNS]
        if sum(cells[:-1]) != cells[-1]:
            yield "row"
    new, carried_in, total, carried_out = (figure(file, f"requests/{row}/total") for row in ENDS)
    if new + carried_in != total + carried_out:
        yield "settled"
    if sum(figure(file, f"requests/{row}/total") for row in rows - set(ENDS)) != total:
        yield "results"
    for block in ("reconsideration", "litigation_direct", "litigation_after_reconsideration"):
        cells = [figure(file, cell) for cell in file.facts if cell.startswith(f"disputes/{block}/")]
        if sum(cells[:-1]) != cells[-1]:
            yield "disputes"


def test_damaged_cells_are_exactly_those_that_print_no_figure(answers: Answers) -> None:
    states = set()
    for file in reports(answers):
        silent = {cell for cell, fact in file.facts.items() if fact.state != "reported"}
        assert set(file.damaged_cells) == silent
        assert silent <= {cell for plant in file.planted for cell in plant.cells}
        states |= {file.facts[cell].state for cell in silent}
    assert states == {"blank", "slash", "unreadable", "absent"}


@pytest.mark.parametrize(
    ("raw", "state", "value"),
    [
        ("0", "reported", "0"), ("9.51", "reported", "9.51"), ("1,234", "reported", "1234"), ("＋2", "reported", "2"),
        ("１２", "reported", "12"), ("-3", "reported", "-3"), ("128.6万元", "reported", "128.6"), ("", "blank", None),
        (" ", "blank", None), ("/", "slash", None), ("—", "slash", None), ("无", "slash", None),
        ("若干", "unreadable", None), ("1O", "unreadable", None), ("约10", "unreadable", None),
    ],
)  # fmt: skip
def test_an_answer_says_what_a_careful_person_reads(raw: str, state: str, value: str | None) -> None:
    assert reading(raw)[:2] == (state, value)


def test_every_figure_of_the_answers_stands_in_its_document_in_form_order(county: tuple[Path, Answers]) -> None:
    folder, answers = county
    for file in reports(answers):
        printed = iter(printed_cells(page_text(folder, file), file.format))
        for cell, fact in file.facts.items():
            if fact.raw:
                assert fact.raw in printed, (file.path, cell, fact)


def printed_cells(text: str, format: str) -> list[str]:
    if format in {"docx", "xlsx"}:
        tag = "w:tc" if format == "docx" else "c"
        cells = re.findall(rf"<{tag}(?: [^>]*)?>(.*?)</{tag}>", re.sub(r"<c [^>]*/>", "", text), re.S)
        return [html.unescape(re.sub(r"<[^>]*>", "", cell)).strip() for cell in cells]
    if format == "pdf":
        return text.split()
    if format == "html":
        inner = text[text.index("第二十条第") - 60 :]  # from the first table on, so that layout tables hide nothing
        cells = re.findall(r"<td[^>]*>(.*?)</td>", inner, re.S)
        return [html.unescape(re.sub(r"<[^>]*>", "", cell)).strip() for cell in cells]
    return [part.strip() for line in text.splitlines() for part in line.split("|")]


def test_every_claim_stands_in_the_prose_with_its_number(county: tuple[Path, Answers]) -> None:
    folder, answers = county
    seen = set()
    for file in reports(answers):
        text = bare(page_text(folder, file))
        for claim, answer in file.claims.items():
            sentence = bare(answer.sentence)
            assert sentence in text, (file.path, claim)
            assert states_number(sentence, answer.value), (file.path, claim, answer)
            assert answer.approximate == bool(
                re.search(rf"(约|近){answer.value}|{number_in(answer.value)}余", sentence)
            )
            seen.add(claim)
    assert {
        "published_total", "published_website", "published_wechat", "published_weibo", "published_new_media",
        "published_other", "requests_received", "requests_carried_in", "requests_carried_out", "requests_processed",
        "reconsideration_total", "litigation_total", "normative_documents_issued", "normative_documents_repealed",
        "normative_documents_in_force", "info_fee_yuan", "info_fee_notices", "training_sessions",
        "policy_interpretations",
    } == seen  # fmt: skip


def number_in(value: str) -> str:
    """The value as the prose may print it: 24000 as 24000 or 2.4万."""
    wan = (Decimal(value) / 10_000).normalize()
    return rf"(?:{value}|{re.escape(f'{wan:f}')}万)"


def states_number(sentence: str, value: str) -> bool:
    if value == "0":
        return bool(re.search(r"(?<!\d)0(?!\d)|未|没有|尚未|无", sentence))
    numeral = "零一二三四五六七八九"[int(value)] if len(value) == 1 else value
    return bool(re.search(rf"(?<![\d.])(?:{number_in(value)}|{numeral})(?![\d.])", sentence))


def test_no_claim_contradicts_the_tables_unless_an_error_was_planted(answers: Answers) -> None:
    cells = {
        "requests_received": "requests/new_received/total",
        "requests_carried_in": "requests/carried_in/total",
        "requests_carried_out": "requests/carried_out/total",
        "requests_processed": "requests/total_processed/total",
        "reconsideration_total": "disputes/reconsideration/total",
        "normative_documents_issued": "proactive/normative_documents/issued",
        "normative_documents_repealed": "proactive/normative_documents/repealed",
        "normative_documents_in_force": "proactive/normative_documents/in_force",
    }
    compared = 0
    for file in reports(answers, planted=False):
        told = {claim: Decimal(answer.value) for claim, answer in file.claims.items()}
        for claim, cell in cells.items():
            if claim in told and cell in file.facts:
                assert told[claim] == figure(file, cell), (file.path, claim)
                compared += 1
        suits = ("litigation_direct", "litigation_after_reconsideration")
        if "litigation_total" in told:
            assert told["litigation_total"] == sum(figure(file, f"disputes/{block}/total") for block in suits)
        if file.form == "2021" and "info_fee_yuan" in told:
            assert told["info_fee_yuan"] <= figure(file, "proactive/admin_fees/amount_wan") * 10_000
        parts = [
            told.get(f"published_{name}", Decimal(0)) for name in ("website", "wechat", "weibo", "new_media", "other")
        ]
        if "published_total" in told:
            assert sum(parts) <= told["published_total"] or file.claims["published_total"].approximate
    assert compared > 350


def test_every_prose_figure_of_requests_is_told_in_the_answers(county: tuple[Path, Answers]) -> None:
    folder, answers = county
    received = re.compile(r"(?:新收|收到|受理)(?:政府信息公开申请|依申请公开|信息公开申请)(\d+)件(?!\(含)")
    for file in reports(answers):
        for number in received.findall(bare(page_text(folder, file))):
            assert file.claims["requests_received"].value == number, file.path


def test_a_2021_report_speaks_of_the_processing_fee_and_an_earlier_one_cannot(answers: Answers) -> None:
    for file in reports(answers, planted=False):
        assert ("info_fee_yuan" in file.claims) == (file.form == "2021"), file.path


def test_prose_differs_between_units_and_years(answers: Answers) -> None:
    units = [unit for unit in register() if unit.due]
    figures = county_figures(register(), 20240115)

    def grams(unit_id: str, year: int) -> set[str]:
        unit = next(unit for unit in units if unit.unit_id == unit_id)
        draft = write(unit, year, figures[unit_id, year], 20240115)
        text = "".join(p.text for number in "一五" for p in draft.chapter(number).body)
        return {text[at : at + 3] for at in range(len(text) - 2)}

    now = {unit.unit_id: grams(unit.unit_id, 2024) for unit in units if unit.exists(2024)}
    pairs = [*combinations(now.values(), 2), *((now[unit], grams(unit, 2023)) for unit in now)]
    assert max(len(a & b) / len(a | b) for a, b in pairs) < 0.7


def test_dates_and_titles_of_the_answers_stand_in_the_documents(county: tuple[Path, Answers]) -> None:
    folder, answers = county
    for file in reports(answers):
        text = bare(page_text(folder, file))
        assert file.signed_on and file.year
        assert text_date(file.signed_on) & set(
            re.findall(r"[\d〇一二三四五六七八九]{4}年[^年]{1,3}月[^日]{1,3}日", text)
        )
        assert not file.title or bare(file.title) in text
        if file.published_at:
            assert file.published_at in page_text(folder, file)
        if file.stat_period:
            assert f"{file.stat_period[0][:4]}年1月1日" in text


def text_date(iso: str) -> set[str]:
    year, month, day = iso.split("-")
    numerals = ["", *"一二三四五六七八九", "十", *(f"十{n}" for n in "一二三四五六七八九"), "二十",
                *(f"二十{n}" for n in "一二三四五六七八九"), "三十", "三十一"]  # fmt: skip
    written = "".join("〇一二三四五六七八九"[int(digit)] for digit in year)
    return {
        f"{year}年{int(month)}月{int(day)}日",
        f"{year}年{month}月{day}日",
        f"{written}年{numerals[int(month)]}月{numerals[int(day)]}日",
    }


def test_encodings_are_what_the_answers_say(county: tuple[Path, Answers]) -> None:
    folder, answers = county
    for file in answers.files:
        data = (folder / file.path).read_bytes()
        if file.encoding == "gb18030":
            with pytest.raises(UnicodeDecodeError):
                data.decode("utf-8")
            data.decode("gbk")  # a page that declares gb2312 or gbk holds nothing beyond it
        elif file.encoding != "binary":
            assert data.startswith(b"\xef\xbb\xbf") == (file.encoding == "utf-8-sig")
            data.decode("utf-8")
        assert file.encoding == "binary" or b"\r" not in data
    assert {file.encoding for file in answers.files} == {"utf-8", "utf-8-sig", "gb18030", "binary"}


def test_five_formats_in_fourteen_layouts_are_used(answers: Answers) -> None:
    layouts = Counter(file.layout for file in reports(answers))
    assert set(layouts) == {
        "pipe", "aligned_pipe", "cell_per_line", "cell_per_line_spaced",
        "plain_html", "portal_html", "nested_html", "word_html",
        "word_docx", "wps_docx", "one_sheet", "sheet_each", "ruled_pdf", "small_pdf",
    }  # fmt: skip
    assert min(layouts.values()) >= 5
    formats = Counter(file.format for file in reports(answers))
    assert set(formats) == {"text", "html", "docx", "xlsx", "pdf"} and min(formats.values()) >= 30
    suffixes = {(file.format, file.path.rsplit(".", 1)[1]) for file in reports(answers)}
    assert suffixes == {("text", "txt"), *((name, name) for name in ("html", "docx", "xlsx", "pdf"))}


def test_damage_is_planted_in_every_format(answers: Answers) -> None:
    assert {file.format for file in reports(answers, planted=True)} == {"text", "html", "docx", "xlsx", "pdf"}


def test_other_programs_open_the_office_files_and_see_their_tables(county: tuple[Path, Answers]) -> None:
    folder, answers = county
    opened = Counter[str]()
    for file in reports(answers, planted=False, form="2021"):
        if file.format == "docx":
            tables = docx.Document(str(folder / file.path)).tables
            assert [len(table.rows) for table in tables] == [14, 28, 4]
            assert [cell.text for cell in tables[2].rows[3].cells] == [
                fact.raw for cell, fact in file.facts.items() if cell.startswith("disputes/")
            ]
        elif file.format == "xlsx":
            book = CalamineWorkbook.from_path(str(folder / file.path))
            sheets = ["年报"] if file.layout == "one_sheet" else ["年报", "表二", "表三", "表四"]
            assert book.sheet_names == sheets
            (line,) = [row for name in sheets for row in book.get_sheet_by_name(name).to_python()
                       if str(row[0]).endswith("四、结转下年度继续办理")]  # fmt: skip
            assert [Decimal(str(value).replace(",", "")) for value in line[3:10]] == [
                figure(file, f"requests/carried_out/{column}") for column in COLUMNS
            ]
        opened[file.format] += 1
    assert opened["docx"] > 20 and opened["xlsx"] > 10


def test_what_is_missing_is_named_and_has_no_file(answers: Answers) -> None:
    filed = {(file.unit_id, file.year) for file in answers.files}
    assert answers.not_filed and not filed & set(answers.not_filed)
    assert answers.not_collected and not filed & set(answers.not_collected)
    assert {year for _, year in answers.not_collected} == {2025}
    assert all(year < 2025 for _, year in answers.not_filed)
    assert 1 in answers.kinds()
    due = {(u.unit_id, year) for u in register() if u.due for year in answers.years if u.exists(year)}
    assert due == {key for key in filed if key[0]} | set(answers.not_filed) | set(answers.not_collected)


def test_there_is_a_corrupt_file_a_stray_page_and_a_draft_beside_its_final_report(county: tuple[Path, Answers]) -> None:
    folder, answers = county
    roles = {
        role: [file for file in answers.files if file.role == role] for role in ("corrupt", "not_a_report", "draft")
    }
    assert all(len(files) == 1 for files in roles.values())
    assert b"\x00" in (folder / roles["corrupt"][0].path).read_bytes() and roles["corrupt"][0].path.endswith(".txt")
    draft = roles["draft"][0]
    final = next(f for f in reports(answers) if (f.unit_id, f.year) == (draft.unit_id, draft.year))
    assert draft.facts != final.facts
    assert draft.signed_on is not None and final.signed_on is not None and draft.signed_on < final.signed_on


def test_a_folder_that_holds_anything_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "raw" / "2024" / "我的年报.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("我的", encoding="utf-8")
    with pytest.raises(SampleError, match=r"raw/2024/我的年报\.txt 不是示例数据"):
        make_county(tmp_path, years=[2024])
    assert contents(tmp_path) == {"raw/2024/我的年报.txt": "我的".encode()}


def test_a_county_named_sample_by_hand_is_still_somebodys_own(tmp_path: Path) -> None:
    (tmp_path / "county.yaml").write_text("name: 某县\nsample: true\n", encoding="utf-8")
    with pytest.raises(SampleError, match=r"county\.yaml 不是示例数据"):
        make_county(tmp_path, years=[2024])


def test_an_untouched_sample_is_made_again_and_what_was_built_from_it_stays(tmp_path: Path) -> None:
    make_county(tmp_path, years=[2023, 2024])
    built = tmp_path / "warehouse" / "current"
    built.parent.mkdir()
    built.write_text("x", encoding="utf-8")
    answers = make_county(tmp_path, years=[2024], formats=["txt"])
    assert built.exists()
    left = {name for name in contents(tmp_path) if name.startswith("raw/")}
    assert left == {file.path for file in answers.files}
    assert all(name.startswith("raw/2024/") and name.endswith(".txt") for name in left)


@pytest.mark.parametrize("survived", [1, 2, 40])
def test_a_making_cut_short_says_it_is_a_sample_and_is_made_again(tmp_path: Path, survived: int) -> None:
    def cut(done: int, _: int) -> None:
        if done == survived:
            raise KeyboardInterrupt

    make_county(tmp_path, years=[2023], formats=["txt"])
    with pytest.raises(KeyboardInterrupt):
        make_county(tmp_path, years=[2024], progress=cut)
    assert survived == 1 or "sample: true" in (tmp_path / "county.yaml").read_text(encoding="utf-8")
    answers = make_county(tmp_path, years=[2024])
    assert {name for name in contents(tmp_path) if name.startswith("raw/")} == {file.path for file in answers.files}


def test_a_changed_sample_file_is_not_overwritten(tmp_path: Path) -> None:
    make_county(tmp_path, years=[2024])
    changed = tmp_path / "units.csv"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(SampleError, match=r"units\.csv 在生成示例后被改动过"):
        make_county(tmp_path, years=[2024])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({"years": [2014]}, "2014"), ({"years": []}, "空"), ({"formats": ["wps"]}, "wps"), ({"formats": []}, "空")],
)
def test_arguments_that_cannot_be_are_answered_in_words(tmp_path: Path, arguments: dict, words: str) -> None:
    with pytest.raises(SampleError, match=words):
        make_county(tmp_path / "county", **arguments)
    assert not (tmp_path / "county").exists()


def test_years_before_the_forms_are_chapters_of_text_without_tables(tmp_path: Path) -> None:
    answers = make_county(tmp_path, years=range(2015, 2019))
    assert len(list(reports(answers))) > 220
    for file in reports(answers):
        assert file.form is None and not file.facts
        text = bare(page_text(tmp_path, file))
        assert "一、概述" in text and "第二十条第" not in text and "30号" not in text


def test_progress_counts_every_file_once(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    make_county(tmp_path, years=[2024], progress=lambda done, of: steps.append((done, of)))
    assert [done for done, _ in steps] == list(range(1, steps[-1][1] + 1))
    assert len(contents(tmp_path)) == steps[-1][1]


def test_the_sample_imports_no_other_room() -> None:
    folder = Path(etl.sample.__file__).parent
    sources = list(folder.rglob("*.py"))
    assert len(sources) > 10
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
                assert node.level == 0
            for name in names:
                assert not re.match(r"(etl|dashboard)(\.|$)", name) or name.startswith("etl.sample"), (source, name)
