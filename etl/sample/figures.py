"""What truly happened in the county: exact figures of every unit and year, whatever a report may print of them.

The whole span 2015–2025 is always worked out, so a unit's year is the same whichever years are asked for, and what
is carried out of one year is carried into the next, applicant by applicant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from etl.sample.chance import Chance
from etl.sample.tables import BLOCKS, COLUMNS, OTHER, OUTCOMES, REQUEST_ROWS, RESULTS, SINGLE_OTHER
from etl.sample.units import FIRST_YEAR, LAST_YEAR, Profile, Unit

APPLICANT_WEIGHTS = (
    ("natural_person", 84), ("org_business", 9), ("org_legal_service", 3), ("org_research", 1),
    ("org_public_interest", 1), ("org_other", 2),
)  # fmt: skip
RESULT_WEIGHTS = (
    ("granted", 34), ("partially_granted", 9), ("unable_not_held", 28), ("unable_needs_creation", 4),
    ("unable_still_unclear", 2), ("denied_state_secret", 1), ("denied_prohibited_by_law", 2),
    ("denied_safety_stability", 1), ("denied_third_party", 3), ("denied_internal_affairs", 2),
    ("denied_deliberative", 2), ("denied_enforcement_file", 3), ("denied_inquiry_matter", 3),
    ("notproc_petition_complaint", 4), ("notproc_repeat", 2), ("notproc_publication", 1), ("notproc_excessive", 1),
    ("notproc_confirm_reissue", 1), ("other_no_correction", 2), ("other_fee_unpaid", 1), ("other_misc", 4),
)  # fmt: skip
FEE_RULES_SINCE = 2021  # the processing fee has a place in the report from this year's form on
Figures = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class UnitYear:
    """One unit's year. `cells` holds the 2021 form's 200 figures, `trial` those only the 2019 form asks for.

    `told` are figures that only the prose may tell, under the names of the claims.
    """

    cells: Figures
    trial: Figures
    told: Mapping[str, int]

    def of_form(self, form: str) -> Figures:
        """The figures an edition asks for, every one of them."""
        if form == "2021":
            return self.cells
        kept = {name: value for name, value in self.cells.items() if name.split("/")[0] != "proactive"}
        for column in COLUMNS:
            parts = [kept.pop(f"requests/{row}/{column}") for row, _ in OTHER]
            kept[f"requests/{SINGLE_OTHER[0]}/{column}"] = sum(parts, Decimal(0))
        decisions = {f"proactive/{kind}/decisions" for kind in ("licensing", "penalty", "coercion")}
        return {**self.trial, **{name: self.cells[name] for name in decisions}, **kept}


def county_figures(units: tuple[Unit, ...], seed: int) -> dict[tuple[str, int], UnitYear]:
    """Every unit's every year. The area is the sum of all units, those that file elsewhere included."""
    organs = [unit for unit in units if unit.kind != "area"]
    years = {
        (unit.unit_id, year): figures
        for unit in organs
        for year, figures in _unit_years(unit, seed).items()
        if unit.exists(year)
    }
    for area in (unit for unit in units if unit.kind == "area"):
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            years[area.unit_id, year] = _sum([years[u.unit_id, year] for u in organs if (u.unit_id, year) in years])
    return years


def _sum(parts: list[UnitYear]) -> UnitYear:
    def add(maps: Iterable[Mapping]) -> dict:
        total: dict = {}
        for one in maps:
            for name, value in one.items():
                total[name] = total.get(name, 0) + value
        return total

    return UnitYear(add(p.cells for p in parts), add(p.trial for p in parts), add(p.told for p in parts))


def _unit_years(unit: Unit, seed: int) -> dict[int, UnitYear]:
    profile = unit.profile
    requests = _requests(unit, seed)
    in_force = profile.documents
    items = _item_counts(unit, seed)
    years = {}
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        chance = Chance(seed, unit.unit_id, year, "figures")
        issued = chance.between(*profile.issued)
        repealed = min(in_force, chance.between(0, profile.issued[1]) if chance.happens(0.45) else 0)
        in_force += issued - repealed
        told = _told(unit, year, seed, sum(n for (row, _), n in requests[year].items() if row == "new_received"))
        proactive = _proactive(profile, chance, (issued, repealed, in_force), told.get("info_fee_yuan", 0))
        disputes = _disputes(chance, sum(n for (row, _), n in requests[year].items() if row in RESULTS))
        cells = {**proactive, **_with_totals(requests[year]), **disputes}
        years[year] = UnitYear(cells, _trial(proactive, items, year, chance, unit), told)
    return years


def _requests(unit: Unit, seed: int) -> dict[int, Counter[tuple[str, str]]]:
    """Requests by (row, applicant) of each year, nothing lost between the years."""
    years = {}
    carried: Counter[str] = Counter()
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        chance = Chance(seed, unit.unit_id, year, "requests")
        counts: Counter[tuple[str, str]] = Counter({("carried_in", who): n for who, n in carried.items()})
        waiting = [who for who, n in carried.items() for _ in range(n)]
        for _ in range(_new_requests(unit, chance)):
            applicant = chance.weighted(APPLICANT_WEIGHTS)
            counts["new_received", applicant] += 1
            waiting.append(applicant)
        last = year == unit.valid_to  # nothing is carried out of a unit that ceases to be
        left = 0 if last or len(waiting) < 2 else chance.between(0, min(3, len(waiting) // 4 + 1))
        carried = Counter(chance.some(waiting, left))
        for applicant, n in carried.items():
            counts["carried_out", applicant] += n
        for applicant, n in (Counter(waiting) - carried).items():
            for _ in range(n):
                counts[chance.weighted(RESULT_WEIGHTS), applicant] += 1
        years[year] = counts
    return years


def _new_requests(unit: Unit, chance: Chance) -> int:
    if unit.profile.requests == (0, 0):
        return 1 if unit.kind != "department" and chance.happens(0.02) else 0
    return chance.between(*unit.profile.requests)


def _with_totals(counts: Mapping[tuple[str, str], int]) -> dict[str, Decimal]:
    full = {(row, column): counts.get((row, column), 0) for row in REQUEST_ROWS for column in COLUMNS}
    for column in COLUMNS[:-1]:
        full["total_processed", column] = sum(full[row, column] for row in RESULTS)
    for row in REQUEST_ROWS:
        full[row, "total"] = sum(full[row, column] for column in COLUMNS[:-1])
    return {f"requests/{row}/{column}": Decimal(n) for (row, column), n in full.items()}


def _disputes(chance: Chance, processed: int) -> dict[str, Decimal]:
    """Reviews and suits grow out of answered requests, so a unit that answered few has none."""
    counts: Counter[tuple[str, str]] = Counter()
    for block, share in zip(BLOCKS, (11, 3, 2), strict=True):
        for _ in range(processed):
            if chance.happens(share / 100):
                outcome = chance.weighted((("upheld", 6), ("overturned", 1), ("other_outcome", 2), ("pending", 2)))
                counts[block, outcome] += 1
    cells = {}
    for block in BLOCKS:
        for outcome, _ in OUTCOMES[:-1]:
            cells[f"disputes/{block}/{outcome}"] = Decimal(counts[block, outcome])
        cells[f"disputes/{block}/total"] = Decimal(sum(counts[block, outcome] for outcome, _ in OUTCOMES[:-1]))
    return cells


def _proactive(profile: Profile, chance: Chance, stock: tuple[int, int, int], info_fee: int) -> dict[str, Decimal]:
    fees = Decimal(0)
    if profile.fees:
        cents = chance.near(int(profile.fees * 100), 0.18)
        fees = Decimal(cents) / 100
    fees += Decimal(info_fee) / 10_000  # the processing fee is itself one of these fees
    names = ("issued", "repealed", "in_force")
    return {
        **{f"proactive/rules/{name}": Decimal(0) for name in names},  # a county cannot make rules (规章)
        **{f"proactive/normative_documents/{name}": Decimal(n) for name, n in zip(names, stock, strict=True)},
        "proactive/licensing/decisions": Decimal(chance.near(profile.licensing, 0.2)),
        "proactive/penalty/decisions": Decimal(chance.near(profile.penalty, 0.25)),
        "proactive/coercion/decisions": Decimal(chance.near(profile.coercion, 0.3)),
        "proactive/admin_fees/amount_wan": fees,
    }


def _item_counts(unit: Unit, seed: int) -> dict[str, int]:
    """How many kinds of licence, penalty … a unit had before 2019; the trial form counts kinds, not decisions."""
    chance, profile = Chance(seed, unit.unit_id, "items"), unit.profile
    return {
        "licensing": chance.between(4, 46) if profile.licensing else 0,
        "other_services": chance.between(2, 30) if profile.licensing else 0,
        "penalty": chance.between(20, 260) if profile.penalty else 0,
        "coercion": chance.between(2, 18) if profile.coercion else 0,
        "admin_fees": chance.between(1, 6) if profile.fees else 0,
    }


def _trial(proactive: Figures, items: dict[str, int], year: int, chance: Chance, unit: Unit) -> dict[str, Decimal]:
    """The trial form's own figures; `items` moves on by this year's change when the form was in use."""
    stock = [int(proactive[f"proactive/normative_documents/{name}"]) for name in ("issued", "in_force")]
    cells = {f"rules/{name}": 0 for name in ("made", "newly_disclosed", "disclosed_total")}
    cells |= {f"normative_documents/{name}": stock[0] for name in ("made", "newly_disclosed")}
    cells["normative_documents/disclosed_total"] = stock[1]
    for kind in items:
        before = items[kind]
        change = chance.between(-min(before, 4), 5) if before and year in (2019, 2020) else 0
        cells |= {f"{kind}/items_previous": before, f"{kind}/items_change": change}
        items[kind] = before + change
    cells["other_services/decisions"] = chance.between(5, 900) if items["other_services"] else 0
    cells["procurement/projects"] = chance.between(0, 6) if unit.kind != "township" else 0
    numbers = {f"proactive/{name}": Decimal(n) for name, n in cells.items()}
    spent = sum(chance.between(8_000, 2_600_000) for _ in range(cells["procurement/projects"]))
    numbers["proactive/procurement/amount_wan"] = Decimal(spent) / 10_000
    return numbers


def _told(unit: Unit, year: int, seed: int, received: int) -> dict[str, int]:
    chance = Chance(seed, unit.unit_id, year, "told")
    website = chance.near(unit.profile.published, 0.3)
    wechat = chance.near(website * 3 // 2 if unit.group == "乡镇街道" else website // 2, 0.6)
    weibo = chance.near(website // 3, 0.3) if unit.short in {"县公安局", "县政府办公室"} else 0
    other = chance.between(6, 60)
    told = {
        "published_website": website,
        "published_wechat": wechat,
        "published_weibo": weibo,
        "published_other": other,
        "published_new_media": wechat + weibo,
        "published_total": website + wechat + weibo + other,
        "training_sessions": chance.between(1, 5),
        "policy_interpretations": chance.between(1, 24),
    }
    if year >= FEE_RULES_SINCE:
        notices = chance.between(1, 2) if received >= 15 and chance.happens(0.5) else 0
        told |= {"info_fee_notices": notices, "info_fee_yuan": notices * 10 * chance.between(4, 40)}
    return told
