-- Which cells hold a stroke or 无 where the form asks for a figure?
SELECT
    'T-13' AS rule, c.file_id,
    n.table_label || '“' || n.row_label || '”行“' || n.column_label || '”格' AS "where",
    '填的是“' || f.raw || '”' AS found, '没有发生应填 0' AS expected,
    [f.cell] AS cells, f.locator
FROM checked_report c
JOIN fact_now f ON f.file_id = c.file_id
JOIN form_cell n ON n.form = c.form AND n.cell = f.cell
WHERE f.state = 'slash'
