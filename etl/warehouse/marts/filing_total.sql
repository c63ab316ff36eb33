-- How many reports are due, filed and missing in each scope and year?
CREATE VIEW filing_total AS
SELECT
    s.scope,
    f.year,
    count(*) FILTER (f.filing IN ('filed', 'unreadable', 'not_filed')) AS due,
    count(*) FILTER (f.filing = 'filed') AS filed,
    count(*) FILTER (f.filing = 'unreadable') AS unread,
    count(*) FILTER (f.filing = 'not_filed') AS not_filed,
    count(*) FILTER (f.filing = 'not_collected' AND u.is_due) AS not_collected,
    count(*) FILTER (f.filing = 'not_collected' AND NOT u.is_due) AS not_due
FROM unit_scope s
JOIN filing f ON f.unit_id = s.unit_id
JOIN unit u ON u.unit_id = s.unit_id
GROUP BY s.scope, f.year;
