-- By which day has each unit to publish its report of each year?
-- The narrowest line of deadlines.csv holds; where there is none, 条例第四十九条, and before its revision 31 March.
CREATE VIEW due_day AS
SELECT
    f.unit_id, f.year,
    coalesce(
        (
            SELECT d.due_on FROM deadline d
            WHERE d.year = f.year AND d.target IN (u.unit_id, u."group", u.kind, '全部')
            ORDER BY list_position([u.unit_id, u."group", u.kind, '全部'], d.target) LIMIT 1
        ),
        CASE WHEN f.year < 2019 OR u.kind = 'area' THEN make_date(f.year + 1, 3, 31) ELSE make_date(f.year + 1, 1, 31) END
    ) AS due_on
FROM filing f
JOIN unit u ON u.unit_id = f.unit_id;
