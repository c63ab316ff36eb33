"""How a figure, a share, a difference and a state must be written on a page: a second hand, not that of dashboard/."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

# What stands in place of a figure, and what the state is called; in the order in which a sum names who is missing.
WORDS = {
    "not_filed": ("未报", "未报"), "unreadable": ("待核", "待核"), "blank": ("空", "空白"), "slash": ("／", "不适用"),
    "not_collected": ("未收集", "未收集"), "not_comparable": ("—", "不可比"),
}  # fmt: skip
NONE = "—"  # in place of a difference that there is not
LEAST_BASE = 10  # a change of less than this is told as a number alone


def number(value: Decimal | Fraction) -> str:
    """With thousands set apart, a true minus sign, and every decimal that is not a mere zero at the end."""
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    whole, _, decimals = f"{value:,f}".replace("-", "−").partition(".")
    return f"{whole}.{decimals.rstrip('0')}".rstrip(".")


def percent(share: Fraction) -> str:
    """One decimal, half upwards."""
    return f"{_tenths(share)}%"


def signed(value: Decimal | Fraction) -> str:
    """+3, −2, 0."""
    return f"+{number(value)}" if value > 0 else number(value)


def change(first: Decimal, last: Decimal, *, is_rough: bool = False) -> str:
    """+30（+12.5%）: in percent where the base is large enough and something of it is left after rounding."""
    if first == last:
        return "0"
    text = signed(last - first)
    part = Fraction(last - first) / Fraction(first) if first >= LEAST_BASE else Fraction()
    if _tenths(abs(part)):
        text += f"（{text[0]}{percent(abs(part))}）"
    return f"约{text}" if is_rough else text


def points(first: Fraction, last: Fraction) -> str:
    """+5.0 个百分点: how far two shares are apart."""
    if first == last:
        return "0 个百分点"
    tenths = _tenths(abs(last - first))
    return f"{'+' if last > first else '−'}{tenths} 个百分点" if tenths else "不到 0.1 个百分点"


def _tenths(share: Fraction) -> Decimal:
    exact = Decimal(share.numerator * 100) / Decimal(share.denominator)
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
