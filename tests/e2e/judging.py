"""Compares all that was gathered from a page with a second reckoning of it, and counts the comparisons."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.differences import apart, between
from tests.e2e import reading, sentences
from tests.e2e.reading import Point
from tests.e2e.sentences import TOKEN
from tests.independent import ALL, FEWEST, Reckoner
from tests.written import NONE, WORDS, number, percent, signed

EDITIONS = (2019, 2021)  # years from which another form was in force
COUNTS = ("已报 / 应报（家）", "没有必改 / 已报（家）")  # large figures that are no measure
CHANGE, STANDING = "增减（百分比）", ("可比（或原因）", "两年都有数的", "结果")
INFERRED = "按上年推算"


class Judge:
    """What is seen of one county, year and scope. `faults` tells of what differs, `unread` are sentences with a number
    that nobody reckons."""

    def __init__(self, reckoner: Reckoner, choice: dict[str, str]) -> None:
        self.reckoner, self.year = reckoner, int(choice["y"])
        units = {name: unit for unit, name in reckoner.names.items()}
        self.scope = units.get(choice.get("u", ""), choice.get("s", ALL))
        self.seen, self.faults, self.unread = 0, list[str](), set[str]()

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
            for sentence in gathered["sentences"]:
                if not sentences.judge(self, sentence):
                    self.unread.add(sentence)
            for large in gathered["large"]:
                self.large(**large)
            for chart in gathered["charts"]:
                self.chart(chart, said)
            for cell, text in gathered["printed"]:
                self.expect(f"printed {cell}", text, self.reckoner.printed_text(self.scope, self.year, cell))

    # ---- tables

    def cell(self, address: str, text: str, note: str) -> None:
        """One figure, and who is in it where its note says so."""
        self.expect(address, text, self.reckoner.say(address))
        if re.match("(不完整：)?计入", note) and address.startswith("measure"):
            self.expect(f"who is in {address}", note, self.reckoner.who(address))

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
        elif head == "两年都有数的" and (count := self.counted(before[-2:])):
            self.expect(what, re.split("，", text)[0], f"{count} 家")
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

    def counted(self, pair: Sequence[str]) -> int:
        ends = [address.split("|") for address in pair]
        return between(self.reckoner, ends[0][1], ends[0][3], int(ends[0][2]), int(ends[1][2]))[1]

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

    # ---- charts

    def chart(self, chart: dict[str, Any], said: Iterable[str]) -> None:
        """What each mark says and how large it is, and everything that is written beside the marks."""
        points = reading.points(chart)
        lines: dict[str, dict[str, Decimal]] = {}
        for point in points:
            lines.setdefault(point.place, {})[point.address] = self.reckoner.at(point.address).value or Decimal()
        for point in points:
            self.point(point, sum(other.address == point.address for other in points), sum(lines[point.place].values()))
        for trace in chart["traces"]:
            self.drawn(trace, points, lines)
        for place, text in reading.words(chart):
            self.words(place, text, points, lines, said)

    def point(self, point: Point, dots: int, line: Decimal) -> None:
        says = [self.reckoner.say(point.address), *self.state_name(point.address)]
        value = self.reckoner.at(point.address).value
        if "＊" in point.told and (left := self.reckoner.without_doubted(point.address)) is not None:
            says = [f"{number(left)}＊"]
        if INFERRED in point.told:
            value = self.inferred(point.address)
            says = [number(value)]
        self.expect(f"{point.told!r} of {point.address}", any(stands(word, point.told) for word in says), True)
        if point.is_drawn:
            self.expect(f"size of {point.address} at {point.at}", self.is_size(point, value, dots, line), True)

    def is_size(self, point: Point, value: Decimal | None, dots: int, line: Decimal) -> bool:
        """As long as the figure, as its share or its part of a line, on a scale of logarithms, or as many dots."""
        if value is None:
            return False
        of = self.reckoner.at(point.address).of
        sizes = [float(value), float(value / of) if of else None, float(value / line) if line else None]
        sizes.append(math.log1p(float(value)) if value > -1 else None)
        return dots == value or any(at == size for at in point.at for size in sizes if size is not None)

    def inferred(self, address: str) -> Decimal:
        """How many documents should be in force: last year's, and what was issued since, less what was repealed."""
        _, item, year, unit = address.split("|")
        asked = (("in_force", int(year) - 1), ("issued", int(year)), ("repealed", int(year)))
        figures = [self.reckoner.figure(f"{item.rpartition('/')[0]}/{part}", unit, each) for part, each in asked]
        last, issued, repealed = [figure.value for figure in figures if figure.value is not None]
        return last + issued - repealed

    def state_name(self, address: str) -> list[str]:
        """A hover gives a state its full name."""
        return [name for word, name in WORDS.values() if word == self.reckoner.say(address)]

    def drawn(self, trace: dict[str, Any], points: Sequence[Point], lines: dict[str, dict[str, Decimal]]) -> None:
        """Bars, lines and ribbons that have no address: as large as the figures they are drawn of."""
        if trace["type"] == "bar" and not trace["customdata"]:
            sizes = [size for size in trace["x" if trace["lies"] else "y"] if size]
            self.expect("bars without an address", sizes, self.bars(trace["name"], points, lines))
        elif trace["mode"] == "lines" and not trace["is_dotted"]:
            at = {point.at for point in points if point.is_drawn}
            ends = [end for end in zip(trace["x"], trace["y"], strict=True) if None not in end]
            self.expect(f"ends of {trace['name']} that are no figure", [end for end in ends if end not in at], [])
        for node, label in enumerate(trace["labels"]):
            sides = [sum(s for *ends, s in trace["ribbons"] if ends[side] == node) for side in (0, 1)]
            name, _, told = label.rpartition(" ")
            (item,) = [
                each
                for known in (name, f"{name}申请")
                for each in self.reckoner.named.get(known, ())
                if each not in self.reckoner.claims
            ]
            address = f"measure|{item}|{self.year}|{self.scope}"
            self.expect(f"{label} of {address}", told, self.reckoner.say(address))
            size = self.reckoner.at(address).value
            self.expect(f"ribbons of {label}", {side for side in sides if side}, {size})

    def bars(self, name: str, points: Sequence[Point], lines: dict[str, dict[str, Decimal]]) -> list[float]:
        if name == "差":
            sums = [sum(held.values()) for held in lines.values()]
            return [float(max(sums) - (min(sums) if len(sums) > 1 else 0))]  # a side of nothing has no mark
        sizes = []
        for address in dict.fromkeys(point.address for point in points):
            left = self.reckoner.without_doubted(address)
            sizes.append(float(left if left is not None else self.reckoner.at(address).value or 0))
        return [size for size in sizes if size]

    # ---- words in charts

    def words(
        self, place: str, text: str, points: Sequence[Point], lines: dict[str, dict[str, Decimal]], said: Iterable[str]
    ) -> None:
        """Every number is one that is said at its place, a sum or a difference of these, or a year."""
        if edition := re.search(r"(\d{4}) (?:年起)?改版", text):
            self.expect(text, int(edition[1]) in EDITIONS, True)
            return
        near = list(lines.get(place, ())) or self.meant(text, points) or [*said, *(point.address for point in points)]
        for year, state in re.findall(r"（(\d{4}) (\S+?)）", text):
            names = {self.lack(address, int(year)) for address in near}
            self.expect(f"{text!r} in {year}, of {near}", state in names, True)
        text = re.sub(r"（\d{4} \S+?）|(?<!\d)\d{4} 年度", "", text)
        known = self.known(near, lines) if re.search(TOKEN, text) else set()
        for point in points:
            if INFERRED in point.told and point.place == place:
                value = self.inferred(point.address)
                known |= {number(value), signed((self.reckoner.at(point.address).value or Decimal()) - value)}
        for token in re.findall(TOKEN, text):
            self.expect(f"{token} in {text!r} at {place!r}", token in known, True)

    def meant(self, text: str, points: Sequence[Point]) -> list[str]:
        """Of which year or unit a text speaks that has no place: it begins with its name."""
        first = re.split(r"[\s　]", text.strip())[0]
        return [
            address
            for address in dict.fromkeys(point.address for point in points)
            if first == address.split("|")[2] or first in self.reckoner.names.get(address.split("|")[3], "")
        ]

    def lack(self, address: str, year: int) -> str:
        """Why there is no figure of the same in another year."""
        kind, item, _, unit = address.split("|")
        if not self.reckoner.filing(unit, year):
            return "没有这一家"
        other = f"{kind}|{item}|{year}|{unit}"
        return "件数太少" if self.reckoner.at(other).value is not None else self.reckoner.state(other)

    def known(self, near: Sequence[str], lines: dict[str, dict[str, Decimal]]) -> set[str]:
        """All numbers that may stand beside these figures."""
        told = [self.reckoner.say(address) for address in near]
        told += [address.split("|")[2] for address in near]
        values = {address: self.reckoner.at(address).value or Decimal() for address in near}
        sums = [sum(values.values(), Decimal()), *(sum(held.values(), Decimal()) for held in lines.values())]
        told += [number(total) for total in sums]
        told += [number(max(sums[1:]) - min(sums[1:]))] if lines else []
        told += [number(left) for address in near if (left := self.reckoner.without_doubted(address)) is not None]
        told += [percent(Fraction(value) / Fraction(total)) for value in values.values() for total in sums if total]
        ends = sorted(near, key=lambda address: address.split("|")[2])
        told += (
            [self.changed([first, last]) for first in ends for last in ends if first < last] if len(ends) < 9 else []
        )
        return {token for each in told for token in re.findall(TOKEN, each)}


def _cells(gathered: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for table in gathered["tables"] for row in table["rows"] for cell in row["cells"]]


def stands(word: str, text: str) -> bool:
    """Whether a word stands in a text, and is no part of a longer number."""
    return re.search(rf"(?<![\d,.−]){re.escape(word)}(?![\d]|[,.]\d)", text) is not None
