-- The warehouse: built from data/, never edited. Columns are documented in docs/data.md and stable.

CREATE TABLE source (
    source_id    VARCHAR PRIMARY KEY,
    publisher    VARCHAR NOT NULL,
    title        VARCHAR NOT NULL,
    table_code   VARCHAR,
    vintage      DATE,
    licence      VARCHAR NOT NULL,
    attribution  VARCHAR NOT NULL,
    url          VARCHAR,
    sha256       VARCHAR,
    retrieved    DATE,
    through      VARCHAR
);

CREATE TABLE indicator (
    indicator_id   VARCHAR PRIMARY KEY,
    name_de        VARCHAR NOT NULL,
    unit           VARCHAR NOT NULL,
    decimals       TINYINT NOT NULL,
    definition_de  VARCHAR NOT NULL,
    formula        VARCHAR,
    direction      VARCHAR NOT NULL,
    source_note_de VARCHAR NOT NULL,
    is_count        BOOLEAN NOT NULL,
    can_be_negative BOOLEAN NOT NULL,
    centre          DOUBLE,
    per_year        BOOLEAN NOT NULL,
    wide_range      BOOLEAN NOT NULL,
    steady          BOOLEAN NOT NULL,
    on_map          BOOLEAN NOT NULL,
    in_trends       BOOLEAN NOT NULL,
    within_level    BOOLEAN NOT NULL,
    day             VARCHAR NOT NULL
);

CREATE TABLE area (
    area_key   VARCHAR PRIMARY KEY,
    level      VARCHAR NOT NULL,
    name       VARCHAR NOT NULL,
    land_key   VARCHAR,
    kreis_key  VARCHAR,
    area_km2   DOUBLE,
    lon        DOUBLE,
    lat        DOUBLE,
    degurba    TINYINT,
    valid_from INTEGER,
    valid_to   INTEGER
);
