"""Errors in the tables: sums that do not add up, years that do not join, cells that hold no figure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from etl.sample.document import Draft, TableEdits
from etl.sample.plant import PlantKind, Scene, noted, refigure, reprint
from etl.sample.tables import BLOCKS, COLUMNS, RESULTS

APPLICANTS = COLUMNS[:-1]
FEES = "proactive/admin_fees/amount_wan"
DOCUMENTS = "proactive/normative_documents"


def _cell(row: str, column: str) -> str:
    return f"requests/{row}/{column}"


def _first(scene: Scene, rows: tuple[str, ...], least: int = 1) -> tuple[str, str] | None:
    """The first (row, applicant) with a figure of at least `least`."""
    cells = scene.figures.cells
    return next(((r, c) for r in rows for c in APPLICANTS if cells[_cell(r, c)] >= least), None)


def _moved(scene: Scene, row: str, column: str, by: int) -> dict[str, Decimal]:
    """A cell and its row's total, both changed by the same number."""
    cells = scene.figures.cells
    return {_cell(row, c): cells[_cell(row, c)] + by for c in (column, "total")}


def received_not_settled(draft: Draft, scene: Scene) -> Draft | None:
    if not _first(scene, ("new_received",)):
        return None
    changed = _moved(scene, "new_received", "natural_person", scene.chance.between(1, 3))
    return refigure(draft, scene, changed, (24, "本年新收多计，第一项加第二项不等于第三项加第四项"))


def results_not_total(draft: Draft, scene: Scene) -> Draft | None:
    place = _first(scene, RESULTS)
    return (
        refigure(draft, scene, _moved(scene, *place, -1), (25, "办理结果少计一件，各项之和不等于（七）总计"))
        if place
        else None
    )


def row_not_total(draft: Draft, scene: Scene) -> Draft | None:
    row = scene.chance.pick(("new_received", "granted", "total_processed"))
    if not _first(scene, ("new_received",)):
        return None
    total = _cell(row, "total")
    return refigure(draft, scene, {total: scene.figures.cells[total] + 1}, (26, "总计列不等于六类申请人之和"))


def counted_twice(draft: Draft, scene: Scene) -> Draft | None:
    place = _first(scene, ("partially_granted",))
    if not place:
        return None
    changed = _moved(scene, "denied_third_party", place[1], 1) | _moved(scene, "total_processed", place[1], 1)
    return refigure(draft, scene, changed, (27, "部分公开的一件在不予公开中重复计入"))


def dispute_total_wrong(draft: Draft, scene: Scene) -> Draft | None:
    for block in BLOCKS:
        total = f"disputes/{block}/total"
        if scene.figures.cells[total]:
            return refigure(draft, scene, {total: scene.figures.cells[total] + 1}, (28, "表四总计不等于四项之和"))
    return None


def withdrawn_case_lost(draft: Draft, scene: Scene) -> Draft | None:
    for block in BLOCKS:
        cell = f"disputes/{block}/other_outcome"
        if scene.figures.cells[cell]:
            return refigure(draft, scene, {cell: scene.figures.cells[cell] - 1}, (29, "撤回的案件未计入其他结果"))
    return None


def documents_typed_as_rules(draft: Draft, scene: Scene) -> Draft | None:
    if not scene.figures.cells[f"{DOCUMENTS}/in_force"]:
        return None
    changed = {}
    for column in ("issued", "repealed", "in_force"):
        changed[f"proactive/rules/{column}"] = scene.figures.cells[f"{DOCUMENTS}/{column}"]
        changed[f"{DOCUMENTS}/{column}"] = Decimal(0)
    return refigure(draft, scene, changed, (30, "行政规范性文件数填到规章一行"))


def stock_below_issued(draft: Draft, scene: Scene) -> Draft | None:
    cells = scene.figures.cells
    issued, repealed = cells[f"{DOCUMENTS}/issued"], cells[f"{DOCUMENTS}/repealed"]
    if issued - repealed < 1:
        return None
    return refigure(
        draft, scene, {f"{DOCUMENTS}/in_force": issued - repealed - 1}, (31, "现行有效件数少于本年制发减废止")
    )


def yuan_for_wan(draft: Draft, scene: Scene) -> Draft | None:
    fee = scene.figures.cells[FEES]
    return refigure(draft, scene, {FEES: fee * 10_000 // 1}, (32, "收费金额按元填写，表头单位是万元")) if fee else None


def carry_lost(draft: Draft, scene: Scene) -> Draft | None:
    place = _first(scene, ("carried_in",))
    if not place:
        return None
    n = int(scene.figures.cells[_cell(*place)])
    changed = _moved(scene, "carried_in", place[1], -n) | _moved(scene, "new_received", place[1], n)
    return refigure(draft, scene, changed, (33, "上年结转与上一年的结转下年度不一致，结转件计入了新收"))


def carry_in_other_column(draft: Draft, scene: Scene) -> Draft | None:
    place = _first(scene, ("carried_in",))
    if not place:
        return None
    cells, came = scene.figures.cells, place[1]
    for column in APPLICANTS:
        if column != came and cells[_cell("new_received", column)]:
            changed = {
                _cell("carried_in", came): cells[_cell("carried_in", came)] - 1,
                _cell("carried_in", column): cells[_cell("carried_in", column)] + 1,
                _cell("new_received", came): cells[_cell("new_received", came)] + 1,
                _cell("new_received", column): cells[_cell("new_received", column)] - 1,
            }
            return refigure(draft, scene, changed, (34, "上年结转总数相符，但换了申请人类别"))
    return None


def stock_not_continued(draft: Draft, scene: Scene) -> Draft | None:
    stock = scene.figures.cells[f"{DOCUMENTS}/in_force"]
    if stock < 4 or scene.last is None:
        return None
    return refigure(draft, scene, {f"{DOCUMENTS}/in_force": stock - 3}, (35, "现行有效件数与上一年加制发减废止不衔接"))


def copied_tables(draft: Draft, scene: Scene) -> Draft | None:
    if scene.last is None or not scene.figures.cells["proactive/licensing/decisions"]:
        return None
    return refigure(draft, scene, dict(scene.last.cells), (36, "三张表格照抄上一年"))


def jump(draft: Draft, scene: Scene) -> Draft | None:
    for kind in scene.chance.some(("licensing", "penalty"), 2):
        cell = f"proactive/{kind}/decisions"
        before = scene.last.cells[cell] if scene.last else 0
        if before:
            return refigure(
                draft,
                scene,
                {cell: before * scene.chance.between(11, 18)},
                (39, "处理决定数量比上年多十倍以上，没有说明"),
            )
    return None


def blank_cells(draft: Draft, scene: Scene) -> Draft | None:
    chance, cells = scene.chance, scene.figures.cells
    zero = [cell for cell in draft.raw if cell in cells and not cells[cell]]
    manner = chance.pick(("row", "cell", "only_totals"))
    if manner == "row":
        row = chance.pick([cell.rsplit("/", 1)[0] for cell in zero if cell.startswith("requests/")])
        zero = [cell for cell in zero if cell.startswith(f"{row}/")]
    elif manner == "cell":
        zero = chance.some([cell for cell in zero if not cell.startswith("requests/")], 2)
    else:
        zero = [cell for cell in zero if cell.startswith("requests/") and not cell.endswith("/total")]
    return reprint(draft, scene, dict.fromkeys(zero, ""), (12, "没有数的格子留空，没有填0"))


def slashes(draft: Draft, scene: Scene) -> Draft | None:
    chance, cells = scene.chance, scene.figures.cells
    mark = chance.pick(("/", "-", "—", "无", "--", "不适用"))
    zero = [cell for cell in draft.raw if cell in cells and not cells[cell]]
    if chance.happens(0.5):
        row = chance.pick([cell.rsplit("/", 1)[0] for cell in zero if cell.startswith("requests/")])
        zero = [cell for cell in zero if cell.startswith(f"{row}/")]
    else:
        zero = chance.some([cell for cell in zero if cell.startswith("proactive/")], 3)
    return reprint(draft, scene, dict.fromkeys(zero, mark), (13, f"没有数的格子填“{mark}”，没有填0"))


def no_number(draft: Draft, scene: Scene) -> Draft | None:
    chance = scene.chance
    cell = chance.pick(("proactive/licensing/decisions", "proactive/penalty/decisions", _cell("new_received", "total")))
    value = draft.raw[cell]
    wide = value.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    text = chance.pick(("若干", "1O", wide, f"{value}？", "约10"))
    return reprint(draft, scene, {cell: text}, (14, f"应填数字的格子写成“{text}”"))


def impossible_count(draft: Draft, scene: Scene) -> Draft | None:
    cell = scene.chance.pick(("proactive/licensing/decisions", "proactive/penalty/decisions"))
    text = scene.chance.pick(("2.5", "-3", "12.5"))
    return reprint(draft, scene, {cell: text}, (15, f"件数填成“{text}”"))


def rows_shifted(draft: Draft, scene: Scene) -> Draft | None:
    rows = RESULTS[:10]
    cells = scene.figures.cells
    if not _first(scene, rows[:-1]) or _first(scene, rows[-1:]):
        return None
    changed = {_cell(rows[0], c): Decimal(0) for c in COLUMNS}
    for above, below in pairwise(rows):
        changed |= {_cell(below, c): cells[_cell(above, c)] for c in COLUMNS}
    return refigure(draft, scene, changed, (17, "办理结果整体下移一行"))


def total_in_wrong_column(draft: Draft, scene: Scene) -> Draft | None:
    place = _first(scene, ("new_received",))
    if not place or scene.figures.cells[_cell("new_received", "org_other")]:
        return None
    row = "new_received"
    texts = {_cell(row, "org_other"): draft.raw[_cell(row, "total")], _cell(row, "total"): ""}
    return reprint(draft, scene, texts, (18, "合并格丢失，总计落到前一列"))


def extra_row(draft: Draft, scene: Scene) -> Draft | None:
    label, after, width = scene.chance.pick(
        (
            ("9.属于工作秘密", "requests/denied_inquiry_matter", 7),
            ("其他主动公开文件", "proactive/normative_documents", 3),
        )
    )
    edits = replace(draft.edits, extra_rows={after: (label, ("0",) * width)})
    return noted(replace(draft, edits=edits), 10, f"多出格式以外的一行“{label}”")


def missing_row(draft: Draft, scene: Scene) -> Draft | None:
    row = scene.chance.pick(("other_misc", "other_fee_unpaid", "notproc_confirm_reissue", "denied_inquiry_matter"))
    if scene.figures.cells[_cell(row, "total")]:
        return None
    edits = replace(draft.edits, missing_rows=frozenset({f"requests/{row}"}))
    return noted(replace(draft, edits=edits), 11, "表三少一行", tuple(_cell(row, column) for column in COLUMNS))


def picture(draft: Draft, scene: Scene) -> Draft | None:
    if not scene.is_html:
        return None
    table = scene.chance.pick(("requests", "disputes"))
    edits = replace(draft.edits, pictures=frozenset({table}))
    cells = tuple(cell for cell in draft.raw if cell.startswith(f"{table}/"))
    return noted(replace(draft, edits=edits), 16, "表格是图片，没有可读的数字", cells)


def altered_label(draft: Draft, scene: Scene) -> Draft | None:
    old, new = scene.chance.pick(
        (
            ("现行有效件数", "现行有效件"),
            ("行政规范性文件", "规范性文件"),
            ("2.其他法律行政法规禁止公开", "2.其他法律行政止公开"),
            ("四、结转下年度继续办理", "四、结转下年度办理"),
        )
    )
    return noted(replace(draft, edits=replace(draft.edits, labels={old: new})), 9, f"表头“{old}”写成“{new}”")


def old_table(draft: Draft, scene: Scene) -> Draft | None:
    raw = {**{cell: f"{value:f}" for cell, value in scene.figures.trial.items()}, **draft.raw}
    return noted(replace(draft, raw=raw, edits=TableEdits(old_proactive=True)), 8, "表二沿用2019年试行格式")


FIGURE_KINDS = (
    PlantKind(34, "结转换列", carry_in_other_column),
    PlantKind(33, "结转不衔接", carry_lost),
    PlantKind(29, "其他结果漏计", withdrawn_case_lost),
    PlantKind(28, "表四总计错", dispute_total_wrong),
    PlantKind(27, "部分公开重复计", counted_twice),
    PlantKind(24, "收办不平", received_not_settled),
    PlantKind(25, "结果之和不等于总计", results_not_total),
    PlantKind(26, "行总计错", row_not_total),
    PlantKind(17, "整体错行", rows_shifted),
    PlantKind(18, "总计错列", total_in_wrong_column),
    PlantKind(30, "规章不为零", documents_typed_as_rules),
    PlantKind(31, "现行有效过少", stock_below_issued),
    PlantKind(35, "文件存量不衔接", stock_not_continued),
    PlantKind(32, "元与万元", yuan_for_wan),
    PlantKind(36, "表格照抄", copied_tables),
    PlantKind(39, "突增", jump),
    PlantKind(16, "表格成图片", picture),
    PlantKind(14, "非数字", no_number),
    PlantKind(15, "件数不合理", impossible_count),
    PlantKind(12, "留空", blank_cells),
    PlantKind(13, "斜杠", slashes),
    PlantKind(10, "多出行", extra_row),
    PlantKind(11, "缺少行", missing_row),
    PlantKind(9, "表头改动", altered_label),
    PlantKind(8, "旧表", old_table),
)
