"""A rubric (评分细则) as data: what a county issued for one year, and nothing that one county has in common with another.

One file is one issued rubric, `DIR/rubrics/<year>.yaml`; a year without a file of its own is not scored. Other names in
that folder are never looked at. etl/rubrics/ holds examples, none of them the standard.

    title, year, issued_by            名称、起用年度、发文单位和文号
    is_example: true                  示例, so that every page and file says so
    review: true                      人工评的每一项都要由第二个人复核，才能定稿; false where not told
    full: 100                         what all dimensions add up to
    cap: indicator | dimension        dimension: a deduction beyond its indicator goes on within the dimension, not further
    groups:                           ranked only among themselves; the first that fits a unit holds, who fits none is not scored
      - {name: 乡镇, kinds: [township, town]}      kinds of units.csv; or groups: [its column group], or units: [ids]
    grades:                           from the best down; the last begins at 0
      - {name: 优秀, at_least: 90}
    dimensions:
      - id, name, points              points = what its indicators add up to
        indicators:
          - id, name, points
            basis                     依据: the clause
            curve                     deduct | add | bands | share | yes_no | manual
            not_assessable            full | skip | zero: what it counts for where nobody can tell (see below)
            ask: true                 not assessable: wait for a person instead (待人工)
            for: [乡镇]               groups it is meant for; for others it is not assessable (不适用)
            needs: [last_report, requests]   not assessable without last year's report, without figures in that table
            exposure: {measure: …, small_n: 5}   0 is no_exposure, fewer than small_n small_n: both not assessable
            words                     评分标准 in words, where the curve does not say it
    bonus, penalty: {most: 5, items: [indicators]}    加分、减分 and their ceilings; added to or taken off the total
    veto: [{id, name, basis, at_best: 合格, curve: manual | yes_no}]    一票降级

A figure is one number about a unit's year, by exactly one of these keys:

    rule: T3-01 | [ids]               how many findings; with severity (must_fix and verify unless told), cells and
                                      except_cells (requests/*/total), where and found (patterns), and count: finding |
                                      once | rule | table. Doubtful and waived findings never count.
    measure: id | [ids]               of the metric dictionary, added up; with `of` a ratio
    observed: id                      of etl/score/observed.yaml
    said: pattern, section: [一]      1 where the words stand in one of these sections, 0 where not

A test of a figure is one of over, at_least, under, at_most, is, told (true: something was filled in). The curves:

    deduct    from `points` down: each of `items` has points and a figure, counted as often as the figure says, or once where
              a test holds; `also: [figures with tests]` must hold too; `most` caps an item
    add       from 0 up to `points`, the same items
    bands     a figure and `bands`, of which the first that fits gives the points: at_least, under, at_most, or_count (or
              the numerator of the ratio is at most that); the last has no bound
    share     points × the ratio, or points × figure ÷ full_at, at most all
    yes_no    all points where the test (and `also`) holds, else 0
    manual    a person says; until then it waits

Points have two decimals at most. What is not assessable: deduct, when none of its items can be told; add, when one
cannot; the others, when their figure cannot. full grants the points and says so; skip leaves the indicator out and the
rest is scaled to `full`; zero gives 0; but what we ourselves could not read waits for a person under zero and skip. A
person's decision replaces whatever the curve said.

Finding less never scores less: a figure of findings may only lower a score as it grows; what says otherwise is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Curve(StrEnum):
    DEDUCT = "deduct"
    ADD = "add"
    BANDS = "bands"
    SHARE = "share"
    YES_NO = "yes_no"
    MANUAL = "manual"

    @property
    def label(self) -> str:
        return _CURVES[self]


_CURVES = {
    Curve.DEDUCT: "扣分", Curve.ADD: "累加", Curve.BANDS: "分档", Curve.SHARE: "按比例", Curve.YES_NO: "是否",
    Curve.MANUAL: "人工",
}  # fmt: skip


class Policy(StrEnum):
    """What an indicator that nobody can assess counts for."""

    FULL = "full"
    SKIP = "skip"
    ZERO = "zero"

    @property
    def label(self) -> str:
        return {"full": "给满分", "skip": "不计入", "zero": "计0分"}[self]


class Cap(StrEnum):
    """Where deductions end: at the indicator's points, or at those of its dimension."""

    INDICATOR = "indicator"
    DIMENSION = "dimension"


class Role(StrEnum):
    """Part of the total, or what is added to it, taken off it, or bounds the grade."""

    MAIN = "main"
    BONUS = "bonus"
    PENALTY = "penalty"
    VETO = "veto"


class Source(StrEnum):
    RULE = "rule"
    MEASURE = "measure"
    OBSERVED = "observed"
    SAID = "said"


class Count(StrEnum):
    """How findings are counted: each, once in all, once for each rule, once for each table."""

    FINDING = "finding"
    ONCE = "once"
    RULE = "rule"
    TABLE = "table"


class Compare(StrEnum):
    OVER = "over"
    AT_LEAST = "at_least"
    UNDER = "under"
    AT_MOST = "at_most"
    IS = "is"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number about a unit's year. `ids` are rules, measures, one observed id, or one pattern; `of` measures.

    `severities`, `cells`, `except_cells`, `where`, `found` and `count` are of rules, `sections` of words; "" is any.
    """

    source: Source
    ids: tuple[str, ...]
    of: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    cells: str = ""
    except_cells: str = ""
    where: str = ""
    found: str = ""
    count: Count = Count.FINDING


@dataclass(frozen=True, slots=True)
class Test:
    """`bound` is 1 or 0 where compared with TOLD."""

    __test__ = False  # no test of the test run

    compare: Compare
    bound: Decimal


@dataclass(frozen=True, slots=True)
class Condition:
    figure: Figure
    test: Test


@dataclass(frozen=True, slots=True)
class Item:
    """`points` for each, or once where `test` holds, and only where all of `also` do; `most` caps it, None for no cap."""

    points: Decimal
    figure: Figure
    test: Test | None = None
    also: tuple[Condition, ...] = ()
    most: Decimal | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """None is no bound; `or_count` lets in what has a numerator of at most so many, whatever its ratio."""

    points: Decimal
    at_least: Decimal | None = None
    under: Decimal | None = None
    at_most: Decimal | None = None
    or_count: Decimal | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Exposure:
    """What there must be some of before an indicator can be assessed: measures added up."""

    measures: tuple[str, ...]
    small_n: int = 0


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of the rubric. `figure`, `test` and `also` belong to bands, share and yes_no, `items` to deduct and add.
    Of bonus, penalty and veto `not_assessable` is ZERO."""

    id: str
    name: str
    points: Decimal
    basis: str
    curve: Curve
    not_assessable: Policy
    ask: bool = False
    groups: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    exposure: Exposure | None = None
    words: str = ""
    items: tuple[Item, ...] = ()
    figure: Figure | None = None
    test: Test | None = None
    also: tuple[Condition, ...] = ()
    bands: tuple[Band, ...] = ()
    full_at: Decimal | None = None
    at_best: str = ""


@dataclass(frozen=True, slots=True)
class Dimension:
    id: str
    name: str
    points: Decimal
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Bonus or penalty: the items together never count for more than `most`."""

    most: Decimal
    items: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Units ranked among themselves: by kind, by the column `group` of units.csv, or by unit_id."""

    name: str
    kinds: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grade:
    name: str
    at_least: Decimal


@dataclass(frozen=True, slots=True)
class Rubric:
    """A whole rubric that holds together: see etl.score.load. `grades` from the best down."""

    title: str
    year: int
    issued_by: str
    is_example: bool
    full: Decimal
    cap: Cap
    groups: tuple[Group, ...]
    grades: tuple[Grade, ...]
    dimensions: tuple[Dimension, ...]
    bonus: Adjustment | None = None
    penalty: Adjustment | None = None
    vetoes: tuple[Indicator, ...] = ()
    review: bool = False

    def every(self) -> Iterator[tuple[Role, Dimension | None, Indicator]]:
        """Every indicator in the order of the rubric, bonus, penalty and veto last."""
        for dimension in self.dimensions:
            for indicator in dimension.indicators:
                yield Role.MAIN, dimension, indicator
        for role, part in ((Role.BONUS, self.bonus), (Role.PENALTY, self.penalty)):
            for indicator in part.items if part else ():
                yield role, None, indicator
        for indicator in self.vetoes:
            yield Role.VETO, None, indicator
