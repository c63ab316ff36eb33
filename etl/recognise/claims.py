"""Figures the prose states, each with its sentence. What is not said stays unsaid; what is ambiguous is a Problem."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from etl.read import Paragraph
from etl.recognise.amounts import AMOUNT, COUNTED, LAST_YEAR, amount, normalised
from etl.recognise.channels import published
from etl.report import Claim, Problem

_SENTENCE = re.compile(r"[^。；;！\n]+[。；;！]?")


@dataclass(frozen=True, slots=True)
class _Rule:
    """`pattern` holds one of `words` (looked for first, because it is fast), an amount and its counter. The clause around it must not match `unless`; the whole sentence
    must not match `elsewhere`; and a figure other than 0 is no claim when the match itself is `joint` with another."""

    claim: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    elsewhere: re.Pattern[str] | None = None
    joint: re.Pattern[str] | None = None


_FEW = r"[^，。；;\d一二三四五六七八九十]"
_CASE = r"(?P<counter>件|宗|起|条|份|次|项)"
_DOCUMENT = r"(?P<counter>件|个|份)"
_GOT = r"(?:收到|受理|接收|新收|接到|接收到|办理|收)"
_OTHER_BUSINESS = r"审批|许可|窗口|大厅|热线|网民|提案|建议|救助|低保|证照|问政|留言"
_NOT_NEW = r"复议|诉讼|含上年|含.{0,6}结转|包括上年|答复|培训"
_N = AMOUNT


def _rule(claim: str, words: str, pattern: str, unless: str = "", elsewhere: str = "", joint: str = "") -> _Rule:
    compiled = (re.compile(text) if text else None for text in (unless, elsewhere, joint))
    return _Rule(claim, tuple(words.split()), re.compile(pattern), *compiled)


_RULES = (
    _rule("requests_received", "申请", rf"{_GOT}{_FEW}{{0,16}}公开(?:的)?申请(?:件|事项|共|数量?|总数)?{_FEW}{{0,5}}{_N}{_CASE}",
          f"{_OTHER_BUSINESS}|{_NOT_NEW}"),
    _rule("requests_received", "申请", rf"{_GOT}{_FEW}{{0,16}}申请(?:件|事项|共|数量?|总数)?{_FEW}{{0,5}}{_N}{_CASE}",
          _NOT_NEW, _OTHER_BUSINESS),
    _rule("requests_received", "申请", rf"{_GOT}(?:各类)?(?:公民)?{_N}{_CASE}(?:政府信息)?(?:依)?(?:信息)?(?:公开)?申请",
          _NOT_NEW, _OTHER_BUSINESS),
    _rule("requests_carried_in", "结转", rf"上一?年度?结转{_FEW}{{0,14}}{_N}{_CASE}"),
    _rule("requests_carried_out", "结转 顺延", rf"(?:结转|顺延)(?:至|到)?(?:下一?年度?|次年|\d{{4}}年度?){_FEW}{{0,12}}{_N}{_CASE}"),
    _rule("requests_processed", "办结 答复 办理完毕", rf"(?:办结|答复|办理完毕){_FEW}{{0,10}}{_N}(?P<counter>件|宗|起|条|份)",
          rf"复议|诉讼|{_OTHER_BUSINESS}"),
    _rule("reconsideration_total", "行政复议", rf"行政复议(?!机关){_FEW}{{0,12}}{_N}(?P<counter>件|宗|起|次|例)", "办结|审结", joint="诉讼"),
    _rule("litigation_total", "行政诉讼", rf"(?:复议[、和及或与])?行政诉讼{_FEW}{{0,8}}{_N}(?P<counter>件|宗|起|次|例)", joint="复议"),
    _rule("normative_documents_issued", "规范性文件",
          rf"(?:制发|制定|出台|印发|发布|制作)(?:的)?(?:行政)?规范性文件(?:共|共计)?{_N}{_DOCUMENT}", "现行有效|集中公开"),
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

_NO = r"(?:暂?未|没有|没|暂?无(?!障碍|论|偿|线|人|纸))"
_HAPPENED = r"(?:收到|发生|产生|引发|出现|涉及|接到|因)?"
_NEVER = rf"(?:{_NO}|不存在|零)"
_DENIAL = re.compile(r"[未没无零不].*(?:申请|复议|诉讼|规范性文件|废止|费)|(?:申请|费).*(?:零|未|无)")
# A statement that there was none: the claim, the statement, what must not stand inside it, what must not follow it.
_NONE: tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None, re.Pattern[str] | None], ...] = (
    ("requests_received",
     re.compile(rf"{_NO}(?:收到|接到|接收到|受理|接收|收|发生|产生)?[^，。；;]{{0,18}}?(?:依申请|公开申请|公开的申请|申请公开|信息申请|申请件|申请)"),
     re.compile(r"[复诉]议|诉讼|收费|收取|逾期|无正当|结转|投诉|理由|未经申请|因"),
     re.compile(r"[^，。；、和及或]{0,12}(?:费|复议|诉讼|纠纷|投诉|引发)")),
    ("requests_received", re.compile(r"(?:依申请公开|公开申请)[^，。；;\d]{0,8}(?:零报告|零申请|为零)"), None, None),
    ("reconsideration_total", re.compile(rf"{_NEVER}{_HAPPENED}[^，。；;\d]{{0,30}}行政复议"), None, None),
    ("litigation_total", re.compile(rf"{_NEVER}{_HAPPENED}[^，。；;\d]{{0,40}}(?:行政诉讼|提起诉讼)"), None, None),
    ("normative_documents_issued",
     re.compile(rf"{_NO}(?:新)?(?:制发|制定|出台|印发|发布)[^，。；;\d]{{0,6}}规范性文件"), None, None),
    ("normative_documents_repealed", re.compile(rf"{_NO}(?:(?:新)?(?:制发|制定)[、和或及])?废止"), None, None),
    ("info_fee_yuan",
     re.compile(rf"(?:{_NO}|不|尚未|均未)[^，。；;\d]{{0,14}}(?:收取|收费|发生|产生|开展)?[^，。；;\d]{{0,10}}(?:信息处理费|信息公开处理费|信息公开收费)"
                r"|信息处理费[^，。；;\d]{0,10}(?:未收取|未发生|暂未收取|为零|没有收取|无收取)"
                r"|(?:政府信息|依申请|信息公开)[^，。；;\d]{0,12}(?:暂不收费|不收费|未收费|(?:不|未|没有)收取(?:任何)?费用)"),
     re.compile(r"逾期"), None),
)  # fmt: skip


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
        if len({claim.value for claim in exact}) == 1:
            claims.append(exact[0])
        else:
            problems.append(_ambiguous(name, exact))
    return claims, problems


def _ambiguous(name: str, said: list[Claim]) -> Problem:
    told = "；".join(f"{claim.value}{claim.counter}（{claim.sentence}）" for claim in said[:3])
    message = f"正文有几个数都可能是同一事项：{told}。没有采用，请对照原文确认。"
    return Problem("claim_ambiguous", message, said[1].locator, name)


def _in_paragraph(paragraph: Paragraph) -> Iterator[Claim]:
    for match in _SENTENCE.finditer(normalised(paragraph.text)):
        sentence = match[0].strip()
        found: dict[str, Claim] = {}
        for name, value, counter, approximate in _claims_of(sentence):
            found.setdefault(name, Claim(name, value, counter, approximate, sentence, paragraph.locator))
        yield from found.values()


def _claims_of(sentence: str) -> Iterator[tuple[str, Decimal, str, bool]]:
    counts = COUNTED.search(sentence) is not None
    if counts:
        yield from _stated(sentence)
    if _DENIAL.search(sentence):
        yield from _denied(sentence)
    if counts:
        yield from published(sentence)


def _stated(sentence: str) -> Iterator[tuple[str, Decimal, str, bool]]:
    for rule in _RULES:
        if not any(word in sentence for word in rule.words):
            continue
        if rule.elsewhere and rule.elsewhere.search(sentence):
            continue
        for match in rule.pattern.finditer(sentence):
            around = _clause_around(sentence, match.start(), match.end())
            if (rule.unless and rule.unless.search(around)) or LAST_YEAR.search(around):
                continue
            value, approximate = amount(match)
            if value and rule.joint and rule.joint.search(match[0]):
                continue
            yield rule.claim, value, match["counter"], approximate
            break


def _denied(sentence: str) -> Iterator[tuple[str, Decimal, str, bool]]:
    for name, pattern, inside, after in _NONE:
        match = pattern.search(sentence)
        if match is None or (inside and inside.search(match[0])):
            continue
        if after is None or not after.match(sentence, match.end()):
            yield name, Decimal(0), "元" if name == "info_fee_yuan" else "件", False


def _clause_around(sentence: str, start: int, end: int) -> str:
    left = max(sentence.rfind(mark, 0, start) for mark in "，。；") + 1
    rights = [at for at in (sentence.find(mark, end) for mark in "，。；") if at >= 0]
    right = min(rights, default=len(sentence))
    if sentence[end : end + 1] in {"(", "（"}:
        right = max(right, sentence.find("）", end) + 1, sentence.find(")", end) + 1)
    return sentence[left:right]
