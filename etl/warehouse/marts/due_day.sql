-- By which day has each unit to publish its report of each year?
-- The narrowest line of deadlines.csv holds; where there is none, 条例第四十九条, and before its revision 31 March.
-- The macro is the whole law, also for a unit that is in no register: the check of late reports asks it too.
CREATE OR REPLACE MACRO due_on(the_unit, the_group, the_kind, the_year) AS coalesce(
    (
        SELECT d.due_on FROM deadline d
        WHERE d.year = the_year AND d.target IN (the_unit, the_group, the_kind, '全部')
        ORDER BY list_position([the_unit, the_group, the_kind, '全部'], d.target) LIMIT 1
    ),
    CASE
        WHEN the_year < 2019 OR the_kind = 'area' THEN make_date(the_year + 1, 3, 31)
        ELSE make_date(the_year + 1, 1, 31)
    END
);
CREATE VIEW due_day AS
SELECT f.unit_id, f.year, due_on(u.unit_id, u."group", u.kind, f.year) AS due_on
FROM filing f
JOIN unit u ON u.unit_id = f.unit_id;
