"""Errors in the words that the sample county does not make, or not in all their forms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from etl.sample.document import Chapter, Draft, Paragraph
from etl.sample.plant import PlantKind, added, noted, resaid, rewritten, said, telling, with_chapter
from etl.sample.plant_text import TEXT_KINDS
from tests.planting.scene import Sowing, Stage, padded, reopened, retold
from tests.planting.who import EARLY


def late_for_its_own_deadline(draft: Draft, stage: Stage) -> Draft | None:
    """In time for everybody else."""
    due = EARLY.get((draft.unit.unit_id, draft.year))
    if due is None or not draft.published_at:
        return None
    day = due + timedelta(days=9)
    return noted(replace(draft, signed_on=day, published_at=day), 2, "晚于本单位的期限1月5日公布")


def five_parts(draft: Draft, stage: Stage) -> Draft | None:
    chapters = tuple(chapter for chapter in draft.chapters if chapter.number != "六")
    text = f"按照《中华人民共和国政府信息公开条例》，编制{draft.name}{draft.year}年政府信息公开工作年度报告，由五部分内容组成。"
    return noted(replace(reopened(draft, text), chapters=chapters, period=None), 3, "前言写五部分，缺第六部分")


def table_section_missing(draft: Draft, stage: Stage) -> Draft | None:
    """Neither heading nor table of 表四."""
    chapters = tuple(chapter for chapter in draft.chapters if chapter.number != "四")
    return noted(replace(draft, chapters=chapters), 3, "缺第四部分")


def only_problems(draft: Draft, stage: Stage) -> Draft | None:
    text = "公开内容与群众需求结合不够紧密，部分栏目更新不及时，工作人员业务不够熟练。"
    return noted(with_chapter(draft, replace(draft.chapter("五"), body=(Paragraph(text),))), 20, "只有问题，没有改进")


def one_sentence(draft: Draft, stage: Stage) -> Draft | None:
    body = (Paragraph("工作中还存在一些不足。"),)
    return noted(with_chapter(draft, replace(draft.chapter("五"), body=body)), 20, "第五部分只有一句话")


def fee_in_another_section(draft: Draft, stage: Stage) -> Draft | None:
    if stage.figures.told.get("info_fee_yuan"):
        return None
    draft = with_chapter(draft, replace(draft.chapter("六"), body=(Paragraph("无其他需要报告的事项。"),)))
    return noted(added(draft, "requests", "全年未收取信息处理费。"), 21, "信息处理费只写在第一部分")


def period_ends_late(draft: Draft, stage: Stage) -> Draft | None:
    text = f"现将{draft.name}{draft.year}年度政府信息公开工作情况公布如下。统计期限自{draft.year}年1月1日起至{draft.year + 1}年12月31日止。"
    period = (date(draft.year, 1, 1), date(draft.year + 1, 12, 31))
    return noted(replace(reopened(draft, text), period=period), 22, "统计期限止于下一年")


def signed_a_year_early(draft: Draft, stage: Stage) -> Draft | None:
    return noted(replace(draft, signed_on=draft.signed_on.replace(year=draft.year)), 22, "落款年份少写一年")


def old_regulation(draft: Draft, stage: Stage) -> Draft | None:
    if draft.year < 2020:
        return None
    text = f"根据《中华人民共和国政府信息公开条例》（国务院令第492号），编制{draft.name}{draft.year}年政府信息公开工作年度报告。"
    return noted(replace(reopened(draft, text), period=None), 23, "引用旧条例的令号")


def last_years_sections(draft: Draft, stage: Stage) -> Draft | None:
    """Sections 一 and 五 of last year with the year put right, and nothing else."""
    before = stage.last_draft
    if before is None or before.form != draft.form or before.name != draft.name:
        return None
    if stage.figures.cells["requests/new_received/total"] or (
        stage.last and stage.last.cells["requests/new_received/total"]
    ):
        return None  # another year's numbers of requests would be errors of other kinds
    copy = _copied(draft, before, {str(before.year): str(draft.year)})
    return noted(copy, 37, "第一、第五部分照抄上一年")


def neighbours_sections(draft: Draft, stage: Stage) -> Draft | None:
    """Sections 一 and 五 of another unit with the name put right, and nothing else."""
    peers = [other for other in stage.others if other.kind == draft.kind and other.name != draft.name]
    peers = [peer for peer in peers if not peer.plants]
    if draft.kind not in {"town", "township"} or not peers:
        return None
    peer = stage.chance.pick(peers)
    copy = _copied(draft, peer, {peer.short: draft.short, peer.name: draft.name})
    return noted(copy, 38, f"照抄 {peer.unit.unit_id} 的文字")


def _copied(draft: Draft, other: Draft, words: dict[str, str]) -> Draft:
    """Sections 一 and 五 of another report with some words put right; who copies a file copies how it is numbered."""
    style = replace(draft.style, numbering=other.style.numbering)
    first, fifth = (_renamed(other.chapter(number), words) for number in "一五")
    return replace(with_chapter(with_chapter(draft, first), fifth), style=style)


def _renamed(chapter: Chapter, words: dict[str, str]) -> Chapter:
    def change(text: str) -> str:
        for old, new in words.items():
            text = text.replace(old, new)
        return text

    body = tuple(
        replace(p, text=change(p.text), told=tuple(replace(t, sentence=change(t.sentence)) for t in p.told))
        for p in chapter.body
    )
    return replace(chapter, body=body)


def foreign_self(draft: Draft, stage: Stage) -> Draft | None:
    """A township that calls itself a town, as the text it was taken from did."""
    wrong = {"township": "我镇", "town": "我乡", "subdistrict": "我镇"}.get(draft.kind)
    if wrong is None:
        return None
    return noted(added(draft, "management", f"{wrong}对公开信息实行台账管理，逐条登记。"), 38, f"自称“{wrong}”")


def some_where_none(draft: Draft, stage: Stage) -> Draft | None:
    told = said(draft, "requests_received")
    if not told or told.value or stage.figures.cells["requests/carried_in/total"]:
        return None
    sentence = "全年共收到政府信息公开申请3件，均已答复。"
    return noted(resaid(draft, told, sentence, telling(sentence, {"requests_received": 3})), 40, "正文收到3件，表三为0")


def _with_number(draft: Draft, claim: str, sentence: str, what: str) -> Draft | None:
    told = said(draft, claim)
    if not told or not told.value:
        return None
    changed = retold(draft, claim, sentence.format(n=told.value + 2), ())
    return noted(changed, 41, what) if changed else None


def other_left(draft: Draft, stage: Stage) -> Draft | None:
    return _with_number(draft, "requests_carried_out", "结转下年度继续办理{n}件。", "正文的结转下年与表三不符")


def other_carried(draft: Draft, stage: Stage) -> Draft | None:
    told = said(draft, "requests_carried_in")
    if not told or not told.value:
        return None
    new = stage.figures.cells["requests/new_received/total"]
    sentence = f"本年度新收政府信息公开申请{new}件，上年结转{told.value + 2}件。"
    changed = resaid(draft, told, sentence, telling(sentence, {"requests_received": int(new)}))
    return noted(changed, 41, "正文的上年结转与表三不符")


def other_result(draft: Draft, stage: Stage) -> Draft | None:
    cells = stage.figures.cells
    granted = cells["requests/granted/total"]
    if not granted:
        return None
    right, wrong = f"予以公开{granted}件", f"予以公开{granted + 2}件"
    if right in draft_text(draft):
        changed = rewritten(draft, lambda paragraph: replace(paragraph, text=paragraph.text.replace(right, wrong)))
    else:
        changed = added(draft, "requests", f"办理结果中，{wrong}。")
    return noted(changed, 41, "正文的予以公开件数与表三不符")


def draft_text(draft: Draft) -> str:
    return "".join(paragraph.text for paragraph in draft.paragraphs())


def other_disputes(draft: Draft, stage: Stage) -> Draft | None:
    told = said(draft, "reconsideration_total")
    if not told or not told.value:
        return None
    suits = sum(
        int(stage.figures.cells[f"disputes/{block}/total"])
        for block in ("litigation_direct", "litigation_after_reconsideration")
    )
    sentence = f"因政府信息公开发生行政复议{told.value + 2}件、行政诉讼{suits}件。"
    claims = telling(sentence, {"reconsideration_total": told.value + 2, "litigation_total": suits})
    return noted(resaid(draft, told, sentence, claims), 42, "正文的复议件数与表四不符")


def known_slips(draft: Draft, stage: Stage) -> Draft | None:
    aspect, sentence = stage.chance.pick(
        (
            ("proactive", "通过政策宣讲，提升群众有感度和满意度。"),
            ("supervision", "年初政府工作会议召开会议，部署信息公开工作。"),
            ("management", "将进下一步规范信息审签。"),
        )
    )
    return noted(added(draft, aspect, sentence), 47, f"“{sentence}”有误")


def doubled_marks(draft: Draft, stage: Stage) -> Draft | None:
    return noted(added(draft, "management", "严格落实信息审查工作。。"), 47, "句号重复")


def no_full_stop(draft: Draft, stage: Stage) -> Draft | None:
    def change(paragraph: Paragraph) -> Paragraph:
        if paragraph.aspect != "requests" or paragraph.heading:
            return paragraph
        return replace(paragraph, text=paragraph.text.removesuffix("。"))

    return noted(rewritten(draft, change), 48, "依申请公开一段缺句末标点")


def another_publisher(draft: Draft, stage: Stage) -> Draft | None:
    """The body speaks of another unit as if it were the one that reports."""
    if not stage.neighbour or draft.kind not in {"town", "township"}:
        return None
    return noted(
        added(draft, "supervision", f"{stage.neighbour}成立领导小组，专题研究公开工作。"), 48, "正文的单位名不是本单位"
    )


def table_letters(draft: Draft, stage: Stage) -> Draft | None:
    return noted(added(draft, "platform", "公开专区建在XXX便民服务中心。"), 48, "留有XXX")


def about_nobody(draft: Draft, stage: Stage) -> Draft | None:
    """Words that any unit anywhere could print."""
    return noted(added(draft, "platform", "部分地区取得明显成效，一些地区仍有差距。"), 48, "空话，与本单位无关")


def rather_long(draft: Draft, stage: Stage) -> Draft | None:
    changed = padded(draft, 1060, 1150, stage.chance)
    return noted(changed, 19, "总体情况超过一千字") if changed else None


def first() -> tuple[Sowing, ...]:
    """What only one certain report can carry."""
    return (Sowing(PlantKind(2, "晚于本单位期限", late_for_its_own_deadline), 1),)


def sowings() -> tuple[Sowing, ...]:
    """How often each error in the words is planted, the rarest chances first."""
    fewer = {3: 3, 19: 4, 20: 3, 21: 4, 22: 3, 23: 4, 37: 4, 38: 4, 40: 4, 41: 4, 42: 4, 47: 3, 48: 3}
    sample = [Sowing(kind, fewer.get(kind.number, 5)) for kind in TEXT_KINDS]
    return (
        Sowing(PlantKind(42, "复议件数不符", other_disputes), 2),
        Sowing(PlantKind(41, "结转下年不符", other_left), 1),
        Sowing(PlantKind(41, "上年结转不符", other_carried), 2),
        Sowing(PlantKind(41, "办理结果不符", other_result), 2),
        *sample[:7],
        Sowing(PlantKind(37, "照抄上年", last_years_sections), 3, needs_last=True),
        Sowing(PlantKind(38, "照抄同类单位", neighbours_sections), 3),
        Sowing(PlantKind(38, "自称不符", foreign_self), 3),
        Sowing(PlantKind(48, "单位名不符", another_publisher), 2),
        *sample[7:],
        Sowing(PlantKind(40, "无中生有", some_where_none), 3),
        Sowing(PlantKind(3, "五部分", five_parts), 2),
        Sowing(PlantKind(3, "缺表四", table_section_missing), 2),
        Sowing(PlantKind(20, "只有问题", only_problems), 2),
        Sowing(PlantKind(20, "一句话", one_sentence), 2),
        Sowing(PlantKind(21, "写在别处", fee_in_another_section), 2),
        Sowing(PlantKind(22, "止于下年", period_ends_late), 2),
        Sowing(PlantKind(22, "落款年份", signed_a_year_early), 2),
        Sowing(PlantKind(23, "旧条例", old_regulation, any_form=True), 2),
        Sowing(PlantKind(47, "常见错字", known_slips, any_form=True), 3),
        Sowing(PlantKind(47, "标点重复", doubled_marks, any_form=True), 2),
        Sowing(PlantKind(48, "缺句号", no_full_stop), 2),
        Sowing(PlantKind(48, "留有符号", table_letters), 2),
        Sowing(PlantKind(48, "空话", about_nobody, any_form=True), 2),
        Sowing(PlantKind(19, "略长", rather_long), 2),
    )
