"""What a Zwischenbilanz ends in, and the notes for a Kommune's dossier."""

from __future__ import annotations

from dataclasses import replace

from zwk_data.schema import words
from zwk_data.schema.dates import DAY
from zwk_data.schema.kinds import (
    FIELD_OF_ACTION,
    LONG_TEXT,
    MEASURE,
    NO_PRIVATE_PERSON,
    NOTE,
    PARTICIPANT,
    REVIEW,
    STAMPS,
    TEXT,
    code,
)
from zwk_data.schema.numbers import COUNT
from zwk_data.schema.structure import Field, Table, Unique


def _votes() -> tuple[Field, ...]:
    """How many chose each step of Zielerreichung."""
    return tuple(
        Field(
            f"votes_{step}",
            word.capitalize(),
            COUNT,
            help="Stimmen oder Punkte für diese Stufe.",
            also=f"Stimmen: {word}|Punkte: {word}",
            usual=0,
        )
        for step, word in words.RATING_STEPS.items()
    )


REVIEW_TABLES = (
    Table(
        name="review",
        singular="Ergebnis einer Zwischenbilanz",
        plural="Ergebnisse Zwischenbilanz",
        key="review_id",
        prefix="z",
        fields=(
            PARTICIPANT,
            Field("held_on", "Tag der Zwischenbilanz", DAY, required=True, also="Tag|Datum|am|Termin"),
            Field("guiding_question", "Leitfrage", LONG_TEXT, also="Leitende Frage"),
            Field("present", "Anwesende", COUNT, also="Teilnehmende|Zahl der Anwesenden"),
            Field("result", "Ergebnis", LONG_TEXT, help="In eigenen Worten.", also="Fazit|Zusammenfassung"),
            Field(
                "continuation", "Verstetigung", LONG_TEXT, help="Wie es weitergeht.", also="Wie es weitergeht|Ausblick"
            ),
            Field(
                "version",
                "Fassung",
                COUNT,
                help="Zählt, wie oft das Ergebnis gespeichert wurde.",
                also="Version",
                usual=1,
                at_least=1,
                column_type="SMALLINT",
            ),
        ),
        stamps=STAMPS,
        natural=("participant_id", "held_on"),
        unique=(Unique(("participant_id", "held_on")),),
        title="held_on",
        naming=("held_on", "participant_id"),
        owner="participant_id",
        advised=True,
    ),
    Table(
        name="review_rating",
        singular="Zielerreichung eines Handlungsfelds",
        plural="Zielerreichung je Handlungsfeld",
        key="rating_id",
        prefix="r",
        fields=(REVIEW, replace(FIELD_OF_ACTION, required=True), *_votes(), NOTE),
        stamps=STAMPS,
        natural=("review_id", "field_of_action"),
        unique=(Unique(("review_id", "field_of_action")),),
        title="field_of_action",
        owner="review_id",
        advised=True,
    ),
    Table(
        name="review_point",
        singular="Punkt einer Zwischenbilanz",
        plural="Punkte Zwischenbilanz",
        key="point_id",
        prefix="k",
        fields=(
            REVIEW,
            FIELD_OF_ACTION,
            code("kind", "Art", words.POINT_KINDS, words.POINT_KIND_SYNONYMS, also="Rubrik"),
            Field("text", "Text", LONG_TEXT, required=True, also="Punkt|Inhalt|Was"),
            Field("responsible", "Zuständig", TEXT, help=NO_PRIVATE_PERSON, also="Verantwortlich|Zuständigkeit|Wer"),
            Field("due", "Bis wann", DAY, also="bis|Frist|Termin", ends_period=True),
            replace(MEASURE, required=False),
        ),
        stamps=STAMPS,
        natural=("review_id", "kind", "field_of_action", "text"),
        title="text",
        # a point belongs to its Zwischenbilanz, whatever measure it speaks of
        owner="review_id",
        advised=True,
    ),
    Table(
        name="dossier_note",
        singular="Notiz im Dossier",
        plural="Notizen im Dossier",
        key="note_id",
        prefix="d",
        fields=(
            PARTICIPANT,
            Field("section", "Abschnitt", TEXT, required=True, also="Kapitel"),
            Field("text", "Notiz", LONG_TEXT, required=True, also="Text"),
        ),
        stamps=STAMPS,
        natural=("participant_id", "section"),
        unique=(Unique(("participant_id", "section")),),
        title="section",
        owner="participant_id",
        advised=True,
    ),
    Table(
        name="profile_text",
        singular="Text im Kommunalprofil",
        plural="Texte im Kommunalprofil",
        key="text_id",
        prefix="s",
        fields=(
            PARTICIPANT,
            Field("chapter", "Kapitel", TEXT, required=True, also="Abschnitt"),
            Field("text", "Text", LONG_TEXT, required=True, also="Eigene Worte"),
        ),
        stamps=STAMPS,
        natural=("participant_id", "chapter"),
        unique=(Unique(("participant_id", "chapter")),),
        title="chapter",
        owner="participant_id",
        advised=True,
    ),
)
