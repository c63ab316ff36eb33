"""出处: from any figure on a page back to the file, the place in it and the text that stands there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import db, desk, findings, grid, links, standing
from dashboard.prose import Marked, marked
from dashboard.states import LOOKS, ValueState, share_words, write_figure, write_number
from dashboard.words import plain
from etl.source import LOCATOR_FIELDS, Locator


@dataclass(frozen=True, slots=True)
class Address:
    """What a figure is: `kind` measure, median, filing or standing (filed, and what was found in it), `item` the measure's
    id, `scope` a unit or those summed."""

    kind: str
    item: str
    year: int
    scope: str

    def __str__(self) -> str:
        return f"{self.kind}|{self.item}|{self.year}|{self.scope}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """The inverse of str()."""
        kind, item, year, scope = text.split("|", 3)
        return cls(kind, item, int(year), scope)

    @property
    def parameters(self) -> dict[str, Any]:
        """For `db.query`."""
        return {"item": self.item, "year": self.year, "scope": self.scope}


# One question per kind: the figures, each with its own address, that stand behind what was clicked.
_FIGURES = {
    "measure": """SELECT * FROM measure_part WHERE whole = $item AND year = $year
                  AND unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope)
                  ORDER BY position, part DESC, measure_position""",
    "median": "SELECT * FROM scope_measure WHERE scope = $scope AND measure = $item AND year = $year ORDER BY position",
    "filing": "SELECT * FROM scope_filing WHERE scope = $scope AND year = $year ORDER BY position",
    "standing": "SELECT * FROM scope_filing WHERE scope = $scope AND year = $year ORDER BY position",
}
_MOST_DOUBTS = 3  # reasons given for one cell
_FOUND = ("where", "found", "expected", "remedy")
_OTHERS = """SELECT f.path FROM report r JOIN source_file f USING (file_id)
             WHERE r.unit_id = $unit AND r.year = $year AND NOT r.is_chosen ORDER BY f.path"""
_DIFFERENCES = "SELECT * FROM version_difference WHERE unit_id = $unit AND year = $year ORDER BY path, position, cell"
# Of this unit, whatever the year, or of nobody known and perhaps of this year.
_WAITING = """SELECT path, message FROM attention WHERE kind IN ('unclaimed', 'unread')
              AND (unit_id = $unit OR (unit_id IS NULL AND (year IS NULL OR year = $year))) ORDER BY path"""
_DOUBTS = "SELECT message, locator FROM problem WHERE file_id = $file ORDER BY position"


def place(locator: Mapping[str, Any] | None) -> str:
    """A place in a document in words, or "" where there is none."""
    if not locator:
        return ""
    return Locator(**{name: locator.get(name) for name in LOCATOR_FIELDS}).describe()


def cell_name(row: Mapping[str, Any]) -> str:
    """A cell of the form by its printed labels, from the table inwards: 表三 … › group › row › column; a figure of the
    prose by its name."""
    if not row["table_label"]:
        return f"正文 › {row['name']}"
    parts = (row["table_label"], *(row["group_label"] or "").split(" / "), row["row_label"], row["column_label"])
    return " › ".join(part.strip() for part in parts if part and part.strip())


def panel(address: str) -> None:
    """Everything behind one figure, in the page below it."""
    target = Address.parse(address)
    figures = db.rows(_FIGURES[target.kind], target.parameters)
    with st.container(border=True, key=f"source-{abs(hash(address))}"):
        if not figures:
            st.write("这一年没有这个单位的记录。")
        elif target.kind == "filing":
            _filings(figures, target.year)
        elif target.kind == "standing":
            _standing(figures, target)
        elif target.kind == "median":
            _median(figures, target)
        elif len(figures) == 1:
            _one(figures[0])
        else:
            _many(figures, target)
        if build := db.current_build():
            st.caption(f"数据版本 {build.build_id}，入库 {build.built_at:%Y-%m-%d %H:%M}")
        if figures and target.scope == figures[0]["unit_id"]:
            links.to_unit(figures[0]["unit_name"], figures[0]["is_area"], target.year)


def _one(row: dict[str, Any]) -> None:
    state = ValueState(row["state"])
    look = LOOKS[state]
    is_prose = row["kind"] == "claim"
    text = write_figure(state, row["value"], row["raw"], bool(row["approximate"]))
    counter = row["counter"] if state.has_value else ""
    st.markdown(f"**出处：{plain(row['unit_name'])} {row['year']} 年度 · {plain(cell_name(row))}**")
    lines: list[tuple[str, object]] = [
        ("数值", f"{text} {counter}".strip()),
        ("状态", f"{look.name}（{look.meaning}）"),
    ]
    if row["file_id"] is not None:
        lines += [
            ("文件", row["path"]),
            ("位置", place(row["locator"]) or "报告中没有这一项"),
            ("原文句子" if is_prose else "原文", _printed(row) or _no_text(state, is_prose)),
        ]
        if state is ValueState.UNREADABLE:
            lines += [("为什么", reason) for reason in _doubts(row)]
        lines += [("口径", _definition(row)), ("依据", row["clause"])]
    grid.listing(grid.PAIRS, [line for line in lines if line[1]])


def _printed(row: Mapping[str, Any]) -> str | Marked:
    """The text as it stands in the file; in a sentence the figure is set off."""
    if row["kind"] == "claim" and row["raw"] and ValueState(row["state"]).has_value:
        return marked(row["raw"], row["value"], row["counter"])
    return row["raw"] or ""


def _no_text(state: ValueState, is_prose: bool) -> str:
    if state is ValueState.BLANK:
        return "（正文没有写这个数）" if is_prose else "（原文为空）"
    return "（没有读到这一格的文字）" if state is ValueState.UNREADABLE else ""


def _doubts(row: Mapping[str, Any]) -> list[str]:
    """What was noted when this cell could not be read: at its place, or about its row; else about its table."""
    noted = db.rows(_DOUBTS, {"file": row["file_id"]})
    here = [each for each in noted if row["locator"] and each["locator"] == row["locator"]]
    of_row = [each for each in noted if row["row_label"] and f"“{row['row_label']}”" in each["message"]]
    of_table = [each for each in noted if row["table_label"] and each["message"].startswith(row["table_label"])]
    return [each["message"] for each in here or of_row or of_table][:_MOST_DOUBTS]


def _definition(row: Mapping[str, Any]) -> str:
    held = db.rows("SELECT definition FROM measure WHERE measure = $item", {"item": row["measure"]})
    return f"{held[0]['definition']}。{'没有写的不当作 0。' if row['kind'] == 'claim' else ''}" if held else ""


def _many(figures: list[dict[str, Any]], target: Address) -> None:
    """A sum or a share: how it is worked out, what went in, who wrote 0, and who is not in it for which reason."""
    (measure,) = db.rows("SELECT * FROM measure WHERE measure = $item", {"item": target.item})
    counted = [row for row in figures if ValueState(row["state"]).has_value]
    units = len({row["unit_id"] for row in counted})
    single = len({row["unit_id"] for row in figures}) == 1
    who = figures[0]["unit_name"] if single else (target.scope if target.scope != "全部" else "全部单位")
    name = cell_name(figures[0]) if measure["kind"] in {"cell", "claim"} else measure["name"]
    st.markdown(f"**出处：{plain(f'{who} {target.year} 年度 · {name} = {_worked_out(target, measure)}')}**")
    if measure["kind"] in {"sum", "share"}:
        st.caption(plain(f"{measure['definition']}。算法：{measure['formula']}。"))
    if not single:
        st.caption(f"由 {units} 家原文里的数相加。")
    columns = ("单位", "项目", "数值", "原文", "文件", "位置")
    alike = {  # said in the title
        columns[at] for at, part in ((0, "unit_name"), (1, "measure")) if len({row[part] for row in counted}) == 1
    }
    _counted(
        counted, tuple(each for each in columns if each not in alike),
        lambda row: [value for name, value in zip(columns, _as_line(row), strict=True) if name not in alike],
        "写明是 0 的", "项" if single or measure["kind"] == "sum" else "家",
    )  # fmt: skip
    _not_counted(figures)


def _counted(
    rows: list[dict[str, Any]],
    columns: Sequence[str],
    line: Callable[[dict[str, Any]], Sequence[object]],
    zero: str,
    unit: str,
) -> None:
    """What went in, figure by figure; the zeros folded under their number."""
    numbers = frozenset({columns.index("数值")})
    nonzero = [row for row in rows if row["state"] == ValueState.REPORTED]
    if nonzero:
        grid.listing(columns, [line(row) for row in nonzero], numbers=numbers)
    zeros = [row for row in rows if row["state"] == ValueState.ZERO]
    if zeros:
        with st.expander(f"{zero} {len(zeros)} {unit}"):
            grid.listing(columns, [line(row) for row in zeros], numbers=numbers)


def _median(figures: list[dict[str, Any]], target: Address) -> None:
    """The middle of a group: whose figures it is the middle of, and who has none."""
    first = figures[0]
    name = cell_name(first) if first["kind"] in {"cell", "claim"} else first["name"]
    held = [row for row in figures if ValueState(row["state"]).has_value]
    counted = [row for row in held if row["kind"] != "share" or row["share"] is not None]
    st.markdown(f"**出处：{plain(f'{target.scope} {target.year} 年度 · {name}')}：{len(counted)} 家的中位数**")
    st.caption("有数的各家（写 0 的也算）从小到大排，取正中间的一个；家数成双，取中间两个的平均。下面按登记表顺序。")
    _counted(counted, ("单位", "数值", "文件"), _unit_line, "是 0 的", "家")
    small = [row["unit_name"] for row in held if row not in counted]
    if small:
        st.markdown(f"**没有计入：件数太少、不算率 {len(small)} 家**：{plain('、'.join(small))}")
    _not_counted(figures)


def _unit_line(row: dict[str, Any]) -> tuple[object, ...]:
    text = share_words(row) or write_figure(row["state"], row["value"], row["raw"], bool(row["approximate"]))
    return row["unit_name"], text, row["path"] or ""


def _worked_out(target: Address, measure: dict[str, Any]) -> str:
    (total,) = db.rows(
        "SELECT * FROM measure_total WHERE measure = $item AND year = $year AND scope = $scope", target.parameters
    )
    if not total["counted"]:
        return "没有可计的数"
    return share_words(total) or f"{write_number(total['value'])} {measure['unit']}"


def _as_line(row: dict[str, Any]) -> tuple[object, ...]:
    text = write_figure(row["state"], row["value"], row["raw"], bool(row["approximate"]))
    item = f"（作分母）{row['row_label']}" if row["part"] == "of" else (row["row_label"] or row["name"])
    return row["unit_name"], item, text, _printed(row), row["path"] or "", place(row["locator"])


def _not_counted(figures: list[dict[str, Any]]) -> None:
    for state in ValueState:
        if state.has_value:
            continue
        left_out = [row for row in figures if row["state"] == state]
        due = [row for row in left_out if row["is_due"] or state is not ValueState.NOT_COLLECTED]
        others = [row for row in left_out if row not in due]
        for name, meaning, rows in (
            (LOOKS[state].name, LOOKS[state].meaning, due),
            ("不在应报之列", "登记表里写明不用向这里报", others),
        ):
            units = list(dict.fromkeys(row["unit_name"] for row in rows))
            if units:
                st.markdown(f"**没有计入：{name} {len(units)} 家**（{meaning}）：{plain('、'.join(units))}")


def _filings(figures: list[dict[str, Any]], year: int) -> None:
    if len(figures) > 1:
        st.markdown(f"**出处：{year} 年度收到的年报**")
        filed = [row for row in figures if row["filing"] == "filed"]
        missing = [row["unit_name"] for row in figures if row["filing"] == "not_filed"]
        waiting = [row["unit_name"] for row in figures if row["filing"] == "not_collected"]
        grid.listing(("单位", "文件"), [(row["unit_name"], row["path"]) for row in filed])
        if missing:
            st.markdown(f"**未报 {len(missing)} 家**（这一年已收齐，没有找到年报）")
            st.caption(plain("、".join(missing)))
        if waiting:
            st.markdown(f"**未收集 {len(waiting)} 家**（还没有收齐，或不在应报之列）")
            st.caption(plain("、".join(waiting)))
        return
    row = figures[0]
    st.markdown(f"**出处：{plain(row['unit_name'])} {year} 年度的年报**")
    if row["filing"] != "filed":
        look = LOOKS[ValueState(row["filing"])]
        st.write(f"{look.name}：{look.meaning}。")
        held = db.rows(_WAITING, {"unit": row["unit_id"], "year": year})
        if held:
            st.caption("也可能就在下面等待认领的文件里：")
            grid.listing(("文件", "说明"), [(line["path"], line["message"]) for line in held])
        return
    lines = [
        ("文件", row["path"]),
        ("标题", row["title"]),
        ("正文里的单位名", row["printed_name"]),
        ("落款日期", _date(row["signed_on"])),
        ("发布日期", _date(row["published_at"])),
        ("读出的数", f"{row['reported_cells']} 格有数或为 0，{row['unreadable_cells']} 格待核"),
        ("几份中取这一份", row["choice_reason"]),
    ]
    grid.listing(grid.PAIRS, [line for line in lines if line[1]])
    _stated(row)
    versions(row["unit_id"], row["year"])


def _stated(row: dict[str, Any]) -> None:
    """What the prose of one report says in figures, each with its sentence: no printed table holds it."""
    told = db.rows(
        """SELECT * FROM scope_measure WHERE scope = $scope AND year = $year AND kind = 'claim'
           AND state IN ('reported', 'zero') ORDER BY measure_position""",
        {"scope": row["unit_id"], "year": row["year"]},
    )
    if not told:
        return
    st.html('<p class="nb-told"><b>这一份写的数</b><span class="nb-badge">正文</span></p>')
    lines = [
        (
            line["name"],
            f"{write_figure(line['state'], line['value'], line['raw'], bool(line['approximate']))} {line['counter']}",
            place(line["locator"]),
            _printed(line),
        )
        for line in told
    ]
    grid.listing(("项目", "数", "位置", "原文句子"), lines)


def _standing(figures: list[dict[str, Any]], target: Address) -> None:
    """Who has something to mend and what, who has not, and who could not be checked."""
    decisions = desk.decisions()
    found = findings.of_scope(target.year, target.scope)
    to_mend = findings.open_must_fix(found, decisions)
    columns = ("位置", "实为", "应为", "怎么改")
    if len(figures) == 1:
        _filings(figures, target.year)
        if to_mend:
            st.markdown(f"**必改 {len(to_mend)} 处**")
            grid.listing(columns, [tuple(row[each] for each in _FOUND) for row in to_mend])
        return
    units = standing.of(target.year, target.scope, found, decisions)
    st.markdown(f"**出处：{target.year} 年度{plain(standing.sentence(units))}**")
    if to_mend:
        lines = [(row["unit_name"], *(row[each] for each in _FOUND), row["path"]) for row in to_mend]
        grid.listing(("单位", *columns, "文件"), lines)
    for part in standing.PARTS:
        held = [name for name, (each, _) in units.items() if each is part]
        if held and part is not standing.MUST_FIX:
            with st.expander(f"{part.word} {len(held)} 家（{part.meaning}）"):
                st.markdown(plain("、".join(held)))


def versions(unit_id: str, year: int) -> None:
    """Where the other files of the same unit and year say something else, cell by cell."""
    parameters = {"unit": unit_id, "year": year}
    others = db.rows(_OTHERS, parameters)
    if not others:
        return
    differing = db.rows(_DIFFERENCES, parameters)
    for path in (row["path"] for row in others):
        cells = [row for row in differing if row["path"] == path]
        if not cells:
            st.caption(f"另一份 {plain(path)}：各格与采用的这份相同。")
            continue
        st.markdown(f"**另一份 {plain(path)}：{len(cells)} 格与采用的这份不同**")
        grid.listing(
            ("项目", "采用的这份", "另一份", "另一份的位置"),
            [
                (
                    cell_name(row) if row["table_label"] else row["cell"],
                    _version_text(row["chosen_state"], row["chosen_value"], row["chosen_raw"]),
                    _version_text(row["state"], row["value"], row["raw"]),
                    place(row["locator"]),
                )
                for row in cells
            ],
        )


def _version_text(state: str, value: Any, raw: str | None) -> str:
    if state == "absent":
        return "没有这一格"
    shown = ValueState.ZERO if state == ValueState.REPORTED and not value else ValueState(state)
    return write_figure(shown, value, raw, False)


def _date(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
