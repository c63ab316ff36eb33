-- Which reports were published after the day that holds for their unit? An unknown day is never a late one.
WITH due AS (
    SELECT c.file_id, due_on(c.unit_id, c."group", c.kind, c.year) AS due_on
    FROM checked_report c
),
published AS (
    SELECT
        c.file_id,
        coalesce(
            (SELECT d.published_on FROM file_dated d WHERE d.file_id = c.file_id ORDER BY d.entry_id DESC LIMIT 1),
            r.published_at
        ) AS published_on
    FROM checked_report c JOIN report r USING (file_id)
)
SELECT
    'D-02' AS rule, file_id, '公布日期' AS "where",
    CASE WHEN published_on > due_on
        THEN strftime(published_on, '%Y-%m-%d') || '公布，晚' || (published_on - due_on) || '天' ELSE '' END AS found,
    coalesce('最迟' || strftime(due_on, '%Y-%m-%d'), '') AS expected,
    CASE
        WHEN published_on IS NULL OR due_on IS NULL THEN 'not_assessable'
        WHEN published_on > due_on THEN 'broken' ELSE 'holds'
    END AS verdict
FROM due JOIN published USING (file_id)
