-- A Kommune's own words in its Kommunalprofil: to a chapter, or its strengths and weaknesses, one per line.
CREATE TABLE profile_text (
    text_id        VARCHAR PRIMARY KEY,
    participant_id VARCHAR NOT NULL,
    chapter        VARCHAR NOT NULL CHECK (chapter <> ''),
    text           VARCHAR NOT NULL CHECK (text <> ''),
    entered_by     VARCHAR NOT NULL,
    entered_at     TIMESTAMP
);
