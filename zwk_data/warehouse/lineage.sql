-- Where the territory of each participant came from: the units of 1990-2022 that make up its areas of today, with the
-- years (31st of December) at whose end they existed. Read by demography/history.py; names of keys that stood only
-- between two registers are not known here (NULL).

CREATE TABLE lineage AS
WITH target AS (
    SELECT participant_id, level, area_key FROM member
    UNION ALL
    SELECT m.participant_id, 'gemeinde', a.area_key
    FROM member m JOIN area a ON m.level = 'kreis' AND a.level = 'gemeinde' AND a.kreis_key = m.area_key
    WHERE a.valid_to IS NULL
)
SELECT t.participant_id, l.level, l.key_from, f.name AS name_from, l.key_to, a.name AS name_to,
       arg_max(l.share, l.year) AS share, min(l.year)::SMALLINT AS first_year, max(l.year)::SMALLINT AS last_year
FROM shipped_lineage l
JOIN target t ON t.level = l.level AND t.area_key = l.key_to
JOIN area a ON a.area_key = l.key_to
LEFT JOIN area f ON f.area_key = l.key_from
LEFT JOIN uninhabited u ON u.area_key = l.key_from
WHERE u.area_key IS NULL
GROUP BY t.participant_id, l.level, l.key_from, f.name, l.key_to, a.name ORDER BY ALL;
