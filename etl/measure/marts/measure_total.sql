-- What do the units of a scope come to in one measure and year, and who could not be counted?
-- `value` is NULL where nobody could be counted: no figure, which is not a zero. A share of a scope is sum over sum.
-- A unit that need not file here is missed by nobody: it is neither counted nor missing.
CREATE VIEW measure_total AS
WITH total AS (
    SELECT
        s.scope,
        f.year,
        f.measure,
        any_value(f.measure_position) AS measure_position,
        any_value(f.name) AS name,
        any_value(f.counter) AS counter,
        any_value(f.kind) AS kind,
        any_value(f.smallest_n) AS smallest_n,
        sum(f.value) AS value,
        sum(f.of_value) AS of_value,
        count(*) FILTER (f.state IN ('reported', 'zero')) AS counted,
        count(*) FILTER (f.state = 'zero') AS zero_units,
        count(*) FILTER (f.approximate AND f.state IN ('reported', 'zero')) AS approximate,
        count(*) FILTER (f.state = 'blank') AS blank,
        count(*) FILTER (f.state = 'slash') AS slash,
        count(*) FILTER (f.state = 'not_filed') AS not_filed,
        count(*) FILTER (f.state = 'unreadable') AS unreadable,
        count(*) FILTER (f.state = 'not_comparable') AS not_comparable,
        count(*) FILTER (f.state = 'not_collected' AND f.is_due) AS not_collected
    FROM unit_scope s
    JOIN measure_figure f ON f.unit_id = s.unit_id
    GROUP BY s.scope, f.year, f.measure
)
SELECT
    *,
    CASE WHEN kind = 'share' AND of_value >= greatest(smallest_n, 1) THEN value::DOUBLE / of_value::DOUBLE END AS share,
    not_filed + unreadable + not_collected = 0 AS is_complete
FROM total;
