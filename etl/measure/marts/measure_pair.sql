-- How far are two years of one unit apart in each measure, and may the two figures be set side by side?
-- `year` is measured against `base_year`. `comparable` is yes, or why there is no difference: no_such_item (the form of
-- one of the years has no such cell; one that is in both means the same in both), missing (a figure is not there), few
-- (a share of too few to be told in percent). `is_other_form`: the two reports follow different editions;
-- `is_questioned`: one of the figures stands in the list of findings.
CREATE VIEW measure_pair AS
WITH questioned AS (SELECT DISTINCT measure, unit_id, year FROM measure_question),
pair AS (
    SELECT
        n.measure, n.measure_position, n.kind, n.name, n.counter, n.smallest_n,
        n.unit_id, n.unit_name, n.position, n."group", n.is_area, n.is_due,
        n.year, n.state, n.value, n.of_value, n.share, n.approximate,
        b.year AS base_year, b.state AS base_state, b.value AS base_value, b.of_value AS base_of_value,
        b.share AS base_share, b.approximate AS base_approximate,
        r.form IS DISTINCT FROM o.form AS is_other_form,
        q.measure IS NOT NULL OR p.measure IS NOT NULL AS is_questioned,
        CASE
            WHEN n.state = 'not_comparable' OR b.state = 'not_comparable' THEN 'no_such_item'
            WHEN n.state NOT IN ('reported', 'zero') OR b.state NOT IN ('reported', 'zero') THEN 'missing'
            WHEN n.kind = 'share' AND (n.share IS NULL OR b.share IS NULL) THEN 'few'
            ELSE 'yes'
        END AS comparable
    FROM measure_figure n
    JOIN measure_figure b ON b.measure = n.measure AND b.unit_id = n.unit_id AND b.year <> n.year
    LEFT JOIN report r ON r.file_id = n.file_id
    LEFT JOIN report o ON o.file_id = b.file_id
    LEFT JOIN questioned q ON q.measure = n.measure AND q.unit_id = n.unit_id AND q.year = n.year
    LEFT JOIN questioned p ON p.measure = b.measure AND p.unit_id = b.unit_id AND p.year = b.year
)
SELECT
    *,
    CASE WHEN comparable = 'yes' AND kind <> 'share' THEN value - base_value END AS difference,
    CASE WHEN comparable = 'yes' AND kind = 'share' THEN share - base_share END AS share_difference
FROM pair;
