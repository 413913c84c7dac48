"""The figures of the process: the stages in time, a Kommune's measures, what a Zwischenbilanz says was achieved."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

import pandas as pd

from zwk_data import settings
from zwk_data.charts.chart import Chart, Drawing, Figure, Series
from zwk_data.charts.measures_and_money import STATUS_LOOKS, STEP_LOOKS, ratings_chart, status_bars
from zwk_data.charts.process_strip import under_curve
from zwk_data.charts.stages import timeline
from zwk_data.programme import kommune, measures_and_money, participants, stages
from zwk_data.records import review
from zwk_data.schema.words import ENTERED, MEASURE_STATUS, RATING_STEPS, SOURCES
from zwk_data.stores.memo import remembered


@remembered
def stage_timeline(shown: tuple[str, ...]) -> Chart:
    """The documented dates of some participants (their ids), the first one on top."""
    labels = participants.participants().set_index("participant_id")["short"]
    return timeline(stages.events(), {one: labels[one] for one in shown}, SOURCES[settings.dataset()])


def on_curve(curve: Chart, participant_id: str) -> Chart:
    """A chart of a Kommune over years with its process beneath: stages, measures, sessions."""
    process = kommune.process(participant_id)
    drawn = under_curve(curve, process)
    if process.is_empty:
        return drawn
    return replace(drawn, source=f"{curve.source.rstrip('.')}. Prozess: {ENTERED[settings.dataset()]}")


def figure_on_curve(figure: Figure, participant_id: str) -> Figure:
    """``on_curve`` for page, paper and slide: the years go on as far as the process does."""
    process = kommune.process(participant_id)
    if process.is_empty:
        return figure
    drawing = figure.drawing
    last = max(int(one) for one in drawing.categories if one.strip().isdigit())
    more = tuple(str(year) for year in range(last + 1, ceil(process.last) + 1))
    drawn = replace(
        drawing,
        categories=drawing.categories + more,
        series=tuple(replace(one, values=one.values + (None,) * len(more)) for one in drawing.series),
        process=process,
    )
    chart = on_curve(figure.chart, participant_id)
    told = chart.note.removeprefix(figure.chart.note).strip()
    return replace(figure, chart=chart, drawing=drawn, drawing_note=f"{figure.note} {told}".strip())


@remembered
def measures_by_field(participant_id: str) -> Figure:
    """The measures of a Kommune that has Handlungsfelder, by Handlungsfeld and status."""
    counts = {one.name: one.by_status() for one in measures_and_money.action_fields(participant_id)}
    used = [code for code in measures_and_money.FIELD_ORDER if any(code in row for row in counts.values())]
    drawn = tuple(
        Series(MEASURE_STATUS[code], tuple(float(row.get(code, 0)) for row in counts.values()), STATUS_LOOKS[code])
        for code in used
    )
    chart = status_bars(counts, ENTERED[settings.dataset()], f"{participant_id}_massnahmen")
    return Figure(chart, Drawing("stacked", tuple(counts), drawn, "Maßnahmen", 0))


@remembered
def ratings(review_id: str) -> Figure | None:
    """Zielerreichung by Handlungsfeld as a Zwischenbilanz holds it; None without any Handlungsfeld."""
    rated = review.ratings(review_id)
    if rated.empty:
        return None
    source = ENTERED[settings.dataset()]
    chart = ratings_chart(rated, "Zielerreichung je Handlungsfeld", source, f"zielerreichung-{review_id}")
    return Figure(chart, _votes_drawing(rated), "Zahl im Balken: Stimmen.")


def _votes_drawing(rated: pd.DataFrame) -> Drawing:
    drawn = tuple(
        Series(word, tuple(float(value) for value in rated[f"votes_{step}"]), STEP_LOOKS[step])
        for step, word in RATING_STEPS.items()
    )
    names = (
        str(name) if votes else f"{name} (keine Stimmen)"
        for name, votes in zip(rated["field_of_action"], rated["votes"], strict=True)
    )
    return Drawing("stacked", tuple(names), drawn, "Stimmen", 0)
