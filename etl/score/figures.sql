-- Who is scored, which findings count, and what the figures of the rubric say of each report in force.
-- $years: report years. Temporary tables of etl/score/compiled.py: rubric_*, score_waived.

-- One row for each unit and year. The first group that fits holds.
CREATE OR REPLACE TEMP TABLE score_unit AS
WITH grouped AS (
    SELECT u.unit_id, arg_min(g.name, g.position) AS ranked_in
    FROM unit u
    JOIN rubric_group g
        ON list_contains(g.kinds, u.kind) OR list_contains(g.groups, u."group") OR list_contains(g.units, u.unit_id)
    GROUP BY u.unit_id
)
SELECT
    f.unit_id, f.year, u.position AS unit_position, u.kind, u."group", coalesce(g.ranked_in, '') AS ranked_in, f.file_id,
    coalesce(f.form, '') AS form,
    CASE
        WHEN g.ranked_in IS NULL THEN 'no_group'
        WHEN f.filing = 'filed' THEN 'scored'
        WHEN f.filing = 'not_collected' AND NOT u.is_due THEN 'not_due'
        ELSE f.filing
    END AS status,
    l.filing AS last_filing, l.file_id AS last_file_id
FROM filing f
JOIN unit u ON u.unit_id = f.unit_id
LEFT JOIN grouped g ON g.unit_id = f.unit_id
LEFT JOIN filing l ON l.unit_id = f.unit_id AND l.year = f.year - 1
WHERE list_contains($years::INTEGER[], f.year);

CREATE OR REPLACE TEMP TABLE scored_report AS
SELECT file_id, unit_id, year, form, kind, "group", ranked_in, last_filing, last_file_id
FROM score_unit
WHERE status = 'scored';

-- What a check found in a table of which we ourselves say that we did not find it is a doubt about our reading.
CREATE OR REPLACE TEMP TABLE standing_finding AS
SELECT
    f.file_id, f.fingerprint, f.position, f.rule, f.severity, f."where", f.found, f.message, f.cells,
    CASE
        WHEN w.fingerprint IS NOT NULL THEN 'waived'
        WHEN f.verdict = 'doubtful' OR p.file_id IS NOT NULL THEN 'doubtful'
        ELSE 'counted'
    END AS standing,
    w.words AS waived_words
FROM finding f
JOIN scored_report r ON r.file_id = f.file_id
LEFT JOIN score_waived w ON w.fingerprint = f.fingerprint
LEFT JOIN (SELECT DISTINCT file_id, left(message, 2) AS table_name FROM problem WHERE code = 'table_missing') p
    ON p.file_id = f.file_id AND p.table_name = f."where";

CREATE OR REPLACE TEMP VIEW counted_finding AS SELECT * FROM standing_finding WHERE standing = 'counted';

-- One row for each time that a figure of findings counts: each finding, or all of a report, a rule, a table together.
-- A pattern that differs from row to row is read anew for each, so each is held against each text only once.
CREATE OR REPLACE TEMP TABLE match AS
WITH looked_for AS (
    SELECT DISTINCT x.rule, p.pattern, p.is_place
    FROM rubric_figure g
    JOIN rubric_rule x ON x.figure = g.figure
    CROSS JOIN LATERAL (SELECT g.place AS pattern, TRUE AS is_place UNION ALL SELECT g.found, FALSE) p
    WHERE p.pattern <> ''
),
text AS (
    SELECT DISTINCT l.pattern, CASE WHEN l.is_place THEN f."where" ELSE f.found END AS text
    FROM looked_for l
    JOIN standing_finding f ON f.rule = l.rule
),
fitting AS (SELECT pattern, text FROM text WHERE regexp_matches(text, pattern))
SELECT
    x.figure, f.file_id, f.standing, min(f.position) AS seq, count(*) AS findings,
    arg_min(f.rule, f.position) AS rule, arg_min(f.fingerprint, f.position) AS fingerprint,
    arg_min(f.message, f.position) AS message, arg_min(f.cells, f.position) AS cells,
    arg_min(f.found, f.position) AS found, any_value(f.waived_words) AS waived_words
FROM rubric_rule x
JOIN rubric_figure g ON g.figure = x.figure
JOIN standing_finding f ON f.rule = x.rule AND list_contains(g.severities, f.severity)
LEFT JOIN fitting p ON p.pattern = g.place AND p.text = f."where"
LEFT JOIN fitting w ON w.pattern = g.found AND w.text = f.found
WHERE (g.glob = '' OR len(list_filter(f.cells, lambda c: c GLOB g.glob)) > 0)
    AND (g.except_glob = '' OR len(list_filter(f.cells, lambda c: c GLOB g.except_glob)) = 0)
    AND (g.place = '' OR p.text IS NOT NULL)
    AND (g.found = '' OR w.text IS NOT NULL)
GROUP BY
    x.figure, f.file_id, f.standing,
    CASE g.count
        WHEN 'once' THEN ''
        WHEN 'rule' THEN f.rule
        WHEN 'table' THEN CASE
            WHEN starts_with(f."where", '表') THEN left(f."where", 2) ELSE split_part(coalesce(f.cells[1], f."where"), '/', 1)
        END
        ELSE f.fingerprint
    END;

-- A figure as one writes it, 3 and not 3.000000.
CREATE OR REPLACE TEMP MACRO figure_text(value) AS rtrim(rtrim(value::DECIMAL(20, 6)::VARCHAR, '0'), '.');

-- `value` and `of_value` NULL: nobody can tell, and `is_ours` says whether because we could not read it.
CREATE OR REPLACE TEMP TABLE figure_value AS
WITH part AS (
    SELECT
        x.figure, x.n, x.parts, x.part, r.file_id, r.form, v.state, v.value, v.of_value, m.kind,
        v.state IN ('reported', 'zero') AS is_known,
        CASE
            WHEN v.state IN ('reported', 'zero') THEN concat(
                x.lead, m.name, CASE WHEN v.approximate THEN ' 约' ELSE ' ' END, figure_text(v.value),
                CASE WHEN m.kind = 'share' THEN '/' || figure_text(v.of_value) END, ' ', m.unit
            )
            WHEN v.state = 'blank' THEN concat(x.lead, m.name, CASE WHEN m.kind = 'claim' THEN ' 没有写明' ELSE ' 空白' END)
            WHEN v.state = 'slash' THEN concat(x.lead, m.name, ' 填的不是数')
            WHEN v.state = 'not_comparable' THEN concat(x.lead, m.name, ' 这种表样没有')
            ELSE concat(x.lead, m.name, ' 待核')
        END AS operand
    FROM (SELECT *, count(*) OVER (PARTITION BY figure) AS parts FROM rubric_measure) x
    JOIN measure m ON m.measure = x.measure
    JOIN measure_value v ON v.measure = x.measure
    JOIN scored_report r ON r.file_id = v.file_id
),
added AS (
    SELECT
        figure, file_id,
        state = 'unreadable' OR (state = 'not_comparable' AND form = '') AS is_ours,
        kind = 'share' AS is_ratio,
        is_known,
        TRY_CAST(value AS DECIMAL(20, 6)) AS value,
        CASE WHEN kind = 'share' THEN TRY_CAST(of_value AS DECIMAL(20, 6)) END AS of_value,
        operand AS operands
    FROM part
    WHERE parts = 1
    UNION ALL                             -- string_agg with an order sorts each group and takes ten times as long
    SELECT
        figure, file_id,
        bool_or(state = 'unreadable' OR (state = 'not_comparable' AND form = '')) AS is_ours,
        bool_or(part = 'of' OR kind = 'share') AS is_ratio,
        bool_or(part = 'sum' AND is_known) AND coalesce(bool_or(is_known) FILTER (part = 'of'), TRUE) AS is_known,
        TRY_CAST(sum(value) FILTER (part = 'sum') AS DECIMAL(20, 6)) AS value,
        TRY_CAST(coalesce(sum(value) FILTER (part = 'of'), sum(of_value) FILTER (kind = 'share')) AS DECIMAL(20, 6)) AS of_value,
        array_to_string(list_select(list(operand), list_grade_up(list(n))), '') AS operands
    FROM part
    WHERE parts > 1
    GROUP BY figure, file_id
),
told AS (
    SELECT *, is_known AND NOT is_ours AND (NOT is_ratio OR of_value > 0) AND value IS NOT NULL AS is_told
    FROM added
)
SELECT
    figure, file_id,
    CASE WHEN is_told THEN value END AS value,
    CASE WHEN is_told AND is_ratio THEN of_value END AS of_value,
    is_ours OR (is_known AND value IS NULL) AS is_ours,
    operands
FROM told
UNION ALL
SELECT
    m.figure, m.file_id, count(*)::DECIMAL(20, 6), NULL, FALSE,
    any_value(g.name) || ' ' || count(*) || ' 处'
FROM match m
JOIN rubric_figure g ON g.figure = m.figure
WHERE m.standing = 'counted'
GROUP BY m.figure, m.file_id
