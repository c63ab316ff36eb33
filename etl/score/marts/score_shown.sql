-- How many points has each unit of each year, of which group, and which place in it?
-- `place` is told only where nothing of the whole group is open any more: 1 for the most points, equal points share a
-- place. `scored` counts those of the group that have a score, `open_units` those of them that wait for a person.
CREATE VIEW score_shown AS
WITH grouped AS (
    SELECT
        year, "group",
        count(points) AS scored,
        count(*) FILTER (manual_open > 0) AS open_units
    FROM score
    WHERE status = 'scored'
    GROUP BY year, "group"
)
SELECT
    s.*, u.name AS unit_name, u.position, g.scored, g.open_units,
    CASE WHEN s.points IS NOT NULL AND g.open_units = 0
        THEN rank() OVER (PARTITION BY s.year, s."group", s.status ORDER BY s.points DESC NULLS LAST) END AS place
FROM score s
JOIN unit u ON u.unit_id = s.unit_id
LEFT JOIN grouped g ON g.year = s.year AND g."group" = s."group" AND s.status = 'scored';
