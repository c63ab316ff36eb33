-- How did the requests that one unit handled in one year end?
-- A way whose cells were all left blank is blank; one cell that waits to be looked at makes the way wait too.
CREATE VIEW outcome_figure AS
SELECT
    c.unit_id,
    any_value(c.unit_name) AS unit_name,
    any_value(c.position) AS position,
    any_value(c.is_area) AS is_area,
    any_value(c.is_due) AS is_due,
    c.year,
    o.outcome,
    arg_min(o.label, o.cell_position) AS label,
    min(o.cell_position) AS outcome_position,
    CASE
        WHEN bool_or(c.state = 'not_collected') THEN 'not_collected'
        WHEN bool_or(c.state = 'not_filed') THEN 'not_filed'
        WHEN bool_or(c.state = 'unreadable') THEN 'unreadable'
        WHEN bool_or(c.state = 'reported') THEN 'reported'
        WHEN bool_or(c.state = 'zero') THEN 'zero'
        WHEN bool_or(c.state = 'blank') THEN 'blank'
        WHEN bool_or(c.state = 'slash') THEN 'slash'
        ELSE 'not_comparable'
    END AS state,
    CASE WHEN NOT bool_or(c.state = 'unreadable') THEN sum(c.value) END AS value
FROM cell_figure c
JOIN outcome_cell o ON o.cell = c.cell
GROUP BY c.unit_id, c.year, o.outcome;
