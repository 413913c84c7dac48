"""Save the result of a Zwischenbilanz as one change set: the record, the stage, and what follows for measures."""

from __future__ import annotations

import uuid

from zwk_data.records import quick_entry
from zwk_data.records.changes import Change, Fault, RefusedError, Saved, save
from zwk_data.records.review import FieldResult, Point, Result
from zwk_data.records.review_matching import STAGE, Known, Measures, as_kept, known, pairs
from zwk_data.schema.cells import Row, same
from zwk_data.schema.tables import TABLES
from zwk_data.stores.access import Person
from zwk_data.stores.writing import alone

_TEXTS = ("guiding_question", "result", "continuation")


def save_result(person: Person, result: Result, *, review_id: str | None = None, reason: str = "") -> Saved:
    """Keep a Zwischenbilanz: ``review_id`` says which (else: that of the Kommune and day, or a new one).

    In one change set: the review with ratings and points (of one that stands already: what differs, and the next
    version); the stage's event of that day with its open plan held; every idea as a measure that is parked, unless one
    has its title; every step as a note on its measure, or as a measure that is planned. What is no longer said takes
    with it what it had made, as long as nobody has worked on that. Nothing is saved (``set_id`` None) if nothing
    differs. Raises as ``changes.save``; RefusedError also for a measure of another Kommune.
    """
    with alone():
        here = known(result, review_id)
        if here.review and here.review["participant_id"] != result.participant_id:
            raise RefusedError([Fault(0, "participant_id", "Diese Zwischenbilanz gehört zu einer anderen Kommune.")])
        return save(_changes(here, result, review_id), person, reason)


def foreseen(result: Result, *, review_id: str | None = None) -> list[Change]:
    """What ``save_result`` would change now: for a preview. Raises RefusedError for a measure of another Kommune."""
    return _changes(known(result, review_id), result, review_id)


def _changes(here: Known, result: Result, wanted_key: str | None) -> list[Change]:
    key = here.key or wanted_key or f"{TABLES['review'].prefix}-{uuid.uuid4().hex[:10]}"
    before = here.review["held_on"] if here.review else result.held_on
    measures = Measures(here, result.participant_id, before, result.held_on)
    matched, gone = pairs(here.points, result.points)
    for point_id in gone:
        measures.forget(here.points[point_id])
    rows = []
    for one, point in matched:
        row = _point_row(key, point)
        row["measure_id"] = measures.follow(here.points.get(one or ""), row)
        rows.append((one, row))
    inside = _ratings(here, key, result.fields)
    inside += [change for one, row in rows for change in _differing("review_point", one, here.points, row)]
    inside += [Change("review_point", point_id, None, here.points[point_id]) for point_id in gone]
    return [*_review(here, key, result, bool(inside)), *inside, *_stage(here, result), *measures.changes]


def _review(here: Known, key: str, result: Result, more: bool) -> list[Change]:
    """The review itself, and its version if it or what it holds (``more``) differs."""
    values: Row = {"participant_id": result.participant_id, "held_on": result.held_on, "present": result.present}
    values |= {c: as_kept(getattr(result, c)) for c in _TEXTS}
    if here.review is None:
        return [Change("review", None, {"review_id": key, **values, "version": 1})]
    kept = here.review
    changed = {c: v for c, v in values.items() if not same(kept[c], v)}
    if not changed and not more:
        return []
    changed["version"] = int(kept["version"] or 1) + 1
    return [Change("review", key, changed, {c: kept[c] for c in changed})]


def _ratings(here: Known, key: str, fields: tuple[FieldResult, ...]) -> list[Change]:
    by_field = {row["field_of_action"]: rating_id for rating_id, row in here.ratings.items()}
    found = []
    for one in fields:
        row: Row = {"review_id": key, "field_of_action": as_kept(one.field_of_action), "note": as_kept(one.note)}
        row |= {f"votes_{step}": int(n) for step, n in enumerate(one.votes, start=1)}
        found += _differing("review_rating", by_field.pop(row["field_of_action"], None), here.ratings, row)
    return found + [
        Change("review_rating", rating_id, None, here.ratings[rating_id]) for rating_id in by_field.values()
    ]


def _point_row(key: str, point: Point) -> Row:
    """The record of a point; ``measure_id`` as the session gave it."""
    return {
        "review_id": key,
        "kind": point.kind,
        "text": as_kept(point.text),
        "field_of_action": as_kept(point.field_of_action),
        "responsible": as_kept(point.responsible),
        "due": point.due,
        "measure_id": as_kept(point.measure_id),
    }


def _differing(table: str, key: str | None, kept: dict[str, Row], row: Row) -> list[Change]:
    """A change that adds a new record, or sets what differs in an existing one."""
    if key is None:
        return [Change(table, None, row)]
    changed = {c: v for c, v in row.items() if not same(kept[key][c], v)}
    return [Change(table, key, changed, {c: kept[key][c] for c in changed})] if changed else []


def _stage(here: Known, result: Result) -> list[Change]:
    """The stage took place that day: the event that an earlier version made moves with it, else there is a new one."""
    day = {"date_from": result.held_on, "date_to": result.held_on, "precision": "day"}
    own = next((key for key in here.events if key in here.made), None)
    if own and here.review and here.review["held_on"] != result.held_on:
        was = here.events[own]
        if was["date_from"] == here.review["held_on"] and was["precision"] == "day":
            others = {key: row for key, row in here.events.items() if key != own}
            if any(row["date_from"] == result.held_on for row in others.values()):
                return [Change("stage_event", own, None, was)]
            return [Change("stage_event", own, day, {c: was[c] for c in day})]
    if here.held(result.held_on):
        return []
    event: Row = {"participant_id": result.participant_id, "stage": STAGE, **day, "note": ""}
    found = [Change("stage_event", None, event)]
    plan = quick_entry.open_plan(result.participant_id, STAGE)
    if plan:
        found.append(Change("stage_plan", plan.plan_id, {"status": "held"}, {"status": "planned"}))
    return found
