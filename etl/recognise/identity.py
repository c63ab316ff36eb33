"""Whose report and of which year: witnesses speak, a strict majority decides, the odd one becomes a note."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from etl.read import Document, Paragraph
from etl.report import Problem, Witness
from etl.units import Unit

_PERIOD = re.compile(
    r"(?:统计|数据|计算)?(?:期限|时限|周期|时间|期间|起止时间|期).{0,6}?(\d{4})年(\d{1,2})月(\d{1,2})日起?[,，]?(?:至|到|—+|-+|–)(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日"
)
_TITLE = re.compile(
    r"(?:(\d{4})\s*年度?)?[^。，；]{0,40}?(?:(\d{4})\s*年?度?)?[^。，；]{0,6}(?:政府|政务)?信息公开[^。，；]{0,12}(?:报告|年报)"
)
_TITLE_WORDS = re.compile(r"信息公开(?:工作)?[\s\d年]*(?:年度)?(?:工作)?(?:年度)?(?:报告|年报)")
# The line above a title that names no unit: a name, a year, or both.
_BEGINS_TITLE = re.compile(
    r"[^。，：:>]{2,22}?(?:政府|办事处|局|办公室|委员会|街道|[乡镇院委]|中心|大队)(?:20[0-3]\d年度?)?|20[0-3]\d年度?"
)
_CUT_TITLE = re.compile("信息公开(?:工作)?(?:年|年度|年度(?:工作)?报)?$")
_NOT_A_NAME = re.compile(r"20[0-3]\d|(?:政府|政务)?信息公开.*")
_LONGEST_TITLE, _WHOLE_TITLE = 60, 22  # characters; a shorter title names no unit
_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)(?!\d)")
_YEAR_IN_TITLE = re.compile(r"(20[0-3]\d)\s*年?")
_DAY = re.compile(r"(20[0-3]\d)\s*[年\-/.]\s*(\d{1,2})\s*[月\-/.]\s*(\d{1,2})")
_CHINESE_DAY = re.compile(
    r"([二〇○零一二三四五六七八九0]{4})年([一二三四五六七八九十元]{1,3})月([一二三四五六七八九十]{1,3})日"
)
# 青禾县 is the county, 青禾县无名镇人民政府 is not: what follows a name makes another one of it.
_IS_LONGER = re.compile(
    r"(?!关于|上报|报送|政府信息|政务公开|信息公开|年度|年报|的|人民政府|办事处)"
    r"(?:[\u4e00-\u9fff]{1,8}?(?:人民政府|办事处|街道|镇|乡|局|委员会|管委会|办公室)|[\u4e00-\u9fff]{0,8}?(?:中心|大队|支队))"
)
_SPACES = re.compile(r"\s+")
_DIGIT = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "0": "0", "元": "1"}


def plain(text: str) -> str:
    """Half width and without spaces: how dates and names are compared."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text))


def find_title(document: Document) -> str | None:
    """The title: the page's own entry, a line of its own near the top, else None."""
    named = document.meta.get("articletitle")
    if named and _TITLE_WORDS.search(plain(named)):
        return named
    lines = [paragraph.text for paragraph in document.paragraphs[:80]]
    for at, line in enumerate(lines):
        if "公" not in line or "开" not in line:
            continue
        after = lines[at + 1] if at + 1 < len(lines) else ""
        title = line + after if _is_cut_title(plain(line), plain(after)) else line
        if _is_title(plain(title)):
            while at and len(plain(title)) < _WHOLE_TITLE and _BEGINS_TITLE.fullmatch(plain(lines[at - 1])):
                at -= 1
                title = lines[at] + title
            return title
    return document.title if document.title and _TITLE_WORDS.search(plain(document.title)) else None


def _is_title(text: str) -> bool:
    is_menu = text.startswith(("首页", "当前位置"))
    return len(text) <= _LONGEST_TITLE and "。" not in text and not is_menu and bool(_TITLE_WORDS.search(text))


def _is_cut_title(text: str, after: str) -> bool:
    """A title broken over two lines inside 信息公开工作年度报告."""
    return (
        len(text) <= _LONGEST_TITLE
        and len(after) <= 10
        and bool(_CUT_TITLE.search(text))
        and (text + after).endswith(("报告", "年报"))
    )


def find_period(paragraphs: Sequence[Paragraph]) -> tuple[tuple[date, date], Paragraph] | None:
    """统计期限, only when both ends are written; the closing year may be left to the opening one."""
    for paragraph in paragraphs:
        if "月" not in paragraph.text:
            continue
        match = _PERIOD.search(plain(paragraph.text))
        if match:
            first, month, day, last, month2, day2 = match.groups()
            start, end = _date(first, month, day), _date(last or first, month2, day2)
            if start and end:
                return (start, end), paragraph
    return None


def find_published(document: Document) -> date | None:
    """发布时间: the site standard's PubDate, else the line a page prints above the article."""
    for name in ("pubdate", "publishdate", "firstpublishedtime"):
        match = _DAY.search(document.meta.get(name, ""))
        if match:
            return _date(*match.groups())
    for label in ("发布时间", "发布日期", "公开日期", "成文日期", "生成日期"):
        for paragraph in document.paragraphs[:60]:
            at = paragraph.text.find(label)
            if at >= 0:
                match = _DAY.search(paragraph.text, at)
                if match:
                    return _date(*match.groups())
    return None


def find_signature(paragraphs: Sequence[Paragraph]) -> tuple[date | None, Paragraph | None, str | None]:
    """The signing date (the last line that is nothing but a date), and the name on the line above or beside it."""
    for i in range(len(paragraphs) - 1, max(len(paragraphs) - 60, -1), -1):
        text = paragraphs[i].text
        if "20" not in text and "日" not in text and "２" not in text:
            continue
        text = plain(text)
        if len(text) > 45:
            continue
        match = _DAY.search(text)
        signed = _date(*match.groups()) if match and match.end() >= len(text) - 1 else _chinese_day(text)
        if signed is None or re.search(r"发布|公开日期|更新|来源|版权|打印", text):
            continue
        beside = text[: match.start()] if match else ""
        above = plain(paragraphs[i - 1].text) if i else ""
        name = beside if len(beside) >= 3 else above
        return signed, paragraphs[i], name if 2 < len(name) <= 30 and "。" not in name else None
    return None, None, None


def year_witnesses(
    title: str | None, period: tuple[tuple[date, date], Paragraph] | None, signed: date | None,
    signature: Paragraph | None, path: str,
) -> list[Witness]:  # fmt: skip
    """统计期限, title, signing date minus one, file name, folder: those that speak."""
    found: list[Witness] = []
    if period:
        found.append(Witness("统计期限", str(period[0][0].year), period[1].text, period[1].locator))
    years = _YEAR_IN_TITLE.findall(plain(title)) if title else []
    if title and len(set(years)) == 1:
        found.append(Witness("标题", years[0], title))
    if signed and signature:
        found.append(Witness("落款日期减一年", str(signed.year - 1), signature.text, signature.locator))
    *folders, name = path.split("/")
    years = _YEAR.findall(name)
    if len(set(years)) == 1:
        found.append(Witness("文件名", years[0], name))
    for folder in reversed(folders):
        if re.fullmatch(r"20[0-3]\d年?度?", folder):
            found.append(Witness("文件夹", folder[:4], folder))
            break
    return found


def named_by_path(path: str, units: tuple[Unit, ...]) -> tuple[str | None, int | None]:
    """(unit_id, year) as folder and file name have them, for a file nobody can read; a year only if both agree."""
    years = {witness.value for witness in year_witnesses(None, None, None, None, path)}
    unit_id = _named_unit(plain(path.rsplit("/", 1)[-1]), unit_names(units))
    return unit_id, int(years.pop()) if len(years) == 1 else None


def decide(
    witnesses: Sequence[Witness], what: str, names: Mapping[str, str] | None = None
) -> tuple[str | None, list[Problem]]:
    """The value a strict majority names. The rest are notes; without a majority the file waits to be claimed.

    `what` is 年度 or 单位; `names` says how people call a value, where that is something else.
    """
    shown = (names or {}).get
    if not witnesses:
        return None, [
            Problem(
                f"{'year' if what == '年度' else 'unit'}_unknown",
                f"{what}无法判断：文中和文件名都没有写明。请在待认领中指定。",
            )
        ]
    counts = Counter(witness.value for witness in witnesses)
    value, votes = counts.most_common(1)[0]
    told = "，".join(f"{witness.kind}为“{shown(witness.value, witness.value)}”" for witness in witnesses)
    code = "year" if what == "年度" else "unit"
    if votes * 2 <= len(witnesses):
        return None, [Problem(f"{code}_disputed", f"{what}无法判断：{told}，没有多数一致。请在待认领中指定。")]
    notes = [
        Problem(
            f"{code}_odd_witness",
            f"{witness.kind}写的{what}是“{shown(witness.value, witness.value)}”，其余证据为“{shown(value, value)}”，"
            f"已按“{shown(value, value)}”归入。请核对原文是否沿用了旧稿。",
            witness.locator,
            witness.raw,
        )
        for witness in witnesses
        if witness.value != value
    ]
    return value, notes


@dataclass(frozen=True, slots=True)
class UnitNames:
    """Every name and alias of the register, and the pattern that finds the longest one wherever one begins."""

    ids: Mapping[str, str]
    pattern: re.Pattern[str]


@lru_cache(maxsize=4)
def unit_names(units: tuple[Unit, ...]) -> UnitNames:
    """Longest first, so that 青禾县人民政府办公室 is not taken for 青禾县人民政府."""
    ids: dict[str, str] = {}
    for unit in units:
        for name in (unit.name, *unit.aliases):
            ids.setdefault(plain(name), unit.unit_id)
    longest_first = sorted(ids, key=lambda name: (-len(name), name))
    return UnitNames(ids, re.compile("|".join(map(re.escape, longest_first)) or r"(?!)"))


def unit_witnesses(
    names: UnitNames, title: str | None, signature: str | None, document: Document, path: str
) -> list[Witness]:
    """Signature, title, first paragraph, file name, each with the register's unit it names (at most one)."""
    places: list[tuple[str, str | None]] = [("落款", signature), ("标题", title)]
    first = next((p.text for p in document.paragraphs if len(p.text) > 60 and "信息公开" in p.text), None)
    places += [("首段", first), ("文件名", path.rsplit("/", 1)[-1])]
    found = []
    for kind, text in places:
        unit = _named_unit(plain(text), names) if text else None
        if unit:
            found.append(Witness(kind, unit, (text or "")[:200]))
    return found


def _named_unit(text: str, names: UnitNames) -> str | None:
    """The unit that is named first in the text; a name that only begins a longer one names none."""
    whole = (match for match in names.pattern.finditer(text) if not _IS_LONGER.match(text, match.end()))
    match = next(whole, None)
    return names.ids[match[0]] if match else None


def printed_name(title: str | None, signature: str | None) -> str | None:
    """The name as the document writes it, for files whose unit is not in the register."""
    if signature and re.search(r"(?:政府|办事处|局|办公室|委员会|院|中心|街道|管委会|大队|委|社)$", signature):
        return signature
    if title:
        parts = (part.strip("关于的年度") for part in _NOT_A_NAME.split(plain(title)))
        return next((part for part in parts if len(part) >= 3 and not part.startswith(("我", "本"))), None)
    return None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _chinese_day(text: str) -> date | None:
    match = _CHINESE_DAY.search(text)
    if not match or match.end() < len(text) - 1:
        return None
    year = "".join(_DIGIT.get(sign, "") for sign in match[1])
    return _date(year, str(_small(match[2])), str(_small(match[3]))) if len(year) == 4 else None


def _small(text: str) -> int:
    tens, _, ones = text.rpartition("十")
    digit = lambda word: int(_DIGIT.get(word, "0"))  # noqa: E731
    return (digit(tens) if tens else 1) * 10 + digit(ones) if "十" in text else digit(text)
