"""What a card's figures mean, from the metric dictionary, for the tooltip beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard import db
from dashboard.provenance import Address
from dashboard.words import plain

_MOST = 6


def of_addresses(addresses: Iterable[str]) -> str:
    """Definition, formula, unit and comparable years of each measure behind these addresses, as Markdown; "" for none."""
    parsed = (Address.parse(address) for address in addresses if address)
    items = tuple(sorted({address.item for address in parsed if address.kind in ("measure", "median")}))
    if not items:
        return ""
    rows = db.rows("SELECT * FROM measure WHERE list_contains($items, measure) ORDER BY position", {"items": items})
    lines = [_line(row) for row in rows[:_MOST]]
    if len(rows) > _MOST:
        lines.append(f"另有 {len(rows) - _MOST} 项，见“口径与帮助”的指标字典。")
    return "\n\n".join(lines)


def _line(row: dict[str, Any]) -> str:
    small = f"分母不足 {row['smallest_n']} 件时只写件数，不写百分比。" if row["smallest_n"] else ""
    words = f"{row['definition']}（{row['unit']}）。算法：{row['formula']}。{small}{years(row['editions'])}"
    return f"**{plain(row['name'])}**：{plain(words)}"


def years(editions: list[str]) -> str:
    """In which report years a measure can be compared, as a sentence; the prose is not bound to an edition of the form."""
    if not editions:
        return "正文里的数，各年都可以比。"
    held = [row for row in db.rows("SELECT * FROM form_edition ORDER BY first_year") if row["form"] in editions]
    first, last = held[0]["first_year"], held[-1]["last_year"]
    return f"{first} 年度起可比。" if last > 9000 else f"只有 {first}—{last} 年度可比。"
