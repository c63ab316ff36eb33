"""失效的处理: decisions and corrections that held for other figures or another text, so that a person can look again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import corrections, db, desk, findings, making
from dashboard.filters import Selection
from dashboard.grid import listing
from dashboard.provenance import cell_name
from dashboard.states import write_figure
from etl.ledger import Entry, FindingDecision, Kind, lapsed_decisions

PLACE = "lapsed"
_WHY = "所据的原文已变"
_COLUMNS = ("单位", "处理的是", "当时的处理", "经手人", "理由", "为什么不再算数")
_SHORT = frozenset({2, 3})

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lapsed:
    """What does not hold any more. `subject` and `entry_id` are those of the entry, for whoever takes it back."""

    unit_name: str
    what: str
    said: str
    who: str
    why: str
    reason: str
    subject: str
    entry_id: int

    @property
    def line(self) -> tuple[str, ...]:
        return self.unit_name, self.what, self.said, self.who, self.why or "没有写", self.reason


def area(selection: Selection) -> None:
    """What of this year and scope has to be decided again, what is merely over, and the corrections that hold; nothing
    where there is none."""
    again, over = of_findings(selection)
    cells = of_cells(selection)
    desk.show_told(PLACE)
    if again or cells:
        st.markdown(f"## 要再看一次的处理：{len(again) + len(cells)} 条")
        st.caption("作处理时的数字或原文变了，原来的处理不再算数，记录照样留着。")
    if again:
        st.markdown("**问题的处理**：问题还在，数字变了。请在上面的清单里点开这一条，重新处理。")
        listing(_COLUMNS, [each.line for each in again], short=_SHORT)
    if cells:
        st.markdown("**更正**：现在采用的数不是更正过的。如果仍然读错，请在上面的清单里点开相关问题，重新更正。")
        listing(_COLUMNS, [each.line for each in cells], short=_SHORT)
        with st.container(horizontal=True, vertical_alignment="bottom", key="lapsed-act"):
            desk.name_field(PLACE, width=260)
            st.button(f"看过了，撤回这 {len(cells)} 处更正", key="lapsed-done", on_click=_take_back, args=(cells,))
    if over:
        with st.expander(f"处理过、现在没有再发现的问题（{len(over)}）"):
            listing(_COLUMNS, [each.line for each in over], short=_SHORT)
    corrections.area(selection, making.rebuild)


def of_findings(selection: Selection) -> tuple[list[Lapsed], list[Lapsed]]:
    """The decisions to be made again, because the finding is still there with other figures; and those about findings
    that are not there any more."""
    decisions, names = desk.decisions(), _names(selection)
    now = db.rows('SELECT fingerprint, rule, unit_id, year, "where" FROM finding')
    here = {(row["rule"], row["unit_id"], row["year"], row["where"]): row["fingerprint"] for row in now}
    again, over = [], []
    for each in lapsed_decisions(decisions, {row["fingerprint"] for row in now}):
        about = each.about
        if about["year"] != selection.year or about["unit_id"] not in names:
            continue
        same = here.get((about["rule"], about["unit_id"], about["year"], about["where"]))
        if same is None:
            over.append(_finding(each, names, "入库的年报里现在没有这一条"))
        elif same not in decisions:
            again.append(_finding(each, names, "还有这一条，数字与当时不同"))
    return again, over


def _finding(each: FindingDecision, names: Mapping[str, str], reason: str) -> Lapsed:
    who = f"{each.who}，{desk.when(each.made_at)}"
    said = findings.decision_word(each.decision)
    return Lapsed(
        names[each.about["unit_id"]],
        each.about["message"],
        said,
        who,
        each.why,
        reason,
        each.fingerprint,
        each.entry_id,
    )


def of_cells(selection: Selection) -> list[Lapsed]:
    """The corrections that stand in the ledger and not in the figures. One whose figure the report in force states by
    itself has nothing left to say."""
    names = _names(selection)
    known = {(row["sha256"], row["cell"]): row for row in db.rows("SELECT * FROM corrected_cell")}
    files = {row["sha256"] for row in db.rows("SELECT sha256 FROM source_file")}
    found = []
    for entry in desk.ledger().latest(Kind.CELL).values():
        sha256, _, cell = entry.subject.partition("/")
        row = known.get((sha256, cell))
        if entry.after is None or (row is None and sha256 in files):
            continue  # taken back, or said since the last build
        unit_id, year = (row["unit_id"], row["year"]) if row else (entry.after["unit_id"], entry.after["year"])
        if year == selection.year and unit_id in names:
            reason, label = _reason(entry, row, cell, unit_id, year)
            if reason:
                found.append(_cell(entry, names[unit_id], label, reason))
    return found


def _reason(entry: Entry, row: Row | None, cell: str, unit_id: str, year: int) -> tuple[str, str]:
    """Why a correction does not hold, "" where it does or is not needed; and the cell in words."""
    here = db.rows(
        "SELECT * FROM cell_figure WHERE unit_id = $unit AND year = $year AND cell = $cell",
        {"unit": unit_id, "year": year, "cell": cell},
    )
    now = here[0] if here else None
    label = cell_name(now) if now else cell
    if row is not None and row["is_chosen"]:
        if row["is_applied"]:
            return "", label
        return f"现在读到的原文是“{row['raw'] or '（空）'}”，当时看到的是“{row['expected'] or '（空）'}”", label
    if now is None or now["file_id"] is None:
        return "这份文件不再采用，这一年没有别的年报", label
    assert entry.after is not None, "what was taken back is left out"
    if corrections.figure(entry.after) == corrections.figure(now):
        return "", label
    text = write_figure(now["state"], now["value"], now["raw"])
    return f"现在采用的是另一份（{now['path']}），这一格是“{text}”", label


def _cell(entry: Entry, unit_name: str, label: str, reason: str) -> Lapsed:
    assert entry.after is not None, "what was taken back is left out"
    said = f"算作“{corrections.figure(entry.after)}”"
    who = f"{entry.who}，{desk.when(entry.made_at)}"
    return Lapsed(unit_name, label, said, who, entry.why, reason, entry.subject, entry.entry_id)


def _names(selection: Selection) -> dict[str, str]:
    rows = db.rows(
        "SELECT unit_id, name FROM unit WHERE unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope)",
        selection.parameters,
    )
    return {row["unit_id"]: row["name"] for row in rows}


def _take_back(cells: Sequence[Lapsed]) -> None:
    for each in cells:
        if not desk.record(PLACE, Kind.CELL, each.subject, None, seen=each.entry_id, why=_WHY):
            return
    desk.tell(PLACE, desk.Told(f"已撤回 {len(cells)} 处不再算数的更正，记录照样留着。", is_done=True))
