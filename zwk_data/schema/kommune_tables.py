"""The Kommunen: where they lie, what they care about, their way through the stages, their measures."""

from __future__ import annotations

from dataclasses import replace

from zwk_data.schema import words
from zwk_data.schema.dates import DAY, SPAN
from zwk_data.schema.kinds import (
    CODE,
    DATE_WORDS,
    FIELD_OF_ACTION,
    FLAG,
    LONG_TEXT,
    MEASURE,
    NO_PRIVATE_PERSON,
    NOTE,
    PARTICIPANT,
    PLAN_STATUS,
    REASON,
    SOURCE,
    STAGE,
    STAMPS,
    TEXT,
    THEME,
    code,
)
from zwk_data.schema.numbers import MONEY, NUMBER
from zwk_data.schema.structure import Field, Table, Unique

#: what lists call the columns of a measure
_TITLES = (
    "Titel|Projekt|Bezeichnung|Vorhaben|Projektname|Name der Maßnahme|Name des Projekts|Projekttitel|Maßnahmentitel|"
    "Maßnahmenname|Maßnahmenbezeichnung|Projektbezeichnung|Kurztitel|Zuwendungszweck|Verwendungszweck|Zweck|Gegenstand|"
    "Einzelmaßnahme|Aktivität"
)
_BEGINNINGS = "Start|von|Anfang|ab|Startdatum|Anfangsdatum|Laufzeitbeginn|Startzeitpunkt"
_ENDS = "bis|Abschluss|Fertigstellung|Laufzeit bis|Enddatum|Laufzeitende|Abschlussdatum"
_AMOUNTS = (
    "Budget|Kosten|Mittel|Betrag|Summe|Gesamtkosten|Kostenschätzung|Kostenrahmen|Finanzbedarf|Finanzvolumen|"
    "Investitionskosten|Zuwendung|Gesamtzuwendung|Zuwendungsbetrag|Zuwendungssumme|Fördersumme|Förderbetrag|"
    "Zuwendungshöhe|Gesamtausgaben|Ausgaben|Investitionssumme|Investitionsvolumen|Investition|Investitionen|Volumen|"
    "Projektvolumen|Mittelbedarf|Fördervolumen|Fördermittel|Zuschuss"
)

KOMMUNE_TABLES = (
    Table(
        name="participant",
        singular="Kommune",
        plural="Kommunen",
        key="participant_id",
        fields=(
            Field("name", "Name", TEXT, required=True, also="Kommune"),
            code("kind", "Art", words.KINDS, words.KIND_SYNONYMS),
            Field("land", "Land", TEXT, required=True, also="Bundesland"),
            Field("quarter", "Quartier", TEXT, also="Stadtteil"),
            Field("admitted", "Aufnahme", TEXT, required=True),
            Field("dwk_experience", "Schon in der Demografiewerkstatt", FLAG, required=True, also="DWK|DWK-Erfahrung"),
            Field("adviser", "Beratung", TEXT, also="Berater|Beraterin|Beratungsbüro|Prozessberatung"),
            NOTE,
            replace(SOURCE, documented=True),
        ),
        natural=("name",),
        unique=(Unique(("name",)),),
        title="name",
        naming=("name", "kind", "quarter", "land"),
        fixed=True,
        ships=True,
        same_for_all=True,
    ),
    Table(
        name="participant_area",
        singular="Gebiet einer Kommune",
        plural="Gebiete der Kommunen",
        kept_by="files",
        fields=(
            PARTICIPANT,
            Field("level", "Ebene", CODE, required=True, choices={level: level for level in words.AREA_LEVELS}),
            Field("area_key", "Gebietsschlüssel", TEXT, required=True),
        ),
        natural=("participant_id", "area_key"),
        unique=(Unique(("participant_id", "area_key")),),
        owner="participant_id",
        ships=True,
        same_for_all=True,
    ),
    Table(
        name="participant_theme",
        singular="Thema einer Kommune",
        plural="Themen der Kommunen",
        key="choice_id",
        prefix="t",
        fields=(
            PARTICIPANT,
            replace(THEME, required=True, also="Themenfeld|Themenbereich"),
            Field(
                "wording",
                "Eigene Worte",
                TEXT,
                required=True,
                help="So, wie die Kommune das Thema selbst nennt.",
                also="Wortlaut|Formulierung|Bezeichnung vor Ort|Thema der Kommune",
            ),
            SOURCE,
        ),
        natural=("participant_id", "theme_id", "wording"),
        unique=(Unique(("participant_id", "theme_id", "wording")),),
        title="wording",
        owner="participant_id",
        ships=True,
        csv=("participant_id", "theme_id", "wording", "source_url"),
        same_for_all=True,
    ),
    Table(
        name="stage_event",
        singular="Termin einer Stufe",
        plural="Stattgefundene Termine",
        key="event_id",
        prefix="e",
        fields=(
            PARTICIPANT,
            STAGE,
            Field(
                "date_from",
                "Datum",
                SPAN,
                also=DATE_WORDS,
                help="So genau wie bekannt: 09.11.2022, November 2022 oder 2022. Leer heißt: hat stattgefunden, Datum "
                "unbekannt.",
            ),
            replace(NOTE, usual=""),
            SOURCE,
        ),
        stamps=STAMPS,
        natural=("participant_id", "stage", "date_from", "note"),
        loosely=("participant_id", "stage", "date_from"),
        unique=(Unique(("participant_id", "stage", "date_from", "date_to", "note")),),
        title="stage",
        owner="participant_id",
        ships=True,
        csv=(
            *("participant_id", "stage", "date_from", "date_to", "precision"),
            *("note", "source_url", "entered_by", "entered_at"),
        ),
        advised=True,
    ),
    Table(
        name="stage_plan",
        singular="Planung einer Stufe",
        plural="Geplante Termine",
        key="plan_id",
        prefix="p",
        fields=(
            PARTICIPANT,
            STAGE,
            Field(
                "date_from",
                "Datum",
                SPAN,
                required=True,
                also=f"{DATE_WORDS}|Plan|geplant für|Soll",
                help="So genau wie bekannt: 09.11.2024, November 2024 oder 2024.",
            ),
            PLAN_STATUS,
            REASON,
            NOTE,
        ),
        stamps=STAMPS,
        natural=("participant_id", "stage", "date_from"),
        unique=(
            Unique(
                ("participant_id", "stage"),
                where=("status", "planned"),
                sentence="Für diese Stufe der Kommune ist schon ein Termin geplant; er lässt sich verschieben.",
                sentence_in_list="Für diese Stufe der Kommune ist schon ein Termin geplant. Bitte den alten als "
                "verschoben oder entfallen führen.",
            ),
        ),
        title="stage",
        owner="participant_id",
        advised=True,
    ),
    Table(
        name="measure",
        singular="Maßnahme",
        plural="Maßnahmen",
        key="measure_id",
        prefix="m",
        fields=(
            PARTICIPANT,
            THEME,
            FIELD_OF_ACTION,
            Field("title", "Maßnahme", TEXT, required=True, also=_TITLES),
            Field("goal", "Ziel", LONG_TEXT, also="Ziele|Zielsetzung"),
            code(
                "status",
                "Stand",
                words.MEASURE_STATUS,
                words.MEASURE_STATUS_SYNONYMS,
                also="Status|Umsetzungsstand|Stand der Umsetzung|Bearbeitungsstand|Realisierungsstand|Projektstand|"
                "Umsetzungsstatus|Sachstand",
            ),
            Field(
                "responsible",
                "Zuständig",
                TEXT,
                help=NO_PRIVATE_PERSON,
                also="Verantwortlich|Zuständigkeit|Federführung|Verantwortliche Stelle|Wer",
            ),
            Field("starts", "Beginn", DAY, also=_BEGINNINGS),
            Field("ends", "Ende", DAY, also=_ENDS, ends_period=True),
            Field("budget_eur", "Budget (Euro)", MONEY, also=_AMOUNTS),
            Field("target_group", "Zielgruppe", TEXT, also="Zielgruppen|Für wen"),
            Field("indicator", "Leitkennzahl", TEXT, also="Kennzahl|Indikator|Messgröße"),
            Field("indicator_unit", "Einheit der Leitkennzahl", TEXT, also="Einheit"),
            Field("indicator_start", "Ausgangswert", NUMBER, also="Startwert|Anfangswert"),
            Field("indicator_target", "Zielwert", NUMBER, also="Soll|Sollwert"),
            Field("indicator_actual", "Istwert", NUMBER, also="Ist|aktueller Wert|Stand Kennzahl"),
            NOTE,
            SOURCE,
        ),
        stamps=STAMPS,
        natural=("participant_id", "title"),
        title="title",
        naming=("title", "participant_id"),
        owner="participant_id",
        periods=(("starts", "ends"),),
        ships=True,
        csv=(
            *("measure_id", "participant_id", "theme_id", "title", "goal", "responsible", "starts", "ends"),
            *("budget_eur", "target_group", "status", "indicator", "note", "source_url", "entered_by", "entered_at"),
            *("field_of_action", "indicator_unit", "indicator_start", "indicator_target", "indicator_actual"),
        ),
        advised=True,
    ),
    Table(
        name="measure_note",
        singular="Notiz zum Fortschritt",
        plural="Notizen zum Fortschritt",
        key="note_id",
        prefix="n",
        fields=(
            MEASURE,
            Field("noted_on", "Tag", DAY, required=True, also="Datum|am"),
            Field("text", "Notiz", LONG_TEXT, required=True, also="Text|Fortschritt|Bemerkung|Sachstand"),
        ),
        stamps=STAMPS,
        natural=("measure_id", "noted_on", "text"),
        title="text",
        owner="measure_id",
        advised=True,
    ),
)
