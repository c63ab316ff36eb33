-- In which earlier years was the same fault found in a report of the same unit?
-- The same fault: the same rule at the same cells, or, where it is about words, at the same place. Doubts about our
-- reading are no faults.
CREATE VIEW finding_before AS
SELECT f.fingerprint, f.unit_id, f.year, b.year AS earlier_year, b.fingerprint AS earlier_fingerprint, b.message
FROM finding f
JOIN finding b ON b.rule = f.rule AND b.unit_id = f.unit_id AND b.year < f.year AND b.verdict = 'broken'
    AND b.cells = f.cells AND (len(f.cells) > 0 OR b."where" = f."where")
WHERE f.verdict = 'broken';
