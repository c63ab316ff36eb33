"""What the checks say of a report: what is found, where, against what, and what to do; and what stays silent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
import yaml

from etl.build import build
from etl.check import Rule, RuleError, load_rules, rules_in
from etl.check.run import found_by
from etl.ledger import Ledger, cell_subject
from etl.paths import County
from etl.preview import as_json, is_clean, preview
from etl.warehouse.inputs import files_at
from etl.warehouse.read import open_build
from tests.counties import REGISTER
from tests.layouts import LAYOUTS, pipe_text

TOWN, TOWNSHIP = "青禾县柳堡镇人民政府", "青禾县双桥乡人民政府"
SYLLABLES = "松柏梅兰竹菊荷桂榆槐枫杉桃李杏柳"
SUMS_OF_THE_CASES = {"T3-01", "T3-02", "T3-03"}  # a case about one cell leaves the sums around it as they are


def county_of(root: Path, reports: Mapping[tuple[str, int], Mapping[str, str]]) -> County:
    """A county in which these units filed these reports; every cell that is not named says 0."""
    county = County(root)
    for (unit, year), values in reports.items():
        (county.raw / str(year)).mkdir(parents=True, exist_ok=True)
        text = pipe_text(values).replace(TOWN, unit).replace("2025", str(year + 1)).replace("2024", str(year))
        (county.raw / str(year) / f"{unit}{year}年年报.txt").write_text(text, encoding="utf-8")
    county.units.write_text(REGISTER, encoding="utf-8")
    years = sorted({year for _, year in reports})
    county.years.write_text("year,collected,note\n" + "".join(f"{year},是,\n" for year in years), encoding="utf-8")
    return county


def findings(root: Path, rule: str, values: Mapping[str, str], last: Mapping[str, str] | None = None) -> list[dict]:
    """What a rule finds in the town's report of 2024."""
    reports = {(TOWN, 2024): values} | ({(TOWN, 2023): last} if last is not None else {})
    built = build(county_of(root, reports))
    with open_build(built.stamp.path) as connection:
        found = connection.sql(
            "SELECT * FROM finding WHERE year = 2024 AND rule = $rule ORDER BY position", params={"rule": rule}
        )
        return found.pl().to_dicts()


def test_a_stroke_instead_of_a_figure_is_found_with_its_place_and_what_to_do(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, "T-13", {"proactive/coercion/decisions": "/"})
    assert (found["rule"], found["severity"], found["verdict"]) == ("T-13", "verify", "broken")
    assert found["cells"] == ["proactive/coercion/decisions"]
    assert found["locator"]["line"]
    assert found["message"].startswith("青禾县柳堡镇人民政府2024年报 表二")
    assert "行政强制" in found["found"] and "“/”" in found["found"] and found["message"].endswith(found["remedy"])


def test_a_finding_keeps_its_fingerprint_over_a_rebuild_and_the_subject_over_new_figures(tmp_path: Path) -> None:
    (first,) = findings(tmp_path / "a", "T-13", {"proactive/coercion/decisions": "/"})
    (again,) = findings(tmp_path / "b", "T-13", {"proactive/coercion/decisions": "/"})
    (other,) = findings(tmp_path / "c", "T-13", {"proactive/coercion/decisions": "-"})
    assert again["fingerprint"] == first["fingerprint"] != other["fingerprint"]
    assert other["subject"] == first["subject"]


# ── cells that a person put right


@pytest.mark.parametrize(
    ("cell", "state", "value", "rule", "found"),
    [
        ("requests/other_misc/total", "slash", None, "T-13", "填的是“不适用”"),
        ("requests/other_misc/total", "reported", "-2", "T-15", "填的是 -2"),
        ("proactive/admin_fees/amount_wan", "reported", "20500", "T-32", "填的是 20500"),
    ],
)
def test_a_cell_of_a_missing_row_that_a_person_filled_in_is_told_as_it_was_put(
    tmp_path: Path, cell: str, state: str, value: str | None, rule: str, found: str
) -> None:
    county = county_of(tmp_path, {(TOWN, 2024): {}})
    path = county.raw / "2024" / f"{TOWN}2024年年报.txt"
    path.write_text(pipe_text({}, frozenset({cell.rsplit("/", 1)[0]})), encoding="utf-8")
    subject = cell_subject(hashlib.sha256(path.read_bytes()).hexdigest(), cell)
    after = {"state": state, "value": value, "expect": None, "unit_id": "t01", "year": 2024}
    Ledger(county.ledger).record("cell", subject, after, who="李经办", why="原件有这一行")
    with open_build(build(county).stamp.path) as connection:
        rows = connection.sql(
            "SELECT rule, found FROM finding WHERE list_contains(cells, $cell)", params={"cell": cell}
        )
        assert any(each == rule and found in words for each, words in rows.fetchall())


def test_a_statement_that_leaves_out_what_it_must_say_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "odd.sql").write_text(
        "SELECT 'A-1' AS rule, 1 AS file_id, '表二' AS \"where\", NULL AS found, '' AS expected", encoding="utf-8"
    )
    monkeypatch.setattr("etl.check.run.HERE", tmp_path)
    with closing(duckdb.connect()) as connection, pytest.raises(RuleError, match=r"odd\.sql .*A-1 .*found"):
        found_by(connection, "odd")


# ── each rule: what it finds, and what is legal although odd

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "check" / "tables.yaml").read_text(encoding="utf-8"))
PRINTED = [(case, layout) for case in CASES for layout in case.get("layouts", ("pipe", "html"))]


def unit_of(number: int, kind: str) -> str:
    """A name that no other name contains."""
    first, second = divmod(number, len(SYLLABLES))
    place = f"{SYLLABLES[first]}{SYLLABLES[second]}"
    return {"department": f"青禾县{place}局", "area": f"{place}县人民政府"}.get(kind, f"青禾县{place}镇人民政府")


def printed(case: dict, layout: str, unit: str, year: int, cells: Mapping[str, str]) -> str:
    drop = frozenset(case.get("drop", ()))
    text = LAYOUTS[layout](cells, drop - {"single"}, "single" in drop).replace(TOWN, unit)
    text = text.replace("2025", str(year + 1)).replace("2024", str(year))
    for old, new in case.get("edit", {}).items():
        assert old in text, f"{case['what']}：{layout} 里没有“{old}”"
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def found_in_cases(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, list[str]]]:
    """By case and layout: every rule that found something, with its severities. All are read in one build."""
    county = County(tmp_path_factory.mktemp("cases") / "county")
    register = [REGISTER.split("\n")[0]]
    for number, (case, layout) in enumerate(PRINTED):
        kind, year = case.get("kind", "town"), case.get("year", 2024)
        unit = unit_of(number, kind)
        register.append(f"u{number:03},,{unit},,{kind},{kind},,,,是")
        filed = {year: case.get("now", {})} | ({year - 1: case["last"]} if "last" in case else {})
        for each, cells in filed.items():
            (county.raw / str(each)).mkdir(parents=True, exist_ok=True)
            path = county.raw / str(each) / f"{unit}{each}年年报.{'html' if layout == 'html' else 'txt'}"
            path.write_text(printed(case if each == year else {}, layout, unit, each, cells), encoding="utf-8")
    county.units.write_text("\n".join(register) + "\n", encoding="utf-8")
    with open_build(build(county).stamp.path) as connection:
        rows = connection.sql("SELECT unit_id, year, rule, severity FROM finding").fetchall()
        claimed = {unit for (unit,) in connection.sql("SELECT DISTINCT unit_id FROM report WHERE is_chosen").fetchall()}
    assert claimed == {f"u{number:03}" for number in range(len(PRINTED))}
    found: list[dict[str, list[str]]] = []
    for number, (case, _) in enumerate(PRINTED):
        mine = [row for row in rows if row[:2] == (f"u{number:03}", case.get("year", 2024))]
        found.append({rule: [row[3] for row in mine if row[2] == rule] for _, _, rule, _ in mine})
    return found


@pytest.mark.parametrize(
    "number", range(len(PRINTED)), ids=[f"{case['rule']}-{case['what']}-{layout}" for case, layout in PRINTED]
)
def test_each_rule_finds_its_fault_and_is_silent_about_what_is_legal(number: int, found_in_cases: list[dict]) -> None:
    case, _ = PRINTED[number]
    severities = found_in_cases[number].get(case["rule"], [])
    assert (severities[:1] == [case["finds"]]) if "finds" in case else not severities, found_in_cases[number]


def test_nothing_legal_although_odd_must_be_mended(found_in_cases: list[dict]) -> None:
    mine = {rule.id for rule in load_rules().values() if rule.family in ("form", "tables", "years")}
    wrong = [
        (PRINTED[number], rules)
        for number, rules in enumerate(found_in_cases)
        if "finds" not in PRINTED[number][0]
        for rule, severities in rules.items()
        if rule in mine - SUMS_OF_THE_CASES and "must_fix" in severities
    ]
    assert wrong == []


def test_an_old_table_in_a_new_year_must_be_replaced(tmp_path: Path) -> None:
    trial = {"本年制发件数": "本年新制作数量", "本年废止件数": "本年新公开数量", "现行有效件数": "对外公开总数量"}
    county = county_of(tmp_path, {(TOWN, 2024): {}, (TOWNSHIP, 2024): {}})
    path = county.raw / "2024" / f"{TOWN}2024年年报.txt"
    text = path.read_text(encoding="utf-8")
    for new, old in trial.items():
        text = text.replace(new, old)
    path.write_text(text, encoding="utf-8")
    with open_build(build(county).stamp.path) as connection:
        rows = connection.sql("SELECT unit_id, severity, message FROM finding WHERE rule = 'T-08'").fetchall()
    assert [row[:2] for row in rows] == [("t01", "must_fix")] and "〔2021〕30号" in rows[0][2]


# ── real reports


@pytest.mark.parametrize("name", ["*长皋乡*", "洪泽*"])
def test_a_real_report_in_order_has_nothing_to_mend(real_reports: Path, name: str, tmp_path: Path) -> None:
    (path,) = real_reports.glob(name)
    files = files_at(path)
    with closing(preview(files, County(tmp_path))) as connection:
        found = as_json(connection)
        assert is_clean(connection, len(files)), found
    mine = {rule.id for rule in load_rules().values() if rule.family in ("form", "tables", "years")}
    assert {each["rule"] for each in found["findings"]} & mine <= {"T-09"}


# ── rules are data


def test_every_rule_says_all_that_a_person_needs() -> None:
    for rule in load_rules().values():
        assert isinstance(rule, Rule) and rule.remedy.startswith("请"), rule.id
        assert "责任" not in rule.basis, f"{rule.id} 的依据已经在判断单位"


ENTRY = """- id: A-1
  title: 甲
  formula: 乙
  basis: 丙
  severity: verify
  kinds: [1]
  forms: ["2021"]
  by: empty_cells
  message: "{report} {where}"
  remedy: 请改。
  example: 丁
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  remedy: 请改。\n", "", ("A-1.remedy", "请补上")),
        ("verify", "fatal", ("A-1.severity", "fatal")),
        ("[1]", "[49]", ("A-1.kinds", "48")),
        ("empty_cells", "nothing_there", ("A-1.by", "nothing_there.sql")),
        ("{where}", "{where", ("A-1.message", "花括号")),
        ("title", "titel", ("A-1.title", "请补上")),
        ("  title: 甲\n", "  title: 甲\n  title: 甲\n", ("写了两次",)),
    ],
)
def test_an_incomplete_entry_is_refused_with_file_key_and_remedy(
    tmp_path: Path, old: str, new: str, words: tuple[str, ...]
) -> None:
    (tmp_path / "planted.yaml").write_text(ENTRY.replace(old, new), encoding="utf-8")
    with pytest.raises(RuleError) as refused:
        rules_in(tmp_path)
    for word in ("planted.yaml", *words):
        assert word in str(refused.value)


def test_a_number_used_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(ENTRY, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(ENTRY, encoding="utf-8")
    with pytest.raises(RuleError, match=r"b\.yaml 的 A-1"):
        rules_in(tmp_path)
