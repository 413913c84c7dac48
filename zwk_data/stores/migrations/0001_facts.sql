-- The programme store: what people enter about Kommunen. Seeded from data/programme/, never overwritten by a build.
-- Columns are documented in docs/data.md and stable.

CREATE TABLE participant (
    participant_id VARCHAR PRIMARY KEY CHECK (participant_id SIMILAR TO '[a-z0-9]+(-[a-z0-9]+)*'),
    name           VARCHAR NOT NULL UNIQUE,
    kind           VARCHAR NOT NULL CHECK (kind IN ('gemeinde', 'stadt', 'kreisfreie_stadt', 'landkreis',
                                                    'gemeindeverband', 'zusammenschluss', 'quartier')),
    land           VARCHAR NOT NULL,
    quarter        VARCHAR,
    admitted       VARCHAR NOT NULL,
    dwk_experience BOOLEAN NOT NULL,
    adviser        VARCHAR,
    note           VARCHAR,
    source_url     VARCHAR NOT NULL
);

CREATE TABLE participant_area (
    participant_id VARCHAR NOT NULL REFERENCES participant,
    level          VARCHAR NOT NULL CHECK (level IN ('gemeinde', 'verband', 'kreis')),
    area_key       VARCHAR NOT NULL,
    PRIMARY KEY (participant_id, area_key),
    CHECK (length(area_key) = CASE level WHEN 'gemeinde' THEN 8 WHEN 'verband' THEN 9 ELSE 5 END)
);

-- A date is a span as wide as its source is precise; „unknown“ has none.
CREATE TABLE stage_event (
    participant_id VARCHAR NOT NULL REFERENCES participant,
    stage          VARCHAR NOT NULL CHECK (stage IN ('kick_off', 'kommunalprofil', 'zukunftswerkstatt',
                                                     'werkstattplan', 'zwischenbilanz')),
    date_from      DATE,
    date_to        DATE,
    precision      VARCHAR NOT NULL CHECK (precision IN ('day', 'month', 'year', 'unknown')),
    note           VARCHAR NOT NULL DEFAULT '',
    source_url     VARCHAR,
    entered_by     VARCHAR NOT NULL,
    entered_at     TIMESTAMP,
    CHECK (CASE precision
               WHEN 'unknown' THEN date_from IS NULL AND date_to IS NULL
               WHEN 'day' THEN date_from IS NOT NULL AND date_to = date_from
               WHEN 'month' THEN date_from IS NOT NULL AND date_from = date_trunc('month', date_from)
                                 AND date_to = last_day(date_from)
               ELSE date_from IS NOT NULL AND date_from = date_trunc('year', date_from)
                    AND date_to = make_date(year(date_from), 12, 31) END)
);
-- An event's natural key: a stage may take several events, but none is recorded twice.
CREATE UNIQUE INDEX stage_event_key ON stage_event
    (participant_id, stage, coalesce(date_from, DATE '0001-01-01'), coalesce(date_to, DATE '0001-01-01'), note);

CREATE TABLE theme (
    theme_id VARCHAR PRIMARY KEY,
    name_de  VARCHAR NOT NULL UNIQUE,
    toolkit  BOOLEAN NOT NULL
);

CREATE TABLE participant_theme (
    participant_id VARCHAR NOT NULL REFERENCES participant,
    theme_id       VARCHAR NOT NULL REFERENCES theme,
    wording        VARCHAR NOT NULL CHECK (wording <> ''),
    source_url     VARCHAR,
    PRIMARY KEY (participant_id, theme_id, wording)
);

CREATE TABLE measure (
    measure_id     VARCHAR PRIMARY KEY,
    participant_id VARCHAR NOT NULL REFERENCES participant,
    theme_id       VARCHAR REFERENCES theme,
    title          VARCHAR NOT NULL CHECK (title <> ''),
    goal           VARCHAR,
    responsible    VARCHAR,
    starts         DATE,
    ends           DATE,
    budget_eur     DOUBLE CHECK (budget_eur >= 0),
    target_group   VARCHAR,
    status         VARCHAR NOT NULL CHECK (status IN ('idea', 'planned', 'running', 'done', 'parked', 'dropped')),
    indicator      VARCHAR,
    note           VARCHAR,
    source_url     VARCHAR,
    entered_by     VARCHAR NOT NULL,
    entered_at     TIMESTAMP,
    CHECK (ends IS NULL OR starts IS NULL OR ends >= starts)
);

-- Who changed what, when and why; filled in the same transaction as the change itself.
CREATE TABLE change_log (
    change_id BIGINT PRIMARY KEY,
    "at"      TIMESTAMP NOT NULL,
    actor     VARCHAR NOT NULL,
    entity    VARCHAR NOT NULL,
    entity_id VARCHAR NOT NULL,
    field     VARCHAR,
    old       VARCHAR,
    new       VARCHAR,
    reason    VARCHAR
);

-- Which seed the store was made from; one row.
CREATE TABLE programme_seed (
    fingerprint VARCHAR NOT NULL,
    built_at    TIMESTAMP NOT NULL
);
