-- What each measure says of each unit in each year, worked out once for a build.
-- A measure of several cells: one that waits to be looked at makes the whole wait; blank only where all are.
INSERT INTO measure_value BY NAME
WITH single AS (
    SELECT
        c.cell AS measure, c.unit_id, c.year, c.state, c.value,
        NULL::DECIMAL(38, 6) AS of_value, FALSE AS approximate, c.raw, c.locator, c.file_id, c.source_id
    FROM cell_figure c
    UNION ALL
    SELECT
        c.claim, c.unit_id, c.year, c.state, c.value,
        NULL, c.approximate, c.raw, c.locator, c.file_id, c.source_id
    FROM claim_figure c
),
composed AS (
    SELECT
        t.measure,
        c.unit_id,
        c.year,
        CASE
            WHEN bool_or(c.state = 'not_collected') THEN 'not_collected'
            WHEN bool_or(c.state = 'not_filed') THEN 'not_filed'
            WHEN bool_or(c.state = 'unreadable') THEN 'unreadable'
            WHEN NOT bool_or(t.part = 'sum' AND c.state IN ('reported', 'zero'))
                OR (bool_or(t.part = 'of') AND NOT bool_or(t.part = 'of' AND c.state IN ('reported', 'zero')))
                THEN CASE
                    WHEN bool_or(c.state = 'blank') THEN 'blank'
                    WHEN bool_or(c.state = 'slash') THEN 'slash'
                    ELSE 'not_comparable'
                END
            WHEN bool_or(c.state = 'reported' AND t.part = 'sum') THEN 'reported'
            ELSE 'zero'
        END AS state,
        sum(c.value) FILTER (t.part = 'sum') AS value,
        sum(c.value) FILTER (t.part = 'of') AS of_value,
        FALSE AS approximate,
        NULL::VARCHAR AS raw,
        NULL AS locator,
        any_value(c.file_id) AS file_id,
        any_value(c.source_id) AS source_id
    FROM measure_term t
    JOIN measure m ON m.measure = t.measure AND m.kind IN ('sum', 'share')
    JOIN cell_figure c ON c.cell = t.item
    GROUP BY t.measure, c.unit_id, c.year
),
figure AS (
    SELECT * FROM single
    UNION ALL BY NAME
    SELECT * FROM composed
)
SELECT
    f.measure, f.unit_id, f.year, f.state,
    CASE WHEN f.state IN ('reported', 'zero') THEN f.value END AS value,
    CASE WHEN f.state IN ('reported', 'zero') THEN f.of_value END AS of_value,
    f.approximate, f.raw, f.locator, f.file_id, f.source_id
FROM figure f
ORDER BY f.measure, f.year, f.unit_id;
