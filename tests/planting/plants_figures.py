"""Errors in the tables that the sample county does not make, or makes otherwise than the list of 48 describes them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from etl.sample.document import Draft
from etl.sample.plant import PlantKind, noted, refigure, reprint, resaid, said, telling
from etl.sample.plant_figures import FEES, FIGURE_KINDS
from etl.sample.tables import COLUMNS, REQUEST_ROWS, RESULTS
from tests.planting.scene import Sowing, Stage

SAMPLE = {kind.number: kind for kind in FIGURE_KINDS}


def _cell(row: str, column: str) -> str:
    return f"requests/{row}/{column}"


def block_moved_down(draft: Draft, stage: Stage) -> Draft | None:
    """Every row from some result on stands one row too low; the sums fit once they are moved back."""
    cells = stage.figures.cells
    rows = REQUEST_ROWS[REQUEST_ROWS.index("unable_not_held") :]
    total = _cell("total_processed", "total")
    if not cells[total] or cells[_cell("carried_out", "total")]:
        return None
    changed = {_cell(rows[0], column): Decimal(0) for column in COLUMNS}
    for above, below in pairwise(rows):
        changed |= {_cell(below, column): cells[_cell(above, column)] for column in COLUMNS}
    return refigure(draft, stage, changed, (17, "无法提供以下各行整体下移一行，上移一行后各项勾稽成立"))


def told_results_moved_down(draft: Draft, stage: Stage) -> Draft | None:
    """All results one row too low: the sums still hold, and only the words give it away."""
    cells = stage.figures.cells
    granted = cells[_cell("granted", "total")]
    text = "".join(paragraph.text for paragraph in draft.paragraphs())
    if not granted or f"予以公开{granted}件" not in text or cells[_cell("other_misc", "total")]:
        return None
    changed = {_cell("granted", column): Decimal(0) for column in COLUMNS}
    for above, below in pairwise(RESULTS):
        changed |= {_cell(below, column): cells[_cell(above, column)] for column in COLUMNS}
    return refigure(draft, stage, changed, (17, "办理结果整体下移一行，正文写明予以公开的件数"))


def jump(draft: Draft, stage: Stage) -> Draft | None:
    for kind in stage.chance.some(("licensing", "penalty"), 2):
        cell = f"proactive/{kind}/decisions"
        before = stage.last.cells[cell] if stage.last else 0
        if before >= 10:
            changed = {cell: before * stage.chance.between(14, 20)}
            return refigure(draft, stage, changed, (39, "处理决定数量比上年多十倍以上，没有说明"))
    return None


def blank_fee(draft: Draft, stage: Stage) -> Draft | None:
    if stage.figures.cells[FEES]:
        return None
    return reprint(draft, stage, {FEES: ""}, (12, "行政事业性收费一格空白"))


def stroke_for_rules(draft: Draft, stage: Stage) -> Draft | None:
    row = {f"proactive/rules/{column}": "/" for column in ("issued", "repealed", "in_force")}
    return reprint(draft, stage, row, (13, "规章一行填“/”"))


def wide_digits(draft: Draft, stage: Stage) -> Draft | None:
    """Digits as an input method for Chinese types them."""
    cell = "proactive/licensing/decisions"
    wide = draft.raw[cell].translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    return reprint(draft, stage, {cell: wide}, (14, f"数字打成全角“{wide}”"))


def not_filled_total(draft: Draft, stage: Stage) -> Draft | None:
    """A sum that is plainly wrong in one block of 表四 although nothing happened."""
    cell = "disputes/litigation_direct/total"
    if stage.figures.cells[cell]:
        return None
    return refigure(draft, stage, {cell: Decimal(stage.chance.between(1, 3))}, (28, "表四各项为0而总计不为0"))


def items_not_continued(draft: Draft, stage: Stage) -> Draft | None:
    """The trial form's own relation between two years."""
    cell = "proactive/licensing/items_previous"
    if draft.form != "2019" or not stage.figures.trial[cell]:
        return None
    changed = refigured_trial(draft, cell, stage.figures.trial[cell] + 3)
    return noted(changed, 0, "上一年项目数量与上一年报告不衔接", (cell,))


def refigured_trial(draft: Draft, cell: str, value: Decimal) -> Draft:
    return replace(draft, raw={**draft.raw, cell: f"{value:f}"})


def pending_lost(draft: Draft, stage: Stage) -> Draft | None:
    """Cases that were pending at the end of last year and are nowhere this year."""
    if stage.last is None:
        return None
    for block in ("reconsideration", "litigation_direct"):
        if stage.last.cells[f"disputes/{block}/pending"] and not stage.figures.cells[f"disputes/{block}/total"]:
            return noted(draft, 0, "上一年尚未审结的案件没有出现", (f"disputes/{block}/total",))
    return None


def odd_fee(draft: Draft, stage: Stage) -> Draft | None:
    """A processing fee that no tariff yields."""
    told = said(draft, "info_fee_yuan")
    if told is None or stage.figures.cells[FEES] < 1:
        return None
    sentence = "本年度收取政府信息公开信息处理费385元。"
    changed = resaid(draft, told, sentence, telling(sentence, {"info_fee_yuan": 385}, "元"))
    return noted(changed, 0, "信息处理费不是10元的整倍数")


def fee_from_few(draft: Draft, stage: Stage) -> Draft | None:
    """A fee by the case, charged by a unit that received too few requests for one."""
    told = said(draft, "info_fee_yuan")
    if told is None or stage.figures.cells[FEES] < 1 or stage.figures.cells[_cell("new_received", "total")] > 3:
        return None
    sentence = "本年度收取政府信息公开信息处理费300元。"
    changed = resaid(draft, told, sentence, telling(sentence, {"info_fee_yuan": 300}, "元"))
    return noted(changed, 0, "申请不多而有信息处理费")


def much_left(draft: Draft, stage: Stage) -> Draft | None:
    """Most of the year's requests left for the next."""
    cells = stage.figures.cells
    new = cells[_cell("new_received", "natural_person")]
    rows = [row for row in RESULTS if cells[_cell(row, "natural_person")]]
    if new < 6 or not rows:
        return None
    changed = {}
    for column in COLUMNS:
        done = cells[_cell("total_processed", column)]
        changed |= {_cell(row, column): Decimal(0) for row in RESULTS}
        changed |= {_cell("total_processed", column): Decimal(0)}
        changed |= {_cell("carried_out", column): cells[_cell("carried_out", column)] + done}
    draft = refigure(draft, stage, changed, (0, "结转下年度的申请超过四分之一")) or draft
    return draft


def sowings() -> tuple[Sowing, ...]:
    """How often each error in the tables is planted, the rarest chances first."""
    last = {33, 34, 35, 36}
    own = {28: 4, 12: 4, 13: 4, 14: 4}
    skipped = {17, 39}  # described otherwise in the list; planted below as described there
    sample = [
        Sowing(kind, own.get(kind.number, 5), needs_last=kind.number in last)
        for kind in FIGURE_KINDS
        if kind.number not in skipped
    ]
    return (
        Sowing(PlantKind(0, "试行表样跨年", items_not_continued, any_form=True), 1, needs_last=True, rule="X-06"),
        Sowing(PlantKind(0, "未审结案件消失", pending_lost), 1, needs_last=True, rule="X-03"),
        Sowing(PlantKind(0, "申请不多而收费", fee_from_few), 1, rule="F-11"),
        Sowing(PlantKind(0, "信息处理费不合标准", odd_fee), 1, rule="F-10"),
        *sample[:4],
        Sowing(PlantKind(17, "正文写明的结果错行", told_results_moved_down), 2),
        Sowing(PlantKind(17, "整体错行", block_moved_down), 5),
        Sowing(PlantKind(0, "结转偏多", much_left), 1, rule="R-25"),
        *sample[4:],
        Sowing(PlantKind(39, "突增", jump), 5, needs_last=True),
        Sowing(PlantKind(28, "表四空有总计", not_filled_total), 2),
        Sowing(PlantKind(14, "全角数字", wide_digits), 2),
        Sowing(PlantKind(12, "收费空白", blank_fee), 2),
        Sowing(PlantKind(13, "规章斜杠", stroke_for_rules), 2),
    )
