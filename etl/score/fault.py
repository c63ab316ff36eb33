"""What is said of a rubric that cannot be used, and YAML in which every figure keeps the digits it was written with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

from etl.strict_yaml import RepeatedKeyError, StrictLoader


class RubricError(ValueError):
    """A rubric cannot be used; the message names what, where, found against expected, and what to do."""


def fault(file: str, where: str, what: str, found: object, expected: str, remedy: str) -> RubricError:
    """The four parts in one sentence; `found` "" where there is nothing to show."""
    shown = f"，实为“{found}”" if found not in ("", None) else ""
    return RubricError(f"{file} 的 {where}：{what}{shown}，应为{expected}。{remedy}")


class _DecimalLoader(StrictLoader):
    """Makes a Decimal where the others make a double."""


def _decimal(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal | str:
    try:
        return Decimal(str(node.value).replace("_", ""))
    except InvalidOperation:
        return str(node.value)  # told as what it is where a figure is asked for


_DecimalLoader.add_constructor("tag:yaml.org,2002:float", _decimal)


def yaml_in(text: str, file: str) -> Any:
    """What a YAML text holds, decimals as Decimal. Raises RubricError."""
    try:
        return yaml.load(text, Loader=_DecimalLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第{mark.line + 1}行" if mark else "全文"
        raise RubricError(
            f"{file} 的 {where}：不是有效的 YAML（{getattr(error, 'problem', None) or error}），应为逐级缩进的“键: 值”。"
            "请检查缩进、冒号后的空格和引号。"
        ) from error
    except RecursionError:
        raise RubricError(f"{file} 的 全文：括号或缩进套得太深，读不了。请照示例的写法逐级缩进。") from None
    except RepeatedKeyError as error:
        raise RubricError(f"{file} 的 {error}") from None


class Reading:
    """One pass over one rubric; knows its file so that every message can say it."""

    def __init__(self, file: str) -> None:
        self.file = file

    def fail(self, where: str, what: str, found: object, expected: str, remedy: str) -> RubricError:
        return fault(self.file, where, what, found, expected, remedy)

    def mapping(self, entry: Any, where: str, known: Sequence[str]) -> Mapping[str, Any]:
        """The entry, which has no other keys than these."""
        if not isinstance(entry, dict):
            raise self.fail(where, "不是一组“键: 值”", entry, "一组“键: 值”", f"请写上 {'、'.join(known[:4])} 等键。")
        for key in entry:
            if key not in known:
                remedy = "请检查拼写，或删去这个键。"
                raise self.fail(f"{where}.{key}", "不认识这个键", key, f"{'、'.join(known)} 之一", remedy)
        return entry

    def need(self, entry: Mapping[str, Any], key: str, where: str, expected: str) -> Any:
        if entry.get(key) in (None, ""):
            raise self.fail(f"{where}.{key}", "缺少这一项", "", expected, f"请补上 {key}。")
        return entry[key]

    def text(self, entry: Mapping[str, Any], key: str, where: str, *, default: str | None = None) -> str:
        if default is not None and entry.get(key) in (None, ""):
            return default
        value = self.need(entry, key, where, "文字")
        if not isinstance(value, str):
            raise self.fail(f"{where}.{key}", "不是文字", value, "文字", "请改写，像日期或数字的文字加上引号。")
        return value.strip()

    def figure(self, value: Any, where: str, *, decimals: int = 2, least: Decimal | None = Decimal(0)) -> Decimal:
        """A number of so many decimals at most; `least` None lets it be negative."""
        kind = f"不小于 {least} 的数" if least is not None else "数"
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self.fail(where, "不是数", value, kind, "请改写成数字，不带单位。")
        number = Decimal(value)
        if not number.is_finite() or (least is not None and number < least) or abs(number) >= 10**9:
            raise self.fail(where, "不是能用的数", value, kind, "请改正。")
        if number != round(number, decimals):
            raise self.fail(where, "小数位太多", value, f"最多 {decimals} 位小数的数", "请四舍五入后再写。")
        return number

    def points(self, entry: Mapping[str, Any], key: str, where: str) -> Decimal:
        return self.figure(self.need(entry, key, where, "分值，如 2 或 0.5"), f"{where}.{key}")

    def one_of(self, value: Any, where: str, allowed: Sequence[str]) -> str:
        if value not in allowed:
            raise self.fail(where, "不认识这个值", value, f"{'、'.join(allowed)} 之一", "请改正。")
        return str(value)

    def strings(self, value: Any, where: str) -> tuple[str, ...]:
        """One text or a list of texts, each once."""
        values = [value] if isinstance(value, str) else value
        is_right = isinstance(values, list) and values and all(isinstance(each, str) and each for each in values)
        if not is_right:
            raise self.fail(where, "不是文字或文字的列表", value, "如 甲 或 [甲, 乙]", "请改写。")
        self.distinct(values, where)
        return tuple(values)

    def distinct(self, names: Sequence[str], where: str) -> None:
        for position, name in enumerate(names):
            if name in names[:position]:
                raise self.fail(where, "同一个名称写了两次", name, "各不相同的名称", "请改名或删去一个。")

    def listed(self, entry: Mapping[str, Any], key: str, where: str) -> list[Any]:
        value = self.need(entry, key, where, "一个列表")
        if not isinstance(value, list) or not value:
            raise self.fail(f"{where}.{key}", "不是列表，或是空的", value, "至少有一项的列表", "每一项以“- ”开头。")
        return value

    def flag(self, entry: Mapping[str, Any], key: str, where: str) -> bool:
        value = entry.get(key, False)
        if not isinstance(value, bool):
            raise self.fail(f"{where}.{key}", "不是是否", value, "true 或 false", "请改写。")
        return value
