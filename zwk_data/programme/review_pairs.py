"""Which point of a new version of a Zwischenbilanz is which of the old one: points have no key in a session."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from zwk_data.programme.columns import Row, same
from zwk_data.programme.review_result import Point

#: how like two texts must be to be the same point, said better
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

    take(lambda row, point: _whole(row) == _said(point))
    take(lambda row, point: _place(row) == (_plain(point.field_of_action), _plain(point.text)))
    take(lambda row, point: same(row["text"], _plain(point.text)))
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


def _plain(text: str | None) -> str | None:
    return (text or "").strip() or None


def _place(row: Row) -> tuple[Any, ...]:
    return row["field_of_action"], row["text"]


def _whole(row: Row) -> tuple[Any, ...]:
    return *_place(row), row["responsible"], row["due"]


def _said(point: Point) -> tuple[Any, ...]:
    return _plain(point.field_of_action), _plain(point.text), _plain(point.responsible), point.due


def _likeness(row: Row, point: Point) -> float:
    return difflib.SequenceMatcher(None, row["text"], point.text).ratio()
