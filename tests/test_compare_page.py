"""对比 on a warehouse planted by hand: every figure against the tables alone, and what may not be compared."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import APP, charts, charts_compare, charts_strips, choosing, comparing, db, fee_doubts, filters
from dashboard.charts import Mark
from dashboard.charts_compare import Ends
from dashboard.charts_strips import Strip
from dashboard.states import LOOKS, ValueState
from etl.ledger import Kind, Ledger
from etl.paths import DATA_VARIABLE, default_county
from tests import planted_warehouse as planted
from tests import stated
from tests.page_text import words

NAMES = {unit[0]: unit[1] for unit in planted.UNITS}
GROUPS = {unit[0]: unit[4] for unit in planted.UNITS}
# of which the planted finding f-fee says that it may be yuan
IN_DOUBT = (pl.col("measure") == planted.FEES) & (pl.col("unit_id") == "north") & (pl.col("year") == 2023)
WORDS = {look.word for state, look in LOOKS.items() if not state.has_value}


def visit(units: str = "", **chosen: Any) -> AppTest:
    """The page inside the frame as its address would open it; `units` by id, the rest are parameters or widgets."""
    app = AppTest.from_file(str(APP), default_timeout=120)
    app.switch_page("app_pages/compare.py")
    app.query_params["c"] = [NAMES[unit] for unit in units.split()]
    for key in ("y", "s", "u", "m", "b"):
        if key in chosen:
            app.query_params[key] = chosen.pop(key)
    for key, value in chosen.items():
        app.session_state[key.replace("_", "-")] = value
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def grids(app: AppTest) -> list[dict[str, Any]]:
    held = [json.loads(each.proto.json) for each in app.get("bidi_component")]
    return [part for part in held if "corner" in part]


def grid(app: AppTest, corner: str) -> dict[str, dict[str, str]]:
    """The rows of the last table with this corner: head → column → text."""
    table = [part for part in grids(app) if part["corner"] == corner][-1]
    return {
        row["head"]: dict(zip(table["columns"], (cell["t"] for cell in row["cells"]), strict=True))
        for row in table["rows"]
    }


def plots(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(each.proto.spec) for each in app.get("plotly_chart")]


def points(plot: dict[str, Any], axis: str) -> dict[str, float]:
    """What is drawn: address → place on that axis."""
    return {
        data[0]: value
        for trace in plot["data"]
        if trace.get("customdata") and "markers" in trace["mode"]
        for data, value in zip(trace["customdata"], trace[axis], strict=True)
    }


def told(county: Path) -> dict[tuple[str, str, int], dict[str, Any]]:
    rows = stated.figures(county).to_dicts()
    return {(row["measure"], row["unit_id"], row["year"]): row for row in rows}


def as_text(row: dict[str, Any]) -> str:
    """How a figure of the tables must be written; shares with their counts."""
    if row["of"] is not None:
        counts = f"{row['value']:.0f}/{row['of']:.0f} 件"
        share = Fraction(row["value"]) / Fraction(row["of"]) if row["of"] else Fraction(0)
        return f"{float(share):.1%}，{counts}" if row["of"] >= 5 and share else counts
    text = f"{row['value']:,f}".rstrip("0").rstrip(".")
    return f"约{text}" if row["approximate"] else text


@pytest.mark.parametrize("years", [(2023, 2024), (2022, 2024), (2020, 2024), (2020, 2022), (2024, 2025)], ids=str)
@pytest.mark.parametrize("units", ["office justice east west south north", "gone area east west", "office"])
def test_every_figure_of_the_tables_is_that_of_the_documents(units: str, years: tuple[int, int], county: Path):
    held, shown = told(county), 0
    for view in ("两年之差", f"各家 {years[1]} 年度"):
        if view.startswith("各家") and " " not in units:
            continue
        chosen = {"view_all_measures": view} if " " in units else {}
        app = visit(units, y=str(years[1]), b=str(years[0]), view_two_years="表", view_over_years="表", **chosen)
        for table in grids(app):
            for cell in (cell for row in table["rows"] for cell in row["cells"] if cell["a"]):
                _, measure, year, unit = cell["a"].split("|")
                row = held.get((measure, unit, int(year)))
                text = cell["t"].replace("9.10", "9.1").replace("12.50", "12.5")
                assert text in WORDS if row is None else text == as_text(row), cell
                shown += 1
    assert shown > 40


@pytest.mark.parametrize("years", [(2023, 2024), (2022, 2023), (2020, 2022)], ids=str)
def test_every_difference_is_the_later_figure_less_the_earlier(years: tuple[int, int], county: Path):
    held, names = told(county), {"office": "人民政府办公室", "justice": "司法局", "east": "东坪镇", "west": "西坪乡"}
    app = visit(" ".join(names), y=str(years[1]), b=str(years[0]), view_all_measures="两年之差")
    table = [part for part in grids(app) if part["corner"] == "指标"][-1]
    compared = 0
    for row in table["rows"]:
        line = dict(zip(table["columns"], row["cells"], strict=True))
        for unit, name in names.items():
            measure = line[f"{name} {years[0]}"]["a"].split("|")[1]
            pair = [held.get((measure, unit, year)) for year in years]
            text = line[f"{name}增减（百分比）"]["t"]
            if None in pair:
                assert text == "—"
                continue
            first, last = pair
            if first["of"] is not None:
                if min(first["of"], last["of"]) < 5:
                    assert text == "—"
                    continue
                apart = float(last["value"] / last["of"] - first["value"] / first["of"]) * 100
                assert float(text.removesuffix(" 个百分点").replace("−", "-")) == pytest.approx(apart, abs=0.051)
                continue
            compared += 1
            number, _, percent = text.removeprefix("约").partition("（")
            assert Decimal(number.replace("−", "-").replace(",", "")) == last["value"] - first["value"]
            assert text.startswith("约") == bool((first["approximate"] or last["approximate"]) and number != "0")
            if first["value"] < 10:
                assert not percent, text
            elif percent:
                share = float(last["value"] / first["value"] - 1) * 100
                assert float(percent.removesuffix("%）").replace("−", "-")) == pytest.approx(share, abs=0.051)
            else:
                assert last["value"] == first["value"]
    assert compared > 30


def test_the_difference_of_a_scope_is_made_of_the_units_that_have_both_years(county: Path):
    figures = stated.figures(county).filter((pl.col("unit_id") != "area") & ~IN_DOUBT)
    app = visit(y="2024", b="2023")
    table = [part for part in grids(app) if part["corner"] == "指标"][-1]
    assert len(table["rows"]) > 15
    for row in table["rows"]:
        first, last, both, change = row["cells"]
        measure = (first["a"] or last["a"]).split("|")[1]
        mine = figures.filter(pl.col("measure") == measure)
        pair = mine.filter(pl.col("year") == 2024).join(mine.filter(pl.col("year") == 2023), on="unit_id")
        if pair.is_empty():
            assert change["t"] == "—" and both["t"] == "0 家"
            continue
        assert both["t"].split("，")[0].split("：")[0] == f"{len(pair)} 家"
        if pair["of"].null_count() == 0:
            continue
        number = change["t"].removeprefix("约").partition("（")[0].replace("−", "-").replace(",", "")
        assert Decimal(number) == (pair["value"] - pair["value_right"]).sum()
        for cell, year in ((first, 2023), (last, 2024)):
            total = mine.filter(pl.col("year") == year)["value"].sum()
            text = cell["t"].replace(",", "")
            assert text.removesuffix("＊") == (
                f"{total:f}".rstrip("0").rstrip(".") if "." in f"{total:f}" else f"{total:f}"
            )
            assert text.endswith("＊") == (measure == planted.FEES and year == 2023)


def test_of_fewer_units_with_both_years_than_stand_in_the_sums_their_own_sums_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    planted.write(
        tmp_path,
        changes={
            ("justice", 2023): {planted.RECEIVED: "/"}, ("east", 2023): {planted.RECEIVED: "20"},
            ("east", 2024): {planted.RECEIVED: "25"}, ("south", 2023): {planted.RECEIVED: "30"},
        },
    )  # fmt: skip
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    shown = grid(visit(y="2024", b="2023"), "指标")
    row = shown["新收申请（件）"]
    # 2023: office 6, east 20, west 0, south 30, north 0; 2024: office 5, justice 0, east 25, north 1, west cannot be read
    assert row["2023 年度合计"] == "56" and row["2024 年度合计"] == "31"
    assert row["两年都有数的，及其合计"] == "3 家：26 → 31，1 家请核对"  # the office stands in the list of findings
    assert row["增减（百分比）"] == "+5"  # of three units there is no percentage, though 26 would be base enough
    # all but the south, which filed nothing for 2024: 4/4 of the office, then its 4/6 and 1/1 of the north; the rest 0/0
    assert shown["公开率"]["两年都有数的，及其合计"] == "5 家：4/4 → 5/7，件数太少，1 家请核对"
    assert shown["公开率"]["增减（百分比）"] == "—"
    st.cache_resource.clear()


@pytest.mark.parametrize(("more", "shown"), [(3, "+6"), (4, "+6（+21.4%）")])
def test_a_difference_is_told_in_percent_from_five_units_upwards(
    more: int, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with duckdb.connect(str(planted.write(tmp_path))) as connection:
        connection.execute(
            "DELETE FROM measure_value WHERE measure = $m AND unit_id <> 'east'", {"m": planted.RECEIVED}
        )
        connection.execute(
            "UPDATE measure_value SET state = 'reported', value = CASE year WHEN 2023 THEN 28 ELSE 34 END"
            " WHERE measure = $m AND year IN (2023, 2024)", {"m": planted.RECEIVED},
        )  # fmt: skip
        planted.add_townships(connection, 2024, [0] * more)
        connection.execute(
            "INSERT INTO measure_value BY NAME SELECT * REPLACE (2023 AS year) FROM measure_value"
            " WHERE unit_id LIKE 'more-%'"
        )
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    row = grid(visit(y="2024", b="2023"), "指标")["新收申请（件）"]
    assert row["增减（百分比）"] == shown
    assert row["两年都有数的，及其合计"] == f"{more + 1} 家"  # those of both sums: nothing else to tell
    st.cache_resource.clear()


@pytest.mark.parametrize("scope", ["全部", planted.TOWNSHIPS, planted.DEPARTMENTS])
def test_what_a_whole_group_is_drawn_with_is_stated_and_groups_are_not_mixed(scope: str, county: Path):
    held = told(county)
    app = visit(y="2024", b="2023", s=scope, m="行政事业性收费")
    drawn = [points(plot, "x") for plot in plots(app)]
    for plot in drawn:
        groups = {GROUPS[address.split("|")[3]] for address in plot}
        assert len(groups) == 1 and (scope == "全部" or groups == {scope})
    places = {address: size for plot in drawn for address, size in plot.items()}
    held.pop((planted.FEES, "north", 2023))  # may be yuan
    expected = {
        f"measure|{planted.FEES}|{year}|{unit}": float(held[planted.FEES, unit, year]["value"])
        for unit, group in GROUPS.items()
        for year in (2023, 2024)
        if scope in ("全部", group) and unit != "area" and (planted.FEES, unit, year) in held
        and any(held.get((planted.FEES, unit, each), {"value": None})["value"] != 0 for each in (2023, 2024))
    }  # fmt: skip
    assert places == expected and expected


def test_a_fee_that_may_be_in_yuan_is_in_no_sum_no_difference_and_no_picture(county: Path):
    app = visit(y="2024", b="2023", m="行政事业性收费")
    change = grid(app, "指标")["行政事业性收费（万元）"]
    # 2023: justice 0, east 9.3, south and office 0, north 95,100; 2024: justice 12.50, east 9.51, north 0
    assert change["2023 年度合计"] == "9.3＊" and change["2024 年度合计"] == "22.01"
    assert change["增减（百分比）"] == "+12.71"  # of justice and east alone
    aside = "行政事业性收费 2023 年度另 1 家填的 95,100 万元可能写错单位，请先核对，照原文全部相加是 95,109.3 万元。"
    assert f"＊{aside}" in words(app)
    sizes = [
        x for plot in plots(app) for trace in plot["data"] for x in trace.get("x") or () if isinstance(x, int | float)
    ]
    assert max(sizes) < 20
    app = visit("north east", y="2024", b="2023", m="行政事业性收费", view_two_years="表")
    assert grid(app, "单位")["北坪街道"] == {
        "2023 年度": "95,100", "2024 年度": "0", "增减（百分比）": "—", "可比（或原因）": "可能写错单位，请先核对",
    }  # fmt: skip
    assert "1 家增，1 家不能比" in words(app)
    strips = plots(app)[-1]["data"]
    assert max(y for trace in strips for y in trace["y"] if y is not None) < 20
    assert any("95,100＊" in trace["text"] for trace in strips if trace["mode"] == "text")


def test_a_fee_of_which_somebody_said_that_it_is_right_is_compared_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    planted.write(tmp_path)
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    after = {
        "decision": "waive", "rule": "T-32", "unit_id": "north", "year": 2023, "where": "表二", "message": "已核票据。",
    }  # fmt: skip
    Ledger(default_county().ledger).record(Kind.FINDING, "f-fee", after, who="王复核", why="确为 95100 万元")
    app = visit(y="2024", b="2023", m="行政事业性收费")
    change = grid(app, "指标")["行政事业性收费（万元）"]
    assert change["2023 年度合计"] == "95,109.3" and change["增减（百分比）"].startswith("−95,087.29")
    assert "＊" not in words(app)
    st.cache_resource.clear()


def test_units_stand_in_the_order_of_the_register_however_large_their_figures_are(county: Path):
    app = visit("east west justice office", y="2024", m="行政许可决定", view_two_years="表")
    assert list(grid(app, "单位")) != [] and [part for part in grids(app) if part["corner"] == "单位"]
    order = ["人民政府办公室", "司法局", "东坪镇", "西坪乡"]
    assert list(grid(app, "单位")) == order
    assert not re.search(r"第一|第 ?\d+ ?名|排名(?!次)|倒数|最好|最差", words(app))


def test_a_figure_without_its_partner_is_a_hollow_cross_that_nothing_is_joined_to(county: Path):
    app = visit("south east", y="2024", b="2023", m="行政事业性收费")  # the south filed nothing for 2024
    (plot, _) = plots(app)
    crosses = [trace for trace in plot["data"] if trace.get("marker", {}).get("symbol") == "x-open"]
    assert [data[0].split("|")[3] for trace in crosses for data in trace["customdata"]] == ["south"]
    joined = [trace for trace in plot["data"] if trace["mode"] == "lines" and trace["x"] == [0, 1]]
    assert [trace["y"] for trace in joined] == [[9.3, 9.51]]
    labels = [text for trace in plot["data"] if trace["mode"] == "text" for text in trace["text"]]
    assert any("南坪乡" in text and "（2024 未报）" in text for text in labels)
    assert any("东坪镇" in text and "+0.21" in text and "%" not in text for text in labels)


def test_up_and_down_have_one_colour(county: Path):
    (plot, _) = plots(visit("office justice", y="2024", b="2023", m="新收申请"))
    colours = {trace["line"]["color"] for trace in plot["data"] if trace["mode"] == "lines" and trace["x"] == [0, 1]}
    assert len(colours) == 1


def test_what_one_edition_lacks_cannot_be_compared_and_says_so(county: Path):
    app = visit(
        "east justice", y="2024", b="2020", m="行政事业性收费", view_two_years="表", view_all_measures="两年之差"
    )
    for line in grid(app, "单位").values():
        assert line["2020 年度"] == "—" and line["增减（百分比）"] == "—"
        assert line["可比（或原因）"] == "不可比，2020 的表没有这项"
    shown = grid(app, "指标")
    assert shown["行政事业性收费（万元）"]["可比（或原因）"] == "不可比，2020 的表没有这项"
    assert shown["行政许可决定（件）"]["可比（或原因）"] == "可比，改版前后同一项"
    assert shown["行政许可决定（件）"]["司法局增减（百分比）"] == "+1,234"
    assert "其间改了表样" in words(app)
    assert "其间改了表样" not in words(visit("east justice", y="2024", b="2022"))


def test_every_state_keeps_its_word(county: Path):
    app = visit("office justice east west south north", y="2024", m="行政事业性收费", view_over_years="表")
    (over,) = [part for part in grids(app) if part["corner"] == "单位"]
    texts = [cell["t"] for row in over["rows"] for cell in row["cells"]]
    assert {"空", "／", "待核", "未报", "—", "未收集", "0", "12.50", "95,100"} <= set(texts)
    assert texts.count("空") == 2 and texts.count("未报") == 2 and texts.count("待核") == 1
    app = visit("west south", y="2024", m="行政事业性收费")
    drawn = [text for trace in plots(app)[-1]["data"] if trace["mode"] == "text" for text in trace["text"]]
    assert {"空", "待核", "未报", "—", "未<br>收集"} <= set(drawn)


def test_a_line_over_the_years_breaks_where_there_is_no_figure_and_where_there_is_no_year(county: Path):
    plot = plots(visit("justice south", y="2024", m="行政许可决定"))[-1]
    lines = [trace for trace in plot["data"] if trace["mode"] == "lines"]
    years = plot["layout"]["xaxis"]["ticktext"]
    assert years == ["2020", "2021", "2022", "2023", "2024", "2025"]
    assert [trace["y"] for trace in lines] == [[0, None, 110, 118, 1234, None], [None, None, 0, 0, None, None]]
    assert not any(trace["connectgaps"] for trace in lines)
    ranges = {tuple(axis["range"]) for name, axis in plot["layout"].items() if name.startswith("yaxis")}
    assert len(ranges) == 1
    dashed = [shape for shape in plot["layout"]["shapes"] if shape["line"]["dash"] == "dash"]
    assert [shape["x0"] for shape in dashed] == [0.5]  # before 2021
    dotted = [shape["x0"] for shape in plot["layout"]["shapes"] if shape["line"]["dash"] == "dot"]
    assert dotted == [3]  # 2023: a township was merged


def test_two_events_of_one_year_stand_under_one_sign():
    rows = [{"happened_on": date(2021, month, 2), "text": told} for month, told in ((3, "甲"), (9, "乙"))]
    assert filters.events_by_year([*rows, {"happened_on": date(2023, 1, 1), "text": "丙"}]) == {
        2021: "2021-03-02 甲；2021-09-02 乙", 2023: "2023-01-01 丙",
    }  # fmt: skip


def test_an_event_of_one_unit_stands_in_its_strip_alone():
    events = [
        {"happened_on": Day(2023, "甲改名"), "scope": "a", "text": "甲改名"},
        {"happened_on": Day(2022, ""), "scope": "", "text": "条例修订"},
        {"happened_on": Day(2021, ""), "scope": "乡镇", "text": "目录更新"},
    ]
    assert list(comparing.events_of(events, {"a"})) == [2023]
    assert list(comparing.events_of(events, {"", "乡镇"})) == [2022, 2021]
    mark = Mark("甲", "2022", ValueState.REPORTED, Decimal(3), "x", "3")
    figure = charts_strips.strips([Strip("甲", [mark], {2022: "甲改名"}), Strip("乙", [mark], {})], [2022], "件", {})
    assert [shape.yref for shape in figure.layout.shapes] == ["y domain"]


class Day:
    def __init__(self, year: int, _: str) -> None:
        self.year = year

    def __format__(self, _: str) -> str:
        return f"{self.year}-01-01"


@pytest.mark.parametrize(
    ("change", "base", "rough", "shown"),
    [
        (Decimal(3), Decimal(5), False, "+3"),
        (Decimal(3), Decimal("9.99"), False, "+3"),
        (Decimal(30), Decimal(240), False, "+30（+12.5%）"),
        (Decimal(-1), Decimal(10), False, "−1（−10.0%）"),
        (Decimal("-1234.5"), Decimal(3), False, "−1,234.5"),
        (Decimal(0), Decimal(50), True, "0"),
        (Decimal(1), Decimal(100000), False, "+1"),  # 0.0% is no percentage
        (Decimal(20), Decimal(100), True, "约+20（+20.0%）"),
        (Decimal(5), Decimal(80), False, "+5（+6.3%）"),  # 6.25%: half upwards
        (Decimal(-21), Decimal(80), False, "−21（−26.3%）"),  # 26.25%
        (None, Decimal(5), False, "—"),
    ],
)
def test_a_change_is_written_with_its_sign_and_in_percent_from_ten_upwards(change, base, rough, shown):
    assert comparing.write_change(change, base, rough) == shown


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (0.05, "+5.0 个百分点"),
        (-0.1234, "−12.3 个百分点"),
        (0.0, "0 个百分点"),
        (0.0001, "不到 0.1 个百分点"),
        (0.0625, "+6.3 个百分点"),
        (7 / 80 - 2 / 80 - 0.125, "−6.3 个百分点"),
        (0.1345 - 0.1, "+3.5 个百分点"),  # 3.45, in binary a little less
        (None, "—"),
    ],
)
def test_the_difference_of_shares_is_in_points(change, shown):
    assert comparing.write_points(change) == shown


def test_shares_of_enough_are_compared_in_points_and_of_few_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    planted.write(tmp_path, changes={("office", 2023): {planted.PROCESSED: "8", planted.GRANTED: "2"}})
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    shown = grid(visit("office", y="2024", b="2023"), "指标")["公开率"]
    assert shown["2023 年度"] == "25.0%，2/8 件" and shown["2024 年度"] == "66.7%，4/6 件"
    assert shown["增减（百分比）"] == "+41.7 个百分点" and shown["可比（或原因）"].startswith("可比")
    shown = grid(visit("office", y="2023", b="2022"), "指标")["公开率"]
    assert shown["增减（百分比）"] == "—" and shown["可比（或原因）"] == "件数太少"
    st.cache_resource.clear()


def test_a_figure_in_the_list_of_findings_asks_to_be_looked_at(county: Path):
    shown = grid(visit("office", y="2024", b="2023"), "指标")
    assert shown["新收申请（件）"]["可比（或原因）"] == "可比，请核对"
    assert shown["行政许可决定（件）"]["可比（或原因）"] == "可比"


def test_the_choice_is_in_the_address(county: Path):
    app = visit("east west", y="2024", b="2022", m="行政处罚决定")
    assert app.multiselect(key="c").value == [NAMES["east"], NAMES["west"]]
    assert app.selectbox(key="b").value == "2022" and app.selectbox(key="m").value == "行政处罚决定"
    assert "2 家，2022 与 2024 年度" in words(app)
    app.button(key="choose-alike").click().run()  # what a reader picks by hand the browser writes there
    assert app.query_params["c"] == [NAMES[unit] for unit in ("east", "west", "south", "north")]


def test_more_than_six_in_the_address_are_cut_and_strangers_are_left_out(county: Path):
    app = visit("office justice east west south north gone")
    assert len(app.multiselect(key="c").value) == choosing.MOST
    app = AppTest.from_file(str(APP), default_timeout=120)
    app.switch_page("app_pages/compare.py")
    app.query_params["c"] = ["没有这一家", NAMES["east"]]
    app.run()
    assert not app.exception and app.multiselect(key="c").value == [NAMES["east"]]


def test_the_choice_comes_back_with_the_page(county: Path):
    app = visit("east west", y="2024", b="2022")
    app.switch_page("app_pages/fees.py").run()
    app.query_params.clear()
    app.switch_page("app_pages/compare.py").run()
    assert not app.exception
    assert app.multiselect(key="c").value == [NAMES["east"], NAMES["west"]]
    assert app.selectbox(key="b").value == "2022"


def test_a_change_of_year_to_the_other_one_takes_another(county: Path):
    app = visit("east", y="2024", b="2023")
    app.selectbox(key="y").set_value("2023").run()
    assert not app.exception
    assert app.selectbox(key="b").value != "2023" and "2023" not in app.selectbox(key="b").options


def test_the_unit_of_the_sidebar_is_compared_with_itself_and_others_are_offered(county: Path):
    app = visit(u=NAMES["east"], y="2024")
    assert "东坪镇：2023 与 2024 年度。再选一家，就能比单位。" in words(app)
    app.button(key="choose-alike").click().run()
    assert not app.exception
    assert app.multiselect(key="c").value == [NAMES[unit] for unit in ("east", "west", "south", "north")]


def test_those_of_a_like_size_are_the_nearest_in_the_same_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with duckdb.connect(str(planted.write(tmp_path))) as connection:
        planted.add_townships(connection, 2024, [9, 1000, 7, 8, 30, 6, 500], measure=planted.LICENCES)
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    app = visit("east", y="2024", m="行政许可决定")  # 8; the justice bureau has 1,234 and is of another group
    app.button(key="choose-near").click().run()
    near = {8: "东坪镇", 9: "新坪0镇", 7: "新坪2镇", 6: "新坪5镇"}
    chosen = set(app.multiselect(key="c").value)
    assert {f"云岭县{near[size]}人民政府" for size in near} <= chosen and len(chosen) == 6
    assert "云岭县新坪3镇人民政府" in chosen and NAMES["justice"] not in chosen
    assert "云岭县新坪1镇人民政府" not in chosen  # 1,000
    app.button(key="choose-nobody").click().run()
    assert app.multiselect(key="c").value == []
    st.cache_resource.clear()


def test_the_nearest_are_found_by_distance_and_nobody_is_near_to_no_figure():
    rows = [{"unit_id": name, "kind": "cell", "value": size} for name, size in
            zip("abcdefgh", (10, 1, None, 12, 90, 9, 11, 30), strict=True)]  # fmt: skip
    assert choosing.near("a", rows) == ["a", "b", "d", "f", "g", "h"]
    assert choosing.near("c", rows) == []
    assert choosing.near("a", rows[:1]) == []


def test_units_of_two_groups_are_told_to_be_of_two_kinds(county: Path):
    assert "不在同一组，职能不同" in words(visit("east justice", y="2024"))
    assert "不在同一组" not in words(visit("east west", y="2024"))


def test_with_nobody_chosen_both_years_and_ways_to_choose_are_offered(county: Path):
    app = visit(y="2024")
    assert "没有选单位：比各单位 2023 与 2024 年度" in words(app)
    app.button(key=f"choose-first-{planted.TOWNSHIPS}").click().run()
    assert app.multiselect(key="c").value == [NAMES[unit] for unit in ("east", "west", "south", "north", "gone")]


def test_with_one_year_alone_it_says_so_and_units_can_still_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with duckdb.connect(str(planted.write(tmp_path))) as connection:
        connection.execute("DELETE FROM report WHERE year <> 2024")
        connection.execute("DELETE FROM measure_value WHERE year <> 2024")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    app = visit(y="2024")
    assert "只有 2024 一个年度有年报，没有第二年可比。请选两家以上，比这一年。" in words(app)
    assert grids(app) == [] and plots(app) == []
    app.button(key=f"choose-first-{planted.DEPARTMENTS}").click().run()
    assert not app.exception
    assert grid(app, "指标")["行政许可决定（件）"]["司法局"] == "1,234"
    st.cache_resource.clear()


def test_how_far_units_are_apart_is_told_without_an_order(county: Path):
    shown = grid(visit("office justice east", y="2024"), "指标")
    assert shown["行政许可决定（件）"]["最多相差"] == "1,234"
    assert shown["行政事业性收费（万元）"] == {
        "人民政府办公室": "／", "司法局": "12.50", "东坪镇": "9.51", "最多相差": "2.99", "可比（或原因）": "不适用 1 家",
    }  # fmt: skip
    assert shown["政府网站发布（正文，条）"]["最多相差"] == "—"  # one alone is sure of its figure


def test_a_unit_that_one_of_the_years_did_not_have_is_not_joined(county: Path):
    app = visit("north east", y="2024", b="2022", m="新收申请", view_two_years="表")
    line = grid(app, "单位")["北坪街道"]
    assert line == {"2022 年度": "", "2024 年度": "1", "增减（百分比）": "—", "可比（或原因）": "2022 没有这一家"}


@pytest.mark.parametrize(
    ("wanted", "placed"),
    [([0, 0, 0], [0, 10, 20]), ([99, 100], [90, 100]), ([5, 50, 6], [5, 50, 15]), ([100, 100, 0], [90, 100, 0])],
)
def test_labels_keep_their_order_and_their_distance(wanted: list[float], placed: list[float]):
    assert charts_compare.spread(wanted, 10, 0, 100) == placed


def test_every_label_of_a_slope_lies_in_its_picture():
    lines = [
        Ends(f"单位{n}", Mark("甲", "2023", ValueState.REPORTED, Decimal(n), "a", str(n)),
             Mark("甲", "2024", ValueState.REPORTED, Decimal(n * n), "a", str(n * n)), "+1,000（+123.4%）")
        for n in (1, 2, 3, 4, 5, 150)
    ]  # fmt: skip
    figure = charts_compare.slope(lines, ("2023 年度", "2024 年度"), "件")
    low, high = figure.layout.yaxis.range
    labels = [y for trace in figure.data if trace.mode == "text" for y in trace.y]
    assert len(labels) == 12 and all(low <= y <= high for y in labels)


def test_a_phone_is_told_the_difference_or_which_year_lacks_its_figure() -> None:
    mark = Mark("甲局", "2024", ValueState.REPORTED, 7, "there", "7")
    assert Ends("甲局", mark, mark, "+43（+33.9%）").brief == "+43"
    assert Ends("甲局", None, mark, "（2023 空白）").brief == "2023空白"
    assert Ends("甲局", None, mark, "（2023 没有这一家）").brief == "只有一头"


def test_a_long_name_is_folded_on_the_screen_and_whole_on_paper_and_by_a_projector() -> None:
    long, short = "青禾湖管理区管理委员会", "榛皋镇"
    mark = Mark(long, "2024", ValueState.REPORTED, 7, "there", "7")
    figure = charts_compare.dumbbells(
        [Ends(name, mark, mark, "0") for name in (long, short)], ("2023 年度", "2024 年度"), "件"
    )
    assert figure.layout.yaxis.ticktext[0].count("<br>") == 1
    held = charts.for_show(figure)
    assert list(held.layout.yaxis.ticktext) == [long, short]


def test_a_sum_of_nothing_but_what_is_in_doubt_says_what_to_do(county: Path):
    (total,) = db.rows(
        "SELECT * FROM measure_total WHERE scope = 'north' AND measure = $fees AND year = 2023", {"fees": planted.FEES}
    )
    cell = comparing._sum_cell(total, fee_doubts.of_scope("north"))
    assert cell.text == "先核对＊" and cell.value is None
