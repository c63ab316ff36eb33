"""The rules as data: etl/check/rules/*.yaml → Rule. An incomplete entry is refused with file, key and remedy.

- id: T3-10                  stable; findings and decisions name it
  title: 空白格              what is wrong, in few words
  formula: 每一格都有数      what should hold, as a person would say it
  basis: 国办公开办函〔2021〕30号   the clause, or 算术关系
  severity: verify           must_fix | verify | notice
  kinds: [12]                numbers of the list of 48 kinds of error
  forms: ["2021", "2019"]    editions it holds for; "" for reports that follow none
  by: blank_cells            blank_cells.sql or blank_cells.py beside this file's folder; filing: see marts/filing.sql
  message: "{report} {where}：{found}，{expected}。{remedy}"
  remedy: 请……              what to do
  example: 长皋乡……         one that breaks it
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from etl.check.row import SEVERITY_WORDS, Severity
from etl.strict_yaml import RepeatedKeyError, StrictLoader

HERE = Path(str(resources.files("etl.check")))
ELSEWHERE = frozenset({"filing"})  # answered by a view of the warehouse, because there is no file to point at
LAST_KIND = 48
_KEYS: dict[str, type] = {
    "id": str, "title": str, "formula": str, "basis": str, "severity": str, "kinds": list, "forms": list, "by": str,
    "message": str, "remedy": str, "example": str,
}  # fmt: skip
_KIND_NAMES: dict[type, str] = {str: "文字", list: "列表"}


class RuleError(ValueError):
    """A rule file cannot be used; the message names the file, the entry, the key and the remedy."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is checked. `by` names the statement or module that finds it, `family` the file it is written in."""

    id: str
    title: str
    formula: str
    basis: str
    severity: Severity
    kinds: tuple[int, ...]
    forms: tuple[str, ...]
    by: str
    message: str
    remedy: str
    example: str
    family: str


@cache
def load_rules() -> dict[str, Rule]:
    """Every rule that ships with the package, by id, in order of file and entry. Raises RuleError."""
    return rules_in(HERE / "rules")


def rules_in(folder: Path) -> dict[str, Rule]:
    """The rules of every .yaml file in a folder, by id. Raises RuleError."""
    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.yaml")):
        for rule in _rules_of(path):
            if rule.id in rules:
                raise RuleError(
                    f"{path.name} 的 {rule.id}：这个编号在 {rules[rule.id].family}.yaml 里已经用了。请换一个编号。"
                )
            rules[rule.id] = rule
    return rules


def rules_as_markdown() -> str:
    """Every rule as a row of a table: the documentation, made from what is checked."""
    columns = ("编号", "标题", "应当怎样", "依据", "程度", "怎么办", "例子")
    rows = [
        (rule.id, rule.title, rule.formula, rule.basis, SEVERITY_WORDS[rule.severity], rule.remedy, rule.example)
        for rule in load_rules().values()
    ]
    lines = [columns, ("---",) * len(columns), *rows]
    clean = [[cell.replace("|", "｜").replace("\n", " ") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in clean)


def _rules_of(path: Path) -> list[Rule]:
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=StrictLoader)
    except (yaml.YAMLError, RepeatedKeyError) as error:
        raise RuleError(f"{path.name}：不是有效的 YAML（{error}）。请检查缩进、引号和重复的键。") from error
    if not isinstance(entries, list):
        raise RuleError(f"{path.name}：应为规则的列表，每条以“- id:”开头。请改写。")
    return [_rule(path, position, entry) for position, entry in enumerate(entries, start=1)]


def _rule(path: Path, position: int, entry: Any) -> Rule:
    name = entry.get("id", f"第{position}条") if isinstance(entry, dict) else f"第{position}条"

    def fail(key: str, message: str) -> RuleError:
        return RuleError(f"{path.name} 的 {name}.{key}：{message}")

    if not isinstance(entry, dict):
        raise fail("id", "应为键值表。请写成“- id: …”，其余各键缩进对齐。")
    for key, kind in _KEYS.items():
        if key not in entry or entry[key] in ("", None):
            raise fail(key, f"缺少这一项。请补上 {key}。")
        if not isinstance(entry[key], kind):
            raise fail(key, f"应为{_KIND_NAMES[kind]}，实为“{entry[key]}”。请改写。")
    for key in entry:
        if key not in _KEYS:
            raise fail(key, f"不认识这个键。可用的键是 {'、'.join(_KEYS)}，请检查拼写。")
    if entry["severity"] not in set(Severity):
        raise fail("severity", f"“{entry['severity']}”不认识。请改为 {'、'.join(Severity)} 之一。")
    if not all(isinstance(kind, int) and 1 <= kind <= LAST_KIND for kind in entry["kinds"]):
        raise fail("kinds", f"应为 1 到 {LAST_KIND} 的编号，如 [12]。请改写。")
    if not entry["forms"] or not all(isinstance(form, str) for form in entry["forms"]):
        raise fail("forms", '应为表样的年份，如 ["2021", "2019"]。请改写。')
    if entry["by"] not in ELSEWHERE and not any(
        (HERE / f"{entry['by']}{suffix}").is_file() for suffix in (".sql", ".py")
    ):
        raise fail("by", f"etl/check/ 里没有 {entry['by']}.sql 或 {entry['by']}.py。请写好这个语句，或改正名字。")
    try:
        list(string.Formatter().parse(entry["message"]))
    except ValueError as error:
        raise fail("message", f"花括号不成对（{error}）。请改正。") from None
    return Rule(
        **{key: entry[key] for key in ("id", "title", "formula", "basis", "by", "message", "remedy", "example")},
        severity=Severity(entry["severity"]),
        kinds=tuple(entry["kinds"]),
        forms=tuple(entry["forms"]),
        family=path.stem,
    )
