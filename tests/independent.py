"""A second reckoning of every figure that stands on a page, to compare with it.

It knows the tables that a build is filled with and the text of the metric dictionary, and no view, nothing of
etl.measure and not a line of dashboard/: what agrees with it was worked out twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from fractions import Fraction
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import yaml

from tests.written import WORDS, number, percent

DICTIONARY = Path(__file__).resolve().parents[1] / "etl" / "measure" / "dictionary.yaml"
ALL = "全部"
FEWEST = 5  # units that a middle is given for
# A sum that nobody is in bears the word of the state most of its units share; of equally many, the first of these.
NOBODY = ("not_comparable", "not_filed", "unreadable", "blank", "slash", "not_collected")


@dataclass(frozen=True, slots=True)
class Figure:
    """What one unit says in one year: a `value`, or none and the `state` that explains it; `of` what a share is of."""

    state: str  # number, or one of WORDS
    value: Decimal | None = None
    of: Decimal | None = None
    raw: str = ""
    is_rough: bool = False


class Reckoner:
    """The figures of one build. `say` answers for an address, `who` names those that a sum could not count."""

    def __init__(self, build: Path) -> None:
        with duckdb.connect(str(build), read_only=True) as held:
            self._read(held)
        told = yaml.safe_load(DICTIONARY.read_text(encoding="utf-8"))
        self.claims = {entry["id"] for entry in told["claims"]}
        self.composed: dict[str, Any] = {entry["id"]: entry for entry in told["measures"]}
        chosen = [
            *told["cells"],
            *(each for key in ("claims", "measures") for each in told[key] if each.get("headline")),
        ]
        self.headlines = [entry["id"] for entry in chosen]
        self.named: dict[str, list[str]] = {}
        for entry in (*told["cells"], *told["claims"], *told["measures"]):
            self.named.setdefault(entry["name"], []).append(entry["id"])
        self.figure, self.total, self.say = cache(self._figure), cache(self._total), cache(self._say)

    def _read(self, held: duckdb.DuckDBPyConnection) -> None:
        def rows(sql: str) -> list[tuple[Any, ...]]:
            return held.sql(sql).fetchall()

        units = rows('SELECT unit_id, name, "group", kind, valid_from, valid_to, is_due FROM unit ORDER BY position')
        self.names = {unit[0]: unit[1] for unit in units}
        self.group_of = {unit[0]: unit[2] for unit in units}
        self.groups = {unit[0]: unit[2] for unit in units if unit[3] != "area"}
        self.lives = {unit[0]: (unit[4] or 0, unit[5] or 9999) for unit in units}
        self.due = {unit[0] for unit in units if unit[6]}
        self.collected = dict(rows("SELECT year, collected FROM collected_year"))
        reports = rows("SELECT file_id, unit_id, year, form, status FROM report WHERE is_chosen")
        self.filed = {(unit, year): (file, form, status) for file, unit, year, form, status in reports}
        self.held = set(
            rows("""SELECT named_unit_id, named_year FROM source_file WHERE named_unit_id IS NOT NULL AND file_id NOT IN
                    (SELECT file_id FROM report WHERE unit_id IS NOT NULL AND year IS NOT NULL)""")
        )
        self.years = {*self.collected, *(year for _, year in self.held)}
        self.years |= {year for (year,) in rows("SELECT year FROM report WHERE year IS NOT NULL")}
        form = rows("SELECT form, cell, replaced_by FROM form_cell WHERE NOT is_variant")
        self.printed = {(edition, cell): instead for edition, cell, instead in form}
        asked = """SELECT row_label, cell FROM form_cell WHERE "table" = 'proactive' AND "column" = 'decisions'"""
        self.decisions = dict(rows(asked))
        self.cells = [cell for (cell,) in rows("SELECT DISTINCT cell FROM form_cell")]
        put_right = {
            row[:2]: row[2:] for row in rows("SELECT file_id, cell, state, value FROM correction WHERE is_applied")
        }
        self.facts = {
            (file, cell): (*put_right.get((file, cell), (state, value)), raw or "")
            for file, cell, state, value, raw in rows("SELECT file_id, cell, state, value, raw FROM fact")
        }
        self.stated: dict[tuple[int, str], list[tuple[Decimal, bool]]] = {}
        for file, claim, value, is_rough in rows("SELECT file_id, claim, value, approximate FROM claim"):
            self.stated.setdefault((file, claim), []).append((value, is_rough))
        self._read_checks(rows)

    def _read_checks(self, rows: Callable[[str], list[tuple[Any, ...]]]) -> None:
        """What the check found, as long as nobody decided on it; the verdicts are its own and not reckoned here."""
        self.to_mend = Counter(rows("SELECT unit_id, year FROM finding WHERE severity = 'must_fix'"))
        self.in_doubt = set(rows("SELECT unit_id, year, unnest(cells) FROM finding WHERE rule = 'T-32'"))
        self.unclaimed = set(
            rows("""SELECT named_unit_id, named_year FROM source_file JOIN report USING (file_id)
                    WHERE named_unit_id IS NOT NULL AND (unit_id IS NULL OR year IS NULL)""")
        )
        self.rules = {rule for (rule,) in rows("SELECT rule FROM rule")}
        self.waiting = Counter(file for (file, _), (state, _, _) in self.facts.items() if state == "unreadable")

    # -- who filed what

    def filing(self, unit: str, year: int) -> str:
        """filed, unreadable, not_filed or not_collected; "" where there was no such unit."""
        first, last = self.lives[unit]
        if (unit, year) in self.filed:
            return "filed"
        if (unit, year) in self.held:
            return "unreadable"
        if not first <= year <= last:
            return ""
        return "not_filed" if unit in self.due and self.collected.get(year) else "not_collected"

    def members(self, scope: str, year: int) -> list[str]:
        """The units of a scope that there were in that year; the whole area is in no scope but its own."""
        return [unit for unit in self.of_scope(scope) if self.filing(unit, year)]

    def of_scope(self, scope: str) -> list[str]:
        """All units there ever were in it."""
        return [scope] if scope in self.names else [u for u, group in self.groups.items() if scope in (ALL, group)]

    def filed_of_due(self, year: int, scope: str) -> str:
        """How many came, of how many that have to file or came all the same."""
        came = {unit: self.filing(unit, year) for unit in self.members(scope, year)}
        owed = [unit for unit, how in came.items() if how != "not_collected" or unit in self.due]
        return f"{list(came.values()).count('filed')} / {len(owed)}"

    def _say_filing(self, year: int, scope: str) -> str:
        came = self.filing(scope, year)
        if came != "filed":
            return WORDS[came][0] if scope in self.due or came != "not_collected" else "不在应报之列"
        file, _, status = self.filed[scope, year]
        waiting = self.waiting[file]
        return f"待核 {waiting} 格" if waiting else "已报" if status == "complete" else "读不全"

    def is_read_in_part(self, unit: str, year: int) -> bool:
        return self.filing(unit, year) == "filed" and self._say_filing(year, unit) != "已报"

    def stands(self, unit: str, year: int) -> str:
        """What is told of a unit that has to file, or did all the same; "" of any other."""
        came = self.filing(unit, year)
        if self.to_mend[unit, year]:
            return "必改"
        if came == "filed":
            return "合格" if self._say_filing(year, unit) == "已报" else "待核"
        if came == "unreadable":
            return "待认领" if (unit, year) in self.unclaimed else "待核"
        if came == "not_collected":
            return ("未收到" if year in self.collected else "未收集") if unit in self.due else ""
        return "未报" if came else ""

    def standing(self, year: int, scope: str) -> Counter[str]:
        """How many units of a scope stand where; who has nothing to file is left out."""
        return Counter(each for unit in self.members(scope, year) if (each := self.stands(unit, year)))

    def _say_standing(self, year: int, unit: str) -> str:
        word = self.stands(unit, year)
        if word == "必改":
            return f"■ 必改 {self.to_mend[unit, year]} 处"
        return f"▲ {self._say_filing(year, unit)}" if word == "待核" and self.filing(unit, year) == "filed" else word

    # -- one unit

    def _figure(self, item: str, unit: str, year: int) -> Figure:
        filing = self.filing(unit, year)
        if filing != "filed":
            return Figure(filing)
        file, edition, _ = self.filed[unit, year]
        if item in self.claims:
            return self._claim(file, item)
        if item in self.composed:
            return self._together(self.composed[item], unit, year)
        return self._cell(file, edition, item)

    def _cell(self, file: int, edition: str | None, cell: str) -> Figure:
        state, value, raw = self.facts.get((file, cell), ("absent", None, ""))
        if state == "reported":
            return Figure("number", value, raw=raw)
        if state != "absent":
            return Figure(state, raw=raw)
        instead = self.printed.get((edition or "", cell), "not printed")
        replaced = self.facts.get((file, instead or ""), ("absent",))[0] != "absent"
        return Figure("not_comparable" if instead == "not printed" or replaced else "unreadable")

    def _claim(self, file: int, claim: str) -> Figure:
        told = self.stated.get((file, claim), [])
        if len({value for value, _ in told}) != 1:
            return Figure("unreadable" if told else "blank")
        return Figure("number", told[0][0], is_rough=any(rough for _, rough in told))

    def _together(self, entry: dict[str, Any], unit: str, year: int) -> Figure:
        parts = [
            [self.figure(cell, unit, year) for cell in self._matching(entry.get(key, []))] for key in ("cells", "of")
        ]
        states = {figure.state for part in parts for figure in part}
        if "unreadable" in states:
            return Figure("unreadable")
        sums = [[figure.value for figure in part if figure.value is not None] for part in parts]
        if not sums[0] or (parts[1] and not sums[1]):
            return Figure(next(state for state in ("blank", "slash", "not_comparable", "number") if state in states))
        return Figure("number", sum(sums[0], Decimal()), sum(sums[1], Decimal()) if parts[1] else None)

    def _matching(self, patterns: Iterable[str]) -> list[str]:
        return [cell for cell in self.cells if any(fnmatchcase(cell, pattern) for pattern in patterns)]

    # -- several units

    def _total(self, item: str, year: int, scope: str) -> tuple[Figure, Counter[str]]:
        """The sum of a scope, of a share sum over sum, and how its units stand; who need not file is missed by nobody."""
        units = self.members(scope, year)
        figures = {unit: self.figure(item, unit, year) for unit in units}
        stand = Counter(f.state for unit, f in figures.items() if f.state != "not_collected" or unit in self.due)
        if not stand:
            return Figure("not_collected"), stand  # nobody has to file here
        if not stand["number"]:
            return Figure(max(NOBODY, key=lambda state: stand[state])), stand
        held = [figure for figure in figures.values() if figure.value is not None]
        of = [figure.of for figure in held if figure.of is not None]
        is_rough = all(figure.is_rough for figure in held)
        total = sum((figure.value for figure in held if figure.value is not None), Decimal())
        return Figure("number", total, sum(of, Decimal()) if of else None, is_rough=is_rough), stand

    def middle(self, item: str, year: int, group: str) -> tuple[Fraction | None, int]:
        """The middle of the units of a group that have a figure (of shares: that may be told), and how many have."""
        figures = [self.figure(item, unit, year) for unit in self.members(group, year)]
        values = [size for figure in figures if (size := self.size(item, figure)) is not None]
        return (median(values) if len(values) >= FEWEST else None), len(values)

    def size(self, item: str, figure: Figure) -> Fraction | None:
        """What a figure is compared by: of a share the share, where there is enough to tell one."""
        if figure.value is None or not self.is_share(item):
            return None if figure.value is None else Fraction(figure.value)
        is_told = figure.of and figure.of >= self.composed[item]["smallest_n"]
        return Fraction(figure.value) / Fraction(figure.of) if figure.of and is_told else None

    def is_share(self, item: str) -> bool:
        return "of" in self.composed.get(item, {})

    def without_doubted(self, address: str) -> Decimal | None:
        """The sum at this address less what may be in another unit; None where nothing of it may be."""
        _, item, year, scope = address.split("|", 3)
        units = [u for u in self.members(scope, int(year)) if (u, int(year), item) in self.in_doubt]
        doubted = [self.figure(item, unit, int(year)).value for unit in units]
        total = self.at(address).value
        return total - sum(each for each in doubted if each is not None) if doubted and total is not None else None

    def is_in_doubt(self, address: str) -> bool:
        """Whether the figure of one unit at this address may be in another unit."""
        _, item, year, unit = address.split("|", 3)
        return (unit, int(year), item) in self.in_doubt

    # -- in words

    def _say(self, address: str) -> str:
        """What a reader must find at this address."""
        kind, item, year, scope = address.split("|", 3)
        if kind == "filing":
            return self._say_filing(int(year), scope)
        if kind == "standing":
            return self._say_standing(int(year), scope)
        if kind == "median":
            middle, count = self.middle(item, int(year), scope)
            assert middle is not None, f"{address}: no middle of {count} units"
            return f"{percent(middle) if self.is_share(item) and middle else number(middle)}（{count} 家）"
        return self._in_words(item, self.at(address))

    def at(self, address: str) -> Figure:
        """The figure at the address of a measure, of one unit or the sum of a scope."""
        kind, item, year, scope = address.split("|", 3)
        assert kind == "measure", address
        return self.figure(item, scope, int(year)) if scope in self.names else self.total(item, int(year), scope)[0]

    def state(self, address: str) -> str:
        """What the state of a single figure is called in a legend and in a download."""
        return self.state_of(self.at(address))

    @staticmethod
    def state_of(figure: Figure) -> str:
        return WORDS[figure.state][1] if figure.state in WORDS else "有数" if figure.value else "真零"

    def who(self, address: str) -> str:
        """The sentence beside a sum: how many it holds, and who is missing."""
        _, item, year, scope = address.split("|", 3)
        _, stand = self.total(item, int(year), scope)
        left = [state for state in WORDS if stand[state]]
        words = "，".join([f"计入 {stand['number']} 家", *(f"{WORDS[state][1]} {stand[state]} 家" for state in left)])
        lacks = stand["not_filed"] + stand["unreadable"] + stand["not_collected"]
        return f"不完整：{words}" if lacks else words

    def printed_text(self, unit: str, year: int, cell: str) -> str:
        """What the printed table shows in a cell."""
        state, _, raw = self.facts.get((self.filed[unit, year][0], cell), ("absent", None, ""))
        return raw.strip() or ("没有这一格" if state == "absent" else "空")

    def _in_words(self, item: str, figure: Figure) -> str:
        if figure.value is None:
            return WORDS[figure.state][0]
        if figure.of is not None:
            counts = f"{number(figure.value)}/{number(figure.of)} 件"
            is_told = figure.value and figure.of >= self.composed[item]["smallest_n"]
            return f"{percent(Fraction(figure.value) / Fraction(figure.of))}，{counts}" if is_told else counts
        as_printed = figure.raw.strip()
        has_decimals = "." in as_printed and as_printed.replace(".", "").isdecimal()
        text = f"{Decimal(as_printed):,}" if has_decimals else number(figure.value)
        return f"约{text}" if figure.is_rough else text
