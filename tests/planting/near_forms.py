"""Shapes that look wrong and are right: dates, titles, headings, labels, lengths, short and unusual sections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from etl.sample.document import ASPECTS, Draft, Paragraph
from etl.sample.plant import with_chapter
from etl.sample.tables import Grid, requests_grid
from tests.planting.scene import Odd, Stage, headed, padded, reopened

Apply = Callable[[Draft, Stage], Draft | None]


@dataclass(frozen=True, slots=True)
class OneRowOther(Draft):
    """A report that prints （六）其他处理 as one row without its three items."""

    def grids(self) -> dict[str, Grid]:
        tables = Draft.grids(self)
        raw = {**self.raw, **{f"requests/other_single_row/{c}": self.raw[f"requests/other_misc/{c}"] for c in _COLUMNS}}
        return {**tables, "requests": requests_grid(raw, "2019")}


_COLUMNS = (
    "natural_person", "org_business", "org_research", "org_public_interest", "org_legal_service", "org_other", "total",
)  # fmt: skip


def one_row(draft: Draft, stage: Stage) -> Draft | None:
    cells = stage.figures.cells
    if draft.form != "2021" or any(cells[f"requests/{r}/total"] for r in ("other_no_correction", "other_fee_unpaid")):
        return None
    values = {name: getattr(draft, name) for name in Draft.__dataclass_fields__}
    return OneRowOther(**values)


# ── dates


def _published(month: int, day: int, fits: Callable[[Draft], bool]) -> Apply:
    def apply(draft: Draft, stage: Stage) -> Draft | None:
        if not draft.published_at or not fits(draft):
            return None
        on = date(draft.year + 1, month, day)
        return replace(draft, signed_on=on, published_at=on)

    return apply


def unknown_date(draft: Draft, stage: Stage) -> Draft | None:
    """No date of publishing anywhere; signed on the last day."""
    return None if draft.published_at else replace(draft, signed_on=date(draft.year + 1, 1, 31))


DATES = (
    Odd((2,), "期限当天公布", "dates", _published(1, 31, lambda d: d.kind != "area"), count=3),
    Odd((2,), "全县报告3月31日公布", "dates", _published(3, 31, lambda d: d.kind == "area"), count=1),
    Odd((2,), "本地期限更晚，在其之前公布", "dates",
        _published(2, 20, lambda d: d.kind == "subdistrict" and d.year == 2023), count=1),
    Odd((2,), "2018年报3月公布，当时期限是3月31日", "dates", _published(3, 20, lambda d: d.year == 2018), count=2),
    Odd((2,), "没有公布日期", "dates", unknown_date, count=2),
)  # fmt: skip
PERIODS: tuple[tuple[tuple[int, ...], str], ...] = (
    ((22,), "现公布{unit}{year}年度政府信息公开工作年度报告。数据统计时间为 {year} 年 1 月 1 日起至 {year} 年 12 月 31 日止。"),
    ((22,), "现公布{unit}{year}年度政府信息公开工作年度报告，统计周期为{year}年1月1日至12月31日。"),
    ((22,), "现公布{unit}{year}年度政府信息公开工作年度报告，所列数据截至{year}年12月31日。"),
    ((22,), "现公布{unit}{year}年度政府信息公开工作年度报告。统计期限：{year}年01月01日——{year}年12月31日。"),
    ((22,), "现公布{unit}{year}年政府信息公开工作年度报告。本报告可于{next}年1月起在县政府网站查阅。"),
    ((22, 37), "现公布{unit}{year}年政府信息公开工作年度报告。统计期限自{year}年1月1日起至{year}年12月31日止，{last}年年报已于上年公布。"),
    ((23,), "根据《中华人民共和国政府信息公开条例》（2007年4月5日国务院令第492号公布，2019年4月3日国务院令第711号修订），编制{unit}{year}年政府信息公开工作年度报告。"),
    ((23,), "依据《中华人民共和国政府信息公开条例》（国务院令第711号），编制{unit}{year}年政府信息公开工作年度报告。"),
    ((3,), "本报告由总体情况等6部分组成，其中总体情况分五个方面，附三张表。现公布{unit}{year}年政府信息公开工作年度报告。"),
    ((3,), "现公布{unit}{year}年政府信息公开工作年度报告，全文共六个部分。"),
)  # fmt: skip
FORM_PERIODS: tuple[tuple[tuple[int, ...], str], ...] = (  # since 2021
    ((23,), "按照国办公开办函〔2021〕30号（国办公开办函〔2019〕60号的试行格式不再使用）编制{unit}{year}年政府信息公开工作年度报告。"),
    ((23,), "按照国办公开办函〔2021〕30号和青政办函〔{year}〕30号的要求，编制{unit}{year}年政府信息公开工作年度报告。"),
)  # fmt: skip


def _opened(text: str, first: int) -> Apply:
    def apply(draft: Draft, stage: Stage) -> Draft | None:
        if draft.year < first:
            return None
        words = {"unit": draft.name, "year": draft.year, "next": draft.year + 1, "last": draft.year - 1}
        return replace(reopened(draft, text.format(**words)), period=None)

    return apply


# ── titles, headings, labels


def _titled(text: str) -> Apply:
    def apply(draft: Draft, stage: Stage) -> Draft | None:
        title = text.format(unit=draft.name, short=draft.short, year=draft.year)
        return replace(draft, title=title) if draft.title else None

    return apply


def _section(number: str, title: str) -> Apply:
    def apply(draft: Draft, stage: Stage) -> Draft | None:
        return with_chapter(draft, replace(draft.chapter(number), title=title))

    return apply


HEADINGS: tuple[Mapping[str, str], ...] = tuple(
    dict(zip(ASPECTS, names, strict=True))
    for names in (
        ("主动公开工作情况", "依申请公开办理情况", "政府信息管理工作情况", "信息公开平台建设情况", "监督保障工作情况"),
        ("政府信息主动公开情况", "政府信息依申请公开情况", "政府信息管理机制", "政务公开平台建设", "监督保障机制"),
        ("主动公开", "依申请公开", "政府信息管理", "平台建设", "监督保障"),
        ("主动公开方面", "依申请公开方面", "政府信息管理方面", "公开平台建设方面", "监督保障方面"),
        ("认真做好主动公开", "规范办理依申请公开", "加强政府信息管理", "推进平台建设", "强化监督保障"),
    )
)


def _headed(names: Mapping[str, str]) -> Apply:
    return lambda draft, stage: headed(draft, names) if draft.style.numbering == "（一）" else None


def introduced(draft: Draft, stage: Stage) -> Draft | None:
    """A paragraph before the aspects that names them in another order."""
    chapter = draft.chapter("一")
    lead = Paragraph("本年度以监督保障和平台建设为抓手，统筹依申请公开、主动公开和政府信息管理，工作平稳。")
    return with_chapter(draft, replace(chapter, body=(lead, *chapter.body)))


def sixth_aspect(draft: Draft, stage: Stage) -> Draft | None:
    """One aspect more than asked for, after the five."""
    chapter = draft.chapter("一")
    more = (
        Paragraph("政策解读和回应关切情况", aspect="more", heading=True),
        Paragraph("围绕民生政策做好解读，及时回应群众关切。", aspect="more"),
    )
    return with_chapter(draft, replace(chapter, body=(*chapter.body, *more)))


LABELS: tuple[Mapping[str, str], ...] = (
    {"1.属于国家秘密": "1、属于国家秘密", "2.重复申请": "2、重复申请"},
    {"行政事业性收费": "行政 事业性收费", "行政许可": "行政　许可"},
    {"（七）总计": "（七）总 计", "三、本年度办理结果": "三、本年度 办理结果"},
    {"3.危及“三安全一稳定”": '3.危及"三安全一稳定"'},
    {"本年收费金额（单位：万元）": "本年收费金额(单位:万元)", "第二十条第（一）项": "第二十条第(一)项"},
    {"5.要求行政机关确认或重新出具已获取信息": "5.要求行政机关确认或重 新出具已获取信息"},
)


def _labelled(labels: Mapping[str, str]) -> Apply:
    def apply(draft: Draft, stage: Stage) -> Draft | None:
        if draft.form != "2021":
            return None
        return replace(draft, edits=replace(draft.edits, labels=labels))

    return apply


# ── how long and how short sections may be


def _padded(least: int, most: int) -> Apply:
    return lambda draft, stage: padded(draft, least, most, stage.chance)


PROBLEMS: tuple[tuple[str, ...], ...] = (
    ("一是个别栏目更新不及时，已建立更新台账，按月检查。二是解读形式单一，已增加图解和现场讲解。",),
    ("主要不足：公开目录不够细。整改措施：重新梳理目录，合并交叉栏目，年内完成。",),
    ("上年指出的栏目更新慢问题已完成整改。目前短板是政策解读偏少，今后将增加图解和问答。",),
    ("1.存在问题：信息公开的针对性还需增强。", "2.改进情况：走访村组，按需求清单充实公开内容。"),
    (
        "（一）主要问题",
        "工作人员业务不够熟练，信息报送不够均衡。",
        "（二）改进措施",
        "开展岗前培训，将报送情况列入考核。",
    ),
    ("与群众期盼相比还有差距，公众号留言回复偏慢；下一步将指定专人值守，工作日内回复。",),
)
FEES: tuple[str, ...] = (
    "无收取信息处理费情况。",
    "本年度暂未开展信息处理费收取工作。",
    "未收取信息公开处理费。",
    "依申请提供政府信息暂不收费，信息处理费为零。",
    "按照《政府信息公开信息处理费管理办法》，未发出收费通知，实际收取信息处理费0元。",
    "1.信息处理费：0元。2.无其他需要报告的事项。",
    "应收信息处理费400元，按规定全部减免，实际收取0元。",
    "信息处理费收费标准按国办函〔2020〕109号执行，本年度未收取。",
)


def _chaptered(
    number: str, *texts: str, fits: Callable[[Stage], bool] = lambda stage: True, first: int = 2019
) -> Apply:
    def apply(draft: Draft, stage: Stage) -> Draft | None:
        if not fits(stage) or draft.year < first:
            return None
        return with_chapter(draft, replace(draft.chapter(number), body=tuple(Paragraph(text) for text in texts)))

    return apply


def _free(stage: Stage) -> bool:
    return not stage.figures.told.get("info_fee_yuan")


def odds() -> tuple[Odd, ...]:
    sections = (
        ("一", "概述"), ("三", "收到和处理政府信息公开申请的情况"), ("五", "存在的主要问题和改进情况"), ("六", "其他需要报告事项"),
        ("六", "其他需要说明的事项"), ("一", "总体情况："),
    )  # fmt: skip
    titles = (
        "{unit}{year}年度政府信息公开工作年度报告", "{year}年{unit}政府信息公开工作年度报告", "{short}{year}年政府信息公开工作年度报告",
        "{unit}政府信息公开工作年度报告（{year}年度）", "{unit}{year}年政府信息公开工作年度报告（文字版）",
    )  # fmt: skip
    return (
        *DATES,
        Odd((19,), "总体情况接近一千字", "length", _padded(940, 995), count=4),
        Odd((19,), "总体情况略过一千字", "length", _padded(1020, 1130), count=2),
        Odd((10, 11), "（六）其他处理只有一行", "table", one_row, count=6),
        *(Odd(kinds, text, "opening", _opened(text, 2019)) for kinds, text in PERIODS),
        *(Odd(kinds, text, "opening", _opened(text, 2021)) for kinds, text in FORM_PERIODS),
        *(Odd((5,), text, "title", _titled(text)) for text in titles),
        *(
            Odd((3, 4) if title.endswith("：") else (3,), title, f"title-{n}", _section(n, title))
            for n, title in sections
        ),
        *(Odd((6, 7), "、".join(names.values()), "headings", _headed(names)) for names in HEADINGS),
        Odd((6, 7), "前面一段按别的顺序说五个方面", "headings", introduced, count=2),
        Odd((6, 7), "五个方面之后还有第六个", "headings", sixth_aspect, count=2),
        *(Odd((9, 11), "、".join(labels.values()), "table", _labelled(labels)) for labels in LABELS),
        *(Odd((20,), texts[0], "五", _chaptered("五", *texts)) for texts in PROBLEMS),
        *(Odd((21, 46), text, "六", _chaptered("六", text, fits=_free, first=2021)) for text in FEES),
    )
