-- What there is: asked by every page, and too long to count each time. state: published (observation),
-- today (observation_today) or participants; known: a figure without sex, as_total: one without sex and age.

CREATE TABLE coverage AS
WITH every AS (
    SELECT 'published' AS state, level, indicator_id, year, source_id, sex, age_group, value FROM observation
    UNION ALL
    SELECT 'today', level, indicator_id, year, source_id, sex, age_group, value FROM observation_today
    UNION ALL
    SELECT 'participants', participant_id, indicator_id, year, source_id, sex, age_group, value
    FROM participant_observation
)
SELECT state, level AS place, indicator_id, source_id, year,
       bool_or(value IS NOT NULL AND sex = 'total') AS known,
       bool_or(value IS NOT NULL AND sex = 'total' AND age_group = 'total') AS as_total
FROM every GROUP BY ALL ORDER BY ALL;
