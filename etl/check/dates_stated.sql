-- Do the statistical period and the signing date fit the report year?
WITH stated AS (
    SELECT
        c.file_id, c.year, r.stat_start, r.stat_end, r.signed_on,
        coalesce(
            (SELECT d.published_on FROM file_dated d WHERE d.file_id = c.file_id ORDER BY d.entry_id DESC LIMIT 1),
            r.published_at
        ) AS published_on,
        -- the year is beyond doubt: a person said it, or the title says it, or signing date and file name both do
        r.read_year IS DISTINCT FROM r.year OR (
            SELECT coalesce(sum(CASE w.kind WHEN '标题' THEN 2 ELSE 1 END), 0) FROM witness w
            WHERE w.file_id = c.file_id AND w.subject = 'year' AND w.value = c.year::VARCHAR
                AND w.kind IN ('标题', '落款日期减一年', '文件名')
        ) >= 2 AS is_sure
    FROM checked_report c JOIN report r USING (file_id)
),
period AS (
    SELECT
        *,
        strftime(stat_start, '%Y-%m-%d') || ' 至 ' || strftime(stat_end, '%Y-%m-%d') AS printed,
        make_date(year, 1, 1) || ' 至 ' || make_date(year, 12, 31) AS whole_year,
        stat_start = make_date(year, 1, 1) AND stat_end = make_date(year, 12, 31) AS fits,
        year(stat_start) <> year AND year(stat_end) = year(stat_start) AND is_sure AS is_another_year
    FROM stated
    WHERE stat_start IS NOT NULL AND stat_end IS NOT NULL AND year IS NOT NULL
)
SELECT 'D-22' AS rule, file_id, '统计期限' AS "where", printed AS found, whole_year AS expected, 'broken' AS verdict
FROM period WHERE NOT fits AND is_another_year
UNION ALL
SELECT 'D-22P', file_id, '统计期限', printed, whole_year, 'broken'
FROM period WHERE NOT fits AND NOT is_another_year
UNION ALL
SELECT rule, file_id, '统计期限', '', '', 'not_assessable'
FROM stated, (VALUES ('D-22'), ('D-22P')) r(rule) WHERE stat_start IS NULL OR stat_end IS NULL OR year IS NULL
UNION ALL
SELECT
    'D-22S', file_id, '落款日期', coalesce(strftime(signed_on, '%Y-%m-%d'), ''),
    CASE
        WHEN signed_on IS NULL OR year IS NULL THEN ''
        WHEN signed_on <= make_date(year, 12, 31) THEN '统计期限结束之后，即' || (year + 1) || '年'
        WHEN signed_on >= make_date(year + 2, 1, 1) THEN (year + 1) || '年'
        ELSE '不晚于公布日期' || coalesce(strftime(published_on, '%Y-%m-%d'), '')
    END,
    CASE
        WHEN signed_on IS NULL OR year IS NULL THEN 'not_assessable'
        WHEN signed_on < make_date(year, 12, 20) OR signed_on >= make_date(year + 2, 1, 1) OR signed_on > published_on
            THEN 'broken'
        ELSE 'holds'
    END
FROM stated
