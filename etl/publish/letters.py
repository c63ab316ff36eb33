"""退改单: one Word letter for each unit whose report is to be mended, from a template that a county can edit in Word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from etl.files import safe_name
from etl.ledger import Found
from etl.paths import County
from etl.publish.word import (
    BRACES,
    SAMPLE_MARK,
    TemplateFault,
    clean,
    fill,
    known_names,
    shipped,
    template_called,
    text_of,
    told,
    zip_files,
)

TEMPLATE = "退改单.docx"
FIELDS = (
    "单位", "年度", "必改", "必改数", "请核", "请核数", "往年", "期限", "联系人", "电话", "落款", "日期", "示例",
)  # fmt: skip
ROW_FIELDS = ("序号", "位置", "现填", "应为", "规则", "怎么改")
_BLANK = "＿" * 8  # to be filled in by hand
_SHIPPED = shipped(TEMPLATE)
_NONE: Mapping[Any, Any] = MappingProxyType({})


LetterError = TemplateFault


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One line of the table. `rule` is the formula in words, '' for none; `earlier_years` are those in which the same
    was found in the unit's report."""

    where: str
    found: str
    expected: str
    remedy: str
    rule: str = ""
    earlier_years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """What one unit is asked to mend, and what to look at once more (`verify`)."""

    unit: str
    year: int
    must_fix: tuple[LetterRow, ...]
    verify: tuple[LetterRow, ...] = ()
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes. What is '' stands in the letter as a line to fill in."""

    office: str = ""
    contact: str = ""
    phone: str = ""
    is_sample: bool = False


def sender_of(county: County) -> Sender:
    """From county.yaml: office (落款单位), contact (联系人), phone (电话), sample. What is not there stays blank."""
    try:
        text = county.about.read_text(encoding="utf-8-sig")
        about: Any = yaml.load(text, Loader=yaml.BaseLoader) or {}  # 03711234567 is no number
        texts = {name: str(about.get(name) or "").strip() for name in ("office", "contact", "phone")}
        return Sender(**texts, is_sample=yaml.safe_load(text).get("sample") is True)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError):
        return Sender()  # a build says what is wrong with the file


def template_of(county: County) -> Path:
    """The county's own template where it has one, else the product's."""
    return template_called(county, TEMPLATE)


def letter_for(
    unit: str,
    year: int,
    findings: Iterable[Found],
    *,
    formulas: Mapping[str, str] = _NONE,
    earlier: Mapping[str, Sequence[int]] = _NONE,
    with_verify: bool = False,
    due_on: date | None = None,
) -> Letter:
    """The letter about these findings of one report, in their order: 必改, and where wanted 请核; never 提示.

    `formulas` by rule, `earlier` years by fingerprint (see etl.warehouse.tracked).
    """
    rows: dict[str, list[LetterRow]] = {"must_fix": [], "verify": []}
    for each in findings:
        years = tuple(sorted(earlier.get(each.fingerprint, ())))
        row = LetterRow(each.where, each.found, each.expected, each.remedy, formulas.get(each.rule, ""), years)
        rows.get(each.severity, []).append(row)
    return Letter(unit, year, tuple(rows["must_fix"]), tuple(rows["verify"]) if with_verify else (), due_on)


def write_letter(letter: Letter, sender: Sender, template: Path = _SHIPPED, dated: date | None = None) -> bytes:
    """The letter as .docx; `dated` None leaves the day blank. Raises LetterError where the template cannot be used."""
    data = fill(template, _context(letter, sender, dated), known_names(FIELDS, ROW_FIELDS))
    _check_complete(data, letter, template)
    return data


def letter_name(letter: Letter, number: int = 1) -> str:
    """A file name that every system takes; `number` tells letters apart whose names would be the same."""
    unit = letter.unit.replace("/", "_").replace("\\", "_")
    return safe_name(f"退改单-{letter.year}年度-{unit}{f'-{number}' if number > 1 else ''}.docx")


def zip_letters(
    letters: Iterable[Letter], sender: Sender, template: Path = _SHIPPED, dated: date | None = None
) -> bytes:
    """All letters in one archive, a file each; names are in UTF-8 and say so."""
    made = ((partial(letter_name, letter), write_letter(letter, sender, template, dated)) for letter in letters)
    return zip_files(made, dated)


def in_words(day: date) -> str:
    """2025年1月31日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _context(letter: Letter, sender: Sender, dated: date | None) -> dict[str, Any]:
    must_fix = [_row(number, row) for number, row in enumerate(letter.must_fix, start=1)]
    verify = [_row(number, row) for number, row in enumerate(letter.verify, start=1)]
    context = {
        "单位": letter.unit, "年度": str(letter.year), "必改": must_fix, "必改数": str(len(must_fix)), "请核": verify,
        "请核数": str(len(verify)), "往年": _earlier(letter),
        "期限": in_words(letter.due_on) if letter.due_on else "", "联系人": sender.contact or _BLANK,
        "电话": sender.phone or _BLANK, "落款": sender.office or _BLANK,
        "日期": in_words(dated) if dated else "　　年　　月　　日", "示例": SAMPLE_MARK if sender.is_sample else "",
    }  # fmt: skip
    return {name: clean(value) if isinstance(value, str) else value for name, value in context.items()}


def _row(number: int, row: LetterRow) -> dict[str, str]:
    texts = {
        "序号": str(number), "位置": row.where, "现填": row.found or "（空白）", "应为": row.expected, "规则": row.rule,
        "怎么改": row.remedy,
    }  # fmt: skip
    return {name: clean(text) for name, text in texts.items()}


def _earlier(letter: Letter) -> str:
    """A line that recalls, and nothing else: 第1处在2022、2023年度的报告中也有。"""
    recalled = [
        f"{word}第{number}处在{'、'.join(map(str, row.earlier_years))}年度的报告中也有"
        for word, rows in (("", letter.must_fix), ("请核实的", letter.verify))
        for number, row in enumerate(rows, start=1)
        if row.earlier_years
    ]
    return f"其中，{'；'.join(recalled)}，请一并留意。" if recalled else ""


def _check_complete(data: bytes, letter: Letter, template: Path) -> None:
    """A letter that silently leaves out a problem is worse than none."""
    text = text_of(data)
    rows = [("必改", row) for row in letter.must_fix] + [("请核", row) for row in letter.verify]
    said = [letter.unit, *(part for _, row in rows for part in (row.where, row.found, row.expected, row.remedy))]
    for kind, row in rows:
        for part in (row.where, row.found, row.expected, row.remedy):
            if told(part) not in text:
                raise LetterError(
                    f"模板 {template} 用不了：填好后找不到“{part[:30]}”。表格里应有一行写“{{%tr for 行 in {kind} %}}”，"
                    "一行写 {{ 行.位置 }}、{{ 行.现填 }}、{{ 行.应为 }}、{{ 行.怎么改 }}，一行写“{%tr endfor %}”。"
                    "请对照自带的模板改正，或删去这个文件，改用自带的模板。"
                )
    if told(letter.unit) not in text or (BRACES.search(text) and not BRACES.search(str(said))):
        raise LetterError(
            f"模板 {template} 用不了：花括号里的写法有误，填好后单位名称不在信里，或还留着花括号。请把“{{{{ 单位 }}}}”等成对写好，"
            "或删去这个文件，改用自带的模板。"
        )
