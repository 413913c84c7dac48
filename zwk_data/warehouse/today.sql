-- The same figures on one territorial state (31.12.2023): counts are moved with the BBSR keys by population share.

-- Every key finds its conversion in the year of its territory, else in the year after or before: the register of
-- 1990 stands on 01.01.1991, some tables on the territory of the following year, and the keys know only the 31st of
-- December. 1983 and 1987 use the keys of 1990, the oldest there are. Rates are not moved: they would name units that
-- the year did not have (INKAR stands on the boundaries of 2021 throughout).
CREATE TEMP TABLE move AS
WITH wanted AS (
    SELECT level, area_key AS key_from, year, greatest(max(territory), 1990) AS territory FROM observation
    WHERE level IN ('gemeinde', 'kreis') AND indicator_id IN ($counts) AND sex = 'total'
    GROUP BY level, area_key, year
), candidate AS (
    SELECT w.level, w.year, w.key_from, l.key_to, l.share,
           rank() OVER (PARTITION BY w.level, w.year, w.key_from ORDER BY abs(l.year - w.territory), l.year DESC) AS place
    FROM wanted w
    JOIN shipped_lineage l
      ON l.level = w.level AND l.key_from = w.key_from AND l.year BETWEEN w.territory - 1 AND w.territory + 1
    WHERE w.year <= CASE w.level WHEN 'kreis' THEN 2020 ELSE 2022 END
)
SELECT level, year, key_from, key_to, share FROM candidate WHERE place = 1
UNION ALL
-- After the last key the units are those of today; so are Kreise that are printed under their later key (Region
-- Hannover before 2001).
SELECT level, year, key_from, key_from, 1.0 FROM wanted
WHERE (level, year, key_from) NOT IN (SELECT (level, year, key_from) FROM candidate);

-- Which units of a year make up a unit of today: a sum with a missing part is not a figure.
CREATE TEMP TABLE recipe AS
SELECT move.level, year, key_to, count(*) AS parts, bool_and(share > 0.9999) AS whole,
       parts = 1 AND whole AND any_value(key_from) = key_to AS same
FROM move JOIN area a ON a.area_key = key_to AND a.valid_to IS NULL
GROUP BY move.level, year, key_to;

INSERT INTO observation_today FROM observation WHERE level IN ('bund', 'land');
-- What the publisher has calculated back for a Kreis of today is better than any share.
INSERT INTO observation_today FROM shipped_back_calculated WHERE indicator_id <> 'area_km2';
