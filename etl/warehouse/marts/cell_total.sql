-- What do the units of a scope add up to in one cell, and who could not be counted?
-- `value` is NULL where nobody could be counted: no figure, which is not a zero.
-- A unit that need not file here is missed by nobody: it is neither counted nor missing.
CREATE VIEW cell_total AS
SELECT
    s.scope,
    c.year,
    c.cell,
    any_value(c."table") AS "table",
    any_value(c."row") AS "row",
    any_value(c."column") AS "column",
    any_value(c.cell_position) AS cell_position,
    any_value(c.table_label) AS table_label,
    any_value(c.group_label) AS group_label,
    any_value(c.row_label) AS row_label,
    any_value(c.column_label) AS column_label,
    any_value(c.counter) AS counter,
    sum(c.value) FILTER (c.state IN ('reported', 'zero')) AS value,
    count(*) FILTER (c.state IN ('reported', 'zero')) AS counted,
    count(*) FILTER (c.state = 'zero') AS zero_units,
    count(*) FILTER (c.state = 'blank') AS blank,
    count(*) FILTER (c.state = 'slash') AS slash,
    count(*) FILTER (c.state = 'not_filed') AS not_filed,
    count(*) FILTER (c.state = 'unreadable') AS unreadable,
    count(*) FILTER (c.state = 'not_comparable') AS not_comparable,
    count(*) FILTER (c.state = 'not_collected' AND c.is_due) AS not_collected,
    count(*) FILTER (c.state IN ('not_filed', 'unreadable') OR (c.state = 'not_collected' AND c.is_due)) = 0 AS is_complete
FROM unit_scope s
JOIN cell_figure c ON c.unit_id = s.unit_id
GROUP BY s.scope, c.year, c.cell;
