-- Which lines of measure_figure belong to a scope: everybody, a group, or one unit?
CREATE VIEW scope_measure AS
SELECT s.scope, f.*
FROM unit_scope s
JOIN measure_figure f ON f.unit_id = s.unit_id;
