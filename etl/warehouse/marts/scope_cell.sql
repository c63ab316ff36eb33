-- Which lines of cell_figure belong to a scope: everybody, a group, or one unit?
CREATE VIEW scope_cell AS
SELECT s.scope, f.*
FROM unit_scope s
JOIN cell_figure f ON f.unit_id = s.unit_id;
