-- Where does each unit's report of each year stand, before anybody decided on a finding?
-- `stage`: filed, doubtful (filed, some of it could not be read), unclaimed, unread, not_filed, not_collected.
CREATE VIEW intake_stage AS
SELECT
    g.unit_id, g.unit_name, g.position, g."group", g.is_area, g.is_due, g.year, g.path, g.unreadable_cells,
    f.file_id,
    s.sha256,
    y.due_on,
    g.filing <> 'not_collected' OR g.is_due AS is_counted,
    CASE
        WHEN g.filing = 'filed' AND (g.unreadable_cells > 0 OR NOT w.is_whole) THEN 'doubtful'
        WHEN g.filing = 'unreadable' AND h.file_id IS NOT NULL THEN 'unclaimed'
        WHEN g.filing = 'unreadable' THEN 'unread'
        ELSE g.filing
    END AS stage
FROM filing_figure g
JOIN filing f ON f.unit_id = g.unit_id AND f.year = g.year
LEFT JOIN report h ON h.file_id = f.held_file_id
LEFT JOIN source_file s ON s.file_id = f.file_id
LEFT JOIN report_whole w ON w.file_id = f.file_id
LEFT JOIN due_day y ON y.unit_id = g.unit_id AND y.year = g.year;
