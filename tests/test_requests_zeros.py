"""依申请公开 where there is nothing to draw, and whether one year takes up what the year before handed on."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import polars as pl
import pytest
import streamlit as st

from etl.ledger import Kind, Ledger
from etl.measure import fill_values
from etl.paths import County
from tests.flow_figures import NAMES, Make, Page, all_zero, bars, cell, number, one_office, scattered
from tests.test_dashboard import NEVER_SHOWN
from tests.test_publish import read

IN, NEW, OUT = (cell(row) for row in ("carried_in", "new_received", "carried_out"))


def test_a_county_of_zeros_is_told_in_words_and_nothing_is_drawn(make: Make):
    make(all_zero())
    page = Page("requests", 2023)
    assert "**2023 年度全县 6 家均报零申请。请抽查申请渠道是否通畅：信函地址、网上入口、电话。**" in page.text
    assert page.charts == {} and "下载抽查清单（6 家）" in page.text and "零申请（6 家）" in page.text
    assert not NEVER_SHOWN.search(page.text)
    text = Page("requests", 2024).text
    assert "2024 年度计入的 5 家均报零申请（未报 1 家，不在其内）。请抽查" in text and "全县" not in text
    assert "2024 年度报零申请。请抽查" in Page("requests", 2024, unit="east").text


def test_an_application_carried_in_is_drawn_although_nobody_asked_anew(make: Make):
    make(one_office(carried_in="2", granted="2", total_processed="2"))
    page = Page("requests", 2024)
    assert "均报零申请" in page.text and bars(page.charts["balance-图"]) == {"上年结转": 2, "办结": 2}


def test_a_year_of_reports_without_tables_has_one_sentence_in_place_of_each_table(make: Make):
    """As before 2019: five reports of prose alone, of office, justice, east, west and gone; the south filed nothing."""
    with duckdb.connect(str(make().path)) as connection:
        connection.execute("UPDATE report SET form = NULL WHERE year = 2020")
        connection.execute("DELETE FROM fact WHERE file_id IN (SELECT file_id FROM report WHERE year = 2020)")
        connection.execute("DELETE FROM measure_value")
        fill_values(connection)
    page = Page("requests", 2020)
    assert "复议和诉讼：当年的年报没有这张表" in page.text
    assert "不完整：计入 0 家，未报 1 家，不可比 5 家。" in page.text
    assert not any(name.startswith("disputes") for name in page.tables)
    assert "2020 年度没有可以计入的申请数" in page.text
    assert "received-逐年合计" in page.charts  # of the years that have some
    assert "disputes-表" in Page("requests", 2022).tables


def test_the_list_for_trying_the_doors_has_a_line_for_each_unit_with_its_own_words(
    make: Make, monkeypatch: pytest.MonkeyPatch
):
    facts, taken = make(), {}
    button = st.download_button
    monkeypatch.setattr(
        st, "download_button", lambda label, **more: taken.update({label: more}) or button(label, **more)
    )
    Page("requests", 2024)
    zero = [NAMES[unit] for unit, value in facts.of_units(NEW, 2024).items() if value == 0]
    held = taken[f"下载抽查清单（{len(zero)} 家）"]
    assert held["file_name"] == "云岭县_零申请抽查清单_2024年度_全部_示例数据.xlsx"
    sheet = read(held["data"]())["抽查清单"]
    head, lines = sheet[2], sheet[3:]
    assert head[-4:] == ["信函地址", "网上入口", "电话", "抽查结果"]
    assert [line[1] for line in lines] == zero and all(line[6:] == [] for line in lines)  # left blank to fill in
    assert lines[0][4] == f"raw/2024/{zero[0]}2024年政府信息公开工作年度报告.txt" and "第" in lines[0][5]


def test_what_a_report_says_of_applications_is_its_count_or_else_its_first_two_sentences(make: Make):
    facts = make()
    with duckdb.connect(str(facts.path)) as warehouse:
        file = "(SELECT file_id FROM report WHERE year = 2024 AND unit_id = '{}')"
        warehouse.execute(
            f"INSERT INTO section VALUES ({file.format('justice')}, '一', '总体情况', [],"
            " '公开信息3条。\n依申请公开：没有收到申请。申请渠道畅通；申请表可下载。', NULL)"
        )
        warehouse.execute(
            "UPDATE measure_value SET state = 'zero', value = 0, raw = '全年收到申请0件。'"
            " WHERE measure = 'requests_received' AND unit_id = 'east' AND year = 2024"
        )
        told = warehouse.sql("SELECT unit_id, told FROM zero_request WHERE scope = '全部' AND year = 2024").fetchall()
    assert dict(told) == {"justice": "依申请公开：没有收到申请。申请渠道畅通；", "east": "全年收到申请0件。"}


def chained(facts: Make, year: int) -> tuple[set[str], set[str]]:
    """The units whose two stated figures differ, and those whose agree."""
    now, last = facts.of_units(IN, year), facts.of_units(OUT, year - 1)
    both = {unit: (value, last.get(unit)) for unit, value in now.items() if value is not None}
    both = {unit: pair for unit, pair in both.items() if pair[1] is not None}
    differ = {NAMES[unit] for unit, (one, other) in both.items() if one != other}
    return differ, {NAMES[unit] for unit in both} - differ


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_the_chain_of_two_years_is_that_of_the_facts_and_of_the_check(seed: int, make: Make):
    facts = make(scattered(seed), checked=True)
    for year in (2023, 2024):
        differ, agree = chained(facts, year)
        page = Page("requests", year)
        assert f"对得上 {len(agree)} 家" in page.text
        if differ:
            assert f"跨年衔接：{len(differ)} 家的上年结转与上一年报告的结转下年不同" in page.text
            rows = page.rows("chain-对不上的")
            assert set(rows) == differ and all("差 " in row[2] for row in rows.values())
            for unit, (last, now, _) in rows.items():
                (key,) = [key for key, name in NAMES.items() if name == unit]
                stated = (facts.of_units(OUT, year - 1)[key], facts.of_units(IN, year)[key])
                assert (last, now) == tuple(number(value or Decimal(0)) for value in stated)
        else:
            assert "chain-对不上的" not in page.tables


def test_the_chain_says_who_cannot_be_compared_and_why(make: Make):
    changes = one_office(carried_in="1")
    make(changes | {("justice", 2023): changes["justice", 2023] | {OUT: ""}}, checked=True)
    page = Page("requests", 2024)
    assert "1 家的上年结转与上一年报告的结转下年不同" in page.text
    assert "对得上 3 家，不能对 2 家：上一年空白 1 家，本年未报 1 家。" in page.text
    ((last, now, told),) = page.rows("chain-对不上的").values()
    assert (last, now) == ("0", "1") and told.startswith("差 1 件 ")


def test_a_difference_that_somebody_explained_is_still_told_with_what_was_said(make: Make):
    facts = make(one_office(carried_in="1"), checked=True)
    with duckdb.connect(str(facts.path), read_only=True) as warehouse:
        (found,) = warehouse.sql("SELECT fingerprint FROM finding WHERE rule = 'X-01'").fetchone() or ("",)
    after = {
        "decision": "waive", "rule": "X-01", "unit_id": "office", "year": 2024, "where": "表三", "message": "差 1。",
    }  # fmt: skip
    Ledger(County(facts.path.parents[1]).ledger).record(Kind.FINDING, found, after, who="王复核", why="上年补报")
    ((_, _, told),) = Page("requests", 2024).rows("chain-对不上的").values()
    assert "不算问题（王复核" in told


def test_a_year_without_a_report_before_it_is_not_compared(make: Make):
    """Nobody collected 2021; 北坪街道 began in 2023."""
    make(one_office(), checked=True)
    text = Page("requests", 2022).text
    assert "跨年衔接：没有两年都有的数可以对" in text and "上一年未收集" in text and "没有这一家" not in text
    assert "上一年没有这一家 1 家" in Page("requests", 2023).text


def test_a_unit_without_a_figure_is_no_zero(make: Make):
    facts = make({("office", 2024): {NEW: ""}})
    text = Page("requests", 2024, unit="office").text
    assert "没有可以计入的申请数：空白 1 家" in text and "零申请" not in text
    assert facts.known.filter((pl.col("unit_id") == "office") & (pl.col("cell") == NEW)).height == 4
