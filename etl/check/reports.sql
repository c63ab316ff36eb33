-- What every check stands on; made anew by run_checks, gone with its connection. $only: the files to be checked, NULL
-- for the reports in force.

-- One report for each unit and year that may be compared with.
CREATE OR REPLACE TEMP TABLE known_report AS
SELECT r.file_id, r.unit_id, r.year, coalesce(r.form, '') AS form, r.scope, u.kind, u."group"
FROM report r
JOIN unit u ON u.unit_id = r.unit_id
WHERE r.is_chosen AND r.year IS NOT NULL;

-- The reports to be checked, each with its unit's report of the year before, NULL where nobody has it.
CREATE OR REPLACE TEMP TABLE checked_report AS
SELECT
    r.file_id, r.unit_id, r.year, coalesce(r.form, '') AS form, coalesce(r.scope, '') AS scope,
    coalesce(u.kind, '') AS kind, coalesce(u."group", '') AS "group",
    coalesce(u.name, r.unit_name, '') AS unit_name,
    k.file_id AS last_file_id, coalesce(k.form, '') AS last_form
FROM report r
LEFT JOIN unit u ON u.unit_id = r.unit_id
LEFT JOIN known_report k ON k.unit_id = r.unit_id AND k.year = r.year - 1
WHERE CASE WHEN $only IS NULL THEN r.is_chosen AND r.unit_id IS NOT NULL AND r.year IS NOT NULL
           ELSE list_contains($only::INTEGER[], r.file_id) END;

-- Tables that could not be read without a question: what does not fit in them is doubtful.
CREATE OR REPLACE TEMP TABLE troubled AS
SELECT DISTINCT p.file_id, n."table"
FROM problem p
JOIN (SELECT DISTINCT "table", table_label FROM form_cell) n ON starts_with(p.message, n.table_label || '：')
WHERE p.code <> 'column_unknown';

-- The cells of the form in words: 表三“（一）予以公开”行“总计”格.
CREATE OR REPLACE TEMP TABLE cell_name AS
SELECT
    form, cell, position, "table", "row", "column", unit, is_variant, replaced_by, row_label, column_label,
    split_part(table_label, ' ', 1) AS table_name,
    split_part(table_label, ' ', 1) || '“' || row_label || '”行“' || column_label || '”格' AS place
FROM form_cell;

-- A figure as one writes it: 3, not 3.000000.
CREATE OR REPLACE TEMP MACRO figure(value) AS regexp_replace(value::DECIMAL(20, 6)::VARCHAR, '\.?0+$', '');

-- What stands in a cell of fact_now: the document's own text, or what a person set where nothing or something else stood.
CREATE OR REPLACE TEMP MACRO cell_text(is_corrected, state, value, raw) AS
CASE
    WHEN is_corrected AND state = 'reported' THEN figure(value)
    WHEN is_corrected AND state = 'slash' THEN '不适用'
    WHEN is_corrected AND state = 'blank' THEN '（空）'
    ELSE coalesce(raw, '（空）')
END
