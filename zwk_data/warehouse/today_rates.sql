-- Published rates of Kreise already stand on today's Kreise (INKAR: boundaries of 2021).
INSERT INTO observation_today
SELECT * FROM observation
WHERE level = 'kreis' AND indicator_id IN ('share_65plus', 'mean_age', 'share_foreign', 'share_female')
  AND territory >= 2021 AND status = 'reported';

-- One area for all years: that of today.
INSERT INTO observation_today
SELECT o.area_key, o.level, 'area_km2', o.year, 'total', 'total', a.area_km2, 'reported', 2023,
       coalesce(a.source_id, (SELECT max(source_id) FROM shipped_area WHERE level = 'gemeinde' AND valid_to IS NULL))
FROM (SELECT DISTINCT area_key, level, year FROM observation_today
      WHERE level IN ('kreis', 'gemeinde') AND indicator_id = 'population') o
JOIN shipped_area a USING (area_key, level);
