-- Which identities hold, and in which reports does one not?
-- One row for each identity: how many reports satisfy it with every figure read, and the others, of which some only
-- lack a figure. sums.py makes `term`, `link` (whose cells a report's identities are made of) and `identity`.
WITH summed AS (
    SELECT
        l.target, t.identity,
        count(f.value) AS known,
        sum(f.value * t.weight) AS gap     -- left minus right, as far as known
    FROM fact_now f
    JOIN link l ON l.file_id = f.file_id
    JOIN term t ON t.part = l.part AND t.cell = f.cell
    GROUP BY l.target, t.identity
),
judged AS (
    SELECT i.identity, s.target, s.known >= i.needed AND (s.gap = 0 OR (s.gap < 0 AND NOT i.is_equal)) AS holds
    FROM summed s
    JOIN identity i ON i.identity = s.identity
)
SELECT identity, count(*) FILTER (WHERE holds) AS holds, list(target) FILTER (WHERE NOT holds) AS others
FROM judged
GROUP BY identity
