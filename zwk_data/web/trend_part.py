"""The view „Verlauf“: one indicator over the years, beside Kreis, Land, Bund and the median of all participants."""

from __future__ import annotations

import streamlit as st

from zwk_data.charts.chart import Chart
from zwk_data.charts.trend import trend_chart
from zwk_data.demography import areas, breaks, portrait, series
from zwk_data.demography.indicators import Indicator
from zwk_data.demography.published import territory_starts
from zwk_data.web import parts
from zwk_data.web.choice import choose
from zwk_data.web.subject import Subject, attribution, no_figure

FORMS = {"index": "Index, 2011 = 100, mit Vergleich", "absolut": "Absolute Zahlen, nur diese Kommune"}
STATES = {"heute": "Gebietsstand 2023, umgerechnet", "damals": "Wie veröffentlicht"}


def trend_settings(me: Subject, chosen: list[Indicator]) -> tuple[str, bool, tuple[str, ...]]:
    """Draw the widgets: index or numbers, which territory, whom to compare with (labels)."""
    with st.container(horizontal=True):
        form = "absolut"
        if any(one.has_index for one in chosen):
            form = choose("Darstellung", FORMS, key="form", default="absolut" if me.small else "index") or "index"
        published = choose("Gebietsstand", STATES, key="stand", default="heute") == "damals"
    labels = [area.name for area in me.around]
    if form == "absolut" and all(one.is_count for one in chosen):
        return form, published, ()
    options = labels if published else [*labels, series.MEDIAN]
    preset = [*(area.name for area in portrait.preselected(list(me.around))), series.MEDIAN]
    picked = st.pills(
        "Vergleichen mit",
        options,
        selection_mode="multi",
        default=[label for label in preset if label in options],
        key=f"vergleich-{me.id}-{published}",
    )
    return form, published, tuple(picked)


def trend(me: Subject, indicator: Indicator, form: str, published: bool, picked: tuple[str, ...], key: str) -> None:
    """Draw one indicator's lines, or say that there is no figure."""
    chart, has_own = parts.cached(_chart)(me, indicator, form == "index" and indicator.has_index, published, picked)
    if not has_own:
        parts.notice(no_figure(me, indicator))
    if chart is not None:
        parts.show(chart, key=key)


def _chart(
    me: Subject, indicator: Indicator, as_index: bool, published: bool, picked: tuple[str, ...]
) -> tuple[Chart | None, bool]:
    """The chart, or None without any figure; and whether the participant has a line of its own."""
    compare = as_index or not indicator.is_count
    frame = series.trend(
        me.id,
        me.short,
        indicator.id,
        tuple(area for area in me.around if area.name in picked) if compare else (),
        median=compare and series.MEDIAN in picked,
        as_index=as_index,
        published=published,
    )
    has_own = bool((frame["role"] == "participant").any())
    if frame.empty:
        return None, has_own
    found = breaks.breaks(indicator.id, areas.land_keys(me.id))
    if published:
        found = [*found, *breaks.of_territory(territory_starts(me.id), found)]
    chart = trend_chart(
        frame,
        indicator,
        place=me.name,
        breaks=found,
        source=attribution(frame),
        filename=f"{me.id}_{indicator.id}",
        base_year=series.BASE_YEAR if as_index else None,
        note=f"{indicator.name}: {indicator.definition} {portrait.trend_note(found, frame, published=published)}",
    )
    return chart, has_own
