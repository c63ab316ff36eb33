"""Compares all that was gathered from a page with a second reckoning of it, and counts the comparisons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from tests.differences import apart, between, sums
from tests.e2e import reading, sentences
from tests.e2e.drawing import Drawing
from tests.independent import ALL, FEWEST, Reckoner
from tests.written import NONE, WORDS, number, signed

COUNTS = ("已报 / 应报（家）", "没有必改 / 已报（家）")  # large figures that are no measure
CHANGE, STANDING = "增减（百分比）", ("可比（或原因）", "结果")
AMONG = "两年都有数的，及其合计"


class Judge:
    """What is seen of one county, year and scope. `faults` tells of what differs, `unread` are sentences with a number
    that nobody reckons, `met` the kinds of sentences that were."""

    def __init__(self, reckoner: Reckoner, choice: dict[str, str]) -> None:
        self.reckoner, self.year = reckoner, int(choice["y"])
        units = {name: unit for unit, name in reckoner.names.items()}
        self.scope = units.get(choice.get("u", ""), choice.get("s", ALL))
        self.seen, self.faults, self.unread, self.met = 0, list[str](), set[str](), set[str]()

    def expect(self, what: str, shown: object, reckoned: object) -> None:
        self.seen += 1
        if shown != reckoned:
            self.faults.append(f"{what}: shown {shown!r}, reckoned {reckoned!r}")

    def page(self, looks: Sequence[dict[str, Any]]) -> None:
        """All that was gathered from one page, look by look."""
        cells = [cell for gathered in looks for cell in (*gathered["tiles"], *_cells(gathered))]
        said = {cell["address"] for cell in cells if cell["address"].startswith("measure")}
        for gathered in looks:
            addressed = sum(bool(cell["address"]) for cell in (*gathered["tiles"], *_cells(gathered)))
            if gathered["addresses"] != addressed:
                self.faults.append("figures that stand neither in a table nor on a tile")
            for tile in gathered["tiles"]:
                self.cell(**tile)
            for table in gathered["tables"]:
                self.table(**table)
            items = {address.split("|")[1] for address in (*said, *_in_charts(gathered))}
            self.told_of_sums(gathered["captions"], items)
            self.lists(gathered["lists"], items)
            for sentence in gathered["sentences"]:
                if not sentences.judge(self, sentence):
                    self.unread.add(sentence)
            for large in gathered["large"]:
                self.large(**large)
            for chart in gathered["charts"]:
                Drawing(self, chart, said).compare()
            for cell, text in gathered["printed"]:
                self.expect(f"printed {cell}", text, self.reckoner.printed_text(self.scope, self.year, cell))

    def told_of_sums(self, captions: Iterable[str], items: Iterable[str]) -> None:
        """Who is in a sum, where a card says it of something that stands on the page, of all or of one group."""
        scopes = {self.scope, *self.reckoner.groups.values()}
        who = {self.reckoner.who(f"measure|{item}|{self.year}|{scope}") for item in items for scope in scopes}
        for caption in captions:
            for words in re.findall(r"(?:不完整：)?计入 \d+ 家(?:，\S+ \d+ 家)*", caption):
                self.expect(f"{words} in {caption}", words in who, True)

    def lists(self, texts: Iterable[str], items: Iterable[str]) -> None:
        """Whoever is listed by name under a state is in it, with a figure that stands on the page; and so many they are."""
        units = {name: unit for unit, name in self.reckoner.names.items()}
        for text in texts:
            match = re.fullmatch(r"(\S+?)[ （](\d+) 家）?：(\S+)", text)
            if match is None or not set(names := match[3].split("、")) <= units.keys():
                continue
            self.expect(text, len(names), int(match[2]))
            if match[1] in ("真零", *(name for _, name in WORDS.values())):
                held = [{self.reckoner.state(f"measure|{i}|{self.year}|{units[n]}") for n in names} for i in items]
                self.expect(text, {match[1]} in held, True)

    # ---- tables

    def cell(self, address: str, text: str, note: str) -> None:
        """One figure, and who is in it where its note says so."""
        said = self.reckoner.say(address)
        if text.endswith("＊") and (left := self.reckoner.without_doubted(address)) is not None:
            said = f"{number(left)}＊"
        if pivoted := re.fullmatch(r"(.+)（计入 (\d+) 家）", text):  # a sum that says beside it of how many it is
            self.expect(f"units in {address}", int(pivoted[2]), self.units_in(address))
            text, said = pivoted[1], said.split("（")[0]
        self.expect(address, text, said)
        if re.match("(不完整：)?计入", note) and address.startswith("measure"):
            self.expect(f"who is in {address}", note, self.reckoner.who(address))

    def units_in(self, address: str) -> int:
        kind, item, year, scope = address.split("|", 3)
        if kind == "median":
            return self.reckoner.middle(item, int(year), scope)[1]
        return self.reckoner.total(item, int(year), scope)[1]["number"]

    def table(self, heads: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
        """Every cell: those with an address by it, the others by what stands before them in their row."""
        for row in rows:
            before: list[str] = []
            for head, cell in zip(heads, row["cells"], strict=True):
                if cell["address"]:
                    self.cell(**cell)
                    before.append(cell["address"])
                elif cell["text"]:
                    self.beside(f"{row['head']}，{head}", head, cell["text"], before)

    def beside(self, what: str, head: str, text: str, before: Sequence[str]) -> None:
        """A cell without an address of its own."""
        if text == "不足 5 家":
            self.expect(f"units in the middle of {what}", self.few(what, before) < FEWEST, True)
            return
        values = [value for address in before if (value := self.reckoner.at(address).value) is not None]
        if head.endswith(CHANGE):
            self.expect(what, text, self.changed(before[-2:]))
        elif head == "最多相差":
            self.expect(what, text, apart(self.reckoner, before))
        elif head == "计入":
            self.expect(what, text, self.reckoner.who(before[0]))
        elif head == "相差":
            last, issued, repealed, now = values
            self.expect(what, text, signed(now - last - issued + repealed))
        elif head == "两边相差":
            carried_in, received, processed, carried_out = values
            self.expect(what, text, f"差 {number(abs(carried_in + received - processed - carried_out))}")
        elif head == "对不对得上":
            gap = abs(values[0] - values[1])
            self.expect(what, text.split(" 件")[0], f"差 {number(gap)}" if gap else "相同")
        elif head == AMONG:
            self.among(what, text, before[-2:])
        elif head not in STANDING:
            self.expect(f"{what}: nobody knows where this comes from", text, None)

    def few(self, what: str, before: Sequence[str]) -> int:
        """How many have a figure where no middle is told: of the measure and group of the row, or of column and row."""
        row, _, head = what.rpartition("，")
        if head == "同组中位数":
            _, item, year, unit = before[0].split("|")
            return self.reckoner.middle(item, int(year), self.reckoner.groups.get(unit, ""))[1]
        (item,) = (each for each in self.reckoner.named[head] if each in self.reckoner.claims)
        return self.reckoner.middle(item, self.year, row.removesuffix("中位数"))[1]

    def changed(self, pair: Sequence[str]) -> str:
        """The difference of two figures of one measure in two years, — where there is none."""
        ends = [address.split("|") for address in pair]
        if len(ends) < 2 or ends[0][1::2] != ends[1][1::2]:
            return NONE
        return between(self.reckoner, ends[0][1], ends[0][3], int(ends[0][2]), int(ends[1][2]))[0]

    def among(self, what: str, text: str, pair: Sequence[str]) -> None:
        """How many have both years, and where they are others than those in the two sums, what they come to."""
        ends = [address.split("|") for address in pair]
        which = ends[0][1], ends[0][3], int(ends[0][2]), int(ends[1][2])
        count = between(self.reckoner, *which)[1]
        if not count:
            self.expect(what, text == "0 家" or text.startswith("不可比，"), True)
            return
        counted = {self.counted(address) for address in pair}
        told = f"{count} 家" + ("" if counted == {count} else f"：{sums(self.reckoner, *which)}")
        self.expect(what, re.sub("，.*", "", text) if "：" not in told else text[: len(told)], told)

    def counted(self, address: str) -> int:
        """How many are in a sum, without those whose figure may be in another unit."""
        _, item, year, scope = address.split("|")
        left_out = sum((u, int(year), item) in self.reckoner.in_doubt for u in self.reckoner.members(scope, int(year)))
        return self.reckoner.total(item, int(year), scope)[1]["number"] - left_out

    # ---- large figures

    def large(self, label: str, text: str, beside: str, note: str) -> None:
        """A large figure bears the name of its measure; one of the prose says so in its note."""
        name = label.split("（")[0]
        if label in COUNTS:
            self.count(label, text, beside, note)
            return
        is_prose = note.startswith("正文")
        items = [each for each in self.reckoner.named.get(name, ()) if (each in self.reckoner.claims) == is_prose]
        if len(items) != 1:
            self.expect(f"{label}: a large figure that nobody reckons", text, None)
            return
        now, last = (f"measure|{items[0]}|{year}|{self.scope}" for year in (self.year, self.year - 1))
        self.expect(label, text, self.reckoner.say(now))
        self.expect(f"who is in {label}, told in {note}", self.reckoner.who(now) in note, True)
        self.expect(f"{label}, last year", beside, self.last_year(now, last))

    def last_year(self, now: str, last: str) -> str:
        values = [self.reckoner.at(address).value for address in (last, now)]
        if values[0] is None or values[1] is None:
            return ""
        who = self.reckoner.who(last)
        if who.startswith("不完整") or self.reckoner.who(now).startswith("不完整"):
            return f"上年 {number(values[0])}，{who.removeprefix('不完整：').split('，')[0]}"
        return f"较上年 {signed(values[1] - values[0])}" if values[0] != values[1] else "与上年相同"

    def count(self, label: str, text: str, beside: str, note: str) -> None:
        told = [self.told(label, year) for year in (self.year, self.year - 1)]
        self.expect(label, text, told[0])
        if beside:
            self.expect(f"{label}, last year", beside, f"上年 {told[1]}")
        if label == COUNTS[0]:
            came = [self.reckoner.filing(unit, self.year) for unit in self.reckoner.members(self.scope, self.year)]
            for words, count in re.findall(r"(没有读成|未报|未收集) (\d+) 家", note):
                how = {"没有读成": "unreadable", "未报": "not_filed", "未收集": "not_collected"}[words]
                due = [each for each in came if each == how]
                if how == "not_collected":
                    due = [u for u in self.reckoner.members(self.scope, self.year)
                           if self.reckoner.stands(u, self.year) in ("未收到", "未收集")]  # fmt: skip
                self.expect(f"{label}, {words}", int(count), len(due))
            return
        stand = self.reckoner.standing(self.year, self.scope)
        for words, count in re.findall(r"(必改|待核|待认领) (\d+) 家", note):
            self.expect(f"{label}, {words}", int(count), stand[words])

    def told(self, label: str, year: int) -> str:
        if label == COUNTS[0]:
            return self.reckoner.filed_of_due(year, self.scope)
        filed = [self.reckoner.filing(unit, year) for unit in self.reckoner.members(self.scope, year)].count("filed")
        return f"{self.reckoner.standing(year, self.scope)['合格']} / {filed}"


def _cells(gathered: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for table in gathered["tables"] for row in table["rows"] for cell in row["cells"]]


def _in_charts(gathered: dict[str, Any]) -> list[str]:
    return [point.address for chart in gathered["charts"] for point in reading.points(chart)]
