-- Was each report read in full, by us or with what people put right?
-- What people cannot put right is that a table or a row was not found; cells that could not be read they can.
CREATE VIEW report_whole AS
SELECT
    r.file_id,
    r.status = 'complete' OR (
        r.status = 'partial'
        AND EXISTS (SELECT 1 FROM fact f WHERE f.file_id = r.file_id AND f.state = 'unreadable')
        AND NOT EXISTS (SELECT 1 FROM fact_now n WHERE n.file_id = r.file_id AND n.state = 'unreadable')
        AND NOT EXISTS (
            SELECT 1 FROM problem p
            WHERE p.file_id = r.file_id AND p.code IN (
                'form_unknown', 'table_missing', 'row_missing', 'row_unknown', 'row_repeated', 'row_order', 'row_ambiguous'
            )
        )
    ) AS is_whole
FROM report r;
