-- Participants: sums over their areas on the territory of 2023. Rates follow from these sums (derive in build.py).

-- The areas a participant's figures are added up from: Kreise as Kreise, everything else by its Gemeinden.
CREATE TABLE member AS
SELECT participant_id, 'kreis' AS level, area_key FROM participant_area WHERE level = 'kreis'
UNION ALL
SELECT participant_id, 'gemeinde', area_key FROM participant_area WHERE level = 'gemeinde'
UNION ALL
SELECT p.participant_id, 'gemeinde', r.area_key
FROM participant_area p JOIN shipped_area r ON p.level = 'verband' AND r.verband_key = p.area_key AND r.level = 'gemeinde';

-- The Verband in which all of a participant lies that is none itself.
CREATE TABLE participant_verband AS
SELECT participant_id, any_value(verband_key) AS verband_key
FROM member LEFT JOIN verband_of v ON v.area_key = member.area_key AND NOT alone
WHERE participant_id NOT IN (SELECT participant_id FROM participant_area WHERE level = 'verband')
GROUP BY participant_id HAVING count(DISTINCT verband_key) = 1 AND count(verband_key) = count(*);

CREATE TEMP TABLE size AS SELECT participant_id, count(*) AS parts FROM member GROUP BY participant_id;

-- The larger area that a participant is: a kreisfreie Stadt is its own Kreis, a Samtgemeinde a Verband.
CREATE TEMP TABLE same_area AS
SELECT participant_id, if(any_value(level) = 'verband', 'verband', 'kreis')::level_word AS level,
       if(any_value(level) = 'verband', any_value(area_key), left(any_value(area_key), 5))::area_word AS area_key
FROM participant_area GROUP BY participant_id
HAVING count(*) = 1 AND (any_value(level) = 'verband' OR any_value(level) = 'gemeinde' AND any_value(area_key) LIKE '%000');

-- the figures of all these areas, looked for once
CREATE TEMP TABLE of_parts AS
FROM today SEMI JOIN (
    SELECT level::level_word AS level, area_key::area_word AS area_key FROM member
    UNION ALL SELECT level, area_key FROM same_area
    UNION ALL SELECT level::level_word, area_key::area_word FROM participant_area
) USING (level, area_key);

CREATE TEMP TABLE of_participants AS FROM unchanged LIMIT 0;
INSERT INTO of_participants
SELECT m.participant_id, 'participant', o.indicator_id, o.year, o.sex, o.age_group,
       CASE WHEN count(o.value) + count(*) FILTER (WHERE o.status = 'none') = any_value(s.parts) AND count(o.value) > 0
            THEN sum(o.value) END,
       CASE WHEN any_value(s.parts) = 1 THEN min(o.status)
            WHEN count(o.value) + count(*) FILTER (WHERE o.status = 'none') < any_value(s.parts)
            THEN min(o.status) FILTER (WHERE o.value IS NULL AND o.status <> 'none')
            ELSE status_of_sum(o.status) END AS told,
       2023, min(o.source_id)
FROM (SELECT * REPLACE (level::level_word AS level, area_key::area_word AS area_key) FROM member) m
JOIN size s USING (participant_id)
JOIN of_parts o ON o.area_key = m.area_key AND o.level = m.level
WHERE o.indicator_id IN (SELECT indicator_id FROM indicator WHERE formula IS NULL) AND o.indicator_id NOT IN ($rates)
GROUP BY m.participant_id, o.indicator_id, o.year, o.sex, o.age_group
-- a year in which some of the parts have no figure at all (Rodachtal before 1990) is left out
HAVING told IS NOT NULL;

-- What is published of the larger area alone: of a city as a Kreis, of a Verband as a whole by the Zensus.
CREATE TEMP TABLE of_same_area AS
SELECT o.* REPLACE (participant_id::area_word AS area_key, 'participant'::level_word AS level)
FROM same_area s JOIN of_parts o ON o.level = s.level AND o.area_key = s.area_key
WHERE indicator_id IN (SELECT indicator_id FROM indicator WHERE formula IS NULL) AND indicator_id NOT IN ($rates);
DELETE FROM of_participants t USING of_same_area s
WHERE t.value IS NULL AND s.value IS NOT NULL AND t.area_key = s.area_key
  AND t.indicator_id = s.indicator_id AND t.year = s.year AND t.sex = s.sex AND t.age_group = s.age_group;
INSERT INTO of_participants
FROM of_same_area ANTI JOIN of_participants USING (area_key, indicator_id, year, sex, age_group);

-- Published rates hold for a participant that is exactly one area of the level they are published for; a kreisfreie
-- Stadt has that of its Kreis, which has more years and, of an index, is the usual one.
INSERT INTO of_participants
SELECT participant_id, 'participant', indicator_id, year, sex, age_group, value, status, territory, source_id
FROM (
    FROM same_area
    UNION
    SELECT participant_id, any_value(level)::level_word, any_value(area_key)::area_word FROM participant_area
    GROUP BY participant_id HAVING count(*) = 1
) JOIN of_parts o USING (level, area_key)
WHERE (o.status = 'reported' OR o.indicator_id IN ($means)) AND o.indicator_id IN ($rates)
QUALIFY row_number() OVER (PARTITION BY participant_id, indicator_id, year, sex, age_group
                           ORDER BY level = 'kreis' DESC) = 1;
