"""Numbers as prose writes them: 1,867余条, 2.96万条, 三百二十件."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_SPACE_INSIDE = re.compile(
    r"(?<=\d)\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s+(?=\d)|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])"
)
_THOUSANDS = re.compile(r"，(?<=\d，)(?=\d{3}(?!\d))")
_STRAY_COMMA = re.compile(r"，(?<=信息，)(?=\d)")
_DIGIT, _CHINESE = "〇零一二两三四五六七八九", "〇零一二两三四五六七八九十百千"
# 数百, 几十, 二三十, 一百二 name no number; 第二十条 and 30-50条 count nothing.
_CHINESE_NUMBER = (
    rf"(?<![\d.第数几亿万{_CHINESE}])(?![一二两三四五六七八九]{{2}}[十百千])[{_DIGIT}十][{_CHINESE}]*(?:万[{_CHINESE}]+)?"
    r"(?<![百千万][一二三四五六七八九])"
)
# The figure, and what makes it approximate or ten thousandfold. A counter follows in every pattern that uses it.
AMOUNT = (
    rf"(?P<about>约|近|超过|超|逾|大约)?(?P<number>(?<![\d.第])(?<!\d[-~～—/])(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"|{_CHINESE_NUMBER})(?P<more>余|多)?(?P<wan>万)?(?P<more2>余|多)?"
)
PROSE_NUMBER = re.compile(rf"{AMOUNT}(?P<counter>条次|件次|批次|条|件|篇|次|份|期|起|宗|项|个|场|元|批)")
# What every pattern of a count holds; looked for first, because most sentences count nothing.
COUNTED = re.compile(rf"[\d{_CHINESE}](?:余|多)?万?(?:余|多)?[条件篇次份期起宗项个场元批例]")
# One number is not told when its clause speaks of another year; none from the place on that speaks of many years.
LAST_YEAR = re.compile(r"上年同期|去年|同比|较上年|比上年|较\d{4}年|上一?年度?(?=收到|受理|接收|公开|发布|制发)")
OTHER_YEARS = re.compile(
    r"历年|近[两二三四五六七八九十]年|[两二三四五六七八九十]年来|(?:自|从).{0,12}以来|\d{4}年[^，]{0,8}以来|以来累计|(?:到|截至|截止)(?:目前|现在)|至今"
)
_DIGITS = dict(zip("〇零一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_PLACES = {"十": 10, "百": 100, "千": 1000}


def normalised(text: str) -> str:
    """Half-width, no spaces next to Chinese, Chinese commas; a comma between thousands stays a plain one."""
    text = unicodedata.normalize("NFKC", text).replace(",", "，")
    if len(text.split()) > 1:
        text = _SPACE_INSIDE.sub("", text)
    return _STRAY_COMMA.sub("", _THOUSANDS.sub(",", text))


def amount(match: re.Match[str]) -> tuple[Decimal, bool]:
    """The figure of a match of AMOUNT, and whether it is approximate; 2.96万 is 29600."""
    text = match["number"].replace(",", "")
    value = Decimal(text) if text[0].isascii() else Decimal(_chinese(text))
    if match["wan"]:
        value *= 10_000
    return value, bool(match["about"] or match["more"] or match["more2"])


def _chinese(text: str) -> int:
    if "万" in text:
        above, _, below = text.partition("万")
        return _chinese(above) * 10_000 + _chinese(below)
    if not _PLACES.keys() & set(text):
        return int("".join(str(_DIGITS[sign]) for sign in text))
    total, digit = 0, 0
    for sign in text:
        if sign in _PLACES:
            total += (digit or 1) * _PLACES[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + digit
