-- One row for each unit and year: statuses, totals, grades. $bounds: the lowest points of each grade, best first.
WITH kind AS (                            -- few rows for each report, before anything is told apart
    SELECT
        v.file_id, i.role, v.outcome, sum(v.points) AS points, sum(i."full") AS "full",
        sum(CASE WHEN v.is_unread THEN i."full" ELSE 0 END) AS unread, count(*) AS n
    FROM worth v
    JOIN rubric_indicator i ON i.position = v.position
    GROUP BY v.file_id, i.role, v.outcome
),
other AS (
    SELECT
        file_id,
        sum(points) FILTER (role = 'main') AS points,
        sum(CASE WHEN outcome = 'open' THEN "full" ELSE points END) FILTER (role = 'main') AS highest,
        sum("full") FILTER (role = 'main' AND outcome <> 'skip') AS possible,
        sum("full") FILTER (role = 'main' AND outcome = 'skip') AS skipped,
        sum(points) FILTER (role = 'main' AND outcome IN ('counted', 'full', 'zero')) AS auto_points,
        sum("full") FILTER (role = 'main' AND outcome IN ('counted', 'full', 'zero')) AS auto_possible,
        sum("full") FILTER (role = 'main' AND outcome = 'full') AS granted,
        sum(unread) FILTER (role = 'main' AND outcome = 'full') AS unread,
        coalesce(sum(n) FILTER (outcome = 'open'), 0) AS manual_open,
        sum("full") FILTER (outcome = 'open') AS open_points,
        sum(points) FILTER (role = 'bonus') AS bonus,
        sum(CASE WHEN outcome = 'open' THEN "full" ELSE points END) FILTER (role = 'bonus') AS highest_bonus,
        sum(points) FILTER (role = 'penalty') AS penalty
    FROM kind
    GROUP BY file_id
),
vetoed AS (
    SELECT v.file_id, max(i.worst_grade) AS worst_grade
    FROM worth v
    JOIN rubric_indicator i ON i.position = v.position AND i.role = 'veto'
    WHERE v.points >= 1
    GROUP BY v.file_id
),
dimension AS (                            -- what overflows a dimension would also eat into what a person gives
    SELECT
        v.file_id,
        greatest(0, sum(CASE
            WHEN v.outcome = 'open' THEN i."full" WHEN i.curve = 'deduct' AND v.outcome = 'counted' THEN i."full" - v.moved
            ELSE v.base
        END)) AS highest
    FROM worth v
    JOIN rubric_indicator i ON i.position = v.position
    WHERE i.role = 'main' AND $cap = 'dimension'
    GROUP BY v.file_id, i.dimension
),
overflowing AS (SELECT file_id, sum(highest) AS highest FROM dimension GROUP BY file_id),
total AS (
    SELECT
        o.file_id, o.skipped, o.auto_points, o.auto_possible, o.granted, o.unread, o.manual_open, o.open_points, w.worst_grade,
        least(coalesce(o.bonus, 0), $most_bonus) AS bonus,
        least(coalesce(o.penalty, 0), $most_penalty) AS penalty,
        least(coalesce(o.highest_bonus, 0), $most_bonus) AS highest_bonus,
        CASE WHEN o.possible > 0 THEN hundredths(coalesce(o.points, 0), $full, o.possible) END AS main,
        CASE WHEN o.possible > 0 THEN hundredths(coalesce(m.highest, o.highest, 0), $full, o.possible) END AS highest_main
    FROM other o
    LEFT JOIN overflowing m ON m.file_id = o.file_id
    LEFT JOIN vetoed w ON w.file_id = o.file_id
),
reached AS (
    SELECT                                -- greatest() would make 0 of what is not known
        *, CASE WHEN main IS NOT NULL THEN greatest(main + bonus - penalty, 0) END AS points,
        CASE WHEN main IS NOT NULL THEN greatest(highest_main + highest_bonus - penalty, 0) END AS highest
    FROM total
),
graded AS (
    SELECT
        *,
        greatest(list_position(list_transform($bounds::DECIMAL(11, 2)[], lambda b: b <= points), TRUE), worst_grade) AS low_grade,
        greatest(list_position(list_transform($bounds::DECIMAL(11, 2)[], lambda b: b <= highest), TRUE), worst_grade) AS high_grade
    FROM reached
)
SELECT
    $sha AS rubric_sha, $title AS rubric_title, $is_example AS is_example, u.year, u.unit_id, u.ranked_in AS "group", u.status,
    u.file_id, $full::DECIMAL(11, 2) AS "full",
    CASE WHEN s THEN coalesce(g.auto_points, 0) END::DECIMAL(11, 2) AS auto_points,
    CASE WHEN s THEN coalesce(g.auto_possible, 0) END::DECIMAL(11, 2) AS auto_possible,
    CASE WHEN s THEN coalesce(g.granted, 0) END::DECIMAL(11, 2) AS granted,
    CASE WHEN s THEN coalesce(g.unread, 0) END::DECIMAL(11, 2) AS unread,
    CASE WHEN s THEN coalesce(g.skipped, 0) END::DECIMAL(11, 2) AS skipped,
    g.manual_open::INTEGER AS manual_open,
    CASE WHEN s THEN coalesce(g.open_points, 0) END::DECIMAL(11, 2) AS open_points,
    g.bonus::DECIMAL(11, 2) AS bonus, g.penalty::DECIMAL(11, 2) AS penalty, g.points::DECIMAL(11, 2) AS points,
    g.highest::DECIMAL(11, 2) AS highest,
    $grades[g.worst_grade] AS veto_cap,
    CASE WHEN g.low_grade = g.high_grade AND g.points IS NOT NULL THEN $grades[g.low_grade] END AS grade,
    CASE WHEN g.points IS NOT NULL THEN $grades[g.low_grade] END AS grade_lowest,
    CASE WHEN g.points IS NOT NULL THEN $grades[g.high_grade] END AS grade_highest
FROM (SELECT *, status = 'scored' AS s, CASE WHEN status = 'scored' THEN file_id END AS scored_file FROM score_unit) u
LEFT JOIN graded g ON g.file_id = u.scored_file  -- by equals alone, or it is no hash join
ORDER BY u.year, u.unit_position
