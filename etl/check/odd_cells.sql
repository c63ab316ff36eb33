-- Which cells hold something else than a count: words, a negative number, a part of a case, figures of double width?
SELECT
    'T-14' AS rule, c.file_id, n.place AS "where",
    '填的是“' || f.raw || '”' AS found, '应填一个确定的数' AS expected,
    'doubtful' AS verdict, NULL AS severity, [f.cell] AS cells, f.locator
FROM checked_report c
JOIN fact_now f ON f.file_id = c.file_id AND f.state = 'unreadable'
JOIN cell_name n ON n.form = c.form AND n.cell = f.cell
WHERE NOT regexp_full_match(f.raw, '[-+0-9.,，/\s]*')
    AND NOT EXISTS (FROM problem p WHERE p.file_id = c.file_id AND p.code = 'row_unknown' AND p.raw = f.raw)
UNION ALL
SELECT
    'T-14W', c.file_id, n.table_name,
    '有 ' || count(*) || ' 格用了全角数字，如“' || first(f.raw ORDER BY n.position) || '”', '用半角数字',
    'broken', NULL, list(f.cell ORDER BY n.position), first(f.locator ORDER BY n.position)
FROM checked_report c
JOIN fact_now f ON f.file_id = c.file_id AND f.state = 'reported' AND regexp_matches(f.raw, '[０-９]')
JOIN cell_name n ON n.form = c.form AND n.cell = f.cell
GROUP BY c.file_id, n.table_name
UNION ALL
SELECT
    'T-15', c.file_id, n.place,
    '填的是 ' || cell_text(f.is_corrected, f.state, f.value, f.raw), '应为不小于 0 的整数',
    CASE WHEN f.confidence IS NULL THEN 'broken' ELSE 'doubtful' END, NULL, [f.cell], f.locator
FROM checked_report c
JOIN fact_now f ON f.file_id = c.file_id AND f.state = 'reported'
JOIN cell_name n ON n.form = c.form AND n.cell = f.cell
WHERE n."column" <> 'items_change'         -- counts what came and what went
    AND (f.value < 0 OR (n.unit <> '万元' AND f.value <> floor(f.value)))
UNION ALL
SELECT
    'T-30', c.file_id, any_value(n.table_name) || '“' || any_value(n.row_label) || '”行',
    '填有 ' || string_agg(n.column_label || ' ' || f.value::BIGINT, '、' ORDER BY n.position), '县级以下机关应为 0',
    CASE WHEN bool_and(f.confidence IS NULL) THEN 'broken' ELSE 'doubtful' END, NULL,
    list(f.cell ORDER BY n.position), first(f.locator ORDER BY n.position)
FROM checked_report c
JOIN fact_now f ON f.file_id = c.file_id AND f.value > 0 AND f.cell LIKE 'proactive/rules/%'
JOIN cell_name n ON n.form = c.form AND n.cell = f.cell
WHERE c.kind <> '' OR regexp_matches(c.unit_name, '[县乡镇街道局]|办事处')
GROUP BY c.file_id
