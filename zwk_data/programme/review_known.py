"""What stands in the store about a Zwischenbilanz that is going to be saved, and about what it may touch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zwk_data.programme.columns import Row
from zwk_data.programme.forms import python_rows
from zwk_data.programme.records import RECORDS
from zwk_data.programme.review_result import Result
from zwk_data.warehouse.connection import read

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
        found = _rows("review", "review_id = $review", {"review": review_id})
    if not found:
        found = _rows("review", of_review, mine | {"day": result.held_on})
    key, review = next(iter(found.items()), (None, None))
    ratings = _rows("review_rating", "review_id = $review", {"review": key or ""})
    points = _rows("review_point", "review_id = $review", {"review": key or ""})
    of_measure = "measure_id IN (SELECT measure_id FROM measure WHERE participant_id = $id)"
    return Known(
        key,
        review,
        ratings,
        points,
        _rows("measure", "participant_id = $id", mine),
        _rows("measure_note", of_measure, mine),
        _rows("stage_event", "participant_id = $id AND stage = 'zwischenbilanz'", mine),
        _made(key, list(points)),
        _used(result.participant_id),
    )


def _rows(table: str, where: str, params: Mapping[str, object]) -> Rows:
    record = RECORDS[table]
    number = f"TRY_CAST(regexp_extract({record.key}, '[0-9]+$') AS BIGINT), {record.key}"
    listed = ", ".join((record.key, *record.columns))
    rows = python_rows(record, read(f"SELECT {listed} FROM {table} WHERE {where} ORDER BY {number}", params))
    if table == "stage_event":
        return {key: row | {"note": row["note"] or ""} for key, row in rows.items()}
    return rows


def _made(review_id: str | None, points: list[str]) -> frozenset[str]:
    """What the history says was made in the same act of saving as the review or one of its points."""
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
