"""What the network shares: its meetings, consultants and money, good practice, themes and tools."""

from __future__ import annotations

from dataclasses import replace

from zwk_data.schema import words
from zwk_data.schema.common_fields import (
    MEASURE,
    NO_PRIVATE_PERSON,
    NOTE,
    PARTICIPANT,
    PLAN_STATUS,
    REASON,
    SOURCE,
    STAMPS,
    THEME,
    code,
)
from zwk_data.schema.dates import DAY
from zwk_data.schema.kinds import ADDRESS, FLAG, LONG_TEXT, REFERENCE, TEXT
from zwk_data.schema.numbers import MONEY, YEAR
from zwk_data.schema.structure import Field, Table, Unique

NETWORK_TABLES = (
    Table(
        name="network_event",
        singular="Veranstaltung",
        plural="Veranstaltungen",
        key="network_event_id",
        prefix="v",
        fields=(
            Field("title", "Titel", TEXT, required=True, also="Veranstaltung|Name|Thema"),
            code("kind", "Art", words.EVENT_KINDS, words.EVENT_KIND_SYNONYMS, also="Format|Typ"),
            Field("date_from", "Beginn", DAY, required=True, also="Datum|von|Termin|Tag"),
            Field("date_to", "Ende", DAY, required=True, also="bis", ends_period=True, same_as="date_from"),
            Field("place", "Ort", TEXT, also="Veranstaltungsort|Wo"),
            PLAN_STATUS,
            REASON,
            NOTE,
            SOURCE,
        ),
        stamps=STAMPS,
        natural=("title", "date_from"),
        unique=(Unique(("title", "date_from")),),
        title="title",
        periods=(("date_from", "date_to"),),
    ),
    Table(
        name="adviser",
        singular="Beratung",
        plural="Beratungen",
        key="adviser_id",
        prefix="b",
        fields=(
            Field("name", "Name", TEXT, required=True, also="Beratung|Beratungsbüro|Büro|Firma"),
            Field(
                "contact", "Kontaktstelle", TEXT, help="Funktionspostfach oder Telefonzentrale.", also="Kontakt|E-Mail"
            ),
            Field("website", "Internetseite", ADDRESS, also="Homepage|Webseite|Link"),
            NOTE,
        ),
        natural=("name",),
        unique=(Unique(("name",)),),
        title="name",
    ),
    Table(
        name="funding",
        singular="Mittel eines Jahres",
        plural="Mittel",
        key="funding_id",
        prefix="f",
        fields=(
            PARTICIPANT,
            Field("year", "Jahr", YEAR, required=True, also="Haushaltsjahr|Förderjahr"),
            Field("granted_eur", "Bewilligt (Euro)", MONEY, also="bewilligt|Bewilligung|Zuwendung"),
            Field("called_eur", "Abgerufen (Euro)", MONEY, also="abgerufen|Mittelabruf|Abruf"),
            Field("spent_eur", "Ausgegeben (Euro)", MONEY, also="ausgegeben|verausgabt|Ausgaben"),
            NOTE,
        ),
        stamps=STAMPS,
        natural=("participant_id", "year"),
        unique=(Unique(("participant_id", "year")),),
        title="year",
        owner="participant_id",
    ),
    Table(
        name="good_practice",
        singular="Gute Praxis",
        plural="Gute Praxis",
        key="practice_id",
        prefix="g",
        fields=(
            PARTICIPANT,
            THEME,
            replace(MEASURE, required=False),
            Field("title", "Titel", TEXT, required=True, also="Praxisbeispiel|Beispiel|Name"),
            Field("description", "Was getan wurde", LONG_TEXT, also="Beschreibung|Inhalt|Was"),
            Field("for_whom", "Für wen", TEXT, also="Zielgruppe"),
            Field("result", "Ergebnis", LONG_TEXT, also="Wirkung|Erfolg|Resultat"),
            Field("contact_body", "Ansprechstelle", TEXT, help=NO_PRIVATE_PERSON, also="Kontakt"),
            Field("link", "Link", ADDRESS, also="URL|Internetseite|Quelle"),
            code("release", "Freigabe", words.RELEASES, words.RELEASE_SYNONYMS, also="frei für|Sichtbarkeit"),
        ),
        stamps=STAMPS,
        natural=("participant_id", "title"),
        title="title",
        owner="participant_id",
    ),
    Table(
        name="theme",
        singular="Thema",
        plural="Themenliste",
        key="theme_id",
        prefix="thema",
        fields=(
            Field("name_de", "Name", TEXT, required=True, also="Thema"),
            Field("toolkit", "Im Werkzeugkoffer", FLAG, required=True, also="Werkzeugkoffer"),
        ),
        natural=("name_de",),
        unique=(Unique(("name_de",)),),
        title="name_de",
        ships=True,
        same_for_all=True,
    ),
    Table(
        name="tool",
        singular="Werkzeug",
        plural="Werkzeugkoffer",
        key="tool_id",
        prefix="w",
        fields=(
            Field("title", "Titel", TEXT, required=True, also="Werkzeug|Name|Tool"),
            THEME,
            Field("link", "Link", ADDRESS, also="URL|Internetseite"),
            NOTE,
        ),
        natural=("title",),
        unique=(Unique(("title",)),),
        title="title",
    ),
    Table(
        name="measure_tool",
        singular="Werkzeug einer Maßnahme",
        plural="Werkzeuge der Maßnahmen",
        key="use_id",
        prefix="u",
        fields=(MEASURE, Field("tool_id", "Werkzeug", REFERENCE, required=True, parent="tool", also="Tool")),
        natural=("measure_id", "tool_id"),
        unique=(Unique(("measure_id", "tool_id")),),
        owner="measure_id",
        advised=True,
    ),
)
