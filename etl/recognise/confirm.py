"""Figures that a program guessed from a picture: believed where the form's sums bear them out, asked of a person elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from etl.form import FormTable
from etl.report import Fact, FactState, Problem


def confirmed(table: FormTable, facts: Mapping[str, Fact]) -> tuple[dict[str, Fact], list[Problem]]:
    """The table's facts, each guessed figure that no sum confirms turned unreadable, and one problem that counts them.

    A sum confirms its figures when every one of them was read and it holds; a figure that stands in a sum that fails
    is not confirmed by another one.
    """
    if all(fact.confidence is None for fact in facts.values()):
        return dict(facts), []
    held: set[str] = set()
    broken: set[str] = set()
    for total, parts in _sums(table, facts):
        members = [facts.get(name) for name in (total, *parts)]
        values = [fact.value for fact in members if fact is not None and fact.value is not None]
        if len(values) == len(parts) + 1:
            (held if values[0] == sum(values[1:], Decimal(0)) else broken).update((total, *parts))
    found: dict[str, Fact] = {}
    asked: list[Fact] = []
    for name, fact in facts.items():
        guessed = fact.state is FactState.REPORTED and fact.confidence is not None
        if guessed and (name not in held or name in broken):
            fact = fact._replace(state=FactState.UNREADABLE, value=None)
            asked.append(fact)
        found[name] = fact
    if not asked:
        return found, []
    shown = "、".join(f"{fact.cell.split('/', 1)[1]} 认作“{fact.raw}”" for fact in asked[:3])
    message = f"{table.label}：有 {len(asked)} 格是从图片上识别的，没有合计能证实，没有采用（{shown}等）。请对照原文逐格确认。"
    return found, [Problem("cells_unconfirmed", message, asked[0].locator, asked[0].raw)]


def _sums(table: FormTable, facts: Mapping[str, Fact]) -> Iterator[tuple[str, list[str]]]:
    """Every total the form implies, with its parts; a row printed in place of others counts instead of them."""
    variants = [row for row in table.variant_rows if any(name.split("/")[1] == row.id for name in facts)]
    gone = {name for row in variants for name in row.replaces}
    for block in table.blocks:
        for row in (*(row for row in block.rows if row.id not in gone), *variants):
            for column in block.columns:
                name = f"{table.id}/{row.id}/{column.id}"
                if column.total_of:
                    yield name, [f"{table.id}/{row.id}/{part}" for part in column.total_of]
                parts = [part for part in row.total_of if part not in gone]
                parts += [other.id for other in variants if set(other.replaces) & set(row.total_of)]
                if row.total_of:
                    yield name, [f"{table.id}/{part}/{column.id}" for part in parts]
