"""What happened in a period (stages held, plans made and moved, measures, notes, money, meetings of the network), and
the quarterly report to the ministry: its quarters, and its key facts in sentences.

News come from the history where there is one. Records that came with the data set have none: their own dates and the
day they were entered stand in. A change of a measure's status is known from the history alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from zwk_data.errors import ZwkError
from zwk_data.german import NOT_DOCUMENTED, count, day, listing, number, with_unit
from zwk_data.schema.words import EVENT_KINDS, FIRST_YEAR, MEASURE_STATUS, STAGES, UNDATED
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

KINDS = {
    "held": "Stufen stattgefunden",
    "late_entry": "Stufen nachgetragen",
    "plan": "Termine geplant",
    "moved": "Termine verschoben",
    "dropped": "Termine entfallen",
    "measure_new": "Maßnahmen neu",
    "measure_started": "Maßnahmen begonnen",
    "measure_done": "Maßnahmen abgeschlossen",
    "measure_parked": "Maßnahmen auf dem Ideenparkplatz",
    "measure_dropped": "Maßnahmen verworfen",
    "measure_status": "Maßnahmen mit neuem Stand",
    "note": "Notizen zum Fortschritt",
    "money": "Mittel eingetragen",
    "meeting": "Veranstaltungen des Netzwerks",
}
#: kind, participant_id, day, what (a name), and a to c: details that ``_sentence`` puts into words
_NEWS = """
    WITH span AS (SELECT $since::DATE AS since, $until::DATE AS until),
    logged AS (
        SELECT entity_id, field, old, new, "at"::DATE AS day
        FROM change_log WHERE entity = 'measure' AND (field = 'status' OR (field IS NULL AND old IS NULL))
    ),
    item AS (
        SELECT CASE WHEN inside THEN 'held' ELSE 'late_entry' END AS kind, participant_id,
               CASE WHEN inside THEN date_to ELSE entered_at::DATE END AS day,
               stage AS what, date_from::VARCHAR AS a, precision AS b, note AS c
        FROM (
            -- a year counts only for a span that holds it whole
            SELECT *, coalesce(date_to BETWEEN since AND until AND (precision <> 'year' OR date_from >= since), false)
                   AS inside
            FROM stage_event, span
        )
        WHERE inside OR (entered_at::DATE BETWEEN since AND until
                         AND (date_to IS NULL OR date_to < since OR precision = 'year'))
        UNION ALL
        SELECT CASE status WHEN 'planned' THEN 'plan' ELSE status END, participant_id, entered_at::DATE, stage,
               date_from::VARCHAR, precision, reason
        FROM stage_plan, span WHERE status <> 'held' AND entered_at::DATE BETWEEN since AND until
        UNION ALL
        SELECT CASE WHEN field IS NULL THEN 'measure_new'
                    ELSE coalesce(map {'running': 'measure_started', 'done': 'measure_done',
                                       'parked': 'measure_parked', 'dropped': 'measure_dropped'}[new], 'measure_status')
               END,
               participant_id, day, title, old, CASE WHEN field IS NOT NULL THEN new END, NULL
        FROM logged JOIN measure ON measure_id = entity_id, span WHERE day BETWEEN since AND until
        UNION ALL
        -- without a history: entered, begun and ended in these days
        SELECT unnest([CASE WHEN entered_at::DATE BETWEEN since AND until THEN 'measure_new' END,
                       CASE WHEN status IN ('running', 'done') AND starts BETWEEN since AND until
                            THEN 'measure_started' END,
                       CASE WHEN status = 'done' AND ends BETWEEN since AND until THEN 'measure_done' END]) AS kind,
               participant_id, unnest([entered_at::DATE, starts, ends]) AS day, title, NULL, NULL, NULL
        FROM measure, span
        WHERE (entered_at::DATE BETWEEN since AND until OR starts BETWEEN since AND until
               OR ends BETWEEN since AND until)
              AND measure_id NOT IN (SELECT entity_id FROM logged)
        UNION ALL
        SELECT 'note', participant_id, noted_on, title, text, NULL, NULL
        FROM measure_note JOIN measure USING (measure_id), span WHERE noted_on BETWEEN since AND until
        UNION ALL
        SELECT 'money', participant_id, entered_at::DATE, year::VARCHAR, called_eur::VARCHAR, NULL, NULL
        FROM funding, span WHERE entered_at::DATE BETWEEN since AND until
        UNION ALL
        SELECT 'meeting', NULL, date_from, title, kind, place, NULL
        FROM network_event, span WHERE status = 'held' AND date_from BETWEEN since AND until
    ),
    chosen AS (
        SELECT * FROM item
        WHERE kind IS NOT NULL AND ($ids IS NULL OR participant_id IS NULL OR list_contains($ids, participant_id))
    )
"""


@remembered
def counts(since: date, until: date, participants: tuple[str, ...] | None = None) -> pd.DataFrame:
    """How much happened from ``since`` to ``until`` (both included), by kind: columns kind, kind_de, number, places.

    ``participants``: only theirs and the network's, None for all; places: number of Kommunen. Kinds that did not occur
    are left out.
    """
    frame = read(
        f"{_NEWS} SELECT kind, count(*)::INTEGER AS number, count(DISTINCT participant_id)::INTEGER AS places "
        "FROM chosen GROUP BY kind ORDER BY list_position($kinds, kind)",
        _parameters(since, until, participants) | {"kinds": list(KINDS)},
    )
    frame.insert(1, "kind_de", frame["kind"].map(KINDS))
    return frame


@remembered
def news(
    since: date, until: date, participants: tuple[str, ...] | None = None, kind: str | None = None, limit: int = 300
) -> pd.DataFrame:
    """What happened, newest first, at most ``limit`` rows; of one ``kind`` or of all.

    Columns: day (Timestamp), when (the day in German, of a stage as exact as its source), participant_id (None for the
    network), name, kind, kind_de, text (German).
    """
    frame = read(
        f"{_NEWS} SELECT day, participant_id, name, chosen.kind, what, a, b, c FROM chosen "
        "LEFT JOIN participant USING (participant_id) WHERE $kind IS NULL OR chosen.kind = $kind "
        "ORDER BY day DESC, list_position($kinds, chosen.kind), strip_accents(lower(name)), what LIMIT $limit",
        _parameters(since, until, participants) | {"kinds": list(KINDS), "kind": kind, "limit": limit},
    )
    plain = frame.astype(object).where(frame.notna(), None)
    frame["text"] = pd.Series([_sentence(row) for row in plain.to_dict("records")], dtype=object)
    frame["kind_de"] = frame["kind"].map(KINDS)
    frame["name"] = frame["name"].fillna("Netzwerk")
    frame["participant_id"] = plain["participant_id"]
    frame["when"] = [
        day(pd.Timestamp(row["a"]), row["b"]) if row["kind"] == "held" else day(row["day"])
        for row in plain.to_dict("records")
    ]
    return frame[["day", "when", "participant_id", "name", "kind", "kind_de", "text"]]


def called(since: date, until: date, participants: tuple[str, ...] | None = None) -> float:
    """Euros called in this period: the rise that the history shows; a row without a history counts in full."""
    frame = read(
        """
        WITH logged AS (
            SELECT entity_id, field, old, new, "at"::DATE AS day FROM change_log WHERE entity = 'funding'
        ),
        part AS (
            SELECT participant_id, coalesce(new::DOUBLE, 0) - coalesce(old::DOUBLE, 0) AS eur
            FROM logged JOIN funding ON funding_id = entity_id
            WHERE field = 'called_eur' AND day BETWEEN $since AND $until
            UNION ALL
            SELECT participant_id, coalesce(json_extract_string(new, '$.called_eur')::DOUBLE, 0)
            FROM logged JOIN funding ON funding_id = entity_id
            WHERE field IS NULL AND old IS NULL AND day BETWEEN $since AND $until
            UNION ALL
            SELECT participant_id, coalesce(called_eur, 0) FROM funding
            WHERE entered_at::DATE BETWEEN $since AND $until AND funding_id NOT IN (SELECT entity_id FROM logged)
        )
        SELECT coalesce(sum(eur), 0) AS eur FROM part WHERE $ids IS NULL OR list_contains($ids, participant_id)
        """,
        _parameters(since, until, participants),
    )
    return float(frame["eur"].iloc[0])


def _parameters(since: date, until: date, participants: tuple[str, ...] | None) -> dict[str, object]:
    return {"since": since, "until": until, "ids": None if participants is None else list(participants)}


def _sentence(row: Mapping[Any, Any]) -> str:
    kind, what, a, b, c = (row[key] for key in ("kind", "what", "a", "b", "c"))
    if kind in ("held", "late_entry", "plan", "moved", "dropped"):
        when = day(pd.Timestamp(a), b) if a and b not in UNDATED else day(None, b or "unknown")
        before = {"plan": "geplant für ", "moved": "war geplant für ", "dropped": "war geplant für "}.get(kind, "")
        reason = f" ({c})" if c and kind != "plan" else ""
        return f"{STAGES[what]}: {before}{when}{reason}"
    if kind == "note":
        return f"{what}: {a}"
    if kind == "money":
        amount = with_unit(float(a), "Euro") if a is not None else NOT_DOCUMENTED
        return f"{what}: abgerufen {amount}"
    if kind == "meeting":
        return f"{what} ({EVENT_KINDS.get(a, a)}{f', {b}' if b else ''})"
    if a and b:
        return f"{what}: {MEASURE_STATUS.get(a, a)} → {MEASURE_STATUS.get(b, b)}"
    return str(what)


def upcoming_meetings(today: date, most: int) -> pd.DataFrame:
    """The next planned meetings, soonest first: title, kind, date_from, date_to (Timestamps), place (may be None)."""
    return read(
        """
        SELECT title, kind, date_from, date_to, place FROM network_event
        WHERE status = 'planned' AND date_to >= ? ORDER BY date_from, title LIMIT ?
        """,
        [today, most],
    )


def attention_words(attention: pd.DataFrame, planned: bool, kept: bool) -> str:
    """How many Kommunen need attention. ``planned``: is any plan known; ``kept``: was anything ever entered here?"""
    red, amber = (set(attention.loc[attention["level"] == level, "participant_id"]) for level in ("red", "amber"))
    urgent, watched = len(red), len(amber - red)
    if not urgent and not watched:
        if not planned and not kept:
            return "Ob ein Termin überfällig ist, lässt sich noch nicht sagen: Hier sind keine Planungen eingetragen."
        return "Kein bekannter Termin ist überfällig, und keine Kommune mit Einträgen ist lange ohne Rückmeldung."
    told = []
    if urgent:
        told.append(f"{count(urgent, 'Kommune braucht', 'Kommunen brauchen')} dringend eine Klärung")
    if watched:
        told.append(f"{count(watched, 'Kommune ist', 'Kommunen sind')} im Blick zu behalten")
    return f"{listing(told)}."


_ARTICLES = {
    "kick_off": "den",
    "kommunalprofil": "das",
    "zukunftswerkstatt": "die",
    "werkstattplan": "den",
    "zwischenbilanz": "die",
}


def stage_words(reached: Mapping[str, int], total: int) -> str:
    """How many have reached each stage, as far as it is dated."""
    told = [
        f"{number(reached[stage])} {_ARTICLES[stage]} {name}" for stage, name in STAGES.items() if reached.get(stage)
    ]
    if not told:
        return "Für keine Kommune ist eine Stufe mit Datum belegt."
    return f"Von {count(total, 'Kommune', 'Kommunen')} haben nachweislich mit Datum erreicht: {listing(told)}."


def quarter_words(counts: pd.DataFrame) -> str:
    """What was done in a quarter, from ``counts``."""
    numbers = dict(zip(counts["kind"], counts["number"], strict=True))
    words = {
        "held": ("Stufentermin hat stattgefunden", "Stufentermine haben stattgefunden"),
        "moved": ("Termin wurde verschoben", "Termine wurden verschoben"),
        "measure_started": ("Maßnahme hat begonnen", "Maßnahmen haben begonnen"),
        "measure_done": ("Maßnahme wurde abgeschlossen", "Maßnahmen wurden abgeschlossen"),
    }
    told = [count(int(numbers[kind]), *pair) for kind, pair in words.items() if numbers.get(kind)]
    return f"Im Quartal: {listing(told)}." if told else "Für das Quartal ist nichts belegt."


def money_words(years: pd.DataFrame, year: int) -> str:
    """What was granted and called in a year, from ``measures_and_money.money_by_year``."""
    row = years[years["year"] == year]
    if row.empty:
        return f"Zu Mitteln des Jahres {year} ist nichts belegt."
    one = row.iloc[0]
    share = f" ({with_unit(one['called_share'] * 100, '%')})" if pd.notna(one["called_share"]) else ""
    return (
        f"Für {year} sind {with_unit(one['granted_eur'], 'Euro')} bewilligt und "
        f"{with_unit(one['called_eur'], 'Euro')} abgerufen{share}."
    )


_MONTHS = ("Januar bis März", "April bis Juni", "Juli bis September", "Oktober bis Dezember")


@dataclass(frozen=True)
class Quarter:
    """One quarter: ``year`` and ``number`` from 1 to 4."""

    year: int
    number: int

    @property
    def id(self) -> str:
        """As in addresses: ``2024-4``."""
        return f"{self.year}-{self.number}"

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """Its last day."""
        return date(self.year, 3 * self.number, 30 if self.number in (2, 3) else 31)

    @property
    def title(self) -> str:
        """``4. Quartal 2024``."""
        return f"{self.number}. Quartal {self.year}"

    @property
    def months(self) -> str:
        """``Oktober bis Dezember 2024``."""
        return f"{_MONTHS[self.number - 1]} {self.year}"


def quarters(today: date) -> dict[str, Quarter]:
    """id -> quarter, from the one of ``today`` back to the first of the project."""
    found = (Quarter(year, number) for year in range(today.year, FIRST_YEAR - 1, -1) for number in (4, 3, 2, 1))
    return {one.id: one for one in found if one.start <= today}


def last_filled(today: date, participants: tuple[str, ...] | None = None) -> Quarter:
    """The newest quarter in which anything is known to have happened; the running one if there is none.

    ``participants``: only theirs and the network's, None for all.
    """
    found = list(quarters(today).values())
    return next((one for one in found if len(counts(one.start, one.end, participants))), found[0])


def filled_quarter(text: str, today: date) -> Quarter:
    """The quarter written as „2024-4“. Raises ZwkError for another form, and if nothing is known of the quarter."""
    last = last_filled(today)
    if re.fullmatch(r"\d{4}-[1-4]", text) is None:
        raise ZwkError(f"„{text}“ ist kein Quartal. Bitte Jahr und Nummer angeben, zum Beispiel {last.id}.")
    one = quarters(today).get(text)
    if one is None:
        raise ZwkError(f"Zum Quartal {text} gibt es keinen Bericht. Möglich sind {FIRST_YEAR}-1 bis {last.id}.")
    if counts(one.start, one.end).empty:
        raise ZwkError(f"Zum {one.title} ist nichts belegt. Das letzte Quartal mit Inhalt ist {last.id}.")
    return one
