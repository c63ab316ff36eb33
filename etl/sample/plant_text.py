"""Errors in the words: sections, dates and citations, prose against tables, prose taken from elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from etl.sample.document import Draft, Paragraph
from etl.sample.plant import PlantKind, Scene, added, noted, resaid, rewritten, said, telling, with_chapter
from etl.sample.prose import FORMATS, REGULATION, TRIAL_TITLES
from etl.sample.sentences import templates

_TYPOS = (("信息公开", "信信息公开"), ("下一步", "进下一步"), ("及时", "及及时"), ("。", "。。"))


def late(draft: Draft, scene: Scene) -> Draft | None:
    if not draft.published_at:
        return None
    day = date(draft.year + 1, 2, 8) + timedelta(days=scene.chance.between(0, 30))
    return noted(replace(draft, signed_on=day, published_at=day), 2, "晚于1月31日公布")


def section_missing(draft: Draft, scene: Scene) -> Draft | None:
    number = scene.chance.pick(("五", "六"))
    chapters = tuple(chapter for chapter in draft.chapters if chapter.number != number)
    return noted(replace(draft, chapters=chapters), 3, f"缺第{number}部分")


def old_section_title(draft: Draft, scene: Scene) -> Draft | None:
    number = scene.chance.pick(("四", "五"))
    chapter = replace(draft.chapter(number), title=TRIAL_TITLES[number])
    return noted(with_chapter(draft, chapter), 4, f"第{number}部分沿用旧标题")


def title_reordered(draft: Draft, scene: Scene) -> Draft | None:
    return noted(
        replace(draft, title=f"{draft.name}{draft.year}年度政府信息公开工作报告"), 5, "标题缺“年度报告”，写成工作报告"
    )


def aspect_missing(draft: Draft, scene: Scene) -> Draft | None:
    gone = scene.chance.pick(("management", "platform", "supervision"))
    lost = rewritten(draft, lambda paragraph: None if paragraph.aspect == gone else paragraph)
    return noted(lost, 6, "总体情况的五个方面少一个")


def aspects_reordered(draft: Draft, scene: Scene) -> Draft | None:
    chapter = draft.chapter("一")
    order = ("proactive", "management", "requests", "supervision", "platform")
    body = sorted(chapter.body, key=lambda paragraph: order.index(paragraph.aspect))
    return noted(with_chapter(draft, replace(chapter, body=tuple(body))), 7, "五个方面的顺序改动")


def too_long(draft: Draft, scene: Scene) -> Draft | None:
    for aspect in ("management", "platform", "supervision"):
        words = [str(s) for s in templates(aspect)["lead"] if "{" not in str(s)]
        for _ in range(3):
            draft = added(draft, aspect, "".join(scene.chance.some(words, len(words))))
    return noted(draft, 19, "总体情况远超一千字")


def empty_problems(draft: Draft, scene: Scene) -> Draft | None:
    text = scene.chance.pick(("无。", "无", "不存在突出问题。"))
    return noted(with_chapter(draft, replace(draft.chapter("五"), body=(Paragraph(text),))), 20, "问题及改进情况为空")


def no_fee_statement(draft: Draft, scene: Scene) -> Draft | None:
    text = scene.chance.pick(("无。", "本年度无其他需要报告的事项。"))
    chapter = replace(draft.chapter("六"), body=(Paragraph(text),))
    return noted(with_chapter(draft, chapter), 21, "没有说明信息处理费")


def stale_period(draft: Draft, scene: Scene) -> Draft | None:
    if not draft.period or "统计" not in draft.opening.text:
        return None
    head, tail = draft.opening.text.split("统计", 1) if "统计" in draft.opening.text else ("", "")
    tail = tail.replace(str(draft.year), str(draft.year - 1))
    period = (date(draft.year - 1, 1, 1), date(draft.year - 1, 12, 31))
    stale = replace(draft, opening=Paragraph(f"{head}统计{tail}"), period=period)
    return noted(stale, 22, "统计期限还是上一年")


def wrong_citation(draft: Draft, scene: Scene) -> Draft | None:
    right = FORMATS["2021"]
    wrong = scene.chance.pick((FORMATS["2019"], right.replace("国办公开办函〔2021〕30号", "县委办〔2021〕30号")))
    text = draft.opening.text.replace(right, wrong)
    if text == draft.opening.text:
        text = text.replace(REGULATION, f"{REGULATION}（国务院令第492号）")
    if text == draft.opening.text:
        return None
    return noted(replace(draft, opening=replace(draft.opening, text=text)), 23, "依据引用错误")


def last_years_words(draft: Draft, scene: Scene) -> Draft | None:
    year = str(draft.year)
    places = [p for p in draft.paragraphs() if p is not draft.opening and f"{year}年，" in p.text]
    if not places:
        return None

    def change(paragraph: Paragraph) -> Paragraph:
        if paragraph is not places[0]:
            return paragraph
        old = str(draft.year - 1)
        told = tuple(replace(one, sentence=one.sentence.replace(f"{year}年，", f"{old}年，")) for one in paragraph.told)
        return replace(paragraph, text=paragraph.text.replace(f"{year}年，", f"{old}年，"), told=told)

    return noted(rewritten(draft, change), 37, "照抄上一年，年份没有改")


def neighbours_words(draft: Draft, scene: Scene) -> Draft | None:
    peers = [other for other in scene.others if other.kind in {"town", "township"} and other.name != draft.name]
    if draft.kind not in {"town", "township"} or not peers:
        return None
    peer = scene.chance.pick(peers)
    foreign = {p.aspect: p for p in peer.paragraphs() if p.aspect in {"management", "platform"} and not p.heading}

    def change(paragraph: Paragraph) -> Paragraph:
        if paragraph.heading or paragraph.aspect not in foreign:
            return paragraph
        text = foreign[paragraph.aspect].text
        return replace(paragraph, text=f"{peer.short}{text}" if paragraph.aspect == "management" else text)

    return noted(rewritten(draft, change), 38, f"照抄别的单位，留有地名“{peer.short}”")


def none_received(draft: Draft, scene: Scene) -> Draft | None:
    told = said(draft, "requests_received")
    if not told or not told.value:
        return None
    sentence = f"{draft.year}年，我单位未收到政府信息公开申请。"
    return noted(
        resaid(draft, told, sentence, telling(sentence, {"requests_received": 0})), 40, "文字说未收到申请，表三不为0"
    )


def other_number(draft: Draft, scene: Scene) -> Draft | None:
    told = said(draft, "requests_received")
    if not told or not told.value:
        return None
    number = told.value + scene.chance.between(2, 9)
    sentence = f"全年共收到政府信息公开申请{number}件。"
    changed = resaid(draft, told, sentence, telling(sentence, {"requests_received": number}))
    return noted(changed, 41, "文字的收到件数与表三不符")


def disputes_denied(draft: Draft, scene: Scene) -> Draft | None:
    told = said(draft, "reconsideration_total")
    if not told or not told.value:
        return None
    sentence = "未发生因政府信息公开引起的行政复议、行政诉讼。"
    claims = telling(sentence, {"reconsideration_total": 0, "litigation_total": 0})
    return noted(resaid(draft, told, sentence, claims), 42, "文字说未发生复议诉讼，表四不为0")


def documents_differ(draft: Draft, scene: Scene) -> Draft | None:
    told = said(draft, "normative_documents_in_force")
    if not told:
        return None
    number = told.value + scene.chance.between(2, 5)
    sentence = f"集中公开现行有效行政规范性文件{number}件。"
    claims = telling(sentence, {"normative_documents_in_force": number})
    return noted(resaid(draft, told, sentence, claims), 43, "规范性文件件数与表二不符")


def parts_exceed(draft: Draft, scene: Scene) -> Draft | None:
    total, website = said(draft, "published_total"), said(draft, "published_website")
    if not total or not website or total.sentence != website.sentence or total.approximate:
        return None
    short, wechat = website.value + scene.figures.told["published_wechat"] // 2, scene.figures.told["published_wechat"]
    if wechat < 4:
        return None
    sentence = f"全年共主动公开政府信息{short}条，其中政府网站{website.value}条，微信公众号{wechat}条。"
    figures = {"published_total": short, "published_website": website.value, "published_wechat": wechat}
    return noted(resaid(draft, total, sentence, telling(sentence, figures, "条")), 44, "分项之和大于总数")


def all_settled(draft: Draft, scene: Scene) -> Draft | None:
    told = said(draft, "requests_carried_out")
    if not told or not told.value:
        return None
    sentence = "所有申请全部办结。"
    return noted(resaid(draft, told, sentence, ()), 45, "文字说全部办结，表三有结转")


def fee_without_income(draft: Draft, scene: Scene) -> Draft | None:
    told = said(draft, "info_fee_yuan")
    if not told or told.value or scene.figures.cells["proactive/admin_fees/amount_wan"]:
        return None
    amount = scene.chance.between(12, 90) * 10
    sentence = f"本年度收取政府信息公开信息处理费{amount}元。"
    claims = telling(sentence, {"info_fee_yuan": amount}, "元")
    return noted(resaid(draft, told, sentence, claims), 46, "有信息处理费，表二收费却为0")


def typos(draft: Draft, scene: Scene) -> Draft | None:
    for paragraph in draft.paragraphs():
        if paragraph.aspect not in {"management", "platform"} or paragraph.heading:
            continue
        for right, wrong in scene.chance.some(_TYPOS, len(_TYPOS)):
            if right in paragraph.text:
                bad = replace(paragraph, text=paragraph.text.replace(right, wrong, 1))
                return noted(
                    rewritten(draft, lambda p, old=paragraph, new=bad: new if p is old else p), 47, f"“{wrong}”有误"
                )
    return None


def placeholder(draft: Draft, scene: Scene) -> Draft | None:
    sentence = scene.chance.pick(
        (
            "XX单位高度重视信息公开工作，部分地区取得明显成效，一些地区仍有差距。",
            "（此处填写本单位情况）不断提升工作水平。",
            "xxx同志任组长，统筹推进各项工作。",
        )
    )
    return noted(added(draft, "supervision", sentence), 48, "留有占位文字，与本单位无关")


TEXT_KINDS = (
    PlantKind(42, "文表不符：复议诉讼", disputes_denied),
    PlantKind(45, "全部办结而有结转", all_settled),
    PlantKind(40, "文表不符：未收到", none_received),
    PlantKind(41, "文表不符：收到件数", other_number),
    PlantKind(43, "文表不符：规范性文件", documents_differ),
    PlantKind(44, "分项大于总数", parts_exceed),
    PlantKind(46, "信息处理费无对应收费", fee_without_income),
    PlantKind(2, "晚报", late, any_form=True),
    PlantKind(38, "照抄他单位", neighbours_words, any_form=True),
    PlantKind(37, "年份没有改", last_years_words, any_form=True),
    PlantKind(22, "统计期限错", stale_period, any_form=True),
    PlantKind(23, "引用错误", wrong_citation),
    PlantKind(3, "缺部分", section_missing),
    PlantKind(4, "旧标题", old_section_title),
    PlantKind(5, "标题错", title_reordered, any_form=True),
    PlantKind(6, "缺方面", aspect_missing),
    PlantKind(7, "方面换序", aspects_reordered),
    PlantKind(19, "过长", too_long),
    PlantKind(20, "问题为空", empty_problems),
    PlantKind(21, "没有信息处理费", no_fee_statement),
    PlantKind(47, "错字", typos, any_form=True),
    PlantKind(48, "占位文字", placeholder),
)
