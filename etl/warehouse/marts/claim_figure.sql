-- What does the prose of one unit's report state, in which sentence, and where does it stand?
-- A report that does not state the figure is blank, not zero; one that states different figures waits to be looked at.
CREATE VIEW claim_figure AS
WITH stated AS (
    SELECT
        file_id,
        claim,
        count(DISTINCT value) AS readings,
        count(*) AS sentences,
        min(value) AS value,
        bool_or(approximate) AS approximate,
        string_agg(DISTINCT sentence, '　／　' ORDER BY sentence) AS sentence,
        arg_min(locator, coalesce(locator.line, locator.paragraph, 0)) AS locator
    FROM claim
    GROUP BY file_id, claim
)
SELECT
    u.unit_id,
    u.name AS unit_name,
    u.position,
    u."group",
    u.kind = 'area' AS is_area,
    u.is_due,
    f.year,
    i.claim,
    i.claim_position,
    i.label,
    i.counter,
    CASE
        WHEN f.filing <> 'filed' THEN f.filing
        WHEN c.claim IS NULL THEN 'blank'
        WHEN c.readings > 1 THEN 'unreadable'
        WHEN c.value = 0 THEN 'zero'
        ELSE 'reported'
    END AS state,
    CASE WHEN c.readings = 1 THEN c.value END AS value,
    coalesce(c.approximate, FALSE) AS approximate,
    c.sentence AS raw,
    c.locator,
    f.form,
    f.file_id,
    s.file_id AS source_id,
    s.path
FROM filing f
CROSS JOIN claim_item i
JOIN unit u ON u.unit_id = f.unit_id
LEFT JOIN stated c ON c.file_id = f.file_id AND c.claim = i.claim
LEFT JOIN source_file s ON s.file_id = coalesce(f.file_id, f.held_file_id);
