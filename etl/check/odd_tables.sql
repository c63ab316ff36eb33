-- Which tables are not those of the form in force: missing, of the edition before, with a row too many or too few,
-- under another name?
WITH whole AS (
    SELECT c.file_id, n."table", any_value(n.table_name) AS table_name, bool_and(f.state = 'absent') AS is_missing
    FROM checked_report c
    JOIN fact_now f ON f.file_id = c.file_id
    JOIN cell_name n ON n.form = c.form AND n.cell = f.cell
    GROUP BY c.file_id, n."table"
),
renamed AS (                               -- an unknown name where a row of the form should stand
    SELECT c.file_id, f.raw, first(n.table_name ORDER BY n.position) AS table_name,
        first(n.row_label ORDER BY n.position) AS row_label,
        first(n."table" || '/' || n."row" ORDER BY n.position) AS target, list(f.cell ORDER BY n.position) AS cells,
        first(f.locator ORDER BY n.position) AS locator
    FROM checked_report c
    JOIN problem p ON p.file_id = c.file_id AND p.code = 'row_unknown'
    JOIN fact_now f ON f.file_id = c.file_id AND f.state = 'unreadable' AND f.raw = p.raw
    JOIN cell_name n ON n.form = c.form AND n.cell = f.cell
    GROUP BY c.file_id, f.raw
),
variant AS (
    SELECT DISTINCT c.file_id, n."row"
    FROM checked_report c
    JOIN fact f ON f.file_id = c.file_id
    JOIN cell_name n ON n.form = c.form AND n.cell = f.cell AND n.is_variant
)
SELECT
    'T-16' AS rule, w.file_id, w.table_name AS "where",
    '没有读到这张表' AS found, '应有能读出数字的表格' AS expected,
    'broken' AS verdict, NULL AS severity, [] AS cells, NULL AS locator, w."table" AS place, '' AS value_key
FROM whole w
WHERE w.is_missing
UNION ALL
SELECT
    'T-11', c.file_id, any_value(n.table_name) || '“' || any_value(n.row_label) || '”行',
    '没有这一行', '应有这一行，没有发生填 0',
    'broken', NULL, list(n.cell ORDER BY n.position), NULL, n."table" || '/' || n."row", ''
FROM checked_report c
JOIN fact_now f ON f.file_id = c.file_id
JOIN cell_name n ON n.form = c.form AND n.cell = f.cell AND NOT n.is_variant
JOIN whole w ON w.file_id = c.file_id AND w."table" = n."table" AND NOT w.is_missing
WHERE NOT EXISTS (FROM variant v WHERE v.file_id = c.file_id AND v."row" = split_part(n.replaced_by, '/', 2))
GROUP BY c.file_id, n."table", n."row"
HAVING bool_and(f.state = 'absent')
UNION ALL
SELECT
    'T-10', c.file_id, split_part(p.message, ' ', 1) || '“' || p.raw || '”',
    CASE p.code WHEN 'row_unknown' THEN '多出这一行' ELSE '表格右边多出一列，写有这些字' END, '格式中没有',
    'broken', NULL, [], p.locator, p.raw, p.code
FROM checked_report c
JOIN problem p ON p.file_id = c.file_id AND p.code IN ('row_unknown', 'column_unknown')
WHERE NOT EXISTS (FROM renamed m WHERE m.file_id = c.file_id AND m.raw = p.raw AND p.code = 'row_unknown')
UNION ALL
SELECT
    'T-09', m.file_id, m.table_name || '“' || m.raw || '”',
    '写作“' || m.raw || '”，这一行的数没有采用', '同一位置格式为“' || m.row_label || '”',
    'doubtful', NULL, m.cells, m.locator, m.target, m.raw
FROM renamed m
UNION ALL
SELECT
    'T-09', c.file_id, n.table_name || '“' || a.printed || '”',
    '写作“' || a.printed || '”', '格式为“' || a.standard || '”',
    'broken', 'notice', [], a.locator, a.target, a.printed
FROM checked_report c
JOIN altered_label a ON a.file_id = c.file_id AND NOT starts_with(a.target, 'section/')
JOIN (SELECT DISTINCT form, "table", table_name FROM cell_name) n
    ON n.form = c.form AND n."table" = split_part(a.target, '/', 1)
UNION ALL
SELECT
    'T-08', c.file_id, '表二',
    '用的是' || c.form || '年试行的表样', c.year || '年度应用国办公开办函〔2021〕30号的表样',
    'broken', NULL, [], first(f.locator ORDER BY n.position), 'proactive', c.form
FROM checked_report c
JOIN edition e ON e.form = c.form AND e.last_year < c.year
JOIN fact_now f ON f.file_id = c.file_id
JOIN cell_name n ON n.form = c.form AND n.cell = f.cell AND n."table" = 'proactive'
GROUP BY c.file_id, c.form, c.year
