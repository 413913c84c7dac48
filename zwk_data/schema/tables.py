"""What people keep about the programme: every table and its fields in German, as forms, lists and history have it.

What a table of the programme store is in German: its records, and each of their fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zwk_data.schema.words import (
    EVENT_KINDS,
    EVENT_STATUS,
    KINDS,
    MEASURE_STATUS,
    PLAN_STATUS,
    POINT_KINDS,
    RATING_STEPS,
    RELEASES,
    STAGES,
)


@dataclass(frozen=True)
class Field:
    """One field of a record.

    ``kind``: text, long (text of several lines), code (one of ``choices``: code -> word), reference (the key of a
    record of ``parent``), span (a date as exact as its source, kept in three columns), day, year, money (euros),
    number, count (a whole number from 0), flag (yes or no), address (of a web page). ``also``: other words that lists
    use for the label. ``usual``: what is kept where nothing is given.
    """

    column: str
    label: str
    kind: str = "text"
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    parent: str = ""
    help: str = ""
    also: tuple[str, ...] = ()
    usual: int | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the store that the field is kept in."""
        return ("date_from", "date_to", "precision") if self.kind == "span" else (self.column,)


@dataclass(frozen=True)
class Record:
    """A table of the programme store: its ``key``, what one and several of its records are called, its fields.

    ``natural``: fields that together tell one record from another where a list brings no key. ``stamped``: the
    table has ``records.STAMPS``. ``title``: the column that names a record in a sentence.
    """

    table: str
    key: str
    name: str
    plural: str
    fields: tuple[Field, ...]
    natural: tuple[str, ...]
    stamped: bool = True
    title: str = ""
    #: comes with its area from data/programme: it can be changed here, but neither added nor removed
    fixed: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns but the key and the stamps."""
        return tuple(column for one in self.fields for column in one.columns)

    @property
    def owner(self) -> str:
        """The column that says whose it is: the Kommune's, or what it belongs to through; "" for nobody's."""
        return next((c for c in ("participant_id", "review_id", "measure_id") if c in self.columns), "")

    def field_of(self, column: str) -> Field:
        """The field that is kept in ``column``. Raises KeyError for an unknown one."""
        for one in self.fields:
            if column in one.columns:
                return one
        raise KeyError(column)


#: filled by the product itself at every change; never read from a form or a list
STAMPS = ("entered_by", "entered_at")


def _participant(*, required: bool = True) -> Field:
    return Field("participant_id", "Kommune", "reference", required, parent="participant",
                 also=("Gemeinde", "Stadt", "Ort", "Landkreis", "Kreis", "Teilnehmer", "Name der Kommune"))  # fmt: skip


def _theme() -> Field:
    return Field("theme_id", "Thema", "reference", parent="theme",
                 also=("Themenfeld", "Themenbereich", "Schwerpunkt"))  # fmt: skip


def _measure(*, required: bool = True) -> Field:
    return Field("measure_id", "Maßnahme", "reference", required, parent="measure",
                 also=("Projekt", "Titel der Maßnahme", "Maßnahmentitel"))  # fmt: skip


def _review() -> Field:
    return Field("review_id", "Zwischenbilanz", "reference", True, parent="review",
                 also=("Zwischenbilanz vom", "Sitzung"))  # fmt: skip


def _votes() -> tuple[Field, ...]:
    return tuple(
        Field(f"votes_{step}", word.capitalize(), "count", help="Stimmen oder Punkte für diese Stufe.",
              also=(f"Stimmen: {word}", f"Punkte: {word}"), usual=0)
        for step, word in RATING_STEPS.items()
    )  # fmt: skip


_NOTE = Field("note", "Bemerkung", "long", also=("Notiz", "Anmerkung", "Hinweis", "Bemerkungen", "Kommentar"))
_SOURCE = Field("source_url", "Quelle", "address", also=("Link", "Beleg", "URL", "Fundstelle"))
_STAGE = Field("stage", "Stufe", "code", True, choices=STAGES, also=("Phase", "Etappe", "Prozessstufe", "Schritt"))
_DATE_WORDS = ("Termin", "Tag", "am", "Zeitpunkt", "Wann")
_REASON = Field("reason", "Grund", "long", help="Pflicht, wenn etwas verschoben oder entfallen ist.",
                also=("Begründung", "Warum"))  # fmt: skip

RECORDS: dict[str, Record] = {
    one.table: one
    for one in (
        Record("participant", "participant_id", "Kommune", "Kommunen", (
            Field("name", "Name", required=True, also=("Kommune",)),
            Field("kind", "Art", "code", True, choices=KINDS),
            Field("land", "Land", required=True, also=("Bundesland",)),
            Field("quarter", "Quartier", also=("Stadtteil",)),
            Field("admitted", "Aufnahme", required=True),
            Field("dwk_experience", "Schon in der Demografiewerkstatt", "flag", True, also=("DWK", "DWK-Erfahrung")),
            Field("adviser", "Beratung", also=("Berater", "Beraterin", "Beratungsbüro", "Prozessberatung")),
            _NOTE, _SOURCE,
        ), ("name",), stamped=False, title="name", fixed=True),
        Record("participant_theme", "choice_id", "Thema einer Kommune", "Themen der Kommunen", (
            _participant(),
            Field("theme_id", "Thema", "reference", True, parent="theme", also=("Themenfeld", "Themenbereich")),
            Field("wording", "Eigene Worte", required=True, help="So, wie die Kommune das Thema selbst nennt.",
                  also=("Wortlaut", "Formulierung", "Bezeichnung vor Ort", "Thema der Kommune")),
            _SOURCE,
        ), ("participant_id", "theme_id", "wording"), stamped=False, title="wording"),
        Record("stage_event", "event_id", "Termin einer Stufe", "Stattgefundene Termine", (
            _participant(), _STAGE,
            Field("date_from", "Datum", "span", also=_DATE_WORDS, help="So genau wie bekannt: 09.11.2022, November "
                  "2022 oder 2022. Leer heißt: hat stattgefunden, Datum unbekannt."),
            _NOTE, _SOURCE,
        ), ("participant_id", "stage", "date_from", "note"), title="stage"),
        Record("stage_plan", "plan_id", "Planung einer Stufe", "Geplante Termine", (
            _participant(), _STAGE,
            Field("date_from", "Datum", "span", True, also=(*_DATE_WORDS, "Plan", "geplant für", "Soll"),
                  help="So genau wie bekannt: 09.11.2024, November 2024 oder 2024."),
            Field("status", "Stand", "code", True, choices=PLAN_STATUS, also=("Status",)),
            _REASON, _NOTE,
        ), ("participant_id", "stage", "date_from"), title="stage"),
        Record("measure", "measure_id", "Maßnahme", "Maßnahmen", (
            _participant(), _theme(),
            Field("field_of_action", "Handlungsfeld", also=("Handlungsbereich", "Feld")),
            Field("title", "Maßnahme", required=True,
                  also=("Titel", "Projekt", "Bezeichnung", "Vorhaben", "Projektname")),
            Field("goal", "Ziel", "long", also=("Ziele", "Zielsetzung")),
            Field("status", "Stand", "code", True, choices=MEASURE_STATUS,
                  also=("Status", "Umsetzungsstand", "Stand der Umsetzung", "Bearbeitungsstand")),
            Field("responsible", "Zuständig", help="Eine Stelle, keine Privatperson.",
                  also=("Verantwortlich", "Zuständigkeit", "Federführung", "Verantwortliche Stelle", "Wer")),
            Field("starts", "Beginn", "day", also=("Start", "von", "Anfang", "ab")),
            Field("ends", "Ende", "day", also=("bis", "Abschluss", "Fertigstellung", "Laufzeit bis")),
            Field("budget_eur", "Budget (Euro)", "money", also=("Budget", "Kosten", "Mittel", "Betrag", "Summe")),
            Field("target_group", "Zielgruppe", also=("Zielgruppen", "Für wen")),
            Field("indicator", "Leitkennzahl", also=("Kennzahl", "Indikator", "Messgröße")),
            Field("indicator_unit", "Einheit der Leitkennzahl", also=("Einheit",)),
            Field("indicator_start", "Ausgangswert", "number", also=("Startwert", "Anfangswert")),
            Field("indicator_target", "Zielwert", "number", also=("Soll", "Sollwert")),
            Field("indicator_actual", "Istwert", "number", also=("Ist", "aktueller Wert", "Stand Kennzahl")),
            _NOTE, _SOURCE,
        ), ("participant_id", "title"), title="title"),
        Record("measure_note", "note_id", "Notiz zum Fortschritt", "Notizen zum Fortschritt", (
            _measure(),
            Field("noted_on", "Tag", "day", True, also=("Datum", "am")),
            Field("text", "Notiz", "long", True, also=("Text", "Fortschritt", "Bemerkung", "Sachstand")),
        ), ("measure_id", "noted_on", "text"), title="text"),
        Record("network_event", "network_event_id", "Veranstaltung", "Veranstaltungen", (
            Field("title", "Titel", required=True, also=("Veranstaltung", "Name", "Thema")),
            Field("kind", "Art", "code", True, choices=EVENT_KINDS, also=("Format", "Typ")),
            Field("date_from", "Beginn", "day", True, also=("Datum", "von", "Termin", "Tag")),
            Field("date_to", "Ende", "day", True, also=("bis",)),
            Field("place", "Ort", also=("Veranstaltungsort", "Wo")),
            Field("status", "Stand", "code", True, choices=EVENT_STATUS, also=("Status",)),
            _REASON, _NOTE, _SOURCE,
        ), ("title", "date_from"), title="title"),
        Record("adviser", "adviser_id", "Beratung", "Beratungen", (
            Field("name", "Name", required=True, also=("Beratung", "Beratungsbüro", "Büro", "Firma")),
            Field("contact", "Kontaktstelle", help="Funktionspostfach oder Telefonzentrale.",
                  also=("Kontakt", "E-Mail")),
            Field("website", "Internetseite", "address", also=("Homepage", "Webseite", "Link")),
            _NOTE,
        ), ("name",), stamped=False, title="name"),
        Record("funding", "funding_id", "Mittel eines Jahres", "Mittel", (
            _participant(),
            Field("year", "Jahr", "year", True, also=("Haushaltsjahr", "Förderjahr")),
            Field("granted_eur", "Bewilligt (Euro)", "money", also=("bewilligt", "Bewilligung", "Zuwendung")),
            Field("called_eur", "Abgerufen (Euro)", "money", also=("abgerufen", "Mittelabruf", "Abruf")),
            Field("spent_eur", "Ausgegeben (Euro)", "money", also=("ausgegeben", "verausgabt", "Ausgaben")),
            _NOTE,
        ), ("participant_id", "year"), title="year"),
        Record("good_practice", "practice_id", "Gute Praxis", "Gute Praxis", (
            _participant(), _theme(), _measure(required=False),
            Field("title", "Titel", required=True, also=("Praxisbeispiel", "Beispiel", "Name")),
            Field("description", "Was getan wurde", "long", also=("Beschreibung", "Inhalt", "Was")),
            Field("for_whom", "Für wen", also=("Zielgruppe",)),
            Field("result", "Ergebnis", "long", also=("Wirkung", "Erfolg", "Resultat")),
            Field("contact_body", "Ansprechstelle", help="Eine Stelle, keine Privatperson.", also=("Kontakt",)),
            Field("link", "Link", "address", also=("URL", "Internetseite", "Quelle")),
            Field("release", "Freigabe", "code", True, choices=RELEASES, also=("frei für", "Sichtbarkeit")),
        ), ("participant_id", "title"), title="title"),
        Record("theme", "theme_id", "Thema", "Themenliste", (
            Field("name_de", "Name", required=True, also=("Thema",)),
            Field("toolkit", "Im Werkzeugkoffer", "flag", True, also=("Werkzeugkoffer",)),
        ), ("name_de",), stamped=False, title="name_de"),
        Record("tool", "tool_id", "Werkzeug", "Werkzeugkoffer", (
            Field("title", "Titel", required=True, also=("Werkzeug", "Name", "Tool")),
            _theme(),
            Field("link", "Link", "address", also=("URL", "Internetseite")),
            _NOTE,
        ), ("title",), stamped=False, title="title"),
        Record("measure_tool", "use_id", "Werkzeug einer Maßnahme", "Werkzeuge der Maßnahmen", (
            _measure(),
            Field("tool_id", "Werkzeug", "reference", True, parent="tool", also=("Tool",)),
        ), ("measure_id", "tool_id"), stamped=False),
        Record("review", "review_id", "Ergebnis einer Zwischenbilanz", "Ergebnisse Zwischenbilanz", (
            _participant(),
            Field("held_on", "Tag der Zwischenbilanz", "day", True, also=("Tag", "Datum", "am", "Termin")),
            Field("guiding_question", "Leitfrage", "long", also=("Leitende Frage",)),
            Field("present", "Anwesende", "count", also=("Teilnehmende", "Zahl der Anwesenden")),
            Field("result", "Ergebnis", "long", help="In eigenen Worten.", also=("Fazit", "Zusammenfassung")),
            Field("continuation", "Verstetigung", "long", help="Wie es weitergeht.",
                  also=("Wie es weitergeht", "Ausblick")),
            Field("version", "Fassung", "count", help="Zählt, wie oft das Ergebnis gespeichert wurde.",
                  also=("Version",), usual=1),
        ), ("participant_id", "held_on"), title="held_on"),
        Record("review_rating", "rating_id", "Zielerreichung eines Handlungsfelds", "Zielerreichung je Handlungsfeld", (
            _review(),
            Field("field_of_action", "Handlungsfeld", required=True, also=("Handlungsbereich", "Feld")),
            *_votes(), _NOTE,
        ), ("review_id", "field_of_action"), title="field_of_action"),
        Record("review_point", "point_id", "Punkt einer Zwischenbilanz", "Punkte Zwischenbilanz", (
            _review(),
            Field("field_of_action", "Handlungsfeld", also=("Handlungsbereich", "Feld")),
            Field("kind", "Art", "code", True, choices=POINT_KINDS, also=("Rubrik",)),
            Field("text", "Text", "long", True, also=("Punkt", "Inhalt", "Was")),
            Field("responsible", "Zuständig", help="Eine Stelle, keine Privatperson.",
                  also=("Verantwortlich", "Zuständigkeit", "Wer")),
            Field("due", "Bis wann", "day", also=("bis", "Frist", "Termin")),
            _measure(required=False),
        ), ("review_id", "kind", "field_of_action", "text"), title="text"),
        Record("dossier_note", "note_id", "Notiz im Dossier", "Notizen im Dossier", (
            _participant(),
            Field("section", "Abschnitt", required=True, also=("Kapitel",)),
            Field("text", "Notiz", "long", True, also=("Text",)),
        ), ("participant_id", "section"), title="section"),
    )
}  # fmt: skip
