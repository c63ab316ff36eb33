-- Which files belong to nobody yet, or could not be read, and what do they say themselves?
CREATE VIEW waiting_file AS
SELECT
    s.file_id, s.path, s.sha256, s.format,
    CASE WHEN r.file_id IS NULL THEN 'unread' ELSE 'unclaimed' END AS kind,
    coalesce(r.unit_name, '') AS printed_name,
    coalesce(r.unit_id, s.named_unit_id) AS unit_id,
    coalesce(r.year, s.named_year) AS year,
    coalesce(nullif(s.reason, ''), '没有写明单位和年度，请认领') AS reason
FROM source_file s
LEFT JOIN report r ON r.file_id = s.file_id
WHERE r.file_id IS NULL OR r.unit_id IS NULL OR r.year IS NULL;
