"""The figures of one Kommune, each made once for page, paper and slides: its demography, and its process (the stages in
time, its measures, what a Zwischenbilanz says was achieved).
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil

import numpy as np
import pandas as pd

from zwk_data import settings
from zwk_data.charts.chart import Caption, Chart, Drawing, Figure, Look, Series
from zwk_data.charts.measures_and_money import STATUS_LOOKS, STEP_LOOKS, ratings_chart, status_bars
from zwk_data.charts.process_strip import under_curve
from zwk_data.charts.projection import projection_chart
from zwk_data.charts.pyramid import (
    ALL,
    BALANCE,
    BIRTHS,
    DEATHS,
    MEN,
    OUTLINE,
    WOMEN,
    births_chart,
    pyramid_chart,
    pyramids_over_years,
)
from zwk_data.charts.stages import timeline
from zwk_data.charts.strip import strip_chart
from zwk_data.charts.together import profile_chart
from zwk_data.charts.trend import COUNT, LINE_STYLES, trend_chart
from zwk_data.demography import ages, areas, comparison, figures, mapdata, portrait, projection, series, twins
from zwk_data.demography.areas import Area
from zwk_data.demography.indicators import Indicator, age_group
from zwk_data.demography.portrait import Subject
from zwk_data.demography.projection_words import chart_note, projection_words
from zwk_data.demography.series import CENSUS_DAY, Break, Recount, between, recount
from zwk_data.demography.source_lines import of_base, of_participant, source_line
from zwk_data.german import rounded
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


@remembered
def trend(
    me: Subject,
    indicator: Indicator,
    around: tuple[Area, ...],
    *,
    median: bool,
    as_index: bool = False,
    published: bool = False,
    since: int | None = None,
    with_process: bool = False,
) -> tuple[Figure | None, bool]:
    """One indicator over the years, from ``since`` on, beside areas ``around`` and the ``median`` of the participants.

    The figure, or None if nobody has a value; and whether the participant has a line of its own. ``with_process``: its
    stages, measures and sessions beneath the line, if it has one.
    """
    if with_process:
        # an entry changes the process, not the curve
        found, has_own = trend(
            me, indicator, around, median=median, as_index=as_index, published=published, since=since
        )
        if found and has_own:
            chart = on_curve(found.chart, me.id)
            found = replace(found, chart=chart, drawing_note=_for_paper(chart.note))
        return found, has_own
    frame = series.trend(me.id, me.short, indicator.id, around, median=median, as_index=as_index, published=published)
    if since is not None:
        frame = frame[frame["year"] >= since].reset_index(drop=True)
    has_own = bool((frame["role"] == "participant").any())
    if frame.empty:
        return None, has_own
    breaks = series.breaks(indicator.id, areas.land_keys(me.id))
    if published:
        breaks = [*breaks, *series.of_territory(series.territory_starts(me.id), breaks)]
    count = recount(me.id) if indicator.id == "population" and not published and has_own else None
    sources = frame if count is None else pd.concat([frame, of_participant(me.id, [count.source_id])])
    note = f"{indicator.name}: {indicator.definition} {portrait.trend_note(breaks, frame, published=published)}"
    chart = trend_chart(
        frame,
        indicator,
        place=me.name,
        breaks=breaks,
        caption=Caption(
            source_line(sources, computed=as_index or count is not None),
            f"{me.id}_{indicator.id}",
            f"{note} {count.words}" if count else note,
        ),
        base_year=series.BASE_YEAR if as_index else None,
        recount=count,
    )
    axis = f"{indicator.name}, {series.BASE_YEAR} = 100" if as_index else indicator.with_unit
    drawing = _trend_drawing(frame, breaks, axis, 1 if as_index else indicator.decimals)
    if count:
        drawing = _with_count(drawing, count, 100 / count.base if as_index else 1.0)
    return Figure(chart, drawing, _for_paper(chart.note)), has_own


def _for_paper(note: str) -> str:
    """Points are hollow on the screen alone."""
    return note.replace("Hohle Punkte sind", "Manche Zahlen sind")


def _trend_drawing(frame: pd.DataFrame, found: list[Break], axis: str, decimals: int) -> Drawing:
    """The lines of a trend; a break is a category of its own, so that no line runs across it."""
    known = frame.dropna(subset="value")
    if known.empty:
        return Drawing("lines", (), (), axis, decimals)
    first, last = int(known["year"].min()), int(known["year"].max())
    marked = {one.year_after: one.name for one in between(found, first, last)}
    places: list[int | None] = []
    categories: list[str] = []
    marks: list[tuple[str, str]] = []
    for year in range(first, last + 1):
        if year in marked:
            # blanks, each time one more: names of categories must differ
            categories.append(" " * (len(marks) + 1))
            places.append(None)
            marks.append((categories[-1], marked[year]))
        categories.append(str(year))
        places.append(year)
    lines = []
    for (role, name), one in known.groupby(["role", "name"], sort=False):
        values = dict(zip(one["year"].astype(int), one["value"].astype(float), strict=True))
        shown = tuple(rounded(values[year], decimals) if year in values else None for year in places)
        lines.append(Series(str(name), shown, LINE_STYLES[str(role)]))
    return Drawing("lines", tuple(categories), tuple(lines), axis, decimals, tuple(marks))


def _with_count(drawing: Drawing, count: Recount, scale: float) -> Drawing:
    """The count of the census and the way to it from the people carried forward, as one more line."""
    known = {str(count.year): count.carried, str(CENSUS_DAY.year): count.counted}
    if count.year == CENSUS_DAY.year:
        known = {str(CENSUS_DAY.year): count.counted}
    values = tuple(
        rounded(known[year] * scale, drawing.decimals) if year in known else None for year in drawing.categories
    )
    line = Series(f"Zensus 2022: {count.short}", values, COUNT)
    return replace(drawing, series=(*drawing.series, line))


@remembered
def strip(me: Subject, indicator: Indicator, year: int, groups: tuple[str, ...], own: tuple[str, ...] = ()) -> Chart:
    """The position of the participant in each of the ``groups``; ``own``: the keys of the group „eigene“."""
    found = comparison.distribution(me.id, indicator.id, year, groups, own)
    return strip_chart(
        found,
        comparison.position(found),
        indicator,
        year,
        Caption(
            source_line(pd.concat([found.assign(year=year), of_base(set(found["level"]), indicator.id)])),
            f"{me.id}_{indicator.id}_{year}_vergleich",
            mapdata.note("kreise" if me.is_kreis else "gemeinden", indicator.id, year),
        ),
        name=me.short,
        references=comparison.references(me.id, indicator.id, year),
    )


@remembered
def pyramid(me: Subject, year: int, other: Area) -> Figure:
    """People by age and sex in one of ``ages.years``, beside another area."""
    frame = ages.pyramid(me.id, year, other)
    chart = pyramid_chart(
        frame,
        me.name,
        year,
        Caption(source_line(frame, year=year, computed=not me.small), f"{me.id}_altersaufbau_{year}"),
        other_name=other.name,
        in_percent=not me.small,
    )
    everyone = ages.pyramids(me.id, other)
    return Figure(chart, _pyramid_drawing(everyone[everyone["year"] == year].reset_index(drop=True), other.name))


def _pyramid_drawing(frame: pd.DataFrame, other_name: str) -> Drawing:
    """Persons per year of age in the 17 groups, which differ in width; the other area as if it had as many people."""
    width = frame["age_to"] - frame["age_from"]
    scale = frame["total"].sum() / frame["other_total"].sum() if frame["other_total"].sum() > 0 else np.nan
    sides: dict[str, tuple[str, Look]] = {"male": ("Männer", MEN), "female": ("Frauen", WOMEN)}
    if not frame["male"].notna().all():
        sides = {"total": ("Insgesamt", ALL)}
    drawn = [Series(name, _plain_numbers(frame[side] / width, 1), look) for side, (name, look) in sides.items()]
    if not np.isnan(scale):
        drawn += [
            Series(f"{other_name}, {name}", _plain_numbers(frame[f"other_{side}"] / width * scale, 1), OUTLINE)
            for side, (name, _) in sides.items()
        ]
    groups = tuple(age_group(str(group)) for group in frame["age_group"])
    return Drawing("pyramid", groups, tuple(drawn), "Personen je Altersjahr", 1)


@remembered
def pyramids(me: Subject, other: Area) -> Chart:
    """The pyramids of all years side by side."""
    frame = ages.pyramids(me.id, other)
    caption = Caption(source_line(frame, computed=not me.small), f"{me.id}_altersaufbau")
    return pyramids_over_years(frame, me.name, caption, in_percent=not me.small)


@remembered
def births(me: Subject) -> Figure | None:
    """Births, deaths and what is left of both; None without any."""
    frame = figures.events(me.id)
    if frame.empty:
        return None
    note = f"Zahlen liegen hier bis {frame['year'].max()} vor. Gebietsstand 31.12.2023."
    # the balance is ours
    caption = Caption(source_line(frame, computed=True), f"{me.id}_geburten_sterbefaelle", note)
    chart = births_chart(frame, me.name, caption)
    known = frame.dropna(subset=["births", "deaths"], how="all")
    drawn = (
        Series("Geburten", _plain_numbers(known["births"]), BIRTHS),
        Series("Sterbefälle", _plain_numbers(known["deaths"]), DEATHS),
        Series("Saldo", _plain_numbers(known["balance"]), BALANCE),
    )
    return Figure(chart, Drawing("balance", tuple(str(year) for year in known["year"]), drawn, "Personen im Jahr", 0))


def _plain_numbers(column: pd.Series, decimals: int | None = None) -> tuple[float | None, ...]:
    known = [None if np.isnan(value) else float(value) for value in column]
    return tuple(value if value is None or decimals is None else rounded(value, decimals) for value in known)


@remembered
def outlook(me: Subject) -> tuple[Chart, str]:
    """The Modellrechnung and what it says in words. Raises ZwkError if there is none."""
    future = projection.projection_totals(me.id)
    history = series.trend(me.id, me.short, "population", (), median=False)
    chart = projection_chart(
        history,
        future,
        me.short,
        breaks=series.breaks("population", areas.land_keys(me.id)),
        caption=Caption(
            source_line(pd.concat([history, of_participant(me.id, projection.source_ids(me.id))]), computed=True),
            f"{me.id}_modellrechnung_2040",
            chart_note(me.id),
        ),
        is_small=me.small,
    )
    return chart, projection_words(me.id)


@remembered
def profile(participant_id: str) -> Chart:
    """The features of a participant beside its statistical twins. Raises ZwkError if it has none."""
    return profile_chart(participant_id, twins.twins(participant_id))
