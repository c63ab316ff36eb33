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
    choice_reason VARCHAR NOT NULL
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
