"""YAML → Form. What is incomplete or said twice is refused, with file, key and remedy in the message."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from etl.form.model import Aspect, Block, Column, Form, FormCell, FormTable, Row, SectionSpec
from etl.strict_yaml import RepeatedKeyError, StrictLoader

LAYOUTS = ("blocks", "rows", "single_line")
_ID = re.compile(r"[a-z][a-z0-9_]*")


class FormError(ValueError):
    """A form file cannot be used; the message names the file, the key and the remedy."""


@cache
def load_forms() -> dict[str, Form]:
    """Every edition that ships with the package, by edition, oldest first."""
    folder = Path(str(resources.files("etl.form")))
    forms = [load_form(path) for path in sorted(folder.glob("*.yaml"))]
    return {form.edition: form for form in forms}


def load_form(path: Path) -> Form:
    """One edition from its file. Raises FormError, with the remedy, on anything missing, unknown or repeated."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=StrictLoader)
    except yaml.YAMLError as error:
        raise FormError(f"{path.name}：不是有效的 YAML（{error}）。请检查缩进和引号。") from error
    except RepeatedKeyError as error:
        raise FormError(f"{path.name} {error}") from None
    return _Reading(path.name).form(data)


class _Reading:
    """One pass over one file; knows its name so that every message can say it."""

    def __init__(self, file: str) -> None:
        self.file = file

    def fail(self, key: str, message: str) -> FormError:
        return FormError(f"{self.file} 的 {key}：{message}")

    def need(self, entry: Any, key: str, where: str, kind: type) -> Any:
        if not isinstance(entry, dict) or key not in entry:
            raise self.fail(f"{where}.{key}", f"缺少这一项。请补上 {key}。")
        if not isinstance(entry[key], kind):
            raise self.fail(f"{where}.{key}", f"应为{_KIND_NAMES[kind]}，实为“{entry[key]}”。请改写。")
        return entry[key]

    def known_keys(self, entry: dict, where: str, *known: str) -> None:
        for key in entry:
            if key not in known:
                raise self.fail(f"{where}.{key}", f"不认识这个键。可用的键是 {'、'.join(known)}，请检查拼写。")

    def identifier(self, entry: Any, where: str) -> str:
        name = self.need(entry, "id", where, str)
        if not _ID.fullmatch(name):
            raise self.fail(f"{where}.id", f"“{name}”应为小写英文字母、数字和下划线。请改名。")
        return name

    def strings(self, entry: dict, key: str, where: str) -> tuple[str, ...]:
        values = entry.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
            raise self.fail(f"{where}.{key}", "应为文字的列表，如 [甲, 乙]。请改写。")
        if len(set(values)) != len(values):
            raise self.fail(f"{where}.{key}", "同一个词写了两次。请删去重复的。")
        return tuple(values)

    def distinct(self, ids: list[str], where: str) -> None:
        for position, name in enumerate(ids):
            if name in ids[:position]:
                raise self.fail(where, f"“{name}”出现了两次。编号必须各不相同，请改名或删去一个。")

    def form(self, data: Any) -> Form:
        where = "顶层"
        edition = self.need(data, "edition", where, str)
        keys = ("edition", "title", "notice", "first_year", "last_year", "sections", "tables")
        self.known_keys(data, where, *keys)
        sections = tuple(
            self.section(entry, f"sections[{i}]") for i, entry in enumerate(self.need(data, "sections", where, list))
        )
        self.distinct([section.number for section in sections], "sections.number")
        tables = tuple(
            self.table(entry, f"tables[{i}]") for i, entry in enumerate(self.need(data, "tables", where, list))
        )
        self.distinct([table.id for table in tables], "tables.id")
        for table in tables:
            if table.section not in {section.number for section in sections}:
                raise self.fail(
                    f"tables.{table.id}.section", f"没有编号为“{table.section}”的部分。请改为 sections 中的编号。"
                )
        cells = tuple(cell for table in tables for cell in _cells(table))
        self.distinct([cell.id for cell in cells], "tables 的单元格")
        return Form(
            edition=edition,
            title=self.need(data, "title", where, str),
            notice=self.need(data, "notice", where, str),
            first_year=self.need(data, "first_year", where, int),
            last_year=data.get("last_year"),
            sections=sections,
            tables=tables,
            cells=tuple(c for c in cells if not c.is_variant) + tuple(c for c in cells if c.is_variant),
        )

    def section(self, entry: Any, where: str) -> SectionSpec:
        number = self.need(entry, "number", where, str)
        self.known_keys(entry, where, "number", "id", "title", "aliases", "clause", "aspects")
        aspects = tuple(
            Aspect(
                self.identifier(aspect, f"{where}.aspects[{i}]"),
                self.need(aspect, "title", f"{where}.aspects[{i}]", str),
                self.strings(aspect, "aliases", f"{where}.aspects[{i}]"),
            )
            for i, aspect in enumerate(entry.get("aspects", []))
        )
        self.distinct([aspect.id for aspect in aspects], f"{where}.aspects.id")
        return SectionSpec(
            number=number,
            id=self.identifier(entry, where),
            title=self.need(entry, "title", where, str),
            aliases=self.strings(entry, "aliases", where),
            clause=self.need(entry, "clause", where, str),
            aspects=aspects,
        )

    def table(self, entry: Any, where: str) -> FormTable:
        name = self.identifier(entry, where)
        where = f"tables.{name}"
        self.known_keys(
            entry, where, "id", "section", "label", "layout", "clause", "corner", "groups", "columns", "rows",
            "variant_rows", "blocks",
        )  # fmt: skip
        layout = self.need(entry, "layout", where, str)
        if layout not in LAYOUTS:
            raise self.fail(f"{where}.layout", f"“{layout}”不认识。请改为 {'、'.join(LAYOUTS)} 之一。")
        if layout == "blocks":
            listed = self.need(entry, "blocks", where, list)
            blocks = tuple(self.block(block, f"{where}.blocks[{i}]") for i, block in enumerate(listed))
        else:
            blocks = (self.block({"label": "", **{k: entry.get(k) for k in ("clause", "columns", "rows")}}, where),)
        rows = [row.id for block in blocks for row in block.rows]
        variants = tuple(
            self.row(row, f"{where}.variant_rows[{i}]") for i, row in enumerate(entry.get("variant_rows", []))
        )
        self.distinct([*rows, *(row.id for row in variants)], f"{where}.rows.id")
        for row in variants:
            if not row.replaces or not set(row.replaces) <= set(rows):
                raise self.fail(
                    f"{where}.variant_rows.{row.id}.replaces", "应列出本表中被它代替的各行编号。请补全或改正。"
                )
        return FormTable(
            id=name,
            section=self.need(entry, "section", where, str),
            label=self.need(entry, "label", where, str),
            layout=layout,
            headings=self.headings(entry, where),
            blocks=blocks,
            variant_rows=variants,
        )

    def headings(self, entry: dict, where: str) -> tuple[str, ...]:
        found: list[str] = []
        for key in ("corner", "groups"):
            for i, item in enumerate(entry.get(key, [])):
                found.append(self.need(item, "label", f"{where}.{key}[{i}]", str))
                found.extend(self.strings(item, "aliases", f"{where}.{key}[{i}]"))
        return tuple(found)

    def block(self, entry: Any, where: str) -> Block:
        columns = tuple(
            self.column(column, f"{where}.columns[{i}]")
            for i, column in enumerate(self.need(entry, "columns", where, list))
        )
        self.distinct([column.id for column in columns], f"{where}.columns.id")
        self.distinct([column.label for column in columns], f"{where}.columns.label")
        rows = tuple(self.row(row, f"{where}.rows[{i}]") for i, row in enumerate(self.need(entry, "rows", where, list)))
        self.distinct([row.id for row in rows], f"{where}.rows.id")
        self.distinct(["/".join((*row.group, row.label)) for row in rows], f"{where}.rows.label")
        for kind, entries in (("columns", columns), ("rows", rows)):
            ids = {item.id for item in entries}
            for item in entries:
                if not set(item.total_of) <= ids - {item.id}:
                    unknown = "、".join(sorted(set(item.total_of) - ids)) or item.id
                    raise self.fail(
                        f"{where}.{kind}.{item.id}.total_of", f"“{unknown}”不是可加的编号。请改为同表其他编号。"
                    )
        return Block(
            label=self.need(entry, "label", where, str),
            aliases=self.strings(entry, "aliases", where),
            clause=self.need(entry, "clause", where, str),
            columns=columns,
            rows=rows,
        )

    def column(self, entry: Any, where: str) -> Column:
        name = self.identifier(entry, where)
        self.known_keys(entry, where, "id", "label", "unit", "signed", "aliases", "group", "total_of")
        return Column(
            id=name,
            label=self.need(entry, "label", where, str),
            unit=self.need(entry, "unit", where, str),
            signed=self.need(entry, "signed", where, bool) if "signed" in entry else False,
            aliases=self.strings(entry, "aliases", where),
            group=self.strings(entry, "group", where),
            total_of=self.strings(entry, "total_of", where),
        )

    def row(self, entry: Any, where: str) -> Row:
        name = self.identifier(entry, where)
        self.known_keys(entry, where, "id", "label", "aliases", "group", "total_of", "replaces")
        return Row(
            id=name,
            label=self.need(entry, "label", where, str),
            aliases=self.strings(entry, "aliases", where),
            group=self.strings(entry, "group", where),
            total_of=self.strings(entry, "total_of", where),
            replaces=self.strings(entry, "replaces", where),
        )


_KIND_NAMES: dict[type, str] = {str: "文字", int: "整数", bool: "true 或 false", list: "列表", dict: "键值表"}


def _cells(table: FormTable) -> list[FormCell]:
    cells = []
    stands_in = {name: row.id for row in table.variant_rows for name in row.replaces}
    for block in table.blocks:
        for row in (*block.rows, *(table.variant_rows if block is table.blocks[-1] else ())):
            for column in block.columns:
                cells.append(
                    FormCell(
                        id=f"{table.id}/{row.id}/{column.id}",
                        table=table.id,
                        row=row.id,
                        column=column.id,
                        table_label=table.label,
                        group_label=" / ".join(row.group or ((block.label,) if block.label else ())),
                        row_label=row.label,
                        column_label=column.label,
                        unit=column.unit,
                        clause=block.clause,
                        is_total=bool(row.total_of or column.total_of),
                        is_variant=bool(row.replaces),
                        replaced_by=f"{table.id}/{stands_in[row.id]}/{column.id}" if row.id in stands_in else None,
                    )
                )
    return cells
