-- What came of one unit's report of one year, and from which file?
CREATE VIEW filing_figure AS
SELECT
    u.unit_id,
    u.name AS unit_name,
    u.position,
    u."group",
    u.kind = 'area' AS is_area,
    u.is_due,
    f.year,
    f.filing,
    f.status,
    f.form,
    f.file_id,
    s.path,
    r.title,
    r.unit_name AS printed_name,
    r.signed_on,
    r.published_at,
    r.choice_reason,
    coalesce(w.is_whole, TRUE) AS is_whole,
    coalesce(n.unreadable, 0) AS unreadable_cells,
    coalesce(n.reported, 0) AS reported_cells
FROM filing f
JOIN unit u ON u.unit_id = f.unit_id
LEFT JOIN report r ON r.file_id = f.file_id
LEFT JOIN report_whole w ON w.file_id = f.file_id
LEFT JOIN (
    SELECT file_id, count(*) FILTER (state = 'unreadable') AS unreadable, count(*) FILTER (state = 'reported') AS reported
    FROM fact_now
    GROUP BY file_id
) n ON n.file_id = f.file_id
LEFT JOIN source_file s ON s.file_id = coalesce(f.file_id, f.held_file_id);
