-- Which 行政事业性收费 may be in 元 where the form asks for 万元, as the check found?
-- The verdict is that of rule T-32. A hint to look at the original, never a correction: the figure stays as printed, in
-- every sum too.
CREATE VIEW fee_doubt AS
SELECT m.*, f.fingerprint, f.severity, f.verdict
FROM scope_measure m
JOIN finding f ON f.rule = 'T-32' AND f.unit_id = m.unit_id AND f.year = m.year AND list_contains(f.cells, m.measure)
WHERE m.measure = 'proactive/admin_fees/amount_wan' AND m.state = 'reported';
