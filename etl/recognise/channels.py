"""How much was published, by channel: a number belongs to the channel named since the number before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from etl.recognise.amounts import OTHER_YEARS, PROSE_NUMBER, amount


class Said(NamedTuple):
    """A claim as one sentence makes it; `start` is where in the sentence its figure stands."""

    claim: str
    value: Decimal
    counter: str
    approximate: bool
    start: int


_TOTAL, _OTHER, _NEW_MEDIA = "published_total", "published_other", "published_new_media"
# First what would be taken for something narrower: 微博微信 is neither of the two, 微信群 is no 公众号.
_CHANNELS = (
    (
        _NEW_MEDIA,
        re.compile(
            r"新媒体|抖音|视频号|快手|微博微信|微信微博|微博、微信|微信、微博|头条|学习强国|美篇|APP|小程序|客户端"
        ),
    ),
    (
        _OTHER,
        re.compile(
            r"公示栏|公开栏|宣传栏|公告栏|电子屏|显示屏|LED|公报|报刊|报纸|广播|电视|融媒|微信群|便民|政务公开专区|三务公开|"
            r"其[他它](?:渠道|方式|途径|平台|形式)"
        ),
    ),
    ("published_wechat", re.compile(r"公众号|微信平台|政务微信|订阅号|微信")),
    ("published_weibo", re.compile(r"微博")),
    (
        "published_website",
        re.compile(r"网站|门户|政府网|政务网|信息公开网|公开平台|(?:信息|政务)公开专[栏题]|目录系统|公众信息网"),
    ),
)
_SOCIAL = frozenset(
    {_NEW_MEDIA, "published_wechat", "published_weibo"}
)  # together they are new media, not all there is
_VERB = r"公开|发布|推送|刊登|上传|公布|发送"
_PUBLISHED, _PUBLISHING = re.compile(_VERB), re.compile(rf"{_VERB}|其中")
_INFORMATION = r"(?:各类|各项|了)?(?:政府|政务|各类)?(?:政府|政务)?信息"
_PUBLISHED_TOTAL = re.compile(rf"(?:公开|发布){_INFORMATION}")
_ENDS_IN_PUBLISHED = re.compile(r"(?:公开|发布)(?:了|共|共计)?$")
_BEGINS_WITH_INFORMATION = re.compile(_INFORMATION)
_ENDS_BEFORE_COLON = re.compile(rf"(?:公开|发布){_INFORMATION}(?:数量?|总数|条数|总量)$")
_NOT_PUBLISHING = re.compile(
    r"规范性文件|解读|访问|阅读|粉丝|浏览|培训|资料|手册|建议|提案|留言|咨询|申请|历年|累计至|截至|截止|更新|"
    r"重点领域|(?<!公开)(?<!公开政府)(?<!公开政务)信息总数|网站信息类|去年|上年|同比|较\d{4}年|账号|许可|处罚|会议(?!信息|纪要|公开)|政策文件|"
    r"栏目|活动|办件|回应|公报\d+期|期刊|季度|[上下]半年|\d月份|每[周月季旬日天]|平均"
)
_SHARE = re.compile(r"[，、（(]*占")  # 各部门1592条，占76.9%: a part
_NARROWER = re.compile(r"[，、；（(]*其中(?:主动公开|公开|发布)?(?:的)?政府信息\D{0,4}\d")
# One way that is none of the channels known: 通过信用平台. Several ways, or none, and the figure is the total.
_BY_WAY_OF = re.compile(
    r"(?:通过|利用|依托|借助|运用|在)(?!公开|发布)([^，]{1,24}?)(?:主动|共|累计)*(?:公开|发布|推送|刊登)"
)
_WAYS = re.compile(r"各种|各类|多种|多个|多渠道|等|渠道|方式|途径|形式|载体")
_PLACE = re.compile(r"(?:平台|网|栏|屏|台|报|站|系统|号|端|墙|亭)[上内]?$")
_QUOTED_NAME = re.compile(r"[”\"](?:平台|共|累计|全年)*(?:公开|发布|推送)")
_COUNTERS = frozenset({"条", "篇", "件", "条次", "件次", "次", "份", "项", "期"})  # 个 counts accounts: 公众号41个


def published(sentence: str) -> Iterator[Said]:
    """Every count of things published in one normalised sentence, up to where it begins to speak of other years."""
    if not _PUBLISHING.search(sentence):
        return
    carried = ""  # a clause without a count of its own that names a channel, or what is counted after its colon
    whole = ""  # what the figure before 其中 counts: of 申请11件，其中网站9件 none is published
    for part in re.finditer("[^，：:]+", sentence):
        clause, at = part[0], 0
        if OTHER_YEARS.search(clause):
            return
        for match in PROSE_NUMBER.finditer(clause):
            if match["counter"] == "个":
                continue
            before, after = carried + clause[at : match.start()], clause[match.end() :]
            at, carried = match.end(), ""
            whole = before if _PUBLISHED.search(before) else whole + before
            if match["counter"] not in _COUNTERS or _NOT_PUBLISHING.search(whole) or _NOT_PUBLISHING.match(after[:6]):
                continue
            name = _channel(before, after)
            if name == _TOTAL and _is_part(sentence, part.start() + match.end()):
                continue
            value, approximate = amount(match)
            if name is not None:
                yield Said(name, value, match["counter"], approximate, part.start() + match.start("number"))
        goes_on = not at and (_channels_in(carried + clause) or _ENDS_BEFORE_COLON.search(clause))
        carried = carried + clause if goes_on else ""


def _is_part(sentence: str, end: int) -> bool:
    """Whether what follows a total makes it a share of another, or names a narrower total of its own."""
    return bool(_SHARE.match(sentence, end) or _NARROWER.match(sentence, end))


def _channels_in(text: str) -> list[str]:
    names = []
    for name, pattern in _CHANNELS:
        if pattern.search(text):
            names.append(name)
            text = pattern.sub("", text)
    return names


def _channel(before: str, after: str) -> str | None:
    """The claim a number makes, by the words since the number before it; several channels together are the total."""
    names = _channels_in(before)
    if len(names) > 1:
        if "分别" in before:
            return None
        if _SOCIAL.issuperset(names):
            return _NEW_MEDIA
        return _TOTAL if _PUBLISHED_TOTAL.search(before) or "发布" in before or "公开" in before else None
    if names:
        several = re.search(r"等(?:多种|各类|各种)?(?:渠道|平台|方式|途径|载体|形式)", before)
        return _TOTAL if several and "信息" in before.split(several[0])[-1] else names[0]
    stated = _PUBLISHED_TOTAL.search(before) or (
        _ENDS_IN_PUBLISHED.search(before) and _BEGINS_WITH_INFORMATION.match(after)
    )
    if not stated or _QUOTED_NAME.search(before):
        return None
    way = _BY_WAY_OF.search(before)
    return _OTHER if way and not _WAYS.search(way[1]) and _PLACE.search(way[1]) else _TOTAL
