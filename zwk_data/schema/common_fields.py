"""Fields that several tables share."""

from __future__ import annotations

from collections.abc import Mapping

from zwk_data.schema import words
from zwk_data.schema.dates import MOMENT
from zwk_data.schema.kinds import ADDRESS, CODE, LONG_TEXT, REFERENCE, TEXT
from zwk_data.schema.structure import Field, Needed
from zwk_data.schema.words import Synonyms

#: set by the product on every change; never read from a form or a list
STAMPS = (Field("entered_by", "Eingetragen von", TEXT, required=True), Field("entered_at", "Eingetragen am", MOMENT))

PARTICIPANT = Field(
    "participant_id",
    "Kommune",
    REFERENCE,
    required=True,
    parent="participant",
    also="Gemeinde|Stadt|Ort|Landkreis|Kreis|Teilnehmer|Name der Kommune|Gemeindename|Gebietskörperschaft|Standort",
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


def code(column: str, label: str, choices: Mapping[str, str], synonyms: Synonyms, also: str = "") -> Field:
    """A field for one of the ``choices``, which must be given."""
    return Field(column, label, CODE, required=True, choices=choices, synonyms=synonyms, also=also)


STAGE = code("stage", "Stufe", words.STAGES, words.STAGE_SYNONYMS, also="Phase|Etappe|Prozessstufe|Schritt")
PLAN_STATUS = code("status", "Stand", words.PLAN_STATUS, words.PLAN_STATUS_SYNONYMS, also="Status")
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
        "status", ("moved", "dropped"), "Bitte einen Grund angeben: Was verschoben wird oder entfällt, braucht einen."
    ),
)
NO_PRIVATE_PERSON = "Eine Stelle, keine Privatperson."
DATE_WORDS = "Termin|Tag|am|Zeitpunkt|Wann"
