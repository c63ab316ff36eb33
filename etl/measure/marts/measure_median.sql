-- What is the middle figure of a group in one measure and year, and how many of its units have a figure?
-- Written zeros are figures. Of a share each unit's own share counts, where it has one. No middle below five units.
CREATE VIEW measure_median AS
WITH middle AS (
    SELECT
        "group", year, measure, measure_position, kind, 5 AS fewest,
        count(*) FILTER (
            CASE WHEN kind = 'share' THEN share IS NOT NULL ELSE state IN ('reported', 'zero') END
        ) AS counted,
        median(value) FILTER (kind <> 'share' AND state IN ('reported', 'zero')) AS value,
        median(share) FILTER (kind = 'share') AS share
    FROM measure_figure
    WHERE NOT is_area
    GROUP BY "group", year, measure, measure_position, kind
)
SELECT
    "group", year, measure, measure_position, kind, fewest, counted,
    CASE WHEN counted >= fewest THEN value END AS value,
    CASE WHEN counted >= fewest THEN share END AS share
FROM middle;
