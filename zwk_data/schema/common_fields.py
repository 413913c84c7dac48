"""Fields that several tables share."""

from __future__ import annotations

from zwk_data.schema import words
from zwk_data.schema.dates import MOMENT
from zwk_data.schema.kinds import ADDRESS, CODE, LONG_TEXT, REFERENCE, TEXT
from zwk_data.schema.structure import Field, Needed

#: set by the product on every change; never read from a form or a list
STAMPS = (Field("entered_by", "Eingetragen von", TEXT, required=True), Field("entered_at", "Eingetragen am", MOMENT))

PARTICIPANT = Field(
    "participant_id",
    "Kommune",
    REFERENCE,
    required=True,
    parent="participant",
    also="Gemeinde|Stadt|Ort|Landkreis|Kreis|Teilnehmer|Name der Kommune",
)
THEME = Field("theme_id", "Thema", REFERENCE, parent="theme", also="Themenfeld|Themenbereich|Schwerpunkt")
MEASURE = Field(
    "measure_id",
    "Maßnahme",
    REFERENCE,
    required=True,
    parent="measure",
    also="Projekt|Titel der Maßnahme|Maßnahmentitel",
)
REVIEW = Field(
    "review_id", "Zwischenbilanz", REFERENCE, required=True, parent="review", also="Zwischenbilanz vom|Sitzung"
)
STAGE = Field(
    "stage",
    "Stufe",
    CODE,
    required=True,
    choices=words.STAGES,
    synonyms=words.STAGE_SYNONYMS,
    also="Phase|Etappe|Prozessstufe|Schritt",
)
PLAN_STATUS = Field(
    "status",
    "Stand",
    CODE,
    required=True,
    choices=words.PLAN_STATUS,
    synonyms=words.PLAN_STATUS_SYNONYMS,
    also="Status",
)
FIELD_OF_ACTION = Field("field_of_action", "Handlungsfeld", TEXT, also="Handlungsbereich|Feld")
NOTE = Field("note", "Bemerkung", LONG_TEXT, also="Notiz|Anmerkung|Hinweis|Bemerkungen|Kommentar")
SOURCE = Field("source_url", "Quelle", ADDRESS, also="Link|Beleg|URL|Fundstelle")
REASON = Field(
    "reason",
    "Grund",
    LONG_TEXT,
    help="Pflicht, wenn etwas verschoben oder entfallen ist.",
    also="Begründung|Warum",
    needed=Needed(
        "status",
        ("moved", "dropped"),
        "Bitte einen Grund angeben: Was verschoben wird oder entfällt, braucht einen.",
    ),
)
NO_PRIVATE_PERSON = "Eine Stelle, keine Privatperson."
DATE_WORDS = "Termin|Tag|am|Zeitpunkt|Wann"
