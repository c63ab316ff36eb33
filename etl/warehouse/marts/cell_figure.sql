-- What does one unit's report of one year state in one cell of the form, and where does it stand?
-- `state` is one of the eight value states; only reported and zero have a value.
CREATE VIEW cell_figure AS
WITH item AS (
    SELECT
        cell,
        arg_max("table", form) AS "table",
        arg_max("row", form) AS "row",
        arg_max("column", form) AS "column",
        arg_max(position, form) AS cell_position,
        arg_max(table_label, form) AS table_label,
        arg_max(group_label, form) AS group_label,
        arg_max(row_label, form) AS row_label,
        arg_max(column_label, form) AS column_label,
        arg_max(unit, form) AS counter,
        arg_max(clause, form) AS clause
    FROM form_cell
    GROUP BY cell
)
SELECT
    u.unit_id,
    u.name AS unit_name,
    u.position,
    u."group",
    u.kind = 'area' AS is_area,
    u.is_due,
    f.year,
    i.cell,
    i."table",
    i."row",
    i."column",
    i.cell_position,
    i.table_label,
    i.group_label,
    i.row_label,
    i.column_label,
    i.counter,
    i.clause,
    CASE
        WHEN f.filing <> 'filed' THEN f.filing
        WHEN c.state = 'reported' THEN CASE WHEN c.value = 0 THEN 'zero' ELSE 'reported' END
        WHEN c.state IN ('blank', 'slash', 'unreadable') THEN c.state
        -- the edition has the cell and this document does not show it: a lost row, a picture; not "no such item"
        WHEN p.cell IS NOT NULL AND v.file_id IS NULL THEN 'unreadable'
        ELSE 'not_comparable'
    END AS state,
    c.value,
    c.raw,
    c.locator,
    f.form,
    f.file_id,
    s.file_id AS source_id,
    s.path
FROM filing f
CROSS JOIN item i
JOIN unit u ON u.unit_id = f.unit_id
LEFT JOIN fact_now c ON c.file_id = f.file_id AND c.cell = i.cell
LEFT JOIN form_cell p ON p.form = f.form AND p.cell = i.cell AND NOT p.is_variant
LEFT JOIN fact_now v ON v.file_id = f.file_id AND v.cell = p.replaced_by AND v.state <> 'absent'
LEFT JOIN source_file s ON s.file_id = coalesce(f.file_id, f.held_file_id);
