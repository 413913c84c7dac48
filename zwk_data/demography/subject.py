"""Of whom figures are told: one participant, and what surrounds it."""

from __future__ import annotations

from dataclasses import dataclass

from zwk_data.demography import areas, features
from zwk_data.demography.areas import Area


@dataclass(frozen=True)
class Subject:
    """A participant: ``name`` in full, ``short`` for labels, ``small`` under 1,000 people, areas ``around`` it.

    ``is_kreis``: it stands among Kreise (Landkreise and kreisfreie Städte), not among Gemeinden.
    """

    id: str
    name: str
    short: str
    kind: str
    small: bool
    is_kreis: bool
    around: tuple[Area, ...]


def subject_of(participant_id: str, name: str, short: str, kind: str) -> Subject:
    """The subject with these words of ``programme.participants``; unknown to the figures raises ZwkError."""
    return Subject(
        participant_id,
        name,
        short,
        kind,
        areas.is_small(participant_id),
        features.level_of(participant_id) == "kreis",
        tuple(areas.comparisons(participant_id)),
    )
