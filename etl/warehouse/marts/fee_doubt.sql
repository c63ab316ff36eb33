-- Which 行政事业性收费 are so large that 元 may have been written where the form asks for 万元?
-- A hint to look at the original, never a correction: the figure stays as printed.
CREATE VIEW fee_doubt AS
SELECT *
FROM scope_measure
WHERE measure = 'proactive/admin_fees/amount_wan' AND state = 'reported' AND value > 10000;
