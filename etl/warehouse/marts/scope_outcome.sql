-- Which lines of outcome_figure belong to a scope: everybody, a group, or one unit?
CREATE VIEW scope_outcome AS
SELECT s.scope, f.*
FROM unit_scope s
JOIN outcome_figure f ON f.unit_id = s.unit_id;
