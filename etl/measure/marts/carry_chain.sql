-- Does each unit take up, as 上年结转 of a year, what it stated as 结转下年 a year before, and who cannot be compared?
-- The verdict is that of rule X-01: `outcome` is broken or doubtful where it found something, holds where both figures
-- are there, are the same and it found nothing, else not_compared, or merged: another unit came in, whose requests the
-- year before does not have. `last_state` is NULL where there was no such unit then.
CREATE VIEW carry_chain AS
SELECT
    u.unit_id, u.name AS unit_name, u.position, u."group", u.kind = 'area' AS is_area, u.is_due,
    n.year, n.state, n.value,
    coalesce(l.state, CASE WHEN u.valid_from >= n.year THEN NULL ELSE 'not_collected' END) AS last_state,
    l.value AS last_value,
    f.fingerprint, f.severity, f.verdict,
    CASE
        WHEN f.verdict IS NOT NULL THEN f.verdict
        WHEN n.value IS NULL OR l.value IS NULL THEN 'not_compared'
        WHEN n.value = l.value THEN 'holds'
        WHEN EXISTS (FROM unit m WHERE m.merged_into = u.unit_id AND m.valid_to = n.year - 1) THEN 'merged'
        ELSE 'not_compared'
    END AS outcome
FROM measure_value n
JOIN unit u ON u.unit_id = n.unit_id
LEFT JOIN measure_value l
    ON l.measure = 'requests/carried_out/total' AND l.unit_id = n.unit_id AND l.year = n.year - 1
LEFT JOIN finding f ON f.rule = 'X-01' AND f.unit_id = n.unit_id AND f.year = n.year
WHERE n.measure = 'requests/carried_in/total';
