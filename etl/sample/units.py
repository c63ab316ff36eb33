"""The register of 青禾县: a county that does not exist, under a code (999…) that no province has."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from decimal import Decimal

COUNTY = "青禾县"
COUNTY_CODE = "999021"
FIRST_YEAR, LAST_YEAR = 2015, 2025
COLUMNS = (
    "unit_id", "code", "name", "aliases", "kind", "group", "valid_from", "valid_to", "merged_into", "due",
)  # fmt: skip
SELF_NAMES = {
    "area": "我县", "office": "我办", "department": "我局", "township": "我乡", "town": "我镇",
    "subdistrict": "我街道", "zone": "我区",
}  # fmt: skip
OFFICE_ENDINGS = {"township": "人民政府", "town": "人民政府", "subdistrict": "办事处", "zone": "管理委员会"}


@dataclass(frozen=True, slots=True)
class Profile:
    """What a unit does in a usual year; counts a year, fees in 万元. `requests` and `issued` are (fewest, most)."""

    requests: tuple[int, int] = (0, 0)
    documents: int = 0  # normative documents in force before the first year
    issued: tuple[int, int] = (0, 0)
    licensing: int = 0
    penalty: int = 0
    coercion: int = 0
    fees: Decimal = Decimal(0)
    published: int = 120  # items on the website


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit; `name` is today's full name, `former` the one printed before `renamed_in` (a report year)."""

    unit_id: str
    code: str
    name: str
    short: str
    kind: str
    group: str
    aliases: tuple[str, ...]
    valid_from: int | None = None
    valid_to: int | None = None
    merged_into: str | None = None
    due: bool = True
    former: str | None = None
    former_kind: str | None = None
    renamed_in: int | None = None
    profile: Profile = field(default_factory=Profile)

    def named(self, year: int) -> tuple[str, str, str]:
        """Full name, short name and kind as they were in a report year."""
        if self.former and self.former_kind and self.renamed_in and year < self.renamed_in:
            return f"{COUNTY}{self.former}{OFFICE_ENDINGS[self.former_kind]}", self.former, self.former_kind
        return self.name, self.short, self.kind

    def exists(self, year: int) -> bool:
        return (self.valid_from or year) <= year <= (self.valid_to or year)


# Invented names, with rarer characters among them so that fonts and encodings are tried.
TOWNSHIPS = (
    ("subdistrict", "禾穗街道"), ("subdistrict", "榛溪街道"), ("subdistrict", "青垡街道"), ("subdistrict", "黍桥街道"),
    ("town", "榛皋镇"), ("town", "荞峪镇"), ("town", "麦垡堡镇"), ("town", "鹭皋镇"), ("town", "藜堡镇"),
    ("town", "砚垴镇"), ("town", "蓼塘堡镇"), ("town", "稷峪镇"), ("town", "槭岭堡镇"), ("town", "粟垡镇"),
    ("town", "霁皋镇"), ("town", "葵堡子镇"), ("town", "橡皋镇"),
    ("township", "石堼皋乡"), ("township", "杏垡峪乡"), ("township", "栗垴峪乡"), ("township", "苇皋乡"),
    ("township", "柘堡乡"), ("township", "穄子峪乡"), ("township", "鸢垡乡"), ("township", "薏皋乡"),
    ("township", "桦堡峪乡"), ("township", "茜垡乡"), ("township", "楸皋乡"), ("township", "莜垴乡"),
    ("zone", "青禾湖管理区"),
)  # fmt: skip
RENAMED = ("稷峪镇", "稷峪乡", "township", 2022)
MERGED = ("township", "柞垡乡", 2021, "榛皋镇")  # its last report year, and where it went

BUSY_TOWNSHIPS = {
    "榛皋镇": Profile(documents=2, issued=(0, 1), fees=Decimal("9.20"), published=210),
    "藜堡镇": Profile(fees=Decimal("6.40"), published=160),
    "霁皋镇": Profile(documents=1, issued=(0, 1), published=130),
    "杏垡峪乡": Profile(fees=Decimal("2.75"), published=60),
    "鸢垡乡": Profile(fees=Decimal("9.51"), published=45),
    "禾穗街道": Profile(requests=(0, 1), published=320),
    "青禾湖管理区": Profile(licensing=12, fees=Decimal("3.10"), published=90),
}

DEPARTMENTS = (
    ("发展和改革局", Profile(requests=(0, 1), documents=3, issued=(0, 1), licensing=86, published=260)),
    ("教育局", Profile(requests=(0, 2), documents=2, issued=(0, 1), licensing=24, fees=Decimal("286.40"), published=330)),
    ("工业和信息化局", Profile(licensing=6, published=150)),
    ("科学技术局", Profile(published=70)),
    ("民族和宗教事务局", Profile(licensing=3, published=55)),
    ("公安局", Profile(requests=(0, 3), documents=1, licensing=18600, penalty=5240, coercion=410,
                     fees=Decimal("318.76"), published=540)),
    ("民政局", Profile(documents=2, issued=(0, 1), licensing=31, published=280)),
    ("司法局", Profile(licensing=9, published=190)),
    ("财政局", Profile(documents=4, issued=(0, 2), licensing=11, published=310)),
    ("人力资源和社会保障局", Profile(requests=(0, 2), documents=2, licensing=140, penalty=6, published=360)),
    ("自然资源局", Profile(requests=(1, 6), documents=3, issued=(0, 1), licensing=620, penalty=38, coercion=2,
                       fees=Decimal("1462.35"), published=420)),
    ("住房和城乡建设局", Profile(requests=(1, 5), documents=3, issued=(0, 1), licensing=930, penalty=64,
                           fees=Decimal("845.20"), published=390)),
    ("交通运输局", Profile(requests=(0, 1), documents=1, licensing=410, penalty=560, coercion=36, published=240)),
    ("水务局", Profile(documents=1, licensing=58, penalty=14, fees=Decimal("42.60"), published=170)),
    ("农业农村局", Profile(requests=(0, 3), documents=2, issued=(0, 1), licensing=260, penalty=126, published=350)),
    ("商务局", Profile(licensing=22, penalty=3, published=130)),
    ("文化旅游和广播电视局", Profile(licensing=47, penalty=12, published=220)),
    ("卫生健康局", Profile(requests=(0, 1), documents=2, licensing=1180, penalty=95, coercion=1, published=370)),
    ("退役军人事务局", Profile(published=110)),
    ("应急管理局", Profile(documents=2, issued=(0, 1), licensing=95, penalty=78, coercion=3, published=250)),
    ("审计局", Profile(published=90)),
    ("市场监督管理局", Profile(requests=(0, 4), documents=2, licensing=12400, penalty=310, coercion=9, published=460)),
    ("统计局", Profile(penalty=4, published=140)),
    ("医疗保障局", Profile(documents=1, penalty=7, published=200)),
    ("林业和草原局", Profile(licensing=130, penalty=29, published=120)),
    ("城市管理综合执法局", Profile(requests=(0, 2), documents=1, licensing=210, penalty=1480, coercion=72, published=180)),
    ("营商环境建设局", Profile(licensing=8600, published=300)),
    ("信访局", Profile(published=80)),
    ("机关事务服务局", Profile(published=60)),
)  # fmt: skip
OFFICE = Profile(requests=(19, 28), documents=46, issued=(1, 6), published=1150)
# They answer to a higher authority and file there, so no report of theirs lies here; the area's report counts them.
VERTICAL = (
    ("国家税务总局青禾县税务局", "税务局", Profile(requests=(0, 2), licensing=1900, penalty=240, published=300)),
    ("青禾县气象局", "气象局", Profile(licensing=7, penalty=1, published=60)),
    ("青禾县烟草专卖局", "烟草专卖局", Profile(licensing=860, penalty=74, published=70)),
)


def register() -> tuple[Unit, ...]:
    """All units in the order of units.csv: area, office, departments, townships, then those that file elsewhere."""
    area = Unit("area", COUNTY_CODE, f"{COUNTY}人民政府", COUNTY, "area", "全县", (COUNTY, "县政府"))
    office = Unit(
        "d01", "", f"{COUNTY}人民政府办公室", "县政府办公室", "office", "县直部门",
        ("县政府办公室", "青禾县政府办公室", "青禾县政府办"), profile=OFFICE,
    )  # fmt: skip
    departments = tuple(
        Unit(
            f"d{number:02}",
            "",
            f"{COUNTY}{name}",
            f"县{name}",
            "department",
            "县直部门",
            (f"县{name}", name),
            profile=p,
        )
        for number, (name, p) in enumerate(DEPARTMENTS, start=2)
    )
    vertical = tuple(
        Unit(f"v{n:02}", "", name, f"县{short}", "department", "垂直管理", (f"县{short}", short), due=False, profile=p)
        for n, (name, short, p) in enumerate(VERTICAL, start=1)
    )
    return (area, office, *departments, *_townships(), *vertical)


def _townships() -> tuple[Unit, ...]:
    units = []
    places = [*TOWNSHIPS, MERGED[:2]]
    for number, (kind, short) in enumerate(places, start=1):
        merged = short == MERGED[1]
        renamed = RENAMED if short == RENAMED[0] else None
        aliases = [short, f"{COUNTY}{short}"]
        if kind in {"town", "township"}:
            aliases.append(f"{short}政府")
        if renamed:
            aliases += [renamed[1], f"{COUNTY}{renamed[1]}", f"{COUNTY}{renamed[1]}人民政府"]
        units.append(
            Unit(
                unit_id=f"t{number:02}",
                code=_code(kind, number),
                name=f"{COUNTY}{short}{OFFICE_ENDINGS[kind]}",
                short=short,
                kind=kind,
                group="乡镇街道",
                aliases=tuple(aliases),
                valid_to=MERGED[2] if merged else None,
                merged_into=_place_id(MERGED[3]) if merged else None,
                former=renamed[1] if renamed else None,
                former_kind=renamed[2] if renamed else None,
                renamed_in=renamed[3] if renamed else None,
                profile=BUSY_TOWNSHIPS.get(short, Profile(published=35 + 7 * (number * 5 % 17))),
            )
        )
    return tuple(units)


def _place_id(short: str) -> str:
    return next(f"t{n:02}" for n, (_, name) in enumerate(TOWNSHIPS, start=1) if name == short)


def _code(kind: str, number: int) -> str:
    block = {"subdistrict": 0, "town": 100, "township": 200, "zone": 400}[kind]
    return f"{COUNTY_CODE}{block + number:03}"


def register_csv(units: tuple[Unit, ...]) -> str:
    """units.csv as the register's reader expects it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for unit in units:
        writer.writerow(
            (
                unit.unit_id,
                unit.code,
                unit.name,
                "；".join(unit.aliases),
                unit.kind,
                unit.group,
                unit.valid_from or "",
                unit.valid_to or "",
                unit.merged_into or "",
                "是" if unit.due else "否",
            )
        )
    return out.getvalue()
