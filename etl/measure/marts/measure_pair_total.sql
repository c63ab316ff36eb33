-- How far are two years of a scope apart in each measure, among the units that have a figure in both?
-- A difference of the two sums would measure who filed, or who wrote the figure into the prose. `value`, `base_value`
-- and `difference` are those of the `both_units` alone; a share is sum over sum. `left_out` lack one year or both,
-- but for those that need not file here.
CREATE VIEW measure_pair_total AS
WITH held AS (
    SELECT
        s.scope, p.measure, p.measure_position, p.kind, p.name, p.counter, p.smallest_n, p.year, p.base_year,
        count(*) FILTER (p.comparable IN ('yes', 'few')) AS both_units,
        count(*) FILTER (p.comparable = 'no_such_item') AS no_such_item,
        count(*) FILTER (
            p.comparable = 'missing' AND (p.is_due OR p.state <> 'not_collected' OR p.base_state <> 'not_collected')
        ) AS left_out,
        bool_or(p.approximate OR p.base_approximate) FILTER (p.comparable = 'yes') AS approximate,
        count(*) FILTER (p.is_questioned AND p.comparable IN ('yes', 'few')) AS questioned,
        sum(p.value) FILTER (p.comparable IN ('yes', 'few')) AS value,
        sum(p.base_value) FILTER (p.comparable IN ('yes', 'few')) AS base_value,
        sum(p.of_value) FILTER (p.comparable IN ('yes', 'few')) AS of_value,
        sum(p.base_of_value) FILTER (p.comparable IN ('yes', 'few')) AS base_of_value
    FROM unit_scope s
    JOIN measure_pair p ON p.unit_id = s.unit_id
    GROUP BY ALL
)
SELECT
    *,
    CASE WHEN kind <> 'share' THEN value - base_value END AS difference,
    CASE WHEN kind = 'share' AND least(of_value, base_of_value) >= greatest(smallest_n, 1)
        THEN value::DOUBLE / of_value::DOUBLE - base_value::DOUBLE / base_of_value::DOUBLE END AS share_difference
FROM held;
