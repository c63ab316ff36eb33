"""How scores are written: points, what can still be reached, grades, and the words of those who have no score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from dashboard.states import ValueState, write_number
from etl.score.model import Rubric

Row = Mapping[str, Any]
OPEN_GRADE = "等次未定"
EXAMPLE_MARK = "示例细则：不是任何机关印发的标准，只用来看样子"
DRAFT_MARK = "未定稿"

# Why a unit has no score, and the value state that looks alike.
STATUS: dict[str, tuple[str, str, ValueState | None]] = {
    "not_filed": ("未报送", "这一年已收齐，没有找到它的年报", ValueState.NOT_FILED),
    "unreadable": ("待核", "有它的文件，没有读成或等待认领", ValueState.UNREADABLE),
    "not_collected": ("未收集", "还没有收这份年报，不能说没报", ValueState.NOT_COLLECTED),
    "not_due": ("不要求报送", "登记表里写明不用向这里报", None),
    "no_group": ("细则没有列入", "这份细则的分组里没有它", None),
}

STATES = {
    "counted": "已计", "manual": "人工评定", "manual_open": "待人工", "no_exposure": "没有发生", "small_n": "件数太少",
    "not_assessed": "无法评定", "waived": "不算问题", "doubtful": "存疑",
}  # fmt: skip


def points(value: Decimal | None) -> str:
    """86.5 and not 86.50; "" for none."""
    return write_number(value)


def total(row: Row) -> str:
    """The points as known, or why there are none."""
    if row["status"] != "scored":
        return STATUS[row["status"]][0]
    return "各项都不计入" if row["points"] is None else points(row["points"])


def is_open(row: Row) -> bool:
    """Whether a person can still move the points."""
    return bool(row["manual_open"]) and row["points"] is not None


def reach(row: Row) -> str:
    """86, or 86～94 while items wait for a person."""
    if row["points"] is None or not is_open(row) or row["highest"] == row["points"]:
        return total(row)
    return f"{points(row['points'])}～{points(row['highest'])}"


def grade(row: Row) -> str:
    """The grade, or between which two it lies; "" without points."""
    if row["points"] is None:
        return ""
    return row["grade"] or f"未定（{row['grade_lowest']}至{row['grade_highest']}）"


def automatic(row: Row) -> str:
    """What the machine counted of what it could count."""
    return f"{points(row['auto_points'])}/{points(row['auto_possible'])}" if row["status"] == "scored" else ""


def unread(row: Row) -> str:
    """Of the points, those given in full only because the report could not be read there; "" for none. A year frozen
    before this was told apart has none."""
    given = row.get("unread")
    scaled = "（折算前）" if row.get("skipped") else ""
    return f"其中 {points(given)} 分因读不出而给满{scaled}" if given else ""


def grades(rubric: Rubric) -> list[str]:
    """From the best down, and last what is not settled."""
    return [*(each.name for each in rubric.grades), OPEN_GRADE]


def counted(rows: Iterable[Row], rubric: Rubric) -> dict[str, int]:
    """How many have which grade; every grade is there, those not settled only where there are some."""
    held = Counter(row["grade"] or OPEN_GRADE for row in rows if row["points"] is not None)
    return {name: held[name] for name in grades(rubric) if held[name] or name != OPEN_GRADE}


def count_words(rows: Iterable[Row], rubric: Rubric) -> str:
    """优秀 4 家、良好 6 家、等次未定 3 家"""
    return "、".join(f"{name} {number} 家" for name, number in counted(rows, rubric).items() if number)


def not_scored(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Those without a score by status, in the order of STATUS."""
    held = list(rows)
    found = {status: [row for row in held if row["status"] == status] for status in STATUS}
    return {status: rows for status, rows in found.items() if rows}


def conclusion(rows: Sequence[Row], rubric: Rubric, who: str, year: int) -> str:
    """The sentence at the head of the page."""
    scored = [row for row in rows if row["points"] is not None]
    left = "、".join(f"{STATUS[status][0]} {len(held)} 家" for status, held in not_scored(rows).items())
    waiting = sum(row["manual_open"] or 0 for row in rows)
    parts = [f"{year} 年度{who}评了 {len(scored)} 家" + (f"：{count_words(scored, rubric)}" if scored else "")]
    parts += [f"没有评分的：{left}"] if left else []
    parts += [f"还有 {waiting} 项待人工，分数会变"] if waiting else []
    return "；".join(parts) + "。"
