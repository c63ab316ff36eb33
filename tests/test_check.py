"""What the checks say of a report: what is found, where, against what, and what to do; and what stays silent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from etl.build import build
from etl.check import Rule, RuleError, load_rules, rules_in
from etl.paths import County
from etl.warehouse.read import open_build
from tests.counties import REGISTER
from tests.layouts import pipe_text

TOWN, TOWNSHIP = "青禾县柳堡镇人民政府", "青禾县双桥乡人民政府"


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


# ── rules are data


def test_every_rule_says_all_that_a_person_needs() -> None:
    for rule in load_rules().values():
        assert isinstance(rule, Rule) and rule.remedy.startswith("请"), rule.id


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
