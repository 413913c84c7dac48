-- Counts of one level and indicator on today's units; run once for each, so that they lie together in the table.
INSERT INTO observation_today
SELECT m.key_to, o.level, o.indicator_id, o.year, o.sex, o.age_group,
       CASE WHEN count(o.value) + count(*) FILTER (WHERE o.status = 'none') = any_value(r.parts) AND count(o.value) > 0
            THEN sum(o.value * m.share) END AS total,
       CASE WHEN any_value(r.parts) = 1 AND any_value(r.whole) THEN any_value(o.status)
            WHEN total IS NULL THEN any_value(o.status) FILTER (WHERE o.value IS NULL)
            WHEN any_value(r.whole) AND NOT bool_or(o.status IN ('rounded', 'estimated')) THEN 'computed'
            ELSE 'estimated' END,
       2023, any_value(o.source_id)
FROM observation o
JOIN move m ON m.level = o.level AND m.year = o.year AND m.key_from = o.area_key
JOIN recipe r ON r.level = o.level AND r.year = o.year AND r.key_to = m.key_to
JOIN area a ON a.area_key = m.key_to AND a.valid_to IS NULL
WHERE o.level = $level AND o.indicator_id = $indicator AND (o.age_group = 'total') = $all_ages
  AND (m.key_to, o.indicator_id, o.year) NOT IN (SELECT (area_key, indicator_id, year) FROM shipped_back_calculated)
GROUP BY m.key_to, o.level, o.indicator_id, o.year, o.sex, o.age_group
HAVING total IS NOT NULL OR any_value(o.status) FILTER (WHERE o.value IS NULL) IS NOT NULL;

