"""The kinds of fields: how each is read from a cell, stored, checked, shown, edited, and described in the history.

Reading is tolerant but honest: a value is certain, a proposal with a doubt, or refused with a German sentence. Days and
spans are in ``dates``, amounts, counts and years in ``numbers``; all others are here, with the list of all kinds, and
with the fields that several tables share.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from zwk_data import german
from zwk_data.schema import shipped_csv, words
from zwk_data.schema.cells import DASHES, Reading, Row, containing, empty, fold, near, plain
from zwk_data.schema.dates import DAY, MOMENT, SPAN, cell_text
from zwk_data.schema.numbers import COUNT, MONEY, NUMBER, YEAR
from zwk_data.schema.structure import Check, Editor, Excel, Field, Kind, Names, Needed
from zwk_data.schema.words import Synonyms

#: most characters of a single-line and of a multi-line text
SHORT, LONG = 300, 4000

_YES = {"ja", "j", "x", "1", "wahr", "true", "yes", "y", "✓", "✔", "☑", "✗", "vorhanden"}
_NO = {"nein", "n", "0", "falsch", "false", "no", "☐", "nicht vorhanden"}
_NUMBERED = re.compile(r"^(?:\d+\s*[.):]\s*|stufe\s+\d\s*[:.]\s*)", re.IGNORECASE)
_NOT = {"nicht", "noch", "kein", "keine", "ohne", "nie"}
#: what makes a part of a whole, and what says that it is still to come
_PARTLY = {
    *("teils", "teil", "zt", "t", "fast", "nahezu", "beinahe", "halb", "haelfte", "kurz", "vor", "bald"),
    "ansatzweise",
}
_NEARLY = ("teilweise", "weitgehend", "groesstenteils", "grossteils", "ueberwiegend", "weitestgehend", "demnaechst")
_LATER = {"soll", "sollen", "wird", "werden", "muss", "kann", "koennte", "bis", "ab", "folgt", "spaeter", "zu"}


def as_text(cell: Any) -> str | None:
    """A plain cell as text; undoes a spreadsheet's conversion to a number or date, in German notation."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "ja" if cell else "nein"
    if isinstance(cell, int | float):
        return str(int(cell)) if float(cell).is_integer() else f"{cell:.15g}".replace(".", ",")
    return german.day(cell) if isinstance(cell, date) else str(cell)


def _no_longer_than(most: int) -> Callable[[Any], bool]:
    return lambda value: value is None or (isinstance(value, str) and len(value) <= most)


class TextKind(Kind):
    """A text of one line."""

    name = "text"
    longest = SHORT
    editor = Editor(longest=SHORT)
    excel = Excel("Text in einer Zeile", "Text")

    def read(self, one: Field, cell: Any, names: Names | None = None) -> Reading:
        return Reading(as_text(plain(cell)))

    def checks(self, one: Field) -> list[Check]:
        sentence = f"„{one.label}“ ist länger als {self.longest} Zeichen oder kein Text."
        return [*super().checks(one), (_no_longer_than(self.longest), sentence)]


class LongKind(TextKind):
    """A text of several lines."""

    name = "long"
    longest = LONG
    editor = Editor(width=280, longest=LONG)
    excel = Excel("Text, auch mehrere Zeilen", "Text", width=50)


class CodeKind(Kind):
    """One of the field's choices; lists may use other words for it."""

    name = "code"
    editor = Editor("choice", width=150)
    excel = Excel("eines der Wörter aus der Liste", width=20)

    def read(self, one: Field, cell: Any, names: Names | None = None) -> Reading:
        cell = plain(cell)
        if empty(cell):
            return Reading(None)
        text = as_text(cell) or ""
        if text in one.choices:
            return Reading(text)
        sure, likely = _vocabulary(one)
        bare = fold(_NUMBERED.sub("", text))
        for said in dict.fromkeys((fold(text), bare)):
            for spelled in (said, said.replace(" ", "")):
                if spelled in sure:
                    return Reading(sure[spelled])
        code = likely.get(bare) or _likely_code(text, bare, one)
        if code is None:
            words = ", ".join(one.choices.values())
            raise ValueError(f"„{text}“ ist hier unbekannt. Möglich sind: {words}.")
        sentence = f"„{text}“ ist nicht eindeutig; vorgeschlagen wird „{one.choices[code]}“."
        return Reading(code, sentence, likely=near(bare, sure, 0.85) is not None and len(bare.split()) == 1)

    def from_csv(self, one: Field, text: str, column: str) -> Any:
        return shipped_csv.one_of(tuple(one.choices))(text)

    def cell(self, one: Field, row: Row, names: Names | None = None) -> Any:
        return one.choices.get(row[one.column], row[one.column])

    def word(self, one: Field, column: str, value: Any, labels: Mapping[str, str]) -> str:
        return one.choices.get(value, value)

    def choices(self, one: Field, names: Sequence[str] = ()) -> list[str]:
        return list(one.choices.values())

    def checks(self, one: Field) -> list[Check]:
        sentence = f"„{one.label}“ muss eines von {', '.join(one.choices.values())} sein."
        return [*super().checks(one), (lambda value: value is None or value in one.choices, sentence)]


@cache
def _vocabulary(one: Field) -> tuple[dict[str, str], dict[str, str]]:
    """Two maps from folded word to code, certain and likely; the field's own words take precedence."""
    own = {fold(word): code for code, word in one.choices.items()} | {fold(code): code for code in one.choices}
    sure, likely = one.synonyms.by_word()
    sure |= own
    # people also write „Ideen-Parkplatz“ and „Kick off“ as one word
    joined = {word.replace(" ", ""): code for word, code in sure.items()}
    return {**joined, **sure}, likely


def _likely_code(text: str, said: str, one: Field) -> str | None:
    """The code that a longer or misspelt text most likely means; ``said``: the text, folded."""
    words = set(said.split())
    if words & _NOT:
        return None
    sure, likely = _vocabulary(one)
    held = containing(said, {**sure, **likely})
    if held:
        return _of_part(text, words, held[0], one) if len(held) == 1 else None
    # a looser match would read „offen“ as „öffentlich“
    close = near(said, sure, 0.75)
    if close is None or said.startswith("un") != close.startswith("un") or len(said.split()) != len(close.split()):
        return None
    return sure[close]


def _of_part(text: str, words: set[str], code: str, one: Field) -> str | None:
    """The code of a text that holds the words of ``code``, and perhaps says that it is so only in part or later."""
    share = re.search(r"(\d+)(?:,\d+)?\s*(?:%|prozent)", text.casefold())
    if share and int(share[1]) >= 100:
        return code
    if share or words & _PARTLY or any(word.startswith(_NEARLY) for word in words):
        return one.synonyms.partly.get(code)
    return None if words & _LATER and code in one.synonyms.partly else code


class ReferenceKind(TextKind):
    """The key of a record of the field's parent table, written and shown as its name."""

    name = "reference"
    editor = Editor("choice")
    excel = Excel("ein Name aus der Liste", width=32)

    def read(self, one: Field, cell: Any, names: Names | None = None) -> Reading:
        cell = plain(cell)
        # a tool may really be called „-“
        if empty(cell) and not (names and names.is_label(cell)):
            return Reading(None)
        return names.find(as_text(cell) or "") if names else Reading(as_text(cell))

    def cell(self, one: Field, row: Row, names: Names | None = None) -> Any:
        key = row[one.column]
        return names.label(key) if names and key is not None else key

    def word(self, one: Field, column: str, value: Any, labels: Mapping[str, str]) -> str:
        return labels.get(value, value)

    def choices(self, one: Field, names: Sequence[str] = ()) -> list[str]:
        return list(names)


class FlagKind(Kind):
    """Yes or no."""

    name = "flag"
    types = ("BOOLEAN",)
    editor = Editor("tick", "bool", width=120)
    excel = Excel("ja oder nein", True, width=10)

    def read(self, one: Field, cell: Any, names: Names | None = None) -> Reading:
        cell = plain(cell)
        if cell in DASHES:
            return Reading(False)
        if empty(cell):
            return Reading(None)
        if isinstance(cell, bool):
            return Reading(cell)
        text = (as_text(cell) or "").casefold()
        if text in _YES or text in _NO:
            return Reading(text in _YES)
        first = fold(text).split(" ")[0]
        if first in ("ja", "nein"):
            return Reading(
                first == "ja", f"„{cell_text(cell)}“ ist nicht nur ja oder nein; vorgeschlagen wird „{first}“."
            )
        raise ValueError(f"„{cell_text(cell)}“ ist weder ja noch nein.")

    def python(self, value: Any, column: str) -> Any:
        return bool(value)

    def read_back(self, text: str, column: str) -> Any:
        return text == "true"

    def from_csv(self, one: Field, text: str, column: str) -> Any:
        return shipped_csv.boolean(text)

    def exact(self, value: Any) -> str:
        return "ja" if value else "nein"

    def word(self, one: Field, column: str, value: Any, labels: Mapping[str, str]) -> str:
        return self.exact(value)

    def choices(self, one: Field, names: Sequence[str] = ()) -> list[str]:
        return ["ja", "nein"]

    def checks(self, one: Field) -> list[Check]:
        sentence = f"„{one.label}“ muss ja oder nein sein."
        return [*super().checks(one), (lambda value: value is None or isinstance(value, bool), sentence)]


class AddressKind(Kind):
    """The address of a web page."""

    name = "address"
    excel = Excel("Internetadresse mit https://", "https://www.beispiel.de")

    def read(self, one: Field, cell: Any, names: Names | None = None) -> Reading:
        cell = plain(cell)
        if empty(cell):
            return Reading(None)
        text = as_text(cell) or ""
        try:
            return Reading(shipped_csv.address(text))
        except ValueError:
            guess = f"https://{text}"
            if re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", text) and "@" not in text:
                return Reading(guess, f"„{text}“ ist keine ganze Internetadresse; vorgeschlagen wird „{guess}“.")
            raise ValueError(f"„{text}“ ist keine Internetadresse mit http:// oder https://.") from None

    def from_csv(self, one: Field, text: str, column: str) -> Any:
        return shipped_csv.address(text)

    def checks(self, one: Field) -> list[Check]:
        sentence = f"„{one.label}“ muss eine Internetadresse mit http:// oder https:// sein."
        return [*super().checks(one), (_is_address, sentence)]


def _is_address(value: Any) -> bool:
    try:
        return value is None or (isinstance(value, str) and shipped_csv.address(value) is not None)
    except ValueError:
        return False


TEXT, LONG_TEXT, CODE, REFERENCE = TextKind(), LongKind(), CodeKind(), ReferenceKind()
FLAG, ADDRESS = FlagKind(), AddressKind()
#: the kinds of fields that people fill in
FIELD_KINDS = (TEXT, LONG_TEXT, CODE, REFERENCE, SPAN, DAY, YEAR, MONEY, NUMBER, COUNT, FLAG, ADDRESS)

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
