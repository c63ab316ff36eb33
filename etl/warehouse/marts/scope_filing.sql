-- Which lines of filing_figure belong to a scope: everybody, a group, or one unit?
CREATE VIEW scope_filing AS
SELECT s.scope, f.*
FROM unit_scope s
JOIN filing_figure f ON f.unit_id = s.unit_id;
