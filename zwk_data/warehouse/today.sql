-- The same figures on one territorial state (31.12.2023): counts are moved with the BBSR keys by population share.

-- Units of the register that the keys leave out, followed by hand: the unit that took them in grew by their area in
-- the next register (Elsterberg by the 3.52 km² of Cunsdorf), carries the same last digits one year before (Sachsen-
-- Anhalt), or is the only one left. Wieslautern was parted in two: by the people its parts had in 1990.
INSERT INTO shipped_lineage (level, year, key_from, key_to, share) VALUES
    ('gemeinde', 1990, '09186114', '09186113', 1.0),            -- Ebenhausen, to Baar-Ebenhausen
    ('gemeinde', 1990, '07340056', '07340501', 1658.0 / 2804),  -- Wieslautern, to Bruchweiler-Bärenbach
    ('gemeinde', 1990, '07340056', '07340502', 1146.0 / 2804),  -- and Bundenthal
    ('gemeinde', 1991, '15228280', '15084355', 1.0),            -- Neidschütz, to Naumburg
    ('gemeinde', 1991, '15228380', '15084355', 1.0),            -- Wettaburg, to Naumburg
    ('gemeinde', 1991, '15320590', '15083270', 1.0),            -- Wedringen, to Haldensleben
    ('gemeinde', 1994, '14045730', '14523100', 1.0),            -- Cunsdorf, to Elsterberg
    ('gemeinde', 1994, '14085170', '14627030', 1.0);            -- Naunhof, to Ebersbach

-- Every key finds its conversion in the year of its territory. The keys of a Kreis are looked up in one year
-- together, the one next to the territory that knows most of them: the register of 1990 stands on 01.01.1991, the BBSR
-- keys only know the 31st of December, and 13041440 is Zirchow in one of these years and Zirchow with Garz in another.
-- 1983 and 1987 use the keys of 1990, the oldest there are. Rates are not moved: they would name units that the year
-- did not have.
--
-- Most units are the same in all keys: nothing has to be looked up for them.
CREATE TEMP TABLE steady AS
SELECT level, key_to AS area_key
FROM shipped_lineage JOIN (SELECT level, count(DISTINCT year) AS years FROM shipped_lineage GROUP BY level) USING (level)
GROUP BY level, key_to HAVING bool_and(key_from = key_to AND share > 0.9999) AND count(*) = any_value(years)
EXCEPT
SELECT level, key_from FROM shipped_lineage WHERE key_from <> key_to;

CREATE TEMP TABLE move AS
WITH wanted AS (
    SELECT DISTINCT level, area_key AS key_from, year, territory, greatest(territory, 1990) AS stands
    FROM observation ANTI JOIN steady USING (level, area_key)
    WHERE level IN ('gemeinde', 'kreis') AND indicator_id IN ($counts) AND sex = 'total'
), candidate AS (
    SELECT w.*, l.year AS key_year, l.key_to, l.share, abs(l.year - stands) AS away, left(w.key_from, 5) AS place
    FROM wanted w
    JOIN shipped_lineage l
      ON l.level = w.level AND l.key_from = w.key_from AND l.year BETWEEN stands - 1 AND stands + 1
    WHERE stands <> 2023
), known AS (
    SELECT level, year, territory, place, key_year, count(DISTINCT key_from) AS keys
    FROM candidate GROUP BY ALL
), ranked AS (
    SELECT c.*, rank() OVER (PARTITION BY level, year, territory, key_from
                             ORDER BY if(c.level = 'kreis', 0, k.keys) DESC, away, key_year DESC) AS nth
    FROM candidate c JOIN known k USING (level, year, territory, place, key_year)
)
SELECT level, year, territory, key_from, key_to, share FROM ranked WHERE nth = 1
UNION ALL
-- Units that stand on today's territory, among them Kreise that are printed under their later key (Region Hannover
-- before 2001).
SELECT level, year, territory, key_from, key_from, 1.0 FROM wanted
ANTI JOIN candidate USING (level, year, territory, key_from);

-- Forests and lakes that belong to no Gemeinde: nobody lives there, tables print a dot or no row at all for them.
CREATE TEMP TABLE uninhabited AS
SELECT area_key FROM observation WHERE level = 'gemeinde' AND indicator_id = 'population' AND age_group = 'total'
GROUP BY area_key HAVING max(value) = 0;

-- Which units of a year make up a unit of today: a sum with a missing part is not a figure. Each indicator has its own
-- list, for tables of one year stand on different territories (Aachen in 2008: as a city of the Städteregion for
-- people, as a Kreis of its own for births). No part is missed where nobody lives.
CREATE TEMP TABLE recipe AS
WITH printed AS (
    SELECT DISTINCT level, indicator_id, year, territory, area_key FROM observation ANTI JOIN steady USING (level, area_key)
    WHERE level IN ('gemeinde', 'kreis') AND indicator_id IN ($counts) AND sex = 'total'
), part AS (
    SELECT move.*, indicator_id, u.area_key IS NULL AS people
    FROM move
    JOIN printed p
      ON p.level = move.level AND p.year = move.year AND p.territory = move.territory AND p.area_key = move.key_from
    LEFT JOIN uninhabited u ON u.area_key = move.key_from
)
SELECT part.level, indicator_id, year, key_to, count(*) FILTER (WHERE people) AS parts,
       bool_and(share > 0.9999) AS whole,
       count(*) = 1 AND whole AND any_value(key_from) = key_to AS same
FROM part JOIN area a ON a.area_key = key_to AND a.valid_to IS NULL
GROUP BY part.level, indicator_id, year, key_to;

-- Most units never changed: their rows, rates included, are those of today.
CREATE TEMP TABLE changed AS
SELECT level, key_to AS area_key FROM recipe GROUP BY ALL HAVING NOT bool_and(same)
UNION
SELECT DISTINCT level, area_key FROM shipped_back_calculated;

-- Units that never changed are kept once; the figures of all others stand beside them, as published and converted.
CREATE TEMP TABLE same AS
SELECT level::level_word AS level, area_key::area_word AS area_key FROM area
WHERE valid_to IS NULL AND level <> 'verband' EXCEPT FROM changed;
CREATE TEMP TABLE unchanged AS FROM observation SEMI JOIN same USING (level, area_key);
CREATE TEMP TABLE published AS FROM observation ANTI JOIN same USING (level, area_key);
DROP TABLE observation;
CREATE TEMP VIEW as_published AS FROM unchanged UNION ALL FROM published;

-- The others put together again.
CREATE TEMP TABLE converted AS FROM unchanged LIMIT 0;
CREATE TEMP VIEW today AS FROM unchanged UNION ALL FROM converted;

-- What the publisher has calculated back for a Kreis of today is better than any share.
INSERT INTO converted SELECT * REPLACE (2023 AS territory) FROM shipped_back_calculated WHERE indicator_id <> 'area_km2';

INSERT INTO converted
SELECT o.area_key, o.level, o.indicator_id, o.year, o.sex, o.age_group, o.value, o.status, 2023, o.source_id
FROM published o
JOIN recipe r
  ON r.same AND r.level = o.level AND r.indicator_id = o.indicator_id AND r.year = o.year AND r.key_to = o.area_key
SEMI JOIN changed c ON c.level = o.level AND c.area_key = o.area_key
WHERE o.indicator_id IN ($counts);

INSERT INTO converted
SELECT m.key_to, o.level, o.indicator_id, o.year, o.sex, o.age_group,
       CASE WHEN count(*) FILTER (WHERE u.area_key IS NULL AND (o.value IS NOT NULL OR o.status = 'none'))
                 = any_value(r.parts) AND count(o.value) > 0
            THEN sum(o.value * m.share) END AS total,
       CASE WHEN total IS NULL THEN min(o.status) FILTER (WHERE o.value IS NULL)
            WHEN NOT any_value(r.whole) THEN 'estimated' ELSE status_of_sum(o.status) END,
       2023, min(o.source_id)
FROM published o
JOIN move m ON m.level = o.level AND m.year = o.year AND m.territory = o.territory AND m.key_from = o.area_key
JOIN recipe r
  ON NOT r.same AND r.level = m.level AND r.indicator_id = o.indicator_id AND r.year = m.year AND r.key_to = m.key_to
LEFT JOIN uninhabited u ON u.area_key = o.area_key
ANTI JOIN (SELECT area_key, indicator_id, year FROM shipped_back_calculated) b
  ON b.area_key = m.key_to AND b.indicator_id = o.indicator_id AND b.year = o.year
WHERE o.indicator_id IN ($counts)
GROUP BY m.key_to, o.level, o.indicator_id, o.year, o.sex, o.age_group
HAVING total IS NOT NULL OR min(o.status) FILTER (WHERE o.value IS NULL) IS NOT NULL;

-- Published rates of Kreise stand on the boundaries of a year from 2021. For a Kreis that has given or got people since
-- (or, in 2024, thereafter) they are an estimate.
INSERT INTO converted
SELECT o.area_key, o.level, o.indicator_id, o.year, o.sex, o.age_group, o.value,
       if(l.key_from IS NULL, o.status, 'estimated'), 2023, o.source_id
FROM published o
SEMI JOIN changed c ON c.level = o.level AND c.area_key = o.area_key
LEFT JOIN (SELECT DISTINCT unnest([key_from, key_to]) AS key_from, year FROM shipped_lineage
           WHERE level = 'kreis' AND year >= 2021 AND share < 0.9999 AND share > 0.0001) l
  ON l.key_from = o.area_key AND l.year = o.territory
WHERE o.level = 'kreis' AND o.indicator_id IN ($rates) AND o.territory >= 2021
  AND (o.status = 'reported' OR o.indicator_id IN ($means));

-- Those of smaller areas are only there if the area is the same today.
INSERT INTO converted
SELECT o.* REPLACE (2023 AS territory) FROM published o
SEMI JOIN changed c ON c.level = o.level AND c.area_key = o.area_key
WHERE o.level = 'gemeinde' AND o.indicator_id IN ($rates) AND o.status = 'reported';

INSERT INTO converted
SELECT o.* FROM published o SEMI JOIN area a ON a.area_key = o.area_key AND a.valid_to IS NULL
WHERE o.level = 'verband' AND o.indicator_id IN ($rates) AND o.status = 'reported';

-- Where the Gemeinden of a year are complete, a Kreis is the sum of its Gemeinden of today.
CREATE TEMP TABLE whole AS
WITH gemeinden AS (
    FROM converted WHERE level = 'gemeinde' AND indicator_id = 'population' AND age_group = 'total'
    UNION ALL
    FROM unchanged WHERE level = 'gemeinde' AND indicator_id = 'population' AND age_group = 'total'
), inhabited AS (
    SELECT kreis_key, count(*) AS parts FROM area ANTI JOIN uninhabited USING (area_key)
    WHERE level = 'gemeinde' AND valid_to IS NULL GROUP BY kreis_key
)
SELECT kreis_key AS area_key, year, sex, sum(value) AS value, min(source_id) AS source_id,
       status_of_sum(status) AS status
FROM gemeinden JOIN inhabited ON kreis_key = left(area_key, 5)
SEMI JOIN changed c ON c.level = 'kreis' AND c.area_key = kreis_key
ANTI JOIN uninhabited u ON u.area_key = gemeinden.area_key
WHERE year IN ($complete_years)
GROUP BY kreis_key, year, sex
HAVING count(value) = any_value(parts);

DELETE FROM converted m USING whole w
WHERE m.level = 'kreis' AND m.indicator_id = 'population' AND m.age_group = 'total'
  AND m.area_key = w.area_key AND m.year = w.year AND m.sex = w.sex AND m.status <> 'reported';
INSERT INTO converted
SELECT area_key, 'kreis', 'population', year, sex, 'total', value, status, 2023, source_id FROM whole w
ANTI JOIN (FROM converted WHERE level = 'kreis' AND indicator_id = 'population' AND age_group = 'total') m
  ON m.area_key = w.area_key AND m.year = w.year AND m.sex = w.sex;

-- One area for all years: that of today.
INSERT INTO converted
SELECT o.area_key, o.level, 'area_km2', o.year, 'total', 'total', a.area_km2, 'reported', 2023,
       coalesce(a.source_id, (SELECT max(source_id) FROM shipped_area WHERE level = 'gemeinde' AND valid_to IS NULL))
FROM (SELECT DISTINCT area_key, level, year FROM converted WHERE indicator_id = 'population') o
JOIN shipped_area a USING (area_key, level);
