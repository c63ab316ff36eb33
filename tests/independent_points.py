"""A second reckoning of the points of the example rubric for annual reports, rule by rule in plain Python.

It knows nothing of etl.score and does not read the rubric's file: what it says of an indicator is written out here. Figures
come from tests/independent.py, words from the sections as they were read; what the check found is the check's own, as
there. Nobody has decided anything in the counties it is used for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from tests.independent import Reckoner

FULL = {
    "A1": 8, "A2": 4, "A3": 3, "B1": 10, "B2": 4, "B3": 3, "B4": 6, "B5": 7, "C1": 5, "C2": 1, "C3": 4, "C4": 5, "D1": 4,
    "D2": 4, "D3": 2, "D4": 2, "E1": 6, "E2": 4, "E3": 3, "F1": 8, "G1": 4, "H1": 3,
}  # fmt: skip
GROUPS = {
    "township": "乡",
    "town": "镇",
    "subdistrict": "街道",
    "zone": "管理区",
    "department": "部门",
    "office": "部门",
}
GRADES = ((90, "优秀"), (70, "良好"), (60, "合格"), (0, "不合格"))
CHANNELS = ("published_website", "published_wechat", "published_weibo", "published_new_media", "published_other")
DOCUMENTS = tuple(f"proactive/normative_documents/{part}" for part in ("issued", "repealed", "in_force"))
TABLES = {"requests": "表三", "disputes": "表四", "proactive": "表二"}
OPEN = None  # an indicator that waits for a person
LATE = r"[^无未没有现](?:逾期|超期)(?:未|才|答复|回复|办结|办理)"
IN_TIME = r"(?:按时|按期|期限内)(?:予以|全部)?(?:答复|办结|回复|办理)|(?:办结|答复)率[为达到]{0,2}100"
MUST, WORTH = "must_fix", ("must_fix", "verify")  # a notice takes no points unless it is said so


@dataclass(frozen=True, slots=True)
class Score:
    """`lines` are points by indicator, None where a person has to say; `points` counts those as 0, `highest` as full."""

    group: str
    lines: dict[str, Decimal | None]

    @property
    def points(self) -> Decimal:
        return sum((each for each in self.lines.values() if each is not None), Decimal())

    @property
    def waiting(self) -> list[str]:
        return [name for name, each in self.lines.items() if each is None]

    @property
    def highest(self) -> Decimal:
        return self.points + sum(FULL[name] for name in self.waiting)

    @property
    def possible(self) -> int:
        """What of the full points did not wait for a person."""
        return sum(FULL.values()) - sum(FULL[name] for name in self.waiting)

    @property
    def grade(self) -> str:
        """The grade, or between which two it still lies."""
        low, high = (next(name for bound, name in GRADES if at >= bound) for at in (self.points, self.highest))
        return low if low == high else f"{low}～{high}"


class Points:
    """The points of one build, whatever form its reports have."""

    def __init__(self, build: Path) -> None:
        self.reckoner = Reckoner(build)
        with duckdb.connect(str(build), read_only=True) as held:
            self._read(held)
        self.of = cache(self._of)

    def _read(self, held: duckdb.DuckDBPyConnection) -> None:
        def rows(sql: str) -> list[tuple[Any, ...]]:
            return held.sql(sql).fetchall()

        self.kinds = dict(rows("SELECT unit_id, kind FROM unit"))
        self.published = dict(rows("SELECT file_id, published_at FROM report"))
        self.sections: dict[tuple[int, str], str] = {
            (file, number): text for file, number, text in rows("SELECT file_id, number, text FROM section")
        }
        self.missing = set(rows("SELECT file_id, left(message, 2) FROM problem WHERE code = 'table_missing'"))
        troubled = rows("SELECT file_id, message FROM problem WHERE code <> 'column_unknown'")
        self.troubled = {(file, message[:2]) for file, message in troubled if "：" in message}
        self.found: dict[int, list[dict[str, Any]]] = {}
        asked = """SELECT file_id, rule, severity, verdict, "where", found, cells FROM finding ORDER BY position"""
        for file, rule, severity, verdict, where, found, cells in rows(asked):
            if verdict == "broken" and (file, where) not in self.missing:
                told = {"rule": rule, "severity": severity, "where": where, "found": found, "cells": cells}
                self.found.setdefault(file, []).append(told)
        totals = rows('SELECT DISTINCT "table", cell, is_total FROM form_cell')
        self.witnesses = {
            table: [cell for name, cell, is_total in totals if name == table and is_total]
            or [cell for name, cell, _ in totals if name == table]
            for table in TABLES
        }

    def units(self, year: int) -> list[str]:
        """Who is scored, in the order of the register."""
        return [unit for unit in self.kinds if self.of(unit, year) is not None]

    def _of(self, unit: str, year: int) -> Score | None:
        """None where there is no score: no report, or no group of the rubric for it."""
        if self.kinds[unit] not in GROUPS or (unit, year) not in self.reckoner.filed:
            return None
        file, _, _ = self.reckoner.filed[unit, year]
        report = _Report(self, unit, year, file)
        made = {name: report.line(name) for name in FULL}
        return Score(GROUPS[self.kinds[unit]], made)


class _Report:
    """One report in force; a method for each indicator."""

    def __init__(self, held: Points, unit: str, year: int, file: int) -> None:
        self.held, self.unit, self.year, self.file = held, unit, year, file
        self.findings = held.found.get(file, [])
        self.overview = held.sections.get((file, "一"))

    def line(self, name: str) -> Decimal | None:
        reckon: Callable[[], float | None] = getattr(self, name.lower())
        made = reckon()
        return None if made is None else max(Decimal(str(made)), Decimal())

    # -- what they look at

    def count(self, *rules: str, severities: tuple[str, ...] = WORTH, where: str = "", found: str = "") -> int:
        return len(self.those(*rules, severities=severities, where=where, found=found))

    def those(
        self, *rules: str, severities: tuple[str, ...] = WORTH, where: str = "", found: str = ""
    ) -> list[dict[str, Any]]:
        return [
            each
            for each in self.findings
            if each["rule"] in rules
            and each["severity"] in severities
            and re.search(where, each["where"])
            and re.search(found, each["found"])
        ]

    def figure(self, item: str, year: int | None = None) -> Any:
        return self.held.reckoner.figure(item, self.unit, year or self.year)

    def total(self, *items: str) -> Decimal | None:
        """Their sum; None where one could not be read or none is told."""
        figures = [self.figure(item) for item in items]
        values = [each.value for each in figures if each.value is not None]
        return None if any(each.state == "unreadable" for each in figures) or not values else sum(values, Decimal())

    def is_unreadable(self, *items: str) -> bool:
        return any(self.figure(item).state == "unreadable" for item in items)

    def is_read(self, table: str, year: int | None = None) -> bool:
        """Whether the table was read without trouble and has figures."""
        file = self.file if year is None else self.held.reckoner.filed[self.unit, year][0]
        states = [self.figure(cell, year).state for cell in self.held.witnesses[table]]
        return (file, TABLES[table]) not in self.held.troubled and "unreadable" not in states and "number" in states

    def says(self, pattern: str) -> bool:
        return self.overview is not None and re.search(pattern, self.overview) is not None

    # -- 发布时效与完整

    def a1(self) -> float | None:
        published = self.held.published[self.file]
        if published is None:
            return OPEN
        late = (published - date(self.year + 1, 1, 31)).days
        return 8 if late <= 0 else 5 if late <= 7 else 2 if late <= 30 else 0

    def a2(self) -> float:
        return 4 - self.count("T-03")

    def a3(self) -> float:
        odd = self.those("T-12", "T-13", "T-14", "T-15")
        tables = {e["where"][:2] if e["where"].startswith("表") else (e["cells"] or [e["where"]])[0].split("/")[0] for e in odd}  # fmt: skip
        return 3 - self.count("T-16") - 0.5 * len(tables)

    # -- 数据质量

    def b1(self) -> float:
        if not self.is_read("requests"):
            return 10
        unequal = self.those("T3-01")
        in_total = [any(re.fullmatch("requests/.*/total", cell) for cell in each["cells"]) for each in unequal]
        sums = len({each["rule"] for each in self.those("T3-02", "T3-03")})
        return 10 - 4 * (True in in_total) - 2 * (False in in_total) - 2 * sums

    def b2(self) -> float:
        return 4 - 2 * self.count("T4-01") if self.is_read("disputes") else 4

    def b3(self) -> float:
        if not self.is_read("proactive"):
            return 3
        return 3 - 3 * bool(self.count("T-30")) - self.count("T2-02", "T-32")

    def b4(self) -> float:
        if (self.unit, self.year - 1) not in self.held.reckoner.filed:
            return 6
        if not self.is_read("requests") or not self.is_read("requests", self.year - 1):
            return 6
        return 6 - 4 * bool(self.count("X-01")) - bool(self.count("X-05")) - 2 * bool(self.count("X-02"))

    def b5(self) -> float:
        return 7 - 2 * self.count("W-40", "W-41", "W-41S", "W-41R", "W-42", "W-42N", "W-43", "W-45")

    # -- 文字质量

    def c1(self) -> float:
        parts = re.split(r"\n\s*[（(][一二三四五六七八九][）)]", "\n" + (self.overview or ""))[1:]
        bodies = [re.sub(r"^[^。：:\n]{0,24}[。：:\n]?", "", part) for part in parts]
        short = sum(len(re.sub(r"\s", "", body)) < 20 for body in bodies)
        return 5 - 5 * self.count("T-03", where="第一部分") - self.count("T-06") - short

    def c2(self) -> float:
        if self.overview is None or (self.file, "二") not in self.held.sections:
            return 1
        length = len(re.sub(r"\s", "", self.overview))
        return 0 if length < 200 else 1 if length <= 1200 else 0.5 if length <= 1500 else 0

    def c3(self) -> float:
        empty = self.count("T-20", found="没有内容|只有")
        half = self.count("T-20", found="没有写存在的问题|没有改进情况")
        return 4 - 4 * self.count("T-03", where="第五部分") - 4 * empty - 2 * half

    def c4(self) -> float:
        alike = 0
        for each in self.those("T-37C", "T-38C", severities=("must_fix", "verify", "notice")):
            told = re.search(r"\d+", each["found"])
            most = 100 if each["severity"] != "notice" else 84 if each["rule"] == "T-38C" else 94
            alike = max(alike, min(int(told[0]) if told else 0, most))
        return 5 if alike < 70 else 3 if alike < 85 else 1 if alike < 95 else 0

    # -- 主动公开

    def d1(self) -> float | None:
        if self.is_unreadable("published_total", *CHANNELS):
            return OPEN
        total, channels = self.total("published_total") is not None, self.total(*CHANNELS) is not None
        return 2 * total + channels + (total and channels and not self.count("W-44"))

    def d2(self) -> float:
        if not self.total(*DOCUMENTS):
            return 4
        silent = self.overview is not None and not self.says("废止|清理|失效")
        return 4 - 2 * bool(self.count("X-02")) - bool(self.count("W-43")) - silent

    def d3(self) -> float | None:
        if self.is_unreadable("policy_interpretations"):
            return OPEN
        return 2 if self.total("policy_interpretations") is not None else 0

    def d4(self) -> float:
        now, before = self.figure("published_total"), self.figure("published_total", self.year - 1)
        if not before.value or now.value is None or now.is_rough or before.is_rough:
            return 2
        return 2 if abs(now.value - before.value) <= before.value / 2 else 1

    # -- 依申请公开，复议诉讼，收费，监督保障

    def e1(self) -> float:
        asked, left = self.total("requests_at_hand"), self.total("requests/carried_out/total")
        if not asked or left is None:
            return 6
        share = left / asked
        return 6 if share <= Decimal("0.1") or left <= 1 else 4 if share <= Decimal("0.25") else 2 if share <= Decimal("0.4") else 0  # fmt: skip

    def e2(self) -> float:
        asked, done = self.total("requests_at_hand"), self.total("requests/total_processed/total")
        if not asked or asked < 5 or not done:
            return 4
        misc = self.total("requests/other_misc/total")
        petitions = self.total("requests/notproc_petition_complaint/total", "requests/notproc_excessive/total")
        given, denied = self.total("granted", "partially_granted"), self.total("denied")
        taken = 2 * (misc is not None and misc / done > Decimal("0.3"))
        taken += petitions is not None and petitions / done > Decimal("0.5")
        return 4 - taken - (given == 0 and denied is not None and denied > 0)

    def e3(self) -> float:
        if not self.total("requests_at_hand") or self.overview is None:
            return 3
        return 0 if self.says(LATE) else 3 if self.says(IN_TIME) else 1.5

    def f1(self) -> float:
        return 8 - 3 * float(self.total("disputes_overturned") or 0)

    def g1(self) -> float:
        every = ("must_fix", "verify", "notice")
        taken = 3 * self.count("T-03", where="第六部分") + 3 * self.count("T-21")
        taken += 1.5 * self.count("T-21P", severities=("verify", "notice"))
        return 4 - taken - bool(self.count("W-46", "F-11", severities=every))

    def h1(self) -> float | None:
        if self.overview is None:
            return OPEN
        return sum(self.says(each) for each in ("考核", "培训|评议", "责任追究|追究责任|追责|问责"))
