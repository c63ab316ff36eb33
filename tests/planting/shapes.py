"""Odd figures that are right: what quiet units are made to have done before anybody writes about it.

Every shape keeps all relations of the form and from year to year, so that the words written from it are true as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from etl.sample.figures import UnitYear
from etl.sample.tables import BLOCKS, COLUMNS, REQUEST_ROWS, RESULTS
from etl.sample.units import Unit
from tests.planting.scene import Key, Near

Figures = dict[Key, UnitYear]
Rows = Mapping[str, Mapping[str, int]]
SUMS = (17, 18, 24, 25, 26, 27, 33, 34)  # what odd and right requests look like
DOCUMENTS = "proactive/normative_documents"
FEES = "proactive/admin_fees/amount_wan"

# Requests of quiet townships by year and row: {applicant: count}; totals follow.
ONE = {"natural_person": 1}
REQUESTS: Mapping[str, tuple[str, Mapping[int, Rows]]] = {
    "薏皋乡": ("上年结转很大，总数照接", {
        2022: {"new_received": {"natural_person": 48, "org_business": 12}, "granted": {"natural_person": 12, "org_business": 8},
               "carried_out": {"natural_person": 36, "org_business": 4}},
        2023: {"new_received": {"natural_person": 5}, "carried_in": {"natural_person": 36, "org_business": 4},
               "unable_not_held": {"natural_person": 41}, "partially_granted": {"org_business": 4}},
    }),
    "桦堡峪乡": ("全部结转，次年只有结转", {
        2022: {"new_received": {"natural_person": 5}, "carried_out": {"natural_person": 5}},
        2023: {"carried_in": {"natural_person": 5}, "granted": {"natural_person": 5}},
    }),
    "茜垡乡": ("部分公开与保护第三方各是各的", {
        2022: {"new_received": {"natural_person": 6}, "partially_granted": {"natural_person": 4},
               "denied_third_party": {"natural_person": 2}},
        2024: {"new_received": {"org_business": 4}, "partially_granted": {"org_business": 2},
               "denied_third_party": {"org_business": 2}},
    }),
    "楸皋乡": ("申请人全在其他一列，结果全在其他一行", {
        2022: {"new_received": {"org_other": 3}, "other_misc": {"org_other": 3}},
        2023: {"new_received": {"org_other": 2}, "other_misc": {"org_other": 1}, "carried_out": {"org_other": 1}},
        2024: {"carried_in": {"org_other": 1}, "other_no_correction": {"org_other": 1}},
    }),
    "莜垴乡": ("六类申请人各一件，结果各不相同", {
        2023: {"new_received": dict.fromkeys(COLUMNS[:-1], 1), "granted": ONE, "unable_not_held": {"org_business": 1},
               "notproc_repeat": {"org_research": 1}, "other_fee_unpaid": {"org_public_interest": 1},
               "denied_inquiry_matter": {"org_legal_service": 1}, "other_misc": {"org_other": 1}},
    }),
    "石堼皋乡": ("一件申请结转两年", {
        2021: {"new_received": ONE, "carried_out": ONE},
        2022: {"carried_in": ONE, "carried_out": ONE},
        2023: {"carried_in": ONE, "unable_not_held": ONE},
    }),
    "橡皋镇": ("千件以上", {
        2022: {"new_received": {"natural_person": 1204, "org_legal_service": 33},
               "notproc_petition_complaint": {"natural_person": 1100}, "granted": {"natural_person": 104, "org_legal_service": 33}},
    }),
    "苇皋乡": ("只有表四有数", {}),
}  # fmt: skip
DISPUTES: Mapping[str, Mapping[int, Mapping[str, int]]] = {
    "苇皋乡": {
        2022: {"reconsideration/pending": 1},
        2023: {"reconsideration/upheld": 1, "reconsideration/other_outcome": 1, "litigation_after_reconsideration/pending": 1},
        2024: {"litigation_after_reconsideration/upheld": 1},
    },
    "薏皋乡": {2023: {"reconsideration/other_outcome": 2}, 2024: {"reconsideration/other_outcome": 1, "reconsideration/upheld": 3}},
    "橡皋镇": {
        2022: {"reconsideration/upheld": 21, "reconsideration/overturned": 3, "reconsideration/other_outcome": 7,
               "litigation_direct/upheld": 4, "litigation_direct/other_outcome": 2},
    },
}  # fmt: skip
# Documents: what is in force before 2021, then (issued, repealed) of 2021 to 2025.
DOCUMENT_YEARS: Mapping[str, tuple[str, int, tuple[tuple[int, int], ...]]] = {
    "榛皋镇": ("制发与废止相等", 49, ((6, 6), (2, 2), (0, 0), (5, 5), (1, 1))),
    "霁皋镇": ("制发等于现行有效加废止", 0, ((3, 1), (0, 2), (4, 4), (0, 0), (2, 0))),
    "县司法局": ("废止多于制发", 30, ((1, 9), (0, 8), (2, 11), (1, 3), (3, 1))),
    "县财政局": ("当年制发当年废止", 0, ((2, 2), (1, 1), (0, 0), (3, 3), (2, 2))),
    "县审计局": ("存量很大", 610, ((88, 0), (40, 2), (61, 30), (9, 80), (88, 12))),
    "葵堡子镇": ("只有现行有效不变", 2, ((0, 0), (0, 0), (0, 0), (0, 0), (0, 0))),
}
# Fees in 万元, with the processing fee in 元 that is part of them.
FEES_OF: Mapping[str, tuple[str, Mapping[int, tuple[str, int]]]] = {
    "鸢垡乡": ("乡镇收费9.51万元，许可处罚为0", {2021: ("9.51", 0), 2022: ("8.77", 0), 2023: ("9.51", 0),
                                     2024: ("9.2", 0), 2025: ("9.51", 0)}),
    "县自然资源局": ("金额四位小数", {2021: ("712.1879", 0), 2022: ("823.4006", 0), 2023: ("790.5512", 0),
                               2024: ("701.0001", 0), 2025: ("768.7725", 0)}),
    "县市场监督管理局": ("信息处理费折成万元正好", {2021: ("0.0400", 400), 2022: ("0.0260", 260), 2023: ("0.016", 160),
                                    2024: ("0.04", 400), 2025: ("0.1", 1000)}),
    "县财政局": ("信息处理费折成万元取两位小数", {2021: ("0.03", 260), 2022: ("0.02", 160), 2023: ("0.05", 480),
                               2024: ("0.04", 400), 2025: ("0.02", 240)}),
    "县审计局": ("整万元，数额很大", {2021: ("7545", 0), 2022: ("7600", 0), 2023: ("7411", 0), 2024: ("7502.5", 0),
                             2025: ("7488", 0)}),
    "杏垡峪乡": ("收费年年相同而许可不同", {year: ("2.75", 0) for year in (2021, 2022, 2023, 2024, 2025)}),
}  # fmt: skip
FEE_KINDS = {
    "鸢垡乡": (15, 32), "县自然资源局": (14, 15, 32), "县市场监督管理局": (15, 32, 46), "县财政局": (32, 46), "县审计局": (32, 39),
    "杏垡峪乡": (32, 36),
}  # fmt: skip
FEE_RULES = {"县市场监督管理局": ("F-10",), "县财政局": ("F-10",)}
# Decisions by year, and whether the report gives a reason (a sentence added when it is written).
DECISIONS: Mapping[str, tuple[str, str, Mapping[int, int]]] = {
    "青禾湖管理区": ("licensing", "多九倍，不到十倍以上", {2021: 10, 2022: 100, 2023: 96, 2024: 11, 2025: 12}),
    "禾穗街道": ("penalty", "从0开始", {2021: 0, 2022: 60, 2023: 71, 2024: 66, 2025: 0}),
    "榛皋镇": ("penalty", "突增而有说明", {2021: 12, 2022: 11, 2023: 190, 2024: 205, 2025: 188}),
    "霁皋镇": ("licensing", "突增而有说明", {2021: 20, 2022: 400, 2023: 390, 2024: 402, 2025: 377}),
    "杏垡峪乡": ("licensing", "逐年有增减", {2021: 5, 2022: 7, 2023: 6, 2024: 9, 2025: 8}),
    "柘堡乡": ("penalty", "骤减", {2021: 300, 2022: 280, 2023: 5, 2024: 6, 2025: 4}),
}
EXPLAINED = {
    ("榛皋镇", 2023): "因承接县级下放的行政处罚权，本年度行政处罚由11件增加到190件。",
    ("霁皋镇", 2022): "受审批事项下放影响，行政许可由上年的20件增至400件。",
}


def shape(figures: Figures, units: tuple[Unit, ...]) -> list[Near]:
    """Put the odd figures in, and say in which reports they stand (their paths are filled in later)."""
    ids = {unit.short: unit.unit_id for unit in units}
    near: list[Near] = []
    for short, (what, years) in REQUESTS.items():
        for year in range(2020, 2026):
            _change(figures, (ids[short], year), _requests(years.get(year, {})))
            _change(figures, (ids[short], year), _disputes(DISPUTES.get(short, {}).get(year, {})))
            if years.get(year):
                near.append(Near("", ids[short], year, SUMS, what))
            if DISPUTES.get(short, {}).get(year):
                near.append(Near("", ids[short], year, (28, 29), "表四的数都对得上", ("X-03",)))
    for short, (what, stock, changes) in DOCUMENT_YEARS.items():
        for year, (issued, repealed) in zip(range(2021, 2026), changes, strict=True):
            stock += issued - repealed
            values = {"issued": issued, "repealed": repealed, "in_force": stock}
            _change(figures, (ids[short], year), {f"{DOCUMENTS}/{k}": Decimal(n) for k, n in values.items()})
            near.append(Near("", ids[short], year, (31, 35, 36) if not (issued or repealed) else (31, 35), what))
    near += _fees(figures, ids) + _decisions(figures, ids)
    return near


def _change(figures: Figures, key: Key, cells: Mapping[str, Decimal], told: Mapping[str, int] | None = None) -> None:
    old = figures[key]
    figures[key] = replace(old, cells={**old.cells, **cells}, told={**old.told, **(told or {})})


def _requests(rows: Rows) -> dict[str, Decimal]:
    full = {(row, column): rows.get(row, {}).get(column, 0) for row in REQUEST_ROWS for column in COLUMNS[:-1]}
    for column in COLUMNS[:-1]:
        full["total_processed", column] = sum(full[row, column] for row in RESULTS)
    for row in REQUEST_ROWS:
        full[row, "total"] = sum(full[row, column] for column in COLUMNS[:-1])
    for column in COLUMNS:
        left = full["new_received", column] + full["carried_in", column]
        assert left == full["total_processed", column] + full["carried_out", column], (rows, column)
    return {f"requests/{row}/{column}": Decimal(n) for (row, column), n in full.items()}


def _disputes(counts: Mapping[str, int]) -> dict[str, Decimal]:
    cells = {}
    for block in BLOCKS:
        own = {o: counts.get(f"{block}/{o}", 0) for o in ("upheld", "overturned", "other_outcome", "pending")}
        cells |= {f"disputes/{block}/{outcome}": Decimal(n) for outcome, n in own.items()}
        cells[f"disputes/{block}/total"] = Decimal(sum(own.values()))
    return cells


def _fees(figures: Figures, ids: Mapping[str, str]) -> list[Near]:
    near = []
    for short, (what, years) in FEES_OF.items():
        for year, (amount, yuan) in years.items():
            notices = {"info_fee_yuan": yuan, "info_fee_notices": 1 if yuan else 0}
            _change(figures, (ids[short], year), {FEES: Decimal(amount)}, notices)
            near.append(Near("", ids[short], year, FEE_KINDS[short], what, FEE_RULES.get(short, ())))
    return near


def _decisions(figures: Figures, ids: Mapping[str, str]) -> list[Near]:
    near = []
    for short, (kind, what, years) in DECISIONS.items():
        for year, count in years.items():
            _change(figures, (ids[short], year), {f"proactive/{kind}/decisions": Decimal(count)})
            near.append(Near("", ids[short], year, (39,), what))
    return near


def add_up(figures: Figures, area: str) -> None:
    """The whole area as the sum of all units, after they were given their figures."""
    for year in sorted({year for _, year in figures}):
        parts = [figures[key] for key in figures if key[1] == year and key[0] != area]
        whole = {name: {} for name in ("cells", "trial", "told")}
        for part in parts:
            for name, sums in whole.items():
                for cell, value in getattr(part, name).items():
                    sums[cell] = sums.get(cell, 0) + value
        figures[area, year] = UnitYear(**whole)
