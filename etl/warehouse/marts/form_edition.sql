-- Which edition of the form holds for which report years, so that breaks are drawn where they are?
CREATE VIEW form_edition AS
SELECT *
FROM (
    VALUES
    (NULL::VARCHAR, 2008, 2018, '2018年及以前：旧表'),
    ('2019', 2019, 2020, '2019—2020年：国办公开办函〔2019〕60号（试行）'),
    ('2021', 2021, 9999, '2021年起：国办公开办函〔2021〕30号')
) AS edition (form, first_year, last_year, label);
