"""What is incomplete, unknown or does not add up is refused, with file, key and remedy; what is whole comes back equal."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from etl.score import RubricError, county_rubrics, example_rubrics, load_rubric, rubric_in, sha256_of
from etl.score.canonical import as_yaml
from etl.score.fault import yaml_in
from etl.score.load import EXAMPLES

WHOLE = """
title: 试评细则
year: 2024
full: 10
cap: indicator
groups:
  - {name: 乡镇, kinds: [town]}
grades:
  - {name: 合格, at_least: 6}
  - {name: 不合格, at_least: 0}
dimensions:
  - id: A
    name: 年报
    points: 10
    indicators:
      - id: A1
        name: 齐全
        points: 4
        basis: 条例第五十条
        curve: deduct
        not_assessable: full
        items:
          - {points: 1, rule: T-03}
      - id: A2
        name: 办结
        points: 6
        basis: 本县自定
        curve: bands
        not_assessable: skip
        measure: requests/carried_out/total
        of: requests_at_hand
        bands:
          - {at_most: 0.25, points: 6}
          - {points: 0}
"""


def parsed(text: str):
    return rubric_in(yaml_in(text, "2024.yaml"), "2024.yaml")


def test_the_whole_rubric_loads():
    held = parsed(WHOLE)
    assert [each.id for _, _, each in held.every()] == ["A1", "A2"]
    assert held.dimensions[0].indicators[1].bands[0].at_most == Decimal("0.25")


# What is changed, and what the message must name: the key, and what to do.
REFUSED = [
    ("title: 试评细则\n", "", "title", "请补上 title"),
    ("year: 2024", "year: 二〇二四", "year", "请改正"),
    ("full: 10", "full: 12", "full", "请核对各部分分值，或改满分"),
    ("    points: 10\n", "    points: 9\n", "dimensions.A.points", "各项分值之和是 10"),
    ("cap: indicator", "cap: 本项", "cap", "indicator、dimension 之一"),
    ("kinds: [town]", "kinds: [village]", "groups[0].kinds", "之一"),
    ("{name: 乡镇, kinds: [town]}", "{name: 乡镇}", "groups[0]", "kinds、groups、units 中至少一个"),
    ("at_least: 0}", "at_least: 1}", "grades", "最后一档的 at_least 写成 0"),
    ("{name: 合格, at_least: 6}", "{name: 合格, at_least: -6}", "grades[0].at_least", "不小于 0 的数"),
    ("        basis: 条例第五十条\n", "", "A1.basis", "请补上 basis"),
    ("        not_assessable: full\n", "", "A1.not_assessable", "full、skip、zero"),
    ("not_assessable: full", "not_assessable: 满分", "A1.not_assessable", "之一"),
    ("curve: deduct", "curve: 扣分", "A1.curve", "deduct"),
    ("rule: T-03", "rule: T-99", "items[0].rule", "请核对编号"),
    ("rule: T-03", "rules: T-03", "items[0].rules", "请检查拼写"),
    ("{points: 1, rule: T-03}", "{rule: T-03}", "items[0].points", "请补上 points"),
    ("{points: 1, rule: T-03}", "{points: 1}", "items[0]", "恰好一个"),
    ("{points: 1, rule: T-03}", "{points: -1, rule: T-03}", "items[0].points", "不小于 0"),
    ("{points: 1, rule: T-03}", "{points: 1分, rule: T-03}", "items[0].points", "不带单位"),
    ("{points: 1, rule: T-03}", "{points: 0.125, rule: T-03}", "items[0].points", "最多 2 位小数"),
    ("{points: 1, rule: T-03}", "{points: 1, rule: T-03, cells: request/*}", "items[0].cells", "请核对格的编号"),
    ("{points: 1, rule: T-03}", "{points: 1, rule: T-03, where: '('}", "items[0].where", "请改正"),
    ("{points: 1, rule: T-03}", "{points: 1, said: '(?<!无)逾期', is: 0}", "items[0].said", "请改写"),
    ("{points: 1, rule: T-03}", "{points: 1, said: '.*', is: 0}", "items[0].said", "至少要有一个字"),
    ("{points: 1, rule: T-03}", "{points: 1, rule: T-03, at_most: 2}", "items[0]", "问题越少"),
    ("{points: 1, rule: T-03}", "{points: 1, measure: granted, of: denied}", "items[0]", "over"),
    ("measure: requests/carried_out/total", "measure: requests/carried/total", "A2.measure", "请核对编号"),
    ("measure: requests/carried_out/total", "measure: disclosed_share", "A2.measure", "件数的指标"),
    ("{at_most: 0.25, points: 6}", "{at_most: 0.25, points: 7}", "bands[0].points", "不超过 6"),
    ("          - {points: 0}\n", "          - {at_most: 1, points: 0}\n", "bands[1]", "只写 points"),
    ("id: A2", "id: A1", "id", "请改名"),
    ("        curve: bands", "        curve: share", "A2.bands", "请检查拼写"),
    ("title: 试评细则", "title: 试评细则\ntitle: 又一份", "第3行", "请删去其中一个"),
    ("dimensions:", "dimensions", "行", "请检查缩进"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "key", "remedy"), REFUSED, ids=[f"{key} {new[:24]}" for _, new, key, _ in REFUSED]
)
def test_a_refusal_names_the_file_the_key_and_the_remedy(old: str, new: str, key: str, remedy: str):
    assert old in WHOLE
    with pytest.raises(RubricError) as caught:
        parsed(WHOLE.replace(old, new, 1))
    message = str(caught.value)
    assert message.startswith("2024.yaml 的 ")
    assert key in message.split("：")[0]
    assert remedy in message


def test_points_are_kept_as_written_and_never_as_doubles():
    held = parsed(WHOLE.replace("{points: 1, rule: T-03}", "{points: 0.1, rule: T-03}"))
    assert held.dimensions[0].indicators[0].items[0].points == Decimal("0.1")


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.yaml")))
def test_an_example_says_that_it_is_one_and_comes_back_from_its_own_yaml(name: str):
    held = example_rubrics()[name]
    assert held.is_example and "示例" in held.title
    assert (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8").startswith("# 示例，不是标准")
    again = parsed(as_yaml(held))
    assert again == held and sha256_of(again) == sha256_of(held)
    for _, _, each in held.every():
        assert re.search(r"条例第|国办|本县|立法法", each.basis), each.id


def test_the_examples_are_of_different_shapes():
    curves = {name: {each.curve for _, _, each in held.every()} for name, held in example_rubrics().items()}
    assert len(curves) == 3
    assert set.union(*curves.values()) == {"deduct", "add", "bands", "share", "yes_no", "manual"}
    assert {held.cap for held in example_rubrics().values()} == {"indicator", "dimension"}


def test_comments_and_the_order_of_keys_do_not_make_another_rubric():
    first = sha256_of(parsed(WHOLE))
    assert (
        sha256_of(parsed("# 说明\n" + WHOLE.replace("year: 2024\n", "").replace("cap:", "year: 2024\ncap:"))) == first
    )
    assert sha256_of(parsed(WHOLE.replace("points: 1, rule", "points: 2, rule"))) != first


def test_the_files_of_a_county_are_told_one_by_one(tmp_path: Path):
    (tmp_path / "2023.yaml").write_text(WHOLE.replace("2024", "2023"), encoding="utf-8")
    (tmp_path / "2024.yaml").write_text(WHOLE.replace("full: 10", "full: 11"), encoding="utf-8")
    (tmp_path / "2025.yaml").write_text(WHOLE, encoding="utf-8")
    (tmp_path / "2026.yaml").write_bytes(WHOLE.encode("gb18030"))
    (tmp_path / "旧细则.yaml").write_text("不是细则", encoding="utf-8")
    found = {each.year: each for each in county_rubrics(tmp_path)}
    assert {year: each.rubric is not None for year, each in found.items()} == {
        2023: True,
        2024: False,
        2025: False,
        2026: False,
    }
    assert "2024.yaml 的 full" in found[2024].fault
    assert "和文件名不同" in found[2025].fault and "请改 year，或改文件名" in found[2025].fault
    assert "UTF-8" in found[2026].fault
    assert county_rubrics(tmp_path / "nothing") == ()


def test_a_file_that_notepad_saved_is_read(tmp_path: Path):
    path = tmp_path / "2024.yaml"
    path.write_text(WHOLE, encoding="utf-8-sig")
    assert load_rubric(path) == parsed(WHOLE)
