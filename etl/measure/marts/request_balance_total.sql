-- Of how many units of a scope are all four figures of 收与办 there, and of how many of them do the sides differ?
-- `flowing` counts those of which the six outcomes are there too.
CREATE VIEW request_balance_total AS
SELECT
    s.scope, b.year,
    count(*) FILTER (b.is_whole) AS whole,
    count(*) FILTER (b.flows) AS flowing,
    count(*) FILTER (b.gap <> 0) AS unequal
FROM unit_scope s
JOIN request_balance b ON b.unit_id = s.unit_id
GROUP BY s.scope, b.year;
