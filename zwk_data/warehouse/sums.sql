-- Figures that nobody publishes for a larger unit but that follow from its parts: status 'computed'.
-- A sum is made only in years for which the larger level has no figure of its own.

-- A sum is as sure as the least sure of its parts.
CREATE TEMP MACRO status_of_sum(status) AS
    CASE WHEN bool_or(status = 'estimated') THEN 'estimated' WHEN bool_or(status = 'rounded') THEN 'rounded'
         ELSE 'computed' END;

-- Kreise from Gemeinden: years of the Gemeindeverzeichnis without a Kreis table (1983-1994, 2021-2023).
-- A Gemeinde key begins with its Kreis; no year of the Gemeinde tables with gaps (2008) gets here. The register of 2018
-- has no forests without Gemeinde (Harz, 268 km² of Göttingen): good for people, not for areas.
INSERT INTO observation
SELECT left(area_key, 5), 'kreis', indicator_id, year, sex, age_group, sum(value),
       status_of_sum(status), max(territory), min(source_id)
FROM observation
WHERE level = 'gemeinde' AND indicator_id IN ('population', 'area_km2') AND age_group = 'total' AND value IS NOT NULL
  AND NOT (indicator_id = 'area_km2' AND year = 2018)
  AND (indicator_id, year) NOT IN (SELECT DISTINCT (indicator_id, year) FROM observation WHERE level = 'kreis')
GROUP BY ALL;

INSERT INTO observation
SELECT left(area_key, 2), 'land', indicator_id, year, sex, age_group, sum(value),
       status_of_sum(status), max(territory), min(source_id)
FROM observation
WHERE level = 'kreis' AND indicator_id IN ('population', 'area_km2') AND value IS NOT NULL
  AND (indicator_id, year) NOT IN (SELECT DISTINCT (indicator_id, year) FROM observation WHERE level = 'land')
GROUP BY ALL;

-- People of working age and unemployed are published of Gemeinden alone, on the territory of 31.12.2022 in all years. A
-- Kreis that has been the same since stands on that of the year; one that has not is converted from 2022 (today.sql).
INSERT INTO observation
WITH same AS (
    SELECT year, key_to AS area_key FROM shipped_lineage WHERE level = 'kreis' GROUP BY ALL
    HAVING count(*) = 1 AND any_value(key_from) = key_to AND any_value(share) > 0.9999
), kreis AS (
    SELECT left(area_key, 5) AS area_key, indicator_id, year, sum(value) AS total, min(source_id) AS source_id
    FROM observation
    WHERE level = 'gemeinde' AND indicator_id IN ('population_15_64', 'unemployed') AND value IS NOT NULL GROUP BY ALL
)
SELECT area_key, 'kreis', indicator_id, year, 'total', 'total', total, 'computed',
       if(same.area_key IS NULL, 2022, year), source_id
FROM kreis LEFT JOIN same USING (area_key, year)
UNION ALL
SELECT left(area_key, 2), 'land', indicator_id, year, 'total', 'total', sum(total), 'computed', year, min(source_id)
FROM kreis GROUP BY ALL
UNION ALL
SELECT 'DG', 'bund', indicator_id, year, 'total', 'total', sum(total), 'computed', year, min(source_id)
FROM kreis GROUP BY ALL;

-- The Bund only from 1990: before, the register holds the former federal territory alone.
INSERT INTO observation
SELECT 'DG', 'bund', indicator_id, year, sex, age_group, sum(value),
       status_of_sum(status), max(territory), min(source_id)
FROM observation
WHERE level = 'land' AND indicator_id IN ('population', 'area_km2') AND value IS NOT NULL AND year >= 1990
  AND (indicator_id, year) NOT IN (SELECT DISTINCT (indicator_id, year) FROM observation WHERE level = 'bund')
GROUP BY ALL;

-- A dash where children were born: the births of 1995 and 1996 in Sachsen-Anhalt are printed for the Land alone, its
-- Kreise have „-“. That is no nought, which would give them a birth rate of 0; it is a figure that nobody has.
UPDATE observation SET status = 'secret'
WHERE level = 'kreis' AND indicator_id IN ('births', 'deaths') AND age_group = 'total' AND status = 'none';

-- To which Verband a Gemeinde belongs; one that is no member of any is one of its own.
CREATE TABLE verband_of AS
SELECT area_key, verband_key, count(*) OVER (PARTITION BY verband_key) = 1 AS alone FROM shipped_area
WHERE level = 'gemeinde' AND valid_to IS NULL AND verband_key IS NOT NULL;

-- What is published of Verbände alone holds for a Gemeinde that is one of its own.
INSERT INTO observation
SELECT v.area_key, 'gemeinde', o.indicator_id, o.year, o.sex, o.age_group, o.value, o.status, o.territory, o.source_id
FROM observation o JOIN verband_of v ON v.verband_key = o.area_key AND v.alone
WHERE o.level = 'verband' AND o.indicator_id IN ($rates)
  AND o.indicator_id NOT IN (SELECT DISTINCT indicator_id FROM observation WHERE level = 'gemeinde');
