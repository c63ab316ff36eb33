"""Figures the prose states, each with its sentence. What is not said stays unsaid; what is ambiguous is a Problem."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from etl.read import Paragraph
from etl.report import Claim, Problem

_COUNTER = "条次|件次|条|件|篇|次|份|期|起|宗|项|个|场|元|批"
_NUMBER = re.compile(
    r"(?P<about>约|近|超过|超|逾|大约)?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[〇零一二两三四五六七八九十百千]+)"
    rf"(?P<more>余|多)?(?P<wan>万)?(?P<more2>余|多)?(?P<counter>{_COUNTER})"
)
_SENTENCE = re.compile(r"[^。；;！\n]+[。；;！]?")
_CLAUSE = re.compile(r"[^，,：:]+")
_SPACE_BY_DIGIT = re.compile(
    r"(?<=\d)\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s+(?=\d)|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])"
)

_CHANNELS = (
    ("published_new_media", re.compile(r"新媒体|抖音|视频号|快手|微博微信|微信微博|微博、微信|微信、微博")),
    (
        "published_other",
        re.compile(r"公示栏|公开栏|宣传栏|公告栏|电子屏|LED|公报|报刊|报纸|广播|电视|微信群|便民|政务公开专区"),
    ),
    ("published_wechat", re.compile(r"公众号|微信平台|政务微信|订阅号|微信")),
    ("published_weibo", re.compile(r"微博")),
    ("published_website", re.compile(r"网站|门户|信息公开网|公开平台|信息公开专栏|目录系统|公众信息网")),
)
_PUBLISHING = re.compile(r"公开|发布|推送|刊登|上传|公布|发送|其中")
_PUBLISHED_TOTAL = re.compile(r"(?:公开|发布)(?:各类|各项|了)?(?:政府|政务|各类)?(?:政府|政务)?信息")
_NOT_PUBLISHING = re.compile(
    r"规范性文件|解读|访问|阅读|粉丝|浏览|培训|资料|手册|建议|提案|留言|咨询|申请|历年|累计至|自.{0,8}以来|截至|更新|重点领域|信息总数|"
    r"去年|上年|同比|较\d{4}年|账号|许可|处罚|会议|政策文件|栏目|活动|办件|回应|公报\d+期|期刊"
)
_PUBLISHING_COUNTERS = frozenset({"条", "篇", "件", "条次", "件次", "次", "份", "项", "个", "期"})
_LAST_YEAR = re.compile(r"上年同期|去年|同比|较上年|比上年|较\d{4}年")
_OTHER_YEARS = re.compile(r"历年|自.{0,10}以来|以来累计")


@dataclass(frozen=True, slots=True)
class _Rule:
    claim: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None


_N = r"(?P<about>约|近|超过|超|逾)?(?P<number>\d[\d,]*(?:\.\d+)?|[一二两三四五六七八九十百]+)(?P<more>余|多)?(?P<wan>万)?(?P<more2>余)?"
_FEW = r"[^，。；;\d一二三四五六七八九十]"
_OF_DISPUTES = re.compile(r"复议|诉讼")
_OF_LICENSING = re.compile(r"审批|许可|窗口|热线|网民|提案|建议|救助|低保|证照|问政")
_RULES = (
    _Rule("requests_received", re.compile(rf"(?:收到|受理|接收|新收|接到|接收到|办理|收){_FEW}{{0,16}}(?:公开)?申请(?:件|事项|共|数量?|总数)?{_FEW}{{0,5}}{_N}(?P<counter>件|宗|起|条|份|次|项)"), re.compile(r"复议|诉讼|审批|许可|窗口|热线|网民|提案|救助|低保|证照|问政|含上年|含.{0,6}结转|包括上年|答复|培训")),
    _Rule("requests_received", re.compile(rf"(?:收到|受理|接收|新收|接到|办理)(?:各类)?(?:公民)?{_N}(?P<counter>件|宗|起|条|份|次|项)(?:政府信息)?(?:依)?(?:信息)?(?:公开)?申请"), re.compile(r"复议|诉讼|审批|许可|窗口|热线|网民|提案|救助|低保|证照|问政|含上年|含.{0,6}结转|包括上年")),
    _Rule("requests_carried_in", re.compile(rf"上年度?结转{_FEW}{{0,14}}{_N}(?P<counter>件|宗|起|条|份)")),
    _Rule("requests_carried_out", re.compile(rf"(?:结转|顺延)(?:至|到)?(?:下一?年度?|次年|\d{{4}}年度?){_FEW}{{0,12}}{_N}(?P<counter>件|宗|起|条|份)")),
    _Rule("requests_processed", re.compile(rf"(?:办结|答复|办理完毕){_FEW}{{0,10}}{_N}(?P<counter>件|宗|起|条|份)"), re.compile(r"复议|诉讼|审批|许可|热线|网民|提案|留言")),
    _Rule("reconsideration_total", re.compile(rf"行政复议(?!机关){_FEW}{{0,8}}{_N}(?P<counter>件|宗|起|次|例)"), re.compile(r"办结|审结")),
    _Rule("litigation_total", re.compile(rf"行政诉讼{_FEW}{{0,8}}{_N}(?P<counter>件|宗|起|次|例)")),
    _Rule("normative_documents_issued", re.compile(rf"(?:制发|制定|出台|印发|发布|制作)(?:行政)?规范性文件(?:共|共计)?{_N}(?P<counter>件|个|份)"), re.compile(r"现行有效|集中公开")),
    _Rule("normative_documents_issued", re.compile(rf"(?:制发|制定|出台|印发){_N}(?P<counter>件|个|份)(?:行政)?规范性文件")),
    _Rule("normative_documents_repealed", re.compile(rf"废止(?:行政)?(?:规范性文件)?(?:共|共计)?{_N}(?P<counter>件|个|份)")),
    _Rule("normative_documents_in_force", re.compile(rf"现行有效(?:的)?(?:行政)?(?:规范性文件)?(?:共|共计|有|为)?{_N}(?P<counter>件|个|份)")),
    _Rule("info_fee_notices", re.compile(rf"收费通知(?:书)?{_FEW}{{0,4}}{_N}(?P<counter>件|份|次)")),
    _Rule("info_fee_yuan", re.compile(rf"信息处理费{_FEW}{{0,14}}{_N}(?P<counter>元)")),
    _Rule("training_sessions", re.compile(rf"培训(?:班|会|活动)?(?:共|共计)?{_N}(?P<counter>次|期|场)")),
    _Rule("training_sessions", re.compile(rf"(?:开展|组织|举办){_FEW}{{0,14}}培训(?:班|会|活动)?{_FEW}{{0,3}}{_N}(?P<counter>次|期|场)")),
    _Rule("policy_interpretations", re.compile(rf"(?:政策)?解读(?:信息|材料|文件|文章|稿件)?(?:发布)?(?:共|共计)?{_N}(?P<counter>条|篇|件|次|份|个|期)")),
    _Rule("policy_interpretations", re.compile(rf"发布{_N}(?P<counter>条|篇|件|次|份|个|期)(?:政策)?解读")),
)  # fmt: skip

_NO = r"(?:暂?未|没有|没|无|暂无)"
_ZEROS = (
    ("requests_received", re.compile(rf"{_NO}(?:收到|接到|接收到|受理|接收|收|发生|产生)?[^，。；;]{{0,18}}(?:依申请|公开申请|公开的申请|申请公开|信息申请|申请件|申请)"), re.compile(r"[复诉]议|诉讼|收费|逾期|无正当|结转|投诉|理由|未经申请")),
    ("requests_received", re.compile(r"(?:依申请公开|公开申请)[^，。；;\d]{0,8}(?:零报告|零申请|为零)"), None),
    ("reconsideration_total", re.compile(rf"(?:{_NO}|不存在|未因)(?:收到|发生|产生|引发|出现|涉及|接到)?[^。；;]{{0,30}}行政复议"), re.compile(r"\d+(?:件|起|宗)[^，。；;]{0,4}$")),
    ("litigation_total", re.compile(rf"(?:{_NO}|不存在|未因)(?:收到|发生|产生|引发|出现|涉及|接到)?[^。；;]{{0,40}}(?:行政诉讼|提起诉讼)"), None),
    ("info_fee_yuan", re.compile(rf"(?:{_NO}|不|尚未|均未)[^，。；;\d]{{0,14}}(?:收取|收费|发生|产生|开展)?[^，。；;\d]{{0,10}}(?:信息处理费|信息公开处理费|信息公开收费)|信息处理费[^，。；;\d]{{0,10}}(?:未收取|未发生|暂未收取|为零|没有收取|无收取)"), re.compile(r"逾期")),
)  # fmt: skip
_COUNTERS = {"info_fee_yuan": "元"}


def find_claims(paragraphs: Iterable[Paragraph]) -> tuple[list[Claim], list[Problem]]:
    """Every claim met once. Said twice with different figures it is left out and reported."""
    met: dict[str, list[Claim]] = {}
    for paragraph in paragraphs:
        for claim in _in_paragraph(paragraph):
            met.setdefault(claim.claim, []).append(claim)
    claims: list[Claim] = []
    problems: list[Problem] = []
    for name, said in met.items():
        exact = [claim for claim in said if not claim.approximate] or said
        values = {claim.value for claim in exact}
        if len(values) == 1:
            claims.append(exact[0])
        else:
            told = "；".join(f"{claim.value}{claim.counter}（{claim.sentence}）" for claim in exact[:3])
            problems.append(
                Problem(
                    "claim_ambiguous",
                    f"正文对同一事项说了不同的数：{told}。没有采用，请对照原文确认。",
                    exact[1].locator,
                    name,
                )
            )
    return claims, problems


def _in_paragraph(paragraph: Paragraph) -> Iterator[Claim]:
    text = _SPACE_BY_DIGIT.sub("", unicodedata.normalize("NFKC", paragraph.text).replace(",", "，"))
    text = re.sub(r"(?<=\d)，(?=\d{3}(?!\d))", ",", text)
    for match in _SENTENCE.finditer(text):
        sentence = match[0].strip()
        if len(sentence) < 4:
            continue
        found: dict[str, Claim] = {}
        for name, value, counter, approximate in (*_ruled(sentence), *_published(sentence)):
            found.setdefault(name, Claim(name, value, counter, approximate, sentence, paragraph.locator))
        yield from found.values()


def _ruled(sentence: str) -> Iterator[tuple[str, Decimal, str, bool]]:
    for rule in _RULES:
        for match in rule.pattern.finditer(sentence):
            around = _clause_around(sentence, match.start(), match.end())
            if (rule.unless and rule.unless.search(around)) or _LAST_YEAR.search(around):
                continue
            value, approximate = _value(match)
            if value is not None:
                yield rule.claim, value, match["counter"], approximate
                break
    for name, pattern, unless in _ZEROS:
        match = pattern.search(sentence)
        if match and not (unless and unless.search(match[0])):
            yield name, Decimal(0), _COUNTERS.get(name, "件"), False


def _clause_around(sentence: str, start: int, end: int) -> str:
    left = max(sentence.rfind(mark, 0, start) for mark in "，。；") + 1
    rights = [at for at in (sentence.find(mark, end) for mark in "，。；") if at >= 0]
    right = min(rights, default=len(sentence))
    if sentence[end : end + 1] in "(（":
        right = max(right, sentence.find("）", end) + 1, sentence.find(")", end) + 1)
    return sentence[left:right]


def _published(sentence: str) -> Iterator[tuple[str, Decimal, str, bool]]:
    """Counts by channel: a number belongs to the channel named since the number before it."""
    if not _PUBLISHING.search(sentence) or _OTHER_YEARS.search(sentence):
        return
    carried = ""
    for clause in _CLAUSE.finditer(sentence):
        at = 0
        for match in _NUMBER.finditer(clause[0]):
            before = carried + clause[0][at : match.start()]
            at = match.end()
            carried = ""
            if match["counter"] not in _PUBLISHING_COUNTERS or _NOT_PUBLISHING.search(before):
                continue
            if _NOT_PUBLISHING.match(clause[0][match.end() : match.end() + 6]):
                continue
            name = _channel(before)
            value, approximate = _value(match)
            if name is not None and value is not None:
                yield name, value, match["counter"], approximate
        rest = clause[0][at:]
        carried = carried + rest if not at and _channel_names(rest) else ""


def _channel_names(text: str) -> list[str]:
    names = []
    for name, pattern in _CHANNELS:
        if pattern.search(text):
            names.append(name)
            text = pattern.sub("", text)
    return names


def _channel(before: str) -> str | None:
    names = _channel_names(before)
    if len(names) > 1:
        return "published_total" if _PUBLISHED_TOTAL.search(before) or "发布" in before or "公开" in before else None
    if names:
        several = re.search(r"等(?:多种|各类|各种)?(?:渠道|平台|方式|途径|载体|形式)", before)
        return "published_total" if several and "信息" in before.split(several[0])[-1] else names[0]
    return "published_total" if _PUBLISHED_TOTAL.search(before) else None


_DIGITS = dict(zip("〇零一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_PLACES = {"十": 10, "百": 100, "千": 1000}


def _value(match: re.Match[str]) -> tuple[Decimal | None, bool]:
    """The figure and whether it is approximate; 2.96万 is 29600."""
    text = match["number"].replace(",", "")
    value = Decimal(text) if text[0].isascii() else _chinese(text)
    if value is not None and match["wan"]:
        value *= 10_000
    return value, bool(match["about"] or match["more"] or match["more2"])


def _chinese(text: str) -> Decimal | None:
    total, digit = 0, 0
    for sign in text:
        if sign in _PLACES:
            total += (digit or 1) * _PLACES[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return Decimal(total + digit)
