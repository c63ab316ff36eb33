-- What is checked by which rule, and how did the reports in force fare?
CREATE VIEW rule_shown AS
SELECT
    k.*,
    coalesce(sum(v.count) FILTER (v.verdict = 'holds'), 0)::BIGINT AS holds,
    coalesce(sum(v.count) FILTER (v.verdict = 'broken'), 0)::BIGINT AS broken,
    coalesce(sum(v.count) FILTER (v.verdict = 'doubtful'), 0)::BIGINT AS doubtful,
    coalesce(sum(v.count) FILTER (v.verdict = 'not_assessable'), 0)::BIGINT AS not_assessable
FROM rule k
LEFT JOIN rule_result v ON v.rule = k.rule
GROUP BY ALL;
