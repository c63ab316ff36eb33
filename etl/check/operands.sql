-- What are the identities made of that do not hold, whatever the missing figures may be?
-- Only `suspect` (identity, target) is looked at. A cell without a figure can close a gap only from its own side.
WITH looked_at AS (                       -- somebody put a cell right in this very table, and left none that cannot be read
    SELECT f.file_id, p."table"
    FROM troubled p
    JOIN fact_now f ON f.file_id = p.file_id AND split_part(f.cell, '/', 1) = p."table"
    GROUP BY f.file_id, p."table"
    HAVING bool_or(f.is_corrected) AND NOT bool_or(f.state = 'unreadable')
),
operand AS (
    SELECT
        s.identity, s.target, t.position, t.cell, t.weight, t.side, t.is_own, t.is_counted, l.file_id,
        coalesce(f.state, 'absent') AS state, f.value, f.raw, f.locator,
        f.confidence IS NOT NULL AS is_guessed,
        p.file_id IS NOT NULL AND a.file_id IS NULL AS is_troubled
    FROM suspect s
    JOIN term t ON t.identity = s.identity
    JOIN link l ON l.target = s.target AND l.part = t.part
    LEFT JOIN fact_now f ON f.file_id = l.file_id AND f.cell = t.cell
    LEFT JOIN troubled p ON p.file_id = l.file_id AND p."table" = split_part(t.cell, '/', 1)
    LEFT JOIN looked_at a ON a.file_id = p.file_id AND a."table" = p."table"
),
judged AS (
    SELECT
        o.identity, o.target,
        sum(o.value * o.weight) AS gap,
        coalesce(sum(o.value * o.weight * o.side) FILTER (WHERE o.side = 1), 0) AS "left",
        coalesce(sum(o.value * o.weight * o.side) FILTER (WHERE o.side = -1), 0) AS "right",
        count(*) FILTER (WHERE o.is_counted) AS present,
        coalesce(bool_or(o.value IS NULL AND o.weight > 0), FALSE) AS can_grow,
        coalesce(bool_or(o.value IS NULL AND o.weight < 0), FALSE) AS can_shrink,
        bool_or(o.state = 'unreadable' OR o.is_guessed OR o.is_troubled) AS is_doubtful,
        count(o.value) FILTER (WHERE o.is_counted) >= any_value(i.needed) AS is_complete
    FROM operand o
    JOIN identity i ON i.identity = o.identity
    GROUP BY o.identity, o.target
)
SELECT
    j.identity, j.target, j.gap, j."left", j."right", j.is_doubtful, j.is_complete,
    o.position, o.cell, o.weight * o.side AS weight, o.side, o.is_own, o.file_id, o.state, o.value, o.raw, o.locator
FROM judged j
JOIN identity i ON i.identity = j.identity
JOIN operand o ON o.identity = j.identity AND o.target = j.target
WHERE j.present >= i.needed
    AND ((j.gap > 0 AND NOT j.can_shrink) OR (j.gap < 0 AND i.is_equal AND NOT j.can_grow))
ORDER BY j.target, j.identity, o.position, o.file_id
