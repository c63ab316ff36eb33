"""Sentences that only one unit writes in one year: without them a county of templates would be one copy of itself."""

from __future__ import annotations

from dataclasses import replace

from etl.sample.chance import Chance
from etl.sample.document import Draft
from etl.sample.plant import added, with_chapter

_HAMLETS = (
    "上沟", "下坎", "河湾", "北岭", "石桥", "柳条", "三道", "头台", "平房", "西洼", "马架", "小城", "哈巴", "羊圈", "大庙", "泉眼", "杨树", "红砬", "双井", "东梁",
)  # fmt: skip
_MATTERS = (
    "节水灌溉管护费用分摊", "果树品种更新补助", "冷库租用价格", "公益岗位轮换名单", "护林员巡查路线", "污水管网开挖时段", "集体林地发包底价", "残疾人辅具领取顺序",
    "校车停靠点调整", "井盖修缮进度", "大棚保险理赔", "光伏电站分红", "祠堂修缮捐款", "冬季取暖补贴", "河道采砂点关停", "露天市场摊位抽签",
)  # fmt: skip
_PLACES = (
    "小卖部门口",
    "文化广场东侧",
    "戏台旁边",
    "卫生室外墙",
    "老年活动室",
    "停车场入口",
    "粮库门前",
    "供销社橱窗",
    "篮球场围栏",
    "祠堂照壁",
)
_MANNERS = (
    "张贴满半月后由村民小组长收回存档", "由驻村干部带着账本逐项念给大家听", "附上经办人手机号供随时询问", "用红纸手写并配上简图", "先开院坝会再贴出定稿",
    "每逢集日更换一次并拍照留底", "请退休教师帮忙改成顺口溜", "按户编号后逐一签收回执",
)  # fmt: skip


def with_own_words(draft: Draft, seed: int) -> Draft:
    """Four sentences of the unit's own in section 一 and one in 五."""
    if not draft.form:
        return draft
    chance = Chance(seed, draft.unit.unit_id, draft.year, "own")
    hamlets, matters = chance.some(_HAMLETS, 5), chance.some(_MATTERS, 5)
    sentences = [
        f"{hamlet}片的{matter}在{chance.pick(_PLACES)}公布，{chance.pick(_MANNERS)}。"
        for hamlet, matter in zip(hamlets, matters, strict=True)
    ]
    for aspect, sentence in zip(("proactive", "proactive", "platform", "management"), sentences, strict=False):
        draft = added(draft, aspect, sentence)
    chapter = draft.chapter("五")
    last = chapter.body[-1]
    more = replace(last, text=f"{last.text}其中{hamlets[4]}片的{matters[4]}年内重新公布。")
    return with_chapter(draft, replace(chapter, body=(*chapter.body[:-1], more)))
