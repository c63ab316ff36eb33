-- Which figures of the documents does each measure of each unit and year stand on?
-- `part` is sum for what is added up, of for what a share is a share of.
CREATE VIEW measure_part AS
SELECT
    t.measure, t.part,
    c.unit_id, c.unit_name, c.position, c.is_due, c.year,
    c.cell AS item, c.cell_position AS item_position, c.table_label, c.group_label, c.row_label, c.column_label,
    c.counter, c.clause, c.state, c.value, FALSE AS approximate, c.raw, c.locator, c.form, c.file_id, c.path
FROM measure_term t
JOIN cell_figure c ON c.cell = t.cell
UNION ALL
SELECT
    c.claim AS measure, 'sum' AS part,
    c.unit_id, c.unit_name, c.position, c.is_due, c.year,
    c.claim AS item, c.claim_position AS item_position, '正文' AS table_label, '' AS group_label, c.label AS row_label,
    '' AS column_label, c.counter, '' AS clause, c.state, c.value, c.approximate, c.raw, c.locator, c.form, c.file_id,
    c.path
FROM claim_figure c;
