-- How did the requests of a whole scope end, and who could not be counted?
-- A unit that need not file here is missed by nobody: it is neither counted nor missing.
CREATE VIEW outcome_total AS
SELECT
    s.scope,
    f.year,
    f.outcome,
    any_value(f.label) AS label,
    min(f.outcome_position) AS outcome_position,
    sum(f.value) FILTER (f.state IN ('reported', 'zero')) AS value,
    count(*) FILTER (f.state IN ('reported', 'zero')) AS counted,
    count(*) FILTER (f.state = 'zero') AS zero_units,
    count(*) FILTER (f.state = 'blank') AS blank,
    count(*) FILTER (f.state = 'slash') AS slash,
    count(*) FILTER (f.state = 'not_filed') AS not_filed,
    count(*) FILTER (f.state = 'unreadable') AS unreadable,
    count(*) FILTER (f.state = 'not_comparable') AS not_comparable,
    count(*) FILTER (f.state = 'not_collected' AND f.is_due) AS not_collected,
    count(*) FILTER (f.state IN ('not_filed', 'unreadable') OR (f.state = 'not_collected' AND f.is_due)) = 0 AS is_complete
FROM unit_scope s
JOIN outcome_figure f ON f.unit_id = s.unit_id
GROUP BY s.scope, f.year, f.outcome;
