"""A rubric as a workbook: the table that people print (一级指标｜二级指标｜分值｜评分标准｜依据), its settings, and a sheet from
which every key comes back as it was.

A workbook with the third sheet is read from it, and refused where the printed table says something else. One without it, in
the layout that such rubrics have, becomes a rubric in which a person gives the points of every item.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from etl.score.canonical import as_data, as_yaml, flat, plain
from etl.score.fault import RubricError, fault, yaml_in
from etl.score.load import load_rubric, rubric_in
from etl.score.model import Cap, Indicator, Role, Rubric
from etl.score.words import not_assessable_of, standard_of
from etl.units import KINDS

TABLE, SETTINGS, MACHINE = "评分细则", "设置", "机器可读"
HEAD = ("一级指标", "编号", "二级指标", "分值", "评分标准", "依据", "评分方式", "无法评定时")
_NEEDED = ("一级指标", "二级指标", "分值", "评分标准", "依据")
_WIDTHS = (22, 8, 24, 8, 60, 44, 10, 12)
_CAPS = {Cap.INDICATOR: "扣分不超过本项", Cap.DIMENSION: "扣分可以超过本项，不超过所在部分"}
_PART = re.compile(r"(?P<name>.+?)\s*[（(]\s*(?P<most>最多)?\s*(?P<points>\d+(?:\.\d+)?)\s*分\s*[）)]")
_SUMS = ("合计", "总计", "总分", "小计")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_ROLES = {Role.BONUS: "加分项", Role.PENALTY: "减分项", Role.VETO: "一票降级"}

Row = tuple[str, ...]


def open_rubric(path: Path) -> Rubric:
    """The rubric of a YAML file or a workbook, by the file's suffix. Raises RubricError; OSError where it cannot be opened."""
    if path.suffix.lower() in (".yaml", ".yml"):
        return load_rubric(path)
    return rubric_in_workbook(path.read_bytes(), path.name)


def save_rubric(rubric: Rubric, path: Path) -> None:
    """Write a YAML file or a workbook, by the suffix. Raises RubricError for another suffix, OSError."""
    if path.suffix.lower() in (".yaml", ".yml"):
        path.write_text(as_yaml(rubric), encoding="utf-8")
    elif path.suffix.lower() == ".xlsx":
        path.write_bytes(as_workbook(rubric))
    else:
        raise fault(path.name, "文件名", "不认识这种后缀", path.suffix, ".yaml 或 .xlsx", "请改后缀。")


def as_workbook(rubric: Rubric) -> bytes:
    """The three sheets."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        wrapped = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        head = book.add_format({"bold": True, "text_wrap": True, "border": 1, "align": "center"})
        title = book.add_format({"bold": True, "font_size": 14, "align": "center"})
        sheet = book.add_worksheet(TABLE)
        sheet.merge_range(0, 0, 0, len(HEAD) - 1, _title(rubric), title)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        for n, row in enumerate((HEAD, *_rows(rubric)), start=1):
            for column, text in enumerate(row):
                _write(sheet, n, column, text, head if n == 1 else wrapped, is_number=column == HEAD.index("分值"))
        _two_columns(book, SETTINGS, _settings(rubric), (20, 40, 40))
        _two_columns(book, MACHINE, [("键", "值"), *flat(as_data(rubric))], (60, 60))
    return held.getvalue()


def _title(rubric: Rubric) -> str:
    return rubric.title + ("" if "示例" in rubric.title or not rubric.is_example else "（示例）")


def _write(sheet: Any, row: int, column: int, text: str, style: Any, *, is_number: bool) -> None:
    if is_number and re.fullmatch(r"\d+(\.\d+)?", text):
        sheet.write_number(row, column, float(text), style)
    else:
        sheet.write_string(row, column, text, style)


def _two_columns(book: Any, name: str, rows: Sequence[Row], widths: Sequence[int]) -> None:
    sheet = book.add_worksheet(name)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for n, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(n, column, text)


def _rows(rubric: Rubric) -> list[Row]:
    """The printed table; the name of a part stands in its first row, as in a merged cell."""
    rows: list[Row] = []
    before = ""
    for role, dimension, each in rubric.every():
        part = f"{dimension.name}（{plain(dimension.points)}分）" if dimension else _part_of(rubric, role)
        rows.append((
            part if part != before else "", each.id, each.name, "" if role is Role.VETO else plain(each.points),
            standard_of(each), each.basis, each.curve.label, _otherwise(role, each),
        ))  # fmt: skip
        before = part
    return rows


def _part_of(rubric: Rubric, role: Role) -> str:
    held = {Role.BONUS: rubric.bonus, Role.PENALTY: rubric.penalty}.get(role)
    return f"{_ROLES[role]}（最多{plain(held.most)}分）" if held else _ROLES[role]


def _otherwise(role: Role, indicator: Indicator) -> str:
    if role is Role.VETO:
        return f"最高{indicator.at_best}"
    return not_assessable_of(indicator) if role is Role.MAIN else "不计"


def _settings(rubric: Rubric) -> list[Row]:
    return [
        ("项目", "内容", "范围"),
        ("名称", rubric.title, ""), ("年度", str(rubric.year), ""), ("发文单位", rubric.issued_by, ""),
        ("示例", "是" if rubric.is_example else "否", ""), *([("复核", "是", "")] if rubric.review else []), ("满分", plain(rubric.full), ""), ("封顶", _CAPS[rubric.cap], ""),
        *(
            ("分组", each.name, "、".join([*(KINDS[kind] for kind in each.kinds), *each.groups, *each.units]))
            for each in rubric.groups
        ),
        *(("等次", each.name, plain(each.at_least)) for each in rubric.grades),
    ]  # fmt: skip


def rubric_in_workbook(data: bytes, file: str) -> Rubric:
    """The rubric of a workbook. Raises RubricError."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (CalamineError, OSError) as error:
        raise RubricError(f"{file} 的 全文：不是能读的 Excel 文件。请另存为 xlsx。") from error
    texts = {name: [[_text(cell) for cell in row] for row in rows] for name, rows in sheets.items()}
    if MACHINE not in texts:
        return rubric_in(_plain_table(texts, file), file)
    rubric = rubric_in(_from_paths(texts[MACHINE], file), file)
    _check_printed(texts, rubric, file)
    return rubric


def _text(cell: object) -> str:
    if isinstance(cell, float) and not isinstance(cell, bool):
        return plain(Decimal(repr(cell)))
    return str(cell).strip()


def _from_paths(rows: Sequence[Sequence[str]], file: str) -> Any:
    root: dict[str, Any] = {}
    for n, row in enumerate(rows[1:], start=2):
        path, value = (*row, "", "")[:2]
        if not path:
            continue
        steps: list[str | int] = [key or int(index) for key, index in _STEP.findall(path)]
        here: Any = root
        for step, following in zip(steps, [*steps[1:], None], strict=True):
            fresh = yaml_in(value, file) if following is None else [] if isinstance(following, int) else {}
            if isinstance(here, list) and isinstance(step, int) and step in (len(here), len(here) - 1):
                if step == len(here):
                    here.append(fresh)
            elif isinstance(here, dict) and isinstance(step, str):
                here.setdefault(step, fresh)
            else:
                where = f"“{MACHINE}”工作表第{n}行"
                raise fault(
                    file, where, "键的写法不对，或次序乱了", path, "和上下各行连得上的键", "请按原来的次序改回。"
                )
            here = here[step]
    return root


def _check_printed(texts: Mapping[str, Sequence[Sequence[str]]], rubric: Rubric, file: str) -> None:
    """The table that people read says what the machine reads."""
    for name, wanted in ((TABLE, [(_title(rubric),), HEAD, *_rows(rubric)]), (SETTINGS, _settings(rubric))):
        given = [row for row in texts.get(name, [])]
        for n in range(max(len(given), len(wanted))):
            held, asked = (rows[n] if n < len(rows) else () for rows in (given, wanted))
            for column in range(max(len(held), len(asked))):
                is_, ought = (row[column].strip() if column < len(row) else "" for row in (held, asked))
                if is_ != ought:
                    head = (HEAD if name == TABLE else ("项目", "内容", "范围"))[column : column + 1] or (
                        str(column + 1),
                    )
                    raise fault(
                        file, f"“{name}”工作表第{n + 1}行“{head[0]}”", f"和“{MACHINE}”工作表不同", is_, f"“{ought}”",
                        f"要改评分办法请改“{MACHINE}”工作表，或改 yaml 后重新导出；只由人评分的，删去“{MACHINE}”工作表。",
                    )  # fmt: skip


def _plain_table(texts: Mapping[str, Sequence[Sequence[str]]], file: str) -> dict[str, Any]:
    """The printed table alone: every item is given by a person."""
    name, start = _find_head(texts, file)
    rows = texts[name]
    columns = {text: n for n, text in enumerate(rows[start]) if text}
    data = _from_settings(texts, file)
    dimensions: list[dict[str, Any]] = []
    part = ""
    for n, row in enumerate(rows[start + 1 :], start=start + 2):
        cell = {key: row[column] if column < len(row) else "" for key, column in columns.items()}
        if not any(cell.values()):
            continue
        if _is_sum(cell):
            _check_sum(cell, data, dimensions, f"{file} 的 “{name}”工作表第{n}行")
            continue
        part = cell["一级指标"] or part
        for key in _NEEDED:
            is_veto = key == "分值" and part.startswith(_ROLES[Role.VETO])
            if not (part if key == "一级指标" else cell[key]) and not is_veto:
                raise fault(file, f"“{name}”工作表第{n}行“{key}”", "空着", "", "每一项都填", "请补上。")
        _add_plain(data, dimensions, part, cell, f"{file} 的 “{name}”工作表第{n}行")
    if not dimensions:
        raise fault(file, f"“{name}”工作表", "表头下面没有要评的项", "", "至少一项", "请把各项填在表头下面。")
    for each in dimensions:
        added = sum((item["points"] for item in each["indicators"]), Decimal(0))
        if each.setdefault("points", added) != added:
            where, what = f"“{name}”工作表“{each['name']}”", f"各项分值之和是 {plain(added)}，和名称后写的不同"
            raise fault(file, where, what, plain(each["points"]), plain(added), "请核对各项分值，或改名称后的分。")
    return data | {"dimensions": dimensions}


def _is_sum(cell: Mapping[str, str]) -> bool:
    """A line at the foot of a table that adds up what stands above it."""
    names = ["".join(cell[key].split()).strip("：:") for key in ("一级指标", "二级指标") if cell[key]]
    return bool(names) and all(name in _SUMS for name in names)


def _check_sum(
    cell: Mapping[str, str], data: Mapping[str, Any], dimensions: Sequence[Mapping[str, Any]], where: str
) -> None:
    """What is written there is what the items above come to: those of the part, or for 合计 and 总计 of all parts."""
    added = [sum((item["points"] for item in each["indicators"]), Decimal(0)) for each in dimensions]
    is_of_part = "小计" in "".join(cell["一级指标"].split()) + "".join(cell["二级指标"].split())
    wanted = (added[-1] if added else Decimal(0)) if is_of_part else sum(added, Decimal(0))
    if (data.keys() & {"bonus", "penalty", "veto"} and is_of_part) or not cell["分值"]:
        return  # of a bonus or penalty the ceiling is written, not the sum
    said = _number(cell["分值"], where)
    if said != wanted:
        raise RubricError(
            f"{where}“分值”：和以上各项之和不同，实为“{plain(said)}”，应为{plain(wanted)}。请核对各项分值，或删去这一行。"
        )


def _add_plain(
    data: dict[str, Any], dimensions: list[dict[str, Any]], part: str, cell: Mapping[str, str], where: str
) -> None:
    match = _PART.fullmatch(part)
    title = match["name"] if match else part
    role = next((role for role, word in _ROLES.items() if title.startswith(word)), Role.MAIN)
    item: dict[str, Any] = {
        "name": cell["二级指标"], "basis": cell["依据"], "words": cell["评分标准"], "curve": "manual",
    }  # fmt: skip
    if role is Role.VETO:
        held = data.setdefault("veto", [])
        named = [each["name"] for each in data["grades"]]
        best = cell.get("无法评定时", "").removeprefix("最高").strip() or named[-1]
        if best not in named:
            asked = "、".join(f"最高{each}" for each in named)
            raise RubricError(f"{where}“无法评定时”：不认识这个等次，实为“{best}”，应为{asked} 之一。请改正。")
        held.append({"id": cell.get("编号") or f"V{len(held) + 1}", **item, "at_best": best})
        return
    item["points"] = _number(cell["分值"], where)
    if role is not Role.MAIN:
        most = _number(match["points"], where) if match else item["points"]
        adjustment = data.setdefault(str(role), {"most": most, "items": []})
        letter, held = ("J" if role is Role.BONUS else "K"), adjustment["items"]
        held.append({"id": cell.get("编号") or f"{letter}{len(held) + 1}", **item})
        return
    if not dimensions or dimensions[-1]["name"] != title:
        dimensions.append({"id": f"D{len(dimensions) + 1}", "name": title, "indicators": []})
        if match:
            dimensions[-1]["points"] = _number(match["points"], where)
    held = dimensions[-1]["indicators"]
    held.append({
        "id": cell.get("编号") or f"{dimensions[-1]['id']}.{len(held) + 1}", **item, "not_assessable": "zero",
    })  # fmt: skip


def _number(text: str, where: str, key: str = "分值") -> Decimal:
    match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,2})?)\s*分?", text)
    if not match:
        raise RubricError(
            f"{where}“{key}”：不是能用的数，实为“{text}”，应为{key}，如 2 或 0.5，最多两位小数。请改写成数字。"
        )
    return Decimal(match[1])


def _year(text: str, where: str) -> int:
    match = re.fullmatch(r"(\d{4})\s*(?:年|年度)?", text)
    if not match:
        raise RubricError(f"{where}“年度”：不是年份，实为“{text}”，应为四位年份，如 2024。请改正。")
    return int(match[1])


def _yes(said: Mapping[str, Sequence[Row]], key: str, where: str) -> bool:
    """是 or 否; what is not told is 否."""
    text = said.get(key, [("", "")])[0][0]
    if text not in ("是", "否", ""):
        raise RubricError(f"{where}“{key}”：不认识这个值，实为“{text}”，应为是或否。请改正。")
    return text == "是"


def _find_head(texts: Mapping[str, Sequence[Sequence[str]]], file: str) -> tuple[str, int]:
    for name, rows in texts.items():
        for n, row in enumerate(rows[:20]):
            if {"一级指标", "二级指标", "分值"} <= {*row}:
                for key in _NEEDED:
                    if key not in row:
                        raise fault(
                            file,
                            f"“{name}”工作表第{n + 1}行",
                            f"没有“{key}”这一列",
                            "",
                            "、".join(_NEEDED),
                            "请补上这一列。",
                        )
                return name, n
    raise fault(
        file, "全文", "没有找到评分细则的表头", "", f"一行写有 {'、'.join(_NEEDED)}", "请改列名，或另存一份示例照着改。"
    )


def _from_settings(texts: Mapping[str, Sequence[Sequence[str]]], file: str) -> dict[str, Any]:
    if SETTINGS not in texts:
        raise fault(
            file, "全文", f"没有“{SETTINGS}”工作表", "", "写明名称、年度、满分、封顶、分组、等次",
            "请用 nianbao score --rubric 示例.yaml --save 示例.xlsx 另存一份照着写。",
        )  # fmt: skip
    labels = {label: kind for kind, label in KINDS.items()}
    said: dict[str, list[Row]] = {}
    for row in texts[SETTINGS]:
        key, *rest = (*row, "", "")[:3]
        said.setdefault(key, []).append((rest[0], rest[1]))
    for key in ("名称", "年度", "满分", "封顶", "分组", "等次"):
        if not any(content for content, _ in said.get(key, [])):
            raise fault(file, f"“{SETTINGS}”工作表", f"没有“{key}”", "", "项目、内容、范围三列", f"请补上“{key}”一行。")
    cap = next((cap for cap, words in _CAPS.items() if words == said["封顶"][0][0]), None)
    if cap is None:
        raise fault(
            file,
            f"“{SETTINGS}”工作表“封顶”",
            "不认识这个值",
            said["封顶"][0][0],
            " 或 ".join(_CAPS.values()),
            "请改正。",
        )
    groups = []
    for name, scope in said["分组"]:
        if not scope.strip("、，, "):
            raise fault(
                file, f"“{SETTINGS}”工作表“分组”", f"“{name}”没有写明哪些单位", "",
                f"“范围”一列写单位类别（{'、'.join(labels)}）或 units.csv 里的分组", "请补上，如 乡、镇。",
            )  # fmt: skip
        names = [each for each in re.split(r"[、，,；;]", scope) if each]
        kinds = [labels[each] for each in names if each in labels]
        others = [each for each in names if each not in labels]
        groups.append({"name": name, **({"kinds": kinds} if kinds else {}), **({"groups": others} if others else {})})
    where = f"{file} 的 “{SETTINGS}”工作表"
    return {
        "title": said["名称"][0][0], "year": _year(said["年度"][0][0], where),
        "issued_by": said.get("发文单位", [("", "")])[0][0], "is_example": _yes(said, "示例", where),
        "review": _yes(said, "复核", where),
        "full": _number(said["满分"][0][0], where, "满分"), "cap": str(cap), "groups": groups,
        "grades": [{"name": name, "at_least": _number(bound, f"{where}“{name}”", "最低分")} for name, bound in said["等次"]],
    }  # fmt: skip
