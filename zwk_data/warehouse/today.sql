-- The same figures on one territorial state (31.12.2023): counts are moved with the BBSR keys by population share.

-- Every key of a year finds its conversion in that year, else in the next or the one before: some tables already
-- stand on the territory of the following year, and the keys know only the 31st of December.
-- 1983 and 1987 use the keys of 1990, the oldest there are.
CREATE TEMP TABLE move AS
WITH wanted AS (
    SELECT DISTINCT level, area_key AS key_from, year FROM observation WHERE level IN ('gemeinde', 'kreis')
), candidate AS (
    SELECT w.level, w.year, w.key_from, l.key_to, l.share,
           rank() OVER (PARTITION BY w.level, w.year, w.key_from
                        ORDER BY abs(l.year - greatest(w.year, 1990)), l.year DESC) AS place
    FROM wanted w JOIN shipped_lineage l ON l.level = w.level AND l.key_from = w.key_from
     AND l.year BETWEEN greatest(w.year, 1990) - 1 AND greatest(w.year, 1990) + 1
)
SELECT level, year, key_from, key_to, share FROM candidate WHERE place = 1
UNION ALL
-- after the last key the units are those of today
SELECT level, year, key_from, key_from, 1.0 FROM wanted
WHERE (level = 'gemeinde' AND year > 2022) OR (level = 'kreis' AND year > 2020);

-- Which units of a year make up a unit of today: a sum with a missing part is not a figure.
CREATE TEMP TABLE recipe AS
SELECT level, year, key_to, count(*) AS parts, bool_and(share > 0.9999) AS whole, any_value(key_from) AS one
FROM move GROUP BY ALL;

INSERT INTO observation_today
SELECT * FROM observation WHERE level IN ('bund', 'land');

INSERT INTO observation_today
SELECT * FROM shipped_back_calculated;

-- Published rates of Kreise already stand on today's Kreise (INKAR: boundaries of 2021).
INSERT INTO observation_today
SELECT * FROM observation o
WHERE level = 'kreis' AND indicator_id IN ('share_65plus', 'mean_age', 'share_foreign', 'share_female')
  AND territory >= 2021;

-- One area for all years: that of today.
INSERT INTO observation_today
SELECT o.area_key, o.level, 'area_km2', o.year, 'total', 'total', a.area_km2, 'reported', 2023, a.source_id
FROM (SELECT DISTINCT area_key, level, year FROM observation_today WHERE level IN ('kreis', 'gemeinde')) o
JOIN shipped_area a USING (area_key);
