"""The cards of 总览: four large figures, one tile for each unit, four trends, what was done last."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import streamlit as st

from dashboard import (
    applications,
    card,
    charts,
    charts_strips,
    db,
    desk,
    figures,
    filters,
    findings,
    modes,
    standing,
    viewer,
)
from dashboard.charts import Mark
from dashboard.filters import ALL, Selection
from dashboard.grid import Cell, Row, Table, listing
from dashboard.provenance import Address
from dashboard.standing import Part
from etl.ledger import SCORE_KINDS, AppealStage, Entry, FindingDecision, Kind, parse_score_subject, unit_and_year

OVERTURNED, RECEIVED = "disputes_overturned", applications.RECEIVED
# Not the fees: one amount in the wrong unit would flatten all years; 收费 tells it apart.
TRENDS = (RECEIVED, "disputes_total", "published_total", "proactive/penalty/decisions")
_ON_PAPER = 90  # pixels of one trend: a sheet is lower than a screen
_FEWEST_YEARS = 3  # of which a line is drawn
_NEWEST, _READ = 8, 400  # what was done last: lines shown, entries looked through
Decisions = Mapping[str, FindingDecision]
Units = Mapping[str, tuple[Part, dict[str, Any]]]


def large_figures(selection: Selection, filed: figures.Rows, decisions: Decisions) -> None:
    """已报, 没有必改, 新收申请, 被纠正: each beside the year before, over the years, with its 出处. `filed` are the rows of
    filing_total of every year."""
    stand = standing.by_year(selection.scope, decisions)
    columns = st.columns(4)
    with columns[0]:
        addresses = [_filed(selection, filed)]
    with columns[1]:
        addresses.append(_passed(selection, filed, stand))
    for column, name, label, item in (
        (columns[2], "received", "新收申请（件）", RECEIVED), (columns[3], "overturned", "复议诉讼中被纠正（件）", OVERTURNED),
    ):  # fmt: skip
        sums = db.rows(
            "SELECT * FROM measure_total WHERE scope = $scope AND measure = $item ORDER BY year",
            {"scope": selection.scope, "item": item},
        )
        with column:
            addresses.append(card.total_metric(name, label, sums, selection.year))
    card.metric_source(addresses)


def owed(row: Mapping[str, Any]) -> int:
    """How many have to file, also in a year in which some have not been asked yet."""
    return row["due"] + row["not_collected"]


def _filed(selection: Selection, rows: figures.Rows) -> str:
    by_year = {row["year"]: row for row in rows}
    now, address = by_year[selection.year], str(Address("filing", "report", selection.year, selection.scope))
    states = [("没有读成", "unread"), ("未报", "not_filed"), ("未收集", "not_collected")]
    note = "，".join(f"{word} {now[key]} 家" for word, key in states if now[key])
    note = note or ("都报了" if owed(now) else "这个范围里没有应报的单位")
    told = {year: (row["filed"], owed(row)) for year, row in by_year.items() if row["due"]}
    card.metric(
        "filing", "已报 / 应报（家）", f"{now['filed']} / {owed(now)}", note, address, _last(told, selection.year),
        _past({year: part for year, (part, _) in told.items()}, selection.year),
    )  # fmt: skip
    return address


def _passed(selection: Selection, rows: figures.Rows, stand: Mapping[int, Counter[Part]]) -> str:
    """Of those that filed: in how many nothing is left to mend; whoever could not be checked is told beside it."""
    filed = {row["year"]: row["filed"] for row in rows}
    address = str(Address("standing", "report", selection.year, selection.scope))
    told = {year: (stand[year][standing.PASSED], count) for year, count in filed.items() if count and year in stand}
    if selection.year not in told:
        card.metric("standing", "没有必改 / 已报（家）", f"0 / {filed[selection.year]}", "没有可以核对的年报", address)
        return address
    now = stand[selection.year]
    left = [part for part in (standing.MUST_FIX, standing.DOUBTFUL, standing.UNCLAIMED) if now[part]]
    note = "，".join(f"{part.word} {now[part]} 家" for part in left) or "都核对过，没有必改"
    passed, count = told[selection.year]
    card.metric(
        "standing", "没有必改 / 已报（家）", f"{passed} / {count}", f"{note}。按现在的版本，退改后重报的算重报的。", address,
        _last(told, selection.year), _past({year: part for year, (part, _) in told.items()}, selection.year),
    )  # fmt: skip
    return address


def _last(told: Mapping[int, tuple[int, int]], year: int) -> str | None:
    return f"上年 {told[year - 1][0]} / {told[year - 1][1]}" if year - 1 in told else None


def _past(counts: Mapping[int, int], year: int) -> list[float]:
    """The counts up to this year, NaN where a year has none; nothing where too few have one."""
    held = [each for each in counts if each <= year]
    if len(held) < _FEWEST_YEARS:
        return []
    return [float(counts.get(each, math.nan)) for each in range(min(held), year + 1)]


def tiles(selection: Selection, units: Units, found: findings.Rows, decisions: Decisions) -> None:
    """One tile for each unit, group by group; over all years as a table."""
    rows = db.rows("SELECT * FROM scope_filing WHERE scope = $scope ORDER BY position, year", selection.parameters)
    years = sorted({row["year"] for row in rows})
    cells = {(row["unit_name"], row["year"]): figures.filing_cell(row) for row in rows}
    names = list(dict.fromkeys(row["unit_name"] for row in rows))
    lines = tuple(Row(name, tuple(cells.get((name, year), Cell.empty()) for year in years)) for name in names)
    here = [row for row in rows if row["year"] == selection.year]
    if modes.current():  # a screen or a sheet has no room for those that need not file
        here = [row for row in here if row["unit_name"] in units]
    open_in = Counter(row["unit_id"] for row in findings.open_must_fix(found, decisions))
    groups = list(dict.fromkeys(row["group"] for row in here))
    short = {name: each for group in groups for name, each in _short([row for row in here if row["group"] == group])}
    ordered = sorted(here, key=lambda row: groups.index(row["group"]))
    views: dict[str, card.View] = {
        "本年": Table(
            "单位", (str(selection.year),),
            tuple(
                Row(
                    row["unit_name"], (_tile(row, units.get(row["unit_name"]), open_in[row["unit_id"]]),),
                    short=short[row["unit_name"]], group=row["group"] if len(groups) > 1 else "",
                )
                for row in ordered
            ),
            is_tiles=True,
        ),
        "历年报送": Table("单位", tuple(map(str, years)), lines),
    }  # fmt: skip
    title = f"{selection.year} 年度{standing.sentence(units)}"
    note = "一家一格，按登记表顺序。绿格没有待改的必改问题，红格“■”有；黄格有待核的，灰格未报。点一格看是哪份文件、哪里要改。"
    card.show("filing", "报送与质量", title, note, selection, views)


def _short(rows: figures.Rows) -> Iterator[tuple[str, str]]:
    """Names as a tile has room for them: what all of one group begin with is left out."""
    names = [row["unit_name"] for row in rows]
    return zip(names, charts.short_names(names), strict=True)


def _tile(row: Mapping[str, Any], stands: tuple[Part, Any] | None, to_mend: int) -> Cell:
    """How one unit stands; those that need not file are there too, and say so."""
    filing = figures.filing_cell(dict(row))
    if stands is None:
        return filing
    part = stands[0]
    word = f"{part.mark} {part.word} {to_mend} 处" if part is standing.MUST_FIX else part.word
    if part is standing.DOUBTFUL and row["filing"] == "filed":
        word = f"{part.mark} {filing.text}"
    address = str(Address("standing", "report", row["year"], row["unit_id"]))
    return Cell(
        word, filing.state, address, source=filing.source, note=f"{row['unit_name']}：{part.meaning}", tone=part.tone
    )


def trends(selection: Selection) -> None:
    """Four sums over the years, each on its own scale; hollow where somebody is missing."""
    rows = db.rows(
        """SELECT * FROM measure_total WHERE scope = $scope AND list_contains($measures, measure)
           ORDER BY list_position($measures, measure), year""",
        {"scope": selection.scope, "measures": TRENDS},
    )
    for row in rows:
        row["label"] = f"{'正文 ' if row['kind'] == 'claim' else ''}{row['name']}（{row['counter']}）"
    years = sorted({row["year"] for row in rows})
    events = filters.events_by_year(filters.events(selection))
    labels = list(dict.fromkeys(row["label"] for row in rows if row["counted"]))
    lines = [
        charts_strips.Strip(label, [_mark(row, label) for row in rows if row["label"] == label]) for label in labels
    ]
    height = _ON_PAPER if modes.is_print() else charts_strips.HEIGHT
    views: dict[str, card.View] = {"表": figures.totals_by(rows, "label", "year", "合计")}
    if lines:
        views = {
            "图": lambda: charts_strips.strips(
                lines, years, "", events, is_one_scale=False, is_wide=False, height=height
            ),
            **views,
        }
    hollow = any(row["counted"] and not row["is_complete"] for row in rows)
    note = f"{selection.scope_words}合计，各有各的刻度。" if lines else f"{selection.scope_words}这些年没有可计的数。"
    note += "空心点是不完整的合计，缺的不补，点开看缺谁。" if hollow else ""
    note += "▼ 是那一年发生的事，指着看。" if any(year in years for year in events) else ""
    card.show("trends", "近年趋势", "近年趋势", note, selection, views)


def _mark(row: dict[str, Any], label: str) -> Mark:
    cell = figures.total_cell(row)
    return Mark(
        label, str(row["year"]), figures.total_state(row), row["value"] if row["counted"] else None, cell.address,
        cell.text, row["is_complete"],
    )  # fmt: skip


# ---- what was done last


_DONE = {
    Kind.INTAKE: "入库", Kind.CLAIM_FILE: "认领", Kind.CELL: "更正一格", Kind.DATES: "记下收到或公布日期", Kind.REMINDED: "催报",
    Kind.RETURNED: "退改", Kind.CLOSED: "销号",
}  # fmt: skip


def doings(selection: Selection) -> None:
    """The last things that people decided about the units looked at."""
    names = {
        row["unit_id"]: row["unit_name"]
        for row in db.rows(
            """SELECT DISTINCT s.unit_id, u.name AS unit_name FROM unit_scope s JOIN unit u USING (unit_id)
               WHERE s.scope = $scope OR $scope = '全部'""",
            selection.parameters,
        )
    }
    lines = []
    for entry in filter(_may_be_seen, desk.ledger().newest(_READ)):
        unit, year = _whose(entry)
        if (unit in names) if unit else selection.group == ALL and not selection.unit_id:
            told = f"{names.get(unit, '')} {f'{year} 年度' if year else ''}".strip()
            lines.append((desk.when(entry.made_at), told, _what(entry), entry.who))
        if len(lines) == _NEWEST:
            break
    with st.container(border=True, key="card-doings"):
        st.html('<h3 class="nb-title">最近动态</h3>')
        if not lines:
            st.caption("还没有人作过处理。入库、更正、退改、销号以后，最近的几条列在这里。")
            return
        st.caption(f"最近 {len(lines)} 条处理，全部在台账里。")
        listing(("时间", "单位", "做了什么", "经手人"), lines, short=frozenset({0, 3}))


def _may_be_seen(entry: Entry) -> bool:
    """What is decided about scores is nobody's business before they are finalised, but of those who decide."""
    return not viewer.is_viewer() or entry.kind not in SCORE_KINDS or entry.kind is Kind.FINALISED


def _what(entry: Entry) -> str:
    if entry.kind is Kind.FINDING and entry.after is not None:
        return f"问题{findings.decision_word(entry.after['decision'])}：{entry.after['where']}"
    word = _DONE.get(entry.kind, entry.kind.label)
    if entry.kind is Kind.APPEAL and entry.after is not None:
        word += AppealStage(entry.after["stage"]).label
    if entry.kind in (Kind.SCORE, Kind.APPEAL):
        word += f"：{parse_score_subject(entry.subject).indicator}"
    return word if entry.after is not None else f"撤回：{word}"


def _whose(entry: Entry) -> tuple[str, int | None]:
    said = entry.after or entry.before or {}
    if said.get("unit_id"):
        return str(said["unit_id"]), said.get("year")
    if entry.kind in (Kind.REMINDED, Kind.RETURNED, Kind.CLOSED):
        unit, _, year = entry.subject.rpartition("/")
        return unit, int(year)
    if entry.kind is Kind.FINALISED:
        return "", int(entry.subject)
    if entry.kind in SCORE_KINDS:
        return unit_and_year(entry.subject)
    return "", None


# ---- what a person should look at


KINDS = {
    "unclaimed": (
        "等待认领的文件",
        "认领之前不算谁家的年报；文件名认得出单位和年度的，那一家先显示为“待核”，不算未报。",
    ),
    "unread": ("没有读成的文件", "换一份能读的再放进文件夹，重新入库即可。"),
    "unreadable": ("有待核数字的年报", "读不准的不猜、不计入合计，请对照原文。"),
    "partial": ("表或行没有读全的年报", "缺了表或行，或有不在格式里的行；没有读出的格子按“待核”算，不计入合计。"),
    "not_filed": ("没有找到年报的单位", "这一年登记为已收齐。"),
    "spare": ("同一单位同一年多出来的文件", "都留着，只取其中一份。"),
    "rubric": ("不能用的评分细则", "改好以前，这一年不评分；其余照常。"),
}


def attention(selection: Selection) -> None:
    """What a person should look at; nothing here is a judgement of the unit."""
    rows = db.rows(
        """SELECT * FROM attention WHERE (year = $year OR year IS NULL)
           AND (unit_id IS NULL OR unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope))""",
        selection.parameters,
    )
    with st.container(border=True, key="card-attention"):
        st.html(f'<h3 class="nb-title">{f"请看一看：{len(rows)} 处" if rows else "没有需要看的地方"}</h3>')
        st.caption("只列事实，不作评价；文件类的不分年度。")
        for kind, (label, hint) in KINDS.items():
            held = [row for row in rows if row["kind"] == kind]
            if held:
                with st.expander(f"{label}：{len(held)}"):
                    st.caption(hint)
                    listing(("单位", "文件", "说明"), [(row["unit_name"], row["path"], row["message"]) for row in held])


COMPARED = (
    "requests/new_received/total", "requests/total_processed/total", "requests/carried_out/total",
    "proactive/licensing/decisions", "proactive/penalty/decisions", "disputes/reconsideration/total",
)  # fmt: skip


def area_report(selection: Selection) -> None:
    """The report of the whole area beside the sum of the units: two scopes that are never added together."""
    rows = db.rows(
        """SELECT *, scope = '全部' AS is_sum FROM measure_total WHERE year = $year AND list_contains($measures, measure)
           AND scope IN ('全部', (SELECT unit_id FROM unit WHERE kind = 'area')) ORDER BY measure_position, is_sum DESC""",
        {"year": selection.year, "measures": COMPARED},
    )
    area = [row for row in rows if not row["is_sum"]]
    if not area:
        return
    if not any(row["counted"] for row in rows):
        with st.container(border=True, key="card-area"):
            st.html('<h3 class="nb-title">县级年报与各单位合计</h3>')
            st.caption(f"{selection.year} 年度的年报没有这几项可以对着看的数。")
        return
    for row in rows:
        row["whose"] = "各单位合计" if row["is_sum"] else "县级年报"
        row["what"] = figures.row_name(row)
    table = figures.totals_by(rows, "what", "whose", "项目")
    note = "县级年报是全区域口径，与各单位合计并列看，不相加；垂直管理单位等会使两边不同。"
    card.show("area", "县级年报与各单位合计", "县级年报与各单位合计", note, selection, {"表": table})
