"""依申请公开: from the rows of the marts to its sentences, marks and tables. Nothing here asks or draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from dashboard import charts_flow, figures
from dashboard.charts import Mark
from dashboard.filters import ALL, Selection
from dashboard.grid import Cell, Row, Table
from dashboard.states import LOOKS, ValueState, write_number, write_share

Line = Mapping[str, Any]
Lines = Sequence[dict[str, Any]]

RECEIVED, CARRIED_IN = "requests/new_received/total", "requests/carried_in/total"
PROCESSED, CARRIED_OUT = "requests/total_processed/total", "requests/carried_out/total"
SIDES = ((CARRIED_IN, RECEIVED), (PROCESSED, CARRIED_OUT))  # the printed identity: the first two equal the last two
FOUR = tuple(measure for side in SIDES for measure in side)
_OF_BALANCE = dict(zip(FOUR, ("carried_in", "received", "processed", "carried_out"), strict=True))
AT_HAND = "requests_at_hand"
FEWEST_FOR_FLOW = 10  # applications of one unit from which their way is drawn
FEWEST_FOR_SHARES = 30  # applications from which a line may be shown as 100 %
LOOK_INTO = "请抽查申请渠道是否通畅：信函地址、网上入口、电话。"


def conclusion(rows: Lines, total: Line | None, selection: Selection) -> str:
    """What the page comes to; zero is told before anything else can be drawn of it."""
    year = f"{selection.year} 年度"
    asked = [row for row in rows if row["state"] == ValueState.REPORTED]
    zero = [row for row in rows if row["state"] == ValueState.ZERO]
    missed = left_out(total) if total else ""
    if not asked and not zero:
        return f"{year}没有可以计入的申请数{f'：{missed}' if missed else ''}。"
    if not asked and selection.unit_id:
        return f"{year}报零申请。{LOOK_INTO}"
    if not asked:
        everybody = "全县" if selection.group == ALL else selection.group
        told = (
            f"计入的 {len(zero)} 家均报零申请（{missed}，不在其内）"
            if missed
            else f"{everybody} {len(zero)} 家均报零申请"
        )
        return f"{year}{told}。{LOOK_INTO}"
    number = write_number(sum(row["value"] for row in asked))
    if selection.unit_id:
        return f"{year}新收 {number} 件。"
    few = "集中在" if 2 * len(asked) <= len(asked) + len(zero) else "来自"
    missed = f"{missed}，不在其内。" if missed else ""
    return f"{year}新收 {number} 件，{few} {len(asked)} 家；{len(zero)} 家零申请。{missed}"


def left_out(total: Line) -> str:
    """未报 1 家、待核 2 家: who is in no sum; "" where everybody is."""
    states = [state for state in ValueState if not state.has_value and total[state]]
    return "、".join(f"{LOOKS[state].name} {total[state]} 家" for state in states)


def total_mark(row: Line, x: str = "", series: str = "") -> Mark:
    """A sum as something drawn."""
    cell = figures.total_cell(dict(row))
    return Mark(x, series, figures.total_state(dict(row)), row["value"], cell.address, cell.text)


def side_name(row: Line) -> str:
    """新收, 上年结转, 办结, 结转下年, 应办."""
    return str(row["name"]).removesuffix("申请")


def side_marks(sums: Mapping[str, Line], balance: Line) -> list[list[Mark]]:
    """The two lines of the identity, of the units that state all four: others would make the sides differ by who is
    missing. Each leads to the sum of all that state it."""
    base = "" if is_comparable(sums, balance) else whole_words(balance)
    return [[_side_mark(sums[measure], balance, base) for measure in side] for side in SIDES]


def _side_mark(row: Line, balance: Line, base: str) -> Mark:
    mark = total_mark(row, series=side_name(row))
    if not base:
        return mark
    value = balance[_OF_BALANCE[row["measure"]]]
    state = ValueState.REPORTED if value else ValueState.ZERO
    return replace(mark, x=base, state=state, value=value, text=write_number(value))


def whole_words(balance: Line) -> str:
    return f"四项都写明的 {balance['whole']} 家"


def paints(sums: Lines) -> dict[str, int]:
    """One colour for the same thing in every chart of the page: the sides and the outcomes."""
    names = {row["measure"]: side_name(row) for row in sums}
    sides = {names[measure]: paint for measure, paint in zip(FOUR[:2], charts_flow.SIDES[:2], strict=True)}
    return sides | {row["name"]: index for index, row in enumerate(outcomes_of(sums))}


def outcomes_of(rows: Lines) -> list[dict[str, Any]]:
    """Those of the sums that are outcomes, in the order of the form."""
    return [row for row in rows if row["topic"] == "outcome"]


def gap(sums: Mapping[str, Line]) -> Decimal:
    """What came in less what became of it."""
    came, went = (sum((Decimal(sums[measure]["value"] or 0) for measure in side), Decimal(0)) for side in SIDES)
    return came - went


def is_comparable(sums: Mapping[str, Line], balance: Line) -> bool:
    """Whether the same units stand in all four sums, so that they can be set against each other as they are."""
    return balance["whole"] > 0 and all(sums[measure]["counted"] == balance["whole"] for measure in FOUR)


def balance_title(sums: Mapping[str, Line], balance: Line) -> str:
    if any(not sums[measure]["counted"] for measure in FOUR):
        return "收与办：没有可计的件数"
    if not balance["whole"]:
        return "收与办：没有四项都写明的"
    base = "" if is_comparable(sums, balance) else f"{whole_words(balance)}，"
    if balance["gap"]:
        return f"收与办：{base}两边相差 {write_number(abs(balance['gap']))} 件，请看各家原表"
    unequal = f"合计相等，但有 {balance['unequal']} 家自己的两边不等" if balance["unequal"] else "两边相等"
    return f"收与办：{base}{unequal}"


def left_out_of_balance(sums: Mapping[str, Line], balance: Line) -> str:
    """Who is in the sums of the table and not in the two lines; "" where everybody is in both."""
    if is_comparable(sums, balance) or not balance["whole"]:
        return ""
    return f"图和标题只算{whole_words(balance)}；另有 {balance['partly']} 家只写明一部分，各项的全部合计见“表”。"


def why_no_flow(rows: Lines, balance: Line) -> str:
    """Why the way of the applications cannot be drawn as one stream; "" where it can."""
    sums = {row["measure"]: row for row in rows}
    counted = {row["counted"] for row in rows if row["topic"] == "outcome" or row["measure"] in FOUR}
    if counted != {balance["flowing"]}:
        return "各项计入的家数不同，或有空着、待核的格"
    if gap(sums):
        return "收与办两边不相等"
    if balance["unequal"]:
        return "有单位自己的两边不等"
    done, parts = sums[PROCESSED]["value"], sum(row["value"] for row in outcomes_of(rows))
    if done != parts:
        return f"各项结果相加 {write_number(parts)} 件，与办结总计 {write_number(done)} 件不同"
    return ""


def along_the_way(rows: Lines) -> list[dict[str, Any]]:
    """What came in, what was at hand, the outcomes and their total, what is left."""
    held = {row["measure"]: row for row in rows}
    order = (CARRIED_IN, RECEIVED, AT_HAND, *(row["measure"] for row in outcomes_of(rows)), PROCESSED, CARRIED_OUT)
    return [held[measure] for measure in order if measure in held]


def sums_table(rows: Lines) -> Table:
    """Sums one below the other, each with who is in it."""
    return Table(
        "项目",
        ("件数", "计入"),
        tuple(
            Row(
                figures.row_name(row) if row["kind"] == "cell" else row["name"],
                (figures.total_cell(row), Cell(figures.counted_words(row))),
            )
            for row in rows
        ),
    )


def unequal_table(rows: Lines) -> Table:
    """The units whose two sides differ, with their four figures and the difference."""
    names = {row["measure"]: side_name(row) for row in rows}
    held: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        held.setdefault(row["unit_name"], {})[row["measure"]] = row
    lines = []
    for unit, by_measure in held.items():
        difference = abs(gap(by_measure))
        cells = [figures.unit_cell(by_measure[measure]) for measure in FOUR]
        lines.append(Row(unit, (*cells, Cell(f"差 {write_number(difference)}", value=difference))))
    return Table("单位", (*(names[measure] for measure in FOUR if measure in names), "两边相差"), tuple(lines))


def unit_marks(rows: Lines) -> list[Mark]:
    """The outcomes of each unit, for `charts_flow.stacked`."""
    return [
        Mark(row["unit_name"], row["name"], ValueState(row["state"]), row["value"], cell.address, cell.text)
        for row in rows
        for cell in [figures.unit_cell(row)]
    ]


def share_lines(marks: Sequence[Mark], names: Sequence[str]) -> dict[str, Decimal]:
    """Of which lines the outcomes may be shown as shares: enough applications, and no outcome that is not a figure."""
    wholes: dict[str, Decimal] = {}
    for name in names:
        mine = [mark for mark in marks if mark.x == name]
        whole = sum((Decimal(mark.value) for mark in mine if mark.state.has_value), Decimal(0))
        if whole >= FEWEST_FOR_SHARES and all(mark.state.has_value for mark in mine):
            wholes[name] = whole
    return wholes


def disclosed(rows: Lines, share: Line | None) -> str:
    """What part of everything handled was disclosed: sum over sum, never a mean of the units' shares."""
    told = write_share(share["value"], share["of_value"], share["smallest_n"]) if share else ""
    if not share or not told:
        return ""
    words = f"予以公开和部分公开合计占 {told}。"
    done = sum(row["value"] or 0 for row in outcomes_of(rows))
    if share["of_value"] != done:
        asked = f"各家写的总计相加 {write_number(share['of_value'])} 件"
        words += f"各项结果相加 {write_number(done)} 件，{asked}，请看各家原表。"
    return words


def parts_and_whole(rows: Lines, column: str = "total") -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The sums of a row of the form without its total, and the total."""
    return [row for row in rows if row["column"] != column], next(row for row in rows if row["column"] == column)


def applicants_title(kinds: Lines, whole: Line) -> str:
    if not whole["counted"] or not whole["value"]:
        return "谁在申请"
    first = max(kinds, key=lambda row: row["value"] or 0)
    if not first["value"]:
        return f"谁在申请：{write_number(whole['value'])} 件都没有写明申请人"
    return f"谁在申请：{write_number(whole['value'])} 件中{first['column_label']} {write_number(first['value'])} 件"


def reason_name(row: Line) -> str:
    """A reason under the group that the form prints beside it: a reason's own number begins anew in each group."""
    groups = [part.strip() for part in row["group_label"].split(" / ")][1:]
    return " · ".join((*groups[-1:], row["row_label"]))


def folded(rows: Lines) -> str:
    """The reasons that are not listed, as a sentence."""
    zero = sum(figures.total_state(row) is ValueState.ZERO for row in rows)
    return f"其余 {zero} 项均为 0。" if zero else ""


def is_not_printed(rows: Lines) -> bool:
    """Whether no report of the year has such a table, so that there is no figure and no 0."""
    return all(figures.total_state(row) is ValueState.NOT_COMPARABLE for row in rows)


def dispute_title(rows: Lines) -> str:
    totals = [row for row in rows if row["column"] == "total"]
    held = [f"{row['row_label']} {write_number(row['value'])} 件" for row in totals if row["value"]]
    if held:
        return f"复议和诉讼：{'，'.join(held)}"
    return "复议和诉讼：写明的都是 0" if any(row["counted"] for row in totals) else "复议和诉讼：没有可计的数"


def dispute_table(rows: Lines) -> Table:
    """One line a figure: five columns side by side would not fit a phone."""
    return Table(
        "种类和结果",
        ("件数",),
        tuple(
            Row(f"{row['row_label']} · {row['column_label']}", (figures.total_cell(row),), row["column"] == "total")
            for row in rows
        ),
    )


def chain_title(rows: Lines) -> str:
    """How this year's 上年结转 follow from last year's 结转下年."""
    broken = [row for row in rows if row["verdict"]]
    agreed = sum(row["outcome"] == "holds" for row in rows)
    if broken:
        return f"跨年衔接：{len(broken)} 家的上年结转与上一年报告的结转下年不同"
    return f"跨年衔接：能对的 {agreed} 家都对得上" if agreed else "跨年衔接：没有两年都有的数可以对"


def not_compared(rows: Lines) -> dict[str, list[str]]:
    """The units that could not be compared, by the reason; who need not file is missed by nobody."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row["outcome"] in ("not_compared", "merged") and (row["is_due"] or row["state"] != "not_collected"):
            found.setdefault(_why(row), []).append(row["unit_name"])
    return found


def _why(row: Line) -> str:
    if row["outcome"] == "merged":
        return "上一年末有单位并入"
    if not ValueState(row["state"]).has_value:
        return f"本年{LOOKS[ValueState(row['state'])].name}"
    if row["last_state"] is None:
        return "上一年没有这一家"
    return f"上一年{LOOKS[ValueState(row['last_state'])].name}"


def chain_table(rows: Lines, figures_of: Lines, year: int, told: Mapping[str, str]) -> Table:
    """Both stated figures of each of these units; `told` says by fingerprint what was found and decided."""
    cells = {(row["unit_id"], row["year"]): figures.unit_cell(row) for row in figures_of}
    lines = []
    for row in rows:
        difference = abs(row["value"] - row["last_value"])
        found = f"差 {write_number(difference)} 件 {told[row['fingerprint']]}" if row["fingerprint"] else "相同"
        pair = [cells.get((row["unit_id"], each), Cell.empty()) for each in (year - 1, year)]
        lines.append(Row(row["unit_name"], (*pair, Cell(found, value=difference))))
    return Table("单位", (f"{year - 1} 结转下年", f"{year} 上年结转", "对不对得上"), tuple(lines))
