"""依申请公开 on counties planted by hand or by chance: every figure against the facts, and what may not be drawn."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dashboard import charts, charts_flow, theme
from dashboard.states import ValueState
from tests import planted_warehouse as planted
from tests.flow_figures import (
    CELLS,
    NAMES,
    OUTCOMES,
    Make,
    Page,
    bars,
    cell,
    number,
    one_office,
    scattered,
)
from tests.test_dashboard import contrast

IN, NEW, DONE, OUT = (cell(row) for row in ("carried_in", "new_received", "total_processed", "carried_out"))
FOUR = (NEW, IN, DONE, OUT)  # in the order of the form
AS_TABLES = [f"view-{card}=表" for card in ("balance", "flow", "outcomes", "applicants", "disputes")]


@pytest.mark.parametrize("group", ["全部", planted.DEPARTMENTS, planted.TOWNSHIPS])
@pytest.mark.parametrize("year", [2022, 2024])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_figure_of_the_tables_is_that_of_the_facts(seed: int, year: int, group: str, make: Make):
    facts = make(scattered(seed))
    page = Page("requests", year, group, views=[*AS_TABLES, "view-received=单位×年度"])
    sums = {each: facts.total(each, year, group) for each in FOUR}
    for (figure, counted), held in zip(page.rows("balance-表").values(), sums.values(), strict=True):
        assert not held.counted or figure == number(held.value)
        assert f"计入 {held.counted} 家" in counted
    rows = page.rows("outcomes-表")
    for index, pattern in enumerate(OUTCOMES.values()):
        for unit, value in facts.of_units(cell(pattern), year, group).items():
            shown = rows[NAMES[unit]][index]
            assert shown == number(value) if value is not None else not shown.replace(",", "").isdigit()
    for each in (each for each in CELLS if each.row == "new_received"):
        held = facts.total(each.id, year, group)
        assert not held.counted or page.rows("applicants-表")[each.column_label] == [number(held.value)]
    for each in (each for each in CELLS if each.table == "disputes"):
        held, head = facts.total(each.id, year, group), f"{each.row_label} · {each.column_label}"
        assert not held.counted or page.rows("disputes-表")[head] == [number(held.value)]
    for each in (2020, 2022, 2023, 2024):
        place = page.tables["received-单位×年度"]["columns"].index(str(each))
        for unit, value in facts.of_units(NEW, each, group).items():
            if value is not None:
                assert page.rows("received-单位×年度")[NAMES[unit]][place] == number(value)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_reasons_stand_under_their_group_and_only_those_that_occurred(seed: int, make: Make):
    facts = make(scattered(seed))
    page, expected, zero = Page("requests", 2024), {}, 0
    for each in CELLS:
        if each.column != "total" or not each.row.startswith(("denied_", "unable_", "notproc_", "other_")):
            continue
        held = facts.total(each.id, 2024)
        zero += held.counted > 0 and not held.value
        if held.value:
            expected[f"{each.group_label.split(' / ')[1]} · {each.row_label}"] = [number(held.value)]
    assert len({head.split(" · ")[0] for head in expected}) > 1
    assert page.rows("reasons-表") == expected and f"其余 {zero} 项均为 0" in page.text


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_the_first_sentence_and_the_zeros_are_those_of_the_facts(seed: int, make: Make):
    changes = scattered(seed)
    changes["office", 2024][NEW], changes["justice", 2024][NEW] = "7", "0"
    facts = make(changes)
    page, held = Page("requests", 2024), facts.of_units(NEW, 2024)
    asked = [value for value in held.values() if value]
    zero = [NAMES[unit] for unit, value in held.items() if value == 0]
    assert f"2024 年度新收 {number(sum(asked, Decimal(0)))} 件" in page.text
    assert f"{len(asked)} 家；{len(zero)} 家零申请。" in page.text
    (names,) = [
        each.markdown[0].value for each in page.app.get("expander") if each.label == f"零申请（{len(zero)} 家）"
    ]
    assert names.split("、") == zero


def test_a_gap_is_drawn_in_the_shorter_line_and_told_in_words(make: Make):
    make(one_office(new_received="9", carried_in="2", granted="6", total_processed="6", carried_out="2"))
    page = Page("requests", 2024)
    drawn = bars(page.charts["balance-图"])
    assert drawn == {"上年结转": 2, "新收": 9, "办结": 6, "结转下年": 2, "差": 3}
    (gap,) = [trace for trace in page.charts["balance-图"]["data"] if trace["name"] == "差"]
    assert gap["marker"]["pattern"]["shape"] == "/" and gap["y"] == [0]  # the line below
    assert "差 3 件" in page.notes("balance-图") and "收与办：两边相差 3 件" in page.text
    page = Page("requests", 2024, views=["view-balance=两边不等的单位"])
    assert page.rows("balance-两边不等的单位") == {NAMES["office"]: ["2", "9", "6", "2", "差 3"]}


def test_every_part_of_the_identity_leads_to_its_source(make: Make):
    make(one_office(new_received="9", carried_in="2", granted="9", total_processed="9", carried_out="2"))
    page = Page("requests", 2024)
    addresses = {trace["name"]: trace["customdata"][0] for trace in page.charts["balance-图"]["data"]}
    asked = zip(("上年结转", "新收", "办结", "结转下年"), (IN, NEW, DONE, OUT), strict=True)
    assert addresses == {name: [f"measure|{item}|2024|全部"] for name, item in asked}
    assert "差" not in page.notes("balance-图") and "收与办：两边相等" in page.text


def test_units_that_differ_in_opposite_ways_are_not_called_equal(make: Make):
    changes = one_office(new_received="3", granted="2", total_processed="2")
    make(changes | {("east", 2024): changes["east", 2024] | {NEW: "1", cell("granted"): "2", DONE: "2"}})
    page = Page("requests", 2024)
    assert "收与办：合计相等，但有 2 家自己的两边不等" in page.text
    assert "flow-图" not in page.charts and "没有画流向图：有单位自己的两边不等" in page.text


def test_the_two_sides_are_those_of_the_units_that_state_all_four(make: Make):
    changes = one_office(new_received="12", granted="12", total_processed="12")
    make(changes | {("west", 2024): changes["west", 2024] | {NEW: "?", cell("granted"): "3", DONE: "3"}})
    page = Page("requests", 2024)
    assert "收与办：四项都写明的 4 家，两边相等" in page.text and "另有 1 家只写明一部分" in page.text
    assert bars(page.charts["balance-图"]) == {"新收": 12, "办结": 12} and "flow-图" not in page.charts
    hovers = [text for trace in page.charts["balance-图"]["data"] for text in trace["hovertext"]]
    assert hovers == ["四项都写明的 4 家<br>新收：12 件", "四项都写明的 4 家<br>办结：12 件"]
    assert "没有画流向图：各项计入的家数不同" in page.text
    table = Page("requests", 2024, views=["view-balance=表"]).rows("balance-表")
    assert [row[0] for row in table.values()] == ["12", "0", "15", "0"]  # whoever states a figure is in its sum


def test_a_gap_of_those_that_state_all_four_is_told_though_others_do_not(make: Make):
    changes = one_office(new_received="12", granted="10", total_processed="10")
    make(changes | {("west", 2024): changes["west", 2024] | {NEW: "?", cell("granted"): "2", DONE: "2"}})
    page = Page("requests", 2024)
    assert "收与办：四项都写明的 4 家，两边相差 2 件，请看各家原表" in page.text
    assert bars(page.charts["balance-图"]) == {"新收": 12, "办结": 10, "差": 2}


@pytest.mark.parametrize("colours", [theme._LIGHT, theme._DARK], ids=["light", "dark"])
def test_a_figure_in_a_bar_can_be_read_on_its_colour(colours: theme.Palette):
    inks = [charts_flow.ink_on(colour) for colour in colours.series]
    assert [each for each in zip(colours.series, inks, strict=True) if contrast(*each) < 4.5] == []


@pytest.mark.parametrize(("told", "shrinks"), [("112", False), ("44,753", True)])
def test_short_figures_over_the_years_keep_their_size_and_none_is_turned(told: str, shrinks: bool):
    mark = charts.Mark("2024", "", ValueState.REPORTED, Decimal(112), "x", told)
    bar = charts.by_year([mark], "件").data[0]
    assert bar.textangle == 0 and bar.constraintext == ("both" if shrinks else "none")


def test_without_a_unit_that_states_all_four_no_sides_are_drawn(make: Make):
    changes = one_office(new_received="12", granted="10", total_processed="")
    page = (make(changes), Page("requests", 2024, unit="office"))[1]
    assert "收与办：没有可计的件数" in page.text and "balance-图" not in page.charts
    make({key: held | {(NEW, DONE)[key[0] == "east"]: "/"} for key, held in changes.items()})
    page = Page("requests", 2024)
    assert "收与办：没有四项都写明的" in page.text and "balance-图" not in page.charts


FLOWING = {"new_received": "9", "carried_in": "2", "granted": "4", "unable_not_held": "5", "total_processed": "9"}


def test_the_stream_carries_in_what_it_carries_out_and_invents_no_link(make: Make):
    make(one_office(**FLOWING, carried_out="2"))
    (stream,) = Page("requests", 2024).charts["flow-图"]["data"]
    names, link = stream["node"]["label"], stream["link"]
    ends = {(names[a], names[b]): n for a, b, n in zip(link["source"], link["target"], link["value"], strict=True)}
    middle = "应办 11"
    assert ends == {
        ("上年结转 2", middle): 2, ("新收 9", middle): 9, (middle, "予以公开 4"): 4, (middle, "无法提供 5"): 5,
        (middle, "结转下年 2"): 2,
    }  # fmt: skip
    table = Page("requests", 2024, views=["view-flow=表"]).rows("flow-表")
    assert [row[0] for row in table.values()] == ["2", "9", "11", "4", "0", "0", "5", "0", "0", "9", "2"]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (FLOWING | {"carried_out": "1"}, "收与办两边不相等"),
        (FLOWING | {"carried_out": "2", "granted": "3"}, "各项结果相加 8 件，与办结总计 9 件不同"),
        (FLOWING | {"carried_out": "2", "granted": ""}, "各项计入的家数不同，或有空着、待核的格"),
    ],
)
def test_no_stream_is_drawn_of_what_does_not_balance(cells: dict[str, str], told: str, make: Make):
    make(one_office(**cells))
    page = Page("requests", 2024)
    assert "flow-图" not in page.charts and f"没有画流向图：{told}" in page.text


@pytest.mark.parametrize(("asked", "is_drawn"), [("9", False), ("10", True)])
def test_one_unit_has_a_stream_from_ten_applications(asked: str, is_drawn: bool, make: Make):
    make(one_office(new_received=asked, granted=asked, total_processed=asked))
    page = Page("requests", 2024, unit="office")
    assert ("flow-图" in page.charts) is is_drawn and "没有画流向图" not in page.text
    assert "flow-图" in Page("requests", 2024).charts  # the county, whatever its number


@pytest.mark.parametrize(("granted", "offered"), [("29", False), ("30", True)])
def test_shares_are_offered_from_thirty(granted: str, offered: bool, make: Make):
    changes = one_office(new_received=granted, granted=granted, total_processed=granted)
    make(changes)
    assert ("占比" in Page("requests", 2024, unit="office").options("outcomes")) is offered
    assert ("占比" in Page("requests", 2024).options("outcomes")) is offered


def test_shares_leave_out_who_has_too_few_and_name_them(make: Make):
    changes = one_office(granted="25", unable_not_held="15", total_processed="40", new_received="40")
    make(changes | {("east", 2024): changes["east", 2024] | {cell("granted"): "1", DONE: "1", NEW: "1"}})
    page = Page("requests", 2024, views=["view-outcomes=占比"])
    traces = page.charts["outcomes-占比"]["data"]
    shares = {trace["name"]: dict(zip(trace["y"], trace["x"], strict=True)) for trace in traces}
    whole, office = 1, 0  # the lines from below
    assert shares == {"予以公开": {whole: 26 / 41, office: 25 / 40}, "无法提供": {whole: 15 / 41, office: 15 / 40}}
    assert "各单位合计　41 件" in page.notes("outcomes-占比")
    (left,) = [each for each in page.app.get("expander") if each.label.startswith("没有画进占比")]
    assert left.markdown[0].value == NAMES["east"]


def test_a_share_of_the_county_is_sum_over_sum_and_of_few_is_no_percentage(make: Make):
    changes = one_office(granted="1", unable_not_held="1", total_processed="2", new_received="2")
    make(changes)
    assert "合计占 1/2 件。" in Page("requests", 2024).text
    east = changes["east", 2024] | {cell("granted"): "8", DONE: "8", NEW: "8"}
    make(changes | {("east", 2024): east})
    text = Page("requests", 2024).text
    assert "合计占 90.0%，9/10 件。" in text and "75.0%" not in text  # the mean of the two shares would be 75 %
    assert "合计占 1/2 件。" in Page("requests", 2024, unit="office").text


def dots(page: Page, chart: str) -> dict[str, int]:
    """How many dots lead to each address."""
    found: dict[str, int] = {}
    for trace in page.charts[chart]["data"]:
        if trace["type"] == "scatter":
            for (address,) in trace["customdata"]:
                found[address.split("|")[1]] = found.get(address.split("|")[1], 0) + 1
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_there_is_one_dot_for_each_application_and_each_case(seed: int, make: Make):
    facts = make(scattered(seed))
    page = Page("requests", 2024)
    for chart, held in (("applicants-图", "new_received"), ("disputes-图", None)):
        cells = [each for each in CELLS if each.row == held or (held is None and each.table == "disputes")]
        expected = {each.id: int(facts.total(each.id, 2024).value) for each in cells if each.column != "total"}
        assert dots(page, chart) == {item: count for item, count in expected.items() if count}


def test_too_many_for_dots_become_bars_with_their_number(make: Make):
    people, firms = "requests/new_received/natural_person", "requests/new_received/org_business"
    changes = one_office(new_received="64", total_processed="64", granted="64")
    make(changes | {("office", 2024): changes["office", 2024] | {people: "61", firms: "3"}})
    (drawn,) = Page("requests", 2024).charts["applicants-图"]["data"]
    assert drawn["type"] == "bar" and drawn["text"][:2] == ["61", "3"]
    make(changes | {("office", 2024): changes["office", 2024] | {people: "60", firms: "4"}})
    assert dots(Page("requests", 2024), "applicants-图") == {people: 60, firms: 4}


def test_the_red_of_a_gap_is_the_one_of_what_must_be_mended():
    assert theme._NAMED["must"] == charts_flow.MUST
