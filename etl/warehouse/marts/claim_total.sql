-- What do the units of a scope state in their prose altogether, and how many state it at all?
-- A unit that need not file here is missed by nobody: it is neither counted nor missing.
CREATE VIEW claim_total AS
SELECT
    s.scope,
    c.year,
    c.claim,
    any_value(c.claim_position) AS claim_position,
    any_value(c.label) AS label,
    any_value(c.counter) AS counter,
    sum(c.value) FILTER (c.state IN ('reported', 'zero')) AS value,
    count(*) FILTER (c.state IN ('reported', 'zero')) AS counted,
    count(*) FILTER (c.state = 'zero') AS zero_units,
    count(*) FILTER (c.approximate AND c.state IN ('reported', 'zero')) AS approximate,
    count(*) FILTER (c.state = 'blank') AS blank,
    0 AS slash,
    count(*) FILTER (c.state = 'not_filed') AS not_filed,
    count(*) FILTER (c.state = 'unreadable') AS unreadable,
    0 AS not_comparable,
    count(*) FILTER (c.state = 'not_collected' AND c.is_due) AS not_collected,
    count(*) FILTER (c.state IN ('not_filed', 'unreadable') OR (c.state = 'not_collected' AND c.is_due)) = 0 AS is_complete
FROM unit_scope s
JOIN claim_figure c ON c.unit_id = s.unit_id
GROUP BY s.scope, c.year, c.claim;
