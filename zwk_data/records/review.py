"""Zwischenbilanzen of a Kommune: results, ratings and what was agreed.

``Result`` is a whole one, as a session hands it over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from zwk_data.schema.words import MEASURE_STATUS, POINT_KINDS
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

Votes = tuple[int, int, int, int, int]


@dataclass(frozen=True)
class FieldResult:
    """A Handlungsfeld: how many chose each step of Zielerreichung, from „nicht erreicht“ to „erreicht“."""

    field_of_action: str
    votes: Votes
    note: str = ""


@dataclass(frozen=True)
class Point:
    """What was written down: ``kind`` of words.POINT_KINDS (helping, hindering, idea, step).

    ``responsible``, ``due`` and ``measure_id`` (the measure it is about) are for steps.
    """

    kind: str
    text: str
    field_of_action: str | None = None
    responsible: str | None = None
    due: date | None = None
    measure_id: str | None = None


@dataclass(frozen=True)
class Result:
    """A whole Zwischenbilanz. ``present``: how many took part; ``result``: in own words; ``continuation``: how it goes
    on (Verstetigung).
    """

    participant_id: str
    held_on: date
    guiding_question: str = ""
    present: int | None = None
    result: str = ""
    continuation: str = ""
    fields: tuple[FieldResult, ...] = field(default=())
    points: tuple[Point, ...] = field(default=())


#: numbered keys sort by their number, the order of entry
_BY_NUMBER = "TRY_CAST(regexp_extract({key}, '[0-9]+$') AS BIGINT), {key}"


@dataclass(frozen=True)
class Review:
    """A Zwischenbilanz without its ratings and points. Texts are "" where nothing was written."""

    review_id: str
    participant_id: str
    held_on: date
    guiding_question: str
    present: int | None
    result: str
    continuation: str
    version: int


@remembered
def reviews(participant_id: str) -> pd.DataFrame:
    """The Zwischenbilanzen of a Kommune, newest first.

    Columns: review_id, held_on, guiding_question, present, result, continuation, version, entered_by, entered_at.
    """
    return read(
        "SELECT * EXCLUDE (participant_id) FROM review WHERE participant_id = ? ORDER BY held_on DESC",
        [participant_id],
    )


def latest(participant_id: str) -> Review | None:
    """The last Zwischenbilanz of a Kommune; None if none is on record, or may not be seen."""
    found = read(
        "SELECT review_id FROM review WHERE participant_id = ? ORDER BY held_on DESC LIMIT 1", [participant_id]
    )
    return None if found.empty else one_review(str(found["review_id"].iloc[0]))


@remembered
def one_review(review_id: str) -> Review | None:
    """The Zwischenbilanz of a key; None if there is none, or it may not be seen."""
    found = read("SELECT * FROM review WHERE review_id = ?", [review_id])
    if found.empty:
        return None
    row = found.astype(object).where(found.notna(), None).iloc[0]
    return Review(
        review_id,
        row["participant_id"],
        row["held_on"].date(),
        row["guiding_question"] or "",
        None if row["present"] is None else int(row["present"]),
        row["result"] or "",
        row["continuation"] or "",
        int(row["version"]),
    )


@remembered
def ratings(review_id: str) -> pd.DataFrame:
    """Zielerreichung by Handlungsfeld, in the order of the session.

    Columns: field_of_action, votes_1 (nicht erreicht) … votes_5 (erreicht), votes (sum), mean (1 to 5, NaN without
    votes), share_reached (steps 4 and 5, 0 to 1, NaN without votes), note ("" for none).
    """
    return read(
        f"""
        SELECT field_of_action, votes_1, votes_2, votes_3, votes_4, votes_5,
               votes_1 + votes_2 + votes_3 + votes_4 + votes_5 AS votes,
               (votes_1 + 2 * votes_2 + 3 * votes_3 + 4 * votes_4 + 5 * votes_5) / nullif(votes, 0) AS mean,
               (votes_4 + votes_5) / nullif(votes, 0) AS share_reached, coalesce(note, '') AS note
        FROM review_rating WHERE review_id = ? ORDER BY {_BY_NUMBER.format(key="rating_id")}
        """,
        [review_id],
    )


@remembered
def points(review_id: str) -> pd.DataFrame:
    """What was written down: helping, hindering, ideas, steps, each kind in the order of the session.

    Columns: point_id, kind, kind_de, field_of_action, text, responsible, due, measure_id, measure (its title), status
    and status_de of the measure as it stands today; nothing is NA.
    """
    found = read(
        f"""
        SELECT point_id, kind, p.field_of_action, text, p.responsible, due, measure_id, title AS measure, status
        FROM review_point p LEFT JOIN measure USING (measure_id)
        WHERE review_id = $review ORDER BY list_position($kinds, kind), {_BY_NUMBER.format(key="point_id")}
        """,
        {"review": review_id, "kinds": list(POINT_KINDS)},
    )
    found.insert(2, "kind_de", found["kind"].map(POINT_KINDS))
    return found.assign(status_de=found["status"].map(MEASURE_STATUS))
