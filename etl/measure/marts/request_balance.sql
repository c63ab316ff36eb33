-- What did each unit take in and what became of it in one year, and do the two sides come to the same?
-- `gap` is 上年结转＋新收 less 办结＋结转下年, only where all four are figures. `flows`: the six outcomes are figures too.
CREATE VIEW request_balance AS
WITH side AS (
    SELECT
        v.unit_id, v.year,
        count(v.value) FILTER (m.topic <> 'outcome') = 4 AS is_whole,
        count(v.value) FILTER (m.topic = 'outcome') = count(*) FILTER (m.topic = 'outcome') AS has_outcomes,
        coalesce(sum(v.value) FILTER (v.measure IN ('requests/carried_in/total', 'requests/new_received/total')), 0)
            AS came,
        coalesce(sum(v.value) FILTER (v.measure IN ('requests/total_processed/total', 'requests/carried_out/total')), 0)
            AS went
    FROM measure_value v
    JOIN measure m ON m.measure = v.measure
    WHERE m.topic = 'outcome' OR m.measure IN (
        'requests/carried_in/total', 'requests/new_received/total', 'requests/total_processed/total',
        'requests/carried_out/total'
    )
    GROUP BY v.unit_id, v.year
)
SELECT unit_id, year, is_whole, is_whole AND has_outcomes AS flows, CASE WHEN is_whole THEN came - went END AS gap
FROM side;
