"""Compares a Zwischenbilanz with the store: which points are new, and what changes for measures.

Points have no key in a session, so those of a new version are matched with the old ones by their words. Ideas are
parked as measures; steps are noted on their measure, or planned as a new one.
"""

from __future__ import annotations

import difflib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zwk_data import german
from zwk_data.records.changes import Change, Fault, RefusedError
from zwk_data.records.german_rows import python_rows
from zwk_data.records.review import Point, Result
from zwk_data.schema.cells import Row, fold, same
from zwk_data.schema.kinds import SHORT
from zwk_data.schema.tables import TABLES
from zwk_data.schema.words import WITHOUT_FIELD
from zwk_data.stores.connection import read

STAGE = "zwischenbilanz"
Rows = dict[str, Row]


@dataclass(frozen=True)
class Known:
    """Records by key. ``key`` and ``review``: the Zwischenbilanz as it stands (None: a new one).

    ``measures`` and ``notes`` (to measures): the Kommune's. ``events``: of the stage. ``made``: keys of measures and
    of the event that were made together with the review or its points, by a session and not by hand. ``used``: keys
    of measures that other records refer to.
    """

    key: str | None
    review: Row | None
    ratings: Rows
    points: Rows
    measures: Rows
    notes: Rows
    events: Rows
    made: frozenset[str]
    used: frozenset[str]

    def held(self, day: date) -> bool:
        """Is an event of the stage known that may be this day's? One of that day, or told as its month."""
        return any(
            row["precision"] in ("day", "month") and row["date_from"] <= day <= row["date_to"]
            for row in self.events.values()
        )


def known(result: Result, review_id: str | None) -> Known:
    """Read all of it. The review is that of ``review_id``, else that of the Kommune and day."""
    mine = {"id": result.participant_id}
    of_review = "participant_id = $id AND held_on = $day"
    found: Rows = {}
    if review_id:
        found = _records("review", "review_id = $review", {"review": review_id})
    if not found:
        found = _records("review", of_review, mine | {"day": result.held_on})
    key, review = next(iter(found.items()), (None, None))
    ratings = _records("review_rating", "review_id = $review", {"review": key or ""})
    points = _records("review_point", "review_id = $review", {"review": key or ""})
    of_measure = "measure_id IN (SELECT measure_id FROM measure WHERE participant_id = $id)"
    return Known(
        key,
        review,
        ratings,
        points,
        _records("measure", "participant_id = $id", mine),
        _records("measure_note", of_measure, mine),
        _records("stage_event", "participant_id = $id AND stage = 'zwischenbilanz'", mine),
        _made_with(key, list(points)),
        _used(result.participant_id),
    )


def _records(table: str, where: str, params: Mapping[str, object]) -> Rows:
    key, columns = TABLES[table].key, TABLES[table].columns
    number = f"TRY_CAST(regexp_extract({key}, '[0-9]+$') AS BIGINT), {key}"
    listed = ", ".join((key, *columns))
    return python_rows(TABLES[table], read(f"SELECT {listed} FROM {table} WHERE {where} ORDER BY {number}", params))


def _made_with(review_id: str | None, points: list[str]) -> frozenset[str]:
    """Records created in the same change set as the review or one of its points, according to the history."""
    if review_id is None:
        return frozenset()
    found = read(
        """
        SELECT DISTINCT other.entity_id
        FROM change_log own JOIN change_set USING (set_id) JOIN change_log other USING (set_id)
        WHERE kind = 'entry' AND own.field IS NULL AND own.old IS NULL
          AND (own.entity = 'review' AND own.entity_id = $review
               OR own.entity = 'review_point' AND own.entity_id IN (SELECT unnest($points::VARCHAR[])))
          AND other.field IS NULL AND other.old IS NULL AND other.entity IN ('measure', 'stage_event')
        """,
        {"review": review_id, "points": points},
    )
    return frozenset(found["entity_id"])


def _used(participant_id: str) -> frozenset[str]:
    """Measures that tools and good practice refer to."""
    found = read(
        "SELECT measure_id FROM measure_tool JOIN measure USING (measure_id) WHERE participant_id = $id "
        "UNION SELECT measure_id FROM good_practice WHERE participant_id = $id AND measure_id IS NOT NULL "
        "UNION SELECT measure_id FROM review_point JOIN review USING (review_id) "
        "WHERE participant_id = $id AND measure_id IS NOT NULL GROUP BY measure_id HAVING count(*) > 1",
        {"id": participant_id},
    )
    return frozenset(found["measure_id"])


_STATUS = {"idea": "parked", "step": "planned"}


class Measures:
    """Collects ``changes`` of measures and their notes, point by point.

    ``before`` and ``day``: the day of the session as it stood, and as it is now.
    """

    def __init__(self, here: Known, participant_id: str, before: date, day: date) -> None:
        self._here, self._participant, self._before, self._day = here, participant_id, before, day
        self._titles = {fold(row["title"]): key for key, row in reversed(here.measures.items())}
        self._noted = {(row["measure_id"], row["noted_on"], row["text"]): key for key, row in here.notes.items()}
        self.changes: list[Change] = []

    def forget(self, old: Row) -> None:
        """Drop a point: remove its note, and the measure created from it unless that was edited since."""
        key = old["measure_id"]
        if old["kind"] not in _STATUS or not key:
            return
        text = _step_note(old, self._before)
        note = self._noted.pop((key, self._before, text), None)
        if note:
            self.changes.append(Change("measure_note", note, None, self._here.notes[note]))
        row = self._here.measures.get(key)
        noted = any(one["measure_id"] == key for one in self._here.notes.values())
        if row and key in self._here.made and key not in self._here.used and not noted:
            made = dict.fromkeys(TABLES["measure"].columns) | self._measure_from(old, self._before)
            if all(same(row[c], v) for c, v in made.items()):
                self._titles = {title: one for title, one in self._titles.items() if one != key}
                self.changes.append(Change("measure", key, None, row))

    def follow(self, old: Row | None, row: Row) -> str | None:
        """What follows from a point (``old``: as it stood): returns the key of the measure it is about, if any.

        Raises RefusedError for a measure that is none of the Kommune's.
        """
        key: str | None = row["measure_id"]
        if row["kind"] not in _STATUS or not row["text"]:
            return key
        key = key or (old["measure_id"] if old else None)
        if key and key not in self._here.measures:
            sentence = (
                "Ein Schritt nennt eine Maßnahme, die es bei dieser Kommune nicht (mehr) gibt. Bitte eine andere "
                "wählen."
            )
            raise RefusedError([Fault(0, "measure_id", sentence)])
        if old and key == old["measure_id"] and key in self._here.made:
            self._correct(key, old, row)
            return key
        if not key:
            title = fold(_title(row))
            key = self._titles.get(title)
            if key is None:
                key = self._titles[title] = f"{TABLES['measure'].prefix}-{uuid.uuid4().hex[:10]}"
                self.changes.append(Change("measure", None, {"measure_id": key, **self._measure_from(row, self._day)}))
                return key
        if row["kind"] == "step":
            self._tell(key, old, row)
        return key

    def _correct(self, key: str, old: Row, row: Row) -> None:
        """Update a measure created from the point, except for fields edited since."""
        was, now = self._measure_from(old, self._before), self._measure_from(row, self._day)
        stands = self._here.measures[key]
        changed = {c: v for c, v in now.items() if not same(was[c], v) and same(stands[c], was[c])}
        if changed:
            self.changes.append(Change("measure", key, changed, {c: stands[c] for c in changed}))

    def _tell(self, key: str, old: Row | None, row: Row) -> None:
        """Add a note to the measure, or correct the note of an earlier version."""
        text = _step_note(row, self._day)
        if (key, self._day, text) in self._noted:
            return
        if old and old["measure_id"] == key:
            if _step_note(old, self._before) == text and self._before == self._day:
                return  # the note has been removed or edited by hand
            note = self._noted.pop((key, self._before, _step_note(old, self._before)), None)
            if note:
                wanted = {"noted_on": self._day, "text": text}
                self.changes.append(
                    Change("measure_note", note, wanted, {c: self._here.notes[note][c] for c in wanted})
                )
                self._noted[key, self._day, text] = note
                return
        self._noted[key, self._day, text] = ""
        self.changes.append(Change("measure_note", None, {"measure_id": key, "noted_on": self._day, "text": text}))

    def _measure_from(self, row: Row, day: date) -> Row:
        """The measure created from a point."""
        title = _title(row)
        more = "" if title == row["text"] else f"\n{row['text']}"
        found: Row = {
            "participant_id": self._participant,
            "title": title,
            "status": _STATUS[row["kind"]],
            "field_of_action": None if row["field_of_action"] == WITHOUT_FIELD else row["field_of_action"],
            "note": f"Aus der Zwischenbilanz vom {german.day(day)}.{more}",
        }
        if row["kind"] == "step":
            found |= {"responsible": row["responsible"], "ends": row["due"]}
        return found


def _title(row: Row) -> str:
    """The words of a point as a title: one line, not too long."""
    line = " ".join(row["text"].split())
    return line if len(line) <= SHORT else f"{line[: SHORT - 2]} …"


def _step_note(row: Row, day: date) -> str:
    """„Zwischenbilanz vom 12.03.2024: Nächster Schritt: … (zuständig Bauamt, bis 01.09.2024)“."""
    said = []
    if row["responsible"]:
        said.append(f"zuständig {row['responsible']}")
    if row["due"]:
        said.append(f"bis {german.day(row['due'])}")
    return f"Zwischenbilanz vom {german.day(day)}: Nächster Schritt: {row['text']}" + (
        f" ({', '.join(said)})" if said else ""
    )


#: how similar two texts must be to count as the same point, reworded
_LIKE = 0.6


def pairs(old: Mapping[str, Row], new: Sequence[Point]) -> tuple[list[tuple[str | None, Point]], list[str]]:
    """Every new point with the key of the old one it goes on from (None: none), and the keys that nobody goes on from.

    The same words of the same kind are the same point, first those of the same Handlungsfeld; then the same measure;
    then much the same words.
    """
    free = dict(old)
    found: dict[int, str] = {}

    def take(fits: Callable[[Row, Point], bool]) -> None:
        for place, point in enumerate(new):
            if place not in found:
                key = next((key for key, row in free.items() if row["kind"] == point.kind and fits(row, point)), None)
                if key:
                    found[place] = key
                    free.pop(key)

    take(lambda row, point: _words_kept(row) == _words_given(point))
    take(lambda row, point: _field_and_text(row) == (as_kept(point.field_of_action), as_kept(point.text)))
    take(lambda row, point: same(row["text"], as_kept(point.text)))
    take(lambda row, point: bool(point.measure_id) and row["measure_id"] == point.measure_id)
    for place, point in enumerate(new):
        if place in found:
            continue
        like = {key: _likeness(row, point) for key, row in free.items() if row["kind"] == point.kind}
        best = max(like, key=lambda key: like[key], default=None)
        if best and like[best] >= _LIKE:
            found[place] = best
            free.pop(best)
    return [(found.get(place), point) for place, point in enumerate(new)], list(free)


def as_kept(text: str | None) -> str | None:
    """A text as stored: stripped, with ``\\n`` as line end, None if empty."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip() or None


def _field_and_text(row: Row) -> tuple[Any, ...]:
    return row["field_of_action"], row["text"]


def _words_kept(row: Row) -> tuple[Any, ...]:
    return *_field_and_text(row), row["responsible"], row["due"]


def _words_given(point: Point) -> tuple[Any, ...]:
    return as_kept(point.field_of_action), as_kept(point.text), as_kept(point.responsible), point.due


def _likeness(row: Row, point: Point) -> float:
    return difflib.SequenceMatcher(None, row["text"], point.text).ratio()
