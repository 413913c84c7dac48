"""What a session ends in, as programme.review keeps it: votes of phones and hands together."""

from __future__ import annotations

from zwk_data.programme.review_result import FieldResult, Point, Result
from zwk_data.room import points, sessions, votes


def outcome(session_id: str) -> Result:
    """The result of a session as it stands; Handlungsfelder without any vote have no rating."""
    session, fields = sessions.session(session_id), sessions.fields(session_id)
    names = {field.no: field.name for field in fields}
    counted = votes.together(session_id)
    return Result(
        session.participant_id,
        session.held_on,
        session.guiding_question,
        session.present,
        session.result,
        session.continuation,
        tuple(FieldResult(names[no], five) for no, five in counted.items() if no in names),
        tuple(
            Point(one.kind, one.text, names.get(one.field_no or 0), one.responsible or None, one.due, one.measure_id)
            for one in points.points(session_id)
        ),
    )
