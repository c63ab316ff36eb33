-- Which figures does a finding rest on, of whose report, and where do they stand?
CREATE VIEW operand_shown AS
SELECT
    o.fingerprint, o.position, o.side, o.file_id, o.cell, o.weight, o.state, o.value, o.raw, o.locator,
    coalesce(u.name, r.unit_name, '') AS unit_name,
    r.year,
    s.path,
    coalesce(c.table_label, '') AS table_label,
    coalesce(c.group_label, '') AS group_label,
    coalesce(c.row_label, o.cell) AS row_label,
    coalesce(c.column_label, '') AS column_label
FROM finding_operand o
LEFT JOIN source_file s ON s.file_id = o.file_id
LEFT JOIN report r ON r.file_id = o.file_id
LEFT JOIN unit u ON u.unit_id = r.unit_id
LEFT JOIN form_cell c ON c.form = r.form AND c.cell = o.cell;
