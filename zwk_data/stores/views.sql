-- What is seen of the programme store by whoever may not see all: the public view, and a Kommune's own records in full.
-- Variables of the cursor say who asks: own (participant ids) and network (a member of the network, or anybody).
-- Tables that are not named here are shown to nobody in this view (a test holds the list complete).

CREATE SCHEMA restricted;
CREATE MACRO restricted.mine(id) AS coalesce(list_contains(getvariable('own')::VARCHAR[], id), false);

CREATE VIEW restricted.participant AS FROM programme.participant;
CREATE VIEW restricted.participant_area AS FROM programme.participant_area;
CREATE VIEW restricted.theme AS FROM programme.theme;
CREATE VIEW restricted.participant_theme AS FROM programme.participant_theme;
CREATE VIEW restricted.tool AS SELECT * REPLACE (NULL::VARCHAR AS note) FROM programme.tool;
CREATE VIEW restricted.adviser AS
SELECT * REPLACE (NULL::VARCHAR AS contact, NULL::VARCHAR AS note) FROM programme.adviser;

-- who typed something in is nobody else's business
CREATE VIEW restricted.stage_event AS
SELECT * REPLACE (CASE WHEN restricted.mine(participant_id) OR source_url IS NOT NULL THEN note ELSE '' END AS note,
                  CASE WHEN restricted.mine(participant_id) THEN entered_by ELSE '' END AS entered_by)
FROM programme.stage_event;
CREATE VIEW restricted.network_event AS
SELECT * REPLACE (NULL::VARCHAR AS note, NULL::VARCHAR AS reason, '' AS entered_by) FROM programme.network_event;

CREATE VIEW restricted.stage_plan AS FROM programme.stage_plan WHERE restricted.mine(participant_id);
CREATE VIEW restricted.funding AS FROM programme.funding WHERE restricted.mine(participant_id);
-- of others: what runs or is done, without money, people and notes
CREATE VIEW restricted.measure AS
SELECT * REPLACE (CASE WHEN restricted.mine(participant_id) THEN responsible END AS responsible,
                  CASE WHEN restricted.mine(participant_id) THEN budget_eur END AS budget_eur,
                  CASE WHEN restricted.mine(participant_id) THEN note END AS note,
                  CASE WHEN restricted.mine(participant_id) THEN indicator END AS indicator,
                  CASE WHEN restricted.mine(participant_id) THEN indicator_unit END AS indicator_unit,
                  CASE WHEN restricted.mine(participant_id) THEN indicator_start END AS indicator_start,
                  CASE WHEN restricted.mine(participant_id) THEN indicator_target END AS indicator_target,
                  CASE WHEN restricted.mine(participant_id) THEN indicator_actual END AS indicator_actual,
                  CASE WHEN restricted.mine(participant_id) THEN entered_by ELSE '' END AS entered_by)
FROM programme.measure WHERE restricted.mine(participant_id) OR status IN ('running', 'done');
CREATE VIEW restricted.measure_note AS
SELECT n.* FROM programme.measure_note n JOIN programme.measure m USING (measure_id)
WHERE restricted.mine(m.participant_id);
CREATE VIEW restricted.measure_tool AS
SELECT t.* FROM programme.measure_tool t JOIN programme.measure m USING (measure_id)
WHERE restricted.mine(m.participant_id) OR m.status IN ('running', 'done');
CREATE VIEW restricted.good_practice AS
SELECT * REPLACE (CASE WHEN restricted.mine(participant_id) THEN entered_by ELSE '' END AS entered_by)
FROM programme.good_practice
WHERE restricted.mine(participant_id) OR release = 'public' OR (release = 'network' AND getvariable('network'));

-- what a Zwischenbilanz ends in, and what consultants note for it, is the Kommune's own
CREATE VIEW restricted.review AS FROM programme.review WHERE restricted.mine(participant_id);
CREATE VIEW restricted.review_rating AS
SELECT r.* FROM programme.review_rating r JOIN programme.review v USING (review_id)
WHERE restricted.mine(v.participant_id);
CREATE VIEW restricted.review_point AS
SELECT p.* FROM programme.review_point p JOIN programme.review v USING (review_id)
WHERE restricted.mine(v.participant_id);
CREATE VIEW restricted.dossier_note AS FROM programme.dossier_note WHERE restricted.mine(participant_id);
CREATE VIEW restricted.profile_text AS FROM programme.profile_text WHERE restricted.mine(participant_id);

-- The history of what is one's own: records that neither belong nor ever belonged to another Kommune, by what stands
-- and by what the history itself says of them. Each text of the history is looked into once, and by nobody who has none.
CREATE VIEW restricted.own_log AS
WITH log AS MATERIALIZED (
    SELECT *, CASE WHEN field IS NULL THEN json_extract_string(coalesce(new, old), '$.participant_id')
              END AS participant_id,
           CASE WHEN field IS NULL AND entity IN ('measure_note', 'measure_tool')
                THEN json_extract_string(coalesce(new, old), '$.measure_id') END AS measure_id,
           CASE WHEN field IS NULL AND entity IN ('review_rating', 'review_point')
                THEN json_extract_string(coalesce(new, old), '$.review_id') END AS review_id
    FROM programme.change_log WHERE len(getvariable('own')::VARCHAR[]) > 0),
measure_owner AS MATERIALIZED (
    SELECT measure_id, participant_id FROM programme.measure
    UNION SELECT entity_id, participant_id FROM log WHERE entity = 'measure' AND field IS NULL
    UNION SELECT entity_id, unnest([old, new]) FROM log WHERE entity = 'measure' AND field = 'participant_id'),
of_measure AS (
    SELECT 'measure_note' AS entity, note_id AS entity_id, measure_id FROM programme.measure_note
    UNION ALL SELECT 'measure_tool', use_id, measure_id FROM programme.measure_tool
    UNION ALL SELECT entity, entity_id, measure_id FROM log
    WHERE entity IN ('measure_note', 'measure_tool') AND field IS NULL
    UNION ALL SELECT entity, entity_id, unnest([old, new]) FROM log
    WHERE entity IN ('measure_note', 'measure_tool') AND field = 'measure_id'),
review_owner AS MATERIALIZED (
    SELECT review_id, participant_id FROM programme.review
    UNION SELECT entity_id, participant_id FROM log WHERE entity = 'review' AND field IS NULL
    UNION SELECT entity_id, unnest([old, new]) FROM log WHERE entity = 'review' AND field = 'participant_id'),
of_review AS (
    SELECT 'review_rating' AS entity, rating_id AS entity_id, review_id FROM programme.review_rating
    UNION ALL SELECT 'review_point', point_id, review_id FROM programme.review_point
    UNION ALL SELECT entity, entity_id, review_id FROM log
    WHERE entity IN ('review_rating', 'review_point') AND field IS NULL
    UNION ALL SELECT entity, entity_id, unnest([old, new]) FROM log
    WHERE entity IN ('review_rating', 'review_point') AND field = 'review_id'),
owner AS (
    SELECT 'participant' AS entity, participant_id AS entity_id, participant_id FROM programme.participant
    UNION ALL SELECT 'participant_theme', choice_id, participant_id FROM programme.participant_theme
    UNION ALL SELECT 'stage_event', event_id, participant_id FROM programme.stage_event
    UNION ALL SELECT 'stage_plan', plan_id, participant_id FROM programme.stage_plan
    UNION ALL SELECT 'funding', funding_id, participant_id FROM programme.funding
    UNION ALL SELECT 'good_practice', practice_id, participant_id FROM programme.good_practice
    UNION ALL SELECT 'measure', measure_id, participant_id FROM measure_owner
    UNION ALL SELECT entity, entity_id, participant_id FROM of_measure LEFT JOIN measure_owner USING (measure_id)
    UNION ALL SELECT 'dossier_note', note_id, participant_id FROM programme.dossier_note
    UNION ALL SELECT 'profile_text', text_id, participant_id FROM programme.profile_text
    UNION ALL SELECT 'review', review_id, participant_id FROM review_owner
    UNION ALL SELECT entity, entity_id, participant_id FROM of_review LEFT JOIN review_owner USING (review_id)
    UNION ALL SELECT entity, entity_id, participant_id FROM log
    WHERE field IS NULL
      AND entity IN ('participant_theme', 'stage_event', 'stage_plan', 'funding', 'good_practice', 'dossier_note',
                     'profile_text')
    UNION ALL SELECT entity, entity_id, unnest([old, new]) FROM log WHERE field = 'participant_id'),
-- without the macro: it would look into the list once a row
own AS MATERIALIZED (
    SELECT entity, entity_id
    FROM owner LEFT JOIN (SELECT unnest(getvariable('own')::VARCHAR[]) AS mine) ON participant_id = mine
    GROUP BY ALL HAVING count(*) = count(mine))
SELECT l.* EXCLUDE (participant_id, measure_id, review_id), o.entity IS NOT NULL AS own,
       -- a reason is told where the whole act of saving was about one's own: it may speak of others
       bool_and(o.entity IS NOT NULL) OVER (PARTITION BY l.set_id) AS whole
FROM log l LEFT JOIN own o USING (entity, entity_id);

CREATE VIEW restricted.change_log AS
SELECT * EXCLUDE (own, whole) REPLACE (CASE WHEN whole THEN reason END AS reason) FROM restricted.own_log WHERE own;
CREATE VIEW restricted.change_set AS
SELECT c.* REPLACE (CASE WHEN s.whole THEN c.reason END AS reason, CASE WHEN s.whole THEN c.file END AS file)
FROM programme.change_set c
JOIN (SELECT set_id, any_value(whole) AS whole FROM restricted.own_log WHERE own GROUP BY set_id) s USING (set_id);
CREATE VIEW restricted.programme_seed AS FROM programme.programme_seed WHERE false;
CREATE VIEW restricted.migration AS FROM programme.migration;
