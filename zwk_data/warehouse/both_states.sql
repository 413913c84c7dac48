-- Every figure in two states: as published, and on the territory of 31.12.2023. They differ for few units, so what is
-- alike is kept once.

-- An index says nothing where the area of the year is not that of the base year.
DELETE FROM published o USING (
    SELECT n.area_key, n.level, n.year FROM published n
    JOIN published b USING (area_key, level, indicator_id, sex, age_group)
    WHERE indicator_id = 'area_km2' AND b.year = $base_year AND abs(n.value / b.value - 1) > $area_tolerance) other
SEMI JOIN changed USING (area_key, level)
WHERE o.indicator_id = 'population_index'
  AND o.area_key = other.area_key AND o.level = other.level AND o.year = other.year;

-- Gemeinden went from one Land to another until 1993: before, a Land is the sum of its Kreise of today.
CREATE TEMP TABLE land_of_today AS
WITH kreise AS (
    FROM today WHERE level = 'kreis' AND year < 1994 AND indicator_id = 'population'
)
SELECT land_key AS area_key, year, sex, age_group, sum(value) AS value, min(source_id) AS source_id,
       status_of_sum(status) AS status
FROM kreise
JOIN (SELECT land_key, count(*) AS parts FROM area WHERE level = 'kreis' AND valid_to IS NULL GROUP BY land_key)
  ON land_key = left(area_key, 2)
GROUP BY land_key, year, sex, age_group HAVING count(value) = any_value(parts);

CREATE TEMP TABLE land_then AS
FROM unchanged WHERE level = 'land' AND indicator_id = 'population'
  AND (area_key, year, sex, age_group) IN (SELECT (area_key, year, sex, age_group) FROM land_of_today);
INSERT INTO published FROM land_then;
DELETE FROM unchanged o USING land_then l
WHERE o.level = 'land' AND o.indicator_id = 'population'
  AND o.area_key = l.area_key AND o.year = l.year AND o.sex = l.sex AND o.age_group = l.age_group;
INSERT INTO converted
SELECT area_key, 'land', 'population', year, sex, age_group, value, status, 2023, source_id FROM land_of_today;
