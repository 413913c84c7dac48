-- What a Zwischenbilanz ends in, and the notes of consultants for its dossier. Without foreign keys and second unique
-- indexes, as in 0002: the writing transaction checks both (zwk_data/warehouse/integrity.py).

-- One per Kommune and day; saved again it is changed, and the history keeps what stood before. version counts that.
CREATE TABLE review (
    review_id        VARCHAR PRIMARY KEY,
    participant_id   VARCHAR NOT NULL,
    held_on          DATE NOT NULL,
    guiding_question VARCHAR,
    present          INTEGER CHECK (present >= 0),
    result           VARCHAR,
    continuation     VARCHAR,
    version          SMALLINT NOT NULL DEFAULT 1 CHECK (version >= 1),
    entered_by       VARCHAR NOT NULL,
    entered_at       TIMESTAMP
);

-- How far a Handlungsfeld got, as those present see it: how many chose each step, 1 (nicht erreicht) to 5 (erreicht).
CREATE TABLE review_rating (
    rating_id       VARCHAR PRIMARY KEY,
    review_id       VARCHAR NOT NULL,
    field_of_action VARCHAR NOT NULL CHECK (field_of_action <> ''),
    votes_1         INTEGER NOT NULL DEFAULT 0 CHECK (votes_1 >= 0),
    votes_2         INTEGER NOT NULL DEFAULT 0 CHECK (votes_2 >= 0),
    votes_3         INTEGER NOT NULL DEFAULT 0 CHECK (votes_3 >= 0),
    votes_4         INTEGER NOT NULL DEFAULT 0 CHECK (votes_4 >= 0),
    votes_5         INTEGER NOT NULL DEFAULT 0 CHECK (votes_5 >= 0),
    note            VARCHAR,
    entered_by      VARCHAR NOT NULL,
    entered_at      TIMESTAMP
);

-- What was said: what helps, what hinders, ideas put aside, next steps. measure_id: what became of an idea or a step.
CREATE TABLE review_point (
    point_id        VARCHAR PRIMARY KEY,
    review_id       VARCHAR NOT NULL,
    field_of_action VARCHAR,
    kind            VARCHAR NOT NULL CHECK (kind IN ('helping', 'hindering', 'idea', 'step')),
    text            VARCHAR NOT NULL CHECK (text <> ''),
    responsible     VARCHAR,
    due             DATE,
    measure_id      VARCHAR,
    entered_by      VARCHAR NOT NULL,
    entered_at      TIMESTAMP
);

-- A consultant's own words to a section of the dossier.
CREATE TABLE dossier_note (
    note_id        VARCHAR PRIMARY KEY,
    participant_id VARCHAR NOT NULL,
    section        VARCHAR NOT NULL CHECK (section <> ''),
    text           VARCHAR NOT NULL CHECK (text <> ''),
    entered_by     VARCHAR NOT NULL,
    entered_at     TIMESTAMP
);
