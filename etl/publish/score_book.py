"""The scores of one year with all that an export says of them, from a build and the ledger.

    score_book(connection, ledger, year, scores=None) -> ScoreBook

A finalised year is what was frozen: its rows stand in the build. Of an unfinished one a page may give the `scores` of this
very moment, which the build does not have yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import duckdb

from etl.files import safe_name
from etl.ledger import Ledger, ScoreDecision, ScoreDecisions, ScoreWaiver, score_decisions
from etl.publish.word import SAMPLE_MARK
from etl.score import Scores, ScoreStage

Row = Mapping[str, Any]
DRAFT_MARK = "未定稿"
EXAMPLE_MARK = "示例细则：不是任何机关印发的标准"
STATUS = {
    "scored": "已评", "not_filed": "未报送", "unreadable": "待核", "not_collected": "未收集", "not_due": "不要求报送",
    "no_group": "细则没有列入",
}  # fmt: skip
STATES = {
    "counted": "已计", "manual": "人工评定", "manual_open": "待人工", "no_exposure": "没有发生", "small_n": "件数太少",
    "not_assessed": "无法评定", "waived": "不算问题", "doubtful": "存疑",
}  # fmt: skip
ROLES = {"main": "主项", "bonus": "加分", "penalty": "减分", "veto": "一票降级"}


class NoScores(LookupError):
    """There is nothing to export; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class ScoreBook:
    """`rows` of score with unit_name and code, in the order of administrative codes (units without one last, in that of
    the register); `reasons` by unit, in the order of the rubric, with the `path` of the report. `sha256` is that of the
    frozen file, "" while the year is not finalised."""

    year: int
    county: str
    build_id: str
    built_at: datetime
    is_sample: bool
    rubric_sha: str
    rubric_title: str
    issued_by: str
    is_example: bool
    stage: ScoreStage
    rows: tuple[Row, ...]
    reasons: Mapping[str, tuple[Row, ...]]
    decisions: ScoreDecisions
    sha256: str = ""
    finalised_by: str = ""
    finalised_at: str = ""
    why: str = ""
    frozen_build: str = ""
    names: Mapping[str, str] = field(default_factory=dict)  # of indicators, by id

    @property
    def is_final(self) -> bool:
        return self.stage is ScoreStage.FINAL

    @property
    def marks(self) -> tuple[str, ...]:
        """What has to stand on every export, besides what it says."""
        marks = () if self.is_final else (f"{DRAFT_MARK}（{self.stage.label}）：分数还会变动，不作依据",)
        marks += (EXAMPLE_MARK,) if self.is_example else ()
        return marks + ((SAMPLE_MARK,) if self.is_sample else ())

    @property
    def hash_words(self) -> str:
        """The line by which an export can be held against the frozen file."""
        return f"SHA-256 {self.sha256}" if self.is_final else f"{DRAFT_MARK}，没有校验值"

    def file_name(self, subject: str, suffix: str, number: int = 1) -> str:
        """A name that every system takes, with what has to be known before the file is opened."""
        draft = "" if self.is_final else f"-{DRAFT_MARK}"
        sample = "-示例数据" if self.is_sample else ""
        subject = subject.replace("/", "_").replace("\\", "_")
        return safe_name(f"{subject}-{self.year}年度{draft}{sample}{f'-{number}' if number > 1 else ''}.{suffix}")

    def manual_of(self, unit_id: str) -> tuple[ScoreDecision | ScoreWaiver, ...]:
        """What people decided about the scores of one unit, in the order of the rubric; what is no longer in it is last."""
        order = {name: n for n, name in enumerate(self.names)}
        scores = [each for each in self.decisions.scores if each.subject.unit_id == unit_id]
        scores.sort(key=lambda each: (order.get(each.subject.indicator, len(order)), each.subject.event))
        return (*scores, *(each for each in self.decisions.waivers if each.unit_id == unit_id))

    def indicator(self, name: str) -> str:
        """C3 问题及改进."""
        return f"{name} {self.names.get(name, '')}".rstrip()


def score_book(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, year: int, scores: Scores | None = None
) -> ScoreBook:
    """Raises NoScores where the year has none, LedgerError. `scores` are not taken for a finalised year."""
    stage = _one(connection, "SELECT * FROM score_stage WHERE year = ?", year)
    if stage is None:
        raise NoScores(f"{year} 年度没有评分细则，没有得分可以导出。请把细则放进 rubrics/{year}.yaml，再重新入库。")
    if stage["fault"]:
        raise NoScores(stage["fault"])
    build = _one(connection, "SELECT * FROM build") or {}
    rubric = _one(connection, "SELECT * FROM rubric WHERE year = ?", year) or {}
    is_final = stage["stage"] == ScoreStage.FINAL
    score, reasons = _rows(connection, year, None if is_final else scores)
    open_items = sum(row["manual_open"] or 0 for row in score)
    ahead = ScoreStage.DRAFT if open_items else ScoreStage.REVIEW
    return ScoreBook(
        year, build["county"], build["build_id"], build["built_at"], build["is_sample"], rubric["rubric_sha"],
        rubric["rubric_title"], rubric["issued_by"], rubric["is_example"], ScoreStage.FINAL if is_final else ahead,
        tuple(score), _by_unit(reasons),
        score_decisions(ledger.of_year(year)).of_year(year), stage["sha256"] or "", stage["finalised_by"] or "",
        stage["finalised_at"] or "", stage["why"] or "", stage["build_id"] or "",
        {row["indicator"]: row["indicator_name"] for row in reasons},
    )  # fmt: skip


def _rows(
    connection: duckdb.DuckDBPyConnection, year: int, scores: Scores | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    if scores is None:
        score = _all(connection, "SELECT * FROM score WHERE year = ?", year)
        reasons = _all(connection, "SELECT * FROM score_reason WHERE year = ? ORDER BY position, item", year)
    else:
        score = [row for row in scores.score.to_pylist() if row["year"] == year]
        reasons = [row for row in scores.reasons.to_pylist() if row["year"] == year]
    units = {row["unit_id"]: row for row in _all(connection, "SELECT unit_id, name, code, position FROM unit")}
    paths = {row["file_id"]: row["path"] for row in _all(connection, "SELECT file_id, path FROM source_file")}
    nobody = {"name": "", "code": "", "position": len(units) + 1}
    for row in score:
        unit = units.get(row["unit_id"], {**nobody, "name": row["unit_id"]})
        row |= {"unit_name": unit["name"], "code": unit["code"] or "", "unit_position": unit["position"]}
    for row in reasons:
        row["path"] = paths.get(row["file_id"], "")
    score.sort(key=lambda row: (not row["code"], row["code"], row["unit_position"]))
    return score, reasons


def _by_unit(reasons: Iterable[dict[str, Any]]) -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    for row in reasons:
        found.setdefault(row["unit_id"], []).append(row)
    return {unit_id: tuple(rows) for unit_id, rows in found.items()}


def _all(connection: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[dict[str, Any]]:
    return connection.execute(query, list(values)).to_arrow_table().to_pylist()


def _one(connection: duckdb.DuckDBPyConnection, query: str, *values: object) -> dict[str, Any] | None:
    return next(iter(_all(connection, query, *values)), None)


# ── in words


def points(value: Decimal | None) -> str:
    """86.5 and not 86.50; "" for none."""
    return "" if value is None else f"{value.normalize():f}" if value else "0"


def total(row: Row) -> str:
    """The points, or why there are none."""
    if row["status"] != "scored":
        return STATUS[row["status"]]
    return "各项都不计入" if row["points"] is None else points(row["points"])


def grade(row: Row) -> str:
    if row["status"] != "scored" or row["points"] is None:
        return ""
    return row["grade"] or f"未定（{row['grade_lowest']}至{row['grade_highest']}）"


def worth(said: Mapping[str, Any]) -> str:
    """What a score or a changed appeal says: 2.5 分, 八成 as 80%, 成立."""
    if said.get("points") is not None:
        return f"{points(Decimal(said['points']))} 分"
    if said.get("share") is not None:
        return f"满分的 {points(Decimal(said['share']) * 100)}%"
    return {True: "成立", False: "不成立"}.get(said.get("holds"), "")  # type: ignore[arg-type]


def moment(made_at: str) -> str:
    """2025-03-01 09:15."""
    return made_at[:16].replace("T", " ")


def lines_of(reasons: Sequence[Row]) -> list[tuple[Row, list[Row]]]:
    """Each indicator with what it was made of."""
    found: list[tuple[Row, list[Row]]] = []
    for row in reasons:
        if row["item"] == 0:
            found.append((row, []))
        else:
            found[-1][1].append(row)
    return found
