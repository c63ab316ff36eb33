-- Who filed what in each year that somebody collected or filed?
-- A file that bears a unit's name and was not read, or waits to be claimed, is our open question: that unit is
-- `unreadable`, never `not_filed`.
CREATE VIEW filing AS
WITH held AS (
    SELECT s.named_unit_id AS unit_id, s.named_year AS year, min(s.file_id) AS file_id
    FROM source_file s
    LEFT JOIN report r ON r.file_id = s.file_id
    WHERE s.named_unit_id IS NOT NULL
        AND s.named_year IS NOT NULL
        AND (r.file_id IS NULL OR r.unit_id IS NULL OR r.year IS NULL)
    GROUP BY ALL
),
years AS (
    SELECT year FROM collected_year
    UNION
    SELECT year FROM report WHERE year IS NOT NULL
    UNION
    SELECT year FROM held
)
SELECT
    u.unit_id,
    y.year,
    CASE
        WHEN r.file_id IS NOT NULL THEN 'filed'
        WHEN h.file_id IS NOT NULL THEN 'unreadable'
        WHEN u.is_due AND coalesce(c.collected, FALSE) THEN 'not_filed'
        ELSE 'not_collected'
    END AS filing,
    r.file_id,
    CASE WHEN r.file_id IS NULL THEN h.file_id END AS held_file_id,
    r.form,
    r.status
FROM unit u
CROSS JOIN years y
LEFT JOIN collected_year c ON c.year = y.year
LEFT JOIN report r ON r.unit_id = u.unit_id AND r.year = y.year AND r.is_chosen
LEFT JOIN held h ON h.unit_id = u.unit_id AND h.year = y.year
WHERE (y.year >= coalesce(u.valid_from, y.year) AND y.year <= coalesce(u.valid_to, y.year))
    OR r.file_id IS NOT NULL
    OR h.file_id IS NOT NULL;
