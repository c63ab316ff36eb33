-- Which figures of the documents does each measure of each unit and year stand on?
-- `part` is sum for what is added up, of for what a share is a share of; `whole` is the measure that stands on them.
CREATE VIEW measure_part AS
SELECT t.measure AS whole, t.part, f.*
FROM measure_term t
JOIN measure_figure f ON f.measure = t.item;
