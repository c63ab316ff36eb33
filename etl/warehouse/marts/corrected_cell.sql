-- Which cells did people put right, who and why, and does it still hold?
-- `is_applied` is false where the text read now is not the one that person saw: the correction has lapsed.
CREATE VIEW corrected_cell AS
SELECT
    r.unit_id,
    u.name AS unit_name,
    r.year,
    r.is_chosen,
    c.file_id,
    s.path,
    s.sha256,
    c.cell,
    n.table_label,
    n.group_label,
    n.row_label,
    n.column_label,
    f.state AS read_state,
    f.value AS read_value,
    f.raw,
    f.locator,
    c.expected,
    c.state,
    c.value,
    c.is_applied,
    c.entry_id,
    c.who,
    c.made_at,
    c.why
FROM correction c
JOIN source_file s ON s.file_id = c.file_id
LEFT JOIN report r ON r.file_id = c.file_id
LEFT JOIN unit u ON u.unit_id = r.unit_id
LEFT JOIN fact f ON f.file_id = c.file_id AND f.cell = c.cell
LEFT JOIN form_cell n ON n.form = r.form AND n.cell = c.cell;
