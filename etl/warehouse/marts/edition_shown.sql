-- How many cells has each edition of the form, and how many of them mean the same in every edition?
CREATE VIEW edition_shown AS
SELECT
    e.form, e.first_year, e.last_year, e.label,
    count(c.cell) AS cells,
    count(c.cell) FILTER (c.is_comparable) AS comparable
FROM form_edition e
LEFT JOIN form_cell c ON c.form = e.form AND NOT c.is_variant
GROUP BY ALL;
