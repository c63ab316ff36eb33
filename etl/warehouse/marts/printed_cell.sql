-- What does each printed table of a document say, cell by cell in the order of printing, and what was put right in it?
-- Where a document prints one row in place of several, that row is here and those are not.
CREATE VIEW printed_cell AS
SELECT
    r.file_id, r.unit_id, r.year, r.form,
    coalesce((SELECT min(x.position) FROM form_cell x WHERE x.form = p.form AND x.replaced_by = p.cell), p.position) AS position,
    p.cell, p."table", p."row", p."column", p.table_label, p.group_label, p.row_label, p.column_label, p.unit AS counter,
    coalesce(f.state, 'absent') AS state, f.value, f.raw, f.locator,
    coalesce(f.is_corrected, FALSE) AS is_corrected,
    c.who AS corrected_by, c.made_at AS corrected_at, c.why AS corrected_why
FROM report r
JOIN form_cell p ON p.form = r.form
LEFT JOIN fact_now f ON f.file_id = r.file_id AND f.cell = p.cell
LEFT JOIN fact v ON v.file_id = r.file_id AND v.cell = p.replaced_by AND v.state <> 'absent'
LEFT JOIN correction c ON c.file_id = r.file_id AND c.cell = p.cell AND c.is_applied
WHERE v.file_id IS NULL AND (NOT p.is_variant OR coalesce(f.state, 'absent') <> 'absent');
