-- How far are the scores of each year, and who finalised them?
-- `stage`: draft 草稿 while an item waits for a person or nobody could be scored, review 复核 once nothing waits, final 定稿
-- (then with its hash).
CREATE VIEW score_stage AS
WITH counted AS (
    SELECT
        year, count(*) FILTER (status = 'scored') AS scored, count(*) FILTER (manual_open > 0) AS open_units,
        coalesce(sum(manual_open), 0)::INTEGER AS open_items
    FROM score
    GROUP BY year
)
SELECT
    r.year, r.rubric_sha, r.rubric_title, r.is_example,
    CASE WHEN f.year IS NOT NULL THEN 'final' WHEN c.open_items = 0 AND c.scored > 0 THEN 'review' ELSE 'draft' END AS stage,
    CASE WHEN f.year IS NOT NULL THEN '定稿' WHEN c.open_items = 0 AND c.scored > 0 THEN '复核' ELSE '草稿' END AS stage_name,
    coalesce(c.scored, 0)::INTEGER AS scored, coalesce(c.open_units, 0)::INTEGER AS open_units,
    coalesce(c.open_items, 0)::INTEGER AS open_items,
    f.sha256, f.build_id, f.finalised_by, f.finalised_at, f.why, coalesce(f.fault, r.fault) AS fault
FROM rubric r
LEFT JOIN counted c ON c.year = r.year
LEFT JOIN score_final f ON f.year = r.year;
