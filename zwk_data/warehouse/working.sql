-- While figures are worked on, the few words that stand in millions of rows are numbers (ENUM), which takes half of the
-- time. All words that may come up are known before; sorted, they compare as the words do. Stored figures are text.

CREATE TEMP VIEW raw AS FROM read_parquet([$files]);
CREATE TYPE area_word AS ENUM (
    WITH known AS MATERIALIZED (
        SELECT DISTINCT area_key FROM raw UNION ALL SELECT area_key FROM participant_area
        UNION ALL SELECT area_key FROM area UNION ALL SELECT unnest([key_from, key_to]) FROM read_parquet('$lineage')
    )
    SELECT area_key FROM known
    UNION SELECT left(area_key, 5) FROM known
    UNION SELECT left(area_key, 2) FROM known
    UNION SELECT 'DG'
    UNION SELECT participant_id FROM participant_area
    ORDER BY ALL
);
CREATE TYPE level_word AS ENUM ('bund', 'gemeinde', 'kreis', 'land', 'participant', 'verband');
CREATE TYPE indicator_word AS ENUM (
    SELECT indicator_id FROM indicator UNION SELECT DISTINCT indicator_id FROM raw ORDER BY ALL
);
CREATE TYPE sex_word AS ENUM (SELECT 'total' UNION SELECT DISTINCT sex FROM raw ORDER BY ALL);
CREATE TYPE age_word AS ENUM (SELECT DISTINCT age_group FROM raw UNION SELECT unnest([$ages]) ORDER BY ALL);
CREATE TYPE status_word AS ENUM (
    SELECT DISTINCT status FROM raw
    UNION SELECT unnest(['computed', 'estimated', 'none', 'reported', 'rounded', 'secret']) ORDER BY ALL
);
CREATE TYPE source_word AS ENUM (
    SELECT source_id FROM source UNION SELECT DISTINCT source_id FROM raw ORDER BY ALL
);

CREATE TEMP TABLE observation (
    area_key     area_word NOT NULL,
    level        level_word NOT NULL,
    indicator_id indicator_word NOT NULL,
    year         SMALLINT NOT NULL,
    sex          sex_word NOT NULL,
    age_group    age_word NOT NULL,
    value        DOUBLE,
    status       status_word NOT NULL,
    territory    SMALLINT NOT NULL,
    source_id    source_word NOT NULL
);
CREATE TEMP TABLE shipped_lineage (
    level level_word, year SMALLINT, key_from area_word, key_to area_word, share DOUBLE
);
INSERT INTO shipped_lineage BY NAME FROM read_parquet('$lineage');
CREATE TEMP TABLE shipped_back_calculated AS FROM observation LIMIT 0;
INSERT INTO shipped_back_calculated BY NAME FROM read_parquet('$back_calculated');
