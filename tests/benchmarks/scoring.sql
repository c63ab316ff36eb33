-- The totals of tests/benchmarks/scoring.py's rubric, written out by hand: no reasons, no states, no caps but those that
-- this rubric needs. One row for each report.
WITH days AS (
    SELECT r.file_id, r.published_at - make_date(r.year + 1, 1, 31) AS late FROM report r
),
found AS (
    SELECT
        file_id,
        count(*) FILTER (rule = 'T-03') AS parts,
        count(*) FILTER (rule = 'T-16') AS missing_tables,
        count(DISTINCT left("where", 2)) FILTER (rule IN ('T-12', 'T-13', 'T-14', 'T-15')) AS odd_tables,
        count(*) FILTER (rule = 'T3-01' AND len(list_filter(cells, lambda c: c GLOB 'requests/*/total')) > 0) > 0 AS total_column,
        count(*) FILTER (rule = 'T3-01' AND len(list_filter(cells, lambda c: c GLOB 'requests/*/total')) = 0) > 0 AS other_columns,
        count(DISTINCT rule) FILTER (rule IN ('T3-02', 'T3-03')) AS sums,
        count(*) FILTER (rule = 'T4-01') AS disputes,
        count(*) FILTER (rule = 'T-30') > 0 AS rules_made,
        count(*) FILTER (rule IN ('T2-02', 'T-32')) AS odd_figures,
        count(*) FILTER (rule = 'X-01') > 0 AS carried,
        count(*) FILTER (rule = 'X-05') > 0 AS carried_by,
        count(*) FILTER (rule = 'X-02') > 0 AS stock,
        count(*) FILTER (rule IN ('W-40', 'W-41', 'W-41S', 'W-41R', 'W-42', 'W-42N', 'W-43', 'W-45')) AS words,
        count(*) FILTER (rule = 'W-43') > 0 AS stock_words,
        count(*) FILTER (rule = 'W-44') AS parts_sum,
        count(*) FILTER (rule = 'T-06') AS aspects,
        count(*) FILTER (rule = 'T-03' AND regexp_matches("where", '第一部分')) AS no_first,
        count(*) FILTER (rule = 'T-03' AND regexp_matches("where", '第五部分')) AS no_fifth,
        count(*) FILTER (rule = 'T-03' AND regexp_matches("where", '第六部分')) AS no_sixth,
        count(*) FILTER (rule = 'T-20' AND regexp_matches(found, '没有内容|只有')) AS empty,
        count(*) FILTER (rule = 'T-20' AND regexp_matches(found, '没有写存在的问题|没有改进情况')) AS half,
        count(*) FILTER (rule = 'T-21') AS no_fee,
        count(*) FILTER (rule = 'T-21P') AS fee_elsewhere,
        count(*) FILTER (rule IN ('W-46', 'F-11')) > 0 AS odd_fee,
        max(CASE WHEN rule IN ('T-37C', 'T-38C') THEN least(
            TRY_CAST(regexp_extract(found, '\d+') AS INTEGER),
            CASE WHEN severity <> 'notice' THEN 100 WHEN rule = 'T-38C' THEN 84 ELSE 94 END
        ) END) AS alike
    FROM finding
    WHERE verdict = 'broken' AND (severity <> 'notice' OR rule IN ('T-21P', 'F-11', 'W-46', 'T-37C', 'T-38C'))
    GROUP BY file_id
),
figure AS (
    SELECT
        unit_id, year,
        max(value) FILTER (measure = 'published_total') AS total,
        max(value) FILTER (measure = 'published_total' AND NOT approximate) AS exact_total,
        count(value) FILTER (measure IN (
            'published_website', 'published_wechat', 'published_weibo', 'published_new_media', 'published_other'
        )) > 0 AS channels,
        sum(value) FILTER (measure IN (
            'proactive/normative_documents/issued', 'proactive/normative_documents/repealed',
            'proactive/normative_documents/in_force'
        )) AS documents,
        count(value) FILTER (measure = 'policy_interpretations') > 0 AS interpretations,
        max(value) FILTER (measure = 'requests_at_hand') AS at_hand,
        max(value) FILTER (measure = 'requests/carried_out/total') AS carried_out,
        max(value) FILTER (measure = 'requests/total_processed/total') AS processed,
        max(value) FILTER (measure = 'requests/other_misc/total') AS misc,
        sum(value) FILTER (measure IN ('requests/notproc_petition_complaint/total', 'requests/notproc_excessive/total')) AS petitions,
        sum(value) FILTER (measure IN ('granted', 'partially_granted')) AS granted,
        max(value) FILTER (measure = 'denied') AS denied,
        max(value) FILTER (measure = 'disputes_overturned') AS overturned,
        count(value) FILTER (starts_with(measure, 'requests/') AND (ends_with(measure, '/total') OR starts_with(measure, 'requests/total_processed/'))) AS in_requests,
        count(value) FILTER (starts_with(measure, 'disputes/') AND ends_with(measure, '/total')) AS in_disputes,
        count(value) FILTER (starts_with(measure, 'proactive/')) AS in_proactive,
        count(*) FILTER (state = 'unreadable' AND starts_with(measure, 'requests/')) AS unread_requests,
        count(*) FILTER (state = 'unreadable' AND starts_with(measure, 'disputes/')) AS unread_disputes,
        count(*) FILTER (state = 'unreadable' AND starts_with(measure, 'proactive/')) AS unread_proactive
    FROM measure_value
    GROUP BY unit_id, year
),
words AS (
    SELECT
        file_id,
        max(length(regexp_replace(text, '[\s\x{3000}\x{A0}]', '', 'g'))) FILTER (number = '一') AS length,
        bool_or(number = '一' AND regexp_matches(text, '废止|清理|失效')) AS cleared,
        bool_or(number = '一' AND regexp_matches(text, '[^无未没有现](?:逾期|超期)(?:未|才|答复|回复|办结|办理)')) AS overdue,
        bool_or(number = '一' AND regexp_matches(text, '(?:按时|按期|期限内)(?:予以|全部)?(?:答复|办结|回复|办理)|(?:办结|答复)率[为达到]{0,2}100')) AS in_time,
        bool_or(number = '一' AND regexp_matches(text, '考核')) AS assessed,
        bool_or(number = '一' AND regexp_matches(text, '培训|评议')) AS trained,
        bool_or(number = '一' AND regexp_matches(text, '责任追究|追究责任|追责|问责')) AS accountable,
        max(len(list_filter(
            regexp_split_to_array(chr(10) || text, '\n[\s\x{3000}\x{A0}]*[（(][一二三四五六七八九][）)]')[2:],
            lambda part: length(regexp_replace(regexp_replace(part, '^[^。：:\n]{0,24}[。：:\n]?', ''), '[\s\x{3000}\x{A0}]', '', 'g')) < 20
        ))) FILTER (number = '一') AS short
    FROM section
    GROUP BY file_id
),
line AS (
    SELECT
        r.file_id, r.unit_id, r.year,
        CASE WHEN d.late IS NULL THEN 0 WHEN d.late <= 0 THEN 8 WHEN d.late <= 7 THEN 5 WHEN d.late <= 30 THEN 2 ELSE 0 END AS a1,
        greatest(4 - coalesce(f.parts, 0), 0) AS a2,
        greatest(3 - coalesce(f.missing_tables, 0) - 0.5 * coalesce(f.odd_tables, 0), 0) AS a3,
        CASE WHEN v.in_requests = 0 OR v.unread_requests > 0 THEN 10 ELSE greatest(
            10 - 4 * coalesce(f.total_column, FALSE)::INTEGER - 2 * coalesce(f.other_columns, FALSE)::INTEGER
            - 2 * coalesce(f.sums, 0), 0) END AS b1,
        CASE WHEN v.in_disputes = 0 OR v.unread_disputes > 0 THEN 4 ELSE greatest(4 - 2 * coalesce(f.disputes, 0), 0) END AS b2,
        CASE WHEN v.in_proactive = 0 OR v.unread_proactive > 0 THEN 3
            ELSE greatest(3 - 3 * coalesce(f.rules_made, FALSE)::INTEGER - coalesce(f.odd_figures, 0), 0) END AS b3,
        CASE WHEN l.file_id IS NULL OR v.in_requests = 0 OR v.unread_requests > 0 OR w.in_requests = 0 OR w.unread_requests > 0 THEN 6
            ELSE greatest(6 - 4 * coalesce(f.carried, FALSE)::INTEGER - coalesce(f.carried_by, FALSE)::INTEGER
            - 2 * coalesce(f.stock, FALSE)::INTEGER, 0) END AS b4,
        greatest(7 - 2 * coalesce(f.words, 0), 0) AS b5,
        greatest(5 - 5 * coalesce(f.no_first, 0) - coalesce(f.aspects, 0) - coalesce(s.short, 0), 0) AS c1,
        CASE WHEN s.length IS NULL THEN 1 WHEN s.length < 200 THEN 0 WHEN s.length <= 1200 THEN 1 WHEN s.length <= 1500 THEN 0.5
            ELSE 0 END AS c2,
        greatest(4 - 4 * coalesce(f.no_fifth, 0) - 4 * coalesce(f.empty, 0) - 2 * coalesce(f.half, 0), 0) AS c3,
        CASE WHEN coalesce(f.alike, 0) < 70 THEN 5 WHEN f.alike < 85 THEN 3 WHEN f.alike < 95 THEN 1 ELSE 0 END AS c4,
        2 * (v.total IS NOT NULL)::INTEGER + v.channels::INTEGER
            + (v.total IS NOT NULL AND v.channels AND coalesce(f.parts_sum, 0) = 0)::INTEGER AS d1,
        CASE WHEN coalesce(v.documents, 0) = 0 THEN 4 ELSE greatest(
            4 - 2 * coalesce(f.stock, FALSE)::INTEGER - coalesce(f.stock_words, FALSE)::INTEGER
            - (NOT coalesce(s.cleared, TRUE))::INTEGER, 0) END AS d2,
        2 * v.interpretations::INTEGER AS d3,
        CASE WHEN w.exact_total > 0 AND v.exact_total IS NOT NULL AND abs(v.exact_total - w.exact_total) > 0.5 * w.exact_total
            THEN 1 ELSE 2 END AS d4,
        CASE WHEN coalesce(v.at_hand, 0) = 0 THEN 6 WHEN v.carried_out <= 0.1 * v.at_hand OR v.carried_out <= 1 THEN 6
            WHEN v.carried_out <= 0.25 * v.at_hand THEN 4 WHEN v.carried_out <= 0.4 * v.at_hand THEN 2
            WHEN v.carried_out IS NULL THEN 6 ELSE 0 END AS e1,
        CASE WHEN coalesce(v.at_hand, 0) < 5 THEN 4 ELSE 4
            - 2 * coalesce(v.processed > 0 AND v.misc > 0.3 * v.processed, FALSE)::INTEGER
            - coalesce(v.processed > 0 AND v.petitions > 0.5 * v.processed, FALSE)::INTEGER
            - coalesce(v.processed > 0 AND v.granted = 0 AND v.denied > 0, FALSE)::INTEGER END AS e2,
        CASE WHEN coalesce(v.at_hand, 0) = 0 OR s.file_id IS NULL THEN 3 WHEN s.overdue THEN 0 WHEN s.in_time THEN 3 ELSE 1.5 END AS e3,
        greatest(8 - 3 * coalesce(v.overturned, 0), 0) AS f1,
        greatest(4 - 3 * coalesce(f.no_sixth, 0) - 3 * coalesce(f.no_fee, 0) - 1.5 * coalesce(f.fee_elsewhere, 0)
            - coalesce(f.odd_fee, FALSE)::INTEGER, 0) AS g1,
        coalesce(s.assessed::INTEGER + s.trained::INTEGER + s.accountable::INTEGER, 0) AS h1
    FROM report r
    JOIN figure v ON v.unit_id = r.unit_id AND v.year = r.year
    LEFT JOIN figure w ON w.unit_id = r.unit_id AND w.year = r.year - 1
    LEFT JOIN report l ON l.unit_id = r.unit_id AND l.year = r.year - 1 AND l.is_chosen
    LEFT JOIN days d ON d.file_id = r.file_id
    LEFT JOIN found f ON f.file_id = r.file_id
    LEFT JOIN words s ON s.file_id = r.file_id
    WHERE r.is_chosen
)
SELECT
    unit_id, year,
    (a1 + a2 + a3 + b1 + b2 + b3 + b4 + b5 + c1 + c2 + c3 + c4 + d1 + d2 + d3 + d4 + e1 + e2 + e3 + f1 + g1 + h1)::DECIMAL(11, 2)
        AS points
FROM line
