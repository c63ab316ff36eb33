-- What should a person look at, in which file or unit, and why?
-- It describes; it blames nobody.
CREATE VIEW attention AS
SELECT
    'unclaimed' AS kind, r.year, r.unit_id, coalesce(u.name, r.unit_name, '') AS unit_name, f.path,
    CASE
        WHEN r.unit_id IS NULL AND r.year IS NULL THEN '单位和年度都对不上，等待认领'
        WHEN r.unit_id IS NULL THEN '单位对不上登记表，等待认领'
        ELSE '年度各处说法不一，等待认领'
    END AS message,
    1 AS cells
FROM report r
JOIN source_file f ON f.file_id = r.file_id
LEFT JOIN unit u ON u.unit_id = r.unit_id
WHERE r.unit_id IS NULL OR r.year IS NULL
UNION ALL
SELECT 'unread', s.named_year, s.named_unit_id, coalesce(u.name, ''), s.path, s.reason, 1
FROM source_file s
LEFT JOIN unit u ON u.unit_id = s.named_unit_id
WHERE s.outcome IN ('rejected', 'unreadable')
UNION ALL
SELECT
    'unreadable', g.year, g.unit_id, g.unit_name, g.path,
    g.unreadable_cells || ' 格读不准，已标“待核”，没有计入合计', g.unreadable_cells
FROM filing_figure g
WHERE g.unreadable_cells > 0
UNION ALL
SELECT
    'partial', g.year, g.unit_id, g.unit_name, g.path,
    CASE
        WHEN p.places IS NULL THEN '没有全部读出，请对照原文'
        WHEN p.places = 1 THEN p.message
        ELSE p.message || '（共 ' || p.places || ' 处）'
    END, 1
FROM filing_figure g
LEFT JOIN (
    SELECT file_id, count(*) AS places, arg_min(message, position) AS message
    FROM problem
    WHERE regexp_matches(code, '^(form|table|row)_')
    GROUP BY file_id
) p ON p.file_id = g.file_id
WHERE g.filing = 'filed' AND NOT g.is_whole AND (g.unreadable_cells = 0 OR p.places > 0)
UNION ALL
SELECT
    'not_filed', g.year, g.unit_id, g.unit_name, '',
    g.year || ' 年度已收齐，没有找到这一家的年报', 1
FROM filing_figure g
WHERE g.filing = 'not_filed'
UNION ALL
SELECT
    'spare', r.year, r.unit_id, u.name, f.path,
    r.choice_reason || CASE WHEN d.cells > 0 THEN '。两份有 ' || d.cells || ' 格不同' ELSE '。两份各格相同' END, 1
FROM report r
LEFT JOIN (SELECT file_id, count(*) AS cells FROM version_difference GROUP BY ALL) d ON d.file_id = r.file_id
JOIN source_file f ON f.file_id = r.file_id
JOIN unit u ON u.unit_id = r.unit_id
WHERE NOT r.is_chosen AND r.year IS NOT NULL
UNION ALL
SELECT 'rubric', r.year, NULL, '', 'rubrics/' || r.file, r.fault, 1
FROM rubric r
WHERE r.fault <> '';
