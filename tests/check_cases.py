"""Cases of the checks of words: one clean report with something changed, each a unit of one county that is really built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import yaml

from etl.build import build
from etl.paths import County
from tests import layouts

CASES = Path(__file__).parent / "cases" / "check_words"
ENDINGS = {
    "town": "镇人民政府", "township": "乡人民政府", "subdistrict": "街道办事处", "department": "局", "office": "人民政府办公室",
    "area": "人民政府",
}  # fmt: skip
SELF = {
    "town": "我镇",
    "township": "我乡",
    "subdistrict": "我街道",
    "department": "我局",
    "office": "本机关",
    "area": "全县",
}
FIRST, SECOND = "松柏桐槐榆柳桑枫杉桂", "堡河桥岭湾坪沟庄塘川"
ASPECTS = {
    "proactive": (
        "主动公开",
        "{self}及时更新公开栏，{year}年主动公开政府信息120条，其中政府网站80条，微信公众号40条。",
    ),
    "requests": ("依申请公开", "{year}年，{self}规范登记、审核和答复流程。"),
    "management": ("政府信息管理", "严格执行信息发布审核制度，公文产生时同步确定公开属性。"),
    "platform": ("政府信息公开平台建设", "在便民服务大厅设立政务公开专区，配备查询设备。"),
    "supervision": ("监督保障", "将信息公开纳入年度考核，全年开展业务培训，主动接受社会评议。"),
}
BASE: Mapping[str, Any] = {
    "title": "{name}{year}年政府信息公开工作年度报告",
    "opening": "根据《中华人民共和国政府信息公开条例》和《中华人民共和国政府信息公开工作年度报告格式》（国办公开办函〔2021〕30号）"
    "要求，现公布{name}{year}年政府信息公开工作年度报告。本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。",
    "problems": [
        "{year}年，{self}政府信息公开工作取得进展，但公开内容与群众需求结合不够紧密，信息更新不够及时。",
        "下一步，{self}将走访村组充实公开内容，建立更新台账，每月检查一次。",
    ],
    "other": ["本年度未收取信息处理费。"],
    "signed": "{next}年1月16日",
    "order": list(ASPECTS),
    "drop": [],
    "headings": {},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """`rule` must be found in the report, or stay silent where `silent`; `severity` where that is told."""

    says: str
    rule: str
    silent: bool
    severity: str
    changes: Mapping[str, Any]

    @property
    def year(self) -> int:
        return int(self.changes.get("year", 2024))

    @property
    def kind(self) -> str:
        return str(self.changes.get("kind", "town"))


def cases(name: str) -> list[Case]:
    """The cases of one file. Each entry: hit or miss (the rule), says, severity, and what is changed in the report."""
    found = []
    for entry in yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8")):
        rest = {key: value for key, value in entry.items() if key not in {"hit", "miss", "says", "severity"}}
        found.append(
            Case(entry["says"], entry.get("hit") or entry["miss"], "miss" in entry, entry.get("severity", ""), rest)
        )
    return found


def build_cases(root: Path, every: Sequence[Case]) -> duckdb.DuckDBPyConnection:
    """A county with one unit for each case, built; unit ids are c0, c1 …, and clean is a report nothing is wrong with."""
    county = County(root)
    clean = Case("clean", "", True, "", {})
    register = ["unit_id,code,name,aliases,kind,group,valid_from,valid_to,merged_into,due"]
    for unit_id, number, case in [*((f"c{n}", n, case) for n, case in enumerate(every)), ("clean", len(every), clean)]:
        name, alias = names(number, case.kind)
        register.append(f"{unit_id},,{name},{alias},{case.kind},{case.kind},,,,是")
        folder = county.raw / str(case.year)
        folder.mkdir(parents=True, exist_ok=True)
        stem = case.changes.get("file", "{alias}{year}年年报").format(alias=alias, name=name, year=case.year)
        (folder / f"{stem}.txt").write_text(report(case, name, alias), encoding="utf-8")
    county.units.write_text("\n".join(register), encoding="utf-8")
    county.years.write_text("year,collected,note\n", encoding="utf-8")
    return duckdb.connect(str(build(county).stamp.path), read_only=True)


def names(number: int, kind: str) -> tuple[str, str]:
    """A name that no other case has, and its short form."""
    more, rest = divmod(number, len(FIRST) * len(SECOND))
    stem = FIRST[rest // len(SECOND)] + SECOND[rest % len(SECOND)] + ("" if not more else "上下"[more - 1])
    if kind in {"area", "office"}:
        return f"{stem}县{ENDINGS[kind]}", f"{stem}县{'' if kind == 'area' else '政府办'}"
    return f"青禾县{stem}{ENDINGS[kind]}", f"{stem}{ENDINGS[kind].removesuffix('人民政府').removesuffix('办事处')}"


def report(case: Case, name: str, alias: str) -> str:
    """The clean report with the case's changes, as a text file whose cells stand between bars; a `form` other than
    that of 2021 leaves the tables out, so that the year alone tells the edition."""
    told = {**BASE, **case.changes}
    words = {
        "name": name, "alias": alias, "self": SELF[case.kind], "year": case.year, "next": case.year + 1,
        "last": case.year - 1, "other": "松堡镇" if alias != "松堡镇" else "松河镇",
    }  # fmt: skip
    overview = []
    for position, aspect in enumerate(told["order"]):
        heading, text = ASPECTS[aspect]
        repeated = told.get(aspect, text) * told.get("repeat", {}).get(aspect, 1)
        overview += [f"（{'一二三四五'[position]}）{told.get(f'{aspect}_heading', heading)}", repeated]
    bodies = {"一": told.get("overview", overview), "五": told["problems"], "六": told["other"]}
    text = layouts.pipe_text(_values(told))
    tables = dict(zip("二三四", _tables(text) if "form" not in told else ("", "", ""), strict=True))
    lines = [told["title"], told["opening"], *told.get("after_opening", [])]
    for number in "一二三四五六":
        if number not in told["drop"]:
            lines.append(told["headings"].get(number, layouts.HEADINGS[number]))
            lines += [tables[number]] if number in tables else bodies[number]
    lines += [name, told["signed"]]
    if "published" in told:
        lines.insert(0, f"发布时间：{told['published']}")
    return "\n".join(line.format(**words) if "{" in line else line for line in lines if line)


def _tables(text: str) -> list[str]:
    """What stands between the headings of sections 二, 三, 四 and 五."""
    marks = [text.index(layouts.HEADINGS[number]) for number in "二三四五"]
    return [text[start:end].split("\n", 1)[1].rstrip("\n") for start, end in pairwise(marks)]


def _values(told: Mapping[str, Any]) -> dict[str, str]:
    """`requests: {new, in, out}` all from natural persons and granted; `cells` exactly as given."""
    values = {}
    counts = {"new": 0, "in": 0, "out": 0, **told.get("requests_counts", {})}
    done = counts["new"] + counts["in"] - counts["out"]
    for row, count in (
        ("new_received", counts["new"]), ("carried_in", counts["in"]), ("granted", done), ("total_processed", done),
        ("carried_out", counts["out"]),
    ):  # fmt: skip
        values |= {f"requests/{row}/natural_person": str(count), f"requests/{row}/total": str(count)}
    return values | {cell: str(value) for cell, value in told.get("cells", {}).items()}


def findings(connection: duckdb.DuckDBPyConnection, unit_id: str) -> list[tuple[str, str, str]]:
    """(rule, severity, message) of a unit's report."""
    query = "SELECT rule, severity, message FROM finding WHERE unit_id = $unit ORDER BY position"
    return connection.execute(query, {"unit": unit_id}).fetchall()


def confirm(connection: duckdb.DuckDBPyConnection, number: int, case: Case) -> None:
    """The case of this number has its finding, at its severity, or none where it must stay silent."""
    every = findings(connection, f"c{number}")
    found = [(severity, message) for rule, severity, message in every if rule == case.rule]
    assert bool(found) is not case.silent, every
    if case.severity:
        assert {severity for severity, _ in found} == {case.severity}
