-- What does each cell of each document say, with what people put right over what was read?
-- `raw`, `locator` and `confidence` are always the document's own; `is_corrected` says that a person set the value.
CREATE VIEW fact_now AS
SELECT
    f.file_id,
    f.cell,
    coalesce(c.state, f.state) AS state,
    CASE WHEN c.file_id IS NULL THEN f.value ELSE c.value END AS value,
    f.raw,
    f.confidence,
    f.locator,
    c.file_id IS NOT NULL AS is_corrected
FROM fact f
LEFT JOIN correction c ON c.file_id = f.file_id AND c.cell = f.cell AND c.is_applied;
