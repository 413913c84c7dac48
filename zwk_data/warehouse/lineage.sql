-- Where the territory of each participant came from: the units of 1990-2022 that make up its areas of today, with the
-- years (31st of December) at whose end they existed. Read by demography/history.py; names of keys that stood only
-- between two registers are not known here (NULL).

CREATE TABLE lineage AS
WITH target AS (
    SELECT participant_id, level, area_key FROM member
    UNION ALL
    SELECT m.participant_id, 'gemeinde', a.area_key
    FROM member m JOIN area a ON m.level = 'kreis' AND a.level = 'gemeinde' AND a.kreis_key = m.area_key
    WHERE a.valid_to IS NULL
), yearly AS (
    SELECT t.participant_id, l.year, l.share, t.level, t.area_key AS key_to, l.key_from::VARCHAR AS key_from,
           -- keys were used anew: 15001000 was Dessau in 1990 and is Dessau-Roßlau since 2007
           l.year - row_number() OVER (PARTITION BY t.participant_id, l.level, l.key_from, l.key_to ORDER BY l.year) AS run
    FROM shipped_lineage l
    JOIN target t ON t.level = l.level AND t.area_key = l.key_to
    ANTI JOIN uninhabited u ON u.area_key = l.key_from
)
SELECT y.participant_id, y.level, y.key_from, f.name AS name_from, y.key_to, a.name AS name_to,
       arg_max(y.share, y.year) AS share, min(y.year)::SMALLINT AS first_year, max(y.year)::SMALLINT AS last_year
FROM yearly y
JOIN area a ON a.area_key = y.key_to
LEFT JOIN area f ON f.area_key = y.key_from
GROUP BY y.participant_id, y.level, y.key_from, f.name, y.key_to, a.name, y.run ORDER BY ALL;

-- The years from which the figures as published stand on another territory than those before: there the published
-- population leaves the one on today's territory by more than 0.5 %. Areas alone would not tell: few registers have them.
CREATE TABLE territory_step AS
WITH ratio AS (
    SELECT level, area_key, year, p.value / t.value AS ratio
    FROM as_published p JOIN today t USING (area_key, level, indicator_id, year, sex, age_group)
    SEMI JOIN (SELECT DISTINCT level, area_key FROM published) USING (level, area_key)
    WHERE level IN ('bund', 'land', 'kreis', 'gemeinde') AND indicator_id = 'population' AND sex = 'total'
      AND age_group = 'total' AND p.value > 0 AND t.value > 0
)
SELECT level::VARCHAR AS level, area_key::VARCHAR AS area_key, year FROM ratio
QUALIFY abs(ratio - lag(ratio) OVER (PARTITION BY area_key ORDER BY year)) > 0.005
ORDER BY ALL;
