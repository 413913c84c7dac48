"""The section on the last Zwischenbilanz: how the fields were rated, what helped and hindered, what was agreed."""

from __future__ import annotations

import pandas as pd

from zwk_data.charts.ratings import ratings_chart
from zwk_data.dossier.model import Block, Drawing, Figure, Role, Series, Table, Words
from zwk_data.dossier.record_source import source
from zwk_data.german import NOT_DOCUMENTED, count, day
from zwk_data.programme import review
from zwk_data.programme.words import POINT_KINDS, RATING_STEPS

#: steps of Zielerreichung as the roles of a drawing's series
STEP_ROLES: tuple[Role, ...] = ("warm", "quiet", "quiet", "other", "own")


def review_blocks(participant_id: str) -> list[Block]:
    """The newest record of a Zwischenbilanz, or a sentence that there is none."""
    last = review.latest(participant_id)
    if last is None:
        return [Words(("Eine frühere Zwischenbilanz ist hier nicht festgehalten.",))]
    present = f", {count(last.present, 'Person', 'Personen')} anwesend" if last.present else ""
    told = [f"Am {day(last.held_on)}{present} (Fassung {last.version})."]
    if last.guiding_question:
        told.append(f"Leitfrage: {last.guiding_question}")
    if last.result:
        told.append(f"Ergebnis: {last.result}")
    if last.continuation:
        told.append(f"Wie es weitergeht: {last.continuation}")
    blocks: list[Block] = [Words(tuple(told))]
    rated = review.ratings(last.review_id)
    rated = rated[rated["votes"] > 0].reset_index(drop=True)
    if len(rated):
        blocks.append(_ratings(rated, participant_id))
    return blocks + _points(review.points(last.review_id))


def _ratings(rated: pd.DataFrame, participant_id: str) -> Figure:
    chart = ratings_chart(rated, "Zielerreichung je Handlungsfeld", source(), f"{participant_id}_zielerreichung")
    steps = [
        Series(word, tuple(float(value) for value in rated[f"votes_{step}"]), role)
        for (step, word), role in zip(RATING_STEPS.items(), STEP_ROLES, strict=True)
    ]
    return Figure(
        chart,
        Drawing("stacked", tuple(rated["field_of_action"]), tuple(steps), "Stimmen", 0),
        "Zahl im Balken: Stimmen.",
    )


def _points(points: pd.DataFrame) -> list[Block]:
    blocks: list[Block] = []
    for kind in ("helping", "hindering", "idea"):
        own = points[points["kind"] == kind]
        if len(own):
            told = tuple(
                f"{text} ({field})" if isinstance(field, str) else str(text)
                for text, field in zip(own["text"], own["field_of_action"], strict=True)
            )
            blocks.append(Words(told, POINT_KINDS[kind], listed=True))
    steps = points[points["kind"] == "step"]
    if len(steps):
        frame = pd.DataFrame(
            {
                "Was": steps["text"],
                "Zuständig": steps["responsible"].fillna(NOT_DOCUMENTED),
                "Bis": [day(value) if pd.notna(value) else NOT_DOCUMENTED for value in steps["due"]],
                "Stand der Maßnahme": steps["status_de"].fillna(NOT_DOCUMENTED),
            }
        )
        blocks.append(Table("Vereinbarte nächste Schritte", frame.reset_index(drop=True), source()))
    return blocks
