-- Which units does a scope add up: everybody, a group, or one unit alone?
-- The report of the whole area is in no sum: it is only ever a scope of its own.
CREATE VIEW unit_scope AS
SELECT '全部' AS scope, unit_id FROM unit WHERE kind <> 'area'
UNION ALL
SELECT "group" AS scope, unit_id FROM unit WHERE kind <> 'area'
UNION ALL
SELECT unit_id AS scope, unit_id FROM unit;
