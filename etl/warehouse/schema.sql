-- What one build of the warehouse holds. A build is a file of its own and is never changed once it is in force.
-- Absence has a name at every layer: a cell that was not read has a state and no value; a report that was not
-- filed has no row here and gets its name in marts/filing.sql.

CREATE TABLE build (
    build_id     VARCHAR PRIMARY KEY,
    built_at     TIMESTAMP NOT NULL,      -- local time of the machine that built it
    content_hash VARCHAR NOT NULL,        -- of every row of every other table: equal content, equal hash
    input_hash   VARCHAR NOT NULL,        -- of the files, the registers and the code that went in
    county       VARCHAR NOT NULL,
    is_sample    BOOLEAN NOT NULL,        -- invented data: every page and export says 示例数据
    file_count   INTEGER NOT NULL,
    parsed_count INTEGER NOT NULL         -- how many of them this build had to parse; the rest was carried over
);

CREATE TABLE unit (
    unit_id      VARCHAR PRIMARY KEY,
    position     INTEGER NOT NULL,        -- order of units.csv
    code         VARCHAR NOT NULL,
    name         VARCHAR NOT NULL,
    aliases      VARCHAR[] NOT NULL,
    kind         VARCHAR NOT NULL,        -- area | office | department | township | town | subdistrict | zone
    kind_label   VARCHAR NOT NULL,
    "group"      VARCHAR NOT NULL,        -- compared within
    valid_from   INTEGER,                 -- first and last report year
    valid_to     INTEGER,
    merged_into  VARCHAR,
    is_due       BOOLEAN NOT NULL
);

CREATE TABLE collected_year (
    year      INTEGER PRIMARY KEY,
    collected BOOLEAN NOT NULL,
    note      VARCHAR NOT NULL
);

CREATE TABLE event (
    happened_on DATE NOT NULL,
    scope       VARCHAR NOT NULL,         -- unit_id, group, or blank for all
    text        VARCHAR NOT NULL
);

CREATE TABLE form_cell (
    form         VARCHAR NOT NULL,        -- edition
    cell         VARCHAR NOT NULL,        -- table/row/column
    position     INTEGER NOT NULL,        -- order of printing within the edition
    "table"      VARCHAR NOT NULL,
    "row"        VARCHAR NOT NULL,
    "column"     VARCHAR NOT NULL,
    table_label  VARCHAR NOT NULL,        -- 表二 主动公开政府信息情况 …
    group_label  VARCHAR NOT NULL,        -- the group path above the row, '' for none
    row_label    VARCHAR NOT NULL,
    column_label VARCHAR NOT NULL,
    unit         VARCHAR NOT NULL,        -- 件, 万元
    clause       VARCHAR NOT NULL,
    is_total     BOOLEAN NOT NULL,
    is_comparable BOOLEAN NOT NULL,       -- every edition has this cell: figures of all years mean the same
    is_variant   BOOLEAN NOT NULL,        -- stands in some documents instead of the printed rows
    replaced_by  VARCHAR,                 -- the variant cell that stands instead of this one in those documents
    PRIMARY KEY (form, cell)
);

CREATE TABLE measure (                    -- the metric dictionary: what every figure shown means
    measure     VARCHAR PRIMARY KEY,      -- a cell of the form, a figure of the prose, or one made of several cells
    position    INTEGER NOT NULL,
    kind        VARCHAR NOT NULL,         -- cell | claim | sum | share
    name        VARCHAR NOT NULL,
    unit        VARCHAR NOT NULL,
    definition  VARCHAR NOT NULL,
    formula     VARCHAR NOT NULL,
    smallest_n  INTEGER NOT NULL,         -- of a share: the fewest it is told in percent for
    editions    VARCHAR[] NOT NULL,       -- of the form, whose tables have it; empty for the prose
    is_headline BOOLEAN NOT NULL,
    topic       VARCHAR NOT NULL,         -- published | outcome | '': those that are shown side by side
    "table"     VARCHAR,                  -- from here on only of a single cell, as the newest edition prints it
    "row"       VARCHAR,
    "column"    VARCHAR,
    table_label VARCHAR,
    group_label VARCHAR,
    row_label   VARCHAR,
    column_label VARCHAR,
    clause      VARCHAR
);

CREATE TABLE measure_term (               -- what a measure is made of: cells, or the figure of the prose that it is
    measure VARCHAR NOT NULL,
    part    VARCHAR NOT NULL,             -- sum | of
    item    VARCHAR NOT NULL
);

CREATE TABLE measure_value (              -- what each measure says of each unit and year; made of the other tables alone
    measure     VARCHAR NOT NULL,
    unit_id     VARCHAR NOT NULL,
    year        INTEGER NOT NULL,
    state       VARCHAR NOT NULL,         -- one of the eight value states
    value       DECIMAL(38, 6),           -- only where reported or zero
    of_value    DECIMAL(38, 6),           -- of a share: what it is a share of
    approximate BOOLEAN NOT NULL,
    raw         VARCHAR,
    locator STRUCT(part VARCHAR, page INTEGER, "table" INTEGER, "row" INTEGER, "column" INTEGER, line INTEGER, paragraph INTEGER),
    file_id     INTEGER,                  -- of the report in force; NULL where there is none
    source_id   INTEGER                   -- the same, or the file that bears the unit's name and was not read
);

CREATE TABLE source_file (
    file_id  INTEGER PRIMARY KEY,         -- order of path: the same files always get the same ids
    path     VARCHAR NOT NULL UNIQUE,     -- relative to the county's folder
    sha256   VARCHAR NOT NULL,
    size     BIGINT NOT NULL,             -- bytes
    format   VARCHAR NOT NULL,            -- text | html | unknown
    outcome  VARCHAR NOT NULL,            -- complete | partial | rejected | unreadable
    reason   VARCHAR NOT NULL,            -- in Chinese, '' when there is nothing to say
    named_unit_id VARCHAR,                -- what the file's own name says, and with the folder agreeing the year:
    named_year    INTEGER,                -- whose report it should be, should nobody be able to read it
    parse_key VARCHAR NOT NULL            -- equal key, equal rows: what a later build may carry over
);

CREATE TABLE report (
    file_id       INTEGER PRIMARY KEY,    -- one row for each file that was read as a yearly report
    unit_id       VARCHAR,                -- NULL: waits to be claimed (待认领)
    unit_name     VARCHAR,                -- as the document writes it
    year          INTEGER,                -- report year; NULL: waits to be claimed
    form          VARCHAR,                -- edition, NULL where the document follows none we know
    scope         VARCHAR,                -- area_aggregate | single_organ
    stat_start    DATE,
    stat_end      DATE,
    signed_on     DATE,
    published_at  DATE,
    title         VARCHAR,
    status        VARCHAR NOT NULL,       -- complete | partial
    is_chosen     BOOLEAN NOT NULL,       -- the one in force among several for the same unit and year
    choice_reason VARCHAR NOT NULL,
    opening       VARCHAR NOT NULL,       -- the text above the first section, one paragraph a line
    read_unit_id  VARCHAR,                -- unit and year as the document itself says; where a person claimed the file
    read_year     INTEGER                 -- (see file_claimed) unit_id and year are what that person said
);

CREATE TABLE altered_label (              -- a name printed otherwise than the form prints it
    file_id  INTEGER NOT NULL,
    target   VARCHAR NOT NULL,            -- table/row, table/*/column, section/number
    printed  VARCHAR NOT NULL,
    standard VARCHAR NOT NULL,
    locator STRUCT(part VARCHAR, page INTEGER, "table" INTEGER, "row" INTEGER, "column" INTEGER, line INTEGER, paragraph INTEGER)
);

CREATE TABLE witness (                    -- the evidence on which year and unit were decided
    file_id  INTEGER NOT NULL,
    subject  VARCHAR NOT NULL,            -- year | unit
    position INTEGER NOT NULL,
    kind     VARCHAR NOT NULL,
    value    VARCHAR NOT NULL,
    raw      VARCHAR NOT NULL
);

CREATE TABLE section (
    file_id INTEGER NOT NULL,
    number  VARCHAR NOT NULL,             -- 一 … 六
    title   VARCHAR NOT NULL,
    aspects VARCHAR[] NOT NULL,
    text    VARCHAR NOT NULL,
    locator STRUCT(part VARCHAR, page INTEGER, "table" INTEGER, "row" INTEGER, "column" INTEGER, line INTEGER, paragraph INTEGER)
);

CREATE TABLE fact (
    file_id INTEGER NOT NULL,
    cell    VARCHAR NOT NULL,
    state   VARCHAR NOT NULL,             -- reported | blank | slash | unreadable | absent
    value   DECIMAL(20, 6),               -- only where reported; in the unit of form_cell
    raw     VARCHAR,                      -- the cell's text as printed
    confidence FLOAT,                     -- 0 to 1 where guessed from a picture, NULL where the file itself says it
    locator STRUCT(part VARCHAR, page INTEGER, "table" INTEGER, "row" INTEGER, "column" INTEGER, line INTEGER, paragraph INTEGER)
);

-- What people decided, from the ledger, as far as it makes figures: looked up anew by every build, never carried over.
CREATE TABLE correction (                 -- a misread cell, put right by a person; `fact` keeps what was read
    file_id  INTEGER NOT NULL,
    cell     VARCHAR NOT NULL,
    state    VARCHAR NOT NULL,            -- what the cell says according to that person
    value    DECIMAL(20, 6),
    expected VARCHAR,                     -- the raw text that person saw
    is_applied BOOLEAN NOT NULL,          -- false: the text read now is another one, the correction has lapsed
    entry_id INTEGER NOT NULL,            -- of the ledger
    who      VARCHAR NOT NULL,
    made_at  VARCHAR NOT NULL,            -- ISO 8601, local time with offset
    why      VARCHAR NOT NULL
);

CREATE TABLE file_claimed (               -- whose report it is and of which year, said by a person
    file_id  INTEGER NOT NULL,
    unit_id  VARCHAR NOT NULL,
    year     INTEGER NOT NULL,
    entry_id INTEGER NOT NULL,
    who      VARCHAR NOT NULL,
    made_at  VARCHAR NOT NULL
);

CREATE TABLE file_dated (                 -- when a version came in and was published, said by a person
    file_id      INTEGER NOT NULL,
    received_on  DATE,
    published_on DATE,
    entry_id     INTEGER NOT NULL,
    who          VARCHAR NOT NULL,
    made_at      VARCHAR NOT NULL
);

CREATE TABLE deadline (                   -- of DIR/deadlines.csv: the day by which a report must be published
    year   INTEGER NOT NULL,              -- report year
    target VARCHAR NOT NULL,              -- a unit_id, a group, a kind of unit, or 全部; the narrowest holds
    due_on DATE NOT NULL
);

CREATE TABLE claim (
    file_id     INTEGER NOT NULL,
    claim       VARCHAR NOT NULL,         -- published_total, requests_received …
    value       DECIMAL(20, 6) NOT NULL,
    counter     VARCHAR NOT NULL,
    approximate BOOLEAN NOT NULL,
    sentence    VARCHAR NOT NULL,
    locator STRUCT(part VARCHAR, page INTEGER, "table" INTEGER, "row" INTEGER, "column" INTEGER, line INTEGER, paragraph INTEGER)
);

CREATE TABLE problem (                    -- what we could not read or decide; never an accusation of the unit
    file_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    code    VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    raw     VARCHAR,
    locator STRUCT(part VARCHAR, page INTEGER, "table" INTEGER, "row" INTEGER, "column" INTEGER, line INTEGER, paragraph INTEGER)
);

CREATE TABLE rule (                       -- what is checked, in the order of the rule files
    rule     VARCHAR PRIMARY KEY,         -- T3-01 …
    position INTEGER NOT NULL,
    title    VARCHAR NOT NULL,
    formula  VARCHAR NOT NULL,            -- in Chinese, as a person would say it
    basis    VARCHAR NOT NULL,            -- the clause of 条例, of the form's notice, or the arithmetic it follows from
    severity VARCHAR NOT NULL,            -- must_fix | verify | notice
    kinds    INTEGER[] NOT NULL,          -- of the list of 48 kinds of error
    forms    VARCHAR[] NOT NULL,          -- editions it holds for
    remedy   VARCHAR NOT NULL,
    example  VARCHAR NOT NULL
);

CREATE TABLE rule_result (                -- how often each rule was looked at, in the reports in force
    rule    VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,             -- holds | broken | doubtful | not_assessable
    count   INTEGER NOT NULL
);

CREATE TABLE finding (                    -- what was read and does not add up, or could not be told; never what holds
    fingerprint VARCHAR PRIMARY KEY,      -- rule, unit, year, cells and values: a decision about it holds while these do
    subject     VARCHAR NOT NULL,         -- the same without the values: the same fault in a corrected version
    position    INTEGER NOT NULL,         -- within the report: by place
    rule        VARCHAR NOT NULL,
    severity    VARCHAR NOT NULL,         -- must_fix | verify | notice; never must_fix where doubtful
    verdict     VARCHAR NOT NULL,         -- broken | doubtful
    unit_id     VARCHAR,
    year        INTEGER,
    file_id     INTEGER NOT NULL,         -- the report in force it was found in
    "where"     VARCHAR NOT NULL,         -- in words: 表三“总计”列
    found       VARCHAR NOT NULL,
    expected    VARCHAR NOT NULL,
    message     VARCHAR NOT NULL,         -- what, where, found against expected, what to do
    remedy      VARCHAR NOT NULL,
    cells       VARCHAR[] NOT NULL,       -- to be marked in the original, [] where it is about words
    passage     VARCHAR NOT NULL,         -- the words it is about, '' where it is about cells
    locator STRUCT(part VARCHAR, page INTEGER, "table" INTEGER, "row" INTEGER, "column" INTEGER, line INTEGER, paragraph INTEGER),
    other_file_id INTEGER,                -- the report it was compared with: last year's, another unit's
    other_passage VARCHAR NOT NULL
);

CREATE TABLE finding_operand (            -- the figures a finding rests on
    fingerprint VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    side     VARCHAR NOT NULL,            -- found | expected
    file_id  INTEGER NOT NULL,
    cell     VARCHAR NOT NULL,
    weight   INTEGER NOT NULL,            -- as the identity adds it up
    state    VARCHAR NOT NULL,
    value    DECIMAL(20, 6),
    raw      VARCHAR,
    locator STRUCT(part VARCHAR, page INTEGER, "table" INTEGER, "row" INTEGER, "column" INTEGER, line INTEGER, paragraph INTEGER)
);

-- What etl.score makes of the tables above and of DIR/rubrics; its docstring says how the columns hang together.
CREATE TABLE rubric (
    year         INTEGER PRIMARY KEY,     -- report year that it scores: the name of its file
    file         VARCHAR NOT NULL,
    rubric_sha   VARCHAR NOT NULL,        -- of what it says, however it is written; '' where it cannot be used
    rubric_title VARCHAR NOT NULL,
    issued_by    VARCHAR NOT NULL,
    is_example   BOOLEAN NOT NULL,        -- 示例: every page and export says so
    content      VARCHAR NOT NULL,        -- the whole rubric as JSON, figures as texts; '' where it cannot be used
    fault        VARCHAR NOT NULL         -- why it cannot be used and what to do, '' where it can
);

CREATE TABLE score (
    rubric_sha    VARCHAR NOT NULL,
    rubric_title  VARCHAR NOT NULL,
    is_example    BOOLEAN NOT NULL,
    year          INTEGER NOT NULL,
    unit_id       VARCHAR NOT NULL,
    "group"       VARCHAR NOT NULL,       -- of the rubric: ranked only within; '' for no_group
    status        VARCHAR NOT NULL,       -- scored | not_filed | unreadable | not_collected | not_due | no_group
    file_id       INTEGER,                -- the report in force; the columns below are NULL unless scored
    "full"        DECIMAL(11, 2) NOT NULL,
    auto_points   DECIMAL(11, 2),         -- counted by the machine …
    auto_possible DECIMAL(11, 2),         -- … of so many
    granted       DECIMAL(11, 2),         -- of auto_points: granted although nobody could tell
    unread        DECIMAL(11, 2),         -- of granted: because the report could not be read there
    skipped       DECIMAL(11, 2),         -- left out: neither points nor possible
    manual_open   INTEGER,                -- indicators that wait for a person …
    open_points   DECIMAL(11, 2),         -- … and what they are worth together
    bonus         DECIMAL(11, 2),
    penalty       DECIMAL(11, 2),
    points        DECIMAL(11, 2),         -- the total as known, open indicators at 0: the lowest reachable; NULL: all skipped
    highest       DECIMAL(11, 2),         -- the highest reachable; points where nothing is open
    veto_cap      VARCHAR,                -- the best grade that is left after 一票降级; NULL for none
    grade         VARCHAR,                -- NULL while open indicators could still change it
    grade_lowest  VARCHAR,
    grade_highest VARCHAR,
    PRIMARY KEY (year, unit_id)
);

CREATE TABLE score_final (                 -- years whose scores are shut: `score` holds what was frozen then
    year         INTEGER PRIMARY KEY,
    sha256       VARCHAR NOT NULL,        -- of scores/<year>.json.gz, printed on what is exported
    rubric_sha   VARCHAR NOT NULL,
    build_id     VARCHAR NOT NULL,        -- of the build that was frozen
    finalised_by VARCHAR NOT NULL,
    finalised_at VARCHAR NOT NULL,        -- ISO 8601, local time with offset
    why          VARCHAR NOT NULL,
    fault        VARCHAR NOT NULL         -- why the frozen scores cannot be shown and what to do, '' where they can
);

CREATE TABLE score_reason (
    rubric_sha     VARCHAR NOT NULL,
    year           INTEGER NOT NULL,
    unit_id        VARCHAR NOT NULL,
    position       INTEGER NOT NULL,      -- of the indicator within the rubric
    role           VARCHAR NOT NULL,      -- main | bonus | penalty | veto
    dimension      VARCHAR NOT NULL,      -- '' for bonus, penalty, veto
    dimension_name VARCHAR NOT NULL,
    indicator      VARCHAR NOT NULL,
    indicator_name VARCHAR NOT NULL,
    item           INTEGER NOT NULL,      -- 0: the indicator itself; 1, 2, …: what it is made of
    state          VARCHAR NOT NULL,      -- counted | manual | manual_open | no_exposure | small_n | not_assessed | waived | doubtful
    "full"         DECIMAL(11, 2) NOT NULL, -- what it can be worth
    points         DECIMAL(11, 2),        -- what it is worth; NULL while open, where skipped, and of deducting items
    deducted       DECIMAL(11, 2),        -- what it takes in fact; NULL likewise
    amount         DECIMAL(11, 2),        -- of an item: what it would take or add if there were no cap
    capped_by      VARCHAR NOT NULL,      -- '' | item | indicator | dimension: what kept it from `amount`
    kind           VARCHAR NOT NULL,      -- rule | measure | observed | said | manual; '' where it is made of items
    subject        VARCHAR NOT NULL,      -- id of the rule, the measures, the observed, or the words looked for
    operands       VARCHAR NOT NULL,      -- the figures in words: 结转下年申请 3 件 ÷ 应办申请 12 件
    cells          VARCHAR[] NOT NULL,    -- in which they stand
    fingerprint    VARCHAR,               -- of the finding
    file_id        INTEGER,               -- of the report they stand in
    words          VARCHAR NOT NULL
);
