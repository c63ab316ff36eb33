"""The pages, run by Streamlit's own test harness on a warehouse planted by hand; no browser."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import APP, dates, db, figures, finding_detail, findings, flags, original, prose, provenance, states
from dashboard.filters import Selection
from dashboard.provenance import Address
from etl.ledger import InForce, Ledger
from etl.measure import fill_values
from etl.paths import DATA_VARIABLE
from tests import planted_warehouse as planted

PAGES = sorted(path for path in (APP.parent / "app_pages").glob("*.py") if path.stem != "__init__")
NEVER_SHOWN = re.compile(r"\b(NaN|nan|None|null|inf|undefined|Decimal)\b|0\.0%")
ENGLISH = re.compile(r"\b(Upload|Browse|Choose|No results|Select all|Search|Download|Error|Traceback)\b")


def run(path: Path = APP, **state: Any) -> AppTest:
    """The page or the whole app, with widgets set before the first run."""
    app = AppTest.from_file(str(path), default_timeout=60)
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def words(app: AppTest) -> str:
    """Everything the page writes, as one text."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "html", "metric", "expander", "warning", "error")
    parts = []
    for kind in kinds:
        for element in app.get(kind):
            parts += [str(getattr(element, name, "") or "") for name in ("label", "value", "body", "delta")]
            parts.append(str(getattr(getattr(element, "proto", None), "body", "")))
    text = re.sub(r"<(style|script)>.*?</\1>", "", "\n".join(parts), flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", text)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_runs_alone(path: Path, county: Path):
    text = words(run(path))
    assert "示例数据" in text
    assert not NEVER_SHOWN.search(text), NEVER_SHOWN.search(text)
    assert not ENGLISH.search(text)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_runs_inside_the_frame_for_every_year_scope_and_unit(path: Path, county: Path):
    app = run()
    app.switch_page(f"app_pages/{path.name}").run()
    assert not app.exception
    for year in (2020, 2022, 2023, 2024, 2025):
        for group in ("全部", planted.TOWNSHIPS, planted.DEPARTMENTS):
            app.selectbox(key="y").set_value(str(year))
            app.selectbox(key="s").set_value(group).run()
            assert not app.exception, (year, group)
            assert not NEVER_SHOWN.search(words(app)), (year, group)
    app.selectbox(key="s").set_value("全部").run()
    for unit in app.selectbox(key="u").options:
        app.selectbox(key="u").set_value(unit).run()
        assert not app.exception, unit


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_is_short_and_asks_one_table_at_a_time(path: Path):
    source = path.read_text(encoding="utf-8")
    assert source.startswith('"""') and "？" in source.splitlines()[0]
    assert not re.search(r"\bJOIN\b|\bGROUP BY\b", source)


def test_the_landing_page_states_the_four_figures(county: Path):
    app = run()
    assert {element.label: element.value for element in app.metric} == {
        "已报 / 应报（家）": "5 / 6",
        "没有必改 / 已报（家）": "2 / 5",  # two of them have a 必改, one a cell that could not be read
        "新收申请（件）": "6",
        "复议诉讼中被纠正（件）": "0",
    }
    assert "必改 2 家，待核 1 家。" in words(app)


def test_what_a_person_said_to_be_no_fault_is_no_longer_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    planted.write(tmp_path)
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    said = {
        "decision": "waive",
        "rule": "P-01",
        "unit_id": "justice",
        "year": 2024,
        "where": "表三",
        "message": "已核。",
    }
    Ledger(tmp_path / "ledger.sqlite").record("finding", "f-justice", said, who="王芳", why="原件无误")
    app = run()
    assert "3 / 5" in {element.value for element in app.metric}
    text = words(app)
    assert "应报 6 家＝合格 3＋必改 1＋待核 1＋未报 1" in text
    assert "云岭县司法局 2024 年度" in text and "问题不算问题：表三" in text and "王芳" in text


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("全部", ("＝合格 2＋必改 2＋待核 1＋未报 1", "云岭县人民政府办公室", "合格 2 家", "未报 1 家")),
        ("justice", ("文件", "raw/2024/云岭县司法局", "必改 1 处", "表三“自然人”列")),
    ],
)
def test_how_units_stand_is_explained_unit_by_unit(scope: str, told: tuple[str, ...], county: Path):
    def panel(address: str) -> None:
        from dashboard import provenance

        provenance.panel(address)

    app = AppTest.from_function(
        panel, args=(str(Address("standing", "report", 2024, scope)),), default_timeout=60
    ).run()
    assert not app.exception
    text = words(app)
    assert all(each in text for each in told), text


def test_the_landing_page_flags_what_is_to_be_mended_with_its_place(county: Path):
    text = words(run())
    for part in (
        "■ 云岭县人民政府办公室",
        "表三“总计”列：7；应为：8",
        "往年也有：2023 年度",
        "■ 云岭县司法局",
        "第45行第4格",
    ):
        assert part in text
    assert "云岭县北坪街道办事处 表三" not in text


def test_what_was_not_read_is_not_praised(county: Path):
    """2022: six reports, one with a cell that could not be read. 2020: five, and all were read."""
    assert "▲ 2022 年度核对了 6 份年报，未发现必改问题；1 份没有读全，只核对了读出的部分" in words(run(y="2022"))
    assert "● 2020 年度核对了 5 份年报，未发现必改问题" in words(run(y="2020"))
    assert "1 份没有读全，只核对了读出的部分。" in words(run(y="2024"))


def test_a_report_without_a_row_is_told_wherever_one_with_a_cell_that_cannot_be_read_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    missing = "没有找到 “（三）不予公开” 行。请核对原文是否缺行。"
    with duckdb.connect(str(planted.write(tmp_path))) as warehouse:
        warehouse.execute("UPDATE report SET status = 'partial' WHERE year = 2024 AND unit_id = 'east'")
        warehouse.execute(
            """INSERT INTO problem SELECT file_id, 1, 'row_missing', $told, NULL, NULL
               FROM report WHERE year = 2024 AND unit_id = 'east'""",
            {"told": missing},
        )
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    app = run(y="2024")  # besides 西坪, of which a cell cannot be read
    assert "1 家未报；2 份没有读全，待核。" in words(app) and "2 份没有读全，只核对了读出的部分" in words(app)
    labels = [each.label for each in app.get("expander")]
    assert "有待核数字的年报：1" in labels and "表或行没有读全的年报：1" in labels
    assert missing in words(app)
    assert "份没有读全" not in words(run(y="2020"))
    st.cache_resource.clear()


def test_a_year_of_reports_without_tables_has_no_table_of_dashes_on_the_landing_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with duckdb.connect(str(planted.write(tmp_path))) as warehouse:
        warehouse.execute("UPDATE report SET form = NULL WHERE year = 2020")
        warehouse.execute("DELETE FROM fact WHERE file_id IN (SELECT file_id FROM report WHERE year = 2020)")
        warehouse.execute("DELETE FROM measure_value")
        fill_values(warehouse)
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    text = words(run(y="2020"))
    assert "2020 年度的年报没有这几项可以对着看的数。" in text and "垂直管理单位等会使两边不同" not in text
    assert "垂直管理单位等会使两边不同" in words(run(y="2024"))
    st.cache_resource.clear()


def test_a_file_that_was_not_read_is_told_as_not_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = planted.write(tmp_path)
    with duckdb.connect(str(path)) as warehouse:  # the only file of 2025 bears a name and is no report
        warehouse.execute("DELETE FROM report WHERE year = 2025")
        warehouse.execute(
            "UPDATE source_file SET named_unit_id = 'north', named_year = 2025 WHERE outcome = 'rejected'"
        )
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    looked = flags.checked(Selection(2025, "全部", None, None))
    assert looked == flags.Checked(reports=0, in_part=0, not_checked=1)
    assert looked.left == "1 份没有读成或待认领，没有核对"
    st.cache_resource.clear()


def test_a_year_in_which_nothing_was_found_only_because_nothing_is_there_is_not_praised(county: Path):
    app = run(y="2025")
    app.selectbox(key="s").set_value(planted.DEPARTMENTS).run()
    assert "未发现必改问题" not in words(app)


def test_the_parts_of_the_bar_add_up_to_those_that_are_due_whatever_is_chosen(county: Path):
    app = run()
    app.switch_page("app_pages/intake.py").run()
    seen = set()
    for year in (2020, 2022, 2023, 2024, 2025):
        for group in ("全部", planted.TOWNSHIPS, planted.DEPARTMENTS):
            app.selectbox(key="y").set_value(str(year))
            app.selectbox(key="s").set_value(group).run()
            due, *parts = (int(n) for n in re.findall(r"\d+", re.findall(r"应报 .*", words(app))[0]))
            assert due == sum(parts), (year, group)
            seen.add((year, group, due))
    assert {(2024, "全部", 6), (2025, "全部", 6), (2024, planted.DEPARTMENTS, 2)} <= seen


def test_the_rules_stand_whole_on_the_page_of_help(county: Path):
    app = run()
    app.switch_page("app_pages/help.py").run()
    text = words(app)
    for rule, title, formula, basis, _, _, example in planted.RULES:
        assert all(part in text for part in (rule, title, formula, basis, example))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("东坪镇\t2025-01-20", date(2025, 1, 20)),
        ("东坪镇 , 2025年1月5日", date(2025, 1, 5)),
        ("第2版.docx\t2025/2/3", date(2025, 2, 3)),
        ("东坪镇\t2025-02-30", "不是日期"),
        ("东坪镇\t昨天", "不是日期"),
        ("东坪镇 2025-01-20", "两栏"),
        ("东坪镇\t2025-01-20\t周一", "两栏"),
        ("东平镇\t2025-01-20", "登记表里没有“东平镇”"),
        ("南坪乡\t2025-01-20", "没有年报"),
        ("东坪镇\t2019-01-20", "不像 2024 年度"),
    ],
)
def test_a_pasted_date_is_taken_strictly_or_its_line_is_told(line: str, told: date | str):
    (read,) = dates.parse(line, {"东坪镇": "a" * 64, "第2版.docx": "b" * 64}, {"东坪镇", "南坪乡"}, 2024)
    if isinstance(told, date):
        assert (read.day, read.fault) == (told, "")
    else:
        assert read.day is None and told in read.fault


def test_a_unit_that_is_pasted_twice_is_told():
    lines = dates.parse("东坪镇\t2025-01-20\n\n东坪镇\t2025-01-21", {"东坪镇": "a"}, {"东坪镇"}, 2024)
    assert [line.fault for line in lines] == ["", "“东坪镇”写了两次"]


@pytest.mark.parametrize(
    ("text", "kept"), [("3", "3"), (" ９．５１ ", "9.51"), ("1,234", "1234"), ("－2", "-2"), ("若干", None)]
)
def test_a_figure_typed_by_a_person_is_kept_as_the_ledger_keeps_it(text: str, kept: str | None):
    assert finding_detail.figure(text) == kept


def test_a_version_is_compared_by_what_was_told_of_the_one_before():
    rows = [
        {"subject": "b", "severity": "verify"},
        {"subject": "c", "severity": "must_fix"},
        {"subject": "d", "severity": "notice"},
    ]
    assert findings.compare([{"subject": "a"}, {"subject": "b"}], rows).words == "已改 1／未改 1／新增 1"


def test_a_fault_whose_cells_are_not_read_any_more_is_not_called_mended():
    told = [{"subject": "a", "cells": ["x/y/z"]}, {"subject": "b", "cells": ["x/y/v"]}]
    report = InForce("t01", 2024, "0" * 64, "a.docx", False, frozenset({"x/y/v"}))
    assert findings.compare(told, [], report).words == "已改 1／未改 0／新增 0／读不准、待核实 1"


def test_the_original_shows_the_fault_with_a_word_and_a_correction_beside_what_was_printed(county: Path):
    cells = db.rows("SELECT * FROM printed_cell WHERE file_id = 1 AND \"table\" = 'disputes' ORDER BY position")
    cells[0] |= {"raw": "1O", "is_corrected": True, "state": "reported", "value": Decimal(10), "corrected_by": "王复核"}
    table = original._table(cells, {cells[0]["cell"]}, {cells[1]["cell"]})
    assert re.search(r'class="nb-fault"[^>]*><s>1O</s> <b title="王复核更正">10</b><small>此格</small>', table)
    assert table.count('class="nb-operand"') == 2 and "相关" in table  # the cell, and the key below


def test_a_difference_is_only_given_between_complete_sums(county: Path):
    delta = {element.label: element.delta for element in run(y="2024").metric}
    assert delta["新收申请（件）"] == "上年 6，计入 6 家"  # 2024 lacks two units: a difference would measure those
    delta = {element.label: element.delta for element in run(y="2023").metric}
    assert delta["新收申请（件）"] == "较上年 +2"


def test_the_page_opens_with_the_newest_year_that_was_collected(county: Path):
    assert run().selectbox(key="y").value == "2024"


@pytest.mark.parametrize("path", [APP, *PAGES], ids=lambda path: path.stem)
def test_without_a_warehouse_a_page_says_how_to_begin(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    text = words(run(path))
    assert "三步" in text and "units.csv" in text and "nianbao build" in text


@pytest.mark.parametrize("path", [APP, *PAGES], ids=lambda path: path.stem)
def test_a_warehouse_without_reports_describes_what_waits(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    planted.write(tmp_path, reports=False, is_sample=False)
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    text = words(run(path))
    assert "三步" in text and planted.UNCLAIMED[0] in text and "等待认领" in text
    assert "示例数据" not in text


def test_a_new_build_is_seen_without_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    planted.write(tmp_path)
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    app = run()
    assert {element.label: element.value for element in app.metric}["新收申请（件）"] == "6"
    planted.write(tmp_path, build_id="20250302-mended", changes={("west", 2024): {planted.RECEIVED: "3"}})
    app.run()
    assert {element.label: element.value for element in app.metric}["新收申请（件）"] == "9"
    assert "20250302-mended" in words(app)


def test_the_warehouse_is_opened_read_only(county: Path):
    with pytest.raises(duckdb.Error):
        db._connection(str(db.current_path())).cursor().execute("DELETE FROM fact")


def test_a_pointer_that_names_a_file_that_is_gone_is_no_warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "current").write_text("gone.duckdb", encoding="utf-8")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    assert db.current_build() is None


def source(address: Address) -> AppTest:
    """The 出处 of a figure."""
    script = f"from dashboard import provenance\nprovenance.panel({str(address)!r})"
    app = AppTest.from_string(script, default_timeout=60).run()
    assert not app.exception
    return app


def panel(address: Address) -> str:
    """What it says."""
    return words(source(address))


def test_the_source_of_a_figure_is_its_file_its_place_and_its_text(county: Path):
    text = panel(Address("measure", planted.FEES, 2024, "east"))
    assert "云岭县东坪镇人民政府 2024 年度" in text and "行政事业性收费" in text
    assert "raw/2024/云岭县东坪镇人民政府2024年政府信息公开工作年度报告.txt" in text
    assert "第40行第4格" in text and "9.51 万元" in text


def test_the_source_of_a_figure_of_the_prose_is_its_sentence(county: Path):
    held = source(Address("measure", "published_wechat", 2024, "east"))
    drawn = "".join(each.proto.body for each in held.get("html"))
    assert "通过政府网站发布信息15条，通过公众号发布信息<mark>45条</mark>。" in drawn and "45 条" in words(held)


def test_the_source_of_every_figure_says_what_it_means_and_from_which_build_it_is(county: Path):
    for address in (
        Address("measure", planted.FEES, 2024, "east"), Address("measure", "published_wechat", 2024, "east"),
        Address("measure", planted.FEES, 2024, "全部"), Address("filing", "report", 2024, "south"),
    ):  # fmt: skip
        assert "数据版本 20250301-planted，入库 " in panel(address)
    assert "正文写明通过微信公众号发布的信息数" in panel(Address("measure", "published_wechat", 2024, "east"))


def test_a_file_that_waits_for_another_year_is_no_hint_where_a_report_is_missing(
    tmp_path: Path, in_force: Callable[[Path], Path]
):
    with duckdb.connect(str(planted.write(tmp_path))) as warehouse:
        warehouse.execute("UPDATE report SET year = 2022 WHERE unit_id IS NULL")
        warehouse.execute("UPDATE source_file SET named_year = 2022 WHERE named_unit_id IS NULL")
    in_force(tmp_path)
    assert planted.UNCLAIMED[0] not in panel(Address("filing", "report", 2024, "south"))


@pytest.mark.parametrize(
    ("sentence", "value", "counter", "figure"),
    [
        ("政府网站87条，新媒体161条。", 161, "条", "161条"),
        ("发布信息2.96万余条。", 29600, "条", "2.96万余条"),
        ("收到申请3件，公开3条。", 3, "件", "3件"),
        ("网站87条，微博87条。", 87, "条", None),  # nobody knows which is meant
        ("全年没有收到申请。", 0, "件", None),
        ("2024年发布政策解读24篇。", 20, "篇", None),
        ("举办培训两次。", 2, "次", "两次"),
        ("政府网站 87 条，新媒体161 条。", 161, "条", "161 条"),  # as printed
        ("收到申请３件（网上）。", 3, "件", "３件"),
        ("公开信息1，867条。", 1867, "条", "1，867条"),
    ],
)
def test_the_figure_is_set_off_in_its_sentence_only_where_it_is_certain(
    sentence: str, value: int, counter: str, figure: str | None
):
    held = prose.marked(sentence, Decimal(value), counter)
    assert str(held) == sentence
    assert (held.figure if isinstance(held, prose.Marked) else None) == figure


def test_the_source_of_a_sum_lists_who_is_in_it_and_who_is_not(county: Path):
    text = panel(Address("measure", planted.FEES, 2024, "全部"))
    assert "22.01 万元" in text and "12.50" in text and "9.51" in text
    for line in ("没有计入：未报 1 家", "没有计入：空白 1 家", "没有计入：不适用 1 家"):
        assert line in text
    assert "云岭县南坪乡人民政府" in text


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (Address("measure", planted.FEES, 2024, "south"), "未报（这一年已收齐"),
        (Address("measure", planted.FEES, 2022, "west"), "若干"),
        (Address("measure", planted.FEES, 2024, "west"), "（原文为空）"),
        (Address("measure", planted.FEES, 2020, "east"), "不可比"),
        (Address("measure", "published_total", 2024, "east"), "（正文没有写这个数）"),
        (Address("measure", "unable", 2024, "office"), "无法提供 = 2 件"),
        (Address("filing", "report", 2024, "south"), planted.UNCLAIMED[0]),
        (Address("filing", "report", 2024, "east"), "2025年1月16日"),
    ],
    ids=str,
)
def test_what_is_no_figure_says_why(address: Address, expected: str, county: Path):
    assert expected in panel(address)


def test_an_address_survives_being_written_down():
    address = Address("measure", planted.FEES, 2024, "全部")
    assert Address.parse(str(address)) == address


@pytest.mark.parametrize(
    ("state", "value", "raw", "shown"),
    [
        ("reported", Decimal("9.510000"), "9.51", "9.51"),
        ("reported", Decimal("9.500000"), "9.50", "9.50"),
        ("reported", Decimal("1234.000000"), "1234", "1,234"),
        ("reported", Decimal("1200.000000"), None, "1,200"),
        ("reported", Decimal("-8"), "-8", "−8"),
        ("reported", Decimal("0.100000"), "０.１", "0.1"),
        ("zero", Decimal("0.000000"), "0", "0"),
        ("blank", None, "", "空"),
        ("slash", None, "/", "／"),
        ("not_filed", None, None, "未报"),
        ("unreadable", None, "若干", "待核"),
        ("not_comparable", None, None, "—"),
        ("not_collected", None, None, "未收集"),
    ],
)
def test_a_figure_is_written_as_printed_and_anything_else_as_its_word(state, value, raw, shown):
    assert states.write_figure(state, value, raw) == shown


def test_an_approximate_figure_says_so():
    assert states.write_figure("reported", Decimal(400), "发布信息400余条", approximate=True) == "约400"


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (5, 6, "83.3%，5/6 件"),
        (1, 1, "1/1 件"),
        (4, 4, "4/4 件"),
        (0, 0, ""),
        (None, 5, ""),
        (0, 5, "0/5 件"),
        (1, 16, "6.3%，1/16 件"),
    ],
)
def test_a_share_of_fewer_than_five_is_no_percentage_and_a_half_is_rounded_up(part, whole, shown):
    assert states.write_share(part, whole) == shown


def test_the_eight_states_have_eight_different_words():
    assert len({look.word for look in states.LOOKS.values()}) == 8
    assert set(states.LOOKS) == set(states.ValueState)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, as the accessibility guidelines define it."""

    def light(colour: str) -> float:
        parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_words_of_the_states_can_be_read_on_their_ground_in_both_themes():
    for state, look in states.LOOKS.items():
        for ground, ink in (look.light, look.dark):
            assert contrast(ground, ink) >= 4.5, (state, ground, ink)


def test_the_themes_name_ten_colours_so_that_none_is_dropped():
    theme = tomllib.loads((APP.parent / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    for mode in ("light", "dark"):
        assert len(set(theme[mode]["chartCategoricalColors"])) >= 10
        for colour in theme[mode]["chartCategoricalColors"]:
            assert contrast(colour, theme[mode]["backgroundColor"]) >= 2.4, (mode, colour)


def test_a_place_without_coordinates_is_no_place():
    assert provenance.place(None) == ""
    assert provenance.place({"line": 32, "column": 4}) == "第32行第4格"


def test_none_of_none_is_told_as_that_and_neither_as_a_share_nor_as_0():
    row = {"kind": "share", "smallest_n": 5, "value": Decimal(0), "of_value": Decimal(0)}
    assert states.share_words(row) == "0/0 件"
    assert states.share_words({**row, "value": Decimal(5), "of_value": Decimal(6)}) == "83.3%，5/6 件"
    assert states.share_words({**row, "value": None}) == states.share_words({**row, "kind": "cell"}) == ""


def test_a_share_is_compared_and_downloaded_as_the_share_where_there_is_one():
    row = {"kind": "share", "share": 0.625, "value": Decimal(5), "of_value": Decimal(8)}
    assert figures.number_of(row) == Decimal("0.625")
    assert figures.number_of({**row, "share": None}) is None  # 1/1: too few
    assert figures.number_of({**row, "kind": "cell"}) == 5


def test_a_sum_over_nobody_who_has_to_file_says_that_nobody_was_asked(county: Path):
    sql = "SELECT * FROM measure_total WHERE scope = 'weather' AND year = 2024 AND measure = $m"
    row = db.rows(sql, {"m": planted.RECEIVED})[0]
    assert figures.total_cell(row).text == "未收集"


def test_the_sum_of_one_unit_is_its_figure_as_printed_and_of_nothing_but_rough_figures_it_says_so(county: Path):
    def told(measure: str, scope: str) -> str:
        sql = "SELECT * FROM measure_total WHERE measure = $m AND scope = $s AND year = 2024"
        return figures.total_cell(db.rows(sql, {"m": measure, "s": scope})[0]).text

    fees = "proactive/admin_fees/amount_wan"
    assert (told(fees, "justice"), told(fees, "全部")) == ("12.50", "22.01")
    assert (told("published_website", "west"), told("published_website", "全部")) == ("约400", "415")
