"""The finalised years of a county: what the ledger says of them, and the frozen file that holds their scores."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from etl.files import why_refused
from etl.ledger import Finalised, Kind, Ledger, score_decisions
from etl.paths import County
from etl.score.freeze import Frozen, FrozenError, frozen_in

_FILE = re.compile(r"(\d{4})\.json\.gz")
_UNTOLD = (
    "有定稿文件 scores/{year}.json.gz，台账里却没有 {year} 年度的定稿记录，可能换过台账。这一年的得分不显示，也不会重新评。"
    "请放回定稿以后的台账，或导入它的备份；确实没有定稿过的，请把这个文件移走，再重新建库。"
)


class ScoreStage(StrEnum):
    """How far the scores of a year are. DRAFT: an item waits for a person. REVIEW: nothing waits, and a second person looks
    at it and appeals are decided. FINAL: shut, with a hash."""

    DRAFT = "draft"
    REVIEW = "review"
    FINAL = "final"

    @property
    def label(self) -> str:
        return {"draft": "草稿", "review": "复核", "final": "定稿"}[self]


@dataclass(frozen=True, slots=True)
class FinalYear:
    """A year that the ledger says is finalised. `frozen` None: `fault` says why its scores cannot be shown, and they are
    never counted anew."""

    finalised: Finalised
    frozen: Frozen | None
    fault: str = ""

    @property
    def year(self) -> int:
        return self.finalised.year


def final_years(county: County) -> tuple[FinalYear, ...]:
    """Every finalised year, in order. Raises LedgerError; never FrozenError.

    A frozen file of which the ledger knows nothing is one of them too: an older ledger was put back, and the year must
    not be scored anew as if nobody had ever shut it.
    """
    finalised = score_decisions(Ledger(county.ledger).of_kinds(Kind.FINALISED)).finalised
    found = {year: final_year(county, each) for year, each in finalised.items()}
    for path in county.scores.glob("*.json.gz") if county.scores.is_dir() else ():
        match = _FILE.fullmatch(path.name)
        if match and int(match[1]) not in found:
            year = int(match[1])
            found[year] = FinalYear(Finalised(year, "", "", "", "", "", "", 0), None, _UNTOLD.format(year=year))
    return tuple(found[year] for year in sorted(found))


def final_year(county: County, finalised: Finalised) -> FinalYear:
    """The frozen file of this year where it is the one that was finalised, byte by byte."""
    faults = []
    # the second is the name until the ledger has the entry: a power cut may have come between the two
    for path in (county.frozen_scores(finalised.year), waiting_name(county, finalised.year)):
        try:
            frozen = frozen_in(path.read_bytes())
            if frozen.sha256 == finalised.sha256:
                return FinalYear(finalised, frozen)
            faults.append(f"和定稿时的不同（应为 {finalised.sha256[:8]}，实为 {frozen.sha256[:8]}）")
        except OSError as error:
            faults.append(f"打不开（{why_refused(error)}）")
        except FrozenError as error:
            faults.append(str(error))
    return FinalYear(finalised, None, _fault(finalised, faults[0]))


def waiting_name(county: County, year: int) -> Path:
    """How the frozen file is called before its year is shut; a hidden one, so that nobody takes it for a finalised year."""
    path = county.frozen_scores(year)
    return path.with_name(f".{path.name}")


def digest_of(years: Iterable[FinalYear]) -> tuple[str, ...]:
    """What of the finalised years a build depends on."""
    return tuple(f"{each.year} {each.finalised.sha256} {each.fault}" for each in years)


def _fault(finalised: Finalised, why: str) -> str:
    return (
        f"{finalised.year} 年度的得分已由 {finalised.who} 于 {finalised.made_at[:16].replace('T', ' ')} 定稿，"
        f"但定稿文件 scores/{finalised.year}.json.gz {why}，得分不能显示，也不会重新评。请从备份把原来的文件放回原处，再重新建库。"
    )
