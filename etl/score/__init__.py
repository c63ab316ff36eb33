"""考核评分: a county's rubric over measures and findings gives points, each with its reasons.

    score(connection, rubric, manual=Manual(), years=None) -> Scores

`connection` is one of a warehouse, which is only read (temporary tables are made, also on a read-only one): a build calls
it for every rubric of the county, a page may call it to show at once what a decision changes. `years` are report years,
the rubric's own where not given. `manual` is what people decided: points or a share for an indicator, points of a bonus
or penalty, a veto, findings that are none; `manual_in(ledger)` is what stands in a ledger (see etl.ledger.scores for what can
be recorded there, and who may). Nothing else goes in, so equal arguments give equal rows.

A finalised year is not scored any more: etl.warehouse.finalise freezes it (etl.score.freeze has the file and `replay`), and
builds take the frozen rows from then on.

The rows stand in tables of a build (schema.sql has every column):

`rubric`        one row for each file of DIR/rubrics: its hash, title, all of it as JSON in `content`, or in `fault` why it
                cannot be used (nobody is scored by it; the page says so).
`score`         one row for each unit and year that the year's rubric looks at. Only `status = scored` has figures; the
                others are statuses and never a score: not_filed 未报送, unreadable 待核 (a file is there and could not be
                read), not_collected 未收集, not_due 不要求报送, no_group 细则没有列入.
`score_reason`  why. `item` 0 is the line of an indicator, in the order of the rubric; items 1, 2, … below it are what it
                was made of: each deduction, each part that was added, each finding that did not count. `words` is a
                sentence for a person, `operands` the figures in words, `cells` their cells, `file_id` the report they
                stand in, `fingerprint` the finding.

`score_final`   one row for each finalised year: hash, who, when. The view `score_stage` says how far each year is: draft
                草稿, review 复核, final 定稿.

How the figures hang together, all of them DECIMAL with two places, rounded half up where something is divided:

- an indicator's points + deducted = full (but for `skipped`, which counts for nothing and takes nothing);
- of a curve `deduct` the items' `deducted` add up to the indicator's; `amount` is what an item would have taken alone,
  `capped_by` (item, indicator, dimension) says what kept it from that. With cap: dimension an indicator can stand below 0,
  the dimension cannot;
- a rubric's main points = the sum of its indicators' × full ÷ what of `full` was not skipped; points = that + bonus −
  penalty, never below 0;
- `auto_points` of `auto_possible` is what the machine counted; `granted` of it was granted though nobody could tell
  (not_assessable: full), `unread` of that because we could not read the report there; `skipped` counts for nothing;
  `open_points` of `manual_open` indicators wait for a person.
  `points` is the total as known, the open ones at 0; `highest` is what can still be reached. `grade` is NULL while the two
  are of different grades (`grade_lowest`, `grade_highest`), and never better than `veto_cap`.

States of a reason (`state`): counted; manual (a person decided; who and why are in `words`); manual_open 待人工;
no_exposure (there was none of it, e.g. no application), small_n, not_assessed (nobody can tell; `words` says why),
waived (a finding that somebody said is none), doubtful (a finding that may be our own misreading; it takes nothing).

What may never happen: a doubtful or waived finding deducts; a fault of our own reading lowers a score (where the rubric
says zero or skip it waits for a person instead); a finding less gives a point less; points leave their bounds.
"""

from etl.score.canonical import as_data, as_json, as_yaml, sha256_of
from etl.score.compare import changes
from etl.score.decided import manual_in, manual_of
from etl.score.fault import RubricError
from etl.score.fill import fill_scores
from etl.score.final import FinalYear, ScoreStage, digest_of, final_year, final_years
from etl.score.freeze import About, Frozen, FrozenError, freeze, frozen_in, is_reproduced, replay
from etl.score.load import IssuedRubric, county_rubrics, example_rubrics, load_rubric, rubric_in, rubric_in_json
from etl.score.manual import Manual, ManualPoints, Waiver
from etl.score.model import Cap, Curve, Policy, Role, Rubric
from etl.score.run import Scores, score
from etl.score.sheet import as_workbook, open_rubric, rubric_in_workbook, save_rubric
from etl.score.words import standard_of

__all__ = [
    "About", "Cap", "Curve", "FinalYear", "Frozen", "FrozenError", "IssuedRubric", "Manual", "ManualPoints", "Policy",
    "Role", "Rubric", "RubricError", "ScoreStage", "Scores", "Waiver", "as_data", "as_json", "as_workbook", "as_yaml",
    "changes", "county_rubrics", "digest_of", "example_rubrics", "fill_scores", "final_year", "final_years", "freeze",
    "frozen_in", "is_reproduced", "load_rubric", "manual_in", "manual_of", "open_rubric", "replay", "rubric_in",
    "rubric_in_json", "rubric_in_workbook", "save_rubric", "score", "sha256_of", "standard_of",
]  # fmt: skip
