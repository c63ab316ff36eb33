-- Which figures of the prose do the pages show, under which name and measure word?
-- They have no cell in the form: a unit that does not state one left nothing out.
CREATE VIEW claim_item AS
SELECT *
FROM (
    VALUES
    ('published_total', 1, '主动公开信息总数', '条'),
    ('published_website', 2, '政府网站发布', '条'),
    ('published_wechat', 3, '微信公众号发布', '条'),
    ('published_weibo', 4, '微博发布', '条'),
    ('published_new_media', 5, '新媒体发布合计', '条'),
    ('published_other', 6, '其他渠道发布', '条'),
    ('policy_interpretations', 7, '政策解读', '条'),
    ('training_sessions', 8, '培训', '次'),
    ('requests_received', 9, '收到申请', '件'),
    ('requests_carried_in', 10, '上年结转申请', '件'),
    ('requests_processed', 11, '办结申请', '件'),
    ('requests_carried_out', 12, '结转下年申请', '件'),
    ('reconsideration_total', 13, '行政复议', '件'),
    ('litigation_total', 14, '行政诉讼', '件'),
    ('normative_documents_issued', 15, '制发规范性文件', '件'),
    ('normative_documents_repealed', 16, '废止规范性文件', '件'),
    ('normative_documents_in_force', 17, '现行有效规范性文件', '件'),
    ('info_fee_yuan', 18, '信息处理费', '元'),
    ('info_fee_notices', 19, '信息处理费收费通知', '件')
) AS item (claim, claim_position, label, counter);
