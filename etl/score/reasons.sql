-- Every line and what it is made of, in the order of the rubric.
WITH item AS (
    SELECT
        e.position, e.item, e.seq, e.file_id, e.standing, e.amount, e.kind, e.subject, e.operands, e.cells, e.fingerprint,
        e.words, e.is_deduct, t.by_item, t.by_indicator, coalesce(t.effect, 0) AS effect, n.points, n.most,
        row_number() OVER (PARTITION BY e.file_id, e.position ORDER BY e.item, e.seq) AS number
    FROM entry e
    JOIN rubric_indicator i ON i.position = e.position AND i.curve IN ('deduct', 'add')
    JOIN rubric_item n ON n.position = e.position AND n.item = e.item
    LEFT JOIN (SELECT *, 'counted' AS standing FROM taken) t  -- told by equals alone, or it is no hash join
        ON t.position = e.position AND t.item = e.item AND t.seq = e.seq AND t.file_id = e.file_id
        AND t.standing = e.standing
    ANTI JOIN exception x ON x.position = e.position AND x.file_id = e.file_id
),
single AS (                               -- a curve of one figure: its figure stands in the line itself
    SELECT e.position, e.file_id, e.kind, e.subject, e.operands, e.cells, e.words
    FROM entry e
    JOIN rubric_indicator i ON i.position = e.position AND i.curve NOT IN ('deduct', 'add')
    WHERE e.standing = 'counted'
),
odd AS (SELECT position, file_id, count(*) AS n FROM entry WHERE standing = 'doubtful' GROUP BY position, file_id),
row_of AS (
    SELECT
        l.position, l.file_id, 0 AS item, l.state, n."full",
        l.points, NULL::DECIMAL(26, 2) AS deducted, NULL::DECIMAL(26, 2) AS amount,
        CASE WHEN l.state = 'manual' THEN 'manual' ELSE coalesce(s.kind, '') END AS kind,
        coalesce(s.subject, '') AS subject, coalesce(s.operands, '') AS operands,
        CASE WHEN l.outcome = 'counted' THEN s.cells END AS cells, NULL AS fingerprint, '' AS capped_by,
        CASE l.outcome
            WHEN 'manual' THEN '人工评定：' || l.why
            WHEN 'open' THEN '待人工：' || l.why
            WHEN 'full' THEN l.why || '，给满分'
            WHEN 'skip' THEN l.why || '，不计入'
            WHEN 'zero' THEN l.why || '，计 0 分'
            ELSE CASE n.curve
                WHEN 'deduct' THEN
                    CASE WHEN l.moved = 0 THEN '没有扣分' ELSE '扣 ' || points_text(l.effect) || ' 分' END
                WHEN 'add' THEN '得 ' || points_text(l.base) || ' 分'
                WHEN 'manual' THEN '没有登记'
                ELSE coalesce(s.words, '')
            END || CASE WHEN o.n > 0 THEN '；另有 ' || o.n || ' 处存疑，没有扣' ELSE '' END
        END AS words
    FROM worth l
    JOIN rubric_indicator n ON n.position = l.position
    LEFT JOIN single s ON s.position = l.position AND s.file_id = l.file_id
    LEFT JOIN odd o ON o.position = l.position AND o.file_id = l.file_id
    UNION ALL
    SELECT
        position, file_id, number, standing, coalesce(most, points),
        CASE WHEN NOT is_deduct THEN effect END, CASE WHEN is_deduct THEN effect END, amount, kind, subject, operands, cells,
        fingerprint,
        CASE
            WHEN standing <> 'counted' OR amount = 0 THEN ''
            WHEN by_item < amount THEN 'item' WHEN by_indicator < by_item THEN 'indicator' WHEN effect < by_indicator THEN 'dimension'
            ELSE ''
        END,
        CASE
            WHEN standing = 'doubtful' THEN '存疑，不扣分：'
            WHEN standing = 'waived' THEN '已定为不算问题，不扣分：'
            WHEN is_deduct THEN '扣 ' || points_text(effect) || ' 分'
                || CASE WHEN effect < amount THEN '（按封顶，本应扣 ' || points_text(amount) || ' 分）' ELSE '' END || '：'
            ELSE '得 ' || points_text(effect) || ' 分'
                || CASE WHEN effect < amount THEN '（按封顶，本应得 ' || points_text(amount) || ' 分）' ELSE '' END || '：'
        END || words
    FROM item
)
SELECT $sha AS rubric_sha, * FROM (   -- 64 letters a row are not to be sorted
SELECT
    r.year, r.unit_id, w.position, i.role, i.dimension, i.dimension_name, i.indicator, i.indicator_name,
    w.item::INTEGER AS item, w.state, w."full"::DECIMAL(11, 2) AS "full", w.points::DECIMAL(11, 2) AS points,
    (CASE WHEN w.item > 0 THEN w.deducted WHEN i.role = 'main' THEN w."full" - w.points END)::DECIMAL(11, 2) AS deducted,
    w.amount, w.capped_by, w.kind, w.subject, w.operands, coalesce(w.cells, []) AS cells, w.fingerprint, w.file_id, w.words
FROM row_of w
JOIN rubric_indicator i ON i.position = w.position
JOIN score_unit r ON r.file_id = w.file_id AND r.status = 'scored'
ORDER BY r.year, r.unit_position, w.position, w.item
)
