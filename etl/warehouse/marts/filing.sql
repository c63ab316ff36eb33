-- Who filed what in each year that somebody collected or filed?
CREATE VIEW filing AS
WITH years AS (
    SELECT year FROM collected_year
    UNION
    SELECT year FROM report WHERE year IS NOT NULL
)
SELECT
    u.unit_id,
    y.year,
    CASE
        WHEN r.file_id IS NOT NULL THEN 'filed'
        WHEN u.is_due AND coalesce(c.collected, FALSE) THEN 'not_filed'
        ELSE 'not_collected'
    END AS filing,
    r.file_id,
    r.form,
    r.status
FROM unit u
CROSS JOIN years y
LEFT JOIN collected_year c ON c.year = y.year
LEFT JOIN report r ON r.unit_id = u.unit_id AND r.year = y.year AND r.is_chosen
WHERE (y.year >= coalesce(u.valid_from, y.year) AND y.year <= coalesce(u.valid_to, y.year)) OR r.file_id IS NOT NULL;
