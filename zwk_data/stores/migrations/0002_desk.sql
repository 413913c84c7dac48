-- The Geschäftsstelle's desk: plans, money, good practice and tools beside the documented facts; every record has one
-- key of its own, so that its history stays with it whatever changes.
--
-- No foreign keys and no second unique index: DuckDB checks them inside a transaction against what was there before it,
-- and so refuses to delete a record with all that hangs on it, or to undo an import. The writing transaction checks
-- both itself (zwk_data/warehouse/integrity.py). The old tables have them, so they are written anew.

CREATE SEQUENCE record_number START 1;

CREATE TABLE participant_new (
    participant_id VARCHAR PRIMARY KEY CHECK (participant_id SIMILAR TO '[a-z0-9]+(-[a-z0-9]+)*'),
    name           VARCHAR NOT NULL CHECK (name <> ''),
    kind           VARCHAR NOT NULL CHECK (kind IN ('gemeinde', 'stadt', 'kreisfreie_stadt', 'landkreis',
                                                    'gemeindeverband', 'zusammenschluss', 'quartier')),
    land           VARCHAR NOT NULL,
    quarter        VARCHAR,
    admitted       VARCHAR NOT NULL,
    dwk_experience BOOLEAN NOT NULL,
    adviser        VARCHAR,
    note           VARCHAR,
    source_url     VARCHAR
);
INSERT INTO participant_new FROM participant;

CREATE TABLE participant_area_new (
    participant_id VARCHAR NOT NULL,
    level          VARCHAR NOT NULL CHECK (level IN ('gemeinde', 'verband', 'kreis')),
    area_key       VARCHAR NOT NULL,
    PRIMARY KEY (participant_id, area_key),
    CHECK (length(area_key) = CASE level WHEN 'gemeinde' THEN 8 WHEN 'verband' THEN 9 ELSE 5 END)
);
INSERT INTO participant_area_new FROM participant_area;

-- What took place. A date is a span as wide as its source is precise; „unknown“ has none.
CREATE TABLE stage_event_new (
    participant_id VARCHAR NOT NULL,
    stage          VARCHAR NOT NULL CHECK (stage IN ('kick_off', 'kommunalprofil', 'zukunftswerkstatt',
                                                     'werkstattplan', 'zwischenbilanz')),
    date_from      DATE,
    date_to        DATE,
    precision      VARCHAR NOT NULL CHECK (precision IN ('day', 'month', 'year', 'unknown')),
    note           VARCHAR NOT NULL DEFAULT '',
    source_url     VARCHAR,
    entered_by     VARCHAR NOT NULL,
    entered_at     TIMESTAMP,
    event_id       VARCHAR PRIMARY KEY,
    CHECK (CASE precision
               WHEN 'unknown' THEN date_from IS NULL AND date_to IS NULL
               WHEN 'day' THEN date_from IS NOT NULL AND date_to = date_from
               WHEN 'month' THEN date_from IS NOT NULL AND date_from = date_trunc('month', date_from)
                                 AND date_to = last_day(date_from)
               ELSE date_from IS NOT NULL AND date_from = date_trunc('year', date_from)
                    AND date_to = make_date(year(date_from), 12, 31) END)
);
INSERT INTO stage_event_new
SELECT *, 'e-' || nextval('record_number')
FROM (FROM stage_event ORDER BY participant_id, stage, date_from NULLS LAST, note);

-- What was meant to take place. Moving a date closes its row (status moved, with the reason) and adds another: the
-- first row of a stage is its first plan. A row is „held“ once the stage has taken place as planned.
CREATE TABLE stage_plan (
    plan_id        VARCHAR PRIMARY KEY,
    participant_id VARCHAR NOT NULL,
    stage          VARCHAR NOT NULL CHECK (stage IN ('kick_off', 'kommunalprofil', 'zukunftswerkstatt',
                                                     'werkstattplan', 'zwischenbilanz')),
    date_from      DATE NOT NULL,
    date_to        DATE NOT NULL,
    precision      VARCHAR NOT NULL CHECK (precision IN ('day', 'month', 'year')),
    status         VARCHAR NOT NULL CHECK (status IN ('planned', 'held', 'moved', 'dropped')),
    reason         VARCHAR,
    note           VARCHAR,
    entered_by     VARCHAR NOT NULL,
    entered_at     TIMESTAMP,
    CHECK (status NOT IN ('moved', 'dropped') OR coalesce(reason, '') <> ''),
    CHECK (CASE precision
               WHEN 'day' THEN date_to = date_from
               WHEN 'month' THEN date_from = date_trunc('month', date_from) AND date_to = last_day(date_from)
               ELSE date_from = date_trunc('year', date_from) AND date_to = make_date(year(date_from), 12, 31) END)
);

CREATE TABLE theme_new (
    theme_id VARCHAR PRIMARY KEY,
    name_de  VARCHAR NOT NULL CHECK (name_de <> ''),
    toolkit  BOOLEAN NOT NULL
);
INSERT INTO theme_new FROM theme;

CREATE TABLE participant_theme_new (
    participant_id VARCHAR NOT NULL,
    theme_id       VARCHAR NOT NULL,
    wording        VARCHAR NOT NULL CHECK (wording <> ''),
    source_url     VARCHAR,
    choice_id      VARCHAR PRIMARY KEY
);
INSERT INTO participant_theme_new
SELECT *, 't-' || nextval('record_number') FROM (FROM participant_theme ORDER BY participant_id, theme_id, wording);

CREATE TABLE measure_new (
    measure_id       VARCHAR PRIMARY KEY,
    participant_id   VARCHAR NOT NULL,
    theme_id         VARCHAR,
    title            VARCHAR NOT NULL CHECK (title <> ''),
    goal             VARCHAR,
    responsible      VARCHAR,
    starts           DATE,
    ends             DATE,
    budget_eur       DOUBLE CHECK (budget_eur >= 0),
    target_group     VARCHAR,
    status           VARCHAR NOT NULL CHECK (status IN ('idea', 'planned', 'running', 'done', 'parked', 'dropped')),
    indicator        VARCHAR,
    note             VARCHAR,
    source_url       VARCHAR,
    entered_by       VARCHAR NOT NULL,
    entered_at       TIMESTAMP,
    field_of_action  VARCHAR,
    indicator_unit   VARCHAR,
    indicator_start  DOUBLE,
    indicator_target DOUBLE,
    indicator_actual DOUBLE,
    CHECK (ends IS NULL OR starts IS NULL OR ends >= starts)
);
INSERT INTO measure_new BY NAME FROM measure;

-- What is told about a measure from time to time.
CREATE TABLE measure_note (
    note_id    VARCHAR PRIMARY KEY,
    measure_id VARCHAR NOT NULL,
    noted_on   DATE NOT NULL,
    text       VARCHAR NOT NULL CHECK (text <> ''),
    entered_by VARCHAR NOT NULL,
    entered_at TIMESTAMP
);

-- Meetings of the network: Werkstatttreffen, Fachdiskurs …
CREATE TABLE network_event (
    network_event_id VARCHAR PRIMARY KEY,
    title            VARCHAR NOT NULL CHECK (title <> ''),
    kind             VARCHAR NOT NULL CHECK (kind IN ('werkstatttreffen', 'fachdiskurs', 'schulung', 'beratung', 'other')),
    date_from        DATE NOT NULL,
    date_to          DATE NOT NULL CHECK (date_to >= date_from),
    place            VARCHAR,
    status           VARCHAR NOT NULL CHECK (status IN ('planned', 'held', 'moved', 'dropped')),
    reason           VARCHAR,
    note             VARCHAR,
    source_url       VARCHAR,
    entered_by       VARCHAR NOT NULL,
    entered_at       TIMESTAMP,
    CHECK (status NOT IN ('moved', 'dropped') OR coalesce(reason, '') <> '')
);

CREATE TABLE adviser (
    adviser_id VARCHAR PRIMARY KEY,
    name       VARCHAR NOT NULL CHECK (name <> ''),
    contact    VARCHAR,
    website    VARCHAR,
    note       VARCHAR
);

-- Mittel: what a Kommune was granted for a year, what it called and what it spent, in euros.
CREATE TABLE funding (
    funding_id     VARCHAR PRIMARY KEY,
    participant_id VARCHAR NOT NULL,
    year           SMALLINT NOT NULL CHECK (year BETWEEN 2000 AND 2100),
    granted_eur    DOUBLE CHECK (granted_eur >= 0),
    called_eur     DOUBLE CHECK (called_eur >= 0),
    spent_eur      DOUBLE CHECK (spent_eur >= 0),
    note           VARCHAR,
    entered_by     VARCHAR NOT NULL,
    entered_at     TIMESTAMP
);

-- Gute Praxis; release says for whom it may be shown.
CREATE TABLE good_practice (
    practice_id    VARCHAR PRIMARY KEY,
    participant_id VARCHAR NOT NULL,
    theme_id       VARCHAR,
    measure_id     VARCHAR,
    title          VARCHAR NOT NULL CHECK (title <> ''),
    description    VARCHAR,
    for_whom       VARCHAR,
    result         VARCHAR,
    contact_body   VARCHAR,
    link           VARCHAR,
    release        VARCHAR NOT NULL CHECK (release IN ('public', 'network', 'internal')),
    entered_by     VARCHAR NOT NULL,
    entered_at     TIMESTAMP
);

-- Tools of the Werkzeugkoffer, and the measures that use them.
CREATE TABLE tool (
    tool_id  VARCHAR PRIMARY KEY,
    title    VARCHAR NOT NULL CHECK (title <> ''),
    theme_id VARCHAR,
    link     VARCHAR,
    note     VARCHAR
);
CREATE TABLE measure_tool (
    use_id     VARCHAR PRIMARY KEY,
    measure_id VARCHAR NOT NULL,
    tool_id    VARCHAR NOT NULL
);

-- One row per act of saving: an entry, an import, an undo. change_log has what it changed.
CREATE TABLE change_set (
    set_id BIGINT PRIMARY KEY,
    "at"   TIMESTAMP NOT NULL,
    actor  VARCHAR NOT NULL,
    role   VARCHAR NOT NULL,
    kind   VARCHAR NOT NULL CHECK (kind IN ('entry', 'import', 'undo')),
    reason VARCHAR,
    file   VARCHAR,
    undoes BIGINT
);
-- A record that is made or removed is one row (field NULL) with the whole record as JSON; a change one row per field.
CREATE TABLE change_log_new (
    change_id BIGINT PRIMARY KEY,
    "at"      TIMESTAMP NOT NULL,
    actor     VARCHAR NOT NULL,
    entity    VARCHAR NOT NULL,
    entity_id VARCHAR NOT NULL,
    field     VARCHAR,
    old       VARCHAR,
    new       VARCHAR,
    reason    VARCHAR,
    set_id    BIGINT
);
INSERT INTO change_log_new BY NAME FROM change_log;

DROP TABLE measure;
DROP TABLE participant_theme;
DROP TABLE stage_event;
DROP TABLE participant_area;
DROP TABLE theme;
DROP TABLE participant;
DROP TABLE change_log;
ALTER TABLE participant_new RENAME TO participant;
ALTER TABLE participant_area_new RENAME TO participant_area;
ALTER TABLE stage_event_new RENAME TO stage_event;
ALTER TABLE theme_new RENAME TO theme;
ALTER TABLE participant_theme_new RENAME TO participant_theme;
ALTER TABLE measure_new RENAME TO measure;
ALTER TABLE change_log_new RENAME TO change_log;
