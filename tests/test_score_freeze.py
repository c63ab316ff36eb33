"""A finalised year counts again from what was stored, whatever becomes of the warehouse, the rules and the rubric."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from etl.build import Built, build
from etl.cli import main
from etl.ledger import Conflict, Entry, Kind, Ledger, LedgerError, score_subject
from etl.paths import County
from etl.score import (
    Frozen,
    FrozenError,
    ScoreStage,
    as_json,
    example_rubrics,
    final_years,
    frozen_in,
    is_reproduced,
    load_rubric,
    open_rubric,
    replay,
    rubric_in_json,
    save_rubric,
    sha256_of,
)
from etl.score.final import waiting_name
from etl.score.load import EXAMPLES
from etl.warehouse.finalise import finalise
from etl.warehouse.read import open_build
from tests.score_county import county as score_county

C3 = score_subject("busy", 2024, "C3")


def rubric_of(county: County, name: str = "annual_report", **changes: str) -> None:
    """The example as the county's own, with these texts of it written otherwise."""
    text = (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8")
    for before, after in changes.items():
        assert text.count(before) == 1
        text = text.replace(before, after)
    county.rubrics.mkdir(exist_ok=True)
    (county.rubrics / "2024.yaml").write_text(text, encoding="utf-8")


def rows(built: Built, query: str) -> list[dict[str, Any]]:
    with open_build(built.stamp.path) as connection:
        return connection.sql(query).to_arrow_table().to_pylist()


def scores_of(built: Built) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Every row of both tables; reports by their paths, for their numbers are a build's own."""
    path = "(SELECT path FROM source_file f WHERE f.file_id = s.file_id) AS path"
    score = rows(built, f"SELECT s.* EXCLUDE (file_id), {path} FROM score s ORDER BY unit_id")
    reasons = rows(built, f"SELECT s.* EXCLUDE (file_id), {path} FROM score_reason s ORDER BY unit_id, position, item")
    return score, reasons


def decide(county: County) -> None:
    """A score looked at by a second person, a bonus, a waiver of a finding and an appeal that was granted."""
    ledger = Ledger(county.ledger)
    said = ledger.record(Kind.SCORE, C3, {"points": "1.5", "evidence": "附件一"}, who="李经办", why="看过附件一")
    ledger.record(Kind.SCORE_REVIEW, C3, {"entry_id": said.entry_id, "agrees": True}, who="王复核")
    ledger.record(
        Kind.SCORE,
        score_subject("zero", 2024, "M1"),
        {"points": "2", "evidence": "市通报"},
        who="李经办",
        why="市级表扬",
    )
    subject = score_subject("broken", 2024, "B1")
    for after in ({"stage": "filed", "points": "4"}, {"stage": "changed", "points": "8"}):
        ledger.record(Kind.APPEAL, subject, after, who="赵受理", why="单位来函，核对过原件")


@pytest.fixture(scope="module")
def finalised_once(tmp_path_factory: pytest.TempPathFactory) -> County:
    county = score_county(tmp_path_factory.mktemp("final") / "data")
    rubric_of(county)
    decide(county)
    build(county)
    finalise(county, 2024, who="孙主任", why="办公会议定")
    build(county)
    return county


@pytest.fixture
def finalised(finalised_once: County, tmp_path: Path) -> County:
    """A copy of a county whose year is shut, to be damaged freely."""
    return County(shutil.copytree(finalised_once.root, tmp_path / "data"))


@pytest.fixture
def county(tmp_path: Path) -> County:
    held = score_county(tmp_path / "data")
    rubric_of(held)
    return held


def frozen_of(county: County) -> Frozen:
    return frozen_in(county.frozen_scores(2024).read_bytes())


# ── what is frozen


def test_the_hash_in_the_ledger_is_that_of_the_file_and_the_file_says_what_the_scores_were_made_of(
    finalised_once: County,
) -> None:
    (entry,) = Ledger(finalised_once.ledger).history("2024", Kind.FINALISED)
    data = finalised_once.frozen_scores(2024).read_bytes()
    said = entry.after or {}
    assert said["sha256"] == hashlib.sha256(data).hexdigest() and (entry.who, entry.why) == ("孙主任", "办公会议定")
    content = json.loads(gzip.decompress(data))
    assert said["rubric"] == content["rubric"]["sha"] == sha256_of(load_rubric(EXAMPLES / "annual_report.yaml"))
    assert content["rubric"]["content"]["dimensions"][0]["indicators"][0]["name"] == "按时发布"
    assert {row[1] for row in content["files"]["rows"]} == {
        f"raw/2024/{name}2024年年报.txt" for name in ("松堡镇", "青禾县政府办", "柏河乡", "槐岭镇")
    }
    assert [each["kind"] for each in content["entries"]] == ["score", "score_review", "score", "appeal", "appeal"]
    told = {tuple(each[name] for name in ("unit_id", "indicator", "points")) for each in content["manual"]["points"]}
    assert told == {("busy", "C3", "1.5"), ("zero", "M1", "2"), ("broken", "B1", "8")}
    figures = content["inputs"]["figure_value"]
    value, words = (figures["columns"].index(name) for name in ("value", "operands"))
    said_by_busy = [
        row[value] for row in figures["rows"] if "政府网站发布 150 条 ＋ 微信公众号发布 43 条" in (row[words] or "")
    ]
    assert said_by_busy == ["193.000000"]
    found = content["inputs"]["match"]
    rules = {row[found["columns"].index("rule")] for row in found["rows"]}
    assert {"T3-01", "T4-01"} <= rules, "the two faults of broken"


def test_the_same_scores_make_the_same_bytes(finalised_once: County, tmp_path: Path) -> None:
    from etl.score import About, freeze
    from etl.score.load import county_rubrics
    from etl.warehouse.inputs import score_decisions
    from etl.warehouse.read import current_build

    path = current_build(finalised_once)
    assert path is not None
    (issued,) = county_rubrics(finalised_once.rubrics)
    about = About(2024, "县", "b", "t", is_sample=False)
    made = []
    for _ in range(2):
        with open_build(path) as connection:
            made.append(freeze(connection, issued, score_decisions(finalised_once), about).data)
    assert made[0] == made[1]


def test_counting_again_needs_nothing_but_the_file(finalised_once: County) -> None:
    frozen = frozen_of(finalised_once)
    again = replay(frozen)
    assert again.score.to_pylist() == frozen.scores.score.to_pylist()
    assert again.reasons.to_pylist() == frozen.scores.reasons.to_pylist()
    totals = {row["unit_id"]: row["points"] for row in again.score.to_pylist()}
    assert totals["missing"] is None and totals["busy"] is not None
    lines = {(row["unit_id"], row["indicator"]): row["points"] for row in again.reasons.to_pylist() if row["item"] == 0}
    assert (lines["busy", "C3"], lines["broken", "B1"]) == (Decimal("1.5"), Decimal(8))


def test_every_stored_figure_and_finding_counts(finalised_once: County) -> None:
    """Whoever changes one stored input gets other points: nothing comes from elsewhere."""
    frozen = frozen_of(finalised_once)
    content = json.loads(gzip.decompress(frozen.data))
    found = content["inputs"]["match"]
    rule, standing = (found["columns"].index(name) for name in ("rule", "standing"))
    for row in found["rows"]:
        if row[rule] == "T4-01":
            row[standing] = "doubtful"
    other = frozen_in(gzip.compress(json.dumps(content).encode()))
    assert not is_reproduced(other)
    lines = {
        (row["unit_id"], row["indicator"]): row["points"]
        for row in replay(other).reasons.to_pylist()
        if row["item"] == 0
    }
    assert lines["broken", "B2"] == 4


# ── builds afterwards


def test_a_build_of_a_finalised_year_shows_what_was_frozen_and_who_shut_it(finalised_once: County) -> None:
    built = build(finalised_once)
    assert not built.is_new
    (final,) = rows(built, "SELECT * FROM score_final")
    assert (final["finalised_by"], final["why"], final["fault"]) == ("孙主任", "办公会议定", "")
    assert final["sha256"] == frozen_of(finalised_once).sha256
    (stage,) = rows(built, "SELECT stage, stage_name, sha256, scored FROM score_stage")
    assert stage == {"stage": "final", "stage_name": "定稿", "sha256": final["sha256"], "scored": 4}
    score, reasons = scores_of(built)
    assert {row["path"] for row in score if row["status"] == "scored"} == {row["path"] for row in reasons}


@pytest.mark.parametrize("change", ["rubric", "no rubric", "report", "no report", "waiver", "warehouse", "rules"])
def test_the_scores_of_a_finalised_year_stay_whatever_changes(
    finalised: County, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = scores_of(build(finalised))
    report = finalised.raw / "2024" / "槐岭镇2024年年报.txt"
    match change:
        case "rubric":
            rubric_of(finalised, "volume_bands")
        case "no rubric":
            shutil.rmtree(finalised.rubrics)
        case "report":
            report.write_text(report.read_text(encoding="utf-8").replace("3件", "4件"), encoding="utf-8")
            first = finalised.raw / "2024" / "一份新的.txt"  # every report has another number now
            first.write_text("不是年报", encoding="utf-8")
        case "no report":
            report.unlink()
        case "waiver":
            held = next(row for row in before[1] if row["fingerprint"])
            about = {"rule": held["subject"], "unit_id": held["unit_id"], "year": 2024, "where": "", "message": ""}
            said = {"decision": "waive", **about}
            Ledger(finalised.ledger).record("finding", held["fingerprint"], said, who="李", why="核实")
        case "warehouse":
            shutil.rmtree(finalised.warehouse)
        case "rules":
            monkeypatch.setattr("etl.build.run_checks", lambda connection: None)
            shutil.rmtree(finalised.warehouse)
    built = build(finalised)
    after = scores_of(built)
    if change in ("report", "no report"):  # its file is another now, or gone
        gone = {row["unit_id"] for row in after[0] if row["status"] == "scored" and row["path"] is None}
        assert gone == {"broken"}
        before, after = ([[{**row, "path": ""} for row in part] for part in each] for each in (before, after))
    assert list(after) == list(before)
    assert is_reproduced(frozen_of(finalised))


DAMAGES: dict[str, Callable[[Path], Any]] = {
    "gone": lambda path: path.unlink(),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "empty": lambda path: path.write_bytes(b""),
    "garbage": lambda path: path.write_bytes(b"x" * 9000),
    "other bytes": lambda path: path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), 1)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_frozen_file_that_is_not_the_one_finalised_is_told_and_nothing_is_scored_anew(
    finalised: County, damage: str
) -> None:
    path = finalised.frozen_scores(2024)
    kept = path.read_bytes()
    first = build(finalised)
    DAMAGES[damage](path)
    built = build(finalised)
    assert built.is_new and scores_of(built) == ([], [])
    (stage,) = rows(built, "SELECT stage, fault FROM score_stage")
    assert stage["stage"] == "final" and "孙主任" in stage["fault"] and "请从备份" in stage["fault"]
    assert [row["message"] for row in rows(built, "SELECT message FROM attention WHERE kind = 'rubric'")] == [
        stage["fault"]
    ]
    path.write_bytes(kept)
    assert scores_of(build(finalised)) == scores_of(first)


def test_a_frozen_file_of_which_the_ledger_knows_nothing_is_told_and_nothing_is_scored_anew(finalised: County) -> None:
    for path in finalised.root.glob("ledger.sqlite*"):
        path.unlink()
    built = build(finalised)
    assert scores_of(built) == ([], [])
    (stage,) = rows(built, "SELECT stage, fault FROM score_stage")
    assert "台账里却没有 2024 年度的定稿记录" in stage["fault"]
    with pytest.raises(LedgerError, match="没有定稿"):
        finalise(finalised, 2024, who="周某", why="议定")


def test_a_power_cut_after_the_ledger_has_the_entry_loses_nothing(finalised: County) -> None:
    before = scores_of(build(finalised))
    finalised.frozen_scores(2024).rename(waiting_name(finalised, 2024))
    shutil.rmtree(finalised.warehouse)
    assert scores_of(build(finalised)) == before


@pytest.mark.parametrize(
    "data", [b"", b"x", gzip.compress(b"{}"), gzip.compress(b"[1"), gzip.compress(b'{"format":"other"}')]
)
def test_what_is_no_frozen_file_is_refused(data: bytes) -> None:
    with pytest.raises(FrozenError):
        frozen_in(data)


def test_a_frozen_file_reads_and_writes_nothing_else(finalised_once: County, tmp_path: Path) -> None:
    """Its statements run in a database of their own that is shut off from the disk."""
    content = json.loads(gzip.decompress(frozen_of(finalised_once).data))
    for sql in (f"COPY (SELECT 1) TO '{tmp_path}/x.csv'", f"ATTACH '{tmp_path}/x.duckdb' AS x"):
        said = {**content["statements"], "points": [{"sql": sql, "parameters": {}}]}
        with pytest.raises(FrozenError):
            replay(frozen_in(gzip.compress(json.dumps({**content, "statements": said}).encode())))
    assert list(tmp_path.iterdir()) == []


# ── on the command line, and the rubric of a frozen file


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["score", "--year", "2024", *arguments])
    held = capsys.readouterr()
    return code, held.out, held.err


def test_the_command_tells_the_frozen_points_and_the_hash_whatever_the_rubric_says_now(
    finalised: County, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--data", str(finalised.root))
    before = json.loads(told(capsys, "--json", *place)[1])
    assert before["final"]["sha256"] == frozen_of(finalised).sha256 and before["final"]["who"] == "孙主任"
    rubric_of(finalised, "volume_bands")
    build(finalised)
    assert json.loads(told(capsys, "--json", *place)[1]) == before
    code, out, _ = told(capsys, *place)
    assert code == 0 and before["final"]["sha256"] in out and "定稿：孙主任" in out
    other = json.loads(told(capsys, "--json", "--rubric", str(finalised.rubrics / "2024.yaml"), *place)[1])
    assert other["final"] is None and other["rubric"]["sha"] != before["rubric"]["sha"]
    finalised.frozen_scores(2024).unlink()
    code, out, err = told(capsys, *place)
    assert code == 1 and out == "" and "请从备份" in err


def test_the_command_shuts_a_year_in_somebodys_name_and_hands_it_out(
    county: County, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, out = ("--data", str(county.root)), tmp_path / "out"
    assert told(capsys, "--finalise", "--who", "孙主任", *place)[0] == 2, "it does not say why"
    build(county)
    assert told(capsys, "--export", str(out), *place)[0] == 0
    drafts = {path.name for path in out.iterdir()}
    assert drafts == {"本县考核得分-2024年度-未定稿.xlsx", "本县得分说明书-2024年度-未定稿.zip"}
    is_appealed(county)
    code, _, err = told(capsys, "--finalise", "--who", "孙主任", "--why", "议定", *place)
    assert code == 3 and "1 件申诉没有办结" in err
    Ledger(county.ledger).record(Kind.APPEAL, C3, {"stage": "upheld"}, who="赵", why="核对过")
    code, said, _ = told(capsys, "--finalise", "--who", "孙主任", "--why", "议定", *place)
    assert code == 0 and frozen_of(county).sha256 in said
    assert rows(build(county), "SELECT stage_name FROM score_stage") == [{"stage_name": "定稿"}]
    assert told(capsys, "--export", str(out), *place)[0] == 0
    assert {path.name for path in out.iterdir()} - drafts == {
        "本县考核得分-2024年度.xlsx",
        "本县得分说明书-2024年度.zip",
    }
    code, _, err = told(capsys, "--export", str(out), "--year", "2023", *place)
    assert code == 3 and "rubrics/2023.yaml" in err


@pytest.mark.parametrize("name", sorted(example_rubrics()))
@pytest.mark.parametrize("review", [False, True])
def test_a_rubric_comes_back_from_json_and_from_a_workbook_as_it_was(name: str, review: bool, tmp_path: Path) -> None:
    rubric = replace(example_rubrics()[name], review=review)
    again = rubric_in_json(as_json(rubric), "x")
    assert again == rubric and sha256_of(again) == sha256_of(rubric)
    assert (sha256_of(rubric) == sha256_of(example_rubrics()[name])) is not review
    for suffix in ("xlsx", "yaml"):
        save_rubric(rubric, tmp_path / f"rubric.{suffix}")
        assert open_rubric(tmp_path / f"rubric.{suffix}") == rubric


# ── when it is refused


def waits(county: County) -> None:
    """An item that waits for a person."""
    rubric_of(county, "manual_items")


def is_stale(county: County) -> None:
    Ledger(county.ledger).record(Kind.SCORE, C3, {"points": "1", "evidence": ""}, who="李", why="看过")


def is_lapsed(county: County) -> None:
    subject = score_subject("busy", 2024, "Q9")
    Ledger(county.ledger).record(Kind.SCORE, subject, {"points": "1", "evidence": ""}, who="李", why="看过")


def is_of_nobody(county: County) -> None:
    subject = score_subject("missing", 2024, "C3")
    Ledger(county.ledger).record(Kind.SCORE, subject, {"points": "1", "evidence": ""}, who="李", why="看过")


def has_no_rubric(county: County) -> None:
    (county.rubrics / "2024.yaml").unlink()


def is_appealed(county: County) -> None:
    Ledger(county.ledger).record(Kind.APPEAL, C3, {"stage": "filed", "points": "4"}, who="赵", why="来函")


def is_unreviewed(county: County) -> None:
    rubric_of(county, **{"cap: indicator": "cap: indicator\nreview: true"})
    is_stale(county)


@pytest.mark.parametrize(
    ("prepare", "is_built", "words"),
    [
        (waits, True, "还有 .* 项要由人评定"),
        (is_stale, False, "请重新入库"),
        (is_lapsed, True, "busy/2024/Q9"),
        (is_of_nobody, True, "missing/2024/C3"),
        (has_no_rubric, True, "没有能用的评分细则"),
        (is_appealed, True, "1 件申诉没有办结"),
        (is_unreviewed, True, "busy/2024/C3"),
    ],
)
def test_a_year_is_not_shut_while_something_is_open(
    county: County, prepare: Callable[[County], None], is_built: bool, words: str
) -> None:
    build(county)
    prepare(county)
    if is_built:
        build(county)
    before = Ledger(county.ledger).entries()
    with pytest.raises(LedgerError, match=rf"没有定稿.*{words}"):
        finalise(county, 2024, who="孙主任", why="议定")
    assert Ledger(county.ledger).entries() == before
    assert not county.scores.exists() or list(county.scores.iterdir()) == []


def test_somebody_who_decides_while_the_scores_are_frozen_goes_first(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(county)
    real = Ledger.record

    def meanwhile(self: Ledger, kind: Kind, *rest: Any, **more: Any) -> Entry:
        if kind == Kind.FINALISED:
            real(self, Kind.SCORE, C3, {"points": "1", "evidence": ""}, who="钱某", why="看过")
        return real(self, kind, *rest, **more)

    monkeypatch.setattr(Ledger, "record", meanwhile)
    with pytest.raises(Conflict, match="钱某"):
        finalise(county, 2024, who="孙主任", why="议定")
    assert list(county.scores.iterdir()) == [] and final_years(county) == ()


def test_a_year_is_shut_once(finalised: County) -> None:
    kept = finalised.frozen_scores(2024).read_bytes()
    with pytest.raises(LedgerError, match=r"孙主任.*不能改"):
        finalise(finalised, 2024, who="周某", why="再议")
    assert finalised.frozen_scores(2024).read_bytes() == kept


def test_stages_have_names(county: County) -> None:
    assert [each.label for each in ScoreStage] == ["草稿", "复核", "定稿"]
    assert rows(build(county), "SELECT stage_name FROM score_stage") == [{"stage_name": "复核"}], "nothing is open"
    (county.rubrics / "2024.yaml").write_text("title: 1", encoding="utf-8")
    (stage,) = rows(build(county), "SELECT stage_name, fault <> '' AS has_fault FROM score_stage")
    assert stage == {"stage_name": "草稿", "has_fault": True}
    waits(county)
    assert rows(build(county), "SELECT stage_name, open_items > 0 AS is_open FROM score_stage") == [
        {"stage_name": "草稿", "is_open": True}
    ]
