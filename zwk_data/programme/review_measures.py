"""What a Zwischenbilanz does to measures: ideas are parked, steps are planned or noted on their measure."""

from __future__ import annotations

import uuid
from datetime import date

from zwk_data import german
from zwk_data.programme.action_fields import WITHOUT_FIELD
from zwk_data.programme.change import Change, Fault, RefusedError
from zwk_data.programme.columns import Row, same
from zwk_data.programme.records import RECORDS
from zwk_data.programme.review_known import Known
from zwk_data.programme.rules import SHORT
from zwk_data.programme.spelling import fold

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
        """The point is no longer said: its note goes, and the measure it made if nobody has worked on it."""
        key = old["measure_id"]
        if old["kind"] not in _STATUS or not key:
            return
        text = _note(old, self._before)
        note = self._noted.pop((key, self._before, text), None)
        if note:
            self.changes.append(Change("measure_note", note, None, self._here.notes[note]))
        row = self._here.measures.get(key)
        noted = any(one["measure_id"] == key for one in self._here.notes.values())
        if row and key in self._here.made and key not in self._here.used and not noted:
            made = dict.fromkeys(RECORDS["measure"].columns) | self._made(old, self._before)
            if all(same(row[c], v) for c, v in made.items()):
                self._titles = {title: one for title, one in self._titles.items() if one != key}
                self.changes.append(Change("measure", key, None, row))

    def follow(self, old: Row | None, row: Row) -> str | None:
        """What follows from a point (``old``: as it stood): returns the key of the measure it is about, if any.

        Raises RefusedError for a measure that is none of the Kommune's.
        """
        if row["kind"] not in _STATUS or not row["text"]:
            return row["measure_id"]
        key = row["measure_id"] or (old["measure_id"] if old else None)
        if key and key not in self._here.measures:
            raise RefusedError([Fault(0, "measure_id", "Ein Schritt nennt eine Maßnahme, die es bei dieser Kommune "
                                      "nicht (mehr) gibt. Bitte eine andere wählen.")])  # fmt: skip
        if old and key == old["measure_id"] and key in self._here.made:
            self._correct(key, old, row)
            return key
        if not key:
            title = fold(_title(row))
            key = self._titles.get(title)
            if key is None:
                key = self._titles[title] = f"m-{uuid.uuid4().hex[:10]}"
                self.changes.append(Change("measure", None, {"measure_id": key, **self._made(row, self._day)}))
                return key
        if row["kind"] == "step":
            self._tell(key, old, row)
        return key

    def _correct(self, key: str, old: Row, row: Row) -> None:
        """A measure that the point made says what the point says, where nobody has said otherwise since."""
        was, now, stands = self._made(old, self._before), self._made(row, self._day), self._here.measures[key]
        changed = {c: v for c, v in now.items() if not same(was[c], v) and same(stands[c], was[c])}
        if changed:
            self.changes.append(Change("measure", key, changed, {c: stands[c] for c in changed}))

    def _tell(self, key: str, old: Row | None, row: Row) -> None:
        """A note on the measure; one that an earlier version left is put right."""
        text = _note(row, self._day)
        if (key, self._day, text) in self._noted:
            return
        if old and old["measure_id"] == key:
            if _note(old, self._before) == text and self._before == self._day:
                return  # somebody has removed or changed the note
            note = self._noted.pop((key, self._before, _note(old, self._before)), None)
            if note:
                wanted = {"noted_on": self._day, "text": text}
                self.changes.append(
                    Change("measure_note", note, wanted, {c: self._here.notes[note][c] for c in wanted})
                )
                self._noted[key, self._day, text] = note
                return
        self._noted[key, self._day, text] = ""
        self.changes.append(Change("measure_note", None, {"measure_id": key, "noted_on": self._day, "text": text}))

    def _made(self, row: Row, day: date) -> Row:
        """The measure that a point makes."""
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


def _note(row: Row, day: date) -> str:
    """„Zwischenbilanz vom 12.03.2024: Nächster Schritt: … (zuständig Bauamt, bis 01.09.2024)“."""
    said = []
    if row["responsible"]:
        said.append(f"zuständig {row['responsible']}")
    if row["due"]:
        said.append(f"bis {german.day(row['due'])}")
    return f"Zwischenbilanz vom {german.day(day)}: Nächster Schritt: {row['text']}" + (
        f" ({', '.join(said)})" if said else ""
    )
