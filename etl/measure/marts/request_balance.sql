-- What did each unit take in and what became of it in one year, and do the two sides come to the same?
-- `gap` is 上年结转＋新收 less 办结＋结转下年, only where all four are figures (`is_whole`); `is_partly`: some of them are.
-- `flows`: the six outcomes are figures too.
CREATE VIEW request_balance AS
WITH side AS (
    SELECT
        v.unit_id, v.year,
        count(v.value) FILTER (m.topic <> 'outcome') AS stated,
        count(v.value) FILTER (m.topic = 'outcome') = count(*) FILTER (m.topic = 'outcome') AS has_outcomes,
        any_value(v.value) FILTER (v.measure = 'requests/carried_in/total') AS carried_in,
        any_value(v.value) FILTER (v.measure = 'requests/new_received/total') AS received,
        any_value(v.value) FILTER (v.measure = 'requests/total_processed/total') AS processed,
        any_value(v.value) FILTER (v.measure = 'requests/carried_out/total') AS carried_out
    FROM measure_value v
    JOIN measure m ON m.measure = v.measure
    WHERE m.topic = 'outcome' OR m.measure IN (
        'requests/carried_in/total', 'requests/new_received/total', 'requests/total_processed/total',
        'requests/carried_out/total'
    )
    GROUP BY v.unit_id, v.year
)
SELECT
    unit_id, year, carried_in, received, processed, carried_out,
    stated = 4 AS is_whole,
    stated BETWEEN 1 AND 3 AS is_partly,
    stated = 4 AND has_outcomes AS flows,
    carried_in + received - processed - carried_out AS gap
FROM side;
