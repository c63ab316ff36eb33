-- Points from the figures of figures.sql: exceptions, amounts, caps, lines, totals. Every statement is over all reports.
-- $cap: indicator | dimension. Temporary tables of etl/score/compiled.py and score_manual.

-- a × b ÷ c to the hundredth, half up, in whole numbers: DuckDB divides decimals as doubles.
CREATE OR REPLACE TEMP MACRO hundredths(a, b, c) AS (
    ((2 * (a * 100)::HUGEINT * (b * 1000000)::HUGEINT + (c * 1000000)::HUGEINT) // (2 * (c * 1000000)::HUGEINT))::DECIMAL(24, 0)
    * 0.01::DECIMAL(3, 2)
)::DECIMAL(26, 2);

CREATE OR REPLACE TEMP MACRO fits(compare, bound, value, of_value) AS CASE compare
    WHEN 'over' THEN value > bound * coalesce(of_value, 1)
    WHEN 'at_least' THEN value >= bound * coalesce(of_value, 1)
    WHEN 'under' THEN value < bound * coalesce(of_value, 1)
    WHEN 'at_most' THEN value <= bound * coalesce(of_value, 1)
    WHEN 'is' THEN value = bound * coalesce(of_value, 1)
END;

CREATE OR REPLACE TEMP MACRO points_text(points) AS rtrim(rtrim(points::DECIMAL(26, 2)::VARCHAR, '0'), '.');

-- Which figures can nobody tell of which report? Findings can always be told where a rule holds for the form. `is_ours`:
-- the fault may be our reading; `is_unread`: it is, and is called so.
CREATE OR REPLACE TEMP TABLE unknown_figure AS
SELECT x.figure, r.file_id, FALSE AS is_ours, FALSE AS is_unread, '这种表样不核对这一条' AS why
FROM rubric_not_for x
JOIN scored_report r ON r.form = x.form
UNION ALL
SELECT
    v.figure, v.file_id, v.is_ours, v.is_ours,
    CASE WHEN v.is_ours THEN '读不准，待核：' WHEN v.operands LIKE '%÷%' THEN '没有可比的数：' ELSE '没有数：' END || v.operands
FROM figure_value v
WHERE v.value IS NULL
UNION ALL
SELECT
    g.figure, r.file_id, g.source <> 'measure', g.source = 'said' OR (g.source <> 'measure' AND r.form = ''),
    CASE g.source WHEN 'said' THEN '没有读到这一部分：' ELSE '不知道：' END || g.name
FROM (FROM rubric_figure WHERE source <> 'rule') g
CROSS JOIN scored_report r
ANTI JOIN figure_value v ON v.figure = g.figure AND v.file_id = r.file_id;

-- Which items can nobody tell? Whether something was filled in can be told also of a blank.
CREATE OR REPLACE TEMP TABLE unknown_item AS
SELECT
    n.position, n.item, x.file_id, bool_or(x.is_ours) AS is_ours, bool_or(x.is_unread) AS is_unread, min(x.why) AS why
FROM (
    SELECT i.position, i.item, i.figure FROM rubric_item i
    WHERE NOT EXISTS (FROM rubric_condition c WHERE c.position = i.position AND c.item = i.item AND c.figure = i.figure)
    UNION
    SELECT position, item, figure FROM rubric_condition WHERE compare <> 'told'
) n
JOIN unknown_figure x ON x.figure = n.figure
GROUP BY n.position, n.item, x.file_id
UNION ALL
SELECT c.position, c.item, x.file_id, TRUE, bool_or(x.is_unread), min(x.why)
FROM rubric_condition c
JOIN unknown_figure x ON x.figure = c.figure AND x.is_ours
WHERE c.compare = 'told'
GROUP BY c.position, c.item, x.file_id;

-- Was a table that some indicator needs read, and are there figures in it?
CREATE OR REPLACE TEMP TABLE table_state AS
WITH own AS (
    SELECT
        t."table", v.file_id, coalesce(bool_or(v.state = 'unreadable'), FALSE) AS is_unread,
        coalesce(bool_or(v.state IN ('reported', 'zero')), FALSE) AS has_figures
    FROM (SELECT DISTINCT "table", cell FROM rubric_table) t
    JOIN measure_value v ON v.measure = t.cell
    WHERE v.file_id IS NOT NULL
    GROUP BY t."table", v.file_id
),
mended AS (
    SELECT f.file_id, split_part(f.cell, '/', 1) AS "table"
    FROM fact_now f
    WHERE f.file_id IN (SELECT file_id FROM correction WHERE is_applied)
    GROUP BY ALL
    HAVING bool_or(f.is_corrected) AND NOT bool_or(f.state = 'unreadable')
),
troubled AS (
    SELECT DISTINCT p.file_id, t."table"
    FROM problem p
    JOIN (SELECT DISTINCT "table", label FROM rubric_table) t ON starts_with(p.message, t.label || '：')
    ANTI JOIN mended m ON m.file_id = p.file_id AND m."table" = t."table"
    WHERE p.code <> 'column_unknown'
)
SELECT
    o."table", o.file_id, o.is_unread OR b.file_id IS NOT NULL AS is_unread, o.has_figures
FROM own o
LEFT JOIN troubled b ON b.file_id = o.file_id AND b."table" = o."table";

-- Why is an indicator of a report not counted? The lowest `rank` holds.
CREATE OR REPLACE TEMP TABLE cause AS
WITH needed AS (SELECT position, needs_last, unnest(tables) AS "table" FROM rubric_indicator),
rubric_table_name AS (SELECT "table", any_value(split_part(label, ' ', 1)) AS name FROM rubric_table GROUP BY "table"),
told AS (
    SELECT
        i.position, r.file_id, 1 AS rank, 'not_assessed' AS state, FALSE AS is_ours, FALSE AS is_unread,
        '不适用于这一组' AS why
    FROM rubric_indicator i
    JOIN scored_report r ON len(i."groups") > 0 AND NOT list_contains(i."groups", r.ranked_in)
    UNION ALL
    SELECT
        i.position, r.file_id, 2, 'not_assessed', coalesce(r.last_filing = 'unreadable', FALSE),
        coalesce(r.last_filing = 'unreadable', FALSE),
        CASE r.last_filing WHEN 'unreadable' THEN '上一年的年报读不出，待核' ELSE '没有上一年的年报' END
    FROM rubric_indicator i
    JOIN scored_report r ON i.needs_last AND r.last_file_id IS NULL
    UNION ALL
    SELECT
        i.position, r.file_id, 3, 'not_assessed', bool_or(coalesce(t.is_unread, TRUE) OR r.form = ''),
        bool_or(coalesce(t.is_unread, TRUE) OR r.form = ''),
        array_to_string(list_sort(list_distinct(list(
            CASE WHEN t.file_id = r.last_file_id THEN '上一年的' ELSE '' END || n.name
            || CASE WHEN coalesce(t.is_unread, TRUE) OR r.form = '' THEN '没有读准，待核' ELSE '没有填数' END
        ))), '；')
    FROM needed i
    JOIN rubric_table_name n ON n."table" = i."table"
    JOIN (
        SELECT file_id, form, file_id AS looked_at, FALSE AS is_last, last_file_id FROM scored_report
        UNION ALL
        SELECT file_id, form, last_file_id, TRUE, last_file_id FROM scored_report WHERE last_file_id IS NOT NULL
    ) r ON NOT r.is_last OR i.needs_last
    LEFT JOIN table_state t ON t."table" = n."table" AND t.file_id = r.looked_at
    WHERE t.file_id IS NULL OR t.is_unread OR NOT t.has_figures
    GROUP BY i.position, r.file_id
    UNION ALL
    SELECT
        i.position, v.file_id, 4,
        CASE WHEN v.value IS NULL THEN 'not_assessed' WHEN v.value = 0 THEN 'no_exposure' ELSE 'small_n' END,
        v.value IS NULL AND v.is_ours, v.value IS NULL AND v.is_ours,
        v.operands || CASE
            WHEN v.value IS NULL THEN '' WHEN v.value = 0 THEN '，没有发生' ELSE '，少于 ' || i.small_n || '，不评'
        END
    FROM rubric_indicator i
    JOIN figure_value v ON v.figure = i.exposure AND (v.value IS NULL OR v.value = 0 OR v.value < i.small_n)
    UNION ALL
    SELECT i.position, r.file_id, 5, 'manual_open', FALSE, FALSE, '要由人评定'
    FROM rubric_indicator i
    CROSS JOIN scored_report r
    WHERE i.curve = 'manual' AND i.role = 'main'
    UNION ALL
    SELECT
        u.position, u.file_id, 6, 'not_assessed', bool_or(u.is_ours), bool_or(u.is_unread),
        array_to_string(list_sort(list_distinct(list(u.why))), '；')
    FROM unknown_item u
    JOIN rubric_indicator i ON i.position = u.position
    GROUP BY u.position, u.file_id, i.curve, i.items
    HAVING i.curve <> 'deduct' OR count(DISTINCT u.item) = i.items
),
first AS (
    SELECT position, file_id, arg_min({'state': state, 'is_ours': is_ours, 'is_unread': is_unread, 'why': why}, rank) AS held
    FROM told
    GROUP BY position, file_id
)
SELECT
    f.position, f.file_id,
    CASE WHEN o.is_open THEN 'manual_open' ELSE f.held.state END AS state,
    CASE WHEN o.is_open THEN 'open' ELSE i.policy END AS outcome,
    f.held.is_unread AS is_unread,
    f.held.why AS why
FROM first f
JOIN rubric_indicator i ON i.position = f.position
CROSS JOIN LATERAL (
    SELECT f.held.state = 'manual_open' OR (i.role = 'main' AND i.ask) OR
        (i.role IN ('main', 'bonus') AND i.policy <> 'full' AND f.held.is_ours) AS is_open
) o;

-- What a person said goes before everything else.
CREATE OR REPLACE TEMP TABLE decided AS
SELECT m.position, r.file_id, m.points, m.words
FROM score_manual m
JOIN scored_report r ON r.unit_id = m.unit_id AND r.year = m.year;

CREATE OR REPLACE TEMP TABLE exception AS
SELECT position, file_id, 'manual' AS state, 'manual' AS outcome, FALSE AS is_unread, words AS why, points FROM decided
UNION ALL
SELECT c.position, c.file_id, c.state, c.outcome, c.is_unread, c.why, NULL
FROM cause c
ANTI JOIN decided d ON d.position = c.position AND d.file_id = c.file_id;

-- Do all tests of an item hold, and on which figures?
CREATE OR REPLACE TEMP TABLE test_result AS
WITH tested AS (
    SELECT
        c.position, c.item, c.n, c.tests, r.file_id,
        coalesce(
            CASE
                WHEN c.compare = 'told' THEN (v.value IS NOT NULL) = (c.bound = 1)
                ELSE fits(c.compare, c.bound, CASE WHEN g.source = 'rule' THEN coalesce(v.value, 0) ELSE v.value END, v.of_value)
            END, FALSE
        ) AS holds,
        coalesce(v.operands, g.name || CASE WHEN g.source = 'rule' THEN ' 0 处' ELSE '' END) AS operands
    FROM (SELECT *, count(*) OVER (PARTITION BY position, item) AS tests FROM rubric_condition) c
    JOIN rubric_figure g ON g.figure = c.figure
    CROSS JOIN scored_report r
    LEFT JOIN figure_value v ON v.figure = c.figure AND v.file_id = r.file_id
)
SELECT position, item, file_id, holds, operands FROM tested WHERE tests = 1
UNION ALL                                 -- string_agg with an order sorts each group and takes ten times as long
SELECT
    position, item, file_id, bool_and(holds), array_to_string(list_select(list(operands), list_grade_up(list(n))), '；')
FROM tested
WHERE tests > 1
GROUP BY position, item, file_id;

-- What each item would take or add if there were no cap. Deducting items that take nothing are left out, but for the
-- findings that would have taken something if they were not doubtful or waived.
CREATE OR REPLACE TEMP TABLE entry AS
WITH item AS (
    SELECT t.*, i.curve = 'deduct' AS is_deduct, g.source, g.subject, g.cells, g.name
    FROM rubric_item t
    JOIN rubric_indicator i ON i.position = t.position
    JOIN rubric_figure g ON g.figure = t.figure
),
of_findings AS (
    SELECT
        t.position, t.item, m.seq, m.file_id, m.standing, t.points::DECIMAL(26, 2) AS amount, 'rule' AS kind, m.rule AS subject,
        m.found AS operands, m.cells, m.fingerprint,
        CASE WHEN t.words <> '' THEN t.words || '：' ELSE '' END || m.message
            || CASE WHEN m.findings > 1 THEN '（共 ' || m.findings || ' 处，合计一次）' ELSE '' END
            || coalesce('（' || m.waived_words || '）', '') AS words,
        t.is_deduct
    FROM item t
    JOIN match m ON m.figure = t.figure
    LEFT JOIN test_result h ON h.position = t.position AND h.item = t.item AND h.file_id = m.file_id
    ANTI JOIN exception x ON x.position = t.position AND x.file_id = m.file_id
    WHERE t.mode = 'each' AND t.source = 'rule' AND coalesce(h.holds, TRUE)
),
band AS (
    SELECT
        b.position, v.file_id,
        arg_min({'points': b.points, 'words': b.words, 'n': b.n}, b.n) AS held
    FROM rubric_band b
    JOIN rubric_item t ON t.position = b.position
    JOIN figure_value v ON v.figure = t.figure AND v.value IS NOT NULL
    WHERE (
        coalesce(v.value >= b.at_least * coalesce(v.of_value, 1), TRUE)
        AND coalesce(v.value < b.under * coalesce(v.of_value, 1), TRUE)
        AND coalesce(v.value <= b.at_most * coalesce(v.of_value, 1), TRUE)
    ) OR coalesce(v.value <= b.or_count, FALSE)
    GROUP BY b.position, v.file_id
),
band_of_findings AS (                     -- no finding, no row: the band of 0
    SELECT b.position, arg_min({'points': b.points, 'words': b.words, 'n': b.n}, b.n) AS held
    FROM rubric_band b
    JOIN item t ON t.position = b.position AND t.source = 'rule'
    WHERE coalesce(0 >= b.at_least, TRUE) AND coalesce(0 < b.under, TRUE) AND coalesce(0 <= b.at_most, TRUE)
    GROUP BY b.position
),
of_figures AS (
    SELECT
        t.position, t.item, r.file_id, t.mode, t.is_deduct, t.source, t.subject, t.cells, t.words, t.points, h.holds,
        coalesce(h.operands, v.operands, t.name || CASE WHEN t.source = 'rule' THEN ' 0 处' ELSE '' END) AS operands,
        coalesce(b.held, z.held) AS held,
        CASE t.mode
            WHEN 'once' THEN CASE WHEN h.holds THEN t.points ELSE 0 END
            WHEN 'band' THEN coalesce(b.held, z.held).points
            WHEN 'share' THEN CASE WHEN v.value >= coalesce(v.of_value, t.full_at) THEN t.points
                ELSE hundredths(t.points, greatest(v.value, 0), coalesce(v.of_value, t.full_at)) END
            ELSE CASE WHEN coalesce(h.holds, TRUE) THEN round(t.points * greatest(v.value, 0), 2) ELSE 0 END
        END::DECIMAL(26, 2) AS amount
    FROM item t
    CROSS JOIN scored_report r
    LEFT JOIN figure_value v ON v.figure = t.figure AND v.file_id = r.file_id
    LEFT JOIN test_result h ON h.position = t.position AND h.item = t.item AND h.file_id = r.file_id
    LEFT JOIN band b ON b.position = t.position AND b.file_id = r.file_id
    LEFT JOIN band_of_findings z ON z.position = t.position
    WHERE NOT (t.mode = 'each' AND t.source = 'rule')
)
SELECT * FROM of_findings
UNION ALL BY NAME
SELECT
    position, item, 0 AS seq, file_id, 'counted' AS standing, coalesce(amount, 0) AS amount, source AS kind, subject,
    operands, cells, NULL AS fingerprint,
    CASE
        WHEN mode = 'band' AND held.words <> '' THEN held.words
        WHEN mode = 'band' THEN '第 ' || held.n || ' 档'
        WHEN mode = 'share' THEN '按比例'
        WHEN words <> '' THEN words
        WHEN holds THEN '符合'
        WHEN holds IS NULL THEN '按数'
        ELSE '不符合'
    END || '：' || operands AS words,
    is_deduct
FROM of_figures e
ANTI JOIN exception x ON x.position = e.position AND x.file_id = e.file_id
WHERE NOT e.is_deduct OR e.amount > 0;

-- The caps one after the other: item, indicator, dimension. Each row takes what the rows before it left.
CREATE OR REPLACE TEMP MACRO left_of(so_far, amount, cap) AS
    CASE WHEN cap IS NULL THEN amount ELSE least(so_far, cap) - least(so_far - amount, cap) END;

CREATE OR REPLACE TEMP TABLE capped AS
WITH reachable AS (                       -- NULL where no end can be told
    SELECT position, CASE WHEN count(*) = count(points) THEN sum(points) END AS points
    FROM (SELECT position, CASE WHEN mode = 'once' THEN least(points, most) ELSE most END AS points FROM rubric_item)
    GROUP BY position
),
capping AS (
    SELECT
        i.position,
        CASE
            WHEN i.curve NOT IN ('deduct', 'add') OR (i.curve = 'deduct' AND $cap = 'dimension') THEN NULL
            WHEN coalesce(r.points <= i."full", FALSE) THEN NULL
            ELSE i."full"
        END AS indicator_cap              -- the other curves are never worth more than that
    FROM rubric_indicator i
    LEFT JOIN reachable r ON r.position = i.position
),
counted AS (
    SELECT e.position, e.item, e.seq, e.file_id, e.amount, t.most, i.indicator_cap
    FROM entry e
    JOIN capping i ON i.position = e.position
    JOIN rubric_item t ON t.position = e.position AND t.item = e.item
    WHERE e.standing = 'counted' AND e.amount > 0
),
of_item AS (
    SELECT *, amount AS by_item FROM counted WHERE most IS NULL
    UNION ALL
    SELECT *, left_of(sum(amount) OVER (PARTITION BY file_id, position, item ORDER BY seq), amount, most)
    FROM counted
    WHERE most IS NOT NULL
)
SELECT *, by_item AS by_indicator FROM of_item WHERE indicator_cap IS NULL
UNION ALL
SELECT *, left_of(sum(by_item) OVER (PARTITION BY file_id, position ORDER BY item, seq), by_item, indicator_cap)
FROM of_item
WHERE indicator_cap IS NOT NULL;

-- One line for each indicator of each report. `base` is what it is worth before the cap of its dimension.
CREATE OR REPLACE TEMP TABLE line AS
WITH moved AS (SELECT position, file_id, sum(by_indicator) AS moved FROM capped GROUP BY position, file_id)
SELECT
    i.position, r.file_id, coalesce(x.state, 'counted') AS state, coalesce(x.outcome, 'counted') AS outcome,
    coalesce(x.is_unread, FALSE) AS is_unread, x.why,
    coalesce(m.moved, 0)::DECIMAL(26, 2) AS moved,
    (CASE coalesce(x.outcome, 'counted')
        WHEN 'counted' THEN CASE i.curve WHEN 'deduct' THEN i."full" ELSE coalesce(m.moved, 0) END
        WHEN 'manual' THEN x.points
        WHEN 'full' THEN i."full"
        WHEN 'zero' THEN 0
    END)::DECIMAL(11, 2) AS base
FROM rubric_indicator i
CROSS JOIN scored_report r
LEFT JOIN exception x ON x.position = i.position AND x.file_id = r.file_id
LEFT JOIN moved m ON m.position = i.position AND m.file_id = r.file_id;

-- What of the deductions takes effect. In a rubric whose cap is the dimension, a dimension loses no more than it has.
CREATE OR REPLACE TEMP TABLE taken AS
WITH whole AS (
    SELECT i.dimension, l.file_id, sum(l.base) AS base
    FROM line l
    JOIN rubric_indicator i ON i.position = l.position
    WHERE $cap = 'dimension' AND i.role = 'main'
    GROUP BY i.dimension, l.file_id
)
SELECT position, item, seq, file_id, amount, by_item, by_indicator, by_indicator::DECIMAL(26, 2) AS effect
FROM capped
WHERE $cap = 'indicator'
UNION ALL
SELECT
    c.position, c.item, c.seq, c.file_id, c.amount, c.by_item, c.by_indicator,
    CASE WHEN i.curve <> 'deduct' OR i.role <> 'main' THEN c.by_indicator ELSE
        left_of(
            sum(c.by_indicator) OVER (PARTITION BY c.file_id, i.dimension, i.curve = 'deduct' ORDER BY c.position, c.item, c.seq),
            c.by_indicator, w.base
        )
    END::DECIMAL(26, 2)
FROM capped c
JOIN rubric_indicator i ON i.position = c.position
LEFT JOIN whole w ON w.file_id = c.file_id AND w.dimension = i.dimension
WHERE $cap = 'dimension';

-- Where a cap was in the way; everywhere else an amount took effect. A table, so that DuckDB knows how few they are.
CREATE OR REPLACE TEMP TABLE kept_from AS
SELECT position, item, seq, file_id, 'counted' AS standing, by_item, by_indicator, effect FROM taken WHERE effect <> amount;

CREATE OR REPLACE TEMP TABLE effect_of AS
SELECT position, file_id, sum(effect) AS effect FROM taken WHERE $cap = 'dimension' GROUP BY position, file_id;

-- What each line is worth in the end. Where no dimension is in the way, what was moved took effect.
CREATE OR REPLACE TEMP VIEW worth AS
SELECT
    l.*, coalesce(t.effect, l.moved) AS effect,
    (l.base - CASE WHEN i.curve = 'deduct' AND l.outcome = 'counted' THEN coalesce(t.effect, l.moved) ELSE 0 END)::DECIMAL(11, 2)
        AS points
FROM line l
JOIN rubric_indicator i ON i.position = l.position
LEFT JOIN effect_of t ON t.position = l.position AND t.file_id = l.file_id
