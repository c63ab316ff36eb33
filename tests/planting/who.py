"""Who reports in the county of plants: the sample's units, busier ones beside them, and which of all stay quiet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from etl.sample.registers import years_csv
from etl.sample.units import COUNTY_CODE, Profile, Unit, register, register_csv

YEARS = range(2020, 2026)
# Who also files for 2019; of these the quiet ones for 2018, too.
EARLY_FILERS = ("县公安局", "县水务局", "县商务局", "榛皋镇", "霁皋镇", "稷峪镇", "薏皋乡", "苇皋乡")
# Units in whose reports nothing is wrong, in any year: there the innocent doubles stand.
QUIET = (
    "青禾县", "县政府办公室", "县司法局", "县财政局", "县审计局", "县自然资源局", "县市场监督管理局", "榛皋镇", "霁皋镇", "稷峪镇",
    "柞垡乡", "鸢垡乡", "杏垡峪乡", "禾穗街道", "青禾湖管理区", "薏皋乡", "桦堡峪乡", "茜垡乡", "楸皋乡", "莜垴乡", "石堼皋乡", "橡皋镇",
    "葵堡子镇", "苇皋乡", "柘堡乡", "穄子峪乡", "榛溪街道",
)  # fmt: skip
MORE = (
    "榕垡镇", "楝皋镇", "蕨堡镇", "芦峪镇", "菱垡镇", "荻皋镇", "葛堡镇", "茅峪镇", "芡垡镇", "菖皋镇", "榆垡乡", "槐皋乡", "椿堡乡", "桑峪乡",
    "檀垡乡", "樟皋乡", "楠堡乡", "柏峪乡", "桐垡乡", "梓皋乡", "枳堡乡", "柚峪乡", "枫堡镇", "柽峪镇", "橘垡乡", "檬皋乡", "苏垡镇", "蓟峪镇",
)  # fmt: skip
BUSY = Profile(
    requests=(5, 12), documents=5, issued=(0, 2), licensing=60, penalty=24, fees=Decimal("6.40"), published=180
)
UNREADABLE, STILL_COMING = ("t02", 2024), ("t27", 2025)
DATED = {("t41", 2022), ("area", 2023), ("t01", 2023)}  # pages that say when they were published, whatever chance says
EARLY = {("t41", 2022): date(2023, 1, 5)}  # a deadline of its own, earlier than everybody's
# Units of which no report lies there, and none is missing.
FILED_ENOUGH = (
    (*UNREADABLE, "收到而读不出"), (*STILL_COMING, "还在收集的年度"), ("t31", 2022, "已并入别的镇"), ("t31", 2024, "已并入别的镇"),
    ("v01", 2023, "垂直管理，不在本地报送"), ("v02", 2022, "垂直管理，不在本地报送"), ("t22", 2018, "没有收集的年度"),
    ("t50", 2020, "只收到一部分的年度"),
)  # fmt: skip


def units_of() -> tuple[Unit, ...]:
    """The sample's register, its departments busier, and twenty townships that receive requests."""
    units = []
    for unit in register():
        if unit.kind == "department" and unit.due and unit.short != "县司法局":
            own = unit.profile
            busier = replace(
                own, requests=(5, 12), issued=(0, 2), documents=max(own.documents, 4), penalty=own.penalty or 15
            )
            unit = replace(unit, profile=busier)
        units.append(unit)
    for number, short in enumerate(MORE, start=41):
        kind = "town" if short.endswith("镇") else "township"
        name = f"青禾县{short}人民政府"
        aliases = (short, f"青禾县{short}", f"{short}政府")
        profile = replace(BUSY, published=90 + 7 * number) if number % 2 else replace(BUSY, fees=Decimal(0))
        units.append(
            Unit(f"t{number}", f"{COUNTY_CODE}{100 + number}", name, short, kind, "乡镇街道", aliases, profile=profile)
        )
    return tuple(units)


def is_kept(unit: Unit, year: int) -> bool:
    """Few reports are needed of the years before the form of 2021."""
    if year == 2020:
        return unit.unit_id < "t46"
    return year > 2020 or (unit.short in EARLY_FILERS and (year == 2019 or unit.short in QUIET))


def registers(units: Sequence[Unit]) -> dict[str, str]:
    """The county's small files by name. The subdistricts have more time for 2023, one town less for 2022."""
    due = ["year,target,due_on", "2023,街道,2024-02-29"]
    due += [f"{year},{unit_id},{day.isoformat()}" for (unit_id, year), day in EARLY.items()]
    return {
        "units.csv": register_csv(tuple(units)),
        "years.csv": years_csv(tuple(YEARS)).replace("2020,是,已收齐", "2020,否,只收到一部分"),
        "deadlines.csv": "\n".join(due) + "\n",
        "county.yaml": "name: 青禾县\nsample: true\n",
    }
