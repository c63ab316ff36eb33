"""What the reports to be checked say in words: sections, opening, title, and the small tools every check of words uses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import yaml

from etl.form import SectionSpec, load_forms
from etl.recognise.labels import key
from etl.source import Locator

NUMERALS = "一二三四五六七八九十"
_BETWEEN_CHINESE = re.compile(r"(?<=\d)\s+(?=[\u3000-\u9fff（）])|(?<=[\u3000-\u9fff（）])\s+(?=[\d\u3000-\u9fff（）])")
_SENTENCE = re.compile(r"[^。！？；;\n]+[。！？；;]*")
_HEADING = re.compile(r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,2}[）)]|[一二三四五六七八九十\d]{1,2}[、.．])")
_ENDS_REPORT = re.compile(
    r"附件|上一篇|下一篇|版权|主办|承办|打印|关闭|分享|扫一扫|来源[：:]|联系(?:人|电话)|地址[：:]|(?:索引|备案)号"
)
_DATE_ALONE = re.compile(r"[\d二〇○零Ｏ０一三四五六七八九十年月日.\-/\s]{6,16}")
_SIGNER = re.compile(r"[^，。；,;]{2,30}(?:政府|局|办公室|办事处|委员会|管委会|中心|街道|大队|院|社|委)")
_LONGEST_HEADING = 25  # characters; a numbered line that is shorter and ends in no stop is a heading


@dataclass(frozen=True, slots=True)
class Part:
    """One section. `lines` are its paragraphs without the signature and what a page prints below it."""

    number: str
    title: str
    aspects: tuple[str, ...]
    text: str
    lines: tuple[str, ...]
    locator: Locator | None

    @property
    def where(self) -> str:
        return f"第{self.number}部分“{bare(self.title)}”"


@dataclass(frozen=True, slots=True)
class Written:
    """One report's words. `form`, `kind` and `scope` are "" where not known; `names` are the unit's own."""

    file_id: int
    unit_id: str
    year: int | None
    form: str
    kind: str
    scope: str
    unit_name: str
    names: tuple[str, ...]
    title: str
    path: str
    format: str
    opening: str
    is_signed: bool
    is_guessed: bool  # read from a picture
    last_file_id: int | None
    parts: tuple[Part, ...]

    def part(self, number: str) -> Part | None:
        return next((part for part in self.parts if part.number == number), None)

    @property
    def prose(self) -> tuple[Part, ...]:
        """The sections of words; in a report that follows no edition every chapter is one."""
        return tuple(part for part in self.parts if part.number in "一五六" or not self.form)

    @property
    def is_single_organ(self) -> bool:
        """Whether the figures are surely one organ's own: not of an area, an office that may answer for it, or nobody's."""
        return self.kind not in {"", "area", "office"}

    @property
    def declared(self) -> tuple[str, ...]:
        """The lines above section 一 that speak of the report itself; a page prints menus there too."""
        lines = (tidy(line) for line in self.opening.split("\n"))
        return tuple(line for line in lines if len(line) > 25 and _OF_THE_REPORT.search(line))


_OF_THE_REPORT = re.compile(r"本(?:年度)?报告|现公布|现将|向社会公布|编制|报告如下|统计期限|(?:依据|根据|按照)《")


def written(connection: duckdb.DuckDBPyConnection, *, known: bool = False) -> list[Written]:
    """The reports to check, in order of file; `known`: every report that may be compared with as well."""
    others = "UNION SELECT file_id, unit_id, year, form, scope, kind, NULL FROM known_report" if known else ""
    rows = connection.sql(f"""
        SELECT c.file_id, coalesce(c.unit_id, ''), c.year, coalesce(c.form, ''), coalesce(c.kind, ''),
               coalesce(c.scope, ''), coalesce(u.name, r.unit_name, ''), coalesce(list_prepend(u.name, u.aliases), [r.unit_name]),
               coalesce(r.title, ''), s.path, s.format, r.opening, r.signed_on IS NOT NULL,
               EXISTS (SELECT 1 FROM problem p WHERE p.file_id = c.file_id AND p.code = 'read_from_picture'),
               c.last_file_id
        FROM (SELECT file_id, any_value(unit_id) AS unit_id, any_value(year) AS year, any_value(form) AS form,
                     any_value(scope) AS scope, any_value(kind) AS kind, any_value(last_file_id) AS last_file_id
              FROM (SELECT file_id, unit_id, year, form, scope, kind, last_file_id FROM checked_report {others})
              GROUP BY file_id) c
        JOIN report r USING (file_id) JOIN source_file s USING (file_id)
        LEFT JOIN unit u ON u.unit_id = c.unit_id ORDER BY c.file_id
    """).fetchall()
    parts = _parts(connection)
    return [
        Written(
            file_id, unit_id, year, form, kind, scope, name, tuple(each for each in names if each), *rest,
            parts=tuple(parts.get(file_id, ())),
        )
        for file_id, unit_id, year, form, kind, scope, name, names, *rest in rows
    ]  # fmt: skip


def _parts(connection: duckdb.DuckDBPyConnection) -> Mapping[int, list[Part]]:
    found: defaultdict[int, list[Part]] = defaultdict(list)
    for file_id, number, title, aspects, text, locator in connection.sql(
        "SELECT s.file_id, s.number, s.title, s.aspects, s.text, s.locator FROM section s JOIN report USING (file_id) "
        "WHERE is_chosen OR file_id IN (SELECT file_id FROM checked_report)"
    ).fetchall():
        place = Locator(**locator) if locator else None
        found[file_id].append(Part(number, title, tuple(aspects), text, _lines(text), place))
    for parts in found.values():
        parts.sort(key=lambda part: NUMERALS.find(part.number))
    return found


def _lines(text: str) -> tuple[str, ...]:
    lines: list[str] = []
    for line in text.split("\n"):
        if _DATE_ALONE.fullmatch(line.strip()) or (len(line) < 60 and _ENDS_REPORT.match(line.strip())):
            break
        if line.strip():
            lines.append(tidy(line))
    if lines and _SIGNER.fullmatch(lines[-1]):
        lines.pop()
    return tuple(lines)


def tidy(text: str) -> str:
    """Without the spaces that a page or a print puts beside Chinese signs; everything else as printed."""
    return _BETWEEN_CHINESE.sub("", text.strip())


def bare(title: str) -> str:
    """A section's title without its number."""
    return re.sub(r"^\s*(?:#+\s*)?[一二三四五六七八九十]\s*[、.．，,：:]\s*", "", title).strip()


def sentences(text: str) -> list[str]:
    """The sentences of a tidied text, each with the mark that ends it."""
    return [match[0].strip() for match in _SENTENCE.finditer(text) if match[0].strip()]


def is_heading(line: str) -> bool:
    """A short numbered line without a stop."""
    return len(line) <= _LONGEST_HEADING and not ends_sentence(line) and bool(_HEADING.match(line))


def ends_sentence(line: str) -> bool:
    return line.rstrip('”"’）)】 ').endswith(("。", "！", "？", "；", "：", "…", ":", ";", "!", "?", "."))


def excerpt(text: str, at: int = 0, width: int = 60) -> str:
    """The words around a place, with … where they were cut."""
    start = max(0, at - width // 2)
    cut = text[start : start + width]
    return f"{'…' if start else ''}{cut}{'…' if start + width < len(text) else ''}"


def specs(form: str) -> tuple[SectionSpec, ...]:
    """The sections an edition asks for; none where a report follows no edition."""
    return load_forms()[form].sections if form in load_forms() else ()


def same_title(printed: str, standard: str) -> bool:
    return key(printed) == key(standard)


@cache
def limits() -> dict[str, Any]:
    """prose.yaml: the word lists and thresholds of the checks of words."""
    return yaml.safe_load((Path(str(resources.files("etl.check"))) / "prose.yaml").read_text(encoding="utf-8"))
