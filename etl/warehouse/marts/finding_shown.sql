-- What stands beside each finding on a page: in which earlier years was it found too, and with what was it compared?
-- `earlier` names year and fingerprint, so that one of which somebody said that it is none can be left out.
CREATE VIEW finding_shown AS
SELECT
    f.* REPLACE (coalesce(f.unit_name, r.unit_name, '') AS unit_name, coalesce(f.unit_position, 1000000) AS unit_position),
    coalesce(os.path, '') AS other_path,
    coalesce(ou.name, o.unit_name, '') AS other_unit_name,
    o.year AS other_year,
    coalesce(b.earlier, []) AS earlier
FROM finding_item f
LEFT JOIN report r ON r.file_id = f.file_id
LEFT JOIN source_file os ON os.file_id = f.other_file_id
LEFT JOIN report o ON o.file_id = f.other_file_id
LEFT JOIN unit ou ON ou.unit_id = o.unit_id
LEFT JOIN (
    SELECT fingerprint, list({'year': earlier_year, 'fingerprint': earlier_fingerprint} ORDER BY earlier_year) AS earlier
    FROM finding_before
    GROUP BY fingerprint
) b ON b.fingerprint = f.fingerprint;
