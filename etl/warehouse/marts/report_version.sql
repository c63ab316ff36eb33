-- Which versions of a unit's report are there, when did each come in and appear, and which is in force?
-- Unclaimed files are among them, with no unit or no year.
CREATE VIEW report_version AS
SELECT
    r.unit_id,
    u.name AS unit_name,
    r.year,
    r.file_id,
    s.path,
    s.sha256,
    s.format,
    r.status,
    r.is_chosen,
    r.choice_reason,
    r.signed_on,
    d.received_on,
    coalesce(d.published_on, r.published_at) AS published_on,
    d.published_on IS NOT NULL AS is_published_on_said,
    d.who AS dated_by,
    d.entry_id AS dated_entry_id,
    r.read_unit_id,
    r.read_year,
    c.who AS claimed_by,
    c.made_at AS claimed_at,
    c.entry_id AS claimed_entry_id
FROM report r
JOIN source_file s ON s.file_id = r.file_id
LEFT JOIN unit u ON u.unit_id = r.unit_id
LEFT JOIN file_dated d ON d.file_id = r.file_id
LEFT JOIN file_claimed c ON c.file_id = r.file_id;
