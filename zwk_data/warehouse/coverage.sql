-- What there is: asked by every page, and too long to count each time. state: published (observation),
-- today (observation_today) or participants; known: a figure without sex, as_total: one without sex and age.

CREATE TABLE coverage AS
WITH counted AS MATERIALIZED (
    SELECT kept, if(kept = 'of_participants', area_key, NULL) AS participant, level, indicator_id, source_id, year,
           bool_or(value IS NOT NULL AND sex = 'total') AS known,
           bool_or(value IS NOT NULL AND sex = 'total' AND age_group = 'total') AS as_total
    FROM figure GROUP BY ALL
), every AS (
    SELECT 'published' AS state, level::VARCHAR AS place, * FROM counted WHERE kept IN ('unchanged', 'published')
    UNION ALL
    SELECT 'today', level::VARCHAR, * FROM counted WHERE kept IN ('unchanged', 'converted')
    UNION ALL
    SELECT 'participants', participant::VARCHAR, * FROM counted WHERE kept = 'of_participants'
)
SELECT state, place, indicator_id::VARCHAR AS indicator_id, source_id::VARCHAR AS source_id, year,
       bool_or(known) AS known, bool_or(as_total) AS as_total
FROM every GROUP BY ALL ORDER BY ALL;

-- The last year of which a Kreis or Verband has a figure without sex and age, on the territory of today.
CREATE TABLE newest_year AS
SELECT area_key, indicator_id::VARCHAR AS indicator_id, max(year) AS year FROM figure
WHERE kept IN ('unchanged', 'converted') AND level IN ('kreis', 'verband')
  AND value IS NOT NULL AND sex = 'total' AND age_group = 'total'
GROUP BY ALL ORDER BY ALL;
