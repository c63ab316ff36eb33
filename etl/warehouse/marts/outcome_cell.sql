-- Which cells of 表三 make up each of the six ways a request can end?
-- The form prints no subtotal for （三）至（六）, so the cells of a way are added up here.
CREATE VIEW outcome_cell AS
SELECT
    cell,
    "row",
    row_label,
    cell_position,
    CASE
        WHEN "row" IN ('granted', 'partially_granted') THEN "row"
        WHEN "row" LIKE 'denied%' THEN 'denied'
        WHEN "row" LIKE 'unable%' THEN 'unable'
        WHEN "row" LIKE 'notproc%' THEN 'not_processed'
        ELSE 'other'
    END AS outcome,
    -- （二）部分公开（区分处理的，…）: the instruction behind the name is left to the form
    CASE
        WHEN "row" IN ('granted', 'partially_granted') THEN regexp_extract(row_label, '^（.）[^（]+')
        ELSE string_split(group_label, ' / ')[-1]
    END AS label
FROM (
    SELECT
        cell,
        arg_max("row", form) AS "row",
        arg_max("table", form) AS "table",
        arg_max("column", form) AS "column",
        arg_max(row_label, form) AS row_label,
        arg_max(group_label, form) AS group_label,
        arg_max(position, form) AS cell_position
    FROM form_cell
    GROUP BY cell
)
WHERE "table" = 'requests' AND "column" = 'total'
    AND "row" NOT IN ('new_received', 'carried_in', 'total_processed', 'carried_out');
