"""score: a rubric over the build in force."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from etl.arguments import USAGE
from etl.cli.finalising import export_command, finalise_command
from etl.cli.screen import OK, UNREADABLE, print_json, table, tell, tell_error
from etl.paths import County, default_county
from etl.score import (
    FinalYear,
    Rubric,
    RubricError,
    Scores,
    changes,
    final_years,
    open_rubric,
    save_rubric,
    score,
    sha256_of,
)
from etl.score.compare import UnitChange
from etl.warehouse.failure import BuildError
from etl.warehouse.inputs import score_decisions
from etl.warehouse.read import current_build, open_build

STATUS_WORDS = {
    "scored": "已评", "not_filed": "未报送", "unreadable": "待核", "not_collected": "未收集", "not_due": "不要求报送",
    "no_group": "细则没有列入",
}  # fmt: skip


def score_command(arguments: argparse.Namespace) -> int:
    if arguments.finalise:
        return finalise_command(arguments)
    if arguments.export:
        return export_command(arguments)
    county = default_county(arguments.data)
    shut = _shut(county, arguments)
    if shut and shut.frozen is None:
        tell_error(shut.fault)
        return UNREADABLE
    frozen = shut.frozen if shut else None
    try:
        rubric = frozen.rubric if frozen else open_rubric(_rubric_file(county, arguments))
        other = open_rubric(Path(arguments.against)) if arguments.against else None
    except RubricError as error:
        tell_error(str(error))
        return UNREADABLE
    if arguments.save:
        save_rubric(rubric, Path(arguments.save))
        tell(f"细则已写入 {arguments.save}。")
        return OK
    year = arguments.year or rubric.year
    build = current_build(county)
    if build is None:
        raise BuildError("还没有仓库，没有年报可以评分。请先运行 nianbao build。")
    with open_build(build) as connection:
        decided = score_decisions(county)
        scores = frozen.scores if frozen else score(connection, rubric, decided, [year])
        units = {
            **(frozen.units if frozen else {}),
            **dict(connection.sql("SELECT unit_id, name FROM unit").fetchall()),
        }
        before = score(connection, other, decided, [year]) if other else None
        wanted = _unit(connection, arguments.unit) if arguments.unit else None
    if arguments.unit and wanted is None:
        tell_error(f"没有“{arguments.unit}”这个单位。请用 units.csv 里的 unit_id、名称或简称。")
        return USAGE
    if before is not None and other is not None:
        return _tell_changes(arguments, changes(before, scores, other, rubric), units, other, rubric)
    if arguments.json:
        print_json({**_as_json(rubric, scores, units, wanted), "final": _as_final(shut)})
        return OK
    _tell_heading(rubric, year)
    if shut:
        held = shut.finalised
        tell(f"定稿：{held.who} {held.made_at[:16].replace('T', ' ')}　{held.why}　SHA-256 {held.sha256}")
    _tell_lines(scores, wanted) if wanted else _tell_scores(scores, units)
    return OK


def _shut(county: County, arguments: argparse.Namespace) -> FinalYear | None:
    """The year where it is finalised: its scores are those that were frozen, unless another rubric is to be tried."""
    if arguments.rubric:
        return None
    return next((each for each in final_years(county) if each.year == arguments.year), None)


def _as_final(shut: FinalYear | None) -> dict[str, str] | None:
    if shut is None:
        return None
    held = shut.finalised
    return {"sha256": held.sha256, "build": held.build, "who": held.who, "made_at": held.made_at, "why": held.why}


def _rubric_file(county: County, arguments: argparse.Namespace) -> Path:
    if arguments.rubric:
        return Path(arguments.rubric)
    if not arguments.year:
        raise RubricError(
            "没有写明用哪一份细则。请用 --rubric 文件，或用 --year 年度来用本县 rubrics 文件夹里那一年的细则。"
        )
    path = county.rubrics / f"{arguments.year}.yaml"
    if not path.is_file():
        raise RubricError(f"没有 {arguments.year} 年度的细则（{path}）。请放进这个文件，或用 --rubric 指明。")
    return path


def _unit(connection: duckdb.DuckDBPyConnection, said: str) -> str | None:
    rows = connection.execute(
        "SELECT unit_id FROM unit WHERE unit_id = $said OR name = $said OR list_contains(aliases, $said) ORDER BY position",
        {"said": said},
    ).fetchall()
    return rows[0][0] if rows else None


def _tell_heading(rubric: Rubric, year: int) -> None:
    mark = "【示例】" if rubric.is_example else ""
    tell(f"{mark}{rubric.title}　{year} 年度　满分 {_text(rubric.full)}　细则编号 {sha256_of(rubric)[:8]}")


def _tell_scores(scores: Scores, units: Mapping[str, str]) -> None:
    held = scores.score.to_pylist()
    some_unread = any(row.get("unread") for row in held)  # a year frozen before this was told apart has none
    rows = [
        (
            units[row["unit_id"]], row["group"], _total(row), _auto(row),
            *([_text(row.get("unread") or None)] if some_unread else []), row["manual_open"] or "", _grade(row),
        )
        for row in held
    ]  # fmt: skip
    unread = ["其中因读不出而给满"] if some_unread else []
    table(("单位", "分组", "得分", "机评（得分/可评）", *unread, "待人工", "等次"), rows)
    for each in scores.lapsed:
        tell(f"· 没有采用：{each.unit_id} {each.year} {each.indicator}，细则里没有这一项，或分值不够。")


def _total(row: Mapping[str, Any]) -> str:
    if row["status"] != "scored":
        return STATUS_WORDS[row["status"]]
    if row["points"] is None:
        return "各项都不计入"
    reach = f"，最高可达 {_text(row['highest'])}" if row["manual_open"] else ""
    return f"{_text(row['points'])}{reach}"


def _unread(row: Mapping[str, Any]) -> str:
    scaled = "（折算前）" if row.get("skipped") else ""
    return f"　其中 {_text(row['unread'])} 分因读不出而给满{scaled}" if row.get("unread") else ""


def _auto(row: Mapping[str, Any]) -> str:
    return f"{_text(row['auto_points'])}/{_text(row['auto_possible'])}" if row["status"] == "scored" else ""


def _grade(row: Mapping[str, Any]) -> str:
    if row["grade"] or row["grade_lowest"] is None:
        return row["grade"] or ""
    return f"未定（{row['grade_lowest']}至{row['grade_highest']}）"


def _tell_lines(scores: Scores, unit_id: str) -> None:
    (row,) = [each for each in scores.score.to_pylist() if each["unit_id"] == unit_id] or [None]
    if row is None:
        tell("这一年没有这个单位。")
        return
    tell(f"得分 {_total(row)}　{_grade(row)}{_unread(row)}")
    table(
        ("指标", "满分", "得分", "说明"),
        [
            (
                f"{each['indicator']} {each['indicator_name']}" if each["item"] == 0 else f"　{each['item']}",
                _text(each["full"]) if each["item"] == 0 and each["role"] != "veto" else "",
                _worth(each) if each["item"] == 0 else _effect(each), each["words"],
            )
            for each in scores.reasons.to_pylist()
            if each["unit_id"] == unit_id
        ],
    )  # fmt: skip


def _worth(row: Mapping[str, Any]) -> str:
    """Of an indicator; a veto has no points, and what is a penalty bears its sign."""
    if row["role"] == "veto":
        return "" if row["points"] is None else "成立" if row["points"] else "不成立"
    return ("−" if row["role"] == "penalty" and row["points"] else "") + _text(row["points"])


def _effect(row: Mapping[str, Any]) -> str:
    return f"−{_text(row['deducted'])}" if row["deducted"] is not None else f"+{_text(row['points'])}"


def _tell_changes(
    arguments: argparse.Namespace, found: tuple[UnitChange, ...], units: Mapping[str, str], old: Rubric, new: Rubric
) -> int:
    if arguments.json:
        print_json({
            "before": _about(old), "after": _about(new),
            "changes": [
                {
                    "unit_id": each.unit_id, "unit": units[each.unit_id], "year": each.year, "before": _plain(each.before),
                    "after": _plain(each.after),
                    "lines": [
                        {
                            "indicator": line.indicator, "name": line.name, "before": _plain(line.before),
                            "after": _plain(line.after), "before_words": line.before_words, "after_words": line.after_words,
                            "rule": list(line.rule),
                        }
                        for line in each.lines
                    ],
                }
                for each in found
            ],
        })  # fmt: skip
        return OK
    tell(f"由“{old.title}”（{sha256_of(old)[:8]}）改为“{new.title}”（{sha256_of(new)[:8]}），{len(found)} 家有变化。")
    for each in found:
        tell(f"\n{units[each.unit_id]} {each.year}：{_shown(each.before)} → {_shown(each.after)}")
        for line in each.lines:
            tell(f"  {line.indicator} {line.name}：{_shown(line.before)} → {_shown(line.after)}")
            words = [f"原：{line.before_words}", f"新：{line.after_words}", *(f"细则改动 {each}" for each in line.rule)]
            tell("\n".join(f"    {each}" for each in words))
    return OK


def _as_json(rubric: Rubric, scores: Scores, units: Mapping[str, str], unit_id: str | None) -> dict[str, Any]:
    reasons: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in scores.reasons.to_pylist():
        kept = {key: _plain(value) for key, value in row.items() if key not in ("rubric_sha", "unit_id", "year")}
        reasons.setdefault((row["unit_id"], row["year"]), []).append(kept)
    return {
        "rubric": _about(rubric),
        "scores": [
            {
                "unit": units[row["unit_id"]],
                **{key: _plain(value) for key, value in row.items() if not key.startswith(("rubric_", "is_"))},
                "reasons": reasons.get((row["unit_id"], row["year"]), []),
            }
            for row in scores.score.to_pylist()
            if unit_id in (None, row["unit_id"])
        ],
    }


def _about(rubric: Rubric) -> dict[str, Any]:
    return {"sha": sha256_of(rubric), "title": rubric.title, "year": rubric.year, "is_example": rubric.is_example}


def _plain(value: Any) -> Any:
    """Points as JSON numbers: two decimals are exact enough for a double to be printed back."""
    return float(value) if isinstance(value, Decimal) else value


def _shown(value: Decimal | str | None) -> str:
    if value is None:
        return "没有分"
    return STATUS_WORDS[value] if isinstance(value, str) else _text(value)


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}" if value else "0"
