"""The making of the county, in order: figures, words, what is missing, what is wrong, files, answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path

from etl.sample import folder as places
from etl.sample.answers import Answers, FileAnswer, SampleError, answer_for, dump, other_file
from etl.sample.chance import Chance
from etl.sample.document import Draft
from etl.sample.figures import UnitYear, county_figures
from etl.sample.html_layouts import html_page
from etl.sample.office import docx_file, xlsx_file
from etl.sample.paper import pdf_file
from etl.sample.plant import Scene, spread
from etl.sample.plant_figures import FIGURE_KINDS
from etl.sample.plant_text import TEXT_KINDS
from etl.sample.prose import printed, write
from etl.sample.registers import about, events_csv, read_me, rubrics, years_csv
from etl.sample.text_layouts import text_page
from etl.sample.units import COUNTY, FIRST_YEAR, LAST_YEAR, Unit, register, register_csv

PLANTED_PERCENT = 12  # about one report in ten carries an error
LAYOUTS = {
    "txt": (("pipe", 5), ("aligned_pipe", 3), ("cell_per_line", 2), ("cell_per_line_spaced", 2)),
    "html": (("plain_html", 4), ("portal_html", 5), ("nested_html", 2), ("word_html", 2)),
    "docx": (("word_docx", 5), ("wps_docx", 3)),
    "xlsx": (("one_sheet", 3), ("sheet_each", 1)),
    "pdf": (("ruled_pdf", 3), ("small_pdf", 1)),
}
FORMATS = {"txt": "text"}  # what a reader calls a format, where it is not the suffix
SUFFIXES = {layout: suffix for suffix, layouts in LAYOUTS.items() for layout, _ in layouts}
BINARY: Mapping[str, Callable[[Draft, str, Chance], bytes]] = {"docx": docx_file, "xlsx": xlsx_file, "pdf": pdf_file}
ENCODINGS = (("utf-8", 6), ("utf-8-sig", 2), ("gb18030", 3))
DATED_LAYOUTS = {"portal_html", "nested_html"}  # these always say when they were published
Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Setting:
    """How one report becomes a file."""

    layout: str
    encoding: str  # "binary" where it is no text
    charset: str  # what a web page declares
    path: str

    @property
    def suffix(self) -> str:
        return SUFFIXES[self.layout]

    @property
    def format(self) -> str:
        return FORMATS.get(self.suffix, self.suffix)

    @property
    def is_html(self) -> bool:
        return self.suffix == "html"


def make_county(
    folder: Path,
    *,
    years: Sequence[int] = range(2019, 2026),
    seed: int = 20240115,
    formats: Sequence[str] = tuple(LAYOUTS),
    progress: Callable[[int, int], None] | None = None,
) -> Answers:
    """Write the fictional county 青禾县 into an empty folder, or over an untouched earlier making, and return the answers.

    The same arguments give the same bytes everywhere. `years` are report years from 2015 to 2025; `progress` is told
    (files written, files in all). Raises SampleError when the folder holds anything else or the arguments cannot be.
    """
    years = _checked_years(years)
    weights = _checked_formats(formats)
    old = places.check_free(folder)
    units = register()
    figures = county_figures(units, seed)
    missing = _missing(units, years, seed)
    drafts, settings = {}, {}
    for year in years:
        for unit in units:
            if unit.due and unit.exists(year) and (unit.unit_id, year) not in {*missing[0], *missing[1]}:
                key = (unit.unit_id, year)
                settings[key] = _setting(unit, year, weights, seed)
                drafts[key] = _set(write(unit, year, figures[key], seed), settings[key], seed)
    corrupt = Chance(seed, "corrupt").pick([key for key in drafts if key[0].startswith("t")])
    drafts |= _plant(drafts, settings, figures, seed, corrupt)
    files, answers = _reports(drafts, settings, corrupt, seed)
    for data, answer in (_early_draft(drafts, settings, seed), _stray_page(years, seed)):
        files[answer.path] = data
        answers.append(answer)
    files |= {
        "units.csv": register_csv(units).encode(),
        "years.csv": years_csv(years).encode(),
        "events.csv": events_csv(units).encode(),
        places.ABOUT: about(seed, years).encode(),
        **{path: text.encode() for path, text in rubrics(years).items()},
        places.READ_ME: read_me(years).encode(),
    }
    result = Answers(
        seed=seed,
        years=years,
        units=tuple(_unit_answer(unit) for unit in units),
        files=tuple(sorted(answers, key=lambda answer: answer.path)),
        not_filed=missing[0],
        not_collected=missing[1],
        made=places.sha256s(files),
    )
    first = {places.ANSWERS: dump(result).encode(), places.ABOUT: files[places.ABOUT]}
    places.write(folder, {**first, **files}, old, progress)
    return result


def _checked_years(years: Sequence[int]) -> tuple[int, ...]:
    chosen = tuple(sorted(set(years)))
    wrong = [year for year in chosen if not FIRST_YEAR <= year <= LAST_YEAR]
    if wrong or not chosen:
        named = "、".join(str(year) for year in wrong) or "空"
        raise SampleError(
            f"示例县的报告年度应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间，收到的是：{named}。请改用这个范围内的年度。"
        )
    return chosen


def _checked_formats(formats: Sequence[str]) -> tuple[tuple[str, int], ...]:
    wrong = [name for name in formats if name not in LAYOUTS]
    if wrong or not formats:
        raise SampleError(f"示例县只会写 {'、'.join(LAYOUTS)} 格式，收到的是：{'、'.join(wrong) or '空'}。请从中选择。")
    return tuple(layout for name in LAYOUTS if name in formats for layout in LAYOUTS[name])


def _missing(units: tuple[Unit, ...], years: tuple[int, ...], seed: int) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
    """Reports never filed in collected years, and those of the last year, whose collection is still going on."""
    chance = Chance(seed, "missing")
    filing = [unit for unit in units if unit.due and unit.kind not in {"area", "office"}]
    collected = years[:-1] if len(years) > 1 else years
    every = [(unit.unit_id, year) for year in collected for unit in filing if unit.exists(year)]
    not_filed = chance.some(every, max(1, len(collected)))
    late = [(unit.unit_id, years[-1]) for unit in filing if unit.exists(years[-1])]
    not_collected = chance.some(late, 11) if len(years) > 1 else []
    return tuple(sorted(not_filed)), tuple(sorted(not_collected))


def _setting(unit: Unit, year: int, layouts: tuple[tuple[str, int], ...], seed: int) -> Setting:
    chance = Chance(seed, unit.unit_id, year, "setting")
    layout = chance.weighted(layouts)
    suffix = SUFFIXES[layout]
    encoding = "binary" if suffix in BINARY else chance.weighted(ENCODINGS)
    charset = chance.pick(("gb2312", "gbk", "gb18030")) if encoding == "gb18030" else "utf-8"
    name, short, _ = unit.named(year)
    stem = chance.weighted(
        (
            (f"{name}{year}年度政府信息公开工作年度报告", 8), (f"{short}{year}年年报", 4), (f"{year}年{name}政府信息公开年报", 3),
            (f"{name}政府信息公开工作年度报告", 2), (f"{short}政府信息公开年报（{year}）", 1),
        )
    )  # fmt: skip
    return Setting(layout, encoding, charset, f"raw/{year}/{stem}.{suffix}")


def _set(draft: Draft, setting: Setting, seed: int) -> Draft:
    """What the layout leaves out: some texts have no title line, most say nowhere when they were published."""
    chance = Chance(seed, draft.unit.unit_id, draft.year, "set")
    is_text = setting.suffix == "txt"
    untitled = chance.happens(0.06) and is_text
    dated = setting.layout in DATED_LAYOUTS or (is_text and not untitled and chance.happens(0.2))
    return replace(draft, title=None if untitled else draft.title, published_at=draft.published_at if dated else None)


def _plant(
    drafts: Mapping[Key, Draft], settings: Mapping[Key, Setting], figures: Mapping[Key, UnitYear], seed: int, spare: Key
) -> dict[Key, Draft]:
    def scene(draft: Draft, kind: int) -> Scene:
        key = (draft.unit.unit_id, draft.year)
        others = [other for other in drafts.values() if other.year == draft.year]
        chance = Chance(seed, *key, "plant", kind)
        return Scene(figures[key], figures.get((key[0], key[1] - 1)), others, settings[key].is_html, chance)

    kinds = (*FIGURE_KINDS, *TEXT_KINDS)
    free = {key: draft for key, draft in drafts.items() if key != spare}
    return spread(kinds, free, scene, len(drafts) * PLANTED_PERCENT // 100, Chance(seed, "plants"))


def _reports(
    drafts: Mapping[Key, Draft], settings: Mapping[Key, Setting], corrupt: Key, seed: int
) -> tuple[dict[str, bytes], list[FileAnswer]]:
    files, answers = {}, []
    for key, draft in drafts.items():
        setting = settings[key]
        if key == corrupt:
            path = setting.path.rsplit(".", 1)[0] + ".txt"
            files[path] = _scrambled(Chance(seed, "scrambled"))
            answers.append(other_file(path, "corrupt", "unknown", "binary", "binary", key))
            continue
        files[setting.path] = _printed(draft, setting, seed)
        answers.append(answer_for(draft, setting.path, "report", setting.format, setting.layout, setting.encoding))
    return files, answers


def _printed(draft: Draft, setting: Setting, seed: int) -> bytes:
    chance = Chance(seed, draft.unit.unit_id, draft.year, "print")
    if setting.suffix in BINARY:
        return BINARY[setting.suffix](draft, setting.layout, chance)
    if setting.is_html:
        return html_page(draft, setting.layout, setting.charset, chance).encode(setting.encoding)
    return text_page(draft, setting.layout, chance).encode(setting.encoding)


def _scrambled(chance: Chance) -> bytes:
    """A compressed file somebody renamed: no text comes out of it."""
    return b"PK\x03\x04\x14\x00\x08\x08" + bytes(chance.between(0, 255) for _ in range(6000))


def _early_draft(drafts: Mapping[Key, Draft], settings: Mapping[Key, Setting], seed: int) -> tuple[bytes, FileAnswer]:
    """A draft that lies beside the final report of the same unit and year, with another figure in it."""
    fees = "proactive/admin_fees/amount_wan"
    whole = [k for k, d in drafts.items() if not d.plants and d.title and d.unit.profile.fees and fees in d.raw]
    whole = whole or [key for key, draft in drafts.items() if not draft.plants and draft.title and draft.kind != "area"]
    key = Chance(seed, "draft").pick(whole)
    final, setting = drafts[key], settings[key]
    raw = {**final.raw, fees: printed(fees, Decimal("0.5"), final.style)} if fees in final.raw else final.raw
    early = replace(
        final,
        title=f"{final.title}（征求意见稿）",
        raw=raw,
        signed_on=final.signed_on.replace(day=4),
        published_at=None,
    )
    stem, suffix = setting.path.rsplit(".", 1)
    setting = replace(
        setting, path=f"{stem}（初稿）.{suffix}", layout="plain_html" if setting.is_html else setting.layout
    )
    data = _printed(early, setting, seed)
    return data, answer_for(early, setting.path, "draft", setting.format, setting.layout, setting.encoding)


def _stray_page(years: tuple[int, ...], seed: int) -> tuple[bytes, FileAnswer]:
    """A page about annual reports that is none."""
    year = Chance(seed, "stray").pick(years)
    text = (
        f"关于做好{year}年政府信息公开工作年度报告编制发布工作的通知\n各乡镇人民政府、街道办事处，县直各部门：\n"
        f"为做好本年度年报编制工作，现将有关事项通知如下。\n一、按时报送。请于次年1月20日前报{COUNTY}人民政府办公室。\n"
        "二、内容完整。年报应当包括六个部分，表格数据应当符合勾稽关系。\n三、认真核对。报送前由主要负责同志审签。\n"
        f"{COUNTY}人民政府办公室\n{year}年12月12日\n"
    )
    path = f"raw/{year}/关于做好年报编制发布工作的通知.txt"
    return text.encode(), other_file(path, "not_a_report", "text", "utf-8", "text", None)


def _unit_answer(unit: Unit) -> dict[str, object]:
    kept = ("unit_id", "code", "name", "kind", "group", "valid_from", "valid_to", "merged_into", "due")
    return {key: value for key, value in asdict(unit).items() if key in kept}
