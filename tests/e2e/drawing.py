"""What is drawn in one chart: what every mark says, how large it is, and all that is written beside the marks."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tests.e2e import reading
from tests.e2e.reading import Point
from tests.e2e.sentences import SIDES, TOKEN
from tests.written import WORDS, number, percent, signed

if TYPE_CHECKING:
    from tests.e2e.judging import Judge

EDITIONS = (2019, 2021)  # years from which another form was in force
INFERRED = "按上年推算"
BRIEF = r"\s*(\d{4})([^\s\d年]\S*)\s*"  # as a phone has it: 2023空白


class Drawing:
    """One chart, judged by the reckoner of a `judge`; `said` are the addresses of the tables of its page."""

    def __init__(self, judge: Judge, chart: dict[str, Any], said: Iterable[str]) -> None:
        self.judge, self.reckoner, self.chart, self.said = judge, judge.reckoner, chart, said
        self.points = reading.points(chart)
        self.addresses = list(dict.fromkeys(point.address for point in self.points))
        self.lines: dict[str, dict[str, Decimal]] = {}  # what stands at one place
        for point in self.points:
            held = self.reckoner.at(point.address).value
            if "四项都写明的" in point.told:
                held = self.of_whole(point.address)
            self.lines.setdefault(point.place, {})[point.address] = held or Decimal()

    def compare(self) -> None:
        for point in self.points:
            self.point(point)
        self.rules(self.chart["rules"])
        for trace in self.chart["traces"]:
            self.drawn(trace)
        for place, text in reading.words(self.chart):
            self.words(place, text)

    def point(self, point: Point) -> None:
        """What a mark with an address says, and how large it is."""
        says = [self.reckoner.say(point.address), *self.state_name(point.address)]
        value = self.reckoner.at(point.address).value
        if "四项都写明的" in point.told:
            value = self.of_whole(point.address)
            says = [number(value)]
        if "＊" in point.told and self.reckoner.is_in_doubt(
            point.address
        ):  # one unit's own figure, told and not placed
            says = [f"{says[0]}＊"]
        elif "＊" in point.told and (left := self.reckoner.without_doubted(point.address)) is not None:
            says = [f"{number(left)}＊"]
        if INFERRED in point.told:
            value = self.inferred(point.address)
            says = [number(value)]
        self.judge.expect(f"{point.told!r} of {point.address}", any(stands(word, point.told) for word in says), True)
        if pair := re.search(r"网站 \S+，(\S+) (\S+) 条", point.told):
            other = self.other(point.address, pair[1])
            self.judge.expect(f"{point.told!r} of {other}", pair[2], self.reckoner.say(other))
            sizes = [self.reckoner.at(address).value or Decimal() for address in (point.address, other)]
            self.judge.expect(f"place of {point.told!r}", point.at, tuple(math.log1p(float(size)) for size in sizes))
        elif point.is_drawn:
            self.judge.expect(f"size of {point.address} at {point.at}", self.is_size(point, value), True)

    def of_whole(self, address: str) -> Decimal:
        """The sum of those that state all four figures of what came in and what became of it."""
        _, item, year, scope = address.split("|")
        total = Decimal()
        for unit in self.reckoner.members(scope, int(year)):
            held = {side: self.reckoner.figure(f"{side}/total", unit, int(year)).value for side in SIDES}
            value = held[item.removesuffix("/total")]
            total += value if value is not None and None not in held.values() else 0
        return total

    def other(self, address: str, name: str) -> str:
        """The figure of the prose that stands beside this one."""
        kind, _, year, unit = address.split("|")
        (item,) = (each for each in self.reckoner.named[name] if each in self.reckoner.claims)
        return f"{kind}|{item}|{year}|{unit}"

    def rules(self, rules: Sequence[Sequence[float]]) -> None:
        """Of a chart of two figures: the lines at the middles of both, where there are enough for one."""
        pairs = [
            (point, pair[1]) for point in self.points if (pair := re.search(r"网站 \S+，(\S+) \S+ 条", point.told))
        ]
        if not pairs:
            return
        first, name = pairs[0]
        group = self.reckoner.groups[first.address.split("|")[3]]
        items = [first.address.split("|")[1], self.other(first.address, name).split("|")[1]]
        middles = [self.reckoner.middle(item, self.judge.year, group)[0] for item in items]
        drawn = [math.log1p(float(middle)) for middle in middles if middle is not None]
        shown = [x0 if x0 == x1 else y0 for x0, y0, x1, y1 in rules]
        self.judge.expect(f"middles of {items}", shown, drawn)

    def is_size(self, point: Point, value: Decimal | None) -> bool:
        """As long as the figure, as its share or its part of a line, on a scale of logarithms, or as many dots."""
        if value is None:
            return False
        of, line = self.reckoner.at(point.address).of, sum(self.lines[point.place].values())
        dots = sum(other.address == point.address for other in self.points)
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

    def drawn(self, trace: dict[str, Any]) -> None:
        """Bars, lines and ribbons that have no address: as large as the figures they are drawn of."""
        if trace["type"] == "bar" and not trace["customdata"]:
            sizes = [size for size in trace["x" if trace["lies"] else "y"] if size]
            self.judge.expect("bars without an address", sizes, self.bars(trace["name"]))
        elif trace["mode"] == "lines" and not trace["is_dotted"]:
            at = {point.at for point in self.points if point.is_drawn}
            ends = [end for end in zip(trace["x"], trace["y"], strict=True) if None not in end]
            self.judge.expect(f"ends of {trace['name']} that are no figure", [end for end in ends if end not in at], [])
        for node, label in enumerate(trace["labels"]):
            sizes = [[size for *ends, size in trace["ribbons"] if ends[side] == node] for side in (0, 1)]
            self.node(label, {sum(side) for side in sizes if side})

    def node(self, label: str, sizes: set[float]) -> None:
        """A place that ribbons come to or go from, by the name of its measure."""
        name, _, told = label.rpartition(" ")
        known = [*self.reckoner.named.get(name, ()), *self.reckoner.named.get(f"{name}申请", ())]
        (item,) = (each for each in known if each not in self.reckoner.claims)
        address = f"measure|{item}|{self.judge.year}|{self.judge.scope}"
        self.judge.expect(f"{label} of {address}", told, self.reckoner.say(address))
        self.judge.expect(f"ribbons of {label}", sizes, {self.reckoner.at(address).value})

    def bars(self, name: str) -> list[float]:
        if name == "差":
            sums = [sum(held.values()) for held in self.lines.values()]
            return [float(max(sums) - (min(sums) if len(sums) > 1 else 0))]  # a side of nothing has no mark
        sizes = []
        for address in self.addresses:
            left = self.reckoner.without_doubted(address)
            sizes.append(float(left if left is not None else self.reckoner.at(address).value or 0))
        return [size for size in sizes if size]

    # ---- words

    def words(self, place: str, text: str) -> None:
        """Every number is one that is said at its place, a sum or a difference of these, or a year."""
        if edition := re.search(r"(\d{4}) (?:年起)?改版", text):
            self.judge.expect(text, int(edition[1]) in EDITIONS, True)
            return
        near = list(self.lines.get(place, ())) or self.meant(text) or [*self.said, *self.addresses]
        for year, state in re.findall(r"（(\d{4}) (\S+?)）", text) or re.findall(rf"^{BRIEF}$", text):
            names = {self.lack(address, int(year)) for address in near}
            self.judge.expect(f"{text!r} in {year}, of {near}", state in names, True)
        text = re.sub(rf"（\d{{4}} \S+?）|^{BRIEF}$|(?<!\d)\d{{4}} 年度", "", text)
        known = self.known(near) if re.search(TOKEN, text) else set()
        for point in self.points:
            if INFERRED in point.told and point.place == place:
                value = self.inferred(point.address)
                known |= {number(value), signed((self.reckoner.at(point.address).value or Decimal()) - value)}
        for token in re.findall(TOKEN, text):
            self.judge.expect(f"{token} in {text!r} at {place!r}", token in known, True)

    def meant(self, text: str) -> list[str]:
        """Of which year or unit a text speaks that has no place: it begins with its name."""
        first = re.split(r"[\s　]", text.strip())[0]
        return [
            address
            for address in self.addresses
            if first == address.split("|")[2] or first in self.reckoner.names.get(address.split("|")[3], "")
        ]

    def lack(self, address: str, year: int) -> str:
        """Why there is no figure of the same in another year."""
        kind, item, _, unit = address.split("|")
        if not self.reckoner.filing(unit, year):
            return "没有这一家"
        other = f"{kind}|{item}|{year}|{unit}"
        if self.reckoner.is_in_doubt(other):
            return "可能写错单位"
        if self.reckoner.filing(unit, year) == "not_collected" and unit not in self.reckoner.due:
            return "不在应报之列"
        return "件数太少" if self.reckoner.at(other).value is not None else self.reckoner.state(other)

    def known(self, near: Sequence[str]) -> set[str]:
        """All numbers that may stand beside these figures."""
        told = [self.reckoner.say(address) for address in near]
        told += [address.split("|")[2] for address in near]
        values = {address: self.reckoner.at(address).value or Decimal() for address in near}
        sums = [sum(values.values(), Decimal()), *(sum(held.values(), Decimal()) for held in self.lines.values())]
        told += [number(total) for total in sums]
        told += [number(value) for held in self.lines.values() for value in held.values()]
        told += [number(max(sums[1:]) - min(sums[1:]))] if self.lines else []
        told += [number(left) for address in near if (left := self.reckoner.without_doubted(address)) is not None]
        told += [percent(Fraction(value) / Fraction(total)) for value in values.values() for total in sums if total]
        ends = sorted(near, key=lambda address: address.split("|")[2])
        told += (
            [self.judge.changed([first, last]) for first in ends for last in ends if first < last]
            if len(ends) < 9
            else []
        )
        return {token for each in told for token in re.findall(TOKEN, each)}


def stands(word: str, text: str) -> bool:
    """Whether a word stands in a text, and is no part of a longer number."""
    return re.search(rf"(?<![\d,.−]){re.escape(word)}(?![\d]|[,.]\d)", text) is not None
