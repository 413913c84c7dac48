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

CREATE VIEW restricted.change_set AS FROM programme.change_set WHERE false;
CREATE VIEW restricted.change_log AS FROM programme.change_log WHERE false;
CREATE VIEW restricted.programme_seed AS FROM programme.programme_seed WHERE false;
CREATE VIEW restricted.migration AS FROM programme.migration;
