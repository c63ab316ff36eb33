-- Are there more requests left over than the time limit explains, and can the processing fee have been what it says?
WITH total AS (
    SELECT c.file_id, c.year,
        max(f.value) FILTER (WHERE f.cell = 'requests/new_received/total') AS received,
        max(f.value) FILTER (WHERE f.cell = 'requests/carried_in/total') AS carried_in,
        max(f.value) FILTER (WHERE f.cell = 'requests/carried_out/total') AS carried_out,
        max(f.value) FILTER (WHERE f.cell = 'requests/other_fee_unpaid/total') AS unpaid,
        any_value(f.locator) FILTER (WHERE f.cell = 'requests/carried_out/total') AS carried_place,
        any_value(f.locator) FILTER (WHERE f.cell = 'requests/other_fee_unpaid/total') AS unpaid_place
    FROM checked_report c
    JOIN fact_now f ON f.file_id = c.file_id
    GROUP BY c.file_id, c.year
),
fee AS (                                   -- the report's own figure, where it says only one and says it exactly
    SELECT file_id, max(value) AS yuan,
        first(sentence ORDER BY locator.page, locator.line, locator.paragraph, sentence) AS sentence,
        first(locator ORDER BY locator.page, locator.line, locator.paragraph, sentence) AS locator
    FROM claim
    WHERE claim = 'info_fee_yuan'
    GROUP BY file_id
    HAVING count(DISTINCT value) = 1 AND NOT bool_or(approximate) AND max(value) > 0
),
paged AS (SELECT DISTINCT file_id FROM section WHERE regexp_matches(text, '按页|[0-9]+\s*页|元/页'))
SELECT
    'R-25' AS rule, t.file_id, '表三“四、结转下年度继续办理”行“总计”格' AS "where",
    '结转 ' || t.carried_out::BIGINT || ' 件，占本年新收与上年结转之和 ' || (t.received + t.carried_in)::BIGINT || ' 件的 '
        || round(100 * t.carried_out / (t.received + t.carried_in))::BIGINT || '%' AS found,
    '年末在办的一般只是最后两个月收到的' AS expected,
    ['requests/carried_out/total'] AS cells, t.carried_place AS locator, '' AS passage
FROM total t
WHERE t.carried_out > 3 AND t.received + t.carried_in > 0 AND t.carried_out * 4 > t.received + t.carried_in
UNION ALL
SELECT
    'F-10', f.file_id, '正文“信息处理费”', '收取 ' || figure(f.yuan) || ' 元',
    '各档标准都是 10 元的整倍数', [], f.locator, f.sentence
FROM fee f
JOIN total t ON t.file_id = f.file_id AND t.year >= 2021
WHERE f.yuan % 10 <> 0
UNION ALL
SELECT
    'F-11', t.file_id,
    CASE WHEN f.yuan IS NULL THEN '表三“（六）其他处理”2.行“总计”格' ELSE '正文“信息处理费”' END,
    CASE WHEN f.yuan IS NULL THEN '逾期不缴费 ' || t.unpaid::BIGINT || ' 件'
        ELSE '收取 ' || figure(f.yuan) || ' 元' END
        || '，全年新收 ' || t.received::BIGINT || ' 件',
    '按件计收从同一申请人当月第 11 件起',
    CASE WHEN f.yuan IS NULL THEN ['requests/other_fee_unpaid/total'] ELSE [] END,
    CASE WHEN f.yuan IS NULL THEN t.unpaid_place ELSE f.locator END, coalesce(f.sentence, '')
FROM total t
LEFT JOIN fee f ON f.file_id = t.file_id
WHERE t.year >= 2021 AND t.received + coalesce(t.carried_in, 0) <= 10 AND (f.yuan > 0 OR t.unpaid > 0)
    AND NOT EXISTS (FROM paged p WHERE p.file_id = t.file_id)
