-- Where do several files for one unit and year say different things, and which of them is in force?
-- One row for each cell of the form and each file that gave way: what it says beside what the chosen one says.
CREATE VIEW version_difference AS
WITH pair AS (
    SELECT c.unit_id, c.year, c.file_id AS chosen_file_id, o.file_id, c.form
    FROM report c
    JOIN report o ON o.unit_id = c.unit_id AND o.year = c.year AND NOT o.is_chosen
    WHERE c.is_chosen
),
cells AS (
    SELECT p.*, f.cell FROM pair p JOIN fact f ON f.file_id IN (p.chosen_file_id, p.file_id) GROUP BY ALL
)
SELECT
    p.unit_id, p.year, p.cell, n.position, n.table_label, n.group_label, n.row_label, n.column_label,
    p.chosen_file_id, cs.path AS chosen_path,
    coalesce(c.state, 'absent') AS chosen_state, c.value AS chosen_value, c.raw AS chosen_raw, c.locator AS chosen_locator,
    p.file_id, os.path,
    coalesce(o.state, 'absent') AS state, o.value, o.raw, o.locator
FROM cells p
JOIN source_file cs ON cs.file_id = p.chosen_file_id
JOIN source_file os ON os.file_id = p.file_id
LEFT JOIN fact c ON c.file_id = p.chosen_file_id AND c.cell = p.cell
LEFT JOIN fact o ON o.file_id = p.file_id AND o.cell = p.cell
LEFT JOIN form_cell n ON n.form = p.form AND n.cell = p.cell
WHERE coalesce(c.state, 'absent') <> coalesce(o.state, 'absent') OR c.value IS DISTINCT FROM o.value;
