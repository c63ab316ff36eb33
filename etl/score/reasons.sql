-- Every line and what it is made of.
CREATE OR REPLACE TEMP VIEW reason AS
WITH made_of AS (                         -- `is_whole`: each of its items is there, once, so that their numbers are known
    SELECT i.position, i.curve = 'add' AND NOT bool_or(t.mode = 'each' AND g.source = 'rule') AS is_whole
    FROM rubric_indicator i
    JOIN rubric_item t ON t.position = i.position
    JOIN rubric_figure g ON g.figure = t.figure
    WHERE i.curve IN ('deduct', 'add')
    GROUP BY i.position, i.curve
),
held AS (
    SELECT e.*, m.is_whole, n.points, n.most
    FROM entry e
    JOIN made_of m ON m.position = e.position
    JOIN rubric_item n ON n.position = e.position AND n.item = e.item
),
numbered AS (                             -- a window sorts whole rows: only those that need it
    SELECT *, item::BIGINT AS number FROM held WHERE is_whole
    UNION ALL
    SELECT *, row_number() OVER (PARTITION BY file_id, position ORDER BY item, seq) FROM held WHERE NOT is_whole
),
item AS (
    SELECT
        e.*, coalesce(t.by_item, e.amount) AS by_item, coalesce(t.by_indicator, e.amount) AS by_indicator,
        CASE WHEN e.standing = 'counted' THEN coalesce(t.effect, e.amount) ELSE 0 END AS effect
    FROM numbered e
    LEFT JOIN kept_from t                 -- told by equals alone, or it is no hash join
        ON t.position = e.position AND t.item = e.item AND t.seq = e.seq AND t.file_id = e.file_id
        AND t.standing = e.standing
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
SELECT
    r.year, r.unit_id, r.unit_position, w.position, w.item::INTEGER AS item, w.state, w."full"::DECIMAL(11, 2) AS "full",
    w.points::DECIMAL(11, 2) AS points,
    (CASE WHEN w.item > 0 THEN w.deducted WHEN i.role = 'main' THEN w."full" - w.points END)::DECIMAL(11, 2) AS deducted,
    w.amount, w.capped_by, w.kind, w.subject, w.operands, coalesce(w.cells, []) AS cells, w.fingerprint, w.file_id, w.words
FROM row_of w
JOIN rubric_indicator i ON i.position = w.position
JOIN score_unit r ON r.file_id = w.file_id AND r.status = 'scored';

-- In the order of the rubric.
SELECT * EXCLUDE (unit_position) FROM reason ORDER BY year, unit_position, position, item;

-- In no order.
SELECT * EXCLUDE (unit_position) FROM reason;

-- The same with the names of the rubric, for who has none but this: 64 letters a row are not to be sorted.
SELECT $sha AS rubric_sha, * FROM (
    SELECT
        r.year, r.unit_id, r.position, i.role, i.dimension, i.dimension_name, i.indicator, i.indicator_name,
        r.* EXCLUDE (year, unit_id, unit_position, position)
    FROM reason r
    JOIN rubric_indicator i ON i.position = r.position
    ORDER BY r.year, r.unit_position, r.position, r.item
)
