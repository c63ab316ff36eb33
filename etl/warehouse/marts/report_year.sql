-- Which report years are there, and how many units filed in each?
CREATE VIEW report_year AS
SELECT
    f.year,
    count(*) FILTER (f.filing = 'filed') AS filed,
    count(*) FILTER (f.filing = 'not_filed') AS not_filed,
    coalesce(any_value(c.collected), FALSE) AS is_collected,
    coalesce(any_value(c.note), '') AS note
FROM filing f
LEFT JOIN collected_year c ON c.year = f.year
GROUP BY f.year;
