-- What does each measure say of one unit in one year?
-- A share has its two counts in `value` and `of_value`, and `share` only where the second reaches the measure's
-- smallest_n. The labels are those of a measure of one cell.
CREATE VIEW measure_figure AS
SELECT
    v.measure, m.position AS measure_position, m.kind, m.topic, m.name, m.unit AS counter, m.smallest_n,
    m."table", m."row", m."column", m.table_label, m.group_label, m.row_label, m.column_label, m.clause,
    v.unit_id, u.name AS unit_name, u.position, u."group", u.kind = 'area' AS is_area, u.is_due,
    v.year, v.state, v.value, v.of_value,
    CASE WHEN m.kind = 'share' AND v.of_value >= greatest(m.smallest_n, 1) THEN v.value::DOUBLE / v.of_value::DOUBLE END
        AS share,
    v.approximate, v.raw, v.locator, v.file_id, v.source_id, s.path
FROM measure_value v
JOIN measure m ON m.measure = v.measure
JOIN unit u ON u.unit_id = v.unit_id
LEFT JOIN source_file s ON s.file_id = v.source_id;
