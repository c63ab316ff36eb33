"""How much was published, by channel: a number belongs to the channel named since the number before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from etl.recognise.amounts import OTHER_YEARS, PROSE_NUMBER, amount

# First what would be taken for something narrower: 微博微信 is neither of the two, 微信群 is no 公众号.
_CHANNELS = (
    ("published_new_media", re.compile(r"新媒体|抖音|视频号|快手|微博微信|微信微博|微博、微信|微信、微博")),
    (
        "published_other",
        re.compile(
            r"公示栏|公开栏|宣传栏|公告栏|电子屏|LED|公报|报刊|报纸|广播|电视|微信群|便民|政务公开专区|"
            r"其[他它](?:渠道|方式|途径|平台|形式)"
        ),
    ),
    ("published_wechat", re.compile(r"公众号|微信平台|政务微信|订阅号|微信")),
    ("published_weibo", re.compile(r"微博")),
    ("published_website", re.compile(r"网站|门户|信息公开网|公开平台|信息公开专栏|目录系统|公众信息网")),
)
_PUBLISHING = re.compile(r"公开|发布|推送|刊登|上传|公布|发送|其中")
_INFORMATION = r"(?:各类|各项|了)?(?:政府|政务|各类)?(?:政府|政务)?信息"
_PUBLISHED_TOTAL = re.compile(rf"(?:公开|发布){_INFORMATION}")
_ENDS_IN_PUBLISHED = re.compile(r"(?:公开|发布)(?:了|共|共计)?$")
_BEGINS_WITH_INFORMATION = re.compile(_INFORMATION)
_NOT_PUBLISHING = re.compile(
    r"规范性文件|解读|访问|阅读|粉丝|浏览|培训|资料|手册|建议|提案|留言|咨询|申请|历年|累计至|自.{0,8}以来|截至|更新|"
    r"重点领域|信息总数|网站信息类|去年|上年|同比|较\d{4}年|账号|许可|处罚|会议(?!信息|纪要|公开)|政策文件|栏目|活动|办件|"
    r"回应|公报\d+期|期刊"
)
_COUNTERS = frozenset({"条", "篇", "件", "条次", "件次", "次", "份", "项", "期"})  # 个 counts accounts: 公众号41个


def published(sentence: str) -> Iterator[tuple[str, Decimal, str, bool]]:
    """(claim, value, counter, approximate) for every count of things published in one normalised sentence."""
    if not _PUBLISHING.search(sentence) or OTHER_YEARS.search(sentence):
        return
    carried = ""  # a channel named in a clause without a count of its own
    for clause in re.split("[，：:]", sentence):
        at = 0
        for match in PROSE_NUMBER.finditer(clause):
            if match["counter"] == "个":
                continue
            before, after = carried + clause[at : match.start()], clause[match.end() :]
            at, carried = match.end(), ""
            if match["counter"] not in _COUNTERS or _NOT_PUBLISHING.search(before) or _NOT_PUBLISHING.match(after[:6]):
                continue
            name = _channel(before, after)
            value, approximate = amount(match)
            if name is not None:
                yield name, value, match["counter"], approximate
        carried = carried + clause if not at and _channels_in(carried + clause) else ""


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
        return "published_total" if _PUBLISHED_TOTAL.search(before) or "发布" in before or "公开" in before else None
    if names:
        several = re.search(r"等(?:多种|各类|各种)?(?:渠道|平台|方式|途径|载体|形式)", before)
        return "published_total" if several and "信息" in before.split(several[0])[-1] else names[0]
    stated = _PUBLISHED_TOTAL.search(before) or (
        _ENDS_IN_PUBLISHED.search(before) and _BEGINS_WITH_INFORMATION.match(after)
    )
    return "published_total" if stated else None
