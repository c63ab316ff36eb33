-- Which reports were published after the day that holds for their unit? An unknown day is never a late one.
WITH due AS (
    SELECT
        c.file_id,
        coalesce(
            (
                SELECT d.due_on FROM deadline d
                WHERE d.year = c.year AND d.target IN (c.unit_id, c."group", c.kind, '全部')
                ORDER BY list_position([c.unit_id, c."group", c.kind, '全部'], d.target) LIMIT 1
            ),
            CASE
                WHEN c.year < 2019 OR c.kind = 'area' THEN make_date(c.year + 1, 3, 31)
                ELSE make_date(c.year + 1, 1, 31)
            END
        ) AS due_on
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
