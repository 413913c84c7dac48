"""A saved Zwischenbilanz, read as a session hands it over: what is kept can be saved again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zwk_data.records import review
from zwk_data.records.review import FieldResult, Point, Result
from zwk_data.schema.words import RATING_STEPS


def kept_result(review_id: str) -> Result | None:
    """A Zwischenbilanz as a session hands it over; None if there is none of that key."""
    kept = review.one_review(review_id)
    if kept is None:
        return None
    rated, said = review.ratings(review_id), review.points(review_id)
    said = said.astype(object).where(said.notna(), None)
    return Result(
        kept.participant_id,
        kept.held_on,
        kept.guiding_question,
        kept.present,
        kept.result,
        kept.continuation,
        tuple(_field_result_of(row) for row in rated.to_dict("records")),
        tuple(_point_of(row) for row in said.to_dict("records")),
    )


def _field_result_of(row: Mapping[Any, Any]) -> FieldResult:
    first, second, third, fourth, fifth = (int(row[f"votes_{step}"]) for step in RATING_STEPS)
    return FieldResult(str(row["field_of_action"]), (first, second, third, fourth, fifth), str(row["note"]))


def _point_of(row: Mapping[Any, Any]) -> Point:
    due = row["due"].date() if row["due"] else None
    return Point(row["kind"], row["text"], row["field_of_action"], row["responsible"], due, row["measure_id"])
