-- What was found in each report in force, in whose, in which file, under which rule?
CREATE VIEW finding_item AS
SELECT
    f.*,
    u.name AS unit_name,
    u.position AS unit_position,
    u."group",
    s.path,
    s.sha256,
    r.title AS rule_title,
    r.formula,
    r.basis,
    r.kinds
FROM finding f
JOIN source_file s ON s.file_id = f.file_id
JOIN rule r ON r.rule = f.rule
LEFT JOIN unit u ON u.unit_id = f.unit_id;
