"""How a unit came from the full points to its own, step by step, and what each line of its score is worth in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dashboard.charts import short_names
from dashboard.provenance import Address
from dashboard.score_charts import Step
from dashboard.score_words import STATES, points
from etl.score.model import Rubric

Row = dict[str, Any]
CENT = Decimal("0.01")
_NOTHING = Decimal(0)
_LONGEST = 24  # letters


def address(row: Row, indicator: str) -> str:
    """What a bar or a cell of a score opens: an indicator of a unit, or with "" the unit itself."""
    return str(Address("score", indicator, row["year"], row["unit_id"]))


def beside(names: Sequence[str]) -> list[str]:
    """What stands beside the lines of a picture: a name that would leave no room for it is cut in its middle, unless two
    would then read the same."""
    short = short_names(names)
    cut = [name if len(name) <= _LONGEST else f"{name[: _LONGEST - 7]}…{name[-6:]}" for name in short]
    return cut if len(set(cut)) == len(cut) else short


@dataclass(slots=True)
class _Stairs:
    """Bars one below the other, each from where the last ended."""

    row: Row
    at: Decimal
    steps: list[Step]

    def down(self, name: str, by: Decimal, kind: str, told: str, indicator: str = "") -> None:
        """One bar; nothing is drawn where nothing changes."""
        if by:
            end = self.at - by
            sign = "−" if by > 0 else "+"
            text = f"{sign}{points(abs(by))}"
            where = address(self.row, indicator) if indicator else ""
            self.steps.append(Step(name, self.at, end, kind, text, f"{name}：{told}", where))
            self.at = end


def steps(row: Row, lines: Sequence[Row], rubric: Rubric) -> list[Step]:
    """The bars from 满分 to 得分. What took nothing has none. Their last end is the unit's points, whatever was left out,
    scaled, capped or cut off at 0 on the way."""
    whole = Step("满分", _NOTHING, rubric.full, "whole", points(rubric.full), f"满分 {points(rubric.full)}", "")
    stairs = _Stairs(row, rubric.full, [whole])
    for line in (each for each in lines if each["role"] == "main"):
        _main(stairs, line)
    _scaled(stairs, row, lines, rubric)
    _beside(stairs, row, lines, "bonus")
    _beside(stairs, row, lines, "penalty")
    total = row["points"] if row["points"] is not None else stairs.at
    stairs.down("不低于 0 分", stairs.at - total, "added", "减分减到 0 为止")
    end = f"得分 {points(total)}" + (f"，待人工的全给满时 {points(row['highest'])}" if row["manual_open"] else "")
    stairs.steps.append(Step("得分", _NOTHING, total, "whole", points(total), end, ""))
    return stairs.steps


def _name(line: Row) -> str:
    return f"{line['indicator']} {line['indicator_name']}"


def _main(stairs: _Stairs, line: Row) -> None:
    if line["points"] is not None:
        stairs.down(_name(line), line["full"] - line["points"], "taken", line["words"], line["indicator"])
    elif line["state"] == "manual_open":
        stairs.down(_name(line), line["full"], "open", line["words"], line["indicator"])
    else:
        stairs.down(f"{_name(line)}（不计入）", line["full"], "taken", line["words"], line["indicator"])


def _scaled(stairs: _Stairs, row: Row, lines: Sequence[Row], rubric: Rubric) -> None:
    """What is left out makes the rest count for the full points."""
    possible = sum((each["full"] for each in lines if each["role"] == "main"), _NOTHING) - (row["skipped"] or 0)
    if possible and possible != rubric.full:
        scaled = (stairs.at * rubric.full / possible).quantize(CENT, ROUND_HALF_UP)
        told = f"不计入的不算，其余 {points(possible)} 分折成 {points(rubric.full)} 分"
        stairs.down("按满分折算", stairs.at - scaled, "added" if scaled > stairs.at else "taken", told)


def _beside(stairs: _Stairs, row: Row, lines: Sequence[Row], role: str) -> None:
    """加分 goes up, 减分 goes down; what lies beyond the ceiling of all of them together is taken back."""
    sign, kind, word = (Decimal(-1), "added", "加分") if role == "bonus" else (Decimal(1), "taken", "减分")
    counted = _NOTHING
    for line in lines:
        if line["role"] == role and line["points"]:
            stairs.down(_name(line), sign * line["points"], kind, line["words"], line["indicator"])
            counted += line["points"]
    beyond = counted - (row[role] or _NOTHING)
    stairs.down(f"{word}封顶", -sign * beyond, "taken" if role == "bonus" else "added", f"{word}合计以封顶为限")


def worth(line: Row) -> str:
    """What an indicator is worth: 6, 待人工, 不计入."""
    if line["role"] == "veto":
        return "成立" if line["points"] else "不予适用" if line["state"] == "manual" else "没有"
    if line["points"] is not None:
        sign = {"bonus": "+", "penalty": "−"}.get(line["role"], "")
        return f"{sign if line['points'] else ''}{points(line['points'])}"
    return STATES["manual_open"] if line["state"] == "manual_open" else "不计入"


def effect(item: Row) -> str:
    """What one part of an indicator took or added."""
    if item["state"] in ("doubtful", "waived"):
        return "不扣"
    if item["deducted"] is not None:
        return f"−{points(item['deducted'])}"
    return f"+{points(item['points'])}"
