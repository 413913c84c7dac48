-- Counts of one level and indicator on today's units; run once for each, so that they lie together in the table.
-- Most units never changed and are copied as they are.
INSERT INTO observation_today
SELECT o.area_key, o.level, o.indicator_id, o.year, o.sex, o.age_group, o.value, o.status, 2023, o.source_id
FROM observation o
SEMI JOIN (SELECT key_to, year FROM recipe WHERE same AND level = $level) r
  ON r.year = o.year AND r.key_to = o.area_key
WHERE o.level = $level AND o.indicator_id = $indicator AND (o.age_group = 'total') = $all_ages;

INSERT INTO observation_today
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
WHERE o.level = $level AND o.indicator_id = $indicator AND (o.age_group = 'total') = $all_ages
GROUP BY m.key_to, o.level, o.indicator_id, o.year, o.sex, o.age_group
HAVING total IS NOT NULL OR any_value(o.status) FILTER (WHERE o.value IS NULL) IS NOT NULL;
