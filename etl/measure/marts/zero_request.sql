-- Which units stated that nobody asked them for anything, where does it stand, and what does their own text say of it?
-- `told` are the sentences in which the prose counts requests, else the first two of section 一 that speak of them, or ''.
CREATE VIEW zero_request AS
SELECT
    z.scope, z.year, z.unit_id, z.unit_name, z.position, z."group", z.raw, z.locator, z.path,
    coalesce(
        c.raw,
        (
            SELECT array_to_string(
                regexp_extract_all(string_agg(s.text, chr(10)), '[^。；;\n]*申请[^。；;\n]*[。；;]?')[:2], ''
            )
            FROM section s
            WHERE s.file_id = z.file_id AND s.number = '一'
        ),
        ''
    ) AS told
FROM scope_measure z
LEFT JOIN measure_value c ON c.measure = 'requests_received' AND c.unit_id = z.unit_id AND c.year = z.year
WHERE z.measure = 'requests/new_received/total' AND z.state = 'zero';
