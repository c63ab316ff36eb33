-- Do the 规范性文件 in force of each unit follow from the year before, and where nobody can tell, what is lacking?
-- `gap` is what is stated less what follows, where all four figures are there. The verdict is that of rule X-02: `outcome`
-- is broken or doubtful where it found something, merged where another unit came in, whose documents the year before does
-- not have, holds only where the sums are the same; unjudged are those that differ though the rule found nothing; else
-- not_compared. `last_state` is NULL where there was no such unit then.
CREATE VIEW document_stock AS
WITH figure AS (
    SELECT unit_id, year, measure, state, value
    FROM measure_value
    WHERE measure IN (
        'proactive/normative_documents/in_force', 'proactive/normative_documents/issued',
        'proactive/normative_documents/repealed'
    )
),
found AS (
    SELECT
        f.unit_id, f.year, f.fingerprint, f.severity, f.verdict,
        sum(CASE o.side WHEN 'found' THEN o.value * o.weight ELSE -o.value * o.weight END) AS gap
    FROM finding f
    LEFT JOIN finding_operand o ON o.fingerprint = f.fingerprint
    WHERE f.rule = 'X-02'
    GROUP BY ALL
)
SELECT
    u.unit_id, u.name AS unit_name, u.position, u."group", u.kind = 'area' AS is_area, u.is_due,
    n.year, n.state, n.value,
    i.state AS issued_state, i.value AS issued,
    r.state AS repealed_state, r.value AS repealed,
    coalesce(l.state, CASE WHEN u.valid_from >= n.year THEN NULL ELSE 'not_collected' END) AS last_state,
    l.value AS last_value,
    f.fingerprint, f.severity,
    coalesce(f.gap, n.value - (l.value + i.value - r.value)) AS gap,
    CASE
        WHEN f.verdict IS NOT NULL THEN f.verdict
        WHEN n.value IS NULL OR i.value IS NULL OR r.value IS NULL OR l.value IS NULL THEN 'not_compared'
        WHEN EXISTS (FROM unit m WHERE m.merged_into = u.unit_id AND m.valid_to = n.year - 1) THEN 'merged'
        WHEN n.value = l.value + i.value - r.value THEN 'holds'
        ELSE 'unjudged'
    END AS outcome
FROM figure n
JOIN unit u ON u.unit_id = n.unit_id
JOIN figure i ON i.unit_id = n.unit_id AND i.year = n.year AND i.measure LIKE '%/issued'
JOIN figure r ON r.unit_id = n.unit_id AND r.year = n.year AND r.measure LIKE '%/repealed'
LEFT JOIN figure l ON l.unit_id = n.unit_id AND l.year = n.year - 1 AND l.measure = n.measure
LEFT JOIN found f ON f.unit_id = n.unit_id AND f.year = n.year
WHERE n.measure LIKE '%/in_force';
