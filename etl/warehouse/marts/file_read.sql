-- What came of reading and checking each file, and may it enter by itself?
-- `is_guessed`: figures were recognised in a picture. `is_disputed`: text and file name say different units or years, so a person has to say which holds.
CREATE VIEW file_read AS
SELECT
    s.file_id, s.path, s.sha256, s.format, s.outcome, s.reason,
    r.unit_id, coalesce(u.name, r.unit_name, '') AS unit_name, r.year, r.signed_on,
    coalesce(r.is_chosen, FALSE) AS is_chosen, coalesce(r.choice_reason, '') AS choice_reason,
    coalesce(p.is_disputed, FALSE) AS is_disputed,
    coalesce(p.words, '') AS dispute,
    EXISTS (SELECT 1 FROM fact g WHERE g.file_id = s.file_id AND g.confidence IS NOT NULL) AS is_guessed,
    coalesce(f.must_fix, 0) AS must_fix,
    coalesce(f.verify, 0) AS verify,
    coalesce(f.notice, 0) AS notice
FROM source_file s
LEFT JOIN report r ON r.file_id = s.file_id
LEFT JOIN unit u ON u.unit_id = r.unit_id
LEFT JOIN (
    SELECT file_id, TRUE AS is_disputed, string_agg(message, ' ' ORDER BY position) AS words
    FROM problem
    WHERE code IN ('year_odd_witness', 'unit_odd_witness')
    GROUP BY file_id
) p ON p.file_id = s.file_id
LEFT JOIN (
    SELECT
        file_id,
        count(*) FILTER (severity = 'must_fix') AS must_fix,
        count(*) FILTER (severity = 'verify') AS verify,
        count(*) FILTER (severity = 'notice') AS notice
    FROM finding
    GROUP BY file_id
) f ON f.file_id = s.file_id;
