-- Which figures of the prose are told, under which name and measure word?
-- They have no cell in the form: a unit that does not state one left nothing out.
CREATE VIEW claim_item AS
SELECT measure AS claim, position AS claim_position, name AS label, unit AS counter
FROM measure
WHERE kind = 'claim';
