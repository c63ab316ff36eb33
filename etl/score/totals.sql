-- One row for each unit and year: statuses, totals, grades. $bounds: the lowest points of each grade, best first.
WITH value AS (                           -- what each line is worth, and what it could be if a person gave all of it
    SELECT
        l.*, l.base - CASE WHEN l.curve = 'deduct' AND l.outcome = 'counted' THEN coalesce(t.effect, 0) ELSE 0 END AS points
    FROM line l
    LEFT JOIN (SELECT position, file_id, sum(effect) AS effect FROM taken GROUP BY position, file_id) t
        ON t.position = l.position AND t.file_id = l.file_id
),
dimension AS (
    SELECT
        file_id, dimension, sum(points) AS points,
        -- what overflows a dimension would also eat into what a person gives
        CASE WHEN $cap = 'indicator' THEN sum(CASE WHEN outcome = 'open' THEN "full" ELSE points END)
            ELSE greatest(0, sum(CASE
                WHEN outcome = 'open' THEN "full"
                WHEN curve = 'deduct' AND outcome = 'counted' THEN "full" - moved
                ELSE base
            END)) END AS highest
    FROM value
    WHERE role = 'main'
    GROUP BY file_id, dimension
),
main AS (SELECT file_id, coalesce(sum(points), 0) AS points, coalesce(sum(highest), 0) AS highest FROM dimension GROUP BY file_id),
other AS (
    SELECT
        v.file_id,
        sum(v."full") FILTER (v.role = 'main' AND v.outcome <> 'skip') AS possible,
        sum(v."full") FILTER (v.role = 'main' AND v.outcome = 'skip') AS skipped,
        sum(v.points) FILTER (v.role = 'main' AND v.outcome IN ('counted', 'full', 'zero')) AS auto_points,
        sum(v."full") FILTER (v.role = 'main' AND v.outcome IN ('counted', 'full', 'zero')) AS auto_possible,
        sum(v."full") FILTER (v.role = 'main' AND v.outcome = 'full') AS granted,
        count(*) FILTER (v.outcome = 'open') AS manual_open,
        sum(v."full") FILTER (v.outcome = 'open') AS open_points,
        sum(v.points) FILTER (v.role = 'bonus') AS bonus,
        sum(CASE WHEN v.outcome = 'open' THEN v."full" ELSE v.points END) FILTER (v.role = 'bonus') AS highest_bonus,
        sum(v.points) FILTER (v.role = 'penalty') AS penalty,
        max(i.worst_grade) FILTER (v.role = 'veto' AND v.points >= 1) AS worst_grade
    FROM value v
    JOIN rubric_indicator i ON i.position = v.position
    GROUP BY v.file_id
),
total AS (
    SELECT
        m.file_id, o.skipped, o.auto_points, o.auto_possible, o.granted, o.manual_open, o.open_points, o.worst_grade,
        least(coalesce(o.bonus, 0), $most_bonus) AS bonus,
        least(coalesce(o.penalty, 0), $most_penalty) AS penalty,
        least(coalesce(o.highest_bonus, 0), $most_bonus) AS highest_bonus,
        CASE WHEN o.possible > 0 THEN hundredths(m.points, $full, o.possible) END AS main,
        CASE WHEN o.possible > 0 THEN hundredths(m.highest, $full, o.possible) END AS highest_main
    FROM main m
    JOIN other o ON o.file_id = m.file_id
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
    CASE WHEN s THEN coalesce(g.skipped, 0) END::DECIMAL(11, 2) AS skipped,
    g.manual_open::INTEGER AS manual_open,
    CASE WHEN s THEN coalesce(g.open_points, 0) END::DECIMAL(11, 2) AS open_points,
    g.bonus::DECIMAL(11, 2) AS bonus, g.penalty::DECIMAL(11, 2) AS penalty, g.points::DECIMAL(11, 2) AS points,
    g.highest::DECIMAL(11, 2) AS highest,
    $grades[g.worst_grade] AS veto_cap,
    CASE WHEN g.low_grade = g.high_grade AND g.points IS NOT NULL THEN $grades[g.low_grade] END AS grade,
    CASE WHEN g.points IS NOT NULL THEN $grades[g.low_grade] END AS grade_lowest,
    CASE WHEN g.points IS NOT NULL THEN $grades[g.high_grade] END AS grade_highest
FROM (SELECT *, status = 'scored' AS s FROM score_unit) u
LEFT JOIN graded g ON g.file_id = u.file_id AND u.s
ORDER BY u.year, u.unit_position
