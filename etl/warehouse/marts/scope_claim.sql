-- Which lines of claim_figure belong to a scope: everybody, a group, or one unit?
CREATE VIEW scope_claim AS
SELECT s.scope, f.*
FROM unit_scope s
JOIN claim_figure f ON f.unit_id = s.unit_id;
