"""The notebooks run from first cell to last, read only, and say what the tables of the warehouse say."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import nbformat
import pytest
from nbclient import NotebookClient
from selectolax.lexbor import LexborHTMLParser

from dashboard import APP
from dashboard.notebook import open_book, say
from etl.measure import fill_values
from etl.paths import DATA_VARIABLE
from tests import planted_warehouse as planted

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FIRST, PROFILES = NOTEBOOKS
EACH = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
YEAR = 2024
# Decisions on licences of ten towns beside the planted ones: the last is far from the rest, and so is one in doubt.
DECISIONS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 90)
FAR = "云岭县新坪9镇人民政府"


@dataclass(frozen=True)
class Run:
    """What one notebook showed: every output as text, the tables by their title, the HTML of all of them."""

    texts: list[str]
    tables: dict[str, list[dict[str, str]]]
    markup: str
    streams: str

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    def table(self, title: str) -> list[dict[str, str]]:
        (found,) = [rows for name, rows in self.tables.items() if title in name]
        return found


def run(path: Path, county: Path, workplace: Path) -> Run:
    """Execute a copy, as a reader would who keeps it somewhere else."""
    notebook = nbformat.read(path, as_version=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATA_VARIABLE, str(county))
        for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"):
            patch.setenv(name, str(workplace / name.lower()))
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(workplace)}}).execute()
    outputs = [each for cell in notebook.cells if cell.cell_type == "code" for each in cell.outputs]
    held = [each["data"] for each in outputs if "data" in each]
    markup = "\n".join(data.get("text/html", "") for data in held)
    tables = {}
    for table in LexborHTMLParser("\n".join(d["text/html"] for d in held if "<table" in d["text/html"])).css("table"):
        head = [cell.text() for cell in table.css("th")]
        rows = [[cell.text() for cell in row.css("td")] for row in table.css("tbody tr")]
        tables[table.css_first("caption").text()] = [dict(zip(head, row, strict=True)) for row in rows]
    streams = "".join(each["text"] for each in outputs if each.output_type == "stream")
    return Run([data["text/plain"] for data in held], tables, markup, streams)


def more_towns(path: Path) -> None:
    """Towns whose reports say what the one of 东坪镇 says, but for the decisions on licences."""
    with duckdb.connect(str(path)) as connection:
        (model, last), = connection.execute(
            "SELECT file_id, (SELECT max(file_id) FROM source_file) FROM report WHERE unit_id = 'east' AND year = ?", [YEAR]
        ).fetchall()  # fmt: skip
        for number, value in enumerate(DECISIONS):
            unit, file_id = f"more-{number}", last + 1 + number
            connection.execute(
                "INSERT INTO unit VALUES (?, ?, ?, ?, [], 'town', '镇', ?, NULL, NULL, NULL, TRUE)",
                [unit, 50 + number, f"{50 + number}", f"云岭县新坪{number}镇人民政府", planted.TOWNSHIPS],
            )
            for table, changes, values in (
                ("source_file", "? AS file_id, ? AS path", [file_id, f"raw/{YEAR}/新坪{number}.txt"]),
                ("report", "? AS file_id, ? AS unit_id", [file_id, unit]),
            ):
                connection.execute(
                    f"INSERT INTO {table} SELECT * REPLACE ({changes}) FROM {table} WHERE file_id = ?", [*values, model]
                )
            connection.execute(
                """INSERT INTO fact SELECT * REPLACE (
                       ? AS file_id, if(cell = $cell, $value, value) AS value, if(cell = $cell, $value::VARCHAR, raw) AS raw
                   ) FROM fact WHERE file_id = ?""".replace("$cell", f"'{planted.LICENCES}'").replace("$value", str(value)),
                [file_id, model],
            )  # fmt: skip
        connection.execute("DELETE FROM measure_value")
        fill_values(connection)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = planted.write(tmp_path_factory.mktemp("county"))
    more_towns(path)
    return path


@pytest.fixture(scope="module")
def untouched(warehouse: Path) -> str:
    return fingerprint(warehouse)


def fingerprint(warehouse: Path) -> str:
    files = {str(file): file.stat().st_mtime_ns for file in sorted(warehouse.parent.parent.rglob("*"))}
    return f"{hashlib.sha256(warehouse.read_bytes()).hexdigest()} {files}"


@pytest.fixture(scope="module")
def first(warehouse: Path, untouched: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(FIRST, warehouse.parent.parent, tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def profiles(warehouse: Path, untouched: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(PROFILES, warehouse.parent.parent, tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def base(warehouse: Path, first: Run, profiles: Run) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, asked for what was read: its tables, none of its views."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute(
            """CREATE TEMP VIEW told AS
               SELECT u.*, r.year, f.cell, f.state, f.value FROM unit u
               JOIN report r ON r.unit_id = u.unit_id AND r.is_chosen JOIN fact f ON f.file_id = r.file_id
               WHERE u.kind <> 'area'"""
        )
        yield connection


def one(base: duckdb.DuckDBPyConnection, sql: str, *values: Any) -> tuple[Any, ...]:
    (row,) = base.execute(sql, list(values)).fetchall()
    return row


def test_there_are_two_numbered_in_order():
    assert [path.name[:3] for path in NOTEBOOKS] == ["01 ", "02 "]
    listed = (ROOT / "notebooks" / "README.md").read_text(encoding="utf-8")
    assert all(f"[{path.stem}]({path.name.replace(' ', '%20')})" in listed for path in NOTEBOOKS)


@EACH
def test_a_notebook_in_the_repository_holds_no_output(path: Path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(code) > 3
    assert [cell for cell in code if cell["outputs"] or cell["execution_count"] is not None] == []
    assert not any(cell["metadata"] for cell in notebook["cells"])
    nbformat.validate(nbformat.from_dict(notebook))


def test_the_warehouse_is_afterwards_what_it_was(warehouse: Path, untouched: str, first: Run, profiles: Run):
    assert fingerprint(warehouse) == untouched


def test_nothing_is_fetched_and_nothing_is_said_in_english(first: Run, profiles: Run):
    for each in (first, profiles):
        assert each.streams == ""
        assert "Plotly.newPlot" in each.markup
        assert re.findall(r"<(?:script|img|iframe)[^>]*\ssrc=|<link[^>]*\shref=|@import\s+url", each.markup) == []
        assert re.search(r"\b(?:NaN|None|null|nan)\b", each.text) is None


def test_every_run_says_which_county_and_that_it_is_invented(first: Run, profiles: Run):
    for each in (first, profiles):
        assert "示例数据" in each.texts[0] and "云岭县，数据版本 20250301-planted" in each.texts[0]
        assert f"看的是 {YEAR} 年度" in each.texts[0]  # 2025 has a report, but was not collected


def test_who_filed_is_counted_from_the_reports(first: Run, base: duckdb.DuckDBPyConnection):
    (filed,) = one(
        base,
        "SELECT count(*) FROM report r JOIN unit u USING (unit_id) WHERE r.is_chosen AND r.year = ? AND u.kind <> 'area'",
        YEAR,
    )
    (due,) = one(
        base,
        """SELECT count(*) FROM unit WHERE is_due AND kind <> 'area'
           AND coalesce(valid_from, 0) <= $1 AND coalesce(valid_to, 9999) >= $1""",
        YEAR,
    )
    assert (due, filed) == (6 + len(DECISIONS), 5 + len(DECISIONS))
    assert f"{YEAR} 年度应报 {due} 家：已报 {filed} 家，待核 0 家，未报 {due - filed} 家。" in first.texts
    assert [row["单位"] for row in first.table("没有报的和待核的")] == ["云岭县南坪乡人民政府"]
    row = next(row for row in first.table("历年") if row["年度"] == "2025")
    assert (row["已报"], row["未报"]) == ("1", "0")  # nobody is missing in a year that was not collected
    assert row["未收集"] == str(due - 1)


def test_new_requests_are_the_sum_of_what_was_read_and_the_whole_area_is_beside_it(
    first: Run, base: duckdb.DuckDBPyConnection
):
    value, counted, zeros, unread = one(
        base,
        """SELECT sum(value), count(value), count(*) FILTER (value = 0), count(*) FILTER (state = 'unreadable')
           FROM told WHERE year = ? AND cell = ?""",
        YEAR, planted.RECEIVED,
    )  # fmt: skip
    assert (value, unread) == (5 + 1, 1)
    told = f"{YEAR} 年度新收申请 {value:f}".removesuffix(".000000")
    assert (
        f"{told} 件。不完整：计入 {counted} 家，未报 1 家，待核 {unread} 家，其中 {zeros} 家写的是 0。" in first.texts
    )
    assert "全县汇总的那一份自己写的是 7，单列在这里，不与各家相加。" in first.texts
    by_year = dict(
        base.execute(
            "SELECT year::VARCHAR, sum(value)::INTEGER::VARCHAR FROM told WHERE cell = ? GROUP BY year",
            [planted.RECEIVED],
        ).fetchall()
    )
    assert {row["年度"]: row["新收申请（件）"] for row in first.table("逐年合计")} == by_year


def test_a_rate_of_the_county_is_sum_over_sum(first: Run, base: duckdb.DuckDBPyConnection):
    top, bottom = one(
        base,
        """SELECT (sum(value) FILTER (cell IN (?, 'requests/partially_granted/total')))::INTEGER,
                  (sum(value) FILTER (cell = ?))::INTEGER
           FROM told WHERE year = ?""",
        planted.GRANTED, planted.PROCESSED, YEAR,
    )  # fmt: skip
    assert (top, bottom) == (5, 7)  # the mean of 4/6 and 1/1 would be 83.3%
    rows = {row["范围"]: row for row in first.table("公开率")}
    assert rows["全部"]["公开率"] == "71.4%，5/7 件"
    assert (rows["全部"]["分子之和"], rows["全部"]["分母之和"]) == (str(top), str(bottom))
    assert rows[planted.TOWNSHIPS]["公开率"] == "1/1 件"  # too few for a percentage
    assert list(rows) == ["全部", planted.DEPARTMENTS, planted.TOWNSHIPS]


def test_the_states_stay_apart_and_add_up_to_the_units(first: Run, base: duckdb.DuckDBPyConnection):
    rows = {row["指标"]: row for row in first.table("各指标的状态")}
    fees = dict(
        base.execute(
            """SELECT CASE WHEN state = 'reported' AND value = 0 THEN 'zero' ELSE state END, count(*)
               FROM told WHERE year = ? AND cell = ? GROUP BY 1""",
            [YEAR, planted.FEES],
        ).fetchall()
    )
    names = {"有数": "reported", "真零": "zero", "空白": "blank", "不适用": "slash"}
    assert {name: int(rows["行政事业性收费"][name]) for name in names} == {n: fees[s] for n, s in names.items()}
    assert rows["行政事业性收费"]["未报"] == "1" and rows["新收申请"]["待核"] == "1"
    units = {row["单位数"] for row in rows.values()}
    assert units == {str(7 + len(DECISIONS))}
    for row in rows.values():
        assert sum(int(count) for name, count in row.items() if name not in ("指标", "单位数")) == int(row["单位数"])


def test_each_figure_of_a_sum_shows_its_raw_text_file_and_place(first: Run):
    rows = {row["单位"]: row for row in first.table("新收申请的出处")}
    west = rows["云岭县西坪乡人民政府"]
    assert (west["数值"], west["状态"], west["原文"]) == ("待核", "待核", "若干")
    office = rows["云岭县人民政府办公室"]
    assert office["数值"] == office["原文"] == "5" and office["位置"].startswith("第")
    assert office["文件"] == f"raw/{YEAR}/云岭县人民政府办公室{YEAR}年政府信息公开工作年度报告.txt"
    assert (rows["云岭县南坪乡人民政府"]["状态"], rows["云岭县南坪乡人民政府"]["原文"]) == ("未报", "")


def test_the_middle_and_the_spread_of_a_group_are_those_of_what_was_read(
    profiles: Run, base: duckdb.DuckDBPyConnection
):
    rows = {row["指标"]: row for row in profiles.table("各组的中位数") if row["组"] == planted.TOWNSHIPS}
    sql = 'SELECT count(value), median(value), mad(value) FROM told WHERE year = ? AND cell = ? AND "group" = ?'
    for name, cell in (("行政许可决定", planted.LICENCES), ("行政处罚决定", planted.PENALTIES), ("新收申请", planted.RECEIVED)):  # fmt: skip
        counted, middle, distance = one(base, sql, YEAR, cell, planted.TOWNSHIPS)
        assert counted >= 8
        found = rows[name]
        assert (int(found["有数的"]), Decimal(found["中位数"]), Decimal(found["MAD"])) == (counted, middle, distance)
    shown = one(
        base,
        'SELECT value FROM measure_median WHERE "group" = ? AND year = ? AND measure = ?',
        planted.TOWNSHIPS, YEAR, planted.LICENCES,
    )  # fmt: skip
    assert (Decimal(rows["行政许可决定"]["中位数"]),) == shown  # what 单位档案 shows


def test_an_unusual_unit_is_listed_with_its_z_and_is_not_ranked(profiles: Run, base: duckdb.DuckDBPyConnection):
    far = base.execute(
        """WITH held AS (FROM told WHERE year = $year AND cell = $cell AND "group" = $group AND value IS NOT NULL),
           middle AS (SELECT median(value) AS middle, mad(value) AS distance FROM held)
           SELECT name, 0.6745 * (value - middle)::DOUBLE / distance::DOUBLE AS z FROM held, middle
           WHERE abs(z) > 3.5 ORDER BY position""",
        {"year": YEAR, "cell": planted.LICENCES, "group": planted.TOWNSHIPS},
    ).fetchall()
    assert [name for name, _ in far] == [FAR]
    rows = profiles.table("超过界线的")
    assert [(row["单位"], row["稳健 z"], row["比同组多数"]) for row in rows] == [(FAR, f"{far[0][1]:+.1f}", "高于")]
    assert (rows[0]["这家的数"], rows[0]["文件"]) == ("90 件", f"raw/{YEAR}/新坪9.txt")
    assert not re.search("倒数|最差|最好|名次", profiles.text)


def test_where_there_is_no_measure_of_distance_it_says_so_instead_of_a_z(profiles: Run):
    rows = {row["指标"]: row for row in profiles.table("各组的中位数") if row["组"] == planted.TOWNSHIPS}
    assert rows["政府网站发布（正文）"]["能不能比"] == "有数的 2 家，不足 8 家，不比"
    assert rows["政府网站发布（正文）"]["中位数"] == rows["政府网站发布（正文）"]["MAD"] == ""
    zeros = 1 + len(DECISIONS)  # east and the ten say 0, north 1, west cannot be read, south filed nothing
    assert rows["新收申请"]["能不能比"] == f"MAD 是 0：{zeros}/{zeros + 1} 家写的是 0，没有尺子，不算 z"
    assert rows["行政事业性收费"]["能不能比"] == "MAD 是 0：过半的单位都是 9.51，没有尺子，不算 z"
    apart = profiles.table("只是与多数不同的")
    assert [(row["单位"], row["指标"], row["这家的数"]) for row in apart] == [
        ("云岭县北坪街道办事处", "行政事业性收费", "0 万元"), ("云岭县北坪街道办事处", "新收申请", "1 件"),
    ]  # fmt: skip


def test_departments_are_not_among_the_townships(profiles: Run):
    assert "司法局" not in profiles.text and planted.DEPARTMENTS not in profiles.text


def test_a_profile_sets_a_unit_beside_its_group_and_its_own_past(profiles: Run):
    rows = {row["指标"]: row for row in profiles.table(f"{FAR}：")}
    assert rows["行政许可决定（件）"][f"{YEAR} 年度"] == "90"
    assert rows["政府网站发布（条）"]["稳健 z"] == "没有数，不参加"
    assert rows["行政事业性收费（万元）"]["稳健 z"] == "不算"


@EACH
@pytest.mark.parametrize("what", ["nothing", "waiting"])
def test_an_empty_county_is_told_in_a_sentence(path: Path, what: str, tmp_path: Path):
    county = tmp_path / "county"
    if what == "waiting":
        planted.write(county, reports=False)
    held = run(path, county, tmp_path)
    words = {"nothing": "还没有建好的数据库", "waiting": "还没有一份认得出单位和年度的年报"}
    assert words[what] in held.texts[0] and held.texts[0].endswith("下面各格没有可以显示的。")
    assert set(held.texts[1:]) == {"没有可以显示的，原因见第一格。"}
    assert held.streams == "" and county.exists() == (what == "waiting")


def test_without_a_setting_the_county_beside_the_notebook_is_taken_before_the_demo(tmp_path: Path, monkeypatch):
    monkeypatch.delenv(DATA_VARIABLE, raising=False)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert open_book().stamp is None
    planted.write(tmp_path / "demo", build_id="demo")
    assert open_book().stamp.build_id == "demo"
    planted.write(tmp_path / "data", build_id="own", is_sample=False)
    assert open_book().stamp.build_id == "own" and "示例数据" not in open_book().told
    assert open_book(tmp_path / "demo").stamp.build_id == "demo"


def test_a_build_cleared_away_meanwhile_is_told_and_not_replaced(tmp_path: Path):
    path = planted.write(tmp_path)
    book = open_book(tmp_path)
    planted.write(tmp_path, build_id="20260101-later")
    path.unlink()
    with pytest.raises(LookupError, match=r"20250301-planted 已被更新的版本代替.*从头运行"):
        book.rows("SELECT 1")


def test_what_reports_wrote_is_shown_and_never_run():
    shown = say("<script>alert(1)</script>")
    assert "<script" not in shown._repr_html_() and repr(shown) == "<script>alert(1)</script>"


def test_the_wheel_brings_the_notebooks_beside_the_pages(tmp_path: Path):
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet", "-w"]
    subprocess.run([*command, str(tmp_path), str(ROOT)], check=True, stdin=subprocess.DEVNULL)
    with zipfile.ZipFile(next(tmp_path.glob("nianbao-*.whl"))) as wheel:
        shipped = {name: wheel.read(name) for name in wheel.namelist() if name.endswith(".ipynb")}
    folder = APP.parent.name
    assert shipped == {f"{folder}/notebooks/{path.name}": path.read_bytes() for path in NOTEBOOKS}
