"""Figures the prose states, each with its sentence. What is not said stays unsaid; what is ambiguous is a Problem."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from etl.read import Paragraph
from etl.recognise.amounts import AMOUNT, COUNTED, LAST_YEAR, OTHER_YEARS, amount, normalised
from etl.recognise.channels import Said, published
from etl.report import Claim, Problem
from etl.source import Locator

_SENTENCE = re.compile(r"[^。；;！\n]+[。；;！]?")
_PRINTED = re.compile(
    r"[^。｡；;\n]+[。｡；;]?"
)  # the same before signs are made equal, when ； is no other than ; and ！ is none
_LONG_LINE = 25  # characters; a shorter line of a text file was not broken for want of room
_ENDS_A_LINE = tuple("。；：！？;:!?|")
_BEGINS_A_PARAGRAPH = re.compile(
    r"[\s　]*(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|第[一二三四五六]|[一二三四五六]是|[#|])"
)
_PART_OF_IT = re.compile(r"其中|包括|[（(]")


@dataclass(frozen=True, slots=True)
class _Rule:
    """`pattern` holds one of `words` (looked for first, because it is fast), an amount and its counter. The clause around
    it must not match `unless`, the clause up to it not `partly`, what follows it not `split`; the whole sentence must
    not match `elsewhere`; and a figure other than 0 is no claim when the match itself is `joint` with another."""

    claim: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    elsewhere: re.Pattern[str] | None = None
    joint: re.Pattern[str] | None = None
    partly: re.Pattern[str] | None = None
    split: re.Pattern[str] | None = None


_FEW = r"[^，。；;\d一二三四五六七八九十]"
_CASE = r"(?P<counter>件|宗|起|条|份|次|项)"
_DOCUMENT = r"(?P<counter>件|个|份)"
_GOT = r"(?P<got>新收|收到|接收到|接收|接到|受理|办理|收)"
_BETTER = ("新收", "收到", "接收到", "接收", "接到", "收", "受理", "办理")  # 收到12件，办理10件: received are 12
_OTHER_BUSINESS = r"审批|许可|窗口|大厅|热线|网民|提案|建议|救助|低保|证照|问政|留言|政务服务"
_NOT_NEW = r"复议|诉讼|含上年|含.{0,6}结转|包括上年|答复|培训"
_N = AMOUNT
# Reviews and suits that are not this organ's own about disclosure: those it decides on for others, those of another
# cause, and what is taught or watched about them.
_OTHER_CAUSE = r"(?:因|不服)(?![^，。；]{0,12}(?:信息|公开|答复|此))[^，。；]{2,}"
_OTHER_DISPUTES = (
    rf"^(?!.*信息公开).*(?:审理|受理|办理|承办|代理|指导)|办结|审结|{_OTHER_CAUSE}"
    r"|旁听|庭审|出庭|培训|宣传|讲座|学习|知识|听证|座谈|观摩|普法"
)
_NOT_DISCLOSURE = r"(?:与|不涉及|不属于)[^，。；]{0,8}信息公开[^，。；]{0,6}(?:无关|$|[，。；])"


def _rule(
    claim: str,
    words: str,
    pattern: str,
    unless: str = "",
    elsewhere: str = "",
    joint: str = "",
    partly: str = "",
    split: str = "",
) -> _Rule:
    compiled = (re.compile(text) if text else None for text in (unless, elsewhere, joint, partly, split))
    return _Rule(claim, tuple(words.split()), re.compile(pattern), *compiled)


def _received(pattern: str, unless: str = _NOT_NEW, elsewhere: str = _OTHER_BUSINESS) -> _Rule:
    """Neither a quarter's nor one way's requests, nor a total that says it holds those of the year before."""
    partly = r"网上|网络|邮寄|邮件|信函|当面|在线|现场|季度|[上下]半年|\d月份|通过(?!各|多)|[^，]网站"
    split = r"[，、；（(]*(?:其中|包括|包含|含)[^。；]{0,14}(?:新收|结转)"
    return _rule("requests_received", "申请", pattern, unless, elsewhere, "", partly, split)


_END = r"(?P<counter>)(?=[，。；、（(]|$)"
_RULES = (
    _received(rf"{_GOT}{_FEW}{{0,16}}公开(?:的)?申请(?:件|事项|共|数量?|总数)*[:：]?{_FEW}{{0,5}}{_N}{_CASE}",
              f"{_OTHER_BUSINESS}|{_NOT_NEW}", ""),
    _received(rf"{_GOT}{_FEW}{{0,16}}申请(?:件|事项|共|数量?|总数)*[:：]?{_FEW}{{0,5}}{_N}{_CASE}"),
    _received(rf"{_GOT}(?:各类)?(?:公民)?{_N}{_CASE}(?:政府信息)?(?:依)?(?:信息)?(?:公开)?申请"),
    _received(rf"(?P<got>新收){_FEW}{{0,10}}{_N}{_CASE}"),
    _received(rf"{_GOT}{_FEW}{{0,10}}申请(?:数|数量)?{_N}{_END}"),
    _received(rf"{_GOT}{_N}(?P<counter>)申请"),
    _rule("requests_carried_in", "结转", rf"上一?年度?结转{_FEW}{{0,14}}{_N}{_CASE}"),
    _rule("requests_carried_out", "结转 顺延", rf"(?:结转|顺延)(?:至|到)?(?:下一?年度?|次年|\d{{4}}年度?){_FEW}{{0,12}}{_N}{_CASE}"),
    _rule("requests_carried_out", "结转 顺延", rf"{_N}{_CASE}(?:申请)?{_FEW}{{0,8}}(?:结转|顺延)(?:至|到)?(?:下一?年度?|次年)"),
    _rule("requests_processed", "办结 答复 办理完毕", rf"(?:办结|答复|办理完毕){_FEW}{{0,10}}{_N}(?P<counter>件|宗|起|条|份)",
          rf"复议|诉讼|{_OTHER_BUSINESS}"),
    _rule("reconsideration_total", "行政复议", rf"行政复议(?!机关|法){_FEW}{{0,12}}{_N}(?P<counter>件|宗|起|次|例)",
          _OTHER_DISPUTES, _NOT_DISCLOSURE, joint="诉讼"),
    _rule("litigation_total", "行政诉讼", rf"(?:复议[、和及或与])?行政诉讼(?!法){_FEW}{{0,8}}{_N}(?P<counter>件|宗|起|次|例)",
          _OTHER_DISPUTES, _NOT_DISCLOSURE, joint="复议"),
    _rule("normative_documents_issued", "规范性文件",
          rf"(?:制发|制定|出台|印发|发布|制作)(?:的)?(?:行政)?规范性文件(?:共|共计)?{_N}{_DOCUMENT}", "现行有效|集中公开|公开发布"),
    _rule("normative_documents_issued", "规范性文件", rf"(?:制发|制定|出台|印发){_N}{_DOCUMENT}(?:行政)?规范性文件"),
    _rule("normative_documents_repealed", "废止", rf"废止(?:行政)?(?:规范性文件)?(?:共|共计)?{_N}{_DOCUMENT}"),
    _rule("normative_documents_in_force", "现行有效",
          rf"现行有效(?:的)?(?:行政)?(?:规范性文件)?(?:共|共计|有|为)?{_N}{_DOCUMENT}"),
    _rule("info_fee_notices", "收费通知", rf"收费通知(?:书)?{_FEW}{{0,4}}{_N}(?P<counter>件|份|次)"),
    _rule("info_fee_yuan", "实际收取", rf"实际收取(?:的)?(?:总金额|金额|信息处理费|费用)?(?:为|共|共计)?{_N}(?P<counter>元)"),
    _rule("info_fee_yuan", "信息处理费", rf"信息处理费{_FEW}{{0,14}}{_N}(?P<counter>元)"),
    _rule("training_sessions", "培训", rf"培训(?:班|会|活动)?(?:共|共计)?{_N}(?P<counter>次|期|场)"),
    _rule("training_sessions", "培训", rf"(?:开展|组织|举办){_FEW}{{0,14}}培训(?:班|会|活动)?{_FEW}{{0,3}}{_N}(?P<counter>次|期|场)"),
    _rule("policy_interpretations", "解读",
          rf"(?:政策)?解读(?:信息|材料|文件|文章|稿件)?(?:发布)?(?:共|共计)?{_N}(?P<counter>条|篇|件|次|份|个|期)"),
    _rule("policy_interpretations", "解读", rf"发布{_N}(?P<counter>条|篇|件|次|份|个|期)(?:政策)?解读"),
)  # fmt: skip

_BARE = re.compile(r"申请\D{0,3}\d|\d申请")  # a number without a counter

_NO = r"(?:暂?未|没有|没|暂?无(?!障碍|论|偿|线|人|纸))"
_HAPPENED = r"(?:收到|发生|产生|引发|出现|涉及|接到|因)?"
_NEVER = rf"(?:{_NO}|不存在|零)"
_DENIAL = re.compile(
    r"[未没无零不].*(?:申请|要求公开|复议|诉讼|规范性文件|废止|费)|(?:申请|费).*(?:零|未|无)|申请\D{0,12}0(?![\d.])"
)
# What is denied of one sort of request, or of one way to hand it in, is not denied of all.
_ONE_SORT = r"重复|信访|投诉|举报|咨询|隐私|秘密|第三方|逾期|大量|反复|出版物|其[他它](?!组织|机构|单位|个人)"
_WAY = re.compile(r"信函|邮寄|邮件|邮箱|网上|网络|网站|在线|线上|线下|当面|现场|窗口|传真")
_PART_OF_YEAR = re.compile(r"季度|[上下]半年|月份")
_EVERY_WAY = re.compile(r"任何|各|所有|等|均")
# A statement that there was none: the claim, the statement, what must not stand inside it, what must not follow it.
_NONE: tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None, re.Pattern[str] | None], ...] = (
    ("requests_received",
     re.compile(rf"{_NO}(?:收到|接到|接收到|受理|接收|收|发生|产生)?[^，。；;]{{0,24}}?(?:依申请|公开申请|公开的申请|申请公开|信息申请|申请件|申请|(?<=要求)公开)"),
     re.compile(rf"[复诉]议|诉讼|收费|收取|无正当|结转|理由|未经申请|因|{_ONE_SORT}"),
     re.compile(r"人|[^，。；、和及或]{0,12}(?:费|复议|诉讼|纠纷|投诉|引发|隐私|秘密|第三方)")),
    ("requests_received", re.compile(r"(?:依申请公开|公开申请)[^，。；;\d]{0,8}(?:零报告|零申请|为零)"), None, None),
    ("requests_received",
     re.compile(r"依申请(?:公开)?(?:的|政府信息)?(?:申请|事项|件|数量?|为|共|均为)*0(?![\d.])"), None, re.compile("元|余|多|万")),
    ("reconsideration_total", re.compile(rf"{_NEVER}{_HAPPENED}[^，。；;\d]{{0,30}}行政复议"), re.compile(_OTHER_CAUSE), None),
    ("litigation_total", re.compile(rf"{_NEVER}{_HAPPENED}[^，。；;\d]{{0,40}}(?:行政诉讼|提起诉讼)"), re.compile(_OTHER_CAUSE), None),
    ("normative_documents_issued",
     re.compile(rf"{_NO}(?:新)?(?:制发|制定|出台|印发|发布)[^，。；;\d]{{0,6}}规范性文件"), None, None),
    ("normative_documents_repealed", re.compile(rf"{_NO}(?:(?:新)?(?:制发|制定)[、和或及])?废止"), None, None),
    ("info_fee_yuan",
     re.compile(rf"(?:{_NO}|不|尚未|均未)[^，。；;\d]{{0,14}}(?:收取|收费|发生|产生|开展)?[^，。；;\d]{{0,10}}(?:信息处理费|信息公开处理费|信息公开收费)"
                r"|信息处理费[^，。；;\d]{0,10}(?:未收取|未发生|暂未收取|为零|没有收取|无收取)"
                r"|(?:政府信息|依申请|信息公开)[^，。；;\d]{0,12}(?:暂不收费|不收费|未收费|(?:不|未|没有)收取(?:任何)?费用)"),
     re.compile(r"逾期|缴纳"), None),
)  # fmt: skip


def find_claims(paragraphs: Iterable[Paragraph]) -> tuple[list[Claim], list[Problem]]:
    """Every claim met once, its sentence as printed. Said twice with different figures it is left out and reported."""
    met: dict[str, list[Claim]] = {}
    for sentence, printed, place in _sentences(paragraphs):
        for said in _whole(_said_in(sentence), sentence):
            claim = Claim(said.claim, said.value, said.counter, said.approximate, printed, place)
            met.setdefault(claim.claim, []).append(claim)
    claims: list[Claim] = []
    problems: list[Problem] = []
    for name, told in met.items():
        exact = [claim for claim in told if not claim.approximate] or told
        if len({claim.value for claim in exact}) == 1:
            claims.append(exact[0])
        else:
            problems.append(_ambiguous(name, exact))
    return claims, problems


def _ambiguous(name: str, told: list[Claim]) -> Problem:
    words = "；".join(f"{claim.value}{claim.counter}（{claim.sentence}）" for claim in told[:3])
    message = f"正文有几个数都可能是同一事项：{words}。没有采用，请对照原文确认。"
    return Problem("claim_ambiguous", message, told[1].locator, name)


def _sentences(paragraphs: Iterable[Paragraph]) -> Iterator[tuple[str, str, Locator]]:
    """Sentences, normalised and as printed, with the place where each begins; lines of a text file that were broken
    inside one are put together."""
    lines = [paragraph for paragraph in paragraphs if paragraph.text.strip()]
    joins = [False, *(_goes_on(line, after) for line, after in pairwise(lines))]
    text, printed, places = "", "", list[tuple[int, Locator]]()
    for line, is_joined in zip(lines, joins, strict=True):
        if not is_joined:
            yield from _cut(text, printed, places)
            text, printed, places = "", "", []
        places.append((len(text), line.locator))
        text += normalised(line.text).strip()
        printed += line.text.strip()
    yield from _cut(text, printed, places)


def _cut(text: str, printed: str, places: list[tuple[int, Locator]]) -> Iterator[tuple[str, str, Locator]]:
    found = list(_SENTENCE.finditer(text))
    as_printed = [each.strip() for each in _PRINTED.findall(printed)]
    if len(as_printed) != len(found):  # signs that fall away or come apart when made equal
        as_printed = [match[0].strip() for match in found]
    for match, words in zip(found, as_printed, strict=True):
        sentence = match[0].lstrip()
        begins = match.end() - len(sentence)
        yield sentence.rstrip(), words, next(place for at, place in reversed(places) if at <= begins)


def _goes_on(line: Paragraph, after: Paragraph) -> bool:
    above, below = line.text.rstrip(), after.text.lstrip("\u3000 ")
    return (
        line.locator.page is None
        and line.locator.line is not None
        and after.locator.line == line.locator.line + 1
        and after.text[:1] not in "\u3000 "
        and len(above) >= _LONG_LINE
        and not above.endswith(_ENDS_A_LINE)
        and not (above[-1].isdigit() and below[0].isdigit())
        and not any(mark in above + below for mark in "|\t")
        and not _BEGINS_A_PARAGRAPH.match(below)
    )


def _whole(said: list[Said], sentence: str) -> Iterator[Said]:
    """What a sentence says of each claim, without the parts of a figure already told (其中…)."""
    for name in dict.fromkeys(one.claim for one in said):
        of_it = sorted((one for one in said if one.claim == name), key=lambda one: one.start)
        first = of_it[0]
        yield first
        seen = {first.value}
        for one in of_it[1:]:
            if one.value not in seen and not _PART_OF_IT.search(sentence, first.start, one.start):
                seen.add(one.value)
                yield one


def _said_in(sentence: str) -> list[Said]:
    is_counted = COUNTED.search(sentence) is not None
    said = list(_stated(sentence)) if is_counted or _BARE.search(sentence) else []
    if _DENIAL.search(sentence):
        said += _denied(sentence)
    if is_counted:
        said += published(sentence)
    return said


def _stated(sentence: str) -> Iterator[Said]:
    received: list[tuple[str, Said]] = []
    for rule in _RULES:
        if not any(word in sentence for word in rule.words):
            continue
        if rule.elsewhere and rule.elsewhere.search(sentence):
            continue
        for match in rule.pattern.finditer(sentence):
            if not _holds(rule, sentence, match):
                continue
            value, approximate = amount(match)
            if value and rule.joint and rule.joint.search(match[0]):
                continue
            said = Said(rule.claim, value, match["counter"], approximate, match.start("number"))
            if rule.claim == "requests_received":
                received.append((match["got"], said))
            else:
                yield said
    best = min((_BETTER.index(got) for got, _ in received), default=0)
    yield from (said for got, said in received if _BETTER.index(got) == best)


def _holds(rule: _Rule, sentence: str, match: re.Match[str]) -> bool:
    around, left = _clause_around(sentence, match.start(), match.end())
    if OTHER_YEARS.search(around):
        return False
    if (rule.unless and rule.unless.search(around)) or LAST_YEAR.search(around):
        return False
    if rule.partly and rule.partly.search(sentence, left, match.end()):
        return False
    return not (rule.split and rule.split.match(sentence, match.end()))


def _denied(sentence: str) -> Iterator[Said]:
    for name, pattern, inside, after in _NONE:
        for match in pattern.finditer(sentence):
            is_partial = name == "requests_received" and _is_partial(sentence, match)
            if is_partial or (inside and inside.search(match[0])) or (after and after.match(sentence, match.end())):
                continue
            yield Said(name, Decimal(0), "元" if name == "info_fee_yuan" else "件", False, match.start())
            break


def _is_partial(sentence: str, match: re.Match[str]) -> bool:
    """Whether the denial, or its clause up to there, names one way to hand requests in and no other, or a part of the year."""
    _, left = _clause_around(sentence, match.start(), match.end())
    said = sentence[left : match.end()]
    return not _EVERY_WAY.search(said) and (len(set(_WAY.findall(said))) == 1 or bool(_PART_OF_YEAR.search(said)))


def _clause_around(sentence: str, start: int, end: int) -> tuple[str, int]:
    """The clause with these places in it, a bracket that follows them included; and where it begins."""
    left = max(sentence.rfind(mark, 0, start) for mark in "，。；") + 1
    rights = [at for at in (sentence.find(mark, end) for mark in "，。；") if at >= 0]
    right = min(rights, default=len(sentence))
    if sentence[end : end + 1] in {"(", "（"}:
        right = max(right, sentence.find("）", end) + 1, sentence.find(")", end) + 1)
    return sentence[left:right], left
