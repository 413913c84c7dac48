-- Verbände of today: counts are sums over their Gemeinden of today; rates follow from these (derive in build.py).

CREATE TEMP TABLE verband_member AS
SELECT o.area_key, v.verband_key::area_word AS verband_key, count(*) OVER (PARTITION BY v.verband_key) AS parts
FROM verband_of v
-- nobody lives in gemeindefreie Gebiete: a sum is whole without them
JOIN today o ON o.level = 'gemeinde' AND o.area_key = v.area_key AND o.indicator_id = 'population'
 AND o.year = 2023 AND o.sex = 'total' AND o.age_group = 'total' AND o.value > 0
WHERE NOT v.alone;

INSERT INTO converted
SELECT m.verband_key, 'verband', o.indicator_id, o.year, o.sex, o.age_group,
       sum(o.value), status_of_sum(o.status), 2023, min(o.source_id)
FROM verband_member m JOIN today o ON o.level = 'gemeinde' AND o.area_key = m.area_key
WHERE o.indicator_id IN (SELECT indicator_id FROM indicator WHERE formula IS NULL) AND o.indicator_id NOT IN ($rates)
  AND o.year >= 1994
GROUP BY ALL
-- only where every Gemeinde has a figure (a „–“ is nought)
HAVING count(o.value) + count(*) FILTER (WHERE o.status = 'none') = any_value(m.parts) AND count(o.value) > 0;

-- What the Zensus prints of a Verband as a whole: its Gemeinden may be too small for the sample. Its people printed are
-- the sum of those of its Gemeinden of today in every Verband, so none has changed since.
INSERT INTO converted
SELECT o.* REPLACE (2023 AS territory) FROM published o
SEMI JOIN verband_member m ON m.verband_key = o.area_key
ANTI JOIN converted USING (area_key, level, indicator_id, year, sex, age_group)
WHERE o.level = 'verband' AND o.value IS NOT NULL AND o.indicator_id IN ($counts)
  AND o.indicator_id IN (SELECT indicator_id FROM indicator WHERE day = '15.05.');
