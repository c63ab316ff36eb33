-- Which figures behind a measure stand in the list of findings that must be mended or looked at?
CREATE VIEW measure_question AS
SELECT DISTINCT t.measure, f.unit_id, f.year, f.fingerprint
FROM (SELECT fingerprint, unit_id, year, unnest(cells) AS cell FROM finding WHERE severity IN ('must_fix', 'verify')) f
JOIN measure_term t ON t.item = f.cell;
