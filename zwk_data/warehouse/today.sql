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

-- Most units never changed: their rows, rates included, are those of today.
CREATE TEMP TABLE changed AS
SELECT level, key_to AS area_key FROM recipe GROUP BY ALL HAVING NOT bool_and(same)
UNION
SELECT DISTINCT level, area_key FROM shipped_back_calculated;

INSERT INTO observation_today
SELECT o.* FROM observation o
JOIN area a ON a.area_key = o.area_key AND a.level = o.level AND a.valid_to IS NULL
ANTI JOIN changed c ON c.level = o.level AND c.area_key = o.area_key
WHERE o.level <> 'verband';

-- The others are put together again, in a table of their own for the rates that follow from the counts.
CREATE TEMP TABLE moved AS FROM observation LIMIT 0;

-- What the publisher has calculated back for a Kreis of today is better than any share.
INSERT INTO moved FROM shipped_back_calculated WHERE indicator_id <> 'area_km2';

INSERT INTO moved
SELECT o.area_key, o.level, o.indicator_id, o.year, o.sex, o.age_group, o.value, o.status, 2023, o.source_id
FROM observation o
JOIN recipe r ON r.same AND r.level = o.level AND r.year = o.year AND r.key_to = o.area_key
SEMI JOIN changed c ON c.level = o.level AND c.area_key = o.area_key
WHERE o.indicator_id IN ($counts);

INSERT INTO moved
SELECT m.key_to, o.level, o.indicator_id, o.year, o.sex, o.age_group,
       CASE WHEN count(o.value) + count(*) FILTER (WHERE o.status = 'none') = any_value(r.parts) AND count(o.value) > 0
            THEN sum(o.value * m.share) END AS total,
       CASE WHEN total IS NULL THEN any_value(o.status) FILTER (WHERE o.value IS NULL)
            WHEN NOT any_value(r.whole) OR bool_or(o.status = 'estimated') THEN 'estimated'
            WHEN bool_or(o.status = 'rounded') THEN 'rounded'
            ELSE 'computed' END,
       2023, any_value(o.source_id)
FROM observation o
JOIN move m ON m.level = o.level AND m.year = o.year AND m.key_from = o.area_key
JOIN recipe r ON NOT r.same AND r.level = m.level AND r.year = m.year AND r.key_to = m.key_to
ANTI JOIN (SELECT area_key, indicator_id, year FROM shipped_back_calculated) b
  ON b.area_key = m.key_to AND b.indicator_id = o.indicator_id AND b.year = o.year
WHERE o.indicator_id IN ($counts)
GROUP BY m.key_to, o.level, o.indicator_id, o.year, o.sex, o.age_group
HAVING total IS NOT NULL OR any_value(o.status) FILTER (WHERE o.value IS NULL) IS NOT NULL;

-- Published rates of Kreise already stand on today's Kreise (INKAR: boundaries of 2021).
INSERT INTO moved
SELECT o.* FROM observation o SEMI JOIN changed c ON c.level = o.level AND c.area_key = o.area_key
WHERE level = 'kreis' AND indicator_id IN ('share_65plus', 'mean_age', 'share_foreign', 'share_female')
  AND territory >= 2021 AND status = 'reported';

-- One area for all years: that of today.
INSERT INTO moved
SELECT o.area_key, o.level, 'area_km2', o.year, 'total', 'total', a.area_km2, 'reported', 2023,
       coalesce(a.source_id, (SELECT max(source_id) FROM shipped_area WHERE level = 'gemeinde' AND valid_to IS NULL))
FROM (SELECT DISTINCT area_key, level, year FROM moved WHERE indicator_id = 'population') o
JOIN shipped_area a USING (area_key, level);
