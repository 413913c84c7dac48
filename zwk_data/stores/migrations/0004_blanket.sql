-- What one sentence says of all Kommunen at once is a precision of its own: „blanket“, without a date as „unknown“.
CREATE TABLE stage_event_new (
    participant_id VARCHAR NOT NULL,
    stage          VARCHAR NOT NULL CHECK (stage IN ('kick_off', 'kommunalprofil', 'zukunftswerkstatt',
                                                     'werkstattplan', 'zwischenbilanz')),
    date_from      DATE,
    date_to        DATE,
    precision      VARCHAR NOT NULL CHECK (precision IN ('day', 'month', 'year', 'unknown', 'blanket')),
    note           VARCHAR NOT NULL DEFAULT '',
    source_url     VARCHAR,
    entered_by     VARCHAR NOT NULL,
    entered_at     TIMESTAMP,
    event_id       VARCHAR PRIMARY KEY,
    CHECK (CASE precision
               WHEN 'unknown' THEN date_from IS NULL AND date_to IS NULL
               WHEN 'blanket' THEN date_from IS NULL AND date_to IS NULL
               WHEN 'day' THEN date_from IS NOT NULL AND date_to = date_from
               WHEN 'month' THEN date_from IS NOT NULL AND date_from = date_trunc('month', date_from)
                                 AND date_to = last_day(date_from)
               ELSE date_from IS NOT NULL AND date_from = date_trunc('year', date_from)
                    AND date_to = make_date(year(date_from), 12, 31) END)
);
INSERT INTO stage_event_new BY NAME FROM stage_event;
DROP TABLE stage_event;
ALTER TABLE stage_event_new RENAME TO stage_event;
