"""主动公开: every figure against the tables alone, on a county that is read and checked, and on one planted by hand."""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import polars as pl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import APP, charts_scatter
from dashboard.charts_scatter import Dot
from etl.build import build
from etl.ledger import Kind, Ledger
from etl.paths import DATA_VARIABLE, County
from tests import planted_warehouse as planted
from tests import stated
from tests.layouts import OVERVIEW, pipe_text
from tests.page_text import words

DOCUMENTS = "proactive/normative_documents/"
TOWNS = ("柳堡", "双桥", "石门", "白塔", "长岭", "高台", "平川", "新河")
NAMES = {f"t{n}": f"青禾县{town}镇人民政府" for n, town in enumerate(TOWNS, start=1)}
# (issued, repealed, in_force) as printed, by unit and year. None: not filed.
STOCKS: dict[str, dict[int, tuple[str, str, str] | None]] = {
    "t1": {2022: ("0", "0", "4"), 2023: ("2", "1", "5"), 2024: ("0", "0", "5")},  # holds
    "t2": {2022: ("0", "0", "4"), 2023: ("1", "0", "5"), 2024: ("0", "0", "2")},  # 2 where 5 follows
    "t3": {
        2022: ("0", "0", "4"),
        2023: ("0", "0", "1"),
        2024: ("3", "0", "9"),
    },  # wrong twice: last year proves nothing
    "t4": {2022: ("0", "0", "0"), 2023: None, 2024: ("0", "0", "0")},
    "t5": {2022: ("0", "0", "0"), 2023: ("0", "0", "0"), 2024: ("", "0", "0")},
    "t6": {2022: ("0", "0", "0"), 2023: ("0", "0", "/"), 2024: ("0", "0", "0")},
    "t7": {2022: ("0", "0", "0"), 2023: ("0", "0", "0"), 2024: None},
    "t8": {2022: ("0", "0", "7"), 2023: ("0", "3", "4"), 2024: ("1", "1", "4")},  # holds
}
# Of 2024: website and official account as the prose tells them, None where it does not.
CHANNELS = {
    "t1": (12, 30),
    "t2": (100, 0),
    "t3": (40, 15),
    "t4": (7, None),
    "t5": (None, None),
    "t6": (300, 90),
    "t8": (15, 8),
}


@pytest.fixture(scope="module")
def read_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight towns, three years, read and checked like any other."""
    county = County(tmp_path_factory.mktemp("county"))
    head = "unit_id,code,name,aliases,kind,group,valid_from,valid_to,merged_into,due\n"
    lines = [f"{unit},,{name},{name[3:6]},town,乡镇街道,,,,是\n" for unit, name in NAMES.items()]
    county.units.write_text(head + "".join(lines), encoding="utf-8")
    county.years.write_text("year,collected,note\n2022,是,\n2023,是,\n2024,是,\n", encoding="utf-8")
    for unit, years in STOCKS.items():
        for year, stock in years.items():
            if stock is not None:
                folder = county.raw / str(year)
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"{NAMES[unit]}{year}.txt").write_text(report(unit, year, stock), encoding="utf-8")
    build(county)
    return county.root


def report(unit: str, year: int, stock: tuple[str, str, str]) -> str:
    cells = dict(zip((f"{DOCUMENTS}{name}" for name in ("issued", "repealed", "in_force")), stock, strict=True))
    text = pipe_text(cells)
    website, account = CHANNELS[unit] if year == 2024 else (20, 10)
    told = [f"在政府网站发布信息{website}条"] if website is not None else []
    told += [f"通过微信公众号发布信息{account}条"] if account is not None else []
    text = text.replace(OVERVIEW[0], f"（一）主动公开。全年{'，'.join(told) or '及时公开各类信息'}。")
    text = text.replace("青禾县柳堡镇人民政府", NAMES[unit])
    return text.replace("2025", str(year + 1)).replace("2024", str(year))


@pytest.fixture
def county(read_county: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(DATA_VARIABLE, str(read_county))
    yield read_county
    st.cache_resource.clear()


def visit(**chosen: Any) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=120)
    app.switch_page("app_pages/proactive.py")
    for key, value in chosen.items():
        app.session_state[key.replace("__", "-")] = value
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def grid(app: AppTest, column: str) -> dict[str, dict[str, dict[str, Any]]]:
    """The rows of the table that has this column: head → column → cell."""
    held = [json.loads(each.proto.json) for each in app.get("bidi_component")]
    (table,) = [part for part in held if column in part.get("columns", ())]
    return {row["head"]: dict(zip(table["columns"], row["cells"], strict=True)) for row in table["rows"]}


def marks(app: AppTest) -> list[dict[str, tuple[Any, Any]]]:
    """For each chart the points that have a 出处: address → place."""
    found = []
    for each in app.get("plotly_chart"):
        plot = json.loads(each.proto.spec)
        found.append({
            data[0]: (x, y)
            for trace in plot["data"]
            if trace.get("customdata") and "markers" in trace.get("mode", "")
            for data, x, y in zip(trace["customdata"], trace["x"], trace["y"], strict=True)
        })  # fmt: skip
    return found


def joined(county: Path, year: int) -> pl.DataFrame:
    """The four figures of each report of one year, as the facts say them."""
    facts = stated.figures(county).filter(pl.col("measure").str.starts_with(DOCUMENTS))
    now = facts.filter(pl.col("year") == year).pivot("measure", index="unit_id", values="value")
    before = facts.filter((pl.col("year") == year - 1) & (pl.col("measure") == f"{DOCUMENTS}in_force"))
    last = before.select("unit_id", last="value")
    return now.rename(lambda name: name.removeprefix(DOCUMENTS)).join(last, on="unit_id", how="left")


@pytest.mark.parametrize("year", [2023, 2024])
def test_what_follows_from_last_year_is_what_the_documents_add_up_to(year: int, county: Path):
    mine = joined(county, year).drop_nulls()
    gap = {row["unit_id"]: row["in_force"] - row["last"] - row["issued"] + row["repealed"] for row in mine.to_dicts()}
    holds, broken = [unit for unit in gap if not gap[unit]], [unit for unit in gap if gap[unit]]
    assert holds and broken
    app = visit(y=str(year), view__stock="表")
    shown = grid(app, "上年现行有效")
    for unit, name in NAMES.items():
        line = shown[name]
        told = line["结果"]["t"]
        assert told == ("对得上" if unit in holds else "对不上") if unit in gap else told.startswith("不能比"), (
            unit,
            told,
        )
        assert line["相差"]["t"] == (f"{gap[unit]:+.0f}".replace("-", "−") if unit in broken else "")
    left = len(NAMES) - len(gap)
    title = re.search(r"规范性文件与上年衔接：([^\n]*)", words(app))
    assert title and f"{len(holds)} 家对得上，{left} 家不能比" in title[1]
    assert sum(int(count) for count in re.findall(r"(\d+) 家(?:请核|提示)", title[1])) == len(broken)


def test_as_many_hold_and_do_not_as_the_check_counted(county: Path):
    (results,) = stated.tables(county, "rule_result")
    (stock,) = stated.tables(county, "document_stock")
    told = {row["verdict"]: row["count"] for row in results.filter(pl.col("rule") == "X-02").to_dicts()}
    outcomes = dict(stock["outcome"].value_counts().iter_rows())
    assert outcomes["holds"] == told["holds"] and outcomes["broken"] == told["broken"]


def test_the_four_figures_keep_their_states_and_their_way_to_the_document(county: Path):
    shown = grid(visit(y="2024", view__stock="表"), "上年现行有效")
    text = {unit: [shown[name][column]["t"] for column in
                   ("上年现行有效", "本年制发", "本年废止", "本年现行有效", "结果")] for unit, name in NAMES.items()}  # fmt: skip
    assert text["t1"] == ["5", "0", "0", "5", "对得上"]
    assert text["t4"] == ["未报", "0", "0", "0", "不能比（上年未报）"]
    assert text["t5"] == ["0", "空", "0", "0", "不能比（本年制发空白）"]
    assert text["t6"] == ["／", "0", "0", "0", "不能比（上年不适用）"]
    assert text["t7"] == ["0", "未报", "未报", "未报", "不能比（本年未报）"]
    line = shown[NAMES["t2"]]
    assert line["上年现行有效"]["a"] == f"measure|{DOCUMENTS}in_force|2023|t2"
    assert line["本年制发"]["a"] == f"measure|{DOCUMENTS}issued|2024|t2"


def test_only_what_does_not_follow_is_drawn_what_is_expected_beside_what_is_stated(county: Path):
    app = visit(y="2024")
    drawn = [json.loads(each.proto.spec) for each in app.get("plotly_chart")]
    (plot,) = [each for each in drawn if "按上年推算" in json.dumps(each, ensure_ascii=False)]
    places = [
        (trace["marker"]["symbol"], list(zip(trace["y"], trace["x"], strict=True)))
        for trace in plot["data"]
        if "markers" in trace["mode"]
    ]
    assert places == [("circle-open", [("双桥镇", 5), ("石门镇", 4)]), ("circle", [("双桥镇", 2), ("石门镇", 9)])]
    assert "对不上的 2 家，逐条" in words(app)
    assert "1 家请核，1 家提示" in words(app)  # last year of the third town was already wrong
    assert "现行有效 2 件" in words(app) and "为 5 件" in words(app)


def test_sums_that_differ_are_not_said_to_hold_because_the_check_was_silent(
    read_county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(read_county, tmp_path, dirs_exist_ok=True)
    current = (tmp_path / "warehouse" / "current").read_text(encoding="utf-8").strip()
    with duckdb.connect(str(tmp_path / "warehouse" / current)) as connection:
        connection.execute("DELETE FROM finding WHERE rule = 'X-02' AND unit_id = 't2' AND year = 2024")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    app = visit(y="2024", view__stock="表")
    line = grid(app, "上年现行有效")[NAMES["t2"]]  # 5 were to be in force, 2 are stated
    assert (line["相差"]["t"], line["结果"]["t"]) == ("−3", "不相等，没有列为问题")
    assert "2 家对得上，1 家不相等，没有列为问题" in words(app)
    st.cache_resource.clear()


def test_what_a_person_found_to_be_no_fault_is_not_counted(read_county: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(DATA_VARIABLE, str(read_county))
    (findings,) = stated.tables(read_county, "finding")
    (row,) = findings.filter(
        (pl.col("rule") == "X-02") & (pl.col("unit_id") == "t2") & (pl.col("year") == 2024)
    ).to_dicts()
    after = {name: row[name] for name in ("rule", "unit_id", "year", "where", "message")} | {"decision": "waive"}
    ledger = Ledger(County(read_county).ledger)
    ledger.record(Kind.FINDING, row["fingerprint"], after, who="王复核", why="三件到期失效")
    app = visit(y="2024", view__stock="表")
    assert "1 家提示，2 家对得上，1 家已定为不算问题" in words(app)
    assert grid(app, "上年现行有效")[NAMES["t2"]]["结果"]["t"] == "已定为不算问题"
    ledger.record(Kind.FINDING, row["fingerprint"], after | {"decision": "reopen"}, who="王复核", why="再看")
    st.cache_resource.clear()


def test_a_year_whose_form_has_no_such_rows_says_so_in_a_sentence(county: Path):
    app = visit(y="2022")  # nobody has a year before
    assert "规范性文件与上年衔接：不能比的：上年未收集 8 家" in words(app)


def test_a_dot_stands_where_both_figures_of_the_prose_are(county: Path):
    figures = stated.figures(county).filter(pl.col("year") == 2024)
    website = figures.filter(pl.col("measure") == "published_website").select("unit_id", across="value")
    account = figures.filter(pl.col("measure") == "published_wechat").select("unit_id", up="value")
    mine = website.join(account, on="unit_id").sort("unit_id")
    assert mine["unit_id"].to_list() == ["t1", "t2", "t3", "t6", "t8"]
    app = visit(y="2024", channel="微信公众号发布")
    (dots,) = [held for held in marks(app) if set(held) == {f"measure|published_website|2024|{u}" for u in mine["unit_id"]}
               and all(isinstance(y, float | int) for _, y in held.values())]  # fmt: skip
    for row in mine.to_dicts():
        x, y = dots[f"measure|published_website|2024|{row['unit_id']}"]
        assert x == pytest.approx(math.log1p(float(row["across"]))) and y == pytest.approx(math.log1p(float(row["up"])))
    middle = [median(float(value) for value in held) for held in (website["across"], account["up"])]
    assert f"网站 {middle[0]:g}（{len(website)} 家），微信公众号发布 {middle[1]:g}（{len(account)} 家）" in words(app)
    lines = [
        (shape["x0"], shape["y0"])
        for each in app.get("plotly_chart")
        for shape in json.loads(each.proto.spec)["layout"].get("shapes", [])
        if shape["line"]["dash"] == "dash" and shape.get("layer") == "below"
    ]
    assert [lines[0][0], lines[1][1]] == pytest.approx([math.log1p(value) for value in middle])


def test_a_unit_that_did_not_write_a_figure_is_named_and_is_no_zero(county: Path):
    app = visit(y="2024", channel="微信公众号发布")
    text = words(app)
    assert "5 家两样都写了条数，3 家没有都写" in text
    for told in ("微信公众号发布没有写（1 家） ：青禾县白塔镇人民政府", "两样都没有写（1 家） ：青禾县长岭镇人民政府",
                 "未报（1 家） ：青禾县平川镇人民政府"):  # fmt: skip
        assert told.replace(" ", "") in text.replace("*", "").replace(" ", "")
    assert "只描述、不评优劣" in text
    shown = grid(
        visit(y="2024", channel="微信公众号发布", **{"view-channels-全部": "表", "view-channels-乡镇街道": "表"}),
        "微信公众号发布",
    )
    assert shown[NAMES["t4"]]["微信公众号发布"]["t"] == "空" and shown[NAMES["t2"]]["微信公众号发布"]["t"] == "0"


def test_the_channels_of_few_have_no_middle(planted_county: Path):
    text = words(visit(y="2024", channel="微信公众号发布"))
    assert f"{planted.TOWNSHIPS}：网站和微信公众号发布：1 家两样都写了条数，3 家没有都写" in text
    assert "网站 不足 5 家，不画" in text
    assert f"{planted.DEPARTMENTS}：没有一家网站和微信公众号发布都写了条数，不画图" in text
    assert "网站待核" in text  # the justice bureau tells two figures


@pytest.fixture
def planted_county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    planted.write(tmp_path)
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    yield tmp_path
    st.cache_resource.clear()


@pytest.mark.parametrize("scope", ["全部", planted.TOWNSHIPS, planted.DEPARTMENTS])
@pytest.mark.parametrize(
    ("kind", "cell"), [("行政许可", planted.LICENCES), ("行政处罚", planted.PENALTIES)], ids=["licences", "penalties"]
)
def test_decisions_are_drawn_as_stated_and_never_two_groups_in_one_chart(
    kind: str, cell: str, scope: str, planted_county: Path
):
    groups = {unit[0]: unit[4] for unit in planted.UNITS}
    held = {
        (row["unit_id"], row["year"]): float(row["value"])
        for row in stated.figures(planted_county).filter(pl.col("measure") == cell).to_dicts()
    }
    expected = {
        f"measure|{cell}|{year}|{unit}": value
        for (unit, year), value in held.items()
        if year in (2023, 2024) and held.get((unit, 2024)) and scope in ("全部", groups[unit]) and unit != "area"
    }
    drawn: dict[str, float] = {}
    for plot in marks(visit(y="2024", s=scope, decision=kind)):
        mine = {address: x for address, (x, _) in plot.items() if address.split("|")[1] == cell}
        assert len({groups.get(address.split("|")[3]) for address in mine}) <= 1
        drawn |= {address: x for address, x in mine.items() if address.split("|")[3] in groups}
    assert drawn == expected


def test_published_counts_stand_group_by_group_with_those_that_are_missing(planted_county: Path):
    text = words(visit(y="2024", m="政府网站发布"))
    assert f"{planted.TOWNSHIPS}：政府网站发布：2 家写明，合计 415 条" in text
    assert f"{planted.DEPARTMENTS}：政府网站发布，各年度都没有可计的数。" in text
    assert "没有写的不当作 0" in text
    assert "正文" in text


def test_names_beside_dots_meet_neither_each_other_nor_a_dot():
    dots = [Dot("某某镇", 10 + n % 5, 20 + n // 5, "", str(n)) for n in range(25)]
    dots += [Dot("远镇", 5000, 3000, "", "far")]
    spans = [charts_scatter._span([getattr(dot, side) for dot in dots], None) for side in ("across", "up")]
    for width in (250, 900):
        named = charts_scatter._named(dots, spans, width, (12, 22))
        assert "far" in {dot.address for dot, _ in named} and len(named) < len(dots)
        boxes = []
        for dot, place in named:
            (left, right), (low, high) = spans
            at = ((math.log1p(dot.across) - left) / (right - left) * width,
                  (math.log1p(dot.up) - low) / (high - low) * (charts_scatter._HEIGHT - 90))  # fmt: skip
            box = charts_scatter._box(at, *charts_scatter._PLACES[place], len(dot.short) * charts_scatter._LETTER)
            assert box[0] >= 0 and box[2] <= width
            assert not any(charts_scatter._meet(box, other) for other in boxes)
            boxes.append(box)


def test_zero_has_a_place_on_the_scale_of_the_dots():
    figure = charts_scatter.scatter([Dot("甲", 0, 0, "", "a"), Dot("乙", 99, 9, "", "b")], ("网站", "微信"), (None, 4))
    (low, high), ticks = figure.layout.xaxis.range, figure.layout.xaxis.ticktext
    assert low < 0 < math.log1p(99) < high and ticks[0] == "0" and list(figure.data[0].x) == [0, math.log1p(99)]
    assert len(figure.layout.shapes) == 1  # one median alone is known
