-- Which tables leave cells blank, or fill them with a stroke or 无, where the form asks for a figure?
WITH empty AS (
    SELECT c.file_id, n."table", n.table_name, n."row", n.row_label, n.position, f.cell, f.locator,
        cell_text(f.is_corrected, f.state, f.value, f.raw) AS text,
        CASE WHEN f.is_corrected THEN f.state ELSE f.raw END AS raw,
        CASE f.state WHEN 'slash' THEN 'slash' ELSE 'blank' END AS state,
        f.confidence IS NOT NULL OR f.state = 'unreadable' AS is_guessed
    FROM checked_report c
    JOIN fact_now f ON f.file_id = c.file_id AND f.state IN ('blank', 'slash', 'unreadable')
    JOIN cell_name n ON n.form = c.form AND n.cell = f.cell
    WHERE f.state <> 'unreadable' OR trim(coalesce(f.raw, '')) = ''  -- fewer figures stand there than there are cells
),
lines AS (
    SELECT file_id, "table", state, "row", any_value(row_label) AS label, min(position) AS position
    FROM empty GROUP BY file_id, "table", state, "row"
),
named AS (
    SELECT
        file_id, "table", state, count(*) AS rows,
        array_to_string(list_slice(list('“' || label || '”' ORDER BY position), 1, 3), '、') AS labels
    FROM lines GROUP BY file_id, "table", state
)
SELECT
    CASE e.state WHEN 'blank' THEN 'T-12' ELSE 'T-13' END AS rule,
    e.file_id, e.table_name AS "where",
    any_value(n.labels) || CASE WHEN any_value(n.rows) > 3 THEN '等 ' || any_value(n.rows) || ' 行' ELSE '行' END
        || '有 ' || count(*) || ' 格'
        || CASE
            WHEN e.state = 'slash' THEN '填的是“' || string_agg(DISTINCT trim(e.text), '”“' ORDER BY trim(e.text)) || '”'
            WHEN bool_or(e.is_guessed) THEN '空白，分不清是哪几格'
            ELSE '空白'
        END AS found,
    '没有发生的应填 0' AS expected,
    CASE WHEN bool_or(e.is_guessed) THEN 'doubtful' ELSE 'broken' END AS verdict,
    list(e.cell ORDER BY e.position) AS cells,
    first(e.locator ORDER BY e.position) AS locator,
    e."table" AS place,
    string_agg(e.cell || '=' || coalesce(e.raw, ''), ',' ORDER BY e.position) AS value_key
FROM empty e
JOIN named n ON n.file_id = e.file_id AND n."table" = e."table" AND n.state = e.state
GROUP BY e.file_id, e."table", e.table_name, e.state
