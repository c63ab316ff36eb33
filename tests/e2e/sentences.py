"""The conclusions that a page writes over its cards: every kind of sentence with the numbers it must hold.

A sentence that is told otherwise, or that is new, is reckoned by nobody until it has a line in `KINDS`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.differences import between
from tests.independent import Figure, Reckoner
from tests.written import NONE, number

if TYPE_CHECKING:
    from tests.e2e.judging import Judge

IN_FORCE = "proactive/normative_documents/in_force"
SIDES = ("requests/carried_in", "requests/new_received", "requests/total_processed", "requests/carried_out")
NOT_DISCLOSED = r"requests/(denied|unable|notproc|other)_\w+/total"
DISPUTES = {"行政复议": "reconsideration", "未经复议直接起诉": "litigation_direct", "复议后起诉": "litigation_after_reconsideration"}  # fmt: skip
STANDING = ("合格", "必改", "待核", "待认领", "未报", "未收到", "未收集")
TOKEN = r"(?<![\d,.])[+−]?\d[\d,]*(?:\.\d+)?%?"
Match = re.Match[str]


class Scope:
    """The units of a sentence, which may name a group or a unit of its own: 乡镇街道：…"""

    def __init__(self, judge: Judge, group: str | None) -> None:
        self.reckoner: Reckoner = judge.reckoner
        named = (group or "").rstrip("：")
        units = {name: unit for unit, name in self.reckoner.names.items()}
        self.scope, self.year = units.get(named, named) or judge.scope, judge.year
        self.units = self.reckoner.members(self.scope, self.year)

    def item(self, name: str, *, prose: bool | None = None) -> str:
        held = self.reckoner.named.get(name) or [self.reckoner.decisions[name]]
        (found,) = [each for each in held if prose is None or (each in self.reckoner.claims) is prose]
        return found

    def states(self, item: str) -> Counter[str]:
        """How many units are in which state; none of none is no 0."""
        figures = [self.reckoner.figure(item, unit, self.year) for unit in self.units]
        return Counter(self.reckoner.state_of(f) if f.of != 0 else "0/0" for f in figures)

    def total(self, item: str) -> str:
        """The sum in words, 0 where there is none."""
        return number(self.reckoner.total(item, self.year, self.scope)[0].value or Decimal())

    def missing(self, item: str) -> dict[str, int]:
        """Who is in no sum, but for those that need not file."""
        _, stand = self.reckoner.total(item, self.year, self.scope)
        return {self.reckoner.state_of(Figure(state)): count for state, count in stand.items() if state != "number"}


def overview(on: Scope, match: Match) -> str:
    came = Counter(on.reckoner.filing(unit, on.year) for unit in on.units)
    waiting = sum(on.reckoner.stands(unit, on.year) in ("未收到", "未收集") for unit in on.units)
    partial = sum(on.reckoner.is_read_in_part(unit, on.year) for unit in on.units)
    told = f"{on.year} 年度应报 {sum(came.values()) - came['not_collected'] + waiting} 家，已报 {came['filed']} 家"
    told += f"，{came['unreadable']} 家的文件没有读成，待核" if came["unreadable"] else ""
    told += f"，{came['not_filed']} 家未报" if came["not_filed"] else "，没有未报"
    told += f"；{waiting} 家还没有收，不算未报" if waiting else ""
    return told + (f"；{partial} 份没有读全，待核" if partial else "") + "。"


def standing(on: Scope, match: Match) -> str:
    stand = on.reckoner.standing(on.year, on.scope)
    told = [f"{word} {stand[word]}" for word in STANDING if stand[word] or word in STANDING[:2]]
    return f"{on.year} 年度应报 {sum(stand.values())} 家＝{'＋'.join(told)}"


def filings(on: Scope, match: Match) -> list[int]:
    missing = [
        unit
        for unit in on.reckoner.of_scope(on.scope)
        if any(on.reckoner.filing(unit, year) == "not_filed" for year in on.reckoner.years)
    ]
    now = [on.reckoner.filing(unit, on.year) for unit in on.units].count("not_filed")
    return [on.year, now, len(missing)]


def states(on: Scope, match: Match) -> list[int]:
    held = on.states(on.item(match["name"]))
    return [on.year, held["有数"], held["真零"], sum(held.values()) - held["有数"] - held["真零"]]


def stated(on: Scope, match: Match) -> list[object]:
    item = on.item(match["name"], prose=True)
    held = on.states(item)
    return [*([on.year] if "年度正文里" in match[0] else []), held["有数"] + held["真零"], on.total(item)]


def counted(on: Scope, match: Match) -> list[object]:
    item = IN_FORCE if "现行有效" in match[0] else on.item(match["name"], prose=False)
    return [on.states(item)["有数"], on.total(item)]


def channels(on: Scope, match: Match) -> list[int]:
    items = ("published_website", on.item(match["name"], prose=True))
    both = [all(on.reckoner.figure(i, unit, on.year).value is not None for i in items) for unit in on.units]
    return [sum(both), len(both) - sum(both)]


def stock(on: Scope, match: Match) -> str | None:
    """The level of each finding is the check's own: here they are one number. Not where the rule was never asked."""
    if "X-02" not in on.reckoner.rules:
        return None
    found = Counter[str]()
    for unit in on.units:
        if not on.reckoner.stands(unit, on.year):
            continue  # it need not file, and did not
        held = [on.reckoner.figure(IN_FORCE, unit, on.year - 1)]
        held += [on.reckoner.figure(IN_FORCE.replace("in_force", part), unit, on.year) for part in ("issued", "repealed", "in_force")]  # fmt: skip
        values = [figure.value for figure in held if figure.value is not None]
        if len(values) < 4:
            found["不能比"] += 1
        else:
            last, issued, repealed, now = values
            found["对得上" if last + issued - repealed == now else "对不上"] += 1
    told = [f"{found[word]} 家{word}" for word in ("对不上", "对得上", "不能比") if found[word] or word == "对得上"]
    levels = [int(count) for count in re.findall(r"(\d+) 家(?:必改|请核|提示)", match[0])]
    shown = re.sub(r"(\d+ 家(必改|请核|提示)，)+", f"{sum(levels)} 家对不上，", match[0])
    expected = f"规范性文件与上年衔接：{'，'.join(told)}"
    return match[0] if shown == expected else expected


def received(on: Scope, match: Match) -> str:
    item = "requests/new_received/total"
    held, missing = on.states(item), on.missing(item)
    if on.scope in on.reckoner.names:
        return f"{on.year} 年度新收 {on.total(item)} 件。"
    few = "集中在" if held["有数"] <= held["真零"] else "来自"
    order = ("空白", "不适用", "未报", "待核", "不可比", "未收集")
    left = "、".join(f"{state} {missing[state]} 家" for state in order if state in missing)
    told = f"{on.year} 年度新收 {on.total(item)} 件，{few} {held['有数']} 家；{held['真零']} 家零申请。"
    return told + (f"{left}，不在其内。" if left else "")


def balance(on: Scope, match: Match) -> list[object]:
    gaps = []
    for unit in on.units:
        values = [on.reckoner.figure(f"{side}/total", unit, on.year).value for side in SIDES]
        if None not in values:
            gaps.append(values[0] + values[1] - values[2] - values[3])
    whole = [len(gaps)] * ("四项都写明的" in match[0])
    if gap := abs(sum(gaps, Decimal())):
        return [*whole, number(gap)]
    return [*whole, *([sum(map(bool, gaps))] * any(gaps))]


def at_hand(on: Scope, match: Match) -> list[str]:
    return [on.total("requests_at_hand")]


def outcomes(on: Scope, match: Match) -> list[int]:
    items = [entry["id"] for entry in on.reckoner.composed.values() if entry.get("topic") == "outcome"]
    return [sum(any(on.reckoner.figure(item, unit, on.year).value for item in items) for unit in on.units)]


def applicants(on: Scope, match: Match) -> list[str]:
    kinds = [cell for cell in on.reckoner.cells if re.fullmatch(r"requests/new_received/(?!total)\w+", cell)]
    most = max(Decimal(on.total(cell).replace(",", "")) for cell in kinds)
    return [on.total("requests/new_received/total"), number(most)]


def disputes(on: Scope, match: Match) -> str:
    told = [(name, on.total(f"disputes/{row}/total")) for name, row in DISPUTES.items()]
    return f"复议和诉讼：{'，'.join(f'{name} {count} 件' for name, count in told if count != '0')}"


def reasons(on: Scope, match: Match) -> list[object]:
    sizes = [on.total(cell) for cell in on.reckoner.cells if re.fullmatch(NOT_DISCLOSED, cell)]
    held = [Decimal(size.replace(",", "")) for size in sizes if size != "0"]
    return [*([len(held)] if len(held) > 1 else []), number(max(held))]


def chain(on: Scope, match: Match) -> list[int]:
    pairs = [(on.reckoner.figure("requests/carried_out/total", unit, on.year - 1).value,
              on.reckoner.figure("requests/carried_in/total", unit, on.year).value) for unit in on.units]  # fmt: skip
    known = [last == now for last, now in pairs if last is not None and now is not None]
    return [known.count("不同" not in match[0])]


def fee(on: Scope, text: str) -> list[object]:
    item = on.item("行政事业性收费" if "行政事业性收费" in text or "万元" in text else "信息处理费")
    held = on.states(item)
    if "都是 0" in text:
        return [held["真零"], 0] if not held["有数"] else ["somebody charges"]
    if "没有可计" in text:
        return [] if not held["有数"] + held["真零"] else ["somebody tells"]
    figures = [on.reckoner.figure(item, u, on.year) for u in on.units if (u, on.year, item) in on.reckoner.in_doubt]
    doubted = sum((figure.value for figure in figures if figure.value is not None), Decimal())
    if not figures:
        return [held["有数"], on.total(item)]
    left = on.reckoner.without_doubted(f"measure|{item}|{on.year}|{on.scope}") or Decimal()
    rest = [held["有数"] - len(figures), number(left)] if held["有数"] > len(figures) else []
    return [held["有数"], *rest, len(figures), number(doubted)]


def fees(on: Scope, match: Match) -> list[object]:
    return [
        on.year,
        *(each for part in re.split("；(?=信息处理费)", match[0].split("。")[0]) for each in fee(on, part)),
    ]


def doubts(on: Scope, match: Match) -> list[int]:
    return [sum(unit in on.reckoner.of_scope(on.scope) for unit, _, _ in on.reckoner.in_doubt)]


def missed(on: Scope, match: Match) -> list[int]:
    years = [year for year in sorted(on.reckoner.years) if on.reckoner.filing(on.scope, year) == "not_filed"]
    return [len(years), *years]


def headlines(on: Scope, match: Match) -> list[int]:
    known = [on.reckoner.state_of(on.reckoner.figure(item, on.scope, on.year)) for item in on.reckoner.headlines]
    return [known.count("有数"), known.count("真零"), len(known) - known.count("有数") - known.count("真零")]


def groups(on: Scope, match: Match) -> list[int] | None:
    count = list(on.reckoner.group_of.values()).count(match["group"])
    return [count] if count else None


def two_years(on: Scope, match: Match) -> str:
    """How many rose and fell; units that only one of the years had are told as not to be compared."""
    first, last = int(match["first"]), int(match["last"])
    prose = match[0].endswith("正文")
    item = on.item(match["name"], prose=prose)
    told = Counter[str]()
    for unit in on.reckoner.of_scope(on.scope):
        if any(on.reckoner.filing(unit, year) for year in (first, last)):
            change, _ = between(on.reckoner, item, unit, first, last)
            sign = re.match("约?([+−])", change)
            told["不能比" if change == NONE else {"+": "增", "−": "减"}[sign[1]] if sign else "相同"] += 1
    words = "，".join(f"{told[word]} 家{word}" for word in ("增", "减", "相同", "不能比") if told[word])
    return f"{match['group']}{match['name']}，{first}—{last} 年度：{words}{' 正文' if prose else ''}"


def compared(on: Scope, match: Match) -> list[int]:
    first, last = int(match["first"]), int(match["last"])
    pairs = [between(on.reckoner, item, on.scope, first, last)[1] for item in on.reckoner.headlines]
    known = sum(count > 0 for count in pairs)
    return [first, last, known, *([len(pairs) - known] if known < len(pairs) else [])]


# The whole sentence, or the numbers in it in their order.
KINDS: dict[str, Callable[[Scope, Match], str | Iterable[object] | None]] = {
    r"\d+ 年度应报 \d+ 家，已报.*": overview,
    r"\d+ 年度应报 \d+ 家＝.*": standing,
    r"(?P<group>\S+：)\d+ 年度 \d+ 家未报；这些年里有未报的共 \d+ 家": filings,
    r"(?P<group>\S+：)\d+ 年度 \d+ 家“(?P<name>\S+)”有数，\d+ 家写 0，\d+ 家没有可计的数": states,
    r"\d+ 年度正文里写得最多的是“(?P<name>\S+)”：\d+ 家写明，合计 \S+ 条。没有写的不当作 0。": stated,
    r"(?P<group>\S+：)?(?P<name>\S+)：\d+ 家写明，合计 \S+ \S+ 正文": stated,
    r"(?P<group>\S+：)?(?P<name>\S+)：\d+ 家有数，合计 \S+ 件": counted,
    r"行政规范性文件：\d+ 家有现行有效的，合计 \S+ 件": counted,
    r"(?P<group>\S+：)?网站和(?P<name>\S+)：\d+ 家两样都写了条数，\d+ 家没有都写 正文": channels,
    r"规范性文件与上年衔接：.*\d.*": stock,
    r"\d+ 年度新收 .*件.*": received,
    r"收与办：.*\d.*": balance,
    r"应办的 \S+ 件去了哪里": at_hand,
    r"办结结果：\d+ 家有办结的申请": outcomes,
    r"谁在申请：\S+ 件中\D+ \S+ 件": applicants,
    r"复议和诉讼：\S+ [\d,]+ 件.*": disputes,
    r"没有公开的理由：.*件": reasons,
    r"跨年衔接：.*\d.*": chain,
    r"\d+ 年度行政事业性收费.*信息处理费.*": fees,
    r"\d+ 年度(?: \d+ 家有收费|写明的 \d+ 家都是 0).*": fees,
    r"请先核对单位：\d+ 处.*": doubts,
    r"历年报送：未报 \d+ 年（.*）": missed,
    r"关键指标：\d+ 项有数，\d+ 项写 0，\d+ 项没有可计的数": headlines,
    r"(?P<group>\S+：)(?P<name>\S+)，(?P<first>\d+)—(?P<last>\d+) 年度：(\d+ 家.*)": two_years,
    r"(?P<group>\S+)（\d+ 家）": groups,
    r"主要指标，\S+ (?P<first>\d+) 与 (?P<last>\d+) 年度：\d+ 项能比.*": compared,
}


def judge(judge: Judge, text: str) -> bool:
    """Compares one sentence; False where nobody knows it."""
    for pattern, kind in KINDS.items():
        if (match := re.fullmatch(pattern, text)) is None:
            continue
        expected = kind(Scope(judge, match.groupdict().get("group")), match)
        if expected is None:
            continue
        judge.met.add(pattern)
        if isinstance(expected, str):
            judge.expect("a sentence", text, expected)
        else:
            judge.expect(
                text, re.findall(TOKEN, re.sub("“[^”]*”|(写|当作) 0", "", text)), [str(each) for each in expected]
            )
        return True
    return not re.search(r"\d", text)
