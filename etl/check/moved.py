"""Figures that stand in a neighbour's place: a total one column to the left, results one row down."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import NamedTuple

import duckdb

from etl.check.places import figure
from etl.check.row import FindingRow, Verdict
from etl.form import Form, load_forms
from etl.form.model import FormTable, Row
from etl.source import Locator

_TOLD = {  # how the prose tells the results of requests, by row
    "granted": re.compile(r"予以公开(?:的)?\s*(\d+)\s*件"),
    "partially_granted": re.compile(r"部分公开(?:的)?\s*(\d+)\s*件"),
    "unable_not_held": re.compile(r"不掌握(?:相关)?(?:政府)?信息(?:的)?\s*(\d+)\s*件"),
}
_ENOUGH = 30  # requests in each year: of fewer, last year's results say nothing about this year's
_CELLS = """
SELECT c.file_id, c.form, f.cell, f.state, f.value, f.raw, f.locator
FROM checked_report c
JOIN fact_now f ON f.file_id = c.file_id AND f.cell LIKE 'requests/%'
JOIN form_cell n ON n.form = c.form AND n.cell = f.cell
WHERE c.file_id IN (
    SELECT file_id FROM fact_now
    WHERE cell LIKE 'requests/%' AND (value > 0 OR regexp_matches(coalesce(raw, ''), '[1-9]'))
)
"""


class _Cell(NamedTuple):
    state: str
    value: Decimal | None
    raw: str | None
    locator: Locator | None


_Cells = Mapping[str, _Cell]


def find(connection: duckdb.DuckDBPyConnection) -> Iterator[FindingRow]:
    """Totals under the column before theirs (T-18) and results under the row after theirs (T-17), in 表三."""
    reports: defaultdict[tuple[int, str], dict[str, _Cell]] = defaultdict(dict)
    for file_id, form, cell, state, value, raw, locator in connection.sql(_CELLS).fetchall():
        reports[file_id, form][cell] = _Cell(state, value, raw, Locator(**locator) if locator else None)
    last = _last_results(connection)
    prose = dict(connection.sql(
        "SELECT s.file_id, string_agg(s.text, chr(10)) FROM section s JOIN checked_report c USING (file_id) GROUP BY ALL"
    ).fetchall())  # fmt: skip
    for (file_id, edition), cells in reports.items():
        form = load_forms()[edition]
        table = next(table for table in form.tables if table.id == "requests")
        for row in table.blocks[0].rows:
            yield from _total_moved(file_id, table, row, cells)
        yield from _rows_moved(file_id, form, table, cells, prose.get(file_id, ""), last.get(file_id, {}))


def _total_moved(file_id: int, table: FormTable, row: Row, cells: _Cells) -> Iterator[FindingRow]:
    """No total, and the last applicants' figure is the sum of the others'."""
    columns = table.blocks[0].columns
    total = next(column for column in columns if column.total_of)
    names = [f"{table.id}/{row.id}/{column.id}" for column in columns]
    printed = [cells.get(name) for name in names]
    if any(cell is None for cell in printed) or not _is_empty(printed[columns.index(total)]):
        return
    if sum(cell is not None and cell.state == "unreadable" and cell.raw is None for cell in printed) > 1:
        return  # several figures are missing: nobody knows in which columns the others stand
    figures = [(column, _printed(cell)) for column, cell in zip(columns, printed, strict=True) if column is not total]
    known = [(column, value) for column, value in figures if value is not None]
    if len(known) < 3:
        return
    (column, value), others = known[-1], [value for _, value in known[:-1]]
    if value <= 0 or value != sum(others):
        return
    place = next(cell for name, cell in zip(names, printed, strict=True) if name.endswith(f"/{column.id}"))
    yield FindingRow(
        rule="T-18",
        file_id=file_id,
        where=f"{table.label.split()[0]}“{row.label}”行",
        found=f"“{column.label}”列为 {figure(value)}，正好是前面各列之和，“{total.label}”列空着",
        expected=f"总计应在“{total.label}”列",
        verdict=Verdict.BROKEN,
        cells=(f"{table.id}/{row.id}/{column.id}", f"{table.id}/{row.id}/{total.id}"),
        locator=place.locator if place else None,
    )


def _rows_moved(
    file_id: int, form: Form, table: FormTable, cells: _Cells, prose: str, last: Mapping[str, Decimal]
) -> Iterator[FindingRow]:
    """Results that fit the sums, the words or last year only when each is read one row higher."""
    rows = [row for row in table.blocks[0].rows if f"{table.id}/{row.id}/total" in cells]
    names = [row.id for row in rows]
    total = next((row for row in rows if row.total_of), None)
    if total is None:
        return
    results = [name for name in names if name in total.total_of]
    now = {name: cells[f"{table.id}/{name}/total"].value for name in names}
    known = {name: value for name, value in now.items() if value is not None}
    if len(known) < len(names) or not any(known[name] for name in results):
        return
    witness = by_sums = _sums_say_so(known, results, total.id)
    if not witness and not known[results[0]]:
        witness = _prose_says_so(known, results, prose) or _history_says_so(known, results, last)
    if not witness:
        return
    filled = [row for row in rows if row.id in results and known[row.id]]
    marked = [*filled, *(row for row in rows if by_sums and row.id in (total.id, "carried_out"))]
    yield FindingRow(
        rule="T-17",
        file_id=file_id,
        where=f"{table.label.split()[0]}“{filled[0].label}”至“{filled[-1].label}”行",
        found=witness,
        expected="各数应在各自的行",
        verdict=Verdict.DOUBTFUL,
        cells=tuple(f"{table.id}/{row.id}/total" for row in marked),
        locator=cells[f"{table.id}/{filled[0].id}/total"].locator,
        place="results",
        value_key=",".join(f"{row.id}={known[row.id]}" for row in filled),
    )


def _raised(known: Mapping[str, Decimal], results: Sequence[str]) -> Iterator[dict[str, Decimal]]:
    """The results with the first n of them one row higher, for every n there can be: what follows stays in place."""
    for count in range(2, len(results) + 1):
        moved = results[:count]
        yield {**known, **{above: known[below] for above, below in pairwise(moved)}, moved[-1]: Decimal(0)}


def _sums_say_so(known: Mapping[str, Decimal], results: Sequence[str], total: str) -> str:
    """From some row on everything stands one row down: the total where 结转下年度 belongs."""
    settled = known["new_received"] + known["carried_in"]
    stated, rest = known["carried_out"], [known[name] for name in results]
    if known[total] == sum(rest) or not stated or sum(rest) + known[total] != stated or settled != stated:
        return ""
    return f"按各数上移一行，（七）总计为 {figure(stated)}，与各项之和、与第一项加第二项都相符"


def _prose_says_so(known: Mapping[str, Decimal], results: Sequence[str], prose: str) -> str:
    told = {name: Decimal(found.group(1)) for name, pattern in _TOLD.items() if (found := pattern.search(prose))}
    told = {name: value for name, value in told.items() if name in results}
    if not told.get("granted") or all(known[name] == value for name, value in told.items()):
        return ""
    if not any(all(raised[name] == value for name, value in told.items()) for raised in _raised(known, results)):
        return ""
    return f"正文写予以公开 {figure(told['granted'])} 件，与下一行的数相同"


def _history_says_so(known: Mapping[str, Decimal], results: Sequence[str], last: Mapping[str, Decimal]) -> str:
    """One row higher the results are spread as last year's were, as they stand they are not at all."""
    count = sum(known[name] for name in results)
    if count < _ENOUGH or sum(last.values()) < _ENOUGH or not last.get(results[0]):
        return ""

    def overlap(each: Mapping[str, Decimal]) -> Decimal:
        return sum((min(each[name], last.get(name, Decimal(0))) for name in results), Decimal(0))

    alike, as_it_stands = max(map(overlap, _raised(known, results))), overlap(known)
    if alike * 2 < min(count, sum(last.values())) or as_it_stands * 4 > alike:
        return ""
    return f"上一年为 {figure(last[results[0]])}，各项上移一行才与上一年的分布相近"


def _last_results(connection: duckdb.DuckDBPyConnection) -> dict[int, dict[str, Decimal]]:
    rows = connection.sql(
        """SELECT c.file_id, split_part(f.cell, '/', 2), f.value
        FROM checked_report c JOIN fact_now f ON f.file_id = c.last_file_id
        WHERE f.cell LIKE 'requests/%/total' AND f.value > 0"""
    ).fetchall()
    found: defaultdict[int, dict[str, Decimal]] = defaultdict(dict)
    outside = {"new_received", "carried_in", "total_processed", "carried_out"}
    for file_id, row, value in rows:
        if row not in outside:
            found[file_id][row] = value
    return found


def _is_empty(cell: _Cell | None) -> bool:
    return cell is not None and cell.value is None and not (cell.raw or "").strip()


def _printed(cell: _Cell | None) -> Decimal | None:
    """The figure, also where the whole row is in doubt and only the text is kept."""
    if cell is None:
        return None
    if cell.value is not None:
        return cell.value
    try:
        return Decimal((cell.raw or "").strip())
    except InvalidOperation:
        return None
