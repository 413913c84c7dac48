"""What a Zwischenbilanz ends in, as a session hands it over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

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
