-- Of how many units of a scope are all four figures of 收与办 there, and of how many of them do the sides differ?
-- The four sums and `gap` are those of these units alone, so that the two sides of them can be set against each other;
-- `partly` have some of the four figures and are in none of it. `flowing` counts those of which the six outcomes are there
-- too.
CREATE VIEW request_balance_total AS
SELECT
    s.scope, b.year,
    count(*) FILTER (b.is_whole) AS whole,
    count(*) FILTER (b.is_partly) AS partly,
    count(*) FILTER (b.flows) AS flowing,
    sum(b.carried_in) FILTER (b.is_whole) AS carried_in,
    sum(b.received) FILTER (b.is_whole) AS received,
    sum(b.processed) FILTER (b.is_whole) AS processed,
    sum(b.carried_out) FILTER (b.is_whole) AS carried_out,
    sum(b.gap) AS gap,
    count(*) FILTER (b.gap <> 0) AS unequal
FROM unit_scope s
JOIN request_balance b ON b.unit_id = s.unit_id
GROUP BY s.scope, b.year;
