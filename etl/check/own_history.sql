-- Which figures are out of all proportion to the unit's own years before, or the very same as last year's?
WITH flow_cell AS (                        -- figures that begin anew every year
    SELECT c.file_id, c.last_file_id, c.unit_id, c.year, c.kind, n.cell, n.place, n.position, n.unit, f.state, f.value, f.locator,
        cell_text(f.is_corrected, f.state, f.value, f.raw) AS raw,
        f.confidence IS NOT NULL AS is_guessed
    FROM checked_report c
    JOIN fact_now f ON f.file_id = c.file_id
    JOIN cell_name n ON n.form = c.form AND n.cell = f.cell
    WHERE n."column" NOT IN ('in_force', 'items_previous', 'disclosed_total')
),
flow AS (SELECT * FROM flow_cell WHERE value IS NOT NULL),
watched AS (
    SELECT * FROM flow
    WHERE cell IN (
        'proactive/licensing/decisions', 'proactive/penalty/decisions', 'proactive/coercion/decisions',
        'proactive/admin_fees/amount_wan', 'requests/new_received/total'
    )
),
past AS (                                  -- what it was before, the last year first
    SELECT w.file_id, w.cell, max_by(o.file_id, k.year) AS file_id_before, max_by(o.value, k.year) AS before,
        max(k.year) AS year_before, median(o.value) AS usual, count(*) AS years
    FROM watched w
    JOIN known_report k ON k.unit_id = w.unit_id AND k.year < w.year
    JOIN fact_now o ON o.file_id = k.file_id AND o.cell = w.cell AND o.value > 0
    JOIN cell_name n ON n.form = k.form AND n.cell = o.cell
    GROUP BY w.file_id, w.cell
),
slip AS (                                  -- 元 where 万元 is asked for
    SELECT w.*, p.before, p.year_before, p.file_id_before,
        CASE
            WHEN p.before > 0 AND w.value >= 1000 AND w.value BETWEEN p.before * 1000 AND p.before * 100000 THEN TRUE
            ELSE w.value > 10000 AND w.kind <> 'area' AND coalesce(p.usual * 10 < w.value, TRUE)
        END AS is_slip
    FROM watched w
    LEFT JOIN past p ON p.file_id = w.file_id AND p.cell = w.cell
    WHERE w.cell = 'proactive/admin_fees/amount_wan'
),
told AS (                                  -- how the prose speaks of a figure, and of why it is another one this year
    SELECT *, '(大幅|激增|猛增|剧增|较上年|比上年|上年的|同比|划转|下放|承接|赋权|增加到|增加至|增至|集中办理|专项整治|专项行动)' AS reasons
    FROM (VALUES
        ('proactive/licensing/decisions', '许可'), ('proactive/penalty/decisions', '处罚'),
        ('proactive/coercion/decisions', '强制'), ('proactive/admin_fees/amount_wan', '收费'),
        ('requests/new_received/total', '申请')
    ) v(cell, word)
),
jump AS (
    SELECT w.*, p.before, p.year_before, p.file_id_before
    FROM watched w
    JOIN past p ON p.file_id = w.file_id AND p.cell = w.cell
    LEFT JOIN slip s ON s.file_id = w.file_id AND s.cell = w.cell
    WHERE NOT coalesce(s.is_slip, FALSE)
        AND w.value > 10 * p.before AND w.value > 10 * p.usual AND w.value - p.before >= 10
        AND NOT EXISTS (                   -- a remark explains it
            FROM section x, told t
            WHERE x.file_id = w.file_id AND t.cell = w.cell AND (
                regexp_matches(x.text, t.word || '[^。；\n]{0,40}' || t.reasons)
                OR regexp_matches(x.text, t.reasons || '[^。；\n]{0,40}' || t.word)
            )
        )
),
compared AS (                              -- the same only if every figure one year states stands in the other too
    SELECT w.file_id, w.last_file_id,
        count(*) FILTER (WHERE w.value <> 0) AS filled,
        max(w.value) FILTER (WHERE w.cell NOT LIKE 'requests/%/total') AS largest,
        bool_and(w.value IS NOT DISTINCT FROM o.value)
            AND NOT bool_or(w.state = 'unreadable' OR coalesce(o.state, '') = 'unreadable')
            AND count(DISTINCT split_part(w.cell, '/', 1)) FILTER (WHERE w.state <> 'absent')
                = count(DISTINCT split_part(w.cell, '/', 1)) AS is_same,
        bool_or(w.is_guessed OR o.confidence IS NOT NULL) AS is_guessed
    FROM flow_cell w
    LEFT JOIN fact_now o ON o.file_id = w.last_file_id AND o.cell = w.cell
    WHERE w.last_file_id IS NOT NULL
    GROUP BY w.file_id, w.last_file_id
)
SELECT
    'T-32' AS rule, s.file_id, s.place AS "where",
    '填的是 ' || s.raw || CASE WHEN s.before IS NULL THEN '' ELSE '，' || s.year_before || ' 年度为 ' || figure(s.before) END
        AS found,
    '单位是万元' AS expected,
    CASE WHEN s.is_guessed THEN 'doubtful' ELSE 'broken' END AS verdict, NULL AS severity,
    [s.cell] AS cells, s.locator, s.file_id_before AS other_file_id, s.cell AS place, s.raw AS value_key
FROM slip s
WHERE s.is_slip
UNION ALL
SELECT
    'X-39', j.file_id, j.place,
    '本年 ' || figure(j.value),
    j.year_before || ' 年度为 ' || figure(j.before),
    CASE WHEN j.is_guessed THEN 'doubtful' ELSE 'broken' END,
    CASE WHEN j.value < 30 THEN 'notice' END,
    [j.cell], j.locator, j.file_id_before, j.cell, j.raw
FROM jump j
UNION ALL
SELECT
    'X-36', m.file_id, '表二、表三、表四',
    '本年发生的各项数与上一年报告逐格相同，其中不为 0 的有 ' || m.filled || ' 格', '一般每年不同',
    CASE WHEN m.is_guessed THEN 'doubtful' ELSE 'broken' END,
    CASE WHEN m.filled < 3 AND m.largest < 50 THEN 'notice' END,
    (SELECT list(w.cell ORDER BY w.position) FROM flow w WHERE w.file_id = m.file_id AND w.value <> 0),
    (SELECT first(w.locator ORDER BY w.position) FROM flow w WHERE w.file_id = m.file_id AND w.value <> 0),
    m.last_file_id, 'tables', m.filled::VARCHAR
FROM compared m
WHERE m.is_same AND m.filled > 0
