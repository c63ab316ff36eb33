"""Damage a careful reader of the file can see is never read as a figure: right, or flagged.

Two hundred different numbers are printed, one thing is spoilt, and every figure reported must be the one that belongs
to its cell. A second spoiling comes on top, because faults come in company.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from decimal import Decimal

import pytest

from etl.read import read_document
from etl.recognise import report_from
from etl.report import FactState
from tests.layouts import CELLS, LAYOUTS, html, line_text, pipe_text

FIGURES = {cell: str(1001 + 3 * n) for n, cell in enumerate(CELLS)}
TIMES = 8  # each damage at so many places of each layout

Spoil = Callable[[str, random.Random], str]


def at_random(pattern: str, replace: Callable[[re.Match[str]], str]) -> Spoil:
    """Spoil one of the places that match; a layout without such a place stays as it is."""

    def spoil(text: str, chance: random.Random) -> str:
        places = list(re.finditer(pattern, text, re.DOTALL))
        if not places:
            return text
        place = chance.choice(places)
        return text[: place.start()] + replace(place) + text[place.end() :]

    return spoil


def everywhere(pattern: str, replace: str) -> Spoil:
    return lambda text, chance: re.sub(pattern, replace, text)


IN_TEXT: dict[str, Spoil] = {
    "a figure lost with its bar": at_random(r"\| \d{4} (?=\|)", lambda _: ""),
    "a figure too many": at_random(r"(?=\| \d{4} )", lambda _: "| 5 "),
    "an empty cell too many": at_random(r"(?=\| \d{4} )", lambda _: "| "),
    "the end of a line lost": at_random(r"\| \d{4}[^\n]{0,8}(?=\n)", lambda _: ""),
    "a figure broken over two lines": at_random(r"(\d\d)(\d\d)", lambda m: f"{m[1]}\n{m[2]}"),
    "a figure with a space in it": at_random(r"(\d\d)(\d\d)", lambda m: f"{m[1]} {m[2]}"),
    "a line lost": at_random(r"\n[^\n]+", lambda _: ""),
    "a line twice": at_random(r"\n[^\n]+", lambda m: m[0] * 2),
    "two lines run together": at_random(r"\n", lambda _: ""),
    "an empty line too many": at_random(r"\n", lambda _: "\n\n"),
    "a page number between lines": at_random(r"\n", lambda _: "\n- 3 -\n"),
    "a label broken over two lines": at_random(r"([一-龥]{4})([一-龥]{4})", lambda m: f"{m[1]}\n{m[2]}"),
    "a letter of a label lost": at_random(r"[一-龥]", lambda _: ""),
    "a header under another name": everywhere("商业企业", "企业单位"),
    "two headers in each other's place": lambda text, _: text.replace("商业企业", "\0").replace("科研机构", "商业企业").replace("\0", "科研机构"),
    "an unknown row": at_random(r"\n([^\n]*)8\.属于行政查询事项([^\n]*)", lambda m: f"{m[0]}\n{m[1]}9.属于工作秘密{m[2]}"),
    "bars become tabs": everywhere(r" ?\| ?", "\t"),
}  # fmt: skip
IN_PAGES: dict[str, Spoil] = {
    "a cell lost": at_random(r"<td[^>]*>\d{4}</td>", lambda _: ""),
    "a cell too many": at_random(r"(?=<td[^>]*>\d{4}</td>)", lambda _: "<td>5</td>"),
    "an empty cell too many": at_random(r"(?=<td[^>]*>\d{4}</td>)", lambda _: "<td></td>"),
    "two cells run together": at_random(r"<td>(\d{4})</td><td>(\d{4})</td>", lambda m: f"<td colspan=2>{m[1]} {m[2]}</td>"),
    "a figure over two columns": at_random(r"<td>(\d{4})</td><td>(\d{4})</td>", lambda m: f"<td colspan=2>{m[1]}</td>"),
    "a figure broken in its cell": at_random(r"(?<=>)(\d\d)(\d\d)(?=</td>)", lambda m: f"{m[1]}<br>{m[2]}"),
    "rowspan too long": at_random(r"rowspan=(\d+)", lambda m: f"rowspan={int(m[1]) + 1}"),
    "rowspan too short": at_random(r"rowspan=(\d+)", lambda m: f"rowspan={max(int(m[1]) - 1, 1)}"),
    "colspan too long": at_random(r"colspan=(\d+)", lambda m: f"colspan={int(m[1]) + 1}"),
    "colspan too short": at_random(r"colspan=(\d+)", lambda m: f"colspan={max(int(m[1]) - 1, 1)}"),
    "no spans at all": everywhere(r" (?:row|col)span=\d+", ""),
    "a row lost": at_random(r"<tr>.*?</tr>", lambda _: ""),
    "a row twice": at_random(r"<tr>.*?</tr>", lambda m: m[0] * 2),
    "a table broken by a page": at_random(r"</tr>", lambda _: "</tr></table><p>- 3 -</p><table>"),
    "a letter of a label lost": at_random(r"[一-龥](?=[^<>]*</td>)", lambda _: ""),
    "a header emptied": everywhere("<td>商业企业</td>", "<td></td>"),
    "two headers in each other's place": IN_TEXT["two headers in each other's place"],
    "an unknown row": at_random(r"(?=<tr><td>四、结转)", lambda _: "<tr><td colspan=3>其他事项办理</td>" + "<td>5</td>" * 7 + "</tr>"),
}  # fmt: skip
# One cell too many and one too few in the same row is a row of the right length: that no reader can see.
SHIFTS = {name for name in (*IN_TEXT, *IN_PAGES) if "too many" in name or "lost" in name or "over two" in name}
TEXT_LAYOUTS = [name for name in LAYOUTS if LAYOUTS[name] is not html]


def wrong_and_unflagged(document: str, name: str) -> list[tuple[str, str | None]]:
    report = report_from(read_document(name, document.encode()), name, ())
    return [
        (fact.cell, fact.raw)
        for fact in report.facts
        if fact.state is FactState.REPORTED and fact.value != Decimal(FIGURES.get(fact.cell, "-1"))
    ]


def try_all(document: str, name: str, spoils: dict[str, Spoil], damage: str) -> None:
    for seed in range(TIMES):
        chance = random.Random(f"{damage} {seed}")
        spoilt = spoils[damage](document, chance)
        assert wrong_and_unflagged(spoilt, name) == [], (seed, damage)
        other = chance.choice(sorted(set(spoils) - (SHIFTS if damage in SHIFTS else set())))
        assert wrong_and_unflagged(spoils[other](spoilt, chance), name) == [], (seed, damage, other)


@pytest.mark.parametrize("layout", TEXT_LAYOUTS)
@pytest.mark.parametrize("damage", IN_TEXT)
def test_text_that_was_damaged_is_read_right_or_flagged(layout: str, damage: str) -> None:
    try_all(LAYOUTS[layout](FIGURES), "柳堡镇2024年年报.txt", IN_TEXT, damage)


@pytest.mark.parametrize("damage", IN_PAGES)
def test_a_page_that_was_damaged_is_read_right_or_flagged(damage: str) -> None:
    try_all(html(FIGURES), "柳堡镇2024年年报.html", IN_PAGES, damage)


@pytest.mark.parametrize("layout", ["pipe", "lines"])
def test_a_single_row_beside_the_rows_it_stands_for_is_not_believed(layout: str) -> None:
    """Where the label under （六）其他处理 is lost, the figures after it look like that row's own."""
    print_it = {"pipe": pipe_text, "lines": line_text}[layout]
    text = print_it(FIGURES).replace("1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "")
    report = report_from(read_document("年报.txt", text.encode()), "年报.txt", ())
    assert not [fact for fact in report.facts if fact.state is FactState.REPORTED and "other_single_row" in fact.cell]
    assert wrong_and_unflagged(text, "年报.txt") == [] and report.problems
