-- What do the units of a scope come to in one measure and year, and who could not be counted?
-- `value` is NULL where nobody could be counted: no figure, which is not a zero. A share of a scope is sum over sum.
-- The sum of one unit alone is its figure, with the text it was printed in as `raw`.
-- A unit that need not file here is missed by nobody: it is neither counted nor missing.
CREATE VIEW measure_total AS
WITH total AS (
    SELECT
        s.scope,
        v.year,
        v.measure,
        sum(v.value) AS value,
        sum(v.of_value) AS of_value,
        CASE WHEN count(*) = 1 THEN any_value(v.raw) END AS raw,
        count(*) FILTER (v.state IN ('reported', 'zero')) AS counted,
        count(*) FILTER (v.state = 'zero') AS zero_units,
        count(*) FILTER (v.approximate AND v.state IN ('reported', 'zero')) AS approximate,
        count(*) FILTER (v.state = 'blank') AS blank,
        count(*) FILTER (v.state = 'slash') AS slash,
        count(*) FILTER (v.state = 'not_filed') AS not_filed,
        count(*) FILTER (v.state = 'unreadable') AS unreadable,
        count(*) FILTER (v.state = 'not_comparable') AS not_comparable,
        count(*) FILTER (v.state = 'not_collected' AND u.is_due) AS not_collected
    FROM unit_scope s
    JOIN measure_value v ON v.unit_id = s.unit_id
    JOIN unit u ON u.unit_id = v.unit_id
    GROUP BY s.scope, v.year, v.measure
)
SELECT
    t.*,
    m.position AS measure_position, m.kind, m.topic, m.name, m.unit AS counter, m.smallest_n,
    m."table", m."row", m."column", m.table_label, m.group_label, m.row_label, m.column_label,
    CASE WHEN m.kind = 'share' AND t.of_value >= greatest(m.smallest_n, 1) THEN t.value::DOUBLE / t.of_value::DOUBLE END
        AS share,
    t.not_filed + t.unreadable + t.not_collected = 0 AS is_complete
FROM total t
JOIN measure m ON m.measure = t.measure;
