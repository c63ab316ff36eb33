"""收费 on counties planted by hand or by chance: two fees that are never added, and a figure that may be in yuan."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from etl.ledger import Kind, Ledger
from etl.paths import default_county
from tests import planted_warehouse as planted
from tests.flow_figures import NAMES, Make, Page, number, scattered

TABLES = ("view-admin-fees=单位×年度", "view-info-fee=单位×年度")
YEARS = ("view-admin-fees=逐年合计", "view-info-fee=逐年合计")


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("group", ["全部", planted.TOWNSHIPS])
def test_every_amount_is_that_of_the_facts_and_of_the_prose(seed: int, group: str, make: Make):
    facts = make(scattered(seed))
    page = Page("fees", 2024, group, views=TABLES)
    for year in (2022, 2023, 2024):
        place = page.tables["admin-fees-单位×年度"]["columns"].index(str(year))
        for unit, value in facts.of_units(planted.FEES, year, group).items():
            shown = page.rows("admin-fees-单位×年度")[NAMES[unit]][place]
            assert Decimal(shown) == value if value is not None else shown in ("空", "／", "待核")
    told = facts.told.filter((pl.col("claim") == "info_fee_yuan") & (pl.col("year") == 2024))
    told = told.filter((pl.lit(group) == "全部") | (pl.col("group") == group))
    assert told.height >= 2
    rows, place = page.rows("info-fee-单位×年度"), page.tables["info-fee-单位×年度"]["columns"].index("2024")
    stated = {NAMES[row["unit_id"]]: number(row["value"]) for row in told.iter_rows(named=True)}
    assert {unit: row[place] for unit, row in rows.items() if row[place] not in ("", "空", "未报", "未收集")} == stated


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_sums_are_those_of_the_facts_in_the_words_and_over_the_years(seed: int, make: Make):
    facts = make(scattered(seed))
    page, held = Page("fees", 2024, views=YEARS), facts.of_units(planted.FEES, 2024)
    charging = [value for value in held.values() if value]
    total = facts.total(planted.FEES, 2024)
    expected = f"{len(charging)} 家有收费，合计 {number(total.value)} 万元"
    assert charging and f"2024 年度 {expected}" in page.text
    assert f"**2024 年度行政事业性收费 {expected}；信息处理费 1 家有收费，合计 400 元。两种费单位不同" in page.text
    words = page.notes("admin-fees-逐年合计")
    for year in (2022, 2023, 2024):
        assert f"{year}　<b>{number(facts.total(planted.FEES, year).value)}" in words
    assert "2020　—" in words and "2024　<b>400</b>" in page.notes("info-fee-逐年合计")


def test_an_amount_that_may_be_in_yuan_stands_beside_the_rest_and_not_in_the_picture(make: Make):
    make(None)
    page = Page("fees", 2023)
    told = "2 家有收费：1 家合计 9.3 万元，另 1 家填的 95,100 万元可能写错单位，请先核对"
    assert f"2023 年度 {told}" in page.text and f"行政事业性收费 {told}；" in page.text
    assert "照原文全部相加是 95,109.3 万元。" in page.text
    drawn = [x for trace in page.charts["admin-fees-各家"]["data"] for x in trace["x"] if x is not None]
    assert max(drawn) < 10
    assert page.rows("fee-doubts-表") == {f"{NAMES['north']} 2023 年度": ["", "95,100", "0"]}
    page = Page("fees", 2024, views=YEARS)
    assert "2023　<b>9.3＊</b>" in page.notes("admin-fees-逐年合计") and "22.01" in page.text
    bars = page.charts["admin-fees-逐年合计"]["data"][0]
    assert list(bars["x"]) == [9.1, 9.3, 22.01]  # 2022, 2023, 2024


def test_a_year_of_nothing_but_such_an_amount_has_no_sum_in_its_title(make: Make):
    make({("east", 2023): {planted.FEES: "0"}})
    text = Page("fees", 2023).text
    assert "2023 年度 1 家有收费：1 家填的 95,100 万元可能写错单位，请先核对" in text
    assert "合计 95,100" not in text and "合计 0" not in text


def test_an_amount_of_which_somebody_said_that_it_is_right_is_added_like_any_other(make: Make):
    make(None)
    after = {
        "decision": "waive", "rule": "T-32", "unit_id": "north", "year": 2023, "where": "表二", "message": "已核票据。",
    }  # fmt: skip
    Ledger(default_county().ledger).record(Kind.FINDING, "f-fee", after, who="王复核", why="确为 95100 万元")
    page = Page("fees", 2023)
    assert "2023 年度 2 家有收费，合计 95,109.3 万元" in page.text and "可能写错单位" not in page.text
    assert "fee-doubts-表" not in page.tables


def test_a_unit_that_need_not_file_is_not_told_as_not_collected(make: Make):
    make(None)
    labels = [each.label for each in Page("fees", 2024).app.get("expander")]
    # without a mark: the office wrote a slash, the west nothing, the north 0, the south filed nothing, the weather bureau
    # need not file
    (label,) = [each for each in labels if "不适用 1 家" in each]
    assert set(label.removeprefix("没有画在图上的：").split("，")) == {
        "不适用 1 家", "空白 1 家", "未报 1 家", "真零 1 家", "不在应报之列 1 家",
    }  # fmt: skip


def test_a_year_of_zeros_is_told_and_no_axis_is_drawn(make: Make):
    make({key: {planted.FEES: "0"} for key in planted.REPORTS})
    page = Page("fees", 2024)
    assert "2024 年度写明的 5 家都是 0 万元" in page.text
    assert not any(name.startswith("admin-fees") for name in page.charts)


def test_a_year_without_the_item_is_not_a_zero(make: Make):
    make(None)
    page = Page("fees", 2020)
    assert "2020 年度没有可计的数" in page.text and "都是 0 万元" not in page.text


def test_each_dot_leads_to_its_unit_and_the_year_before_is_hollow(make: Make):
    make(None)
    traces = [trace for trace in Page("fees", 2024).charts["admin-fees-各家"]["data"] if trace.get("customdata")]
    found = {
        trace["name"]: {address.split("|")[3]: x for (address,), x in zip(trace["customdata"], trace["x"], strict=True)}
        for trace in traces
    }
    assert found == {"2024 年度": {"justice": 12.5, "east": 9.51}, "2023 年度": {"justice": 0, "east": 9.3}}
    assert [trace["marker"]["symbol"] for trace in traces] == ["circle-open", "circle"]
